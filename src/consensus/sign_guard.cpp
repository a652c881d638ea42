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
      const VoteStatement& statement = voted->vote.statement;
      signed_.insert_or_assign({statement.height, statement.phase, statement.view}, voted->vote);
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

  const Slot key{statement.height, statement.phase, statement.view};
  const auto found = signed_.find(key);
  if (found != signed_.end()) {
    if (found->second.statement.digest == statement.digest) return found->second;
    return Error{ErrorCode::Conflict, "another digest was signed at " + slot};
  }
  const Vote vote{statement, self_, key_.sign(signed_bytes(statement))};
  signed_.emplace(key, vote);
  return vote;
}

void SignGuard::forget_up_to(Height stable) {
  if (stable <= stable_) return;
  stable_ = stable;
  signed_.erase(signed_.begin(), signed_.lower_bound({stable.next(), Phase::Prepare, View()}));
}

}  // namespace tally::consensus
