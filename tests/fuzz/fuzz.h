// What every fuzz target is made of: `run` takes one input, `seeds` are inputs worth starting from.
//
// A target fails by a CHECK, a sanitizer's report or an exception; what it returns is nothing.
#pragma once

#include <tally/base/bytes.h>
#include <tally/base/check.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "support/places.h"

namespace tally::fuzz {

/// Each target defines these two. `run` depends on `input` alone.
void run(ByteView input);
[[nodiscard]] std::vector<Bytes> seeds();

/// An input read from its front as choices; past its end all are zero.
class Choices {
 public:
  /// Borrows `input`.
  explicit Choices(ByteView input) : rest_(input) {}

  [[nodiscard]] bool is_empty() const { return rest_.empty(); }
  std::uint8_t byte() {
    if (rest_.empty()) return 0;
    const std::uint8_t first = rest_.front();
    rest_ = rest_.subspan(1);
    return first;
  }
  /// REQUIRES: 1 ≤ n ≤ 256
  std::size_t below(std::size_t n) { return byte() % n; }
  bool one_in(std::size_t n) { return below(n) == n - 1; }
  std::uint16_t u16() {
    const unsigned high = byte();
    return static_cast<std::uint16_t>(high << 8U | byte());
  }
  /// At most `size` bytes.
  ByteView take(std::size_t size) {
    const ByteView front = rest_.first(std::min(size, rest_.size()));
    rest_ = rest_.subspan(front.size());
    return front;
  }
  /// Bytes after their own u16 length.
  ByteView piece() { return take(u16()); }
  ByteView rest() { return take(rest_.size()); }

 private:
  ByteView rest_;
};

/// Canonical: what decodes is what would be written.
inline void expect_same(ByteView read, ByteView written) {
  CHECK(std::equal(read.begin(), read.end(), written.begin(), written.end()));
}

/// `front` and then `bytes`: how most seeds choose their decoder.
[[nodiscard]] inline Bytes after(std::uint8_t front, ByteView bytes) {
  Bytes seed{front};
  seed.insert(seed.end(), bytes.begin(), bytes.end());
  return seed;
}

/// As Choices::piece reads it. REQUIRES: fewer than 65,536 bytes
inline void append_piece(Bytes& seed, ByteView bytes) {
  CHECK(bytes.size() <= 0xffff);
  seed.push_back(static_cast<std::uint8_t>(bytes.size() >> 8U));
  seed.push_back(static_cast<std::uint8_t>(bytes.size()));
  seed.insert(seed.end(), bytes.begin(), bytes.end());
}

/// A file below the tests' folder. REQUIRES: it is there
[[nodiscard]] inline std::string file_text(const std::string& path) {
  std::ifstream in(test::tests_folder() + "/" + path, std::ios::binary);
  CHECK(in.is_open());
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

/// The golden files of the model with a transaction each.
inline constexpr std::array kGoldenTransactions = {"activate",
                                                   "adjust",
                                                   "adjust_bulk",
                                                   "advance_clock",
                                                   "approve_change",
                                                   "attest",
                                                   "block_token",
                                                   "capture",
                                                   "claim",
                                                   "close",
                                                   "close_cycle",
                                                   "confirm_payment",
                                                   "consent_token",
                                                   "dispute_payment",
                                                   "earn",
                                                   "earn_by_card",
                                                   "earn_with_lines",
                                                   "end_campaign",
                                                   "enrol",
                                                   "enrol_by_card",
                                                   "exchange_points",
                                                   "extend",
                                                   "freeze",
                                                   "hold",
                                                   "link_token",
                                                   "merge",
                                                   "open_lots",
                                                   "pool",
                                                   "propose_cap",
                                                   "propose_collateral",
                                                   "propose_decision",
                                                   "propose_end",
                                                   "propose_resume",
                                                   "publish_campaign",
                                                   "publish_programme",
                                                   "publish_quote",
                                                   "publish_rate",
                                                   "publish_segment",
                                                   "recover_approve",
                                                   "recover_guardians",
                                                   "redeem",
                                                   "redeem_elsewhere",
                                                   "register_key",
                                                   "reinstate",
                                                   "reverse",
                                                   "reverse_lines",
                                                   "revoke_key",
                                                   "transfer",
                                                   "unfreeze",
                                                   "unmerge",
                                                   "void"};

/// The encoding in a golden file: its lines of hexadecimal up to the first with a name.
[[nodiscard]] inline Bytes golden(const std::string& file) {
  const std::string text = file_text("golden/" + file);
  std::string digits;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line = std::string_view(text).substr(at, end - at);
    if (line.find(' ') != std::string_view::npos) break;
    digits += line;
    at = end + 1;
  }
  return bytes_from_hex(digits).value();
}

}  // namespace tally::fuzz
