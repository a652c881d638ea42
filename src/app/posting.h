// Posting: batches of transactions to the ledger, and a count of what it answered.
#pragma once

#include "app/latencies.h"
#include "app/sender.h"

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace tally::app {

/// What became of transactions. A refusal that was answered before counts as a refusal again.
struct Answered {
  std::uint64_t accepted = 0;  ///< now
  std::uint64_t replayed = 0;  ///< accepted before: nothing was posted
  std::map<Outcome, std::uint64_t> refused;
  std::uint64_t points_issued = 0;                ///< by those accepted now
  std::uint64_t points_replayed = 0;              ///< by those accepted before
  std::uint64_t points_redeemed = 0;              ///< by those accepted now
  Latencies batch_latencies;                      ///< of the calls that sent
  std::vector<std::uint64_t> accepted_in_second;  ///< since the count began

  [[nodiscard]] std::uint64_t refused_in_all() const;
  [[nodiscard]] std::uint64_t in_all() const { return accepted + replayed + refused_in_all(); }
};

/// One transaction and the place that it came from: a line of a log, or its number in an input.
struct Posted {
  Transaction transaction;
  std::uint64_t place = 0;
};

/// The refusal of the lowest place.
struct FirstRefusal {
  std::uint64_t place = 0;
  Outcome outcome = Outcome::Accepted;
  Bytes request_id;
  std::string conflict_field;
};

/// Thread-safe.
class AnswerCount {
 public:
  explicit AnswerCount(SteadyTime start = std::chrono::steady_clock::now()) : start_(start) {}

  void add(const Posted& posted, const Receipt& receipt, bool replayed);
  void add_latency(std::uint64_t milliseconds);
  [[nodiscard]] Answered answered() const;
  [[nodiscard]] std::uint64_t in_all() const;
  [[nodiscard]] std::optional<FirstRefusal> first_refusal() const;

 private:
  const SteadyTime start_;
  mutable std::mutex mutex_;
  Answered answered_;
  std::optional<FirstRefusal> first_;
};

enum class AskFirst : std::uint8_t { No, Yes };

/// Posts a batch of one merchant; with AskFirst only what has no receipt yet, so that an id that
/// the ledger may have forgotten is not posted twice. A receipt of other bytes is a conflict.
[[nodiscard]] Faults post(const Sender& sender, std::vector<Posted> batch, AskFirst ask_first,
                          const std::atomic<bool>& stop, AnswerCount& count);

}  // namespace tally::app
