// RevokeKey: who may end which key, and that a merchant keeps one.
#include "members/members_fixture.h"

namespace tally::members {
namespace {

using test::a_key_registration;
using test::a_key_revocation;
using test::kBakery;
using test::kCafe;
using test::member;

class Revoking : public MembersFixture {
 protected:
  Revoking() : key_(test::key_from_seed(70)) {}
  KeyId put_key(Role role, MerchantId merchant = kCafe, Timestamp until = Timestamp::never(),
                Purpose purpose = Purpose::Sign) {
    state::KeyRecord record;
    record.purpose = purpose;
    record.key = key_.public_key();
    record.role = role;
    record.merchant = merchant;
    record.valid_until = until;
    put(record);
    return record.key.id();
  }
  Outcome revoke(const KeyId& key) { return run(a_key_revocation().key(key)); }
  Outcome revoke_by_two(const KeyId& key) { return run_by_two(a_key_revocation().key(key)); }
  Timestamp end_of(const KeyId& key) const {
    return state::find_key(view, key).value()->valid_until;
  }

  crypto::PrivateKey key_;
};

TEST_F(Revoking, EndsAKeyAtThisBlock) {
  const KeyId key = put_key(Role::Terminal);

  ASSERT_EQ(revoke(key), Outcome::Accepted);

  EXPECT_EQ(end_of(key), now);
  EXPECT_FALSE(state::find_key(view, key).value()->in_force(now));
}

TEST_F(Revoking, GivesNoKeyALaterEnd) {
  const Timestamp over = now.minus(kHour);
  const KeyId key = put_key(Role::Terminal, kCafe, over);

  ASSERT_EQ(revoke(key), Outcome::Accepted);

  EXPECT_EQ(end_of(key), over);
}

TEST_F(Revoking, IsForTheMerchantsOwnOperators) {
  const KeyId other = put_key(Role::Terminal, kBakery);
  EXPECT_EQ(revoke(other), Outcome::NotPermitted);
  EXPECT_EQ(revoke(KeyId()), Outcome::NotPermitted);
  EXPECT_EQ(revoke(chain.keys[0].gateway.public_key().id()), Outcome::NotPermitted);
  const KeyId own = put_key(Role::Auditor);
  asking.role = Role::Terminal;
  EXPECT_EQ(revoke(own), Outcome::NotPermitted);
  asking.role = Role::Operator;
  EXPECT_EQ(revoke_by_two(own), Outcome::Accepted);
}

// Else a thief with one key ends the other one, and stands alone.
TEST_F(Revoking, TakesTwoForOperatorsAndAuditors) {
  const KeyId second = second_operator.public_key().id();
  EXPECT_EQ(revoke(second), Outcome::ApprovalsMissing);
  EXPECT_EQ(end_of(second), Timestamp::never());
  for (const Role role : {Role::Operator, Role::Auditor}) {
    for (const Purpose purpose : {Purpose::Sign, Purpose::Tls}) {
      const KeyId key = put_key(role, kCafe, Timestamp::never(), purpose);
      EXPECT_EQ(revoke(key), Outcome::ApprovalsMissing);
      EXPECT_EQ(revoke_by_two(key), Outcome::Accepted);
    }
  }
  EXPECT_EQ(revoke_by_two(second), Outcome::Accepted) << "which is one of the two";
}

// Else a thief with a copy of one of two keys ends it, and the other one can register nobody.
TEST_F(Revoking, LetsOneGiveUpTheirOwnWhileTwoOthersGoOn) {
  const KeyId own = asking.key.id();
  EXPECT_EQ(revoke(own), Outcome::ApprovalsMissing);
  put_key(Role::Operator);

  ASSERT_EQ(revoke(own), Outcome::Accepted);

  EXPECT_EQ(end_of(own), now);
}

TEST_F(Revoking, LeavesAMerchantItsLastVoice) {
  const KeyId own = asking.key.id();
  ASSERT_EQ(revoke_by_two(own), Outcome::Accepted);
  EXPECT_EQ(end_of(own), now);

  asking = state::find_key(view, second_operator.public_key().id()).value().value();
  now = now.plus(kHour);
  EXPECT_EQ(revoke(asking.key.id()), Outcome::NotPermitted);
  EXPECT_EQ(end_of(asking.key.id()), Timestamp::never());
}

TEST_F(Revoking, LetsOneGiveUpTheirCertificate) {
  const KeyId tls = put_key(Role::Operator, kCafe, Timestamp::never(), Purpose::Tls);
  asking = state::find_key(view, tls).value().value();

  EXPECT_EQ(revoke(second_operator.public_key().id()), Outcome::ApprovalsMissing);
  EXPECT_EQ(revoke(tls), Outcome::Accepted);
}

// A key that will be over soon, or that is not to sign, leaves a merchant without any.
TEST_F(Revoking, LeavesAMerchantOneThatLastsAsLong) {
  const KeyId own = asking.key.id();
  auto second = state::find_key(view, second_operator.public_key().id()).value().value();
  second.valid_until = now.plus(kDay);
  put(second);
  put_key(Role::Operator, kCafe, Timestamp::never(), Purpose::Tls);

  EXPECT_EQ(revoke(own), Outcome::NotPermitted);
  EXPECT_EQ(revoke_by_two(own), Outcome::NotPermitted);
  EXPECT_EQ(revoke_by_two(second.key.id()), Outcome::Accepted);
}

TEST_F(Revoking, LeavesAMerchantOneThatSignsAlready) {
  auto second = state::find_key(view, second_operator.public_key().id()).value().value();
  second.valid_from = now.plus(kHour);
  put(second);

  EXPECT_EQ(revoke(asking.key.id()), Outcome::NotPermitted);
}

TEST_F(Revoking, OfAMembersKeyTakesTheirWord) {
  const crypto::PrivateKey& key = own_key(1);
  const KeyId id = key.public_key().id();
  EXPECT_EQ(revoke(id), Outcome::ConsentRequired);
  EXPECT_EQ(run(a_key_revocation().key(id).consented_by(own_key(2), chain.id)),
            Outcome::ConsentRequired);

  EXPECT_EQ(run(a_key_revocation().key(id).consented_by(key, chain.id)), Outcome::Accepted);
  EXPECT_EQ(run(a_key_revocation().key(id).consented_by(key, chain.id)), Outcome::ConsentRequired);
}

TEST_F(Revoking, MakesRoomForAMembersNextKey) {
  const crypto::PrivateKey& first = own_key(1);
  std::uint64_t seed = 500;
  const auto one_more = [&] {
    return run(a_key_registration()
                   .of(member(1))
                   .key(test::key_from_seed(++seed).public_key())
                   .consented_by(first, chain.id));
  };
  for (std::size_t n = 0; n < limits::kMemberKeysMax; ++n)
    ASSERT_EQ(one_more(), Outcome::Accepted);
  ASSERT_EQ(one_more(), Outcome::NotPermitted);

  const KeyId one = test::key_from_seed(501).public_key().id();
  ASSERT_EQ(run(a_key_revocation().key(one).consented_by(first, chain.id)), Outcome::Accepted);
  EXPECT_EQ(one_more(), Outcome::Accepted);
}

}  // namespace
}  // namespace tally::members
