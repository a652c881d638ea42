// Funders: who pays for points, and how an award is split among several (design/loyalty.md §8).
#pragma once

#include <tally/model/programme.h>

#include <span>
#include <string_view>
#include <vector>

namespace tally::rules {

struct FundedPart {
  Funder who;
  Points points;
};

/// The first n together have CEIL(award · the sum of their shares), exactly; each gets what its
/// turn adds. REQUIRES: at least one share, and they add up to 1.
[[nodiscard]] std::vector<FundedPart> split_by_funder(Points award,
                                                      std::span<const FunderShare> shares);

/// Exact for any shares within their ranges, at most kFundersMax of them.
[[nodiscard]] bool shares_add_up_to_one(std::span<const FunderShare> shares);

/// Whether what `who` pays for is owed by a quote: a merchant's part, but not the issuer's own.
[[nodiscard]] bool owes_by_quote(const Programme& programme, const Funder& who);

/// Who pays for base points that `merchant` hands out: the issuer, or a partner that has a
/// programme of its own.
[[nodiscard]] Funder funder_of_base(const Programme& programme, std::string_view merchant);

}  // namespace tally::rules
