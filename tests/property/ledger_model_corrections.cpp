// The model's corrections: what operators give, take, bring in, extend and reinstate.
#include <tally/base/calendar.h>
#include <tally/base/check.h>

#include "property/ledger_model.h"

#include <algorithm>

namespace tally::test {
namespace {

constexpr Ms kDayMs = 86'400'000;

}  // namespace

void LedgerModel::judge_adjust_limit(const ModelCall& call, const ModelAccount& account,
                                     Amount points, ModelAnswer& answer) const {
  if (two_operators(call)) return;
  const Amount limit = rules().programme.adjust.alone_per_day.value();
  const std::int64_t day = place_of(Period::Day, call.now);
  const auto by_operator = adjusted_.find({call.signer, day});
  const Amount used = by_operator == adjusted_.end() ? 0 : by_operator->second;
  const Amount of_member = account.adjusted_day == day ? account.adjusted : 0;
  if (used + points > limit || of_member + points > limit)
    answer.must.insert(Outcome::ApprovalsMissing);
}

void LedgerModel::judge(const Adjust& adjust, const ModelCall& call, ModelAnswer& answer) const {
  ModelAnswer of_member;
  const ModelAccount* account = check_open(adjust.member, of_member);
  answer.must.merge(of_member.must);
  if (account == nullptr) return;
  judge_adjust_limit(call, *account, adjust.points.value(), answer);
  if (adjust.direction == AdjustDirection::Debit &&
      adjust.points.value() > available(resolved(adjust.member)))
    answer.must.insert(Outcome::InsufficientAvailable);
}

void LedgerModel::apply(const Adjust& adjust, const ModelCall& call) {
  ModelAccount& one = account(adjust.member);
  const Amount points = adjust.points.value();
  if (!two_operators(call)) {
    const std::int64_t day = place_of(Period::Day, call.now);
    adjusted_[{call.signer, day}] += points;
    if (one.adjusted_day != day) one.adjusted = 0;
    one.adjusted_day = day;
    one.adjusted += points;
  }
  if (adjust.direction == AdjustDirection::Debit) {
    take({resolved(adjust.member)}, points);
    totals_.issued -= points;
    return;
  }
  totals_.issued += points;
  ModelWaiting lot;
  lot.version = in_force_;
  lot.lot.id = LotId{call.place, 0};
  lot.lot.earned = call.now;
  lot.lot.remaining = lot.lot.original = points;
  activate(one, lot, call.now);
}

/// Two of those that are named may be one member by now.
std::map<MemberId, Amount> LedgerModel::by_member(const AdjustBulk& bulk) const {
  std::map<MemberId, Amount> amounts;
  for (const AdjustedMember& each : bulk.members)
    amounts[resolved(each.member)] += each.points.value();
  return amounts;
}

void LedgerModel::judge(const AdjustBulk& bulk, const ModelCall& call, ModelAnswer& answer) const {
  if (!two_operators(call)) answer.must.insert(Outcome::ApprovalsMissing);
  Amount moved = 0;
  Amount settled = 0;
  for (const auto& [member, points] : by_member(bulk)) {
    ModelAnswer of_member;
    const ModelAccount* account = check_open(member, of_member);
    answer.must.merge(of_member.must);
    if (account == nullptr) continue;
    moved += points;
    if (bulk.direction == AdjustDirection::Credit)
      settled += std::min(points, account->debt);
    else if (points > available(member))
      answer.must.insert(Outcome::InsufficientAvailable);
  }
  if (moved != bulk.moved.value() || settled != bulk.settled.value())
    answer.must.insert(Outcome::TotalsDiffer);
}

void LedgerModel::apply(const AdjustBulk& bulk, const ModelCall& call) {
  std::uint16_t entry = 0;
  for (const auto& [member, points] : by_member(bulk)) {
    ModelAccount& one = accounts_.at(member);
    if (bulk.direction == AdjustDirection::Debit) {
      take({member}, points);
      totals_.issued -= points;
      continue;
    }
    totals_.issued += points;
    ModelWaiting lot;
    lot.version = in_force_;
    lot.lot.id = LotId{call.place, entry++};
    lot.lot.earned = call.now;
    lot.lot.remaining = lot.lot.original = points;
    activate(one, lot, call.now);
  }
}

void LedgerModel::judge(const OpenLots& open, const ModelCall& call, ModelAnswer& answer) const {
  if (!two_operators(call)) answer.must.insert(Outcome::ApprovalsMissing);
  for (const OpeningLot& lot : open.lots) {
    ModelAnswer of_member;
    check_open(lot.member, of_member);
    answer.must.merge(of_member.must);
    if (opened_.contains(lot.ref)) answer.must.insert(Outcome::DuplicateRef);
    if (lot.earned_at.milliseconds() > call.now) answer.must.insert(Outcome::EventInFuture);
    if (lot.expires_at.milliseconds() <= call.now) answer.must.insert(Outcome::TooLate);
  }
}

void LedgerModel::apply(const OpenLots& open, const ModelCall& call) {
  for (std::size_t i = 0; i < open.lots.size(); ++i) {
    const OpeningLot& each = open.lots[i];
    opened_.insert(each.ref);
    totals_.issued += each.points.value();
    ModelLot lot;
    lot.id = LotId{call.place, static_cast<std::uint16_t>(i)};
    lot.earned = each.earned_at.milliseconds();
    lot.available_at = call.now;
    lot.expires = each.expires_at.milliseconds();
    lot.remaining = lot.original = each.points.value();
    add_lot(account(each.member), lot, true);
  }
}

void LedgerModel::judge(const Extend& extend, const ModelCall&, ModelAnswer& answer) const {
  ModelAnswer of_member;
  const ModelAccount* account = check_open(extend.member, of_member);
  answer.must.merge(of_member.must);
  if (account == nullptr) return;
  const ModelLot* lot = first_part(*account, extend.lot);
  if (lot == nullptr) {
    answer.must.insert(Outcome::UnknownLot);
    return;
  }
  // There is no date to move, or it was moved for good (§10).
  if (lot->idle || lot->expires == kNeverMs) answer.must.insert(Outcome::NotEnabled);
  if (lot->late) answer.must.insert(Outcome::TooLate);
}

void LedgerModel::apply(const Extend& extend, const ModelCall&) {
  ModelAccount& one = account(extend.member);
  const ModelLot* part = first_part(one, extend.lot);
  ModelLot lot = *part;
  one.lots.erase(one.lots.begin() + (part - one.lots.data()));
  // The instant before it is of the last valid day.
  const Timestamp last(lot.expires - 1);
  lot.expires =
      expiry_after_months(rules().programme.utc_offsets, last, extend.months, extend.rounding)
          .milliseconds();
  put(one, lot);
}

/// A lot of which a part was held, or came back, may stand twice, with two dates: the earlier one.
const ModelLot* LedgerModel::first_part(const ModelAccount& account, const LotId& id) const {
  const ModelLot* first = nullptr;
  for (const ModelLot& lot : account.lots) {
    if (lot.id != id) continue;
    if (first == nullptr || expiry_of(account, lot) < expiry_of(account, *first)) first = &lot;
  }
  return first;
}

void LedgerModel::judge(const Reinstate& reinstate, const ModelCall& call,
                        ModelAnswer& answer) const {
  if (rules().programme.expiry.reinstate.window_days == 0) answer.must.insert(Outcome::NotEnabled);
  ModelAnswer of_member;
  const ModelAccount* account = check_open(reinstate.member, of_member);
  answer.must.merge(of_member.must);
  if (account == nullptr) return;
  const Ms from = reinstated_from(call.now);
  if (std::none_of(account->expired.begin(), account->expired.end(),
                   [&](const ModelLot& lot) { return lot.expires >= from && !lot.late; }))
    answer.must.insert(Outcome::TooLate);
}

Ms LedgerModel::reinstated_from(Ms request) const {
  const auto& offsets = rules().programme.utc_offsets;
  const std::int64_t today = local_day(offsets, Timestamp(request));
  const std::int64_t first = today - rules().programme.expiry.reinstate.window_days;
  return start_of_day(offsets, civil_from_days(first)).milliseconds();
}

void LedgerModel::apply(const Reinstate& reinstate, const ModelCall& call) {
  ModelAccount& one = account(reinstate.member);
  const Reinstatement& rule = rules().programme.expiry.reinstate;
  const Ms from = reinstated_from(call.now);
  std::vector<ModelLot> back;
  std::erase_if(one.expired, [&](const ModelLot& lot) {
    if (lot.expires >= from && !lot.late) back.push_back(lot);
    return true;
  });
  for (ModelLot lot : back) {
    totals_.expired -= lot.remaining;
    lot.expires = call.now + rule.valid_days * kDayMs;
    lot.late = true;
    add_lot(one, lot, false);
  }
}

}  // namespace tally::test
