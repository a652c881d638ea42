// Gateway: seals what mutual-TLS callers send under the node's gateway key.
#pragma once

#include <tally/consensus/epoch.h>
#include <tally/crypto/signature.h>
#include <tally/model/submission.h>

#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <vector>

namespace tally::node {

/// Collects transactions into one submission, so that the batch shares the cost of a signature
/// (architecture, decision 2). Thread-safe.
class Gateway {
 public:
  Gateway(const consensus::Epoch& epoch, crypto::PrivateKey key);

  /// Adds whole: either all of `transactions` or none. `now`: monotonic. Unavailable: full.
  /// OutOfLimits: a transaction that no submission of this epoch can hold.
  [[nodiscard]] Result<void> add(std::vector<Transaction> transactions, Timestamp now);

  /// A sealed submission of the oldest, at most as many as one may hold; nullopt: none waits.
  [[nodiscard]] std::optional<Bytes> seal();
  /// When the oldest has waited long enough; nullopt: none waits.
  [[nodiscard]] std::optional<Timestamp> due_at() const;
  [[nodiscard]] bool is_full() const;

 private:
  struct Open {
    Transaction transaction;
    std::size_t bytes = 0;
  };
  ChainId chain_;
  std::size_t bytes_max_;  ///< of the transactions of one submission
  std::size_t count_max_;
  crypto::PrivateKey key_;
  mutable std::mutex mutex_;
  std::deque<Open> open_;
  std::size_t open_bytes_ = 0;
  Timestamp oldest_;
};

}  // namespace tally::node
