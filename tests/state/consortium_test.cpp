// The consortium's records as genesis writes them, and each read back.
#include <tally/state/consortium.h>
#include <tally/state/programme_record.h>
#include <tally/state/receipt_log.h>

#include "support/full_programme.h"
#include "support/memory_view.h"

#include <gtest/gtest.h>

namespace tally::state {
namespace {

using test::currency;
using test::kBakery;
using test::kCafe;
using test::kStart;
using test::MemoryView;
using test::TestChain;

class ConsortiumTest : public testing::Test {
 protected:
  ConsortiumTest() : chain_(test::a_genesis(4)), delta_(view_) {
    EXPECT_TRUE(write_genesis(chain_.genesis.content, delta_).ok());
  }

  TestChain chain_;
  MemoryView view_;
  StateDelta delta_;
};

TEST_F(ConsortiumTest, KeepsGenesissParameters) {
  EXPECT_EQ(parameters(delta_).value(), chain_.genesis.content.parameters);
}

TEST_F(ConsortiumTest, KeepsTheValidatorSet) {
  EXPECT_EQ(validators(delta_).value(), epoch_of(chain_.genesis.content).validators);
  EXPECT_EQ(validators(delta_)->at(2).merchant, MerchantId(3));
}

TEST_F(ConsortiumTest, KnowsMerchantsAndCurrencies) {
  EXPECT_EQ(merchants(delta_)->size(), 4U);
  EXPECT_EQ(find_merchant(delta_, kBakery).value()->name, "merchant-2");
  EXPECT_EQ(find_merchant(delta_, kBakery).value()->gateway_key,
            chain_.keys[1].gateway.public_key().id());
  EXPECT_EQ(find_merchant(delta_, MerchantId(9)).value(), std::nullopt);
  EXPECT_EQ(currency_exponent(delta_, currency("EUR")).value(), 2);
  EXPECT_EQ(currency_exponent(delta_, currency("USD")).value(), std::nullopt);
}

TEST_F(ConsortiumTest, RegistersGatewayAndOperatorOfEachMerchant) {
  const auto gateway = find_key(delta_, chain_.keys[0].gateway.public_key().id()).value();
  const auto an_operator = find_key(delta_, chain_.keys[0].operator_key.public_key().id()).value();

  ASSERT_TRUE(gateway.has_value() && an_operator.has_value());
  EXPECT_EQ(gateway->role, Role::Node);
  EXPECT_EQ(an_operator->role, Role::Operator);
  EXPECT_EQ(an_operator->merchant, kCafe);
  EXPECT_EQ(an_operator->purpose, Purpose::Sign);
  EXPECT_TRUE(an_operator->in_force(kStart));
  EXPECT_FALSE(an_operator->in_force(kStart.minus(Duration(1))));
}

TEST_F(ConsortiumTest, ListsTheFirstOperatorOfEachMerchant) {
  MerchantRecord merchant = find_merchant(delta_, kCafe).value().value();
  const KeyId first = chain_.keys[0].operator_key.public_key().id();
  EXPECT_EQ(merchant.operators, std::vector<KeyId>{first});
  EXPECT_FALSE(merchant.had_second_operator);

  merchant.operators = {test::fixed_of<KeyId>(1), test::fixed_of<KeyId>(2)};
  merchant.had_second_operator = true;
  ASSERT_TRUE(put_merchant(delta_, kCafe, merchant).ok());
  EXPECT_EQ(find_merchant(delta_, kCafe).value(), merchant);

  std::swap(merchant.operators[0], merchant.operators[1]);
  ASSERT_TRUE(put_merchant(delta_, kCafe, merchant).ok());
  EXPECT_EQ(find_merchant(delta_, kCafe).error().code, ErrorCode::Corrupt);
}

TEST_F(ConsortiumTest, StartsWithAStandingClockAndAnEmptyLog) {
  EXPECT_EQ(clock(delta_).value(), (ClockRecord{true, Duration()}));
  EXPECT_EQ(receipt_log(delta_)->size(), 0U);
}

TEST_F(ConsortiumTest, ReadsBackTheLogOfReceipts) {
  crypto::MerklePeaks log;
  for (std::uint64_t h = 1; h <= 11; ++h)
    log.append(receipt_log_leaf(Height(h), Timestamp(h), Hash()));
  ASSERT_TRUE(put_receipt_log(delta_, log).ok());

  EXPECT_EQ(receipt_log(delta_)->size(), 11U);
  EXPECT_EQ(receipt_log(delta_)->root(), log.root());
}

TEST_F(ConsortiumTest, ReadsBackAKeyOfAMember) {
  KeyRecord key;
  key.key = test::key_from_seed(7).public_key();
  key.role = Role::Member;
  key.purpose = Purpose::Tls;
  key.member = test::member(7);
  key.name = "grocer-social";
  key.limits = {test::points(500), Duration(9), test::points(70)};
  key.valid_from = Timestamp(3);
  key.valid_until = Timestamp(4);
  ASSERT_TRUE(put_key(delta_, key).ok());

  EXPECT_EQ(find_key(delta_, key.key.id()).value(), key);
}

TEST_F(ConsortiumTest, SaysCorruptWhereARecordIsMissingOrDamaged) {
  EXPECT_EQ(clock(view_).error().code, ErrorCode::Corrupt);

  view_.plant(consortium_key("clock"), {1, 1});
  EXPECT_EQ(clock(view_).error().code, ErrorCode::Corrupt);
}

TEST_F(ConsortiumTest, FindsTheVersionInForce) {
  EXPECT_EQ(programme_in_force(delta_, kCafe, Height(9)).value(), std::nullopt);
  MerchantRecord merchant = find_merchant(delta_, kCafe).value().value();
  for (const auto& [version, height] : {std::pair{1U, 5U}, std::pair{2U, 20U}, std::pair{3U, 8U}}) {
    ASSERT_TRUE(
        put_version(delta_, kCafe, {version, Height(height), test::a_full_rule_set()}).ok());
    merchant.programme_version = version;
    ASSERT_TRUE(put_merchant(delta_, kCafe, merchant).ok());
  }

  EXPECT_EQ(programme_in_force(delta_, kCafe, Height(4)).value(), std::nullopt);
  EXPECT_EQ(programme_in_force(delta_, kCafe, Height(5)).value()->version, 1U);
  EXPECT_EQ(programme_in_force(delta_, kCafe, Height(8)).value()->version, 3U);
  EXPECT_EQ(programme_in_force(delta_, kCafe, Height(30)).value()->version, 3U);
  EXPECT_EQ(find_version(delta_, kCafe, 2).value()->rules, test::a_full_rule_set());
  EXPECT_EQ(programme_in_force(delta_, MerchantId(9), Height(9)).value(), std::nullopt);
}

TEST_F(ConsortiumTest, FindsAMerchantByItsName) {
  EXPECT_EQ(find_merchant_named(delta_, "merchant-2").value(), kBakery);
  EXPECT_EQ(find_merchant_named(delta_, "merchant-9").value(), std::nullopt);
  EXPECT_EQ(find_merchant_named(delta_, "").value(), std::nullopt);
}

class RuleBookTest : public ConsortiumTest {
 protected:
  void publish(std::uint32_t version, Height active_from) {
    RuleSet rules = test::without_trees(test::a_programme("Version " + std::to_string(version)));
    ASSERT_TRUE(put_version(delta_, kCafe, {version, active_from, rules}).ok());
    MerchantRecord merchant = find_merchant(delta_, kCafe).value().value();
    merchant.programme_version = version;
    ASSERT_TRUE(put_merchant(delta_, kCafe, merchant).ok());
  }
};

TEST_F(RuleBookTest, KnowsTheVersionInForceOfEachMerchant) {
  publish(1, Height(5));
  RuleBook book(1);

  const auto cafe = book.in_force(delta_, kCafe, Height(5));
  const auto bakery = book.in_force(delta_, kBakery, Height(5));

  ASSERT_TRUE(cafe.ok() && bakery.ok());
  ASSERT_NE(*cafe, nullptr);
  EXPECT_EQ((*cafe)->rules.programme.name, "Version 1");
  EXPECT_EQ(*bakery, nullptr);
}

TEST_F(RuleBookTest, StaysWithWhatWasInForceWhenItWasAskedFirst) {
  publish(1, Height(5));
  RuleBook book(1);
  const ProgrammeRecord* const before = book.in_force(delta_, kCafe, Height(5)).value();
  publish(2, Height(6));

  EXPECT_EQ(book.in_force(delta_, kCafe, Height(5)).value(), before);
  EXPECT_EQ(before->version, 1U);
}

TEST_F(RuleBookTest, SaysCorruptWhereAVersionIsDamaged) {
  publish(1, Height(5));
  ASSERT_TRUE(delta_.put(programme_key(kCafe, 1), {1, 0, 0}).ok());
  RuleBook book(1);

  EXPECT_EQ(book.in_force(delta_, kCafe, Height(5)).error().code, ErrorCode::Corrupt);
}

TEST_F(RuleBookTest, IsSpentOnceItsRulesHaveCostWhatABlockMay) {
  RuleBook book(8);
  book.charge(kCafe, 1);
  EXPECT_FALSE(book.is_spent(kCafe));

  book.charge(kCafe, 1);

  EXPECT_TRUE(book.is_spent(kCafe)) << "a quarter of it";
  EXPECT_FALSE(book.is_spent(test::kBakery));
  book.charge(MerchantId(3), 6);
  EXPECT_TRUE(book.is_spent(test::kBakery)) << "all of it";
}

TEST_F(ConsortiumTest, ReadsBackWhatACampaignHasGiven) {
  EXPECT_EQ(find_campaign(delta_, kCafe, "ten").value(), CampaignRecord());
  const CampaignRecord given{test::points(30), test::points(500), 3};
  ASSERT_TRUE(put_campaign(delta_, kCafe, "ten", given).ok());

  EXPECT_EQ(find_campaign(delta_, kCafe, "ten").value(), given);
  EXPECT_EQ(find_campaign(delta_, kCafe, "ten-more").value(), CampaignRecord());
  EXPECT_EQ(find_campaign(delta_, kBakery, "ten").value(), CampaignRecord());
  EXPECT_EQ(decode_campaign_record(delta_.find(campaign_key(kCafe, "ten")).value().value()).value(),
            given);
}

TEST_F(ConsortiumTest, RemembersWhenARefCountedInItsProgramme) {
  EXPECT_EQ(find_ref(delta_, kCafe, "share:1").value(), std::nullopt);
  ASSERT_TRUE(put_ref(delta_, kCafe, "share:1", kStart).ok());

  EXPECT_EQ(find_ref(delta_, kCafe, "share:1").value(), kStart);
  EXPECT_EQ(find_ref(delta_, kCafe, "share:12").value(), std::nullopt);
  EXPECT_EQ(find_ref(delta_, kBakery, "share:1").value(), std::nullopt);
}

TEST_F(ConsortiumTest, CallsDamagedCampaignsAndRefsCorrupt) {
  ASSERT_TRUE(put_campaign(delta_, kCafe, "ten", {}).ok());
  ASSERT_TRUE(put_ref(delta_, kCafe, "share:1", kStart).ok());
  for (const RecordKey& key : {campaign_key(kCafe, "ten"), ref_key(kCafe, "share:1")}) {
    Bytes bytes = delta_.find(key).value().value();
    bytes.push_back(0);
    ASSERT_TRUE(delta_.put(key, bytes).ok());
  }

  EXPECT_EQ(find_campaign(delta_, kCafe, "ten").error().code, ErrorCode::Corrupt);
  EXPECT_EQ(find_ref(delta_, kCafe, "share:1").error().code, ErrorCode::Corrupt);
}

TEST_F(ConsortiumTest, ReadsBackTotals) {
  EXPECT_EQ(totals(delta_, kCafe).value(), Totals());
  Totals t;
  t.issued = test::points(21);
  t.available = test::points(1);
  t.held = test::points(2);
  t.pending = test::points(3);
  t.redeemed = test::points(4);
  t.expired = test::points(5);
  t.fees = test::points(6);
  t.transferred = test::points(7);
  t.members = 8;
  t.earns = 9;
  t.redemptions = 10;
  t.transfers = 11;
  ASSERT_TRUE(put_totals(delta_, kCafe, t).ok());

  EXPECT_EQ(totals(delta_, kCafe).value(), t);
}

}  // namespace
}  // namespace tally::state
