// Checkpoints at every height, over the executed header (Castro & Liskov 1999 §4.3).
#include "consensus/replica_inside.h"

#include <tally/base/canary.h>

#include <algorithm>

namespace tally::consensus {

void Replica::Inside::on(Checkpoint&& message) {
  Slot* slot = window_.slot(message.header.height);
  if (slot == nullptr || is_own(checkpoint_statement(message.header), message.signer)) return;
  std::optional<Checkpoint>& place = slot->checkpoints.at(message.signer.value());
  if (!place.has_value())
    place = std::move(message);
  else if (place->header != message.header)
    fact("two_headers_of_one_height node=" + std::to_string(message.signer.value()) +
         " height=" + std::to_string(message.header.height.value()));
}

void Replica::Inside::on(CertifiedHeader&& message) {
  if (message.header.height > stable()) return set_stable(std::move(message));
  if (message.header.height == stable() && message.header != stable_.header)
    halt(contradiction("a certified header", message.header, "another has", stable_.header));
}

std::string contradiction(std::string_view first, const Header& one, std::string_view second,
                          const Header& other) {
  return std::string(first) + " of height " + std::to_string(one.height.value()) + " has digest " +
         to_hex(header_digest(one).view()) + "; " + std::string(second) + " " +
         to_hex(header_digest(other).view());
}

bool Replica::Inside::vote_checkpoint(Height height, Slot& slot) {
  if (!is_voting() || slot.checkpoints.at(self_.value()).has_value()) return false;
  const auto own = own_headers_.find(height);
  if (own == own_headers_.end()) return false;
  const std::optional<Vote> vote = sign(checkpoint_statement(own->second), slot, nullptr);
  if (!vote.has_value()) return false;
  const Checkpoint checkpoint{own->second, self_, vote->signature};
  for (const auto& other : slot.checkpoints)
    if (other.has_value() && other->header != own->second)
      fact("header_mismatch height=" + std::to_string(height.value()) +
           " node=" + std::to_string(other->signer.value()) +
           " theirs=" + to_hex(header_digest(other->header).view()) +
           " ours=" + to_hex(header_digest(own->second).view()));
  slot.checkpoints.at(self_.value()) = checkpoint;
  broadcast(checkpoint);
  return true;
}

bool Replica::Inside::become_stable(Slot& slot) {
  for (const std::optional<Checkpoint>& candidate : slot.checkpoints) {
    if (!candidate.has_value()) continue;
    const VoteStatement wanted = checkpoint_statement(candidate->header);
    std::optional<Certificate> certificate =
        assemble_certificate(epoch_, wanted, slot.votes_for(wanted));
    if (!certificate.has_value()) continue;
    set_stable(CertifiedHeader{candidate->header, std::move(*certificate)});
    return true;
  }
  return false;
}

void Replica::Inside::set_stable(CertifiedHeader certified) {
  const Height height = certified.header.height;
  const auto own = own_headers_.find(height);
  effects_.records.emplace_back(Stable{certified});
  effects_.stable.push_back(certified);  // also of a halt: it is the other half of what is shown
  if (own != own_headers_.end() && own->second != certified.header && !canary(36))
    return halt(contradiction("own header", own->second, "a quorum certified", certified.header));

  const std::uint64_t risen = height.value() - stable().value();
  if (!canary(14))
    failed_views_ -= static_cast<unsigned>(std::min<std::uint64_t>(failed_views_, risen));
  stable_ = std::move(certified);
  window_.advance_to(height);
  guard_.forget_up_to(height);
  own_headers_.erase(own_headers_.begin(), own_headers_.lower_bound(height));
  idle_since_ = now_.monotonic;
  if (!canary(104)) progress_since_.reset();
}

}  // namespace tally::consensus
