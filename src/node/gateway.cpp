// Sealing for callers that have no signing key.
#include <tally/node/gateway.h>

#include <tally/base/limits.h>

#include <algorithm>
#include <iterator>

namespace tally::node {
namespace {

/// What may wait unsealed: some four submissions, beyond which callers are told to wait.
constexpr std::size_t kOpenMax = 4 * limits::kSubmissionTransactionsMax;
/// In one submission: well below its limit in bytes, at some 300 bytes a transaction.
constexpr std::size_t kSealedMax = 4'096;

}  // namespace

Result<void> Gateway::add(std::vector<Transaction> transactions, Timestamp now) {
  const std::lock_guard lock(mutex_);
  if (open_.size() + transactions.size() > kOpenMax)
    return Error{ErrorCode::Unavailable, "the gateway is full; try again"};
  if (open_.empty()) oldest_ = now;
  std::move(transactions.begin(), transactions.end(), std::back_inserter(open_));
  return {};
}

std::optional<Bytes> Gateway::seal() {
  std::vector<Transaction> sealed;
  {
    const std::lock_guard lock(mutex_);
    if (open_.empty()) return std::nullopt;
    const auto count = static_cast<std::ptrdiff_t>(std::min(open_.size(), kSealedMax));
    sealed.assign(std::make_move_iterator(open_.begin()),
                  std::make_move_iterator(open_.begin() + count));
    open_.erase(open_.begin(), open_.begin() + count);
  }
  return seal_submission(chain_, std::move(sealed), key_);
}

std::optional<Timestamp> Gateway::due_at() const {
  const std::lock_guard lock(mutex_);
  if (open_.empty()) return std::nullopt;
  return oldest_.plus(Duration(limits::kGatewayDelayMs));
}

bool Gateway::is_full() const {
  const std::lock_guard lock(mutex_);
  return open_.size() >= kSealedMax;
}

}  // namespace tally::node
