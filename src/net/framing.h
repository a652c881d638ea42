// Frames out of a stream of bytes: a u32 length, and as many bytes.
#pragma once

#include <cstddef>
#include <optional>

#include <tally/base/bytes.h>
#include <tally/base/result.h>

namespace tally::net {

inline constexpr std::size_t kLengthBytes = 4;
/// Read or written at once: four TLS records, so that no link holds the thread for long.
inline constexpr std::size_t kPieceBytes = 64 << 10;

/// FORMAT: wire; docs/formats.md.
[[nodiscard]] std::array<std::uint8_t, kLengthBytes> frame_length(std::size_t size);

/// Puts a frame together from pieces of any size; its buffer grows with what arrives, whatever the
/// length says.
class FrameAssembler {
 public:
  explicit FrameAssembler(std::size_t bytes_max) : bytes_max_(bytes_max) {}

  /// Consumes from the front of `input` up to the end of a frame. A frame, empty for a heartbeat,
  /// is valid until the next call; none: `input` is used up. OutOfLimits, before any allocation.
  [[nodiscard]] Result<std::optional<ByteView>> take(ByteView& input);

  /// Whether a frame has begun and not ended.
  [[nodiscard]] bool is_inside() const { return length_read_ != 0; }

 private:
  std::size_t bytes_max_;
  std::size_t length_read_ = 0;  ///< bytes of the length that arrived
  std::size_t length_ = 0;
  Bytes body_;
};

}  // namespace tally::net
