// The model's purchases: what they earn, what pays for them, and what is held for them.
#include <tally/base/check.h>
#include <tally/base/limits.h>

#include "property/ledger_model.h"

#include <algorithm>

namespace tally::test {
namespace {

Amount divide_up(Amount a, Amount n, Amount d) {
  return static_cast<Amount>((static_cast<__int128>(a) * n + d - 1) / d);
}
Amount divide_down(Amount a, Amount n, Amount d) {
  return static_cast<Amount>(static_cast<__int128>(a) * n / d);
}

}  // namespace

// --- Orders. ---

Bytes LedgerModel::order_of(const Transaction& transaction) {
  return transaction.order_id.value_or(transaction.request_id);
}

const ModelOrder* LedgerModel::remembered(const Bytes& order, Ms now) const {
  const auto found = orders_.find(order);
  if (found == orders_.end() || now - found->second.latest > rules().memory) return nullptr;
  return &found->second;
}

ModelOrder& LedgerModel::touch(const Bytes& order, Ms now) {
  if (remembered(order, now) == nullptr) orders_[order] = ModelOrder();
  orders_[order].latest = now;
  return orders_[order];
}

void LedgerModel::pay(const Bytes& order, const ModelCall& call, ModelPaid paid) {
  paid.at = call.now;
  paid.window = rules().programme.returns.window.milliseconds();
  totals_.redeemed += paid.points;
  last_paid_ = paid.value;
  touch(order, call.now).paid.push_back(std::move(paid));
}

// --- Earn. ---

Amount LedgerModel::eligible(const ModelRules& rules, const Earn& earn, Amount paid) const {
  const Amount tax = rules.programme.earn.counts_tax ? 0 : earn.tax.minor_units();
  return std::max<Amount>(0, earn.total.minor_units() - tax - earn.excluded.minor_units() - paid);
}

std::vector<LedgerModel::Award> LedgerModel::awards(const ModelAccount& account,
                                                    Amount eligible) const {
  const Amount room = room_of_transaction();
  std::vector<Award> given;
  const Amount base = std::min(eligible / rules().per, room);
  given.push_back({"base", base, room, nullptr});
  const auto fits = [&](const ModelCampaign& campaign) {
    return !campaign.attested && eligible >= campaign.from;
  };
  add_bonuses(account, room - base, fits, given);
  return given;
}

Amount LedgerModel::room_of_transaction() const {
  Amount room = kPointsMax;
  for (const Cap& cap : rules().programme.earn.cap_points) {
    CHECK(cap.period == Period::Transaction);
    room = static_cast<Amount>(cap.limit);
  }
  return room;
}

void LedgerModel::add_bonuses(const ModelAccount& account, Amount room, const Fits& fits,
                              std::vector<Award>& given) const {
  for (const ModelCampaign& campaign : rules().campaigns) {
    if (!campaign.runs || !fits(campaign)) continue;
    const auto times = account.campaign_times.find(campaign.id);
    if (campaign.once && times != account.campaign_times.end()) continue;
    Amount headroom = room;
    if (campaign.budget > 0) {
      const auto spent = spent_.find(campaign.id);
      headroom = std::min(headroom, campaign.budget - (spent == spent_.end() ? 0 : spent->second));
    }
    const Amount award = std::min(campaign.bonus, headroom);
    if (award <= 0) continue;
    given.push_back({campaign.id, award, headroom, &campaign});
    room -= award;
  }
}

void LedgerModel::judge_event_time(Timestamp event_time, const ModelCall& call,
                                   ModelAnswer& answer) const {
  const Ms event = event_time.milliseconds();
  if (event > call.now + limits::kEventAheadMs) answer.must.insert(Outcome::EventInFuture);
  if (event + rules().programme.offline_window.milliseconds() < call.now)
    answer.must.insert(Outcome::EventTooOld);
}

void LedgerModel::judge(const Earn& earn, const ModelCall& call, ModelAnswer& answer) const {
  const Programme& programme = rules().programme;
  judge_event_time(earn.event_time, call, answer);
  if (earn.currency != programme.currency) answer.must.insert(Outcome::CurrencyNotAccepted);
  const ModelOrder* order = remembered(order_of(*call.transaction), call.now);
  if (order != nullptr && order->earn.has_value()) answer.must.insert(Outcome::DuplicateOrder);
  const MemberId member = named(earn.member, earn.token, answer);
  ModelAnswer of_member;
  const ModelAccount* account = check_open(member, of_member);
  if (!earn.token.has_value() || answer.must.count(Outcome::UnknownToken) == 0)
    answer.must.merge(of_member.must);
  if (account == nullptr) return;
  Amount points = 0;
  Amount paid = earn.paid_by_points.minor_units();
  Amount by_order = 0;
  if (order != nullptr)
    for (const ModelPaid& each : order->paid)
      by_order += each.value;
  for (const Award& award : awards(*account, eligible(rules(), earn, std::max(paid, by_order))))
    points += award.points;
  if (passes_limit(*account, VelocityWhat::Earn, points, call, false))
    answer.must.insert(Outcome::VelocityLimit);
}

void LedgerModel::apply(const Earn& earn, const ModelCall& call) {
  ModelAnswer unused;
  const MemberId member = named(earn.member, earn.token, unused);
  ModelAccount& account = accounts_.at(member);
  ModelOrder& order = touch(order_of(*call.transaction), call.now);
  Amount paid = 0;
  for (const ModelPaid& each : order.paid)
    paid += each.value;
  paid = std::max(paid, earn.paid_by_points.minor_units());
  const std::vector<Award> given = awards(account, eligible(rules(), earn, paid));
  Amount points = 0;
  for (const Award& award : given)
    points += award.points;
  const bool flagged = passes_limit(account, VelocityWhat::Earn, points, call, true);
  note(account, VelocityWhat::Earn, points, call);
  order.earn =
      ModelEarned{member, call.now, call.place, earn,
                  paid,   {},       in_force_,  rules().programme.returns.window.milliseconds()};
  move_idle(account, call.now);
  for (const Award& award : given)
    order.earn->lines.push_back({award.source, award.points, award.headroom, 0, 0});
  credit(account, given, call, flagged);
}

void LedgerModel::credit(ModelAccount& account, const std::vector<Award>& given,
                         const ModelCall& call, bool flagged) {
  // Lines that agree in when they come, when they go and who pays make one lot.
  std::vector<ModelWaiting> lots;
  for (const Award& award : given) {
    if (award.campaign != nullptr) {
      ++account.campaign_times[award.source];
      if (award.campaign->budget > 0) spent_[award.source] += award.points;
    }
    totals_.issued += award.points;
    if (award.points == 0) continue;
    const Pending& rule = rules().programme.earn.pending;
    const bool own = award.campaign != nullptr && award.campaign->pending.has_value();
    const Ms wait = own ? *award.campaign->pending : rule.span.milliseconds();
    ModelWaiting one;
    one.by_event = rule.by_event && !own;
    one.review = flagged;
    one.version = in_force_;
    one.lot.available_at = flagged ? kNeverMs : call.now + wait;
    one.lot.earned = call.now;
    one.lot.remaining = one.lot.original = award.points;
    if (award.campaign != nullptr && award.campaign->expiry.has_value())
      one.campaign = award.source;
    if (award.campaign != nullptr) one.lot.funder = award.campaign->funder;
    const auto same = std::find_if(lots.begin(), lots.end(), [&](const ModelWaiting& other) {
      return std::tie(other.lot.available_at, other.campaign, other.lot.funder) ==
             std::tie(one.lot.available_at, one.campaign, one.lot.funder);
    });
    if (same == lots.end()) {
      lots.push_back(one);
    } else {
      same->lot.remaining += award.points;
      same->lot.original += award.points;
    }
  }
  for (std::size_t i = 0; i < lots.size(); ++i)
    lots[i].lot.id = LotId{call.place, static_cast<std::uint16_t>(i)};
  // Which of several lots of one earn pays a debt first, the page does not say: those under the
  // programme's own rule, and the issuer's before others'.
  std::sort(lots.begin(), lots.end(), [](const ModelWaiting& a, const ModelWaiting& b) {
    return std::tie(a.campaign, a.lot.funder) < std::tie(b.campaign, b.lot.funder);
  });
  for (const ModelWaiting& lot : lots) {
    if (lot.lot.available_at > call.now)
      account.waiting.push_back(lot);
    else
      activate(account, lot, call.now);
  }
}

void LedgerModel::judge(const Activate& activate, const ModelCall& call,
                        ModelAnswer& answer) const {
  const ModelOrder* order = remembered(activate.order, call.now);
  if (order == nullptr || !order->earn.has_value()) {
    answer.must.insert(Outcome::UnknownOrder);
    return;
  }
  const MemberId member = resolved(order->earn->member);
  bool waits = false;
  bool review = false;
  for (const ModelWaiting& waiting : accounts_.at(member).waiting) {
    if (waiting.lot.id.transaction != order->earn->place) continue;
    waits = waits || waiting.by_event || waiting.review;
    review = review || waiting.review;
  }
  if (!waits) answer.must.insert(Outcome::TooLate);
  if (accounts_.at(member).closed) answer.must.insert(Outcome::MemberClosed);
  if (review && !is_operator(call)) answer.must.insert(Outcome::NotPermitted);
}

void LedgerModel::apply(const Activate& activation, const ModelCall& call) {
  const ModelOrder& order = orders_.at(activation.order);
  ModelAccount& account = accounts_.at(resolved(order.earn->member));
  std::vector<ModelWaiting> mine;
  std::erase_if(account.waiting, [&](const ModelWaiting& waiting) {
    const bool goes =
        waiting.lot.id.transaction == order.earn->place && (waiting.by_event || waiting.review);
    if (goes) mine.push_back(waiting);
    return goes;
  });
  std::sort(mine.begin(), mine.end(),
            [](const auto& a, const auto& b) { return a.lot.id < b.lot.id; });
  for (const ModelWaiting& waiting : mine)
    activate(account, waiting, call.now);
}

// --- Redeem. ---

LedgerModel::Pricing LedgerModel::price(const Redeem& redeem, Amount available) const {
  const RedeemRule& rule = rules().programme.redeem;
  const Amount p = rule.price_points.value();
  const Amount m = rule.price_money.minor_units();
  const Amount payable =
      std::max<Amount>(0, redeem.basket.minor_units() - redeem.excluded.minor_units());
  const Amount value_cap = divide_down(payable, rule.max_percent, 100);
  const Amount points_cap = divide_up(value_cap, p, m);
  Amount offered = redeem.points.value();
  if (redeem.mode == RedeemMode::Exactly) {
    if (offered < rule.minimum.value()) return {Outcome::BelowMinimum, 0, 0};
    if (offered % rule.step.value() != 0) return {Outcome::InvalidStep, 0, 0};
    if (offered > points_cap) return {Outcome::AboveMaximum, 0, 0};
  } else {
    offered = std::min({offered, points_cap, available});
    offered -= offered % rule.step.value();
    if (offered < rule.minimum.value()) return {Outcome::BelowMinimum, 0, 0};
  }
  if (offered > available) return {Outcome::InsufficientAvailable, 0, 0};
  const Amount value = std::min(divide_down(offered, m, p), value_cap);
  if (!rule.mixed && value < payable) return {Outcome::InsufficientAvailable, 0, 0};
  if (value == 0) return {Outcome::BelowMinUnit, 0, 0};
  return {Outcome::Accepted, std::min(divide_up(value, p, m), offered), value};
}

void LedgerModel::judge_spending(const Redeem& redeem, const ModelCall& call,
                                 ModelAnswer& answer) const {
  if (redeem.currency != rules().programme.currency)
    answer.must.insert(Outcome::CurrencyNotAccepted);
  const MemberId member = named(redeem.member, redeem.token, answer);
  if (answer.must.contains(Outcome::UnknownToken)) return;
  ModelAnswer of_member;
  const ModelAccount* account = check_open(member, of_member);
  answer.must.merge(of_member.must);
  if (account == nullptr) return;
  if (account->frozen()) answer.must.insert(Outcome::MemberFrozen);
  Amount there = 0;
  for (const MemberId& owner : spenders(member))
    there += available(owner);
  const Pricing pricing = price(redeem, there);
  if (pricing.outcome != Outcome::Accepted) {
    answer.must.insert(pricing.outcome);
    return;
  }
  if (pricing.charge > rules().programme.redeem.consent_above.value() && !signed_by(call, member))
    answer.must.insert(Outcome::ConsentRequired);
  if (passes_limit(*account, VelocityWhat::Redeem, pricing.charge, call, false))
    answer.must.insert(Outcome::VelocityLimit);
}

void LedgerModel::judge(const Redeem& redeem, const ModelCall& call, ModelAnswer& answer) const {
  judge_spending(redeem, call, answer);
  judge_place(call, answer);
}

/// An order is paid in so many parts at most, and a hold that is open will be one.
void LedgerModel::judge_place(const ModelCall& call, ModelAnswer& answer) const {
  const Bytes id = order_of(*call.transaction);
  const ModelOrder* order = remembered(id, call.now);
  std::size_t parts = order == nullptr ? 0 : order->paid.size();
  for (const auto& [key, hold] : holds_)
    if (hold.state == ModelHoldState::Open && hold.order == id) ++parts;
  if (parts >= limits::kOrderRedemptionsMax) answer.must.insert(Outcome::TooManyRedemptions);
}

void LedgerModel::apply(const Redeem& redeem, const ModelCall& call) {
  ModelAnswer unused;
  const MemberId member = named(redeem.member, redeem.token, unused);
  const std::vector<MemberId> owners = spenders(member);
  Amount there = 0;
  for (const MemberId& owner : owners)
    there += available(owner);
  const Pricing pricing = price(redeem, there);
  note(accounts_.at(member), VelocityWhat::Redeem, pricing.charge, call);
  ModelPaid paid{call.now,
                 pricing.charge,
                 pricing.value,
                 redeem.basket.minor_units(),
                 take(owners, pricing.charge),
                 0};
  move_idle(accounts_.at(member), call.now);
  pay(order_of(*call.transaction), call, std::move(paid));
}

// --- Holds. ---

void LedgerModel::judge(const Hold& hold, const ModelCall& call, ModelAnswer& answer) const {
  judge_spending(hold.redeem, call, answer);
  if (hold.ttl > rules().programme.hold.ttl_max) answer.must.insert(Outcome::NotPermitted);
  // An id so old that it is forgotten is that of a hold which keeps its record.
  if (holds_.contains(call.transaction->request_id))
    answer.must.insert(Outcome::HoldAlreadyResolved);
  const MemberId member = named(hold.redeem.member, hold.redeem.token, answer);
  std::size_t open = 0;
  for (const auto& [id, each] : holds_)
    if (each.state == ModelHoldState::Open && each.asker == member) ++open;
  if (open >= limits::kOpenHoldsMax) answer.must.insert(Outcome::TooManyHolds);
  judge_place(call, answer);
}

void LedgerModel::apply(const Hold& action, const ModelCall& call) {
  ModelAnswer unused;
  const MemberId member = named(action.redeem.member, action.redeem.token, unused);
  const std::vector<MemberId> owners = spenders(member);
  Amount there = 0;
  for (const MemberId& owner : owners)
    there += available(owner);
  const Pricing pricing = price(action.redeem, there);
  note(accounts_.at(member), VelocityWhat::Redeem, pricing.charge, call);
  ModelHold hold;
  hold.id = request_key(call.transaction->merchant, call.transaction->request_id);
  hold.asker = member;
  hold.order = order_of(*call.transaction);
  const Duration ttl = action.ttl == Duration() ? rules().programme.hold.ttl : action.ttl;
  hold.deadline = call.now + ttl.milliseconds();
  hold.points = pricing.charge;
  hold.value = pricing.value;
  hold.basket = action.redeem.basket.minor_units();
  hold.price_points = rules().programme.redeem.price_points.value();
  hold.price_money = rules().programme.redeem.price_money.minor_units();
  hold.pieces = take(owners, pricing.charge);
  touch(hold.order, call.now);
  holds_[call.transaction->request_id] = std::move(hold);
}

const ModelHold* LedgerModel::find_hold(const Bytes& hold, Ms now) const {
  const auto found = holds_.find(hold);
  if (found == holds_.end() || now >= found->second.leaves) return nullptr;
  return &found->second;
}

void LedgerModel::judge_hold(const Bytes& id, const ModelCall& call, ModelAnswer& answer) const {
  const ModelHold* hold = find_hold(id, call.now);
  if (hold == nullptr) {
    answer.must.insert(Outcome::UnknownHold);
  } else if (hold->state == ModelHoldState::TimedOut) {
    answer.must.insert(Outcome::HoldExpired);
  } else if (hold->state != ModelHoldState::Open) {
    answer.must.insert(Outcome::HoldAlreadyResolved);
  }
}

void LedgerModel::judge(const Capture& capture, const ModelCall& call, ModelAnswer& answer) const {
  judge_hold(capture.hold, call, answer);
  if (!answer.must.empty()) return;
  const ModelHold& hold = holds_.at(capture.hold);
  if (capture.points.value() > hold.points) answer.must.insert(Outcome::ExceedsHold);
  if (accounts_.at(hold.asker).fraud) answer.must.insert(Outcome::MemberFrozen);
  // The page does not say what a pool's hold is worth whose other owner turns out to be a fraud.
  for (const ModelPiece& piece : hold.pieces)
    if (accounts_.at(piece.owner).fraud) answer.may.insert(Outcome::MemberFrozen);
}

void LedgerModel::apply(const Capture& capture, const ModelCall& call) {
  ModelHold& hold = holds_.at(capture.hold);
  hold.state = ModelHoldState::Captured;
  hold.leaves = call.now + rules().programme.returns.window.milliseconds();
  const Amount points = capture.points.value();
  ModelPaid paid;
  paid.points = points;
  paid.basket = hold.basket;
  paid.value = points == hold.points
                   ? hold.value
                   : std::min(hold.value, divide_down(points, hold.price_money, hold.price_points));
  Amount rest = points;
  for (const ModelPiece& piece : hold.pieces) {
    const Amount taken = std::min(rest, piece.points);
    rest -= taken;
    if (taken > 0) paid.pieces.push_back({piece.owner, piece.lot, taken});
  }
  // What had expired while it was held does not live again by this capture.
  release(hold, points, call.now);
  move_idle(accounts_.at(hold.asker), call.now);
  pay(hold.order, call, std::move(paid));
}

void LedgerModel::judge(const Void& action, const ModelCall& call, ModelAnswer& answer) const {
  judge_hold(action.hold, call, answer);
}

void LedgerModel::apply(const Void& action, const ModelCall& call) {
  ModelHold& hold = holds_.at(action.hold);
  hold.state = ModelHoldState::Voided;
  hold.leaves = call.now + rules().programme.returns.window.milliseconds();
  release(hold, 0, call.now);
  touch(hold.order, call.now);
}

}  // namespace tally::test
