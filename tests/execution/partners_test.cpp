// Who owes for points that partners give and funders pay for: vectors X14, X19, X20 and X24 of the
// page on loyalty.
#include <tally/state/taken.h>

#include "execution/elsewhere_fixture.h"
#include "support/settlement_builders.h"

namespace tally::execution {
namespace {

using test::a_campaign;
using test::a_quote;
using test::a_reverse;
using test::an_earn;

/// A line of so many points, that `who` pays for.
Campaign funded(const char* points, MerchantId who) {
  Campaign campaign = test::a_campaign("extra", points);
  campaign.funders = {{Funder{FunderKind::Merchant, test::name_of_merchant(who)}, 1, 1}};
  return campaign;
}

class Partners : public Elsewhere {
 protected:
  /// B is a partner of A's with a programme, C a pure acceptor: A pays for what C gives.
  static Programme with_partners() {
    Programme programme = programme_of_a();
    programme.partners = {{test::name_of_merchant(kB), false, Points()},
                          {test::name_of_merchant(kC), true, test::points(1'000)}};
    return programme;
  }
  Outcome earn_at(MerchantId giver, std::int64_t total, std::uint64_t order) {
    return run(an_earn().at(kA).by(giver).order(order).total(total).event_time(ledger_.next_time()))
        .outcome;
  }
  RuleReason reason_of(std::string_view source) const {
    for (const RuleResult& rule : last_.rules)
      if (rule.source == source) return rule.reason;
    ADD_FAILURE() << "no rule " << source;
    return RuleReason::Given;
  }
};

TEST_F(Partners, X14APartnerPaysForItsBaseAndAPureAcceptorDoesNot) {
  start(with_partners());
  set_cap(kB, 100'00);

  ASSERT_EQ(earn_at(kC, 3'500, 1), Outcome::Accepted);
  EXPECT_EQ(sum(LineKind::Earned), 35);
  EXPECT_TRUE(last_.obligations.empty());

  ASSERT_EQ(earn_at(kB, 3'500, 2), Outcome::Accepted);
  const Position earn = last_.position;
  EXPECT_EQ(owed(kB, kA), 294'000);
  ASSERT_EQ(last_.obligations.size(), 1U);
  EXPECT_EQ(last_.obligations.front(), (Obligation{kB, kA, kEuro, MicroUnits::from(294'000).value(),
                                                   ObligationReason::Funded, std::nullopt}));
  EXPECT_EQ(last_.funded_at, (PointPrice{kEuro, 8'400}));

  ASSERT_EQ(run(a_reverse().at(kA).by(kB).of_order(2).total(3'500)).outcome, Outcome::Accepted);
  ASSERT_EQ(last_.obligations.size(), 1U);
  EXPECT_EQ(last_.obligations.front(),
            (Obligation{kB, kA, kEuro, MicroUnits::from(-294'000).value(), ObligationReason::Funded,
                        earn}));
  EXPECT_EQ(owed(kB, kA), 0);
  EXPECT_EQ(exposure(kB).owed.value(), 0);
}

TEST_F(Partners, X14IsOwedAtTheActivationWhereThePointsWait) {
  Programme programme = with_partners();
  programme.earn.pending = {false, kDay};
  start(programme);
  set_cap(kB, 100'00);

  ASSERT_EQ(earn_at(kB, 3'500, 2), Outcome::Accepted);
  EXPECT_EQ(owed(kB, kA), 0);
  EXPECT_EQ(exposure(kB).reserved.value(), 294'000);
  ASSERT_EQ(run(a_quote().at(kA).bid(8'000).ask(9'000).until(kLater)).outcome, Outcome::Accepted);

  ledger_.at(ledger_.next_time().plus(kDay));
  const std::vector<Receipt> receipts = ledger_.run_block({});
  ASSERT_EQ(receipts.size(), 1U);
  EXPECT_EQ(receipts.front().obligations.size(), 1U);
  EXPECT_EQ(exposure(kB).reserved.value(), 0);
  EXPECT_EQ(owed(kB, kA), 294'000);

  ASSERT_EQ(run(a_reverse().at(kA).by(kB).of_order(2).total(3'500)).outcome, Outcome::Accepted);
  EXPECT_EQ(owed(kB, kA), 0);
}

TEST_F(Partners, AReturnOfWhatWaitsFreesWhatWasReserved) {
  Programme programme = with_partners();
  programme.earn.pending = {false, kDay};
  start(programme);
  set_cap(kB, 100'00);
  ASSERT_EQ(earn_at(kB, 3'500, 2), Outcome::Accepted);

  ASSERT_EQ(run(a_reverse().at(kA).by(kB).of_order(2).total(1'000)).outcome, Outcome::Accepted);

  EXPECT_EQ(sum(LineKind::ClawedPending), 10);
  EXPECT_TRUE(last_.obligations.empty());
  EXPECT_EQ(exposure(kB).reserved.value(), 25 * 8'400);
  EXPECT_EQ(exposure(kB).owed.value(), 0);
}

TEST_F(Partners, AnAccountThatEndsFreesWhatWasReserved) {
  Programme programme = with_partners();
  programme.earn.pending = {false, kDay};
  start(programme);
  set_cap(kB, 100'00);
  ASSERT_EQ(earn_at(kB, 3'500, 2), Outcome::Accepted);

  ASSERT_EQ(agreed(test::a_close().at(kA).by(kA).of(test::member(1))), Outcome::Accepted);

  EXPECT_EQ(exposure(kB).reserved.value(), 0);
  EXPECT_EQ(exposure(kB).owed.value(), 0);
}

TEST_F(Partners, OnlyAPartnerGivesAnothersPoints) {
  start();

  EXPECT_EQ(earn_at(kB, 3'500, 1), Outcome::NotPermitted);
}

TEST_F(Partners, X20APartnersBaseStaysBelowItsCap) {
  start(with_partners());
  set_cap(kB, 500);
  set_owed(kB, 4'800'000);

  EXPECT_EQ(earn_at(kB, 2'400, 1), Outcome::ExposureCapExceeded);
  EXPECT_EQ(earn_at(kB, 2'300, 2), Outcome::Accepted);
  EXPECT_EQ(exposure(kB).owed.value(), 4'993'200);
}

TEST_F(Partners, APartnersBaseNeedsTheIssuersQuote) {
  start(with_partners());
  set_cap(kB, 500);
  ledger_.at(kLater);

  EXPECT_EQ(earn_at(kB, 2'300, 2), Outcome::RateNotAvailable);
  EXPECT_EQ(earn_at(kC, 2'300, 3), Outcome::Accepted);
}

TEST_F(Partners, ASuspendedPartnerFundsNothingMore) {
  start(with_partners());
  set_cap(kB, 500);
  set_issuer(kB, {state::IssuerState::Suspended, Timestamp::never()});

  EXPECT_EQ(earn_at(kB, 100, 1), Outcome::ExposureCapExceeded);
}

TEST_F(Partners, X24AnAgreementHasALimitACycle) {
  start(with_partners());
  const auto noted = [&] {
    return state::find_taken(ledger_.view, kA, kC).value().in_cycle.value();
  };
  ASSERT_EQ(earn_at(kC, 98'000, 1), Outcome::Accepted);
  ASSERT_EQ(noted(), 980);

  EXPECT_EQ(earn_at(kC, 2'100, 2), Outcome::AcceptorLimitExceeded);
  EXPECT_EQ(noted(), 980);
  EXPECT_EQ(earn_at(kC, 2'000, 3), Outcome::Accepted);
  EXPECT_EQ(earn_at(kC, 100, 4), Outcome::AcceptorLimitExceeded);
  ledger_.at(state::start_of_cycle(state::cycle_of(ledger_.next_time()) + 1));
  EXPECT_EQ(earn_at(kC, 100, 5), Outcome::Accepted);
  EXPECT_EQ(noted(), 1);
}

TEST_F(Partners, X19ALineOfAFunderStaysBelowItsCap) {
  Programme programme = programme_of_a();
  programme.campaigns = {funded("muldiv(tx.eligible, 1, 100)", kC)};
  start(programme);
  ASSERT_EQ(run(a_quote().at(kA).bid(8'000).ask(12'000).until(kLater)).outcome, Outcome::Accepted);
  set_cap(kC, 1'000);
  set_owed(kC, 9'600'000);

  ASSERT_EQ(earn_at(kA, 3'400, 1), Outcome::Accepted);
  EXPECT_EQ(reason_of("extra"), RuleReason::FunderCap);
  EXPECT_EQ(sum(LineKind::Earned), 34);
  EXPECT_EQ(exposure(kC).owed.value(), 9'600'000);

  ASSERT_EQ(earn_at(kA, 3'300, 2), Outcome::Accepted);
  EXPECT_EQ(reason_of("extra"), RuleReason::Given);
  EXPECT_EQ(sum(LineKind::Earned), 66);
  EXPECT_EQ(exposure(kC).owed.value(), 9'996'000);
}

TEST_F(Partners, ALineWithoutAQuoteGivesNothing) {
  Programme programme = programme_of_a();
  programme.campaigns = {funded("10", kC)};
  start(programme);
  set_cap(kC, 1'000);
  ledger_.at(kLater);

  ASSERT_EQ(earn_at(kA, 3'400, 1), Outcome::Accepted);

  EXPECT_EQ(reason_of("extra"), RuleReason::RateNotAvailable);
  EXPECT_EQ(sum(LineKind::Earned), 34);
}

TEST_F(Partners, ACallDayComesAmongWhatElseFallsDue) {
  Programme programme = programme_of_a();
  programme.earn.pending = {false, kDay};
  Campaign campaign = funded("5", kC);
  campaign.trigger = Trigger::Activated;
  programme.campaigns = {campaign};
  start(programme);
  set_cap(kC, 100'00);
  ASSERT_EQ(earn_at(kA, 1'000, 1), Outcome::Accepted);
  ledger_.at(ledger_.next_time().plus(kDay));
  ledger_.run_block({});
  const std::uint32_t cycle = state::cycle_of(ledger_.header.ledger_time);
  ASSERT_EQ(owed(kC, kA), 5 * 8'400);
  ledger_.at(state::start_of_cycle(cycle + 1));
  ASSERT_EQ(run(test::a_close_of_cycle(cycle).by(kB)).outcome, Outcome::Accepted);
  ledger_.run_block({});
  const Timestamp call_day = state::find_cycle(ledger_.view, cycle).value()->call_day;
  ledger_.at(call_day.minus(Duration(kDay.milliseconds() + kHour.milliseconds())));
  ASSERT_EQ(earn_at(kA, 1'000, 2), Outcome::Accepted);
  ledger_.at(call_day.minus(Duration(kDay.milliseconds() - 1'000)));
  ASSERT_EQ(earn_at(kA, 1'000, 3), Outcome::Accepted);

  // No block comes between an hour before the call day and an hour after it.
  ledger_.at(call_day.plus(kHour));
  ledger_.run_block({});

  EXPECT_EQ(state::find_issuer(ledger_.view, kC).value().state, state::IssuerState::Suspended);
  // The line that came an hour before; none of the purchase that activated a second later than
  // the call day; and the 4 cents that nobody paid.
  EXPECT_EQ(owed(kC, kA), 5 * 8'400 + 40'000);
}

TEST_F(Partners, WhatVelocityFlaggedAtAPartnerIsTheIssuersToLetGo) {
  Programme programme = with_partners();
  programme.velocity = {{VelocityWhat::Earn, Period::Day, 1, Points(), true}};
  start(programme);
  ASSERT_EQ(earn_at(kC, 1'000, 1), Outcome::Accepted);
  ASSERT_EQ(earn_at(kC, 1'000, 2), Outcome::Accepted);
  ASSERT_EQ(sum(LineKind::Pended), 10);
  const auto let_go = test::an_activate().at(kA).by(kC).of_order(2);

  EXPECT_EQ(run(let_go).outcome, Outcome::ApprovalsMissing);
  EXPECT_EQ(run(test::ActivateBuilder(let_go).consented_by(ledger_.chain.keys[0].operator_key,
                                                           ledger_.chain.id))
                .outcome,
            Outcome::Accepted);
  EXPECT_EQ(sum(LineKind::Activated), 10);
}

TEST_F(Partners, AFunderIsNotCreditedForWhatOthersLotsPaid) {
  Programme programme = programme_of_a();
  programme.earn.pending = {false, kDay};
  programme.campaigns = {funded("muldiv(tx.eligible, 1, 100)", kC)};
  start(programme);
  set_cap(kC, 100'00);
  ASSERT_EQ(earn_at(kA, 10'000, 1), Outcome::Accepted);
  ASSERT_EQ(exposure(kC).reserved.value(), 100 * 8'400);

  ASSERT_EQ(run(a_reverse().at(kA).by(kA).of_order(1).total(5'000)).outcome, Outcome::Accepted);
  EXPECT_EQ(sum(LineKind::ClawedPending), 100);
  EXPECT_TRUE(last_.obligations.empty());
  EXPECT_EQ(exposure(kC).reserved.value(), 50 * 8'400);

  ASSERT_EQ(agreed(test::a_close().at(kA).by(kA).of(test::member(1))), Outcome::Accepted);
  EXPECT_EQ(exposure(kC).reserved.value(), 0);
  EXPECT_EQ(exposure(kC).owed.value(), 0);
}

TEST_F(Partners, AnActivationThatOthersFundComesBeforeItsCycleCloses) {
  Programme programme = programme_of_a();
  programme.earn.pending = {false, kDay};
  Campaign campaign = funded("5", kC);
  campaign.trigger = Trigger::Activated;
  programme.campaigns = {campaign};
  start(programme);
  set_cap(kC, 100'00);
  ledger_.enrol(2, kA);
  const std::uint32_t cycle = state::cycle_of(ledger_.next_time());
  const Timestamp end = state::start_of_cycle(cycle + 1);
  ledger_.at(end.minus(Duration(kDay.milliseconds() + 2)));
  ASSERT_EQ(earn_at(kA, 1'000, 1), Outcome::Accepted);
  ASSERT_EQ(run(an_earn()
                    .at(kA)
                    .of(test::member(2))
                    .order(2)
                    .total(1'000)
                    .event_time(ledger_.next_time()))
                .outcome,
            Outcome::Accepted);
  ledger_.limits.own_entries = 0;
  ledger_.at(end);

  ledger_.run_block({});

  EXPECT_EQ(state::find_owed(ledger_.view, kEuro, cycle, kC, kA).value().value(), 10 * 8'400);
  EXPECT_EQ(owed(kC, kA), 0);
}

TEST_F(Partners, AFunderGetsBackWhatIsRecovered) {
  Programme programme = programme_of_a();
  programme.campaigns = {funded("muldiv(tx.eligible, 1, 100)", kC)};
  start(programme);
  set_cap(kC, 100'00);
  ASSERT_EQ(earn_at(kA, 10'000, 1), Outcome::Accepted);
  ASSERT_EQ(owed(kC, kA), 100 * 8'400);
  // Of 200 points 50 are left: base is recovered first, so nothing comes back to the funder.
  ASSERT_EQ(run(test::a_redeem().at(kA).basket(150).exactly(150)).outcome, Outcome::Accepted);

  ASSERT_EQ(run(a_reverse().at(kA).by(kA).of_order(1).total(10'000)).outcome, Outcome::Accepted);

  EXPECT_EQ(sum(LineKind::Clawed), 50);
  EXPECT_EQ(sum(LineKind::Unrecovered), 150);
  EXPECT_EQ(owed(kC, kA), 100 * 8'400);
}

}  // namespace
}  // namespace tally::execution
