// Threads that take the next piece of work.
#include "app/in_flight.h"

#include <tally/base/check.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

namespace tally::app {
namespace {

class Crew {
 public:
  explicit Crew(const InFlight& asked) : asked_(asked) {}

  Faults run() {
    std::vector<std::jthread> threads;
    const std::size_t wanted = std::min(asked_.at_once, asked_.count);
    running_ = wanted;
    for (std::size_t i = 0; i < wanted; ++i)
      threads.emplace_back([this] { work(); });
    wait();
    threads.clear();  // joins
    return std::move(faults_);
  }

 private:
  void work() {
    while (const std::optional<std::size_t> piece = take()) {
      Faults faults = asked_.work(*piece);
      const std::lock_guard lock(mutex_);
      if (faults.empty()) {
        ++done_;
      } else if (*piece < failed_) {
        failed_ = *piece;
        faults_ = std::move(faults);
      }
    }
    const std::lock_guard lock(mutex_);
    --running_;
    changed_.notify_all();
  }

  std::optional<std::size_t> take() {
    const std::lock_guard lock(mutex_);
    const bool stopped = asked_.stop != nullptr && *asked_.stop;
    if (stopped || failed_ != kNone || next_ == asked_.count) return std::nullopt;
    return next_++;
  }

  void wait() {
    std::unique_lock lock(mutex_);
    while (running_ > 0) {
      changed_.wait_for(lock, std::chrono::milliseconds(200));
      const std::size_t done = done_;
      lock.unlock();
      if (asked_.progress) asked_.progress(done);
      lock.lock();
    }
  }

  static constexpr std::size_t kNone = ~std::size_t{0};
  const InFlight& asked_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t next_ = 0;
  std::size_t done_ = 0;
  std::size_t running_ = 0;
  std::size_t failed_ = kNone;
  Faults faults_;
};

}  // namespace

Faults run_in_flight(const InFlight& in_flight) {
  CHECK(in_flight.at_once >= 1);
  CHECK(in_flight.work != nullptr);
  return Crew(in_flight).run();
}

}  // namespace tally::app
