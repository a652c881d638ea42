// Steps into transactions.
#include "property/property_writer.h"

#include <tally/base/limits.h>

#include "support/builders.h"

#include <algorithm>

namespace tally::test {
namespace {

constexpr std::uint64_t kMembers = 6;
constexpr std::uint64_t kReturners = 3;  ///< ids under which members 1 to 3 enrol again
constexpr Ms kHourMs = 3'600'000;
constexpr Ms kDayMs = 86'400'000;
constexpr std::uint64_t kFirstOrder = 500'000;

MemberId any_member(std::uint32_t n) {
  return member(1 + n % (kMembers + (n % 11 == 0 ? kReturners : 0)));
}

/// `exact`, or what is wrong by one, or a part of it; at least 1.
Amount around(Amount exact, std::uint32_t n) {
  switch (n % 6) {
    case 0:
    case 1:
      return std::max<Amount>(1, exact);
    case 2:
      return exact + 1;
    case 3:
      return std::max<Amount>(1, exact - 1);
    case 4:
      return std::max<Amount>(1, exact / 2);
    default:
      return 1 + n / 6 % 60;
  }
}

Amount part_of(Amount whole, std::uint32_t n) {
  return n % 4 == 0 ? whole : n % 4 == 1 ? whole / 3 : 0;
}

/// Mostly what the step says; where there is nothing to capture or to void, something is held, so
/// that the next such step has it.
Step that_fits(Step step, const LedgerModel& model) {
  const bool resolves = step.kind == StepKind::Capture || step.kind == StepKind::Void;
  if (!resolves || step.b % 8 == 0) return step;
  const auto& holds = model.holds();
  if (std::none_of(holds.begin(), holds.end(),
                   [](const auto& each) { return each.second.state == ModelHoldState::Open; }))
    step.kind = StepKind::Hold;
  return step;
}

}  // namespace

std::optional<Sent> StepWriter::write(const Step& drawn, Ms now) {
  const Step step = that_fits(drawn, *model_);
  if (step.kind == StepKind::Again || step.kind == StepKind::Stranger) return again(step, now);
  Transaction transaction;
  transaction.merchant = kCafe;
  transaction.request_id = id_bytes(next_request_++);
  std::optional<Action> action = action_of(step, now);
  if (!action.has_value()) return std::nullopt;
  transaction.action = std::move(*action);
  if (may_have_order(kind_of(transaction.action))) {
    if (step.d % 3 == 0 && !orders_.empty()) {
      transaction.order_id = any_order(step.d / 3);
      // An order that is another request's id alone may be named, not borne.
      if (*transaction.order_id < id_bytes(kFirstOrder)) transaction.order_id.reset();
    } else if (step.d % 3 == 1) {
      transaction.order_id = id_bytes(kFirstOrder + next_request_);
    }
    orders_.push_back(transaction.order_id.value_or(transaction.request_id));
  }
  if (step.kind == StepKind::Hold) holds_.push_back(transaction.request_id);
  Ms until = now + kHourMs;
  if (step.c % 256 == 1) until = now;
  if (step.c % 256 == 2) until = now + model_->rules().validity_max + 1;
  transaction.valid_until = Timestamp(until);
  sign(transaction, step);
  Sent sent{std::move(transaction), &cast_->first_operator};
  if (step.b % 16 == 1) sent.key = &cast_->terminal;
  if (step.b % 8 == 2) sent.key = &cast_->second_operator;
  // Who may vouch is mostly the till.
  if (step.kind == StepKind::Attest && step.b % 4 != 0) sent.key = &cast_->terminal;
  if (const auto* own = own_key(sent.transaction.action, step)) sent.key = own;
  sent_.push_back(sent);
  return sent;
}

Sent StepWriter::enrolment(std::uint64_t n, std::uint64_t person, Ms now) {
  Enrol action;
  action.programme = kCafe;
  action.member = member(n);
  action.commitment = crypto::sha256(member(person).view());
  Transaction transaction;
  transaction.merchant = kCafe;
  transaction.request_id = id_bytes(next_request_++);
  transaction.valid_until = Timestamp(now + kHourMs);
  if (n <= cast_->members.size()) {
    action.member_key = cast_->members[n - 1];
    transaction.consents.push_back({cast_->members[n - 1], {}});
  }
  transaction.action = action;
  return {transaction, &cast_->first_operator};
}

/// Pools are the members' own to ask for, and gifts may be.
const crypto::PublicKey* StepWriter::own_key(const Action& action, const Step& step) const {
  MemberId whose;
  if (const auto* pool = std::get_if<Pool>(&action)) whose = pool->member;
  if (const auto* transfer = std::get_if<Transfer>(&action))
    if (step.b % 8 == 3) whose = transfer->from;
  if (const auto* close = std::get_if<Close>(&action))
    if (step.b % 4 == 3) whose = close->member;
  if (const auto* unmerge = std::get_if<Unmerge>(&action))
    if (step.b % 4 == 3) whose = unmerge->source;
  if (const auto* registers = std::get_if<RegisterKey>(&action))
    if (step.b % 4 != 0) whose = *registers->member;
  if (const auto* recovers = std::get_if<Recover>(&action))
    if (step.b % 2 != 0) whose = recovers->member;
  if (std::holds_alternative<RevokeKey>(action)) whose = member(1 + step.a % kMembers);
  if (step.c % 32 == 31) return nullptr;
  return present_key(whose);
}

/// Whom it takes: the members that are named, and another operator; now and then not.
void StepWriter::sign(Transaction& transaction, const Step& step) const {
  if (step.c % 16 == 7) return;
  for (std::uint64_t n = 1; n <= kMembers; ++n)
    if (const crypto::PublicKey* key = present_key(member(n)))
      transaction.consents.push_back({*key, {}});
  if (step.c % 16 == 6) transaction.consents.erase(transaction.consents.begin() + step.a % 4);
  if (std::holds_alternative<Recover>(transaction.action))
    transaction.consents.push_back({cast_->spares[step.d % 3], {}});
  if (step.c % 4 != 0) transaction.consents.push_back({cast_->second_operator, {}});
  if (step.c % 4 != 0) transaction.consents.push_back({cast_->first_operator, {}});
  if (transaction.consents.size() > limits::kConsentsMax)
    transaction.consents.erase(transaction.consents.begin());
}

std::optional<Action> StepWriter::action_of(const Step& step, Ms now) {
  switch (step.kind) {
    case StepKind::Enrol:
      return enrol(step);
    case StepKind::Earn:
      return earn(step, now);
    case StepKind::Attest:
      return attest(step, now);
    case StepKind::Redeem:
      return redeem(step);
    case StepKind::Hold:
      return hold(step);
    case StepKind::Capture:
      return capture(step);
    case StepKind::Void:
      return Void{kCafe, std::get<Capture>(capture(step)).hold};
    case StepKind::Reverse:
      return reverse(step);
    case StepKind::Activate:
      return Activate{kCafe, any_order(step.a)};
    case StepKind::Transfer:
      return transfer(step);
    case StepKind::Join:
      return pool(step, PoolChange::Join);
    case StepKind::Leave:
      return pool(step, PoolChange::Leave);
    case StepKind::Adjust:
      return adjust(step);
    case StepKind::AdjustBulk:
      return adjust_bulk(step);
    case StepKind::OpenLots:
      return open_lots(step, now);
    case StepKind::Extend:
      return extend(step);
    case StepKind::Reinstate:
      return Reinstate{kCafe, any_member(step.a)};
    case StepKind::LinkToken:
    case StepKind::BlockToken:
    case StepKind::Claim:
      return card(step);
    case StepKind::Freeze:
    case StepKind::Unfreeze:
    case StepKind::Close:
      return freeze(step);
    case StepKind::Merge:
      return merge(step);
    case StepKind::Unmerge:
      return unmerge(step);
    case StepKind::RegisterKey:
      return register_key(step);
    case StepKind::RevokeKey:
      return revoke_key(step);
    case StepKind::Recover:
      return recover(step);
    case StepKind::PublishSegment:
      return publish_segment(step);
    case StepKind::PublishProgramme:
      return publish_programme(step);
    case StepKind::PublishCampaign:
      return publish_campaign(step);
    case StepKind::Advance:
    case StepKind::Again:
    case StepKind::Stranger:
      return std::nullopt;
  }
  return std::nullopt;
}

/// A person is a member id, and with it a commitment; three of them may come again under another.
Action StepWriter::enrol(const Step& step) const {
  const std::uint64_t n = 1 + step.a % (kMembers + kReturners);
  const std::uint64_t person = n > kMembers ? n - kMembers : n;
  Enrol action;
  action.programme = kCafe;
  action.member = member(n);
  if (step.b % 4 != 0 || n > kMembers) action.commitment = crypto::sha256(member(person).view());
  if (!action.commitment.has_value() || step.b % 8 == 3)
    action.token = fixed_of<TokenId>(1 + step.d % 8);
  if (n <= cast_->members.size()) action.member_key = cast_->members[n - 1];
  return action;
}

Action StepWriter::earn(const Step& step, Ms now) {
  Earn action;
  action.programme = kCafe;
  action.member = any_member(step.a);
  action.token = maybe_card(step.a);
  if (action.token.has_value()) action.member = MemberId();
  action.currency = currency(step.c % 97 == 3 ? "USD" : "EUR");
  Amount total = step.b % 20'000;
  const auto& campaigns = model_->rules().campaigns;
  if (!campaigns.empty() && step.b % 3 == 0)
    total = around(campaigns[step.b / 3 % campaigns.size()].from, step.b / 7);
  action.total = money(total);
  action.tax = money(part_of(total, step.c / 8) / 2);
  action.excluded = money(part_of(total, step.c / 32) / 4);
  action.paid_by_points = money(part_of(total, step.c / 128) / 4);
  action.event_time = Timestamp(event_time(step.c, now));
  return action;
}

/// Mostly now; else at an end of what is let in, or one beyond it.
Ms StepWriter::event_time(std::uint32_t n, Ms now) const {
  const Ms window = model_->rules().programme.offline_window.milliseconds();
  if (n % 31 == 4) return now - window;
  if (n % 31 == 5) return now - window - 1;
  if (n % 31 == 6) return now + 5'000;
  if (n % 31 == 7) return now + 5'001;
  return now;
}

Action StepWriter::attest(const Step& step, Ms now) const {
  Attest action;
  action.programme = kCafe;
  action.member = any_member(step.a);
  action.token = maybe_card(step.a);
  if (action.token.has_value()) action.member = MemberId();
  action.ref = "share:" + std::to_string(step.d % 9);
  action.event_time = Timestamp(event_time(step.c, now));
  return action;
}

Redeem StepWriter::redeem(const Step& step) const {
  const RedeemRule& rule = model_->rules().programme.redeem;
  Redeem action;
  action.programme = kCafe;
  action.member = any_spender(step.a);
  action.token = maybe_card(step.a);
  const Amount there = available(action.member);
  if (action.token.has_value()) action.member = MemberId();
  action.currency = currency(step.c % 97 == 3 ? "USD" : "EUR");
  action.mode = step.b % 3 == 0 ? RedeemMode::UpTo : RedeemMode::Exactly;
  Amount offered = around(step.b % 2 == 0 ? there : there / 3, step.b / 6);
  if (step.b % 5 != 0) offered -= offered % rule.step.value();
  offered = std::max<Amount>(offered, 1);
  action.points = points(offered);
  // A basket that this pays, or just does not.
  const Amount value = offered * rule.price_money.minor_units() / rule.price_points.value();
  Amount basket = value * 100 / rule.max_percent + 1;
  if (step.c % 3 == 1) basket += step.c % 500;
  if (step.c % 16 == 2) basket = std::max<Amount>(1, basket - 2);
  action.basket = money(basket);
  action.excluded = money(step.c % 16 == 3 ? basket / 2 : 0);
  return action;
}

Action StepWriter::hold(const Step& step) {
  const HoldRule& rule = model_->rules().programme.hold;
  Hold action;
  action.redeem = redeem(step);
  if (step.d % 5 == 1) action.ttl = Duration(1 + step.d / 5 % 5'000);
  if (step.d % 5 == 2) action.ttl = Duration((1 + step.d / 5 % 100) * kHourMs);
  if (step.d % 5 == 3) action.ttl = rule.ttl_max;
  if (step.d % 40 == 4) action.ttl = Duration(rule.ttl_max.milliseconds() + 1);
  return action;
}

Action StepWriter::capture(const Step& step) const {
  Capture action;
  action.programme = kCafe;
  action.hold = any_hold(step.a);
  const auto known = model_->holds().find(action.hold);
  const Amount held = known == model_->holds().end() ? 10 : known->second.points;
  action.points = points(around(held, step.b));
  return action;
}

/// All that remains of an order, a part of it, or a little more.
Action StepWriter::reverse(const Step& step) const {
  Reverse action;
  action.programme = kCafe;
  action.order = any_order(step.a);
  Amount total = 100;
  Amount tax = 0;
  Amount excluded = 0;
  const auto known = model_->orders().find(action.order);
  if (known != model_->orders().end()) {
    const ModelOrder& order = known->second;
    if (order.earn.has_value()) {
      total = order.earn->purchase.total.minor_units() - order.total_back;
      tax = order.earn->purchase.tax.minor_units() - order.tax_back;
      excluded = order.earn->purchase.excluded.minor_units() - order.excluded_back;
    } else {
      total = 0;
      for (const ModelPaid& paid : order.paid)
        total = std::max(total, paid.basket);
      total -= order.total_back;
    }
  }
  if (step.b % 4 == 1) total = total / 3;
  if (step.b % 4 == 2) total = total / 2;
  if (step.b % 16 == 3) ++total;
  if (step.b % 16 == 7) ++tax;
  if (step.b % 4 == 1 || step.b % 4 == 2) tax /= 2, excluded /= 3;
  total = std::max<Amount>(1, total);
  action.total = money(total);
  // A return before the purchase may have told more of them than the purchase has.
  action.tax = money(std::clamp<Amount>(tax, 0, total));
  action.excluded = money(std::clamp<Amount>(excluded, 0, total));
  return action;
}

Action StepWriter::transfer(const Step& step) const {
  const TransferRule& rule = model_->rules().programme.transfer;
  Transfer action;
  action.programme = kCafe;
  const std::uint64_t from = 1 + step.a % (step.c % 8 == 0 ? kMembers : cast_->members.size());
  action.from = member(from);
  action.to = member(1 + (from + step.b % (kMembers - 1)) % kMembers);
  const Amount there = available(action.from);
  // About as much as the fee leaves.
  const Amount most = (there * 10'000 / (10'000 + rule.fee_basis_points)) - rule.fee_min.value();
  action.points = points(std::max<Amount>(1, around(most, step.d)));
  return action;
}

Action StepWriter::pool(const Step& step, PoolChange change) const {
  Pool action;
  action.programme = kCafe;
  action.member = any_member(step.a);
  action.change = change;
  action.pool = fixed_of<PoolId>(1 + step.b % 2);
  if (step.d % 4 != 0) action.member = member(1 + step.a % cast_->members.size());
  const auto known = model_->accounts().find(action.member);
  if (change == PoolChange::Leave && known != model_->accounts().end() && step.b % 4 != 0)
    action.pool = known->second.pool.value_or(action.pool);
  return action;
}

Action StepWriter::adjust(const Step& step) const {
  Adjust action;
  action.programme = kCafe;
  action.member = any_member(step.a);
  action.direction = step.b % 3 == 0 ? AdjustDirection::Debit : AdjustDirection::Credit;
  const Amount alone = model_->rules().programme.adjust.alone_per_day.value();
  Amount amount = 1 + step.d % 200;
  if (step.d % 5 == 0) amount = around(alone, step.d / 5);
  if (action.direction == AdjustDirection::Debit) amount = around(available(action.member), step.d);
  action.points = points(std::max<Amount>(1, amount));
  action.reason = "goodwill";
  return action;
}

Action StepWriter::adjust_bulk(const Step& step) const {
  AdjustBulk action;
  action.programme = kCafe;
  action.direction = step.b % 4 == 0 ? AdjustDirection::Debit : AdjustDirection::Credit;
  action.reason = "campaign-mistake";
  Amount moved = 0;
  Amount settled = 0;
  for (std::uint64_t n = 1; n <= kMembers; ++n) {
    if ((step.a >> n & 1U) == 0 && n != 1 + step.a % kMembers) continue;
    const auto amount = static_cast<Amount>(1 + (step.d + n * 7) % 40);
    action.members.push_back({member(n), points(amount)});
    moved += amount;
    const auto known = model_->accounts().find(member(n));
    if (known != model_->accounts().end() && action.direction == AdjustDirection::Credit)
      settled += std::min(amount, known->second.debt);
  }
  if (step.b % 16 == 5) ++moved;
  if (step.b % 16 == 6 && settled < moved) ++settled;
  action.moved = points(moved);
  action.settled = points(settled);
  return action;
}

Action StepWriter::open_lots(const Step& step, Ms now) const {
  OpenLots action;
  action.programme = kCafe;
  const std::size_t count = 1 + step.a % 3;
  for (std::size_t i = 0; i < count; ++i) {
    OpeningLot lot;
    lot.member = any_member(step.b + static_cast<std::uint32_t>(i) * 3);
    lot.points = points(1 + (step.d + static_cast<std::int64_t>(i)) % 90);
    lot.earned_at = Timestamp(now - (step.c % 3) * 10 * kDayMs);
    lot.expires_at =
        step.c % 4 == 0 ? Timestamp::never() : Timestamp(now + 1 + (step.c % 50) * kDayMs);
    if (step.d % 32 == 1) lot.expires_at = Timestamp(now);
    if (step.d % 32 == 2) lot.earned_at = Timestamp(now + 1);
    lot.ref = "open:" + std::to_string(100 + (step.b + i) % 60);
    action.lots.push_back(lot);
  }
  std::sort(action.lots.begin(), action.lots.end(),
            [](const OpeningLot& a, const OpeningLot& b) { return a.ref < b.ref; });
  return action;
}

Action StepWriter::extend(const Step& step) const {
  Extend action;
  action.programme = kCafe;
  action.member = any_member(step.a);
  action.months = 1 + step.d % 3;
  action.rounding = step.d % 2 == 0 ? MonthRounding::None : MonthRounding::EndOfMonth;
  for (std::uint32_t i = 0; i < kMembers; ++i) {
    const auto other = model_->accounts().find(member(1 + (step.a + i) % kMembers));
    if (other == model_->accounts().end() || other->second.lots.empty()) continue;
    action.member = other->first;
    break;
  }
  const auto known = model_->accounts().find(action.member);
  if (known != model_->accounts().end() && !known->second.lots.empty() && step.b % 16 != 0)
    action.lot = known->second.lots[step.b % known->second.lots.size()].id;
  return action;
}

Action StepWriter::card(const Step& step) const {
  const TokenId token = fixed_of<TokenId>(1 + step.b % 8);
  if (step.kind == StepKind::LinkToken) return LinkToken{kCafe, any_member(step.a), token};
  if (step.kind == StepKind::BlockToken) return BlockToken{kCafe, token};
  Claim action;
  action.programme = kCafe;
  action.member = any_member(step.a);
  action.commitment = crypto::sha256(member(1 + step.b % kMembers).view());
  return action;
}

Action StepWriter::freeze(const Step& step) const {
  const MemberId whose = any_member(step.a);
  if (step.kind == StepKind::Unfreeze) return Unfreeze{kCafe, whose};
  if (step.kind == StepKind::Close) return Close{kCafe, whose};
  return Freeze{kCafe, whose, step.b % 3 == 0 ? FreezeKind::Fraud : FreezeKind::Soft};
}

Action StepWriter::merge(const Step& step) const {
  Merge action;
  action.programme = kCafe;
  const std::uint64_t source = 1 + step.a % kMembers;
  action.source = member(source);
  action.target = member(1 + (source + step.b % (kMembers - 1)) % kMembers);
  return action;
}

/// Mostly of one that is merged.
Action StepWriter::unmerge(const Step& step) const {
  Unmerge action;
  action.programme = kCafe;
  action.source = any_member(step.a);
  for (std::uint32_t i = 0; i < kMembers && step.d % 8 != 0; ++i) {
    const MemberId other = member(1 + (step.a + i) % kMembers);
    const auto known = model_->accounts().find(other);
    if (known == model_->accounts().end() || !known->second.alias.has_value()) continue;
    action.source = other;
    break;
  }
  return action;
}

std::optional<Sent> StepWriter::again(const Step& step, Ms now) {
  if (sent_.empty()) return std::nullopt;
  Sent sent = sent_[sent_.size() - 1 - step.a % std::min<std::size_t>(sent_.size(), 40)];
  sent.transaction.valid_until = Timestamp(now + kHourMs);
  if (step.kind == StepKind::Stranger) {
    sent.key = &cast_->stranger;
  } else if (step.b % 3 == 0) {
    sent.transaction.action = Freeze{kCafe, any_member(step.b), FreezeKind::Soft};
    sent.transaction.order_id.reset();
  }
  return sent;
}

/// Mostly one that the ledger knows; else one of this block, or one that was refused, or none.
Bytes StepWriter::any_order(std::uint32_t n) const {
  const auto& known = model_->orders();
  if (n % 8 < 6 && !known.empty()) {
    // Younger orders have more to come.
    std::vector<std::pair<Ms, Bytes>> by_age;
    for (const auto& [id, order] : known)
      by_age.emplace_back(order.latest, id);
    std::sort(by_age.rbegin(), by_age.rend());
    return by_age[n / 8 % std::min<std::size_t>(by_age.size(), 8)].second;
  }
  if (orders_.empty() || n % 32 == 31) return id_bytes(8);
  return orders_[orders_.size() - 1 - n % std::min<std::size_t>(orders_.size(), 12)];
}

/// Mostly one who has something to spend.
MemberId StepWriter::any_spender(std::uint32_t n) const {
  const Amount least = model_->rules().programme.redeem.minimum.value();
  for (std::uint32_t i = 0; i < kMembers && n % 4 != 0; ++i) {
    const MemberId whose = member(1 + (n / 4 + i) % kMembers);
    const auto known = model_->accounts().find(whose);
    if (known != model_->accounts().end() && !known->second.frozen() && available(whose) >= least)
      return whose;
  }
  return any_member(n);
}

/// Mostly one that is open.
Bytes StepWriter::any_hold(std::uint32_t n) const {
  std::vector<Bytes> open;
  std::vector<Bytes> resolved;
  for (const auto& [id, hold] : model_->holds())
    (hold.state == ModelHoldState::Open ? open : resolved).push_back(id);
  if (n % 16 < 13 && !open.empty()) return open[n / 16 % open.size()];
  if (n % 16 < 15 && !resolved.empty())
    return resolved[resolved.size() - 1 - n / 16 % std::min<std::size_t>(resolved.size(), 4)];
  if (holds_.empty() || n % 32 == 31) return id_bytes(7);
  return holds_[holds_.size() - 1 - n / 16 % std::min<std::size_t>(holds_.size(), 4)];
}

Amount StepWriter::available(const MemberId& whose) const {
  const auto known = model_->accounts().find(whose);
  if (known == model_->accounts().end()) return 50;
  Amount there = model_->available(whose);
  if (known->second.pool.has_value())
    for (const auto& [id, other] : model_->accounts())
      if (id != whose && other.pool == known->second.pool && !other.frozen())
        there += model_->available(id);
  return there;
}

std::optional<TokenId> StepWriter::maybe_card(std::uint32_t n) const {
  if (n % 16 != 15) return std::nullopt;
  const auto& cards = model_->tokens();
  if (!cards.empty() && n % 32 == 31)
    return std::next(cards.begin(), static_cast<std::ptrdiff_t>(n / 32 % cards.size()))->first;
  return fixed_of<TokenId>(1 + n / 32 % 8);
}

}  // namespace tally::test
