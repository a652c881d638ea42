// Enrol: one person, one account; and who may bring a member's key.
#include <tally/members/members.h>
#include <tally/state/account.h>
#include <tally/state/identity.h>

#include "support/domain_fixture.h"

namespace tally::members {
namespace {

using test::an_enrol;
using test::kBakery;
using test::kCafe;
using test::member;

class Enrolling : public test::DomainFixture {
 protected:
  Enrolling() : key_(test::key_from_seed(60)), other_key_(test::key_from_seed(61)) {
    publish(kBakery, test::a_programme("Crumbs", kBakery));
  }
  Outcome enrol(const test::EnrolBuilder& builder) {
    const Transaction transaction = builder.build();
    const auto& action = std::get<Enrol>(transaction.action);
    receipt_ = Receipt();
    receipt_.position = Position{Height(2), index++};
    const TransactionContext where = context(transaction);
    StateDelta delta(view);
    const Outcome claimed = preclaim(action, where, view).value();
    if (claimed != Outcome::Accepted) return claimed;
    EXPECT_EQ(apply(action, where, delta, receipt_).value(), Outcome::Accepted);
    EXPECT_TRUE(check_invariants(delta).ok());
    view.commit(delta, Height(1));
    return Outcome::Accepted;
  }
  std::optional<state::Account> account(std::uint64_t n, MerchantId programme = kCafe) const {
    return state::Account::load(view, AccountId{member(n), programme}).value();
  }
  test::EnrolBuilder with_key(const crypto::PrivateKey& key, MerchantId at = kCafe) const {
    return an_enrol().by(at).at(at).member_key(key.public_key()).consented_by(key, chain.id);
  }

  crypto::PrivateKey key_;
  crypto::PrivateKey other_key_;
  Receipt receipt_;
};

TEST_F(Enrolling, OpensAnEmptyAccountUnderACommitment) {
  ASSERT_EQ(enrol(an_enrol()), Outcome::Accepted);

  ASSERT_TRUE(account(1).has_value());
  EXPECT_EQ(account(1)->head.enrolled_at, now);
  EXPECT_FALSE(account(1)->head.own_key);
  EXPECT_EQ(account(1)->head.last_receipt, receipt_.position);
  EXPECT_EQ(state::totals(view, kCafe)->members, 1U);
  const Hash commitment = crypto::sha256(member(1).view());
  EXPECT_EQ(view.find(state::commitment_key(kCafe, commitment)).value(),
            to_bytes(member(1).view()));
  ASSERT_EQ(receipt_.previous.size(), 1U);
  EXPECT_EQ(receipt_.previous[0].position, std::nullopt);
}

TEST_F(Enrolling, HappensOnceForAPerson_A12) {
  ASSERT_EQ(enrol(an_enrol()), Outcome::Accepted);
  const Hash commitment = crypto::sha256(member(1).view());

  EXPECT_EQ(enrol(an_enrol().of(member(2)).commitment(commitment)), Outcome::AlreadyEnrolled);
  EXPECT_EQ(enrol(an_enrol().of(member(1)).commitment(Hash())), Outcome::AlreadyEnrolled);
  EXPECT_EQ(enrol(an_enrol().of(member(2))), Outcome::Accepted);
}

TEST_F(Enrolling, IsFreeInEachProgramme) {
  ASSERT_EQ(enrol(an_enrol()), Outcome::Accepted);

  EXPECT_EQ(enrol(an_enrol().by(kBakery).at(kBakery)), Outcome::Accepted);
}

TEST_F(Enrolling, NeedsAProgrammeInForce) {
  EXPECT_EQ(enrol(an_enrol().at(MerchantId(3))), Outcome::UnknownProgramme);
}

TEST_F(Enrolling, RegistersAKeyThatSomebodyHolds) {
  EXPECT_EQ(enrol(an_enrol().member_key(key_.public_key())), Outcome::ConsentRequired);
  EXPECT_EQ(enrol(an_enrol().member_key(key_.public_key()).consented_by(other_key_, chain.id)),
            Outcome::ConsentRequired);
  ASSERT_EQ(enrol(with_key(key_)), Outcome::Accepted);

  const auto record = state::find_key(view, key_.public_key().id()).value();
  ASSERT_TRUE(record.has_value());
  EXPECT_EQ(record->role, Role::Member);
  EXPECT_EQ(record->purpose, Purpose::Sign);
  EXPECT_EQ(record->member, member(1));
  EXPECT_EQ(record->merchant, MerchantId());
  EXPECT_EQ(record->valid_from, now);
  EXPECT_TRUE(account(1)->head.own_key);
}

TEST_F(Enrolling, RefusesAKeyWithAnotherPurposeOrOwner) {
  EXPECT_EQ(enrol(with_key(chain.keys[0].operator_key)), Outcome::KeyAlreadyRegistered);
  ASSERT_EQ(enrol(with_key(key_)), Outcome::Accepted);

  EXPECT_EQ(enrol(with_key(key_).of(member(2))), Outcome::KeyAlreadyRegistered);
}

TEST_F(Enrolling, TakesTheSameKeyAtAnotherMerchant) {
  ASSERT_EQ(enrol(with_key(key_)), Outcome::Accepted);

  EXPECT_EQ(enrol(with_key(key_, kBakery)), Outcome::Accepted);
}

TEST_F(Enrolling, TakesAReferrerWhoEnrolledEarlier_M09) {
  ASSERT_EQ(enrol(an_enrol()), Outcome::Accepted);

  ASSERT_EQ(enrol(an_enrol().of(member(2)).referred_by(member(1))), Outcome::Accepted);

  EXPECT_EQ(account(2)->head.standing.referrer, member(1));
}

TEST_F(Enrolling, RefusesAnyOtherReferrer_M09) {
  ASSERT_EQ(enrol(an_enrol().of(member(8)).by(kBakery).at(kBakery)), Outcome::Accepted);

  EXPECT_EQ(enrol(an_enrol().referred_by(member(2))), Outcome::InvalidReferrer);
  EXPECT_EQ(enrol(an_enrol().referred_by(member(8))), Outcome::InvalidReferrer);
  EXPECT_EQ(enrol(an_enrol().referred_by(member(1))), Outcome::InvalidReferrer);
}

TEST_F(Enrolling, RefusesAReferrerWhoseAccountHasEnded_M09) {
  ASSERT_EQ(enrol(an_enrol()), Outcome::Accepted);
  write([&](StateDelta& delta) {
    auto ended = state::Account::load(delta, AccountId{member(1), kCafe}).value().value();
    ended.head.state = state::AccountState::Closed;
    EXPECT_TRUE(ended.store(delta).ok());
  });

  EXPECT_EQ(enrol(an_enrol().of(member(2)).referred_by(member(1))), Outcome::InvalidReferrer);
}

TEST_F(Enrolling, ByAMemberWithAKeyElsewhereIsNoCustody) {
  ASSERT_EQ(enrol(with_key(key_)), Outcome::Accepted);

  ASSERT_EQ(enrol(an_enrol().by(kBakery).at(kBakery).consented_by(key_, chain.id)),
            Outcome::Accepted);

  EXPECT_TRUE(account(1, kBakery)->head.own_key);
}

TEST_F(Enrolling, ListsTheKeyAsItsMembers) {
  ASSERT_EQ(enrol(with_key(key_)), Outcome::Accepted);

  EXPECT_EQ(state::find_recovery(view, member(1)).value()->keys,
            std::vector<KeyId>{key_.public_key().id()});
}

// A member's key speaks for all of the member's accounts. So the bakery can neither bring a key of
// its own for a member of the café's, in custody or not, …
TEST_F(Enrolling, LetsNoMerchantBringAKeyForAMemberOfAnother) {
  ASSERT_EQ(enrol(an_enrol().of(member(1))), Outcome::Accepted);
  ASSERT_EQ(enrol(with_key(key_).of(member(2))), Outcome::Accepted);

  EXPECT_EQ(enrol(with_key(other_key_, kBakery).of(member(1))), Outcome::ConsentRequired);
  EXPECT_EQ(enrol(with_key(other_key_, kBakery).of(member(2))), Outcome::ConsentRequired);
  EXPECT_EQ(enrol(with_key(other_key_, kBakery).of(member(2)).consented_by(key_, chain.id)),
            Outcome::Accepted);
}

// … nor see a new member's id on its way, take it first, and wait for the café's account under it.
TEST_F(Enrolling, SlipsNoAccountUnderAKeyThatDidNotAgree) {
  ASSERT_EQ(enrol(with_key(other_key_, kBakery)), Outcome::Accepted);

  EXPECT_EQ(enrol(an_enrol()), Outcome::ConsentRequired);
  EXPECT_EQ(enrol(with_key(key_)), Outcome::ConsentRequired);
  EXPECT_EQ(enrol(an_enrol().consented_by(other_key_, chain.id)), Outcome::Accepted);
}

}  // namespace
}  // namespace tally::members
