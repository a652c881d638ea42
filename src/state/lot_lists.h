// How lists of lots stand in an account's record, and in the records of their further pages.
// FORMAT: stored; docs/formats.md §3.
#pragma once

#include <tally/base/limits.h>
#include <tally/state/lot_pages.h>

#include "state/stored.h"

namespace tally::state {

[[nodiscard]] inline FefoKey key_of(const Lot& lot) {
  return fefo_key(lot);
}
[[nodiscard]] inline PendingKey key_of(const PendingLot& lot) {
  return pending_key(lot);
}

inline void encode_key(codec::Writer& out, const FefoKey& key) {
  out.timestamp(key.expires_at);
  out.timestamp(key.earned_at);
  encode_lot_id(out, key.id);
}
inline void encode_key(codec::Writer& out, const PendingKey& key) {
  out.timestamp(key.available_at);
  encode_lot_id(out, key.id);
}

inline void decode_key(codec::Reader& in, FefoKey& key) {
  key.expires_at = in.timestamp();
  key.earned_at = in.timestamp();
  key.id = decode_lot_id(in);
}
inline void decode_key(codec::Reader& in, PendingKey& key) {
  key.available_at = in.timestamp();
  key.id = decode_lot_id(in);
}

/// The lots of one page, which is the same in an account's record and in one of its own.
template <typename Item>
void encode_items(codec::Writer& out, const std::vector<Item>& items) {
  out.list(items, [](codec::Writer& w, const Item& item) { encode(w, item); });
}

template <typename Item>
[[nodiscard]] std::vector<Item> decode_items(codec::Reader& in) {
  return in.list<Item>(limits::kLotsInPage, [](codec::Reader& r) {
    Item item;
    decode(r, item);
    return item;
  });
}

template <typename Item, typename Key>
void encode_list(codec::Writer& out, const ListRecord<Item, Key>& list) {
  out.list(list.further, [](codec::Writer& w, const PageRef<Key>& ref) {
    w.u32(ref.page);
    encode_key(w, ref.first);
  });
  encode_items(out, list.first_page);
}

template <typename Item, typename Key>
void decode_list_record(codec::Reader& in, ListRecord<Item, Key>& list) {
  list.further = decode_list<PageRef<Key>>(in, [](codec::Reader& r) {
    PageRef<Key> ref;
    ref.page = r.u32();
    decode_key(r, ref.first);
    return ref;
  });
  list.first_page = decode_items<Item>(in);
  if (list.first_page.empty() && !list.further.empty())
    in.fail("an empty first page before others");
}

/// A further page's record begins with the list that it belongs to.
[[nodiscard]] inline LotList decode_list_name(codec::Reader& in) {
  return decode_between(in, LotList::Dated, LotList::Expired);
}

}  // namespace tally::state
