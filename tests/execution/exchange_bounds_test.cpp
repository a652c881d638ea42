// What bounds the receipt and the account of an exchange: too many lots to bring about by
// transactions.
#include <tally/exchange/exchange.h>
#include <tally/points/points.h>
#include <tally/state/books.h>
#include <tally/state/exposure.h>
#include <tally/state/quote.h>
#include <tally/state/settlement.h>

#include "support/domain_fixture.h"
#include "support/exchange_builders.h"

namespace tally::execution {
namespace {

using test::an_exchange;
using test::kBakery;
using test::kCafe;

/// A point of the café's is one of the bakery's. Member 1 asks, with a key of their own.
class ExchangeBounds : public test::DomainFixture {
 protected:
  ExchangeBounds() {
    asking.role = Role::Member;
    asking.member = test::member(1);
    for (const MerchantId issuer : {kCafe, kBakery}) {
      Programme programme = test::a_programme("Points", issuer);
      programme.exchange.enabled = true;
      publish(issuer, programme);
      write([&](state::StateDelta& delta) {
        const state::Quote quote{test::currency("EUR"), 1, 1, Points(), now, Timestamp::never()};
        EXPECT_TRUE(state::put_quotes(delta, issuer, {quote, std::nullopt}).ok());
        state::Exposure exposure;
        exposure.cap = MicroUnits::from(1'000'000);
        EXPECT_TRUE(state::put_exposure(delta, issuer, test::currency("EUR"), exposure).ok());
        const AccountId id{test::member(1), issuer};
        EXPECT_TRUE(state::Account::open(delta, id, now).store(delta).ok());
      });
    }
  }

  /// Lots of a point each, with a date each.
  void give(MerchantId programme, std::uint32_t count) {
    write([&](state::StateDelta& delta) {
      Receipt scratch;
      auto account = state::Account::load(delta, {test::member(1), programme}).value().value();
      auto books = state::Books::open(delta, programme, now, scratch).value();
      for (std::uint32_t i = 0; i < count; ++i) {
        state::Lot lot;
        lot.id = LotId{Position{Height(1), i}, 0};
        lot.expires_at = now.plus(kDay).plus(Duration(i));
        lot.original = lot.remaining = test::points(1);
        EXPECT_TRUE(books.post(LineKind::Opened, account, &lot, lot.original));
        EXPECT_TRUE(books.add_lot(account, lot).value());
      }
      EXPECT_TRUE(account.store(delta).ok());
      EXPECT_TRUE(books.close(delta).ok());
    });
  }

  Outcome exchange(const test::ExchangeBuilder& builder) {
    const Transaction transaction = builder.build();
    const auto& action = std::get<ExchangePoints>(transaction.action);
    const state::TransactionContext where = context(transaction);
    state::StateDelta delta = state::StateDelta::on(view);
    const Outcome claimed = exchange::preclaim(action, where, delta).value();
    if (claimed != Outcome::Accepted) return claimed;
    Receipt receipt;
    receipt.position = Position{Height(2), index};
    const Outcome applied = exchange::apply(action, where, delta, receipt).value();
    if (applied != Outcome::Accepted) return applied;
    EXPECT_TRUE(points::check_invariants(delta).ok());
    return applied;
  }
};

TEST_F(ExchangeBounds, TakesOfFewLotsInAFullBlock) {
  give(kCafe, 20);
  block_is_full = true;

  EXPECT_EQ(exchange(an_exchange().in(17)), Outcome::InsufficientAvailable);
  EXPECT_EQ(exchange(an_exchange().in(16)), Outcome::Accepted);
  block_is_full = false;
  EXPECT_EQ(exchange(an_exchange().in(20)), Outcome::Accepted);
}

TEST_F(ExchangeBounds, AddsNothingToAFullAccount) {
  give(kCafe, 1);
  give(kBakery, 40'000);

  EXPECT_EQ(exchange(an_exchange().in(1)), Outcome::AmountOverflow);
  EXPECT_EQ(exchange(an_exchange().between(kBakery, kCafe).in(1)), Outcome::Accepted);
}

TEST_F(ExchangeBounds, LeavesTheOtherProgrammesTotalsInTheirRange) {
  give(kCafe, 2);
  write([&](state::StateDelta& delta) {
    state::Totals sums = state::totals(delta, kBakery).value();
    sums.exchanged_in = test::points(kPointsMax - 1);
    EXPECT_TRUE(state::put_totals(delta, kBakery, sums).ok());
  });

  EXPECT_EQ(exchange(an_exchange().in(2)), Outcome::AmountOverflow);
}

// What arose in a cycle is a sum of its own: what was paid before may have left room in the cap.
TEST_F(ExchangeBounds, OwesNoMoreInACycleThanASumHolds) {
  give(kCafe, 2);
  write([&](state::StateDelta& delta) {
    const MicroUnits almost = MicroUnits::from((std::int64_t{1} << 62) - 2).value();
    EXPECT_TRUE(
        state::put_owed(delta, test::currency("EUR"), state::cycle_of(now), kCafe, kBakery, almost)
            .ok());
  });

  EXPECT_EQ(exchange(an_exchange().in(2)), Outcome::AmountOverflow);
  EXPECT_EQ(exchange(an_exchange().in(1)), Outcome::Accepted);
}

}  // namespace
}  // namespace tally::execution
