// ProgressBar: how far a long command is, on stderr: a bar on a terminal, else a line now and then.
#pragma once

#include "app/latencies.h"

#include <cstdint>
#include <string>
#include <vector>

namespace tally::app {

/// "enrolling  [#####.....]  52 %  12,000 of 23,570  2,411/s  0:05 left"; at most 100 columns.
/// `total` 0: unknown, and no bar.
struct ProgressState {
  std::string label;
  std::uint64_t done = 0;
  std::uint64_t total = 0;
  std::uint64_t elapsed_ms = 0;
};
[[nodiscard]] std::string progress_line(const ProgressState& progress);

/// A line for each second: its number, how many, and a bar that is longest in the best second, so
/// that a pause shows. At most 80 columns.
[[nodiscard]] std::string second_by_second(const std::vector<std::uint64_t>& counts);

/// For one thread.
class ProgressBar {
 public:
  ProgressBar(std::string label, std::uint64_t total);
  ~ProgressBar() { finish(); }
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  /// Draws where enough time has passed: 5 times a second on a terminal, else every 5 seconds.
  void update(std::uint64_t done);
  /// The last state, and a line end.
  void finish();

 private:
  void draw();

  ProgressState progress_;
  bool on_terminal_;
  bool open_ = true;
  std::uint64_t drawn_ms_ = 0;
  SteadyTime start_ = std::chrono::steady_clock::now();
};

}  // namespace tally::app
