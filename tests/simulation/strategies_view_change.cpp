// Strategies about views: lying proofs, bad new-views, complaints without a cause, false answers.
#include "simulation/mutate.h"
#include "simulation/strategies.h"

#include <algorithm>
#include <utility>

namespace tally::sim {
namespace {

using consensus::Answer;
using consensus::Certificate;
using consensus::CertifiedHeader;
using consensus::Complaint;
using consensus::Message;
using consensus::NewView;
using consensus::Phase;
using consensus::Reason;
using consensus::ViewChange;
using consensus::Vote;

std::string name_of_view(View view) {
  return "view " + std::to_string(view.value());
}

/// 9: its view-changes leave out what it prepared, show something older, or something made up; to
/// some nodes, or to all.
class LyingViewChange : public Strategy {
 public:
  explicit LyingViewChange(std::uint64_t seed) : Strategy(seed), to_all_(random_.chance(50)) {}

  void on_send(std::vector<Parcel>& parcels, const StrategyContext& context) override {
    edit_each(parcels,
              [&](const Message& message, std::span<Parcel> group, std::vector<Parcel>& /*more*/) {
                const auto* own = std::get_if<ViewChange>(&message);
                if (own == nullptr || own->signer != context.self) return;
                const ViewChange lie =
                    sign_change(false_change(*own, random_, context), context.self, context.key);
                const Bytes frame = consensus::encode_message(lie);
                context.note("lies in its view-change for " + name_of_view(lie.view));
                for (Parcel& parcel : group)
                  if (to_all_ || random_.chance(50)) parcel.frame = frame;
              });
  }

 private:
  bool to_all_;
};

/// 10: as a new primary it sends too few view-changes, one twice, bad ones, or other good ones to
/// other nodes.
class BadNewView : public Strategy {
 public:
  explicit BadNewView(std::uint64_t seed) : Strategy(seed), to_all_(random_.chance(50)) {}

  void on_send(std::vector<Parcel>& parcels, const StrategyContext& context) override {
    edit_each(parcels, [&](const Message& message, std::span<Parcel> group,
                           std::vector<Parcel>& /*more*/) {
      const auto* own = std::get_if<NewView>(&message);
      if (own == nullptr || own->signer != context.self || own->changes.empty()) return;
      const Bytes frame =
          consensus::encode_message(sign_new_view(bad(*own, context), context.self, context.key));
      context.note("sends a bad new-view for " + name_of_view(own->view));
      for (Parcel& parcel : group)
        if (to_all_ || random_.chance(50)) parcel.frame = frame;
    });
  }

  /// Its turn has not come, and it begins.
  void on_time(std::vector<Parcel>& more, const StrategyContext& context) override {
    if (!random_.chance(5) || context.heard.view_changes().empty()) return;
    NewView early{context.epoch.chain, context.epoch.number, View(), context.self, {}, {}};
    early.view = random_.pick(context.heard.view_changes()).view;
    early.changes = known_for(early.view, context);
    context.note("sends a new-view for " + name_of_view(early.view) + " unasked");
    send(sign_new_view(std::move(early), context.self, context.key), peers_of(context), more);
  }

 private:
  /// The view-changes for `view` that it heard, one a signer, ascending.
  static std::vector<ViewChange> known_for(View view, const StrategyContext& context) {
    std::map<NodeIndex, ViewChange> by_signer;
    for (const ViewChange& change : context.heard.view_changes())
      if (change.view == view) by_signer.emplace(change.signer, change);
    std::vector<ViewChange> all;
    for (auto& [signer, change] : by_signer)
      all.push_back(std::move(change));
    return all;
  }

  NewView bad(NewView view, const StrategyContext& context) {
    std::vector<ViewChange>& changes = view.changes;
    const std::size_t quorum = context.epoch.quorum().quorum();
    switch (random_.below(8)) {
      case 0:
        changes.resize(std::min(changes.size(), quorum - 1));
        break;
      case 1:
        changes.back() = changes.front();
        break;
      case 2:
        std::reverse(changes.begin(), changes.end());
        break;
      case 3: {
        crypto::Signature& signature = random_.pick(changes).signature;
        signature = flipped(signature, random_);
        break;
      }
      case 4:  // a member for another view
        random_.pick(changes) = random_.pick(context.heard.view_changes());
        break;
      case 5: {  // a member without its proof, under the old signature
        random_.pick(changes).prepared.clear();
        break;
      }
      case 6:  // its own word, changed but well signed
        for (ViewChange& change : changes)
          if (change.signer == context.self)
            change = sign_change(false_change(change, random_, context), context.self, context.key);
        break;
      default: {  // another quorum, as good as the first
        std::vector<ViewChange> others = known_for(view.view, context);
        random_.shuffle(others);
        if (others.size() >= quorum)
          changes.assign(others.begin(), others.begin() + static_cast<std::ptrdiff_t>(quorum));
        std::sort(changes.begin(), changes.end(),
                  [](const ViewChange& a, const ViewChange& b) { return a.signer < b.signer; });
      }
    }
    return view;
  }

  bool to_all_;
};

/// 18: complains of a good primary, for every reason; and calls for later views. All liars of a run
/// do so at the same moments.
class FalseComplaints : public Strategy {
 public:
  using Strategy::Strategy;

  void on_time(std::vector<Parcel>& more, const StrategyContext& context) override {
    Random script = Random::stream(context.script, context.now.utc.milliseconds() / kBeatMs);
    if (!script.chance(40)) return;
    Complaint complaint{context.epoch.chain,
                        context.epoch.number,
                        context.heard.view(),
                        context.self,
                        context.heard.stable(),
                        Reason::NoProgress,
                        consensus::Rule::None,
                        {},
                        {}};
    complaint.reason = static_cast<Reason>(script.between(1, 5));
    if (complaint.reason == Reason::Refused) {
      complaint.rule = static_cast<consensus::Rule>(script.between(1, 4));
      if (!context.heard.proposals().empty())
        complaint.digest = consensus::proposal_digest(context.heard.proposals().back());
    }
    if (script.chance(20)) complaint.view = complaint.view.next();
    if (script.chance(20)) complaint.stable = Height(complaint.stable.value() + 1'000);
    context.note("complains of " + name_of_view(complaint.view));
    send(sign_complaint(complaint, context.self, context.key), peers_of(context), more);
    if (!script.chance(25)) return;

    ViewChange change{context.epoch.chain,
                      context.epoch.number,
                      context.heard.view().next(),
                      context.self,
                      {},
                      {},
                      {}};
    if (!context.heard.certified().empty()) change.stable = context.heard.certified().back();
    if (script.chance(30)) change.view = View(change.view.value() + script.below(1'000));
    send(sign_change(std::move(change), context.self, context.key), peers_of(context), more);
  }

 private:
  static constexpr std::uint64_t kBeatMs = 50;
};

/// 12: answers a node that starts with another stable block, without its votes, or with more.
class LyingAnswers : public Strategy {
 public:
  using Strategy::Strategy;

  void on_send(std::vector<Parcel>& parcels, const StrategyContext& context) override {
    edit_each(parcels,
              [&](const Message& message, std::span<Parcel> group, std::vector<Parcel>& more) {
                const auto* own = std::get_if<Answer>(&message);
                if (own == nullptr) return;
                context.note("lies to a node that starts");
                Answer lie = *own;
                switch (random_.below(6)) {
                  case 0:
                    lie.votes.clear();
                    lie.checkpoints.clear();
                    lie.view_change.reset();
                    break;
                  case 1:
                    if (!context.heard.certified().empty())
                      lie.stable = random_.pick(context.heard.certified());
                    break;
                  case 2:
                    if (lie.stable.has_value())
                      lie.stable->header.height = Height(lie.stable->header.height.value() + 1'000);
                    break;
                  case 3:
                    lie.nonce = random_.next();
                    break;
                  case 4:
                    for (const Vote& vote : context.heard.votes())
                      if (vote.statement.phase != Phase::Checkpoint && lie.votes.size() < kVotesMax)
                        lie.votes.push_back(vote);
                    break;
                  default:  // twice, once true and once not
                    for (const Parcel& parcel : group)
                      more.push_back(parcel);
                    lie.votes.clear();
                    lie.view_change.reset();
                }
                const Bytes frame = consensus::encode_message(lie);
                for (Parcel& parcel : group)
                  parcel.frame = frame;
              });
  }

 private:
  static constexpr std::size_t kVotesMax = 8;
};

}  // namespace

ViewChange false_change(ViewChange change, Random& random, const StrategyContext& context) {
  const std::deque<CertifiedHeader>& blocks = context.heard.certified();
  const std::vector<Certificate> known = context.heard.certificates(Phase::Prepare);
  switch (random.below(6)) {
    case 0:
      change.prepared.clear();
      break;
    case 1:  // for each height the oldest that it knows
      for (Certificate& each : change.prepared)
        for (const Certificate& other : known)
          if (other.statement.height == each.statement.height &&
              other.statement.view < each.statement.view)
            each = other;
      break;
    case 2:  // an older stable block, and no proof
      change.prepared.clear();
      if (!blocks.empty()) change.stable = blocks.front();
      break;
    case 3:
      for (Certificate& each : change.prepared)
        each = forged(each, static_cast<Forgery>(random.below(kForgeries)), context.epoch, random);
      if (change.prepared.empty() && !known.empty())
        change.prepared.push_back(forged(
            known.back(), static_cast<Forgery>(random.below(kForgeries)), context.epoch, random));
      break;
    case 4:  // proofs of heights where they do not belong
      change.prepared = known;
      break;
    default:
      if (change.stable.has_value())
        change.stable->header.height = change.stable->header.height.next();
  }
  return change;
}

std::unique_ptr<Strategy> make_lying_view_change(std::uint64_t seed) {
  return std::make_unique<LyingViewChange>(seed);
}
std::unique_ptr<Strategy> make_bad_new_view(std::uint64_t seed) {
  return std::make_unique<BadNewView>(seed);
}
std::unique_ptr<Strategy> make_false_complaints(std::uint64_t seed) {
  return std::make_unique<FalseComplaints>(seed);
}
std::unique_ptr<Strategy> make_lying_answers(std::uint64_t seed) {
  return std::make_unique<LyingAnswers>(seed);
}

}  // namespace tally::sim
