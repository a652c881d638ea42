// Sealing for callers that have no signing key.
#include <tally/node/gateway.h>

#include <tally/base/limits.h>

#include <algorithm>
#include <string>

namespace tally::node {
namespace {

/// What may wait unsealed: some four submissions, beyond which callers are told to wait.
constexpr std::size_t kOpenMax = 4 * limits::kSubmissionTransactionsMax;
constexpr std::size_t kOpenBytesMax = 4 * limits::kSubmissionBytesMax;
/// In one submission: few enough that each block takes some of every merchant's.
constexpr std::size_t kSealedMax = 4'096;
/// Of a submission beside its transactions, and of a payload around it; generously.
constexpr std::size_t kAroundBytes = 256;

std::size_t encoded_size(const Transaction& transaction) {
  codec::Writer out;
  encode(out, transaction);
  return out.size();
}

}  // namespace

Gateway::Gateway(const consensus::Epoch& epoch, crypto::PrivateKey key)
    : chain_(epoch.chain),
      bytes_max_(std::min<std::size_t>(limits::kSubmissionBytesMax, epoch.proposal_bytes_max) -
                 kAroundBytes),
      count_max_(std::min<std::size_t>(kSealedMax, epoch.proposal_transactions_max)),
      key_(std::move(key)) {}

Result<void> Gateway::add(std::vector<Transaction> transactions, Timestamp now) {
  std::vector<Open> added;
  std::size_t bytes = 0;
  for (Transaction& transaction : transactions) {
    const std::size_t size = encoded_size(transaction);
    if (size > bytes_max_)
      return Error{ErrorCode::OutOfLimits, "transaction of " + std::to_string(size) +
                                               " bytes; expected at most " +
                                               std::to_string(bytes_max_)};
    bytes += size;
    added.push_back(Open{std::move(transaction), size});
  }

  const std::lock_guard lock(mutex_);
  if (open_.size() + added.size() > kOpenMax || open_bytes_ + bytes > kOpenBytesMax)
    return Error{ErrorCode::Unavailable, "the gateway is full; try again"};
  if (open_.empty()) oldest_ = now;
  for (Open& open : added)
    open_.push_back(std::move(open));
  open_bytes_ += bytes;
  return {};
}

std::optional<Bytes> Gateway::seal() {
  std::vector<Transaction> sealed;
  {
    const std::lock_guard lock(mutex_);
    std::size_t bytes = 0;
    std::size_t consents = 0;
    while (!open_.empty() && sealed.size() < count_max_ &&
           bytes + open_.front().bytes <= bytes_max_) {
      consents += open_.front().transaction.consents.size();
      if (consents > limits::kSubmissionConsentsMax) break;
      bytes += open_.front().bytes;
      sealed.push_back(std::move(open_.front().transaction));
      open_.pop_front();
    }
    open_bytes_ -= bytes;
  }
  if (sealed.empty()) return std::nullopt;
  return seal_submission(chain_, std::move(sealed), key_);
}

std::optional<Timestamp> Gateway::due_at() const {
  const std::lock_guard lock(mutex_);
  if (open_.empty()) return std::nullopt;
  return oldest_.plus(Duration(limits::kGatewayDelayMs));
}

bool Gateway::is_full() const {
  const std::lock_guard lock(mutex_);
  return open_.size() >= count_max_ || open_bytes_ >= bytes_max_;
}

}  // namespace tally::node
