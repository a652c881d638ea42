// What publishing a whole programme and changing one campaign have in common: the next version.
#pragma once

#include <tally/points/points.h>
#include <tally/state/programme_record.h>

#include <string>
#include <vector>

namespace tally::points {

/// Which version a publication makes, and from when.
struct NextVersion {
  std::uint32_t version = 1;
  Height active_from;  ///< 0: from the next block on
};

/// What is cheap to refuse, asked first: BlockFull, the merchant, its version and height, and that
/// operators of the merchants `named` have signed.
[[nodiscard]] Result<Outcome> check_claim(const NextVersion& next,
                                          const std::vector<std::string>& named,
                                          const TransactionContext& context, const StateView& view);

/// The last version that the sending merchant has published; nullopt: none. Charged to the block's
/// rules, since to read it takes as long as many evaluations.
[[nodiscard]] Result<std::optional<Programme>> last_programme(const TransactionContext& context,
                                                              const StateView& view);

/// Whether as many operators agree as `programme` needs to follow `last`: where it lets one
/// operator adjust more alone, as many as an adjustment beyond that limit takes, or two would be
/// one again.
[[nodiscard]] Result<Outcome> check_alone_per_day(const Programme& programme,
                                                  const std::optional<Programme>& last,
                                                  const TransactionContext& context,
                                                  const StateView& view);

/// Whether `programme` may follow `last`: that this ledger can hold it, that its rules are right,
/// that no campaign comes back that has ended or was left out. A rule's mistake answers with the
/// first one's reason. Charged to the block's rules.
[[nodiscard]] Result<Outcome> check_next(const Programme& programme,
                                         const std::optional<Programme>& last,
                                         const TransactionContext& context, const StateView& view);

/// REQUIRES: check_claim and check_next passed.
[[nodiscard]] Result<Outcome> publish(const NextVersion& next, const Programme& programme,
                                      const std::optional<Programme>& last,
                                      const TransactionContext& context, StateDelta& delta);

}  // namespace tally::points
