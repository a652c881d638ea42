// Velocity: tumbling windows per member and merchant, inclusive, and what a flagged earn becomes.
#include "points/points_fixture.h"

namespace tally::points {
namespace {

using test::an_earn;
using test::kStart;
using test::points;

class Limited : public PointsFixture {
 protected:
  /// The bakery gives the café's points, too.
  Limited() {
    programme_.partners = {{test::name_of_merchant(test::kBakery), true, points(kPointsMax)}};
    publish(test::kCafe, programme_);
    enrol(1);
  }

  /// At most so many times, or points, of `what` in a window.
  void limit(VelocityLimit limit) {
    programme_.velocity.push_back(limit);
    publish(test::kCafe, programme_);
  }
  Outcome earn(std::int64_t euros, MerchantId by = test::kCafe) {
    return run<Earn>(an_earn().by(by).total(euros * 100).event_time(now).build());
  }
  Outcome earn_times(int times) {
    Outcome last = Outcome::Accepted;
    for (int i = 0; i < times; ++i)
      last = earn(1);
    return last;
  }

  Programme programme_ = test::a_programme();
};

TEST_F(Limited, BlocksTheSixthEarnOfAnHour_V01) {
  limit({VelocityWhat::Earn, Period::Hour, 5, Points(), false});

  EXPECT_EQ(earn_times(5), Outcome::Accepted);
  EXPECT_EQ(earn(1), Outcome::VelocityLimit);
  EXPECT_EQ(available(1), 5);
}

TEST_F(Limited, FlagsTheSixthEarnOfAnHour_V01) {
  limit({VelocityWhat::Earn, Period::Hour, 5, Points(), true});

  EXPECT_EQ(earn_times(5), Outcome::Accepted);
  EXPECT_EQ(earn(7), Outcome::Accepted);

  EXPECT_EQ(available(1), 5);
  EXPECT_EQ(pending(1), 7);
  EXPECT_EQ(lines(LineKind::Pended), std::vector<std::int64_t>{7});
  ASSERT_EQ(waiting(1).size(), 1U);
  EXPECT_EQ(waiting(1)[0].waits_for, state::WaitsFor::Review);
  EXPECT_EQ(waiting(1)[0].lot.available_at, Timestamp::never());
  EXPECT_EQ(head(1).standing.activations, 5U) << "nothing of it activates";
}

TEST_F(Limited, CountsAnewInTheNextHour) {
  limit({VelocityWhat::Earn, Period::Hour, 5, Points(), false});
  now = kStart.plus(kHour).minus(Duration(1));
  ASSERT_EQ(earn_times(6), Outcome::VelocityLimit);

  now = kStart.plus(kHour);

  EXPECT_EQ(earn_times(5), Outcome::Accepted);
  EXPECT_EQ(earn(1), Outcome::VelocityLimit);
}

TEST_F(Limited, DaysAreTheProgrammesOwn) {
  limit({VelocityWhat::Earn, Period::Day, 1, Points(), false});
  now = kStart.plus(Duration(23 * kHour.milliseconds())).minus(Duration(1));  // 23:59:59.999 local
  ASSERT_EQ(earn(1), Outcome::Accepted);
  EXPECT_EQ(earn(1), Outcome::VelocityLimit);

  now = now.plus(Duration(1));

  EXPECT_EQ(earn(1), Outcome::Accepted);
}

TEST_F(Limited, AllowsPointsUpToTheLimit) {
  limit({VelocityWhat::Earn, Period::Day, 0, points(100), false});

  EXPECT_EQ(earn(90), Outcome::Accepted);
  EXPECT_EQ(earn(11), Outcome::VelocityLimit);
  EXPECT_EQ(earn(10), Outcome::Accepted) << "what was refused did not count";
  EXPECT_EQ(earn(0), Outcome::Accepted);
  EXPECT_EQ(earn(1), Outcome::VelocityLimit);
}

TEST_F(Limited, BlocksWhereOneLimitBlocksAndAnotherFlags) {
  limit({VelocityWhat::Earn, Period::Day, 1, Points(), true});
  limit({VelocityWhat::Earn, Period::Week, 2, Points(), false});

  ASSERT_EQ(earn_times(2), Outcome::Accepted);
  EXPECT_EQ(pending(1), 1);

  EXPECT_EQ(earn(1), Outcome::VelocityLimit);
}

TEST_F(Limited, CountsEachMerchantByItself) {
  limit({VelocityWhat::Earn, Period::Day, 1, Points(), false});
  ASSERT_EQ(earn(1), Outcome::Accepted);

  EXPECT_EQ(earn(1, test::kBakery), Outcome::Accepted);
  EXPECT_EQ(earn(1), Outcome::VelocityLimit);
}

TEST_F(Limited, HoldsAChangedLimitForWhatComes) {
  limit({VelocityWhat::Earn, Period::Day, 0, points(100), false});
  ASSERT_EQ(earn(60), Outcome::Accepted);

  programme_.velocity[0].points = points(50);
  publish(test::kCafe, programme_);

  EXPECT_EQ(available(1), 60) << "never backwards";
  EXPECT_EQ(earn(1), Outcome::VelocityLimit);
}

TEST_F(Limited, ForgetsWindowsThatHavePassed) {
  limit({VelocityWhat::Earn, Period::Hour, 5, Points(), false});
  ASSERT_EQ(earn(1), Outcome::Accepted);
  ASSERT_EQ(earn(1, test::kBakery), Outcome::Accepted);
  EXPECT_EQ(head(1).velocity.size(), 2U);

  now = now.plus(kHour);
  ASSERT_EQ(earn(1), Outcome::Accepted);

  EXPECT_EQ(head(1).velocity.size(), 1U);
}

TEST_F(Limited, AllowsARedemptionThatReachesTheLimit_V02) {
  limit({VelocityWhat::Redeem, Period::Day, 0, points(5'000), false});
  enrol(2, {{.amount = 10'000}});
  const auto redeem = [&](std::int64_t n) {
    return run<Redeem>(test::a_redeem().of(test::member(2)).basket(100'000).exactly(n).build());
  };

  EXPECT_EQ(redeem(4'900), Outcome::Accepted);
  EXPECT_EQ(redeem(110), Outcome::VelocityLimit);
  EXPECT_EQ(redeem(100), Outcome::Accepted);
  EXPECT_EQ(available(2), 5'000);
}

}  // namespace
}  // namespace tally::points
