// When points of an account expire, by the rule under which they became available
// (design/loyalty.md §12).
#pragma once

#include <tally/points/points.h>
#include <tally/rules/evaluate.h>
#include <tally/state/books.h>

namespace tally::points {

/// The rule of a line: its campaign's own, if it has one, else the programme's.
/// `campaign`: an id; empty, or of a campaign without a rule of its own: the programme's.
[[nodiscard]] const ExpiryRule& expiry_rule_of(const Programme& programme,
                                               std::string_view campaign);

/// Dates a lot that becomes available at `start`. Of an idle one the date is the head's, which is
/// set if there was none, or it has passed: what comes later counts from its own day at least.
void date_lot(state::Lot& lot, state::AccountHead& head, const ExpiryRule& rule,
              const Programme& programme, Timestamp start);

/// Lots that expire at `deadline` leave, a line each; the account remembers them while `programme`
/// reinstates. Where they are more than a receipt should bear, the rest stays due at that instant.
[[nodiscard]] Result<void> expire_lots(state::Books& books, state::Account& account,
                                       const Programme& programme, Timestamp deadline);

}  // namespace tally::points
