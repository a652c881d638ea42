// tally balance: a member's points, by a node's word or by proof.
#include <tally/base/bytes.h>
#include <tally/config/text.h>
#include <tally/state/account.h>
#include <tally/state/consortium.h>

#include "app/commands/commands.h"
#include "app/connection.h"
#include "app/programmes.h"
#include "app/receipt_text.h"
#include "app/remote_view.h"
#include "app/sender.h"
#include "app/table.h"
#include "app/trust.h"

#include <iostream>
#include <nlohmann/json.hpp>

namespace tally::app {
namespace {

constexpr int kReadsMax = 10;

struct Options {
  std::string member;
  std::string programme;
  bool verify = false;
  std::string genesis_file;
  ConnectionOptions connection;
};

constexpr CommandText kText = {
    "balance", "Show a member's points in a programme, with every lot and its expiry",
    R"(MEMBER is a member's id, 32 hexadecimal digits. The lot that expires first is spent first.
What is due by the ledger's time is taken as done. Pending points stand below the others, with the
day on which they can be used, or the word that they wait for.

  tally balance 8c0c2f6a… --programme grocer
  tally balance 8c0c2f6a… --verify

--verify believes no node: it fetches the account's record with a proof, follows the proof to the
state root of a block header, and checks the signatures of a quorum of genesis's validators over
that header. It shows the lots as they stand in the record, and counts what was due.)"};

/// What is shown, wherever it came from.
struct Shown {
  client::Balance balance;
  std::size_t lots_due = 0;   ///< of a proven record: expired, or waited until then
  std::size_t holds_due = 0;  ///< of a proven record: timed out by then
  std::optional<consensus::CertifiedHeader> verified;  ///< absent: the node's word
  std::vector<std::string> signers;
};

/// What of an account's head is shown.
void take_head(const state::AccountHead& head, client::Balance& balance) {
  balance.held = head.held;
  balance.pending = head.pending;
  balance.debt = head.debt;
  balance.state = head.state;
  balance.merged_into = head.alias_of;
  balance.claimed = head.commitment.has_value();
  balance.tokens = head.tokens;
  balance.pool = head.pool;
  balance.holds = head.holds;
  balance.idle_at = head.idle_at;
}

/// Head and lots of one state, and which of them count at the header's time.
Result<Shown> read_proven(client::Client& client, const consensus::Epoch& epoch,
                          const AccountId& id) {
  RemoteView view(client, epoch, Height());
  view.require_one_state();
  TRY(std::optional<state::Account> account, state::Account::load(view, id));
  if (!account.has_value())
    return Error{ErrorCode::NotFound, "proven: there is no such account in this programme"};
  TRY(const std::vector<state::Lot> lots, account->all_lots());
  Shown shown;
  TRY(shown.balance.waiting, account->all_pending());
  shown.verified = view.header();
  const Timestamp now = shown.verified->header.ledger_time;
  shown.balance.height = shown.verified->header.height;
  shown.balance.ledger_time = now;
  shown.balance.account = id;
  take_head(account->head, shown.balance);
  for (const state::OpenHold& hold : shown.balance.holds)
    if (hold.deadline <= now) ++shown.holds_due;
  for (const state::PendingLot& pending : shown.balance.waiting)
    if (pending.lot.available_at <= now) ++shown.lots_due;
  for (const state::Lot& lot : lots) {
    if (lot.expires_at <= now) {
      ++shown.lots_due;
      continue;
    }
    const auto sum = checked_add(shown.balance.available, lot.remaining);
    if (!sum.has_value()) return Error{ErrorCode::Corrupt, "the lots do not add up"};
    shown.balance.available = *sum;
    shown.balance.lots.push_back(lot);
  }
  return shown;
}

OrFaults<Shown> verified_balance(const Sender& sender, const SignedGenesis& genesis,
                                 const AccountId& id) {
  const consensus::Epoch epoch = state::epoch_of(genesis.content);
  if (epoch.chain != sender.chain())
    return config::fail(Fault{kOtherIdentity, "chain " + to_hex(sender.chain().view()),
                              "chain " + to_hex(epoch.chain.view()), sender.client().endpoint(),
                              "give the genesis of this chain: --genesis FILE"});
  Result<Shown> shown = malformed("unread");
  for (int attempt = 0; attempt < kReadsMax; ++attempt) {
    shown = read_proven(sender.client(), epoch, id);
    if (shown.ok() || shown.error().code != ErrorCode::Unavailable) break;
  }
  if (!shown.ok() && shown.error().code == ErrorCode::Corrupt)
    return config::fail(config::fault_from(kCorrupt, shown.error(), sender.client().endpoint(),
                                           "ask another node, and keep this one's answer"));
  if (!shown.ok()) return config::fail(fault_from_node(shown.error(), sender.client().endpoint()));
  shown->signers = names_of_signers(genesis.content, shown->verified->certificate);
  return std::move(shown).value();
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words)
    text += (text.empty() ? "" : ", ") + word;
  return text;
}

std::string_view word_of(state::AccountState state) {
  switch (state) {
    case state::AccountState::Open:
      return "open";
    case state::AccountState::Soft:
      return "frozen";
    case state::AccountState::Fraud:
      return "frozen for fraud";
    case state::AccountState::Closed:
      return "closed";
    case state::AccountState::Merged:
      break;
  }
  return "merged";
}

std::string_view word_of(state::WaitsFor what) {
  switch (what) {
    case state::WaitsFor::Time:
      return "time";
    case state::WaitsFor::Event:
      return "event";
    case state::WaitsFor::Review:
      break;
  }
  return "review";
}

/// What is not as it is with most accounts.
void print_standing(const client::Balance& balance) {
  if (balance.state != state::AccountState::Open) {
    std::cout << "state      " << word_of(balance.state);
    if (balance.merged_into.has_value())
      std::cout << " into " << to_hex(balance.merged_into->view());
    std::cout << "\n";
  }
  if (!balance.claimed) std::cout << "identity   none yet: opened by a card\n";
  for (const TokenId& token : balance.tokens)
    std::cout << "card       " << to_hex(token.view()) << "\n";
  if (balance.pool.has_value()) std::cout << "pool       " << to_hex(balance.pool->view()) << "\n";
  for (const state::OpenHold& hold : balance.holds)
    std::cout << "hold       " << to_hex(hold.hold.view()) << " until "
              << config::text_of(hold.deadline) << "\n";
}

void print_lots(const client::Balance& balance) {
  Table lots({"points", "of", "expires", "earned", "lot"});
  for (const state::Lot& lot : balance.lots)
    lots.add({std::to_string(lot.remaining.value()), std::to_string(lot.original.value()),
              config::text_of(lot.expires_at), config::text_of(lot.earned_at),
              text_of(lot.id.transaction)});
  if (!balance.lots.empty()) std::cout << "\n" << lots.text();
  Table waiting({"pending", "of", "available", "waits for", "lot"});
  for (const state::PendingLot& pending : balance.waiting)
    waiting.add({std::to_string(pending.lot.remaining.value()),
                 std::to_string(pending.lot.original.value()),
                 config::text_of(pending.lot.available_at), std::string(word_of(pending.waits_for)),
                 text_of(pending.lot.id.transaction)});
  if (!balance.waiting.empty()) std::cout << "\n" << waiting.text();
}

void print_text(const Shown& shown) {
  const client::Balance& balance = shown.balance;
  std::cout << "member     " << to_hex(balance.account.member.view()) << "\nprogramme  "
            << balance.account.programme.value() << "\navailable  " << balance.available.value()
            << "\nheld       " << balance.held.value() << "\npending    " << balance.pending.value()
            << "\ndebt       " << balance.debt.value() << "\nat         block "
            << balance.height.value() << ", " << config::text_of(balance.ledger_time) << "\n";
  print_standing(balance);
  print_lots(balance);
  if (shown.lots_due > 0)
    std::cout << "\n" << shown.lots_due << " lots were due by then and wait for their entry\n";
  if (shown.holds_due > 0)
    std::cout << "\n"
              << shown.holds_due << " holds had timed out by then and wait for their entry\n";
  if (shown.verified.has_value())
    std::cout << "\nverified under header " << balance.height.value() << " ("
              << to_hex(consensus::header_digest(shown.verified->header).view())
              << ")\ncertified by nodes of " << joined(shown.signers) << "\n";
}

nlohmann::ordered_json lot_to_json(const state::Lot& lot) {
  nlohmann::ordered_json entry = {{"remaining", lot.remaining.value()},
                                  {"original", lot.original.value()},
                                  {"earned_at", lot.earned_at.milliseconds()},
                                  {"lot", text_of(lot.id.transaction)}};
  if (lot.available_at != Timestamp::never())
    entry["available_at"] = lot.available_at.milliseconds();
  if (lot.expires_at != Timestamp::never()) entry["expires_at"] = lot.expires_at.milliseconds();
  return entry;
}

void add_standing(const client::Balance& balance, nlohmann::ordered_json& whole) {
  whole["state"] = word_of(balance.state);
  if (balance.merged_into.has_value()) whole["merged_into"] = to_hex(balance.merged_into->view());
  whole["claimed"] = balance.claimed;
  whole["cards"] = nlohmann::ordered_json::array();
  for (const TokenId& token : balance.tokens)
    whole["cards"].push_back(to_hex(token.view()));
  if (balance.pool.has_value()) whole["pool"] = to_hex(balance.pool->view());
  whole["holds"] = nlohmann::ordered_json::array();
  for (const state::OpenHold& hold : balance.holds)
    whole["holds"].push_back({{"hold", to_hex(hold.hold.view())},
                              {"until", hold.deadline.milliseconds()},
                              {"shared", hold.shared}});
}

void print_json(const Shown& shown) {
  const client::Balance& balance = shown.balance;
  nlohmann::ordered_json whole = {{"member", to_hex(balance.account.member.view())},
                                  {"programme", balance.account.programme.value()},
                                  {"height", balance.height.value()},
                                  {"ledger_time", balance.ledger_time.milliseconds()},
                                  {"available", balance.available.value()},
                                  {"held", balance.held.value()},
                                  {"pending", balance.pending.value()},
                                  {"debt", balance.debt.value()}};
  add_standing(balance, whole);
  whole["lots"] = nlohmann::ordered_json::array();
  for (const state::Lot& lot : balance.lots)
    whole["lots"].push_back(lot_to_json(lot));
  whole["waiting"] = nlohmann::ordered_json::array();
  for (const state::PendingLot& pending : balance.waiting) {
    nlohmann::ordered_json entry = lot_to_json(pending.lot);
    entry["waits_for"] = word_of(pending.waits_for);
    whole["waiting"].push_back(std::move(entry));
  }
  if (shown.verified.has_value())
    whole["verified"] = {
        {"height", balance.height.value()},
        {"header", to_hex(consensus::header_digest(shown.verified->header).view())},
        {"state_root", to_hex(shown.verified->header.state_root.view())},
        {"certified_by", shown.signers},
        {"lots_due", shown.lots_due},
        {"holds_due", shown.holds_due}};
  std::cout << whole.dump() << "\n";
}

Faults run(const Options& options, const Output& out) {
  const OrFaults<MemberId> member = member_named(options.member);
  if (!member) return member.error();
  std::optional<SignedGenesis> genesis;
  if (options.verify) {
    OrFaults<SignedGenesis> trusted = trusted_genesis(options.genesis_file, options.connection);
    if (!trusted) return trusted.error();
    genesis = std::move(*trusted);
  }
  OrFaults<Identity> identity = identity_from(options.connection);
  if (!identity) return identity.error();
  const auto programme = programme_named(options.programme, options.connection, identity->merchant);
  if (!programme) return programme.error();
  const OrFaults<Sender> sender = Sender::start(std::move(*identity));
  if (!sender) return sender.error();

  const AccountId id{*member, *programme};
  Shown shown;
  if (genesis.has_value()) {
    OrFaults<Shown> proven = verified_balance(*sender, *genesis, id);
    if (!proven) return proven.error();
    shown = std::move(*proven);
  } else {
    Result<client::Balance> balance = sender->client().balance(id);
    if (!balance.ok()) return {fault_from_node(balance.error(), sender->client().endpoint())};
    shown.balance = std::move(balance).value();
  }
  if (out.json)
    print_json(shown);
  else
    print_text(shown);
  return {};
}

}  // namespace

void add_balance(Frame& frame) {
  auto options = std::make_shared<Options>();
  CLI::App& command = frame.add(kText, [options](const Output& out) { return run(*options, out); });
  command.add_option("MEMBER", options->member, "The member's id")->type_name("")->required();
  command
      .add_option("--programme", options->programme,
                  "Whose points: a merchant's number, or its name in the local network (default: "
                  "the caller's)")
      ->type_name("ID");
  command.add_flag("--verify", options->verify, "Check the proof, and believe no node");
  command
      .add_option("--genesis", options->genesis_file,
                  "The genesis to verify under (default: the local network's)")
      ->type_name("FILE");
  add_connection_options(command, options->connection);
}

}  // namespace tally::app
