// From a deed to what it gives (design/loyalty.md §6).
#include "points/award.h"

#include <tally/base/check.h>
#include <tally/base/limits.h>
#include <tally/model/deed.h>
#include <tally/state/books.h>
#include <tally/state/issuer.h>
#include <tally/state/settlement.h>
#include <tally/state/taken.h>

#include "points/heads.h"
#include "points/lots.h"
#include "points/posting.h"
#include "points/velocity.h"

#include <algorithm>

namespace tally::points {
namespace {

using rules::Awarded;
using state::Account;
using state::AccountHead;
using state::Books;
using state::ProgrammeRecord;

/// Units of rule cost for looking up who may be charged, and how much: some ten microseconds.
constexpr std::uint64_t kCostOfFunding = 1'000;

Duration age_max(const TransactionContext& context, const Programme& programme) {
  const Duration backdate = context.asking->limits.backdate_max;
  const bool may_backdate = context.asking->role == Role::Operator && backdate > Duration();
  return may_backdate ? backdate : programme.offline_window;
}

/// The member's purchases at the other merchants that counters ask about.
Result<std::vector<rules::OtherMerchant>> find_others(const Programme& programme,
                                                      const AccountId& id, const StateView& view) {
  std::vector<rules::OtherMerchant> others;
  if (!rules::asks_others(programme)) return others;
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

bool awards_referrers(const Programme& programme) {
  return std::any_of(programme.campaigns.begin(), programme.campaigns.end(),
                     [](const Campaign& campaign) { return campaign.referrer.has_value(); });
}

/// A purchase as velocity limits see it. Of what it gives a referrer nothing is the member's.
Counted counted(const Awarded& awarded, const TransactionContext& context) {
  Counted earn;
  earn.what = VelocityWhat::Earn;
  earn.merchant = context.transaction->merchant;
  earn.time = context.ledger_time;
  for (const rules::AwardLine& line : awarded.lines)
    if (!line.to_referrer)
      earn.points = checked_add(earn.points, line.points).value_or(*Points::from(kPointsMax));
  return earn;
}

/// One deed on its way from the rules to the books.
class Awarding {
 public:
  Awarding(const rules::Occasion& occasion, const ProgrammeRecord& record,
           const TransactionContext& context, Account& account, Surroundings& around)
      : occasion_(occasion),
        record_(record),
        context_(context),
        account_(account),
        around_(around) {}

  Result<Outcome> run(StateDelta& delta, Receipt& receipt) {
    Awarded awarded = evaluate();
    if (awarded.outcome != Outcome::Accepted) return awarded.outcome;
    if (occasion_.trigger == Trigger::Purchase) {
      const Outcome within = limit(awarded);
      if (within != Outcome::Accepted) return within;
      TRY(const Outcome given, give_base(awarded, delta));
      if (given != Outcome::Accepted) return given;
      note_activity(account_.head, programme(), context_.ledger_time);
    }
    receipt.rules = std::move(awarded.results);
    receipt.facts = std::move(awarded.facts);
    receipt.facts->programme_version = record_.version;
    return post(awarded, delta, receipt);
  }

 private:
  [[nodiscard]] const Programme& programme() const { return record_.rules.programme; }

  Awarded evaluate() {
    std::optional<Standing> referrer;
    if (around_.referrer.has_value()) referrer = around_.referrer->head.standing;
    Awarded awarded = rules::evaluate(
        record_.rules, occasion_, {account_.head.enrolled_at, account_.head.standing}, referrer);
    context_.rules->charge(context_.transaction->merchant, awarded.cost);
    return awarded;
  }

  /// What a flagged purchase gives is known once nothing of it activates.
  Outcome limit(Awarded& awarded) {
    const Velocity velocity =
        check_velocity(programme(), account_.head, counted(awarded, context_));
    if (velocity == Velocity::Blocked) return Outcome::VelocityLimit;
    if (velocity == Velocity::Flagged) {
      occasion_.flagged = true;
      awarded = evaluate();
      if (awarded.outcome != Outcome::Accepted) return awarded.outcome;
    }
    note_velocity(programme(), account_.head, counted(awarded, context_));
    return Outcome::Accepted;
  }

  /// What a partner gives as base has to be paid for, by the partner, or by the issuer within what
  /// the two agreed on for a cycle (design/loyalty.md §8).
  Result<Outcome> give_base(const Awarded& awarded, StateDelta& delta) {
    const MerchantId giver = context_.transaction->merchant;
    const MerchantId issuer = account_.id().programme;
    if (giver == issuer) return Outcome::Accepted;
    const RuleResult& base = awarded.results.front();
    CHECK(base.source == rules::kBaseSource);
    if (base.reason == RuleReason::RateNotAvailable) return Outcome::RateNotAvailable;
    if (base.reason == RuleReason::FunderCap) return Outcome::ExposureCapExceeded;
    const Partner* const partner = rules::find_partner(programme(), occasion_.merchant);
    CHECK(partner != nullptr);
    if (!partner->issuer_funds_base) return Outcome::Accepted;
    const std::uint32_t cycle = state::cycle_of(context_.ledger_time);
    TRY(const bool may_give,
        state::may_give(delta, issuer, giver, cycle, base.given, partner->points_per_cycle));
    if (!may_give) return Outcome::AcceptorLimitExceeded;
    TRY_VOID(state::note_given(delta, issuer, giver, cycle, base.given));
    return Outcome::Accepted;
  }

  Result<Outcome> post(const Awarded& awarded, StateDelta& delta, Receipt& receipt) {
    const MerchantId merchant = account_.id().programme;
    TRY(Books books, Books::open(delta, merchant, context_.ledger_time, receipt));
    PostingPlace place;
    place.programme = &record_;
    place.trigger = occasion_.trigger;
    place.flagged = occasion_.flagged;
    place.time = context_.ledger_time;
    place.transaction = context_.position();
    place.funding = &around_.funding;
    Account* const referrer = around_.referrer.has_value() ? &*around_.referrer : nullptr;
    TRY(const bool posted, post_award(awarded, place, books, account_, referrer));
    if (!posted) return Outcome::AmountOverflow;
    if (occasion_.trigger == Trigger::Purchase) ++books.totals.earns;
    TRY_VOID(books.close(account_, delta));
    if (awarded.referrer.has_value()) TRY_VOID(books.close(*referrer, delta));
    TRY_VOID(books.close(delta));
    TRY_VOID(charge_budgets(awarded, programme(), merchant, delta));
    TRY(const bool charged, charge_funders(place.funded, place.time, delta, receipt));
    return charged ? Outcome::Accepted : Outcome::AmountOverflow;
  }

  rules::Occasion occasion_;
  const ProgrammeRecord& record_;
  const TransactionContext& context_;
  Account& account_;
  Surroundings& around_;
};

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
  if (context.block_is_full || context.rules->is_spent(context.transaction->merchant))
    return Outcome::BlockFull;
  TRY(const auto* const record, context.rules->in_force(delta, id.programme, context.height));
  CHECK(record != nullptr);
  TRY(const state::IssuerRecord issuer, state::find_issuer(delta, id.programme));
  const Outcome may_issue = state::check_may_issue(issuer);
  if (may_issue != Outcome::Accepted) return may_issue;
  TRY(auto account, Account::load(delta, id));
  CHECK(account.has_value());
  TRY(Surroundings around, find_surroundings(record->rules.programme, occasion.trigger, *account,
                                             context.ledger_time, delta));
  const std::vector<rules::FunderRoom> rooms = around.funding.rooms();
  if (!rooms.empty()) context.rules->charge(context.transaction->merchant, kCostOfFunding);
  occasion.quotes_in_force = around.funding.ask.has_value();
  occasion.funders = rooms;
  occasion.block_time = context.ledger_time;
  occasion.others = around.others;
  occasion.spent = around.spent;
  return Awarding(occasion, *record, context, *account, around).run(delta, receipt);
}

Result<Surroundings> find_surroundings(const Programme& programme, Trigger trigger,
                                       const Account& account, Timestamp at,
                                       const StateView& view) {
  Surroundings around;
  TRY(around.others, find_others(programme, account.id(), view));
  TRY(around.spent, find_spent(programme, trigger, account.id().programme, view));
  TRY(around.funding, find_funding(programme, account.id().programme, at, view));
  if (!awards_referrers(programme)) return around;
  TRY(const auto referrer, referrer_of_account(account.id(), view));
  if (!referrer.has_value()) return around;
  TRY(around.referrer, Account::load(view, *referrer));
  return around;
}

Result<std::optional<AccountId>> living_account(AccountId id, const StateView& view) {
  TRY(const AccountId now, account_now(view, id));
  TRY(const auto head, find_head(view, now));
  const bool lives = head.has_value() && check_open(*head) == Outcome::Accepted;
  return lives ? std::optional(now) : std::nullopt;
}

Result<std::optional<AccountId>> referrer_of_account(const AccountId& account,
                                                     const StateView& view) {
  TRY(const auto head, find_head(view, account));
  if (!head.has_value() || !head->standing.referrer.has_value()) return std::optional<AccountId>();
  TRY(const auto referrer,
      living_account(AccountId{*head->standing.referrer, account.programme}, view));
  return referrer == account ? std::nullopt : referrer;
}

Result<std::optional<AccountId>> referrer_of(const Action& action, Height height,
                                             state::RuleBook& rules, const StateView& view) {
  const std::optional<AccountId> id = account_of_deed(action);
  if (!id.has_value()) return std::optional<AccountId>();
  TRY(const auto* const record, rules.in_force(view, id->programme, height));
  if (record == nullptr || !awards_referrers(record->rules.programme))
    return std::optional<AccountId>();
  const auto* const enrol = std::get_if<Enrol>(&action);
  if (enrol == nullptr) return referrer_of_account(*id, view);
  if (!enrol->referrer.has_value()) return std::optional<AccountId>();
  return living_account(AccountId{*enrol->referrer, id->programme}, view);
}

}  // namespace tally::points
