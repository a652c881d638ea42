// LoneOrdering: the ordering half of one node, and a test that plays peers, ledger and clock.
#pragma once

#include <gtest/gtest.h>
#include <tally/node/inbound.h>
#include <tally/node/ordering.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "support/consensus_builders.h"
#include "support/log_salt.h"
#include "support/lying_files.h"

namespace tally::test {

/// One transaction by `merchant`, signed by its own key; valid until a minute after kStart + 1 h.
[[nodiscard]] inline Bytes a_submission(MerchantId merchant, std::uint64_t request,
                                        Timestamp valid_until = kStart.plus(Duration(3'660'000))) {
  return seal_submission(an_epoch(1).chain,
                         {an_earn().by(merchant).request(request).valid_until(valid_until).build()},
                         key_from_seed(merchant.value()));
}

class LoneOrdering {
 public:
  explicit LoneOrdering(NodeIndex self, Epoch an_epoch_of_its = an_epoch(4))
      : epoch(std::move(an_epoch_of_its)), self_(self), inbound_(epoch) {
    CHECK(storage::VoteLog::create(files, "votes", log_identity(), a_log_salt()).ok());
    headers.push_back(genesis_of(epoch));
    start();
  }

  /// The bytes of the vote log's files, by path.
  using Disk = std::map<std::string, Bytes>;
  [[nodiscard]] Disk disk() {
    Disk found;
    const std::vector<std::string> names = files.list("votes").value();
    for (const std::string& name : names)
      found["votes/" + name] = files.bytes("votes/" + name);
    return found;
  }
  /// As after a crash that left `disk`; the ledger has what the log says was executed.
  void restart(const Disk& left) {
    ordering_.reset();
    for (const auto& [path, bytes] : disk())
      CHECK(files.remove(path).ok());
    for (const auto& [path, bytes] : left)
      files.put(path, bytes);
    start();
  }
  /// What a start would read of the vote log.
  [[nodiscard]] std::vector<consensus::VoteRecord> records() const {
    return storage::VoteLog::inspect(files, "votes", log_identity(), {}).value().contents.records;
  }

  /// The effects of one round of one event; `frames` are also in `sent`.
  node::OrderingEffects handle(node::Event event) {
    std::vector<node::Event> events;
    events.push_back(std::move(event));
    return handle_all(std::move(events));
  }
  node::OrderingEffects handle_all(std::vector<node::Event> events) {
    node::OrderingEffects effects = ordering_->handle(std::move(events), now);
    sent.clear();
    for (const consensus::Frame& frame : effects.frames)
      sent.emplace_back(frame.to, consensus::decode_message(frame.bytes).value());
    return effects;
  }
  node::OrderingEffects submit(ByteView bytes) {
    return handle(inbound_.submission(bytes).value());
  }
  node::OrderingEffects hear(const Message& message, NodeIndex from) {
    auto checked = inbound_.message(encode_message(message), from, ordering_->hint()).value();
    sent.clear();
    if (!checked.has_value()) return {};  // not worth a check
    return std::visit([this](auto&& event) { return handle(std::move(event)); },
                      *std::move(checked));
  }
  /// `peer` shares a submission, or forwards it.
  node::OrderingEffects share(ByteView bytes, NodeIndex peer) {
    return handle(node::SharedByPeer{peer, inbound_.submission(bytes).value()});
  }
  /// A frame that may not hold.
  node::OrderingEffects hear_bytes(ByteView frame, NodeIndex from) {
    auto checked = inbound_.message(frame, from, ordering_->hint());
    if (!checked.ok()) return handle(node::BadFrame{from});
    sent.clear();
    if (!checked->has_value()) return {};
    return std::visit([this](auto&& event) { return handle(std::move(event)); },
                      *std::move(checked).value());
  }
  node::OrderingEffects tick(Duration after = Duration(500)) {
    now.monotonic = now.monotonic.plus(after);
    now.utc = now.utc.plus(after);
    // To a primary at genesis first with a status of each peer, so that it proposes height 1.
    std::vector<node::Event> events;
    for (std::size_t peer = 0; peer < epoch.validators.size(); ++peer)
      if (node(peer) != self_ && self_ == epoch.primary(ordering_->hint().view) && !greeted_)
        events.emplace_back(std::get<consensus::VerifiedMessage>(
            inbound_.message(encode_message(consensus::Status{}), node(peer), ordering_->hint())
                .value()
                .value()));
    greeted_ = !events.empty();
    events.emplace_back(node::Tick{epoch.validators.size() - 1});
    return handle_all(std::move(events));
  }

  /// Of the last round.
  template <typename T>
  [[nodiscard]] std::vector<T> all() const {
    std::vector<T> found;
    for (const auto& [to, message] : sent)
      if (const auto* content = std::get_if<T>(&message)) found.push_back(*content);
    return found;
  }

  /// The ledger has executed `proposal`.
  node::OrderingEffects execute(const Proposal& proposal, bool behind = false,
                                bool certified = false) {
    headers.push_back(test::execute(headers.back(), proposal));
    node::LedgerEffects effects;
    effects.header = headers.back();
    effects.receipts.resize(1);
    effects.behind = behind;
    effects.certified = certified;
    const auto submissions = decode_payload(proposal.payload).value();
    for (const ByteView bytes : submissions)
      effects.submissions.push_back(submission_digest(bytes));
    return handle(std::move(effects));
  }
  /// Votes of `phase` by three nodes, this one apart.
  void vote(Phase phase, const Proposal& proposal) {
    for (std::size_t i = 0; i < epoch.validators.size(); ++i)
      if (node(i) != self_)
        (void)hear(a_vote(epoch, phase, proposal.height, proposal_digest(proposal), node(i)),
                   node(i));
  }
  node::OrderingEffects certify(const Header& header) {
    return hear(test::certified(epoch, header), node(3));
  }
  /// `proposal` is committed, executed and certified.
  void finish(const Proposal& proposal, bool behind = false) {
    if (self_ != node(0)) (void)hear(a_pre_prepare(epoch, proposal), node(0));
    vote(Phase::Prepare, proposal);
    vote(Phase::Commit, proposal);
    (void)execute(proposal, behind);
    (void)certify(headers.back());
  }
  [[nodiscard]] Proposal next(const std::vector<Bytes>& submissions) const {
    const std::vector<ByteView> views(submissions.begin(), submissions.end());
    return a_proposal(epoch, headers.back().height.next(), now.utc, encode_payload(views));
  }

  [[nodiscard]] node::InboundHint hint() const { return ordering_->hint(); }
  [[nodiscard]] node::NodeStatus status() const {
    node::NodeStatus status;
    ordering_->describe(status);
    return status;
  }

  Epoch epoch;
  Now now{Timestamp(1'000'000), kStart.plus(kHour)};
  LyingFiles files;
  std::vector<Header> headers;
  std::vector<std::pair<std::optional<NodeIndex>, Message>> sent;

 private:
  [[nodiscard]] storage::LogIdentity log_identity() const {
    return {epoch.chain, consensus_key(self_).public_key()};
  }

  /// From the log and the ledger, with the answers of peers that know no more than this node.
  void start() {
    auto [log, contents] = storage::VoteLog::open(files, "votes", log_identity()).value();
    CertifiedHeader stable{headers.front(), {}};
    Height executed;
    for (const consensus::VoteRecord& record : contents.records) {
      if (const auto* known = std::get_if<consensus::Stable>(&record)) stable = known->certified;
      if (const auto* known = std::get_if<consensus::ExecutedRecord>(&record))
        executed = known->height;
    }
    headers.resize(executed.value() + 1);
    ++nonce_;
    ordering_ =
        std::make_unique<node::Ordering>(node::OrderingStart{.epoch = epoch,
                                                             .self = self_,
                                                             .consensus_key = consensus_key(self_),
                                                             .vote_log = std::move(log),
                                                             .history = std::move(contents.records),
                                                             .stable = std::move(stable),
                                                             .executed = headers.back(),
                                                             .base = headers.front(),
                                                             .nonce = nonce_,
                                                             .uncertified = {},
                                                             .memory = kDay,
                                                             .recent = {}},
                                         now);
    for (std::size_t peer = 0; peer < epoch.validators.size(); ++peer)
      if (node(peer) != self_) (void)hear(consensus::Answer{nonce_, {}, {}, {}, {}}, node(peer));
    sent.clear();
  }

  NodeIndex self_;
  bool greeted_ = false;
  std::uint64_t nonce_ = 0;
  node::Inbound inbound_;
  std::unique_ptr<node::Ordering> ordering_;
};

}  // namespace tally::test
