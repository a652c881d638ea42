// What falls due on an account: holds that time out, points that activate, lots that expire, and
// the review of its tier (design/loyalty.md §5).
#include <tally/points/points.h>

#include <tally/base/check.h>
#include <tally/rules/evaluate.h>
#include <tally/state/books.h>

#include "points/activation.h"
#include "points/award.h"
#include "points/expiry.h"
#include "points/holds.h"

#include <algorithm>

namespace tally::points {
namespace {

using state::Account;
using state::Books;
using state::PendingLot;

/// In the order in which they run at one instant.
enum class DueKind : std::uint8_t { TimeOut = 1, Activation = 2, Expiry = 3, Review = 4 };

/// Which kind comes first at `deadline`, the account's earliest.
Result<DueKind> first_kind(Account& account, Timestamp deadline) {
  const auto& holds = account.head.holds;
  if (!holds.empty() && holds.front().deadline <= deadline) return DueKind::TimeOut;
  TRY(const auto waiting, account.first_pending());
  if (waiting.has_value() && waiting->lot.available_at <= deadline) return DueKind::Activation;
  TRY(const auto lot, account.first_lot());
  if (lot.has_value() && lot->expires_at <= deadline) return DueKind::Expiry;
  return DueKind::Review;
}

/// One account's first deadline, on its way to a receipt.
class Entry {
 public:
  Entry(const AccountId& id, Timestamp deadline, const DueContext& context, StateDelta& delta,
        Receipt& receipt)
      : id_(id), deadline_(deadline), context_(context), delta_(delta), receipt_(receipt) {}

  Result<void> run() {
    TRY(auto account, Account::load(delta_, id_));
    CHECK(account.has_value());
    TRY(const DueKind kind, first_kind(*account, deadline_));
    switch (kind) {
      case DueKind::TimeOut:
        return time_out(account->head.holds.front().hold, context_, delta_, receipt_);
      case DueKind::Activation:
        return activate_first(*account);
      case DueKind::Expiry:
        return expire(*account);
      case DueKind::Review:
        return review(*account);
    }
    CHECK(false);
  }

 private:
  /// All of one transaction that become available at this instant.
  Result<void> activate_first(Account& account) {
    Activation activation;
    activation.account = id_;
    activation.at = deadline_;
    TRY(activation.lots, first_together(account));
    TRY(const bool awarded, try_activation(activation));
    if (awarded) return {};
    // What is due cannot be refused: the points come, without what their rules would have given.
    activation.with_rules = false;
    TRY(const bool activated, try_activation(activation));
    CHECK(activated);
    return {};
  }

  /// All that wait of the first one's transaction and instant. They stand side by side at the
  /// front, so an account with thousands that wait is read whole only where these fill its first
  /// page.
  Result<std::vector<PendingLot>> first_together(Account& account) {
    TRY(const auto bytes, delta_.find(state::account_key(id_)));
    CHECK(bytes.has_value());
    TRY(state::AccountRecord record, state::decode_account(*bytes));
    std::vector<PendingLot>& lots = record.waiting.first_page;
    CHECK(!lots.empty());
    const PendingLot first = lots.front();
    const auto is_together = [&](const PendingLot& pending) {
      return pending.lot.id.transaction == first.lot.id.transaction &&
             pending.lot.available_at == first.lot.available_at;
    };
    if (is_together(lots.back()) && !record.waiting.further.empty()) {
      TRY(lots, account.pending_of(first.lot.id.transaction));
    }
    std::erase_if(lots, [&](const PendingLot& pending) { return !is_together(pending); });
    return std::move(lots);
  }

  Result<bool> try_activation(const Activation& activation) {
    StateDelta written = StateDelta::on(delta_);
    Receipt receipt = receipt_;
    TRY(const Outcome outcome,
        activate(activation, *context_.rules, *context_.history, written, receipt));
    if (outcome != Outcome::Accepted) return false;
    delta_.absorb(std::move(written));
    receipt_ = std::move(receipt);
    return true;
  }

  Result<void> expire(Account& account) {
    TRY(const auto* const record, in_force());
    TRY(Books books, Books::open(delta_, id_.programme, deadline_, receipt_));
    TRY_VOID(expire_lots(books, account, record->rules.programme, deadline_));
    TRY_VOID(books.close(account, delta_));
    return books.close(delta_);
  }

  /// The receipt names the tier before and after, though they may be the same. Under a programme
  /// that has no tiers any more nothing is left to review.
  Result<void> review(Account& account) {
    TRY(const auto* const record, in_force());
    Standing& standing = account.head.standing;
    RuleFacts facts;
    facts.programme_version = record->version;
    facts.enrolled_at = account.head.enrolled_at;
    facts.tier = standing.tier.tier;
    facts.qualifying = standing.tier.qualifying;
    standing = rules::review_tier(record->rules.programme, std::move(standing));
    facts.tier_after = standing.tier.tier;
    CHECK(standing.tier.valid_until > deadline_);
    receipt_.facts = std::move(facts);
    account.enter(receipt_);
    return account.store(delta_);
  }

  /// By the version of that instant, whatever block runs it.
  Result<const state::ProgrammeRecord*> in_force() {
    TRY(const auto* const record,
        context_.rules->in_force_at(delta_, *context_.history, id_.programme, deadline_));
    CHECK(record != nullptr);
    return record;
  }

  const AccountId& id_;
  Timestamp deadline_;
  const DueContext& context_;
  StateDelta& delta_;
  Receipt& receipt_;
};

}  // namespace

Result<std::optional<Receipt>> run_first_due(const AccountId& id, const DueContext& context,
                                             StateDelta& delta) {
  TRY(const auto bytes, delta.find(state::account_key(id)));
  if (!bytes.has_value()) return std::optional<Receipt>();
  TRY(const state::Deadlines deadlines, state::decode_deadlines(*bytes));
  if (deadlines.earliest() > context.now) return std::optional<Receipt>();

  Receipt receipt;
  receipt.position = context.place;
  TRY_VOID(Entry(id, deadlines.earliest(), context, delta, receipt).run());
  return std::optional<Receipt>(std::move(receipt));
}

Result<std::vector<AccountId>> accounts_beside(const AccountId& id, const DueContext& context,
                                               const StateView& view) {
  std::vector<AccountId> accounts;
  TRY(const auto bytes, view.find(state::account_key(id)));
  if (!bytes.has_value()) return accounts;
  TRY(const state::Deadlines deadlines, state::decode_deadlines(*bytes));
  if (deadlines.shared > deadlines.own || deadlines.shared > context.now) return accounts;

  TRY(auto account, Account::load(view, id));
  CHECK(account.has_value());
  TRY(const DueKind kind, first_kind(*account, deadlines.shared));
  if (kind == DueKind::TimeOut) {
    TRY(accounts, accounts_of_hold(view, account->head.holds.front().hold));
    std::erase(accounts, id);
  } else if (kind == DueKind::Activation) {
    TRY(const auto referrer, referrer_of_account(id, view));
    if (referrer.has_value()) accounts.push_back(*referrer);
  }
  return accounts;
}

}  // namespace tally::points
