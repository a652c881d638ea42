// What activates on the ledger: with its referrer and its counters, at its own instant.
#include <tally/rules/evaluate.h>

#include "execution/campaigns_fixture.h"

namespace tally::execution {
namespace {

using test::a_campaign;
using test::a_programme;
using test::an_enrol;
using test::member;

class Activations : public Campaigns {};

TEST_F(Activations, GiveReferrerAndRefereeWhenThePointsActivate_A13) {
  Campaign referral = on(Trigger::Activated, once(a_campaign("referral", "200")));
  referral.when = "m.activations_total == 0 && tx.eligible >= 2500 && has(m.referrer)";
  referral.referrer = ReferrerAward{"300", {}, {{Period::Month, 10}}};
  Programme programme = with({referral});
  programme.earn.pending.span = Duration(14 * kDay.milliseconds());
  start(programme).enrol(1);
  ASSERT_EQ(run(an_enrol().of(member(2)).referred_by(member(1))).outcome, Outcome::Accepted);
  ASSERT_EQ(run(an_enrol().of(member(3)).referred_by(member(1))).outcome, Outcome::Accepted);
  ASSERT_EQ(earn(2, 2'499).outcome, Outcome::Accepted);
  ASSERT_EQ(earn(3, 2'500).outcome, Outcome::Accepted);
  const Timestamp activates = ledger_->header.ledger_time.plus(programme.earn.pending.span);

  const auto little = ledger_->at(activates.minus(Duration(1))).run_block({});
  EXPECT_EQ(ledger_->available(1), 0) << "not before";
  const auto enough = ledger_->at(activates).run_block({});

  ASSERT_EQ(little.size(), 1U);
  EXPECT_EQ(points_of(little[0], "referral"), 0);
  ASSERT_EQ(enough.size(), 1U);
  EXPECT_EQ(points_of(enough[0], "referral"), 500);
  EXPECT_EQ(ledger_->available(1), 300);
  EXPECT_EQ(ledger_->available(2), 24);
  EXPECT_EQ(ledger_->available(3), 225);
}

TEST_F(Activations, StampACardWhenThePointsActivate_A27) {
  Programme programme = a_programme();
  programme.earn.pending.span = Duration(14 * kDay.milliseconds());
  Counter card;
  card.name = "coffee_card";
  card.kind = CounterKind::Stamps;
  card.size = 10;
  card.post = Posting::Activation;
  programme.counters = {card};
  start(programme).enrol(1);
  const auto stamps = [&] {
    const state::AccountHead head = ledger_->head(1).value();
    return head.standing.counters.empty() ? 0 : head.standing.counters[0].value;
  };
  for (int i = 0; i < 8; ++i)
    ASSERT_EQ(earn(1, 100).outcome, Outcome::Accepted);
  ledger_->at(ledger_->header.ledger_time.plus(programme.earn.pending.span)).run_block({});
  ASSERT_EQ(stamps(), 8);

  ASSERT_EQ(earn(1, 100).outcome, Outcome::Accepted);
  const Timestamp activates = ledger_->header.ledger_time.plus(programme.earn.pending.span);

  ledger_->at(activates.minus(Duration(1))).run_block({});
  EXPECT_EQ(stamps(), 8);
  ledger_->at(activates).run_block({});
  EXPECT_EQ(stamps(), 9);
}

// All idle lots have one date. What becomes available at that very instant brings a later one, by
// which those that expire then must not live on.
TEST_F(Activations, AtTheInstantAtWhichIdleLotsExpireDoNotKeepThem) {
  Programme programme = a_programme();
  programme.expiry.kind = ExpiryKind::Inactivity;
  programme.expiry.months = 1;
  const Timestamp earned = test::kStart.plus(Duration(40 * kDay.milliseconds()));
  const Timestamp idle = rules::idle_at(programme.expiry, programme.utc_offsets, earned);
  programme.earn.pending.span = Duration(idle.since(earned).milliseconds());
  start(programme).enrol(1);
  ledger_->at(earned.minus(kDay));
  ASSERT_EQ(run(test::an_adjust().credit(10)).outcome, Outcome::Accepted);
  ledger_->at(earned);
  ASSERT_EQ(earn(1, 2'500).outcome, Outcome::Accepted);
  ASSERT_EQ(ledger_->head(1)->idle_at, idle);

  ledger_->at(idle).run_block({});

  EXPECT_EQ(ledger_->available(1), 25);
  EXPECT_GT(ledger_->head(1)->idle_at, idle);
}

// Points may wait for longer than ids are remembered.
class ForgottenOrders : public Activations {
 protected:
  void start_waiting(std::uint64_t days) {
    Programme programme = a_programme();
    programme.earn.pending.span = Duration(days * kDay.milliseconds());
    start(programme).enrol(1);
    ledger_->enrol(2);
    memory_ = ledger_->chain.genesis.content.parameters.request_memory;
  }
  /// By an order of its own, or by a request that is the order.
  Outcome earn_on(std::uint64_t days, std::uint64_t of, std::optional<std::uint64_t> order,
                  std::uint64_t request) {
    ledger_->at(first_.plus(Duration(days * kDay.milliseconds())));
    auto earn = test::an_earn().of(member(of)).request(request).total(1'000);
    if (order.has_value()) earn.order(*order);
    earn.event_time(ledger_->next_time()).valid_until(ledger_->next_time().plus(kHour));
    return ledger_->run(earn.build()).outcome;
  }
  std::vector<state::OrderPart> activations_of(std::uint64_t order) const {
    const auto found = ledger_->view.find_order(order_key(test::kCafe, test::id_bytes(order)));
    return found.value().has_value() ? found.value()->activations : std::vector<state::OrderPart>();
  }
  void activate_at(std::uint64_t days) {
    ledger_->at(first_.plus(Duration(days * kDay.milliseconds()))).run_block({});
  }

  Timestamp first_ = test::kStart.plus(kDay);
  Duration memory_;
};

TEST_F(ForgottenOrders, StayForgottenWhenTheirPointsActivate) {
  start_waiting(100);
  ASSERT_EQ(earn_on(0, 1, 50, 900), Outcome::Accepted);
  ASSERT_LT(memory_, Duration(100 * kDay.milliseconds()));

  activate_at(100);

  ASSERT_EQ(ledger_->available(1), 10);
  EXPECT_EQ(earn_on(101, 2, 50, 901), Outcome::Accepted);
}

TEST_F(ForgottenOrders, LeaveTheirActivationToNoOrderThatBearsTheirId) {
  start_waiting(100);
  ASSERT_EQ(earn_on(0, 1, 50, 900), Outcome::Accepted);
  ASSERT_EQ(earn_on(0, 1, std::nullopt, 60), Outcome::Accepted);
  ASSERT_EQ(earn_on(95, 2, 50, 901), Outcome::Accepted);
  ASSERT_EQ(earn_on(95, 2, std::nullopt, 60), Outcome::Accepted);

  activate_at(101);

  ASSERT_EQ(ledger_->available(1), 20);
  EXPECT_TRUE(activations_of(50).empty());
  EXPECT_TRUE(activations_of(60).empty());
}

TEST_F(ForgottenOrders, AreAsOldAsTheirLastTransactionAndNotAsAnActivation) {
  start_waiting(50);
  ASSERT_EQ(earn_on(0, 1, 50, 900), Outcome::Accepted);

  activate_at(50);

  ASSERT_EQ(activations_of(50).size(), 1U);
  EXPECT_EQ(earn_on(89, 2, 50, 901), Outcome::DuplicateOrder);
  EXPECT_EQ(earn_on(91, 2, 50, 902), Outcome::Accepted);
}

TEST_F(ForgottenOrders, AreNotReturnedWithTheOrderThatBearsTheirRequest) {
  Programme programme = with({on(Trigger::Activated, a_campaign("thanks", "5"))});
  programme.redeem.minimum = test::points(10);
  programme.earn.pending.span = Duration(20 * kDay.milliseconds());
  start(programme).enrol(1);
  ledger_->enrol(2);
  ASSERT_EQ(earn_on(0, 1, std::nullopt, 60), Outcome::Accepted);
  activate_at(20);
  ASSERT_EQ(ledger_->available(1), 15);
  // A hold that pays nothing: the order's record is remembered for longer than the request.
  ledger_->at(first_.plus(Duration(50 * kDay.milliseconds())));
  ASSERT_EQ(run(test::a_hold().order(60).exactly(10).basket(1'000)).outcome, Outcome::Accepted);
  ASSERT_EQ(earn_on(91, 2, std::nullopt, 60), Outcome::Accepted);

  const Receipt back = run(test::a_reverse().of_order(60).total(1'000));

  ASSERT_EQ(back.outcome, Outcome::Accepted);
  EXPECT_EQ(ledger_->head(2)->pending.value(), 0);
  EXPECT_EQ(ledger_->available(1), 15) << "the first one's is nobody else's to give back";
}

}  // namespace
}  // namespace tally::execution
