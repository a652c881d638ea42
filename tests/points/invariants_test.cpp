// The laws of points break loudly on planted faults, each by its name.
#include "points/points_fixture.h"

#include <functional>

namespace tally::points {
namespace {

using state::Account;

class Invariants : public PointsFixture {
 protected:
  Invariants() {
    enrol(1, {{60, Timestamp(5'000)}, {40, Timestamp(6'000)}});
    std::vector<LotSpec> many;
    for (std::uint64_t i = 0; i < 70; ++i)
      many.push_back({10, Timestamp(1'000 + i)});
    enrol(2, many);
  }
  /// What the laws say of `change` to member n's account and the café's totals.
  std::string broken_by(std::uint64_t n,
                        const std::function<void(Account&, state::Totals&)>& change) {
    StateDelta delta(view);
    auto account = Account::load(delta, account_id(n)).value();
    auto sums = state::totals(delta, test::kCafe).value();
    change(*account, sums);
    EXPECT_TRUE(account->store(delta).ok());
    EXPECT_TRUE(state::put_totals(delta, test::kCafe, sums).ok());
    return verdict(delta);
  }
  static std::string verdict(const StateDelta& delta) {
    const Result<void> checked = check_invariants(delta);
    if (checked.ok()) return "";
    EXPECT_EQ(checked.error().code, ErrorCode::Diverged);
    return checked.error().message;
  }
  static Points minus(Points a, std::int64_t b) {
    return checked_subtract(a, test::points(b)).value();
  }
  static Points plus(Points a, std::int64_t b) { return checked_add(a, test::points(b)).value(); }
};

TEST_F(Invariants, HoldForAnEmptyDelta) {
  EXPECT_EQ(verdict(StateDelta(view)), "");
}

TEST_F(Invariants, HoldForAnHonestExpiry) {
  EXPECT_EQ(broken_by(1,
                      [](Account& account, state::Totals& sums) {
                        EXPECT_TRUE(account.take_from_first(test::points(60)).ok());
                        account.head.available = minus(account.head.available, 60);
                        sums.available = minus(sums.available, 60);
                        sums.expired = plus(sums.expired, 60);
                      }),
            "");
}

TEST_F(Invariants, NoticeABalanceWithoutLots_I2) {
  const auto grow = [](Account& account, state::Totals& sums) {
    account.head.available = plus(account.head.available, 1);
    sums.available = plus(sums.available, 1);
    sums.issued = plus(sums.issued, 1);
  };
  EXPECT_EQ(broken_by(1, grow).find("I2"), 0U);
  EXPECT_EQ(broken_by(2, grow).find("I2"), 0U) << "with pages that nobody looks at";
}

TEST_F(Invariants, NoticeHeldPointsWithoutAHold_I2) {
  EXPECT_EQ(
      broken_by(1, [](Account& account, state::Totals&) { account.head.held = test::points(1); })
          .find("I2"),
      0U);
}

TEST_F(Invariants, NoticeDebtBesideAvailablePoints_I3) {
  EXPECT_EQ(
      broken_by(1, [](Account& account, state::Totals&) { account.head.debt = test::points(1); })
          .find("I3"),
      0U);
}

TEST_F(Invariants, NoticeTotalsThatDoNotAddUp_I1) {
  EXPECT_EQ(
      broken_by(1, [](Account&, state::Totals& sums) { sums.redeemed = plus(sums.redeemed, 1); })
          .find("I1"),
      0U);
}

TEST_F(Invariants, NoticeTotalsThatDoNotMoveWithTheAccounts_I1) {
  EXPECT_EQ(broken_by(1,
                      [](Account&, state::Totals& sums) {
                        sums.available = minus(sums.available, 1);
                        sums.redeemed = plus(sums.redeemed, 1);
                      })
                .find("I1, totals move"),
            0U);
  EXPECT_EQ(broken_by(1, [](Account&, state::Totals& sums) { ++sums.members; }).find("I1"), 0U);
}

TEST_F(Invariants, NoticeTotalsThatChangeAlone_I1) {
  StateDelta delta(view);
  auto sums = state::totals(delta, test::kCafe).value();
  sums.fees = test::points(1);
  ASSERT_TRUE(state::put_totals(delta, test::kCafe, sums).ok());

  EXPECT_EQ(verdict(delta).find("I1"), 0U);
}

/// Writes an account's record by hand: `lots` as the first page, the head's sum as given.
Bytes record_with(const Bytes& record, const std::vector<state::Lot>& lots) {
  codec::Writer page;
  page.list(lots, [](codec::Writer& w, const state::Lot& lot) { encode(w, lot); });
  codec::Writer old_page;
  const auto old_lots = state::decode_account(record)->first_page;
  old_page.list(old_lots, [](codec::Writer& w, const state::Lot& lot) { encode(w, lot); });
  Bytes bytes(record.begin(), record.end() - static_cast<std::ptrdiff_t>(old_page.size()));
  bytes.insert(bytes.end(), page.view().begin(), page.view().end());
  return bytes;
}

TEST_F(Invariants, NoticeLotsThatCannotBe_I8) {
  const Bytes record = view.records().at(state::account_key(account_id(1)));
  const auto with = [&](const std::function<void(std::vector<state::Lot>&)>& change) {
    auto first_page = state::decode_account(record)->first_page;
    change(first_page);
    StateDelta delta(view);
    EXPECT_TRUE(delta.put(state::account_key(account_id(1)), record_with(record, first_page)).ok());
    return verdict(delta);
  };
  using Lots = std::vector<state::Lot>;

  EXPECT_EQ(with([](Lots& l) { l[0].remaining = Points(); }).find("I8"), 0U);
  EXPECT_EQ(with([](Lots& l) { l[0].original = test::points(1); }).find("I8"), 0U);
  EXPECT_EQ(with([](Lots& l) { l[0].held = test::points(61); }).find("I8"), 0U);
  EXPECT_EQ(with([](Lots& l) { std::swap(l[0], l[1]); }).find("FEFO"), 0U);
  EXPECT_EQ(with([](Lots& l) { l[0].expires_at = Timestamp(4'000); }).find("earliest deadline"),
            0U);
}

TEST_F(Invariants, NoticeAnAccountThatGoes) {
  StateDelta delta(view);
  ASSERT_TRUE(delta.erase(state::account_key(account_id(1))).ok());

  EXPECT_EQ(verdict(delta).find("an account never goes"), 0U);
}

TEST_F(Invariants, NoticeAPageThatChangesWithoutItsHead) {
  StateDelta delta(view);
  ASSERT_TRUE(delta.erase(state::lots_key(account_id(2), 1)).ok());

  EXPECT_EQ(verdict(delta).find("a page belongs to a head"), 0U);
}

}  // namespace
}  // namespace tally::points
