// What falls due: lots leave at their own instant, with a receipt.
#include "points/points_fixture.h"

namespace tally::points {
namespace {

class Due : public PointsFixture {
 protected:
  std::optional<Receipt> run_due(Timestamp at, std::uint64_t n = 1) {
    StateDelta delta(view);
    const Position place{Height(2), index++};
    state::RuleBook rules(rule_cost_max);
    auto due = run_first_due(account_id(n), at, place, rules, delta).value();
    EXPECT_TRUE(check_invariants(delta).ok());
    view.commit(delta, Height(1));
    return due;
  }
};

TEST_F(Due, RunsNothingBeforeTheInstantAndEverythingAtIt) {
  enrol(1, {{10, Timestamp(5'000)}, {20, Timestamp(5'000)}, {30, Timestamp(6'000)}});

  EXPECT_EQ(run_due(Timestamp(4'999)), std::nullopt);
  const auto due = run_due(Timestamp(5'000));

  ASSERT_TRUE(due.has_value());
  EXPECT_EQ(due->kind, ActionKind::Due);
  EXPECT_EQ(due->outcome, Outcome::Accepted);
  EXPECT_TRUE(due->request_key.is_zero());
  EXPECT_TRUE(due->request_digest.is_zero());
  ASSERT_EQ(due->lines.size(), 2U);
  EXPECT_EQ(due->lines[0].kind, LineKind::Expired);
  EXPECT_EQ(due->lines[1].points, test::points(20));
  EXPECT_EQ(due->previous.size(), 1U);
  EXPECT_EQ(available(1), 30);
  EXPECT_EQ(head(1).earliest_deadline, Timestamp(6'000));
  EXPECT_EQ(head(1).last_receipt, due->position);
  EXPECT_EQ(totals().expired, test::points(30));
}

TEST_F(Due, RunsOneInstantAtATime) {
  enrol(1, {{10, Timestamp(5'000)}, {30, Timestamp(6'000)}});

  EXPECT_EQ(run_due(Timestamp(9'000))->lines[0].points, test::points(10));
  EXPECT_EQ(run_due(Timestamp(9'000))->lines[0].points, test::points(30));
  EXPECT_EQ(run_due(Timestamp(9'000)), std::nullopt);
  EXPECT_TRUE(lots(1).empty());
}

TEST_F(Due, RunsNothingOnAnAccountThatIsNotThere) {
  EXPECT_EQ(run_due(Timestamp::never().minus(Duration(1)), 9), std::nullopt);
}

TEST_F(Due, LeavesTheRestOfAVeryLongListDueAtTheSameInstant) {
  enrol(1, std::vector<LotSpec>(4'100, LotSpec{1, Timestamp(5'000)}));

  EXPECT_EQ(run_due(Timestamp(5'000))->lines.size(), 4'096U);
  EXPECT_EQ(head(1).earliest_deadline, Timestamp(5'000));
  EXPECT_EQ(run_due(Timestamp(5'000))->lines.size(), 4U);
  EXPECT_EQ(run_due(Timestamp(5'000)), std::nullopt);
}

}  // namespace
}  // namespace tally::points
