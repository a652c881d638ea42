// Gathering mistakes.
#include "rules/findings.h"

#include <tally/base/bytes.h>
#include <tally/base/limits.h>

#include <algorithm>
#include <array>

namespace tally::rules {
namespace {

// github.com/google/cel-spec, langdef.md, "Syntax".
constexpr std::array<std::string_view, 21> kReserved = {
    "false",    "in",      "null",      "true",     "as",  "break",  "const",
    "continue", "else",    "for",       "function", "if",  "import", "let",
    "loop",     "package", "namespace", "return",   "var", "void",   "while"};

bool is_lower_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

}  // namespace

void Findings::add(Reason reason, std::string field, std::string got, std::string expected,
                   std::string fix) {
  Mistake mistake;
  mistake.reason = reason;
  mistake.field = std::move(field);
  mistake.got = std::move(got);
  mistake.expected = std::move(expected);
  mistake.fix = std::move(fix);
  mistakes_.push_back(std::move(mistake));
}

void Findings::require(bool holds, std::string_view field, std::string_view got,
                       std::string_view expected, std::string_view fix) {
  if (!holds)
    add(Reason::BadEnvelope, std::string(field), std::string(got), std::string(expected),
        std::string(fix));
}

void Findings::range(std::string_view field, std::uint64_t value, std::uint64_t least,
                     std::uint64_t most) {
  if (value >= least && value <= most) return;
  add(Reason::BadEnvelope, std::string(field), std::to_string(value),
      std::to_string(least) + " to " + std::to_string(most));
}

void Findings::at_most(std::string_view field, Duration span, std::uint64_t most) {
  if (span.milliseconds() <= most) return;
  add(Reason::BadEnvelope, std::string(field), std::to_string(span.milliseconds()) + "ms",
      "at most " + std::to_string(most / kDay.milliseconds()) + "d");
}

void Findings::name(std::string_view field, const std::string& text, std::size_t most) {
  if (!text.empty() && text.size() <= most) return;
  add(Reason::BadEnvelope, std::string(field), std::to_string(text.size()) + " bytes",
      "1 to " + std::to_string(most) + " bytes");
}

void Findings::names(const std::string& field, const std::vector<std::string>& texts,
                     std::size_t most, std::size_t bytes_max) {
  range(field, texts.size(), 0, most);
  for (std::size_t i = 0; i < texts.size(); ++i)
    name(field + "[" + std::to_string(i) + "]", texts[i], bytes_max);
}

void Findings::expression(const std::string& field, Mistakes mistakes) {
  for (Mistake& mistake : mistakes) {
    mistake.field = field;
    mistakes_.push_back(std::move(mistake));
  }
}

std::string entry(std::string_view list, std::size_t place) {
  return std::string(list) + "[" + std::to_string(place) + "].";
}

std::string shown(std::string_view text) {
  return "\"" + printable(text) + "\"";
}

bool is_rule_name(std::string_view text) {
  if (text.empty() || text.size() > limits::kShortNameBytesMax) return false;
  const bool clean = std::all_of(text.begin(), text.end(), [](char c) {
    return is_lower_or_digit(c) || (c >= 'A' && c <= 'Z') || c == '_';
  });
  const bool starts_with_digit = text.front() >= '0' && text.front() <= '9';
  return clean && !starts_with_digit &&
         std::find(kReserved.begin(), kReserved.end(), text) == kReserved.end();
}

bool is_id(std::string_view text) {
  return !text.empty() && text.size() <= limits::kShortNameBytesMax &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return is_lower_or_digit(c) || c == '-'; });
}

}  // namespace tally::rules
