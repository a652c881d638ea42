// RegisterKey: what the record says, and whose word it needs.
#include <tally/base/limits.h>
#include <tally/members/members.h>

#include "support/domain_fixture.h"

namespace tally::members {
namespace {

using test::a_key_registration;
using test::member;

class Registering : public test::DomainFixture {
 protected:
  Registering()
      : new_key_(test::key_from_seed(70)),
        old_key_(test::key_from_seed(71)),
        second_(test::key_from_seed(72)) {}
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
  /// A new key of this role, by the asking key alone or with the word of `second_` as well.
  Outcome of_role(Role role, Purpose purpose, bool by_two = false, KeyLimits limits = {}) {
    keys_.push_back(test::key_from_seed(100 + keys_.size()));
    auto wish = a_key_registration().key(keys_.back().public_key()).role(role).purpose(purpose);
    wish.points_max(limits.points_max.value()).backdate_max(limits.backdate_max);
    if (by_two) wish.consented_by(second_, chain.id);
    return registration(wish);
  }
  Outcome second_alone() {
    return registration(a_key_registration().key(second_.public_key()).role(Role::Operator));
  }
  void end(const crypto::PublicKey& key) {
    auto record = state::find_key(view, key.id()).value().value();
    record.valid_until = now;
    write([&](StateDelta& delta) { EXPECT_TRUE(state::put_key(delta, record).ok()); });
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
  crypto::PrivateKey second_;
  std::vector<crypto::PrivateKey> keys_;
};

TEST_F(Registering, PutsAMerchantsKeyOnTheLedger) {
  ASSERT_EQ(registration(a_key_registration()
                             .key(new_key_.public_key())
                             .role(Role::Terminal)
                             .purpose(Purpose::Tls)
                             .points_max(500)
                             .valid(now, now.plus(Duration(9)))),
            Outcome::Accepted);

  const auto record = state::find_key(view, new_key_.public_key().id()).value().value();
  EXPECT_EQ(record.merchant, test::kCafe);
  EXPECT_EQ(record.member, std::nullopt);
  EXPECT_EQ(record.role, Role::Terminal);
  EXPECT_EQ(record.purpose, Purpose::Tls);
  EXPECT_EQ(record.limits.points_max, test::points(500));
  EXPECT_TRUE(record.in_force(now.plus(Duration(8))));
  EXPECT_FALSE(record.in_force(now.plus(Duration(9))));
}

TEST_F(Registering, RefusesAKeyThatIsOverAlready) {
  const auto key = a_key_registration().key(new_key_.public_key());

  EXPECT_EQ(registration(test::RegisterKeyBuilder(key).valid(Timestamp(), now)), Outcome::TooLate);
  EXPECT_EQ(registration(test::RegisterKeyBuilder(key).valid(Timestamp(), now.plus(Duration(1)))),
            Outcome::Accepted);
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

struct Wish {
  Role role;
  Purpose purpose;
};
constexpr Wish kForTwo[] = {{Role::Operator, Purpose::Sign},
                            {Role::Operator, Purpose::Tls},
                            {Role::Auditor, Purpose::Sign},
                            {Role::Auditor, Purpose::Tls}};

TEST_F(Registering, TakesTwoOperatorsForOperatorsAndAuditors) {
  ASSERT_EQ(second_alone(), Outcome::Accepted);

  for (const Wish& wish : kForTwo) {
    EXPECT_EQ(of_role(wish.role, wish.purpose), Outcome::ApprovalsMissing);
    EXPECT_EQ(of_role(wish.role, wish.purpose, true), Outcome::Accepted);
  }
  for (const Purpose purpose : {Purpose::Sign, Purpose::Tls})
    EXPECT_EQ(of_role(Role::Terminal, purpose), Outcome::Accepted);
}

TEST_F(Registering, CountsTwoDifferentOperatorsInForce) {
  const crypto::PrivateKey& first = chain.keys[0].operator_key;
  ASSERT_EQ(second_alone(), Outcome::Accepted);
  auto wish = a_key_registration().key(new_key_.public_key()).role(Role::Operator);

  EXPECT_EQ(registration(wish.consented_by(first, chain.id)), Outcome::ApprovalsMissing);
  EXPECT_EQ(registration(wish.consented_by(chain.keys[1].operator_key, chain.id)),
            Outcome::ApprovalsMissing);
  EXPECT_EQ(registration(wish.consented_by(new_key_, chain.id)), Outcome::ApprovalsMissing)
      << "not its own second";
  wish.consented_by(second_, chain.id);
  now = now.plus(kHour);
  end(second_.public_key());
  EXPECT_EQ(registration(wish), Outcome::ApprovalsMissing);
}

TEST_F(Registering, LetsTheFirstOperatorMakeTheSecondAloneAndNothingElse) {
  for (const Wish& wish : {kForTwo[1], kForTwo[2], kForTwo[3]})
    EXPECT_EQ(of_role(wish.role, wish.purpose), Outcome::ApprovalsMissing);
  EXPECT_EQ(of_role(Role::Operator, Purpose::Sign, false, {Points(), kHour, {}}),
            Outcome::ApprovalsMissing);

  EXPECT_EQ(second_alone(), Outcome::Accepted);
}

// It cannot be made again: a date of seconds where milliseconds count would cost the merchant its
// second operator for ever.
TEST_F(Registering, LetsTheFirstOperatorWasteItOnNoKeyThatEndsEarlierOrSignsLater) {
  const auto second = a_key_registration().key(second_.public_key()).role(Role::Operator);
  const auto valid = [&](Timestamp from, Timestamp until) {
    return registration(test::RegisterKeyBuilder(second).valid(from, until));
  };
  const Timestamp year_later = now.plus(Duration(365 * kDay.milliseconds()));
  EXPECT_EQ(valid(Timestamp(), year_later), Outcome::NotPermitted);
  EXPECT_EQ(valid(now.plus(Duration(1)), Timestamp::never()), Outcome::NotPermitted);

  EXPECT_EQ(valid(now, Timestamp::never()), Outcome::Accepted);
}

TEST_F(Registering, HearsTheFirstOperatorBySignatureAlone) {
  asking.purpose = Purpose::Tls;

  EXPECT_EQ(second_alone(), Outcome::ApprovalsMissing);
}

// Else who has the first key revokes the second, and makes another one.
TEST_F(Registering, LetsTheFirstOperatorDoSoOnce) {
  ASSERT_EQ(second_alone(), Outcome::Accepted);
  EXPECT_EQ(of_role(Role::Operator, Purpose::Sign), Outcome::ApprovalsMissing);

  now = now.plus(kHour);
  end(second_.public_key());

  EXPECT_EQ(of_role(Role::Operator, Purpose::Sign), Outcome::ApprovalsMissing);
}

TEST_F(Registering, TakesTwoForMoreThanTheAskingKeyHas) {
  const auto terminal = [&](std::int64_t points_max, bool by_two = false) {
    return of_role(Role::Terminal, Purpose::Tls, by_two,
                   {test::points(points_max), Duration(), {}});
  };
  ASSERT_EQ(second_alone(), Outcome::Accepted);
  EXPECT_EQ(terminal(0), Outcome::Accepted) << "no more than a key without a limit has";
  asking.limits.points_max = test::points(100);

  EXPECT_EQ(terminal(100), Outcome::Accepted);
  EXPECT_EQ(terminal(101), Outcome::ApprovalsMissing);
  EXPECT_EQ(terminal(0), Outcome::ApprovalsMissing) << "no limit is more than any";
  EXPECT_EQ(terminal(101, true), Outcome::Accepted);
  EXPECT_EQ(terminal(0, true), Outcome::Accepted);
}

TEST_F(Registering, KeepsAMerchantsOperatorsToAsManyAsOneRecordLists) {
  ASSERT_EQ(second_alone(), Outcome::Accepted);
  for (std::size_t n = 2; n < limits::kMerchantOperatorsMax; ++n)
    ASSERT_EQ(of_role(Role::Operator, Purpose::Sign, true), Outcome::Accepted);

  EXPECT_EQ(of_role(Role::Operator, Purpose::Sign, true), Outcome::NotPermitted);
  EXPECT_EQ(of_role(Role::Operator, Purpose::Tls, true), Outcome::Accepted);
  now = now.plus(kHour);
  end(keys_.front().public_key());
  EXPECT_EQ(of_role(Role::Operator, Purpose::Sign, true), Outcome::Accepted) << "one is over";
}

TEST_F(Registering, IsNotForANodesKeys) {
  ASSERT_EQ(second_alone(), Outcome::Accepted);

  for (const Purpose purpose : {Purpose::Sign, Purpose::Tls})
    EXPECT_EQ(of_role(Role::Node, purpose, true), Outcome::NotPermitted);
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
