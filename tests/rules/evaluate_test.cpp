// What a purchase earns by the base rule.
#include <tally/rules/evaluate.h>

#include "support/builders.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace tally::rules {
namespace {

using test::money;
using test::points;

Programme a_rule(std::int64_t award, std::int64_t per, bool counts_tax = false) {
  Programme programme = test::a_programme();
  programme.base = {.points = points(award), .per = money(per), .counts_tax = counts_tax};
  return programme;
}

Earn a_purchase(std::int64_t total, std::int64_t tax = 0, std::int64_t excluded = 0) {
  return std::get<Earn>(test::an_earn().total(total).tax(tax).excluded(excluded).build().action);
}

std::optional<std::int64_t> award(const Programme& programme, const Earn& earn,
                                  std::int64_t paid = 0) {
  const auto lines = evaluate_earn(programme, earn, money(paid));
  if (!lines.has_value()) return std::nullopt;
  EXPECT_EQ(lines->size(), 1U);
  EXPECT_EQ(lines->at(0).source, "base");
  return lines->at(0).points.value();
}

TEST(Evaluate, RoundsOnceForTheOrderDown_A03) {
  EXPECT_EQ(award(a_rule(1, 100), a_purchase(3 * 460)), 13);
}

TEST(Evaluate, CountsWhatIsLeftOfTheTotal_A04_A20) {
  EXPECT_EQ(eligible_amount(a_rule(1, 100), a_purchase(12'000, 2'000, 3'000), money(1'000)),
            money(6'000));
  EXPECT_EQ(award(a_rule(1, 100), a_purchase(12'000, 2'000, 3'000), 1'000), 60);
}

TEST(Evaluate, LeavesTheTaxInWhereTheProgrammeCountsIt) {
  EXPECT_EQ(award(a_rule(1, 100, true), a_purchase(12'000, 2'000, 3'000), 1'000), 80);
}

TEST(Evaluate, IsNeverBelowZero) {
  EXPECT_EQ(award(a_rule(1, 100), a_purchase(1'000, 500, 600), 700), 0);
}

TEST(Evaluate, AnswersZeroForAPurchaseOfZero_A18) {
  EXPECT_EQ(award(a_rule(1, 100), a_purchase(0)), 0);
  EXPECT_EQ(award(a_rule(0, 100), a_purchase(1'000)), 0);
}

TEST(Evaluate, StopsAt2To53_A21) {
  EXPECT_EQ(award(a_rule(3, 1), a_purchase(3'002'399'751'580'330)), 9'007'199'254'740'990);
  EXPECT_EQ(award(a_rule(3, 1), a_purchase(3'002'399'751'580'331)), std::nullopt);
}

TEST(Evaluate, DoesNotWrapPast63Bits_A17) {
  EXPECT_EQ(award(a_rule(kPointsMax, 1), a_purchase(kPointsMax)), std::nullopt);
}

RC_GTEST_PROP(EvaluateProperty, IsTheQuotientRoundedDown, ()) {
  const auto amount = *rc::gen::inRange<std::int64_t>(0, 1'000'000'000);
  const auto rate = *rc::gen::inRange<std::int64_t>(0, 1'000);
  const auto per = *rc::gen::inRange<std::int64_t>(1, 100'000);
  RC_ASSERT(award(a_rule(rate, per), a_purchase(amount)) == amount * rate / per);
}

}  // namespace
}  // namespace tally::rules
