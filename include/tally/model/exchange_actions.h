// The kinds of transaction that say what points are worth at other merchants
// (design/loyalty.md §16).
#pragma once

#include <tally/base/money.h>
#include <tally/base/points.h>
#include <tally/base/time.h>
#include <tally/codec/reader.h>
#include <tally/codec/writer.h>
#include <tally/model/ids.h>

#include <cstdint>

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

void encode(codec::Writer& out, const PublishQuote& action);
void encode(codec::Writer& out, const PublishRate& action);
void decode(codec::Reader& in, PublishQuote& action);
void decode(codec::Reader& in, PublishRate& action);

}  // namespace tally
