// Record keys: their bytes, whose they are, and the bucket that they fall into.
#include <tally/state/record.h>

#include "support/builders.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace tally::state {
namespace {

const AccountId kAccount{test::member(0x0102), MerchantId(7)};

std::string zeros(std::size_t bytes) {
  return std::string(2 * bytes, '0');
}

TEST(Record, HasKeysOfAKindAndAnOwner) {
  EXPECT_EQ(to_hex(consortium_key("clock").bytes), "01636c6f636b");
  EXPECT_EQ(to_hex(merchant_key(MerchantId(7)).bytes), "0200000007");
  EXPECT_EQ(to_hex(programme_key(MerchantId(7), 2).bytes), "040000000700000002");
  EXPECT_EQ(to_hex(totals_key(MerchantId(7)).bytes), "0500000007");
  EXPECT_EQ(to_hex(account_key(kAccount).bytes), "070000000000000000000000000000010200000007");
  EXPECT_EQ(to_hex(lots_key(kAccount, 3).bytes),
            "08000000000000000000000000000001020000000700000003");
  EXPECT_EQ(to_hex(campaign_key(MerchantId(7), "ten").bytes), "090000000774656e");
  EXPECT_EQ(to_hex(ref_key(MerchantId(7), "share:1").bytes),
            "0a00000007" + to_hex(crypto::tagged_hash("ref", as_bytes("share:1")).view()));
  EXPECT_EQ(signing_key_key(KeyId()).bytes.size(), 33U);
  EXPECT_EQ(commitment_key(MerchantId(7), Hash()).bytes.size(), 37U);
  EXPECT_EQ(hold_key(HoldId()).bytes.size(), 33U);
  EXPECT_EQ(to_hex(return_key(MerchantId(7), OrderKey()).bytes), "0c00000007" + zeros(32));
  EXPECT_EQ(to_hex(token_key(MerchantId(7), TokenId()).bytes), "0d00000007" + zeros(32));
  EXPECT_EQ(to_hex(pool_key(MerchantId(7), PoolId()).bytes), "0e00000007" + zeros(16));
  EXPECT_EQ(to_hex(merged_key(kAccount).bytes), "0f0000000000000000000000000000010200000007");
  EXPECT_EQ(to_hex(recovery_key(kAccount.member).bytes), "1000000000000000000000000000000102");
  EXPECT_EQ(to_hex(adjusted_key(MerchantId(7), KeyId()).bytes), "1100000007" + zeros(32));
  EXPECT_EQ(to_hex(opening_key(MerchantId(7), "share:1").bytes),
            "1200000007" + to_hex(crypto::tagged_hash("ref", as_bytes("share:1")).view()));
}

TEST(Record, KnowsWhoseAccountAKeyBelongsTo) {
  EXPECT_EQ(account_of(account_key(kAccount)), kAccount);
  EXPECT_EQ(account_of(lots_key(kAccount, 9)), kAccount);
  EXPECT_EQ(account_of(merchant_key(MerchantId(7))), std::nullopt);
  EXPECT_EQ(account_of(campaign_key(MerchantId(7), "ten")), std::nullopt);
  EXPECT_EQ(account_of(ref_key(MerchantId(7), "share:1")), std::nullopt);
  EXPECT_EQ(account_of(merged_key(kAccount)), std::nullopt);
  EXPECT_EQ(account_of(RecordKey{}), std::nullopt);
  EXPECT_EQ(account_of(RecordKey{Bytes{7, 1}}), std::nullopt);
}

TEST(Record, PutsAllOfAMembersPointsIntoOneBucket) {
  const std::uint32_t bucket = bucket_of(account_key(kAccount), 1 << 20);

  EXPECT_EQ(bucket_of(lots_key(kAccount, 1), 1 << 20), bucket);
  EXPECT_EQ(bucket_of(account_key({kAccount.member, MerchantId(8)}), 1 << 20), bucket);
}

TEST(Record, TakesTheFirstBitsOfTheHashForABucket) {
  const RecordKey key = merchant_key(MerchantId(7));
  const Hash hash = crypto::tagged_hash("bucket", key.bytes);

  EXPECT_EQ(bucket_of(key, 1), 0U);
  EXPECT_EQ(bucket_of(key, 2), hash.array()[0] >> 7U);
  EXPECT_EQ(bucket_of(key, 256), hash.array()[0]);
  EXPECT_EQ(bucket_of(key, 1 << 16), (hash.array()[0] << 8U) + hash.array()[1]);
}

RC_GTEST_PROP(Record, KeepsBucketsInRange, (std::uint32_t merchant)) {
  const int bits = *rc::gen::inRange(0, 25);
  RC_ASSERT(bucket_of(merchant_key(MerchantId(merchant)), std::uint64_t{1} << bits) <
            std::uint64_t{1} << bits);
}

}  // namespace
}  // namespace tally::state
