// Very many lots expire at one instant: each block runs K entries, and it comes out right.
#include <tally/base/limits.h>

#include "support/redemption_builders.h"
#include "support/test_ledger.h"
#include "support/year_end.h"

#include <gtest/gtest.h>

namespace tally::execution {
namespace {

using test::kCafe;
using test::kYearEnd;
using test::TestLedger;

class YearEnd : public testing::Test {
 protected:
  YearEnd() : ledger_(test::year_end_programme()) {}

  /// Members 1 … `members`, with 100 points each.
  void enrol(std::uint64_t members) {
    constexpr std::uint64_t kInBlock = 5'000;
    for (std::uint64_t first = 1; first <= members; first += kInBlock) {
      std::vector<Transaction> enrolments;
      for (std::uint64_t n = first; n < first + kInBlock && n <= members; ++n)
        enrolments.push_back(test::year_end_enrolment(n, ledger_.next_time()));
      ledger_.run_block({{&ledger_.operator_of(kCafe), enrolments}});
    }
  }
  state::Totals totals() const { return state::totals(ledger_.view, kCafe).value(); }

  TestLedger ledger_;
};

TEST_F(YearEnd, RunsAtMostKEntriesABlockUntilAllAreDone) {
  constexpr std::uint64_t kMembers = 2'500;
  enrol(kMembers);
  ASSERT_EQ(totals().available, test::points(kMembers * 100));
  ledger_.at(kYearEnd.minus(Duration(1))).run_block({});
  ASSERT_EQ(totals().expired, Points());

  ledger_.at(kYearEnd);
  std::vector<std::size_t> entries;
  while (!totals().available.is_zero() && entries.size() < 10)
    entries.push_back(ledger_.run_block({}).size());

  const std::size_t most = limits::kDueEntriesInBlock;
  EXPECT_EQ(entries, (std::vector<std::size_t>{most, most, kMembers - 2 * most}));
  EXPECT_EQ(totals().expired, test::points(kMembers * 100));
  EXPECT_EQ(totals().issued, test::points(kMembers * 100));
  for (std::uint64_t n = 1; n <= kMembers; ++n) {
    ASSERT_EQ(ledger_.available(n), 0) << n;
    ASSERT_TRUE(ledger_.lots(n).empty()) << n;
  }
}

TEST_F(YearEnd, LetsNobodySpendWhatWaitsForItsEntry) {
  enrol(100);
  ledger_.limits.own_entries = 1;
  std::vector<Transaction> redemptions;
  for (std::uint64_t n = 1; n <= 20; ++n)
    redemptions.push_back(
        test::a_redeem().of(test::member(n)).request(n).valid_until(kYearEnd.plus(kHour)).build());

  const auto receipts =
      ledger_.at(kYearEnd).run_block({{&ledger_.operator_of(kCafe), redemptions}});

  std::size_t refused = 0;
  for (const Receipt& receipt : receipts)
    if (receipt.outcome == Outcome::InsufficientAvailable) ++refused;
  EXPECT_EQ(refused, redemptions.size());
  EXPECT_GE(receipts.size(), 39U) << "each redemption's own entry ran before it";
}

}  // namespace
}  // namespace tally::execution
