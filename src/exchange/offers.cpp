// What is on offer at a moment, and whether a circle of it gains.
#include "exchange/offers.h"

#include <tally/exchange/rate_cycle.h>
#include <tally/state/exchange_rate.h>
#include <tally/state/quote.h>

#include <map>
#include <set>
#include <utility>
#include <vector>

namespace tally::exchange {
namespace {

using state::BilateralRate;
using state::Quote;
using state::QuoteRecord;

/// What the consortium has published and has not run out.
struct Offers {
  std::map<MerchantId, QuoteRecord> quotes;
  std::map<std::pair<MerchantId, MerchantId>, BilateralRate> rates;
};

Result<Offers> offers_of(const StateView& view, Timestamp now) {
  Offers offers;
  TRY(const std::vector<MerchantId> merchants, state::merchants(view));
  for (const MerchantId from : merchants) {
    TRY(offers.quotes[from], state::find_quotes(view, from));
    for (const MerchantId into : merchants) {
      TRY(const auto rate, state::find_rate(view, from, into, now));
      if (rate.has_value()) offers.rates.emplace(std::pair(from, into), *rate);
    }
  }
  return offers;
}

/// Between two changes quotes and rates only run out, which ends an offer and begins none.
std::set<Timestamp> changes_of(const Offers& offers, Timestamp now) {
  std::set<Timestamp> changes = {now};
  for (const auto& [issuer, quotes] : offers.quotes)
    if (quotes.next.has_value() && quotes.next->from > now) changes.insert(quotes.next->from);
  return changes;
}

/// A rate stands above the quotes of its pair, and yet both count: where a third merchant quotes, a
/// way through it is worth up to what the quotes of the two are. So whoever is party to no rate can
/// never make a circle gain, and no two merchants can keep a third one from quoting (ADR 0017).
std::vector<Leg> legs_at(const Offers& offers, Timestamp t) {
  std::vector<Leg> legs;
  for (const auto& [pair, rate] : offers.rates)
    if (t < rate.until) legs.push_back({pair.first, pair.second, rate.rate});
  for (const auto& [from, given] : offers.quotes) {
    const Quote* const a = given.in_force(t);
    if (a == nullptr) continue;
    for (const auto& [into, taken] : offers.quotes) {
      const Quote* const b = taken.in_force(t);
      if (from != into && b != nullptr && a->currency == b->currency)
        legs.push_back({from, into, state::cross_rate(a->bid, b->ask)});
    }
  }
  return legs;
}

/// In units of a rule's cost, some 10 ns: a record that is not there, and a leg at one moment with
/// the few rounds that a circle takes.
constexpr std::uint64_t kCostOfRecord = 100;
constexpr std::uint64_t kCostOfLeg = 200;

}  // namespace

Result<bool> has_gaining_cycle(const StateView& view, MerchantId payer,
                               const TransactionContext& context) {
  const Timestamp now = context.ledger_time;
  TRY(const Offers offers, offers_of(view, now));
  const std::uint64_t issuers = offers.quotes.size();
  context.rules->charge(payer, kCostOfRecord * issuers * (issuers + 1));
  if (offers.rates.empty()) return false;  // bid ≤ ask: the product of quotes is never above 1
  for (const Timestamp change : changes_of(offers, now)) {
    const std::vector<Leg> legs = legs_at(offers, change);
    context.rules->charge(payer, kCostOfLeg * legs.size() * issuers);
    if (has_gaining_cycle(legs)) return true;
  }
  return false;
}

}  // namespace tally::exchange
