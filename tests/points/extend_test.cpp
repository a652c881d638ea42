// Extend: one lot gets a later date.
#include "points/corrections_fixture.h"

namespace tally::points {
namespace {

using test::an_extend;
using test::utc;

class Extending : public CorrectionsFixture {
 protected:
  Extending() {
    Programme programme = test::a_programme();
    programme.utc_offsets = {};
    publish(test::kCafe, programme);
    now = utc(2026, 1, 1);
    // Its last day is 30 June 2026.
    enrol(1, {{.amount = 100, .expires_at = utc(2026, 7, 1)}, {.amount = 5}});
    enrol(2);
  }
  Outcome extend(test::ExtendBuilder builder) { return run<Extend>(builder.build()); }
  test::ExtendBuilder first_lot() { return an_extend().lot(lots(1)[0].id); }
};

TEST_F(Extending, MovesTheLastDayByMonths_L08) {
  ASSERT_EQ(extend(first_lot().by_months(6)), Outcome::Accepted);

  EXPECT_EQ(lots(1)[0].expires_at, utc(2026, 12, 31)) << "last day 30 December";
  ASSERT_EQ(receipt.lines.size(), 1U);
  EXPECT_EQ(receipt.lines[0].kind, LineKind::Extended);
  EXPECT_EQ(receipt.lines[0].expires_at, utc(2026, 12, 31));
  EXPECT_EQ(available(1), 105);
  EXPECT_EQ(head(1).deadlines.own, utc(2026, 12, 31));
}

TEST_F(Extending, RoundsTheDate_L08) {
  ASSERT_EQ(extend(first_lot().by_months(6).round(MonthRounding::EndOfMonth)), Outcome::Accepted);

  EXPECT_EQ(lots(1)[0].expires_at, utc(2027, 1, 1)) << "last day 31 December";
}

TEST_F(Extending, KeepsWhatTheLotIs) {
  const state::Lot before = lots(1)[0];
  ASSERT_EQ(extend(first_lot()), Outcome::Accepted);

  state::Lot after = lots(1)[0];
  EXPECT_FALSE(after.late_date) << "grace and reinstatement can still come";
  after.expires_at = before.expires_at;
  EXPECT_EQ(after, before);
}

TEST_F(Extending, FindsTheMembersLotsAlone) {
  EXPECT_EQ(extend(an_extend().lot(LotId{Position{Height(1), 99}, 0})), Outcome::UnknownLot);
  EXPECT_EQ(extend(first_lot().of(test::member(2))), Outcome::UnknownLot);
  EXPECT_EQ(extend(first_lot().of(test::member(9))), Outcome::UnknownMember);
}

TEST_F(Extending, HasNothingToMoveWithoutADate) {
  EXPECT_EQ(extend(an_extend().lot(lots(1)[1].id)), Outcome::NotEnabled);
}

TEST_F(Extending, LeavesADateThatWasMovedBefore) {
  write([&](StateDelta& delta) {
    auto account = state::Account::load(delta, account_id(1)).value();
    auto taken = account->take_from(lots(1)[0].id, test::points(100)).value();
    taken->lot.late_date = true;
    ASSERT_TRUE(account->add_lot(taken->lot).ok());
    ASSERT_TRUE(account->store(delta).ok());
  });

  EXPECT_EQ(extend(first_lot()), Outcome::TooLate);
}

}  // namespace
}  // namespace tally::points
