// Quotes and rates between programmes: vectors X06, X11 and X21 of the page on loyalty, as far as
// they are about which quote is in force.
#include <tally/base/limits.h>
#include <tally/state/quote.h>

#include "support/exchange_builders.h"
#include "support/test_ledger.h"

#include <gtest/gtest.h>

#include <utility>
#include <vector>

namespace tally::execution {
namespace {

using state::Quote;
using test::a_quote;
using test::a_rate;
using test::kBakery;
using test::kCafe;
using test::TestLedger;

constexpr MerchantId kGrocer{3};
constexpr Timestamp kYearLater = test::kStart.plus(Duration(365 * kDay.milliseconds()));

/// Three programmes, and an operator of each.
class Quotes : public testing::Test {
 protected:
  Quotes() : ledger_(with_dollars()) {
    for (const MerchantId issuer : {kCafe, kBakery, kGrocer})
      CHECK(run(test::a_publication().by(issuer)) == Outcome::Accepted);
  }

  static test::TestChain with_dollars() {
    test::TestChain chain = test::a_genesis(4);
    chain.genesis.content.currencies.push_back({test::currency("USD"), 2});
    test::sign_again(chain);
    return chain;
  }

  template <typename Builder>
  Outcome run(Builder builder) {
    return ledger_.run(builder.request(next_request_++).valid_until(now().plus(kHour)).build())
        .outcome;
  }
  /// With the word of an operator of the other issuer.
  Outcome agree(test::RateBuilder builder, MerchantId other) {
    const auto& key = ledger_.chain.keys.at(other.value() - 1).operator_key;
    return run(builder.consented_by(key, ledger_.chain.id));
  }

  [[nodiscard]] Timestamp now() const { return ledger_.next_time(); }
  /// Of the café, at `t`; 0: none is in force.
  [[nodiscard]] std::int64_t bid_at(Timestamp t) const {
    const auto quotes = state::find_quotes(ledger_.view, kCafe).value();
    const Quote* const quote = quotes.in_force(t);
    return quote == nullptr ? 0 : quote->bid;
  }

  TestLedger ledger_;
  std::uint64_t next_request_ = 500;
};

TEST_F(Quotes, AFirstOneIsInForceAtOnceAndUntilItsEnd) {
  const Timestamp published = now();
  const Timestamp end = published.plus(kHour);

  ASSERT_EQ(run(a_quote().acceptor_per_day(10'000).until(end)), Outcome::Accepted);

  EXPECT_EQ(bid_at(published), 8'000);
  EXPECT_EQ(bid_at(end.minus(Duration(1))), 8'000);
  EXPECT_EQ(bid_at(end), 0);
  const auto quotes = state::find_quotes(ledger_.view, kCafe).value();
  EXPECT_EQ(quotes.last,
            (Quote{test::currency("EUR"), 8'000, 8'400, test::points(10'000), published, end}));
}

TEST_F(Quotes, X11OneMayWaitForItsTime) {
  const Timestamp later = now().plus(kHour);

  ASSERT_EQ(run(a_quote().from(later).until(kYearLater)), Outcome::Accepted);

  EXPECT_EQ(bid_at(later.minus(Duration(1))), 0);
  EXPECT_EQ(bid_at(later), 8'000);
}

TEST_F(Quotes, X21ALowerBidWaitsForADay) {
  ASSERT_EQ(run(a_quote().until(kYearLater)), Outcome::Accepted);
  const Timestamp published = now();

  ASSERT_EQ(run(a_quote().bid(7'000).until(kYearLater)), Outcome::Accepted);

  EXPECT_EQ(bid_at(published.plus(kDay).minus(Duration(1))), 8'000);
  EXPECT_EQ(bid_at(published.plus(kDay)), 7'000);
}

TEST_F(Quotes, ALowerBidWaitsThoughTheLastOneHasRunOut) {
  const Timestamp end = now().plus(kHour);
  ASSERT_EQ(run(a_quote().until(end)), Outcome::Accepted);
  ledger_.at(end);

  ASSERT_EQ(run(a_quote().bid(7'999).until(kYearLater)), Outcome::Accepted);

  EXPECT_EQ(bid_at(end.plus(kHour)), 0);
  EXPECT_EQ(bid_at(end.plus(kDay)), 7'999);
}

TEST_F(Quotes, AHigherBidIsInForceAtOnceAndTakesTheWaitingOnesPlace) {
  ASSERT_EQ(run(a_quote().until(kYearLater)), Outcome::Accepted);
  ASSERT_EQ(run(a_quote().bid(7'000).until(kYearLater)), Outcome::Accepted);
  const Timestamp raised = now();

  ASSERT_EQ(run(a_quote().bid(8'300).until(kYearLater)), Outcome::Accepted);

  EXPECT_EQ(bid_at(raised), 8'300);
  EXPECT_EQ(bid_at(raised.plus(kDay).plus(kDay)), 8'300);
}

TEST_F(Quotes, AnotherCurrencyWaitsForADay) {
  ASSERT_EQ(run(a_quote().until(kYearLater)), Outcome::Accepted);
  const Timestamp published = now();

  ASSERT_EQ(run(a_quote().in("USD").bid(8'400).until(kYearLater)), Outcome::Accepted);

  const auto quotes = state::find_quotes(ledger_.view, kCafe).value();
  EXPECT_EQ(quotes.in_force(published)->currency, test::currency("EUR"));
  EXPECT_EQ(quotes.in_force(published.plus(kDay))->currency, test::currency("USD"));
}

TEST_F(Quotes, RefusesWhatCannotBe) {
  EXPECT_EQ(run(a_quote().bid(8'401)), Outcome::QuoteCrossed);
  EXPECT_EQ(run(a_quote().bid(8'400)), Outcome::Accepted) << "bid and ask may be the same";
  EXPECT_EQ(run(a_quote().in("ZZZ")), Outcome::CurrencyNotAccepted);
  EXPECT_EQ(run(a_quote().at(MerchantId(4))), Outcome::UnknownProgramme);
  EXPECT_EQ(run(a_quote().at(kCafe).by(kBakery)), Outcome::NotPermitted);
}

TEST_F(Quotes, RefusesOneThatEndsBeforeItTakesEffect) {
  EXPECT_EQ(run(a_quote().until(now())), Outcome::TooLate);
  ASSERT_EQ(run(a_quote().until(kYearLater)), Outcome::Accepted);
  EXPECT_EQ(run(a_quote().bid(7'000).until(now().plus(kDay))), Outcome::TooLate);
  EXPECT_EQ(bid_at(now()), 8'000) << "the last one stays";
}

TEST_F(Quotes, X06RefusesARateThatMakesAGainingCircle) {
  const auto rate = [](MerchantId from, MerchantId into, std::int64_t n, std::int64_t n_into) {
    return a_rate().between(from, into).rate(n, n_into).until(kYearLater);
  };
  ASSERT_EQ(agree(rate(kCafe, kBakery, 3, 2), kBakery), Outcome::Accepted);
  ASSERT_EQ(agree(rate(kBakery, kGrocer, 5, 4), kGrocer), Outcome::Accepted);

  EXPECT_EQ(agree(rate(kGrocer, kCafe, 1, 2), kCafe), Outcome::RateCycle) << "16/15";
  EXPECT_EQ(agree(rate(kGrocer, kCafe, 2, 3), kCafe), Outcome::Accepted) << "4/5";

  const auto published = state::find_rate(ledger_.view, kGrocer, kCafe, now()).value();
  ASSERT_TRUE(published.has_value());
  EXPECT_EQ(published->rate, Rate::from(3, 2));
}

TEST_F(Quotes, RefusesAQuoteThatGainsWithARate) {
  ASSERT_EQ(run(a_quote().at(kBakery).bid(11'700).ask(12'000).until(kYearLater)),
            Outcome::Accepted);
  // 3 of the café's are 2 of the bakery's; back it is 11,700 over the café's ask.
  ASSERT_EQ(agree(a_rate().until(kYearLater), kBakery), Outcome::Accepted);

  EXPECT_EQ(run(a_quote().bid(7'000).ask(7'799).until(kYearLater)), Outcome::RateCycle);
  EXPECT_EQ(run(a_quote().bid(7'000).ask(7'800).until(kYearLater)), Outcome::Accepted)
      << "a circle that gives back the same is allowed";
}

TEST_F(Quotes, LooksAtTheMomentAtWhichALowerBidTakesEffect) {
  ASSERT_EQ(run(a_quote().bid(8'000).ask(8'400).until(kYearLater)), Outcome::Accepted);
  ASSERT_EQ(run(a_quote().at(kBakery).bid(11'700).ask(12'000).until(kYearLater)),
            Outcome::Accepted);
  ASSERT_EQ(agree(a_rate().rate(3, 2).until(kYearLater), kBakery), Outcome::Accepted);

  // Its ask, a day from now, would be low enough to buy the café's points back with a gain.
  EXPECT_EQ(run(a_quote().bid(7'000).ask(7'100).until(kYearLater)), Outcome::RateCycle);
  EXPECT_EQ(bid_at(now().plus(kDay).plus(kDay)), 8'000);
}

// Else two merchants could shut a third one out: whatever it quoted would close their circle.
TEST_F(Quotes, CountsTheQuotesOfAPairThatARateStandsAbove) {
  ASSERT_EQ(run(a_quote().until(kYearLater)), Outcome::Accepted);
  const auto even = [](MerchantId from, MerchantId into) {
    return a_rate().between(from, into).rate(1, 1).until(kYearLater);
  };
  ASSERT_EQ(agree(even(kCafe, kBakery), kBakery), Outcome::Accepted);
  ASSERT_EQ(agree(even(kBakery, kCafe), kCafe), Outcome::Accepted);

  // 8,000 for the café's, 1 for the bakery's, and back at par.
  EXPECT_EQ(run(a_quote().at(kBakery).bid(1).ask(1).until(kYearLater)), Outcome::RateCycle);
  EXPECT_EQ(run(a_quote().at(kGrocer).bid(5).ask(5).until(kYearLater)), Outcome::Accepted)
      << "who is party to no rate may quote what it likes";
}

TEST_F(Quotes, AnEarlierEndOrFewerPointsADayWaitForADay) {
  const Timestamp end = now().plus(Duration(10 * kDay.milliseconds()));
  ASSERT_EQ(run(a_quote().acceptor_per_day(100).until(end)), Outcome::Accepted);

  EXPECT_EQ(run(a_quote().bid(8'001).until(now().plus(kHour))), Outcome::TooLate)
      << "it would end before it takes effect";
  EXPECT_EQ(bid_at(end.minus(Duration(1))), 8'000);
  const Timestamp published = now();
  ASSERT_EQ(run(a_quote().bid(8'002).acceptor_per_day(99).until(end)), Outcome::Accepted);
  EXPECT_EQ(bid_at(published.plus(kDay).minus(Duration(1))), 8'000);
  EXPECT_EQ(bid_at(published.plus(kDay)), 8'002);
  ASSERT_EQ(run(a_quote().bid(8'003).until(end)), Outcome::Accepted);
  EXPECT_EQ(bid_at(now()), 8'003) << "any number is not fewer";
  ASSERT_EQ(run(a_quote().bid(8'004).acceptor_per_day(1'000'000).until(end)), Outcome::Accepted);
  EXPECT_EQ(bid_at(now()), 8'003) << "and any limit is fewer than none";
}

TEST_F(Quotes, ARateNeedsBothProgrammesAndBothWords) {
  EXPECT_EQ(run(a_rate()), Outcome::ApprovalsMissing);
  EXPECT_EQ(agree(a_rate(), kGrocer), Outcome::ApprovalsMissing) << "of another merchant";
  EXPECT_EQ(agree(a_rate().between(kCafe, MerchantId(4)), MerchantId(4)),
            Outcome::UnknownProgramme);
  EXPECT_EQ(agree(a_rate().between(kCafe, MerchantId(9)), kBakery), Outcome::UnknownMerchant);
  EXPECT_EQ(agree(a_rate().until(now()), kBakery), Outcome::TooLate);
  EXPECT_EQ(agree(a_rate().until(now().plus(kHour)), kBakery), Outcome::Accepted);
}

// Each reads all that the consortium has published, and searches it for circles.
TEST_F(Quotes, PublicationsSpendTheBlocksRules) {
  test::TestChain chain = with_dollars();
  chain.genesis.content.parameters.proposal_rule_cost_max = 20'000;
  test::sign_again(chain);
  TestLedger ledger(std::move(chain));
  const auto valid = [&](auto builder, std::uint64_t request) {
    return builder.request(request).valid_until(ledger.next_time().plus(kHour)).build();
  };
  for (const MerchantId issuer : {kCafe, kBakery})
    ASSERT_EQ(ledger.run(valid(test::a_publication().by(issuer), issuer.value())).outcome,
              Outcome::Accepted);
  std::vector<Transaction> quotes;
  for (std::uint64_t n = 0; n < 20; ++n)
    quotes.push_back(valid(a_quote().until(kYearLater), 100 + n));

  const auto receipts = ledger.run_block({{&ledger.operator_of(kCafe), quotes}});

  EXPECT_EQ(receipts.front().outcome, Outcome::Accepted);
  EXPECT_EQ(receipts.back().outcome, Outcome::BlockFull);
  const auto rate =
      a_rate()
          .until(kYearLater)
          .consented_by(ledger.chain.keys.at(kBakery.value() - 1).operator_key, ledger.chain.id);
  std::vector<Transaction> rates;
  for (std::uint64_t n = 0; n < 20; ++n)
    rates.push_back(valid(rate, 200 + n));
  const auto answers = ledger.run_block({{&ledger.operator_of(kCafe), rates}});
  EXPECT_EQ(answers.front().outcome, Outcome::Accepted);
  EXPECT_EQ(answers.back().outcome, Outcome::BlockFull);
}

TEST_F(Quotes, ARateEndsAtItsTime) {
  const Timestamp end = now().plus(kHour);
  ASSERT_EQ(agree(a_rate().until(end), kBakery), Outcome::Accepted);

  EXPECT_TRUE(
      state::find_rate(ledger_.view, kCafe, kBakery, end.minus(Duration(1))).value().has_value());
  EXPECT_FALSE(state::find_rate(ledger_.view, kCafe, kBakery, end).value().has_value());
}

}  // namespace
}  // namespace tally::execution
