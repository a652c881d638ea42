// The bytes of a vote log's entries. FORMAT: stored; docs/formats.md §4.
#include "storage/vote_entry.h"

#include <tally/base/limits.h>
#include <tally/codec/reader.h>
#include <tally/codec/writer.h>
#include <tally/model/members_actions.h>

#include <algorithm>
#include <limits>
#include <string_view>
#include <utility>

namespace tally::storage {
namespace {

constexpr std::string_view kFirstMark = "TVL1";
constexpr std::size_t kMarkSize = kFirstMark.size();
constexpr std::size_t kHeadSize = kMarkSize + 4 + 8 + crypto::Hash::kSize;
constexpr std::size_t kEntrySizeMin = kHeadSize + 4 + crypto::Hash::kSize;
constexpr std::uint16_t kLogFormat = 2;
/// Some seconds of SHA-256; no log that programs wrote needs more than its own size.
constexpr std::size_t kSearchBytesMax = 2 * limits::kVoteLogFileBytesMax;

ByteView mark_of(const LogSalt* salt) {
  return salt == nullptr ? as_bytes(kFirstMark) : salt->view().first(kMarkSize);
}

/// A first entry holds the salt, so that its hash covers it as well.
crypto::Hash hash_of(const LogSalt* salt, ByteView bytes) {
  return salt == nullptr ? crypto::sha256(bytes)
                         : crypto::tagged_hash("vote-entry", {salt->view(), bytes});
}

}  // namespace

EncodedEntry encode_entry(const LogSalt* salt, const LogPosition& before,
                          const std::vector<Bytes>& records) {
  std::size_t size = kEntrySizeMin;
  for (const Bytes& record : records)
    size += 4 + record.size();
  CHECK(size <= std::numeric_limits<std::uint32_t>::max());
  const std::uint64_t sequence = before.sequence + 1;
  codec::Writer out;
  out.raw(mark_of(salt));
  out.u32(static_cast<std::uint32_t>(size));
  out.u64(sequence);
  out.fixed(before.hash);
  out.list(records, [](codec::Writer& w, const Bytes& record) { w.bytes(record); });
  const crypto::Hash hash = hash_of(salt, out.view());
  out.fixed(hash);
  CHECK(out.size() == size);
  return {std::move(out).take(), LogPosition{sequence, hash}};
}

std::optional<VoteEntry> parse_entry(const LogSalt* salt, ByteView bytes) {
  codec::Reader in(bytes);
  const ByteView mark = in.raw(kMarkSize);
  VoteEntry entry;
  entry.size = in.u32();
  entry.sequence = in.u64();
  entry.previous = in.fixed<crypto::Hash>();
  if (in.failed() || !std::ranges::equal(mark, mark_of(salt))) return std::nullopt;
  if (entry.size < kEntrySizeMin || entry.size > bytes.size()) return std::nullopt;
  const std::size_t hashed = entry.size - crypto::Hash::kSize;
  entry.records = bytes.subspan(kHeadSize, hashed - kHeadSize);
  entry.hash = crypto::Hash::from_view(bytes.subspan(hashed, crypto::Hash::kSize));
  if (hash_of(salt, bytes.first(hashed)) != entry.hash) return std::nullopt;
  return entry;
}

Result<std::vector<ByteView>> entry_records(const VoteEntry& entry) {
  codec::Reader in(entry.records);
  std::vector<ByteView> records = in.list<ByteView>(
      entry.records.size(), [](codec::Reader& r) { return r.bytes(limits::kVoteLogFileBytesMax); });
  TRY_VOID(in.finish("vote log entry"));
  return records;
}

std::optional<std::size_t> find_entry_after(const LogSalt& salt, ByteView bytes,
                                            std::uint64_t sequence) {
  const std::string_view text = as_text(bytes);
  const std::string_view mark = as_text(mark_of(&salt));
  const std::uint64_t last = sequence + bytes.size() / kEntrySizeMin + 1;
  std::size_t searched = 0;
  for (std::size_t at = text.find(mark); at != std::string_view::npos;
       at = text.find(mark, at + 1)) {
    // Before the hash, which is dear: a length and a sequence that an entry here could have.
    codec::Reader head(bytes.subspan(at + kMarkSize));
    const std::size_t size = head.u32();
    const std::uint64_t candidate = head.u64();
    const bool is_near = candidate > sequence && candidate <= last;
    if (!is_near || size < kEntrySizeMin || size > bytes.size() - at) continue;
    searched += size;
    if (searched > kSearchBytesMax || parse_entry(&salt, bytes.subspan(at)).has_value()) return at;
  }
  return std::nullopt;
}

Bytes encode_opening(const SegmentOpening& opening) {
  codec::Writer out;
  out.u16(kLogFormat);
  out.u64(opening.segment);
  out.fixed(opening.identity.chain);
  encode(out, opening.identity.key);
  out.fixed(opening.salt);
  return std::move(out).take();
}

Result<SegmentOpening> decode_opening(ByteView bytes) {
  codec::Reader in(bytes);
  const std::uint16_t format = in.u16();
  if (!in.failed() && format != kLogFormat)
    return Error{ErrorCode::Conflict, "written in format " + std::to_string(format) +
                                          "; this program knows " + std::to_string(kLogFormat) +
                                          ": run the version that wrote it, or set it aside with "
                                          "`tallyd recover` and come back as a learner"};
  SegmentOpening opening;
  opening.segment = in.u64();
  opening.identity.chain = in.fixed<crypto::Hash>();
  decode(in, opening.identity.key);
  opening.salt = in.fixed<LogSalt>();
  TRY_VOID(in.finish("opening of a segment"));
  return opening;
}

}  // namespace tally::storage
