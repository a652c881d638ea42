// The recount of every account finds what its lots, holds and pools do not bear out.
#include "audit/recount.h"

#include <tally/rules/programme.h>
#include <tally/state/consortium.h>
#include <tally/state/identity.h>

#include "support/posted_accounts.h"

#include <gmock/gmock.h>

namespace tally::audit {
namespace {

using state::HoldRecord;
using state::Totals;
using test::points;
using testing::HasSubstr;

const PoolId kPool = test::fixed_of<PoolId>(2);

class Recount : public test::PostedAccounts {
 protected:
  Recount() {
    change([&](state::StateDelta& delta) {
      EXPECT_TRUE(state::write_genesis(chain_.genesis.content, delta).ok());
    });
    change([&](state::StateDelta& delta) {
      auto merchant = state::find_merchant(delta, test::kCafe).value().value();
      merchant.programme_version = 1;
      EXPECT_TRUE(state::put_merchant(delta, test::kCafe, merchant).ok());
      const auto rules = rules::compile(test::a_programme()).value();
      EXPECT_TRUE(state::put_version(delta, test::kCafe, {1, Height(1), rules}).ok());
    });
    enrol(1);
    enrol(2);
    post(1, [&](Account& a, Books& b) {
      earn(a, b, 60, Timestamp(5'000));
      earn(a, b, 40, Timestamp(6'000));
      pend(a, b, 30, Timestamp(4'000));
    });
    post(2, [&](Account& a, Books& b) {
      EXPECT_TRUE(b.post(LineKind::Owed, a, nullptr, points(20)));
      EXPECT_TRUE(b.post(LineKind::Unrecovered, a, nullptr, points(5)));
    });
    commit(a_hold());
  }
  void change(const std::function<void(state::StateDelta&)>& how) {
    state::StateDelta delta(view);
    how(delta);
    commit(delta);
  }
  /// What the recount says after writing past the books.
  std::string fault_after(const std::function<void(state::StateDelta&)>& how) {
    state::StateDelta delta(view);
    how(delta);
    const auto reports = recount(chain_.genesis.content, delta, records_with(delta));
    return reports.ok() ? "" : reports.error().message;
  }
  static std::function<void(state::StateDelta&)> account(
      std::uint64_t n, const std::function<void(state::AccountHead&)>& how) {
    return [=](state::StateDelta& delta) {
      auto account = Account::load(delta, account_id(n)).value();
      how(account->head);
      EXPECT_TRUE(account->store(delta).ok());
    };
  }
  std::function<void(state::StateDelta&)> hold(const std::function<void(HoldRecord&)>& how) {
    return [this, how](state::StateDelta& delta) {
      HoldRecord hold = state::find_hold(delta, hold_id).value().value();
      how(hold);
      EXPECT_TRUE(state::put_hold(delta, hold_id, hold).ok());
    };
  }
  static std::function<void(state::StateDelta&)> pool(const std::vector<MemberId>& members) {
    return [=](state::StateDelta& delta) {
      EXPECT_TRUE(state::put_pool(delta, test::kCafe, kPool, members).ok());
    };
  }

  const test::TestChain chain_ = test::a_genesis(4);
};

TEST_F(Recount, ReportsWhatIsOwedHeldAndWaits) {
  const auto reports = recount(chain_.genesis.content, view, view.records());

  ASSERT_TRUE(reports.ok()) << reports.error().message;
  ASSERT_EQ(reports->size(), 1U);
  const ProgrammeReport& cafe = reports->front();
  EXPECT_EQ(cafe.outstanding, points(130));
  EXPECT_EQ(cafe.debt, points(20));
  EXPECT_EQ(cafe.clawed, points(20));
  EXPECT_EQ(cafe.unrecovered, points(5));
  EXPECT_EQ(cafe.issued, points(130));
  EXPECT_EQ(cafe.members, 2U);
}

TEST_F(Recount, FindsHeadsThatTheirLotsDoNotBearOut) {
  using Head = state::AccountHead;
  EXPECT_EQ(fault_after(account(1, [](Head&) {})), "");
  EXPECT_THAT(fault_after(account(1, [](Head& head) { head.available = points(51); })),
              HasSubstr("its lots hold 50 available points, its head says 51"));
  EXPECT_THAT(fault_after(account(1, [](Head& head) { head.pending = points(31); })),
              HasSubstr("its waiting lots hold 30 pending points"));
  EXPECT_THAT(fault_after(account(1, [](Head& head) { head.held = points(51); })),
              HasSubstr("its holds hold 50 held points"));
  EXPECT_THAT(fault_after(account(1, [](Head& head) { head.debt = points(1); })),
              HasSubstr("it owes points and has some"));
  EXPECT_THAT(fault_after(account(2, [](Head& head) { head.debt = points(21); })),
              HasSubstr("debt counted over all accounts is 21; its totals say 20"));
}

// A part that was reinstated has a date of its own, which may be the very one that the account's
// idle lots have when the rest of the lot comes back from a redemption.
TEST_F(Recount, LetsALotStandOnceWithADateAndOnceIdle) {
  const Timestamp date(9'000);
  const auto twice = posted(1, [&](Account& a, Books& b) {
    a.head.idle_at = date;
    state::Lot lot = a_lot(10, date);
    for (const bool idle : {false, true}) {
      lot.idle = idle;
      EXPECT_TRUE(b.post(LineKind::Earned, a, &lot, lot.remaining));
      EXPECT_TRUE(b.add_lot(a, lot).value());
    }
  });

  const auto reports = recount(chain_.genesis.content, twice, records_with(twice));

  EXPECT_TRUE(reports.ok()) << reports.error().message;
}

TEST_F(Recount, CountsWhatWasExchanged) {
  post(1, [&](Account& a, Books& b) {
    EXPECT_TRUE(b.take(LineKind::ExchangedOut, a, points(20), 8).value().has_value());
    const state::Lot lot = a_lot(7, Timestamp(7'000));
    EXPECT_TRUE(b.post(LineKind::ExchangedIn, a, &lot, lot.remaining));
    EXPECT_TRUE(b.add_lot(a, lot).value());
  });

  const auto reports = recount(chain_.genesis.content, view, view.records());

  ASSERT_TRUE(reports.ok()) << reports.error().message;
  EXPECT_EQ(reports->front().issued, points(130));
  EXPECT_EQ(reports->front().outstanding, points(117));
  EXPECT_EQ(reports->front().exchanged_out, points(20));
  EXPECT_EQ(reports->front().exchanged_in, points(7));
}

TEST_F(Recount, FindsTotalsThatDoNotAddUp) {
  const auto forfeit = [](state::StateDelta& delta) {
    Totals sums = state::totals(delta, test::kCafe).value();
    sums.forfeited = points(1);
    EXPECT_TRUE(state::put_totals(delta, test::kCafe, sums).ok());
  };

  EXPECT_THAT(fault_after(forfeit), HasSubstr("what came less what left"));
}

TEST_F(Recount, FindsHoldsThatTheirAccountsDoNotKnow) {
  EXPECT_THAT(fault_after(hold([](HoldRecord& hold) { hold.deadline = Timestamp(3'001); })),
              HasSubstr("its head knows other holds"));
  EXPECT_THAT(fault_after(account(1, [](state::AccountHead& head) { head.holds_asked = 2; })),
              HasSubstr("its head knows other holds"));
  EXPECT_THAT(fault_after(hold([](HoldRecord& h) { h.state = state::HoldState::Voided; })),
              HasSubstr("its holds hold 0 held points"));
  EXPECT_THAT(fault_after(hold([](HoldRecord& hold) {
                hold.account = {test::member(9), test::kCafe};
                hold.pieces.clear();
              })),
              HasSubstr("its holds hold 0 held points"));
  EXPECT_THAT(fault_after([&](state::StateDelta& delta) {
                HoldRecord stray;
                stray.account = account_id(9);
                EXPECT_TRUE(state::put_hold(delta, HoldId(), stray).ok());
              }),
              HasSubstr("has holds, but no record"));
}

TEST_F(Recount, FindsPoolsThatTheirMembersDoNotKnow) {
  const auto join = account(1, [](state::AccountHead& head) { head.pool = kPool; });

  EXPECT_THAT(fault_after(join), HasSubstr("is in a pool that does not name it"));
  EXPECT_THAT(fault_after(pool({test::member(2)})), HasSubstr("a pool names it that it is not in"));
  EXPECT_EQ(fault_after([&](state::StateDelta& delta) {
              join(delta);
              pool({test::member(1)})(delta);
            }),
            "");
}

}  // namespace
}  // namespace tally::audit
