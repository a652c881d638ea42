// StateView: what execution reads.
#pragma once

#include <tally/base/result.h>
#include <tally/base/time.h>
#include <tally/model/action.h>
#include <tally/model/outcome.h>
#include <tally/state/record.h>

#include <optional>
#include <vector>

namespace tally::state {

/// What the ledger remembers of a request id: derived from receipts, not under the root.
/// FORMAT: stored; docs/formats.md §4.
struct RequestRecord {
  Position position;
  Timestamp ledger_time;  ///< of its block: ids are remembered for a window
  Hash request_digest;
  ActionKind kind = ActionKind::Due;
  Outcome outcome = Outcome::Accepted;
  bool own_order = false;  ///< whether it had an order id of its own
  Money value;             ///< what an accepted redemption paid
  friend bool operator==(const RequestRecord&, const RequestRecord&) = default;
};

/// An accepted transaction of an order: where it stands, and when it was.
struct OrderPart {
  Position position;
  Timestamp ledger_time;
  friend bool operator==(const OrderPart&, const OrderPart&) = default;
};

/// A hold of an order: until it is resolved, or its deadline has come, a place is kept for it.
struct OrderHold {
  Position placed;
  Timestamp deadline;
  Money value;  ///< that its capture pays at most
  friend bool operator==(const OrderHold&, const OrderHold&) = default;
};

/// What the ledger remembers of an order that has an id of its own, or was held for, or whose
/// points activated later than they were earned. FORMAT: stored.
struct OrderRecord {
  Timestamp ledger_time;  ///< of its latest transaction
  std::optional<OrderPart> earn;
  std::vector<OrderPart> redemptions;  ///< redeems and captures
  std::vector<OrderPart> activations;  ///< receipts in which its waiting points activated
  Money paid_by_points;                ///< by the redemptions, together
  std::vector<OrderHold> holds;  ///< with the redemptions at most kOrderRedemptionsMax are open
  friend bool operator==(const OrderRecord&, const OrderRecord&) = default;
};

/// Whether what falls due touches one account, or several (design/loyalty.md §5): of the first at
/// most K run in a block, of the second all do.
enum class DueClass : std::uint8_t { Own = 1, Shared = 2 };

/// An account's earliest deadline of one class. Ordered by (deadline, key): as entries run.
struct DueEntry {
  Timestamp deadline;
  RecordKey account;
  friend auto operator<=>(const DueEntry&, const DueEntry&) = default;
};

/// One height's state, whole and unchanging. An Error is the disk's.
class StateView {
 public:
  virtual ~StateView() = default;

  [[nodiscard]] virtual Height height() const = 0;
  [[nodiscard]] virtual Result<std::optional<Bytes>> find(const RecordKey& key) const = 0;
  [[nodiscard]] virtual Result<std::optional<RequestRecord>> find_request(
      const RequestKey& key) const = 0;
  [[nodiscard]] virtual Result<std::optional<OrderRecord>> find_order(
      const OrderKey& key) const = 0;
  /// The first `most` entries of `which` with a deadline ≤ `until`, ascending.
  [[nodiscard]] virtual Result<std::vector<DueEntry>> due(DueClass which, Timestamp until,
                                                          std::size_t most) const = 0;

 protected:
  StateView() = default;
  StateView(StateView&&) = default;  // a delta moves with its block; no view is copied
  StateView& operator=(StateView&&) = default;
};

}  // namespace tally::state
