// The laws of an account's lists of lots: what a delta did to their pages, by other arithmetic than
// what wrote them.
#pragma once

#include <tally/state/account.h>

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace tally::points {

__extension__ using Wide = __int128;  // sums of damaged lots may pass 63 bits

/// A further page's changed record; absent: there was none, or it has gone.
struct PageChange {
  std::optional<state::LotsPage> before;
  std::optional<state::LotsPage> after;
};
using PageChanges = std::map<std::uint32_t, PageChange>;

/// A broken law, and both sides of it; empty: none is.
struct Breach {
  std::string law;
  std::string sides;
};
using Found = std::optional<Breach>;

inline const state::Lot& lot_in(const state::Lot& item) {
  return item;
}
inline const state::Lot& lot_in(const state::PendingLot& item) {
  return item.lot;
}
inline state::FefoKey order_of(const state::Lot& lot) {
  return {lot.expires_at, lot.earned_at, lot.id};
}
inline state::PendingKey order_of(const state::PendingLot& item) {
  return {item.lot.available_at, item.lot.id};
}
inline const std::vector<state::Lot>& items_in(const state::LotsPage& page, const state::Lot&) {
  return page.lots;
}
inline const std::vector<state::PendingLot>& items_in(const state::LotsPage& page,
                                                      const state::PendingLot&) {
  return page.waiting;
}

template <typename Item>
[[nodiscard]] Wide sum_of(const std::vector<Item>& items) {
  Wide sum = 0;
  for (const Item& item : items)
    sum += lot_in(item).remaining.value();
  return sum;
}

/// I8 for each lot of a page, and their order.
template <typename Item>
[[nodiscard]] Found check_page(const std::vector<Item>& items) {
  for (std::size_t i = 0; i < items.size(); ++i) {
    const state::Lot& lot = lot_in(items[i]);
    if (lot.remaining.is_zero() || lot.remaining > lot.original)
      return Breach{
          "I8, 0 < remaining <= original",
          std::to_string(lot.remaining.value()) + " of " + std::to_string(lot.original.value())};
    if (i > 0 && order_of(items[i - 1]) >= order_of(items[i]))
      return Breach{"FEFO order", "lot " + std::to_string(i) + " of a page"};
  }
  return std::nullopt;
}

/// One list of an account, before and after.
template <typename Item, typename Key>
class ListLaws {
  using Record = state::ListRecord<Item, Key>;

 public:
  /// Borrows all of them.
  ListLaws(state::LotList list, const Record& before, const Record& after, const PageChanges& pages)
      : list_(list), before_(&before), after_(&after), pages_(&pages) {}

  /// What the list's points have changed by; pages that did not change count on neither side.
  [[nodiscard]] Wide change() const {
    Wide sum = sum_of(after_->first_page) - sum_of(before_->first_page);
    for (const auto& [number, page] : *pages_) {
      if (page.after.has_value() && page.after->list == list_)
        sum += sum_of(items_in(*page.after, Item()));
      if (page.before.has_value() && page.before->list == list_)
        sum -= sum_of(items_in(*page.before, Item()));
    }
    return sum;
  }

  /// The whole list's points, where all of it is in sight.
  [[nodiscard]] std::optional<Wide> whole() const {
    if (!after_->further.empty()) return std::nullopt;
    return sum_of(after_->first_page);
  }

  /// That all pages are in order and each is named once. Adds to `named` the numbers of the pages
  /// that the list names.
  [[nodiscard]] Found check(std::uint32_t next_page, std::set<std::uint32_t>& named) const {
    if (Found found = check_page(after_->first_page)) return found;
    std::map<std::uint32_t, Key> known;  // pages as they were named before
    for (const auto& ref : before_->further)
      known.emplace(ref.page, ref.first);
    for (std::size_t i = 0; i < after_->further.size(); ++i) {
      const auto& ref = after_->further[i];
      const std::string place = "page " + std::to_string(ref.page);
      const Key last = i == 0 ? order_of(after_->first_page.back()) : after_->further[i - 1].first;
      if (last >= ref.first) return Breach{"FEFO order", place};
      if (ref.page >= next_page || !named.insert(ref.page).second)
        return Breach{"each page has a number of its own", place};
      const auto changed = pages_->find(ref.page);
      if (changed != pages_->end()) {
        if (Found found = check_changed(i, changed->second)) return found;
      } else if (known.find(ref.page) == known.end() || known.at(ref.page) != ref.first) {
        return Breach{"a page begins as its head says", place};
      }
      known.erase(ref.page);
    }
    for (const auto& [number, first] : known) {
      const auto changed = pages_->find(number);
      if (changed == pages_->end() || changed->second.after.has_value())
        return Breach{"a page that no head names is gone", "page " + std::to_string(number)};
    }
    return std::nullopt;
  }

 private:
  Found check_changed(std::size_t place, const PageChange& change) const {
    const auto& ref = after_->further[place];
    const std::string name = "page " + std::to_string(ref.page);
    if (!change.after.has_value()) return Breach{"a page that a head names is there", name};
    const std::vector<Item>& items = items_in(*change.after, Item());
    if (change.after->list != list_ || items.empty() || order_of(items.front()) != ref.first)
      return Breach{"a page begins as its head says", name};
    if (place + 1 < after_->further.size() &&
        order_of(items.back()) >= after_->further[place + 1].first)
      return Breach{"FEFO order", name};
    return check_page(items);
  }

  state::LotList list_;
  const Record* before_;
  const Record* after_;
  const PageChanges* pages_;
};

}  // namespace tally::points
