// One digest a slot, for ever.
#include <tally/consensus/sign_guard.h>

#include <tally/base/check.h>

#include <string>

namespace tally::consensus {

SignGuard::SignGuard(crypto::PrivateKey key, NodeIndex self, const Epoch& epoch,
                     const std::vector<VoteRecord>& history)
    : key_(std::move(key)), self_(self), chain_(epoch.chain), epoch_(epoch.number) {
  CHECK(epoch.find(self) != nullptr);
  CHECK(epoch.find(self)->key == key_.public_key());
  for (const VoteRecord& record : history) {
    if (const auto* voted = std::get_if<Voted>(&record)) {
      const auto [known, is_new] = signed_.emplace(slot_of(voted->vote.statement), voted->vote);
      CHECK(is_new || known->second.statement == voted->vote.statement);
    } else if (const auto* stable = std::get_if<Stable>(&record)) {
      forget_up_to(stable->certified.header.height);
    }
  }
}

Result<Vote> SignGuard::sign(const VoteStatement& statement) {
  CHECK(statement.chain == chain_);
  CHECK(statement.epoch == epoch_);
  const std::string slot = "height " + std::to_string(statement.height.value()) + " view " +
                           std::to_string(statement.view.value());
  if (statement.height <= stable_)
    return Error{ErrorCode::Refused, "no vote at or below the stable height: " + slot};

  const Slot key = slot_of(statement);
  const auto found = signed_.find(key);
  if (found != signed_.end()) {
    if (found->second.statement.digest == statement.digest) return found->second;
    return Error{ErrorCode::Conflict, "another digest was signed at " + slot};
  }
  const Vote vote{statement, self_, key_.sign(signed_bytes(statement))};
  signed_.emplace(key, vote);
  return vote;
}

bool SignGuard::has_signed(const VoteStatement& statement) const {
  const auto found = signed_.find(slot_of(statement));
  return found != signed_.end() && found->second.statement == statement;
}

SignGuard::Slot SignGuard::slot_of(const VoteStatement& statement) {
  // Whatever a checkpoint says of views: one header a height.
  const bool has_view = statement.phase != Phase::Checkpoint;
  return {statement.height, statement.phase, has_view ? statement.view : View()};
}

void SignGuard::forget_up_to(Height stable) {
  if (stable <= stable_) return;
  stable_ = stable;
  signed_.erase(signed_.begin(), signed_.lower_bound({stable.next(), Phase::Prepare, View()}));
}

}  // namespace tally::consensus
