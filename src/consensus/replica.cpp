// The step function: an input to its handler, then all that can move, moves.
#include "consensus/replica_inside.h"

#include <tally/base/canary.h>
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
bool Replica::is_changing() const {
  return inside_->is_changing();
}
bool Replica::is_voting() const {
  return inside_->is_voting();
}
std::uint64_t Replica::nonce() const {
  return inside_->nonce();
}
std::optional<Learner> Replica::learner() const {
  return inside_->learner();
}
Height Replica::stable() const {
  return inside_->stable();
}
Height Replica::executed() const {
  return inside_->executed();
}
std::size_t Replica::open_heights() const {
  return inside_->open_heights();
}
bool Replica::is_primary() const {
  return inside_->is_primary();
}

Effects Replica::Inside::step(Input input, Now now) {
  now_ = now;
  effects_ = Effects();
  sign_refused_ = false;
  const bool only_notes = canary(18) && std::holds_alternative<Executed>(input);
  if (!halted_.has_value())
    std::visit([this](auto&& content) { handle(std::forward<decltype(content)>(content)); },
               std::move(input));
  if (!only_notes) advance();
  update_timers();
  effects_.wake_at = next_wake();
  want_candidate();
  effects_.halt = halted_;
  return std::move(effects_);
}

void Replica::Inside::handle(VerifiedMessage message) {
  const NodeIndex from = message.from();
  std::visit(
      [this, from](auto&& content) {
        using Content = std::decay_t<decltype(content)>;
        if constexpr (std::is_same_v<Content, Status> || std::is_same_v<Content, FetchProposal> ||
                      std::is_same_v<Content, Answer>)
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
  const Hash digest = proposal != nullptr ? proposal_digest(*proposal) : Hash();
  if (slot != nullptr && slot->refused.emplace(digest, refused.rule).second)
    fact("proposal_refused height=" + std::to_string(proposal->height.value()) +
         " rule=" + std::string(name_of(refused.rule)));
  handle(std::move(refused.message));
}

void Replica::Inside::handle(RefusedNewView refused) {
  if (refused.view == view_ && changing_) refused_new_view_ = refused.view;
}

void Replica::Inside::handle(Executed executed) {
  const Height height = executed.header.height;
  CHECK(height == executed_.next());
  executed_ = height;
  behind_ = executed.behind;
  effects_.records.emplace_back(ExecutedRecord{height, header_digest(executed.header)});
  if (height == stable() && executed.header != stable_.header && !canary(36))
    return halt(contradiction("own header", executed.header, "a quorum certified", stable_.header));
  own_headers_.erase(own_headers_.begin(), own_headers_.upper_bound(stable()));
  own_headers_.insert_or_assign(height, std::move(executed.header));
}

void Replica::Inside::handle(Work work) {
  work_pending_ = work.pending;
  passed_over_ = work.passed_over && !canary(21);
}

void Replica::Inside::handle(Tick tick) {
  // On a new link too, so that what it lacks is not waited for.
  const bool is_due = now_.monotonic >= next_status_ || tick.connected > connected_;
  connected_ = tick.connected;
  if (!is_due) return;
  next_status_ = now_.monotonic.plus(status_period());
  answered_.clear();
  bodies_sent_.clear();
  send_status();
  fetch_missing_bodies();
  // While its cause lasts; f+1 of them are needed at one time.
  if (const auto& own = complaints_.at(self_.value()); own.has_value() && cause().has_value())
    broadcast(*own);
}

void Replica::Inside::advance() {
  // Each move is made once (a vote signed, a certificate assembled, a view left), so the fixed
  // point is reached after a few rounds.
  while (!halted_.has_value() && advance_once()) {
  }
}

bool Replica::Inside::advance_once() {
  if (leave_on_complaints() || join() || make_new_view() || learn()) return true;
  for (Height height = stable().next(); height <= window_.last_open(); height = height.next()) {
    Slot* slot = window_.slot(height);
    CHECK(slot != nullptr);
    if (advance_slot(height, *slot)) return true;
    if (become_stable(*slot)) return true;  // the slot is gone
  }
  return complain();
}

bool Replica::Inside::advance_slot(Height height, Slot& slot) {
  return prepare(height, slot) || become_prepared(height, slot) || commit(height, slot) ||
         become_committed(height, slot) || hand_over(height, slot) || vote_checkpoint(height, slot);
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

std::optional<Vote> Replica::Inside::sign(const VoteStatement& vote_statement, Slot& slot,
                                          const Proposal* body) {
  Result<Vote> vote = guard_.sign(vote_statement);
  if (!vote.ok()) {
    sign_refused_ = true;
    fact("vote_refused reason=\"" + vote.error().message + "\"");
    return std::nullopt;
  }
  if (body != nullptr && slot.logged.insert(vote_statement.digest).second)
    effects_.records.emplace_back(Proposed{*body});
  effects_.records.emplace_back(Voted{*vote});
  return *vote;
}

VoteStatement Replica::Inside::statement(Phase phase, Height height, const Hash& digest) const {
  return VoteStatement{epoch_.chain, epoch_.number, phase, view_, height, digest};
}

std::string Replica::Inside::pending() const {
  const Height height = stable().next();
  const std::string at = " at height " + std::to_string(height.value());
  if (awaits_answers_ || is_learner()) return pending_answers();
  if (executed_ < stable())
    return "the blocks " + std::to_string(executed_.next().value()) + " to " +
           std::to_string(stable().value()) + " from its peers";
  if (changing_) return pending_change();
  const Slot* slot = window_.find(height);
  const auto count = [this](const auto& places) {
    std::size_t votes = 0;
    for (const auto& place : places)
      if (place.has_value()) ++votes;
    return std::to_string(votes) + " of " + std::to_string(epoch_.quorum().quorum());
  };
  if (slot == nullptr || !proposed_digest(height, *slot).has_value())
    return "a proposal of the primary" + at;
  if (const auto rule = refusal(height, *slot))
    return "another primary: this one's proposal breaks the rule \"" + std::string(name_of(*rule)) +
           "\"" + at;
  if (!slot->prepared.has_value() || slot->prepared->statement.view != view_)
    return "prepares (" + count(slot->prepares) + ")" + at;
  if (!slot->committed.has_value()) return "commits (" + count(slot->commits) + ")" + at;
  if (executed_ < height) return "its own ledger" + at;
  return "checkpoint votes (" + count(slot->checkpoints) + ")" + at;
}

std::string Replica::Inside::pending_change() const {
  const std::string view = std::to_string(view_.value());
  const std::size_t quorum = epoch_.quorum().quorum();
  const std::size_t changes = count_changes(false);
  if (changes < quorum)
    return "view-changes for view " + view + " (" + std::to_string(changes) + " of " +
           std::to_string(quorum) + ")";
  return "the new-view of the primary of view " + view;
}

}  // namespace tally::consensus
