// Freeze and Unfreeze: what the account says of itself.
#include "members/members_fixture.h"

namespace tally::members {
namespace {

using state::AccountState;
using test::a_freeze;
using test::an_unfreeze;
using test::member;

using Freezing = MembersFixture;

TEST_F(Freezing, IsSoftOrForFraudUntilItIsLifted) {
  plant(1);

  ASSERT_EQ(run(a_freeze().of(member(1))), Outcome::Accepted);
  EXPECT_EQ(head(1).state, AccountState::Soft);
  EXPECT_EQ(head(1).last_receipt, receipt.position);
  ASSERT_EQ(run(a_freeze().of(member(1)).kind(FreezeKind::Fraud)), Outcome::Accepted);
  EXPECT_EQ(head(1).state, AccountState::Fraud);
  ASSERT_EQ(run(an_unfreeze().of(member(1))), Outcome::Accepted);
  EXPECT_EQ(head(1).state, AccountState::Open);
}

TEST_F(Freezing, MovesNoPoints) {
  plant(1, {.lots = {{1, 80}}, .waiting = {{2, 20, test::kStart.plus(kDay)}}});
  const state::Totals before = totals();

  ASSERT_EQ(run(a_freeze().of(member(1))), Outcome::Accepted);

  EXPECT_TRUE(receipt.lines.empty());
  EXPECT_EQ(totals(), before);
}

TEST_F(Freezing, IsOfAnAccountThatStands) {
  plant(1);
  change(1, [](auto& head) { head.state = AccountState::Closed; });

  EXPECT_EQ(run(a_freeze().of(member(1))), Outcome::MemberClosed);
  EXPECT_EQ(run(an_unfreeze().of(member(1))), Outcome::MemberClosed);
  EXPECT_EQ(run(a_freeze().of(member(2))), Outcome::UnknownMember);
  EXPECT_EQ(run(a_freeze().at(MerchantId(3)).of(member(1))), Outcome::UnknownProgramme);
}

}  // namespace
}  // namespace tally::members
