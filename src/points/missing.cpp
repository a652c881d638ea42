// What a refused transaction lacks (design/loyalty.md §21).
#include <tally/base/check.h>
#include <tally/points/missing.h>
#include <tally/state/exchange_rate.h>
#include <tally/state/identity.h>
#include <tally/state/quote.h>

#include "points/heads.h"
#include "points/pools.h"
#include "points/redemption.h"
#include "points/transfers.h"

#include <algorithm>

namespace tally::points {
namespace {

using state::AccountHead;

constexpr std::size_t kDatesTold = 8;

/// What an action asks of an account: so many points.
struct Wanted {
  AccountId account;
  Points points;
  bool of_pool = false;  ///< whether it may be paid by the others of a pool
};

std::optional<Wanted> wanted_by(const Redeem& redeem, const Programme& programme) {
  const AccountId id{redeem.member, redeem.programme};
  // A reward's price may be in another merchant's points.
  if (redeem.mode == RedeemMode::Reward) return std::nullopt;
  if (redeem.mode == RedeemMode::Exactly) return Wanted{id, redeem.points, true};
  const Points whole = programme.redeem.mixed ? Points() : most_points(programme.redeem, redeem);
  return Wanted{id, std::max(programme.redeem.minimum, smaller(whole, redeem.points)), true};
}

std::optional<Wanted> wanted_by(const Action& action, const Programme& programme) {
  if (const auto* redeem = std::get_if<Redeem>(&action)) return wanted_by(*redeem, programme);
  if (const auto* hold = std::get_if<Hold>(&action)) return wanted_by(hold->redeem, programme);
  if (const auto* transfer = std::get_if<Transfer>(&action)) {
    const Points fee = transfer_fee(programme.transfer, transfer->points);
    const auto sum = checked_add(transfer->points, fee);
    return Wanted{{transfer->from, transfer->programme}, sum.value_or(transfer->points)};
  }
  if (const auto* pool = std::get_if<Pool>(&action))
    return Wanted{{pool->member, pool->programme}, programme.transfer.fee_min};
  const auto* adjust = std::get_if<Adjust>(&action);
  if (adjust == nullptr || adjust->direction != AdjustDirection::Debit) return std::nullopt;
  return Wanted{{adjust->member, adjust->programme}, adjust->points};
}

/// As many as are offered, or as those cost that are wanted, with the fee.
Result<std::optional<Wanted>> wanted_by(const ExchangePoints& exchange, const Programme& programme,
                                        Timestamp now, const StateView& view) {
  const AccountId id{exchange.member, exchange.programme};
  if (exchange.mode == ExchangeMode::In) return std::optional(Wanted{id, exchange.points});
  TRY(const auto rate, state::rate_between(view, exchange.programme, exchange.into, now));
  if (!rate.has_value()) return std::optional<Wanted>();
  const std::uint32_t fee_bp = programme.exchange.fee_basis_points;
  const auto cost = state::exchange_out(exchange.points, *rate, fee_bp);
  if (!cost.has_value()) return std::optional<Wanted>();
  return std::optional(Wanted{id, checked_add(cost->charge, cost->fee).value()});
}

/// The members whose standing may keep an action out, with the programme.
std::vector<AccountId> accounts_of(const Action& action) {
  if (const auto* transfer = std::get_if<Transfer>(&action))
    return {{transfer->from, transfer->programme}, {transfer->to, transfer->programme}};
  if (const auto* hold = std::get_if<Hold>(&action))
    return {{hold->redeem.member, hold->redeem.programme}};
  if (const auto* merge = std::get_if<Merge>(&action)) return {{merge->source, merge->programme}};
  return std::visit(
      [](const auto& fields) -> std::vector<AccountId> {
        if constexpr (requires { AccountId{fields.member, fields.programme}; })
          return {{fields.member, fields.programme}};
        else
          return {};
      },
      action);
}

void add_unusable(Missing& missing, Points points, Timestamp until, bool held) {
  const auto same = std::find_if(
      missing.not_usable.begin(), missing.not_usable.end(),
      [&](const NotYetUsable& each) { return each.until == until && each.held == held; });
  if (same != missing.not_usable.end())
    same->points = checked_add(same->points, points).value();  // at most what was issued
  else if (missing.not_usable.size() < kDatesTold)
    missing.not_usable.push_back({points, until, held});
}

Result<void> add_points(const Wanted& wanted, const StateView& view, Missing& missing) {
  TRY(auto account, state::Account::load(view, wanted.account));
  if (!account.has_value()) return {};
  Points available = account->head.available;
  if (wanted.of_pool) {
    TRY(available, available_to(view, wanted.account, account->head));
  }
  if (wanted.points <= available) return {};
  missing.points = checked_subtract(wanted.points, available).value();
  TRY(const auto waiting, account->all_pending());
  for (const state::PendingLot& each : waiting)
    add_unusable(missing, each.lot.remaining, each.lot.available_at, false);
  for (const state::OpenHold& hold : account->head.holds) {
    TRY(const auto record, state::find_hold(view, hold.hold));
    CHECK(record.has_value());
    for (const state::HeldPiece& piece : record->pieces)
      if (piece.owner == wanted.account.member)
        add_unusable(missing, piece.points, hold.deadline, true);
  }
  return {};
}

/// From when on the account is no reason any more for an outcome that time mends.
std::optional<Timestamp> end_of(Outcome outcome, const AccountHead& head,
                                const Programme& programme) {
  if (outcome == Outcome::CoolingOff) return head.enrolled_at.plus(programme.transfer.cooling_off);
  if (head.holds.empty()) return std::nullopt;
  if (outcome == Outcome::TooManyHolds) return head.holds.front().deadline;
  if (outcome == Outcome::HoldsOpen) return head.holds.back().deadline;
  return std::nullopt;
}

Result<void> add_times(const Action& action, Outcome outcome, const Programme& programme,
                       const StateView& view, Missing& missing) {
  for (const AccountId& id : accounts_of(action)) {
    TRY(const auto head, find_head(view, id));
    if (!head.has_value()) continue;
    // Of a gift the sender's alone is told: who receives it may keep theirs to themselves.
    if (id != accounts_of(action).front()) continue;
    const auto end = end_of(outcome, *head, programme);
    if (end.has_value()) missing.not_before = std::max(missing.not_before.value_or(*end), *end);
    if (outcome == Outcome::DebtOutstanding) missing.debt = head->debt;
  }
  return {};
}

}  // namespace

Result<Missing> what_is_missing(const Action& action, Outcome outcome, Timestamp now, Height height,
                                state::RuleBook& rules, const StateView& view) {
  Missing missing;
  if (const auto* recover = std::get_if<Recover>(&action)) {
    TRY(const auto record, state::find_recovery(view, recover->member));
    if (outcome == Outcome::TooEarly && record.has_value() && record->ready_at > now)
      missing.not_before = record->ready_at;
    return missing;
  }
  const std::vector<AccountId> accounts = accounts_of(action);
  if (accounts.empty()) return missing;
  TRY(const auto* const record, rules.in_force(view, accounts.front().programme, height));
  if (record == nullptr) return missing;
  const Programme& programme = record->rules.programme;
  if (outcome == Outcome::InsufficientAvailable || outcome == Outcome::BelowMinimum) {
    std::optional<Wanted> wanted = wanted_by(action, programme);
    if (const auto* exchange = std::get_if<ExchangePoints>(&action)) {
      TRY(wanted, wanted_by(*exchange, programme, now, view));
    }
    if (wanted.has_value()) TRY_VOID(add_points(*wanted, view, missing));
  }
  TRY_VOID(add_times(action, outcome, programme, view, missing));
  if (missing.not_before.has_value() && *missing.not_before <= now) missing.not_before.reset();
  return missing;
}

}  // namespace tally::points
