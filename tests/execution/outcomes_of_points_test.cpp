// Rows of the outcomes of redemptions, gifts, holds, returns and corrections.
#include <tally/base/limits.h>

#include "execution/outcome_rows.h"

namespace tally::execution {
namespace {

using test::a_capture;
using test::a_hold;
using test::a_publication;
using test::a_redeem;
using test::a_reverse;
using test::a_void;
using test::kBakery;

}  // namespace

OutcomeRows rows_of_redemptions() {
  return {
      {Outcome::InsufficientAvailable,
       [](OutcomeLedger& ledger) { return ledger.earn(500, 99).run(a_redeem().exactly(100)); }},
      {Outcome::BelowMinimum,
       [](OutcomeLedger& ledger) { return ledger.run(a_redeem().exactly(90)); }},
      {Outcome::InvalidStep,
       [](OutcomeLedger& ledger) { return ledger.run(a_redeem().exactly(101)); }},
      {Outcome::AboveMaximum,
       [](OutcomeLedger& ledger) { return ledger.run(a_redeem().basket(100).exactly(110)); }},
      {Outcome::BelowMinUnit,
       [](OutcomeLedger& ledger) {
         ledger.start([](Programme& programme) {
           programme.redeem.price_points = test::points(1'000);
           programme.redeem.price_money = test::money(1);
         });
         return ledger.earn(500, 100).run(a_redeem().exactly(100));
       }},
      {Outcome::CoolingOff,
       [](OutcomeLedger& ledger) {
         ledger.start([](Programme& programme) {
           programme.transfer.enabled = true;
           programme.transfer.cooling_off = kDay;
         });
         return ledger.enrol(2).run_as(1, test::a_transfer());
       }},
      {Outcome::TooManyRedemptions,
       [](OutcomeLedger& ledger) {
         ledger.earn(500, 10'000);
         for (std::size_t i = 0; i < limits::kOrderRedemptionsMax; ++i)
           ledger.done(ledger.run(a_redeem().order(501)));
         return ledger.run(a_redeem().order(501));
       }},
  };
}

OutcomeRows rows_of_holds() {
  return {
      {Outcome::HoldExpired,
       [](OutcomeLedger& ledger) {
         const std::uint64_t hold = ledger.earn(500, 100).hold();
         return ledger.pass(kDay).run(a_capture().of_hold(hold));
       }},
      {Outcome::HoldAlreadyResolved,
       [](OutcomeLedger& ledger) {
         const std::uint64_t hold = ledger.earn(500, 100).hold();
         return ledger.done(ledger.run(a_void().of_hold(hold))).run(a_capture().of_hold(hold));
       }},
      {Outcome::ExceedsHold,
       [](OutcomeLedger& ledger) {
         const std::uint64_t hold = ledger.earn(500, 1'000).hold();
         return ledger.run(a_capture().of_hold(hold).amount(101));
       }},
      {Outcome::TooManyHolds,
       [](OutcomeLedger& ledger) {
         ledger.earn(500, 10'000);
         for (std::size_t i = 0; i < limits::kOpenHoldsMax; ++i)
           ledger.hold();
         return ledger.run(a_hold());
       }},
  };
}

OutcomeRows rows_of_returns() {
  return {
      {Outcome::RefundExceedsOrder,
       [](OutcomeLedger& ledger) {
         return ledger.earn(500, 10).run(a_reverse().of_order(500).total(1'001));
       }},
      {Outcome::ReturnTooLate,
       [](OutcomeLedger& ledger) {
         ledger.start([](Programme& programme) { programme.returns.window = kDay; });
         return ledger.earn(500, 10).pass(kDay).run(a_reverse().of_order(500));
       }},
      {Outcome::NotYourOrder,
       [](OutcomeLedger& ledger) {
         const Programme crumbs = test::a_programme("Crumbs", kBakery);
         ledger.done(ledger.run(a_publication().programme(crumbs).by(kBakery)));
         return ledger.earn(500, 10).run(a_reverse().of_order(500).by(kBakery).at(kBakery));
       }},
      {Outcome::AlreadyReturned,
       [](OutcomeLedger& ledger) {
         ledger.earn(500, 10).done(ledger.run(a_reverse().of_order(500)));
         return ledger.run(a_reverse().of_order(500));
       }},
      {Outcome::TotalsDiffer,
       [](OutcomeLedger& ledger) {
         return ledger.run_by_two(test::an_adjust_bulk().with(test::member(1), 5).moved(6));
       }},
  };
}

}  // namespace tally::execution
