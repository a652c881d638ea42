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

/// What of one redemption has come back.
struct RedemptionReturned {
  Position redemption;
  Points points;
  friend bool operator==(const RedemptionReturned&, const RedemptionReturned&) = default;
};

/// FORMAT: stored; docs/formats.md §3. Only an order that had a return has one. It stays when the
/// order is forgotten; another order that bears the id then begins it anew.
struct ReturnRecord {
  Timestamp began;   ///< ledger time of the order's first return …
  Timestamp latest;  ///< … and of its latest one
  Money total;       ///< that came back so far, as the next two
  Money tax;
  Money excluded;
  std::vector<ReturnedLine> lines;             ///< ascending by number; those that came back
  std::vector<ClaimedLine> claimed;            ///< of the earn's posted lines
  std::vector<RedemptionReturned> given_back;  ///< ascending by redemption
  Money value_given_back;                      ///< of all of them
  friend bool operator==(const ReturnRecord&, const ReturnRecord&) = default;
};

[[nodiscard]] Result<std::optional<ReturnRecord>> find_return(const StateView&, MerchantId,
                                                              const OrderKey&);
/// What has come back of the order whose earliest remembered part was at `first`: a record that
/// ended before then is another order's, which bore the same id and was forgotten.
[[nodiscard]] Result<ReturnRecord> find_returned(const StateView&, MerchantId, const OrderKey&,
                                                 Timestamp first);
/// From a record's bytes. Corrupt: they are none.
[[nodiscard]] Result<ReturnRecord> decode_return(ByteView bytes);
[[nodiscard]] Result<void> put_return(StateDelta&, MerchantId, const OrderKey&,
                                      const ReturnRecord&);

}  // namespace tally::state
