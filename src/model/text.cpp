// Text that is refused: unclean, confusing, or personal.
#include "model/text.h"

#include <tally/codec/reader.h>
#include <tally/codec/writer.h>

#include "model/fault.h"

#include <array>

namespace tally {
namespace {

// Unicode's Bidi_Control, and the two invisible separators of lines.
constexpr std::array<std::string_view, 14> kConfusing = {
    "\u061c", "\u200e", "\u200f", "\u2028", "\u2029", "\u202a", "\u202b",
    "\u202c", "\u202d", "\u202e", "\u2066", "\u2067", "\u2068", "\u2069"};

// The shortest number that E.164 plans dial, without its country.
constexpr std::size_t kPhoneDigitsMin = 7;
// "2019-2024" and the like, eight digits, are years more often than phone numbers.
constexpr std::size_t kPhoneDigitsMinWithoutPlus = 9;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_in_word(char c) {
  return c != ' ' && c != '@' && c != ',' && c != ';';
}

/// x@y.z: an @ within a word, and after it a word that ends like a domain.
bool has_email(std::string_view text) {
  for (std::size_t at = text.find('@'); at != std::string_view::npos; at = text.find('@', at + 1)) {
    if (at == 0 || !is_in_word(text[at - 1])) continue;
    std::size_t end = at + 1;
    while (end < text.size() && is_in_word(text[end]))
      ++end;
    const std::string_view host = text.substr(at + 1, end - at - 1);
    const std::size_t dot = host.rfind('.');
    if (dot == std::string_view::npos || dot == 0 || dot + 1 == host.size()) continue;
    if (!is_digit(host[dot + 1])) return true;  // "2@1.50" is a price
  }
  return false;
}

/// A run of digits with nothing but a phone number's separators between them.
bool has_phone(std::string_view text) {
  std::size_t digits = 0;
  bool plus = false;
  for (const char c : text) {
    if (is_digit(c)) {
      ++digits;
      if (digits >= (plus ? kPhoneDigitsMin : kPhoneDigitsMinWithoutPlus)) return true;
    } else if (c == '+') {
      plus = true;
      digits = 0;
    } else if (std::string_view(" -./()").find(c) == std::string_view::npos) {
      plus = false;
      digits = 0;
    }
  }
  return false;
}

}  // namespace

Result<void> check_name(std::string_view field, std::string_view text, std::size_t size_max) {
  if (text.empty() || text.size() > size_max)
    return fault(field, std::to_string(text.size()) + " bytes", "1 to " + std::to_string(size_max));
  // The codec says what clean text is; asked through it, the two cannot differ.
  codec::Writer out;
  out.text(text);
  codec::Reader in(out.view());
  static_cast<void>(in.text(size_max));
  bool clean = in.finish("text").ok();
  for (const std::string_view mark : kConfusing)
    clean = clean && text.find(mark) == std::string_view::npos;
  if (!clean)
    return fault(field, "control characters, marks of direction or bytes that are not UTF-8",
                 "clean text");
  if (text.find("PRIVATE KEY") != std::string_view::npos)
    return fault(field, "what looks like a private key", "a name");
  return {};
}

Result<void> check_no_personal_data(std::string_view field, std::string_view text) {
  if (has_email(text)) return fault(field, "what looks like an e-mail address", "no PERSONAL_DATA");
  if (has_phone(text)) return fault(field, "what looks like a phone number", "no PERSONAL_DATA");
  return {};
}

}  // namespace tally
