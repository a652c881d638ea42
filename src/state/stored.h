// How this module's records are read: a format byte, the fields, nothing after them.
#pragma once

#include <tally/codec/reader.h>
#include <tally/codec/writer.h>

#include <utility>

namespace tally::state {

/// The first byte of every record under the root, so that a later format can be told from this.
inline constexpr std::uint8_t kRecordFormat = 1;

[[nodiscard]] inline codec::Writer begin_record() {
  codec::Writer out;
  out.u8(kRecordFormat);
  return out;
}

inline void expect_format(codec::Reader& in) {
  const std::uint8_t format = in.u8();
  if (format != kRecordFormat)
    in.fail("format of record: got " + std::to_string(format) + "; expected 1");
}

/// Reads a whole record by `read(reader, value)`. Corrupt: the disk's bytes do not decode to one.
template <typename T, typename Read>
[[nodiscard]] Result<T> decode_record(ByteView bytes, const char* what, Read read) {
  codec::Reader in(bytes);
  expect_format(in);
  T value{};
  read(in, value);
  const Result<void> finished = in.finish(what);
  if (!finished.ok()) return Error{ErrorCode::Corrupt, finished.error().message};
  return value;
}

}  // namespace tally::state
