// UTF-8 by hand, because the core knows no locale.
#include "rules/source.h"

#include <tally/base/limits.h>

#include <algorithm>

namespace tally::rules {
namespace {

constexpr std::size_t kShownBytesMax = 40;

/// Bytes that follow `lead` and the least value that they may make; 4: none may.
struct Sequence {
  std::size_t more = 4;
  char32_t least = 0;
  char32_t bits = 0;
};

Sequence sequence_of(unsigned char lead) {
  if (lead < 0x80) return {0, 0, lead};
  if (lead >= 0xc2 && lead < 0xe0) return {1, 0x80, static_cast<char32_t>(lead & 0x1fU)};
  if (lead >= 0xe0 && lead < 0xf0) return {2, 0x800, static_cast<char32_t>(lead & 0x0fU)};
  if (lead >= 0xf0 && lead < 0xf5) return {3, 0x10000, static_cast<char32_t>(lead & 0x07U)};
  return {};
}

bool is_control(char32_t c) {
  if (c == '\t' || c == '\n' || c == '\r') return false;
  return c < 0x20 || (c >= 0x7f && c < 0xa0);
}

/// Unicode's Bidi_Control.
bool turns_direction(char32_t c) {
  return c == 0x061c || c == 0x200e || c == 0x200f || (c >= 0x202a && c <= 0x202e) ||
         (c >= 0x2066 && c <= 0x2069);
}

std::string hexadecimal(char32_t value) {
  std::string digits;
  for (int shift = 28; shift >= 0; shift -= 4) {
    const auto digit = static_cast<std::size_t>(value >> static_cast<unsigned>(shift) & 0xfU);
    if (digit != 0 || !digits.empty() || shift < 16) digits += "0123456789ABCDEF"[digit];
  }
  return digits;
}

}  // namespace

CodePoint code_point_at(std::string_view text, std::size_t at) {
  const Sequence sequence = sequence_of(static_cast<unsigned char>(text[at]));
  if (sequence.more > 3 || text.size() - at <= sequence.more) return {};
  char32_t value = sequence.bits;
  for (std::size_t i = 1; i <= sequence.more; ++i) {
    const auto next = static_cast<unsigned char>(text[at + i]);
    if ((next & 0xc0U) != 0x80) return {};
    value = value << 6U | (next & 0x3fU);
  }
  const bool is_surrogate = value >= 0xd800 && value < 0xe000;
  if (value < sequence.least || value > 0x10ffff || is_surrogate) return {};
  return {value, sequence.more + 1};
}

void append_utf8(std::string& text, char32_t value) {
  const auto byte = [&](char32_t bits) { text += static_cast<char>(bits); };
  if (value < 0x80) return byte(value);
  if (value < 0x800) {
    byte(0xc0U | value >> 6U);
  } else {
    if (value < 0x10000) {
      byte(0xe0U | value >> 12U);
    } else {
      byte(0xf0U | value >> 18U);
      byte(0x80U | (value >> 12U & 0x3fU));
    }
    byte(0x80U | (value >> 6U & 0x3fU));
  }
  byte(0x80U | (value & 0x3fU));
}

std::optional<Mistake> check_source(std::string_view source, const SourceLimits& limits) {
  const auto refused = [&](Reason reason, std::size_t at, std::string got, std::string expected) {
    Mistake mistake{reason, "", at, 0, 0, std::move(got), std::move(expected), ""};
    place(mistake, source);
    return mistake;
  };
  if (source.size() > limits::kRuleSourceBytesMax)
    return refused(Reason::TooLarge, 0, std::to_string(source.size()) + " bytes of source",
                   "at most " + std::to_string(limits::kRuleSourceBytesMax));
  for (std::size_t at = 0; at < source.size();) {
    const CodePoint c = code_point_at(source, at);
    if (c.size == 0) return refused(Reason::Syntax, at, "bytes that are not UTF-8", "UTF-8");
    if (is_control(c.value) && !limits.control_characters)
      return refused(Reason::Syntax, at, "control character U+" + hexadecimal(c.value),
                     "an escape in a string, or none");
    if (turns_direction(c.value))
      return refused(Reason::Syntax, at, "mark of direction U+" + hexadecimal(c.value),
                     "an escape in a string, or none");
    at += c.size;
  }
  return std::nullopt;
}

void place(Mistake& mistake, std::string_view source) {
  mistake.line = 1;
  mistake.column = 1;
  for (std::size_t at = 0; at < std::min(mistake.offset, source.size()); ++at) {
    if (source[at] == '\n') {
      ++mistake.line;
      mistake.column = 1;
    } else if ((static_cast<unsigned char>(source[at]) & 0xc0U) != 0x80) {
      ++mistake.column;  // each code point once, at its first byte
    }
  }
}

std::string quoted(std::string_view text) {
  std::string shown = "\"";
  std::size_t at = 0;
  while (at < text.size() && at < kShownBytesMax) {
    const CodePoint c = code_point_at(text, at);
    if (c.size == 0 || is_control(c.value) || c.value < 0x20 || turns_direction(c.value))
      shown += '?';
    else
      shown += text.substr(at, c.size);
    at += std::max<std::size_t>(c.size, 1);
  }
  if (at < text.size()) shown += "…";
  return shown + "\"";
}

}  // namespace tally::rules
