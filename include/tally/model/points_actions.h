// The kinds of transaction that belong to points: their fields.
#pragma once

#include <tally/codec/reader.h>
#include <tally/codec/writer.h>
#include <tally/model/programme.h>

namespace tally {

/// What a purchase was, in totals and minor units. `tax`, `excluded` and `paid_by_points` are
/// parts of `total` (design/loyalty.md §6).
struct Earn {
  MerchantId programme;
  MemberId member;
  Currency currency;
  Money total;
  Money tax;
  Money excluded;
  Money paid_by_points;
  Timestamp event_time;  ///< by the till's clock
  friend bool operator==(const Earn&, const Earn&) = default;
};

enum class RedeemMode : std::uint8_t { Exactly = 1, UpTo = 2 };

/// Points that pay for a basket (design/loyalty.md §10).
struct Redeem {
  MerchantId programme;
  MemberId member;
  Currency currency;
  Money basket;
  Money excluded;  ///< part of the basket that points may not pay
  RedeemMode mode = RedeemMode::Exactly;
  Points points;  ///< exactly, or at most; above 0
  friend bool operator==(const Redeem&, const Redeem&) = default;
};

/// Points from one member to another, with their dates (design/loyalty.md §13).
struct Transfer {
  MerchantId programme;
  MemberId from;
  MemberId to;
  Points points;  ///< above 0
  friend bool operator==(const Transfer&, const Transfer&) = default;
};

/// The next version of the sending merchant's programme, in force from height `active_from` on.
struct PublishProgramme {
  std::uint32_t version = 1;
  Height active_from;  ///< 0: from the next block on
  Programme programme;
  friend bool operator==(const PublishProgramme&, const PublishProgramme&) = default;
};

void encode(codec::Writer& out, const Earn& action);
void encode(codec::Writer& out, const Redeem& action);
void encode(codec::Writer& out, const Transfer& action);
void encode(codec::Writer& out, const PublishProgramme& action);
void encode(codec::Writer& out, const Programme& programme);
void decode(codec::Reader& in, Earn& action);
void decode(codec::Reader& in, Redeem& action);
void decode(codec::Reader& in, Transfer& action);
void decode(codec::Reader& in, PublishProgramme& action);
void decode(codec::Reader& in, Programme& programme);

/// Points and Money as u64; a value of 2^53 and more is a fault.
void encode(codec::Writer& out, Points points);
void decode(codec::Reader& in, Points& points);
void encode(codec::Writer& out, Money money);
void decode(codec::Reader& in, Money& money);
/// Three upper-case ASCII letters; else a fault.
void decode(codec::Reader& in, Currency& currency);
void decode(codec::Reader& in, MonthRounding& rounding);

}  // namespace tally
