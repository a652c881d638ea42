// Close: what an account had is forfeited, and nobody gets the same welcome twice.
#include "members/members_fixture.h"

namespace tally::members {
namespace {

using state::AccountState;
using test::a_card_link;
using test::a_close;
using test::a_merge;
using test::an_enrol;
using test::card;
using test::member;
using test::points;

class Closing : public MembersFixture {
 protected:
  /// 500 points for who enrols, once in a lifetime.
  void welcome() {
    Programme programme = test::a_programme();
    Campaign campaign;
    campaign.id = "welcome";
    campaign.title = "Welcome";
    campaign.trigger = Trigger::Enrol;
    campaign.award = "500";
    campaign.cap_times = {{Period::Ever, 1}};
    campaign.funders = {FunderShare{}};
    programme.campaigns = {campaign};
    publish(test::kCafe, programme);
  }
  void put_pool(const std::vector<std::uint64_t>& members) {
    std::vector<MemberId> ids;
    for (const std::uint64_t n : members)
      ids.push_back(member(n));
    write([&](StateDelta& delta) {
      EXPECT_TRUE(state::put_pool(delta, test::kCafe, test::pool(1), ids).ok());
    });
    for (const std::uint64_t n : members)
      change(n, [](auto& head) { head.pool = test::pool(1); });
  }
};

TEST_F(Closing, ForfeitsWhatIsThereAndWhatWaits_M03) {
  plant(1, {.lots = {{1, 80}, {2, 15, test::kStart.plus(kDay)}},
            .waiting = {{3, 20, test::kStart.plus(kDay)}}});

  ASSERT_EQ(run(a_close().of(member(1))), Outcome::Accepted);

  EXPECT_EQ(head(1).state, AccountState::Closed);
  EXPECT_EQ(lines(LineKind::Forfeited), (std::vector<std::int64_t>{15, 80}));
  EXPECT_EQ(lines(LineKind::ForfeitedPending), std::vector<std::int64_t>{20});
  EXPECT_EQ(totals().forfeited, points(115));
  EXPECT_EQ(totals().available, points(0));
  EXPECT_EQ(totals().pending, points(0));
  EXPECT_TRUE(lots(1).empty());
  EXPECT_EQ(head(1).deadlines.earliest(), Timestamp::never());
}

TEST_F(Closing, WaitsForOpenHolds_M03) {
  plant(1);
  change(1, [](auto& head) { head.holds_asked = 1; });
  plant(2);
  change(2, [](auto& head) { head.holds = {{test::kStart.plus(kDay), HoldId(), true}}; });

  EXPECT_EQ(run(a_close().of(member(1))), Outcome::HoldsOpen);
  EXPECT_EQ(run(a_close().of(member(2))), Outcome::HoldsOpen);
}

TEST_F(Closing, HappensOnce_M03) {
  plant(1);
  ASSERT_EQ(run(a_close().of(member(1))), Outcome::Accepted);

  EXPECT_EQ(run(a_close().of(member(1))), Outcome::MemberClosed);
  EXPECT_EQ(run(a_card_link().of(member(1)).card(card(9))), Outcome::MemberClosed);
  EXPECT_EQ(run(a_close().of(member(9))), Outcome::UnknownMember);
}

// The person whose accounts were merged twice over is the one whose account has ended.
TEST_F(Closing, FreesThePersonOfEveryAccountThatWasMerged_M03) {
  for (const std::uint64_t n : {1U, 2U, 3U})
    plant(n);
  change(3, [](auto& head) {
    head.standing.caps = {{"welcome", false, Period::Ever, 0, points(30), 1}};
  });
  ASSERT_EQ(run_by_two(a_merge().source(member(1)).into(member(2))), Outcome::Accepted);
  ASSERT_EQ(run_by_two(a_merge().source(member(2)).into(member(3))), Outcome::Accepted);
  const auto anew = an_enrol().of(member(4)).commitment(crypto::sha256(member(1).view()));
  EXPECT_EQ(run(anew), Outcome::AlreadyEnrolled);
  ASSERT_EQ(run(a_close().of(member(3))), Outcome::Accepted);

  EXPECT_EQ(run(anew), Outcome::Accepted);
  EXPECT_EQ(head(4).standing.caps, head(3).standing.caps);
}

TEST_F(Closing, WritesOffWhatIsOwed) {
  plant(1, {.debt = 40});

  ASSERT_EQ(run(a_close().of(member(1))), Outcome::Accepted);

  EXPECT_EQ(lines(LineKind::WrittenOff), std::vector<std::int64_t>{40});
  EXPECT_EQ(head(1).debt, points(0));
  EXPECT_EQ(totals().debt, points(0));
  EXPECT_EQ(totals().clawed, points(0));
  EXPECT_EQ(totals().unrecovered, points(40));
}

TEST_F(Closing, LeavesThePool) {
  plant(1);
  plant(2);
  put_pool({1, 2});

  ASSERT_EQ(run(a_close().of(member(1))), Outcome::Accepted);

  EXPECT_EQ(state::find_pool(view, test::kCafe, test::pool(1)).value(),
            std::vector<MemberId>{member(2)});
  ASSERT_EQ(run(a_close().of(member(2))), Outcome::Accepted);
  EXPECT_TRUE(state::find_pool(view, test::kCafe, test::pool(1)).value().empty());
}

TEST_F(Closing, ForgetsTheTierAndItsReview) {
  plant(1);
  change(1, [](auto& head) {
    head.standing.tier = {1, 2023, points(10), points(0), test::kStart.plus(kDay), false};
  });

  ASSERT_EQ(run(a_close().of(member(1))), Outcome::Accepted);

  EXPECT_EQ(head(1).deadlines.earliest(), Timestamp::never());
}

TEST_F(Closing, OfManyLotsWaitsForABlockWithRoom) {
  Given given;
  for (std::uint32_t n = 1; n <= state::kLotsTakenInFullBlock + 1; ++n)
    given.lots.push_back({n, 10});
  plant(1, given);

  block_is_full = true;
  EXPECT_EQ(run(a_close().of(member(1))), Outcome::BlockFull);
  block_is_full = false;
  EXPECT_EQ(run(a_close().of(member(1))), Outcome::Accepted);
}

// However many lots an account has: they are forfeited once.
TEST_F(Closing, TakesMoreLotsThanARedemptionMay) {
  Given given;
  for (std::uint32_t n = 1; n <= state::kLotsTakenMax + 1; ++n)
    given.lots.push_back({n, 1});
  plant(1, given);

  EXPECT_EQ(run(a_close().of(member(1))), Outcome::Accepted);
  EXPECT_EQ(receipt.lines.size(), state::kLotsTakenMax + 1);
}

TEST_F(Closing, LetsAPersonComeBackWithoutASecondWelcome_M08) {
  welcome();
  const Hash person = crypto::sha256(as_bytes("a person"));
  ASSERT_EQ(run(an_enrol().of(member(1)).commitment(person)), Outcome::Accepted);
  EXPECT_EQ(available(1), 500);
  EXPECT_EQ(run(an_enrol().of(member(2)).commitment(person)), Outcome::AlreadyEnrolled);
  ASSERT_EQ(run(a_close().of(member(1))), Outcome::Accepted);

  EXPECT_EQ(run(an_enrol().of(member(1)).commitment(person)), Outcome::AlreadyEnrolled);
  ASSERT_EQ(run(an_enrol().of(member(2)).commitment(person)), Outcome::Accepted);

  EXPECT_EQ(available(2), 0);
  ASSERT_EQ(receipt.rules.size(), 1U);
  EXPECT_EQ(receipt.rules[0].reason, RuleReason::MemberCap);
  EXPECT_EQ(state::find_commitment(view, test::kCafe, person).value(), member(2));

  ASSERT_EQ(run(a_close().of(member(2))), Outcome::Accepted);
  ASSERT_EQ(run(an_enrol().of(member(3)).commitment(person)), Outcome::Accepted);
  EXPECT_EQ(available(3), 0);
}

// A card stays its closed account's: what names it is MEMBER_CLOSED, and nobody gets it.
TEST_F(Closing, KeepsTheCards) {
  plant(1);
  plant(2);
  ASSERT_EQ(run(a_close().of(member(1))), Outcome::Accepted);

  EXPECT_EQ(run(a_card_link().of(member(2)).card(card(1))), Outcome::TokenInUse);
}

}  // namespace
}  // namespace tally::members
