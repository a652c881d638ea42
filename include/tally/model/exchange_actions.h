// The kinds of transaction between programmes: what points are worth elsewhere, exchanges, and the
// settlement of what merchants owe each other for it (design/loyalty.md §16, §17).
#pragma once

#include <tally/base/money.h>
#include <tally/base/points.h>
#include <tally/base/time.h>
#include <tally/codec/reader.h>
#include <tally/codec/writer.h>
#include <tally/model/ids.h>

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

namespace tally {

/// What an issuer pays when others redeem its points, and what others pay to hand them out.
struct PublishQuote {
  MerchantId programme;
  Currency currency;
  std::int64_t bid = 0;     ///< micro-units of the currency for a point, 1 … 10^9
  std::int64_t ask = 0;     ///< the same; bid ≤ ask, or it is QUOTE_CROSSED
  Points acceptor_per_day;  ///< that one acceptor may take on a civil day; 0: any number
  Timestamp valid_from;     ///< in force from block time on at the earliest
  Timestamp valid_until;    ///< after valid_from
  friend bool operator==(const PublishQuote&, const PublishQuote&) = default;
};

/// A rate between two programmes that stands above their quotes; both publish it.
struct PublishRate {
  MerchantId programme;          ///< whose points are given; the sending merchant
  MerchantId into;               ///< whose points come
  std::int64_t points = 0;       ///< so many points of `programme` …
  std::int64_t points_into = 0;  ///< … are so many of `into`; 1 … 10^9 each, reduced
  Timestamp valid_until;
  friend bool operator==(const PublishRate&, const PublishRate&) = default;
};

/// FORMAT: hashed and stored.
enum class ExchangeMode : std::uint8_t {
  In = 1,   ///< `points` of `programme` at most are given
  Out = 2,  ///< `points` of `into` exactly are wanted
};

/// A member's points of one programme become points of another. Either merchant may send it; the
/// member signs.
struct ExchangePoints {
  MerchantId programme;  ///< whose points are given
  MerchantId into;       ///< whose points come; another one
  MemberId member;       ///< of both programmes
  ExchangeMode mode = ExchangeMode::In;
  Points points;  ///< above 0
  friend bool operator==(const ExchangePoints&, const ExchangePoints&) = default;
};

/// Pins what merchants owe each other for one period, which is over. Any operator sends it.
struct CloseCycle {
  std::uint32_t cycle =
      0;  ///< weeks since Monday, 5 January 1970, 00:00; the oldest one not closed
  friend bool operator==(const CloseCycle&, const CloseCycle&) = default;
};

/// The sending merchant has been paid.
struct ConfirmPayment {
  std::uint32_t cycle = 0;
  Currency currency;
  MerchantId debtor;
  friend bool operator==(const ConfirmPayment&, const ConfirmPayment&) = default;
};

/// The sending merchant has paid, and its creditor does not confirm it.
struct DisputePayment {
  std::uint32_t cycle = 0;
  Currency currency;
  MerchantId creditor;
  std::string bank_reference;  ///< 1 … 35 of [A-Za-z0-9/-], as ISO 20022's end-to-end id
  friend bool operator==(const DisputePayment&, const DisputePayment&) = default;
};

/// What a debtor may owe in all. Without an amount: as much as its collateral.
struct SetCap {
  MerchantId debtor;
  Currency currency;
  std::optional<Money> cap;
  friend bool operator==(const SetCap&, const SetCap&) = default;
};

/// What lies ready for a debtor that does not pay.
struct SetCollateral {
  MerchantId debtor;
  Currency currency;
  Money collateral;
  friend bool operator==(const SetCollateral&, const SetCollateral&) = default;
};

/// A suspended issuer goes on.
struct ResumeIssuer {
  MerchantId issuer;
  friend bool operator==(const ResumeIssuer&, const ResumeIssuer&) = default;
};

/// An issuer leaves, or has to: its points are good for a time yet.
struct EndIssuer {
  MerchantId issuer;
  Duration notice;  ///< at least limits::kNoticeMsMin
  friend bool operator==(const EndIssuer&, const EndIssuer&) = default;
};

/// Whether a disputed payment was made.
struct DecidePayment {
  std::uint32_t cycle = 0;
  Currency currency;
  MerchantId debtor;
  MerchantId creditor;
  bool paid = false;
  friend bool operator==(const DecidePayment&, const DecidePayment&) = default;
};

/// What the consortium decides together. FORMAT: a u8, from 1 in this order, then the fields.
using Change = std::variant<SetCap, SetCollateral, ResumeIssuer, EndIssuer, DecidePayment>;

/// The sending merchant's voice for a change that others are to approve.
struct ProposeChange {
  Height active_from;  ///< 0: as soon as it may be
  Change change;
  friend bool operator==(const ProposeChange&, const ProposeChange&) = default;
};

/// The sending merchant's voice for another one's proposal.
struct ApproveChange {
  MerchantId proposer;
  Hash proposal;  ///< proposal_digest: what is approved are these very words
  friend bool operator==(const ApproveChange&, const ApproveChange&) = default;
};

/// H("proposal": its encoding).
[[nodiscard]] Hash proposal_digest(const ProposeChange& proposal);

void encode(codec::Writer& out, const PublishQuote& action);
void encode(codec::Writer& out, const PublishRate& action);
void encode(codec::Writer& out, const ExchangePoints& action);
void encode(codec::Writer& out, const CloseCycle& action);
void encode(codec::Writer& out, const ConfirmPayment& action);
void encode(codec::Writer& out, const DisputePayment& action);
void encode(codec::Writer& out, const ProposeChange& action);
void encode(codec::Writer& out, const ApproveChange& action);
void decode(codec::Reader& in, PublishQuote& action);
void decode(codec::Reader& in, PublishRate& action);
void decode(codec::Reader& in, ExchangePoints& action);
void decode(codec::Reader& in, CloseCycle& action);
void decode(codec::Reader& in, ConfirmPayment& action);
void decode(codec::Reader& in, DisputePayment& action);
void decode(codec::Reader& in, ProposeChange& action);
void decode(codec::Reader& in, ApproveChange& action);

}  // namespace tally
