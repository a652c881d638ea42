// Routes events to replica, mempool and block sync, and their effects through the vote log.
#include <tally/node/ordering.h>

#include <tally/base/canary.h>
#include <tally/base/check.h>
#include <tally/base/limits.h>

#include "node/block_sync.h"
#include "node/mempool.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <tuple>

namespace tally::node {
namespace {

/// The longest question: a type, a height, a digest.
constexpr std::size_t kQuestionBytesMax = 64;

/// Whether a peer's message may show that this node, or a quorum, went wrong: kept then as proof.
bool may_contradict(const consensus::Message& message) {
  return std::holds_alternative<consensus::CertifiedHeader>(message) ||
         std::holds_alternative<consensus::Checkpoint>(message) ||
         std::holds_alternative<consensus::Certificate>(message) ||
         std::holds_alternative<consensus::NewView>(message);
}

/// Whether the body comes with the primary's vote or is fetched for it, it is judged alike.
const consensus::Proposal* proposal_in(const consensus::Message& message) {
  if (const auto* fresh = std::get_if<consensus::PrePrepare>(&message)) return &fresh->proposal;
  if (const auto* body = std::get_if<consensus::ProposalBody>(&message)) return &body->proposal;
  return nullptr;
}

}  // namespace

class Ordering::Inside {
 public:
  Inside(OrderingStart start, consensus::Now now)
      : epoch_(start.epoch),
        vote_log_(std::move(start.vote_log)),
        stable_(start.stable),
        executed_(start.executed),
        handed_over_(start.executed.height),
        sync_(start.epoch, start.self, std::move(start.uncertified)),
        pool_(start.epoch, start.self, start.memory),
        replica_(consensus::Start{start.epoch, start.self, std::move(start.history),
                                  std::move(start.stable), std::move(start.executed),
                                  std::move(start.base), start.nonce},
                 std::move(start.consensus_key), now) {
    for (const RecentBlock& block : start.recent)
      pool_.remove_committed(block.submissions, block.time);
  }

  OrderingEffects handle(std::vector<Event> events, consensus::Now now) {
    out_ = OrderingEffects();
    now_ = now;
    if (failed_.has_value()) return std::move(out_);
    for (Event& event : events) {
      std::visit([this](auto&& content) { on(std::forward<decltype(content)>(content)); },
                 std::move(event));
      hear_early();
    }
    report_work();
    catch_up();
    sync_and_release();
    return std::move(out_);
  }

  void describe(NodeStatus& status) const {
    status.view = replica_.view();
    status.primary = epoch_.primary(replica_.view());
    status.stable = stable_.header.height;
    if (stable_.header.height > Height()) status.certified = stable_;
    status.connected = connected_;
    status.open_heights = replica_.open_heights();
    status.pool_submissions = pool_.size();
    status.pool_bytes = pool_.bytes();
    status.passed_over = pool_.passed_over();
    status.voting = !failed_.has_value() && replica_.is_voting();
    status.changing = replica_.is_changing();
    status.learner = replica_.learner().has_value();
    status.waiting_for = waiting_for();
  }

  [[nodiscard]] std::string waiting_for() const {
    if (failed_.has_value())
      return "an operator to mend the disk and start the node again: " + *failed_;
    const std::optional<std::string> progress = sync_.progress(position());
    if (!progress.has_value()) return replica_.pending();
    return replica_.learner().has_value() ? *progress + "; then " + replica_.pending() : *progress;
  }

  [[nodiscard]] InboundHint hint() const {
    InboundHint hint;
    hint.stable = stable_.header.height;
    hint.view = replica_.view();
    hint.changing = replica_.is_changing();
    hint.nonce = replica_.nonce();
    for (const auto& [height, digests] : wanted_)
      hint.wanted.insert(digests.begin(), digests.end());
    for (const auto& [peer, questions] : asked_)
      if (questions > 0) hint.asked.insert(peer);
    return hint;
  }

  [[nodiscard]] bool busy() const { return !pool_.empty() || handed_over_ > stable_.header.height; }

 private:
  void on(VerifiedSubmission&& submission) {
    // The node that got it from a caller sends it to all others, once, also if a peer knew it
    // before: that one may have told nobody else. A peer's copy comes as a message and is not
    // passed on.
    consensus::Frame shared{
        std::nullopt, consensus::encode_message(consensus::SharedSubmission{submission.bytes()})};
    const SubmissionDigest digest = submission.digest();
    const Result<void> admitted = pool_.admit(std::move(submission), std::nullopt, now_.monotonic);
    if (!admitted.ok()) return;
    out_.frames.push_back(std::move(shared));
    pool_.shared(digest, now_.monotonic);
  }

  void on(SharedByPeer&& shared) {
    // A full share or a repeat is no fault of the peer's; its own pool still holds it.
    const Result<void> admitted =
        pool_.admit(std::move(shared.submission), shared.from, now_.monotonic);
    if (!admitted.ok() && admitted.error().code == ErrorCode::Unavailable)
      out_.facts.push_back("pool_full node=" + std::to_string(shared.from.value()));
  }

  void on(consensus::VerifiedMessage&& message) {
    const NodeIndex from = message.from();
    if (std::holds_alternative<consensus::CertifiedBlocks>(message.content())) {
      auto blocks = std::get<consensus::CertifiedBlocks>(std::move(message).take());
      if (std::size_t& questions = asked_[from]; questions > 0) --questions;
      return sync_.take(std::move(blocks), from, now_.monotonic);
    }
    if (const auto* status = std::get_if<consensus::Status>(&message.content()))
      sync_.take_claim(from, std::min(status->stable, status->executed), now_.monotonic);
    note_proposal(message.content());
    const consensus::Proposal* proposal = proposal_in(message.content());
    if (proposal != nullptr && proposal->height > last_open()) {
      const EarlyPlace place{proposal->height, from, message.content().index()};
      early_.insert_or_assign(place, std::move(message));
      return;
    }
    judge(std::move(message));
  }

  void judge(consensus::VerifiedMessage message) {
    const consensus::Proposal* proposal = proposal_in(message.content());
    std::optional<consensus::Rule> fault;
    if (proposal != nullptr) fault = replay_fault(*proposal);
    if (fault.has_value()) return step(consensus::Refused{std::move(message), *fault});
    std::optional<consensus::Message> proof;
    if (may_contradict(message.content())) proof = message.content();
    step(std::move(message));
    if (out_.halt.has_value() && proof.has_value() && out_.halt_message.empty())
      out_.halt_message = consensus::encode_message(*proof);
  }

  [[nodiscard]] Height last_open() const {
    return Height(stable_.header.height.value() + epoch_.window);
  }

  /// What came before its height was open. The replica would keep it as well, but vote in the step
  /// that opens the height: before anybody judged whether it is filler.
  void hear_early() {
    while (!early_.empty() && std::get<Height>(early_.begin()->first) <= last_open())
      judge(std::move(early_.extract(early_.begin()).mapped()));
  }

  void on(BadFrame&& frame) { sync_.take_bad_frame(frame.from, now_.monotonic); }

  void on(consensus::Refused&& refused) {
    note_proposal(refused.message.content());
    step(std::move(refused));
  }

  void on(consensus::RefusedNewView&& refused) { step(refused); }

  void on(LedgerEffects&& effects) {
    pool_.remove_committed(effects.submissions, effects.header.time);
    pool_.remove_expired(std::max(effects.header.ledger_time, effects.header.time));
    executed_ = effects.header;
    behind_ = effects.behind;
    if (effects.certified) compared_ = executed_.height;
    const consensus::Executed executed{effects.header, effects.behind};
    unanswered_.emplace(executed_.height, std::move(effects));
    step(executed);
    answer_certified();
  }

  void on(Tick&& tick) {
    connected_ = tick.connected;
    const Duration third(epoch_.request_timeout.milliseconds() / 3);
    if (now_.monotonic.since(forwarded_at_) >= third) forward(third);
    step(consensus::Tick{tick.connected});
  }

  void report_work() {
    // What no proposal may hold any more is no work, or nodes would complain of a primary for it.
    const Timestamp earliest = std::max(now_.utc, stable_.header.time.plus(Duration(1)));
    const consensus::Work work{pool_.has_work(earliest), pool_.passed_over()};
    if (work.pending == reported_.pending && work.passed_over == reported_.passed_over) return;
    reported_ = work;
    step(work);
  }

  /// What waits for the primary goes to it again, in case that it lacks it.
  void forward(Duration patience) {
    if (replica_.is_primary() && !replica_.is_changing()) return;
    // While changing it knows no primary, and may be alone at it: then to all, or what waits here
    // would wait for the next view.
    const std::optional<NodeIndex> to =
        replica_.is_changing() ? std::nullopt : std::optional(epoch_.primary(replica_.view()));
    for (Bytes& bytes : pool_.forward(now_.monotonic, patience)) {
      forwarded_at_ = now_.monotonic;
      out_.frames.push_back(consensus::Frame{
          to, consensus::encode_message(consensus::SharedSubmission{std::move(bytes)})});
    }
  }

  [[nodiscard]] bool has_other_primary() const {
    return !replica_.is_primary() && !replica_.is_changing();
  }

  /// A new primary may lack what waits, and is not judged by what the last one did or proposed.
  void follow_view() {
    if (replica_.view() == view_ && replica_.is_changing() == changing_) return;
    view_ = replica_.view();
    changing_ = replica_.is_changing();
    pool_.meet_new_primary();
    proposed_at_.clear();
    proposed_again_ = Height(replica_.stable().value() + epoch_.window);
    if (!changing_) forward(Duration());
  }

  void note_proposal(const consensus::Message& message) {
    const auto* fresh = std::get_if<consensus::PrePrepare>(&message);
    if (fresh == nullptr || fresh->vote.statement.view != replica_.view()) return;
    proposed_at_.try_emplace(fresh->proposal.height, now_.monotonic);
  }

  /// When the current primary made its proposal of `height`, at the latest.
  [[nodiscard]] std::optional<Timestamp> proposed_at(Height height) const {
    const auto found = proposed_at_.find(height);
    if (found == proposed_at_.end() || height <= proposed_again_ || !has_other_primary())
      return std::nullopt;
    return found->second;
  }

  void step(consensus::Input input) { take(replica_.step(std::move(input), now_)); }

  void take(consensus::Effects effects) {
    follow_view();
    for (std::string& fact : effects.facts)
      out_.facts.push_back(std::move(fact));
    for (consensus::CommittedProposal& committed : effects.execute)
      hand_over(ExecuteTask{
          std::move(committed.proposal), std::move(committed.certificate), std::nullopt, {}});
    for (consensus::CertifiedHeader& certified : effects.stable)
      take_stable(std::move(certified));
    if (effects.wake_at.has_value()) out_.wake_at = effects.wake_at;
    if (effects.halt.has_value()) out_.halt = effects.halt;
    const bool wants_candidate = effects.wants_candidate;
    const bool may_be_empty = effects.may_be_empty;
    const Timestamp time = effects.candidate_time;
    sealed_.push_back(std::move(effects));
    if (wants_candidate) propose(may_be_empty, time);
  }

  void propose(bool may_be_empty, Timestamp time) {
    std::optional<Bytes> payload = pool_.candidate(time);
    // An empty block before its time would be filler, which correct nodes refuse.
    if (!payload.has_value() && !may_be_empty) return;
    step(consensus::Candidate{payload.has_value() ? std::move(*payload) : encode_payload({})});
  }

  void take_stable(consensus::CertifiedHeader certified) {
    const Height height = certified.header.height;
    for (Height missed = stable_.header.height.next(); missed < height && missed <= handed_over_;
         missed = missed.next())
      sync_.executed_without_certificate(missed);
    // The ledger stores it once it has the block; before that, block sync brings both together.
    if (height <= handed_over_) {
      sync_.certified(height);
      out_.ledger.emplace_back(certified.certificate);
    }
    stable_ = std::move(certified);
    stable_at_ = now_.monotonic;
    proposed_at_.erase(proposed_at_.begin(), proposed_at_.upper_bound(height));
    wanted_.erase(wanted_.begin(), wanted_.upper_bound(height));
    answer_certified();
  }

  /// Own headers are compared with certified ones where both are known: at the stable height, by
  /// the replica, and for blocks of peers, by the ledger. What lies below is of the same chain.
  void answer_certified() {
    if (out_.halt.has_value()) return;
    if (canary(30)) compared_ = executed_.height;
    if (executed_.height >= stable_.header.height)
      compared_ = std::max(compared_, stable_.header.height);
    while (!unanswered_.empty() && unanswered_.begin()->first <= compared_) {
      LedgerEffects& effects = unanswered_.begin()->second;
      out_.replies.push_back(
          CertifiedReceipts{std::move(effects.header), std::move(effects.receipts)});
      unanswered_.erase(unanswered_.begin());
    }
  }

  [[nodiscard]] BlockSync::Position position() const {
    return {stable_.header.height, executed_.height, handed_over_};
  }

  void catch_up() {
    BlockSync::Step step = sync_.step(position(), now_.monotonic);
    for (ExecuteTask& task : step.execute) {
      if (canary(106)) out_.ledger.emplace_back(task);
      hand_over(std::move(task));
    }
    for (consensus::Certificate& certificate : step.certificates)
      out_.ledger.emplace_back(std::move(certificate));
    std::ranges::move(step.questions, std::back_inserter(out_.frames));
    std::ranges::move(step.facts, std::back_inserter(out_.facts));
  }

  void hand_over(ExecuteTask task) {
    // Consensus and block sync may both come to a height; the first one hands it over.
    if (task.proposal.height != handed_over_.next()) return;
    handed_over_ = task.proposal.height;
    pool_.order(task.proposal, task.commit.has_value() ? proposed_at(handed_over_) : std::nullopt);
    out_.ledger.emplace_back(std::move(task));
  }

  /// Why a fresh proposal is filler (design/consensus.md §4, Replays); a node that lags does not
  /// know enough to judge, and one that executed this height already need not.
  std::optional<consensus::Rule> replay_fault(const consensus::Proposal& proposal) const {
    if (executed_.height != stable_.header.height) return std::nullopt;
    if (proposal.height != stable_.header.height.next() || canary(37)) return std::nullopt;
    const auto submissions = decode_payload(proposal.payload);
    if (!submissions.ok()) return consensus::Rule::Form;
    const Duration half(epoch_.idle_block.milliseconds() / 2);
    if (submissions->empty() && !behind_ && proposal.time.since(stable_.header.time) < half &&
        now_.monotonic.since(stable_at_) < half)
      return consensus::Rule::Empty;
    for (const ByteView bytes : *submissions)
      if (pool_.was_committed(submission_digest(bytes))) return consensus::Rule::Replay;
    return std::nullopt;
  }

  void sync_and_release() {
    std::vector<consensus::VoteRecord> records;
    for (consensus::Effects& effects : sealed_)
      for (consensus::VoteRecord& record : effects.records)
        records.push_back(std::move(record));
    const Result<consensus::Durable> durable = vote_log_.append_and_sync(records);
    if (!durable.ok()) {
      // The pages may be gone: no vote leaves, now or later in this process.
      failed_ = durable.error().message;
      out_ = OrderingEffects();
      out_.facts.push_back("vote_log_failed reason=\"" + *failed_ + "\"");
      sealed_.clear();
      return;
    }
    for (consensus::Effects& effects : sealed_)
      for (consensus::Frame& frame : std::move(effects).release(*durable))
        out_.frames.push_back(std::move(frame));
    sealed_.clear();
    for (const consensus::Frame& frame : out_.frames)
      note_question(frame);
    if (out_.halt.has_value()) {
      // What contradicts a quorum is neither answered nor built upon.
      out_.frames.clear();
      out_.ledger.clear();
      out_.replies.clear();
    }
    for (LedgerTask& task : out_.ledger)
      if (auto* execute = std::get_if<ExecuteTask>(&task)) execute->log = vote_log_.position();
  }

  /// What is asked of a peer may come; the same unasked is not worth a check.
  void note_question(const consensus::Frame& frame) {
    if (!frame.to.has_value() || frame.bytes.size() > kQuestionBytesMax) return;
    const Result<consensus::Message> message = consensus::decode_message(frame.bytes);
    if (!message.ok()) return;
    if (const auto* body = std::get_if<consensus::FetchProposal>(&*message)) {
      // Liars may name a new digest with each vote: what was asked for long ago gives way.
      std::set<consensus::Hash>& digests = wanted_[body->height];
      if (digests.size() >= 2 * epoch_.validators.size()) digests.clear();
      digests.insert(body->digest);
    }
    if (std::holds_alternative<consensus::FetchBlocks>(*message)) ++asked_[*frame.to];
  }

  consensus::Epoch epoch_;
  storage::VoteLog vote_log_;
  consensus::CertifiedHeader stable_;
  Timestamp stable_at_;  ///< monotonic
  consensus::Header executed_;
  bool behind_ = false;  ///< ledger time is held back as of executed_
  Height compared_;      ///< up to here own headers are the certified ones
  Height handed_over_;   ///< highest height that the ledger has or was given
  BlockSync sync_;
  Mempool pool_;
  consensus::Replica replica_;
  std::map<Height, LedgerEffects> unanswered_;  ///< executed, not yet certified
  std::size_t connected_ = 0;
  consensus::Work reported_;
  View view_;
  bool changing_ = false;
  Timestamp forwarded_at_;                   ///< monotonic
  std::map<Height, Timestamp> proposed_at_;  ///< monotonic; by the current primary, uncertified
  Height proposed_again_;                    ///< up to here its proposals may be another's
  /// Proposals above the open heights, of each peer its last pre-prepare and its last body; Inbound
  /// lets through 2W heights.
  using EarlyPlace = std::tuple<Height, NodeIndex, std::size_t>;
  std::map<EarlyPlace, consensus::VerifiedMessage> early_;
  std::map<Height, std::set<consensus::Hash>> wanted_;  ///< bodies that peers were asked for
  std::map<NodeIndex, std::size_t> asked_;              ///< for blocks, how often without an answer
  std::optional<std::string> failed_;

  consensus::Now now_;                      ///< of the current round
  OrderingEffects out_;                     ///< of the current round
  std::vector<consensus::Effects> sealed_;  ///< of the current round, until synced
};

Ordering::Ordering(OrderingStart start, consensus::Now now)
    : inside_(std::make_unique<Inside>(std::move(start), now)) {}
Ordering::~Ordering() = default;

OrderingEffects Ordering::handle(std::vector<Event> events, consensus::Now now) noexcept {
  return inside_->handle(std::move(events), now);
}
void Ordering::describe(NodeStatus& status) const {
  inside_->describe(status);
}
InboundHint Ordering::hint() const {
  return inside_->hint();
}
bool Ordering::busy() const {
  return inside_->busy();
}

}  // namespace tally::node
