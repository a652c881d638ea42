// Holds: points set aside, captured, released, timed out (design/loyalty.md §11).
#include <tally/base/limits.h>
#include <tally/state/hold.h>

#include "points/spending_fixture.h"
#include "support/redemption_builders.h"

#include <gmock/gmock.h>

#include <rapidcheck/gtest.h>

namespace tally::points {
namespace {

using state::AccountState;
using state::HoldState;
using test::a_capture;
using test::a_hold;
using test::a_void;
using test::money;
using test::utc;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

using Dated = std::pair<std::int64_t, Timestamp>;

class Holding : public SpendingFixture {
 protected:
  /// Request `n` holds as many points, of a basket that is large enough.
  Outcome hold(std::uint64_t n, std::int64_t points, Duration ttl = {}) {
    return run<Hold>(
        a_hold().request(n).basket(1'000'000).exactly(points).ttl(ttl).order(n).build());
  }
  Outcome capture(std::uint64_t n, std::int64_t points) {
    return run<Capture>(a_capture().request(1'000).of_hold(n).amount(points).build());
  }
  Outcome release(std::uint64_t n) { return run<Void>(a_void().request(1'001).of_hold(n).build()); }
  [[nodiscard]] state::HoldRecord record(std::uint64_t n) const {
    return state::find_hold(view, request_key(test::kCafe, test::id_bytes(n))).value().value();
  }
  /// H01: at t = 1000 s a hold of 300 by request 1, for 900 s.
  void hold_300_of_1000() {
    enrol(1, {{.amount = 1'000}});
    pass_to_second(1'000);
    ASSERT_EQ(hold(1, 300, Duration(900'000)), Outcome::Accepted);
  }
  static Timestamp second(std::uint64_t t) { return test::kStart.plus(Duration(t * 1'000)); }
};

TEST_F(Holding, H01_SetsPointsAside) {
  hold_300_of_1000();

  EXPECT_EQ(available(1), 700);
  EXPECT_EQ(held(1), 300);
  EXPECT_EQ(lines(LineKind::Held), std::vector<std::int64_t>{300});
  EXPECT_EQ(receipt.hold, request_key(test::kCafe, test::id_bytes(1)));
  EXPECT_EQ(receipt.hold_until, second(1'900));
  EXPECT_EQ(receipt.value, money(300));
  EXPECT_EQ(hold(2, 701), Outcome::InsufficientAvailable);
  EXPECT_EQ(totals().held, test::points(300));
  EXPECT_EQ(hold(2, 700), Outcome::Accepted);
  EXPECT_EQ(available(1), 0);
}

TEST_F(Holding, H04_CanBeCapturedUntilTheDeadline) {
  hold_300_of_1000();
  pass_to_second(1'899);

  ASSERT_EQ(capture(1, 300), Outcome::Accepted);

  EXPECT_EQ(lines(LineKind::Captured), std::vector<std::int64_t>{300});
  EXPECT_EQ(receipt.value, money(300));
  EXPECT_EQ(receipt.hold, request_key(test::kCafe, test::id_bytes(1)));
  EXPECT_EQ(available(1), 700);
  EXPECT_EQ(held(1), 0);
  EXPECT_EQ(totals().redeemed, test::points(300));
  EXPECT_EQ(totals().redemptions, 1U);
  EXPECT_EQ(head(1).redemptions, 1U);
  EXPECT_THAT(head(1).holds, IsEmpty());
}

TEST_F(Holding, H04_IsTooLateAtTheDeadline) {
  hold_300_of_1000();
  pass_to_second(1'900);

  EXPECT_EQ(capture(1, 300), Outcome::HoldExpired);
  EXPECT_EQ(release(1), Outcome::HoldExpired);
  EXPECT_EQ(available(1), 1'000);
  EXPECT_EQ(held(1), 0);
  EXPECT_EQ(head(1).holds_asked, 0U);
  ASSERT_THAT(due_receipts, SizeIs(1));
  EXPECT_THAT(lines_of(due_receipts[0], LineKind::Released), ElementsAre(std::pair(1U, 300)));
  EXPECT_EQ(due_receipts[0].hold, request_key(test::kCafe, test::id_bytes(1)));
  EXPECT_EQ(record(1).state, HoldState::TimedOut);
}

TEST_F(Holding, TimesOutAsOfItsOwnDeadline) {
  enrol(1, {{100, second(2'000)}});
  ASSERT_EQ(hold(1, 100, Duration(900'000)), Outcome::Accepted);

  pass_to_second(5'000);

  // At 900 s the lot had not expired yet: it came back, and expired later, by itself.
  ASSERT_THAT(due_receipts, SizeIs(2));
  EXPECT_THAT(due_receipts[0].lines, SizeIs(1));
  EXPECT_EQ(due_receipts[0].lines[0].kind, LineKind::Released);
  EXPECT_EQ(due_receipts[1].lines[0].kind, LineKind::Expired);
  EXPECT_EQ(record(1).leaves_at, second(900).plus(Duration(90 * kDayMs)));
}

TEST_F(Holding, H05_GivesNoMoreThanItHolds) {
  hold_300_of_1000();

  EXPECT_EQ(capture(1, 301), Outcome::ExceedsHold);
  EXPECT_EQ(held(1), 300);
  EXPECT_EQ(capture(1, 300), Outcome::Accepted);
}

TEST_F(Holding, H06_IsResolvedOnce) {
  hold_300_of_1000();
  ASSERT_EQ(hold(2, 100), Outcome::Accepted);
  ASSERT_EQ(capture(1, 300), Outcome::Accepted);
  ASSERT_EQ(release(2), Outcome::Accepted);

  EXPECT_EQ(capture(1, 300), Outcome::HoldAlreadyResolved);
  EXPECT_EQ(release(1), Outcome::HoldAlreadyResolved);
  EXPECT_EQ(capture(2, 100), Outcome::HoldAlreadyResolved);
  EXPECT_EQ(release(2), Outcome::HoldAlreadyResolved);
  EXPECT_EQ(available(1), 700);
  EXPECT_EQ(totals().redeemed, test::points(300));
}

TEST_F(Holding, H08_CapturesALotThatHasExpired) {
  enrol(1, {{200, second(1'500)}});
  pass_to_second(1'000);
  ASSERT_EQ(hold(1, 200, Duration(900'000)), Outcome::Accepted);
  pass_to_second(1'600);
  EXPECT_THAT(due_receipts, IsEmpty());

  EXPECT_EQ(capture(1, 200), Outcome::Accepted);
  EXPECT_EQ(totals().expired, Points());
}

TEST_F(Holding, H08_ExpiresALotThatIsReleasedTooLate) {
  enrol(1, {{200, second(1'500)}});
  pass_to_second(1'000);
  ASSERT_EQ(hold(1, 200, Duration(900'000)), Outcome::Accepted);
  pass_to_second(1'600);

  ASSERT_EQ(release(1), Outcome::Accepted);

  EXPECT_EQ(lines(LineKind::Released), std::vector<std::int64_t>{200});
  EXPECT_EQ(lines(LineKind::Expired), std::vector<std::int64_t>{200});
  EXPECT_EQ(available(1), 0);
  EXPECT_EQ(totals().expired, test::points(200));
}

TEST_F(Holding, GivesALotThatIsReleasedTooLateItsGraceOnce) {
  change([](Programme& rules) { rules.expiry.grace_days = 30; });
  enrol(1, {{200, second(1'500)}});
  pass_to_second(1'000);
  ASSERT_EQ(hold(1, 200, Duration(900'000)), Outcome::Accepted);
  pass_to_second(1'600);
  ASSERT_EQ(release(1), Outcome::Accepted);
  const Timestamp later = second(1'600).plus(Duration(30 * kDayMs));
  EXPECT_THAT(dated(1), ElementsAre(Dated(200, later)));

  now = later.minus(Duration(1'000));
  ASSERT_EQ(hold(2, 200, Duration(900'000)), Outcome::Accepted);
  pass_to(later.plus(Duration(1'000)));
  ASSERT_EQ(release(2), Outcome::Accepted);

  EXPECT_EQ(lines(LineKind::Expired), std::vector<std::int64_t>{200});
  EXPECT_THAT(lots(1), IsEmpty());
}

TEST_F(Holding, H09_CapturesFirstWhatExpiresFirst) {
  enrol(1, {{50, utc(2026, 4, 1)}, {100, utc(2026, 7, 1)}, {200, Timestamp::never()}});
  ASSERT_EQ(hold(1, 120), Outcome::Accepted);
  EXPECT_EQ(lines(LineKind::Held), (std::vector<std::int64_t>{50, 70}));

  ASSERT_EQ(capture(1, 60), Outcome::Accepted);

  EXPECT_EQ(lines(LineKind::Captured), (std::vector<std::int64_t>{50, 10}));
  EXPECT_EQ(lines(LineKind::Released), std::vector<std::int64_t>{60});
  EXPECT_THAT(dated(1), ElementsAre(Dated(90, utc(2026, 7, 1)), Dated(200, Timestamp::never())));
  EXPECT_EQ(lots(1)[0].original, test::points(100));
}

TEST_F(Holding, H10_SettlesDebtByWhatIsReleased) {
  enrol(1, {{.amount = 100}});
  ASSERT_EQ(hold(1, 80), Outcome::Accepted);
  claw(1, 20, 30);

  ASSERT_EQ(release(1), Outcome::Accepted);

  EXPECT_EQ(lines(LineKind::Settled), std::vector<std::int64_t>{30});
  EXPECT_EQ(available(1), 50);
  EXPECT_EQ(debt(1), 0);
}

TEST_F(Holding, H12_SettlesDebtByTheChangeOfACapture) {
  enrol(1, {{.amount = 120}});
  ASSERT_EQ(hold(1, 90), Outcome::Accepted);
  claw(1, 30, 30);

  ASSERT_EQ(capture(1, 70), Outcome::Accepted);

  EXPECT_EQ(lines(LineKind::Released), std::vector<std::int64_t>{20});
  EXPECT_EQ(lines(LineKind::Settled), std::vector<std::int64_t>{20});
  EXPECT_EQ(debt(1), 10);
  EXPECT_EQ(available(1), 0);
}

TEST_F(Holding, H11_StandsThroughASoftFreezeAndNotThroughFraud) {
  enrol(1, {{.amount = 1'000}});
  for (std::uint64_t n = 1; n <= 3; ++n)
    ASSERT_EQ(hold(n, 100), Outcome::Accepted);

  set_state(1, AccountState::Soft);
  EXPECT_EQ(hold(4, 100), Outcome::MemberFrozen);
  EXPECT_EQ(capture(1, 100), Outcome::Accepted);
  set_state(1, AccountState::Fraud);
  EXPECT_EQ(hold(4, 100), Outcome::MemberFrozen);
  EXPECT_EQ(capture(2, 100), Outcome::MemberFrozen);
  EXPECT_EQ(release(2), Outcome::Accepted);
  pass_to_second(900);
  EXPECT_EQ(held(1), 0) << "a freeze stops no time-out";
}

TEST_F(Holding, H13_LeavesAMemberAtMost32Open) {
  enrol(1, {{.amount = 1'000}});
  for (std::uint64_t n = 1; n <= 32; ++n)
    ASSERT_EQ(hold(n, 10), Outcome::Accepted);

  EXPECT_EQ(hold(33, 10), Outcome::TooManyHolds);
  ASSERT_EQ(release(7), Outcome::Accepted);
  EXPECT_EQ(hold(33, 10), Outcome::Accepted);
}

TEST_F(Holding, FreezesThePrice) {
  change([](Programme& rules) { rules.redeem.price_points = test::points(150); });
  change([](Programme& rules) { rules.redeem.price_money = money(100); });
  enrol(1, {{.amount = 3'000}});
  ASSERT_EQ(hold(1, 1'000), Outcome::Accepted);
  EXPECT_EQ(held(1), 999);
  EXPECT_EQ(receipt.value, money(666));
  ASSERT_EQ(hold(2, 1'000), Outcome::Accepted);
  change([](Programme& rules) { rules.redeem.price_points = test::points(300); });

  ASSERT_EQ(capture(1, 999), Outcome::Accepted);
  EXPECT_EQ(receipt.value, money(666));
  ASSERT_EQ(capture(2, 500), Outcome::Accepted);
  EXPECT_EQ(receipt.value, money(333));
  EXPECT_EQ(available(1), 3'000 - 999 - 500);
}

TEST_F(Holding, LastsAsTheProgrammeSaysAndNoLongerThanItAllows) {
  change([](Programme& rules) {
    rules.hold = {.ttl = Duration(60'000), .ttl_max = Duration(120'000)};
  });
  enrol(1, {{.amount = 100}});

  ASSERT_EQ(hold(1, 10), Outcome::Accepted);
  EXPECT_EQ(receipt.hold_until, now.plus(Duration(60'000)));
  ASSERT_EQ(hold(2, 10, Duration(120'000)), Outcome::Accepted);
  EXPECT_EQ(receipt.hold_until, now.plus(Duration(120'000)));
  EXPECT_EQ(hold(3, 10, Duration(120'001)), Outcome::NotPermitted);
}

TEST_F(Holding, IsRefusedLikeARedemption) {
  change([](Programme& rules) {
    rules.redeem.minimum = test::points(50);
    rules.redeem.step = test::points(10);
    rules.redeem.consent_above = test::points(100);
  });
  enrol(1, {{.amount = 1'000}});
  const auto wish = [] { return a_hold().basket(10'000); };

  EXPECT_EQ(hold(1, 40), Outcome::BelowMinimum);
  EXPECT_EQ(hold(1, 55), Outcome::InvalidStep);
  EXPECT_EQ(hold(1, 110), Outcome::ConsentRequired);
  EXPECT_EQ(run<Hold>(wish().basket(50).exactly(100).build()), Outcome::AboveMaximum);
  EXPECT_EQ(run<Hold>(wish().in("USD").build()), Outcome::CurrencyNotAccepted);
  EXPECT_EQ(run<Hold>(wish().at(test::kBakery).build()), Outcome::UnknownProgramme);
  EXPECT_EQ(run<Hold>(wish().of(test::member(9)).build()), Outcome::UnknownMember);
  set_state(1, AccountState::Closed);
  EXPECT_EQ(hold(1, 50), Outcome::MemberClosed);
}

TEST_F(Holding, IsTheMerchantsWhoPlacedIt) {
  hold_300_of_1000();
  const auto by_bakery = [](std::uint64_t n) {
    return a_capture().by(test::kBakery).request(1'000).of_hold(n).amount(100).build();
  };

  EXPECT_EQ(run<Capture>(by_bakery(1)), Outcome::NotPermitted);
  EXPECT_EQ(run<Capture>(by_bakery(2)), Outcome::UnknownHold);
  EXPECT_EQ(run<Void>(a_void().by(test::kBakery).of_hold(1).build()), Outcome::NotPermitted);
  EXPECT_EQ(capture(2, 100), Outcome::UnknownHold);
  EXPECT_EQ(run<Capture>(a_capture().at(test::kBakery).of_hold(1).build()),
            Outcome::UnknownProgramme);
}

TEST_F(Holding, IsForgottenAfterTheReturnsWindow) {
  hold_300_of_1000();
  ASSERT_EQ(capture(1, 300), Outcome::Accepted);
  const Timestamp leaves = now.plus(Duration(90 * kDayMs));

  now = leaves.minus(Duration(1));
  EXPECT_EQ(capture(1, 1), Outcome::HoldAlreadyResolved);
  now = leaves;
  EXPECT_EQ(capture(1, 1), Outcome::UnknownHold);
  EXPECT_EQ(release(1), Outcome::UnknownHold);
  // The request id may be forgotten by then. The hold of that time is not placed again.
  EXPECT_EQ(hold(1, 100), Outcome::HoldAlreadyResolved);
  EXPECT_EQ(record(1).state, HoldState::Captured);
}

TEST_F(Holding, WaitsForTheNextBlockWhereThisOneIsFull) {
  enrol(1, std::vector<LotSpec>(20, LotSpec{.amount = 1}));
  ASSERT_EQ(hold(1, 17), Outcome::Accepted);
  block_is_full = true;

  EXPECT_EQ(capture(1, 17), Outcome::BlockFull);
  EXPECT_EQ(release(1), Outcome::BlockFull);
  EXPECT_EQ(held(1), 17);
  block_is_full = false;
  EXPECT_EQ(release(1), Outcome::Accepted);
}

TEST_F(Holding, CountsForVelocityWhereItIsPlaced_V02) {
  change([](Programme& rules) {
    rules.velocity = {{.what = VelocityWhat::Redeem,
                       .window = Period::Day,
                       .times = 0,
                       .points = test::points(500),
                       .flags = false}};
  });
  enrol(1, {{.amount = 1'000}});

  ASSERT_EQ(hold(1, 490), Outcome::Accepted);
  EXPECT_EQ(hold(2, 11), Outcome::VelocityLimit);
  EXPECT_EQ(hold(2, 10), Outcome::Accepted);
  EXPECT_EQ(capture(1, 490), Outcome::Accepted) << "a capture never fails by it";
  EXPECT_EQ(hold(3, 1), Outcome::VelocityLimit);
}

TEST_F(Holding, KeepsIdleLotsAliveByItsCaptureAlone_L07) {
  change([](Programme& rules) {
    rules.expiry = {};
    rules.expiry.kind = ExpiryKind::Inactivity;
    rules.expiry.months = 18;
  });
  enrol(1, {{.amount = 1'000}});
  const Timestamp before = utc(2025, 7, 1);
  change_head(1, [&](state::AccountHead& head) { head.idle_at = before; });

  ASSERT_EQ(hold(1, 100), Outcome::Accepted);
  EXPECT_EQ(head(1).idle_at, before);
  ASSERT_EQ(release(1), Outcome::Accepted);
  EXPECT_EQ(head(1).idle_at, before);
  ASSERT_EQ(hold(2, 100), Outcome::Accepted);
  ASSERT_EQ(capture(2, 100), Outcome::Accepted);
  // 1 January 2024 and 18 months: its last day is 1 July 2025, local time is an hour ahead.
  EXPECT_EQ(head(1).idle_at, utc(2025, 7, 2).minus(kHour));
  EXPECT_EQ(head(1).standing.last_activity, now);
}

// Whatever is held and however it ends: nothing is lost, the value never exceeds what was promised.
RC_GTEST_FIXTURE_PROP(Holding, LosesNoPointAndPaysNoMoreThanPromised, ()) {
  const auto p = *rc::gen::inRange<std::int64_t>(1, 500);
  const auto m = *rc::gen::inRange<std::int64_t>(1, 500);
  change([&](Programme& rules) { rules.redeem.price_points = test::points(p); });
  change([&](Programme& rules) { rules.redeem.price_money = money(m); });
  std::vector<LotSpec> specs;
  for (int i = *rc::gen::inRange(1, 6); i > 0; --i)
    specs.push_back({.amount = *rc::gen::inRange<std::int64_t>(1, 1'000),
                     .expires_at = second(*rc::gen::inRange<std::uint64_t>(1, 2'000))});
  enrol(1, specs);
  const std::int64_t all = available(1);
  if (hold(1, *rc::gen::inRange<std::int64_t>(1, all + 1)) != Outcome::Accepted) return;
  const std::int64_t promised = receipt.value.minor_units();
  const std::int64_t set_aside = held(1);
  RC_ASSERT(available(1) + set_aside == all);
  pass_to_second(*rc::gen::inRange<std::uint64_t>(0, 900));

  std::int64_t captured = 0;
  if (*rc::gen::arbitrary<bool>()) {
    captured = *rc::gen::inRange<std::int64_t>(1, set_aside + 1);
    RC_ASSERT(capture(1, captured) == Outcome::Accepted);
    RC_ASSERT(receipt.value.minor_units() <= promised);
    RC_ASSERT(captured < set_aside || receipt.value.minor_units() == promised);
  } else {
    RC_ASSERT(release(1) == Outcome::Accepted);
  }

  RC_ASSERT(held(1) == 0);
  RC_ASSERT(available(1) + captured + totals().expired.value() == all);
}

}  // namespace
}  // namespace tally::points
