// Attest: an action that a named key vouches for earns what ATTESTED campaigns give
// (design/loyalty.md §6).
#include <tally/points/points.h>

#include <tally/base/check.h>

#include "points/award.h"
#include "points/heads.h"

namespace tally::points {
namespace {

Result<bool> has_counted(const Attest& attest, const TransactionContext& context,
                         const StateView& view) {
  TRY(const auto counted, state::find_ref(view, attest.programme, attest.ref));
  return counted.has_value() && context.ledger_time.since(*counted) <= context.request_memory;
}

/// Whether some running campaign waits for what this key vouches for.
bool is_attestor(const Programme& programme, const std::string& key_name) {
  for (const Campaign& campaign : programme.campaigns)
    if (campaign.trigger == Trigger::Attested && campaign.state == CampaignState::Active &&
        (campaign.attestor.empty() || campaign.attestor == key_name))
      return true;
  return false;
}

}  // namespace

Result<Outcome> preclaim(const Attest& attest, const TransactionContext& context,
                         const StateView& view) {
  TRY(const auto* const record, context.rules->in_force(view, attest.programme, context.height));
  if (record == nullptr) return Outcome::UnknownProgramme;
  const Programme& programme = record->rules.programme;
  if (!is_attestor(programme, context.asking->name)) return Outcome::NotPermitted;
  const Outcome in_time = check_event_time(attest.event_time, context, programme);
  if (in_time != Outcome::Accepted) return in_time;
  const AccountId id{attest.member, attest.programme};
  TRY(const auto head, state::find_head(view, id));
  if (!head.has_value()) return Outcome::UnknownMember;
  const Outcome open = check_open(*head);
  if (open != Outcome::Accepted) return open;
  TRY(const bool counted, has_counted(attest, context, view));
  return counted ? Outcome::DuplicateRef : Outcome::Accepted;
}

Result<Outcome> apply(const Attest& attest, const TransactionContext& context, StateDelta& delta,
                      Receipt& receipt) {
  TRY(const auto merchant, state::find_merchant(delta, context.transaction->merchant));
  CHECK(merchant.has_value());
  rules::Occasion occasion;
  occasion.trigger = Trigger::Attested;
  occasion.event_time = attest.event_time;
  occasion.merchant = merchant->name;
  occasion.channel = attest.channel;
  occasion.store = attest.store;
  occasion.ref = attest.ref;
  occasion.signed_by = context.asking->name;
  const AccountId id{attest.member, attest.programme};
  TRY(const Outcome awarded, award(occasion, id, context, delta, receipt));
  if (awarded != Outcome::Accepted) return awarded;
  TRY_VOID(state::put_ref(delta, attest.programme, attest.ref, context.ledger_time));
  return Outcome::Accepted;
}

Result<Outcome> award_enrolment(const Enrol& enrol, const TransactionContext& context,
                                StateDelta& delta, Receipt& receipt) {
  TRY(const auto* const record, context.rules->in_force(delta, enrol.programme, context.height));
  CHECK(record != nullptr);
  if (static_cost(record->rules, Trigger::Enrol) == 0) return Outcome::Accepted;  // no campaign
  TRY(const auto merchant, state::find_merchant(delta, context.transaction->merchant));
  CHECK(merchant.has_value());
  rules::Occasion occasion;
  occasion.trigger = Trigger::Enrol;
  occasion.event_time = context.ledger_time;
  occasion.merchant = merchant->name;
  return award(occasion, AccountId{enrol.member, enrol.programme}, context, delta, receipt);
}

}  // namespace tally::points
