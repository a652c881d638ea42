// The bounded queues in front of the owner threads.
#pragma once

#include <tally/base/result.h>
#include <tally/base/time.h>
#include <tally/node/event.h>

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

namespace tally::node {

/// What waits for ordering. The node's own events come first and are bounded by the window; each
/// peer has a queue of its own, so that none delays another; callers' submissions come last and
/// are refused when full. When a peer's queue is full its newest is dropped: it comes again.
class EventQueue {
 public:
  explicit EventQueue(std::size_t peers) : from_peers_(peers) {}

  void post_internal(Event event);
  /// `bytes`: of the frame that it came in. false: the peer's share is full, and the event is gone.
  bool post_from_peer(NodeIndex from, Event event, std::size_t bytes);
  /// Unavailable: full.
  [[nodiscard]] Result<void> post_submission(VerifiedSubmission submission);
  void wake();
  void stop();

  /// All that waits, at most a round's worth, at the latest after `timeout`; may be empty.
  /// nullopt: stopped.
  [[nodiscard]] std::optional<std::vector<Event>> wait(Duration timeout);

 private:
  struct FromPeer {
    std::deque<std::pair<Event, std::size_t>> events;  ///< with the bytes of each
    std::size_t bytes = 0;
  };
  [[nodiscard]] bool has_something() const;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Event> internal_;
  std::vector<FromPeer> from_peers_;
  std::deque<VerifiedSubmission> submissions_;
  std::size_t submission_bytes_ = 0;
  bool woken_ = false;
  bool stopped_ = false;
};

/// What waits for the ledger; ordering keeps to the window, so it cannot overrun it.
template <typename Task>
class TaskQueue {
 public:
  void push(Task task) {
    {
      const std::lock_guard lock(mutex_);
      tasks_.push_back(std::move(task));
    }
    changed_.notify_one();
  }

  /// nullopt: stopped.
  [[nodiscard]] std::optional<Task> wait() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return stopped_ || !tasks_.empty(); });
    if (stopped_) return std::nullopt;
    Task task = std::move(tasks_.front());
    tasks_.pop_front();
    return task;
  }

  void stop() {
    {
      const std::lock_guard lock(mutex_);
      stopped_ = true;
    }
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Task> tasks_;
  bool stopped_ = false;
};

}  // namespace tally::node
