// Adjust in bulk: all or nothing, by two operators, with the totals of the dry run.
#include "points/corrections_fixture.h"

#include <gmock/gmock.h>

namespace tally::points {
namespace {

using test::an_adjust_bulk;
using test::member;
using test::points;
using testing::ElementsAre;

class AdjustingInBulk : public CorrectionsFixture {
 protected:
  AdjustingInBulk() {
    enrol(1, {{.amount = 100}});
    enrol(2, {{.amount = 50}});
    enrol(3);
  }
  Outcome adjust(const test::AdjustBulkBuilder& builder) {
    return run<AdjustBulk>(by_two(builder));
  }
};

TEST_F(AdjustingInBulk, GivesToAll) {
  ASSERT_EQ(adjust(an_adjust_bulk().with(member(1), 10).with(member(3), 20)), Outcome::Accepted);

  EXPECT_EQ(available(1), 110);
  EXPECT_EQ(available(3), 20);
  EXPECT_THAT(lines(LineKind::AdjustedUp), testing::UnorderedElementsAre(10, 20));
  EXPECT_NE(lots(3)[0].id, LotId{});
}

TEST_F(AdjustingInBulk, TakesFromAllOrNone) {
  const auto take = [&](std::int64_t of_second) {
    return an_adjust_bulk()
        .direction(AdjustDirection::Debit)
        .with(member(1), 60)
        .with(member(2), of_second);
  };

  EXPECT_EQ(adjust(take(51)), Outcome::InsufficientAvailable);
  EXPECT_EQ(available(1), 100);
  EXPECT_EQ(adjust(take(50)), Outcome::Accepted);
  EXPECT_EQ(available(1), 40);
  EXPECT_EQ(available(2), 0);
}

TEST_F(AdjustingInBulk, WantsTwoOperators) {
  EXPECT_EQ(run<AdjustBulk>(an_adjust_bulk().with(member(1), 1).build()),
            Outcome::ApprovalsMissing);
}

TEST_F(AdjustingInBulk, GivesTheTotalsOfItsDryRunOrNothing) {
  owe(3, 15);
  const auto give = [&] { return an_adjust_bulk().with(member(1), 10).with(member(3), 20); };

  EXPECT_EQ(adjust(give().settled(14)), Outcome::TotalsDiffer);
  EXPECT_EQ(adjust(give().settled(15).moved(29)), Outcome::TotalsDiffer);
  EXPECT_EQ(debt(3), 15);
  EXPECT_EQ(adjust(give().settled(15)), Outcome::Accepted);
  EXPECT_EQ(debt(3), 0);
  EXPECT_EQ(available(3), 5);
}

TEST_F(AdjustingInBulk, SettlesNothingByTaking) {
  EXPECT_EQ(
      adjust(an_adjust_bulk().direction(AdjustDirection::Debit).with(member(1), 10).settled(1)),
      Outcome::TotalsDiffer);
}

TEST_F(AdjustingInBulk, RefusesOneWhomItDoesNotKnow) {
  EXPECT_EQ(adjust(an_adjust_bulk().with(member(1), 1).with(member(9), 1)), Outcome::UnknownMember);
  set_state(3, state::AccountState::Closed);
  EXPECT_EQ(adjust(an_adjust_bulk().with(member(1), 1).with(member(3), 1)), Outcome::MemberClosed);
  EXPECT_EQ(available(1), 100);
}

TEST_F(AdjustingInBulk, TakesFromAsManyLotsTogetherAsOneTransactionMay) {
  enrol(4, std::vector<LotSpec>(4'000, LotSpec{.amount = 1}));
  enrol(5, std::vector<LotSpec>(97, LotSpec{.amount = 1}));
  const auto take = [&](std::int64_t of_last) {
    return an_adjust_bulk()
        .direction(AdjustDirection::Debit)
        .with(member(4), 4'000)
        .with(member(5), of_last);
  };

  EXPECT_EQ(adjust(take(97)), Outcome::InsufficientAvailable);
  EXPECT_EQ(adjust(take(96)), Outcome::Accepted);
}

TEST_F(AdjustingInBulk, RefusesMoreThanPointsCanBe) {
  EXPECT_EQ(adjust(an_adjust_bulk().with(member(1), kPointsMax - 200).with(member(3), 51)),
            Outcome::AmountOverflow);
  EXPECT_EQ(available(1), 100);
}

TEST_F(AdjustingInBulk, WaitsForABlockWithRoom) {
  block_is_full = true;

  EXPECT_EQ(adjust(an_adjust_bulk().with(member(1), 1)), Outcome::BlockFull);
}

}  // namespace
}  // namespace tally::points
