// What publishing a whole programme and changing one campaign have in common: the next version.
#pragma once

#include <tally/points/points.h>
#include <tally/state/programme_record.h>

namespace tally::points {

/// Which version a publication makes, and from when.
struct NextVersion {
  std::uint32_t version = 1;
  Height active_from;  ///< 0: from the next block on
};

/// Whether `programme` may become the sending merchant's next version: its number and height, that
/// this ledger can hold it, that its rules are right, and that operators of the merchants `named`
/// have signed. A rule's mistake answers with the first one's reason.
[[nodiscard]] Result<Outcome> check_publication(const NextVersion& next, const Programme& programme,
                                                const std::vector<std::string>& named,
                                                const TransactionContext& context,
                                                const StateView& view);

/// REQUIRES: check_publication passed.
[[nodiscard]] Result<Outcome> publish(const NextVersion& next, const Programme& programme,
                                      const TransactionContext& context, StateDelta& delta);

}  // namespace tally::points
