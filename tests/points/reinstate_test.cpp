// Reinstate: what expired within the window lives again, once.
#include "points/corrections_fixture.h"

#include <gmock/gmock.h>

namespace tally::points {
namespace {

using test::a_reinstate;
using test::points;
using test::utc;
using testing::ElementsAre;

class Reinstating : public CorrectionsFixture {
 protected:
  Reinstating() {
    programme_.utc_offsets = {};
    programme_.expiry.reinstate = {10, 7};
    publish(test::kCafe, programme_);
    now = utc(2025, 12, 1);
  }
  /// To the day on which they ask.
  void expire_all(const std::vector<LotSpec>& specs) {
    enrol(1, specs);
    pass_to(utc(2026, 1, 15));
  }
  Outcome reinstate() { return run<Reinstate>(a_reinstate().build()); }

  Programme programme_ = test::a_programme();
};

TEST_F(Reinstating, BringsBackWhatExpiredWithinTheWindow_L09) {
  expire_all({{10, utc(2026, 1, 4)},
              {20, utc(2026, 1, 5).minus(Duration(1))},
              {30, utc(2026, 1, 5)},
              {40, utc(2026, 1, 15)}});
  ASSERT_EQ(available(1), 0);

  ASSERT_EQ(reinstate(), Outcome::Accepted);

  EXPECT_THAT(lines(LineKind::Reinstated), ElementsAre(30, 40));
  EXPECT_EQ(available(1), 70);
  for (const state::Lot& lot : lots(1)) {
    EXPECT_EQ(lot.expires_at, utc(2026, 1, 22)) << "seven days from block time";
    EXPECT_TRUE(lot.late_date);
  }
  EXPECT_EQ(totals().expired, points(30));
}

TEST_F(Reinstating, BringsNothingBackTwice) {
  expire_all({{30, utc(2026, 1, 5)}});
  ASSERT_EQ(reinstate(), Outcome::Accepted);
  EXPECT_EQ(reinstate(), Outcome::TooLate);

  pass_to(utc(2026, 1, 22));

  EXPECT_EQ(available(1), 0);
  EXPECT_EQ(reinstate(), Outcome::TooLate) << "its date was moved once";
}

TEST_F(Reinstating, SettlesDebtFirst) {
  expire_all({{30, utc(2026, 1, 5)}});
  owe(1, 10);

  ASSERT_EQ(reinstate(), Outcome::Accepted);

  EXPECT_EQ(debt(1), 0);
  EXPECT_EQ(available(1), 20);
}

TEST_F(Reinstating, IsTheProgrammesChoice) {
  expire_all({{30, utc(2026, 1, 5)}});
  programme_.expiry.reinstate = {};
  publish(test::kCafe, programme_);

  EXPECT_EQ(reinstate(), Outcome::NotEnabled);
}

TEST_F(Reinstating, RemembersNothingWhereTheProgrammeDoesNot) {
  programme_.expiry.reinstate = {};
  publish(test::kCafe, programme_);
  expire_all({{30, utc(2026, 1, 5)}});

  EXPECT_TRUE(state::Account::load(view, account_id(1)).value()->all_expired().value().empty());
}

TEST_F(Reinstating, ForgetsWhatIsOlderThanTheWindow) {
  expire_all({{30, utc(2026, 1, 1)}, {40, utc(2026, 1, 15)}});

  const auto expired = state::Account::load(view, account_id(1)).value()->all_expired().value();

  ASSERT_EQ(expired.size(), 1U);
  EXPECT_EQ(expired[0].remaining, points(40));
}

TEST_F(Reinstating, RefusesMembersItDoesNotKnow) {
  EXPECT_EQ(reinstate(), Outcome::UnknownMember);
  enrol(1);
  EXPECT_EQ(reinstate(), Outcome::TooLate);
  set_state(1, state::AccountState::Closed);
  EXPECT_EQ(reinstate(), Outcome::MemberClosed);
}

}  // namespace
}  // namespace tally::points
