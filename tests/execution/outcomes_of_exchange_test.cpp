// Rows of the outcomes of quotes and rates.
#include "execution/outcome_rows.h"

namespace tally::execution {
namespace {

using test::a_rate;
using test::kBakery;
using test::kCafe;

}  // namespace

OutcomeRows rows_of_exchange() {
  return {
      {Outcome::QuoteCrossed,
       [](OutcomeLedger& ledger) { return ledger.run(test::a_quote().bid(2).ask(1)); }},
      {Outcome::RateCycle,
       [](OutcomeLedger& ledger) {
         ledger.done(ledger.run(test::a_publication().by(kBakery)));
         ledger.done(ledger.run_with(kBakery, a_rate().rate(1, 2)));
         return ledger.run_with(kCafe, a_rate().between(kBakery, kCafe).rate(1, 1));
       }},
  };
}

}  // namespace tally::execution
