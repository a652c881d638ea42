// The canonical encoding, read.
#include <tally/codec/reader.h>

#include <utility>

namespace tally::codec {
namespace {

/// Bytes of the UTF-8 sequence that starts with `lead`; 0 where none may.
std::size_t sequence_length(std::uint8_t lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xc2 && lead <= 0xdf) return 2;
  if (lead >= 0xe0 && lead <= 0xef) return 3;
  if (lead >= 0xf0 && lead <= 0xf4) return 4;
  return 0;
}

/// RFC 3629: no over-long form, no surrogate, nothing above U+10FFFF. Control characters (C0, DEL,
/// C1) are refused too: no name needs one, and a terminal obeys them.
bool is_clean_utf8(ByteView text) {
  for (std::size_t i = 0; i < text.size();) {
    const std::uint8_t lead = text[i];
    const std::size_t length = sequence_length(lead);
    if (length == 0 || i + length > text.size() || lead < 0x20 || lead == 0x7f) return false;
    for (std::size_t k = 1; k < length; ++k)
      if ((text[i + k] & 0xc0U) != 0x80U) return false;
    if (length > 1) {
      const std::uint8_t second = text[i + 1];
      if (lead == 0xc2 && second < 0xa0) return false;  // C1 controls
      if (lead == 0xe0 && second < 0xa0) return false;  // over-long
      if (lead == 0xed && second > 0x9f) return false;  // surrogates
      if (lead == 0xf0 && second < 0x90) return false;  // over-long
      if (lead == 0xf4 && second > 0x8f) return false;  // above U+10FFFF
    }
    i += length;
  }
  return true;
}

}  // namespace

ByteView Reader::raw(std::size_t size) {
  if (failed_) return {};
  if (remaining() < size) {
    fail("ends too early");
    return {};
  }
  const ByteView view = bytes_.subspan(offset_, size);
  offset_ += size;
  return view;
}

std::uint8_t Reader::u8() {
  return static_cast<std::uint8_t>(integer(1));
}
std::uint16_t Reader::u16() {
  return static_cast<std::uint16_t>(integer(2));
}
std::uint32_t Reader::u32() {
  return static_cast<std::uint32_t>(integer(4));
}
std::uint64_t Reader::u64() {
  return integer(8);
}
std::int64_t Reader::i64() {
  return static_cast<std::int64_t>(integer(8));
}

std::uint64_t Reader::integer(std::size_t size) {
  std::uint64_t value = 0;
  for (const std::uint8_t byte : raw(size))
    value = (value << 8U) | byte;
  return value;
}

bool Reader::boolean() {
  const std::size_t start = offset_;
  const std::uint8_t value = u8();
  if (value > 1) fail_at(start, "a boolean is 0 or 1");
  return value == 1;
}

ByteView Reader::bytes(std::size_t size_max) {
  const std::size_t start = offset_;
  const std::uint32_t size = u32();
  if (size > size_max) fail_at(start, "byte string too long");
  return raw(size);
}

std::string Reader::text(std::size_t size_max) {
  const std::size_t start = offset_;
  const ByteView view = bytes(size_max);
  if (!is_clean_utf8(view)) fail_at(start, "text is not clean UTF-8");
  return failed_ ? std::string() : std::string(as_text(view));
}

void Reader::fail(std::string what) {
  fail_at(offset_, std::move(what));
}

void Reader::fail_at(std::size_t offset, std::string what) {
  if (failed_) return;
  failed_ = true;
  fault_ = std::move(what);
  fault_offset_ = offset;
}

Result<void> Reader::finish(const char* what) {
  if (!failed_ && remaining() != 0) fail(std::to_string(remaining()) + " bytes after the end");
  if (!failed_) return {};
  return malformed(std::string(what) + ": " + fault_ + " at byte " + std::to_string(fault_offset_));
}

}  // namespace tally::codec
