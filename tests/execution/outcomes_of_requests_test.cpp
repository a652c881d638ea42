// Rows of the outcomes of a request itself, of who asks, of what is named, of time and of numbers.
#include <tally/rules/programme.h>

#include "execution/outcome_rows.h"

namespace tally::execution {
namespace {

using test::an_earn;
using test::kBakery;
using test::kCafe;
using test::member;

/// The newest version's proof says less than its base rule costs: as if the meter ran ahead of it.
/// No publication gets there.
void prove_too_little(test::TestLedger& ledger) {
  RuleSet rules = rules::compile(test::a_programme()).value();
  rules.base.cost = 1;
  state::StateDelta delta(ledger.view);
  EXPECT_TRUE(state::put_version(delta, kCafe, {1, Height(2), rules}).ok());
  ledger.view.commit(delta, ledger.view.height());
}

/// Four merchants without a programme, and hardly any rule may run in a block.
test::TestLedger short_of_rules() {
  test::TestChain chain = test::a_genesis(4);
  chain.genesis.content.parameters.proposal_rule_cost_max = 1;
  test::sign_again(chain);
  return test::TestLedger(std::move(chain));
}

}  // namespace

OutcomeRows rows_of_requests() {
  return {
      {Outcome::Accepted, [](OutcomeLedger& ledger) { return ledger.run(an_earn()); }},
      {Outcome::Replayed,
       [](OutcomeLedger& ledger) {
         const Transaction earn = ledger.valid(an_earn());
         return ledger.done(ledger.run(earn)).run(earn);
       }},
      {Outcome::IdempotencyConflict,
       [](OutcomeLedger& ledger) {
         const Transaction earn = ledger.valid(an_earn());
         Transaction other = ledger.valid(an_earn().total(1));
         other.request_id = earn.request_id;
         return ledger.done(ledger.run(earn)).run(other);
       }},
      {Outcome::StaleRequest,
       [](OutcomeLedger& ledger) {
         const Transaction earn = ledger.valid(an_earn());
         return ledger.pass(kHour).run(earn);
       }},
      {Outcome::ValidityTooLong,
       [](OutcomeLedger& ledger) {
         Transaction earn = ledger.valid(an_earn());
         earn.valid_until = ledger.now().plus(Duration(400 * kDay.milliseconds()));
         return ledger.run(earn);
       }},
      {Outcome::NotPermitted,
       [](OutcomeLedger& ledger) {
         return ledger.run(ledger.ledger->operator_of(kBakery), ledger.valid(an_earn()));
       }},
      {Outcome::ConsentRequired,
       [](OutcomeLedger& ledger) { return ledger.run(test::a_card_link()); }},
      {Outcome::NotEnabled,
       [](OutcomeLedger& ledger) { return ledger.enrol(2).run_as(1, test::a_transfer()); }},
      {Outcome::ApprovalsMissing,
       [](OutcomeLedger& ledger) { return ledger.run(test::an_adjust().credit(1'001)); }},
  };
}

OutcomeRows rows_of_names() {
  return {
      {Outcome::UnknownProgramme,
       [](OutcomeLedger& ledger) { return ledger.run(an_earn().by(kBakery).at(kBakery)); }},
      {Outcome::UnknownMember,
       [](OutcomeLedger& ledger) { return ledger.run(an_earn().of(member(9))); }},
      {Outcome::UnknownMerchant,
       [](OutcomeLedger& ledger) {
         return ledger.run_as(1, test::a_card_link().by(MerchantId(99)));
       }},
      {Outcome::CurrencyNotAccepted,
       [](OutcomeLedger& ledger) { return ledger.run(an_earn().in("USD")); }},
      {Outcome::UnknownOrder,
       [](OutcomeLedger& ledger) { return ledger.run(test::a_reverse().of_order(500)); }},
      {Outcome::UnknownHold,
       [](OutcomeLedger& ledger) { return ledger.run(test::a_void().of_hold(500)); }},
      {Outcome::UnknownToken,
       [](OutcomeLedger& ledger) { return ledger.run(an_earn().by_card(test::card(9))); }},
      {Outcome::UnknownLot,
       [](OutcomeLedger& ledger) { return ledger.run(test::an_extend().by_months(1)); }},
      {Outcome::UnknownPool,
       [](OutcomeLedger& ledger) {
         return ledger.run_as(1, test::a_pool_change().leave(test::pool(1)));
       }},
  };
}

OutcomeRows rows_of_time_and_numbers() {
  return {
      {Outcome::EventTooOld,
       [](OutcomeLedger& ledger) {
         return ledger.run(
             an_earn().event_time(ledger.now().minus(Duration(73 * kHour.milliseconds()))));
       }},
      {Outcome::EventInFuture,
       [](OutcomeLedger& ledger) {
         return ledger.run(an_earn().event_time(ledger.now().plus(kHour)));
       }},
      {Outcome::AmountOverflow,
       [](OutcomeLedger& ledger) {
         ledger.start([](Programme& programme) {
           programme.transfer.enabled = true;
           programme.transfer.fee_min = test::points(1);
         });
         return ledger.enrol(2).run_as(1, test::a_transfer().amount(kPointsMax));
       }},
      {Outcome::DuplicateOrder,
       [](OutcomeLedger& ledger) { return ledger.earn(500, 1).run(an_earn().order(500)); }},
      {Outcome::DuplicateRef,
       [](OutcomeLedger& ledger) {
         ledger.start([](Programme& programme) {
           programme.campaigns = {test::a_campaign()};
           programme.campaigns[0].trigger = Trigger::Attested;
         });
         return ledger.done(ledger.run(test::an_attest())).run(test::an_attest());
       }},
      {Outcome::RuleCost,
       [](OutcomeLedger& ledger) {
         prove_too_little(*ledger.ledger);
         return ledger.run(an_earn());
       }},
      {Outcome::BlockFull,
       [](OutcomeLedger& ledger) {
         ledger.ledger.emplace(short_of_rules());
         const Transaction first = ledger.valid(test::a_publication());
         const Transaction second = ledger.valid(test::a_publication().version(2));
         const auto& by = ledger.ledger->operator_of(kCafe);
         return ledger.ledger->run_block({{&by, {first, second}}}).back().outcome;
       }},
      {Outcome::TooEarly,
       [](OutcomeLedger& ledger) {
         const crypto::PublicKey key = test::key_from_seed(91).public_key();
         ledger.ledger->enrol(2);  // the café keeps their key for them
         ledger.done(ledger.run(test::a_recovery().of(member(2)).approve(key)));
         return ledger.run(test::a_recovery().of(member(2)).execute(key));
       }},
      {Outcome::TooLate,
       [](OutcomeLedger& ledger) { return ledger.run_as(1, test::a_recovery().cancel()); }},
  };
}

}  // namespace tally::execution
