// Vectors S02, S03, S04, S07 and S10 of the page on loyalty, and what holds for any cycle.
#include <tally/exchange/netting.h>

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include <map>
#include <numeric>

namespace tally::exchange {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr MerchantId kA(1);
constexpr MerchantId kB(2);
constexpr MerchantId kC(3);
constexpr MerchantId kD(4);
constexpr std::uint8_t kCents = 2;

Owed owes(MerchantId debtor, MerchantId creditor, std::int64_t micro_units) {
  return {debtor, creditor, MicroUnits::from(micro_units).value()};
}
Owed owes_units(MerchantId debtor, MerchantId creditor, std::int64_t units) {
  return owes(debtor, creditor, units * 1'000'000);
}

TEST(Netting, S02NetsAllThatThreeMerchantsOweEachOther) {
  const std::vector<Owed> owed = {owes_units(kA, kB, 1'000), owes_units(kB, kA, 400),
                                  owes_units(kB, kC, 350),   owes_units(kC, kA, 500),
                                  owes_units(kA, kC, 200),   owes_units(kC, kB, 50)};
  std::int64_t gross = 0;
  for (const Owed& entry : owed)
    gross += entry.amount.value();
  EXPECT_EQ(gross, 2'500'000'000);

  const Balances balances = balance_pairs(owed, kCents).value();

  EXPECT_THAT(balances.dues,
              ElementsAre(Due{kA, kB, 60'000}, Due{kC, kA, 30'000}, Due{kB, kC, 30'000}));
  EXPECT_THAT(balances.carry, IsEmpty());
  const std::vector<Net> all = nets(balances.dues);
  EXPECT_THAT(all, ElementsAre(Net{kA, -30'000}, Net{kB, 30'000}, Net{kC, 0}));
  EXPECT_THAT(payments(all), ElementsAre(Due{kA, kB, 30'000}));
}

TEST(Netting, S03CarriesWhatIsLessThanAMinorUnit) {
  const Balances balances = balance_pairs(std::vector{owes(kA, kB, 1'234'567'891)}, kCents).value();

  EXPECT_THAT(balances.dues, ElementsAre(Due{kA, kB, 123'456}));
  EXPECT_THAT(balances.carry, ElementsAre(owes(kA, kB, 7'891)));
}

TEST(Netting, CarriesTheOtherWayWhereItIsOwedTheOtherWay) {
  const Balances balances =
      balance_pairs(std::vector{owes(kA, kB, 5'000), owes(kB, kA, 29'999)}, kCents).value();

  EXPECT_THAT(balances.dues, ElementsAre(Due{kB, kA, 2}));
  EXPECT_THAT(balances.carry, ElementsAre(owes(kB, kA, 4'999)));
}

TEST(Netting, TakesANegativeAmountForOneThatIsOwedTheOtherWay) {
  const Balances balances =
      balance_pairs(std::vector{owes(kA, kB, 10'000), owes(kA, kB, -30'000)}, kCents).value();

  EXPECT_THAT(balances.dues, ElementsAre(Due{kB, kA, 2}));
}

TEST(Netting, CountsInTheMinorUnitsThatTheCurrencyHas) {
  const std::vector<Owed> owed = {owes(kA, kB, 1'234'567'891)};

  EXPECT_THAT(balance_pairs(owed, 0)->dues, ElementsAre(Due{kA, kB, 1'234}));
  EXPECT_THAT(balance_pairs(owed, 3)->dues, ElementsAre(Due{kA, kB, 1'234'567}));
}

TEST(Netting, RefusesASumThatPassesItsRange) {
  constexpr std::int64_t kMost = (std::int64_t{1} << 62) - 1;

  EXPECT_EQ(balance_pairs(std::vector{owes(kA, kB, kMost), owes(kA, kB, 1)}, kCents), std::nullopt);
  EXPECT_NE(balance_pairs(std::vector{owes(kA, kB, kMost), owes(kB, kA, 1)}, kCents), std::nullopt);
}

// With an exponent of 6 a minor unit is a micro-unit: a creditor of many could pass all integers.
TEST(Netting, RefusesDuesThatTogetherPassWhatANetHolds) {
  constexpr std::int64_t kMost = (std::int64_t{1} << 62) - 1;
  const std::vector<Owed> two = {owes(kA, kD, kMost), owes(kB, kD, kMost)};
  std::vector<Owed> three = two;
  three.push_back(owes(kC, kD, 2));

  ASSERT_NE(balance_pairs(two, 6), std::nullopt);
  EXPECT_EQ(nets(balance_pairs(two, 6)->dues).back(), (Net{kD, 2 * kMost}));
  EXPECT_EQ(balance_pairs(three, 6), std::nullopt);
}

TEST(Netting, S04LetsTheLargestDebtorPayTheLargestCreditor) {
  EXPECT_THAT(payments(std::vector<Net>{{kA, -500}, {kB, -200}, {kC, 400}, {kD, 300}}),
              ElementsAre(Due{kA, kC, 400}, Due{kB, kD, 200}, Due{kA, kD, 100}));
}

TEST(Netting, GivesTiesToTheLowerMerchant) {
  EXPECT_THAT(payments(std::vector<Net>{{kD, 50}, {kC, 50}, {kB, -50}, {kA, -50}}),
              ElementsAre(Due{kA, kC, 50}, Due{kB, kD, 50}));
}

TEST(Netting, S10SplitsACollateralByLargestRemainder) {
  EXPECT_THAT(split_by_largest_remainder(10'000, std::vector<std::int64_t>{6'000, 9'001}),
              ElementsAre(4'000, 6'000));
}

TEST(Netting, DrawsNoMoreThanIsOwed) {
  EXPECT_THAT(split_by_largest_remainder(10'000, std::vector<std::int64_t>{60, 0, 1}),
              ElementsAre(60, 0, 1));
  EXPECT_THAT(split_by_largest_remainder(0, std::vector<std::int64_t>{60, 1}), ElementsAre(0, 0));
  EXPECT_THAT(split_by_largest_remainder(5, std::vector<std::int64_t>{}), IsEmpty());
}

rc::Gen<std::vector<Owed>> any_cycle() {
  const auto entry = rc::gen::apply(
      [](std::uint16_t debtor, std::uint16_t step, std::int64_t amount) {
        const auto creditor = static_cast<std::uint16_t>((debtor + step) % 16);
        return owes(MerchantId(debtor), MerchantId(creditor), amount);
      },
      rc::gen::inRange<std::uint16_t>(0, 16), rc::gen::inRange<std::uint16_t>(1, 16),
      rc::gen::inRange<std::int64_t>(-1'000'000'000'000, 1'000'000'000'000));
  return rc::gen::container<std::vector<Owed>>(entry);
}

RC_GTEST_PROP(Netting, S07NetsSumToNothingAndFewPaymentsSettleThem, ()) {
  const std::vector<Net> all = nets(balance_pairs(*any_cycle(), kCents)->dues);
  std::map<MerchantId, std::int64_t> left;
  std::int64_t sum = 0;
  for (const Net& net : all) {
    left[net.merchant] = net.minor_units;
    sum += net.minor_units;
  }
  RC_ASSERT(sum == 0);

  const std::vector<Due> paid = payments(all);

  RC_ASSERT(paid.size() + 1 <= std::max<std::size_t>(all.size(), 1));
  for (const Due& payment : paid) {
    RC_ASSERT(payment.minor_units > 0);
    left[payment.debtor] += payment.minor_units;
    left[payment.creditor] -= payment.minor_units;
  }
  for (const auto& [merchant, rest] : left)
    RC_ASSERT(rest == 0);
}

/// Of one cycle after another: what is owed and what was carried into it.
TEST(Netting, LosesNothingInTheCarryOverTenThousandCycles) {
  std::uint64_t random = 88'172'645'463'325'252ULL;  // xorshift64, the same in each run
  const auto next = [&random](std::uint64_t below) {
    random ^= random << 13U;
    random ^= random >> 7U;
    random ^= random << 17U;
    return static_cast<std::int64_t>(random % below);
  };
  std::map<MerchantId, std::int64_t> owed_to;  // micro-units, less what the merchant owes
  std::map<MerchantId, std::int64_t> paid_to;
  std::vector<Owed> carry;
  for (int cycle = 0; cycle < 10'000; ++cycle) {
    std::vector<Owed> owed = carry;
    for (int i = 0; i < 6; ++i) {
      const auto debtor = static_cast<std::uint16_t>(next(5));
      const auto creditor = static_cast<std::uint16_t>((debtor + 1 + next(4)) % 5);
      owed.push_back(owes(MerchantId(debtor), MerchantId(creditor), next(3'000'000) - 200'000));
      owed_to[owed.back().creditor] += owed.back().amount.value();
      owed_to[owed.back().debtor] -= owed.back().amount.value();
    }
    const Balances balances = balance_pairs(owed, kCents).value();
    for (const Due& payment : payments(nets(balances.dues))) {
      paid_to[payment.creditor] += payment.minor_units * 10'000;
      paid_to[payment.debtor] -= payment.minor_units * 10'000;
    }
    carry = balances.carry;
    for (const Owed& rest : carry)
      ASSERT_LT(rest.amount.value(), 10'000);
  }
  for (const Owed& rest : carry) {
    paid_to[rest.creditor] += rest.amount.value();
    paid_to[rest.debtor] -= rest.amount.value();
  }
  EXPECT_EQ(paid_to, owed_to);
}

}  // namespace
}  // namespace tally::exchange
