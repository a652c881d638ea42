// Demerits: a peer's faults, which fade.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

#include <tally/base/result.h>

namespace tally::net {

using SteadyTime = std::chrono::steady_clock::time_point;

inline constexpr std::int64_t kMarksMax = 30;  ///< here a link closes
inline constexpr std::chrono::seconds kMarkFades{6};

/// Marks that `code` deserves, as LinkHandlers::on_frame says.
[[nodiscard]] inline std::int64_t marks_for(ErrorCode code) {
  switch (code) {
    case ErrorCode::Malformed:
    case ErrorCode::OutOfLimits:
    case ErrorCode::BadSignature:
      return 10;
    case ErrorCode::Conflict:
    case ErrorCode::NotFound:
    case ErrorCode::Refused:
      return 1;
    case ErrorCode::Io:
    case ErrorCode::Corrupt:
    case ErrorCode::Unavailable:
    case ErrorCode::Diverged:
      break;
  }
  return 0;
}

/// Counts marks up to kMarksMax; one fades every kMarkFades.
class Demerits {
 public:
  void add(std::int64_t marks, SteadyTime now) {
    fade(now);
    marks_ = std::min(marks_ + marks, kMarksMax);
  }
  [[nodiscard]] bool is_full(SteadyTime now) {
    fade(now);
    return marks_ >= kMarksMax;
  }
  void clear() { marks_ = 0; }

 private:
  void fade(SteadyTime now) {
    if (marks_ == 0) faded_to_ = now;
    const std::int64_t faded = (now - faded_to_) / kMarkFades;
    marks_ = std::max<std::int64_t>(0, marks_ - faded);
    faded_to_ += faded * kMarkFades;
  }

  std::int64_t marks_ = 0;
  SteadyTime faded_to_{};
};

}  // namespace tally::net
