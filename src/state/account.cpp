// An account: its head, its lists of lots, and its record.
#include <tally/state/account.h>

#include <tally/base/check.h>
#include <tally/base/limits.h>
#include <tally/model/points_actions.h>

#include "state/lot_lists.h"
#include "state/stored.h"

#include <algorithm>
#include <iterator>
#include <tuple>

namespace tally::state {
namespace {

void encode_hold(codec::Writer& out, const OpenHold& hold) {
  out.timestamp(hold.deadline);
  out.fixed(hold.hold);
  out.boolean(hold.shared);
}

OpenHold decode_open_hold(codec::Reader& in) {
  OpenHold hold;
  hold.deadline = in.timestamp();
  hold.hold = in.fixed<HoldId>();
  hold.shared = in.boolean();
  return hold;
}

void encode_velocity(codec::Writer& out, const VelocityUse& use) {
  encode_enum(out, use.what);
  encode_enum(out, use.window);
  out.number(use.merchant);
  out.i64(use.place);
  out.u64(use.times);
  tally::encode(out, use.points);
}

VelocityUse decode_velocity(codec::Reader& in) {
  VelocityUse use;
  use.what = decode_between(in, VelocityWhat::Earn, VelocityWhat::Transfer);
  use.window = decode_between(in, Period::Transaction, Period::Ever);
  use.merchant = in.number<MerchantId>();
  use.place = in.i64();
  use.times = in.u64();
  tally::decode(in, use.points);
  return use;
}

void encode_head(codec::Writer& out, const AccountHead& head) {
  out.timestamp(head.deadlines.own);
  out.timestamp(head.deadlines.shared);
  out.timestamp(head.enrolled_at);
  for (const Points points : {head.available, head.held, head.pending, head.debt})
    tally::encode(out, points);
  out.u64(head.redemptions);
  out.boolean(head.own_key);
  out.optional(head.last_receipt, encode_position);
  encode_enum(out, head.state);
  out.optional(head.alias_of, encode_fixed<MemberId>);
  out.optional(head.commitment, encode_fixed<Hash>);
  out.list(head.tokens, encode_fixed<TokenId>);
  out.optional(head.pool, encode_fixed<PoolId>);
  out.list(head.holds, encode_hold);
  out.u32(head.holds_asked);
  out.timestamp(head.idle_at);
  out.boolean(head.shares_activations);
  out.list(head.velocity, encode_velocity);
  out.i64(head.adjusted_day);
  tally::encode(out, head.adjusted);
  tally::encode(out, head.standing);
}

Deadlines read_deadlines(codec::Reader& in) {
  Deadlines deadlines;
  deadlines.own = in.timestamp();
  deadlines.shared = in.timestamp();
  return deadlines;
}

/// The head's fields up to its alias.
void decode_status(codec::Reader& in, AccountHead& head) {
  head.deadlines = read_deadlines(in);
  head.enrolled_at = in.timestamp();
  for (Points* points : {&head.available, &head.held, &head.pending, &head.debt})
    tally::decode(in, *points);
  head.redemptions = in.u64();
  head.own_key = in.boolean();
  head.last_receipt = in.optional<Position>(decode_position);
  head.state = decode_between(in, AccountState::Open, AccountState::Merged);
  head.alias_of = in.optional<MemberId>(decode_fixed<MemberId>);
}

void decode_head(codec::Reader& in, AccountHead& head) {
  decode_status(in, head);
  head.commitment = in.optional<Hash>(decode_fixed<Hash>);
  head.tokens = decode_list<TokenId>(in, decode_fixed<TokenId>);
  require_ascending(in, head.tokens, [](const TokenId& token) { return token; });
  head.pool = in.optional<PoolId>(decode_fixed<PoolId>);
  head.holds = decode_list<OpenHold>(in, decode_open_hold);
  require_ascending(in, head.holds, [](const OpenHold& hold) { return hold; });
  head.holds_asked = in.u32();
  head.idle_at = in.timestamp();
  head.shares_activations = in.boolean();
  head.velocity = decode_list<VelocityUse>(in, decode_velocity);
  require_ascending(in, head.velocity, [](const VelocityUse& use) {
    return std::tuple(use.what, use.window, use.merchant);
  });
  head.adjusted_day = in.i64();
  tally::decode(in, head.adjusted);
  tally::decode(in, head.standing);
}

/// What `read(reader, value)` makes of the start of an account's record.
template <typename T, typename Read>
Result<T> decode_start(ByteView record, Read read) {
  codec::Reader in(record);
  expect_format(in);
  T value{};
  read(in, value);
  if (!in.failed()) return value;
  return Error{ErrorCode::Corrupt, in.finish("head of an account").error().message};
}

Timestamp first_deadline(const std::vector<OpenHold>& holds, bool shared) {
  const auto first = std::find_if(holds.begin(), holds.end(),
                                  [&](const OpenHold& hold) { return hold.shared == shared; });
  return first == holds.end() ? Timestamp::never() : first->deadline;
}

}  // namespace

Result<std::optional<Account>> Account::load(const StateView& view, const AccountId& id) {
  TRY(const std::optional<Bytes> bytes, view.find(account_key(id)));
  if (!bytes.has_value()) return std::optional<Account>();
  TRY(AccountRecord record, decode_account(*bytes));
  Account account(view, id);
  account.head = std::move(record.head);
  account.next_page_ = record.next_page;
  account.dated_ = DatedLots(LotList::Dated, std::move(record.dated));
  account.idle_ = DatedLots(LotList::Idle, std::move(record.idle));
  account.waiting_ = WaitingLots(LotList::Waiting, std::move(record.waiting));
  account.expired_ = DatedLots(LotList::Expired, std::move(record.expired));
  return std::optional<Account>(std::move(account));
}

Account Account::open(const StateView& view, const AccountId& id, Timestamp enrolled_at) {
  Account account(view, id);
  account.head.enrolled_at = enrolled_at;
  return account;
}

Result<void> Account::add_lot(const Lot& lot) {
  if (!lot.idle) return dated_.add(shelf(), lot);
  Lot stored = lot;
  stored.expires_at = Timestamp::never();
  return idle_.add(shelf(), stored);
}

bool Account::is_full() const {
  const std::size_t further = dated_.record().further.size() + idle_.record().further.size() +
                              waiting_.record().further.size() + expired_.record().further.size();
  return further + 1 >= limits::kLotPagesMax;
}

/// An idle lot as others see it: with the date at which it expires, as it stands now.
Lot Account::shown(Lot idle) const {
  idle.expires_at = head.idle_at;
  return idle;
}

std::optional<Lot> Account::first_idle() const {
  const Lot* const first = idle_.first();
  return first == nullptr ? std::optional<Lot>() : std::optional<Lot>(shown(*first));
}

Result<std::optional<Lot>> Account::first_lot() {
  const Lot* const dated = dated_.first();
  const std::optional<Lot> idle = first_idle();
  if (dated == nullptr) return idle;
  if (idle.has_value() && fefo_key(*idle) < fefo_key(*dated)) return idle;
  return std::optional<Lot>(*dated);
}

Result<void> Account::take_from_first(Points points) {
  TRY(const std::optional<Lot> first, first_lot());
  CHECK(first.has_value());
  if (first->idle) return idle_.take(shelf(), fefo_key(*idle_.first()), points);
  return dated_.take(shelf(), fefo_key(*first), points);
}

Result<std::optional<Account::Taken>> Account::take_from(const LotId& id, Points points) {
  TRY(const std::optional<Lot> dated, dated_.find(shelf(), id));
  TRY(const std::optional<Lot> idle, idle_.find(shelf(), id));
  if (!dated.has_value() && !idle.has_value()) return std::optional<Taken>();
  const bool is_idle =
      !dated.has_value() || (idle.has_value() && fefo_key(shown(*idle)) < fefo_key(*dated));
  const Lot& lot = is_idle ? *idle : *dated;
  const Points taken = smaller(points, lot.remaining);
  TRY_VOID((is_idle ? idle_ : dated_).take(shelf(), fefo_key(lot), taken));
  return std::optional<Taken>(Taken{is_idle ? shown(lot) : lot, taken});
}

Result<std::vector<Lot>> Account::all_lots() {
  TRY(const std::vector<Lot> dated, dated_.all(shelf()));
  TRY(std::vector<Lot> idle, idle_.all(shelf()));
  for (Lot& lot : idle)
    lot = shown(lot);
  std::vector<Lot> all;
  all.reserve(dated.size() + idle.size());
  std::merge(dated.begin(), dated.end(), idle.begin(), idle.end(), std::back_inserter(all),
             [](const Lot& a, const Lot& b) { return fefo_key(a) < fefo_key(b); });
  return all;
}

Result<void> Account::add_pending(const PendingLot& lot) {
  // What a merchant owes follows from its activation.
  head.shares_activations |= lot.reserved.has_value();
  return waiting_.add(shelf(), lot);
}

Result<std::optional<PendingLot>> Account::first_pending() {
  const PendingLot* const first = waiting_.first();
  return first == nullptr ? std::optional<PendingLot>() : std::optional<PendingLot>(*first);
}

Result<std::vector<PendingLot>> Account::pending_of(const Position& transaction) {
  TRY(std::vector<PendingLot> lots, waiting_.all(shelf()));
  lots.erase(std::remove_if(lots.begin(), lots.end(),
                            [&](const PendingLot& pending) {
                              return pending.lot.id.transaction != transaction;
                            }),
             lots.end());
  std::sort(lots.begin(), lots.end(),
            [](const PendingLot& a, const PendingLot& b) { return a.lot.id < b.lot.id; });
  return lots;
}

Result<void> Account::take_pending(const PendingKey& key, Points points) {
  return waiting_.take(shelf(), key, points);
}

Result<std::vector<PendingLot>> Account::all_pending() {
  return waiting_.all(shelf());
}

Result<void> Account::remember_expired(const Lot& lot) {
  return expired_.add(shelf(), lot);
}

Result<std::vector<Lot>> Account::take_expired_since(Timestamp from) {
  TRY_VOID(forget_expired_before(from));
  TRY(std::vector<Lot> lots, expired_.all(shelf()));
  expired_.clear();
  return lots;
}

Result<void> Account::forget_expired_before(Timestamp from) {
  return expired_.drop_before(shelf(), FefoKey{from, Timestamp(), LotId()});
}

Result<std::vector<Lot>> Account::all_expired() {
  return expired_.all(shelf());
}

void Account::enter(Receipt& receipt) {
  auto& previous = receipt.previous;
  const auto at = std::find_if(previous.begin(), previous.end(),
                               [&](const PreviousReceipt& other) { return other.account >= id_; });
  CHECK(at == previous.end() || at->account != id_);
  previous.insert(at, PreviousReceipt{id_, head.last_receipt});
  head.last_receipt = receipt.position;
}

/// Each list's first lot is the first of it to fall due.
Deadlines Account::deadlines() const {
  Deadlines deadlines;
  deadlines.own = std::min(first_deadline(head.holds, false), head.standing.tier.valid_until);
  deadlines.shared = first_deadline(head.holds, true);
  if (const Lot* const first = dated_.first())
    deadlines.own = std::min(deadlines.own, first->expires_at);
  if (idle_.first() != nullptr) deadlines.own = std::min(deadlines.own, head.idle_at);
  if (const PendingLot* const first = waiting_.first()) {
    Timestamp& waiting = head.shares_activations ? deadlines.shared : deadlines.own;
    waiting = std::min(waiting, first->lot.available_at);
  }
  return deadlines;
}

Result<void> Account::store(StateDelta& delta) {
  if (waiting_.first() == nullptr) head.shares_activations = false;
  head.deadlines = deadlines();
  codec::Writer out = begin_record();
  encode_head(out, head);
  out.u32(next_page_);
  encode_list(out, dated_.record());
  encode_list(out, idle_.record());
  encode_list(out, waiting_.record());
  encode_list(out, expired_.record());
  TRY_VOID(delta.put(account_key(id_), std::move(out).take()));
  for (const DatedLots* const lots : {&dated_, &idle_, &expired_})
    TRY_VOID(lots->store(id_, delta));
  return waiting_.store(id_, delta);
}

Result<Deadlines> decode_deadlines(ByteView record) {
  return decode_start<Deadlines>(
      record, [](codec::Reader& in, Deadlines& deadlines) { deadlines = read_deadlines(in); });
}

Result<std::optional<MemberId>> decode_alias(ByteView record) {
  return decode_start<std::optional<MemberId>>(record, [](codec::Reader& in, auto& alias) {
    AccountHead head;
    decode_status(in, head);
    alias = head.alias_of;
  });
}

Result<AccountHead> decode_account_head(ByteView record) {
  return decode_start<AccountHead>(record, decode_head);
}

Result<AccountRecord> decode_account(ByteView record) {
  return decode_record<AccountRecord>(record, "account", [](codec::Reader& in, AccountRecord& r) {
    decode_head(in, r.head);
    r.next_page = in.u32();
    decode_list_record(in, r.dated);
    decode_list_record(in, r.idle);
    decode_list_record(in, r.waiting);
    decode_list_record(in, r.expired);
  });
}

Result<LotsPage> decode_lots_page(ByteView record) {
  return decode_record<LotsPage>(record, "page of lots", [](codec::Reader& in, LotsPage& page) {
    page.list = decode_list_name(in);
    if (page.list == LotList::Waiting)
      page.waiting = decode_items<PendingLot>(in);
    else
      page.lots = decode_items<Lot>(in);
  });
}

}  // namespace tally::state
