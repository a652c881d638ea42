// Rows of the outcomes of quotes, rates, exchanges and settlement.
#include <tally/state/exposure.h>
#include <tally/state/issuer.h>

#include "execution/outcome_rows.h"

#include "support/settlement_builders.h"

namespace tally::execution {
namespace {

using test::a_rate;
using test::kBakery;
using test::kCafe;

/// The café and the bakery exchange points, and member 1 has 100 of the café's. The bakery has a
/// quote.
OutcomeLedger& exchanging(OutcomeLedger& ledger) {
  ledger.start([](Programme& cafe) { cafe.exchange.enabled = true; });
  Programme bakery = test::a_programme("Bread", kBakery);
  bakery.exchange.enabled = true;
  ledger.done(ledger.run(test::a_publication().programme(bakery).by(kBakery)));
  const crypto::PrivateKey key = OutcomeLedger::key_of(1);
  ledger.done(ledger.run(test::an_enrol()
                             .at(kBakery)
                             .by(kBakery)
                             .member_key(key.public_key())
                             .consented_by(key, ledger.ledger->chain.id)));
  ledger.done(ledger.run(test::a_quote().at(kBakery)));
  return ledger.earn(1, 100);
}

/// All 100, with a quote of the café's that takes so many points a day; 0: any number.
Outcome exchange_all(OutcomeLedger& ledger, std::int64_t a_day = 0) {
  ledger.done(ledger.run(test::a_quote().acceptor_per_day(a_day)));
  return ledger.run_as(1, test::an_exchange());
}

/// The café is in that state; it may owe a euro.
OutcomeLedger& put(OutcomeLedger& ledger, state::IssuerState issuer) {
  state::StateDelta delta = state::StateDelta::on(ledger.ledger->view);
  state::Exposure exposure;
  exposure.cap = MicroUnits::from(1'000'000);
  EXPECT_TRUE(state::put_exposure(delta, kCafe, test::currency("EUR"), exposure).ok());
  EXPECT_TRUE(state::put_issuer(delta, kCafe, {issuer, Timestamp::never()}).ok());
  ledger.ledger->view.commit(delta, ledger.ledger->header.height);
  return ledger;
}

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
      {Outcome::RateNotAvailable,
       [](OutcomeLedger& ledger) { return exchanging(ledger).run_as(1, test::an_exchange()); }},
      {Outcome::IssuerCapExceeded,
       [](OutcomeLedger& ledger) { return exchange_all(exchanging(ledger)); }},
      {Outcome::ConsentUsed,
       [](OutcomeLedger& ledger) {
         put(exchanging(ledger), state::IssuerState::Active).earn(2, 100);
         ledger.done(ledger.run(test::a_quote()));
         ConsentTerms terms = test::token_terms();
         terms.until = ledger.now().plus(kHour);
         const auto redeem = test::a_redeem().by(kBakery).basket(80).up_to(100).with_token(
             test::a_token(OutcomeLedger::key_of(1), ledger.ledger->chain.id, terms));
         ledger.done(ledger.run(redeem));
         return ledger.run(redeem);
       }},
      {Outcome::ExposureCapExceeded,
       [](OutcomeLedger& ledger) {
         exchanging(ledger);
         ledger.done(ledger.run(test::a_quote()));
         Programme cafe = test::a_programme();
         cafe.partners = {{test::name_of_merchant(kBakery), false, Points()}};
         ledger.done(ledger.run_with(kBakery, test::a_publication().programme(cafe).version(2)));
         ledger.ledger->run_block({});
         return ledger.run(test::an_earn().by(kBakery).total(10'000).event_time(ledger.now()));
       }},
      {Outcome::AcceptorLimitExceeded,
       [](OutcomeLedger& ledger) {
         return exchange_all(put(exchanging(ledger), state::IssuerState::Active), 98);
       }},
      {Outcome::IssuerSuspended,
       [](OutcomeLedger& ledger) {
         put(exchanging(ledger), state::IssuerState::Suspended);
         return ledger.run_as(1, test::an_exchange());
       }},
      {Outcome::IssuerClosing,
       [](OutcomeLedger& ledger) {
         put(exchanging(ledger), state::IssuerState::WindingDown);
         return ledger.run_as(1, test::an_exchange().between(kBakery, kCafe));
       }},
      {Outcome::IssuerClosed,
       [](OutcomeLedger& ledger) {
         put(exchanging(ledger), state::IssuerState::Closed);
         return ledger.run_as(1, test::an_exchange());
       }},
      {Outcome::ChangeInProgress,
       [](OutcomeLedger& ledger) {
         const SetCap change{kBakery, test::currency("EUR"), test::money(1)};
         ledger.done(ledger.run(test::a_proposal(change)));
         return ledger.run(test::a_proposal(change));
       }},
      {Outcome::NotDue,
       [](OutcomeLedger& ledger) { return ledger.run(test::a_close_of_cycle(1)); }},
  };
}

}  // namespace tally::execution
