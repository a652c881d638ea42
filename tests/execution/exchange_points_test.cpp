// Exchanges: what they take, give and leave owed, by vectors X01, X04, X08, X12, X13, X16 and X21
// of the page on loyalty; and what stops them.
#include "execution/exchange_fixture.h"

#include <gmock/gmock.h>

namespace tally::execution {
namespace {

using state::IssuerState;
using test::a_quote;
using test::a_rate;
using test::an_exchange;
using test::kBakery;
using test::kCafe;
using testing::ElementsAre;
using testing::IsEmpty;

class Exchanges : public ExchangeFixture {};

Obligation owes(MerchantId debtor, MerchantId creditor, std::int64_t micro_euros) {
  return {debtor,
          creditor,
          test::currency("EUR"),
          MicroUnits::from(micro_euros).value(),
          ObligationReason::Exchanged,
          std::nullopt};
}

TEST_F(Exchanges, X01WhatBuysNothingStays) {
  begin();
  open(100);

  ASSERT_EQ(exchange(an_exchange().in(100)), Outcome::Accepted);

  EXPECT_EQ(available(kCafe), 1);
  EXPECT_EQ(available(kBakery), 66);
  EXPECT_THAT(lines(LineKind::ExchangedOut), ElementsAre(99));
  EXPECT_THAT(lines(LineKind::ExchangedIn), ElementsAre(66));
  EXPECT_EQ(receipt.lines.size(), 2U) << "no fee";
  EXPECT_THAT(receipt.obligations, ElementsAre(owes(kCafe, kBakery, 792'000)));
  EXPECT_EQ(owed_by(kCafe), 792'000);
  EXPECT_EQ(totals(kCafe).exchanged_out, test::points(99));
  EXPECT_EQ(totals(kBakery).exchanged_in, test::points(66));
  EXPECT_EQ(totals(kBakery).issued, Points());
}

TEST_F(Exchanges, X01TheReceiptIsInBothHistories) {
  begin();
  open(100);

  ASSERT_EQ(exchange(an_exchange()), Outcome::Accepted);

  ASSERT_EQ(receipt.previous.size(), 2U);
  EXPECT_LT(receipt.previous[0].account, receipt.previous[1].account);
  for (const MerchantId programme : {kCafe, kBakery})
    EXPECT_EQ(ledger.head(1, programme)->last_receipt, receipt.position);
}

TEST_F(Exchanges, X04RefusesLessThanAPoint) {
  begin();
  open(2);

  EXPECT_EQ(exchange(an_exchange().in(1)), Outcome::BelowMinUnit);
  EXPECT_EQ(available(kCafe), 2);
  EXPECT_EQ(owed_by(kCafe), 0);
  EXPECT_EQ(exchange(an_exchange().in(2)), Outcome::Accepted) << "one of the bakery's for two";
  EXPECT_EQ(available(kCafe), 0);
}

TEST_F(Exchanges, X08TheFeeComesOffWhatIsOffered) {
  begin([](Programme& cafe) { cafe.exchange.fee_basis_points = 200; });
  open(1'000);

  ASSERT_EQ(exchange(an_exchange().in(1'000)), Outcome::Accepted);

  EXPECT_THAT(lines(LineKind::ExchangedOut), ElementsAre(980));
  EXPECT_THAT(lines(LineKind::Fee), ElementsAre(20));
  EXPECT_THAT(lines(LineKind::ExchangedIn), ElementsAre(653));
  EXPECT_EQ(available(kCafe), 0);
  EXPECT_EQ(totals(kCafe).fees, test::points(20));
  EXPECT_EQ(owed_by(kCafe), 980 * 8'000) << "nobody owes for a fee";
}

TEST_F(Exchanges, X12ARoundTripLoses) {
  begin();
  open(100, kYearLater, kBakery);

  ASSERT_EQ(exchange(an_exchange().between(kBakery, kCafe).in(100)), Outcome::Accepted);
  EXPECT_EQ(available(kCafe), 139);
  EXPECT_EQ(available(kBakery), 0);
  EXPECT_EQ(owed_by(kBakery), 100 * 11'700);

  ASSERT_EQ(exchange(an_exchange().in(139)), Outcome::Accepted);
  EXPECT_EQ(available(kBakery), 92);
  EXPECT_EQ(available(kCafe), 1);
}

TEST_F(Exchanges, X16TheFeeComesOnTopOfWhatIsWanted) {
  begin([](Programme& cafe) { cafe.exchange.fee_basis_points = 200; });
  open(152);

  EXPECT_EQ(exchange(an_exchange().out(100)), Outcome::InsufficientAvailable);
  open(1);
  ASSERT_EQ(exchange(an_exchange().out(100)), Outcome::Accepted);

  EXPECT_THAT(lines(LineKind::ExchangedOut), ElementsAre(150));
  EXPECT_THAT(lines(LineKind::Fee), ElementsAre(2, 1)) << "of the lots that follow";
  EXPECT_THAT(lines(LineKind::ExchangedIn), ElementsAre(100));
  EXPECT_EQ(available(kCafe), 0);
  EXPECT_EQ(owed_by(kCafe), 150 * 8'000);
}

TEST_F(Exchanges, X21IsPricedByTheBidInForce) {
  begin();
  open(240);
  ASSERT_EQ(run(a_quote().bid(7'000).until(kYearLater)), Outcome::Accepted);
  const Timestamp lower = Timestamp(ledger.header.time.milliseconds()).plus(kDay);

  ledger.at(lower.minus(Duration(1)));
  ASSERT_EQ(exchange(an_exchange().in(120)), Outcome::Accepted);
  EXPECT_THAT(receipt.obligations, ElementsAre(owes(kCafe, kBakery, 960'000)));
  EXPECT_EQ(available(kBakery), 80);

  ledger.at(lower);
  ASSERT_EQ(exchange(an_exchange().in(120)), Outcome::Accepted);
  EXPECT_THAT(receipt.obligations, ElementsAre(owes(kCafe, kBakery, 840'000)));
  EXPECT_EQ(available(kBakery), 80 + 70);
}

TEST_F(Exchanges, APublishedRateStandsAboveTheQuotes) {
  begin();
  open(100);
  ASSERT_EQ(agree(a_rate().rate(2, 1).until(now().plus(kHour)), kBakery), Outcome::Accepted);

  ASSERT_EQ(exchange(an_exchange().in(50)), Outcome::Accepted);
  EXPECT_EQ(available(kBakery), 25);
  EXPECT_THAT(receipt.obligations, ElementsAre(owes(kCafe, kBakery, 400'000)))
      << "priced by the quote";

  ledger.at(now().plus(kHour));
  ASSERT_EQ(exchange(an_exchange().in(50)), Outcome::Accepted);
  EXPECT_EQ(available(kBakery), 25 + 33) << "it has run out";
}

TEST_F(Exchanges, ARateNeedsTheIssuersQuoteAlone) {
  begin();
  open(100);
  open(100, kYearLater, kGrocer);
  const auto rate = [](MerchantId from, MerchantId into) {
    return a_rate().between(from, into).rate(1, 1).until(kYearLater);
  };
  ASSERT_EQ(agree(rate(kCafe, kGrocer), kGrocer), Outcome::Accepted);
  ASSERT_EQ(agree(rate(kGrocer, kCafe), kCafe), Outcome::Accepted);

  EXPECT_EQ(exchange(an_exchange().between(kCafe, kGrocer)), Outcome::Accepted);
  EXPECT_EQ(exchange(an_exchange().between(kGrocer, kCafe)), Outcome::RateNotAvailable);
}

TEST_F(Exchanges, X11NeedsAQuoteOfBothInOneCurrency) {
  begin();
  open(300);
  open(100, kYearLater, kGrocer);
  const auto into_grocers = an_exchange().between(kCafe, kGrocer);

  EXPECT_EQ(exchange(into_grocers), Outcome::RateNotAvailable) << "it has none";
  EXPECT_EQ(exchange(an_exchange().between(kGrocer, kCafe)), Outcome::RateNotAvailable);
  const Timestamp start = now().plus(kHour);
  const Timestamp end = start.plus(kHour);
  ASSERT_EQ(run(a_quote().at(kGrocer).bid(1).from(start).until(end)), Outcome::Accepted);
  EXPECT_EQ(exchange(into_grocers), Outcome::RateNotAvailable) << "not yet";
  ledger.at(start);
  EXPECT_EQ(exchange(into_grocers), Outcome::Accepted);
  ledger.at(end.minus(Duration(1)));
  EXPECT_EQ(exchange(into_grocers), Outcome::Accepted);
  EXPECT_EQ(exchange(into_grocers), Outcome::RateNotAvailable) << "at its end";
  EXPECT_EQ(exchange(an_exchange().between(kGrocer, kCafe)), Outcome::RateNotAvailable);
}

TEST_F(Exchanges, QuotesInTwoCurrenciesMakeNoRate) {
  begin();
  open(100);
  ASSERT_EQ(run(a_quote().at(kGrocer).in("USD").until(kYearLater)), Outcome::Accepted);

  EXPECT_EQ(exchange(an_exchange().between(kCafe, kGrocer)), Outcome::RateNotAvailable);
}

TEST_F(Exchanges, AnOfferHasToBeThere) {
  begin();
  open(99);

  EXPECT_EQ(exchange(an_exchange().in(100)), Outcome::InsufficientAvailable)
      << "though 99 would be charged";
  EXPECT_EQ(exchange(an_exchange().out(66)), Outcome::Accepted);
}

TEST_F(Exchanges, RefusesWhatPassesAllPoints) {
  begin();
  open(100);

  EXPECT_EQ(exchange(an_exchange().out(kPointsMax)), Outcome::AmountOverflow);
  EXPECT_EQ(exchange(an_exchange().between(kBakery, kCafe).in(kPointsMax)),
            Outcome::AmountOverflow);
  // 2^53 points at 8,000 micro-euros are more than is ever owed.
  EXPECT_EQ(exchange(an_exchange().in(kPointsMax)), Outcome::AmountOverflow);
}

TEST_F(Exchanges, TheIssuersCapMayBeReached) {
  begin();
  open(198);
  cap(kCafe, 2 * 792'000 - 1);

  ASSERT_EQ(exchange(an_exchange().in(99)), Outcome::Accepted);
  EXPECT_EQ(exchange(an_exchange().in(99)), Outcome::IssuerCapExceeded);
  EXPECT_EQ(owed_by(kCafe), 792'000);
  EXPECT_EQ(available(kCafe), 99);
  cap(kCafe, 2 * 792'000);
  EXPECT_EQ(exchange(an_exchange().in(99)), Outcome::Accepted);
}

TEST_F(Exchanges, AnIssuerWithoutACapOwesNothing) {
  begin();
  open(100);
  cap(kCafe, 0);

  EXPECT_EQ(exchange(an_exchange().in(2)), Outcome::IssuerCapExceeded);
}

TEST_F(Exchanges, X18TheQuotesPointsADayMayBeReached) {
  begin();
  open(1'000);
  const Timestamp end = now().plus(Duration(30 * kDay.milliseconds()));
  ASSERT_EQ(run(a_quote().bid(8'001).ask(8'001).acceptor_per_day(198).until(end)),
            Outcome::Accepted);
  ledger.at(test::kStart.plus(Duration(2 * kDay.milliseconds())));
  ASSERT_EQ(agree(a_rate().until(kYearLater), kBakery), Outcome::Accepted);

  ASSERT_EQ(exchange(an_exchange().in(100)), Outcome::Accepted);
  EXPECT_EQ(exchange(an_exchange().in(102)), Outcome::AcceptorLimitExceeded);
  EXPECT_EQ(exchange(an_exchange().in(100)), Outcome::Accepted) << "99 of each are charged";
  EXPECT_EQ(exchange(an_exchange().in(2)), Outcome::AcceptorLimitExceeded);
  ASSERT_EQ(agree(a_rate().between(kCafe, kGrocer).until(kYearLater), kGrocer), Outcome::Accepted);
  EXPECT_EQ(exchange(an_exchange().between(kCafe, kGrocer)), Outcome::Accepted)
      << "each acceptor has its own";

  const Timestamp midnight = test::kStart.plus(Duration(3 * kDay.milliseconds())).minus(kHour);
  ledger.at(midnight.minus(Duration(1)));
  EXPECT_EQ(exchange(an_exchange().in(99)), Outcome::AcceptorLimitExceeded);
  EXPECT_EQ(now(), midnight) << "of the café's clocks";
  EXPECT_EQ(exchange(an_exchange().in(99)), Outcome::Accepted);
}

TEST_F(Exchanges, NeedsTheMembersOwnSignature) {
  begin();
  open(100);
  enrol(2, {kCafe});

  EXPECT_EQ(run(an_exchange()), Outcome::ConsentRequired);
  EXPECT_EQ(run(an_exchange().consented_by(key_of(2), ledger.chain.id)), Outcome::ConsentRequired);
  EXPECT_EQ(exchange(an_exchange(), 2), Outcome::NotPermitted);
  EXPECT_EQ(run(an_exchange().by(kGrocer).consented_by(key_of(1), ledger.chain.id)),
            Outcome::NotPermitted);
  EXPECT_EQ(run(an_exchange().in(40).consented_by(key_of(1), ledger.chain.id)), Outcome::Accepted);
  EXPECT_EQ(run(an_exchange().in(40).by(kBakery).consented_by(key_of(1), ledger.chain.id)),
            Outcome::Accepted)
      << "the other merchant may send it too";
}

TEST_F(Exchanges, NeedsTwoProgrammesThatExchange) {
  begin([](Programme& cafe) { cafe.exchange.enabled = false; });
  open(100, kYearLater, kBakery);
  open(100, kYearLater, kGrocer);

  EXPECT_EQ(exchange(an_exchange().between(kBakery, kCafe)), Outcome::NotEnabled);
  EXPECT_EQ(exchange(an_exchange().between(kCafe, kBakery)), Outcome::NotEnabled);
  EXPECT_EQ(exchange(an_exchange().between(kBakery, kNobody)), Outcome::UnknownProgramme);
  EXPECT_EQ(exchange(an_exchange().between(kNobody, kBakery)), Outcome::UnknownProgramme);
  EXPECT_EQ(exchange(an_exchange().between(kBakery, MerchantId(9))), Outcome::UnknownMerchant);
  EXPECT_EQ(run(an_exchange().between(MerchantId(9), kBakery).by(kBakery)),
            Outcome::UnknownMerchant);
}

TEST_F(Exchanges, NeedsAnAccountOfTheMembersInBoth) {
  begin();
  enrol(2, {kCafe});
  enrol(3, {kBakery});

  EXPECT_EQ(exchange(an_exchange().of(test::member(2)), 2), Outcome::UnknownMember);
  EXPECT_EQ(exchange(an_exchange().of(test::member(3)), 3), Outcome::UnknownMember);
}

TEST_F(Exchanges, AFrozenMemberSpendsNothingAndMayReceive) {
  begin();
  open(100);
  const auto freeze = [&](MerchantId programme) {
    return run(test::FreezeBuilder().at(programme).by(programme).kind(FreezeKind::Fraud));
  };
  ASSERT_EQ(freeze(kBakery), Outcome::Accepted);
  EXPECT_EQ(exchange(an_exchange().in(50)), Outcome::Accepted);
  EXPECT_EQ(available(kBakery), 33);

  EXPECT_EQ(exchange(an_exchange().between(kBakery, kCafe).in(33)), Outcome::MemberFrozen);
  ASSERT_EQ(freeze(kCafe), Outcome::Accepted);
  EXPECT_EQ(exchange(an_exchange().in(50)), Outcome::MemberFrozen);
}

TEST_F(Exchanges, AClosedAccountNeitherGivesNorTakes) {
  begin();
  open(100);
  ASSERT_EQ(
      run(test::CloseBuilder().at(kBakery).by(kBakery).consented_by(key_of(1), ledger.chain.id)),
      Outcome::Accepted);

  EXPECT_EQ(exchange(an_exchange()), Outcome::MemberClosed);
  EXPECT_EQ(exchange(an_exchange().between(kBakery, kCafe)), Outcome::MemberClosed);
}

TEST_F(Exchanges, NoPointsMoveOfWhoDoesNotPayAndNoneIntoWhoLeaves) {
  begin();
  open(300);
  open(300, kYearLater, kBakery);
  const auto out = [&] { return exchange(an_exchange().in(30)); };
  const auto back = [&] { return exchange(an_exchange().between(kBakery, kCafe).in(30)); };

  put(kCafe, IssuerState::Suspended);
  EXPECT_EQ(out(), Outcome::IssuerSuspended);
  EXPECT_EQ(back(), Outcome::IssuerSuspended);
  put(kCafe, IssuerState::Closed);
  EXPECT_EQ(out(), Outcome::IssuerClosed);
  EXPECT_EQ(back(), Outcome::IssuerClosed);
  put(kCafe, IssuerState::WindingDown);
  EXPECT_EQ(back(), Outcome::IssuerClosing);
  EXPECT_EQ(out(), Outcome::IssuerCapExceeded) << "nothing is left of its collateral";
  write([&](state::StateDelta& delta) {
    state::Exposure exposure = exposure_of(kCafe);
    exposure.collateral = MicroUnits::from(240'000).value();
    ASSERT_TRUE(state::put_exposure(delta, kCafe, test::currency("EUR"), exposure).ok());
  });
  EXPECT_EQ(out(), Outcome::Accepted);
  EXPECT_EQ(out(), Outcome::IssuerCapExceeded);
}

TEST_F(Exchanges, TheLastQuoteOfAnIssuerThatLeavesCountsToTheEnd) {
  begin();
  const Timestamp later = kYearLater.plus(kDay);
  open(100, later);
  ASSERT_EQ(run(a_quote().at(kBakery).bid(11'700).ask(12'000).until(later)), Outcome::Accepted);
  write([&](state::StateDelta& delta) {
    state::Exposure exposure = exposure_of(kCafe);
    exposure.collateral = MicroUnits::from(800'000).value();
    ASSERT_TRUE(state::put_exposure(delta, kCafe, test::currency("EUR"), exposure).ok());
  });
  ledger.at(kYearLater);

  EXPECT_EQ(exchange(an_exchange()), Outcome::RateNotAvailable);
  put(kCafe, IssuerState::WindingDown);
  EXPECT_EQ(exchange(an_exchange()), Outcome::Accepted);
  EXPECT_THAT(receipt.obligations, ElementsAre(owes(kCafe, kBakery, 792'000)));
}

TEST_F(Exchanges, SimulatingTellsHowManyAreShort_I05) {
  begin([](Programme& cafe) { cafe.exchange.fee_basis_points = 200; });
  open(100);
  const auto missing = [&](const test::ExchangeBuilder& builder) {
    const KeyId key = key_of(1).public_key().id();
    return simulate(valid(builder), key, ledger.header, ledger.view)->missing;
  };

  EXPECT_EQ(missing(an_exchange().out(100)).points, test::points(53)) << "153 would be needed";
  EXPECT_EQ(missing(an_exchange().in(101)).points, test::points(1));
  EXPECT_EQ(missing(an_exchange().in(100)), Missing());
  EXPECT_EQ(missing(an_exchange().between(kCafe, kGrocer).out(500)), Missing())
      << "there is no rate to price it by";
}

TEST_F(Exchanges, ATerminalsLimitCountsWhatGoes) {
  begin([](Programme& cafe) { cafe.exchange.fee_basis_points = 200; });
  open(400);
  const crypto::PrivateKey till = test::key_from_seed(300);
  ASSERT_EQ(
      run(test::a_key_registration().key(till.public_key()).role(Role::Terminal).points_max(153)),
      Outcome::Accepted);
  const auto at_till = [&](test::ExchangeBuilder builder) {
    return ledger.run(till.public_key(), valid(builder.consented_by(key_of(1), ledger.chain.id)))
        .outcome;
  };

  EXPECT_EQ(at_till(an_exchange().out(101)), Outcome::NotPermitted) << "152 and a fee of 4";
  EXPECT_EQ(at_till(an_exchange().out(100)), Outcome::Accepted) << "150 and 3";
  EXPECT_EQ(at_till(an_exchange().in(154)), Outcome::NotPermitted);
}

}  // namespace
}  // namespace tally::execution
