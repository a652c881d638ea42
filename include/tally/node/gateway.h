// Gateway: seals what mutual-TLS callers send under the node's gateway key.
#pragma once

#include <tally/crypto/signature.h>
#include <tally/model/submission.h>

#include <mutex>
#include <optional>
#include <vector>

namespace tally::node {

/// Collects transactions into one submission, so that the batch shares the cost of a signature
/// (architecture, decision 2). Thread-safe.
class Gateway {
 public:
  Gateway(ChainId chain, crypto::PrivateKey key) : chain_(chain), key_(std::move(key)) {}

  /// Adds whole: either all of `transactions` or, with Unavailable, none. `now`: monotonic.
  [[nodiscard]] Result<void> add(std::vector<Transaction> transactions, Timestamp now);

  /// A sealed submission of the oldest, at most as many as one may hold; nullopt: none waits.
  [[nodiscard]] std::optional<Bytes> seal();
  /// When the oldest has waited long enough; nullopt: none waits.
  [[nodiscard]] std::optional<Timestamp> due_at() const;
  [[nodiscard]] bool is_full() const;

 private:
  ChainId chain_;
  crypto::PrivateKey key_;
  mutable std::mutex mutex_;
  std::vector<Transaction> open_;
  Timestamp oldest_;
};

}  // namespace tally::node
