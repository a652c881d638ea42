// The encodings of quotes, rates, exchanges and what settles them, and of what the consortium
// changes together. FORMAT: stored; docs/formats.md §1.
#include <tally/model/exchange_actions.h>

#include <tally/base/limits.h>
#include <tally/model/points_actions.h>

#include "model/programme_parts.h"

#include <utility>

namespace tally {
namespace {

void encode_change(codec::Writer& out, const SetCap& change) {
  out.number(change.debtor);
  out.fixed(change.currency);
  out.optional(change.cap, [](codec::Writer& w, Money cap) { encode(w, cap); });
}

void decode_change(codec::Reader& in, SetCap& change) {
  change.debtor = in.number<MerchantId>();
  decode(in, change.currency);
  change.cap = in.optional<Money>([](codec::Reader& r) {
    Money cap;
    decode(r, cap);
    return cap;
  });
}

void encode_change(codec::Writer& out, const SetCollateral& change) {
  out.number(change.debtor);
  out.fixed(change.currency);
  encode(out, change.collateral);
}

void decode_change(codec::Reader& in, SetCollateral& change) {
  change.debtor = in.number<MerchantId>();
  decode(in, change.currency);
  decode(in, change.collateral);
}

void encode_change(codec::Writer& out, const ResumeIssuer& change) {
  out.number(change.issuer);
}

void decode_change(codec::Reader& in, ResumeIssuer& change) {
  change.issuer = in.number<MerchantId>();
}

void encode_change(codec::Writer& out, const EndIssuer& change) {
  out.number(change.issuer);
  out.u64(change.notice.milliseconds());
}

void decode_change(codec::Reader& in, EndIssuer& change) {
  change.issuer = in.number<MerchantId>();
  change.notice = Duration(in.u64());
}

void encode_change(codec::Writer& out, const DecidePayment& change) {
  out.u32(change.cycle);
  out.fixed(change.currency);
  out.number(change.debtor);
  out.number(change.creditor);
  out.boolean(change.paid);
}

void decode_change(codec::Reader& in, DecidePayment& change) {
  change.cycle = in.u32();
  decode(in, change.currency);
  change.debtor = in.number<MerchantId>();
  change.creditor = in.number<MerchantId>();
  change.paid = in.boolean();
}

/// The alternative at `place`, one above its index in the variant, and its fields.
template <std::size_t Index = 0>
Change decode_fields(codec::Reader& in, std::uint8_t place) {
  if constexpr (Index < std::variant_size_v<Change>) {
    if (place != Index + 1) return decode_fields<Index + 1>(in, place);
    std::variant_alternative_t<Index, Change> change;
    decode_change(in, change);
    return change;
  } else {
    in.fail("unknown kind of change " + std::to_string(place));
    return {};
  }
}

}  // namespace

void encode(codec::Writer& out, const PublishQuote& action) {
  out.number(action.programme);
  out.fixed(action.currency);
  out.i64(action.bid);
  out.i64(action.ask);
  encode(out, action.acceptor_per_day);
  out.timestamp(action.valid_from);
  out.timestamp(action.valid_until);
}

void decode(codec::Reader& in, PublishQuote& action) {
  action.programme = in.number<MerchantId>();
  action.currency = in.fixed<Currency>();
  action.bid = in.i64();
  action.ask = in.i64();
  decode(in, action.acceptor_per_day);
  action.valid_from = in.timestamp();
  action.valid_until = in.timestamp();
}

void encode(codec::Writer& out, const PublishRate& action) {
  out.number(action.programme);
  out.number(action.into);
  out.i64(action.points);
  out.i64(action.points_into);
  out.timestamp(action.valid_until);
}

void decode(codec::Reader& in, PublishRate& action) {
  action.programme = in.number<MerchantId>();
  action.into = in.number<MerchantId>();
  action.points = in.i64();
  action.points_into = in.i64();
  action.valid_until = in.timestamp();
}

void encode(codec::Writer& out, const ExchangePoints& action) {
  out.number(action.programme);
  out.number(action.into);
  out.fixed(action.member);
  encode_enum(out, action.mode);
  encode(out, action.points);
}

void decode(codec::Reader& in, ExchangePoints& action) {
  action.programme = in.number<MerchantId>();
  action.into = in.number<MerchantId>();
  action.member = in.fixed<MemberId>();
  action.mode = decode_between(in, ExchangeMode::In, ExchangeMode::Out);
  decode(in, action.points);
}

void encode(codec::Writer& out, const CloseCycle& action) {
  out.u32(action.cycle);
}

void decode(codec::Reader& in, CloseCycle& action) {
  action.cycle = in.u32();
}

void encode(codec::Writer& out, const ConfirmPayment& action) {
  out.u32(action.cycle);
  out.fixed(action.currency);
  out.number(action.debtor);
}

void decode(codec::Reader& in, ConfirmPayment& action) {
  action.cycle = in.u32();
  decode(in, action.currency);
  action.debtor = in.number<MerchantId>();
}

void encode(codec::Writer& out, const DisputePayment& action) {
  out.u32(action.cycle);
  out.fixed(action.currency);
  out.number(action.creditor);
  out.text(action.bank_reference);
}

void decode(codec::Reader& in, DisputePayment& action) {
  action.cycle = in.u32();
  decode(in, action.currency);
  action.creditor = in.number<MerchantId>();
  action.bank_reference = in.text(limits::kBankReferenceBytesMax);
}

void encode(codec::Writer& out, const ProposeChange& action) {
  out.number(action.active_from);
  out.u8(static_cast<std::uint8_t>(action.change.index() + 1));
  std::visit([&out](const auto& change) { encode_change(out, change); }, action.change);
}

void decode(codec::Reader& in, ProposeChange& action) {
  action.active_from = in.number<Height>();
  action.change = decode_fields(in, in.u8());
}

void encode(codec::Writer& out, const ApproveChange& action) {
  out.number(action.proposer);
  out.fixed(action.proposal);
}

void decode(codec::Reader& in, ApproveChange& action) {
  action.proposer = in.number<MerchantId>();
  action.proposal = in.fixed<Hash>();
}

Hash proposal_digest(const ProposeChange& proposal) {
  codec::Writer out;
  encode(out, proposal);
  return crypto::tagged_hash("proposal", out.view());
}

}  // namespace tally
