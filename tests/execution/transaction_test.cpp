// The answer to a request: replayed, conflicting, stale, too long ahead; and what an id remembers.
#include "support/test_ledger.h"

#include <gtest/gtest.h>

namespace tally::execution {
namespace {

using test::a_redeem;
using test::an_earn;
using test::an_enrol;
using test::kCafe;
using test::member;
using test::TestLedger;

class Answering : public testing::Test {
 protected:
  Answering() { ledger_.enrol(1); }
  test::EarnBuilder earn() const {
    return an_earn().request(5).total(1'000).valid_until(ledger_.next_time().plus(kHour));
  }

  TestLedger ledger_;
};

TEST_F(Answering, ReplaysTheSameBytesWithOnePosting) {
  const auto request = earn();
  const Receipt receipt = ledger_.run(request.build());
  const crypto::PrivateKey key = test::key_from_seed(10);
  auto again = request;
  again.valid_until(ledger_.next_time().plus(kDay)).consented_by(key, ledger_.chain.id);

  const Receipt replay = ledger_.run(again.build());

  EXPECT_EQ(replay.outcome, Outcome::Replayed);
  EXPECT_EQ(replay.refers_to, receipt.position);
  EXPECT_EQ(replay.request_digest, receipt.request_digest);
  EXPECT_TRUE(replay.lines.empty());
  EXPECT_TRUE(replay.previous.empty());
  EXPECT_EQ(ledger_.available(1), 10);
  EXPECT_EQ(ledger_.head(1)->last_receipt, receipt.position);
}

TEST_F(Answering, ReplaysWithinOneBlock) {
  const auto receipts =
      ledger_.run_block({{&ledger_.operator_of(kCafe), {earn().build(), earn().build()}}});

  EXPECT_EQ(receipts[0].outcome, Outcome::Accepted);
  EXPECT_EQ(receipts[1].outcome, Outcome::Replayed);
  EXPECT_EQ(receipts[1].refers_to, receipts[0].position);
}

TEST_F(Answering, ReplaysARefusalToo_I03) {
  const auto redeem = [&](std::uint64_t request) {
    return ledger_.run(a_redeem()
                           .exactly(100)
                           .request(request)
                           .valid_until(ledger_.next_time().plus(kHour))
                           .build());
  };
  const Receipt refused = redeem(7);
  EXPECT_EQ(refused.outcome, Outcome::InsufficientAvailable);
  ledger_.run(earn().total(20'000).build());

  const Receipt replay = redeem(7);

  EXPECT_EQ(replay.outcome, Outcome::Replayed);
  EXPECT_EQ(replay.refers_to, refused.position);
  EXPECT_EQ(redeem(8).outcome, Outcome::Accepted);
}

TEST_F(Answering, NamesWhatConflicts_I02) {
  const Receipt first = ledger_.run(earn().build());

  const Receipt amount = ledger_.run(earn().total(1'001).build());
  const Receipt order = ledger_.run(earn().order(77).build());
  const Receipt kind =
      ledger_.run(a_redeem().request(5).valid_until(ledger_.next_time().plus(kHour)).build());

  for (const Receipt* conflict : {&amount, &order, &kind}) {
    EXPECT_EQ(conflict->outcome, Outcome::IdempotencyConflict);
    EXPECT_EQ(conflict->refers_to, first.position);
  }
  EXPECT_EQ(amount.conflict_field, "total");
  EXPECT_EQ(order.conflict_field, "order_id");
  EXPECT_EQ(kind.conflict_field, "kind");
  EXPECT_EQ(ledger_.available(1), 10);
  EXPECT_EQ(ledger_.run(earn().build()).refers_to, first.position) << "the id is still the first's";
}

TEST_F(Answering, CallsARequestStaleAtItsDeadline_I04_I06) {
  const Timestamp now = ledger_.next_time();
  const Receipt stale = ledger_.run(earn().valid_until(now).build());
  EXPECT_EQ(stale.outcome, Outcome::StaleRequest);
  EXPECT_EQ(ledger_.available(1), 0);

  EXPECT_EQ(ledger_.run(earn().build()).outcome, Outcome::Accepted);
  EXPECT_EQ(ledger_.run(earn().valid_until(ledger_.next_time()).build()).outcome, Outcome::Replayed)
      << "what was done stays done, however late the copy";
}

TEST_F(Answering, LetsNobodyElseUseAMerchantsRequestIdUp) {
  const crypto::PrivateKey unknown = test::key_from_seed(10);
  const Duration longest = ledger_.chain.genesis.content.parameters.validity_max;
  const Timestamp too_far = ledger_.next_time().plus(longest).plus(kDay);

  for (const crypto::PublicKey* stranger :
       {&unknown.public_key(), &ledger_.operator_of(test::kBakery),
        &ledger_.gateway_of(test::kBakery), &ledger_.gateway_of(kCafe)}) {
    EXPECT_EQ(ledger_.run(*stranger, earn().build()).outcome, Outcome::NotPermitted);
    EXPECT_EQ(ledger_.run(*stranger, earn().total(1).build()).outcome, Outcome::NotPermitted);
    EXPECT_EQ(ledger_.run(*stranger, earn().valid_until(too_far).build()).outcome,
              Outcome::ValidityTooLong);
  }

  EXPECT_EQ(ledger_.run(earn().build()).outcome, Outcome::Accepted);
  EXPECT_EQ(ledger_.run(unknown.public_key(), earn().build()).outcome, Outcome::Replayed);
}

TEST_F(Answering, TakesAValidityUpToTheLongest) {
  const Duration longest = ledger_.chain.genesis.content.parameters.validity_max;

  EXPECT_EQ(ledger_.run(earn().valid_until(ledger_.next_time().plus(longest)).build()).outcome,
            Outcome::Accepted);
  const Timestamp too_far = ledger_.next_time().plus(longest).plus(Duration(1));
  EXPECT_EQ(ledger_.run(earn().request(6).valid_until(too_far).build()).outcome,
            Outcome::ValidityTooLong);
}

TEST_F(Answering, ForgetsAnIdAfterItsMemory) {
  ledger_.run(earn().build());
  const Timestamp first = ledger_.header.ledger_time;
  const Duration memory = ledger_.chain.genesis.content.parameters.request_memory;
  const auto late_earn = [&] { return earn().event_time(ledger_.next_time()).build(); };

  ledger_.at(first.plus(memory));
  EXPECT_EQ(ledger_.run(late_earn()).outcome, Outcome::IdempotencyConflict);
  ledger_.at(first.plus(memory).plus(Duration(1)));
  EXPECT_EQ(ledger_.run(late_earn()).outcome, Outcome::Accepted);
}

TEST_F(Answering, LinksEachReceiptOfAnAccountToTheOneBefore) {
  const Receipt enrolled = ledger_.run(
      an_enrol().of(member(2)).request(30).valid_until(ledger_.next_time().plus(kHour)).build());
  const Receipt zero = ledger_.run(earn().of(member(2)).total(0).request(31).build());
  const Receipt refused = ledger_.run(earn().of(member(2)).in("USD").request(32).build());
  const Receipt last = ledger_.run(earn().of(member(2)).request(33).build());

  EXPECT_EQ(enrolled.previous.at(0).position, std::nullopt);
  EXPECT_EQ(zero.previous.at(0).position, enrolled.position);
  EXPECT_TRUE(refused.previous.empty());
  EXPECT_TRUE(refused.lines.empty());
  EXPECT_EQ(last.previous.at(0).position, zero.position);
  EXPECT_EQ(ledger_.head(2)->last_receipt, last.position);
}

TEST_F(Answering, LeavesNoTraceOfARefusalButItsRequest) {
  const Bytes before = ledger_.view.records().at(state::account_key(AccountId{member(1), kCafe}));
  const Transaction refused = earn().in("USD").build();
  const auto result = ledger_.execute({{&ledger_.operator_of(kCafe), {refused}}}).value();

  EXPECT_EQ(result.delta.records().size(), 1U) << "the log of receipts";
  EXPECT_EQ(result.delta.requests().size(), 1U);
  EXPECT_TRUE(result.delta.orders().empty());
  EXPECT_EQ(result.delta.find(state::account_key(AccountId{member(1), kCafe})).value(), before);
}

TEST_F(Answering, RemembersWhatAnIdDid) {
  ledger_.run(earn().total(20'000).build());
  const Transaction redeem = a_redeem()
                                 .exactly(100)
                                 .basket(500)
                                 .request(9)
                                 .order(44)
                                 .valid_until(ledger_.next_time().plus(kHour))
                                 .build();
  const Receipt receipt = ledger_.run(redeem);

  const auto record = ledger_.view.find_request(receipt.request_key).value().value();

  EXPECT_EQ(record.position, receipt.position);
  EXPECT_EQ(record.ledger_time, ledger_.header.ledger_time);
  EXPECT_EQ(record.request_digest, request_digest(redeem));
  EXPECT_EQ(record.kind, ActionKind::Redeem);
  EXPECT_EQ(record.outcome, Outcome::Accepted);
  EXPECT_TRUE(record.own_order);
  EXPECT_EQ(record.value, test::money(100));
}

}  // namespace
}  // namespace tally::execution
