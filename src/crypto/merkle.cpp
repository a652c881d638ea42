// RFC 6962 Merkle trees. Proofs are checked as RFC 9162 spells it out, step by step.
#include <tally/crypto/merkle.h>

#include <algorithm>
#include <bit>

#include <tally/base/check.h>

namespace tally::crypto {
namespace {

constexpr std::uint8_t kLeafPrefix[] = {0x00};
constexpr std::uint8_t kNodePrefix[] = {0x01};

bool is_odd(std::uint64_t number) {
  return (number & 1U) != 0;
}

/// A node's place at its level, and that of the level's last node: fn and sn of RFC 9162.
struct Place {
  std::uint64_t node = 0;
  std::uint64_t last = 0;

  [[nodiscard]] bool has_left_sibling() const { return is_odd(node) || node == last; }
  void rise() {
    node >>= 1U;
    last >>= 1U;
  }
  /// Past the levels where the last node has no sibling and stands for itself one level up.
  void rise_to_left_sibling() {
    while (!is_odd(node) && node != 0)
      rise();
  }
};

}  // namespace

Hash merkle_leaf(ByteView leaf) {
  return sha256({kLeafPrefix, leaf});
}

Hash merkle_node(const Hash& left, const Hash& right) {
  // One buffer and one call: trees are built of these, and a call costs more than 65 bytes.
  std::array<std::uint8_t, 1 + 2 * Hash::kSize> bytes{kNodePrefix[0]};
  std::ranges::copy(left.array(), bytes.begin() + 1);
  std::ranges::copy(right.array(), bytes.begin() + 1 + Hash::kSize);
  return sha256(bytes);
}

Hash merkle_root(std::span<const Hash> leaves) {
  MerklePeaks log;
  for (const Hash& leaf : leaves)
    log.append(leaf);
  return log.root();
}

std::vector<Hash> merkle_path(std::span<const Hash> leaves, std::uint64_t index) {
  CHECK(index < leaves.size());
  // RFC 6962 §2.1.1 from the top down: the left half is the largest full tree, and the other half's
  // root joins the path.
  std::vector<Hash> path;
  while (leaves.size() > 1) {
    const std::size_t left_size = std::bit_floor(leaves.size() - 1);
    const std::span<const Hash> left = leaves.first(left_size);
    const std::span<const Hash> right = leaves.subspan(left_size);
    if (index < left_size) {
      path.push_back(merkle_root(right));
      leaves = left;
    } else {
      path.push_back(merkle_root(left));
      leaves = right;
      index -= left_size;
    }
  }
  std::ranges::reverse(path);
  return path;
}

// RFC 9162 §2.1.3.2.
bool verify_inclusion(const Hash& leaf, std::uint64_t index, std::uint64_t size,
                      std::span<const Hash> path, const Hash& root) {
  if (index >= size) return false;
  Place place{index, size - 1};
  Hash hash = leaf;
  for (const Hash& sibling : path) {
    if (place.last == 0) return false;
    if (place.has_left_sibling()) {
      hash = merkle_node(sibling, hash);
      place.rise_to_left_sibling();
    } else {
      hash = merkle_node(hash, sibling);
    }
    place.rise();
  }
  return place.last == 0 && hash == root;
}

// RFC 9162 §2.1.4.2.
bool verify_consistency(std::uint64_t size1, std::uint64_t size2, std::span<const Hash> path,
                        const Hash& root1, const Hash& root2) {
  if (size1 == 0 || size1 > size2) return false;
  if (size1 == size2) return path.empty() && root1 == root2;
  if (path.empty()) return false;

  Place place{size1 - 1, size2 - 1};
  while (is_odd(place.node))
    place.rise();
  // A full first tree is a node of the second, and its root is not repeated in the path.
  Hash hash1 = root1;
  if (!std::has_single_bit(size1)) {
    hash1 = path.front();
    path = path.subspan(1);
  }
  Hash hash2 = hash1;
  for (const Hash& sibling : path) {
    if (place.last == 0) return false;
    if (place.has_left_sibling()) {
      hash1 = merkle_node(sibling, hash1);
      hash2 = merkle_node(sibling, hash2);
      place.rise_to_left_sibling();
    } else {
      hash2 = merkle_node(hash2, sibling);
    }
    place.rise();
  }
  return place.last == 0 && hash1 == root1 && hash2 == root2;
}

MerklePeaks::MerklePeaks(std::uint64_t size, std::vector<Hash> peaks)
    : size_(size), peaks_(std::move(peaks)) {
  CHECK(peaks_.size() == static_cast<std::size_t>(std::popcount(size_)));
}

void MerklePeaks::append(const Hash& leaf) {
  // As in adding 1 to `size_`: each bit that carries joins two trees of one size.
  Hash tree = leaf;
  for (std::uint64_t carry = size_; is_odd(carry); carry >>= 1U) {
    tree = merkle_node(peaks_.back(), tree);
    peaks_.pop_back();
  }
  peaks_.push_back(tree);
  ++size_;
}

Hash MerklePeaks::root() const {
  if (peaks_.empty()) return sha256(ByteView());
  Hash root = peaks_.back();
  for (auto peak = peaks_.rbegin() + 1; peak != peaks_.rend(); ++peak)
    root = merkle_node(*peak, root);
  return root;
}

}  // namespace tally::crypto
