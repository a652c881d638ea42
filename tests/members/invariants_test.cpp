// The laws of members and keys break loudly on planted faults.
#include <tally/members/members.h>
#include <tally/state/account.h>
#include <tally/state/identity.h>

#include "support/domain_fixture.h"

#include <functional>

namespace tally::members {
namespace {

using state::KeyRecord;

class KeyLaws : public test::DomainFixture {
 protected:
  std::string broken_by(const std::function<void(KeyRecord&)>& change) {
    KeyRecord record = asking;
    change(record);
    StateDelta delta(view);
    EXPECT_TRUE(state::put_key(delta, record).ok());
    return verdict(delta);
  }
  static std::string verdict(const StateDelta& delta) {
    const Result<void> checked = check_invariants(delta);
    if (checked.ok()) return "";
    EXPECT_EQ(checked.error().code, ErrorCode::Diverged);
    return checked.error().message;
  }
};

TEST_F(KeyLaws, LetLimitsAndValidityChange) {
  EXPECT_EQ(broken_by([](KeyRecord&) {}), "");
  EXPECT_EQ(broken_by([](KeyRecord& r) { r.limits.points_max = test::points(1); }), "");
  EXPECT_EQ(broken_by([](KeyRecord& r) { r.valid_until = Timestamp(1); }), "");
}

TEST_F(KeyLaws, KeepRolePurposeAndOwner) {
  EXPECT_NE(broken_by([](KeyRecord& r) { r.role = Role::Terminal; }), "");
  EXPECT_NE(broken_by([](KeyRecord& r) { r.purpose = Purpose::Tls; }), "");
  EXPECT_NE(broken_by([](KeyRecord& r) { r.merchant = test::kBakery; }), "");
}

TEST_F(KeyLaws, NameAMemberForAMembersKeyAlone) {
  const auto fresh = [](KeyRecord& r) { r.key = test::key_from_seed(80).public_key(); };
  EXPECT_NE(broken_by([&](KeyRecord& r) { fresh(r), r.member = test::member(1); }), "");
  EXPECT_NE(broken_by([&](KeyRecord& r) { fresh(r), r.role = Role::Member; }), "");
  EXPECT_NE(broken_by([&](KeyRecord& r) { fresh(r), r.merchant = MerchantId(); }), "");
}

TEST_F(KeyLaws, ListAnOperatorsNewSigningKey) {
  const auto fresh = [](KeyRecord& r) { r.key = test::key_from_seed(80).public_key(); };
  EXPECT_NE(broken_by(fresh), "");
  EXPECT_EQ(broken_by([&](KeyRecord& r) { fresh(r), r.purpose = Purpose::Tls; }), "");
  EXPECT_EQ(broken_by([&](KeyRecord& r) { fresh(r), r.role = Role::Terminal; }), "");
}

TEST_F(KeyLaws, NeverForgetASecondOperator) {
  auto merchant = state::find_merchant(view, test::kCafe).value().value();
  const auto verdict_on = [&](const state::MerchantRecord& record) {
    StateDelta delta(view);
    EXPECT_TRUE(state::put_merchant(delta, test::kCafe, record).ok());
    return verdict(delta);
  };
  merchant.operators = {test::fixed_of<KeyId>(1), test::fixed_of<KeyId>(2)};
  EXPECT_NE(verdict_on(merchant), "");
  merchant.had_second_operator = true;
  EXPECT_EQ(verdict_on(merchant), "");

  write([&](StateDelta& d) { EXPECT_TRUE(state::put_merchant(d, test::kCafe, merchant).ok()); });
  merchant.operators.clear();
  EXPECT_EQ(verdict_on(merchant), "");
  merchant.had_second_operator = false;
  EXPECT_NE(verdict_on(merchant), "");

  StateDelta gone(view);
  ASSERT_TRUE(gone.erase(state::merchant_key(test::kCafe)).ok());
  EXPECT_NE(verdict(gone), "");
}

TEST_F(KeyLaws, KeepEveryRecordUnderItsOwnIdForEver) {
  StateDelta gone(view);
  ASSERT_TRUE(gone.erase(state::signing_key_key(asking.key.id())).ok());
  EXPECT_NE(verdict(gone), "");

  StateDelta moved(view);
  const Bytes bytes = view.records().at(state::signing_key_key(asking.key.id()));
  ASSERT_TRUE(moved.put(state::signing_key_key(KeyId()), bytes).ok());
  EXPECT_NE(verdict(moved), "");
}

/// What names members, and the accounts that it names. Members 1 to 4 are of the café.
class NameLaws : public testing::Test {
 protected:
  using Head = state::AccountHead;

  NameLaws() {
    state::StateDelta delta(view);
    for (std::uint64_t n = 1; n <= 4; ++n)
      store(delta, n, [](Head&) {});
    name(delta, 1, false);
    commit(delta);
  }
  static AccountId account_id(std::uint64_t n) { return {test::member(n), test::kCafe}; }
  static void store(state::StateDelta& delta, std::uint64_t n,
                    const std::function<void(Head&)>& change) {
    auto account = state::Account::load(delta, account_id(n)).value();
    if (!account.has_value()) account = state::Account::open(delta, account_id(n), Timestamp(1));
    change(account->head);
    EXPECT_TRUE(account->store(delta).ok());
  }
  /// Commitment and card are member n's.
  static void name(state::StateDelta& delta, std::uint64_t n, bool blocked) {
    const MemberId member = test::member(n);
    EXPECT_TRUE(state::put_commitment(delta, test::kCafe, Hash(), member).ok());
    EXPECT_TRUE(state::put_token(delta, test::kCafe, TokenId(), {member, blocked}).ok());
  }
  static void put_alias(state::StateDelta& delta, std::uint64_t n, std::uint64_t of) {
    store(delta, n, [&](Head& head) {
      head.state = state::AccountState::Merged;
      head.alias_of = test::member(of);
    });
  }
  static void restore(state::StateDelta& delta, std::uint64_t n) {
    store(delta, n, [](Head& head) {
      head.state = state::AccountState::Open;
      head.alias_of.reset();
    });
  }
  static std::string verdict(const state::StateDelta& delta) {
    const Result<void> checked = check_invariants(delta);
    return checked.ok() ? "" : checked.error().message;
  }
  void commit(const state::StateDelta& delta) {
    EXPECT_EQ(verdict(delta), "");
    view.commit(delta, Height(1));
  }

  test::MemoryView view;
};

TEST_F(NameLaws, LeaveACommitmentAndACardWithTheirMember) {
  state::StateDelta both(view);
  name(both, 2, false);
  EXPECT_EQ(verdict(both).find("a commitment is one member's"), 0U);
  state::StateDelta card(view);
  ASSERT_TRUE(state::put_token(card, test::kCafe, TokenId(), {test::member(2), false}).ok());
  EXPECT_EQ(verdict(card).find("a card is one member's"), 0U);
  state::StateDelta stranger(view);
  ASSERT_TRUE(
      state::put_token(stranger, test::kCafe, test::fixed_of<TokenId>(1), {test::member(9), false})
          .ok());
  EXPECT_EQ(verdict(stranger).find("a card names a member"), 0U);
  state::StateDelta gone(view);
  ASSERT_TRUE(gone.erase(state::token_key(test::kCafe, TokenId())).ok());
  EXPECT_EQ(verdict(gone).find("a card's record never goes"), 0U);
}

TEST_F(NameLaws, LetNamesFollowAMergeAndItsUndoing) {
  state::StateDelta merge(view);
  put_alias(merge, 1, 2);
  name(merge, 2, false);
  commit(merge);
  state::StateDelta on(view);
  put_alias(on, 2, 3);
  name(on, 3, false);
  commit(on);

  state::StateDelta elsewhere(view);
  restore(elsewhere, 1);
  ASSERT_TRUE(state::put_token(elsewhere, test::kCafe, TokenId(), {test::member(4), false}).ok());
  EXPECT_EQ(verdict(elsewhere).find("a card is one member's"), 0U);
  state::StateDelta undone(view);
  restore(undone, 1);
  name(undone, 1, false);
  commit(undone);
}

TEST_F(NameLaws, LetAnIdentityEnrolAnewOnceItsAccountIsClosed) {
  state::StateDelta close(view);
  store(close, 1, [](Head& head) { head.state = state::AccountState::Closed; });
  commit(close);

  state::StateDelta anew(view);
  ASSERT_TRUE(state::put_commitment(anew, test::kCafe, Hash(), test::member(2)).ok());
  EXPECT_EQ(verdict(anew), "");
  state::StateDelta card(view);
  ASSERT_TRUE(state::put_token(card, test::kCafe, TokenId(), {test::member(2), false}).ok());
  EXPECT_EQ(verdict(card).find("a card is one member's"), 0U);
}

TEST_F(NameLaws, BlockALostCardForGood) {
  state::StateDelta lost(view);
  name(lost, 1, true);
  commit(lost);

  state::StateDelta found(view);
  name(found, 1, false);
  EXPECT_EQ(verdict(found).find("a blocked card"), 0U);
}

}  // namespace
}  // namespace tally::members
