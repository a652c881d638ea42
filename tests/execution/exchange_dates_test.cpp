// Lots that exchanges make: their dates, by vector X13 of the page on loyalty and each kind of
// rule; and what stands in the account that they come into.
#include <tally/points/points.h>
#include <tally/state/books.h>

#include "execution/exchange_fixture.h"

#include <gmock/gmock.h>

namespace tally::execution {
namespace {

using test::a_rate;
using test::an_exchange;
using test::kBakery;
using test::kCafe;
using test::utc;
using testing::ElementsAre;
using testing::IsEmpty;

const Timestamp kEndOfMarch = utc(2024, 4, 1).minus(kHour);  // the clocks are at UTC + 1
const Timestamp kEndOfMay = utc(2024, 6, 1).minus(kHour);
const Timestamp kEndOfJune = utc(2024, 7, 1).minus(kHour);

class ExchangedLots : public ExchangeFixture {
 protected:
  static Change expires(const ExpiryRule& rule) {
    return [=](Programme& programme) { programme.expiry = rule; };
  }
  static ExpiryRule inactivity(std::uint32_t months) {
    ExpiryRule rule = test::rolling(months, MonthRounding::EndOfMonth);
    rule.kind = ExpiryKind::Inactivity;
    return rule;
  }
  static ExpiryRule fixed(std::vector<CivilDate> dates) {
    ExpiryRule rule;
    rule.kind = ExpiryKind::Fixed;
    rule.dates = std::move(dates);
    rule.min_days = 1;
    return rule;
  }
  /// The lots of X13, and all of them offered.
  void exchange_both() {
    open(60, kEndOfMarch);
    open(40, kEndOfJune);
    ASSERT_EQ(exchange(an_exchange().in(100)), Outcome::Accepted);
  }
};

TEST_F(ExchangedLots, X13KeepTheirDates) {
  begin();

  exchange_both();

  EXPECT_THAT(lines(LineKind::ExchangedOut), ElementsAre(60, 39));
  EXPECT_THAT(dated(kBakery), ElementsAre(Dated(40, kEndOfMarch), Dated(26, kEndOfJune)));
  EXPECT_THAT(dated(kCafe), ElementsAre(Dated(1, kEndOfJune)));
}

TEST_F(ExchangedLots, SayWhereTheyComeFrom) {
  begin();
  open(60, kEndOfMarch);
  const Timestamp earned_at = lots(kCafe).front().earned_at;
  open(40, kEndOfJune);

  ASSERT_EQ(exchange(an_exchange().in(100)), Outcome::Accepted);

  const auto made = lots(kBakery);
  ASSERT_EQ(made.size(), 2U);
  EXPECT_EQ(made[0].id, (LotId{receipt.position, 0}));
  EXPECT_EQ(made[1].id, (LotId{receipt.position, 1}));
  EXPECT_EQ(made[0].earned_at, earned_at);
  EXPECT_EQ(made[0].available_at, ledger.header.ledger_time);
  EXPECT_EQ(made[0].first_owner, test::member(1));
  EXPECT_EQ(made[0].programme_version, 1U);
  EXPECT_EQ(made[0].funder, Funder());
  EXPECT_EQ(made[0].original, test::points(40));
  EXPECT_FALSE(made[0].late_date);
}

TEST_F(ExchangedLots, TheFeesLotsGiveNoDates) {
  begin([](Programme& cafe) { cafe.exchange.fee_basis_points = 4'000; });

  exchange_both();

  EXPECT_THAT(lines(LineKind::ExchangedOut), ElementsAre(60));
  EXPECT_THAT(lines(LineKind::Fee), ElementsAre(40));
  EXPECT_THAT(dated(kBakery), ElementsAre(Dated(40, kEndOfMarch)));
}

TEST_F(ExchangedLots, X13AFixedDateMayBeEarlier) {
  begin({}, expires(fixed({{2024, 6, 1}})));

  exchange_both();

  EXPECT_THAT(dated(kBakery), ElementsAre(Dated(40, kEndOfMarch), Dated(26, kEndOfMay)));
}

TEST_F(ExchangedLots, ARollingDateCountsFromTheExchange) {
  begin({}, expires(test::rolling(4, MonthRounding::EndOfMonth)));

  exchange_both();

  EXPECT_THAT(dated(kBakery), ElementsAre(Dated(40, kEndOfMarch), Dated(26, kEndOfMay)));
}

TEST_F(ExchangedLots, WhereNothingExpiresTheyDoAllTheSame) {
  begin({}, expires(ExpiryRule()));

  exchange_both();

  EXPECT_THAT(dated(kBakery), ElementsAre(Dated(40, kEndOfMarch), Dated(26, kEndOfJune)));
}

TEST_F(ExchangedLots, WhatNeverExpiresDoesByTheOtherRule) {
  begin(expires(ExpiryRule()), expires(test::rolling(4, MonthRounding::EndOfMonth)));
  open(60, Timestamp::never());

  ASSERT_EQ(exchange(an_exchange().in(60)), Outcome::Accepted);

  EXPECT_THAT(dated(kBakery), ElementsAre(Dated(40, kEndOfMay)));
}

TEST_F(ExchangedLots, WhatNeverExpiresMayNeverDo) {
  begin(expires(ExpiryRule()), expires(ExpiryRule()));
  open(60, Timestamp::never());

  ASSERT_EQ(exchange(an_exchange().in(60)), Outcome::Accepted);

  EXPECT_THAT(dated(kBakery), ElementsAre(Dated(40, Timestamp::never())));
}

TEST_F(ExchangedLots, IntoAProgrammeOfInactivityTheyGetADateAndKeepIt) {
  begin({}, expires(inactivity(4)));
  exchange_both();
  EXPECT_THAT(dated(kBakery), ElementsAre(Dated(40, kEndOfMarch), Dated(26, kEndOfMay)));
  EXPECT_FALSE(lots(kBakery).front().idle);
  EXPECT_EQ(ledger.head(1, kBakery)->idle_at, Timestamp::never()) << "it is no activity";

  ledger.at(utc(2024, 2, 10));
  ASSERT_EQ(run(test::an_earn().at(kBakery).by(kBakery).total(1'000).event_time(now())),
            Outcome::Accepted);

  EXPECT_THAT(dated(kBakery),
              ElementsAre(Dated(40, kEndOfMarch), Dated(26, kEndOfMay), Dated(10, kEndOfJune)));
}

TEST_F(ExchangedLots, OutOfAProgrammeOfInactivityTheyHaveTheDateOfThen) {
  begin(expires(inactivity(2)));
  ASSERT_EQ(run(test::an_earn().total(6'000).event_time(now())), Outcome::Accepted);

  ASSERT_EQ(exchange(an_exchange().in(30)), Outcome::Accepted);
  ledger.at(utc(2024, 2, 10));
  ASSERT_EQ(run(test::an_earn().total(100).event_time(now())), Outcome::Accepted);

  EXPECT_THAT(dated(kBakery), ElementsAre(Dated(20, kEndOfMarch)));
  EXPECT_FALSE(lots(kBakery).front().idle);
  EXPECT_EQ(dated(kCafe).front().second, utc(2024, 5, 1).minus(kHour)) << "what stayed moves on";
}

TEST_F(ExchangedLots, PiecesThatAgreeMakeOneLot) {
  begin();
  const Timestamp earned_at = now().minus(Duration(2 * kDay.milliseconds()));
  const OpeningLot one{test::member(1), test::points(20), earned_at, kEndOfMarch, "one"};
  OpeningLot two = one;
  two.ref = "two";
  ASSERT_EQ(run(test::an_open_lots().lot(one).lot(two).consented_by(second_operator(kCafe),
                                                                    ledger.chain.id)),
            Outcome::Accepted);
  open(20, kEndOfMarch);

  ASSERT_EQ(exchange(an_exchange().in(60)), Outcome::Accepted);

  EXPECT_THAT(lines(LineKind::ExchangedOut), ElementsAre(20, 20, 20));
  EXPECT_THAT(dated(kBakery), ElementsAre(Dated(26, kEndOfMarch), Dated(14, kEndOfMarch)))
      << "the third was not earned with them";
  EXPECT_EQ(lots(kBakery).front().original, test::points(26));
  EXPECT_EQ(lots(kBakery).front().earned_at, earned_at);
}

TEST_F(ExchangedLots, OneDateOfTheOtherProgrammesMakesNoOneLotOfTwo) {
  begin({}, expires(fixed({{2024, 3, 1}})));
  open(30, kEndOfMarch);
  open(30, kEndOfJune);

  ASSERT_EQ(exchange(an_exchange().in(60)), Outcome::Accepted);

  ASSERT_EQ(lots(kBakery).size(), 2U) << "earned_at differs";
  EXPECT_EQ(lots(kBakery)[0].expires_at, lots(kBakery)[1].expires_at);
}

TEST_F(ExchangedLots, APieceThatAddsNothingMakesNone) {
  begin();
  open(1, kEndOfMarch);
  open(1, kEndOfMay);
  open(1, kEndOfJune);

  ASSERT_EQ(exchange(an_exchange().in(3)), Outcome::Accepted);

  EXPECT_THAT(lines(LineKind::ExchangedOut), ElementsAre(1, 1, 1));
  EXPECT_THAT(lines(LineKind::ExchangedIn), ElementsAre(1, 1));
  EXPECT_THAT(dated(kBakery), ElementsAre(Dated(1, kEndOfMay), Dated(1, kEndOfJune)));
}

TEST_F(ExchangedLots, PayDebtFirst) {
  begin({}, [](Programme& bakery) {
    bakery.returns.clawback = Clawback::Unlimited;
    bakery.returns.debt_limit = std::nullopt;
  });
  ASSERT_EQ(run(test::an_earn().at(kBakery).by(kBakery).order(7).total(5'000).event_time(now())),
            Outcome::Accepted);
  ASSERT_EQ(run(test::an_adjust().at(kBakery).by(kBakery).debit(50)), Outcome::Accepted);
  ASSERT_EQ(run(test::a_reverse().at(kBakery).by(kBakery).of_order(7).total(5'000)),
            Outcome::Accepted);
  ASSERT_EQ(ledger.head(1, kBakery)->debt, test::points(50));
  EXPECT_EQ(exchange(an_exchange().between(kBakery, kCafe)), Outcome::DebtOutstanding);

  exchange_both();

  EXPECT_THAT(lines(LineKind::Settled), ElementsAre(40, 10));
  EXPECT_EQ(ledger.head(1, kBakery)->debt, Points());
  EXPECT_THAT(dated(kBakery), ElementsAre(Dated(16, kEndOfJune)));
  EXPECT_EQ(exchange(an_exchange().between(kBakery, kCafe).in(1)), Outcome::Accepted);
}

TEST_F(ExchangedLots, GoToWhomTheMemberWasMergedInto) {
  begin();
  enrol(2, {kBakery});
  ASSERT_EQ(run(test::MergeBuilder()
                    .at(kBakery)
                    .by(kBakery)
                    .consented_by(key_of(1), ledger.chain.id)
                    .consented_by(key_of(2), ledger.chain.id)),
            Outcome::Accepted);

  exchange_both();

  EXPECT_EQ(available(kBakery, 2), 66);
  EXPECT_EQ(lots(kBakery, 2).front().first_owner, test::member(2));
  EXPECT_EQ(available(kBakery, 1), 0);
}

// Whoever is named by another name has what is due done first, as anybody.
TEST_F(ExchangedLots, ComeAfterWhatFellDueOnTheTarget) {
  begin();
  enrol(2, {kBakery});
  ASSERT_EQ(run(test::MergeBuilder()
                    .at(kBakery)
                    .by(kBakery)
                    .consented_by(key_of(1), ledger.chain.id)
                    .consented_by(key_of(2), ledger.chain.id)),
            Outcome::Accepted);
  open(60, kEndOfJune);
  open(5, kEndOfMarch, kBakery, 2);
  ledger.limits.own_entries = 0;  // the block itself has no time for it
  ledger.at(kEndOfMarch);

  const auto transaction = valid(an_exchange().in(60));
  const auto receipts = ledger.run_block({{&key_of(1).public_key(), {transaction}}});

  ASSERT_EQ(receipts.size(), 2U);
  EXPECT_EQ(receipts[0].kind, ActionKind::Due);
  EXPECT_EQ(receipts[1].outcome, Outcome::Accepted);
  EXPECT_THAT(dated(kBakery, 2), ElementsAre(Dated(40, kEndOfJune)));
}

TEST_F(ExchangedLots, KeepThatTheyHadALaterDate) {
  begin([](Programme& cafe) { cafe.expiry.reinstate = {.window_days = 10, .valid_days = 5}; });
  open(60, kEndOfMarch);
  ledger.at(kEndOfMarch);
  ASSERT_EQ(run(test::a_reinstate()), Outcome::Accepted);

  ASSERT_EQ(exchange(an_exchange().in(60)), Outcome::Accepted);

  ASSERT_EQ(lots(kBakery).size(), 1U);
  EXPECT_TRUE(lots(kBakery).front().late_date);
  EXPECT_EQ(lots(kBakery).front().expires_at, kEndOfMarch.plus(Duration(5 * kDay.milliseconds())));
}

// Clocks that turn back over midnight begin a day twice. A date that counts from the day before has
// passed by then.
TEST_F(ExchangedLots, MayBeDueAtOnce) {
  const Timestamp turned_back = utc(2024, 3, 1).minus(Duration(1'800'000));
  begin({}, [&](Programme& bakery) {
    bakery.expiry = fixed({{2024, 3, 1}});
    bakery.utc_offsets = {{Timestamp(), 60}, {turned_back, 0}};
  });
  open(60, kEndOfJune);
  ledger.at(turned_back.plus(Duration(60'000)));

  ASSERT_EQ(exchange(an_exchange().in(60)), Outcome::Accepted);
  EXPECT_THAT(dated(kBakery), ElementsAre(Dated(40, utc(2024, 3, 1).minus(kHour))));
  const auto receipts = ledger.run_block({});

  ASSERT_EQ(receipts.size(), 1U);
  EXPECT_EQ(receipts.front().lines.front().kind, LineKind::Expired);
  EXPECT_THAT(lots(kBakery), IsEmpty());
  EXPECT_EQ(available(kBakery), 0);
}

// That laws would notice an exchange that gives what it should not.
class WrongExchanges : public ExchangedLots {
 protected:
  using Wrong = std::function<void(state::Books& given, state::Books& taken, state::Account& from,
                                   state::Account& into)>;
  /// What the laws say of an exchange of 30 for 20 with `wrong` done to it.
  std::string broken_by(const Wrong& wrong) {
    state::StateDelta delta = state::StateDelta::on(ledger.view);
    Receipt scratch;
    scratch.position = Position{Height(1'000), 0};
    auto from = state::Account::load(delta, {test::member(1), kCafe}).value().value();
    auto into = state::Account::load(delta, {test::member(1), kBakery}).value().value();
    auto given = state::Books::open(delta, kCafe, now(), scratch).value();
    auto taken = state::Books::open(delta, kBakery, now(), scratch).value();
    state::Lot lot = from.first_lot().value().value();
    EXPECT_TRUE(given.take(LineKind::ExchangedOut, from, test::points(30), 9).value().has_value());
    lot.id = LotId{scratch.position, 0};
    lot.original = lot.remaining = test::points(20);
    EXPECT_TRUE(taken.post(LineKind::ExchangedIn, into, &lot, lot.original));
    EXPECT_TRUE(taken.add_lot(into, lot).value());
    if (wrong) wrong(given, taken, from, into);
    EXPECT_TRUE(given.close(from, delta).ok());
    EXPECT_TRUE(taken.close(into, delta).ok());
    EXPECT_TRUE(given.close(delta).ok());
    EXPECT_TRUE(taken.close(delta).ok());
    const Result<void> checked = points::check_invariants(delta);
    return checked.ok() ? "" : checked.error().message;
  }
};

TEST_F(WrongExchanges, BreakALaw) {
  begin();
  open(100);
  using state::Account;
  using state::Books;
  const Points one = test::points(1);
  const auto plus = [&](Points& sum) { sum = checked_add(sum, one).value(); };

  EXPECT_EQ(broken_by({}), "");
  const auto more_came = [&](Books&, Books& taken, Account&, Account&) {
    plus(taken.totals.exchanged_in);
  };
  EXPECT_THAT(broken_by(more_came), testing::StartsWith("I1"));
  const auto more_went = [&](Books& given, Books&, Account&, Account&) {
    plus(given.totals.exchanged_out);
  };
  EXPECT_THAT(broken_by(more_went), testing::StartsWith("I1"));
  const auto gained = [&](Books&, Books& taken, Account&, Account& into) {
    plus(taken.totals.exchanged_in);
    plus(taken.totals.available);
    plus(into.head.available);
  };
  EXPECT_THAT(broken_by(gained), testing::StartsWith("I2"));
  const auto kept = [&](Books&, Books&, Account& from, Account&) { plus(from.head.available); };
  EXPECT_THAT(broken_by(kept), testing::StartsWith("I2"));
}

}  // namespace
}  // namespace tally::execution
