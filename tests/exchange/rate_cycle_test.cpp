// Vector X06, and the relaxation against a walk over all cycles.
#include <tally/exchange/rate_cycle.h>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <boost/multiprecision/cpp_int.hpp>

#include <set>
#include <vector>

namespace tally::exchange {
namespace {

Leg leg(std::uint16_t from, std::uint16_t to, std::int64_t of_to, std::int64_t of_from) {
  return {MerchantId(from), MerchantId(to), Rate::from(of_to, of_from).value()};
}

TEST(RateCycle, X06AllowsAProductBelowOneAndRefusesOneAbove) {
  const std::vector<Leg> fair = {leg(1, 2, 2, 3), leg(2, 3, 4, 5), leg(3, 1, 3, 2)};
  const std::vector<Leg> gaining = {leg(1, 2, 2, 3), leg(2, 3, 4, 5), leg(3, 1, 2, 1)};

  EXPECT_FALSE(has_gaining_cycle(fair));
  EXPECT_TRUE(has_gaining_cycle(gaining));
}

TEST(RateCycle, AllowsAProductOfExactlyOne) {
  EXPECT_FALSE(has_gaining_cycle(std::vector{leg(1, 2, 2, 3), leg(2, 1, 3, 2)}));
  EXPECT_FALSE(has_gaining_cycle(std::vector<Leg>{}));
}

TEST(RateCycle, SeesAGainOfOnePartInTenToTheEighteen) {
  // (10^9 − 1)^2 against 10^9 · (10^9 − 2): larger by 1.
  constexpr std::int64_t kMost = 1'000'000'000;
  const std::vector<Leg> gaining = {leg(1, 2, kMost - 1, kMost), leg(2, 1, kMost - 1, kMost - 2)};
  const std::vector<Leg> losing = {leg(2, 1, kMost, kMost - 1), leg(1, 2, kMost - 2, kMost - 1)};

  EXPECT_TRUE(has_gaining_cycle(gaining));
  EXPECT_FALSE(has_gaining_cycle(losing));
}

TEST(RateCycle, FindsACycleThatNothingElseLeadsTo) {
  const std::vector<Leg> legs = {leg(1, 2, 1, 9), leg(8, 9, 2, 1), leg(9, 8, 2, 3)};
  EXPECT_TRUE(has_gaining_cycle(legs));
}

TEST(RateCycle, FindsOneThroughAllSixteenMerchants) {
  std::vector<Leg> legs;
  for (std::uint16_t n = 0; n < 16; ++n)
    legs.push_back(leg(n, static_cast<std::uint16_t>((n + 1) % 16), 999'999'999, 999'999'998));
  EXPECT_TRUE(has_gaining_cycle(legs));
  legs[3] = leg(3, 4, 99, 100);
  EXPECT_FALSE(has_gaining_cycle(legs));
}

using Integer = boost::multiprecision::cpp_int;

/// All simple cycles from `first`, one after another: exponential, and obviously right.
bool gains_by_walking(const std::vector<Leg>& legs, MerchantId first, MerchantId at,
                      std::set<MerchantId> seen, const Integer& above, const Integer& below) {
  for (const Leg& leg : legs) {
    if (leg.from != at) continue;
    const Integer numerator = above * leg.rate.numerator();
    const Integer denominator = below * leg.rate.denominator();
    if (leg.to == first && numerator > denominator) return true;
    if (!seen.insert(leg.to).second) continue;
    if (gains_by_walking(legs, first, leg.to, seen, numerator, denominator)) return true;
    seen.erase(leg.to);
  }
  return false;
}

RC_GTEST_PROP(RateCycle, SaysTheSameAsAWalkOverAllCycles, ()) {
  const auto any_leg = rc::gen::apply(
      [](std::uint16_t from, std::uint16_t step, std::int64_t above, std::int64_t below) {
        return leg(from, static_cast<std::uint16_t>((from + step) % 5), above, below);
      },
      rc::gen::inRange<std::uint16_t>(0, 5), rc::gen::inRange<std::uint16_t>(1, 5),
      rc::gen::inRange<std::int64_t>(1, 12), rc::gen::inRange<std::int64_t>(4, 16));
  const auto legs = *rc::gen::container<std::vector<Leg>>(any_leg);
  bool gains = false;
  for (std::uint16_t n = 0; n < 5; ++n)
    gains = gains || gains_by_walking(legs, MerchantId(n), MerchantId(n), {MerchantId(n)}, 1, 1);

  RC_ASSERT(has_gaining_cycle(legs) == gains);
}

RC_GTEST_PROP(RateCycle, NeverFindsOneWhereQuotesAloneMakeTheRates, ()) {
  std::vector<std::pair<std::int64_t, std::int64_t>> quotes;  // bid, ask
  for (int n = 0; n < 6; ++n) {
    const auto bid = *rc::gen::inRange<std::int64_t>(1, 1'000'000'000);
    quotes.emplace_back(bid, *rc::gen::inRange<std::int64_t>(bid, 1'000'000'001));
  }
  std::vector<Leg> legs;
  for (std::uint16_t from = 0; from < 6; ++from)
    for (std::uint16_t to = 0; to < 6; ++to)
      if (from != to) legs.push_back(leg(from, to, quotes[from].first, quotes[to].second));

  RC_ASSERT(!has_gaining_cycle(legs));
}

}  // namespace
}  // namespace tally::exchange
