// Merkle trees against RFC 6962's own recursion, and against the vectors of transparency-dev.
#include <tally/crypto/merkle.h>

#include <bit>
#include <filesystem>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <openssl/evp.h>

#include "crypto/vectors.h"

namespace tally::crypto {
namespace {

using test::Json;
using Hashes = std::vector<Hash>;

constexpr std::size_t kSizeMax = 130;

Hashes numbered_leaves(std::size_t count) {
  Hashes leaves;
  for (std::size_t i = 0; i < count; ++i)
    leaves.push_back(merkle_leaf(as_bytes(std::to_string(i))));
  return leaves;
}

// RFC 6962 §2.1, word for word.
Hash naive_root(std::span<const Hash> leaves) {
  if (leaves.empty()) return sha256(ByteView());
  if (leaves.size() == 1) return leaves[0];
  std::size_t k = 1;
  while (k * 2 < leaves.size())
    k *= 2;
  return merkle_node(naive_root(leaves.first(k)), naive_root(leaves.subspan(k)));
}

// SUBPROOF of RFC 6962 §2.1.2, word for word: the proof that the first m leaves are a prefix.
Hashes naive_consistency(std::span<const Hash> leaves, std::size_t m, bool is_complete) {
  if (m == leaves.size()) return is_complete ? Hashes() : Hashes{naive_root(leaves)};
  std::size_t k = 1;
  while (k * 2 < leaves.size())
    k *= 2;
  Hashes proof;
  if (m <= k) {
    proof = naive_consistency(leaves.first(k), m, is_complete);
    proof.push_back(naive_root(leaves.subspan(k)));
  } else {
    proof = naive_consistency(leaves.subspan(k), m - k, false);
    proof.push_back(naive_root(leaves.first(k)));
  }
  return proof;
}

Hash flipped(Hash hash) {
  hash.array()[7] ^= 4;
  return hash;
}

TEST(Merkle, HashesLeavesAndNodesApart) {
  const Hash a = merkle_leaf(as_bytes("a"));
  const Hash b = merkle_leaf(as_bytes("b"));
  Bytes node{1};
  node.insert(node.end(), a.view().begin(), a.view().end());
  node.insert(node.end(), b.view().begin(), b.view().end());

  EXPECT_EQ(a, sha256(Bytes{0, 'a'}));
  EXPECT_EQ(merkle_node(a, b), sha256(node));
}

TEST(Merkle, RootIsThatOfTheRecursion) {
  const Hashes leaves = numbered_leaves(kSizeMax);

  for (std::size_t size = 0; size <= kSizeMax; ++size) {
    const auto some = std::span(leaves).first(size);
    ASSERT_EQ(merkle_root(some), naive_root(some)) << size;
  }
}

TEST(Merkle, EveryPathOfEverySizeProvesItsLeaf) {
  const Hashes leaves = numbered_leaves(kSizeMax);

  for (std::size_t size = 1; size <= kSizeMax; ++size) {
    const auto some = std::span(leaves).first(size);
    const Hash root = merkle_root(some);
    for (std::size_t i = 0; i < size; ++i)
      ASSERT_TRUE(verify_inclusion(leaves[i], i, size, merkle_path(some, i), root))
          << i << " of " << size;
  }
}

TEST(Merkle, APathProvesNoOtherIndexLeafOrRoot) {
  const Hashes leaves = numbered_leaves(kSizeMax);

  for (std::size_t size = 1; size <= kSizeMax; ++size) {
    const auto some = std::span(leaves).first(size);
    const Hash root = merkle_root(some);
    for (std::size_t i = 0; i < size; i += 1 + size / 16) {
      const Hashes path = merkle_path(some, i);
      for (std::size_t other = 0; other <= size + 1; ++other) {
        const bool is_proved = verify_inclusion(leaves[i], other, size, path, root);
        ASSERT_EQ(is_proved, other == i) << other << " for " << i << " of " << size;
      }
      ASSERT_FALSE(verify_inclusion(flipped(leaves[i]), i, size, path, root));
      ASSERT_FALSE(verify_inclusion(leaves[i], i, size, path, flipped(root)));
      ASSERT_FALSE(verify_inclusion(leaves[i], ~std::uint64_t{0}, size, path, root));
    }
  }
}

TEST(Merkle, ABrokenPathProvesNothing) {
  const Hashes leaves = numbered_leaves(kSizeMax);

  for (const std::size_t size : {2U, 3U, 7U, 8U, 64U, 65U, 130U}) {
    const auto some = std::span(leaves).first(size);
    const Hash root = merkle_root(some);
    for (std::size_t i = 0; i < size; ++i) {
      const Hashes path = merkle_path(some, i);
      Hashes shorter = path;
      shorter.pop_back();
      Hashes longer = path;
      longer.push_back(root);
      ASSERT_FALSE(verify_inclusion(leaves[i], i, size, shorter, root));
      ASSERT_FALSE(verify_inclusion(leaves[i], i, size, longer, root));
      for (std::size_t k = 0; k < path.size(); ++k) {
        Hashes wrong = path;
        wrong[k] = flipped(wrong[k]);
        ASSERT_FALSE(verify_inclusion(leaves[i], i, size, wrong, root));
      }
    }
  }
}

TEST(Merkle, APathProvesNothingInATreeOfAnotherDepth) {
  const Hashes leaves = numbered_leaves(kSizeMax);

  for (std::size_t size = 1; size <= 40; ++size) {
    const auto some = std::span(leaves).first(size);
    const Hash root = merkle_root(some);
    for (std::size_t i = 0; i < size; ++i) {
      const Hashes path = merkle_path(some, i);
      ASSERT_FALSE(verify_inclusion(leaves[i], i, i, path, root));
      ASSERT_FALSE(verify_inclusion(leaves[i], i, 2 * std::bit_ceil(size) + 1, path, root));
    }
  }
}

TEST(Merkle, EveryPrefixIsConsistentAndNoOtherRootIs) {
  const Hashes leaves = numbered_leaves(40);

  for (std::size_t size2 = 1; size2 <= leaves.size(); ++size2) {
    const auto some = std::span(leaves).first(size2);
    const Hash root2 = merkle_root(some);
    for (std::size_t size1 = 1; size1 <= size2; ++size1) {
      const Hash root1 = merkle_root(some.first(size1));
      const Hashes proof = naive_consistency(some, size1, true);
      ASSERT_TRUE(verify_consistency(size1, size2, proof, root1, root2)) << size1 << " " << size2;
      ASSERT_FALSE(verify_consistency(size1, size2, proof, flipped(root1), root2));
      ASSERT_FALSE(verify_consistency(size1, size2, proof, root1, flipped(root2)));
      ASSERT_FALSE(verify_consistency(size2 + 1, size2, proof, root1, root2));
      Hashes longer = proof;
      longer.push_back(root1);
      ASSERT_FALSE(verify_consistency(size1, size2, longer, root1, root2));
    }
  }
}

TEST(Merkle, NothingIsConsistentWithAnEmptyTree) {
  const Hash empty = merkle_root({});

  EXPECT_FALSE(verify_consistency(0, 0, {}, empty, empty));
  EXPECT_FALSE(verify_consistency(0, 1, {}, empty, merkle_leaf(as_bytes("a"))));
  EXPECT_FALSE(verify_inclusion(empty, 0, 0, {}, empty));
}

TEST(MerklePeaks, HaveTheRootOfAllThatWasAppended) {
  const Hashes leaves = numbered_leaves(kSizeMax);
  MerklePeaks log;
  EXPECT_EQ(log.root(), naive_root({}));

  for (std::size_t size = 1; size <= kSizeMax; ++size) {
    log.append(leaves[size - 1]);

    ASSERT_EQ(log.size(), size);
    ASSERT_EQ(log.peaks().size(), static_cast<std::size_t>(std::popcount(size)));
    ASSERT_EQ(log.root(), naive_root(std::span(leaves).first(size))) << size;
  }
}

TEST(MerklePeaks, GoOnFromWhatWasStored) {
  const Hashes leaves = numbered_leaves(kSizeMax);
  MerklePeaks log;
  for (const Hash& leaf : leaves) {
    MerklePeaks restored(log.size(), log.peaks());
    log.append(leaf);
    restored.append(leaf);
    ASSERT_EQ(restored.root(), log.root());
  }
}

TEST(MerklePeaksDeathTest, StopOnACountThatDoesNotFitTheSize) {
  EXPECT_DEATH(MerklePeaks(3, Hashes(1)), "CHECK failed");
  EXPECT_DEATH((void)merkle_path(Hashes(3), 3), "CHECK failed");
}

Bytes base64_field(const Json& text) {
  const std::string base64 = text.get<std::string>();
  Bytes bytes(base64.size() / 4 * 3);
  const int size =
      EVP_DecodeBlock(bytes.data(), as_bytes(base64).data(), static_cast<int>(base64.size()));
  const auto padding = static_cast<std::size_t>(std::count(base64.begin(), base64.end(), '='));
  bytes.resize(size < 0 ? 0 : static_cast<std::size_t>(size) - padding);
  return bytes;
}

/// A hash of the files' base64. Some stand for "any root" in other than 32 bytes: these become
/// hashes of their own, so that equal ones stay equal and different ones different.
Hash hash_field(const Json& text) {
  const Bytes bytes = base64_field(text);
  return bytes.size() == Hash::kSize ? Hash::from_view(bytes) : tagged_hash("odd-size", bytes);
}

/// An empty leaf or root: Hash cannot even say it.
bool is_empty(const Json& text) {
  return base64_field(text).empty();
}

Hashes hashes_field(const Json& list) {
  Hashes hashes;
  if (list.is_null()) return hashes;
  for (const Json& item : list)
    hashes.push_back(hash_field(item));
  return hashes;
}

struct Counts {
  int seen = 0;
  int proved = 0;
};

/// Whether `proves(vector)` agrees with each file under `folder`.
template <typename Proves>
Counts check_proofs(const char* folder, Proves proves) {
  Counts counts;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(test::shared_data(folder))) {
    if (!entry.is_regular_file()) continue;
    SCOPED_TRACE(entry.path());
    const Json vector = test::read_json(entry.path());
    const bool is_proved = proves(vector);
    EXPECT_EQ(is_proved, !vector.at("wantErr").get<bool>());
    ++counts.seen;
    counts.proved += is_proved ? 1 : 0;
  }
  return counts;
}

TEST(Merkle, MeetsThePublishedInclusionProofs) {
  SKIP_WITHOUT("merkle-rfc6962");

  const Counts counts = check_proofs("merkle-rfc6962/testdata/inclusion", [](const Json& vector) {
    if (is_empty(vector.at("leafHash")) || is_empty(vector.at("root"))) return false;
    return verify_inclusion(hash_field(vector.at("leafHash")), vector.at("leafIdx"),
                            vector.at("treeSize"), hashes_field(vector.at("proof")),
                            hash_field(vector.at("root")));
  });

  EXPECT_EQ(counts.seen, 98);
  EXPECT_EQ(counts.proved, 6);
}

TEST(Merkle, MeetsThePublishedConsistencyProofs) {
  SKIP_WITHOUT("merkle-rfc6962");

  const Counts counts = check_proofs("merkle-rfc6962/testdata/consistency", [](const Json& vector) {
    return verify_consistency(vector.at("size1"), vector.at("size2"),
                              hashes_field(vector.at("proof")), hash_field(vector.at("root1")),
                              hash_field(vector.at("root2")));
  });

  EXPECT_EQ(counts.seen, 98);
  EXPECT_EQ(counts.proved, 6);
}

Hashes hex_hashes(const Json& list) {
  Hashes hashes;
  for (const Json& item : list)
    hashes.push_back(fixed_from_hex<Hash>(item.get<std::string>()).value());
  return hashes;
}

TEST(Merkle, MeetsTheReferenceTree) {
  SKIP_WITHOUT("merkle-rfc6962");
  const Json file =
      test::read_json(test::shared_data("merkle-rfc6962/reference_tree_8_leaves.json"));
  Hashes leaves;
  for (const Json& leaf : file.at("leaves_hex"))
    leaves.push_back(merkle_leaf(bytes_from_hex(leaf.get<std::string>()).value()));
  const Hashes roots = hex_hashes(file.at("roots_hex"));

  ASSERT_EQ(leaves.size(), 8U);
  ASSERT_EQ(roots.size(), 9U);
  EXPECT_EQ(leaves, hex_hashes(file.at("leaf_hashes_hex")));
  for (std::size_t size = 0; size <= 8; ++size)
    EXPECT_EQ(merkle_root(std::span(leaves).first(size)), roots[size]) << size;
  for (const Json& proof : file.at("inclusion")) {
    const auto size = proof.at("tree_size").get<std::size_t>();
    const auto index = proof.at("leaf_index").get<std::size_t>();
    const Hashes path = merkle_path(std::span(leaves).first(size), index);
    EXPECT_EQ(path, hex_hashes(proof.at("path_hex"))) << proof;
    EXPECT_TRUE(verify_inclusion(leaves[index], index, size, path, roots[size])) << proof;
  }
  for (const Json& proof : file.at("consistency")) {
    const auto size1 = proof.at("size1").get<std::size_t>();
    const auto size2 = proof.at("size2").get<std::size_t>();
    EXPECT_TRUE(verify_consistency(size1, size2, hex_hashes(proof.at("proof_hex")), roots[size1],
                                   roots[size2]))
        << proof;
  }
}

}  // namespace
}  // namespace tally::crypto
