// Cards: linked, blocked, and what they open; and the identity that a claim brings.
#include "members/members_fixture.h"

namespace tally::members {
namespace {

using test::a_card_block;
using test::a_card_link;
using test::a_claim;
using test::an_enrol;
using test::card;
using test::member;

class Cards : public MembersFixture {
 protected:
  std::optional<state::TokenRecord> record(std::uint64_t n) const {
    return state::find_token(view, test::kCafe, card(n)).value();
  }
};

TEST_F(Cards, NameTheirMember) {
  plant(1);

  ASSERT_EQ(run(a_card_link().of(member(1)).card(card(7))), Outcome::Accepted);

  EXPECT_EQ(record(7), (state::TokenRecord{member(1), false}));
  EXPECT_EQ(head(1).tokens, (std::vector<TokenId>{card(1), card(7)}));
  EXPECT_EQ(head(1).last_receipt, receipt.position);
}

TEST_F(Cards, AreOneMembersAlone_M10) {
  plant(1);
  plant(2);

  EXPECT_EQ(run(a_card_link().of(member(2)).card(card(1))), Outcome::TokenInUse);
  EXPECT_EQ(run(a_card_link().of(member(1)).card(card(1))), Outcome::TokenInUse);
}

TEST_F(Cards, AreBlockedForGood_M10) {
  plant(1, {.lots = {{1, 80}}});

  ASSERT_EQ(run(a_card_block().card(card(1))), Outcome::Accepted);

  EXPECT_EQ(record(1), (state::TokenRecord{member(1), true}));
  EXPECT_TRUE(head(1).tokens.empty());
  EXPECT_EQ(available(1), 80);
  EXPECT_EQ(run(a_card_block().card(card(1))), Outcome::TokenBlocked);
  EXPECT_EQ(run(a_card_link().of(member(1)).card(card(1))), Outcome::TokenBlocked);
  EXPECT_EQ(run(an_enrol().of(member(2)).with_card(card(1))), Outcome::TokenBlocked);
}

TEST_F(Cards, ThatNobodyHasAreUnknown) {
  EXPECT_EQ(run(a_card_block().card(card(9))), Outcome::UnknownToken);
}

TEST_F(Cards, AreAtMostEightAndABlockedOneMakesRoom) {
  plant(1);
  for (std::uint64_t n = 2; n <= limits::kTokensMax; ++n)
    ASSERT_EQ(run(a_card_link().of(member(1)).card(card(n))), Outcome::Accepted);

  EXPECT_EQ(run(a_card_link().of(member(1)).card(card(99))), Outcome::TooManyTokens);
  ASSERT_EQ(run(a_card_block().card(card(3))), Outcome::Accepted);
  EXPECT_EQ(run(a_card_link().of(member(1)).card(card(99))), Outcome::Accepted);
}

TEST_F(Cards, AreLinkedToAnAccountThatStands) {
  plant(1);
  change(1, [](auto& head) { head.state = state::AccountState::Closed; });

  EXPECT_EQ(run(a_card_link().of(member(1)).card(card(5))), Outcome::MemberClosed);
  EXPECT_EQ(run(a_card_link().of(member(2)).card(card(5))), Outcome::UnknownMember);
  EXPECT_EQ(run(a_card_link().at(MerchantId(3)).of(member(1)).card(card(5))),
            Outcome::UnknownProgramme);
}

TEST_F(Cards, OpenAnAccountThatIsClaimedOnce) {
  ASSERT_EQ(run(an_enrol().of(member(1)).without_identity().with_card(card(4))), Outcome::Accepted);
  EXPECT_EQ(head(1).commitment, std::nullopt);
  EXPECT_EQ(record(4), (state::TokenRecord{member(1), false}));

  ASSERT_EQ(run(a_claim().of(member(1))), Outcome::Accepted);

  const Hash commitment = crypto::sha256(member(1).view());
  EXPECT_EQ(head(1).commitment, commitment);
  EXPECT_EQ(state::find_commitment(view, test::kCafe, commitment).value(), member(1));
  EXPECT_EQ(run(a_claim().of(member(1))), Outcome::AlreadyEnrolled);
  EXPECT_EQ(run(a_claim().of(member(1)).commitment(Hash())), Outcome::AlreadyEnrolled);
}

// Of a person enrolled already it is a merge.
TEST_F(Cards, AreClaimedByNobodyWhoHasAnAccount) {
  plant(2);
  ASSERT_EQ(run(an_enrol().of(member(1)).without_identity().with_card(card(4))), Outcome::Accepted);

  EXPECT_EQ(run(a_claim().of(member(1)).commitment(crypto::sha256(member(2).view()))),
            Outcome::AlreadyEnrolled);
  EXPECT_EQ(run(a_claim().of(member(5))), Outcome::UnknownMember);
}

TEST_F(Cards, ClaimedByWhoClosedAnAccountAddUpWhatBothHadForEver) {
  plant(2);
  ASSERT_EQ(run(an_enrol().of(member(1)).without_identity().with_card(card(4))), Outcome::Accepted);
  const auto once = [](std::int64_t n, std::uint64_t times) {
    return CapUse{"welcome", false, Period::Ever, 0, test::points(n), times};
  };
  change(1, [&](auto& head) { head.standing.caps = {once(20, 1)}; });
  change(2, [&](auto& head) {
    head.standing.caps = {{"welcome", false, Period::Day, 9, test::points(3), 1}, once(500, 2)};
    head.state = state::AccountState::Closed;
  });

  ASSERT_EQ(run(a_claim().of(member(1)).commitment(crypto::sha256(member(2).view()))),
            Outcome::Accepted);

  EXPECT_EQ(head(1).standing.caps, std::vector<CapUse>{once(520, 3)});
}

}  // namespace
}  // namespace tally::members
