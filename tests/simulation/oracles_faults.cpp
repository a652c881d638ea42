// The claims, each with why it holds.
#include "simulation/oracles_faults.h"

#include "simulation/log_entries.h"

#include <algorithm>
#include <bit>

namespace tally::sim {
namespace {

using consensus::LearnerStage;
using consensus::Phase;

/// The number of the newest whole entry in `image`.
std::uint64_t newest_entry(const SimDisk::Image& image) {
  std::uint64_t newest = 0;
  for (const auto& [path, bytes] : image.files) {
    storage::LogSalt salt;
    for (const storage::VoteEntry& entry : entries_of(bytes, salt))
      newest = std::max(newest, entry.sequence);
  }
  return newest;
}

}  // namespace

FaultOracles::FaultOracles(const Plan& plan, const Chain& chain, Oracles& oracles, Coverage& seen)
    : plan_(plan),
      chain_(chain),
      oracles_(oracles),
      seen_(seen),
      logs_(plan.instances()),
      offers_(plan.instances()),
      header_times_{chain.genesis().time},
      executed_at_{0} {}

/// All of these count with one open height.
void FaultOracles::fail(std::string oracle, std::string what) {
  if (plan_.window == 1) oracles_.fail(std::move(oracle), std::move(what));
}

std::string FaultOracles::name(std::size_t instance) const {
  return "node " + std::to_string(plan_.identity(instance).value());
}

Mask FaultOracles::incorrect() const {
  Mask mask = 0;
  for (std::size_t i = 0; i < plan_.nodes; ++i)
    if (!plan_.is_correct(i)) mask |= bit(i);
  return mask;
}

void FaultOracles::on_message(std::size_t instance, const consensus::Message& message, Micros now) {
  const NodeIndex self = plan_.identity(instance);
  if (const auto* vote = std::get_if<consensus::Vote>(&message)) {
    if (vote->signer == self && vote->statement.phase == Phase::Prepare)
      check_prepare(instance, vote->statement, now);
  } else if (const auto* fresh = std::get_if<consensus::PrePrepare>(&message)) {
    if (fresh->vote.signer == self) check_prepare(instance, fresh->vote.statement, now);
  }
}

/// A learner signs no vote before it is back, and no view-change before it is returning
/// (design/consensus.md §3.4). The log holds what it signs and which it is, in this order.
void FaultOracles::on_record(std::size_t instance, const consensus::VoteRecord& record) {
  Log& log = logs_[instance];
  const bool is_learner = log.stage.has_value() && log.stage != LearnerStage::Back;
  if (const auto* learner = std::get_if<consensus::Learner>(&record)) {
    log.stage = learner->stage;
  } else if (const auto* voted = std::get_if<consensus::Voted>(&record)) {
    const consensus::VoteStatement& s = voted->vote.statement;
    if (s.phase == Phase::Checkpoint)
      signers_[s.height][s.digest] |= bit(plan_.identity(instance).value());
    const bool is_new = log.votes.emplace(s.height, s.phase, s.view, s.digest).second;
    if (is_new && is_learner && !log.is_read_again)
      fail("O17", name(instance) + " signs a vote at height " + std::to_string(s.height.value()) +
                      " as a learner");
  } else if (const auto* changing = std::get_if<consensus::Changing>(&record)) {
    const bool is_new = log.changes.insert(changing->own.view).second;
    if (is_new && is_learner && log.stage != LearnerStage::Returning && !log.is_read_again)
      fail("O17", name(instance) + " signs a view-change as a learner");
  }
}

void FaultOracles::on_wiped(std::size_t instance) {
  logs_[instance] = Log();
}

void FaultOracles::on_rot(std::size_t instance, std::uint64_t newest) {
  logs_[instance].newest_before_rot = newest;
}

void FaultOracles::begin_start(std::size_t instance, const SimDisk::Image& image) {
  Log& log = logs_[instance];
  log.is_read_again = true;
  log.stage.reset();
  offers_[instance].clear();
  if (!log.newest_before_rot.has_value()) return;
  // An entry is appended only after the sync before has returned, so none but the last may go as
  // torn (§3.1); whoever lacks more has to say that it forgot.
  const std::uint64_t kept = newest_entry(image);
  const bool says_so = std::ranges::any_of(image.files, [](const auto& file) {
    storage::LogSalt salt;
    const std::vector<storage::VoteEntry> entries = entries_of(file.second, salt);
    if (entries.empty()) return false;
    const auto records = storage::entry_records(entries.front());
    return records.ok() && std::ranges::any_of(*records, [](ByteView bytes) {
             const auto record = consensus::decode_record(bytes);
             return record.ok() && std::holds_alternative<consensus::Learner>(*record);
           });
  });
  if (kept + 1 < *log.newest_before_rot && !says_so)
    fail("O11", name(instance) + " starts with entry " + std::to_string(kept) +
                    " of its vote log as the last; entry " +
                    std::to_string(*log.newest_before_rot) + " was durable");
  log.newest_before_rot.reset();
}

void FaultOracles::on_start(std::size_t instance, const node::NodeStatus& status) {
  logs_[instance].is_read_again = false;
  logs_[instance].stable_at_start = status.stable;
}

/// Only what a node can judge when it comes: it has executed and knows as certified all below.
/// (What comes early is judged as its height opens, ADR 0010; Oracles claims of blocks what
/// follows.)
void FaultOracles::on_offered(std::size_t instance, const consensus::PrePrepare& fresh,
                              const node::NodeStatus& status) {
  if (!plan_.is_correct(instance)) return;
  auto& offers = offers_[instance];
  offers.erase(offers.begin(), offers.upper_bound(status.stable));
  const Height height = fresh.proposal.height;
  if (height <= status.stable) return;
  const auto [place, is_first] = offers[height].try_emplace(fresh.vote.statement.digest);
  if (!is_first) return;
  const bool is_next = height == status.stable.next() && status.executed == status.stable;
  if (!is_next || height.value() > header_times_.size()) return;
  Offer& offer = place->second;
  offer.view = fresh.vote.statement.view;
  offer.fault = judge(fresh.proposal);
  // What it knows of time is gone with a restart.
  if (offer.fault == Filler::Empty && status.stable <= logs_[instance].stable_at_start)
    offer.fault = Filler::None;
  if (offer.fault != Filler::None) saw(Seen::FillerOffered);
}

FaultOracles::Filler FaultOracles::judge(const consensus::Proposal& proposal) const {
  const Result<std::vector<ByteView>> submissions = decode_payload(proposal.payload);
  if (!submissions.ok()) return Filler::None;
  const Duration half(plan_.parameters.idle_block.milliseconds() / 2);
  const Timestamp before = header_times_[proposal.height.value() - 1];
  if (submissions->empty())
    return proposal.time.since(before) < half ? Filler::Empty : Filler::None;
  for (const ByteView bytes : *submissions) {
    const auto found = committed_.find(submission_digest(bytes));
    if (found != committed_.end() && found->second < proposal.height) return Filler::Replay;
  }
  return Filler::None;
}

/// A fresh proposal that repeats what was committed is refused, and an empty one before half of
/// the idle time, by its time and by the node's own clock (§4, Replays). What was prepared in a
/// view below is proposed again by a new-view, and is not judged again (§6); nor is what a quorum
/// prepared without this node, of which a correct part judged it.
void FaultOracles::check_prepare(std::size_t instance, const consensus::VoteStatement& statement,
                                 Micros now) {
  Prepared& known =
      prepared_.try_emplace(statement.digest, Prepared{statement.view, 0}).first->second;
  if (statement.view < known.view) known = Prepared{statement.view, 0};
  if (statement.view > known.view) return;
  const Mask others = known.by | incorrect();
  known.by |= bit(plan_.identity(instance).value());
  const auto at_height = offers_[instance].find(statement.height);
  if (at_height == offers_[instance].end()) return;
  const auto found = at_height->second.find(statement.digest);
  if (found == at_height->second.end() || found->second.view != statement.view) return;
  if (found->second.fault == Filler::None) return;
  if (static_cast<std::size_t>(std::popcount(others)) >= chain_.epoch().quorum().quorum()) return;
  if (found->second.fault == Filler::Empty) {
    // It cannot have known the height below as certified before somebody had executed it; clocks
    // drift by less than a hundredth.
    const Micros half = plan_.parameters.idle_block.milliseconds() / 2 * kMillisecond;
    const Micros since = now - executed_at_[statement.height.value() - 1];
    if (since + since / 100 >= half) return;
  }
  const bool is_replay = found->second.fault == Filler::Replay;
  fail("O3", name(instance) + " prepares at height " + std::to_string(statement.height.value()) +
                 (is_replay ? " what is in a block before" : " an empty block too early"));
}

void FaultOracles::on_executed(std::size_t instance, const node::LedgerEffects& effects,
                               Micros now) {
  const Height height = effects.header.height;
  const auto diverged = diverged_.find(instance);
  if (diverged != diverged_.end() && height > diverged->second)
    fail("O15", name(instance) + " executes height " + std::to_string(height.value()) +
                    " though its header of height " + std::to_string(diverged->second.value()) +
                    " is not the certified one");
  if (!plan_.is_correct(instance) || height.value() != header_times_.size()) return;
  header_times_.push_back(effects.header.time);
  executed_at_.push_back(now);
  for (const SubmissionDigest& digest : effects.submissions)
    committed_.emplace(digest, height);
}

/// Whoever answers knows a block certificate (§5), of q votes. A correct node's is durable before
/// anybody can know it; those of the others nobody counts, so all of them may be in it.
void FaultOracles::on_reply(std::size_t instance, const consensus::Header& header) {
  const Mask voted = signers_[header.height][header_digest(header)] | incorrect();
  if (static_cast<std::size_t>(std::popcount(voted)) >= chain_.epoch().quorum().quorum()) return;
  fail("O9", name(instance) + " answers with height " + std::to_string(header.height.value()) +
                 ", which " + std::to_string(std::popcount(voted)) + " nodes can have certified");
}

void FaultOracles::on_divergence(std::size_t instance, Height height) {
  saw(Seen::Diverged);
  diverged_.emplace(instance, height);
}

void FaultOracles::on_divergence_seen(std::size_t instance) {
  if (diverged_.contains(instance)) return saw(Seen::HeaderMismatch);
  fail("O15", name(instance) + " halts before its ledger diverged");
}

}  // namespace tally::sim
