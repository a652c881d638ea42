// The state root against a naive tree, and what its proofs prove.
#include <tally/state/state_root.h>

#include <tally/codec/writer.h>
#include <tally/crypto/merkle.h>

#include "support/builders.h"
#include "support/memory_view.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace tally::state {
namespace {

using test::MemoryView;
using Records = std::map<RecordKey, Bytes>;

/// The definition of docs/formats.md §3, word for word and level by level.
Hash naive_root(const Records& records, std::uint64_t buckets) {
  std::vector<Hash> level;
  for (std::uint64_t bucket = 0; bucket < buckets; ++bucket) {
    codec::Writer entries;
    std::uint32_t count = 0;
    for (const auto& [key, bytes] : records) {
      if (bucket_of(key, buckets) != bucket) continue;
      ++count;
      entries.bytes(key.bytes);
      entries.fixed(crypto::tagged_hash("record", bytes));
    }
    codec::Writer leaf;
    leaf.u32(count);
    leaf.raw(entries.view());
    level.push_back(crypto::tagged_hash("bucket-leaf", leaf.view()));
  }
  while (level.size() > 1) {
    std::vector<Hash> above;
    for (std::size_t i = 0; i < level.size(); i += 2)
      above.push_back(crypto::merkle_node(level[i], level[i + 1]));
    level = above;
  }
  return level[0];
}

/// One block's writes, applied to view and tree.
void commit(MemoryView& view, StateRoot& root, const StateDelta& delta) {
  root.apply(root.prepare(delta));
  view.commit(delta, view.height().next());
}

RecordKey key_of(std::uint32_t n) {
  return n % 3 == 0 ? account_key({test::member(n), test::kCafe}) : merchant_key(MerchantId(n));
}

class StateRootTest : public testing::Test {
 protected:
  static constexpr std::uint64_t kBuckets = 16;
  StateRootTest() : root_(kBuckets) {
    StateDelta delta(view_);
    for (std::uint32_t n = 0; n < 40; ++n)
      EXPECT_TRUE(delta.put(key_of(n), {static_cast<std::uint8_t>(n)}).ok());
    commit(view_, root_, delta);
  }
  StateProof prove(std::uint32_t n) const { return root_.prove(key_of(n), Height(1)); }

  MemoryView view_;
  StateRoot root_;
};

TEST(StateRoot, IsKnownForAnEmptyState) {
  EXPECT_EQ(StateRoot(16).root(), naive_root({}, 16));
  EXPECT_EQ(StateRoot(1).root(), naive_root({}, 1));
}

TEST(StateRoot, OfAMillionEmptyBucketsIsMadeAtOnce) {
  const StateRoot root(1 << 20);  // 40 hashes, or this test would be seen in the total

  Hash node = crypto::tagged_hash("bucket-leaf", Bytes{0, 0, 0, 0});
  for (int level = 0; level < 20; ++level)
    node = crypto::merkle_node(node, node);
  EXPECT_EQ(root.root(), node);
}

TEST_F(StateRootTest, IsTheNaiveRootAfterWrites) {
  EXPECT_EQ(root_.root(), naive_root(view_.records(), kBuckets));
}

TEST_F(StateRootTest, ChangesNothingWhilePreparing) {
  StateDelta delta(view_);
  ASSERT_TRUE(delta.put(key_of(1), {9}).ok());
  const Hash before = root_.root();

  const RootUpdate update = root_.prepare(delta);

  EXPECT_EQ(root_.root(), before);
  EXPECT_NE(update.root, before);
}

TEST_F(StateRootTest, IsTheSameForRecordsWrittenBackUnchanged) {
  StateDelta delta(view_);
  ASSERT_TRUE(delta.put(key_of(1), {1}).ok());

  const RootUpdate update = root_.prepare(delta);

  EXPECT_EQ(update.root, root_.root());
  EXPECT_TRUE(update.buckets.empty());
}

TEST_F(StateRootTest, IsTheSameBuiltByAScan) {
  StateRoot scanned(kBuckets);
  for (const auto& [key, bytes] : view_.records())
    scanned.add(key, bytes);
  scanned.finish_building();

  EXPECT_EQ(scanned.root(), root_.root());
}

TEST_F(StateRootTest, ProvesWhatIsThereAndWhatIsNot) {
  EXPECT_TRUE(proves(prove(5), root_.root(), key_of(5), Bytes{5}));
  EXPECT_TRUE(proves(prove(77), root_.root(), key_of(77), std::nullopt));

  EXPECT_FALSE(proves(prove(5), root_.root(), key_of(5), Bytes{6}));
  EXPECT_FALSE(proves(prove(5), root_.root(), key_of(5), std::nullopt));
  EXPECT_FALSE(proves(prove(77), root_.root(), key_of(77), Bytes{77}));
  EXPECT_FALSE(proves(prove(5), Hash(), key_of(5), Bytes{5}));
}

TEST_F(StateRootTest, ProvesNoAbsenceByAnotherBucket) {
  std::uint32_t other = 0;
  while (bucket_of(key_of(other), kBuckets) == bucket_of(key_of(5), kBuckets))
    ++other;

  EXPECT_FALSE(proves(prove(other), root_.root(), key_of(5), std::nullopt));
}

TEST_F(StateRootTest, ProvesNothingOnceAnyBitOfAProofDiffers) {
  const Bytes bytes = encode_proof(prove(5));
  for (std::size_t i = 8; i < bytes.size(); ++i) {  // the height before is a name, not proved
    Bytes tampered = bytes;
    tampered[i] ^= 1;
    const auto proof = decode_proof(tampered);
    EXPECT_FALSE(proof.ok() && proves(*proof, root_.root(), key_of(5), Bytes{5})) << i;
  }
}

TEST_F(StateRootTest, ProvesNothingByListsOutOfOrderOrTooDeep) {
  StateProof proof;
  for (std::uint32_t n = 0; proof.entries.size() < 2; ++n)
    proof = prove(n);
  std::swap(proof.entries[0], proof.entries[1]);
  EXPECT_EQ(root_of(proof), std::nullopt);

  proof = prove(5);
  proof.entries.push_back(proof.entries.back());
  EXPECT_EQ(root_of(proof), std::nullopt);

  proof = prove(5);
  proof.bucket = kBuckets;
  EXPECT_EQ(root_of(proof), std::nullopt);

  proof = prove(5);
  proof.siblings.resize(25);
  EXPECT_EQ(root_of(proof), std::nullopt);
}

TEST_F(StateRootTest, ProofsSurviveTheirEncoding) {
  const StateProof proof = prove(5);

  const StateProof read = decode_proof(encode_proof(proof)).value();

  EXPECT_EQ(read.height, proof.height);
  EXPECT_EQ(read.bucket, proof.bucket);
  EXPECT_EQ(read.entries, proof.entries);
  EXPECT_EQ(read.siblings, proof.siblings);
}

RC_GTEST_PROP(StateRootProperty, IsTheNaiveRootAfterAnyBlocks, ()) {
  const std::uint64_t buckets = std::uint64_t{1} << *rc::gen::inRange(0, 6);
  MemoryView view;
  StateRoot root(buckets);
  const int blocks = *rc::gen::inRange(1, 6);
  for (int block = 0; block < blocks; ++block) {
    StateDelta delta(view);
    const auto writes = *rc::gen::container<std::vector<std::pair<std::uint32_t, int>>>(
        rc::gen::pair(rc::gen::inRange<std::uint32_t>(0, 60), rc::gen::inRange(0, 5)));
    for (const auto& [n, value] : writes) {
      const Result<void> written =
          value == 0 ? delta.erase(key_of(n))
                     : delta.put(key_of(n), Bytes(static_cast<std::size_t>(value), 1));
      RC_ASSERT(written.ok());
    }
    commit(view, root, delta);
    RC_ASSERT(root.root() == naive_root(view.records(), buckets));
  }
  const std::uint32_t n = *rc::gen::inRange<std::uint32_t>(0, 60);
  const StateProof proof = root.prove(key_of(n), view.height());
  RC_ASSERT(proves(proof, root.root(), key_of(n), view.find(key_of(n)).value()));
}

}  // namespace
}  // namespace tally::state
