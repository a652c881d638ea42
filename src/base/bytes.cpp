// Hexadecimal, and text made safe to print.
#include <tally/base/bytes.h>

namespace tally {
namespace {

constexpr std::string_view kHexDigits = "0123456789abcdef";

int digit_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

ByteView as_bytes(std::string_view text) {
  // char and unsigned char alias by the standard's own exception; a cast is the only spelling.
  return {static_cast<const std::uint8_t*>(static_cast<const void*>(text.data())), text.size()};
}

std::string_view as_text(ByteView bytes) {
  return {static_cast<const char*>(static_cast<const void*>(bytes.data())), bytes.size()};
}

Bytes to_bytes(ByteView view) {
  return Bytes(view.begin(), view.end());
}

std::string to_hex(ByteView bytes) {
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const std::uint8_t byte : bytes) {
    text.push_back(kHexDigits[byte >> 4U]);
    text.push_back(kHexDigits[byte & 15U]);
  }
  return text;
}

Result<Bytes> bytes_from_hex(std::string_view text) {
  if (text.size() % 2 != 0) return malformed("odd number of hexadecimal digits");
  Bytes bytes;
  bytes.reserve(text.size() / 2);
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const int high = digit_value(text[i]);
    const int low = digit_value(text[i + 1]);
    if (high < 0 || low < 0)
      return malformed("no hexadecimal digit at position " + std::to_string(high < 0 ? i : i + 1));
    bytes.push_back(static_cast<std::uint8_t>(high * 16 + low));
  }
  return bytes;
}

std::string printable(std::string_view text) {
  constexpr std::size_t kShownMax = 64;
  constexpr std::string_view kCut = "...";
  std::string shown;
  std::size_t whole_pieces = 0;  // the longest part that leaves room for the mark of a cut
  for (const char c : text) {
    const auto byte = static_cast<std::uint8_t>(c);
    if (byte < 0x20 || byte > 0x7e || c == '\\' || c == '"') {
      shown += "\\x";
      shown.push_back(kHexDigits[byte >> 4U]);
      shown.push_back(kHexDigits[byte & 15U]);
    } else {
      shown.push_back(c);
    }
    if (shown.size() > kShownMax) return shown.substr(0, whole_pieces).append(kCut);
    if (shown.size() <= kShownMax - kCut.size()) whole_pieces = shown.size();
  }
  return shown;
}

}  // namespace tally
