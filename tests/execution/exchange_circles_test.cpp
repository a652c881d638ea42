// That no exchanges, in whatever order, make points out of nothing.
#include "execution/exchange_fixture.h"

#include <rapidcheck/gtest.h>
#include <boost/multiprecision/cpp_int.hpp>

#include <map>
#include <numeric>

namespace tally::execution {
namespace {

using test::a_quote;
using test::a_rate;
using test::an_exchange;
using Exact = boost::multiprecision::cpp_rational;

/// Some programmes, each with a price that nobody sees; quotes and rates are near it, so that
/// circles come to about 1. The ledger refuses those that gain.
class Circles : public ExchangeFixture {
 protected:
  void begin_random(bool with_fees) {
    const auto count = *rc::gen::inRange<std::uint32_t>(3, 6);
    for (std::uint32_t id = 1; id <= count; ++id) {
      const MerchantId issuer(id);
      issuers_.push_back(issuer);
      prices_[issuer] = *rc::gen::inRange<std::int64_t>(1, 60);
      const auto fee = *rc::gen::inRange<std::uint16_t>(0, with_fees ? 800 : 1);
      publish(issuer, [&](Programme& programme) { programme.exchange.fee_basis_points = fee; });
      enrol(1, {issuer});
      cap(issuer, std::int64_t{1} << 60);
    }
    quote_all();
    for (const MerchantId issuer : issuers_)
      if (*rc::gen::arbitrary<bool>())
        open(*rc::gen::inRange<std::int64_t>(1, 400), kYearLater, issuer);
  }
  void quote_all() {
    for (const MerchantId issuer : issuers_) {
      const std::int64_t price = 7 * prices_[issuer];
      const auto spread = [] { return *rc::gen::inRange<std::int64_t>(0, 7); };
      RC_ASSERT(
          run(a_quote().at(issuer).bid(price - spread()).ask(price + spread()).until(kYearLater)) ==
          Outcome::Accepted);
    }
  }
  void publish_rates() {
    const auto wanted = *rc::gen::inRange<int>(1, 8);
    for (int i = 0; i < wanted; ++i) {
      const auto [from, into] = pair();
      const std::int64_t n = prices_[into] + *rc::gen::inRange<std::int64_t>(0, 3);
      const std::int64_t n_into = prices_[from] + *rc::gen::inRange<std::int64_t>(0, 2);
      const std::int64_t divisor = std::gcd(n, n_into);
      const Outcome outcome = agree(
          a_rate().between(from, into).rate(n / divisor, n_into / divisor).until(kYearLater), into);
      RC_ASSERT(outcome == Outcome::Accepted || outcome == Outcome::RateCycle);
    }
  }
  [[nodiscard]] std::pair<MerchantId, MerchantId> pair() const {
    const MerchantId from = *rc::gen::elementOf(issuers_);
    std::vector<MerchantId> others = issuers_;
    std::erase(others, from);
    return {from, *rc::gen::elementOf(others)};
  }
  /// All that the member has of some points, or some of them, or some wanted of others.
  Outcome exchange_some() {
    const auto [from, into] = pair();
    auto builder = an_exchange().between(from, into);
    const std::int64_t most = std::max<std::int64_t>(available(from), 1);
    switch (*rc::gen::inRange(0, 3)) {
      case 0:
        return exchange(builder.in(most));
      case 1:
        return exchange(builder.in(*rc::gen::inRange<std::int64_t>(1, most + 1)));
      default:
        return exchange(builder.out(*rc::gen::inRange<std::int64_t>(1, most + 1)));
    }
  }

  /// What an exchange from the one into the other goes by; 0: none does.
  [[nodiscard]] Exact offer(MerchantId from, MerchantId into) const {
    const auto rate = state::find_rate(ledger.view, from, into, now()).value();
    if (rate.has_value()) return Exact(rate->rate.numerator(), rate->rate.denominator());
    const auto given = state::find_quotes(ledger.view, from).value();
    const auto taken = state::find_quotes(ledger.view, into).value();
    const state::Quote* const a = given.in_force(now());
    const state::Quote* const b = taken.in_force(now());
    return a == nullptr || b == nullptr ? Exact(0) : Exact(a->bid, b->ask);
  }
  /// The best product of offers on any way from `from` to `goal` that avoids `before`.
  [[nodiscard]] Exact worth(MerchantId from, MerchantId goal, std::vector<MerchantId> before) {
    if (from == goal) return Exact(1);
    before.push_back(from);
    Exact best(0);
    for (const MerchantId next : issuers_) {
      if (std::find(before.begin(), before.end(), next) != before.end()) continue;
      const Exact way = offer(from, next) * worth(next, goal, before);
      if (way > best) best = way;
    }
    return best;
  }
  /// All that the member has, at a price of each.
  [[nodiscard]] Exact value_at(const std::map<MerchantId, Exact>& prices) const {
    Exact sum(0);
    for (const auto& [issuer, price] : prices)
      sum += price * available(issuer);
    return sum;
  }

  std::vector<MerchantId> issuers_;
  std::map<MerchantId, std::int64_t> prices_;
};

/// Of the last receipt's lines of a kind.
std::int64_t sum(const std::vector<std::int64_t>& points) {
  return std::accumulate(points.begin(), points.end(), std::int64_t{0});
}

bool is_expected(Outcome outcome) {
  return outcome == Outcome::Accepted || outcome == Outcome::BelowMinUnit ||
         outcome == Outcome::InsufficientAvailable;
}

// bid ≤ ask, and an exchange gives credit · ask_B ≤ charge · bid_A (it rounds so). Hence at any
// prices from bid to ask, of each programme's own, what comes is worth at most what went; and who
// takes on the liability is owed at least its ask for it.
RC_GTEST_FIXTURE_PROP(Circles, ByQuotesWhatAMemberHasIsNeverWorthMore, ()) {
  begin_random(*rc::gen::arbitrary<bool>());
  std::map<MerchantId, Exact> bids;
  std::map<MerchantId, Exact> asks;
  for (const MerchantId issuer : issuers_) {
    const auto quotes = state::find_quotes(ledger.view, issuer).value();
    bids[issuer] = Exact(quotes.in_force(now())->bid);
    asks[issuer] = Exact(quotes.in_force(now())->ask);
  }
  for (int step = 0; step < 12; ++step) {
    const Exact before = value_at(bids);
    const Exact before_at_asks = value_at(asks);
    const Outcome outcome = exchange_some();
    RC_ASSERT(is_expected(outcome));
    RC_ASSERT(value_at(bids) <= before);
    RC_ASSERT(value_at(asks) <= before_at_asks);
    if (outcome != Outcome::Accepted) continue;
    RC_ASSERT(receipt.obligations.size() == 1U);
    const Obligation& owed = receipt.obligations.front();
    RC_ASSERT(Exact(owed.amount.value()) == bids[owed.debtor] * sum(lines(LineKind::ExchangedOut)));
    RC_ASSERT(Exact(owed.amount.value()) >=
              asks[owed.creditor] * sum(lines(LineKind::ExchangedIn)));
  }
}

// With rates between pairs there may be no such prices to be read off. But let w(P) be the best
// product of offers on any way from P to S, w(S) = 1. No circle gains (RATE_CYCLE), so the best way
// has none in it and w(A) ≥ rate · w(B) for each offer. An exchange gives credit ≤ charge · rate,
// so w(B) · credit ≤ w(A) · charge: the sum of w · points never rises, and with it what can ever be
// had of S. For each S; the fee comes off as well, w(A) · fee.
RC_GTEST_FIXTURE_PROP(Circles, WithRatesNobodyEverGetsMoreOfAnyProgramme, ()) {
  begin_random(*rc::gen::arbitrary<bool>());
  publish_rates();
  std::map<MerchantId, std::map<MerchantId, Exact>> worth_in;
  for (const MerchantId goal : issuers_)
    for (const MerchantId issuer : issuers_)
      worth_in[goal][issuer] = worth(issuer, goal, {});
  for (int step = 0; step < 12; ++step) {
    std::map<MerchantId, Exact> before;
    for (const MerchantId goal : issuers_)
      before[goal] = value_at(worth_in[goal]);
    const Outcome outcome = exchange_some();
    RC_ASSERT(is_expected(outcome));
    const bool moved = outcome == Outcome::Accepted;
    for (const MerchantId goal : issuers_) {
      const Exact fee =
          moved ? worth_in[goal][receipt.obligations.front().debtor] * sum(lines(LineKind::Fee))
                : Exact(0);
      RC_ASSERT(value_at(worth_in[goal]) + fee <= before[goal]);
      RC_ASSERT(Exact(available(goal)) <= before[goal]);
    }
  }
}

}  // namespace
}  // namespace tally::execution
