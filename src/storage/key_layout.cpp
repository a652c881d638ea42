// Keys and values on disk, written and read. FORMAT: stored; docs/formats.md §4.
#include "storage/key_layout.h"

#include <tally/base/limits.h>
#include <tally/codec/reader.h>
#include <tally/codec/writer.h>
#include <tally/model/points_actions.h>
#include <tally/state/account.h>

#include <limits>
#include <utility>

namespace tally::storage {
namespace {

using codec::Reader;
using codec::Writer;

constexpr std::size_t kOffsetSize = 4;

/// Receipts' value: where the ends stand, and where the receipts start.
struct ReceiptTable {
  ByteView ends;
  ByteView receipts;

  [[nodiscard]] std::size_t count() const { return ends.size() / kOffsetSize; }
  [[nodiscard]] std::size_t end(std::size_t index) const {
    return Reader(ends.subspan(index * kOffsetSize, kOffsetSize)).u32();
  }
  /// Malformed: ends that fall, or lie past the value.
  [[nodiscard]] Result<ByteView> at(std::size_t index) const {
    const std::size_t first = index == 0 ? 0 : end(index - 1);
    const std::size_t last = end(index);
    if (first > last || last > receipts.size())
      return malformed("receipt " + std::to_string(index) + " lies at " + std::to_string(first) +
                       " to " + std::to_string(last) + " of " + std::to_string(receipts.size()));
    return receipts.subspan(first, last - first);
  }
};

/// Malformed: too short for its count, or the last receipt does not end the value.
Result<ReceiptTable> receipt_table(ByteView value) {
  Reader in(value);
  const std::size_t count = in.u32();
  const ByteView ends = in.raw(count * kOffsetSize);
  if (in.failed()) return malformed("receipts end before their offsets");
  const ReceiptTable table{ends, value.subspan(in.offset())};
  const std::size_t size = count == 0 ? 0 : table.end(count - 1);
  if (size != table.receipts.size())
    return malformed("receipts: got " + std::to_string(table.receipts.size()) +
                     " bytes; expected " + std::to_string(size));
  return table;
}

/// The account's entry of the due queue, from its record; none without a record or a deadline.
Result<std::optional<state::DueEntry>> due_entry(const state::RecordKey& key,
                                                 const std::optional<Bytes>& record) {
  if (!record.has_value()) return std::optional<state::DueEntry>();
  const Result<state::AccountHead> head = state::decode_account_head(*record);
  if (!head.ok())
    return Error{ErrorCode::Corrupt, "records " + to_hex(key.bytes) + ": " + head.error().message};
  if (head->earliest_deadline == Timestamp::never()) return std::optional<state::DueEntry>();
  return std::optional(state::DueEntry{head->earliest_deadline, key});
}

}  // namespace

std::string_view name_of(Family family) {
  return kFamilyNames.at(static_cast<std::size_t>(family));
}

Bytes height_key(Height height) {
  Writer out;
  out.number(height);
  return std::move(out).take();
}

Bytes due_key(const state::DueEntry& entry) {
  Writer out;
  out.timestamp(entry.deadline);
  out.raw(entry.account.bytes);
  return std::move(out).take();
}

Result<state::DueEntry> decode_due_key(ByteView key) {
  Reader in(key);
  state::DueEntry entry;
  entry.deadline = in.timestamp();
  entry.account.bytes = to_bytes(in.raw(in.remaining()));
  if (entry.account.bytes.empty()) in.fail("no record key");
  TRY_VOID(in.finish("due entry"));
  return entry;
}

Bytes encode_format() {
  Writer out;
  out.u32(kStoreFormat);
  return std::move(out).take();
}

Result<void> check_format(ByteView value) {
  Reader in(value);
  const std::uint32_t format = in.u32();
  TRY_VOID(in.finish("format"));
  if (format != kStoreFormat)
    return Error{ErrorCode::Conflict, "written in format " + std::to_string(format) +
                                          "; this program knows " + std::to_string(kStoreFormat)};
  return {};
}

Bytes encode_tip(const Tip& tip) {
  Writer out;
  out.number(tip.height);
  out.u64(tip.log.sequence);
  out.fixed(tip.log.hash);
  return std::move(out).take();
}

Result<Tip> decode_tip(ByteView value) {
  Reader in(value);
  Tip tip;
  tip.height = in.number<Height>();
  tip.log.sequence = in.u64();
  tip.log.hash = in.fixed<crypto::Hash>();
  TRY_VOID(in.finish("tip"));
  return tip;
}

Bytes encode_header_value(const state::Block& block, const consensus::Certificate* commit) {
  Writer out;
  encode(out, block.header);
  out.boolean(commit != nullptr);
  if (commit != nullptr) encode(out, *commit);
  out.list(block.submissions, [](Writer& w, const SubmissionDigest& digest) { w.fixed(digest); });
  return std::move(out).take();
}

Result<HeaderValue> decode_header_value(ByteView bytes) {
  Reader in(bytes);
  HeaderValue value;
  decode(in, value.header);
  value.commit = in.optional<consensus::Certificate>([](Reader& r) {
    consensus::Certificate certificate;
    decode(r, certificate);
    return certificate;
  });
  value.submissions = in.list<SubmissionDigest>(
      limits::kProposalTransactionsMax, [](Reader& r) { return r.fixed<SubmissionDigest>(); });
  TRY_VOID(in.finish("header"));
  return value;
}

Bytes encode_receipts(const std::vector<Receipt>& receipts) {
  Bytes all;
  Writer out;
  out.u32(static_cast<std::uint32_t>(receipts.size()));
  for (const Receipt& receipt : receipts) {
    const Bytes one = encode_receipt(receipt);
    all.insert(all.end(), one.begin(), one.end());
    CHECK(all.size() <= std::numeric_limits<std::uint32_t>::max());
    out.u32(static_cast<std::uint32_t>(all.size()));
  }
  out.raw(all);
  return std::move(out).take();
}

Result<std::vector<Receipt>> decode_receipts(ByteView value) {
  TRY(const ReceiptTable table, receipt_table(value));
  std::vector<Receipt> receipts;
  receipts.reserve(table.count());
  for (std::size_t i = 0; i < table.count(); ++i) {
    TRY(const ByteView bytes, table.at(i));
    TRY(Receipt receipt, decode_receipt(bytes));
    receipts.push_back(std::move(receipt));
  }
  return receipts;
}

Result<Receipt> decode_receipt_at(ByteView value, std::uint32_t index) {
  TRY(const ReceiptTable table, receipt_table(value));
  if (index >= table.count())
    return Error{ErrorCode::NotFound,
                 "there are " + std::to_string(table.count()) + " receipts in this block"};
  TRY(const ByteView bytes, table.at(index));
  return decode_receipt(bytes);
}

Bytes encode_request(const state::RequestRecord& record) {
  Writer out;
  out.number(record.position.height);
  out.u32(record.position.index);
  out.timestamp(record.ledger_time);
  out.fixed(record.request_digest);
  out.u16(static_cast<std::uint16_t>(record.kind));
  out.u16(static_cast<std::uint16_t>(record.outcome));
  out.boolean(record.own_order);
  encode(out, record.value);
  return std::move(out).take();
}

Result<state::RequestRecord> decode_request(ByteView value) {
  Reader in(value);
  state::RequestRecord record;
  record.position.height = in.number<Height>();
  record.position.index = in.u32();
  record.ledger_time = in.timestamp();
  record.request_digest = in.fixed<Hash>();
  record.kind = static_cast<ActionKind>(in.u16());
  if (!is_known(record.kind)) in.fail("unknown kind of transaction");
  const std::optional<Outcome> outcome = outcome_from(in.u16());
  if (!outcome.has_value()) in.fail("unknown outcome");
  record.outcome = outcome.value_or(Outcome::Accepted);
  record.own_order = in.boolean();
  decode(in, record.value);
  TRY_VOID(in.finish("request"));
  return record;
}

Bytes encode_order(const state::OrderRecord& record) {
  Writer out;
  out.timestamp(record.ledger_time);
  out.boolean(record.earned);
  encode(out, record.paid_by_points);
  return std::move(out).take();
}

Result<state::OrderRecord> decode_order(ByteView value) {
  Reader in(value);
  state::OrderRecord record;
  record.ledger_time = in.timestamp();
  record.earned = in.boolean();
  decode(in, record.paid_by_points);
  TRY_VOID(in.finish("order"));
  return record;
}

Result<std::vector<DueChange>> due_changes(const state::StateDelta& delta) {
  std::vector<DueChange> changes;
  for (const auto& [key, change] : delta.records()) {
    if (key.kind() != state::RecordKind::Account || change.before == change.after) continue;
    TRY(std::optional<state::DueEntry> before, due_entry(key, change.before));
    TRY(std::optional<state::DueEntry> after, due_entry(key, change.after));
    if (before != after) changes.push_back({std::move(before), std::move(after)});
  }
  return changes;
}

}  // namespace tally::storage
