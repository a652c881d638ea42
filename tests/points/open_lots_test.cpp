// Opening lots: points of an old system come with their dates, each ref once.
#include "points/corrections_fixture.h"

namespace tally::points {
namespace {

using test::an_open_lots;
using test::kStart;
using test::member;
using test::points;

class Opening : public CorrectionsFixture {
 protected:
  Opening() {
    enrol(1);
    enrol(2);
  }
  static OpeningLot lot(std::uint64_t n, std::int64_t amount, std::string ref) {
    return {member(n), points(amount), kStart.minus(days(100)), kStart.plus(days(50)),
            std::move(ref)};
  }
  Outcome open(const test::OpenLotsBuilder& builder) { return run<OpenLots>(by_two(builder)); }
};

TEST_F(Opening, KeepsTheDatesOfTheLots) {
  ASSERT_EQ(open(an_open_lots().lot(lot(1, 70, "old:1")).lot(lot(1, 30, "old:2"))),
            Outcome::Accepted);

  ASSERT_EQ(lots(1).size(), 2U);
  EXPECT_EQ(lots(1)[0].earned_at, kStart.minus(days(100)));
  EXPECT_EQ(lots(1)[0].available_at, kStart);
  EXPECT_EQ(lots(1)[0].expires_at, kStart.plus(days(50)));
  EXPECT_EQ(lots(1)[0].original, points(70));
  EXPECT_EQ(available(1), 100);
  EXPECT_EQ(totals().issued, points(100));
  EXPECT_EQ(head(1).standing.purchases, 0U);
}

TEST_F(Opening, ServesSeveralMembersAndNoDate) {
  OpeningLot never = lot(2, 5, "old:2");
  never.expires_at = Timestamp::never();

  ASSERT_EQ(open(an_open_lots().lot(lot(1, 70, "old:1")).lot(never)), Outcome::Accepted);

  EXPECT_EQ(available(1), 70);
  EXPECT_EQ(lots(2)[0].expires_at, Timestamp::never());
}

TEST_F(Opening, SettlesDebtFirst) {
  owe(1, 80);

  ASSERT_EQ(open(an_open_lots().lot(lot(1, 70, "old:1")).lot(lot(1, 30, "old:2"))),
            Outcome::Accepted);

  EXPECT_EQ(debt(1), 0);
  EXPECT_EQ(available(1), 20);
}

TEST_F(Opening, OpensEachRefOnce) {
  ASSERT_EQ(open(an_open_lots().lot(lot(1, 70, "old:1"))), Outcome::Accepted);

  EXPECT_EQ(open(an_open_lots().lot(lot(2, 1, "new:1")).lot(lot(2, 70, "old:1"))),
            Outcome::DuplicateRef);
  EXPECT_EQ(available(2), 0);
}

TEST_F(Opening, TakesNoDateOfTheFutureOrThePast) {
  OpeningLot ahead = lot(1, 1, "a");
  ahead.earned_at = kStart.plus(Duration(1));
  OpeningLot over = lot(1, 1, "a");
  over.expires_at = kStart;

  EXPECT_EQ(open(an_open_lots().lot(ahead)), Outcome::EventInFuture);
  EXPECT_EQ(open(an_open_lots().lot(over)), Outcome::TooLate);
  ahead.earned_at = kStart;
  EXPECT_EQ(open(an_open_lots().lot(ahead)), Outcome::Accepted);
}

TEST_F(Opening, WantsTwoOperatorsAndMembers) {
  EXPECT_EQ(run<OpenLots>(an_open_lots().lot(lot(1, 1, "a")).build()), Outcome::ApprovalsMissing);
  EXPECT_EQ(open(an_open_lots().lot(lot(9, 1, "a"))), Outcome::UnknownMember);
  set_state(2, state::AccountState::Closed);
  EXPECT_EQ(open(an_open_lots().lot(lot(2, 1, "a"))), Outcome::MemberClosed);
}

TEST_F(Opening, RefusesMoreThanPointsCanBe) {
  EXPECT_EQ(open(an_open_lots().lot(lot(1, kPointsMax, "a")).lot(lot(2, 1, "b"))),
            Outcome::AmountOverflow);
  EXPECT_EQ(available(1), 0);
  EXPECT_EQ(open(an_open_lots().lot(lot(2, 1, "b"))), Outcome::Accepted) << "its ref is free";
}

}  // namespace
}  // namespace tally::points
