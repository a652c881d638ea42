// Timers: what is waited for, since when, and for how long (design/consensus.md §6).
#include "consensus/replica_inside.h"

#include <tally/base/canary.h>

#include <algorithm>

namespace tally::consensus {
namespace {

/// At least so often, however slow a chain's timeouts are.
constexpr Duration kStatusPeriodMax{500};

}  // namespace

void Replica::Inside::update_timers() {
  if (!changing_) {
    new_view_since_.reset();
  } else if (count_changes(true) >= epoch_.quorum().quorum() || canary(15)) {
    // Not before: a view cannot begin without a quorum, and to time it earlier drives nodes apart.
    if (!new_view_since_.has_value()) new_view_since_ = now_.monotonic;
  }

  const Slot* next = window_.find(stable().next());
  const bool rests = next != nullptr && next->committed.has_value();
  if (changing_ || rests || !has_work())
    progress_since_.reset();
  else if (!progress_since_.has_value())
    progress_since_ = now_.monotonic;
}

bool Replica::Inside::has_work() const {
  if (work_pending_ || now_.monotonic >= idle_since_.plus(epoch_.idle_block)) return true;
  for (Height height = stable().next(); height <= window_.last_open(); height = height.next()) {
    const Slot* slot = window_.find(height);
    if (slot != nullptr && proposed_digest(height, *slot).has_value()) return true;
  }
  return false;
}

Duration Replica::Inside::progress_timeout() const {
  const Duration timeout = epoch_.timeout(failed_views_);
  // The primary of the first block waits so long for slow starters.
  if (stable() > Height()) return timeout;
  return Duration(timeout.milliseconds() + epoch_.idle_block.milliseconds());
}

bool Replica::Inside::is_progress_overdue() const {
  return progress_since_.has_value() && now_.monotonic >= progress_since_->plus(progress_timeout());
}

bool Replica::Inside::is_new_view_overdue() const {
  return new_view_since_.has_value() &&
         now_.monotonic >= new_view_since_->plus(epoch_.timeout(failed_views_));
}

Duration Replica::Inside::status_period() const {
  return std::min(kStatusPeriodMax, Duration(epoch_.request_timeout.milliseconds() / 3 + 1));
}

Timestamp Replica::Inside::next_wake() const {
  Timestamp wake = next_status_;
  const auto consider = [this, &wake](Timestamp deadline) {
    if (deadline > now_.monotonic) wake = std::min(wake, deadline);
  };
  consider(idle_since_.plus(epoch_.idle_block));
  if (progress_since_.has_value()) consider(progress_since_->plus(progress_timeout()));
  if (new_view_since_.has_value()) consider(new_view_since_->plus(epoch_.timeout(failed_views_)));
  return wake;
}

}  // namespace tally::consensus
