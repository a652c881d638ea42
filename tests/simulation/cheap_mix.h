// CheapMix: 256 bits of mixing that stand in for SHA-256 in the simulator's builds. Its update can
// be undone step by step, so no content is lost on the way; it stops accidents, not attackers.
#pragma once

#include <tally/crypto/hash.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

namespace tally::sim {

class CheapMix {
 public:
  explicit CheapMix(std::uint64_t key = 0) { lanes_[0] ^= key; }

  void update(ByteView bytes) {
    total_ += bytes.size();
    if (filled_ > 0) {
      const std::size_t taken = std::min(block_.size() - filled_, bytes.size());
      std::copy_n(bytes.begin(), taken, block_.begin() + static_cast<std::ptrdiff_t>(filled_));
      filled_ += taken;
      bytes = bytes.subspan(taken);
      if (filled_ < block_.size()) return;
      absorb(block_.data());
      filled_ = 0;
    }
    for (; bytes.size() >= block_.size(); bytes = bytes.subspan(block_.size()))
      absorb(bytes.data());
    std::ranges::copy(bytes, block_.begin());
    filled_ = bytes.size();
  }

  /// Of all that was fed; then it is used up.
  [[nodiscard]] crypto::Hash finish() {
    std::fill(block_.begin() + static_cast<std::ptrdiff_t>(filled_), block_.end(), std::uint8_t{0});
    absorb(block_.data());
    lanes_[1] ^= total_;
    block_.fill(0);
    for (int round = 0; round < 3; ++round)
      absorb(block_.data());
    crypto::Hash hash;
    std::memcpy(hash.array().data(), lanes_.data(), crypto::Hash::kSize);
    return hash;
  }

 private:
  void absorb(const std::uint8_t* bytes) {
    std::array<std::uint64_t, 4> words;
    std::memcpy(words.data(), bytes, sizeof(words));
    for (std::size_t i = 0; i < 4; ++i) {
      std::uint64_t lane = (lanes_[i] ^ words[i]) * kOdd[i];
      lane ^= lane >> 29;
      lanes_[i] = lane;
    }
    for (std::size_t i = 0; i < 4; ++i)
      lanes_[i] += std::rotl(lanes_[(i + 1) % 4], 23);
  }

  static constexpr std::array<std::uint64_t, 4> kOdd = {0x9e3779b97f4a7c15, 0xbf58476d1ce4e5b9,
                                                        0x94d049bb133111eb, 0xd6e8feb86659fd93};
  std::array<std::uint64_t, 4> lanes_ = {0x243f6a8885a308d3, 0x13198a2e03707344, 0xa4093822299f31d0,
                                         0x082efa98ec4e6c89};
  std::array<std::uint8_t, 32> block_{};
  std::size_t filled_ = 0;
  std::uint64_t total_ = 0;
};

}  // namespace tally::sim
