// LogLimit: so many lines a minute of one kind, whoever provokes them.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>

#include "net/demerits.h"

namespace tally::net {

class LogLimit {
 public:
  /// Nothing: say nothing. Otherwise what to add to the line: " suppressed=N" for those left out
  /// since the last one, or "". At most `per_minute` lines of one `kind`; kinds are ours, not the
  /// peer's words, so they are few.
  [[nodiscard]] std::optional<std::string> allow(const std::string& kind, std::size_t per_minute,
                                                 SteadyTime now) {
    Kind& seen = kinds_[kind];
    if (now - seen.since >= std::chrono::minutes(1)) {
      seen.since = now;
      seen.lines = 0;
    }
    if (seen.lines >= per_minute) {
      ++seen.suppressed;
      return std::nullopt;
    }
    ++seen.lines;
    if (seen.suppressed == 0) return "";
    return " suppressed=" + std::to_string(std::exchange(seen.suppressed, 0));
  }

 private:
  struct Kind {
    SteadyTime since{};
    std::size_t lines = 0;
    std::size_t suppressed = 0;
  };
  std::map<std::string, Kind> kinds_;
};

}  // namespace tally::net
