// Account: one member's points of one programme; a head and pages of lots.
#pragma once

#include <tally/model/receipt.h>
#include <tally/model/standing.h>
#include <tally/state/lot_pages.h>

#include <optional>
#include <vector>

namespace tally::state {

/// FORMAT: stored, as all that follows; docs/formats.md §3.
enum class AccountState : std::uint8_t {
  Open = 1,
  Soft = 2,    ///< frozen: no redeem, hold, transfer or exchange
  Fraud = 3,   ///< frozen: no capture either
  Closed = 4,  ///< for good
  Merged = 5,  ///< an alias: what names it goes to `alias_of`
};

/// A hold that is open on an account.
struct OpenHold {
  Timestamp deadline;
  HoldId hold;
  bool shared = false;  ///< it has lots of several members
  friend auto operator<=>(const OpenHold&, const OpenHold&) = default;
};

/// How often, and how much, in the current window of a velocity limit.
struct VelocityUse {
  VelocityWhat what = VelocityWhat::Earn;
  Period window = Period::Day;
  MerchantId merchant;
  std::int64_t place = 0;  ///< which hour, day, week or month
  std::uint64_t times = 0;
  Points points;
  friend bool operator==(const VelocityUse&, const VelocityUse&) = default;
};

/// The earliest deadline of what touches this account alone, and of what touches others too.
struct Deadlines {
  Timestamp own = Timestamp::never();
  Timestamp shared = Timestamp::never();
  [[nodiscard]] Timestamp earliest() const { return own < shared ? own : shared; }
  friend bool operator==(const Deadlines&, const Deadlines&) = default;
};

/// Stored before the first pages of lots. Its sums are once what is due has run.
struct AccountHead {
  Timestamp enrolled_at;
  Points available;  ///< of unexpired lots
  Points held;       ///< by open holds, of this member's lots
  Points pending;
  Points debt;
  std::uint64_t redemptions = 0;
  bool own_key = false;  ///< enrolled with a key of the member's own; else in custody
  Deadlines deadlines;   ///< written by Account::store
  std::optional<Position> last_receipt;
  AccountState state = AccountState::Open;
  std::optional<MemberId> alias_of;  ///< of a merged account
  std::optional<Hash> commitment;    ///< none: opened by a card, not claimed yet
  std::vector<TokenId> tokens;       ///< that name it and are not blocked; ascending
  std::optional<PoolId> pool;
  std::vector<OpenHold> holds;             ///< that took of its lots; ascending, each once
  std::uint32_t holds_asked = 0;           ///< open ones that this member asked for; at most 32
  Timestamp idle_at = Timestamp::never();  ///< when its idle lots expire (design/loyalty.md §12)
  bool shares_activations = false;         ///< its waiting lots' campaigns touch others (§5)
  std::vector<VelocityUse> velocity;       ///< ascending by (what, window, merchant)
  std::int64_t adjusted_day = 0;           ///< the local day that `adjusted` is of
  Points adjusted;                         ///< by one operator alone, of that day
  Standing standing;                       ///< what rules remember
  friend bool operator==(const AccountHead&, const AccountHead&) = default;
};

/// An account under change: loaded from a view, written back to a delta. Its lots stand in four
/// paged lists (LotPages): dated ones, idle ones, which all expire at head.idle_at and store
/// Timestamp::never() for it, waiting ones, and those that expired within the programme's window of
/// reinstatement. Borrows its view.
class Account {
 public:
  /// nullopt: no such account. An Error is the disk's, or Corrupt bytes.
  [[nodiscard]] static Result<std::optional<Account>> load(const StateView& view,
                                                           const AccountId& id);
  [[nodiscard]] static Account open(const StateView& view, const AccountId& id,
                                    Timestamp enrolled_at);

  [[nodiscard]] const AccountId& id() const { return id_; }
  AccountHead head;

  // None of these touches the head's sums, which are the caller's.

  /// Puts an available lot in FEFO order, or adds to the lot of the same key that is there:
  /// remaining grows by lot.remaining, original to at least that. Of an idle one expires_at is not
  /// read.
  [[nodiscard]] Result<void> add_lot(const Lot& lot);
  /// Whether its lists have as many pages as an account may: none of them should be added to.
  [[nodiscard]] bool is_full() const;
  /// The first lot in FEFO order over dated and idle ones; an idle one shows head.idle_at as its
  /// expires_at. nullopt: none is left.
  [[nodiscard]] Result<std::optional<Lot>> first_lot();
  /// Takes `points` from the first lot; a lot used up leaves. REQUIRES: it has as many.
  [[nodiscard]] Result<void> take_from_first(Points points);
  /// Takes `points`, or what is there if that is less, from the lot that has this id: the first in
  /// FEFO order where parts of it have different dates, by grace. The lot as it was, and how many.
  /// nullopt: there is no such lot. Looks through all pages.
  struct Taken {
    Lot lot;
    Points points;
  };
  [[nodiscard]] Result<std::optional<Taken>> take_from(const LotId& id, Points points);
  /// All available lots in FEFO order: for reads, invariants and audits.
  [[nodiscard]] Result<std::vector<Lot>> all_lots();

  [[nodiscard]] Result<void> add_pending(const PendingLot& lot);
  /// The first that waits; nullopt: none does.
  [[nodiscard]] Result<std::optional<PendingLot>> first_pending();
  /// All lots of one transaction that wait, ascending by id.
  [[nodiscard]] Result<std::vector<PendingLot>> pending_of(const Position& transaction);
  /// Takes `points` of a waiting lot; one used up leaves. REQUIRES: it is there and has as many.
  [[nodiscard]] Result<void> take_pending(const PendingKey& key, Points points);
  [[nodiscard]] Result<std::vector<PendingLot>> all_pending();

  /// Remembers what remained of a lot that has expired, its expires_at the date at which it did.
  [[nodiscard]] Result<void> remember_expired(const Lot& lot);
  /// Takes out and returns all that expired at `from` or later; forgets all that did before.
  [[nodiscard]] Result<std::vector<Lot>> take_expired_since(Timestamp from);
  /// Forgets all that expired before `from`.
  [[nodiscard]] Result<void> forget_expired_before(Timestamp from);
  [[nodiscard]] Result<std::vector<Lot>> all_expired();

  /// Makes `receipt` the account's latest, and lists the one before in it.
  void enter(Receipt& receipt);

  /// Writes head and changed pages, with the earliest deadlines: of holds, waiting lots, dated and
  /// idle lots, and the tier.
  [[nodiscard]] Result<void> store(StateDelta& delta);

 private:
  Account(const StateView& view, const AccountId& id) : view_(&view), id_(id) {}
  [[nodiscard]] Shelf shelf() { return Shelf{view_, id_, &next_page_}; }
  [[nodiscard]] std::optional<Lot> first_idle() const;
  [[nodiscard]] Lot shown(Lot idle) const;
  [[nodiscard]] Deadlines deadlines() const;

  const StateView* view_;
  AccountId id_;
  std::uint32_t next_page_ = 1;  ///< the number of the next page to come, of all lists
  DatedLots dated_{LotList::Dated};
  DatedLots idle_{LotList::Idle};
  WaitingLots waiting_{LotList::Waiting};
  DatedLots expired_{LotList::Expired};
};

/// The earliest deadlines alone, from an account record's bytes: every transaction asks for them.
[[nodiscard]] Result<Deadlines> decode_deadlines(ByteView record);
/// Whom a merged account's id names now, from its record's bytes; nullopt: it is none. As often.
[[nodiscard]] Result<std::optional<MemberId>> decode_alias(ByteView record);
/// The head alone, from an account record's bytes, where no lot is needed.
[[nodiscard]] Result<AccountHead> decode_account_head(ByteView record);
/// The head and the first pages' lots, from an account record's bytes: for its laws.
struct AccountRecord {
  AccountHead head;
  std::uint32_t next_page = 1;
  ListRecord<Lot, FefoKey> dated;
  ListRecord<Lot, FefoKey> idle;
  ListRecord<PendingLot, PendingKey> waiting;
  ListRecord<Lot, FefoKey> expired;
};
[[nodiscard]] Result<AccountRecord> decode_account(ByteView record);
/// A further page, from its record's bytes: which list it belongs to, and its lots.
struct LotsPage {
  LotList list = LotList::Dated;
  std::vector<Lot> lots;            ///< of all lists but Waiting
  std::vector<PendingLot> waiting;  ///< of Waiting
};
[[nodiscard]] Result<LotsPage> decode_lots_page(ByteView record);

}  // namespace tally::state
