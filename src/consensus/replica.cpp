// The step function: an input to its handler, then all that can move, moves.
#include "consensus/replica_inside.h"

#include <tally/base/check.h>

namespace tally::consensus {

Replica::Replica(Start start, crypto::PrivateKey key, Now now)
    : inside_(std::make_unique<Inside>(std::move(start), std::move(key), now)) {}
Replica::~Replica() = default;
Replica::Replica(Replica&&) noexcept = default;
Replica& Replica::operator=(Replica&&) noexcept = default;

Effects Replica::step(Input input, Now now) noexcept {
  return inside_->step(std::move(input), now);
}
std::string Replica::pending() const {
  return inside_->pending();
}
View Replica::view() const {
  return inside_->view();
}
Height Replica::stable() const {
  return inside_->stable();
}
Height Replica::executed() const {
  return inside_->executed();
}
bool Replica::is_primary() const {
  return inside_->is_primary();
}

Replica::Inside::Inside(Start start, crypto::PrivateKey key, Now now)
    : epoch_(std::move(start.epoch)),
      self_(start.self),
      guard_(std::move(key), start.self, epoch_, start.history),
      window_(epoch_.validators.size(), epoch_.window),
      stable_(std::move(start.stable)),
      executed_(start.executed.height),
      idle_since_(now.monotonic),
      now_(now) {
  CHECK(epoch_.window >= 1);
  window_.advance_to(stable_.header.height);
  guard_.forget_up_to(stable_.header.height);
  // A node that halted over two headers halts again, till an operator recovered it.
  if (executed_ == stable() && start.executed != stable_.header)
    halt(contradiction("own header", start.executed, "a quorum certified", stable_.header));
  own_headers_.emplace(executed_, std::move(start.executed));
  restore(start.history);
}

void Replica::Inside::restore(const std::vector<VoteRecord>& history) {
  for (const VoteRecord& record : history) {
    if (const auto* proposed = std::get_if<Proposed>(&record)) {
      if (Slot* slot = window_.slot(proposed->proposal.height))
        slot->bodies.emplace(proposal_digest(proposed->proposal), proposed->proposal);
    } else if (const auto* voted = std::get_if<Voted>(&record)) {
      restore(voted->vote);
    } else if (const auto* prepared = std::get_if<Prepared>(&record)) {
      if (Slot* slot = window_.slot(prepared->certificate.statement.height)) {
        slot->prepared = prepared->certificate;
        keep_votes_of(prepared->certificate, *slot);
      }
    } else if (const auto* committed = std::get_if<Committed>(&record)) {
      if (Slot* slot = window_.slot(committed->certificate.statement.height)) {
        slot->committed = committed->certificate;
        keep_votes_of(committed->certificate, *slot);
        slot->handed_over = committed->certificate.statement.height <= executed_;
      }
    }
  }
}

void Replica::Inside::restore(const Vote& vote) {
  Slot* slot = window_.slot(vote.statement.height);
  if (slot == nullptr) return;
  if (vote.statement.phase == Phase::Checkpoint) {
    const auto header = own_headers_.find(vote.statement.height);
    if (header == own_headers_.end()) return;
    if (checkpoint_statement(header->second) != vote.statement)
      return halt("own header of height " + std::to_string(vote.statement.height.value()) +
                  " has digest " + to_hex(header_digest(header->second).view()) +
                  "; this node voted for " + to_hex(vote.statement.digest.view()));
    slot->checkpoints.at(self_.value()) = Checkpoint{header->second, self_, vote.signature};
    return;
  }
  auto& places = vote.statement.phase == Phase::Prepare ? slot->prepares : slot->commits;
  CHECK(keep_vote(places, vote, view_));
}

Effects Replica::Inside::step(Input input, Now now) {
  now_ = now;
  effects_ = Effects();
  sign_refused_ = false;
  if (!halted_.has_value())
    std::visit([this](auto&& content) { handle(std::forward<decltype(content)>(content)); },
               std::move(input));
  advance();
  want_candidate();
  effects_.halt = halted_;
  return std::move(effects_);
}

void Replica::Inside::handle(VerifiedMessage message) {
  const NodeIndex from = message.from();
  std::visit(
      [this, from](auto&& content) {
        using Content = std::decay_t<decltype(content)>;
        if constexpr (std::is_same_v<Content, Status> || std::is_same_v<Content, FetchProposal>)
          on(std::forward<decltype(content)>(content), from);
        else if constexpr (!std::is_same_v<Content, FetchBlocks> &&
                           !std::is_same_v<Content, CertifiedBlocks> &&
                           !std::is_same_v<Content, SharedSubmission>)
          on(std::forward<decltype(content)>(content));
        // Blocks and submissions are the node's business (block_sync, mempool), not PBFT's.
      },
      std::move(message).take());
}

void Replica::Inside::handle(Refused refused) {
  const Proposal* proposal = nullptr;
  if (const auto* fresh = std::get_if<PrePrepare>(&refused.message.content()))
    proposal = &fresh->proposal;
  else if (const auto* body = std::get_if<ProposalBody>(&refused.message.content()))
    proposal = &body->proposal;

  Slot* slot = proposal != nullptr ? window_.slot(proposal->height) : nullptr;
  if (slot != nullptr && slot->refused.insert(proposal_digest(*proposal)).second)
    effects_.facts.push_back("proposal_refused height=" + std::to_string(proposal->height.value()) +
                             " reason=\"" + refused.rule + "\"");
  handle(std::move(refused.message));
}

void Replica::Inside::handle(Executed executed) {
  const Height height = executed.header.height;
  CHECK(height == executed_.next());
  executed_ = height;
  behind_ = executed.behind;
  effects_.records.emplace_back(ExecutedRecord{height, header_digest(executed.header)});
  if (height == stable() && executed.header != stable_.header)
    return halt(contradiction("own header", executed.header, "a quorum certified", stable_.header));
  own_headers_.erase(own_headers_.begin(), own_headers_.upper_bound(stable()));
  own_headers_.insert_or_assign(height, std::move(executed.header));
}

void Replica::Inside::handle(Work work) {
  work_pending_ = work.pending;
}

void Replica::Inside::handle(Tick tick) {
  connected_ = tick.connected;
  answered_.clear();
  bodies_sent_.clear();
  send_status();
  fetch_missing_bodies();
}

void Replica::Inside::advance() {
  // Each move is made once (a vote signed, a certificate assembled, a height closed), so the
  // fixed point is reached after a few rounds.
  while (!halted_.has_value() && advance_once()) {
  }
}

bool Replica::Inside::advance_once() {
  for (Height height = stable().next(); height <= window_.last_open(); height = height.next()) {
    Slot* slot = window_.slot(height);
    CHECK(slot != nullptr);
    if (prepare(height, *slot) || become_prepared(height, *slot) || commit(height, *slot) ||
        become_committed(height, *slot) || hand_over(height, *slot) ||
        vote_checkpoint(height, *slot))
      return true;
    if (become_stable(*slot)) return true;  // the slot is gone
  }
  return false;
}

void Replica::Inside::broadcast(const Message& message) {
  effects_.send(Frame{std::nullopt, encode_message(message)});
}

void Replica::Inside::send_to(NodeIndex node, const Message& message) {
  effects_.send(Frame{node, encode_message(message)});
}

void Replica::Inside::halt(std::string why) {
  if (!halted_.has_value()) halted_ = std::move(why);
}

std::optional<Vote> Replica::Inside::sign(const VoteStatement& vote_statement,
                                          const Proposal* body) {
  Result<Vote> vote = guard_.sign(vote_statement);
  if (!vote.ok()) {
    sign_refused_ = true;
    effects_.facts.push_back("vote_refused reason=\"" + vote.error().message + "\"");
    return std::nullopt;
  }
  if (body != nullptr) effects_.records.emplace_back(Proposed{*body});
  effects_.records.emplace_back(Voted{*vote});
  return *vote;
}

bool Replica::Inside::is_own(const VoteStatement& vote_statement, NodeIndex signer) {
  if (signer != self_) return false;
  if (!guard_.has_signed(vote_statement))
    effects_.facts.push_back(
        "own_vote_unknown height=" + std::to_string(vote_statement.height.value()) +
        " reason=\"the vote log is an older copy, or another node has this key\"");
  return true;
}

VoteStatement Replica::Inside::statement(Phase phase, Height height, const Hash& digest) const {
  return VoteStatement{epoch_.chain, epoch_.number, phase, view_, height, digest};
}

std::string Replica::Inside::pending() const {
  const Height height = stable().next();
  const std::string at = " at height " + std::to_string(height.value());
  if (executed_ < stable())
    return "the blocks " + std::to_string(executed_.next().value()) + " to " +
           std::to_string(stable().value()) + " from its peers";
  const Slot* slot = window_.find(height);
  const auto count = [this](const auto& places) {
    std::size_t votes = 0;
    for (const auto& place : places)
      if (place.has_value()) ++votes;
    return std::to_string(votes) + " of " + std::to_string(epoch_.quorum().quorum());
  };
  const NodeIndex primary = epoch_.primary(view_);
  if (slot == nullptr || !slot->prepares.at(primary.value()).has_value())
    return "a proposal of node " + std::to_string(primary.value()) + at;
  if (!slot->prepared.has_value()) return "prepares (" + count(slot->prepares) + ")" + at;
  if (!slot->committed.has_value()) return "commits (" + count(slot->commits) + ")" + at;
  if (executed_ < height) return "its own ledger" + at;
  return "checkpoint votes (" + count(slot->checkpoints) + ")" + at;
}

}  // namespace tally::consensus
