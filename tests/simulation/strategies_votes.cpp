// Strategies that sign two things where a correct node signs one.
#include "simulation/mutate.h"
#include "simulation/strategies.h"

#include <tally/model/submission.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace tally::sim {
namespace {

using consensus::Checkpoint;
using consensus::FetchProposal;
using consensus::Header;
using consensus::Message;
using consensus::Phase;
using consensus::PrePrepare;
using consensus::Proposal;
using consensus::ProposalBody;
using consensus::Vote;
using consensus::VoteStatement;

std::string name_of(const VoteStatement& statement) {
  return "height " + std::to_string(statement.height.value()) + " view " +
         std::to_string(statement.view.value());
}

/// A primary that has two proposals for a slot and stands by both: to some peers all that it says
/// there, votes and bodies too, is about the second.
class TwoFaced : public Strategy {
 public:
  using Strategy::Strategy;

  void on_send(std::vector<Parcel>& parcels, const StrategyContext& context) override {
    edit_each(parcels, [&](const Message& message, std::span<Parcel> group,
                           std::vector<Parcel>& more) { edit(message, group, more, context); });
  }

  bool on_hear(NodeIndex from, ByteView frame, std::vector<Parcel>& more,
               const StrategyContext& /*context*/) override {
    const Result<Message> message = consensus::decode_message(frame);
    if (!message.ok()) return true;
    if (const auto* fetch = std::get_if<FetchProposal>(&*message))
      for (const auto& [slot, swap] : swaps_)
        if (swap.digest == fetch->digest) send(ProposalBody{swap.second}, {from}, more);
    return true;
  }

 protected:
  /// The second proposal, and for whom it is; empty: an honest slot.
  struct Plan {
    Proposal second;
    std::set<NodeIndex> victims;
  };
  virtual Plan plan(const PrePrepare& fresh, const StrategyContext& context) = 0;
  [[nodiscard]] static std::set<NodeIndex> everybody(const StrategyContext& context) {
    const std::vector<NodeIndex> peers = peers_of(context);
    return {peers.begin(), peers.end()};
  }
  /// Whether the other liars' votes for both are sent along.
  [[nodiscard]] virtual bool has_help() { return false; }

 private:
  struct Swap {
    consensus::Hash first;
    consensus::Hash digest;  ///< of the second
    Proposal second;
    std::set<NodeIndex> victims;
  };
  using Slot = std::pair<View, Height>;
  static constexpr std::size_t kSlotsMax = 64;

  void edit(const Message& message, std::span<Parcel> group, std::vector<Parcel>& more,
            const StrategyContext& context) {
    const std::optional<Vote> vote = vote_in(message);
    if (!vote.has_value() || vote->signer != context.self) return;
    if (vote->statement.phase == Phase::Checkpoint) return;
    const auto* fresh = std::get_if<PrePrepare>(&message);
    const Slot slot{vote->statement.view, vote->statement.height};
    auto found = swaps_.find(slot);
    if (found == swaps_.end()) {
      if (fresh == nullptr) return;
      found = start(slot, *fresh, more, context);
    }
    const Swap& swap = found->second;
    if (swap.victims.empty() || vote->statement.digest != swap.first) return;

    VoteStatement statement = vote->statement;
    statement.digest = swap.digest;
    const Vote second = sign_vote(statement, context.self, context.key);
    const Bytes frame = consensus::encode_message(
        fresh != nullptr ? Message(PrePrepare{second, swap.second}) : Message(second));
    for (Parcel& parcel : group)
      if (swap.victims.contains(parcel.to)) parcel.frame = frame;
  }

  std::map<Slot, Swap>::iterator start(const Slot& slot, const PrePrepare& fresh,
                                       std::vector<Parcel>& more, const StrategyContext& context) {
    if (swaps_.size() >= kSlotsMax) swaps_.clear();
    Plan planned = plan(fresh, context);
    const consensus::Hash digest = consensus::proposal_digest(planned.second);
    if (digest == fresh.vote.statement.digest) planned.victims.clear();
    const auto found = swaps_
                           .emplace(slot, Swap{fresh.vote.statement.digest, digest,
                                               std::move(planned.second), planned.victims})
                           .first;
    if (planned.victims.empty()) return found;
    context.note("has a second proposal at " + name_of(fresh.vote.statement) + " for " +
                 std::to_string(planned.victims.size()) + " nodes");
    if (has_help()) add_help(fresh.vote.statement, found->second, more, context);
    return found;
  }

  static void add_help(VoteStatement statement, const Swap& swap, std::vector<Parcel>& more,
                       const StrategyContext& context) {
    for (const Accomplice& other : context.ring) {
      if (other.node == context.self) continue;
      for (const NodeIndex peer : peers_of(context)) {
        if (peer == other.node) continue;
        statement.digest = swap.victims.contains(peer) ? swap.digest : swap.first;
        for (const Phase phase : {Phase::Prepare, Phase::Commit}) {
          statement.phase = phase;
          send(sign_vote(statement, other.node, *other.key), {peer}, more);
        }
      }
    }
  }

  std::map<Slot, Swap> swaps_;
};

/// 1: two pre-prepares to a split.
class TwoProposals : public TwoFaced {
 public:
  explicit TwoProposals(std::uint64_t seed) : TwoFaced(seed), helped_(random_.chance(50)) {}

 protected:
  Plan plan(const PrePrepare& fresh, const StrategyContext& context) override {
    Plan planned{twin_of(fresh.proposal), {}};
    if (random_.chance(30)) planned.second.payload.clear();
    std::vector<NodeIndex> peers = peers_of(context);
    random_.shuffle(peers);
    peers.resize(random_.below(peers.size() + 1));
    planned.victims = {peers.begin(), peers.end()};
    return planned;
  }
  bool has_help() override { return helped_; }

 private:
  bool helped_;
};

/// 13: its proposals bear odd times: at the bounds, far off, or a second ahead of the last one.
class BlockTime : public TwoFaced {
 public:
  using TwoFaced::TwoFaced;

 protected:
  Plan plan(const PrePrepare& fresh, const StrategyContext& context) override {
    Plan planned{fresh.proposal, {}};
    if (!random_.chance(70)) return planned;
    const Timestamp utc = context.now.utc;
    const Duration bound = context.epoch.clock_bound;
    const Timestamp times[] = {utc.plus(bound),
                               utc.plus(bound).plus(Duration(1)),
                               utc.minus(bound),
                               utc.minus(bound).minus(Duration(1)),
                               utc.plus(kHour),
                               utc.minus(kHour),
                               last_.plus(Duration(1'000)),
                               last_,
                               Timestamp(),
                               Timestamp::never()};
    planned.second.time = random_.pick(times);
    last_ = std::max(fresh.proposal.time, std::min(planned.second.time, utc.plus(bound)));
    planned.victims = everybody(context);
    return planned;
  }

 private:
  Timestamp last_;
};

/// 14: a merchant's submissions are lost on it, and its proposals hold none.
class Censor : public TwoFaced {
 public:
  using TwoFaced::TwoFaced;

  bool on_hear(NodeIndex from, ByteView frame, std::vector<Parcel>& more,
               const StrategyContext& context) override {
    const Result<Message> message = consensus::decode_message(frame);
    if (message.ok())
      if (const auto* shared = std::get_if<consensus::SharedSubmission>(&*message))
        if (is_victim(shared->bytes, context)) {
          context.note("loses a submission that node " + std::to_string(from.value()) +
                       " passed on");
          return false;
        }
    return TwoFaced::on_hear(from, frame, more, context);
  }
  bool admits(ByteView submission, const StrategyContext& context) override {
    return !is_victim(submission, context);
  }

 protected:
  Plan plan(const PrePrepare& fresh, const StrategyContext& context) override {
    Plan planned{fresh.proposal, {}};
    const Result<std::vector<ByteView>> submissions = decode_payload(fresh.proposal.payload);
    if (!submissions.ok()) return planned;
    std::vector<ByteView> kept = *submissions;
    std::erase_if(kept, [&](ByteView bytes) { return is_victim(bytes, context); });
    if (kept.size() == submissions->size()) return planned;
    planned.second.payload = encode_payload(kept);
    planned.victims = everybody(context);
    return planned;
  }

 private:
  [[nodiscard]] bool is_victim(ByteView bytes, const StrategyContext& context) {
    if (victim_ == MerchantId()) victim_ = random_.pick(context.epoch.validators).merchant;
    const Result<Submission> submission = decode_submission(bytes);
    return submission.ok() &&
           std::any_of(submission->transactions.begin(), submission->transactions.end(),
                       [this](const Transaction& each) { return each.merchant == victim_; });
  }

  MerchantId victim_;
};

/// 15: its proposals hold what was ordered before, or nothing while much waits.
class Filler : public TwoFaced {
 public:
  using TwoFaced::TwoFaced;

 protected:
  Plan plan(const PrePrepare& fresh, const StrategyContext& context) override {
    Plan planned{fresh.proposal, {}};
    if (!random_.chance(60)) return planned;
    std::vector<const Proposal*> old;
    for (const Proposal& each : context.heard.proposals())
      if (each.height < fresh.proposal.height && !each.payload.empty()) old.push_back(&each);
    planned.second.payload.clear();
    if (!old.empty() && random_.chance(70)) planned.second.payload = random_.pick(old)->payload;
    planned.victims = everybody(context);
    return planned;
  }
};

/// 15: one of the submissions in its proposals bears another signature than its own.
class ForgedSubmissions : public TwoFaced {
 public:
  using TwoFaced::TwoFaced;

 protected:
  Plan plan(const PrePrepare& fresh, const StrategyContext& context) override {
    Plan planned{fresh.proposal, {}};
    const Result<std::vector<ByteView>> submissions = decode_payload(fresh.proposal.payload);
    if (!submissions.ok() || submissions->empty()) return planned;
    std::vector<ByteView> shown = *submissions;
    ByteView& chosen = random_.pick(shown);
    Bytes other = to_bytes(chosen);
    other.back() ^= 1U;
    chosen = other;
    planned.second.payload = encode_payload(shown);
    planned.victims = everybody(context);
    return planned;
  }
};

/// 2: votes for another digest to some, and for both to others.
class TwoVotes : public Strategy {
 public:
  explicit TwoVotes(std::uint64_t seed)
      : Strategy(seed), percent_(unsigned(random_.between(20, 100))) {}

  void on_send(std::vector<Parcel>& parcels, const StrategyContext& context) override {
    edit_each(parcels,
              [&](const Message& message, std::span<Parcel> group, std::vector<Parcel>& more) {
                const auto* vote = std::get_if<Vote>(&message);
                if (vote == nullptr || vote->signer != context.self || !random_.chance(percent_))
                  return;
                VoteStatement statement = vote->statement;
                statement.digest = other_digest(statement, context.heard);
                const Bytes frame =
                    consensus::encode_message(sign_vote(statement, context.self, context.key));
                context.note("votes twice at " + name_of(statement));
                for (Parcel& parcel : group) {
                  const std::uint64_t face = random_.below(4);
                  if (face == 0) more.push_back({parcel.to, frame, parcel.delay});
                  if (face == 1) parcel.frame = frame;
                }
              });
  }

 private:
  /// One that others voted for at this height, else one that nobody knows.
  consensus::Hash other_digest(const VoteStatement& statement, const Heard& heard) {
    for (const Vote& vote : heard.votes())
      if (vote.statement.height == statement.height && vote.statement.phase != Phase::Checkpoint &&
          vote.statement.digest != statement.digest && random_.chance(70))
        return vote.statement.digest;
    return flipped(statement.digest, random_);
  }

  unsigned percent_;
};

/// 11: votes for headers that nobody executed.
class FalseHeaders : public Strategy {
 public:
  explicit FalseHeaders(std::uint64_t seed) : Strategy(seed), to_all_(random_.chance(50)) {}

  void on_send(std::vector<Parcel>& parcels, const StrategyContext& context) override {
    edit_each(parcels,
              [&](const Message& message, std::span<Parcel> group, std::vector<Parcel>& /*more*/) {
                const auto* checkpoint = std::get_if<Checkpoint>(&message);
                if (checkpoint == nullptr || checkpoint->signer != context.self) return;
                const Bytes frame = consensus::encode_message(
                    sign_header(changed(checkpoint->header), context.self, context.key));
                context.note("signs a false header of height " +
                             std::to_string(checkpoint->header.height.value()));
                for (Parcel& parcel : group)
                  if (to_all_ || random_.chance(50)) parcel.frame = frame;
              });
  }

 private:
  Header changed(Header header) {
    switch (random_.below(8)) {
      case 0:
        header.state_root = flipped(header.state_root, random_);
        break;
      case 1:
        header.receipts_root = flipped(header.receipts_root, random_);
        break;
      case 2:
        header.transactions_root = flipped(header.transactions_root, random_);
        break;
      case 3:
        header.validators = flipped(header.validators, random_);
        break;
      case 4:
        header.parent = flipped(header.parent, random_);
        break;
      case 5:
        header.proposal = flipped(header.proposal, random_);
        break;
      case 6:
        header.time = header.time.plus(Duration(1));
        break;
      default:
        header.ledger_time = header.ledger_time.plus(Duration(1));
    }
    return header;
  }

  bool to_all_;
};

/// 18: all liars play one script. At each slot that one of them proposes, they show one proposal to
/// one side and its twin to the other, vote for both, and sign whatever header either side comes
/// to.
class Conspiracy : public Strategy {
 public:
  using Strategy::Strategy;

  void on_send(std::vector<Parcel>& parcels, const StrategyContext& context) override {
    edit_each(parcels,
              [&](const Message& message, std::span<Parcel> group, std::vector<Parcel>& more) {
                const std::optional<Vote> vote = vote_in(message);
                if (!vote.has_value() || vote->signer != context.self) return;
                const VoteStatement& statement = vote->statement;
                if (!is_scripted(statement.view, context)) return;
                if (const auto* fresh = std::get_if<PrePrepare>(&message)) {
                  for (Parcel& parcel : group)
                    parcel.frame = fresh_for(parcel.to, *fresh, context);
                  play(fresh->vote.statement, fresh->proposal, more, context);
                } else if (const auto played = played_.find({statement.view, statement.height});
                           played != played_.end() && statement.phase != Phase::Checkpoint) {
                  for (Parcel& parcel : group)
                    parcel.frame = consensus::encode_message(
                        scripted_vote(parcel.to, statement, played->second, context));
                }
              });
  }

  bool on_hear(NodeIndex from, ByteView frame, std::vector<Parcel>& more,
               const StrategyContext& context) override {
    const Result<Message> message = consensus::decode_message(frame);
    if (!message.ok()) return true;
    if (const auto* fresh = std::get_if<PrePrepare>(&*message)) {
      if (is_scripted(fresh->vote.statement.view, context))
        play(fresh->vote.statement, fresh->proposal, more, context);
    } else if (const auto* checkpoint = std::get_if<Checkpoint>(&*message)) {
      if (!is_liar(checkpoint->signer, context) && from == checkpoint->signer)
        send(sign_header(checkpoint->header, context.self, context.key), {from}, more);
    } else if (const auto* fetch = std::get_if<FetchProposal>(&*message)) {
      const Proposal* known = context.heard.find(fetch->digest);
      for (const Proposal& each : context.heard.proposals())
        if (known == nullptr && consensus::proposal_digest(twin_of(each)) == fetch->digest) {
          send(ProposalBody{twin_of(each)}, {from}, more);
          break;
        }
    }
    return true;
  }

 private:
  [[nodiscard]] static bool is_liar(NodeIndex node, const StrategyContext& context) {
    return std::any_of(context.ring.begin(), context.ring.end(),
                       [node](const Accomplice& each) { return each.node == node; });
  }
  [[nodiscard]] static bool is_scripted(View view, const StrategyContext& context) {
    return is_liar(context.epoch.primary(view), context);
  }
  /// Which of the two `peer` is to believe in; the same answer at every liar.
  [[nodiscard]] static bool is_second(NodeIndex peer, const VoteStatement& statement,
                                      const StrategyContext& context) {
    const std::uint64_t slot = statement.height.value() * 1'000'003 + statement.view.value();
    return ((Random::stream(context.script, slot).next() >> peer.value()) & 1) != 0;
  }
  [[nodiscard]] static Proposal version_for(NodeIndex peer, const VoteStatement& statement,
                                            const Proposal& proposal,
                                            const StrategyContext& context) {
    const bool is_odd = (proposal.time.milliseconds() & 1) != 0;
    return is_odd == is_second(peer, statement, context) ? proposal : twin_of(proposal);
  }
  [[nodiscard]] static Bytes fresh_for(NodeIndex peer, const PrePrepare& fresh,
                                       const StrategyContext& context) {
    const Proposal version = version_for(peer, fresh.vote.statement, fresh.proposal, context);
    VoteStatement statement = fresh.vote.statement;
    statement.digest = consensus::proposal_digest(version);
    return consensus::encode_message(
        PrePrepare{sign_vote(statement, context.self, context.key), version});
  }

  void play(VoteStatement statement, const Proposal& proposal, std::vector<Parcel>& more,
            const StrategyContext& context) {
    if (played_.size() >= kSlotsMax) played_.clear();
    if (!played_.emplace(std::pair(statement.view, statement.height), proposal).second) return;
    context.note("plays the script at " + name_of(statement));
    const bool proposes = context.epoch.primary(statement.view) == context.self;
    for (const NodeIndex peer : peers_of(context)) {
      if (is_liar(peer, context)) continue;
      for (const Phase phase : {Phase::Prepare, Phase::Commit}) {
        statement.phase = phase;
        if (phase == Phase::Prepare && proposes) continue;  // its pre-prepare says that
        send(scripted_vote(peer, statement, proposal, context), {peer}, more);
      }
    }
  }
  [[nodiscard]] static Vote scripted_vote(NodeIndex peer, VoteStatement statement,
                                          const Proposal& proposal,
                                          const StrategyContext& context) {
    statement.digest = consensus::proposal_digest(version_for(peer, statement, proposal, context));
    return sign_vote(statement, context.self, context.key);
  }

  static constexpr std::size_t kSlotsMax = 64;
  std::map<std::pair<View, Height>, Proposal> played_;
};

}  // namespace

std::unique_ptr<Strategy> make_two_proposals(std::uint64_t seed) {
  return std::make_unique<TwoProposals>(seed);
}
std::unique_ptr<Strategy> make_two_votes(std::uint64_t seed) {
  return std::make_unique<TwoVotes>(seed);
}
std::unique_ptr<Strategy> make_false_headers(std::uint64_t seed) {
  return std::make_unique<FalseHeaders>(seed);
}
std::unique_ptr<Strategy> make_block_time(std::uint64_t seed) {
  return std::make_unique<BlockTime>(seed);
}
std::unique_ptr<Strategy> make_censor(std::uint64_t seed) {
  return std::make_unique<Censor>(seed);
}
std::unique_ptr<Strategy> make_filler(std::uint64_t seed) {
  return std::make_unique<Filler>(seed);
}
std::unique_ptr<Strategy> make_forged_submissions(std::uint64_t seed) {
  return std::make_unique<ForgedSubmissions>(seed);
}
std::unique_ptr<Strategy> make_conspiracy(std::uint64_t seed) {
  return std::make_unique<Conspiracy>(seed);
}

}  // namespace tally::sim
