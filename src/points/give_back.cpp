// From a redemption's lines back to the lots that they were taken from.
#include "points/give_back.h"

#include <tally/base/canary.h>
#include <tally/base/check.h>
#include <tally/state/issuer.h>

#include "points/funding.h"
#include "points/heads.h"

#include <algorithm>
#include <set>

namespace tally::points {
namespace {

using state::Account;
using state::Books;
using state::Lot;

bool is_spent(const ReceiptLine& line) {
  return line.kind == LineKind::Redeemed || line.kind == LineKind::Captured;
}

/// At most what was issued.
Points sum_of(Points a, Points b) {
  const auto sum = checked_add(a, b);
  CHECK(sum.has_value());
  return *sum;
}

Points points_of(const OrderEvent& redemption) {
  Points points;
  for (const ReceiptLine& line : redemption.past.receipt.lines)
    if (is_spent(line)) points = sum_of(points, line.points);
  return points;
}

/// FLOOR(a · part / whole), part ≤ whole.
std::int64_t share_of(std::int64_t a, std::int64_t part, std::int64_t whole) {
  if (whole == 0) return 0;
  return muldiv(a, std::min(part, whole), whole, Rounding::Floor).value();
}

/// One line's lot gets `points` again. Those of a programme that has ended come and go.
Result<bool> give_back_line(const ReceiptLine& line, Points points, const ExpiryRule& rule,
                            Books& books, const GivingBack& by) {
  TRY(Account* const account, by.accounts->find(line.account));
  const Lot lot = state::lot_of(line);
  TRY(const state::IssuerRecord issuer, state::find_issuer(*by.delta, line.account.programme));
  if (issuer.state == state::IssuerState::Closed)
    return books.post(LineKind::GivenBack, *account, &lot, points) &&
           books.post(LineKind::Expired, *account, &lot, points, std::string(kProgrammeClosed));
  if (check_open(account->head) == Outcome::Accepted)
    return books.bring_back(LineKind::GivenBack, *account, lot, points, rule);
  return books.post(LineKind::GivenBack, *account, &lot, points) &&
         books.post(LineKind::Forfeited, *account, &lot, points);
}

/// So many points of one redemption, after the `before` that have come back already.
Result<bool> give_back_part(const OrderEvent& redemption, Points before, Points points,
                            const GivingBack& by) {
  TRY(const auto* const programme,
      by.context->rules->in_force(*by.delta, redemption.programme, by.context->height));
  CHECK(programme != nullptr);  // a version was in force when its points were taken
  const ExpiryRule& rule = programme->rules.programme.expiry;
  TRY(Books* const books, by.books->of(redemption.programme));
  const std::vector<ReceiptLine>& lines = redemption.past.receipt.lines;
  for (auto line = lines.rbegin(); line != lines.rend() && !points.is_zero(); ++line) {
    if (!is_spent(*line)) continue;
    const Points there = left_of(line->points, before);
    before = left_of(before, line->points);
    const Points part = smaller(there, points);
    if (part.is_zero()) continue;
    TRY(const bool given, give_back_line(*line, part, rule, *books, by));
    if (!given) return false;
    points = left_of(points, part);
  }
  return true;
}

/// The price stands in what arose: so many points were owed for, and so much.
Result<bool> take_back_owed(const OrderEvent& redemption, Points points, const GivingBack& by) {
  const Receipt& receipt = redemption.past.receipt;
  const auto arose = std::ranges::find_if(receipt.obligations, [](const Obligation& obligation) {
    return obligation.reason == ObligationReason::Redeemed && !obligation.origin.has_value();
  });
  if (arose == receipt.obligations.end() || canary(113)) return true;
  const std::int64_t price = arose->amount.value() / points_of(redemption).value();
  return owe_for({arose->debtor, arose->creditor, arose->currency, price}, points,
                 ObligationReason::Redeemed, by.context->ledger_time, *by.delta, *by.receipt,
                 redemption.part.position);
}

/// What of this redemption came back; a new one's entry takes its place.
state::RedemptionReturned& so_far(GivenBack& returned, const OrderEvent& redemption) {
  const Position position = redemption.part.position;
  const auto place = std::ranges::lower_bound(returned.parts, position, {},
                                              &state::RedemptionReturned::redemption);
  if (place != returned.parts.end() && place->redemption == position) return *place;
  return *returned.parts.insert(place, {position, Points()});
}

/// What of one programme's points comes back in all, noted in `now`; and what value they paid.
std::int64_t give_in_programme(const OrderPast& past, MerchantId programme, Money refunded,
                               GivenBack& now) {
  std::int64_t spent = 0;
  std::int64_t value = 0;
  std::int64_t given = 0;
  for (const OrderEvent& redemption : past.redemptions) {
    if (redemption.programme != programme) continue;
    // At most 2^53 each, and few.
    spent += points_of(redemption).value();
    value += redemption.past.receipt.value.minor_units();
    given += so_far(now, redemption).points.value();
  }
  const std::int64_t in_all =
      std::max(given, share_of(spent, refunded.minor_units(), past.total.minor_units()));
  Points left = Points::from(std::min(in_all - given, kPointsMax)).value();
  for (auto redemption = past.redemptions.rbegin(); redemption != past.redemptions.rend();
       ++redemption) {
    if (redemption->programme != programme) continue;
    Points& points = so_far(now, *redemption).points;
    const Points part = smaller(left, left_of(points_of(*redemption), points));
    points = sum_of(points, part);
    left = left_of(left, part);
  }
  return share_of(value, in_all, spent);
}

}  // namespace

GivenBack given_back_in_all(const OrderPast& past, Money refunded, const GivenBack& before) {
  GivenBack now = before;
  std::set<MerchantId> programmes;
  for (const OrderEvent& redemption : past.redemptions)
    programmes.insert(redemption.programme);
  std::int64_t paid = 0;
  for (const MerchantId programme : programmes)
    paid += give_in_programme(past, programme, refunded, now);
  now.value = std::max(before.value, Money::from(std::min(paid, kPointsMax)).value());
  return now;
}

Result<bool> give_back(const OrderPast& past, const GivenBack& before, const GivenBack& now,
                       const GivingBack& by) {
  GivenBack then = before;
  GivenBack after = now;
  for (auto redemption = past.redemptions.rbegin(); redemption != past.redemptions.rend();
       ++redemption) {
    const Points was = so_far(then, *redemption).points;
    const Points points = left_of(so_far(after, *redemption).points, was);
    if (points.is_zero()) continue;
    TRY(const bool given, give_back_part(*redemption, was, points, by));
    if (!given) return false;
    TRY(const bool taken_back, take_back_owed(*redemption, points, by));
    if (!taken_back) return false;
  }
  return true;
}

}  // namespace tally::points
