// Safety, checked from the bytes that leave and the blocks that are executed.
#include "simulation/oracles.h"

#include <tally/base/limits.h>
#include <tally/crypto/hash.h>
#include <tally/state/account.h>
#include <tally/storage/vote_log.h>

#include "simulation/log_entries.h"

#include <algorithm>

namespace tally::sim {
namespace {

std::string hex(const consensus::Hash& hash) {
  return to_hex(hash.view()).substr(0, 12);
}

std::string text(const consensus::VoteStatement& statement) {
  return "phase " + std::to_string(static_cast<int>(statement.phase)) + " view " +
         std::to_string(statement.view.value()) + " height " +
         std::to_string(statement.height.value()) + " digest " + hex(statement.digest);
}

std::vector<bool> correct_nodes(const Plan& plan) {
  std::vector<bool> correct(plan.nodes);
  for (std::size_t i = 0; i < plan.nodes; ++i)
    correct[i] = plan.is_correct(i);
  return correct;
}

/// Nothing was drawn that could go wrong: one world in ten.
bool is_calm(const Plan& plan) {
  constexpr Micros kQuickSync = 3 * kMillisecond;
  constexpr std::int64_t kGoodClock = 50;
  const NetworkPlan& network = plan.network;
  const bool is_whole = plan.faults.empty() && plan.liars.empty() && plan.twins.empty();
  const bool is_quick = network.loss_permille == 0 && network.tail_percent == 0 &&
                        network.keeps_order && !network.slow.has_value() &&
                        plan.disk.sync_spread <= kQuickSync;
  return is_whole && is_quick && std::ranges::all_of(plan.clocks, [](const ClockPlan& clock) {
           return -kGoodClock <= clock.wall_ms && clock.wall_ms <= kGoodClock;
         });
}

template <typename Signed>
consensus::Hash content_hash(const Signed& content) {
  return crypto::sha256(consensus::signed_bytes(content));
}

}  // namespace

Oracles::Oracles(const Plan& plan, const Chain& chain, Workload& work, Coverage& seen)
    : plan_(plan),
      chain_(chain),
      work_(work),
      seen_(seen),
      judges_nodes_(!plan.expects_split && plan.window == 1),
      proofs_(chain.epoch(), verdict_),
      views_(chain.epoch(), chain.genesis(), correct_nodes(plan), verdict_),
      duties_(chain.epoch(), is_calm(plan), verdict_),
      settlement_(chain, verdict_),
      spoken_(plan.nodes),
      kept_(plan.instances()),
      progress_(plan.instances()) {
  headers_.push_back(consensus::header_digest(chain.genesis()));
  answers_.emplace_back();
}

void Oracles::fail(std::string oracle, std::string what) {
  verdict_.fail(std::move(oracle), std::move(what));
}

std::string Oracles::name(std::size_t instance) const {
  std::string text = "node " + std::to_string(plan_.identity(instance).value());
  if (instance >= plan_.nodes) text += "'";
  return text;
}

Oracles::Slot Oracles::slot_of(const consensus::VoteStatement& statement) {
  const bool has_view = statement.phase != consensus::Phase::Checkpoint;
  return {statement.epoch.value(), statement.phase, has_view ? statement.view.value() : 0,
          statement.height.value()};
}

void Oracles::on_durable(std::size_t instance, ByteView bytes) {
  for (const storage::VoteEntry& entry : entries_of(bytes, kept_[instance].salt)) {
    const auto records = storage::entry_records(entry);
    if (!records.ok()) return;
    for (const ByteView record_bytes : *records) {
      const auto record = consensus::decode_record(record_bytes);
      if (!record.ok()) {  // a segment's opening
        const auto opening = storage::decode_opening(record_bytes);
        if (opening.ok() && opening->segment > 1) saw(Seen::SegmentChange);
        continue;
      }
      on_logged(instance, *record);
    }
  }
}

void Oracles::on_logged(std::size_t instance, const consensus::VoteRecord& record) {
  Kept& kept = kept_[instance];
  if (on_record) on_record(instance, record);
  if (const auto* learner = std::get_if<consensus::Learner>(&record))
    on_learner(instance, learner->stage);
  if (const auto* voted = std::get_if<consensus::Voted>(&record))
    kept.votes.emplace(slot_of(voted->vote.statement), voted->vote.statement.digest);
  if (const auto* changing = std::get_if<consensus::Changing>(&record))
    kept.changes.insert(content_hash(changing->own));
  if (const auto* entered = std::get_if<consensus::Entered>(&record))
    kept.new_views.insert(content_hash(entered->proof));
  if (!judges_nodes_) return;
  proofs_.on_logged(name(instance), record);
  views_.on_logged(plan_.identity(instance), record);
  duties_.on_logged(plan_.identity(instance), record);
}

void Oracles::on_learner(std::size_t instance, consensus::LearnerStage stage) {
  Kept& kept = kept_[instance];
  const bool was = kept.learner.has_value() && kept.learner != consensus::LearnerStage::Back;
  const bool is = stage != consensus::LearnerStage::Back;
  if (was != is) saw(is ? Seen::LearnerMade : Seen::LearnerBack);
  // A start reads the whole log again, with how it was a learner once, rightly.
  if (is && !kept.learner.has_value() && !kept.empty_at_start && !plan_.forgets(instance))
    fail("O17", name(instance) + " becomes a learner, though its log is whole");
  kept.learner = stage;
}

bool Oracles::can_vote(std::size_t instance) const {
  const Kept& kept = kept_[instance];
  // Whoever forgot may yet be told so by a peer, and is a learner then until it is back.
  const bool may_learn = kept.forgot || kept.learner.has_value();
  const bool is_learner = may_learn && kept.learner != consensus::LearnerStage::Back;
  return plan_.is_correct(instance) && !is_learner &&
         (!kept.votes.empty() || highest() == Height());
}

void Oracles::on_wiped(std::size_t instance) {
  kept_[instance] = Kept();
  kept_[instance].forgot = true;
  // A disk that went back, or was emptied, where no peer remembers enough to say so, cannot be told
  // from a good one: the node is one of the f, and what it forgot is no promise of a correct one.
  // (Where it is told, it is a learner, and guarded by that.)
  spoken_[plan_.identity(instance).value()] = Spoken();
  views_.on_wiped(plan_.identity(instance));
}

void Oracles::on_send(std::size_t instance, ByteView frame) {
  const auto decoded = consensus::decode_message(frame);
  if (!decoded.ok())
    return fail("O16", name(instance) + " sends what does not decode: " + decoded.error().message);
  const NodeIndex self = plan_.identity(instance);
  const consensus::Message& message = *decoded;
  count(message);
  if (judges_nodes_) {
    proofs_.on_send(name(instance), message);
    if (views_.is_correct(self)) duties_.on_send(self, message);
    views_.on_send(self, message);
  }
  if (on_message) on_message(instance, message);
  if (const auto* fresh = std::get_if<consensus::PrePrepare>(&message)) {
    if (fresh->vote.signer == self) check_own(instance, fresh->vote.statement);
  } else if (const auto* vote = std::get_if<consensus::Vote>(&message)) {
    if (vote->signer == self) check_own(instance, vote->statement);
  } else if (const auto* checkpoint = std::get_if<consensus::Checkpoint>(&message)) {
    if (checkpoint->signer == self)
      check_own(instance, consensus::checkpoint_statement(checkpoint->header));
  } else if (const auto* change = std::get_if<consensus::ViewChange>(&message)) {
    if (change->signer == self) check_own(instance, *change);
  } else if (const auto* new_view = std::get_if<consensus::NewView>(&message)) {
    if (new_view->signer == self) check_own(instance, *new_view);
  } else if (const auto* certified = std::get_if<consensus::CertifiedHeader>(&message)) {
    check_certified(certified->header, name(instance));
  } else if (const auto* blocks = std::get_if<consensus::CertifiedBlocks>(&message)) {
    for (const consensus::CertifiedBlock& block : blocks->blocks)
      check_certified(block.header, name(instance));
  }
}

void Oracles::count(const consensus::Message& message) {
  if (const auto* change = std::get_if<consensus::ViewChange>(&message)) {
    saw(Seen::ViewChange);
    if (!change->prepared.empty()) saw(Seen::ViewChangeWithProof);
  } else if (const auto* new_view = std::get_if<consensus::NewView>(&message)) {
    saw(Seen::NewView);
    const auto choice = consensus::choose(chain_.epoch(), new_view->changes);
    if (!choice.ok()) return;
    for (const auto& [height, digest] : choice->digests)
      if (digest == consensus::proposal_digest(consensus::null_proposal(chain_.epoch(), height)))
        saw(Seen::NewViewWithGap);
  } else if (const auto* complaint = std::get_if<consensus::Complaint>(&message)) {
    if (complaint->reason == consensus::Reason::Rotation) saw(Seen::Rotation);
    if (complaint->reason == consensus::Reason::PassedOver) saw(Seen::PassedOver);
    if (complaint->reason == consensus::Reason::Refused) saw(Seen::RefusedProposal);
  } else if (std::holds_alternative<consensus::ProposalBody>(message)) {
    saw(Seen::BodyFetched);
  }
}

void Oracles::check_own(std::size_t instance, const consensus::VoteStatement& statement) {
  const Slot slot = slot_of(statement);
  const std::size_t identity = plan_.identity(instance).value();
  if (!kept_[instance].votes.contains({slot, statement.digest}))
    fail("O7", name(instance) + " sends a vote that its log does not hold: " + text(statement));
  Spoken& spoken = spoken_[identity];
  const auto [place, is_new] = spoken.votes.emplace(slot, statement.digest);
  if (place->second != statement.digest)
    fail("O8", name(instance) + " votes twice: " + text(statement) + " after digest " +
                   hex(place->second));
  if (is_new && statement.phase != consensus::Phase::Checkpoint && statement.view < spoken.left)
    fail("O8", name(instance) + " votes in a view that it left for view " +
                   std::to_string(spoken.left.value()) + ": " + text(statement));
}

void Oracles::check_own(std::size_t instance, const consensus::ViewChange& change) {
  const Hash hash = content_hash(change);
  const std::string what = "view-change for view " + std::to_string(change.view.value());
  if (!kept_[instance].changes.contains(hash))
    fail("O7", name(instance) + " sends a " + what + " that its log does not hold");
  Spoken& spoken = spoken_[plan_.identity(instance).value()];
  const auto [place, is_new] = spoken.changes.emplace(change.view, hash);
  if (is_new) count_failed_view(instance);
  if (place->second != hash) fail("O8", name(instance) + " sends a second " + what);
  spoken.left = std::max(spoken.left, change.view);
}

void Oracles::count_failed_view(std::size_t instance) {
  const unsigned failed = ++progress_[instance].failed_views;
  const consensus::Epoch& epoch = chain_.epoch();
  if (epoch.timeout(failed) == epoch.timeout_max) saw(Seen::CapReached);
}

void Oracles::check_own(std::size_t instance, const consensus::NewView& new_view) {
  const Hash hash = content_hash(new_view);
  const std::string what = "new-view for view " + std::to_string(new_view.view.value());
  if (!kept_[instance].new_views.contains(hash))
    fail("O7", name(instance) + " sends a " + what + " that its log does not hold");
  Spoken& spoken = spoken_[plan_.identity(instance).value()];
  const auto place = spoken.new_views.emplace(new_view.view, hash).first;
  if (place->second != hash) fail("O8", name(instance) + " sends a second " + what);
}

void Oracles::check_certified(const consensus::Header& header, const std::string& who) {
  const Hash digest = consensus::header_digest(header);
  const auto place = certified_.emplace(header.height, digest).first;
  if (place->second != digest)
    fail("O2", who + " shows height " + std::to_string(header.height.value()) +
                   " certified with header " + hex(digest) + "; " + hex(place->second) +
                   " was certified before");
}

void Oracles::on_executed(std::size_t instance, const node::LedgerEffects& effects,
                          const storage::Snapshot& after, bool by_sync) {
  const consensus::Header& header = effects.header;
  const Hash digest = consensus::header_digest(header);
  if (by_sync) saw(Seen::BlockSync);
  Progress& before = progress_[instance];
  if (header.height != before.executed.next() || header.time <= before.header_time)
    fail("O10", name(instance) + " executes height " + std::to_string(header.height.value()) +
                    " after " + std::to_string(before.executed.value()));
  before.executed = header.height;
  before.header_time = header.time;
  if (header.height < Height(headers_.size())) {
    if (headers_[header.height.value()] != digest)
      fail("O1", name(instance) + " executed another block at height " +
                     std::to_string(header.height.value()) + ": header " + hex(digest) + "; " +
                     hex(headers_[header.height.value()]) + " was executed before");
    return;
  }
  if (header.height.value() != headers_.size() || header.parent != headers_.back())
    return fail("O1", name(instance) + " executed height " + std::to_string(header.height.value()) +
                          " on another chain");
  headers_.push_back(digest);
  views_.on_header(header);
  answers_.emplace_back();
  saw(Seen::Blocks);
  check_block(effects);
  check_points(effects, after);
  if (plan_.work.has_office) check_settlement(effects, after);
}

void Oracles::check_block(const node::LedgerEffects& effects) {
  const consensus::Header& header = effects.header;
  const std::string at = "height " + std::to_string(header.height.value());
  work_.passed(header);
  if (header.proposal ==
      consensus::proposal_digest(consensus::null_proposal(chain_.epoch(), header.height)))
    saw(Seen::NullBlock);
  for (const SubmissionDigest& digest : effects.submissions) {
    const Request* request = work_.find(digest);
    if (request == nullptr) {
      fail("O3", at + " holds a submission that nobody made");
    } else if (request->is_forged) {
      fail("O3", at + " holds a submission with a forged signature");
    }
    // Who has executed what a block builds on judges it before it votes, and of those that have not
    // there are too few for a quorum (q - f correct ones executed what is certified). A wider
    // window has heights in flight together, and what they repeat has no effect.
    if (!committed_.insert(digest).second) {
      saw(Seen::ReplayTried);
      if (judges_nodes_) fail("O3", at + " holds a submission that a block before it holds");
    }
    work_.committed(digest, header);
  }
  for (const Receipt& receipt : effects.receipts) {
    work_.learn(receipt, header);
    if (receipt.kind == ActionKind::Due) saw(Seen::Expiry);
    if (receipt.outcome == Outcome::IdempotencyConflict || receipt.outcome == Outcome::Replayed)
      saw(Seen::RequestIdReused);
    if (receipt.kind == ActionKind::Due || receipt.outcome != Outcome::Accepted) continue;
    const auto kind = std::ranges::find(all_kinds(), receipt.kind);
    ++accepted_kinds_[static_cast<std::size_t>(kind - all_kinds().begin())];
    const auto [place, is_new] = accepted_.emplace(receipt.request_key, header);
    const bool is_remembered =
        header.ledger_time.since(place->second.ledger_time) < plan_.parameters.request_memory;
    if (!is_new && is_remembered)
      fail("O4", at + " accepts a request again that took effect at height " +
                     std::to_string(place->second.height.value()));
    place->second = header;
  }
}

namespace {

/// What one point of a line changes of what a programme owes its members: what they have less what
/// they owe. A table of its own, beside execution's and the auditor's.
int owed_by_line(LineKind kind) {
  switch (kind) {
    case LineKind::Earned:
    case LineKind::Received:
    case LineKind::Pended:
    case LineKind::GivenBack:
    case LineKind::Reinstated:
    case LineKind::AdjustedUp:
    case LineKind::Opened:
    case LineKind::JoinedAvailable:
    case LineKind::JoinedPending:
    case LineKind::ExchangedIn:
    case LineKind::LeftDebt:
    case LineKind::WrittenOff:
      return 1;
    case LineKind::Activated:
    case LineKind::Settled:
    case LineKind::Held:
    case LineKind::Released:
    case LineKind::Unrecovered:
    case LineKind::Extended:
      return 0;
    case LineKind::Redeemed:
    case LineKind::Sent:
    case LineKind::Fee:
    case LineKind::Expired:
    case LineKind::Captured:
    case LineKind::ClawedPending:
    case LineKind::Clawed:
    case LineKind::Owed:
    case LineKind::Forfeited:
    case LineKind::ForfeitedPending:
    case LineKind::AdjustedDown:
    case LineKind::LeftAvailable:
    case LineKind::LeftPending:
    case LineKind::ExchangedOut:
    case LineKind::JoinedDebt:
      break;
  }
  return -1;
}

}  // namespace

/// Every point that came is still there, or left for a reason: counted line by line here, account
/// by account there.
void Oracles::check_points(const node::LedgerEffects& effects, const storage::Snapshot& after) {
  for (const Receipt& receipt : effects.receipts)
    for (const ReceiptLine& line : receipt.lines)
      outstanding_[line.account.programme] += owed_by_line(line.kind) * line.points.value();
  std::map<MerchantId, std::int64_t> counted;
  const Result<void> read = after.for_each_record([&](const state::RecordKey& key, ByteView bytes) {
    if (key.kind() != state::RecordKind::Account) return true;
    const std::optional<AccountId> account = state::account_of(key);
    const auto head = state::decode_account_head(bytes);
    if (!account.has_value() || !head.ok()) {
      fail("O5", "an account record does not decode");
      return false;
    }
    counted[account->programme] +=
        head->available.value() + head->held.value() + head->pending.value() - head->debt.value();
    return true;
  });
  if (!read.ok()) return fail("O5", read.error().message);
  for (const auto& [programme, points] : outstanding_)
    if (counted[programme] != points)
      fail("O5", "after height " + std::to_string(effects.header.height.value()) + " programme " +
                     std::to_string(programme.value()) + " has " +
                     std::to_string(counted[programme]) + " points in its accounts; " +
                     std::to_string(points) + " came and did not leave");
}

/// Only offices make merchants owe each other.
void Oracles::check_settlement(const node::LedgerEffects& effects, const storage::Snapshot& after) {
  std::map<tally::Hash, Transaction> asked;
  for (const SubmissionDigest& digest : effects.submissions) {
    const Request* const request = work_.find(digest);
    if (request == nullptr) continue;  // O3
    const auto submission = decode_submission(request->bytes);
    if (!submission.ok()) continue;
    for (const Transaction& transaction : submission->transactions)
      asked.emplace(request_digest(transaction), transaction);
  }
  settlement_.on_block(effects, asked, after);
}

void Oracles::on_reply(std::size_t instance, const node::CertifiedReceipts& receipts) {
  const Height height = receipts.header.height;
  const Hash digest = consensus::header_digest(receipts.header);
  if (height.value() >= headers_.size() || headers_[height.value()] != digest)
    return fail("O9", name(instance) + " answers with height " + std::to_string(height.value()) +
                          ", which is not in the chain");
  check_certified(receipts.header, name(instance));
  for (const Receipt& receipt : receipts.receipts) {
    const Hash told = receipt_digest(receipt);
    const auto place = answers_[height.value()].emplace(receipt.position.index, told).first;
    if (place->second != told)
      fail("O4", name(instance) + " answers a request otherwise than was answered before");
  }
  answered_ = std::max(answered_, height);
}

void Oracles::on_status(std::size_t instance, const node::NodeStatus& status) {
  Progress& before = progress_[instance];
  const auto falls = [&](const char* what, std::uint64_t was, std::uint64_t is) {
    if (is < was)
      fail("O10", name(instance) + ": " + what + " falls from " + std::to_string(was) + " to " +
                      std::to_string(is));
  };
  falls("stable height", before.stable.value(), status.stable.value());
  falls("view", before.view.value(), status.view.value());
  for (Height height = before.stable; height < status.stable; height = height.next())
    before.failed_views -= before.failed_views > 0 ? 1 : 0;
  before.stable = status.stable;
  before.view = status.view;
  if (status.pool_bytes > limits::kMempoolBytes)
    fail("O13",
         name(instance) + ": the pool holds " + std::to_string(status.pool_bytes) + " bytes");
}

void Oracles::on_offered(std::size_t instance, const consensus::Vote& fresh) {
  const NodeIndex primary = chain_.epoch().primary(fresh.statement.view);
  // A liar may send two; what counts then is not for a bystander to say.
  if (fresh.signer == primary && views_.is_correct(primary))
    duties_.on_offered(plan_.identity(instance), fresh);
}

void Oracles::on_step(std::size_t instance, Timestamp now, bool drained) {
  duties_.on_step(plan_.identity(instance), now, drained);
}

void Oracles::on_told(std::size_t instance, Height height) {
  duties_.on_executed(plan_.identity(instance), height);
}

void Oracles::on_round(std::size_t instance, const node::NodeStatus& status) {
  const NodeIndex self = plan_.identity(instance);
  if (!judges_nodes_ || !views_.is_correct(self)) return;
  duties_.on_round(self, status, views_.highest());
  if (status.voting && !status.changing) views_.on_round_in(self, status.view, status.stable);
}

void Oracles::on_start(std::size_t instance, const node::NodeStatus& status, Timestamp now,
                       bool empty_log) {
  const consensus::Header& newest = status.newest;
  duties_.on_start(plan_.identity(instance), status, now);
  views_.on_start(plan_.identity(instance));
  kept_[instance].empty_at_start = empty_log;
  Progress& before = progress_[instance];
  if (newest.height < before.executed)
    fail("O10", name(instance) + " starts at height " + std::to_string(newest.height.value()) +
                    ", below " + std::to_string(before.executed.value()));
  if (headers_.at(newest.height.value()) != consensus::header_digest(newest))
    fail("O11", name(instance) + " starts from another chain");
  // What was never synced may be gone; O8 remembers what was said.
  before = Progress{
      .stable = Height(), .executed = newest.height, .view = View(), .header_time = newest.time};
}

void Oracles::on_halt(std::size_t instance, const std::string& why) {
  // Over budget a halt is right: it is what a node can do that holds the proof.
  if (plan_.expects_split) return;
  fail("O15", name(instance) + " halts: " + why);
}

void Oracles::on_mark(std::size_t from, std::size_t by, const std::string& why) {
  fail("O16", name(by) + " refuses what " + name(from) + " sent: " + why);
}

void Oracles::at_end(std::size_t instance, Height executed) {
  if (executed < answered_)
    fail("O9", name(instance) + " ends at height " + std::to_string(executed.value()) +
                   ", though height " + std::to_string(answered_.value()) + " was answered");
}

}  // namespace tally::sim
