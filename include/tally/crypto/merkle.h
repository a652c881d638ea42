// RFC 6962 Merkle trees: roots, paths, and the peaks of an append-only log.
#pragma once

#include <tally/crypto/hash.h>

#include <cstdint>
#include <span>
#include <vector>

namespace tally::crypto {

/// SHA-256(0x00 ‖ leaf) and SHA-256(0x01 ‖ left ‖ right): RFC 6962 §2.1.
[[nodiscard]] Hash merkle_leaf(ByteView leaf);
[[nodiscard]] Hash merkle_node(const Hash& left, const Hash& right);

/// The tree's root over leaf hashes; SHA-256 of nothing for no leaves.
[[nodiscard]] Hash merkle_root(std::span<const Hash> leaves);
/// The audit path of leaf `index`, lowest sibling first. REQUIRES: index < leaves.size()
[[nodiscard]] std::vector<Hash> merkle_path(std::span<const Hash> leaves, std::uint64_t index);

/// RFC 9162 §2.1.3.2. False for anything that does not prove it, an index past the size too. Root
/// and size belong together: another size in which the leaf has the same path proves as well.
[[nodiscard]] bool verify_inclusion(const Hash& leaf, std::uint64_t index, std::uint64_t size,
                                    std::span<const Hash> path, const Hash& root);
/// RFC 9162 §2.1.4.2. From an empty tree (size1 0) nothing can be proved: false.
[[nodiscard]] bool verify_consistency(std::uint64_t size1, std::uint64_t size2,
                                      std::span<const Hash> path, const Hash& root1,
                                      const Hash& root2);

/// An append-only log's frontier: one peak for each bit of its size, largest tree first.
class MerklePeaks {
 public:
  MerklePeaks() = default;
  /// REQUIRES: peaks.size() is the number of bits set in `size`
  MerklePeaks(std::uint64_t size, std::vector<Hash> peaks);

  void append(const Hash& leaf);
  [[nodiscard]] std::uint64_t size() const { return size_; }
  [[nodiscard]] const std::vector<Hash>& peaks() const { return peaks_; }
  /// The RFC 6962 root of all that was appended.
  [[nodiscard]] Hash root() const;

 private:
  std::uint64_t size_ = 0;
  std::vector<Hash> peaks_;
};

}  // namespace tally::crypto
