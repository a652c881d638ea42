// What a merchant took of another one's points, or gave of them, where that has a limit
// (design/loyalty.md §8, §16).
#pragma once

#include <tally/base/points.h>
#include <tally/model/ids.h>
#include <tally/state/state_delta.h>

namespace tally::state {

/// Of one issuer's points at one other merchant. FORMAT: stored; docs/formats.md §3.
struct TakenRecord {
  std::int64_t day = 0;     ///< the issuer's civil day that the next one is of
  Points on_day;            ///< redeemed or held there, or exchanged into its own
  std::uint32_t cycle = 0;  ///< that the next one is of
  Points in_cycle;          ///< base points that it gave and the issuer pays for
  friend bool operator==(const TakenRecord&, const TakenRecord&) = default;
};

[[nodiscard]] Result<TakenRecord> find_taken(const StateView&, MerchantId issuer,
                                             MerchantId merchant);
/// From a record's bytes. Corrupt: they are none.
[[nodiscard]] Result<TakenRecord> decode_taken(ByteView bytes);

/// Whether the merchant may take so many points more on the civil day `day`; `a_day` 0 is any
/// number. Reaching it is allowed.
[[nodiscard]] Result<bool> may_take(const StateView&, MerchantId issuer, MerchantId merchant,
                                    std::int64_t day, Points points, Points a_day);
[[nodiscard]] Result<void> note_taken(StateDelta&, MerchantId issuer, MerchantId merchant,
                                      std::int64_t day, Points points);

/// As these, of points that the merchant gives in a cycle.
[[nodiscard]] Result<bool> may_give(const StateView&, MerchantId issuer, MerchantId merchant,
                                    std::uint32_t cycle, Points points, Points a_cycle);
[[nodiscard]] Result<void> note_given(StateDelta&, MerchantId issuer, MerchantId merchant,
                                      std::uint32_t cycle, Points points);

}  // namespace tally::state
