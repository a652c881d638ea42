// The next version of a programme: checked against the ledger, compiled, stored.
#include "points/publication.h"

#include <tally/base/check.h>
#include <tally/base/limits.h>
#include <tally/rules/programme.h>
#include <tally/state/consent.h>

#include <algorithm>
#include <array>

namespace tally::points {
namespace {

/// How many of the newest versions wait for their height. Every block that uses the programme walks
/// down over them to the version in force, so they are counted before another is added.
Result<std::size_t> count_waiting(const StateView& view, MerchantId merchant, std::uint32_t last,
                                  Height height) {
  std::size_t waiting = 0;
  for (std::uint32_t version = last; version >= 1; --version) {
    TRY(const std::optional<Height> start, state::find_start(view, merchant, version));
    if (!start.has_value() || *start <= height) break;
    ++waiting;
  }
  return waiting;
}

/// Room is kept for what takes effect at once: it ends the wait of those before it, so however far
/// ahead they lie, the programme can be changed.
std::size_t waiting_max(const NextVersion& next) {
  const bool at_once = next.active_from == Height();
  return at_once ? limits::kPendingVersionsMax : limits::kPendingVersionsMax / 2;
}

bool too_many_run(const Programme& programme) {
  std::array<std::size_t, static_cast<std::size_t>(Trigger::TierUp) + 1> running{};
  for (const Campaign& campaign : programme.campaigns)
    if (campaign.state == CampaignState::Active &&
        ++running.at(static_cast<std::size_t>(campaign.trigger)) > limits::kTriggerCampaignsMax)
      return true;
  return false;
}

Outcome outcome_of(rules::Reason reason) {
  const auto outcome =
      outcome_from(static_cast<std::uint16_t>(100 + static_cast<std::uint8_t>(reason)));
  CHECK(outcome.has_value());
  return *outcome;
}

/// What a window still lets in must be known to be a repetition (design/loyalty.md §6, §20).
bool outlasts(const Programme& programme, Duration memory) {
  return programme.offline_window > memory || programme.returns.window > memory;
}

/// Members hold their tier by its place: tiers may be added above and taken away there, else a
/// version would promote or demote everybody in silence.
bool keeps_places(const TierRules& before, const TierRules& after) {
  const std::size_t both = std::min(before.tiers.size(), after.tiers.size());
  for (std::size_t i = 0; i < both; ++i)
    if (before.tiers[i].name != after.tiers[i].name) return false;
  return true;
}

Outcome check_rules(const Programme& programme) {
  if (too_many_run(programme)) return Outcome::TooManyCampaigns;
  if (!rules::unsupported(programme).empty()) return Outcome::NotEnabled;
  const auto compiled = rules::compile(programme);
  return compiled ? Outcome::Accepted : outcome_of(compiled.error().front().reason);
}

/// Units of rule cost for each byte of a programme that is read or compiled. To compile it takes
/// 12; preclaim and apply both do.
constexpr std::uint64_t kCostOfByte = 24;

std::uint64_t cost_of(const Programme& programme) {
  codec::Writer out;
  encode(out, programme);
  return kCostOfByte * out.size();
}

const Campaign* find_campaign_in(const std::optional<Programme>& programme, const std::string& id) {
  if (!programme.has_value()) return nullptr;
  const auto& all = programme->campaigns;
  const auto place = std::lower_bound(
      all.begin(), all.end(), id, [](const Campaign& c, const auto& key) { return c.id < key; });
  return place != all.end() && place->id == id ? &*place : nullptr;
}

/// What members have used of its caps, and what it has given, would count for another campaign.
Result<Outcome> check_ids(const Programme& programme, const std::optional<Programme>& last,
                          MerchantId merchant, const StateView& view) {
  for (const Campaign& campaign : programme.campaigns) {
    if (const Campaign* before = find_campaign_in(last, campaign.id)) {
      const bool comes_back = before->state == CampaignState::Ended;
      if (comes_back && campaign.state != CampaignState::Ended) return Outcome::DuplicateCampaign;
      continue;
    }
    TRY(const auto record, state::find_campaign(view, merchant, campaign.id));
    if (record.retired) return Outcome::DuplicateCampaign;
  }
  return Outcome::Accepted;
}

Result<void> retire_dropped(const Programme& programme, const std::optional<Programme>& last,
                            MerchantId merchant, StateDelta& delta) {
  if (!last.has_value()) return {};
  const std::optional<Programme> next(programme);
  for (const Campaign& campaign : last->campaigns) {
    if (find_campaign_in(next, campaign.id) != nullptr) continue;
    TRY(state::CampaignRecord record, state::find_campaign(delta, merchant, campaign.id));
    record.retired = true;
    TRY_VOID(state::put_campaign(delta, merchant, campaign.id, record));
  }
  return {};
}

Result<Outcome> check_approvals(const std::vector<std::string>& named,
                                const TransactionContext& context, const StateView& view) {
  for (const std::string& name : named) {
    TRY(const auto merchant, state::find_merchant_named(view, name));
    if (!merchant.has_value()) return Outcome::UnknownMerchant;
    TRY(const std::size_t approving, state::operators_agreeing(view, context, *merchant));
    if (approving == 0) return Outcome::ApprovalsMissing;
  }
  return Outcome::Accepted;
}

Result<Outcome> check_place(const NextVersion& next, const state::MerchantRecord& merchant,
                            const TransactionContext& context, const StateView& view) {
  // The last version there is can have no next one.
  if (next.version == 0 || next.version - 1 != merchant.programme_version)
    return Outcome::VersionNotNext;
  if (next.active_from != Height() && next.active_from <= context.height)
    return Outcome::HeightNotAllowed;
  TRY(const std::size_t waiting, count_waiting(view, context.transaction->merchant,
                                               merchant.programme_version, context.height));
  return waiting < waiting_max(next) ? Outcome::Accepted : Outcome::HeightNotAllowed;
}

}  // namespace

Result<Outcome> check_claim(const NextVersion& next, const std::vector<std::string>& named,
                            const TransactionContext& context, const StateView& view) {
  if (context.rules->is_spent(context.transaction->merchant)) return Outcome::BlockFull;
  TRY(const auto merchant, state::find_merchant(view, context.transaction->merchant));
  if (!merchant.has_value()) return Outcome::UnknownMerchant;
  TRY(const Outcome placed, check_place(next, *merchant, context, view));
  if (placed != Outcome::Accepted) return placed;
  return check_approvals(named, context, view);
}

Result<std::optional<Programme>> last_programme(const TransactionContext& context,
                                                const StateView& view) {
  const MerchantId merchant_id = context.transaction->merchant;
  TRY(const auto merchant, state::find_merchant(view, merchant_id));
  const std::uint32_t last = merchant.has_value() ? merchant->programme_version : 0;
  TRY(auto record, state::find_version(view, merchant_id, last));
  if (!record.has_value()) return std::optional<Programme>();
  context.rules->charge(merchant_id, cost_of(record->rules.programme));
  return std::optional<Programme>(std::move(record->rules.programme));
}

Result<Outcome> check_alone_per_day(const Programme& programme,
                                    const std::optional<Programme>& last,
                                    const TransactionContext& context, const StateView& view) {
  if (!last.has_value() || programme.adjust.alone_per_day <= last->adjust.alone_per_day)
    return Outcome::Accepted;
  const MerchantId id = context.transaction->merchant;
  TRY(const auto merchant, state::find_merchant(view, id));
  TRY(const std::size_t agreeing, state::operators_agreeing(view, context, id));
  const std::size_t needed = merchant.has_value() && merchant->had_second_operator ? 2 : 1;
  return agreeing >= needed ? Outcome::Accepted : Outcome::ApprovalsMissing;
}

Result<Outcome> check_next(const Programme& programme, const std::optional<Programme>& last,
                           const TransactionContext& context, const StateView& view) {
  const MerchantId merchant_id = context.transaction->merchant;
  TRY(const auto merchant, state::find_merchant(view, merchant_id));
  if (!merchant.has_value()) return Outcome::UnknownMerchant;
  if (programme.merchant != merchant->name) return Outcome::NotPermitted;
  TRY(const auto exponent, state::currency_exponent(view, programme.currency));
  if (!exponent.has_value()) return Outcome::CurrencyNotAccepted;
  if (outlasts(programme, context.request_memory)) return Outcome::WindowTooLong;
  if (last.has_value() && !keeps_places(last->tiers, programme.tiers)) return Outcome::NotEnabled;
  TRY(const Outcome named, check_ids(programme, last, merchant_id, view));
  if (named != Outcome::Accepted) return named;
  context.rules->charge(merchant_id, cost_of(programme));
  return check_rules(programme);
}

Result<Outcome> publish(const NextVersion& next, const Programme& programme,
                        const std::optional<Programme>& last, const TransactionContext& context,
                        StateDelta& delta) {
  const MerchantId merchant_id = context.transaction->merchant;
  TRY(auto merchant, state::find_merchant(delta, merchant_id));
  CHECK(merchant.has_value());
  merchant->programme_version = next.version;
  TRY_VOID(state::put_merchant(delta, merchant_id, *merchant));
  TRY_VOID(retire_dropped(programme, last, merchant_id, delta));
  auto compiled = rules::compile(programme);
  CHECK(compiled.has_value());
  const bool at_once = next.active_from == Height();
  const Height active_from = at_once ? context.height.next() : next.active_from;
  TRY_VOID(
      state::put_version(delta, merchant_id, {next.version, active_from, std::move(*compiled)}));
  return Outcome::Accepted;
}

}  // namespace tally::points
