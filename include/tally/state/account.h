// Account: one member's points of one programme; a head and pages of lots.
#pragma once

#include <tally/model/receipt.h>
#include <tally/model/standing.h>
#include <tally/state/lots.h>
#include <tally/state/state_delta.h>

#include <map>
#include <optional>
#include <set>
#include <vector>

namespace tally::state {

/// FORMAT: stored, before the first page of lots; docs/formats.md §3.
struct AccountHead {
  Timestamp enrolled_at;
  Points available;  ///< of unexpired, unheld lots, once what is due has run
  Points held;
  Points pending;
  Points debt;
  std::uint64_t redemptions = 0;
  bool own_key = false;  ///< enrolled with a key of the member's own; else in custody
  Timestamp earliest_deadline = Timestamp::never();
  std::optional<Position> last_receipt;
  Standing standing;  ///< what rules remember
  friend bool operator==(const AccountHead&, const AccountHead&) = default;
};

/// A further page: its number, and the first of its lots by FEFO order.
struct PageRef {
  std::uint32_t page = 0;
  FefoKey first;
  friend bool operator==(const PageRef&, const PageRef&) = default;
};

/// An account under change: loaded from a view, written back to a delta. Pages are read when they
/// are needed. The first page lies in the head's record; a page of 65 splits into 33 and 32, an
/// empty one goes. Borrows its view.
class Account {
 public:
  /// nullopt: no such account. An Error is the disk's, or Corrupt bytes.
  [[nodiscard]] static Result<std::optional<Account>> load(const StateView& view,
                                                           const AccountId& id);
  [[nodiscard]] static Account open(const StateView& view, const AccountId& id,
                                    Timestamp enrolled_at);

  [[nodiscard]] const AccountId& id() const { return id_; }
  AccountHead head;

  /// Puts a lot in FEFO order. Leaves the head's sums to the caller.
  [[nodiscard]] Result<void> add_lot(const Lot& lot);
  /// Whether it has as many pages as an account may, so that none of its lots should be added to.
  [[nodiscard]] bool is_full() const;
  /// The first lot in FEFO order; nullopt: none is left.
  [[nodiscard]] Result<std::optional<Lot>> first_lot();
  /// Takes `points` from the first lot; a lot used up leaves. REQUIRES: it has as many unheld.
  [[nodiscard]] Result<void> take_from_first(Points points);
  /// All lots in FEFO order: for reads, invariants and audits.
  [[nodiscard]] Result<std::vector<Lot>> all_lots();

  /// Makes `receipt` the account's latest, and lists the one before in it.
  void enter(Receipt& receipt);

  /// Writes head and changed pages, with the earliest deadline of the lots and the tier.
  [[nodiscard]] Result<void> store(StateDelta& delta);

 private:
  Account(const StateView& view, const AccountId& id) : view_(&view), id_(id) {}
  [[nodiscard]] Result<std::vector<Lot>*> page(std::size_t place);  ///< 0: the first page
  [[nodiscard]] Result<void> put_second_page_first();
  void split(std::size_t place, std::vector<Lot>& lots);
  void mark_changed(std::size_t place);

  const StateView* view_;
  AccountId id_;
  std::vector<Lot> first_page_;
  std::vector<PageRef> further_;  ///< ascending by `first`
  std::uint32_t next_page_ = 1;
  std::map<std::uint32_t, std::vector<Lot>> loaded_;  ///< further pages read so far
  std::set<std::uint32_t> changed_;                   ///< further pages to write
  std::vector<std::uint32_t> dropped_;                ///< pages that became empty
};

/// The earliest deadline alone, from an account record's bytes: every transaction asks for it.
[[nodiscard]] Result<Timestamp> decode_deadline(ByteView record);
/// The head alone, from an account record's bytes, where no lot is needed.
[[nodiscard]] Result<AccountHead> decode_account_head(ByteView record);
/// The head and the first page's lots, from an account record's bytes: for its laws.
struct AccountRecord {
  AccountHead head;
  std::vector<PageRef> further;  ///< ascending by `first`
  std::uint32_t next_page = 1;   ///< the number of the next page to come
  std::vector<Lot> first_page;
};
[[nodiscard]] Result<AccountRecord> decode_account(ByteView record);
/// The lots of a further page, from its record's bytes.
[[nodiscard]] Result<std::vector<Lot>> decode_lots_page(ByteView record);

}  // namespace tally::state
