// What of an order has come back: what a later return must know (design/loyalty.md §9, §10).
#pragma once

#include <tally/model/redemption_actions.h>
#include <tally/state/state_delta.h>

#include <optional>
#include <vector>

namespace tally::state {

/// Of one posted line of the earn's or its activation's receipts, in their order.
struct ClaimedLine {
  Points claimed;    ///< asked for so far
  Points recovered;  ///< and got: taken, or become debt
  friend bool operator==(const ClaimedLine&, const ClaimedLine&) = default;
};

/// FORMAT: stored; docs/formats.md §3. Only an order that had a return has one.
struct ReturnRecord {
  Money total;  ///< that came back so far, as the next two
  Money tax;
  Money excluded;
  std::vector<ReturnedLine> lines;   ///< ascending by number; those that came back
  std::vector<ClaimedLine> claimed;  ///< of the earn's posted lines
  /// Points of each of the order's redemptions, in their order: more may come after a return.
  std::vector<Points> given_back;
  Money value_given_back;  ///< of all of them
  friend bool operator==(const ReturnRecord&, const ReturnRecord&) = default;
};

[[nodiscard]] Result<std::optional<ReturnRecord>> find_return(const StateView&, MerchantId,
                                                              const OrderKey&);
/// From a record's bytes. Corrupt: they are none.
[[nodiscard]] Result<ReturnRecord> decode_return(ByteView bytes);
[[nodiscard]] Result<void> put_return(StateDelta&, MerchantId, const OrderKey&,
                                      const ReturnRecord&);

}  // namespace tally::state
