// The model's returns: what comes back of a purchase, and of what paid for it.
#include <tally/base/check.h>

#include "property/ledger_model.h"

#include <algorithm>

namespace tally::test {
namespace {

Amount divide_down(Amount a, Amount n, Amount d) {
  return static_cast<Amount>(static_cast<__int128>(a) * n / d);
}

}  // namespace

Amount LedgerModel::order_total(const ModelOrder& order) const {
  if (order.earn.has_value()) return order.earn->purchase.total.minor_units();
  // Parts of one basket: the page speaks of one purchase, so the largest is all of it.
  Amount basket = 0;
  for (const ModelPaid& paid : order.paid)
    basket = std::max(basket, paid.basket);
  return basket;
}

void LedgerModel::judge(const Reverse& reverse, const ModelCall& call, ModelAnswer& answer) const {
  const ModelOrder* order = remembered(reverse.order, call.now);
  if (order == nullptr || (!order->earn.has_value() && order->paid.empty())) {
    answer.must.insert(Outcome::UnknownOrder);
    return;
  }
  Ms end = order->earn.has_value() ? order->earn->at + order->earn->window : kNeverMs;
  for (const ModelPaid& paid : order->paid)
    end = std::min(end, paid.at + paid.window);
  if (call.now >= end) answer.must.insert(Outcome::ReturnTooLate);
  const Amount total = order_total(*order);
  if (order->total_back >= total) answer.must.insert(Outcome::AlreadyReturned);
  // A redemption alone knows of no tax.
  Amount tax = kPointsMax;
  Amount excluded = kPointsMax;
  if (order->earn.has_value()) {
    tax = order->earn->purchase.tax.minor_units();
    excluded = order->earn->purchase.excluded.minor_units();
  }
  if (order->total_back + reverse.total.minor_units() > total ||
      order->tax_back + reverse.tax.minor_units() > tax ||
      order->excluded_back + reverse.excluded.minor_units() > excluded)
    answer.must.insert(Outcome::RefundExceedsOrder);
}

void LedgerModel::apply(const Reverse& reverse, const ModelCall& call) {
  ModelOrder& order = orders_.at(reverse.order);
  const Amount total = order_total(order);
  order.total_back += reverse.total.minor_units();
  order.tax_back += reverse.tax.minor_units();
  order.excluded_back += reverse.excluded.minor_units();
  give_back(order, call.now, order.total_back, total);
  if (order.earn.has_value()) claw(order, call.now);
}

void LedgerModel::give_back(ModelOrder& order, Ms now, Amount refunded, Amount total) {
  Amount points = 0;
  Amount value = 0;
  for (const ModelPaid& paid : order.paid) {
    points += paid.points;
    value += paid.value;
  }
  if (points == 0) return;
  // The earn may come after a return, with a larger total: what came back is not taken again.
  const Amount in_all = std::max(order.points_back, divide_down(points, refunded, total));
  Amount rest = in_all - order.points_back;
  order.points_back = in_all;
  order.value_back = std::max(order.value_back, divide_down(value, in_all, points));
  totals_.redeemed -= rest;
  for (auto paid = order.paid.rbegin(); paid != order.paid.rend(); ++paid)
    for (auto piece = paid->pieces.rbegin(); piece != paid->pieces.rend(); ++piece) {
      const Amount back = std::min(rest, piece->points);
      if (back == 0) continue;
      rest -= back;
      piece->points -= back;
      ModelAccount& owner = account(piece->owner);
      if (owner.closed)
        totals_.forfeited += back;
      else
        bring_back(owner, piece->lot, back, now);
    }
}

void LedgerModel::claw(ModelOrder& order, Ms) {
  ModelEarned& earned = *order.earn;
  Earn rest = earned.purchase;
  rest.total = Money::from(rest.total.minor_units() - order.total_back).value();
  rest.tax = Money::from(rest.tax.minor_units() - order.tax_back).value();
  rest.excluded = Money::from(rest.excluded.minor_units() - order.excluded_back).value();
  const ModelRules& rules = versions_.at(earned.version).rules;
  const Amount now = eligible(rules, rest, std::max<Amount>(0, earned.paid - order.value_back));
  std::vector<Amount> claims;
  Amount all = 0;
  for (ModelPosted& line : earned.lines) {
    Amount worth = now / rules.per;
    for (const ModelCampaign& campaign : rules.campaigns)
      if (campaign.id == line.source) worth = now >= campaign.from ? campaign.bonus : 0;
    // What has come back whole was no purchase, though a condition may still hold of it.
    if (order.total_back == earned.purchase.total.minor_units()) worth = 0;
    worth = std::min({worth, line.headroom, line.points});
    const Amount claim = std::max<Amount>(0, line.points - worth - line.claimed);
    line.claimed += claim;
    claims.push_back(claim);
    all += claim;
  }
  Amount recovered = recover(account(earned.member), order, all);
  totals_.clawed += recovered;
  totals_.unrecovered += all - recovered;
  for (std::size_t i = 0; i < claims.size(); ++i) {
    ModelPosted& line = earned.lines[i];
    const Amount got = std::min(recovered, claims[i]);
    recovered -= got;
    line.recovered += got;
    if (spent_.contains(line.source) && takes_back(line.source)) spent_[line.source] -= got;
  }
}

/// What is recovered returns to a budget while its campaign has not ended (§8), nor was left out.
bool LedgerModel::takes_back(const std::string& campaign) const {
  const auto& all = rules().campaigns;
  return std::any_of(all.begin(), all.end(),
                     [&](const ModelCampaign& each) { return each.id == campaign && !each.ended; });
}

Amount LedgerModel::recover(ModelAccount& account, const ModelOrder& order, Amount claim) {
  if (account.closed) return 0;
  const Amount asked = claim;
  const ReturnsRule& rule = rules().programme.returns;
  const auto take_some = [&](Amount& from) {
    const Amount taken = std::min(claim, from);
    from -= taken;
    claim -= taken;
  };
  std::sort(account.waiting.begin(), account.waiting.end(),
            [](const auto& a, const auto& b) { return a.lot.id < b.lot.id; });
  for (ModelWaiting& waiting : account.waiting)
    if (waiting.lot.id.transaction == order.earn->place) take_some(waiting.lot.remaining);
  std::erase_if(account.waiting, [](const auto& waiting) { return waiting.lot.remaining == 0; });
  if (rule.clawback == Clawback::OnlyPending) return asked - claim;

  const auto origin_first = [&](const ModelLot& a, const ModelLot& b) {
    const auto key = [&](const ModelLot& lot) {
      // The order's own one after the other; of one that stands twice what expires first.
      const bool is_origin = lot.id.transaction == order.earn->place;
      return std::tuple(!is_origin, is_origin ? lot.id : LotId(), expiry_of(account, lot),
                        lot.earned, lot.id);
    };
    return key(a) < key(b);
  };
  std::sort(account.lots.begin(), account.lots.end(), origin_first);
  for (ModelLot& lot : account.lots)
    take_some(lot.remaining);
  std::erase_if(account.lots, [](const ModelLot& lot) { return lot.remaining == 0; });

  MemberId self;
  for (const auto& [id, each] : accounts_)
    if (&each == &account) self = id;
  Amount most = held(self);
  if (rule.clawback == Clawback::Unlimited)
    most = rule.debt_limit.has_value() ? most + rule.debt_limit->value() : kPointsMax;
  Amount room = std::max<Amount>(0, most - account.debt);
  const Amount before = room;
  take_some(room);
  account.debt += before - room;
  return asked - claim;
}

}  // namespace tally::test
