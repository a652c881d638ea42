// Quotes and rates: what points are worth elsewhere, and from when (design/loyalty.md §16).
#pragma once

#include <tally/base/money.h>
#include <tally/base/points.h>
#include <tally/model/ids.h>
#include <tally/state/state_delta.h>

#include <optional>

namespace tally::state {

/// What an issuer pays for a point that others redeem, and takes for one that others hand out.
struct Quote {
  Currency currency;
  std::int64_t bid = 0;     ///< micro-units for a point, 1 … 10^9
  std::int64_t ask = 0;     ///< at least the bid
  Points acceptor_per_day;  ///< 0: any number
  Timestamp from;           ///< when it takes effect
  Timestamp until;          ///< from then on it is in force no more
  friend bool operator==(const Quote&, const Quote&) = default;
};

/// Of one issuer. FORMAT: stored; docs/formats.md §3.
struct QuoteRecord {
  std::optional<Quote> last;  ///< the last one that has taken effect; it may have run out
  std::optional<Quote> next;  ///< published, and waiting for its time
  friend bool operator==(const QuoteRecord&, const QuoteRecord&) = default;

  /// The one that took effect last, in force or run out; nullptr: none yet.
  [[nodiscard]] const Quote* effective(Timestamp t) const;
  /// nullptr: none, not yet, or run out.
  [[nodiscard]] const Quote* in_force(Timestamp t) const;
};

[[nodiscard]] Result<QuoteRecord> find_quotes(const StateView& view, MerchantId issuer);
[[nodiscard]] Result<void> put_quotes(StateDelta& delta, MerchantId issuer,
                                      const QuoteRecord& quotes);

/// The quote by which points of `issuer` are priced at `t`: the one in force; of an issuer that is
/// suspended or winds down the last one, though it has run out. nullopt: none counts.
[[nodiscard]] Result<std::optional<Quote>> find_quote(const StateView& view, MerchantId issuer,
                                                      Timestamp t);

/// A rate that two issuers have published for exchanges from the one's points into the other's.
/// FORMAT: stored.
struct BilateralRate {
  Rate rate;  ///< points of the second for one of the first
  Timestamp until;
  friend bool operator==(const BilateralRate&, const BilateralRate&) = default;
};
/// nullopt: none was published, or the last one has run out at `t`.
[[nodiscard]] Result<std::optional<BilateralRate>> find_rate(const StateView& view, MerchantId from,
                                                             MerchantId into, Timestamp t);
[[nodiscard]] Result<void> put_rate(StateDelta& delta, MerchantId from, MerchantId into,
                                    const BilateralRate& rate);

/// What points of `from` are in points of `into` at `t`: by their own rate, or by the quotes of
/// both in one currency. nullopt: neither is there, or `from` has no quote to price what is owed.
[[nodiscard]] Result<std::optional<Rate>> rate_between(const StateView& view, MerchantId from,
                                                       MerchantId into, Timestamp t);

}  // namespace tally::state
