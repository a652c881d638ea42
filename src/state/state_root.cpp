// The tree over the records' buckets: built once, then only dirty buckets are hashed again.
#include <tally/state/state_root.h>

#include <tally/base/check.h>
#include <tally/base/limits.h>
#include <tally/codec/reader.h>
#include <tally/codec/writer.h>
#include <tally/crypto/merkle.h>

#include <algorithm>
#include <bit>
#include <map>

namespace tally::state {
namespace {

using Entries = std::vector<BucketEntry>;
using Nodes = std::vector<std::pair<std::uint64_t, Hash>>;

Hash record_hash(ByteView bytes) {
  return crypto::tagged_hash("record", bytes);
}

void encode_entries(codec::Writer& out, const Entries& entries) {
  out.list(entries, [](codec::Writer& w, const BucketEntry& entry) {
    w.bytes(entry.key.bytes);
    w.fixed(entry.hash);
  });
}

Hash bucket_hash(const Entries& entries) {
  codec::Writer out;
  encode_entries(out, entries);
  return crypto::tagged_hash("bucket-leaf", out.view());
}

Entries::iterator find_place(Entries& entries, const RecordKey& key) {
  return std::lower_bound(
      entries.begin(), entries.end(), key,
      [](const BucketEntry& entry, const RecordKey& k) { return entry.key < k; });
}

void write_entry(Entries& entries, const RecordKey& key, const std::optional<Bytes>& after) {
  const auto at = find_place(entries, key);
  const bool is_there = at != entries.end() && at->key == key;
  if (!after.has_value()) {
    if (is_there) entries.erase(at);
  } else if (is_there) {
    at->hash = record_hash(*after);
  } else {
    entries.insert(at, BucketEntry{key, record_hash(*after)});
  }
}

/// The nodes one level above `level`, which ascends by place; `old_node` gives what has not
/// changed.
template <typename OldNode>
Nodes parents_of(const Nodes& level, OldNode old_node) {
  Nodes parents;
  for (std::size_t i = 0; i < level.size(); ++i) {
    const auto& [place, hash] = level[i];
    const bool is_left = place % 2 == 0;
    const bool has_twin = is_left && i + 1 < level.size() && level[i + 1].first == place + 1;
    const Hash& twin = has_twin ? level[i + 1].second : old_node(place ^ 1U);
    const Hash parent = is_left ? crypto::merkle_node(hash, twin) : crypto::merkle_node(twin, hash);
    parents.emplace_back(place / 2, parent);
    if (has_twin) ++i;
  }
  return parents;
}

}  // namespace

StateRoot::StateRoot(std::uint64_t buckets) : buckets_(buckets) {
  CHECK(std::has_single_bit(buckets));
  CHECK(buckets <= limits::kBucketsMax);
  entries_.resize(buckets_);
  tree_.resize(2 * buckets_);
  // All nodes of one level are equal in an empty tree, so one hash a level makes it.
  Hash node = bucket_hash({});
  for (std::uint64_t first = buckets_; first >= 1; first /= 2) {
    std::fill_n(tree_.begin() + static_cast<std::ptrdiff_t>(first), first, node);
    node = crypto::merkle_node(node, node);
  }
}

void StateRoot::add(const RecordKey& key, ByteView bytes) {
  Entries& entries = entries_[bucket_of(key, buckets_)];
  const auto at = find_place(entries, key);
  CHECK(at == entries.end() || at->key != key);
  entries.insert(at, BucketEntry{key, record_hash(bytes)});
}

void StateRoot::finish_building() {
  Nodes level;
  for (std::uint64_t i = 0; i < buckets_; ++i)
    if (!entries_[i].empty()) level.emplace_back(buckets_ + i, bucket_hash(entries_[i]));
  while (!level.empty()) {
    for (const auto& [place, hash] : level)
      tree_[place] = hash;
    if (level.front().first == 1) break;
    level = parents_of(level, [this](std::uint64_t place) -> const Hash& { return tree_[place]; });
  }
}

const Hash& StateRoot::root() const {
  return tree_[1];
}

RootUpdate StateRoot::prepare(const StateDelta& delta) const {
  std::map<std::uint32_t, Entries> dirty;
  for (const auto& [key, change] : delta.records()) {
    if (change.before == change.after) continue;
    const std::uint32_t bucket = bucket_of(key, buckets_);
    const auto [place, is_new] = dirty.try_emplace(bucket);
    if (is_new) place->second = entries_[bucket];
    write_entry(place->second, key, change.after);
  }

  RootUpdate update;
  Nodes level;
  for (auto& [bucket, entries] : dirty) {
    level.emplace_back(buckets_ + bucket, bucket_hash(entries));
    update.buckets.push_back({bucket, std::move(entries)});
  }
  while (!level.empty()) {
    update.nodes.insert(update.nodes.end(), level.begin(), level.end());
    if (level.front().first == 1) break;
    level = parents_of(level, [this](std::uint64_t place) -> const Hash& { return tree_[place]; });
  }
  update.root = update.nodes.empty() ? root() : update.nodes.back().second;
  return update;
}

void StateRoot::apply(RootUpdate update) {
  for (RootUpdate::Bucket& bucket : update.buckets)
    entries_[bucket.index] = std::move(bucket.entries);
  for (const auto& [place, hash] : update.nodes)
    tree_[place] = hash;
  CHECK(root() == update.root);
}

StateProof StateRoot::prove(const RecordKey& key, Height height) const {
  StateProof proof;
  proof.height = height;
  proof.bucket = bucket_of(key, buckets_);
  proof.entries = entries_[proof.bucket];
  for (std::uint64_t place = buckets_ + proof.bucket; place > 1; place /= 2)
    proof.siblings.push_back(tree_[place ^ 1U]);
  return proof;
}

std::optional<Hash> root_of(const StateProof& proof) {
  if (proof.siblings.size() > std::bit_width(limits::kBucketsMax) - 1U) return std::nullopt;
  if (std::uint64_t{proof.bucket} >> proof.siblings.size() != 0) return std::nullopt;
  const auto out_of_order = [](const BucketEntry& a, const BucketEntry& b) {
    return a.key >= b.key;
  };
  if (std::adjacent_find(proof.entries.begin(), proof.entries.end(), out_of_order) !=
      proof.entries.end())
    return std::nullopt;
  Hash node = bucket_hash(proof.entries);
  std::uint32_t place = proof.bucket;
  for (const Hash& sibling : proof.siblings) {
    node = place % 2 == 0 ? crypto::merkle_node(node, sibling) : crypto::merkle_node(sibling, node);
    place /= 2;
  }
  return node;
}

bool proves(const StateProof& proof, const Hash& root, const RecordKey& key,
            const std::optional<Bytes>& bytes) {
  if (root_of(proof) != root) return false;
  // Another bucket says nothing about the key, present or absent.
  if (bucket_of(key, std::uint64_t{1} << proof.siblings.size()) != proof.bucket) return false;
  const auto found = std::find_if(proof.entries.begin(), proof.entries.end(),
                                  [&](const BucketEntry& entry) { return entry.key == key; });
  if (found == proof.entries.end()) return !bytes.has_value();
  return bytes.has_value() && found->hash == record_hash(*bytes);
}

Bytes encode_proof(const StateProof& proof) {
  codec::Writer out;
  out.number(proof.height);
  out.u32(proof.bucket);
  encode_entries(out, proof.entries);
  out.list(proof.siblings, [](codec::Writer& w, const Hash& hash) { w.fixed(hash); });
  return std::move(out).take();
}

Result<StateProof> decode_proof(ByteView bytes) {
  constexpr std::size_t kSiblingsMax = 24;  // log2 of limits::kBucketsMax
  static_assert(std::size_t{1} << kSiblingsMax == limits::kBucketsMax);
  codec::Reader in(bytes);
  StateProof proof;
  proof.height = in.number<Height>();
  proof.bucket = in.u32();
  const std::size_t entries_max = in.remaining() / Hash::kSize;  // the bytes themselves bound them
  proof.entries = in.list<BucketEntry>(entries_max, [](codec::Reader& r) {
    BucketEntry entry;
    entry.key.bytes = to_bytes(r.bytes(r.remaining()));
    entry.hash = r.fixed<Hash>();
    return entry;
  });
  proof.siblings = in.list<Hash>(kSiblingsMax, [](codec::Reader& r) { return r.fixed<Hash>(); });
  TRY_VOID(in.finish("state proof"));
  return proof;
}

}  // namespace tally::state
