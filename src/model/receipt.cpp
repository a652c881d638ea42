// A receipt's encoding, its digest and its leaf. FORMAT: stored, hashed; docs/formats.md §2.
#include <tally/base/check.h>
#include <tally/base/limits.h>
#include <tally/codec/reader.h>
#include <tally/codec/writer.h>
#include <tally/crypto/merkle.h>
#include <tally/model/points_actions.h>
#include <tally/model/receipt.h>

#include "model/id_parts.h"

#include <algorithm>

namespace tally {
namespace {

/// The base, and each campaign of a trigger with its referrer's: those of TIER_UP once a tier.
constexpr std::size_t kRulesMax =
    1 + 2 * limits::kTriggerCampaignsMax *
            (static_cast<std::size_t>(Trigger::TierUp) + limits::kTiersMax);

template <typename T>
T decode_part(codec::Reader& in) {
  T part;
  decode(in, part);
  return part;
}

bool is_known_line(LineKind kind) {
  return kind >= LineKind::Earned && kind <= LineKind::ExchangedIn;
}

/// One entry an account, ascending: the only order, so that one receipt has one encoding.
bool is_ascending(const std::vector<PreviousReceipt>& previous) {
  const auto out_of_order = [](const auto& a, const auto& b) { return a.account >= b.account; };
  return std::adjacent_find(previous.begin(), previous.end(), out_of_order) == previous.end();
}

void encode_account(codec::Writer& out, const AccountId& account) {
  out.fixed(account.member);
  out.number(account.programme);
}

AccountId decode_account(codec::Reader& in) {
  AccountId account;
  account.member = in.fixed<MemberId>();
  account.programme = in.number<MerchantId>();
  return account;
}

void encode_line(codec::Writer& out, const ReceiptLine& line) {
  out.u8(static_cast<std::uint8_t>(line.kind));
  encode_account(out, line.account);
  encode(out, line.points);
  encode_lot(out, line.lot);
  out.timestamp(line.earned_at);
  out.timestamp(line.available_at);
  out.timestamp(line.expires_at);
  out.fixed(line.first_owner);
  encode(out, line.original);
  out.boolean(line.late_date);
  out.boolean(line.idle);
  out.u32(line.programme_version);
  out.text(line.source);
  encode(out, line.funder);
}

ReceiptLine decode_line(codec::Reader& in) {
  ReceiptLine line;
  line.kind = in.enumeration_u8<LineKind>(is_known_line);
  line.account = decode_account(in);
  decode(in, line.points);
  line.lot = decode_lot(in);
  line.earned_at = in.timestamp();
  line.available_at = in.timestamp();
  line.expires_at = in.timestamp();
  line.first_owner = in.fixed<MemberId>();
  decode(in, line.original);
  line.late_date = in.boolean();
  line.idle = in.boolean();
  line.programme_version = in.u32();
  line.source = in.text(limits::kTextBytesMax);
  decode(in, line.funder);
  return line;
}

void encode_previous(codec::Writer& out, const PreviousReceipt& previous) {
  encode_account(out, previous.account);
  out.optional(previous.position, encode_position);
}

PreviousReceipt decode_previous(codec::Reader& in) {
  PreviousReceipt previous;
  previous.account = decode_account(in);
  previous.position = in.optional<Position>(decode_position);
  return previous;
}

void encode_obligation(codec::Writer& out, const Obligation& obligation) {
  out.number(obligation.debtor);
  out.number(obligation.creditor);
  out.fixed(obligation.currency);
  out.i64(obligation.amount.value());
  out.u8(static_cast<std::uint8_t>(obligation.reason));
  out.optional(obligation.origin, encode_position);
}

Obligation decode_obligation(codec::Reader& in) {
  Obligation obligation;
  obligation.debtor = in.number<MerchantId>();
  obligation.creditor = in.number<MerchantId>();
  if (!in.failed() && obligation.debtor == obligation.creditor)
    in.fail("a merchant that owes itself");
  decode(in, obligation.currency);
  const std::optional<MicroUnits> amount = MicroUnits::from(in.i64());
  if (!in.failed() && (!amount.has_value() || amount->is_zero()))
    in.fail("an obligation of 0, or of 2^62 micro-units or more");
  obligation.amount = amount.value_or(MicroUnits());
  obligation.reason = in.enumeration_u8<ObligationReason>([](ObligationReason reason) {
    return reason >= ObligationReason::Redeemed && reason <= ObligationReason::Rounded;
  });
  obligation.origin = in.optional<Position>(decode_position);
  return obligation;
}

PointPrice decode_price(codec::Reader& in) {
  PointPrice price;
  decode(in, price.currency);
  price.micro_units = in.i64();
  if (price.micro_units < 1 || price.micro_units > limits::kPriceMax)
    in.fail("a price of a point is 1 to 1000000000 micro-units");
  return price;
}

ActionKind decode_kind(codec::Reader& in) {
  const auto kind = static_cast<ActionKind>(in.u16());
  if (!is_known(kind)) in.fail("unknown kind of transaction");
  return kind;
}

Outcome decode_outcome(codec::Reader& in) {
  const std::optional<Outcome> outcome = outcome_from(in.u16());
  if (!outcome.has_value()) in.fail("unknown outcome");
  return outcome.value_or(Outcome::Accepted);
}

}  // namespace

Bytes encode_receipt(const Receipt& receipt) {
  CHECK(receipt.lines.size() <= limits::kReceiptLinesMax);
  CHECK(receipt.previous.size() <= limits::kReceiptAccountsMax);
  CHECK(receipt.rules.size() <= kRulesMax);
  CHECK(receipt.obligations.size() <= limits::kObligationsMax);
  CHECK(is_ascending(receipt.previous));
  codec::Writer out;
  encode_position(out, receipt.position);
  out.fixed(receipt.request_key);
  out.fixed(receipt.request_digest);
  out.u16(static_cast<std::uint16_t>(receipt.kind));
  out.u16(static_cast<std::uint16_t>(receipt.outcome));
  out.list(receipt.lines, encode_line);
  encode(out, receipt.value);
  encode_optional(out, receipt.hold);
  out.optional(receipt.hold_until, [](codec::Writer& w, Timestamp t) { w.timestamp(t); });
  out.optional(receipt.refers_to, encode_position);
  out.text(receipt.conflict_field);
  out.list(receipt.previous, encode_previous);
  out.list(receipt.rules, [](codec::Writer& w, const RuleResult& r) { encode(w, r); });
  out.optional(receipt.facts, [](codec::Writer& w, const RuleFacts& f) { encode(w, f); });
  out.list(receipt.obligations, encode_obligation);
  out.optional(receipt.funded_at, [](codec::Writer& w, const PointPrice& price) {
    w.fixed(price.currency);
    w.i64(price.micro_units);
  });
  out.optional(receipt.cycle, [](codec::Writer& w, std::uint32_t cycle) { w.u32(cycle); });
  return std::move(out).take();
}

Result<Receipt> decode_receipt(ByteView bytes) {
  codec::Reader in(bytes);
  Receipt receipt;
  receipt.position = decode_position(in);
  receipt.request_key = in.fixed<RequestKey>();
  receipt.request_digest = in.fixed<Hash>();
  receipt.kind = decode_kind(in);
  receipt.outcome = decode_outcome(in);
  receipt.lines = in.list<ReceiptLine>(limits::kReceiptLinesMax, decode_line);
  decode(in, receipt.value);
  receipt.hold = decode_optional<HoldId>(in);
  receipt.hold_until = in.optional<Timestamp>([](codec::Reader& r) { return r.timestamp(); });
  receipt.refers_to = in.optional<Position>(decode_position);
  receipt.conflict_field = in.text(limits::kTextBytesMax);
  receipt.previous = in.list<PreviousReceipt>(limits::kReceiptAccountsMax, decode_previous);
  if (!is_ascending(receipt.previous)) in.fail("previous receipts are not ascending by account");
  receipt.rules = in.list<RuleResult>(kRulesMax, decode_part<RuleResult>);
  receipt.facts = in.optional<RuleFacts>(decode_part<RuleFacts>);
  receipt.obligations = in.list<Obligation>(limits::kObligationsMax, decode_obligation);
  receipt.funded_at = in.optional<PointPrice>(decode_price);
  receipt.cycle = in.optional<std::uint32_t>([](codec::Reader& r) { return r.u32(); });
  TRY_VOID(in.finish("receipt"));
  return receipt;
}

Hash receipt_digest(const Receipt& receipt) {
  return crypto::tagged_hash("receipt", encode_receipt(receipt));
}

Hash receipt_leaf(const Receipt& receipt) {
  codec::Writer out;
  out.fixed(receipt.request_key);
  out.fixed(receipt.request_digest);
  out.u16(static_cast<std::uint16_t>(receipt.outcome));
  out.fixed(receipt_digest(receipt));
  return crypto::merkle_leaf(out.view());
}

}  // namespace tally
