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

/// One for each instant at which lots of an order activate: far above what its campaigns can give.
constexpr std::size_t kActivationsMax = 1'024;

bool is_known(state::DueClass which) {
  return which == state::DueClass::Own || which == state::DueClass::Shared;
}

/// The account's deadlines, from its record; never without one.
Result<state::Deadlines> deadlines_of(const state::RecordKey& key,
                                      const std::optional<Bytes>& record) {
  if (!record.has_value()) return state::Deadlines();
  const Result<state::Deadlines> deadlines = state::decode_deadlines(*record);
  if (!deadlines.ok())
    return Error{ErrorCode::Corrupt,
                 "records " + to_hex(key.bytes) + ": " + deadlines.error().message};
  return deadlines;
}

std::optional<state::DueEntry> due_entry(const state::RecordKey& key, Timestamp deadline) {
  if (deadline == Timestamp::never()) return std::nullopt;
  return state::DueEntry{deadline, key};
}

void encode(Writer& out, const state::OrderPart& part) {
  out.number(part.position.height);
  out.u32(part.position.index);
  out.timestamp(part.ledger_time);
}

state::OrderPart decode_order_part(Reader& in) {
  state::OrderPart part;
  part.position.height = in.number<Height>();
  part.position.index = in.u32();
  part.ledger_time = in.timestamp();
  return part;
}

void encode_order_hold(Writer& out, const state::OrderHold& hold) {
  out.number(hold.placed.height);
  out.u32(hold.placed.index);
  out.timestamp(hold.deadline);
  encode(out, hold.value);
}

state::OrderHold decode_order_hold(Reader& in) {
  state::OrderHold hold;
  hold.placed.height = in.number<Height>();
  hold.placed.index = in.u32();
  hold.deadline = in.timestamp();
  decode(in, hold.value);
  return hold;
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

Bytes due_class_key(state::DueClass which) {
  return {static_cast<std::uint8_t>(which)};
}

Bytes due_key(state::DueClass which, const state::DueEntry& entry) {
  Writer out;
  out.raw(due_class_key(which));
  out.timestamp(entry.deadline);
  out.raw(entry.account.bytes);
  return std::move(out).take();
}

Result<DueKey> decode_due_key(ByteView key) {
  Reader in(key);
  DueKey due;
  due.which = in.enumeration_u8<state::DueClass>(is_known);
  due.entry.deadline = in.timestamp();
  due.entry.account.bytes = to_bytes(in.raw(in.remaining()));
  if (due.entry.account.bytes.empty()) in.fail("no record key");
  TRY_VOID(in.finish("due entry"));
  return due;
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
  out.boolean(record.earn.has_value());
  if (record.earn.has_value()) encode(out, *record.earn);
  out.list(record.redemptions, [](Writer& w, const state::OrderPart& part) { encode(w, part); });
  out.list(record.activations, [](Writer& w, const state::OrderPart& part) { encode(w, part); });
  encode(out, record.paid_by_points);
  out.list(record.holds, encode_order_hold);
  return std::move(out).take();
}

Result<state::OrderRecord> decode_order(ByteView value) {
  Reader in(value);
  state::OrderRecord record;
  record.ledger_time = in.timestamp();
  record.earn = in.optional<state::OrderPart>(decode_order_part);
  record.redemptions = in.list<state::OrderPart>(limits::kOrderRedemptionsMax, decode_order_part);
  record.activations = in.list<state::OrderPart>(kActivationsMax, decode_order_part);
  decode(in, record.paid_by_points);
  record.holds = in.list<state::OrderHold>(limits::kOrderRedemptionsMax, decode_order_hold);
  TRY_VOID(in.finish("order"));
  return record;
}

Result<std::vector<DueChange>> due_changes(const state::StateDelta& delta) {
  std::vector<DueChange> changes;
  const auto note = [&](state::DueClass which, const state::RecordKey& key, Timestamp before,
                        Timestamp after) {
    if (before != after) changes.push_back({which, due_entry(key, before), due_entry(key, after)});
  };
  for (const auto& [key, change] : delta.records()) {
    if (key.kind() != state::RecordKind::Account || change.before == change.after) continue;
    TRY(const state::Deadlines before, deadlines_of(key, change.before));
    TRY(const state::Deadlines after, deadlines_of(key, change.after));
    note(state::DueClass::Own, key, before.own, after.own);
    note(state::DueClass::Shared, key, before.shared, after.shared);
  }
  return changes;
}

}  // namespace tally::storage
