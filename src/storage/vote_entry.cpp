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

constexpr std::string_view kMagic = "TVL1";
constexpr std::size_t kHeadSize = 4 + 4 + 8 + crypto::Hash::kSize;
constexpr std::size_t kEntrySizeMin = kHeadSize + 4 + crypto::Hash::kSize;
constexpr std::uint16_t kLogFormat = 1;
/// Some seconds of SHA-256; a log without forgeries needs no more than its own size.
constexpr std::size_t kSearchBytesMax = 2 * limits::kVoteLogFileBytesMax;

}  // namespace

EncodedEntry encode_entry(const LogPosition& before, const std::vector<Bytes>& records) {
  std::size_t size = kEntrySizeMin;
  for (const Bytes& record : records)
    size += 4 + record.size();
  CHECK(size <= std::numeric_limits<std::uint32_t>::max());
  const std::uint64_t sequence = before.sequence + 1;
  codec::Writer out;
  out.raw(as_bytes(kMagic));
  out.u32(static_cast<std::uint32_t>(size));
  out.u64(sequence);
  out.fixed(before.hash);
  out.list(records, [](codec::Writer& w, const Bytes& record) { w.bytes(record); });
  const crypto::Hash hash = crypto::sha256(out.view());
  out.fixed(hash);
  CHECK(out.size() == size);
  return {std::move(out).take(), LogPosition{sequence, hash}};
}

std::optional<VoteEntry> parse_entry(ByteView bytes) {
  codec::Reader in(bytes);
  const ByteView magic = in.raw(kMagic.size());
  VoteEntry entry;
  entry.size = in.u32();
  entry.sequence = in.u64();
  entry.previous = in.fixed<crypto::Hash>();
  if (in.failed() || as_text(magic) != kMagic) return std::nullopt;
  if (entry.size < kEntrySizeMin || entry.size > bytes.size()) return std::nullopt;
  const std::size_t hashed = entry.size - crypto::Hash::kSize;
  entry.records = bytes.subspan(kHeadSize, hashed - kHeadSize);
  entry.hash = crypto::Hash::from_view(bytes.subspan(hashed, crypto::Hash::kSize));
  if (crypto::sha256(bytes.first(hashed)) != entry.hash) return std::nullopt;
  return entry;
}

Result<std::vector<ByteView>> entry_records(const VoteEntry& entry) {
  codec::Reader in(entry.records);
  std::vector<ByteView> records = in.list<ByteView>(
      entry.records.size(), [](codec::Reader& r) { return r.bytes(limits::kVoteLogFileBytesMax); });
  TRY_VOID(in.finish("vote log entry"));
  return records;
}

std::optional<std::size_t> find_entry_after(ByteView bytes, std::optional<std::uint64_t> sequence) {
  const std::string_view text = as_text(bytes);
  const std::uint64_t last = sequence.value_or(0) + bytes.size() / kEntrySizeMin + 1;
  std::size_t searched = 0;
  for (std::size_t at = text.find(kMagic); at != std::string_view::npos;
       at = text.find(kMagic, at + 1)) {
    // Before the hash, which is dear: a length and a sequence that an entry here could have.
    codec::Reader head(bytes.subspan(at + kMagic.size()));
    const std::size_t size = head.u32();
    const std::uint64_t candidate = head.u64();
    const bool is_near = !sequence.has_value() || (candidate > *sequence && candidate <= last);
    if (!is_near || size < kEntrySizeMin || size > bytes.size() - at) continue;
    searched += size;
    if (searched > kSearchBytesMax || parse_entry(bytes.subspan(at)).has_value()) return at;
  }
  return std::nullopt;
}

Bytes encode_opening(const SegmentOpening& opening) {
  codec::Writer out;
  out.u16(kLogFormat);
  out.u64(opening.segment);
  out.fixed(opening.identity.chain);
  encode(out, opening.identity.key);
  return std::move(out).take();
}

Result<SegmentOpening> decode_opening(ByteView bytes) {
  codec::Reader in(bytes);
  const std::uint16_t format = in.u16();
  if (!in.failed() && format != kLogFormat)
    return Error{ErrorCode::Conflict, "written in format " + std::to_string(format) +
                                          "; this program knows " + std::to_string(kLogFormat)};
  SegmentOpening opening;
  opening.segment = in.u64();
  opening.identity.chain = in.fixed<crypto::Hash>();
  decode(in, opening.identity.key);
  TRY_VOID(in.finish("opening of a segment"));
  return opening;
}

}  // namespace tally::storage
