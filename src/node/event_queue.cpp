// Bounded queues: a full one refuses the newest and says so.
#include "node/event_queue.h"

#include <tally/base/limits.h>

#include <chrono>

namespace tally::node {
namespace {

/// Of one peer, waiting: some hundred blocks' worth of its votes.
constexpr std::size_t kFromPeerMax = 1'024;
/// Of one peer, waiting: a few of the largest frames.
constexpr std::size_t kFromPeerBytesMax = 4 * limits::kFrameBytesMax;
/// Of one peer in one round, so that none takes the whole round.
constexpr std::size_t kFromPeerInRound = 64;
constexpr std::size_t kSubmissionsInRound = 64;

}  // namespace

void EventQueue::post_internal(Event event) {
  {
    const std::lock_guard lock(mutex_);
    internal_.push_back(std::move(event));
  }
  changed_.notify_one();
}

bool EventQueue::post_from_peer(NodeIndex from, Event event, std::size_t bytes) {
  {
    const std::lock_guard lock(mutex_);
    FromPeer& queue = from_peers_.at(from.value());
    if (queue.events.size() >= kFromPeerMax || queue.bytes + bytes > kFromPeerBytesMax)
      return false;
    queue.events.emplace_back(std::move(event), bytes);
    queue.bytes += bytes;
  }
  changed_.notify_one();
  return true;
}

Result<void> EventQueue::post_submission(VerifiedSubmission submission) {
  {
    const std::lock_guard lock(mutex_);
    const std::size_t size = submission.bytes().size();
    if (submissions_.size() >= limits::kQueueEvents ||
        submission_bytes_ + size > limits::kMempoolBytes)
      return Error{ErrorCode::Unavailable, "the node's queue is full; try again"};
    submission_bytes_ += size;
    submissions_.push_back(std::move(submission));
  }
  changed_.notify_one();
  return {};
}

void EventQueue::wake() {
  {
    const std::lock_guard lock(mutex_);
    woken_ = true;
  }
  changed_.notify_one();
}

void EventQueue::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  changed_.notify_all();
}

bool EventQueue::has_something() const {
  if (stopped_ || woken_ || !internal_.empty() || !submissions_.empty()) return true;
  for (const FromPeer& queue : from_peers_)
    if (!queue.events.empty()) return true;
  return false;
}

std::optional<std::vector<Event>> EventQueue::wait(Duration timeout) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, std::chrono::milliseconds(timeout.milliseconds()),
                    [this] { return has_something(); });
  if (stopped_) return std::nullopt;
  woken_ = false;

  std::vector<Event> events;
  for (Event& event : internal_)
    events.push_back(std::move(event));
  internal_.clear();
  for (FromPeer& queue : from_peers_)
    for (std::size_t i = 0; i < kFromPeerInRound && !queue.events.empty(); ++i) {
      auto& [event, bytes] = queue.events.front();
      queue.bytes -= bytes;
      events.push_back(std::move(event));
      queue.events.pop_front();
    }
  for (std::size_t i = 0; i < kSubmissionsInRound && !submissions_.empty(); ++i) {
    submission_bytes_ -= submissions_.front().bytes().size();
    events.emplace_back(std::move(submissions_.front()));
    submissions_.pop_front();
  }
  return events;
}

}  // namespace tally::node
