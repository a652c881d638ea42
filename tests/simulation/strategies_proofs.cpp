// Strategies that lie about what was agreed: false proofs, false places, false answers.
#include "simulation/mutate.h"
#include "simulation/strategies.h"

#include <tally/base/limits.h>

#include <algorithm>
#include <utility>

namespace tally::sim {
namespace {

using consensus::Certificate;
using consensus::CertifiedBlock;
using consensus::CertifiedBlocks;
using consensus::CertifiedHeader;
using consensus::Checkpoint;
using consensus::FetchBlocks;
using consensus::Message;
using consensus::Phase;
using consensus::PrePrepare;
using consensus::Status;
using consensus::Vote;
using consensus::VoteStatement;

/// 7: votes and statuses of far views and heights.
class Far : public Strategy {
 public:
  using Strategy::Strategy;

  void on_send(std::vector<Parcel>& parcels, const StrategyContext& /*context*/) override {
    edit_each(parcels,
              [&](const Message& message, std::span<Parcel> group, std::vector<Parcel>& /*more*/) {
                const auto* status = std::get_if<Status>(&message);
                if (status == nullptr || !random_.chance(40)) return;
                Status far = *status;
                if (random_.chance(60)) far.view = View(far_number(far.view.value()));
                if (random_.chance(60)) far.stable = Height(far_number(far.stable.value()));
                if (random_.chance(60)) far.executed = Height(far_number(far.executed.value()));
                if (random_.chance(30)) far.changing = !far.changing;
                const Bytes frame = consensus::encode_message(far);
                for (Parcel& parcel : group)
                  parcel.frame = frame;
              });
  }

  void on_time(std::vector<Parcel>& more, const StrategyContext& context) override {
    if (!random_.chance(30)) return;
    VoteStatement statement{context.epoch.chain,
                            context.epoch.number,
                            random_.chance(50) ? Phase::Prepare : Phase::Commit,
                            View(far_number(context.heard.view().value())),
                            Height(far_number(context.heard.stable().value())),
                            flipped(context.epoch.chain, random_)};
    if (random_.chance(30)) return call_for(statement.view, more, context);
    context.note("votes at height " + std::to_string(statement.height.value()) + " view " +
                 std::to_string(statement.view.value()));
    send(sign_vote(statement, context.self, context.key), peers_of(context), more);
  }

 private:
  void call_for(View view, std::vector<Parcel>& more, const StrategyContext& context) {
    context.note("calls for view " + std::to_string(view.value()));
    consensus::ViewChange change;
    change.chain = context.epoch.chain;
    change.epoch = context.epoch.number;
    change.view = view;
    if (!context.heard.certified().empty()) change.stable = context.heard.certified().back();
    send(sign_change(std::move(change), context.self, context.key), peers_of(context), more);
  }
  std::uint64_t far_number(std::uint64_t from) {
    const std::uint64_t steps[] = {1, 2, 3, 16, 64, 65, 128, 129, 1'000, std::uint64_t{1} << 40};
    if (random_.chance(10)) return ~std::uint64_t{0} - random_.below(2);
    if (random_.chance(10)) return 0;
    return from + random_.pick(steps);
  }
};

/// 8: certificates forged each way there is, in the messages that carry them.
class ForgedCertificates : public Strategy {
 public:
  using Strategy::Strategy;

  void on_send(std::vector<Parcel>& parcels, const StrategyContext& context) override {
    edit_each(parcels,
              [&](const Message& message, std::span<Parcel> group, std::vector<Parcel>& /*more*/) {
                Message forgery = message;
                if (!forges_in(forgery, context)) return;
                const Bytes frame = consensus::encode_message(forgery);
                for (Parcel& parcel : group)
                  if (random_.chance(50)) parcel.frame = frame;
              });
  }

  void on_time(std::vector<Parcel>& more, const StrategyContext& context) override {
    if (!random_.chance(20)) return;
    const std::vector<Certificate> commits = context.heard.certificates(Phase::Commit);
    if (!commits.empty() && random_.chance(50))
      return send(forge(random_.pick(commits), context), peers_of(context), more);
    if (context.heard.certified().empty()) return;
    CertifiedHeader block = random_.pick(context.heard.certified());
    // The header of another height under a good certificate, or a bad certificate.
    if (random_.chance(30))
      block.header.height = block.header.height.next();
    else
      block.certificate = forge(block.certificate, context);
    send(block, peers_of(context), more);
  }

 private:
  /// One certificate of `message`; false: it has none.
  bool forges_in(Message& message, const StrategyContext& context) {
    if (auto* certificate = std::get_if<Certificate>(&message))
      return *certificate = forge(*certificate, context), true;
    if (auto* block = std::get_if<CertifiedHeader>(&message))
      return block->certificate = forge(block->certificate, context), true;
    if (auto* blocks = std::get_if<CertifiedBlocks>(&message)) {
      if (blocks->blocks.empty()) return false;
      CertifiedBlock& one = random_.pick(blocks->blocks);
      return one.certificate = forge(one.certificate, context), true;
    }
    if (auto* change = std::get_if<consensus::ViewChange>(&message)) return forge(*change, context);
    auto* new_view = std::get_if<consensus::NewView>(&message);
    if (new_view == nullptr || new_view->changes.empty()) return false;
    if (!forge(random_.pick(new_view->changes), context)) return false;
    if (new_view->signer == context.self)
      *new_view = sign_new_view(std::move(*new_view), context.self, context.key);
    return true;
  }
  /// One of its certificates; signed again where it is this liar's. false: it has none.
  bool forge(consensus::ViewChange& change, const StrategyContext& context) {
    if (!change.prepared.empty()) {
      Certificate& one = random_.pick(change.prepared);
      one = forge(one, context);
    } else if (change.stable.has_value()) {
      change.stable->certificate = forge(change.stable->certificate, context);
    } else {
      return false;
    }
    if (change.signer == context.self)
      change = sign_change(std::move(change), context.self, context.key);
    return true;
  }
  Certificate forge(const Certificate& certificate, const StrategyContext& context) {
    const auto way = static_cast<Forgery>(random_.below(kForgeries));
    context.note("forges a certificate of height " +
                 std::to_string(certificate.statement.height.value()));
    return forged(certificate, way, context.epoch, random_);
  }
};

/// 12: as a source of blocks: other heights, other blocks, too few, the same for ever, or none;
/// and tall tales of its own height, which shrink later.
class LyingSync : public Strategy {
 public:
  explicit LyingSync(std::uint64_t seed) : Strategy(seed), way_(random_.below(7)) {}

  void on_send(std::vector<Parcel>& parcels, const StrategyContext& context) override {
    edit_each(parcels,
              [&](const Message& message, std::span<Parcel> group, std::vector<Parcel>& more) {
                if (const auto* blocks = std::get_if<CertifiedBlocks>(&message))
                  return answer(*blocks, group, more, context);
                const auto* status = std::get_if<Status>(&message);
                if (status == nullptr || !boasts_) return;
                Status tall = *status;
                tall.stable = Height(tall.stable.value() + 1'000'000);
                tall.executed = tall.stable;
                const Bytes frame = consensus::encode_message(tall);
                for (Parcel& parcel : group)
                  parcel.frame = frame;
              });
  }

  void on_time(std::vector<Parcel>& /*more*/, const StrategyContext& /*context*/) override {
    if (random_.chance(5)) boasts_ = !boasts_;
  }

 private:
  void answer(const CertifiedBlocks& blocks, std::span<Parcel> group, std::vector<Parcel>& more,
              const StrategyContext& context) {
    context.note("answers a fetch of blocks with a lie");
    CertifiedBlocks lie = blocks;
    if (way_ != 0 && lie.blocks.empty()) return;
    switch (way_) {
      case 0:
        for (Parcel& parcel : group)
          parcel.frame.clear();
        return;
      case 1:  // the same again and again
        for (const Parcel& parcel : group)
          for (int i = 0; i < kRepeats; ++i)
            more.push_back(parcel);
        return;
      case 2:
        lie.blocks.erase(lie.blocks.begin());
        break;
      case 3:
        lie.blocks.resize(lie.blocks.size() / 2);
        break;
      case 4:
        random_.pick(lie.blocks).proposal.payload.push_back(0);
        break;
      case 5: {
        consensus::Header& header = random_.pick(lie.blocks).header;
        header.state_root = flipped(header.state_root, random_);
        break;
      }
      default: {
        CertifiedBlock& one = random_.pick(lie.blocks);
        one.certificate.votes.resize(one.certificate.votes.size() / 2);
      }
    }
    const Bytes frame = consensus::encode_message(lie);
    for (Parcel& parcel : group)
      parcel.frame = frame;
  }

  static constexpr int kRepeats = 8;
  std::uint64_t way_;
  bool boasts_ = true;
};

/// 20: now and then one field of a vote is a step off, or an older message comes in its place.
class SmallMutations : public Strategy {
 public:
  explicit SmallMutations(std::uint64_t seed)
      : Strategy(seed), percent_(static_cast<unsigned>(random_.between(5, 40))) {}

  void on_send(std::vector<Parcel>& parcels, const StrategyContext& context) override {
    edit_each(parcels,
              [&](const Message& message, std::span<Parcel> group, std::vector<Parcel>& /*more*/) {
                if (!random_.chance(percent_)) return;
                const std::optional<Bytes> frame = mutated(message, context);
                if (!frame.has_value()) return;
                for (Parcel& parcel : group)
                  if (random_.chance(60)) parcel.frame = *frame;
              });
  }

 private:
  std::optional<Bytes> mutated(const Message& message, const StrategyContext& context) {
    const std::optional<Vote> own = vote_in(message);
    if (random_.chance(20) && !context.heard.frames().empty())
      return random_.pick(context.heard.frames());
    if (const std::optional<Message> other = nudged_view(message, context))
      return consensus::encode_message(*other);
    if (!own.has_value() || own->signer != context.self) return std::nullopt;
    if (const auto* checkpoint = std::get_if<Checkpoint>(&message)) {
      consensus::Header header = checkpoint->header;
      if (random_.chance(50))
        header.height = nudged(header.height, random_);
      else
        header.epoch = nudged(header.epoch, random_);
      context.note("signs a header a step off");
      return consensus::encode_message(sign_header(header, context.self, context.key));
    }
    const VoteStatement statement = nudged_statement(own->statement, random_, context.heard);
    context.note("votes a step off, at height " + std::to_string(statement.height.value()) +
                 " view " + std::to_string(statement.view.value()));
    const Vote vote = sign_vote(statement, context.self, context.key);
    if (const auto* fresh = std::get_if<PrePrepare>(&message)) {
      consensus::Proposal proposal = fresh->proposal;
      proposal.height = statement.height;
      proposal.epoch = statement.epoch;
      VoteStatement of_it = statement;
      of_it.digest = consensus::proposal_digest(proposal);
      return consensus::encode_message(
          PrePrepare{sign_vote(of_it, context.self, context.key), proposal});
    }
    return consensus::encode_message(vote);
  }

  /// Its own view-change, new-view or complaint, a view or a height off; nullopt: none of these.
  std::optional<Message> nudged_view(const Message& message, const StrategyContext& context) {
    if (const auto* change = std::get_if<consensus::ViewChange>(&message)) {
      if (change->signer != context.self) return std::nullopt;
      consensus::ViewChange other = *change;
      if (random_.chance(70))
        other.view = nudged(other.view, random_);
      else
        other.epoch = nudged(other.epoch, random_);
      context.note("calls for view " + std::to_string(other.view.value()) + ", a step off");
      return sign_change(std::move(other), context.self, context.key);
    }
    if (const auto* new_view = std::get_if<consensus::NewView>(&message)) {
      if (new_view->signer != context.self) return std::nullopt;
      consensus::NewView other = *new_view;
      other.view = nudged(other.view, random_);
      return sign_new_view(std::move(other), context.self, context.key);
    }
    if (const auto* complaint = std::get_if<consensus::Complaint>(&message)) {
      if (complaint->signer != context.self) return std::nullopt;
      consensus::Complaint other = *complaint;
      if (random_.chance(50))
        other.view = nudged(other.view, random_);
      else
        other.stable = nudged(other.stable, random_);
      return sign_complaint(other, context.self, context.key);
    }
    return std::nullopt;
  }

  unsigned percent_;
};

/// 21: what was signed on one chain or in one epoch, shown as if of another.
class OtherChains : public Strategy {
 public:
  using Strategy::Strategy;

  void on_send(std::vector<Parcel>& parcels, const StrategyContext& context) override {
    edit_each(parcels,
              [&](const Message& message, std::span<Parcel> group, std::vector<Parcel>& more) {
                const auto* own = std::get_if<Vote>(&message);
                if (own == nullptr || !random_.chance(50)) return;
                Vote other = *own;
                if (random_.chance(50))
                  other.statement.chain = flipped(other.statement.chain, random_);
                else
                  other.statement.epoch = nudged(other.statement.epoch, random_);
                // Signed there, and shown there or here.
                if (own->signer == context.self)
                  other = sign_vote(other.statement, context.self, context.key);
                if (random_.chance(50)) other.statement = own->statement;
                context.note("shows a vote of another chain or epoch");
                for (const Parcel& parcel : group)
                  more.push_back({parcel.to, consensus::encode_message(other), parcel.delay});
              });
  }
};

/// 15: more than anybody asked for, good, useless or plain noise.
class Flood : public Strategy {
 public:
  explicit Flood(std::uint64_t seed) : Strategy(seed), frames_(random_.between(2, 12)) {}

  void on_time(std::vector<Parcel>& more, const StrategyContext& context) override {
    const std::vector<NodeIndex> peers = peers_of(context);
    if (peers.empty()) return;
    for (std::uint64_t i = 0; i < frames_; ++i)
      more.push_back({random_.pick(peers), frame(context), Duration()});
    context.note("floods its peers with " + std::to_string(frames_) + " frames");
  }

 private:
  Bytes frame(const StrategyContext& context) {
    const Height next = context.heard.stable().next();
    switch (random_.below(7)) {
      case 0: {
        Bytes noise(random_.between(1, 200));
        for (std::uint8_t& byte : noise)
          byte = static_cast<std::uint8_t>(random_.next());
        return noise;
      }
      case 1:
        return consensus::encode_message(
            sign_vote(useless(next, context), context.self, context.key));
      case 2: {
        Vote vote = sign_vote(useless(next, context), context.self, context.key);
        vote.signature = flipped(vote.signature, random_);
        return consensus::encode_message(vote);
      }
      case 3:
        return consensus::encode_message(FetchBlocks{Height(1), context.heard.stable()});
      case 4:
        return consensus::encode_message(
            consensus::FetchProposal{next, flipped(context.epoch.chain, random_)});
      case 5: {
        Status status;
        status.epoch = context.epoch.number;
        status.view = context.heard.view();
        status.nonce = random_.next();
        return consensus::encode_message(status);
      }
      default:
        return submission(context);
    }
  }

  VoteStatement useless(Height height, const StrategyContext& context) {
    return {context.epoch.chain,
            context.epoch.number,
            random_.chance(50) ? Phase::Prepare : Phase::Commit,
            context.heard.view(),
            height,
            flipped(context.epoch.chain, random_)};
  }

  /// One that was heard, whole or with a bit flipped.
  Bytes submission(const StrategyContext& context) {
    Bytes bytes{0};
    if (!context.heard.submissions().empty()) bytes = random_.pick(context.heard.submissions());
    if (random_.chance(50))
      bytes[random_.below(bytes.size())] ^= static_cast<std::uint8_t>(1U << random_.below(8));
    return consensus::encode_message(consensus::SharedSubmission{std::move(bytes)});
  }

  std::uint64_t frames_;
};

}  // namespace

std::unique_ptr<Strategy> make_far(std::uint64_t seed) {
  return std::make_unique<Far>(seed);
}
std::unique_ptr<Strategy> make_forged_certificates(std::uint64_t seed) {
  return std::make_unique<ForgedCertificates>(seed);
}
std::unique_ptr<Strategy> make_lying_sync(std::uint64_t seed) {
  return std::make_unique<LyingSync>(seed);
}
std::unique_ptr<Strategy> make_small_mutations(std::uint64_t seed) {
  return std::make_unique<SmallMutations>(seed);
}
std::unique_ptr<Strategy> make_other_chains(std::uint64_t seed) {
  return std::make_unique<OtherChains>(seed);
}
std::unique_ptr<Strategy> make_flood(std::uint64_t seed) {
  return std::make_unique<Flood>(seed);
}

}  // namespace tally::sim
