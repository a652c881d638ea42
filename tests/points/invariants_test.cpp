// The laws of points break loudly on planted faults, each by its name.
#include <tally/points/points.h>
#include <tally/state/identity.h>
#include <tally/state/returned.h>

#include "support/full_records.h"
#include "support/posted_accounts.h"

#include <algorithm>
#include <functional>

#include <gmock/gmock.h>

namespace tally::points {
namespace {

using state::HoldRecord;
using state::HoldState;
using state::Lot;
using state::Totals;
using test::points;
using testing::StartsWith;

const PoolId kPool = test::fixed_of<PoolId>(2);

Points plus(Points a, std::int64_t b) {
  return Points::from(a.value() + b).value();
}

class Invariants : public test::PostedAccounts {
 protected:
  using Change = std::function<void(Account&, Totals&)>;

  Invariants() {
    enrol(1);
    enrol(2);
    post(1, [&](Account& a, Books& b) {
      earn(a, b, 60, Timestamp(5'000));
      earn(a, b, 40, Timestamp(6'000));
      pend(a, b, 30, Timestamp(4'000));
    });
    post(2, [&](Account& a, Books& b) {
      for (std::uint64_t i = 0; i < 70; ++i)
        earn(a, b, 10, Timestamp(1'000 + i));
    });
  }

  void commit(const StateDelta& delta) final {
    EXPECT_EQ(verdict(delta), "");
    view.commit(delta, Height(1));
  }
  /// What the laws say of `change` to member n's account and the café's totals.
  std::string broken_by(std::uint64_t n, const Change& change) {
    StateDelta delta(view);
    auto account = Account::load(delta, account_id(n)).value();
    Totals sums = state::totals(delta, test::kCafe).value();
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
  Bytes record(const state::RecordKey& key) const { return view.records().at(key); }
  /// What the laws say once `from` in the record has become `to`.
  std::string broken_bytes(const state::RecordKey& key, ByteView from, ByteView to) {
    Bytes bytes = record(key);
    const auto at = std::search(bytes.begin(), bytes.end(), from.begin(), from.end());
    EXPECT_NE(at, bytes.end());
    const auto rest = bytes.erase(at, at + static_cast<std::ptrdiff_t>(from.size()));
    bytes.insert(rest, to.begin(), to.end());
    StateDelta delta(view);
    EXPECT_TRUE(delta.put(key, bytes).ok());
    return verdict(delta);
  }
};

TEST_F(Invariants, HoldForAnEmptyDelta) {
  EXPECT_EQ(verdict(StateDelta(view)), "");
}

TEST_F(Invariants, HoldForHonestPostings) {
  post(1, [&](Account& account, Books& books) {
    EXPECT_TRUE(books.take(LineKind::Redeemed, account, points(65), 9).value().has_value());
  });
  post(1, [&](Account& account, Books& books) {
    EXPECT_TRUE(books.take(LineKind::Clawed, account, points(35), 9).value().has_value());
    EXPECT_TRUE(books.post(LineKind::Owed, account, nullptr, points(20)));
    EXPECT_TRUE(books.post(LineKind::Unrecovered, account, nullptr, points(5)));
  });
  post(1, [&](Account& account, Books& books) {
    const auto waiting = account.first_pending().value().value();
    EXPECT_TRUE(account.take_pending(pending_key(waiting), points(30)).ok());
    EXPECT_TRUE(books.post(LineKind::Activated, account, &waiting.lot, points(30)));
    Lot lot = waiting.lot;
    lot.expires_at = Timestamp(9'000);
    EXPECT_TRUE(books.add_lot(account, lot).value());
  });
  EXPECT_EQ(Account::load(view, account_id(1)).value()->head.available, points(10));
  EXPECT_EQ(Account::load(view, account_id(1)).value()->head.debt, points(0));
}

TEST_F(Invariants, HoldWhilePagesSplitAndGo) {
  for (int i = 0; i < 5; ++i)
    post(2, [&](Account& account, Books& books) {
      EXPECT_TRUE(books.take(LineKind::Redeemed, account, points(100), 99).value().has_value());
      for (std::uint64_t j = 0; j < 30; ++j)
        earn(account, books, 3, Timestamp(1'020 + j));
    });
}

TEST_F(Invariants, NoticeABalanceWithoutLots_I2) {
  const Change grow = [](Account& account, Totals& sums) {
    account.head.available = plus(account.head.available, 1);
    sums.available = plus(sums.available, 1);
    sums.issued = plus(sums.issued, 1);
  };
  EXPECT_THAT(broken_by(1, grow), StartsWith("I2"));
  EXPECT_THAT(broken_by(2, grow), StartsWith("I2")) << "with pages that nobody looks at";
  const Change wait = [](Account& account, Totals& sums) {
    account.head.pending = plus(account.head.pending, 1);
    sums.pending = plus(sums.pending, 1);
    sums.issued = plus(sums.issued, 1);
  };
  EXPECT_THAT(broken_by(1, wait), StartsWith("I2, change of pending"));
}

TEST_F(Invariants, NoticeHeldPointsWithoutAHold_I2) {
  EXPECT_THAT(broken_by(1, [](Account& account, Totals&) { account.head.held = points(1); }),
              StartsWith("I2, change of held"));
}

TEST_F(Invariants, NoticeAHoldThatHoldsOtherThanItTook_I2) {
  EXPECT_EQ(verdict(a_hold()), "");
  EXPECT_THAT(verdict(a_hold([](HoldRecord& hold, Account&) { hold.points = points(49); })),
              StartsWith("I2, a hold has what it took"));
  EXPECT_THAT(verdict(a_hold([](HoldRecord& hold, Account&) { hold.pieces.clear(); })),
              StartsWith("I2, change of held"));
  EXPECT_THAT(
      verdict(a_hold([](HoldRecord& hold, Account&) { hold.pieces[0].owner = test::member(2); })),
      StartsWith("I2"));
  EXPECT_THAT(verdict(a_hold(
                  [](HoldRecord& hold, Account&) { hold.pieces[0].lot.remaining = points(49); })),
              StartsWith("I8, a hold has a part of a lot"));
}

TEST_F(Invariants, NoticeAHoldOfAnAccountThatDoesNotChange_I2) {
  HoldRecord hold;
  hold.account = account_id(1);
  hold.points = points(5);
  hold.pieces = {{test::member(1), a_lot(5, Timestamp(9)), points(5)}};
  StateDelta delta(view);
  ASSERT_TRUE(state::put_hold(delta, hold_id, hold).ok());

  EXPECT_THAT(verdict(delta), StartsWith("I2, a hold is known to its accounts"));
}

TEST_F(Invariants, NoticeAHoldThatWouldNeverTimeOut) {
  EXPECT_THAT(verdict(a_hold([](HoldRecord&, Account& account) {
                account.head.holds[0].deadline = Timestamp(3'001);
              })),
              StartsWith("an open hold is known"));
  EXPECT_THAT(verdict(a_hold([](HoldRecord&, Account& account) { account.head.holds.clear(); })),
              StartsWith("points are held by open holds"));
  EXPECT_THAT(verdict(a_hold([](HoldRecord&, Account& account) { account.head.holds_asked = 2; })),
              StartsWith("open holds that a member asked for"));
  EXPECT_THAT(
      verdict(a_hold([](HoldRecord&, Account& account) { account.head.holds[0].shared = true; })),
      StartsWith("an open hold is known"));
}

TEST_F(Invariants, NoticeAHoldThatIsResolvedTwice_I4) {
  const auto put = [&](const HoldRecord& hold) {
    StateDelta delta(view);
    EXPECT_TRUE(state::put_hold(delta, hold_id, hold).ok());
    return verdict(delta);
  };
  HoldRecord never_open;
  never_open.state = HoldState::Voided;
  EXPECT_THAT(put(never_open), StartsWith("I4, a hold is open before it is resolved"));
  commit(a_hold());
  commit(a_release(HoldState::Voided));
  HoldRecord hold = state::find_hold(view, hold_id).value().value();

  hold.leaves_at = Timestamp(5);
  EXPECT_THAT(put(hold), StartsWith("I4, a hold is resolved at most once"));
  hold.state = HoldState::Captured;
  EXPECT_THAT(put(hold), StartsWith("I4, a hold is resolved at most once"));
  hold.state = HoldState::Open;
  EXPECT_THAT(put(hold), StartsWith("I2, a hold is known to its accounts"));
  StateDelta left(view);
  ASSERT_TRUE(left.erase(state::hold_key(hold_id)).ok());
  EXPECT_EQ(verdict(left), "") << "nobody asks for it any more";
}

TEST_F(Invariants, NoticeAHoldThatEndsWithoutBeingResolved_I4) {
  commit(a_hold());

  StateDelta gone = a_release(HoldState::Voided);
  ASSERT_TRUE(gone.erase(state::hold_key(hold_id)).ok());
  EXPECT_THAT(verdict(gone), StartsWith("I4, an open hold never goes"));
  EXPECT_THAT(
      verdict(a_release(HoldState::Open,
                        [](HoldRecord&, Account& account) { account.head.holds_asked = 1; })),
      StartsWith("an open hold stays"));
  EXPECT_THAT(verdict(a_release(HoldState::Voided,
                                [&](HoldRecord&, Account& account) {
                                  account.head.holds = {{Timestamp(3'000), hold_id, false}};
                                })),
              StartsWith("points are held by open holds"));
}

TEST_F(Invariants, NoticeDebtBesideAvailablePoints_I3) {
  EXPECT_THAT(broken_by(1, [](Account& account, Totals&) { account.head.debt = points(1); }),
              StartsWith("I3"));
}

TEST_F(Invariants, NoticeTotalsThatDoNotAddUp_I1) {
  for (Points Totals::*sum : {&Totals::issued, &Totals::debt, &Totals::redeemed, &Totals::expired,
                              &Totals::fees, &Totals::clawed, &Totals::forfeited})
    EXPECT_THAT(broken_by(1, [&](Account&, Totals& t) { t.*sum = plus(t.*sum, 1); }),
                StartsWith("I1, issued"));
}

TEST_F(Invariants, NoticeTotalsThatDoNotMoveWithTheAccounts_I1) {
  for (Points Totals::*sum : {&Totals::available, &Totals::held, &Totals::pending}) {
    EXPECT_THAT(broken_by(1,
                          [&](Account&, Totals& t) {
                            t.*sum = plus(t.*sum, 1);
                            t.issued = plus(t.issued, 1);
                          }),
                StartsWith("I1, totals move"));
  }
  EXPECT_THAT(broken_by(1,
                        [&](Account&, Totals& t) {
                          t.debt = plus(t.debt, 1);
                          t.clawed = plus(t.clawed, 1);
                        }),
              StartsWith("I1, totals move"));
  EXPECT_THAT(broken_by(1, [](Account&, Totals& t) { ++t.members; }), StartsWith("I1"));
}

TEST_F(Invariants, NoticeTotalsThatChangeAlone_I1) {
  StateDelta delta(view);
  Totals sums = state::totals(delta, test::kCafe).value();
  sums.fees = points(1);
  ASSERT_TRUE(state::put_totals(delta, test::kCafe, sums).ok());

  EXPECT_THAT(verdict(delta), StartsWith("I1"));
}

Bytes encoded(const std::vector<Lot>& lots) {
  codec::Writer out;
  out.list(lots, [](codec::Writer& w, const Lot& lot) { encode(w, lot); });
  return std::move(out).take();
}

TEST_F(Invariants, NoticeLotsThatCannotBe_I8) {
  const state::RecordKey key = state::account_key(account_id(1));
  const std::vector<Lot> good = state::decode_account(record(key))->dated.first_page;
  const auto with = [&](const std::function<void(std::vector<Lot>&)>& change) {
    std::vector<Lot> bad = good;
    change(bad);
    return broken_bytes(key, encoded(good), encoded(bad));
  };
  using Lots = std::vector<Lot>;

  EXPECT_EQ(with([](Lots&) {}), "");
  EXPECT_THAT(with([](Lots& l) { l[0].remaining = Points(); }), StartsWith("I8"));
  EXPECT_THAT(with([](Lots& l) { l[0].original = points(1); }), StartsWith("I8"));
  EXPECT_THAT(with([](Lots& l) { std::swap(l[0], l[1]); }), StartsWith("FEFO"));
  EXPECT_THAT(with([](Lots& l) { l[1] = l[0]; }), StartsWith("FEFO"));
  EXPECT_THAT(with([](Lots& l) { l[0].idle = true; }), StartsWith("a dated lot is not idle"));
}

TEST_F(Invariants, NoticeAnIdleLotWithADateOfItsOwn) {
  post(1, [&](Account& account, Books& books) {
    account.head.idle_at = Timestamp(8'000);
    Lot lot = a_lot(7, Timestamp(8'000));
    lot.idle = true;
    EXPECT_TRUE(books.post(LineKind::Earned, account, &lot, points(7)));
    EXPECT_TRUE(books.add_lot(account, lot).value());
  });
  const state::RecordKey key = state::account_key(account_id(1));
  const std::vector<Lot> good = state::decode_account(record(key))->idle.first_page;
  std::vector<Lot> bad = good;
  bad[0].expires_at = Timestamp(8'000);

  EXPECT_THAT(broken_bytes(key, encoded(good), encoded(bad)),
              StartsWith("an idle lot has no date"));
}

TEST_F(Invariants, NoticeADeadlineThatIsNotTheEarliest) {
  const state::RecordKey key = state::account_key(account_id(1));
  const auto head_start = [](Timestamp own, Timestamp shared) {
    codec::Writer out;
    out.timestamp(own);
    out.timestamp(shared);
    return std::move(out).take();
  };
  const Bytes good = head_start(Timestamp(4'000), Timestamp::never());

  EXPECT_THAT(broken_bytes(key, good, head_start(Timestamp(5'000), Timestamp::never())),
              StartsWith("earliest deadline of its own"));
  EXPECT_THAT(broken_bytes(key, good, head_start(Timestamp(4'000), Timestamp(4'000))),
              StartsWith("earliest deadline that touches others"));
}

/// The list of references to further pages, as an account's record has it.
Bytes encoded_refs(const std::vector<state::PageRef<state::FefoKey>>& refs) {
  codec::Writer out;
  out.list(refs, [](codec::Writer& w, const auto& ref) {
    w.u32(ref.page);
    w.timestamp(ref.first.expires_at);
    w.timestamp(ref.first.earned_at);
    w.number(ref.first.id.transaction.height);
    w.u32(ref.first.id.transaction.index);
    w.u16(ref.first.id.entry);
  });
  return std::move(out).take();
}

TEST_F(Invariants, NoticeHeadsThatNameOtherPagesThanThereAre) {
  const state::RecordKey key = state::account_key(account_id(2));
  using Refs = std::vector<state::PageRef<state::FefoKey>>;
  const Refs good = state::decode_account(record(key))->dated.further;
  ASSERT_EQ(good.size(), 1U);
  const auto with = [&](const std::function<void(Refs&)>& change) {
    Refs bad = good;
    change(bad);
    return broken_bytes(key, encoded_refs(good), encoded_refs(bad));
  };

  EXPECT_THAT(with([](Refs& refs) { refs.clear(); }), StartsWith("a page that no head names"));
  EXPECT_THAT(with([](Refs& refs) { refs[0].page = 2; }), StartsWith("each page has a number"));
  EXPECT_THAT(with([](Refs& refs) { refs[0].first.expires_at = Timestamp(9'999); }),
              StartsWith("a page begins as its head says"));
  EXPECT_THAT(with([](Refs& refs) { refs[0].first.expires_at = Timestamp(1); }),
              StartsWith("FEFO"));
  EXPECT_THAT(with([](Refs& refs) { refs.push_back(refs[0]); }), StartsWith("FEFO"));
}

TEST_F(Invariants, NoticeAPageThatIsNotWhatItsHeadSays) {
  const state::RecordKey page = state::lots_key(account_id(2), 1);
  const auto with = [&](const std::optional<Bytes>& bytes) {
    StateDelta delta = posted(2, [](Account&, Books&) {});
    EXPECT_TRUE((bytes.has_value() ? delta.put(page, *bytes) : delta.erase(page)).ok());
    return verdict(delta);
  };
  Bytes other_list = record(page);
  other_list[1] = static_cast<std::uint8_t>(state::LotList::Idle);
  const std::vector<Lot> lots = state::decode_lots_page(record(page))->lots;
  const Bytes without_first = encoded({lots.begin() + 1, lots.end()});
  Bytes later{1, 1};
  later.insert(later.end(), without_first.begin(), without_first.end());

  EXPECT_EQ(with(record(page)), "");
  EXPECT_THAT(with(std::nullopt), StartsWith("a page that a head names is there"));
  EXPECT_THAT(with(other_list), StartsWith("a page begins as its head says"));
  EXPECT_THAT(with(later), StartsWith("a page begins as its head says"));
}

TEST_F(Invariants, NoticeAnAccountThatGoes) {
  StateDelta delta(view);
  ASSERT_TRUE(delta.erase(state::account_key(account_id(1))).ok());

  EXPECT_THAT(verdict(delta), StartsWith("an account never goes"));
}

TEST_F(Invariants, NoticeAPageThatChangesWithoutItsHead) {
  StateDelta delta(view);
  ASSERT_TRUE(delta.erase(state::lots_key(account_id(2), 1)).ok());

  EXPECT_THAT(verdict(delta), StartsWith("a page belongs to a head"));
}

TEST_F(Invariants, NoticeAnAccountThatHasEndedAndIsNotEmpty) {
  using state::AccountState;
  const auto end = [](AccountState how) {
    return [how](Account& account, Totals&) { account.head.state = how; };
  };
  EXPECT_THAT(broken_by(1, end(AccountState::Closed)), StartsWith("an account that has ended"));
  EXPECT_THAT(broken_by(1, end(AccountState::Merged)), StartsWith("a merged account"));
  EXPECT_EQ(broken_by(1, end(AccountState::Fraud)), "");
  enrol(3);
  EXPECT_EQ(broken_by(3, end(AccountState::Closed)), "");
  EXPECT_THAT(broken_by(3,
                        [](Account& account, Totals&) {
                          account.head.state = AccountState::Closed;
                          account.head.pool = kPool;
                        }),
              StartsWith("an account that has ended"));
}

TEST_F(Invariants, NoticeACampaignThatHasSpentTooMuch_I7) {
  const auto put = [&](const state::CampaignRecord& record) {
    StateDelta delta(view);
    EXPECT_TRUE(state::put_campaign(delta, test::kCafe, "ten", record).ok());
    const std::string said = verdict(delta);
    if (said.empty()) view.commit(delta, Height(1));
    return said;
  };
  EXPECT_THAT(put({points(10), points(9), 1, false}), StartsWith("I7"));
  EXPECT_EQ(put({points(9), points(9), 1, false}), "");
  EXPECT_EQ(put({points(3), points(9), 1, false}), "") << "a return";
  EXPECT_THAT(put({points(3), points(9), 0, false}), StartsWith("a campaign's turns"));
  EXPECT_EQ(put({points(3), points(9), 1, true}), "");
  EXPECT_THAT(put({points(3), points(9), 1, false}), StartsWith("a campaign retires"));
}

TEST_F(Invariants, NoticeAReturnThatPaysBackTwice) {
  const auto put = [&](const std::function<void(state::ReturnRecord&)>& change) {
    state::ReturnRecord record = test::a_full_return();
    change(record);
    StateDelta delta(view);
    EXPECT_TRUE(state::put_return(delta, test::kCafe, OrderKey(), record).ok());
    return verdict(delta);
  };
  using Record = state::ReturnRecord;
  EXPECT_THAT(put([](Record& r) { r.claimed[0].recovered = points(10); }),
              StartsWith("no more is recovered"));
  StateDelta first(view);
  ASSERT_TRUE(state::put_return(first, test::kCafe, OrderKey(), test::a_full_return()).ok());
  commit(first);
  EXPECT_EQ(put([](Record& r) { r.total = test::money(2); }), "");
  EXPECT_THAT(put([](Record& r) { r.total = test::money(0); }), StartsWith("what has come back"));
  EXPECT_THAT(put([](Record& r) { r.given_back[1].points = points(9); }),
              StartsWith("what has come back"));
  EXPECT_THAT(put([](Record& r) { r.given_back.erase(r.given_back.begin()); }),
              StartsWith("what has come back"));
  EXPECT_THAT(put([](Record& r) { r.claimed.pop_back(); }), StartsWith("what has come back"));
  EXPECT_THAT(put([](Record& r) { r.began = r.latest; }), StartsWith("what has come back"));
  EXPECT_EQ(put([](Record& r) {
              const Timestamp later = r.latest.plus(Duration(1));
              r = Record();
              r.began = r.latest = later;
            }),
            "");
}

TEST_F(Invariants, NoticeAPoolWhoseMembersSayOtherwise) {
  const auto join = [&](std::vector<MemberId> members, const std::vector<std::uint64_t>& say_so) {
    StateDelta delta(view);
    for (const std::uint64_t n : say_so) {
      auto account = Account::load(delta, account_id(n)).value();
      account->head.pool = kPool;
      EXPECT_TRUE(account->store(delta).ok());
    }
    EXPECT_TRUE(state::put_pool(delta, test::kCafe, kPool, members).ok());
    return delta;
  };
  EXPECT_THAT(verdict(join({test::member(1), test::member(2)}, {1})),
              StartsWith("who is in a pool"));
  EXPECT_THAT(verdict(join({test::member(9)}, {})), StartsWith("who is in a pool"));
  commit(join({test::member(1), test::member(2)}, {1, 2}));

  EXPECT_THAT(verdict(join({test::member(2)}, {})), StartsWith("who is in a pool"));
  EXPECT_THAT(verdict(join({}, {})), StartsWith("who is in a pool"));
}

}  // namespace
}  // namespace tally::points
