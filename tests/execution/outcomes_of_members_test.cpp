// Rows of the outcomes of members and their keys, of cards and pools.
#include <tally/base/limits.h>

#include "execution/outcome_rows.h"

#include <string>

namespace tally::execution {
namespace {

using test::a_card_link;
using test::a_pool_change;
using test::an_earn;
using test::an_enrol;
using test::member;

constexpr Duration kTwoDays(2 * kDay.milliseconds());

void with_pools(Programme& programme) {
  programme.pool.enabled = true;
  programme.pool.members_max = 2;
}

}  // namespace

OutcomeRows rows_of_members() {
  return {
      {Outcome::AlreadyEnrolled, [](OutcomeLedger& ledger) { return ledger.run(an_enrol()); }},
      {Outcome::KeyAlreadyRegistered,
       [](OutcomeLedger& ledger) {
         return ledger.run(test::a_key_registration().key(ledger.key_of(1).public_key()));
       }},
      {Outcome::InvalidReferrer,
       [](OutcomeLedger& ledger) {
         return ledger.run(an_enrol().of(member(2)).referred_by(member(9)));
       }},
      {Outcome::TooManySegments,
       [](OutcomeLedger& ledger) {
         for (std::size_t i = 0; i < limits::kSegmentsMax; ++i)
           ledger.done(ledger.run(test::a_segment().named("s" + std::to_string(i)).add(member(1))));
         return ledger.run(test::a_segment().add(member(1)));
       }},
      {Outcome::MemberFrozen,
       [](OutcomeLedger& ledger) {
         return ledger.done(ledger.run(test::a_freeze())).run(test::a_redeem());
       }},
      {Outcome::MemberClosed,
       [](OutcomeLedger& ledger) {
         return ledger.done(ledger.run_as(1, test::a_close())).run(an_earn());
       }},
      {Outcome::HoldsOpen,
       [](OutcomeLedger& ledger) {
         ledger.earn(500, 100).hold();
         return ledger.run_as(1, test::a_close());
       }},
      {Outcome::VelocityLimit,
       [](OutcomeLedger& ledger) {
         ledger.start([](Programme& programme) {
           programme.velocity = {{VelocityWhat::Earn, Period::Day, 1, Points(), false}};
         });
         return ledger.earn(500, 1).run(an_earn());
       }},
      {Outcome::Cancelled,
       [](OutcomeLedger& ledger) {
         const crypto::PrivateKey guardian = test::key_from_seed(91);
         const crypto::PublicKey key = test::key_from_seed(92).public_key();
         ledger.done(
             ledger.run_as(1, test::a_recovery().guardians({guardian.public_key()}, 1, kTwoDays)));
         ledger.pass(kTwoDays).done(ledger.run(
             test::a_recovery().approve(key).consented_by(guardian, ledger.ledger->chain.id)));
         ledger.done(ledger.run_as(1, test::a_recovery().cancel()));
         return ledger.run(test::a_recovery().execute(key));
       }},
      {Outcome::DebtOutstanding,
       [](OutcomeLedger& ledger) {
         ledger.start([](Programme& programme) {
           programme.transfer.enabled = true;
           programme.returns.clawback = Clawback::Unlimited;
           programme.returns.debt_limit = std::nullopt;
         });
         ledger.earn(500, 100).enrol(2);
         ledger.done(ledger.run(test::a_redeem()));
         ledger.done(ledger.run(test::a_reverse().of_order(500).total(10'000)));
         return ledger.run_as(1, test::a_transfer());
       }},
  };
}

OutcomeRows rows_of_cards_and_pools() {
  return {
      {Outcome::TokenInUse,
       [](OutcomeLedger& ledger) {
         ledger.done(ledger.run_as(1, a_card_link().card(test::card(1))));
         return ledger.run(an_enrol().of(member(2)).with_card(test::card(1)));
       }},
      {Outcome::TokenBlocked,
       [](OutcomeLedger& ledger) {
         ledger.done(ledger.run_as(1, a_card_link().card(test::card(1))));
         ledger.done(ledger.run_as(1, test::a_card_block().card(test::card(1))));
         return ledger.run(an_earn().by_card(test::card(1)));
       }},
      {Outcome::TooManyTokens,
       [](OutcomeLedger& ledger) {
         for (std::uint64_t n = 1; n <= limits::kTokensMax; ++n)
           ledger.done(ledger.run_as(1, a_card_link().card(test::card(n))));
         return ledger.run_as(1, a_card_link().card(test::card(99)));
       }},
      {Outcome::AlreadyInPool,
       [](OutcomeLedger& ledger) {
         ledger.start(with_pools).done(ledger.run_as(1, a_pool_change()));
         return ledger.run_as(1, a_pool_change().join(test::pool(2)));
       }},
      {Outcome::PoolFull,
       [](OutcomeLedger& ledger) {
         ledger.start(with_pools).enrol(2).enrol(3).done(ledger.run_as(1, a_pool_change()));
         const crypto::PrivateKey host = ledger.key_of(1);
         const auto joining = [&](std::uint64_t n) {
           return a_pool_change().of(member(n)).consented_by(host, ledger.ledger->chain.id);
         };
         return ledger.done(ledger.run_as(2, joining(2))).run_as(3, joining(3));
       }},
  };
}

}  // namespace tally::execution
