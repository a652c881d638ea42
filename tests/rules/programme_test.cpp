// What a programme must be.
#include <tally/rules/programme.h>

#include "support/builders.h"

#include <functional>

#include <gtest/gtest.h>

namespace tally::rules {
namespace {

using test::money;
using test::points;

TEST(Programme, PassesAsTestsPublishIt) {
  EXPECT_TRUE(check_programme(test::a_programme()).ok());
}

TEST(Programme, IsRefusedWithTheNameOfTheRule) {
  const std::pair<const char*, std::function<void(Programme&)>> faults[] = {
      {"base.per", [](Programme& p) { p.base.per = Money(); }},
      {"expiry.months", [](Programme& p) { p.expiry.months = 0; }},
      {"expiry.months", [](Programme& p) { p.expiry.months = 1'201; }},
      {"expiry", [](Programme& p) { p.expiry.kind = ExpiryKind::Never; }},
      {"redeem.price_points", [](Programme& p) { p.redeem.price_points = Points(); }},
      {"redeem.price_money", [](Programme& p) { p.redeem.price_money = Money(); }},
      {"redeem.step", [](Programme& p) { p.redeem.step = Points(); }},
      {"redeem.max_percent", [](Programme& p) { p.redeem.max_percent = 0; }},
      {"redeem.max_percent", [](Programme& p) { p.redeem.max_percent = 101; }},
      {"transfer.fee_basis_points", [](Programme& p) { p.transfer.fee_basis_points = 10'001; }},
      {"offline_window",
       [](Programme& p) { p.offline_window = Duration(401 * kDay.milliseconds()); }},
      {"utc_offsets", [](Programme& p) { p.utc_offsets.push_back(p.utc_offsets.back()); }},
      {"utc_offsets", [](Programme& p) { p.utc_offsets[0].minutes = 1'441; }},
      {"utc_offsets", [](Programme& p) { p.utc_offsets.resize(65); }}};
  for (const auto& [rule, damage] : faults) {
    Programme programme = test::a_programme();
    damage(programme);

    const Result<void> checked = check_programme(programme);

    ASSERT_FALSE(checked.ok()) << rule;
    EXPECT_EQ(checked.error().message.find(rule), 0U) << checked.error().message;
  }
}

}  // namespace
}  // namespace tally::rules
