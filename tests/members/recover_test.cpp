// Recover: others' word replaces a member's key, and not before its owner could object.
#include "members/members_fixture.h"

namespace tally::members {
namespace {

using test::a_key_registration;
using test::a_recovery;
using test::an_enrol;
using test::kBakery;
using test::kCafe;
using test::member;

constexpr Duration kTwoDays(2 * kDay.milliseconds());

/// Member 1 has a key of their own, and three guardians of whom two are needed.
class Recovering : public MembersFixture {
 protected:
  Recovering() : old_key(test::key_from_seed(60)), new_key(test::key_from_seed(61)) {
    for (const std::uint64_t seed : {71U, 72U, 73U})
      guardians.push_back(test::key_from_seed(seed));
    publish(kBakery, test::a_programme("Crumbs", kBakery));
    EXPECT_EQ(run(an_enrol().member_key(old_key.public_key()).consented_by(old_key, chain.id)),
              Outcome::Accepted);
    EXPECT_EQ(set_guardians(), Outcome::Accepted);
    pass(kTwoDays);
  }
  void pass(Duration span) { now = now.plus(span); }

  Outcome set_guardians(std::vector<std::size_t> which = {0, 1, 2}, Duration delay = kTwoDays) {
    std::vector<crypto::PublicKey> keys;
    for (const std::size_t n : which)
      keys.push_back(guardians[n].public_key());
    return run(a_recovery().guardians(keys, 2, delay).consented_by(old_key, chain.id));
  }
  Outcome approve(const std::vector<std::size_t>& by, const crypto::PrivateKey& key) {
    auto approval = a_recovery().approve(key.public_key());
    for (const std::size_t n : by)
      approval.consented_by(guardians[n], chain.id);
    return run(approval);
  }
  Outcome approve(const std::vector<std::size_t>& by) { return approve(by, new_key); }
  Outcome execute() { return run(a_recovery().execute(new_key.public_key())); }
  Outcome cancel() { return run(a_recovery().cancel().consented_by(old_key, chain.id)); }
  bool speaks(const crypto::PrivateKey& key) {
    const auto record = state::find_key(view, key.public_key().id()).value();
    return record.has_value() && record->member == member(1) && record->in_force(now);
  }

  crypto::PrivateKey old_key;
  crypto::PrivateKey new_key;
  std::vector<crypto::PrivateKey> guardians;
};

TEST_F(Recovering, WaitsForTheDelayAfterTheLastApproval_W01) {
  ASSERT_EQ(approve({0}), Outcome::Accepted);
  pass(kDay);
  EXPECT_EQ(execute(), Outcome::ApprovalsMissing);
  ASSERT_EQ(approve({2}), Outcome::Accepted);

  pass(Duration(kTwoDays.milliseconds() - 1));
  EXPECT_EQ(execute(), Outcome::TooEarly);
  pass(Duration(1));
  EXPECT_EQ(execute(), Outcome::Accepted);

  EXPECT_TRUE(speaks(new_key));
  EXPECT_FALSE(speaks(old_key));
  EXPECT_EQ(execute(), Outcome::ApprovalsMissing);
}

TEST_F(Recovering, HearsNoGuardianInAConsentToken) {
  auto approval = a_recovery().approve(new_key.public_key());
  for (const std::size_t n : {0U, 1U}) {
    ConsentTerms terms;
    terms.member = member(1);
    const Hash digest = token_digest(chain.id, terms);
    approval.with_token({guardians[n].public_key(), guardians[n].sign(digest.view()), terms});
  }

  EXPECT_EQ(run(approval), Outcome::ApprovalsMissing);
}

TEST_F(Recovering, EndsByItsOwnersCancelInsideTheDelay_W01) {
  ASSERT_EQ(approve({0, 1}), Outcome::Accepted);
  pass(kDay);
  ASSERT_EQ(cancel(), Outcome::Accepted);

  pass(kTwoDays);
  EXPECT_EQ(execute(), Outcome::Cancelled);
  EXPECT_EQ(approve({0, 1}), Outcome::Cancelled);
  EXPECT_EQ(cancel(), Outcome::Cancelled);
  EXPECT_TRUE(speaks(old_key));
}

TEST_F(Recovering, IsCancelledByNobodyElseNorLater) {
  EXPECT_EQ(cancel(), Outcome::TooLate);
  ASSERT_EQ(approve({0, 1}), Outcome::Accepted);
  EXPECT_EQ(run(a_recovery().cancel()), Outcome::ConsentRequired);
  EXPECT_EQ(run(a_recovery().cancel().consented_by(guardians[0], chain.id)),
            Outcome::ConsentRequired);

  pass(kTwoDays);
  EXPECT_EQ(cancel(), Outcome::TooLate);
  EXPECT_EQ(execute(), Outcome::Accepted);
}

TEST_F(Recovering, CountsEachGuardianOnceAndNobodyElse) {
  EXPECT_EQ(approve({}), Outcome::ApprovalsMissing);
  EXPECT_EQ(run(a_recovery()
                    .approve(new_key.public_key())
                    .consented_by(second_operator, chain.id)
                    .consented_by(old_key, chain.id)),
            Outcome::ApprovalsMissing);
  ASSERT_EQ(approve({0}), Outcome::Accepted);
  ASSERT_EQ(approve({0, 0}), Outcome::Accepted);

  pass(kTwoDays);
  EXPECT_EQ(execute(), Outcome::ApprovalsMissing);
}

TEST_F(Recovering, StartsTheDelayOnce) {
  ASSERT_EQ(approve({0, 1}), Outcome::Accepted);
  pass(kDay);
  ASSERT_EQ(approve({2}), Outcome::Accepted);

  pass(kDay);
  EXPECT_EQ(execute(), Outcome::Accepted);
}

// One guardian who turns bad can neither take the key nor keep the others from giving it back.
TEST_F(Recovering, GivesWayToAsManyAsMadeItAlone) {
  const crypto::PrivateKey other = test::key_from_seed(62);
  ASSERT_EQ(approve({0, 1}), Outcome::Accepted);
  EXPECT_EQ(approve({2}, other), Outcome::ApprovalsMissing);
  ASSERT_EQ(approve({1, 2}, other), Outcome::Accepted);

  pass(kTwoDays);
  EXPECT_EQ(execute(), Outcome::ApprovalsMissing);
  EXPECT_EQ(run(a_recovery().execute(other.public_key())), Outcome::Accepted);
}

TEST_F(Recovering, BeginsAnewWithAnotherKey) {
  ASSERT_EQ(approve({0}, test::key_from_seed(62)), Outcome::Accepted);
  ASSERT_EQ(approve({1}), Outcome::Accepted);
  pass(kTwoDays);
  EXPECT_EQ(execute(), Outcome::ApprovalsMissing);

  ASSERT_EQ(approve({0}), Outcome::Accepted);
  ASSERT_EQ(cancel(), Outcome::Accepted);
  EXPECT_EQ(approve({0, 1}, test::key_from_seed(62)), Outcome::Accepted);
}

TEST_F(Recovering, BringsAKeyThatIsNobodys) {
  EXPECT_EQ(approve({0, 1}, second_operator), Outcome::KeyAlreadyRegistered);
  EXPECT_EQ(approve({0, 1}, old_key), Outcome::KeyAlreadyRegistered);
  ASSERT_EQ(approve({0, 1}), Outcome::Accepted);
  pass(kTwoDays);
  own_key(1);
  state::KeyRecord taken;
  taken.key = new_key.public_key();
  taken.merchant = kCafe;
  put(taken);

  EXPECT_EQ(execute(), Outcome::KeyAlreadyRegistered);
}

TEST_F(Recovering, EndsEveryKeyThatTheMemberHad) {
  const crypto::PrivateKey phone = test::key_from_seed(63);
  ASSERT_EQ(run(a_key_registration()
                    .of(member(1))
                    .key(phone.public_key())
                    .consented_by(old_key, chain.id)),
            Outcome::Accepted);
  ASSERT_EQ(approve({0, 1}), Outcome::Accepted);
  pass(kTwoDays);
  EXPECT_TRUE(speaks(phone));

  ASSERT_EQ(execute(), Outcome::Accepted);

  EXPECT_FALSE(speaks(phone));
  EXPECT_EQ(state::find_recovery(view, member(1)).value()->keys,
            std::vector<KeyId>{new_key.public_key().id()});
}

TEST_F(Recovering, ByNewGuardiansWaitsAsLong) {
  const Duration four_days(2 * kTwoDays.milliseconds());
  ASSERT_EQ(set_guardians({0, 1}, four_days), Outcome::Accepted);
  pass(Duration(kTwoDays.milliseconds() - 1));
  EXPECT_EQ(approve({2}), Outcome::Accepted);
  pass(Duration(1));

  EXPECT_EQ(approve({2}), Outcome::ApprovalsMissing);
  ASSERT_EQ(approve({0, 1}), Outcome::Accepted);
  pass(kTwoDays);
  EXPECT_EQ(execute(), Outcome::TooEarly);
  pass(kTwoDays);
  EXPECT_EQ(execute(), Outcome::Accepted);
}

TEST_F(Recovering, ForgetsWhatFormerGuardiansApproved) {
  ASSERT_EQ(set_guardians({0, 1}), Outcome::Accepted);
  ASSERT_EQ(approve({1, 2}), Outcome::Accepted);

  pass(kTwoDays);

  EXPECT_EQ(execute(), Outcome::ApprovalsMissing);
}

TEST_F(Recovering, LetsTheMemberAloneNameGuardians) {
  EXPECT_EQ(run(a_recovery().guardians({guardians[0].public_key()}, 1, kTwoDays)),
            Outcome::ConsentRequired);
}

// Whoever kept no key for the member cannot replace the member's own.
TEST_F(Recovering, WithoutGuardiansIsForCustodiansAlone) {
  ASSERT_EQ(run(an_enrol()
                    .of(member(2))
                    .member_key(test::key_from_seed(64).public_key())
                    .consented_by(test::key_from_seed(64), chain.id)),
            Outcome::Accepted);

  EXPECT_EQ(run(a_recovery().of(member(2)).approve(new_key.public_key())),
            Outcome::ApprovalsMissing);
  EXPECT_EQ(run(a_recovery().of(member(9)).approve(new_key.public_key())), Outcome::UnknownMember);
}

TEST_F(Recovering, OutOfCustodyTakesTheSameDelay) {
  ASSERT_EQ(run(an_enrol().of(member(2))), Outcome::Accepted);
  ASSERT_EQ(run(a_recovery().of(member(2)).approve(new_key.public_key())), Outcome::Accepted);

  pass(Duration(kTwoDays.milliseconds() - 1));
  EXPECT_EQ(run(a_recovery().of(member(2)).execute(new_key.public_key())), Outcome::TooEarly);
  pass(Duration(1));
  ASSERT_EQ(run(a_recovery().of(member(2)).execute(new_key.public_key())), Outcome::Accepted);

  EXPECT_TRUE(head(2).own_key);
  EXPECT_EQ(head(2).last_receipt, receipt.position);
  EXPECT_EQ(state::find_key(view, new_key.public_key().id()).value()->member, member(2));
}

// The new key will speak for the member's accounts everywhere.
TEST_F(Recovering, OutOfCustodyTakesEveryMerchantThatKeepsAnAccount) {
  ASSERT_EQ(run(an_enrol().of(member(2))), Outcome::Accepted);
  ASSERT_EQ(run(an_enrol().of(member(2)).by(kBakery).at(kBakery)), Outcome::Accepted);
  auto recovery = a_recovery().of(member(2)).approve(new_key.public_key());
  ASSERT_EQ(run(recovery), Outcome::Accepted);
  pass(kTwoDays);
  EXPECT_EQ(run(a_recovery().of(member(2)).execute(new_key.public_key())),
            Outcome::ApprovalsMissing);

  ASSERT_EQ(run(recovery.consented_by(chain.keys[1].operator_key, chain.id)), Outcome::Accepted);
  pass(kTwoDays);
  EXPECT_EQ(run(a_recovery().of(member(2)).execute(new_key.public_key())), Outcome::Accepted);
}

// A gateway seals what a certificate asks for: with its key alone, a thief would take a member
// over.
TEST_F(Recovering, OutOfCustodyTakesAnOperatorsSignature) {
  ASSERT_EQ(run(an_enrol().of(member(2))), Outcome::Accepted);
  const state::KeyRecord signing = asking;
  asking.key = test::key_from_seed(65).public_key();
  asking.purpose = Purpose::Tls;
  put(asking);
  const auto recovery = a_recovery().of(member(2)).approve(new_key.public_key());
  EXPECT_EQ(run(recovery), Outcome::ApprovalsMissing);

  asking = signing;
  EXPECT_EQ(run(recovery), Outcome::Accepted);
}

}  // namespace
}  // namespace tally::members
