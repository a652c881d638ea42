// Pages of lots: how they are found, split and go.
#include <tally/state/lot_pages.h>

#include <tally/base/check.h>

#include "state/lot_lists.h"

#include <algorithm>

namespace tally::state {
namespace {

constexpr std::size_t kLotsKeptInSplit = 33;  // of 65; the other 32 make the new page

Lot& lot_in(Lot& item) {
  return item;
}
Lot& lot_in(PendingLot& item) {
  return item.lot;
}
const Lot& lot_in(const Lot& item) {
  return item;
}
const Lot& lot_in(const PendingLot& item) {
  return item.lot;
}

/// Where an item of this key stands in its page, or would.
template <typename Item, typename Key>
auto find_place(std::vector<Item>& items, const Key& key) {
  return std::lower_bound(items.begin(), items.end(), key,
                          [](const Item& item, const Key& k) { return key_of(item) < k; });
}

/// A later date that one of the two was given counts for both: nothing gets a second one.
void join(Lot& lot, const Lot& other) {
  const std::optional<Points> remaining = checked_add(lot.remaining, other.remaining);
  CHECK(remaining.has_value());
  lot.remaining = *remaining;
  lot.original = std::max({lot.original, other.original, lot.remaining});
  lot.late_date = lot.late_date || other.late_date;
}

}  // namespace

template <typename Item, typename Key>
const Item* LotPages<Item, Key>::first() const {
  return record_.first_page.empty() ? nullptr : &record_.first_page.front();
}

template <typename Item, typename Key>
Result<void> LotPages<Item, Key>::add(const Shelf& shelf, const Item& item) {
  const Key key = key_of(item);
  const std::size_t place = place_of(key);
  TRY(std::vector<Item>* const items, page(shelf, place));
  note_change(place);
  const auto at = find_place(*items, key);
  if (at != items->end() && key_of(*at) == key) {
    join(lot_in(*at), lot_in(item));
    return {};
  }
  items->insert(at, item);
  if (items->size() > limits::kLotsInPage) split(shelf, place, *items);
  return {};
}

/// 0 is the first page: no key lies before it.
template <typename Item, typename Key>
std::size_t LotPages<Item, Key>::place_of(const Key& key) const {
  const auto after =
      std::upper_bound(record_.further.begin(), record_.further.end(), key,
                       [](const Key& k, const PageRef<Key>& ref) { return k < ref.first; });
  return static_cast<std::size_t>(after - record_.further.begin());
}

template <typename Item, typename Key>
Result<std::vector<Item>*> LotPages<Item, Key>::page(const Shelf& shelf, std::size_t place) {
  if (place == 0) return &record_.first_page;
  const std::uint32_t number = record_.further.at(place - 1).page;
  const auto loaded = loaded_.find(number);
  if (loaded != loaded_.end()) return &loaded->second;
  const auto corrupt = [&](const char* what) {
    return Error{ErrorCode::Corrupt, "account of " + to_hex(shelf.account.member.view()) +
                                         ": page " + std::to_string(number) + ": " + what};
  };
  TRY(const std::optional<Bytes> bytes, shelf.view->find(lots_key(shelf.account, number)));
  if (!bytes.has_value()) return corrupt("none, which its head names");
  const auto read = [](codec::Reader& in, std::pair<LotList, std::vector<Item>>& page) {
    page.first = decode_list_name(in);
    page.second = decode_items<Item>(in);
  };
  using Named = std::pair<LotList, std::vector<Item>>;
  TRY(Named named, decode_record<Named>(*bytes, "page of lots", read));
  if (named.first != list_) return corrupt("of another list");
  if (named.second.empty()) return corrupt("empty");
  return &loaded_.emplace(number, std::move(named.second)).first->second;
}

template <typename Item, typename Key>
void LotPages<Item, Key>::note_change(std::size_t place) {
  if (place != 0) changed_.insert(record_.further.at(place - 1).page);
}

template <typename Item, typename Key>
void LotPages<Item, Key>::split(const Shelf& shelf, std::size_t place, std::vector<Item>& items) {
  const auto middle = items.begin() + kLotsKeptInSplit;
  std::vector<Item> moved(middle, items.end());
  items.erase(middle, items.end());
  const PageRef<Key> ref{(*shelf.next_page)++, key_of(moved.front())};
  record_.further.insert(record_.further.begin() + static_cast<std::ptrdiff_t>(place), ref);
  loaded_[ref.page] = std::move(moved);
  changed_.insert(ref.page);
}

template <typename Item, typename Key>
Result<std::optional<Item>> LotPages<Item, Key>::find(const Shelf& shelf, const LotId& id) {
  for (std::size_t place = 0; place <= record_.further.size(); ++place) {
    TRY(const std::vector<Item>* const items, page(shelf, place));
    const auto at = std::find_if(items->begin(), items->end(),
                                 [&](const Item& item) { return lot_in(item).id == id; });
    if (at != items->end()) return std::optional<Item>(*at);
  }
  return std::optional<Item>();
}

template <typename Item, typename Key>
Result<void> LotPages<Item, Key>::take(const Shelf& shelf, const Key& key, Points points) {
  const std::size_t place = place_of(key);
  TRY(std::vector<Item>* const items, page(shelf, place));
  const auto at = find_place(*items, key);
  CHECK(at != items->end() && key_of(*at) == key);
  Lot& lot = lot_in(*at);
  const std::optional<Points> rest = checked_subtract(lot.remaining, points);
  CHECK(rest.has_value());
  note_change(place);
  lot.remaining = *rest;
  if (!rest->is_zero()) return {};
  items->erase(at);
  return remove_if_empty(shelf, place);
}

/// After items of a page have left: it goes, or its reference names what is its first now.
template <typename Item, typename Key>
Result<void> LotPages<Item, Key>::remove_if_empty(const Shelf& shelf, std::size_t place) {
  TRY(const std::vector<Item>* const items, page(shelf, place));
  if (place > 0) {
    if (items->empty())
      forget(place);
    else
      record_.further[place - 1].first = key_of(items->front());
    return {};
  }
  if (!items->empty() || record_.further.empty()) return {};
  TRY(std::vector<Item>* const second, page(shelf, 1));
  record_.first_page = std::move(*second);
  forget(1);
  return {};
}

template <typename Item, typename Key>
void LotPages<Item, Key>::forget(std::size_t place) {
  const auto ref = record_.further.begin() + static_cast<std::ptrdiff_t>(place - 1);
  loaded_.erase(ref->page);
  changed_.erase(ref->page);
  dropped_.insert(ref->page);
  record_.further.erase(ref);
}

template <typename Item, typename Key>
Result<std::vector<Item>> LotPages<Item, Key>::all(const Shelf& shelf) {
  std::vector<Item> all;
  for (std::size_t place = 0; place <= record_.further.size(); ++place) {
    TRY(const std::vector<Item>* const items, page(shelf, place));
    all.insert(all.end(), items->begin(), items->end());
  }
  return all;
}

template <typename Item, typename Key>
Result<void> LotPages<Item, Key>::drop_before(const Shelf& shelf, const Key& bound) {
  std::vector<Item>& items = record_.first_page;
  while (!items.empty() && key_of(items.front()) < bound) {
    items.erase(items.begin(), find_place(items, bound));
    TRY_VOID(remove_if_empty(shelf, 0));
  }
  return {};
}

template <typename Item, typename Key>
void LotPages<Item, Key>::clear() {
  while (!record_.further.empty())
    forget(record_.further.size());
  record_.first_page.clear();
}

template <typename Item, typename Key>
Result<void> LotPages<Item, Key>::store(const AccountId& account, StateDelta& delta) const {
  for (const std::uint32_t number : changed_) {
    codec::Writer out = begin_record();
    encode_enum(out, list_);
    encode_items(out, loaded_.at(number));
    TRY_VOID(delta.put(lots_key(account, number), std::move(out).take()));
  }
  for (const std::uint32_t number : dropped_)
    TRY_VOID(delta.erase(lots_key(account, number)));
  return {};
}

template class LotPages<Lot, FefoKey>;
template class LotPages<PendingLot, PendingKey>;

}  // namespace tally::state
