// The words of one line of a story, and a reader of them whose first error sticks.
//
//   Words words("cut 3 -> 0 1", 4);
//   words.expect("cut");
//   const Who from = words.who("the nodes to cut off");
//   words.end();
//   if (words.error().has_value()) ...
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tally::scenario {

/// Which nodes: those named, or all that the sentence can be about when it is reached.
struct Who {
  bool all = false;
  std::vector<std::size_t> nodes;
};

class Words {
 public:
  /// `nodes`: how many the story has, so that a wrong number is found before the story runs.
  Words(std::string_view line, std::size_t nodes);

  [[nodiscard]] bool done() const { return next_ >= words_.size() || error_.has_value(); }
  [[nodiscard]] bool sees(std::string_view word) const { return !done() && words_[next_] == word; }
  [[nodiscard]] bool sees_number() const;
  /// Takes the next word if it is `word`.
  bool take(std::string_view word);
  void expect(std::string_view word);
  /// The next word, whatever it is. `what`: what was expected, for the error.
  std::string word(std::string_view what);
  std::uint64_t number(std::string_view what, std::uint64_t max);
  std::size_t node(std::string_view what);
  /// `all`, or the numbers of nodes, one or more.
  Who who(std::string_view what);
  /// As `500ms`, `2s` or `10min`: milliseconds, at most a day.
  std::uint64_t span(std::string_view what);
  /// The same with a sign before it.
  std::int64_t shift(std::string_view what);
  /// One of `choices`.
  std::string one_of(const std::vector<std::string_view>& choices);
  /// In quotes; spaces stay.
  std::string quoted(std::string_view what);
  /// That no word is left.
  void end();

  /// What was expected, and what stood there.
  void fail(std::string_view expected);
  [[nodiscard]] const std::optional<std::string>& error() const { return error_; }

 private:
  std::vector<std::string> words_;
  std::size_t nodes_;
  std::size_t next_ = 0;
  std::optional<std::string> error_;
};

}  // namespace tally::scenario
