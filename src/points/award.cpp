// From what rules give to lots, budgets and receipts (design/loyalty.md §6, steps 5 to 11).
#include "points/award.h"

#include <tally/base/canary.h>
#include <tally/base/check.h>
#include <tally/base/limits.h>
#include <tally/model/deed.h>

#include "points/lots.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace tally::points {
namespace {

using rules::Awarded;
using rules::AwardLine;
using state::Account;
using state::Lot;
using state::ProgrammeRecord;
using state::Totals;

Duration age_max(const TransactionContext& context, const Programme& programme) {
  const Duration backdate = context.asking->limits.backdate_max;
  const bool may_backdate = context.asking->role == Role::Operator && backdate > Duration();
  return may_backdate ? backdate : programme.offline_window;
}

std::optional<Points> sum_of(Points a, Points b) {
  if (canary(111)) return Points::from((a.value() + b.value()) & kPointsMax);
  return checked_add(a, b);
}

bool asks_others(const Counter& counter, const Programme& programme) {
  if (counter.kind == CounterKind::DistinctMerchants) return true;
  return counter.kind == CounterKind::DaysSince && counter.merchant != programme.merchant;
}

/// The member's purchases at the other merchants that counters ask about.
Result<std::vector<rules::OtherMerchant>> find_others(const Programme& programme,
                                                      const AccountId& id, const StateView& view) {
  std::vector<rules::OtherMerchant> others;
  const auto& counters = programme.counters;
  const bool asks = std::any_of(counters.begin(), counters.end(),
                                [&](const Counter& c) { return asks_others(c, programme); });
  if (!asks) return others;
  TRY(const std::vector<MerchantId> merchants, state::merchants(view));
  for (const MerchantId merchant : merchants) {
    if (merchant == id.programme) continue;
    TRY(const auto bytes, view.find(state::account_key(AccountId{id.member, merchant})));
    if (!bytes.has_value()) continue;
    TRY(state::AccountHead head, state::decode_account_head(*bytes));
    TRY(const auto record, state::find_merchant(view, merchant));
    CHECK(record.has_value());
    others.push_back({record->name, std::move(head.standing.purchase_days)});
  }
  return others;
}

/// Whether a deed of `trigger` may run campaigns of `other`.
bool may_fire(Trigger trigger, Trigger other) {
  if (other == trigger || other == Trigger::TierUp) return true;
  return trigger == Trigger::Purchase && other == Trigger::Activated;
}

/// What each campaign's budget has given; 0 where it has none, or is not asked.
Result<std::vector<Points>> find_spent(const Programme& programme, Trigger trigger,
                                       MerchantId merchant, const StateView& view) {
  std::vector<Points> spent(programme.campaigns.size());
  for (std::size_t i = 0; i < spent.size(); ++i) {
    const Campaign& campaign = programme.campaigns[i];
    if (!campaign.budget.has_value() || campaign.state != CampaignState::Active) continue;
    if (!may_fire(trigger, campaign.trigger)) continue;
    TRY(const state::CampaignRecord record, state::find_campaign(view, merchant, campaign.id));
    spent[i] = record.spent;
  }
  return spent;
}

Result<void> charge_budgets(const Awarded& awarded, const Programme& programme, MerchantId merchant,
                            StateDelta& delta) {
  for (const rules::BudgetCharge& charge : awarded.charges) {
    const Campaign& campaign = programme.campaigns.at(charge.campaign);
    CHECK(campaign.budget.has_value());
    TRY(state::CampaignRecord record, state::find_campaign(delta, merchant, campaign.id));
    record.spent = checked_add(record.spent, charge.points).value();  // at most the budget
    record.budget = campaign.budget->points;
    ++record.times;
    TRY_VOID(state::put_campaign(delta, merchant, campaign.id, record));
  }
  return {};
}

/// By its campaign's own rule, if it has one.
Timestamp expiry_of_line(const AwardLine& line, const Programme& programme, Timestamp start) {
  const ExpiryRule* rule = &programme.expiry;
  if (line.campaign.has_value() && programme.campaigns[*line.campaign].expires.has_value())
    rule = &*programme.campaigns[*line.campaign].expires;
  return rules::expires_at(*rule, programme.utc_offsets, start);
}

/// One account's share of an award: lines that agree in date and funder make one lot.
class Posting {
 public:
  Posting(const ProgrammeRecord& programme, const TransactionContext& context,
          std::uint16_t& next_entry)
      : programme_(programme), context_(context), next_entry_(next_entry) {}

  /// False: the account cannot take it.
  Result<bool> post(Account& account, const std::vector<AwardLine>& lines, bool to_referrer,
                    Totals& totals, Receipt& receipt) {
    for (const AwardLine& line : lines) {
      if (line.to_referrer != to_referrer) continue;
      if (!add(account, line, totals)) return false;
    }
    if (!lots_.empty() && account.is_full()) return false;
    for (const auto& [key, lot] : lots_)
      TRY_VOID(account.add_lot(lot));
    for (const AwardLine& line : lines)
      if (line.to_referrer == to_referrer)
        receipt.lines.push_back(receipt_line(account.id(), line));
    return true;
  }

 private:
  using Key = std::tuple<Timestamp, Funder>;

  Key key_of(const AwardLine& line) const {
    return {expiry_of_line(line, programme_.rules.programme, context_.ledger_time), line.funder};
  }

  bool add(Account& account, const AwardLine& line, Totals& totals) {
    if (line.points.is_zero()) return true;
    const auto available = sum_of(account.head.available, line.points);
    const auto all_available = sum_of(totals.available, line.points);
    const auto issued = sum_of(totals.issued, line.points);
    if (!available.has_value() || !all_available.has_value() || !issued.has_value()) return false;
    account.head.available = *available;
    totals.available = *all_available;
    totals.issued = *issued;
    const auto [place, is_new] = lots_.try_emplace(key_of(line));
    Lot& lot = place->second;
    if (is_new) lot = begin_lot(account.id(), line, std::get<0>(place->first));
    lot.original = checked_add(lot.original, line.points).value();  // at most what is issued
    lot.remaining = lot.original;
    return true;
  }

  Lot begin_lot(const AccountId& account, const AwardLine& line, Timestamp expires_at) {
    Lot lot;
    lot.id = LotId{context_.position(), next_entry_++};
    lot.first_owner = account.member;
    lot.programme_version = programme_.version;
    lot.earned_at = context_.ledger_time;
    lot.available_at = context_.ledger_time;
    lot.expires_at = expires_at;
    lot.funder = line.funder;
    return lot;
  }

  /// A line of 0 points names no lot: there is none.
  ReceiptLine receipt_line(const AccountId& account, const AwardLine& source) const {
    ReceiptLine line;
    line.kind = LineKind::Earned;
    line.account = account;
    line.points = source.points;
    line.earned_at = context_.ledger_time;
    line.expires_at = std::get<0>(key_of(source));
    if (!source.points.is_zero()) line.lot = lots_.at(key_of(source)).id;
    line.programme_version = programme_.version;
    line.source = source.source;
    line.funder = source.funder;
    return line;
  }

  const ProgrammeRecord& programme_;
  const TransactionContext& context_;
  std::uint16_t& next_entry_;
  std::map<Key, Lot> lots_;
};

/// An enrolment has entered its receipt already.
void enter_once(Account& account, Receipt& receipt) {
  if (account.head.last_receipt != receipt.position) account.enter(receipt);
}

Result<Outcome> post(const Awarded& awarded, const ProgrammeRecord& programme, Account& account,
                     std::optional<Account>& referrer, const TransactionContext& context,
                     StateDelta& delta, Receipt& receipt) {
  const MerchantId merchant = account.id().programme;
  TRY(Totals totals, state::totals(delta, merchant));
  std::uint16_t next_entry = 0;
  Posting own(programme, context, next_entry);
  TRY(const bool own_posted, own.post(account, awarded.lines, false, totals, receipt));
  if (!own_posted) return Outcome::AmountOverflow;
  account.head.standing = awarded.standing;
  enter_once(account, receipt);
  TRY_VOID(account.store(delta));
  if (awarded.referrer.has_value()) {
    CHECK(referrer.has_value());
    Posting other(programme, context, next_entry);
    TRY(const bool posted, other.post(*referrer, awarded.lines, true, totals, receipt));
    if (!posted) return Outcome::AmountOverflow;
    referrer->head.standing = *awarded.referrer;
    referrer->enter(receipt);
    TRY_VOID(referrer->store(delta));
  }
  TRY_VOID(state::put_totals(delta, merchant, totals));
  TRY_VOID(charge_budgets(awarded, programme.rules.programme, merchant, delta));
  return Outcome::Accepted;
}

Result<std::optional<Account>> load_referrer(const Account& account, const StateView& view) {
  const std::optional<MemberId>& referrer = account.head.standing.referrer;
  if (!referrer.has_value()) return std::optional<Account>();
  return Account::load(view, AccountId{*referrer, account.id().programme});
}

bool awards_referrers(const Programme& programme) {
  return std::any_of(programme.campaigns.begin(), programme.campaigns.end(),
                     [](const Campaign& campaign) { return campaign.referrer.has_value(); });
}

}  // namespace

Outcome check_event_time(Timestamp event_time, const TransactionContext& context,
                         const Programme& programme) {
  if (event_time > context.proposed_time.plus(Duration(limits::kEventAheadMs)))
    return Outcome::EventInFuture;
  if (context.ledger_time.since(event_time) > age_max(context, programme))
    return Outcome::EventTooOld;
  return Outcome::Accepted;
}

Result<Outcome> award(rules::Occasion occasion, const AccountId& id,
                      const TransactionContext& context, StateDelta& delta, Receipt& receipt) {
  // One award may write thousands of lines: as many as one block's receipts can bear, and no more.
  if (context.block_is_full || context.rules->is_spent(id.programme)) return Outcome::BlockFull;
  TRY(const auto* const record, context.rules->in_force(delta, id.programme, context.height));
  CHECK(record != nullptr);
  TRY(auto account, Account::load(delta, id));
  CHECK(account.has_value());
  const Programme& programme = record->rules.programme;
  std::optional<Account> referrer;
  if (awards_referrers(programme)) {
    TRY(referrer, load_referrer(*account, delta));
  }
  TRY(const auto others, find_others(programme, id, delta));
  TRY(const auto spent, find_spent(programme, occasion.trigger, id.programme, delta));
  occasion.block_time = context.ledger_time;
  occasion.others = others;
  occasion.spent = spent;

  const std::optional<Standing> referrers =
      referrer.has_value() ? std::optional(referrer->head.standing) : std::nullopt;
  Awarded awarded = rules::evaluate(record->rules, occasion,
                                    {account->head.enrolled_at, account->head.standing}, referrers);
  context.rules->charge(id.programme, awarded.cost);
  if (awarded.outcome != Outcome::Accepted) return awarded.outcome;
  receipt.rules = std::move(awarded.results);
  receipt.facts = std::move(awarded.facts);
  receipt.facts->programme_version = record->version;
  return post(awarded, *record, *account, referrer, context, delta, receipt);
}

Result<std::optional<AccountId>> referrer_of(const Action& action, Height height,
                                             state::RuleBook& rules, const StateView& view) {
  const std::optional<AccountId> id = account_of_deed(action);
  if (!id.has_value()) return std::optional<AccountId>();
  TRY(const auto* const record, rules.in_force(view, id->programme, height));
  if (record == nullptr || !awards_referrers(record->rules.programme))
    return std::optional<AccountId>();
  std::optional<MemberId> referrer;
  if (const auto* enrol = std::get_if<Enrol>(&action)) {
    referrer = enrol->referrer;
  } else {
    TRY(const auto bytes, view.find(state::account_key(*id)));
    if (!bytes.has_value()) return std::optional<AccountId>();
    TRY(const state::AccountHead head, state::decode_account_head(*bytes));
    referrer = head.standing.referrer;
  }
  return referrer.has_value() ? std::optional(AccountId{*referrer, id->programme}) : std::nullopt;
}

}  // namespace tally::points
