// Points that are redeemed and held at another merchant: vectors X03, X07, X09, X15, X17, X18, X21,
// X22, X23 and S08 of the page on loyalty.
#include "execution/elsewhere_fixture.h"

namespace tally::execution {
namespace {

using test::a_capture;
using test::a_quote;
using test::a_redeem;
using test::a_reverse;
using test::a_void;
using test::member;

TEST_F(Elsewhere, X15TheBasketsValueIsPaidAtTheBid) {
  start();
  give(5'000);

  EXPECT_EQ(agreed(at_b().basket(500).up_to(5'000)), Outcome::Accepted);
  EXPECT_EQ(sum(LineKind::Redeemed), 625);
  EXPECT_EQ(last_.value.minor_units(), 500);
  EXPECT_EQ(owed(kA, kB), 5'000'000);

  EXPECT_EQ(agreed(at_b().basket(499).up_to(5'000)), Outcome::Accepted);
  EXPECT_EQ(sum(LineKind::Redeemed), 624);
  EXPECT_EQ(owed(kA, kB), 5'000'000 + 4'992'000);
  EXPECT_EQ(exposure(kA).owed.value(), owed(kA, kB));
  ASSERT_EQ(last_.obligations.size(), 1U);
  EXPECT_EQ(last_.obligations.front(),
            (Obligation{kA, kB, kEuro, MicroUnits::from(4'992'000).value(),
                        ObligationReason::Redeemed, std::nullopt}));
}

TEST_F(Elsewhere, X03ARewardOfBIsPaidWithPointsOfA) {
  start();
  give(200);
  // 3 : 2 by the quotes: bid 8,000, and B asks 12,000.
  ASSERT_EQ(run(a_quote().at(kB).bid(11'700).ask(12'000).until(kLater)).outcome, Outcome::Accepted);

  EXPECT_EQ(agreed(at_b().reward(67, 800)), Outcome::Accepted);

  EXPECT_EQ(sum(LineKind::Redeemed), 101);
  EXPECT_EQ(owed(kA, kB), 808'000);
}

TEST_F(Elsewhere, ARewardNeedsAQuoteOfWhoseItIs) {
  start();
  give(200);

  EXPECT_EQ(agreed(at_b().reward(67, 800)), Outcome::RateNotAvailable);
}

TEST_F(Elsewhere, ARewardAtTheIssuersOwnIsItsPriceInPoints) {
  start();
  give(200);

  EXPECT_EQ(run(a_redeem().at(kA).reward(67, 800)).outcome, Outcome::Accepted);

  EXPECT_EQ(sum(LineKind::Redeemed), 67);
  EXPECT_EQ(last_.value.minor_units(), 800);
  EXPECT_TRUE(last_.obligations.empty());
}

TEST_F(Elsewhere, X07TheIssuerOwesAtMostItsCap) {
  start();
  give(10'000);
  set_cap(kA, 10'000'00);
  set_owed(kA, 9'950'000'000);

  EXPECT_EQ(agreed(at_b().basket(60'00).up_to(7'500)), Outcome::IssuerCapExceeded);
  EXPECT_EQ(agreed(at_b().basket(50'00).up_to(6'250)), Outcome::Accepted);
  EXPECT_EQ(exposure(kA).owed, exposure(kA).cap);
  EXPECT_EQ(agreed(at_b().basket(1).up_to(2)), Outcome::IssuerCapExceeded);
}

TEST_F(Elsewhere, WithoutACapTheCollateralIsIt) {
  start();
  give(1'000);
  write([](state::StateDelta& delta) {
    state::Exposure exposure;
    exposure.collateral = cents(80);
    EXPECT_TRUE(state::put_exposure(delta, kA, kEuro, exposure).ok());
  });

  EXPECT_EQ(agreed(at_b().basket(81).up_to(1'000)), Outcome::IssuerCapExceeded);
  EXPECT_EQ(agreed(at_b().basket(80).up_to(100)), Outcome::Accepted);
}

TEST_F(Elsewhere, X09ACaptureIsAtTheHoldsRate) {
  start();
  give(1'000);
  ASSERT_EQ(agreed(hold_at_b().basket(500).up_to(625)), Outcome::Accepted);
  const std::uint64_t hold = request_;
  EXPECT_EQ(exposure(kA).reserved.value(), 5'000'000);
  EXPECT_EQ(owed(kA, kB), 0);
  ASSERT_EQ(run(a_quote().at(kA).bid(8'200).ask(8'400).until(kLater)).outcome, Outcome::Accepted);

  ASSERT_EQ(run(a_capture().at(kA).by(kB).of_hold(hold).amount(500)).outcome, Outcome::Accepted);

  EXPECT_EQ(last_.value.minor_units(), 400);
  EXPECT_EQ(owed(kA, kB), 500 * 8'000);
  EXPECT_EQ(exposure(kA).reserved.value(), 0);
  EXPECT_EQ(available(), 500);
}

TEST_F(Elsewhere, AHoldThatEndsOwesNothing) {
  start();
  give(1'000);
  ASSERT_EQ(agreed(hold_at_b().basket(80).up_to(100)), Outcome::Accepted);
  const std::uint64_t first = request_;
  ASSERT_EQ(agreed(hold_at_b().basket(80).up_to(100).ttl(kHour)), Outcome::Accepted);
  EXPECT_EQ(exposure(kA).reserved.value(), 200 * 8'000);

  ASSERT_EQ(run(a_void().at(kA).by(kB).of_hold(first)).outcome, Outcome::Accepted);
  EXPECT_EQ(exposure(kA).reserved.value(), 100 * 8'000);
  // Its time-out touches what the issuer owes: it runs at the start of the next block.
  ledger_.at(ledger_.next_time().plus(kHour));
  ledger_.run_block({});

  EXPECT_EQ(exposure(kA).reserved.value(), 0);
  EXPECT_EQ(exposure(kA).owed.value(), 0);
  EXPECT_EQ(available(), 1'000);
}

TEST_F(Elsewhere, AHoldReservesUpToTheCap) {
  start();
  give(1'000);
  set_cap(kA, 100);

  EXPECT_EQ(agreed(hold_at_b().basket(101).up_to(200)), Outcome::IssuerCapExceeded);
  EXPECT_EQ(agreed(hold_at_b().basket(100).up_to(125)), Outcome::Accepted);
  EXPECT_EQ(agreed(at_b().basket(1).up_to(2)), Outcome::IssuerCapExceeded);
}

TEST_F(Elsewhere, X17ASpendElsewhereNeedsTheMembersWordOrAToken) {
  start();
  ledger_.enrol(2, kA);  // in A's custody
  give(5'000, 2);
  const crypto::PrivateKey second = test::key_from_seed(499);
  const crypto::PrivateKey custodian = test::key_from_seed(500);
  ASSERT_EQ(
      run(test::a_key_registration().by(kA).key(second.public_key()).role(Role::Operator)).outcome,
      Outcome::Accepted);
  ASSERT_EQ(run(test::a_key_registration()
                    .by(kA)
                    .key(custodian.public_key())
                    .role(Role::Operator)
                    .consent_max(1'000)
                    .consented_by(second, ledger_.chain.id))
                .outcome,
            Outcome::Accepted);
  const Timestamp until = ledger_.next_time().plus(kHour);
  ConsentTerms terms;
  terms.member = member(2);
  terms.programme = kA;
  terms.acceptor = kB;
  terms.points_max = test::points(500);
  terms.until = until;
  const auto token_of = [&](const ConsentTerms& what) {
    return Consent{custodian.public_key(),
                   custodian.sign(token_digest(ledger_.chain.id, what).view()), what};
  };
  const auto redeem = [&](std::int64_t amount) {
    return at_b().of(member(2)).basket(10'000).exactly(amount);
  };
  const Consent token = token_of(terms);

  EXPECT_EQ(run(redeem(100)).outcome, Outcome::ConsentRequired);
  EXPECT_EQ(run(redeem(501).with_token(token)).outcome, Outcome::ConsentRequired);
  EXPECT_EQ(run(redeem(300).with_token(token)).outcome, Outcome::Accepted);
  EXPECT_EQ(run(redeem(200).with_token(token)).outcome, Outcome::ConsentUsed);

  ConsentTerms other = terms;
  other.nonce = test::fixed_of<ConsentNonce>(9);
  const Consent late = token_of(other);
  other.points_max = test::points(1'001);
  const Consent above = token_of(other);
  other = terms;
  other.acceptor = kC;
  const Consent for_c = token_of(other);
  EXPECT_EQ(run(redeem(200).with_token(above)).outcome, Outcome::ConsentRequired);
  EXPECT_EQ(run(redeem(200).with_token(for_c)).outcome, Outcome::ConsentRequired);
  ledger_.at(until);
  EXPECT_EQ(run(redeem(200).with_token(late)).outcome, Outcome::ConsentRequired);
  ledger_.at(until.plus(Duration(1)));
  other = terms;
  other.until = ledger_.next_time().plus(Duration(24 * kHour.milliseconds() + 1));
  EXPECT_EQ(run(redeem(200).with_token(token_of(other))).outcome, Outcome::ConsentRequired);
  other.until = ledger_.next_time().plus(Duration(24 * kHour.milliseconds()));
  EXPECT_EQ(run(redeem(200).with_token(token_of(other))).outcome, Outcome::Accepted);
}

TEST_F(Elsewhere, ATokenStaysUsedThroughAMerge) {
  start();
  for (const std::uint64_t n : {2U, 3U}) {
    ledger_.enrol(n, kA);  // in A's custody
    give(1'000, n);
  }
  const crypto::PrivateKey second = test::key_from_seed(499);
  const crypto::PrivateKey custodian = test::key_from_seed(500);
  ASSERT_EQ(
      run(test::a_key_registration().by(kA).key(second.public_key()).role(Role::Operator)).outcome,
      Outcome::Accepted);
  ASSERT_EQ(run(test::a_key_registration()
                    .by(kA)
                    .key(custodian.public_key())
                    .role(Role::Operator)
                    .consent_max(1'000)
                    .consented_by(second, ledger_.chain.id))
                .outcome,
            Outcome::Accepted);
  ConsentTerms terms;
  terms.member = member(2);
  terms.programme = kA;
  terms.acceptor = kB;
  terms.points_max = test::points(500);
  terms.until = ledger_.next_time().plus(kHour);
  const Consent token{custodian.public_key(),
                      custodian.sign(token_digest(ledger_.chain.id, terms).view()), terms};
  const auto redeem = [&] {
    return run(at_b().of(member(2)).basket(80).exactly(100).with_token(token)).outcome;
  };
  ASSERT_EQ(redeem(), Outcome::Accepted);
  ASSERT_EQ(run(test::a_merge().at(kA).source(member(2)).into(member(3)).consented_by(
                    second, ledger_.chain.id))
                .outcome,
            Outcome::Accepted);

  EXPECT_EQ(redeem(), Outcome::ConsentUsed);
}

TEST_F(Elsewhere, ATokenIsNoConsentToAnythingElse) {
  start();
  give(1'000);
  ConsentTerms terms;
  terms.member = member(1);
  terms.programme = kA;
  terms.acceptor = kB;
  terms.points_max = test::points(500);
  terms.until = ledger_.next_time().plus(kHour);
  const Consent token{member_key_.public_key(),
                      member_key_.sign(token_digest(ledger_.chain.id, terms).view()), terms};
  Programme programme = programme_of_a();
  programme.transfer.enabled = true;
  programme.redeem.consent_above = Points();
  ASSERT_EQ(run(test::a_publication().programme(programme).version(2)).outcome, Outcome::Accepted);
  ledger_.run_block({});

  EXPECT_EQ(run(a_redeem().at(kA).basket(100).exactly(100).with_token(token)).outcome,
            Outcome::ConsentRequired);
  // The member's own key signs tokens, too.
  EXPECT_EQ(run(at_b().basket(100).up_to(100).with_token(token)).outcome, Outcome::Accepted);
}

TEST_F(Elsewhere, X18AnAcceptorTakesAtMostItsDaysPoints) {
  start();
  give(20'000);
  ASSERT_EQ(
      run(a_quote().at(kA).bid(8'100).ask(8'400).acceptor_per_day(10'000).until(kLater)).outcome,
      Outcome::Accepted);
  ASSERT_EQ(
      run(a_quote().at(kA).bid(10'000).ask(10'000).acceptor_per_day(10'000).until(kLater)).outcome,
      Outcome::Accepted);
  ledger_.at(ledger_.next_time().plus(kDay));
  ASSERT_EQ(agreed(at_b().basket(9'900).exactly(9'900)), Outcome::Accepted);

  EXPECT_EQ(agreed(at_b().basket(101).exactly(101)), Outcome::AcceptorLimitExceeded);
  EXPECT_EQ(agreed(a_redeem().at(kA).by(kC).basket(101).exactly(101)), Outcome::Accepted);
  EXPECT_EQ(agreed(hold_at_b().basket(100).exactly(100)), Outcome::Accepted);
  EXPECT_EQ(agreed(at_b().basket(1).exactly(1)), Outcome::AcceptorLimitExceeded);
  ledger_.at(ledger_.next_time().plus(kDay));
  EXPECT_EQ(agreed(at_b().basket(1).exactly(1)), Outcome::Accepted);
}

TEST_F(Elsewhere, X21ALowerBidPaysFromADayLaterOn) {
  start();
  give(1'000);
  const Timestamp published = ledger_.next_time();
  ASSERT_EQ(run(a_quote().at(kA).bid(7'000).until(kLater)).outcome, Outcome::Accepted);

  ledger_.at(published.plus(kDay).minus(Duration(1)));
  ASSERT_EQ(agreed(at_b().basket(80).exactly(100)), Outcome::Accepted);
  EXPECT_EQ(owed(kA, kB), 800'000);
  ledger_.at(published.plus(kDay));
  ASSERT_EQ(agreed(at_b().basket(70).exactly(100)), Outcome::Accepted);
  EXPECT_EQ(owed(kA, kB), 800'000 + 700'000);
}

TEST_F(Elsewhere, X11WithoutAQuoteInForceNothingIsRedeemed) {
  start();
  give(1'000);
  ledger_.at(kLater);

  EXPECT_EQ(agreed(at_b().basket(80).exactly(100)), Outcome::RateNotAvailable);
}

TEST_F(Elsewhere, X22AHoldElsewhereLastsADayAtMost) {
  const Duration day(24 * kHour.milliseconds());
  EXPECT_TRUE(check_form(hold_at_b().ttl(day).build()).ok());
  EXPECT_FALSE(check_form(hold_at_b().ttl(Duration(day.milliseconds() + 1)).build()).ok());
  EXPECT_TRUE(check_form(test::a_hold().at(kA).ttl(Duration(day.milliseconds() + 1)).build()).ok());

  start();
  give(1'000);
  EXPECT_EQ(agreed(hold_at_b().basket(80).exactly(100).ttl(day)), Outcome::Accepted);
  EXPECT_EQ(last_.hold_until, ledger_.header.ledger_time.plus(day));
}

TEST_F(Elsewhere, X23TheBasketsShareIsTheAcceptors) {
  Programme b = test::a_programme("Points", kB);
  b.redeem.max_percent = 50;
  start(programme_of_a(), b);
  give(5'000);

  ASSERT_EQ(agreed(at_b().basket(2'000).up_to(5'000)), Outcome::Accepted);
  EXPECT_EQ(sum(LineKind::Redeemed), 1'250);
  EXPECT_EQ(last_.value.minor_units(), 1'000);
  ASSERT_EQ(agreed(a_redeem().at(kA).by(kC).basket(2'000).up_to(5'000)), Outcome::Accepted);
  EXPECT_EQ(sum(LineKind::Redeemed), 2'500);
  EXPECT_EQ(last_.value.minor_units(), 2'000);
}

TEST_F(Elsewhere, MinimumAndStepAreTheIssuers) {
  Programme a = programme_of_a();
  a.redeem.minimum = test::points(50);
  a.redeem.step = test::points(25);
  start(a);
  give(1'000);

  EXPECT_EQ(agreed(at_b().basket(1'000).exactly(49)), Outcome::BelowMinimum);
  EXPECT_EQ(agreed(at_b().basket(1'000).exactly(51)), Outcome::InvalidStep);
  EXPECT_EQ(agreed(at_b().basket(1'000).exactly(75)), Outcome::Accepted);
}

TEST_F(Elsewhere, OnlyTheQuotesCurrencyPays) {
  start();
  give(1'000);

  EXPECT_EQ(agreed(at_b().in("USD").basket(80).exactly(100)), Outcome::CurrencyNotAccepted);
}

TEST_F(Elsewhere, S08WhatExpiresIsOwedToNobody) {
  start();
  give(1'000);
  ledger_.at(kLater.plus(Duration(60 * kDay.milliseconds())));
  ledger_.run_block({});

  EXPECT_EQ(available(), 0);
  EXPECT_EQ(state::totals(ledger_.view, kA).value().expired.value(), 1'000);
  EXPECT_EQ(exposure(kA).owed.value(), 0);
}

TEST_F(Elsewhere, AReturnTakesBackWhatWasOwed) {
  start();
  give(1'000);
  ASSERT_EQ(agreed(at_b().order(9).basket(1'000).exactly(1'000)), Outcome::Accepted);
  const Position redemption = last_.position;
  ASSERT_EQ(owed(kA, kB), 8'000'000);

  ASSERT_EQ(run(a_reverse().at(kB).by(kB).of_order(9).total(400)).outcome, Outcome::Accepted);

  EXPECT_EQ(sum(LineKind::GivenBack), 400);
  EXPECT_EQ(last_.value.minor_units(), 320);
  EXPECT_EQ(available(), 400);
  EXPECT_EQ(owed(kA, kB), 600 * 8'000);
  ASSERT_EQ(last_.obligations.size(), 1U);
  EXPECT_EQ(last_.obligations.front().origin, redemption);
  EXPECT_EQ(last_.obligations.front().amount.value(), -400 * 8'000);

  ASSERT_EQ(run(a_reverse().at(kB).by(kB).of_order(9).total(600)).outcome, Outcome::Accepted);
  EXPECT_EQ(available(), 1'000);
  EXPECT_EQ(owed(kA, kB), 0);
  EXPECT_EQ(exposure(kA).owed.value(), 0);
  EXPECT_EQ(run(a_reverse().at(kB).by(kB).of_order(9).total(1)).outcome, Outcome::AlreadyReturned);
}

TEST_F(Elsewhere, S05AReturnInALaterCycleNamesTheOldOne) {
  start();
  give(1'000);
  ASSERT_EQ(agreed(at_b().order(9).basket(800).exactly(1'000)), Outcome::Accepted);
  const Position redemption = last_.position;
  const std::uint32_t cycle = state::cycle_of(ledger_.header.ledger_time);
  ledger_.at(state::start_of_cycle(cycle + 1));

  ASSERT_EQ(run(a_reverse().at(kB).by(kB).of_order(9).total(800)).outcome, Outcome::Accepted);

  EXPECT_EQ(state::find_owed(ledger_.view, kEuro, cycle, kA, kB).value().value(), 8'000'000);
  EXPECT_EQ(owed(kA, kB), -8'000'000);
  EXPECT_EQ(last_.obligations.front().origin, redemption);
  EXPECT_EQ(exposure(kA).owed.value(), 0);
}

TEST_F(Elsewhere, APurchaseAtBThatWasPaidWithPointsOfAComesBackInBoth) {
  start();
  give(1'000);
  ASSERT_EQ(agreed(test::an_enrol().at(kB).by(kB).of(member(1))), Outcome::Accepted);
  ASSERT_EQ(agreed(at_b().order(9).basket(2'000).exactly(1'000)), Outcome::Accepted);
  ASSERT_EQ(run(test::an_earn().at(kB).by(kB).order(9).total(2'000).event_time(ledger_.next_time()))
                .outcome,
            Outcome::Accepted);
  EXPECT_EQ(sum(LineKind::Earned), 12);  // 20.00 less the 8.00 that points paid

  ASSERT_EQ(run(a_reverse().at(kB).by(kB).of_order(9).total(2'000)).outcome, Outcome::Accepted);

  EXPECT_EQ(sum(LineKind::GivenBack), 1'000);
  EXPECT_EQ(sum(LineKind::Clawed), 12);
  EXPECT_EQ(ledger_.head(1, kB).value().available.value(), 0);
  EXPECT_EQ(owed(kA, kB), 0);
}

TEST_F(Elsewhere, EachProgrammesPointsComeBackByThemselves) {
  start();
  give(1'000);
  ASSERT_EQ(agreed(test::an_enrol().at(kB).by(kB).of(member(1))), Outcome::Accepted);
  ASSERT_EQ(run(test::an_adjust().at(kB).by(kB).of(member(1)).credit(200)).outcome,
            Outcome::Accepted);
  ASSERT_EQ(agreed(at_b().order(9).basket(2'000).exactly(1'000)), Outcome::Accepted);
  ASSERT_EQ(run(a_redeem().at(kB).by(kB).order(9).basket(2'000).exactly(200)).outcome,
            Outcome::Accepted);

  ASSERT_EQ(run(a_reverse().at(kB).by(kB).of_order(9).total(1'000)).outcome, Outcome::Accepted);

  EXPECT_EQ(available(), 500);
  EXPECT_EQ(ledger_.head(1, kB).value().available.value(), 100);
  EXPECT_EQ(last_.value.minor_units(), 400 + 100);
  EXPECT_EQ(owed(kA, kB), 500 * 8'000);
}

TEST_F(Elsewhere, APureAcceptorReturnsInTheIssuersName) {
  start();
  give(1'000);
  ASSERT_EQ(agreed(a_redeem().at(kA).by(kC).order(9).basket(800).exactly(1'000)),
            Outcome::Accepted);

  EXPECT_EQ(run(a_reverse().at(kB).by(kC).of_order(9).total(800)).outcome, Outcome::UnknownOrder);
  EXPECT_EQ(run(a_reverse().at(kA).by(kC).of_order(9).total(800)).outcome, Outcome::Accepted);
  EXPECT_EQ(available(), 1'000);
}

TEST_F(Elsewhere, ASuspendedIssuersPointsAreGoodAtItsOwnTillsOnly) {
  start();
  give(1'000);
  ASSERT_EQ(agreed(hold_at_b().basket(80).exactly(100)), Outcome::Accepted);
  const std::uint64_t hold = request_;
  set_issuer(kA, {state::IssuerState::Suspended, Timestamp::never()});

  EXPECT_EQ(agreed(at_b().basket(80).exactly(100)), Outcome::IssuerSuspended);
  EXPECT_EQ(agreed(hold_at_b().basket(80).exactly(100)), Outcome::IssuerSuspended);
  EXPECT_EQ(run(a_quote().at(kA).bid(8'300).until(kLater)).outcome, Outcome::IssuerSuspended);
  EXPECT_EQ(run(test::an_earn().at(kA).event_time(ledger_.next_time())).outcome,
            Outcome::IssuerSuspended);
  EXPECT_EQ(run(a_redeem().at(kA).basket(80).exactly(80)).outcome, Outcome::Accepted);
  EXPECT_EQ(run(a_capture().at(kA).by(kB).of_hold(hold).amount(100)).outcome, Outcome::Accepted);
}

TEST_F(Elsewhere, S09OneThatLeavesIsRedeemedWithinItsCollateral) {
  start();
  give(10'000);
  write([](state::StateDelta& delta) {
    state::Exposure exposure;
    exposure.cap = cents(1'000'000);
    exposure.collateral = cents(500'00);
    exposure.owed = cents(480'00);
    EXPECT_TRUE(state::put_exposure(delta, kA, kEuro, exposure).ok());
  });
  const Timestamp end = ledger_.next_time().plus(Duration(90 * kDay.milliseconds()));
  set_issuer(kA, {state::IssuerState::WindingDown, end});

  // 1 : 1, so that a reward's price is the charge: no basket of whole cents comes to 2,501 points.
  ASSERT_EQ(run(a_quote().at(kB).bid(8'000).ask(8'000).until(kLater)).outcome, Outcome::Accepted);

  EXPECT_EQ(agreed(at_b().reward(2'501, 2'000)), Outcome::IssuerCapExceeded);
  EXPECT_EQ(agreed(at_b().reward(2'500, 2'000)), Outcome::Accepted);
  EXPECT_EQ(run(test::an_earn().at(kA).event_time(ledger_.next_time())).outcome,
            Outcome::IssuerClosing);
  EXPECT_EQ(run(a_quote().at(kA).bid(7'999).until(kLater)).outcome, Outcome::IssuerClosing);
  EXPECT_EQ(run(a_quote().at(kA).bid(8'001).until(kLater)).outcome, Outcome::Accepted);
  ledger_.at(end.minus(kHour));
  EXPECT_EQ(agreed(a_redeem().at(kA).basket(80).exactly(80)), Outcome::Accepted);
  EXPECT_EQ(run(test::a_hold().at(kA).basket(80).exactly(80).ttl(kDay)).outcome, Outcome::Accepted);
  EXPECT_EQ(last_.hold_until, end);
}

}  // namespace
}  // namespace tally::execution
