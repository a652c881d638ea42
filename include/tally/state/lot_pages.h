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

/// A further page: its number, and the key of its first lot when it was last written.
template <typename Key>
struct PageRef {
  std::uint32_t page = 0;
  Key first;
  friend bool operator==(const PageRef&, const PageRef&) = default;
};

/// What stands of a list in its account's record.
template <typename Item, typename Key>
struct ListRecord {
  std::vector<Item> first_page;
  std::vector<PageRef<Key>> further;  ///< ascending by `first`
  friend bool operator==(const ListRecord&, const ListRecord&) = default;
};

/// The list under change. Item: Lot or PendingLot; Key: what orders it, each key once. Pages are
/// read when they are needed. The first page lies in the account's record; a page of 65 splits into
/// 33 and 32, an empty one goes.
template <typename Item, typename Key>
class LotPages;

using DatedLots = LotPages<Lot, FefoKey>;
using WaitingLots = LotPages<PendingLot, PendingKey>;

}  // namespace tally::state
