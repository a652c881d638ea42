// The framing of peer links.
#include "net/framing.h"

#include <algorithm>
#include <string>

namespace tally::net {
namespace {

/// A link keeps a buffer of up to this size between frames; a rare larger one is given back.
constexpr std::size_t kBufferKept = 1 << 20;

}  // namespace

std::array<std::uint8_t, kLengthBytes> frame_length(std::size_t size) {
  CHECK(size <= 0xffff'ffffU);
  std::array<std::uint8_t, kLengthBytes> length{};
  for (std::size_t i = 0; i < kLengthBytes; ++i)
    length[i] = static_cast<std::uint8_t>(size >> (8 * (kLengthBytes - 1 - i)));
  return length;
}

Result<std::optional<ByteView>> FrameAssembler::take(ByteView& input) {
  if (!is_inside()) {
    length_ = 0;
    body_.clear();
    if (body_.capacity() > kBufferKept) Bytes().swap(body_);
  }
  while (length_read_ < kLengthBytes && !input.empty()) {
    length_ = (length_ << 8U) | input.front();
    input = input.subspan(1);
    ++length_read_;
  }
  if (length_read_ < kLengthBytes) return std::optional<ByteView>();
  if (length_ > bytes_max_)
    return Error{ErrorCode::OutOfLimits, "a frame of " + std::to_string(length_) +
                                             " bytes; at most " + std::to_string(bytes_max_)};

  const ByteView piece = input.first(std::min(input.size(), length_ - body_.size()));
  body_.insert(body_.end(), piece.begin(), piece.end());
  input = input.subspan(piece.size());
  if (body_.size() < length_) return std::optional<ByteView>();
  length_read_ = 0;
  return std::optional<ByteView>(body_);
}

}  // namespace tally::net
