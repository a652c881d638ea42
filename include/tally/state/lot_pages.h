// LotPages: a list of lots in order, in pages of at most 64 that are read and written whole.
#pragma once

#include <tally/state/lots.h>
#include <tally/state/state_delta.h>

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <vector>

namespace tally::state {

/// A further page: its number, and the key of its first lot.
template <typename Key>
struct PageRef {
  std::uint32_t page = 0;
  Key first;
  friend bool operator==(const PageRef&, const PageRef&) = default;
};

/// What stands of a list in its account's record.
template <typename Item, typename Key>
struct ListRecord {
  std::vector<Item> first_page;       ///< empty: the list is
  std::vector<PageRef<Key>> further;  ///< ascending by `first`
  friend bool operator==(const ListRecord&, const ListRecord&) = default;
};

/// Where the further pages of an account's lists stand, and how they are numbered.
struct Shelf {
  const StateView* view = nullptr;
  AccountId account;
  std::uint32_t* next_page = nullptr;  ///< the number of the next page to come, of all lists
};

/// The list under change. Item: Lot or PendingLot; Key: what orders it, each key once. Pages are
/// read when they are needed. The first page lies in the account's record; a page of 65 splits into
/// 33 and 32, an empty one goes. An Error is the disk's, or Corrupt bytes.
template <typename Item, typename Key>
class LotPages {
 public:
  explicit LotPages(LotList list) : list_(list) {}
  LotPages(LotList list, ListRecord<Item, Key> record) : list_(list), record_(std::move(record)) {}

  [[nodiscard]] const ListRecord<Item, Key>& record() const { return record_; }
  /// The first in order; nullptr: the list is empty.
  [[nodiscard]] const Item* first() const;

  /// Puts `item` in its place. If one of its key is there, the two become one: remaining is their
  /// sum, original at least that and at least each one's. REQUIRES: the sum is a number of points.
  [[nodiscard]] Result<void> add(const Shelf& shelf, const Item& item);
  /// The first item of this id; nullopt: there is none. Looks through all pages.
  [[nodiscard]] Result<std::optional<Item>> find(const Shelf& shelf, const LotId& id);
  /// Takes `points` of the item of this key; one used up leaves. REQUIRES: it is there and has as
  /// many.
  [[nodiscard]] Result<void> take(const Shelf& shelf, const Key& key, Points points);
  /// All in order.
  [[nodiscard]] Result<std::vector<Item>> all(const Shelf& shelf);
  /// Drops all before `bound`.
  [[nodiscard]] Result<void> drop_before(const Shelf& shelf, const Key& bound);
  void clear();

  /// Writes the pages that have changed: all but the first, which the account's record has.
  [[nodiscard]] Result<void> store(const AccountId& account, StateDelta& delta) const;

 private:
  std::size_t place_of(const Key& key) const;
  Result<std::vector<Item>*> page(const Shelf& shelf, std::size_t place);
  void note_change(std::size_t place);
  Result<void> remove_if_empty(const Shelf& shelf, std::size_t place);
  void forget(std::size_t place);
  void split(const Shelf& shelf, std::size_t place, std::vector<Item>& items);

  LotList list_;
  ListRecord<Item, Key> record_;
  std::map<std::uint32_t, std::vector<Item>> loaded_;  ///< further pages, by number
  std::set<std::uint32_t> changed_;                    ///< which of them are to be written
  std::set<std::uint32_t> dropped_;                    ///< and which are to go
};

using DatedLots = LotPages<Lot, FefoKey>;
using WaitingLots = LotPages<PendingLot, PendingKey>;
extern template class LotPages<Lot, FefoKey>;
extern template class LotPages<PendingLot, PendingKey>;

}  // namespace tally::state
