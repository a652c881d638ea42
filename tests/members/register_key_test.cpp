// RegisterKey: what the record says, and whose word it needs.
#include <tally/members/members.h>

#include "support/domain_fixture.h"

namespace tally::members {
namespace {

using test::a_key_registration;
using test::member;

class Registering : public test::DomainFixture {
 protected:
  Registering() : new_key_(test::key_from_seed(70)), old_key_(test::key_from_seed(71)) {}
  Outcome registration(const test::RegisterKeyBuilder& builder) {
    const Transaction transaction = builder.build();
    const auto& action = std::get<RegisterKey>(transaction.action);
    const TransactionContext where = context(transaction);
    StateDelta delta(view);
    const Outcome claimed = preclaim(action, where, view).value();
    if (claimed != Outcome::Accepted) return claimed;
    Receipt receipt;
    EXPECT_EQ(apply(action, where, delta, receipt).value(), Outcome::Accepted);
    EXPECT_TRUE(receipt.previous.empty());
    EXPECT_TRUE(check_invariants(delta).ok());
    view.commit(delta, Height(1));
    return Outcome::Accepted;
  }
  void put_member_key(std::uint64_t n) {
    state::KeyRecord record;
    record.key = old_key_.public_key();
    record.role = Role::Member;
    record.member = member(n);
    write([&](StateDelta& delta) { EXPECT_TRUE(state::put_key(delta, record).ok()); });
  }

  crypto::PrivateKey new_key_;
  crypto::PrivateKey old_key_;
};

TEST_F(Registering, PutsAMerchantsKeyOnTheLedger) {
  ASSERT_EQ(registration(a_key_registration()
                             .key(new_key_.public_key())
                             .role(Role::Terminal)
                             .purpose(Purpose::Tls)
                             .points_max(500)
                             .valid(Timestamp(1), Timestamp(9))),
            Outcome::Accepted);

  const auto record = state::find_key(view, new_key_.public_key().id()).value().value();
  EXPECT_EQ(record.merchant, test::kCafe);
  EXPECT_EQ(record.member, std::nullopt);
  EXPECT_EQ(record.role, Role::Terminal);
  EXPECT_EQ(record.purpose, Purpose::Tls);
  EXPECT_EQ(record.limits.points_max, test::points(500));
  EXPECT_TRUE(record.in_force(Timestamp(8)));
  EXPECT_FALSE(record.in_force(Timestamp(9)));
}

TEST_F(Registering, ListsAnOperatorWithItsMerchant) {
  const auto voices = [&] { return state::find_merchant(view, test::kCafe).value().value(); };
  const KeyId first = asking.key.id();
  ASSERT_EQ(registration(a_key_registration().key(new_key_.public_key()).purpose(Purpose::Tls)),
            Outcome::Accepted);
  EXPECT_EQ(voices().operators, std::vector<KeyId>{first});
  EXPECT_FALSE(voices().had_second_operator);

  const KeyId second = old_key_.public_key().id();
  ASSERT_EQ(registration(a_key_registration().key(old_key_.public_key()).role(Role::Operator)),
            Outcome::Accepted);

  EXPECT_EQ(voices().operators,
            (std::vector<KeyId>{std::min(first, second), std::max(first, second)}));
  EXPECT_TRUE(voices().had_second_operator);
}

TEST_F(Registering, GivesAKeyOneRecordForEver) {
  ASSERT_EQ(registration(a_key_registration().key(new_key_.public_key())), Outcome::Accepted);

  EXPECT_EQ(registration(a_key_registration().key(new_key_.public_key()).role(Role::Auditor)),
            Outcome::KeyAlreadyRegistered);
  EXPECT_EQ(registration(a_key_registration().key(chain.keys[1].gateway.public_key())),
            Outcome::KeyAlreadyRegistered);
}

TEST_F(Registering, OfAMembersKeyNeedsAKeyOfThatMember) {
  const auto wish = a_key_registration().key(new_key_.public_key()).of(member(1));
  EXPECT_EQ(registration(wish), Outcome::ConsentRequired);
  put_member_key(2);
  EXPECT_EQ(registration(test::RegisterKeyBuilder(wish).consented_by(old_key_, chain.id)),
            Outcome::ConsentRequired);
  put_member_key(1);
  EXPECT_EQ(registration(test::RegisterKeyBuilder(wish).consented_by(old_key_, chain.id)),
            Outcome::Accepted);

  const auto record = state::find_key(view, new_key_.public_key().id()).value().value();
  EXPECT_EQ(record.merchant, MerchantId());
  EXPECT_EQ(record.member, member(1));
}

TEST_F(Registering, TakesTheMembersOwnSubmission) {
  asking.role = Role::Member;
  asking.merchant = MerchantId();
  asking.member = member(1);

  EXPECT_EQ(registration(a_key_registration().key(new_key_.public_key()).of(member(1))),
            Outcome::Accepted);
}

}  // namespace
}  // namespace tally::members
