// Waiting: calls that wait for the receipts of their transactions, or for a height's certificate.
#pragma once

#include <tally/model/receipt.h>
#include <tally/node/node_loop.h>

#include "api/fault.h"

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <unordered_map>
#include <vector>

namespace tally::api {

using Clock = std::chrono::steady_clock;

/// What the ledger answered to one transaction.
struct Answered {
  Receipt receipt;
  bool replayed = false;
};

/// A transaction whose receipt is waited for. Several calls may wait for the same one.
struct Expected {
  ActionKind kind = ActionKind::Due;
  RequestKey key;
  Hash digest;            ///< its request digest: other bytes under the same id are not ours
  Timestamp valid_until;  ///< tells our stale copy from a later one of the same request
};

/// An answer that stands in no block, because the ledger can give no other: its position is 0.
[[nodiscard]] Answered without_place(const Expected& expected, Outcome outcome);

using Answers = std::vector<Answered>;
using AnswersDone = std::function<void(Reply<Answers>)>;

/// Thread-safe. One thread of its own answers, so that the node's owner threads never wait for a
/// caller, and watches the deadlines. Borrows the loop.
class Waiting {
 public:
  using Ticket = std::uint64_t;

  Waiting(node::NodeLoop& loop, Duration validity_max, std::size_t quorum);
  ~Waiting();  ///< REQUIRES: no call is open

  /// Opens a wait for all of `expected`. `done` is called once, on any thread, unless close comes
  /// first. Call it before the transactions enter the node: a receipt may be quick. BUSY: full.
  [[nodiscard]] Reply<Ticket> open(const std::vector<Expected>& expected,
                                   Clock::time_point deadline, AnswersDone done);
  /// The answer to the transaction at `index` is known already.
  void fill(Ticket ticket, std::size_t index, Answered answered);
  /// True: it was open, and its `done` will never be called.
  bool close(Ticket ticket);

  /// Certified receipts, from the node; returns at once.
  void deliver(std::vector<node::CertifiedReceipts> replies);

  /// Calls `done` once `height` is certified (true) or `deadline` is past (false).
  void when_certified(Height height, Clock::time_point deadline, std::function<void(bool)> done);
  /// Answers all waits for a height with false, now and from now on: the door closes.
  void stop_heights();
  /// The highest height that is known to be certified.
  [[nodiscard]] Height certified() const;

 private:
  struct Call;
  struct Slot {
    std::shared_ptr<Call> call;
    std::size_t index = 0;
  };
  struct HeightWait {
    Height height;
    Clock::time_point deadline;
    std::function<void(bool)> done;
  };
  struct KeyHash {
    std::size_t operator()(const RequestKey& key) const;
  };
  using Completed = std::vector<std::pair<AnswersDone, Reply<Answers>>>;

  void run();
  void answer(const node::CertifiedReceipts& block);
  [[nodiscard]] bool is_strangers(const Receipt& receipt) const;
  [[nodiscard]] Result<Answered> answered_by(const Receipt& receipt) const;
  [[nodiscard]] bool decides(const Receipt& receipt, const consensus::Header& header,
                             const Expected& expected) const;
  [[nodiscard]] Completed take(const Receipt& receipt, const consensus::Header& header,
                               const Result<Answered>& answered);
  [[nodiscard]] Completed take_stale(Timestamp ledger_time);
  [[nodiscard]] Fault overdue() const;
  void expire(Clock::time_point now);
  void check_heights(Clock::time_point now);
  void forget(const std::shared_ptr<Call>& call);  ///< REQUIRES: mutex_ is held
  [[nodiscard]] Clock::time_point next_wake() const;

  // Constant after construction.
  node::NodeLoop& loop_;
  const Duration validity_max_;
  const std::size_t quorum_;

  // State below is protected by mutex_.
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  Ticket next_ticket_ = 1;
  std::size_t transactions_ = 0;
  std::map<Ticket, std::shared_ptr<Call>> calls_;
  std::multimap<Clock::time_point, Ticket> deadlines_;
  std::multimap<Timestamp, Ticket> validities_;  ///< the earliest of each call's open ones
  std::unordered_map<RequestKey, std::vector<Slot>, KeyHash> slots_;
  std::vector<HeightWait> heights_;
  bool heights_stopped_ = false;
  std::deque<node::CertifiedReceipts> delivered_;
  Height certified_;

  std::thread thread_;  // last: it uses all of the above
};

}  // namespace tally::api
