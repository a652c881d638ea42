// Members on the ledger: what names them, freezes them, makes one of two, and ends them, with the
// transactions of other domains beside.
#include <tally/execution/execute.h>

#include "support/test_ledger.h"

#include <gtest/gtest.h>

namespace tally::execution {
namespace {

using test::a_merge;
using test::an_earn;
using test::an_unmerge;
using test::card;
using test::kCafe;
using test::kStart;
using test::member;
using test::TestLedger;

class Members : public testing::Test {
 protected:
  explicit Members(const Programme& programme = with_transfers())
      : ledger(programme), second_(test::key_from_seed(90)) {
    EXPECT_EQ(run(test::a_key_registration()
                      .role(Role::Operator)
                      .key(second_.public_key())
                      .valid(Timestamp(), Timestamp::never())),
              Outcome::Accepted);
    ledger.enrol(1);
    ledger.enrol(2);
  }
  static Programme with_transfers() {
    Programme programme = test::a_programme();
    programme.transfer.enabled = true;
    return programme;
  }

  template <typename Builder>
  Outcome run(Builder builder) {
    receipt =
        ledger.run(builder.request(++requests).valid_until(ledger.next_time().plus(kHour)).build());
    return receipt.outcome;
  }
  template <typename Builder>
  Outcome run_by_two(Builder builder) {
    builder.request(++requests).valid_until(ledger.next_time().plus(kHour));
    receipt = ledger.run(builder.consented_by(second_, ledger.chain.id).build());
    return receipt.outcome;
  }
  Outcome earn(test::EarnBuilder builder) { return run(builder.event_time(ledger.next_time())); }
  /// As many points as euros.
  Outcome earn(std::uint64_t n, std::int64_t euros) {
    return earn(an_earn().of(member(n)).total(euros * 100));
  }
  Outcome redeem(std::uint64_t n, std::int64_t amount) {
    return run(test::a_redeem().of(member(n)).exactly(amount).basket(100'000));
  }

  TestLedger ledger;
  Receipt receipt;
  std::uint64_t requests = 0;

 private:
  crypto::PrivateKey second_;
};

TEST_F(Members, FrozenEarnAndExpireButDoNotSpend_M04) {
  ASSERT_EQ(earn(1, 500), Outcome::Accepted);
  ASSERT_EQ(run(test::a_freeze().of(member(1))), Outcome::Accepted);

  EXPECT_EQ(redeem(1, 100), Outcome::MemberFrozen);
  EXPECT_EQ(run(test::a_hold().of(member(1)).exactly(100).basket(100'000)), Outcome::MemberFrozen);
  EXPECT_EQ(earn(1, 7), Outcome::Accepted);
  EXPECT_EQ(ledger.available(1), 507);

  ledger.at(kStart.plus(Duration(400 * kDay.milliseconds())));
  ASSERT_EQ(earn(1, 1), Outcome::Accepted);
  EXPECT_EQ(ledger.available(1), 1);
}

TEST_F(Members, FrozenSendNothing_M04) {
  const crypto::PrivateKey key = test::key_from_seed(95);
  ASSERT_EQ(run(test::an_enrol()
                    .of(member(3))
                    .member_key(key.public_key())
                    .consented_by(key, ledger.chain.id)),
            Outcome::Accepted);
  ASSERT_EQ(earn(3, 500), Outcome::Accepted);
  const auto gift = test::a_transfer().from(member(3)).to(member(1)).amount(10).consented_by(
      key, ledger.chain.id);
  ASSERT_EQ(run(gift), Outcome::Accepted);

  ASSERT_EQ(run(test::a_freeze().of(member(3))), Outcome::Accepted);

  EXPECT_EQ(run(gift), Outcome::MemberFrozen);
}

TEST_F(Members, FrozenSpendAgainOnceTheyAreFree_M04) {
  ASSERT_EQ(earn(1, 500), Outcome::Accepted);
  ASSERT_EQ(run(test::a_freeze().of(member(1)).kind(FreezeKind::Fraud)), Outcome::Accepted);
  ASSERT_EQ(redeem(1, 100), Outcome::MemberFrozen);

  ASSERT_EQ(run(test::an_unfreeze().of(member(1))), Outcome::Accepted);

  EXPECT_EQ(redeem(1, 100), Outcome::Accepted);
}

TEST_F(Members, AreNamedByTheirCardsUntilTheseAreBlocked_M10) {
  ASSERT_EQ(run(test::a_card_link().of(member(1)).card(card(7))), Outcome::Accepted);
  EXPECT_EQ(run(test::a_card_link().of(member(2)).card(card(7))), Outcome::TokenInUse);
  ASSERT_EQ(earn(an_earn().by_card(card(7)).total(1'000)), Outcome::Accepted);
  EXPECT_EQ(ledger.available(1), 10);
  EXPECT_EQ(earn(an_earn().by_card(card(8)).total(1'000)), Outcome::UnknownToken);

  ASSERT_EQ(run(test::a_card_block().card(card(7))), Outcome::Accepted);

  EXPECT_EQ(earn(an_earn().by_card(card(7)).total(1'000)), Outcome::TokenBlocked);
  EXPECT_EQ(earn(1, 5), Outcome::Accepted);
  EXPECT_EQ(ledger.available(1), 15);
}

TEST_F(Members, ThatWereMergedAreTheirTarget_M01) {
  ASSERT_EQ(run(test::a_card_link().of(member(1)).card(card(7))), Outcome::Accepted);
  ASSERT_EQ(earn(1, 200), Outcome::Accepted);
  ASSERT_EQ(earn(2, 300), Outcome::Accepted);
  EXPECT_EQ(run(a_merge()), Outcome::ApprovalsMissing);
  ASSERT_EQ(run_by_two(a_merge()), Outcome::Accepted);

  EXPECT_EQ(ledger.available(2), 500);
  ASSERT_EQ(earn(1, 11), Outcome::Accepted);
  ASSERT_EQ(earn(an_earn().by_card(card(7)).total(2'200)), Outcome::Accepted);
  ASSERT_EQ(redeem(1, 100), Outcome::Accepted);

  EXPECT_EQ(ledger.available(2), 433);
  EXPECT_EQ(ledger.available(1), 0);
}

TEST_F(Members, PartAgainWithWhatIsLeft_M06) {
  ASSERT_EQ(earn(1, 200), Outcome::Accepted);
  ledger.at(kStart.plus(Duration(40 * kDay.milliseconds())));
  ASSERT_EQ(earn(2, 300), Outcome::Accepted);
  ASSERT_EQ(run_by_two(a_merge()), Outcome::Accepted);
  ASSERT_EQ(redeem(2, 120), Outcome::Accepted);
  ASSERT_EQ(earn(1, 9), Outcome::Accepted);

  ASSERT_EQ(run_by_two(an_unmerge()), Outcome::Accepted);

  EXPECT_EQ(ledger.available(1), 80);
  EXPECT_EQ(ledger.available(2), 309);
  ASSERT_EQ(earn(1, 1), Outcome::Accepted);
  EXPECT_EQ(ledger.available(1), 81);
}

class WaitingMembers : public Members {
 protected:
  WaitingMembers() : Members(with_a_bonus()) {}
  static Programme with_a_bonus() {
    Programme programme = test::a_programme();
    programme.earn.pending.span = Duration(14 * kDay.milliseconds());
    Campaign bonus = test::a_campaign("bonus", "7");
    bonus.trigger = Trigger::Activated;
    programme.campaigns = {bonus};
    return programme;
  }
};

// The purchase was the one's, what its activation gave the other's: each pays what it has of it.
TEST_F(WaitingMembers, PayForAReturnAfterTheyPartedWhatEachGot) {
  ASSERT_EQ(earn(1, 200), Outcome::Accepted);
  const Timestamp activates = receipt.lines.front().available_at;
  const std::uint64_t order = requests;
  ASSERT_EQ(run_by_two(a_merge()), Outcome::Accepted);
  ledger.at(activates).run_block({});
  ASSERT_EQ(ledger.available(2), 207);
  ASSERT_EQ(run_by_two(an_unmerge()), Outcome::Accepted);
  ASSERT_EQ(ledger.available(1), 200);
  ASSERT_EQ(ledger.available(2), 7);

  ASSERT_EQ(run(test::a_reverse().of_order(order).total(20'000)), Outcome::Accepted);

  EXPECT_EQ(ledger.available(1), 0);
  EXPECT_EQ(ledger.available(2), 0);
  for (const ReceiptLine& line : receipt.lines)
    EXPECT_EQ(line.kind, LineKind::Clawed);
}

TEST_F(Members, AreNotAddedToASegmentAndRemovedUnderAnotherName) {
  ASSERT_EQ(run_by_two(a_merge()), Outcome::Accepted);

  EXPECT_EQ(run(test::a_segment().add(member(1)).remove(member(2))), Outcome::NotPermitted);
  EXPECT_EQ(run(test::a_segment().add(member(1)).add(member(2))), Outcome::Accepted);
}

// What falls due on the target runs before the two part, as before any other transaction.
TEST_F(Members, PartAfterWhatWasDueOnBoth) {
  ASSERT_EQ(earn(1, 200), Outcome::Accepted);
  const Timestamp end = ledger.lots(1).front().expires_at;
  ledger.at(end.minus(kDay));
  ASSERT_EQ(run_by_two(a_merge()), Outcome::Accepted);

  ledger.at(end);
  ASSERT_EQ(run_by_two(an_unmerge()), Outcome::Accepted);

  EXPECT_EQ(ledger.available(1), 0);
  EXPECT_EQ(ledger.available(2), 0);
}

TEST_F(Members, WhoseAccountHasEndedAreRefused_M03) {
  ASSERT_EQ(earn(1, 200), Outcome::Accepted);
  ASSERT_EQ(run(test::a_close().of(member(1))), Outcome::Accepted);

  EXPECT_EQ(earn(1, 5), Outcome::MemberClosed);
  EXPECT_EQ(redeem(1, 100), Outcome::MemberClosed);
  EXPECT_EQ(run(a_merge()), Outcome::MemberClosed);
}

}  // namespace
}  // namespace tally::execution
