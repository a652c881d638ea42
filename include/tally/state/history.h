// History: accepted transactions of the past, with their receipts. Returns and activations read an
// order's facts from there, so that state need not keep them (design/loyalty.md §9).
#pragma once

#include <tally/base/result.h>
#include <tally/model/receipt.h>
#include <tally/model/transaction.h>
#include <tally/state/state_view.h>

#include <optional>
#include <vector>

namespace tally::state {

struct Past {
  Transaction transaction;
  Receipt receipt;
};

class History {
 public:
  virtual ~History() = default;
  /// The transaction whose receipt has this place, of this block so far too. nullopt: none, or of a
  /// block whose body is not kept any more. An Error is the disk's.
  [[nodiscard]] virtual Result<std::optional<Past>> find_past(const Position& position) const = 0;
  /// The receipt there, of what fell due too.
  [[nodiscard]] virtual Result<std::optional<Receipt>> find_receipt(
      const Position& position) const = 0;
  /// Block time of that height, of the block under way too. NotFound: there is none yet.
  [[nodiscard]] virtual Result<Timestamp> find_time(Height height) const = 0;

 protected:
  History() = default;
  History(const History&) = default;
  History& operator=(const History&) = default;
};

/// What execution stands on: one height's state, and the past that led to it.
class LedgerView : public StateView, public History {
 public:
  /// The next `most` accounts of all programmes after `after`, ascending by their records' keys;
  /// from the first on, where it is none. Fewer: there are no more.
  [[nodiscard]] virtual Result<std::vector<AccountId>> accounts_after(
      const std::optional<AccountId>& after, std::size_t most) const = 0;
};

}  // namespace tally::state
