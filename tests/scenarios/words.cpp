// Splits a line at its spaces, and reads numbers, nodes and spans of time.
#include "scenarios/words.h"

#include <array>
#include <charconv>

namespace tally::scenario {
namespace {

constexpr std::uint64_t kSpanMax = 86'400'000;
constexpr std::size_t kWordsMax = 64;

std::optional<std::uint64_t> parse_number(std::string_view text) {
  std::uint64_t value = 0;
  const char* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, value);
  if (text.empty() || parsed.ec != std::errc() || parsed.ptr != end) return std::nullopt;
  return value;
}

std::optional<std::uint64_t> parse_span(std::string_view text) {
  struct Unit {
    std::string_view name;
    std::uint64_t ms;
  };
  constexpr std::array<Unit, 3> kUnits = {Unit{"ms", 1}, {"min", 60'000}, {"s", 1'000}};
  for (const Unit& unit : kUnits) {
    if (!text.ends_with(unit.name)) continue;
    const auto count = parse_number(text.substr(0, text.size() - unit.name.size()));
    if (!count.has_value() || *count > kSpanMax / unit.ms) return std::nullopt;
    return *count * unit.ms;
  }
  return std::nullopt;
}

}  // namespace

Words::Words(std::string_view line, std::size_t nodes) : nodes_(nodes) {
  std::size_t at = 0;
  while (at < line.size() && words_.size() < kWordsMax) {
    if (line[at] == ' ') {
      ++at;
      continue;
    }
    // A quoted text is one word, its opening quote kept as the mark of what it is.
    const char stop = line[at] == '"' ? '"' : ' ';
    const std::size_t end = std::min(line.find(stop, at + 1), line.size());
    words_.emplace_back(line.substr(at, end - at));
    at = end + (stop == '"' ? 1 : 0);
  }
  if (words_.size() == kWordsMax) error_ = "expected fewer than 64 words in a line";
}

bool Words::sees_number() const {
  return !done() && parse_number(words_[next_]).has_value();
}

bool Words::take(std::string_view word) {
  if (!sees(word)) return false;
  ++next_;
  return true;
}

void Words::expect(std::string_view word) {
  if (!take(word)) fail("\"" + std::string(word) + "\"");
}

std::string Words::word(std::string_view what) {
  if (done() || words_[next_].starts_with('"')) {
    fail(what);
    return "";
  }
  return words_[next_++];
}

std::uint64_t Words::number(std::string_view what, std::uint64_t max) {
  const auto value = done() ? std::nullopt : parse_number(words_[next_]);
  if (!value.has_value() || *value > max) {
    fail(std::string(what) + ", a number up to " + std::to_string(max));
    return 0;
  }
  ++next_;
  return *value;
}

std::size_t Words::node(std::string_view what) {
  const auto value = done() ? std::nullopt : parse_number(words_[next_]);
  if (!value.has_value() || *value >= nodes_) {
    fail(std::string(what) + ", a node from 0 to " + std::to_string(nodes_ - 1));
    return 0;
  }
  ++next_;
  return *value;
}

Who Words::who(std::string_view what) {
  Who who;
  if (take("all")) {
    who.all = true;
    return who;
  }
  do {
    who.nodes.push_back(node(what));
  } while (sees_number());
  return who;
}

std::uint64_t Words::span(std::string_view what) {
  const auto value = done() ? std::nullopt : parse_span(words_[next_]);
  if (!value.has_value()) {
    fail(std::string(what) + " as 500ms, 2s or 10min, at most a day");
    return 0;
  }
  ++next_;
  return *value;
}

std::int64_t Words::shift(std::string_view what) {
  const std::string text = done() ? "" : words_[next_];
  const auto value = text.empty() ? std::nullopt : parse_span(std::string_view(text).substr(1));
  if (!value.has_value() || (text[0] != '+' && text[0] != '-')) {
    fail(std::string(what) + " as +500ms or -2s");
    return 0;
  }
  ++next_;
  return text[0] == '-' ? -static_cast<std::int64_t>(*value) : static_cast<std::int64_t>(*value);
}

std::string Words::one_of(const std::vector<std::string_view>& choices) {
  for (const std::string_view choice : choices)
    if (take(choice)) return std::string(choice);
  std::string expected = "one of";
  for (const std::string_view choice : choices)
    expected += " " + std::string(choice);
  fail(expected);
  return "";
}

std::string Words::quoted(std::string_view what) {
  if (done() || !words_[next_].starts_with('"')) {
    fail(std::string(what) + " in quotes");
    return "";
  }
  return words_[next_++].substr(1);
}

void Words::end() {
  if (!done()) fail("the end of the line");
}

void Words::fail(std::string_view expected) {
  if (error_.has_value()) return;
  const std::string found =
      next_ < words_.size() ? "\"" + words_[next_] + "\"" : "the end of the line";
  error_ = "expected " + std::string(expected) + ", found " + found;
}

}  // namespace tally::scenario
