// StateRoot: the hash of all records, and proofs of what is there and what is not.
#pragma once

#include <tally/crypto/hash.h>
#include <tally/state/state_delta.h>

#include <cstdint>
#include <optional>
#include <vector>

namespace tally::state {

/// A record's key, and H("record": its bytes).
struct BucketEntry {
  RecordKey key;
  Hash hash;
  friend bool operator==(const BucketEntry&, const BucketEntry&) = default;
};

/// One bucket whole, and its path to the root. Presence: the key's hash stands in it. Absence: the
/// bucket lists no such key. FORMAT: wire; docs/formats.md.
struct StateProof {
  Height height;
  std::uint32_t bucket = 0;
  std::vector<BucketEntry> entries;  ///< ascending by key
  std::vector<Hash> siblings;        ///< lowest first; their number is log2 of the buckets
};

[[nodiscard]] Bytes encode_proof(const StateProof& proof);
[[nodiscard]] Result<StateProof> decode_proof(ByteView bytes);

/// The root that `proof` leads to; nullopt where its form is wrong (order, bucket out of range).
[[nodiscard]] std::optional<Hash> root_of(const StateProof& proof);
/// That under `root`, `key` holds exactly `bytes`, or nothing where `bytes` is absent.
[[nodiscard]] bool proves(const StateProof& proof, const Hash& root, const RecordKey& key,
                          const std::optional<Bytes>& bytes);

/// What a block's records change in the tree. Made by prepare, used once by apply.
struct RootUpdate {
  struct Bucket {
    std::uint32_t index = 0;
    std::vector<BucketEntry> entries;
  };
  std::vector<Bucket> buckets;                        ///< ascending
  std::vector<std::pair<std::uint64_t, Hash>> nodes;  ///< (place in the tree, hash)
  Hash root;
};

/// Every bucket's list of (key, hash) and a binary Merkle tree over the buckets, as a flat array
/// in memory: 64 bytes a bucket, about 50 a record. Only dirty buckets are hashed again.
class StateRoot {
 public:
  /// An empty state. REQUIRES: `buckets` is a power of two, at least 2
  explicit StateRoot(std::uint64_t buckets);

  /// Adds a record while the tree is built by a scan; `finish_building` hashes it all once.
  void add(const RecordKey& key, ByteView bytes);
  void finish_building();

  [[nodiscard]] const Hash& root() const;
  [[nodiscard]] RootUpdate prepare(const StateDelta& delta) const;
  void apply(RootUpdate update);
  [[nodiscard]] StateProof prove(const RecordKey& key, Height height) const;

 private:
  std::uint64_t buckets_;
  std::vector<std::vector<BucketEntry>> entries_;
  std::vector<Hash> tree_;  ///< tree_[1] is the root, tree_[buckets_ + i] bucket i
};

}  // namespace tally::state
