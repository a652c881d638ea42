// A programme on the ledger: its versions, and the totals of its double entry.
#pragma once

#include <tally/model/programme.h>
#include <tally/state/state_delta.h>

#include <optional>

namespace tally::state {

/// One version. FORMAT: stored; docs/formats.md §3.
struct ProgrammeRecord {
  std::uint32_t version = 1;
  Height active_from;
  Programme programme;
  friend bool operator==(const ProgrammeRecord&, const ProgrammeRecord&) = default;
};

/// The accounts of a programme's double entry (design/loyalty.md §3), in points that passed
/// through. I1: issued = available + held + pending + redeemed + expired + fees. FORMAT: stored.
struct Totals {
  Points issued;     ///< ISSUED, all sources
  Points available;  ///< AVAILABLE over all members
  Points held;
  Points pending;
  Points redeemed;  ///< REDEEMED, all acceptors
  Points expired;
  Points fees;
  Points transferred;  ///< memo: what moved between members
  std::uint64_t members = 0;
  std::uint64_t earns = 0;
  std::uint64_t redemptions = 0;
  std::uint64_t transfers = 0;
  friend bool operator==(const Totals&, const Totals&) = default;
};

[[nodiscard]] Result<std::optional<ProgrammeRecord>> find_version(const StateView&, MerchantId,
                                                                  std::uint32_t version);
[[nodiscard]] Result<void> put_version(StateDelta&, MerchantId, const ProgrammeRecord&);
/// The highest version in force at `height`; nullopt: none is.
[[nodiscard]] Result<std::optional<ProgrammeRecord>> programme_in_force(const StateView&,
                                                                        MerchantId, Height height);
[[nodiscard]] Result<Totals> totals(const StateView&, MerchantId);
/// From a totals record's bytes. Corrupt: they are none.
[[nodiscard]] Result<Totals> decode_totals(ByteView bytes);
[[nodiscard]] Result<void> put_totals(StateDelta&, MerchantId, const Totals&);

}  // namespace tally::state
