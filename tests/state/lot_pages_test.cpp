// Pages of lots against a map: whatever comes and goes, they are the same list.
#include <tally/state/account.h>
#include <tally/state/lot_pages.h>

#include <tally/base/limits.h>

#include "support/builders.h"
#include "support/memory_view.h"

#include <algorithm>
#include <map>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace tally::state {
namespace {

using test::MemoryView;
using test::points;

const AccountId kAccount{test::member(1), test::kCafe};

Lot a_lot(std::uint64_t expires_at, std::uint32_t index, std::int64_t amount) {
  Lot lot;
  lot.id = LotId{Position{Height(1), index}, 0};
  lot.earned_at = Timestamp(expires_at % 3);
  lot.expires_at = Timestamp(expires_at);
  lot.original = points(amount);
  lot.remaining = points(amount);
  return lot;
}

/// The same for both kinds of list: how an item is made, and what orders it.
struct Dated {
  using Item = Lot;
  using Key = FefoKey;
  static constexpr LotList kList = LotList::Expired;
  static Item item(std::uint64_t when, std::uint32_t index, std::int64_t amount) {
    return a_lot(when, index, amount);
  }
  static Key key(const Item& item) { return fefo_key(item); }
  static Key bound(std::uint64_t when) { return {Timestamp(when), Timestamp(1), LotId()}; }
  static Lot& lot(Item& item) { return item; }
  static const std::vector<Item>& items(const LotsPage& page) { return page.lots; }
};
struct Waiting {
  using Item = PendingLot;
  using Key = PendingKey;
  static constexpr LotList kList = LotList::Waiting;
  static Item item(std::uint64_t when, std::uint32_t index, std::int64_t amount) {
    PendingLot pending;
    pending.lot = a_lot(0, index, amount);
    pending.lot.available_at = Timestamp(when);
    pending.waits_for = WaitsFor::Event;
    pending.campaign = "ten";
    return pending;
  }
  static Key key(const Item& item) { return pending_key(item); }
  static Key bound(std::uint64_t when) { return {Timestamp(when), LotId()}; }
  static Lot& lot(Item& item) { return item.lot; }
  static const std::vector<Item>& items(const LotsPage& page) { return page.waiting; }
};

template <typename Kind>
class PagesAndModel {
  using Item = typename Kind::Item;
  using Key = typename Kind::Key;
  using Pages = LotPages<Item, Key>;

 public:
  void add() {
    const auto when = *rc::gen::inRange<std::uint64_t>(1, 40);
    const auto amount = *rc::gen::inRange<std::int64_t>(1, 20);
    // Now and then a piece of a lot that is there already.
    const bool again = !model_.empty() && *rc::gen::inRange(0, 8) == 0;
    Item item = again ? some() : Kind::item(when, next_index_++, amount);
    if (again) Kind::lot(item).remaining = points(amount);
    RC_ASSERT(pages_.add(shelf(), item).ok());
    const auto [at, is_new] = model_.try_emplace(Kind::key(item), item);
    if (is_new) return;
    Lot& lot = Kind::lot(at->second);
    lot.remaining = points(lot.remaining.value() + amount);
    lot.original = std::max(lot.original, lot.remaining);
  }
  void take() {
    if (model_.empty()) return;
    const Item item = *rc::gen::arbitrary<bool>() ? model_.begin()->second : some();
    const auto at = model_.find(Kind::key(item));
    Lot& lot = Kind::lot(at->second);
    const auto taken = *rc::gen::inRange<std::int64_t>(1, lot.remaining.value() + 1);
    RC_ASSERT(pages_.take(shelf(), at->first, points(taken)).ok());
    lot.remaining = points(lot.remaining.value() - taken);
    if (lot.remaining.is_zero()) model_.erase(at);
  }
  void find() {
    const auto index = *rc::gen::inRange<std::uint32_t>(0, next_index_ + 1);
    const LotId id{Position{Height(1), index}, 0};
    const auto found = pages_.find(shelf(), id).value();
    const auto at = std::find_if(model_.begin(), model_.end(),
                                 [&](auto& entry) { return Kind::lot(entry.second).id == id; });
    RC_ASSERT(found.has_value() == (at != model_.end()));
    if (found.has_value()) RC_ASSERT(*found == at->second);
  }
  void drop() {
    if (*rc::gen::inRange(0, 10) == 0) {
      pages_.clear();
      model_.clear();
      return;
    }
    const Key bound = Kind::bound(*rc::gen::inRange<std::uint64_t>(1, 20));
    RC_ASSERT(pages_.drop_before(shelf(), bound).ok());
    model_.erase(model_.begin(), model_.lower_bound(bound));
  }
  void store_and_load() {
    StateDelta delta(view_);
    RC_ASSERT(pages_.store(kAccount, delta).ok());
    view_.commit(delta, Height());
    pages_ = Pages(Kind::kList, pages_.record());
    check_records();
  }
  void check() {
    std::vector<Item> expected;
    for (const auto& [key, item] : model_)
      expected.push_back(item);
    RC_ASSERT(pages_.all(shelf()).value() == expected);
    RC_ASSERT((pages_.first() == nullptr) == expected.empty());
    if (!expected.empty()) RC_ASSERT(*pages_.first() == expected.front());
  }

 private:
  Shelf shelf() { return Shelf{&view_, kAccount, &next_page_}; }
  Item some() {
    const auto place = *rc::gen::inRange<std::size_t>(0, model_.size());
    return std::next(model_.begin(), static_cast<std::ptrdiff_t>(place))->second;
  }
  /// As many page records as references; none empty, none of more than 64, each begins as said.
  void check_records() const {
    const auto& further = pages_.record().further;
    RC_ASSERT(view_.records().size() == further.size());
    for (const auto& ref : further) {
      const auto page = decode_lots_page(view_.records().at(lots_key(kAccount, ref.page))).value();
      RC_ASSERT(page.list == Kind::kList);
      RC_ASSERT(Kind::items(page).size() <= limits::kLotsInPage);
      RC_ASSERT(!Kind::items(page).empty());
      RC_ASSERT(Kind::key(Kind::items(page).front()) == ref.first);
    }
  }

  MemoryView view_;
  std::uint32_t next_page_ = 1;
  std::uint32_t next_index_ = 0;
  Pages pages_{Kind::kList};
  std::map<Key, Item> model_;
};

template <typename Kind>
void run_against_a_map() {
  PagesAndModel<Kind> list;
  const int rounds = *rc::gen::inRange(1, 8);
  for (int round = 0; round < rounds; ++round) {
    const int adds = *rc::gen::inRange(0, 120);
    for (int i = 0; i < adds; ++i)
      list.add();
    const int takes = *rc::gen::inRange(0, 100);
    for (int i = 0; i < takes; ++i)
      list.take();
    list.find();
    if (*rc::gen::inRange(0, 3) == 0) list.drop();
    if (*rc::gen::arbitrary<bool>()) list.store_and_load();
    list.check();
  }
}

RC_GTEST_PROP(LotPages, AreASortedMapOfDatedLots, ()) {
  run_against_a_map<Dated>();
}

RC_GTEST_PROP(LotPages, AreASortedMapOfWaitingLots, ()) {
  run_against_a_map<Waiting>();
}

class LotPagesTest : public testing::Test {
 protected:
  Shelf shelf() { return Shelf{&view_, kAccount, &next_page_}; }
  MemoryView view_;
  std::uint32_t next_page_ = 1;
  DatedLots lots_{LotList::Dated};
};

TEST_F(LotPagesTest, ShareTheirNumbersAmongTheListsOfAnAccount) {
  DatedLots other(LotList::Idle);
  for (std::uint32_t i = 0; i < 65; ++i) {
    ASSERT_TRUE(lots_.add(shelf(), a_lot(10, i, 1)).ok());
    ASSERT_TRUE(other.add(shelf(), a_lot(10, i, 1)).ok());
  }

  EXPECT_EQ(lots_.record().further.at(0).page, 1U);
  EXPECT_EQ(other.record().further.at(0).page, 2U);
  EXPECT_EQ(next_page_, 3U);
}

TEST_F(LotPagesTest, DropAPageInTheMiddleOnceItIsEmpty) {
  for (std::uint32_t i = 0; i < 100; ++i)
    ASSERT_TRUE(lots_.add(shelf(), a_lot(30 + 3 * i, i, 1)).ok());
  ASSERT_EQ(lots_.record().further.size(), 2U);

  for (std::uint32_t i = 33; i < 66; ++i)
    ASSERT_TRUE(lots_.take(shelf(), fefo_key(a_lot(30 + 3 * i, i, 1)), points(1)).ok());

  ASSERT_EQ(lots_.record().further.size(), 1U);
  EXPECT_EQ(lots_.record().further.at(0).page, 2U);
  EXPECT_EQ(lots_.all(shelf())->size(), 67U);
}

TEST_F(LotPagesTest, CallAnEmptyPageCorrupt) {
  for (std::uint32_t i = 0; i < 65; ++i)
    ASSERT_TRUE(lots_.add(shelf(), a_lot(10, i, 1)).ok());
  view_.plant(lots_key(kAccount, 1), Bytes{1, 1, 0, 0, 0, 0});
  DatedLots stored(LotList::Dated, lots_.record());

  EXPECT_EQ(stored.all(shelf()).error().code, ErrorCode::Corrupt);
  EXPECT_TRUE(lots_.all(shelf()).ok());
}

using LotPagesDeathTest = LotPagesTest;

TEST_F(LotPagesDeathTest, GiveNoMoreThanALotHas) {
  const Lot lot = a_lot(10, 1, 5);
  ASSERT_TRUE(lots_.add(shelf(), lot).ok());

  EXPECT_DEATH((void)lots_.take(shelf(), fefo_key(lot), points(6)), "rest");
  EXPECT_DEATH((void)lots_.take(shelf(), fefo_key(a_lot(10, 2, 5)), points(1)), "at");
}

}  // namespace
}  // namespace tally::state
