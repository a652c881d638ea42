// What falls due on an account: lots that expire, and the review of its tier
// (design/loyalty.md §5, §12, §18).
#include <tally/points/points.h>

#include <tally/base/check.h>
#include <tally/rules/evaluate.h>
#include <tally/state/programme_record.h>

#include "points/lots.h"

namespace tally::points {
namespace {

using state::Account;
using state::Totals;

/// Lots that expire at `deadline` leave. Where they are more than a receipt should bear, the rest
/// stays due at the same instant.
Result<Points> expire_lots(Account& account, Timestamp deadline, Receipt& receipt) {
  Points expired;
  while (receipt.lines.size() < kLotsTakenMax) {
    TRY(const auto lot, account.first_lot());
    if (!lot.has_value() || lot->expires_at > deadline) break;
    CHECK(lot->held.is_zero());  // nothing holds lots in this version
    TRY_VOID(account.take_from_first(lot->remaining));
    expired = checked_add(expired, lot->remaining).value();  // at most what is available
    receipt.lines.push_back(line_of(LineKind::Expired, account.id(), Piece{*lot, lot->remaining}));
  }
  return expired;
}

Result<void> count_expired(MerchantId programme, Points expired, StateDelta& delta) {
  TRY(Totals totals, state::totals(delta, programme));
  totals.available = checked_subtract(totals.available, expired).value();
  totals.expired = checked_add(totals.expired, expired).value();  // at most what was issued
  return state::put_totals(delta, programme, totals);
}

/// The receipt names the tier before and after, though they may be the same. Under a programme that
/// has no tiers any more nothing is left to review.
void review(Account& account, const state::ProgrammeRecord& record, Receipt& receipt) {
  Standing& standing = account.head.standing;
  RuleFacts facts;
  facts.programme_version = record.version;
  facts.enrolled_at = account.head.enrolled_at;
  facts.tier = standing.tier.tier;
  facts.qualifying = standing.tier.qualifying;
  standing = rules::review_tier(record.rules.programme, std::move(standing));
  facts.tier_after = standing.tier.tier;
  receipt.facts = std::move(facts);
}

}  // namespace

Result<std::optional<Receipt>> run_first_due(const AccountId& id, Timestamp now, Position place,
                                             state::RuleBook& rules, StateDelta& delta) {
  TRY(const auto bytes, delta.find(state::account_key(id)));
  if (!bytes.has_value()) return std::optional<Receipt>();
  TRY(const Timestamp deadline, state::decode_deadline(*bytes));
  if (deadline > now) return std::optional<Receipt>();

  TRY(auto account, Account::load(delta, id));
  Receipt receipt;
  receipt.position = place;
  TRY(const Points expired, expire_lots(*account, deadline, receipt));
  if (receipt.lines.empty()) {
    TRY(const auto* const record, rules.in_force(delta, id.programme, place.height));
    CHECK(record != nullptr);
    review(*account, *record, receipt);
    CHECK(account->head.standing.tier.valid_until > deadline);
  }
  account->head.available = checked_subtract(account->head.available, expired).value();
  account->enter(receipt);
  TRY_VOID(account->store(delta));
  if (!expired.is_zero()) TRY_VOID(count_expired(id.programme, expired, delta));
  return std::optional<Receipt>(std::move(receipt));
}

}  // namespace tally::points
