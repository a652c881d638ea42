// Adjust: points given and taken with a reason; one operator up to a limit, two beyond it.
#include "points/corrections_fixture.h"

#include <gmock/gmock.h>

namespace tally::points {
namespace {

using test::an_adjust;
using test::points;
using testing::ElementsAre;

class Adjusting : public CorrectionsFixture {
 protected:
  Adjusting() {
    programme_.adjust.alone_per_day = points(1'000);
    publish(test::kCafe, programme_);
    enrol(1, {{.amount = 70, .expires_at = test::kStart.plus(days(10))}, {.amount = 30}});
    enrol(2);
  }
  Outcome adjust(const test::AdjustBuilder& builder) { return run<Adjust>(builder.build()); }

  Programme programme_ = test::a_programme();
};

TEST_F(Adjusting, GivesALotWithTheDateOfTheProgramme) {
  ASSERT_EQ(adjust(an_adjust().of(test::member(2)).credit(100)), Outcome::Accepted);

  EXPECT_THAT(lines(LineKind::AdjustedUp), ElementsAre(100));
  ASSERT_EQ(lots(2).size(), 1U);
  EXPECT_EQ(lots(2)[0].id, (LotId{receipt.position, 0}));
  EXPECT_EQ(lots(2)[0].expires_at, test::utc(2025, 2, 1).minus(kHour));
  EXPECT_EQ(totals().issued, points(200));
}

TEST_F(Adjusting, SettlesDebtFirst) {
  owe(2, 60);

  ASSERT_EQ(adjust(an_adjust().of(test::member(2)).credit(100)), Outcome::Accepted);

  EXPECT_EQ(debt(2), 0);
  EXPECT_EQ(available(2), 40);
}

TEST_F(Adjusting, TakesFirstExpiredFirst) {
  ASSERT_EQ(adjust(an_adjust().debit(80)), Outcome::Accepted);

  EXPECT_THAT(lines(LineKind::AdjustedDown), ElementsAre(70, 10));
  EXPECT_EQ(available(1), 20);
  EXPECT_EQ(totals().issued, points(20));
}

TEST_F(Adjusting, TakesNoMoreThanThereIs) {
  EXPECT_EQ(adjust(an_adjust().debit(101)), Outcome::InsufficientAvailable);
  EXPECT_EQ(available(1), 100);
}

TEST_F(Adjusting, CountsWhatOneOperatorDoesAloneByOperator) {
  ASSERT_EQ(adjust(an_adjust().of(test::member(2)).credit(900)), Outcome::Accepted);

  EXPECT_EQ(adjust(an_adjust().debit(100)), Outcome::Accepted) << "reaching it is allowed";
  EXPECT_EQ(adjust(an_adjust().credit(1)), Outcome::ApprovalsMissing);
  EXPECT_EQ(run<Adjust>(by_two(an_adjust().credit(1))), Outcome::Accepted);
  EXPECT_EQ(adjust(an_adjust().credit(1)), Outcome::ApprovalsMissing) << "two do not lift it";
}

TEST_F(Adjusting, CountsWhatOneOperatorDoesAloneByMember) {
  ASSERT_EQ(adjust(an_adjust().of(test::member(2)).credit(900)), Outcome::Accepted);
  asking.key = second_operator.public_key();

  EXPECT_EQ(adjust(an_adjust().of(test::member(2)).credit(101)), Outcome::ApprovalsMissing);
  EXPECT_EQ(adjust(an_adjust().of(test::member(2)).credit(100)), Outcome::Accepted);
}

TEST_F(Adjusting, CountsWhatTwoDoForNobody) {
  ASSERT_EQ(run<Adjust>(by_two(an_adjust().credit(5'000))), Outcome::Accepted);

  EXPECT_EQ(adjust(an_adjust().credit(1'000)), Outcome::Accepted);
}

TEST_F(Adjusting, CountsOneOperatorsTwoSignaturesOnce) {
  const Transaction twice =
      an_adjust().credit(1'001).consented_by(chain.keys[0].operator_key, chain.id).build();

  EXPECT_EQ(run<Adjust>(twice), Outcome::ApprovalsMissing);
}

TEST_F(Adjusting, CountsAnewOnTheNextLocalDay) {
  now = test::kStart.plus(Duration(23 * kHour.milliseconds())).minus(Duration(1));
  ASSERT_EQ(adjust(an_adjust().credit(1'000)), Outcome::Accepted);
  ASSERT_EQ(adjust(an_adjust().credit(1)), Outcome::ApprovalsMissing);

  now = now.plus(Duration(1));  // 00:00 local

  EXPECT_EQ(adjust(an_adjust().credit(1'000)), Outcome::Accepted);
}

TEST_F(Adjusting, CorrectsFrozenAccountsAndNoneThatHasEnded) {
  set_state(1, state::AccountState::Fraud);
  EXPECT_EQ(adjust(an_adjust().debit(1)), Outcome::Accepted);
  set_state(2, state::AccountState::Closed);
  EXPECT_EQ(adjust(an_adjust().of(test::member(2))), Outcome::MemberClosed);
}

TEST_F(Adjusting, RefusesWhatItDoesNotKnow) {
  EXPECT_EQ(adjust(an_adjust().at(test::kBakery)), Outcome::UnknownProgramme);
  EXPECT_EQ(adjust(an_adjust().of(test::member(9))), Outcome::UnknownMember);
}

TEST_F(Adjusting, RefusesMoreThanPointsCanBe) {
  EXPECT_EQ(run<Adjust>(by_two(an_adjust().credit(kPointsMax))), Outcome::AmountOverflow);
  EXPECT_EQ(totals().issued, points(100));
}

TEST_F(Adjusting, TakesFromFewLotsOnceTheBlockIsFull) {
  enrol(3, std::vector<LotSpec>(17, LotSpec{.amount = 1}));
  block_is_full = true;

  EXPECT_EQ(adjust(an_adjust().of(test::member(3)).debit(17)), Outcome::InsufficientAvailable);
  EXPECT_EQ(adjust(an_adjust().of(test::member(3)).debit(16)), Outcome::Accepted);
}

}  // namespace
}  // namespace tally::points
