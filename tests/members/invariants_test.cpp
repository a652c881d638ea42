// The laws of members and keys break loudly on planted faults.
#include <tally/members/members.h>

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

TEST_F(KeyLaws, KeepEveryRecordUnderItsOwnIdForEver) {
  StateDelta gone(view);
  ASSERT_TRUE(gone.erase(state::signing_key_key(asking.key.id())).ok());
  EXPECT_NE(verdict(gone), "");

  StateDelta moved(view);
  const Bytes bytes = view.records().at(state::signing_key_key(asking.key.id()));
  ASSERT_TRUE(moved.put(state::signing_key_key(KeyId()), bytes).ok());
  EXPECT_NE(verdict(moved), "");
}

TEST_F(KeyLaws, LeaveACommitmentWithItsMember) {
  const state::RecordKey place = state::commitment_key(test::kCafe, Hash());
  write([&](StateDelta& delta) {
    EXPECT_TRUE(delta.put(place, to_bytes(test::member(1).view())).ok());
  });
  StateDelta delta(view);
  ASSERT_TRUE(delta.put(place, to_bytes(test::member(2).view())).ok());

  EXPECT_NE(verdict(delta), "");
}

}  // namespace
}  // namespace tally::members
