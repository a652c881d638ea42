// Merge: everything of one account becomes another's, and whose word that needs.
#include "members/members_fixture.h"

namespace tally::members {
namespace {

using state::AccountState;
using test::a_merge;
using test::card;
using test::member;
using test::points;

using Lots = std::vector<std::pair<std::uint32_t, std::int64_t>>;

constexpr Timestamp kSoon = test::kStart.plus(kDay);
constexpr Timestamp kLater = kSoon.plus(kDay);

class Merging : public MembersFixture {
 protected:
  /// Member 1 into member 2, by two operators.
  Outcome merge() { return run_by_two(a_merge()); }
};

TEST_F(Merging, MovesLotsWithTheirDates_M01) {
  plant(1, {.lots = {{1, 50, kSoon}, {2, 150}}});
  plant(2, {.lots = {{3, 300, kLater}}});
  const state::Totals before = totals();

  ASSERT_EQ(merge(), Outcome::Accepted);

  EXPECT_EQ(lots(2), (Lots{{1, 50}, {3, 300}, {2, 150}}));
  EXPECT_EQ(available(2), 500);
  EXPECT_EQ(available(1), 0);
  EXPECT_EQ(account(2).first_lot().value()->expires_at, kSoon);
  EXPECT_EQ(account(2).first_lot().value()->first_owner, member(1));
  EXPECT_EQ(lines(LineKind::LeftAvailable), (std::vector<std::int64_t>{50, 150}));
  EXPECT_EQ(lines(LineKind::JoinedAvailable), (std::vector<std::int64_t>{50, 150}));
  EXPECT_EQ(totals(), before);
  EXPECT_EQ(head(1).state, AccountState::Merged);
  EXPECT_EQ(head(1).alias_of, member(2));
  EXPECT_EQ(head(1).deadlines.earliest(), Timestamp::never());
  EXPECT_EQ(head(1).last_receipt, receipt.position);
  EXPECT_EQ(head(2).last_receipt, receipt.position);
}

TEST_F(Merging, AddsQualifyingPointsAndComputesTheTier_M01) {
  Programme programme = test::a_programme();
  programme.tiers.tiers = {{"BASE", points(0)}, {"SILVER", points(1'000)}, {"GOLD", points(5'000)}};
  publish(test::kCafe, programme);
  plant(1);
  plant(2);
  change(1, [](auto& head) { head.standing.tier = {0, 2024, points(800), points(0)}; });
  change(2, [](auto& head) { head.standing.tier = {0, 2024, points(700), points(0)}; });

  ASSERT_EQ(merge(), Outcome::Accepted);

  EXPECT_EQ(head(2).standing.tier.qualifying, points(1'500));
  EXPECT_EQ(head(2).standing.tier.tier, 1);
  EXPECT_EQ(head(2).standing.tier.valid_until, test::utc(2026, 1, 1).minus(kHour));
}

TEST_F(Merging, TakesTwoOperatorsOrBothMembers_M07) {
  plant(1);
  plant(2);
  EXPECT_EQ(run(a_merge()), Outcome::ApprovalsMissing);
  EXPECT_EQ(run(a_merge().consented_by(chain.keys[0].operator_key, chain.id)),
            Outcome::ApprovalsMissing);
  EXPECT_EQ(run(a_merge().consented_by(chain.keys[1].operator_key, chain.id)),
            Outcome::ApprovalsMissing);
  EXPECT_EQ(run(a_merge().consented_by(own_key(1), chain.id)), Outcome::ApprovalsMissing);
  EXPECT_EQ(run(a_merge().consented_by(own_key(2), chain.id)), Outcome::ApprovalsMissing);

  EXPECT_EQ(run(a_merge().consented_by(own_key(1), chain.id).consented_by(own_key(2), chain.id)),
            Outcome::Accepted);
}

TEST_F(Merging, ByTwoOperators_M07) {
  plant(1);
  plant(2);

  EXPECT_EQ(run(a_merge().consented_by(second_operator, chain.id)), Outcome::Accepted);
}

TEST_F(Merging, NeedsTwoAccountsThatStand) {
  plant(1);
  EXPECT_EQ(merge(), Outcome::UnknownMember);
  plant(2);
  change(2, [](auto& head) { head.state = AccountState::Closed; });
  EXPECT_EQ(merge(), Outcome::MemberClosed);
  change(2, [](auto& head) { head.state = AccountState::Open; });
  ASSERT_EQ(merge(), Outcome::Accepted);

  EXPECT_EQ(merge(), Outcome::MemberClosed);
  EXPECT_EQ(run_by_two(a_merge().source(member(2)).into(member(1))), Outcome::MemberClosed);
}

TEST_F(Merging, WaitsForOpenHoldsOfTheSourceAlone) {
  plant(1);
  plant(2);
  const auto hold = [](auto& head) { head.holds_asked = 1; };
  change(1, hold);
  EXPECT_EQ(merge(), Outcome::HoldsOpen);

  change(1, [](auto& head) { head.holds_asked = 0; });
  change(2, hold);
  EXPECT_EQ(merge(), Outcome::Accepted);
}

TEST_F(Merging, MovesWhatWaits) {
  plant(1, {.waiting = {{1, 20, kLater}, {2, 30, kSoon}}});
  plant(2, {.waiting = {{3, 5, kLater}}});
  change(1, [](auto& head) { head.shares_activations = true; });

  ASSERT_EQ(merge(), Outcome::Accepted);

  EXPECT_EQ(head(2).pending, points(55));
  EXPECT_EQ(head(1).pending, points(0));
  EXPECT_EQ(account(2).first_pending().value()->lot.id.transaction.index, 2U);
  EXPECT_EQ(head(2).deadlines.shared, kSoon);
  EXPECT_EQ(lines(LineKind::JoinedPending), (std::vector<std::int64_t>{30, 20}));
}

TEST_F(Merging, SettlesTheSourcesDebtAtOnce) {
  plant(1, {.debt = 45});
  plant(2, {.lots = {{1, 30, kSoon}, {2, 100}}});

  ASSERT_EQ(merge(), Outcome::Accepted);

  EXPECT_EQ(lots(2), (Lots{{2, 85}}));
  EXPECT_EQ(head(2).debt, points(0));
  EXPECT_EQ(lines(LineKind::JoinedDebt), std::vector<std::int64_t>{45});
  EXPECT_EQ(lines(LineKind::Settled), (std::vector<std::int64_t>{30, 15}));
}

TEST_F(Merging, SettlesTheTargetsDebtByTheSourcesLots) {
  plant(1, {.lots = {{1, 30, kSoon}, {2, 100}}});
  plant(2, {.debt = 45});

  ASSERT_EQ(merge(), Outcome::Accepted);

  EXPECT_EQ(lots(2), (Lots{{2, 85}}));
  EXPECT_EQ(head(2).debt, points(0));
  EXPECT_EQ(totals().debt, points(0));
}

TEST_F(Merging, AddsTwoDebts) {
  plant(1, {.debt = 45});
  plant(2, {.debt = 5});

  ASSERT_EQ(merge(), Outcome::Accepted);

  EXPECT_EQ(head(2).debt, points(50));
  EXPECT_EQ(totals().debt, points(50));
}

TEST_F(Merging, LetsIdleLotsExpireByTheLaterActivity) {
  plant(1, {.lots = {{1, 50, kLater, true}}});
  plant(2, {.lots = {{2, 60, kSoon, true}}});

  ASSERT_EQ(merge(), Outcome::Accepted);

  EXPECT_EQ(head(2).idle_at, kLater);
  EXPECT_EQ(lots(2), (Lots{{1, 50}, {2, 60}}));
  EXPECT_EQ(account(2).first_lot().value()->expires_at, kLater);
}

TEST_F(Merging, LetsTheTargetBeKnownByTheSourcesNames) {
  plant(1);
  plant(2);

  ASSERT_EQ(merge(), Outcome::Accepted);

  EXPECT_EQ(head(2).tokens, (std::vector<TokenId>{card(1), card(2)}));
  EXPECT_TRUE(head(1).tokens.empty());
  EXPECT_EQ(state::find_token(view, test::kCafe, card(1)).value()->member, member(2));
  const Hash identity = crypto::sha256(member(1).view());
  EXPECT_EQ(state::find_commitment(view, test::kCafe, identity).value(), member(2));
  EXPECT_EQ(head(2).commitment, crypto::sha256(member(2).view()));
}

TEST_F(Merging, BringsAnIdentityToAnAccountWithoutOne) {
  plant(1);
  plant(2);
  change(2, [](auto& head) { head.commitment.reset(); });

  ASSERT_EQ(merge(), Outcome::Accepted);

  EXPECT_EQ(head(2).commitment, crypto::sha256(member(1).view()));
}

TEST_F(Merging, FindsRoomForCardsAndSegments) {
  plant(1);
  plant(2);
  change(2, [](auto& head) {
    for (std::uint64_t n = 10; head.tokens.size() < limits::kTokensMax; ++n)
      head.tokens.push_back(card(n));
  });
  EXPECT_EQ(merge(), Outcome::TooManyTokens);
  change(2, [](auto& head) { head.tokens.pop_back(); });
  change(1, [](auto& head) { head.standing.segments = {"staff"}; });
  change(2, [](auto& head) {
    for (std::size_t n = 0; n < limits::kSegmentsMax; ++n)
      head.standing.segments.push_back("a" + std::to_string(100 + n));
  });
  EXPECT_EQ(merge(), Outcome::TooManySegments);
  change(2, [](auto& head) { head.standing.segments.pop_back(); });
  EXPECT_EQ(merge(), Outcome::Accepted);
}

TEST_F(Merging, KeepsTheStricterFreeze) {
  for (const auto& [source, target] : {std::pair(AccountState::Soft, AccountState::Open),
                                       std::pair(AccountState::Open, AccountState::Soft)}) {
    plant(1);
    plant(2);
    change(1, [&](auto& head) { head.state = source; });
    change(2, [&](auto& head) { head.state = target; });
    ASSERT_EQ(merge(), Outcome::Accepted);
    EXPECT_EQ(head(2).state, AccountState::Soft);
  }
}

TEST_F(Merging, LeavesThePoolOfTheSource) {
  plant(1);
  plant(2);
  write([](StateDelta& delta) {
    EXPECT_TRUE(state::put_pool(delta, test::kCafe, test::pool(1), {member(1), member(2)}).ok());
  });
  change(1, [](auto& head) { head.pool = test::pool(1); });
  change(2, [](auto& head) { head.pool = test::pool(1); });

  ASSERT_EQ(merge(), Outcome::Accepted);

  EXPECT_EQ(head(1).pool, std::nullopt);
  EXPECT_EQ(head(2).pool, test::pool(1));
  EXPECT_EQ(state::find_pool(view, test::kCafe, test::pool(1)).value(),
            std::vector<MemberId>{member(2)});
}

TEST_F(Merging, AddsCountsOfALifetimeAndKeepsTheLargerOfAllElse) {
  plant(1);
  plant(2);
  const auto use = [](Period period, std::int64_t place, std::int64_t n, std::uint64_t times) {
    return CapUse{"welcome", false, period, place, points(n), times};
  };
  const Timestamp early = test::kStart.minus(kDay);
  change(1, [&](auto& head) {
    head.redemptions = 3;
    head.standing.purchases = 5;
    head.standing.activations = 4;
    head.standing.last_activity = test::kStart;
    head.standing.segments = {"gold", "staff"};
    head.standing.caps = {use(Period::Day, 8, 90, 1), use(Period::Week, 3, 10, 9),
                          use(Period::Ever, 0, 500, 1)};
    head.standing.counters = {{"card", 0, 8, {}}, {"visits", 0, 0, {{7, early, 2}}}};
    head.standing.purchase_days = {{6, early, 1}, {7, early, 2}};
  });
  change(2, [&](auto& head) {
    head.redemptions = 1;
    head.standing.purchases = 7;
    head.standing.last_activity = early;
    head.standing.segments = {"staff", "vip"};
    head.standing.caps = {use(Period::Day, 8, 70, 4), use(Period::Week, 4, 1, 1),
                          use(Period::Ever, 0, 20, 1)};
    head.standing.counters = {
        {"card", 0, 5, {}}, {"streak", 30, 2, {}}, {"visits", 0, 0, {{7, test::kStart, 1}}}};
    head.standing.purchase_days = {{7, test::kStart, 1}, {8, test::kStart, 1}};
  });

  ASSERT_EQ(merge(), Outcome::Accepted);

  const Standing joined = head(2).standing;
  EXPECT_EQ(head(2).redemptions, 4U);
  EXPECT_EQ(joined.purchases, 12U);
  EXPECT_EQ(joined.activations, 4U);
  EXPECT_EQ(joined.last_activity, test::kStart);
  EXPECT_EQ(joined.segments, (std::vector<std::string>{"gold", "staff", "vip"}));
  EXPECT_EQ(joined.caps,
            (std::vector<CapUse>{use(Period::Day, 8, 90, 4), use(Period::Week, 4, 1, 1),
                                 use(Period::Ever, 0, 520, 2)}));
  EXPECT_EQ(joined.counters,
            (std::vector<CounterStanding>{
                {"card", 0, 8, {}}, {"streak", 30, 2, {}}, {"visits", 0, 0, {{7, early, 2}}}}));
  EXPECT_EQ(joined.purchase_days,
            (std::vector<DayCount>{{6, early, 1}, {7, early, 2}, {8, test::kStart, 1}}));
  EXPECT_EQ(head(1).standing, Standing());
}

// Under versions that have replaced each other's counters, together more than a record may hold.
TEST_F(Merging, ForgetsCountersThatTheProgrammeDoesNotHaveAnyMore) {
  plant(1);
  plant(2);
  const auto counters = [](char first) {
    std::vector<CounterStanding> all;
    for (char next = 'a'; next < 'a' + 20; ++next)
      all.push_back({std::string{first, next}, 0, 1, {}});
    return all;
  };
  change(1, [&](auto& head) { head.standing.counters = counters('a'); });
  change(2, [&](auto& head) { head.standing.counters = counters('b'); });

  ASSERT_EQ(merge(), Outcome::Accepted);

  EXPECT_TRUE(head(2).standing.counters.empty());
}

TEST_F(Merging, KeepsTheLargerUseOfAVelocityLimit) {
  plant(1);
  plant(2);
  const auto use = [](std::int64_t place, std::uint64_t times, std::int64_t n) {
    return state::VelocityUse{
        VelocityWhat::Redeem, Period::Day, test::kCafe, place, times, points(n)};
  };
  change(1, [&](auto& head) { head.velocity = {use(9, 1, 400)}; });
  change(2, [&](auto& head) { head.velocity = {use(9, 3, 100)}; });

  ASSERT_EQ(merge(), Outcome::Accepted);

  EXPECT_EQ(head(2).velocity, std::vector<state::VelocityUse>{use(9, 3, 400)});
}

TEST_F(Merging, LeavesNobodyReferredByThemselves) {
  plant(1);
  plant(2);
  change(2, [](auto& head) { head.standing.referrer = member(1); });

  ASSERT_EQ(merge(), Outcome::Accepted);

  EXPECT_EQ(head(2).standing.referrer, std::nullopt);
}

TEST_F(Merging, TakesAsManyLotsAsARedemptionMay) {
  Given given;
  for (std::uint32_t n = 1; n <= state::kLotsTakenInFullBlock + 1; ++n)
    given.lots.push_back({n, 10});
  plant(1, given);
  plant(2);

  block_is_full = true;
  EXPECT_EQ(merge(), Outcome::BlockFull);
  block_is_full = false;
  EXPECT_EQ(merge(), Outcome::Accepted);
}

TEST_F(Merging, PassesNoLimitOfPoints) {
  plant(1, {.lots = {{1, kPointsMax / 2}}});
  plant(2, {.lots = {{2, kPointsMax / 2}}});
  change(1, [](auto& head) { head.standing.tier = {0, 2024, points(kPointsMax), points(0)}; });
  change(2, [](auto& head) { head.standing.tier = {0, 2024, points(1), points(0)}; });

  EXPECT_EQ(merge(), Outcome::AmountOverflow);
}

TEST_F(Merging, IsBoundByTheBlocksBudget) {
  plant(1);
  plant(2);
  rule_cost_max = 0;

  EXPECT_EQ(merge(), Outcome::BlockFull);
}

}  // namespace
}  // namespace tally::members
