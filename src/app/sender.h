// Sender: transactions signed and sent until the ledger has answered.
#pragma once

#include "app/connection.h"
#include "app/fault_kinds.h"
#include "app/latencies.h"

#include <atomic>
#include <span>
#include <vector>

namespace tally::app {

/// Signs with one key and speaks through one client; thread-safe but for its making.
class Sender {
 public:
  /// Asks a node which chain this is, and for its ledger's time. Who has no sign key leaves sealing
  /// to the node.
  [[nodiscard]] static OrFaults<Sender> start(Identity identity);
  [[nodiscard]] static OrFaults<Sender> start(const ConnectionOptions& options);

  [[nodiscard]] client::Client& client() const { return *client_; }
  [[nodiscard]] const std::optional<MerchantId>& merchant() const { return merchant_; }
  [[nodiscard]] bool node_seals() const { return !sign_key_.has_value(); }
  [[nodiscard]] const ChainId& chain() const { return chain_; }
  [[nodiscard]] Height height() const { return height_; }  ///< executed, as this was started
  /// The ledger's time by now: what it was at the start, and what has passed since.
  [[nodiscard]] Timestamp ledger_time() const;
  /// An hour from now: what an hour's outage may cost, and no more.
  [[nodiscard]] Timestamp valid_until() const { return ledger_time().plus(kHour); }

  /// Sends at most a submission's worth, and again while no node can say what became of it: the
  /// request ids make that safe. One answer a transaction. NET-001 after two minutes without an
  /// answer, NET-005 if `stop` was set meanwhile; what else the node says is NET-002, at once.
  [[nodiscard]] OrFaults<std::vector<client::Answer>> send(std::vector<Transaction> transactions,
                                                           const std::atomic<bool>& stop) const;
  /// What the ledger has answered to these of `merchant` already; nullopt: nothing yet. With the
  /// same patience.
  [[nodiscard]] OrFaults<std::vector<std::optional<client::Answer>>> ask(
      MerchantId merchant, std::span<const Bytes> request_ids, const std::atomic<bool>& stop) const;

 private:
  Sender() = default;

  std::unique_ptr<client::Client> client_;
  std::optional<crypto::PrivateKey> sign_key_;
  std::optional<MerchantId> merchant_;
  ChainId chain_;
  Height height_;
  Timestamp ledger_time_;
  SteadyTime started_ = std::chrono::steady_clock::now();
};

}  // namespace tally::app
