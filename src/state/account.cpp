// An account: its head, its pages of lots, and how they split and go.
#include <tally/state/account.h>

#include <tally/base/check.h>
#include <tally/base/limits.h>
#include <tally/model/points_actions.h>

#include "state/stored.h"

#include <algorithm>

namespace tally::state {
namespace {

constexpr std::size_t kLotsKeptInSplit = 33;  // of 65; the other 32 make the new page

void encode_position(codec::Writer& out, const Position& position) {
  out.number(position.height);
  out.u32(position.index);
}

Position decode_position(codec::Reader& in) {
  Position position;
  position.height = in.number<Height>();
  position.index = in.u32();
  return position;
}

void encode_head(codec::Writer& out, const AccountHead& head) {
  out.timestamp(head.enrolled_at);
  for (const Points points : {head.available, head.held, head.pending, head.debt})
    tally::encode(out, points);
  out.u64(head.redemptions);
  out.boolean(head.own_key);
  out.timestamp(head.earliest_deadline);
  out.optional(head.last_receipt, encode_position);
  tally::encode(out, head.standing);
}

/// All that stands before the earliest deadline.
AccountHead decode_start(codec::Reader& in) {
  AccountHead head;
  head.enrolled_at = in.timestamp();
  for (Points* points : {&head.available, &head.held, &head.pending, &head.debt})
    tally::decode(in, *points);
  head.redemptions = in.u64();
  head.own_key = in.boolean();
  return head;
}

void decode_head(codec::Reader& in, AccountHead& head) {
  head = decode_start(in);
  head.earliest_deadline = in.timestamp();
  head.last_receipt = in.optional<Position>(decode_position);
  tally::decode(in, head.standing);
}

void encode_page_ref(codec::Writer& out, const PageRef& ref) {
  out.u32(ref.page);
  out.timestamp(ref.first.expires_at);
  out.timestamp(ref.first.earned_at);
  encode_position(out, ref.first.id.transaction);
  out.u16(ref.first.id.entry);
}

PageRef decode_page_ref(codec::Reader& in) {
  PageRef ref;
  ref.page = in.u32();
  ref.first.expires_at = in.timestamp();
  ref.first.earned_at = in.timestamp();
  ref.first.id.transaction = decode_position(in);
  ref.first.id.entry = in.u16();
  return ref;
}

void encode_lots(codec::Writer& out, const std::vector<Lot>& lots) {
  out.list(lots, [](codec::Writer& w, const Lot& lot) { encode(w, lot); });
}

std::vector<Lot> decode_lots(codec::Reader& in) {
  return in.list<Lot>(limits::kLotsInPage, [](codec::Reader& r) {
    Lot lot;
    decode(r, lot);
    return lot;
  });
}

/// Where a lot of this place in FEFO order stands, or would.
std::vector<Lot>::iterator find_place(std::vector<Lot>& lots, const FefoKey& key) {
  return std::lower_bound(lots.begin(), lots.end(), key,
                          [](const Lot& lot, const FefoKey& k) { return fefo_key(lot) < k; });
}

}  // namespace

Result<std::optional<Account>> Account::load(const StateView& view, const AccountId& id) {
  TRY(const std::optional<Bytes> bytes, view.find(account_key(id)));
  if (!bytes.has_value()) return std::optional<Account>();
  TRY(AccountRecord record, decode_account(*bytes));
  Account account(view, id);
  account.head = record.head;
  account.first_page_ = std::move(record.first_page);
  account.further_ = std::move(record.further);
  account.next_page_ = record.next_page;
  return std::optional<Account>(std::move(account));
}

Account Account::open(const StateView& view, const AccountId& id, Timestamp enrolled_at) {
  Account account(view, id);
  account.head.enrolled_at = enrolled_at;
  return account;
}

Result<void> Account::add_lot(const Lot& lot) {
  const FefoKey key = fefo_key(lot);
  const auto after =
      std::upper_bound(further_.begin(), further_.end(), key,
                       [](const FefoKey& k, const PageRef& ref) { return k < ref.first; });
  const auto place = static_cast<std::size_t>(after - further_.begin());
  TRY(std::vector<Lot>* const lots, page(place));
  const auto at = find_place(*lots, key);
  CHECK(at == lots->end() || fefo_key(*at) != key);
  lots->insert(at, lot);
  mark_changed(place);
  if (lots->size() > limits::kLotsInPage) split(place, *lots);
  return {};
}

void Account::split(std::size_t place, std::vector<Lot>& lots) {
  const auto middle = lots.begin() + kLotsKeptInSplit;
  std::vector<Lot> moved(middle, lots.end());
  lots.erase(middle, lots.end());
  const PageRef ref{next_page_++, fefo_key(moved.front())};
  further_.insert(further_.begin() + static_cast<std::ptrdiff_t>(place), ref);
  loaded_[ref.page] = std::move(moved);
  changed_.insert(ref.page);
}

bool Account::is_full() const {
  return further_.size() + 1 >= limits::kLotPagesMax;
}

Result<std::optional<Lot>> Account::first_lot() {
  if (first_page_.empty()) return std::optional<Lot>();
  return std::optional<Lot>(first_page_.front());
}

Result<void> Account::take_from_first(Points points) {
  CHECK(!first_page_.empty());
  Lot& lot = first_page_.front();
  const std::optional<Points> rest = checked_subtract(lot.remaining, points);
  CHECK(rest.has_value());
  CHECK(*rest >= lot.held);
  lot.remaining = *rest;
  if (!lot.remaining.is_zero()) return {};
  first_page_.erase(first_page_.begin());
  if (!first_page_.empty() || further_.empty()) return {};
  return put_second_page_first();
}

Result<void> Account::put_second_page_first() {
  TRY(std::vector<Lot>* const second, page(1));
  first_page_ = std::move(*second);
  const std::uint32_t number = further_.front().page;
  further_.erase(further_.begin());
  loaded_.erase(number);
  changed_.erase(number);
  dropped_.push_back(number);
  return {};
}

Result<std::vector<Lot>> Account::all_lots() {
  std::vector<Lot> all = first_page_;
  for (std::size_t place = 1; place <= further_.size(); ++place) {
    TRY(const std::vector<Lot>* const lots, page(place));
    all.insert(all.end(), lots->begin(), lots->end());
  }
  return all;
}

Result<std::vector<Lot>*> Account::page(std::size_t place) {
  if (place == 0) return &first_page_;
  const std::uint32_t number = further_.at(place - 1).page;
  const auto loaded = loaded_.find(number);
  if (loaded != loaded_.end()) return &loaded->second;
  TRY(const std::optional<Bytes> bytes, view_->find(lots_key(id_, number)));
  if (!bytes.has_value())
    return Error{ErrorCode::Corrupt, "account of " + to_hex(id_.member.view()) + ": no page " +
                                         std::to_string(number) + ", which its head names"};
  TRY(std::vector<Lot> lots, decode_lots_page(*bytes));
  return &loaded_.emplace(number, std::move(lots)).first->second;
}

void Account::mark_changed(std::size_t place) {
  if (place != 0) changed_.insert(further_.at(place - 1).page);  // the first goes with the head
}

void Account::enter(Receipt& receipt) {
  auto& previous = receipt.previous;
  const auto at = std::find_if(previous.begin(), previous.end(),
                               [&](const PreviousReceipt& other) { return other.account >= id_; });
  CHECK(at == previous.end() || at->account != id_);
  previous.insert(at, PreviousReceipt{id_, head.last_receipt});
  head.last_receipt = receipt.position;
}

Result<void> Account::store(StateDelta& delta) {
  // Lots of one account expire in FEFO order; beside them only a tier's review falls due.
  head.earliest_deadline = head.standing.tier.valid_until;
  if (!first_page_.empty())
    head.earliest_deadline = std::min(head.earliest_deadline, first_page_.front().expires_at);
  codec::Writer out = begin_record();
  encode_head(out, head);
  out.list(further_, encode_page_ref);
  out.u32(next_page_);
  encode_lots(out, first_page_);
  TRY_VOID(delta.put(account_key(id_), std::move(out).take()));
  for (const std::uint32_t number : changed_) {
    codec::Writer page_out = begin_record();
    encode_lots(page_out, loaded_.at(number));
    TRY_VOID(delta.put(lots_key(id_, number), std::move(page_out).take()));
  }
  for (const std::uint32_t number : dropped_)
    TRY_VOID(delta.erase(lots_key(id_, number)));
  return {};
}

Result<AccountHead> decode_account_head(ByteView record) {
  codec::Reader in(record);
  expect_format(in);
  AccountHead head;
  decode_head(in, head);
  if (!in.failed()) return head;
  return Error{ErrorCode::Corrupt, in.finish("head of an account").error().message};
}

Result<Timestamp> decode_deadline(ByteView record) {
  codec::Reader in(record);
  expect_format(in);
  static_cast<void>(decode_start(in));
  const Timestamp deadline = in.timestamp();
  if (!in.failed()) return deadline;
  return Error{ErrorCode::Corrupt, in.finish("head of an account").error().message};
}

Result<AccountRecord> decode_account(ByteView record) {
  return decode_record<AccountRecord>(record, "account", [](codec::Reader& in, AccountRecord& r) {
    decode_head(in, r.head);
    const std::size_t pages_max = in.remaining();  // each takes more than a byte
    r.further = in.list<PageRef>(pages_max, decode_page_ref);
    r.next_page = in.u32();
    r.first_page = decode_lots(in);
    if (r.first_page.empty() && !r.further.empty()) in.fail("an empty first page before others");
  });
}

Result<std::vector<Lot>> decode_lots_page(ByteView record) {
  return decode_record<std::vector<Lot>>(
      record, "page of lots",
      [](codec::Reader& in, std::vector<Lot>& lots) { lots = decode_lots(in); });
}

}  // namespace tally::state
