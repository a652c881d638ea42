// Changes to what was signed, and signatures for what was changed.
#include "simulation/mutate.h"

#include <algorithm>
#include <utility>

namespace tally::sim {

using consensus::Certificate;
using consensus::Message;
using consensus::Phase;
using consensus::Vote;
using consensus::VoteStatement;

void edit_each(std::vector<Parcel>& parcels, const Edit& edit) {
  std::vector<Parcel> more;
  for (std::size_t first = 0; first < parcels.size();) {
    std::size_t last = first + 1;
    while (last < parcels.size() && parcels[last].frame == parcels[first].frame)
      ++last;
    const Result<Message> message = consensus::decode_message(parcels[first].frame);
    if (message.ok()) edit(*message, std::span(parcels).subspan(first, last - first), more);
    first = last;
  }
  std::erase_if(parcels, [](const Parcel& parcel) { return parcel.frame.empty(); });
  std::move(more.begin(), more.end(), std::back_inserter(parcels));
}

Vote sign_vote(const VoteStatement& statement, NodeIndex signer, const crypto::PrivateKey& key) {
  return {statement, signer, key.sign(consensus::signed_bytes(statement))};
}

consensus::Checkpoint sign_header(const consensus::Header& header, NodeIndex signer,
                                  const crypto::PrivateKey& key) {
  const Vote vote = sign_vote(consensus::checkpoint_statement(header), signer, key);
  return {header, signer, vote.signature};
}

consensus::ViewChange sign_change(consensus::ViewChange change, NodeIndex signer,
                                  const crypto::PrivateKey& key) {
  change.signer = signer;
  change.signature = key.sign(consensus::signed_bytes(change));
  return change;
}

consensus::NewView sign_new_view(consensus::NewView new_view, NodeIndex signer,
                                 const crypto::PrivateKey& key) {
  new_view.signer = signer;
  new_view.signature = key.sign(consensus::signed_bytes(new_view));
  return new_view;
}

consensus::Complaint sign_complaint(consensus::Complaint complaint, NodeIndex signer,
                                    const crypto::PrivateKey& key) {
  complaint.signer = signer;
  complaint.signature = key.sign(consensus::signed_bytes(complaint));
  return complaint;
}

std::optional<Vote> vote_in(const Message& message) {
  if (const auto* fresh = std::get_if<consensus::PrePrepare>(&message)) return fresh->vote;
  if (const auto* vote = std::get_if<Vote>(&message)) return *vote;
  if (const auto* checkpoint = std::get_if<consensus::Checkpoint>(&message))
    return Vote{consensus::checkpoint_statement(checkpoint->header), checkpoint->signer,
                checkpoint->signature};
  return std::nullopt;
}

std::optional<Height> height_of(const Message& message) {
  const std::optional<Vote> vote = vote_in(message);
  if (!vote.has_value()) return std::nullopt;
  return vote->statement.height;
}

std::vector<NodeIndex> peers_of(const StrategyContext& context) {
  std::vector<NodeIndex> peers;
  for (std::size_t i = 0; i < context.epoch.validators.size(); ++i)
    if (i != context.self.value()) peers.emplace_back(static_cast<std::uint16_t>(i));
  return peers;
}

void send(const Message& message, const std::vector<NodeIndex>& peers, std::vector<Parcel>& more) {
  const Bytes frame = consensus::encode_message(message);
  for (const NodeIndex peer : peers)
    more.push_back({peer, frame, Duration()});
}

consensus::Proposal twin_of(const consensus::Proposal& proposal) {
  consensus::Proposal twin = proposal;
  twin.time = Timestamp(proposal.time.milliseconds() ^ 1);
  return twin;
}

VoteStatement nudged_statement(VoteStatement statement, Random& random, const Heard& heard) {
  switch (random.below(4)) {
    case 0:
      statement.view = nudged(statement.view, random);
      break;
    case 1:
      statement.height = nudged(statement.height, random);
      break;
    case 2:
      statement.epoch = nudged(statement.epoch, random);
      break;
    default:
      if (heard.votes().empty())
        statement.digest = flipped(statement.digest, random);
      else
        statement.digest = random.pick(heard.votes()).statement.digest;
  }
  return statement;
}

Certificate forged(Certificate certificate, Forgery way, const consensus::Epoch& epoch,
                   Random& random) {
  VoteStatement& statement = certificate.statement;
  std::vector<consensus::VoteSignature>& votes = certificate.votes;
  const std::size_t quorum = epoch.quorum().quorum();
  switch (way) {
    case Forgery::TooFew:
      if (votes.size() >= quorum) votes.resize(quorum - 1);
      break;
    case Forgery::SignerTwice:
      if (votes.size() >= quorum) votes.resize(quorum - 1);
      if (!votes.empty()) votes.push_back(votes.back());
      break;
    case Forgery::Unordered:
      std::reverse(votes.begin(), votes.end());
      break;
    case Forgery::Stranger:
      if (!votes.empty())
        votes.back().signer = NodeIndex(static_cast<std::uint16_t>(epoch.validators.size()));
      break;
    case Forgery::OtherDigest:
      statement.digest = flipped(statement.digest, random);
      break;
    case Forgery::OtherView:
      statement.view = statement.view.next();
      break;
    case Forgery::OtherHeight:
      statement.height = nudged(statement.height, random);
      break;
    case Forgery::OtherEpoch:
      statement.epoch = nudged(statement.epoch, random);
      break;
    case Forgery::OtherChain:
      statement.chain = flipped(statement.chain, random);
      break;
    case Forgery::OtherPhase:
      statement.phase = statement.phase == Phase::Prepare ? Phase::Commit : Phase::Prepare;
      break;
    case Forgery::BadSignature:
      if (!votes.empty()) {
        crypto::Signature& signature = random.pick(votes).signature;
        signature = flipped(signature, random);
      }
      break;
    case Forgery::Empty:
      votes.clear();
      break;
  }
  return certificate;
}

}  // namespace tally::sim
