// Records: what is written is what is read, by one encoding each.
#include <tally/state/hold.h>
#include <tally/state/identity.h>
#include <tally/state/programme_record.h>
#include <tally/state/returned.h>

#include "support/builders.h"
#include "support/full_records.h"
#include "support/memory_view.h"

#include <functional>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace tally::state {
namespace {

using test::kCafe;
using test::member;
using test::MemoryView;
using test::money;
using test::points;

const AccountId kAccount{member(1), kCafe};
const KeyId kKey = test::fixed_of<KeyId>(5);

Totals full_totals() {
  Totals t;
  std::int64_t n = 0;
  for (Points* sum : {&t.issued, &t.available, &t.held, &t.pending, &t.debt, &t.redeemed,
                      &t.expired, &t.fees, &t.clawed, &t.forfeited, &t.unrecovered, &t.transferred})
    *sum = points(++n);
  t.members = 13;
  t.earns = 14;
  t.redemptions = 15;
  t.transfers = 16;
  return t;
}

class Records : public testing::Test {
 protected:
  /// Writes by `put(delta)`, and commits.
  template <typename Put>
  void write(Put put) {
    StateDelta delta(view_);
    ASSERT_TRUE(put(delta).ok());
    view_.commit(delta, Height());
  }
  MemoryView view_;
};

TEST_F(Records, AreAbsentUntilTheyAreWritten) {
  EXPECT_EQ(find_hold(view_, HoldId()).value(), std::nullopt);
  EXPECT_EQ(find_return(view_, kCafe, OrderKey()).value(), std::nullopt);
  EXPECT_EQ(find_commitment(view_, kCafe, Hash()).value(), std::nullopt);
  EXPECT_EQ(find_token(view_, kCafe, TokenId()).value(), std::nullopt);
  EXPECT_TRUE(find_pool(view_, kCafe, PoolId())->empty());
  EXPECT_EQ(find_merged(view_, kAccount).value(), std::nullopt);
  EXPECT_EQ(find_recovery(view_, member(1)).value(), std::nullopt);
  EXPECT_EQ(find_adjusted(view_, kCafe, kKey).value(), AdjustedRecord());
  EXPECT_FALSE(is_opened(view_, kCafe, "old:1").value());
  EXPECT_EQ(totals(view_, kCafe).value(), Totals());
}

TEST_F(Records, OfAHoldKeepsAllItsFields) {
  write([](StateDelta& d) { return put_hold(d, HoldId(), test::a_full_hold()); });
  EXPECT_EQ(find_hold(view_, HoldId()).value(), test::a_full_hold());
}

TEST_F(Records, OfAReturnKeepsAllItsFields) {
  write([](StateDelta& d) { return put_return(d, kCafe, OrderKey(), test::a_full_return()); });
  EXPECT_EQ(find_return(view_, kCafe, OrderKey()).value(), test::a_full_return());
}

TEST_F(Records, OfACommitmentIsTheLastMemberThatHadIt) {
  write([](StateDelta& d) { return put_commitment(d, kCafe, Hash(), member(1)); });
  write([](StateDelta& d) { return put_commitment(d, kCafe, Hash(), member(2)); });
  EXPECT_EQ(find_commitment(view_, kCafe, Hash()).value(), member(2));
  EXPECT_EQ(view_.records().at(commitment_key(kCafe, Hash())).size(), MemberId::kSize);
}

TEST_F(Records, OfATokenKeepsAllItsFields) {
  const TokenRecord record{member(3), true};
  write([&](StateDelta& d) { return put_token(d, kCafe, TokenId(), record); });
  EXPECT_EQ(find_token(view_, kCafe, TokenId()).value(), record);
}

TEST_F(Records, OfAPoolLeavesWithItsLastMember) {
  write([](StateDelta& d) { return put_pool(d, kCafe, PoolId(), {member(1), member(2)}); });
  EXPECT_EQ(find_pool(view_, kCafe, PoolId()).value(), (std::vector{member(1), member(2)}));
  write([](StateDelta& d) { return put_pool(d, kCafe, PoolId(), {}); });
  EXPECT_TRUE(view_.records().empty());
}

TEST_F(Records, OfAMergeKeepsAllItsFieldsUntilItIsUndone) {
  write([](StateDelta& d) { return put_merged(d, kAccount, test::a_full_merge()); });
  EXPECT_EQ(find_merged(view_, kAccount).value(), test::a_full_merge());
  write([](StateDelta& d) { return erase_merged(d, kAccount); });
  EXPECT_TRUE(view_.records().empty());
}

TEST_F(Records, OfARecoveryKeepsAllItsFields) {
  write([](StateDelta& d) { return put_recovery(d, member(1), test::a_full_recovery()); });
  EXPECT_EQ(find_recovery(view_, member(1)).value(), test::a_full_recovery());
}

TEST_F(Records, OfAnAdjustingKeyKeepsAllItsFields) {
  const AdjustedRecord record{-7, points(8)};
  write([&](StateDelta& d) { return put_adjusted(d, kCafe, kKey, record); });
  EXPECT_EQ(find_adjusted(view_, kCafe, kKey).value(), record);
}

TEST_F(Records, OfAnOpeningIsOfOneRefAndProgramme) {
  write([](StateDelta& d) { return put_opened(d, kCafe, "old:1"); });
  EXPECT_TRUE(is_opened(view_, kCafe, "old:1").value());
  EXPECT_FALSE(is_opened(view_, kCafe, "old:2").value());
  EXPECT_FALSE(is_opened(view_, test::kBakery, "old:1").value());
}

TEST_F(Records, OfTotalsKeepsAllItsFields) {
  write([](StateDelta& d) { return put_totals(d, kCafe, full_totals()); });
  EXPECT_EQ(totals(view_, kCafe).value(), full_totals());
}

/// One kind: a good record, and what reads and writes one again. Empty: it does not decode.
struct Case {
  const char* name;
  std::function<Result<void>(StateDelta&)> put;
  std::function<std::optional<Bytes>(ByteView)> again;
};

/// What `put` writes for what `decode` makes of the bytes.
template <typename Decode, typename Put>
std::function<std::optional<Bytes>(ByteView)> rewrite(Decode decode, Put put) {
  return [=](ByteView bytes) -> std::optional<Bytes> {
    const auto record = decode(bytes);
    if (!record.ok()) {
      EXPECT_EQ(record.error().code, ErrorCode::Corrupt);
      return std::nullopt;
    }
    const MemoryView empty;
    StateDelta delta(empty);
    EXPECT_TRUE(put(delta, *record).ok());
    return delta.records().begin()->second.after;
  };
}

template <typename Record, typename Decode, typename Put>
Case a_case(const char* name, const Record& record, Decode decode, Put put) {
  return {name, [=](StateDelta& delta) { return put(delta, record); }, rewrite(decode, put)};
}

std::vector<Case> cases() {
  return {
      a_case("hold", test::a_full_hold(), decode_hold,
             [](StateDelta& d, const auto& r) { return put_hold(d, HoldId(), r); }),
      a_case("return", test::a_full_return(), decode_return,
             [](StateDelta& d, const auto& r) { return put_return(d, kCafe, OrderKey(), r); }),
      a_case("commitment", member(1), decode_commitment,
             [](StateDelta& d, const auto& r) { return put_commitment(d, kCafe, Hash(), r); }),
      a_case("token", TokenRecord{member(1), true}, decode_token,
             [](StateDelta& d, const auto& r) { return put_token(d, kCafe, TokenId(), r); }),
      a_case("merge", test::a_full_merge(), decode_merged,
             [](StateDelta& d, const auto& r) { return put_merged(d, kAccount, r); }),
      a_case("recovery", test::a_full_recovery(), decode_recovery,
             [](StateDelta& d, const auto& r) { return put_recovery(d, member(1), r); }),
      a_case("adjusted", AdjustedRecord{-7, points(8)}, decode_adjusted,
             [](StateDelta& d, const auto& r) { return put_adjusted(d, kCafe, kKey, r); }),
      a_case("totals", full_totals(), decode_totals,
             [](StateDelta& d, const auto& r) { return put_totals(d, kCafe, r); }),
  };
}

TEST_F(Records, HaveOneEncodingWhateverByteDiffers) {
  for (const Case& each : cases()) {
    const MemoryView empty;
    StateDelta delta(empty);
    ASSERT_TRUE(each.put(delta).ok());
    const Bytes good = *delta.records().begin()->second.after;
    ASSERT_EQ(each.again(good), good) << each.name;
    for (std::size_t at = 0; at < good.size(); ++at) {
      for (const std::uint8_t mask : Bytes{1, 2, 0x80, 0xff}) {
        Bytes bad = good;
        bad[at] = static_cast<std::uint8_t>(bad[at] ^ mask);
        const std::optional<Bytes> again = each.again(bad);
        EXPECT_TRUE(!again.has_value() || *again == bad) << each.name << " at " << at;
      }
      EXPECT_EQ(each.again(ByteView(good).first(at)), std::nullopt) << each.name << " to " << at;
    }
    Bytes longer = good;
    longer.push_back(0);
    EXPECT_EQ(each.again(longer), std::nullopt) << each.name;
  }
}

/// Points, or money, of any size.
std::int64_t any_amount() {
  return *rc::gen::element<std::int64_t>(0, 1, 77, kPointsMax);
}

RC_GTEST_FIXTURE_PROP(Records, OfAnyHoldComesBackAsItWas, ()) {
  HoldRecord hold = test::a_full_hold();
  hold.state = static_cast<HoldState>(*rc::gen::inRange(1, 5));
  hold.order = *rc::gen::resize(64, rc::gen::arbitrary<Bytes>());
  hold.points = points(any_amount());
  hold.value = money(any_amount());
  hold.leaves_at = Timestamp(*rc::gen::arbitrary<std::uint64_t>());
  hold.pieces.resize(*rc::gen::inRange<std::size_t>(0, 300),
                     {member(2), test::a_full_lot(1), points(any_amount())});

  StateDelta delta(view_);
  RC_ASSERT(put_hold(delta, HoldId(), hold).ok());
  RC_ASSERT(find_hold(delta, HoldId()).value() == hold);
}

RC_GTEST_FIXTURE_PROP(Records, OfAnyReturnComesBackAsItWas, ()) {
  ReturnRecord record;
  record.total = money(any_amount());
  const auto redemptions = *rc::gen::inRange<std::uint32_t>(0, 20);
  for (std::uint32_t i = 0; i < redemptions; ++i)
    record.given_back.push_back(
        {Position{Height(static_cast<std::uint64_t>(any_amount())), i}, points(any_amount())});
  std::ranges::sort(record.given_back, {}, &RedemptionReturned::redemption);
  const auto numbers = *rc::gen::resize(100, rc::gen::arbitrary<std::set<std::uint16_t>>());
  for (const std::uint16_t number : numbers)
    record.lines.push_back({number, any_amount(), money(any_amount()), money(any_amount())});
  record.claimed.resize(*rc::gen::inRange<std::size_t>(0, 400),
                        {points(any_amount()), points(any_amount())});

  StateDelta delta(view_);
  RC_ASSERT(put_return(delta, kCafe, OrderKey(), record).ok());
  RC_ASSERT(find_return(delta, kCafe, OrderKey()).value() == record);
}

// I1 for each kind of line alone; those that move from member to member balance in pairs.
TEST(Totals, MoveByWhatALineMoves) {
  Totals start;
  for (Points* sum :
       {&start.issued, &start.available, &start.held, &start.pending, &start.debt, &start.redeemed,
        &start.expired, &start.fees, &start.clawed, &start.forfeited, &start.unrecovered,
        &start.transferred, &start.exchanged_out, &start.exchanged_in})
    *sum = points(1'000);
  for (int kind = 1; kind <= static_cast<int>(LineKind::ExchangedIn); ++kind) {
    const auto line = static_cast<LineKind>(kind);
    const Movement by = movement_of(line);
    Totals t = start;
    ASSERT_TRUE(post(t, line, points(7))) << kind;
    EXPECT_EQ(t.issued, points(1'000 + 7 * by.issued)) << kind;
    EXPECT_EQ(t.available, points(1'000 + 7 * by.available)) << kind;
    EXPECT_EQ(t.held, points(1'000 + 7 * by.held)) << kind;
    EXPECT_EQ(t.pending, points(1'000 + 7 * by.pending)) << kind;
    EXPECT_EQ(t.debt, points(1'000 + 7 * by.debt)) << kind;
    EXPECT_EQ(t.redeemed, points(1'000 + 7 * by.redeemed)) << kind;
    EXPECT_EQ(t.expired, points(1'000 + 7 * by.expired)) << kind;
    EXPECT_EQ(t.fees, points(1'000 + 7 * by.fees)) << kind;
    EXPECT_EQ(t.clawed, points(1'000 + 7 * by.clawed)) << kind;
    EXPECT_EQ(t.forfeited, points(1'000 + 7 * by.forfeited)) << kind;
    EXPECT_EQ(t.unrecovered, points(1'000 + 7 * by.unrecovered)) << kind;
    EXPECT_EQ(t.exchanged_out, points(1'000 + 7 * by.exchanged_out)) << kind;
    EXPECT_EQ(t.exchanged_in, points(1'000 + 7 * by.exchanged_in)) << kind;
    EXPECT_EQ(t.transferred, points(line == LineKind::Sent ? 1'007 : 1'000)) << kind;
  }
}

TEST(Totals, StayWhereASumWouldLeaveItsRange) {
  Totals full;
  full.available = points(5);
  EXPECT_FALSE(post(full, LineKind::Redeemed, points(6)));
  EXPECT_TRUE(post(full, LineKind::Redeemed, points(5)));
  full.issued = points(kPointsMax);
  EXPECT_FALSE(post(full, LineKind::Earned, points(1)));
}

}  // namespace
}  // namespace tally::state
