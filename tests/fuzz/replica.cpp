// One replica, and an input that plays its three peers, its ledger and its clock: they sign what
// they like, lie, and repeat what the replica said; it may crash and start again.
//
// Whatever it hears, it never signs two digests for one slot, never says what is not in its log,
// says nothing that a peer would refuse, and halts only where more than f others lied.
#include <tally/consensus/replica.h>

#include <cstdio>
#include <deque>
#include <memory>

#include "fuzz/forger.h"
#include "fuzz/fuzz.h"
#include "support/consensus_samples.h"
#include "support/memory_vote_log.h"

namespace tally::fuzz {
namespace {

constexpr std::size_t kNodes = 4;
constexpr std::size_t kVariants = 4;  ///< proposals that there are of a height
constexpr std::size_t kStepsMax = 160;

enum Step : std::uint8_t {
  TickStep,
  ExecuteStep,
  CandidateStep,
  WorkStep,
  PrePrepareStep,
  VoteStep,
  EveryVoteStep,  ///< of all peers alike
  CertificateStep,
  CheckpointStep,
  EveryCheckpointStep,
  CertifiedHeaderStep,
  ViewChangeStep,
  NewViewStep,
  ComplaintStep,
  EveryComplaintStep,
  HintStep,  ///< status, questions and bodies
  AnswerStep,
  RefusedStep,
  RefusedNewViewStep,
  RestartStep,
  RawStep,  ///< any message that decodes, its signatures made good
  Steps,
};

/// What the replica promised, in all of its lives; rebuilt from nothing but its records.
class Promises {
 public:
  void note(const VoteRecord& record) {
    if (const auto* voted = std::get_if<Voted>(&record)) note(voted->vote.statement);
    if (const auto* changing = std::get_if<Changing>(&record)) {
      const auto known = changes_.emplace(changing->own.view, encode_message(changing->own));
      CHECK(known.first->second == encode_message(changing->own));
    }
  }
  [[nodiscard]] bool holds(const VoteStatement& s) const {
    const auto known = votes_.find({s.height, s.phase, s.view});
    return known != votes_.end() && known->second == s.digest;
  }
  [[nodiscard]] bool holds(const ViewChange& change) const {
    const auto known = changes_.find(change.view);
    return known != changes_.end() && known->second == encode_message(change);
  }

 private:
  void note(const VoteStatement& s) {
    const auto known = votes_.emplace(std::tuple(s.height, s.phase, s.view), s.digest);
    CHECK(known.first->second == s.digest);
    // A vote below a view that it said to have left would be one that its view-change denies.
    if (s.phase != Phase::Checkpoint && known.second && !changes_.empty())
      CHECK(s.view >= changes_.rbegin()->first);
  }

  std::map<std::tuple<Height, Phase, View>, Hash> votes_;
  std::map<View, Bytes> changes_;
};

class World {
 public:
  explicit World(Choices& choices)
      : choices_(choices),
        epoch_(an_epoch(1 + choices.below(4))),
        self_(node(choices.below(kNodes))),
        forger_(epoch_, self_),
        ledger_{test::genesis_of(epoch_)},
        stable_{ledger_.front(), {}} {
    forger_.note(ledger_.front());
    restart(choices_.one_in(4));
  }

  void run() {
    for (std::size_t i = 0; i < kStepsMax && !choices_.is_empty() && !halted_; ++i)
      step();
  }

 private:
  [[nodiscard]] static Epoch an_epoch(std::size_t window) {
    static const Epoch four = test::an_epoch(kNodes);
    Epoch epoch = four;
    epoch.window = window;
    epoch.rotation_heights = 3;
    return epoch;
  }

  void step() {
    switch (choices_.below(Steps)) {
      case TickStep:
        return tick();
      case ExecuteStep:
        return execute();
      case CandidateStep:
        return take(Candidate{test::id_bytes(choices_.below(3))});
      case WorkStep:
        return work();
      case PrePrepareStep:
        return hear(pre_prepare(), peer());
      case VoteStep:
        return hear(vote(pick_statement(), peer()), peer());
      case EveryVoteStep:
        return hear_every_vote();
      case CertificateStep:
        return hear(a_certificate(Phase::Commit), peer());
      case CheckpointStep:
        return hear(Checkpoint{pick_header(), peer(), {}}, peer());
      case EveryCheckpointStep:
        return hear_every_checkpoint();
      case CertifiedHeaderStep:
        return hear(certified(pick_header()), peer());
      case ViewChangeStep:
        return hear(view_change(pick_view(), peer()), peer());
      case NewViewStep:
        return hear(new_view(), peer());
      case ComplaintStep:
        return hear(complaint(pick_view(), peer()), peer());
      case EveryComplaintStep:
        return hear_every_complaint();
      case HintStep:
        return hear(hint(), peer());
      case AnswerStep:
        return hear(answer(), peer());
      case RefusedStep:
        return refused();
      case RefusedNewViewStep:
        return take(RefusedNewView{pick_view()});
      case RestartStep:
        return restart(choices_.one_in(4));
      default:
        return raw();
    }
  }

  // Inputs of this node's own.
  void tick() {
    constexpr std::array<std::uint64_t, 6> kSpans = {1, 100, 500, 1'600, 6'000, 100'000};
    const Duration span(kSpans.at(choices_.below(kSpans.size())));
    now_.monotonic = now_.monotonic.plus(span);
    now_.utc = now_.utc.plus(span);
    take(Tick{choices_.one_in(4) ? choices_.below(kNodes) : kNodes - 1});
  }
  void work() {
    const bool pending = choices_.below(2) == 0;
    take(Work{pending, choices_.one_in(4)});
  }
  /// What was handed over; where nothing was, the next certified block, as block sync brings it.
  void execute() {
    while (!to_execute_.empty() && to_execute_.front().height.value() < ledger_.size())
      to_execute_.pop_front();
    const Height next(ledger_.size());
    std::optional<Header> header;
    if (!to_execute_.empty() && to_execute_.front().height == next)
      header = test::execute(ledger_.back(), to_execute_.front());
    else if (next <= replica_->stable())
      header = certified_at(next);
    if (!header.has_value()) return;
    ledger_.push_back(*header);
    forger_.note(*header);
    take(Executed{*header, choices_.one_in(4)});
  }
  [[nodiscard]] std::optional<Header> certified_at(Height height) const {
    Header header = stable_.header;
    while (header.height > height) {
      const auto parent = forger_.headers().find(header.parent);
      if (parent == forger_.headers().end()) return std::nullopt;
      header = parent->second;
    }
    if (header.height != height || header.parent != header_digest(ledger_.back()))
      return std::nullopt;
    return header;
  }
  /// From the log and the ledger, as after a crash; mostly its peers answer at once.
  void restart(bool is_alone) {
    Start start{.epoch = epoch_,
                .self = self_,
                .history = log_.history(),
                .stable = {ledger_.front(), {}},
                .executed = ledger_.back(),
                .base = ledger_.front(),
                .nonce = ++nonce_};
    for (const VoteRecord& record : start.history)
      if (const auto* stable = std::get_if<Stable>(&record)) start.stable = stable->certified;
    to_execute_.clear();
    replica_ = std::make_unique<Replica>(std::move(start), test::consensus_key(self_), now_);
    for (std::size_t i = 0; i < kNodes && !is_alone && !halted_; ++i)
      if (node(i) != self_) hear(Answer{nonce_, {}, {}, {}, {}}, node(i));
  }
  void refused() {
    const Message message =
        choices_.below(2) == 0 ? Message(pre_prepare()) : Message(ProposalBody{pick_proposal()});
    if (auto verified = verified_of(message, peer()))
      take(Refused{std::move(*verified), static_cast<Rule>(choices_.below(5))});
  }

  // What peers say.
  [[nodiscard]] NodeIndex peer() {
    return node((self_.value() + 1 + choices_.below(kNodes - 1)) % kNodes);
  }
  [[nodiscard]] View pick_view() {
    const std::uint64_t view = replica_->view().value();
    switch (choices_.below(8)) {
      case 4:
        return View(view + 1);
      case 5:
        return View(view == 0 ? 0 : view - 1);
      case 6:
        return View(view + choices_.below(8));
      case 7:
        return View(choices_.one_in(16) ? ~std::uint64_t{0} : choices_.byte());
      default:
        return View(view);
    }
  }
  [[nodiscard]] Height pick_height() {
    const std::uint64_t next = replica_->stable().value() + 1;
    switch (choices_.below(8)) {
      case 5:
        return Height(next + choices_.below(9));
      case 6:
        return Height(next - 1);
      case 7:
        return Height(choices_.one_in(16) ? ~std::uint64_t{0} : choices_.byte());
      default:
        return Height(next + choices_.below(2));
    }
  }
  /// Two ordinary ones in time, one far out of it, and the null proposal.
  [[nodiscard]] Proposal a_proposal(Height height, std::size_t variant) const {
    if (variant == 3) return null_proposal(epoch_, height);
    const Duration since(variant == 2 ? 60'000'000 : 100 * (height.value() % 1'000));
    return test::a_proposal(epoch_, height, kBegin.plus(since), test::id_bytes(variant));
  }
  [[nodiscard]] Proposal pick_proposal() {
    const Height height = pick_height();
    return a_proposal(height, choices_.below(kVariants));
  }
  [[nodiscard]] VoteStatement pick_statement() {
    const Phase phase = choices_.below(2) == 0 ? Phase::Prepare : Phase::Commit;
    return pick_statement(phase, pick_view());
  }
  [[nodiscard]] VoteStatement pick_statement(Phase phase, View view) {
    // Now and then what was spoken of last, so that votes meet.
    if (choices_.below(2) == 0) {
      VoteStatement again = last_;
      again.phase = phase;
      return again;
    }
    const Proposal proposal = pick_proposal();
    last_ = test::a_statement(epoch_, phase, proposal.height, proposal_digest(proposal), view);
    return last_;
  }
  /// Of the ledger, on top of it, or beside it.
  [[nodiscard]] Header pick_header() {
    const std::size_t height = pick_height().value();
    if (height < ledger_.size()) return ledger_[height];
    Header header = ledger_.back();
    for (std::size_t i = 0; i < 4 && header.height.value() < height; ++i) {
      header = test::execute(header, a_proposal(header.height.next(), choices_.below(kVariants)));
      forger_.note(header);
    }
    if (choices_.one_in(16)) header.state_root = test::fixed_of<Hash>(1);
    return header;
  }

  [[nodiscard]] PrePrepare pre_prepare() {
    const Proposal proposal = pick_proposal();
    const View view = pick_view();
    last_ =
        test::a_statement(epoch_, Phase::Prepare, proposal.height, proposal_digest(proposal), view);
    return {{last_, epoch_.primary(view), {}}, proposal};
  }
  [[nodiscard]] static Vote vote(const VoteStatement& statement, NodeIndex signer) {
    return {statement, signer, {}};
  }
  [[nodiscard]] Certificate a_certificate(Phase phase) {
    return forger_.certificate(pick_statement(phase, pick_view()), signers());
  }
  /// Mostly whoever can: all peers, and the replica where it voted so.
  [[nodiscard]] unsigned signers() { return choices_.one_in(8) ? choices_.byte() : 0b1111U; }
  [[nodiscard]] CertifiedHeader certified(const Header& header) {
    forger_.note(header);
    return {header, forger_.certificate(checkpoint_statement(header), signers())};
  }
  [[nodiscard]] CertifiedHeader pick_stable() {
    switch (choices_.below(4)) {
      case 0:
        return {ledger_.front(), {}};
      case 1:
        return certified(pick_header());
      default:
        return stable_;
    }
  }
  [[nodiscard]] ViewChange view_change(View view, NodeIndex signer) {
    ViewChange change;
    change.view = view;
    change.signer = signer;
    change.stable = pick_stable();
    Height height = change.stable.has_value() ? change.stable->header.height : Height();
    for (std::size_t i = choices_.below(epoch_.window + 1); i > 0; --i) {
      height = Height(height.value() + 1 + (choices_.one_in(8) ? 1U : 0U));
      const Proposal proposal = a_proposal(height, choices_.below(kVariants));
      const std::uint64_t below = view.value() == 0 ? 0 : choices_.byte() % view.value();
      change.prepared.push_back(forger_.certificate(
          test::a_statement(epoch_, Phase::Prepare, height, proposal_digest(proposal), View(below)),
          signers()));
    }
    forger_.sign(change);
    changes_[{view, signer}] = change;
    return change;
  }
  /// Of the view-changes that were sent, the replica's own too; and new ones where those are few.
  [[nodiscard]] NewView new_view() {
    NewView made;
    made.view = pick_view();
    made.signer = choices_.one_in(8) ? peer() : epoch_.primary(made.view);
    for (std::size_t i = 0; i < kNodes; ++i) {
      const auto known = changes_.find({made.view, node(i)});
      if (choices_.one_in(8)) continue;
      if (known != changes_.end())
        made.changes.push_back(known->second);
      else if (node(i) != self_)
        made.changes.push_back(view_change(made.view, node(i)));
    }
    return made;
  }
  [[nodiscard]] Complaint complaint(View view, NodeIndex signer) {
    Complaint made;
    made.view = view;
    made.signer = signer;
    made.stable = choices_.one_in(4) ? pick_height() : replica_->stable();
    made.reason = static_cast<Reason>(1 + choices_.below(5));
    made.rule = static_cast<Rule>(choices_.below(5));
    if (choices_.one_in(4)) made.digest = last_.digest;
    return made;
  }
  [[nodiscard]] Message hint() {
    switch (choices_.below(5)) {
      case 0:
        return FetchProposal{pick_height(), last_.digest};
      case 1:
        return ProposalBody{pick_proposal()};
      case 2:
        return FetchBlocks{pick_height(), pick_height()};
      case 3:
        return SharedSubmission{test::id_bytes(choices_.byte())};
      default:
        break;
    }
    consensus::Status status;
    status.view = pick_view();
    status.changing = choices_.one_in(2);
    status.stable = pick_height();
    status.executed = pick_height();
    for (std::size_t i = choices_.below(3); i > 0; --i)
      status.slots.push_back({pick_height(), choices_.one_in(2), choices_.one_in(2),
                              choices_.byte(), choices_.byte(), choices_.byte()});
    status.view_changes = choices_.byte();
    status.complaints = choices_.byte();
    status.nonce = choices_.below(3);
    return status;
  }
  [[nodiscard]] Answer answer() {
    Answer made;
    made.nonce = choices_.one_in(4) ? choices_.byte() : nonce_;
    if (choices_.one_in(2)) made.stable = pick_stable();
    if (choices_.one_in(4)) made.votes.push_back(vote(pick_statement(), peer()));
    if (choices_.one_in(4)) made.checkpoints.push_back({pick_header(), peer(), {}});
    if (choices_.one_in(4)) made.view_change = view_change(pick_view(), peer());
    return made;
  }
  void raw() {
    Result<Message> message = decode_message(choices_.piece());
    if (message.ok()) hear(std::move(*message), peer());
  }
  void hear_every_vote() {
    const VoteStatement statement = pick_statement();
    for (std::size_t i = 0; i < kNodes && !halted_; ++i)
      if (node(i) != self_) hear(vote(statement, node(i)), node(i));
  }
  void hear_every_checkpoint() {
    const Header header = pick_header();
    for (std::size_t i = 0; i < kNodes && !halted_; ++i)
      if (node(i) != self_) hear(Checkpoint{header, node(i), {}}, node(i));
  }
  void hear_every_complaint() {
    const View view = pick_view();
    for (std::size_t i = 0; i < kNodes && !halted_; ++i)
      if (node(i) != self_) hear(complaint(view, node(i)), node(i));
  }

  // The replica, and what is held against it.
  [[nodiscard]] std::optional<VerifiedMessage> verified_of(Message message, NodeIndex from) {
    forger_.sign(message);
    Result<VerifiedMessage> verified = verify_message(std::move(message), from, epoch_);
    if (!verified.ok()) return std::nullopt;
    return std::move(*verified);
  }
  void hear(Message message, NodeIndex from) {
    if (auto verified = verified_of(std::move(message), from)) take(std::move(*verified));
  }
  void take(Input input) {
    Effects effects = replica_->step(std::move(input), now_);
    CHECK(effects.wake_at.has_value());
    for (const VoteRecord& record : effects.records) {
      promises_.note(record);
      if (const auto* voted = std::get_if<Voted>(&record)) forger_.note(voted->vote);
    }
    for (const CertifiedHeader& stable : effects.stable) {
      CHECK(check_block_certificate(epoch_, stable.header, stable.certificate).ok());
      stable_ = stable;
      forger_.note(stable.header);
    }
    for (CommittedProposal& committed : effects.execute) {
      CHECK(check_certificate(epoch_, committed.certificate).ok());
      CHECK(committed.certificate.statement.phase == Phase::Commit);
      CHECK(committed.certificate.statement.digest == proposal_digest(committed.proposal));
      CHECK(to_execute_.empty() || to_execute_.back().height < committed.proposal.height);
      to_execute_.push_back(std::move(committed.proposal));
    }
    halted_ = effects.halt.has_value();
    if (halted_ && !forger_.contradicts(ledger_)) {
      std::fprintf(stderr, "halted without cause: %s\n", effects.halt->c_str());
      CHECK(!halted_);
    }
    const Durable durable = log_.append_and_sync(effects.records);
    for (const Frame& frame : std::move(effects).release(durable))
      overhear(frame);
  }
  /// A peer would take it, and what it promises is in the log.
  void overhear(const Frame& frame) {
    Message message = decode_message(frame.bytes).value();
    expect_same(frame.bytes, encode_message(message));
    if (const auto* fresh = std::get_if<PrePrepare>(&message)) expect_kept(fresh->vote);
    if (const auto* plain = std::get_if<Vote>(&message)) expect_kept(*plain);
    if (const auto* said = std::get_if<Checkpoint>(&message))
      expect_kept({checkpoint_statement(said->header), said->signer, said->signature});
    if (const auto* change = std::get_if<ViewChange>(&message); change && change->signer == self_) {
      CHECK(promises_.holds(*change));
      changes_[{change->view, self_}] = *change;
    }
    CHECK(verify_message(std::move(message), self_, epoch_).ok());
  }
  void expect_kept(const Vote& said) const {
    if (said.signer == self_) CHECK(promises_.holds(said.statement));
  }

  static constexpr Timestamp kBegin = test::kStart.plus(kHour);

  Choices& choices_;
  Epoch epoch_;
  NodeIndex self_;
  Forger forger_;
  Now now_{Timestamp(1'000'000), kBegin};
  storage::VoteLog log_;
  std::vector<Header> ledger_;
  CertifiedHeader stable_;
  std::uint64_t nonce_ = 0;
  std::unique_ptr<Replica> replica_;
  std::deque<Proposal> to_execute_;
  Promises promises_;
  VoteStatement last_;  ///< what was spoken of last
  std::map<std::pair<View, NodeIndex>, ViewChange> changes_;
  bool halted_ = false;
};

}  // namespace

void run(ByteView input) {
  Choices choices(input);
  World(choices).run();
}

std::vector<Bytes> seeds() {
  // A window of one and node 1: a block of the first proposal, step by step, and on to view 1.
  const Bytes start{0, 1, 0};
  const auto with = [&](std::initializer_list<std::uint8_t> steps) {
    Bytes seed = start;
    seed.insert(seed.end(), steps);
    return seed;
  };
  std::vector<Bytes> all{
      with({PrePrepareStep, 0, 0, 0, 0,           2, EveryVoteStep,       0, 0, 0,
            EveryVoteStep,  1, 0, 0, ExecuteStep, 0, EveryCheckpointStep, 0, 0, 0,
            RestartStep,    0}),
      with({TickStep, 4, EveryComplaintStep, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
            0,        0, NewViewStep,        4, 0, 0, 0, 0, 0, 0, 0, 0}),
      with({WorkStep, 0,           0, TickStep,   3, 0, TickStep, 4, 0, CandidateStep,
            1,        RestartStep, 3, AnswerStep, 0, 0, 0,        0, 0, 0}),
      with({CertifiedHeaderStep, 0, 0, 0, 0, 0, ExecuteStep, 0, HintStep, 4, 0, 0, 0, 0, 0, 1, 1}),
  };
  for (const auto& [name, message] : test::sample_messages()) {
    Bytes seed = with({RawStep});
    append_piece(seed, encode_message(message));
    all.push_back(seed);
  }
  return all;
}

}  // namespace tally::fuzz
