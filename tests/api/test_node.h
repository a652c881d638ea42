// TestNode: a whole node with its front door on loopback, alone in its consortium.
//
//   TestNode node;
//   node.terminal  // a client whose key is on the ledger
//
// Merchant 1 has a programme; members 1 and 2 are enrolled.
#pragma once

#include <tally/api/api_server.h>
#include <tally/node/recovery.h>

#include "api/certificates.h"
#include "support/builders.h"
#include "support/temp_folder.h"

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace tally::test {

/// The one reading of the clock: a real node measures header time against it.
inline Timestamp clock_now() {
  return Timestamp(
      static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(
                                     std::chrono::system_clock::now().time_since_epoch())
                                     .count()));
}

inline TestChain a_chain_from(Timestamp start, std::uint32_t founders) {
  TestChain chain = a_genesis(founders);
  chain.genesis.content.time = start;
  sign_again(chain);
  return chain;
}

class TestNode {
 public:
  /// The first of so many founders' nodes; the others never run, so of more than one nothing is
  /// ordered, and no key is registered.
  explicit TestNode(std::uint32_t founders = 1)
      : chain(a_chain_from(clock_now(), founders)),
        authority("Cafe CA"),
        server(authority.issue(CertificateUse::Server)),
        staff(authority.issue(CertificateUse::Client)),
        terminal(authority.issue(CertificateUse::Client)),
        auditor(authority.issue(CertificateUse::Client)),
        member_device(authority.issue(CertificateUse::Client)),
        brief(authority.issue(CertificateUse::Client)),
        stranger(authority.issue(CertificateUse::Client)) {
    const FounderKeys& keys = chain.keys.front();
    const std::string data = folder_ / "data";
    CHECK(node::init_data(data, chain.genesis, kCafe).ok());
    auto parts =
        node::open_data(data, chain.genesis, kCafe, copy(keys.consensus), copy(keys.gateway));
    node::Wakes wakes;
    wakes.frames = [] {};
    wakes.replies = [this] { deliver(); };
    wakes.stopped = [](const Error& why) { check_failed(why.message.c_str(), __FILE__, 0); };
    loop = node::NodeLoop::start(std::move(parts).value(), std::move(wakes)).value();
    start_door();
    if (founders == 1) register_all();
  }

  ~TestNode() {
    {
      const std::lock_guard lock(mutex_);
      open_door_ = nullptr;
    }
    door.reset();
    loop.reset();
  }

  [[nodiscard]] std::string endpoint() const { return "127.0.0.1:" + std::to_string(door->port()); }
  [[nodiscard]] api::ApiSettings settings() const {
    api::ApiSettings settings;
    settings.listen = "127.0.0.1:0";
    settings.certificate_pem = server.certificate_pem;
    settings.key_pem = server.key.to_pem();
    settings.client_ca_pem = authority.pem();
    settings.merchant = kCafe;
    return settings;
  }
  [[nodiscard]] Timestamp ledger_time() const { return loop->status().newest.ledger_time; }
  /// A validity that holds now.
  [[nodiscard]] Timestamp soon() const { return ledger_time().plus(kHour); }

  /// Signed by the founder's operator, ordered, executed and certified when this returns.
  void execute(std::vector<Transaction> transactions) {
    const Transaction& last = transactions.back();
    const RequestKey key = request_key(last.merchant, last.request_id);
    const Bytes bytes =
        seal_submission(chain.id, std::move(transactions), chain.keys.front().operator_key);
    CHECK(loop->submit(bytes).ok());
    std::unique_lock lock(mutex_);
    answered_.wait(lock, [&] {
      for (const Receipt& receipt : receipts_)
        if (receipt.request_key == key) return true;
      return false;
    });
  }
  /// What became of the request, as the node has told.
  [[nodiscard]] std::vector<Receipt> receipts() const {
    const std::lock_guard lock(mutex_);
    return receipts_;
  }

  TestChain chain;
  crypto::PrivateKey second_operator = key_from_seed(54);  ///< whose word staff's keys take
  TestAuthority authority;
  TestIdentity server;
  TestIdentity staff;  ///< an operator's
  TestIdentity terminal;
  TestIdentity auditor;
  TestIdentity member_device;  ///< member 1's own
  TestIdentity brief;          ///< a terminal's, in force for an hour of ledger time
  TestIdentity stranger;       ///< not on the ledger
  std::unique_ptr<node::NodeLoop> loop;
  std::unique_ptr<api::ApiServer> door;

 private:
  static crypto::PrivateKey copy(const crypto::PrivateKey& key) {
    return crypto::PrivateKey::from_pem(key.to_pem()).value();
  }

  void start_door() {
    door = api::ApiServer::start(settings(), chain.genesis, *loop).value();
    {
      const std::lock_guard lock(mutex_);
      open_door_ = door.get();
    }
    deliver();  // what the loop woke for before the door was open
  }

  // Called by the loop's own threads, so also while `loop` is not set yet or no longer.
  void deliver() {
    const std::lock_guard lock(mutex_);
    if (open_door_ == nullptr) return;
    std::vector<node::CertifiedReceipts> replies = loop->take_replies();
    for (const node::CertifiedReceipts& block : replies)
      receipts_.insert(receipts_.end(), block.receipts.begin(), block.receipts.end());
    open_door_->deliver(std::move(replies));
    answered_.notify_all();
  }

  void register_all() {
    const auto tls = [this](std::uint64_t request, const TestIdentity& holder, Role role) {
      RegisterKeyBuilder key = a_key_registration();
      return key.key(holder.key.public_key())
          .role(role)
          .purpose(Purpose::Tls)
          .request(request)
          .valid_until(soon());
    };
    Programme programme = a_programme();
    programme.transfer.enabled = true;
    execute({a_key_registration()
                 .key(second_operator.public_key())
                 .role(Role::Operator)
                 .request(9'000)
                 .valid_until(soon())
                 .build(),
             tls(9'001, staff, Role::Operator).consented_by(second_operator, chain.id).build(),
             tls(9'002, terminal, Role::Terminal).build(),
             tls(9'003, auditor, Role::Auditor).consented_by(second_operator, chain.id).build(),
             tls(9'004, brief, Role::Terminal).valid(Timestamp(), soon()).build(),
             a_publication().programme(programme).request(9'006).valid_until(soon()).build()});
    const crypto::PrivateKey member_key = key_from_seed(55);
    execute({an_enrol()
                 .of(member(1))
                 .member_key(member_key.public_key())
                 .consented_by(member_key, chain.id)
                 .request(9'007)
                 .valid_until(soon())
                 .build(),
             an_enrol().of(member(2)).request(9'008).valid_until(soon()).build(),
             tls(9'005, member_device, Role::Member)
                 .of(member(1))
                 .consented_by(member_key, chain.id)
                 .build()});
  }

  TempFolder folder_;
  mutable std::mutex mutex_;
  std::condition_variable answered_;
  std::vector<Receipt> receipts_;        // guarded by mutex_
  api::ApiServer* open_door_ = nullptr;  // guarded by mutex_
};

}  // namespace tally::test
