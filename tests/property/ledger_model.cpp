// The model's ground: who is who, lots, what falls due, and how a transaction is answered.
#include "property/ledger_model.h"

#include <tally/base/calendar.h>
#include <tally/base/check.h>

#include <algorithm>
#include <array>

namespace tally::test {
namespace {

constexpr Ms kDayMs = 86'400'000;
constexpr Ms kHourMs = 3'600'000;

/// Whether `member` may send the action by a key of its own: what it names is its own.
bool names(const std::optional<MemberId>& member, const Action& action) {
  if (!member.has_value()) return false;
  if (const auto* pool = std::get_if<Pool>(&action)) return pool->member == *member;
  if (const auto* transfer = std::get_if<Transfer>(&action)) return transfer->from == *member;
  if (const auto* close = std::get_if<Close>(&action)) return close->member == *member;
  if (const auto* merge = std::get_if<Merge>(&action))
    return merge->source == *member || merge->target == *member;
  if (const auto* unmerge = std::get_if<Unmerge>(&action)) return unmerge->source == *member;
  if (const auto* registers = std::get_if<RegisterKey>(&action)) return registers->member == member;
  if (const auto* recover = std::get_if<Recover>(&action)) return recover->member == *member;
  return false;
}

/// Of those whose points a hold has, the first: it is in that account that it falls due first.
MemberId first_owner(const ModelHold& hold) {
  CHECK(!hold.pieces.empty());
  MemberId first = hold.pieces.front().owner;
  for (const ModelPiece& piece : hold.pieces)
    first = std::min(first, piece.owner);
  return first;
}

}  // namespace

ModelAnswer LedgerModel::judge(const ModelCall& call) const {
  const Transaction& transaction = *call.transaction;
  ModelAnswer answer;
  const auto known = requests_.find(transaction.request_id);
  if (known != requests_.end() && call.now - known->second.at <= rules().memory) {
    const bool same = known->second.digest == request_digest(transaction);
    answer.must = {same ? Outcome::Replayed : Outcome::IdempotencyConflict};
    return answer;
  }
  const Ms until = transaction.valid_until.milliseconds();
  if (until <= call.now) answer.must = {Outcome::StaleRequest};
  if (until > call.now + rules().validity_max) answer.must = {Outcome::ValidityTooLong};
  if (!answer.must.empty()) return answer;
  if (!is_permitted(call)) answer.must.insert(Outcome::NotPermitted);
  std::visit([&](const auto& action) { judge(action, call, answer); }, transaction.action);
  return answer;
}

void LedgerModel::apply(const ModelCall& call, Outcome outcome) {
  const Transaction& transaction = *call.transaction;
  // A stranger's request takes no id of the merchant's.
  const bool ours = is_the_merchants(call) || is_own(asking_member(call), transaction.action);
  if (ours && takes_request_id(outcome))
    requests_[transaction.request_id] = {request_digest(transaction), call.now};
  if (outcome != Outcome::Accepted) return;
  const std::map<MemberId, ModelAccount> before = accounts_;
  std::visit([&](const auto& action) { apply(action, call); }, transaction.action);
  for (const auto& [member, was] : before)
    if (accounts_.at(member) != was) ++accounts_.at(member).touched;
  if (const auto* merge = std::get_if<Merge>(&transaction.action))
    merges_.at(merge->source).target_after = accounts_.at(merge->target);
}

// Kinds that move no points and that nobody sends here.
template <typename Other>
void LedgerModel::judge(const Other&, const ModelCall&, ModelAnswer&) const {
  CHECK(false);
}
template <typename Other>
void LedgerModel::apply(const Other&, const ModelCall&) {
  CHECK(false);
}

Amount LedgerModel::available(const MemberId& member) const {
  Amount sum = 0;
  for (const ModelLot& lot : accounts_.at(member).lots)
    sum += lot.remaining;
  return sum;
}

Amount LedgerModel::held(const MemberId& member) const {
  Amount sum = 0;
  for (const auto& [id, hold] : holds_) {
    if (hold.state != ModelHoldState::Open) continue;
    for (const ModelPiece& piece : hold.pieces)
      if (piece.owner == member) sum += piece.points;
  }
  return sum;
}

Amount LedgerModel::pending(const MemberId& member) const {
  Amount sum = 0;
  for (const ModelWaiting& waiting : accounts_.at(member).waiting)
    sum += waiting.lot.remaining;
  return sum;
}

std::vector<Ms> LedgerModel::deadlines(Ms now) const {
  std::set<Ms> found;
  for (const auto& [id, account] : accounts_) {
    for (const ModelLot& lot : account.lots)
      found.insert(expiry_of(account, lot));
    for (const ModelWaiting& waiting : account.waiting)
      found.insert(waiting.lot.available_at);
    found.insert(account.enrolled + rules().programme.transfer.cooling_off.milliseconds());
    for (const ModelLot& lot : account.expired)
      found.insert(lot.expires + rules().programme.expiry.reinstate.window_days * kDayMs);
  }
  for (const auto& [id, hold] : holds_)
    found.insert(hold.state == ModelHoldState::Open ? hold.deadline : hold.leaves);
  for (const auto& [id, order] : orders_) {
    if (order.earn.has_value()) found.insert(order.earn->at + order.earn->window);
    for (const ModelPaid& paid : order.paid)
      found.insert(paid.at + paid.window);
  }
  for (const auto& [member, recovery] : recoveries_) {
    found.insert(recovery.ready_at);
    found.insert(recovery.next_from);
  }
  for (const auto& [source, merged] : merges_)
    found.insert(merged.at + 30 * kDayMs);
  std::vector<Ms> later;
  for (const Ms at : found)
    if (at > now && at != kNeverMs && later.size() < 16) later.push_back(at);
  return later;
}

// --- Who is who. ---

MemberId LedgerModel::resolved(MemberId member) const {
  for (const ModelAccount* account = find(member); account != nullptr && account->alias;
       account = find(member))
    member = *account->alias;
  return member;
}

const ModelAccount* LedgerModel::find(const MemberId& member) const {
  const auto found = accounts_.find(member);
  return found == accounts_.end() ? nullptr : &found->second;
}

ModelAccount& LedgerModel::account(const MemberId& member) {
  return accounts_.at(resolved(member));
}

MemberId LedgerModel::named(const MemberId& member, const std::optional<TokenId>& token,
                            ModelAnswer& answer) const {
  if (!token.has_value()) return resolved(member);
  const auto found = tokens_.find(*token);
  if (found == tokens_.end()) {
    answer.must.insert(Outcome::UnknownToken);
    return MemberId();
  }
  if (found->second.second) answer.must.insert(Outcome::TokenBlocked);
  return resolved(found->second.first);
}

const ModelAccount* LedgerModel::check_open(const MemberId& member, ModelAnswer& answer) const {
  const ModelAccount* account = find(resolved(member));
  if (account == nullptr) answer.must.insert(Outcome::UnknownMember);
  if (account != nullptr && account->closed) answer.must.insert(Outcome::MemberClosed);
  return account;
}

std::optional<MemberId> LedgerModel::asking_member(const ModelCall& call) const {
  for (const auto& [id, account] : accounts_)
    if (account.keys.contains(call.signer)) return id;
  return std::nullopt;
}

bool LedgerModel::is_permitted(const ModelCall& call) const {
  const Action& action = call.transaction->action;
  const ActionKind kind = kind_of(action);
  // A member's keys are the member's to revoke; here no other ones are named.
  if (is_the_merchants(call) && kind == ActionKind::RevokeKey) return false;
  if (is_operator(call)) return kind != ActionKind::Pool;
  if (is_the_merchants(call)) {
    constexpr std::array kOfTills = {
        ActionKind::Attest,  ActionKind::Earn,       ActionKind::Redeem,    ActionKind::Hold,
        ActionKind::Capture, ActionKind::Void,       ActionKind::Activate,  ActionKind::Reverse,
        ActionKind::Enrol,   ActionKind::Transfer,   ActionKind::LinkToken, ActionKind::BlockToken,
        ActionKind::Claim,   ActionKind::RegisterKey};
    return std::find(kOfTills.begin(), kOfTills.end(), kind) != kOfTills.end();
  }
  const std::optional<MemberId> member = asking_member(call);
  if (!is_own(member, action)) return false;
  // Whoever was merged into another one speaks for neither, but for its own keys and its return.
  constexpr std::array kOfItself = {ActionKind::Unmerge, ActionKind::RegisterKey,
                                    ActionKind::RevokeKey, ActionKind::Recover};
  return resolved(*member) == *member ||
         std::find(kOfItself.begin(), kOfItself.end(), kind) != kOfItself.end();
}

bool LedgerModel::is_own(const std::optional<MemberId>& member, const Action& action) const {
  if (const auto* revokes = std::get_if<RevokeKey>(&action)) {
    const auto owner = key_owners_.find(revokes->key);
    return owner != key_owners_.end() && owner->second == member;
  }
  return names(member, action);
}

void LedgerModel::judge_ward(const ModelCall& call, const MemberId& member,
                             ModelAnswer& answer) const {
  if (signed_by(call, member)) return;
  const ModelAccount* account = find(member);
  const bool in_custody = account == nullptr || !account->own_key;
  if (!is_operator(call) || !in_custody) answer.must.insert(Outcome::ConsentRequired);
}

bool LedgerModel::signed_by(const ModelCall& call, const MemberId& member) const {
  const ModelAccount* account = find(member);
  if (account == nullptr) return false;
  if (account->keys.contains(call.signer)) return true;
  for (const Consent& consent : call.transaction->consents)
    if (account->keys.contains(consent.key.id())) return true;
  return false;
}

bool LedgerModel::two_operators(const ModelCall& call) const {
  std::set<KeyId> agreeing{call.signer};
  for (const Consent& consent : call.transaction->consents)
    agreeing.insert(consent.key.id());
  std::erase_if(agreeing, [&](const KeyId& key) { return !operators_.contains(key); });
  return agreeing.size() >= 2;
}

std::vector<MemberId> LedgerModel::spenders(const MemberId& asker) const {
  const ModelAccount& own = accounts_.at(asker);
  if (!own.pool.has_value()) return {asker};
  std::vector<MemberId> all;
  for (const MemberId& member : pools_.at(*own.pool))
    if (!accounts_.at(member).frozen()) all.push_back(member);
  return all;
}

// --- Lots. ---

Ms LedgerModel::expiry_from(const ModelRules& rules, const std::string& campaign, Ms start) const {
  ExpiryRule rule = rules.programme.expiry;
  for (const ModelCampaign& each : rules.campaigns)
    if (each.id == campaign && each.expiry.has_value()) rule = *each.expiry;
  const auto& offsets = rules.programme.utc_offsets;
  if (rule.kind == ExpiryKind::Never) return kNeverMs;
  if (rule.kind == ExpiryKind::Fixed) {
    const std::int64_t today = local_day(offsets, Timestamp(start));
    for (const CivilDate& date : rule.dates)
      if (days_from_civil(date) >= today + std::int64_t{rule.min_days})
        return start_of_day(offsets, date).milliseconds();
    return kNeverMs;
  }
  return expiry_after_months(offsets, Timestamp(start), rule.months, rule.rounding).milliseconds();
}

void LedgerModel::move_idle(ModelAccount& account, Ms at) {
  if (rules().programme.expiry.kind == ExpiryKind::Inactivity)
    account.idle_at = expiry_from(rules(), "", at);
}

void LedgerModel::put(ModelAccount& account, const ModelLot& lot) {
  for (ModelLot& there : account.lots) {
    if (there.id != lot.id || there.idle != lot.idle || there.earned != lot.earned) continue;
    if (!lot.idle && there.expires != lot.expires) continue;
    there.remaining += lot.remaining;
    there.original = std::max(there.original, lot.original);
    return;
  }
  account.lots.push_back(lot);
}

void LedgerModel::add_lot(ModelAccount& account, ModelLot lot, bool is_new) {
  const Amount settled = std::min(account.debt, lot.remaining);
  account.debt -= settled;
  lot.remaining -= settled;
  if (is_new) lot.original -= settled;
  if (lot.remaining > 0) put(account, lot);
}

void LedgerModel::bring_back(ModelAccount& account, ModelLot lot, Amount points, Ms at,
                             bool grace) {
  const ExpiryRule& rule = rules().programme.expiry;
  lot.remaining = points;
  const Ms expires = expiry_of(account, lot);
  if (expires > at) return add_lot(account, lot, false);
  lot.expires = expires;
  lot.idle = false;
  if (grace && rule.grace_days > 0 && !lot.late) {
    lot.expires = std::max(lot.expires, at + rule.grace_days * kDayMs);
    lot.late = true;
    return add_lot(account, lot, false);
  }
  totals_.expired += points;
  if (rule.reinstate.window_days > 0) account.expired.push_back(lot);
}

std::vector<ModelPiece> LedgerModel::take(const std::vector<MemberId>& owners, Amount points) {
  using Place = std::tuple<Ms, Ms, MemberId, LotId, std::size_t>;
  std::vector<Place> order;
  for (const MemberId& owner : owners) {
    const ModelAccount& account = accounts_.at(owner);
    for (std::size_t i = 0; i < account.lots.size(); ++i) {
      const ModelLot& lot = account.lots[i];
      order.emplace_back(expiry_of(account, lot), lot.earned, owner, lot.id, i);
    }
  }
  std::sort(order.begin(), order.end());
  std::vector<ModelPiece> pieces;
  for (const auto& [expires, earned, owner, id, i] : order) {
    if (points == 0) break;
    ModelLot& lot = accounts_.at(owner).lots[i];
    const Amount taken = std::min(points, lot.remaining);
    pieces.push_back({owner, lot, taken});
    lot.remaining -= taken;
    points -= taken;
  }
  CHECK(points == 0);
  for (const MemberId& owner : owners)
    std::erase_if(accounts_.at(owner).lots, [](const ModelLot& lot) { return lot.remaining == 0; });
  return pieces;
}

// --- What falls due. ---

void LedgerModel::run_due(Ms now) {
  enum Kind { kTimeOut, kActivation, kExpiry, kNothing };
  for (;;) {
    // Deadline, kind, then whose: the order of design/loyalty.md §5. Holds of one member that time
    // out together go by their id, the request key (docs/formats.md).
    std::tuple<Ms, Kind, MemberId, HoldId> first{kNeverMs, kNothing, {}, {}};
    for (const auto& [id, hold] : holds_)
      if (hold.state == ModelHoldState::Open)
        first = std::min(first, {hold.deadline, kTimeOut, first_owner(hold), hold.id});
    for (const auto& [member, account] : accounts_) {
      for (const ModelWaiting& waiting : account.waiting)
        first = std::min(first, {waiting.lot.available_at, kActivation, member, {}});
      for (const ModelLot& lot : account.lots)
        first = std::min(first, {expiry_of(account, lot), kExpiry, member, {}});
    }
    const auto [deadline, kind, whose, timed_out] = first;
    if (kind == kNothing || deadline > now) return;
    in_force_ = version_at(deadline);
    if (kind == kTimeOut) {
      const auto found =
          std::find_if(holds_.begin(), holds_.end(),
                       [id = timed_out](const auto& each) { return each.second.id == id; });
      ModelHold& hold = found->second;
      hold.state = ModelHoldState::TimedOut;
      hold.leaves = deadline + rules().programme.returns.window.milliseconds();
      release(hold, 0, deadline);
      continue;
    }
    ModelAccount& account = accounts_.at(whose);
    if (kind == kExpiry) {
      expire(account, deadline);
      continue;
    }
    std::sort(account.waiting.begin(), account.waiting.end(), [](const auto& a, const auto& b) {
      return std::pair(a.lot.available_at, a.lot.id) < std::pair(b.lot.available_at, b.lot.id);
    });
    const ModelWaiting waiting = account.waiting.front();
    account.waiting.erase(account.waiting.begin());
    activate(account, waiting, deadline);
  }
}

void LedgerModel::activate(ModelAccount& account, const ModelWaiting& waiting, Ms at) {
  ++account.touched;
  // What it was earned under counts, whatever was published since.
  const ModelRules& rules = versions_.at(waiting.version).rules;
  ModelLot lot = waiting.lot;
  lot.available_at = at;
  bool own_rule = false;
  for (const ModelCampaign& each : rules.campaigns)
    own_rule = own_rule || (each.id == waiting.campaign && each.expiry.has_value());
  lot.idle = !own_rule && rules.programme.expiry.kind == ExpiryKind::Inactivity;
  lot.expires = lot.idle ? kNeverMs : expiry_from(rules, waiting.campaign, at);
  if (lot.idle && (account.idle_at == kNeverMs || account.idle_at <= at)) {
    // Points may come before the member ever bought, or outwait the date of their own purchase;
    // what was there before goes at its date all the same.
    expire(account, at);
    account.idle_at = expiry_from(rules, "", at);
  }
  add_lot(account, lot, true);
}

void LedgerModel::expire(ModelAccount& account, Ms at) {
  ++account.touched;
  for (ModelLot& lot : account.lots) {
    const Ms expires = expiry_of(account, lot);
    if (expires > at) continue;
    totals_.expired += lot.remaining;
    if (rules().programme.expiry.reinstate.window_days > 0) {
      ModelLot gone = lot;
      gone.expires = expires;
      gone.idle = false;
      account.expired.push_back(gone);
    }
    lot.remaining = 0;
  }
  std::erase_if(account.lots, [](const ModelLot& lot) { return lot.remaining == 0; });
}

void LedgerModel::release(const ModelHold& hold, Amount from, Ms at) {
  for (const ModelPiece& piece : hold.pieces) {
    ++accounts_.at(piece.owner).touched;
    const Amount kept = std::min(from, piece.points);
    from -= kept;
    if (piece.points > kept)
      bring_back(accounts_.at(piece.owner), piece.lot, piece.points - kept, at);
  }
}

// --- Velocity. ---

std::int64_t LedgerModel::place_of(Period period, Ms now) const {
  if (period == Period::Hour) return static_cast<std::int64_t>(now / kHourMs);
  const std::int64_t day = local_day(rules().programme.utc_offsets, Timestamp(now));
  if (period == Period::Day) return day;
  if (period == Period::Week) return week_of_day(day);
  return month_of_day(day);
}

bool LedgerModel::passes_limit(const ModelAccount& account, VelocityWhat what, Amount points,
                               const ModelCall& call, bool flags) const {
  std::vector<VelocityLimit> limits = rules().programme.velocity;
  if (rules().programme.transfer.per_day > 0) {
    VelocityLimit daily;
    daily.what = VelocityWhat::Transfer;
    daily.times = rules().programme.transfer.per_day;
    limits.push_back(daily);
  }
  for (const VelocityLimit& limit : limits) {
    if (limit.what != what || (limit.flags && what == VelocityWhat::Earn) != flags) continue;
    ModelUse use;
    const auto found = account.velocity.find({what, limit.window, call.transaction->merchant});
    if (found != account.velocity.end() && found->second.place == place_of(limit.window, call.now))
      use = found->second;
    if (limit.times > 0 && use.times + 1 > limit.times) return true;
    if (!limit.points.is_zero() && use.points + points > limit.points.value()) return true;
  }
  return false;
}

void LedgerModel::note(ModelAccount& account, VelocityWhat what, Amount points,
                       const ModelCall& call) {
  for (const Period window : {Period::Hour, Period::Day, Period::Week, Period::Month}) {
    ModelUse& use = account.velocity[{what, window, call.transaction->merchant}];
    const std::int64_t place = place_of(window, call.now);
    if (use.place != place) use = {place, 0, 0};
    ++use.times;
    use.points += points;
  }
}

}  // namespace tally::test
