// Progress on stderr.
#include "app/progress_bar.h"

#include <tally/base/grouped.h>

#include <unistd.h>
#include <algorithm>
#include <iostream>
#include <utility>

namespace tally::app {
namespace {

constexpr std::size_t kBarWidth = 24;

std::string minutes_and_seconds(std::uint64_t seconds) {
  const std::uint64_t rest = seconds % 60;
  return std::to_string(seconds / 60) + (rest < 10 ? ":0" : ":") + std::to_string(rest);
}

/// REQUIRES: done ≤ total, above 0
std::string bar_of(std::uint64_t done, std::uint64_t total) {
  std::string bar = "[";
  for (std::size_t i = 1; i <= kBarWidth; ++i)
    bar += i * total <= done * kBarWidth ? '#' : '.';
  return bar + "]";
}

}  // namespace

std::string progress_line(const ProgressState& progress) {
  const std::uint64_t done =
      progress.total == 0 ? progress.done : std::min(progress.done, progress.total);
  const std::uint64_t elapsed = std::max<std::uint64_t>(progress.elapsed_ms, 1);
  const std::uint64_t rate = done * 1'000 / elapsed;
  std::string line = progress.label + "  ";
  if (progress.total == 0)
    return line + grouped(done) + "  " + grouped(rate) + "/s  " +
           minutes_and_seconds(elapsed / 1'000);
  line += bar_of(done, progress.total) + "  " + std::to_string(done * 100 / progress.total) +
          " %  " + grouped(done) + " of " + grouped(progress.total) + "  " + grouped(rate) + "/s";
  if (done == progress.total) return line + "  in " + minutes_and_seconds(elapsed / 1'000);
  if (done == 0) return line;
  const std::uint64_t left_ms = (progress.total - done) * elapsed / done;
  return line + "  " + minutes_and_seconds((left_ms + 999) / 1'000) + " left";
}

std::string second_by_second(const std::vector<std::uint64_t>& counts) {
  constexpr std::uint64_t kWidth = 50;
  constexpr std::size_t kNumberWidth = 13;
  const auto right = [](const std::string& text, std::size_t width) {
    return std::string(width - std::min(width, text.size()), ' ') + text;
  };
  std::uint64_t best = 1;
  for (const std::uint64_t count : counts)
    best = std::max(best, count);
  std::string text;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const std::string bar(static_cast<std::size_t>(counts[i] * kWidth / best), '#');
    text += right(std::to_string(i + 1), 5) + " s" + right(grouped(counts[i]), kNumberWidth) +
            (bar.empty() ? "" : "  " + bar) + "\n";
  }
  return text;
}

ProgressBar::ProgressBar(std::string label, std::uint64_t total)
    : progress_{std::move(label), 0, total, 0}, on_terminal_(isatty(STDERR_FILENO) == 1) {}

void ProgressBar::update(std::uint64_t done) {
  progress_.done = done;
  progress_.elapsed_ms = milliseconds_since(start_);
  if (progress_.elapsed_ms < drawn_ms_ + (on_terminal_ ? 200U : 5'000U)) return;
  drawn_ms_ = progress_.elapsed_ms;
  draw();
}

void ProgressBar::finish() {
  if (!open_) return;
  open_ = false;
  progress_.elapsed_ms = milliseconds_since(start_);
  draw();
  if (on_terminal_) std::cerr << "\n";
}

void ProgressBar::draw() {
  // \x1b[K clears what a longer line has left behind.
  if (on_terminal_)
    std::cerr << "\r" << progress_line(progress_) << "\x1b[K" << std::flush;
  else
    std::cerr << progress_line(progress_) << "\n";
}

}  // namespace tally::app
