// The memory of liars: newest last, each thing once.
#include "simulation/heard.h"

#include <algorithm>
#include <set>
#include <utility>

namespace tally::sim {
namespace {

using consensus::Certificate;
using consensus::CertifiedHeader;
using consensus::Message;
using consensus::Phase;
using consensus::Vote;
using consensus::VoteStatement;

constexpr std::size_t kFramesMax = 256;
constexpr std::size_t kFrameBytesMax = 1 << 20;
constexpr std::size_t kVotesMax = 512;
constexpr std::size_t kFewMax = 32;
constexpr std::size_t kViewChangesMax = 64;

/// Appends `item` unless it is there; the oldest makes way.
template <typename T>
void remember(std::deque<T>& items, const T& item, std::size_t count_max) {
  if (std::find(items.rbegin(), items.rend(), item) != items.rend()) return;
  items.push_back(item);
  if (items.size() > count_max) items.pop_front();
}

}  // namespace

std::optional<Message> Heard::note(NodeIndex from, ByteView frame) {
  Result<Message> message = consensus::decode_message(frame);
  if (!message.ok()) return std::nullopt;
  frames_.push_back(to_bytes(frame));
  frame_bytes_ += frame.size();
  while (frames_.size() > kFramesMax || frame_bytes_ > kFrameBytesMax) {
    frame_bytes_ -= frames_.front().size();
    frames_.pop_front();
  }
  if (const auto* status = std::get_if<consensus::Status>(&*message); status && from == self_) {
    view_ = status->view;
    stable_ = status->stable;
  }
  look_at(*message);
  return std::move(message).value();
}

void Heard::look_at(const Message& message) {
  if (const auto* fresh = std::get_if<consensus::PrePrepare>(&message)) {
    remember(votes_, fresh->vote, kVotesMax);
    remember(proposals_, fresh->proposal, kFewMax);
  } else if (const auto* vote = std::get_if<Vote>(&message)) {
    remember(votes_, *vote, kVotesMax);
  } else if (const auto* checkpoint = std::get_if<consensus::Checkpoint>(&message)) {
    const VoteStatement statement = consensus::checkpoint_statement(checkpoint->header);
    remember(votes_, Vote{statement, checkpoint->signer, checkpoint->signature}, kVotesMax);
    remember(headers_, checkpoint->header, kFewMax);
  } else if (const auto* block = std::get_if<CertifiedHeader>(&message)) {
    add(*block);
  } else if (const auto* certificate = std::get_if<Certificate>(&message)) {
    add(*certificate);
  } else if (const auto* body = std::get_if<consensus::ProposalBody>(&message)) {
    remember(proposals_, body->proposal, kFewMax);
  } else if (const auto* blocks = std::get_if<consensus::CertifiedBlocks>(&message)) {
    for (const consensus::CertifiedBlock& each : blocks->blocks) {
      remember(proposals_, each.proposal, kFewMax);
      add(CertifiedHeader{each.header, each.certificate});
    }
  } else if (const auto* change = std::get_if<consensus::ViewChange>(&message)) {
    add(*change);
  } else if (const auto* new_view = std::get_if<consensus::NewView>(&message)) {
    for (const consensus::ViewChange& each : new_view->changes)
      add(each);
  } else if (const auto* shared = std::get_if<consensus::SharedSubmission>(&message)) {
    remember(submissions_, shared->bytes, kFewMax);
  }
}

void Heard::add(const Certificate& certificate) {
  remember(certificates_, certificate, kFewMax);
  for (const consensus::VoteSignature& vote : certificate.votes)
    remember(votes_, Vote{certificate.statement, vote.signer, vote.signature}, kVotesMax);
}

void Heard::add(const CertifiedHeader& block) {
  remember(headers_, block.header, kFewMax);
  add(block.certificate);
  remember(certified_, block, kFewMax);
}

void Heard::add(const consensus::ViewChange& change) {
  remember(view_changes_, change, kViewChangesMax);
  if (change.stable.has_value()) add(*change.stable);
  for (const Certificate& certificate : change.prepared)
    add(certificate);
}

std::vector<Certificate> Heard::certificates(Phase phase) const {
  std::vector<Certificate> found;
  std::set<VoteStatement> seen;
  for (const Certificate& certificate : certificates_)
    if (certificate.statement.phase == phase && seen.insert(certificate.statement).second)
      found.push_back(certificate);
  const std::vector<Vote> votes(votes_.begin(), votes_.end());
  for (const Vote& vote : votes) {
    if (vote.statement.phase != phase || !seen.insert(vote.statement).second) continue;
    std::optional<Certificate> made =
        consensus::assemble_certificate(epoch_, vote.statement, votes);
    if (made.has_value()) found.push_back(std::move(*made));
  }
  return found;
}

const consensus::Proposal* Heard::find(const consensus::Hash& digest) const {
  const auto found = std::find_if(proposals_.rbegin(), proposals_.rend(), [&digest](const auto& p) {
    return consensus::proposal_digest(p) == digest;
  });
  return found == proposals_.rend() ? nullptr : &*found;
}

}  // namespace tally::sim
