// Steps of the programme's versions into transactions.
#include "property/property_writer.h"
#include "support/builders.h"

#include <algorithm>
#include <array>

namespace tally::test {
namespace {

constexpr Ms kHourMs = 3'600'000;
constexpr Ms kDayMs = 86'400'000;

template <typename Value, std::size_t kCount>
const Value& one_of(const std::array<Value, kCount>& values, std::uint32_t n) {
  return values.at(n % kCount);
}

void change_price(RedeemRule& rule, std::uint32_t n) {
  struct Price {
    std::int64_t points;
    std::int64_t minor;
  };
  constexpr std::array kPrices = {Price{3, 2}, Price{1, 1}, Price{5, 2}, Price{7, 10}};
  rule.price_points = points(one_of(kPrices, n).points);
  rule.price_money = money(one_of(kPrices, n).minor);
}

void change_pending(EarnRules& rule, std::uint32_t n) {
  const std::array kPendings = {Pending{false, Duration()}, Pending{false, Duration(2 * kDayMs)},
                                Pending{false, Duration(14 * kDayMs)},
                                Pending{true, Duration(30 * kDayMs)}};
  rule.pending = one_of(kPendings, n);
}

void change_cap(EarnRules& rule, std::uint32_t n) {
  constexpr std::array<std::uint64_t, 3> kCaps = {0, 60, 100};
  rule.cap_points.clear();
  if (one_of(kCaps, n) > 0) rule.cap_points = {{Period::Transaction, one_of(kCaps, n)}};
}

void change_expiry(ExpiryRule& rule, std::uint32_t n) {
  constexpr std::array kRoundings = {MonthRounding::None, MonthRounding::EndOfMonth,
                                     MonthRounding::EndOfQuarter};
  if (rule.kind == ExpiryKind::Never) return;
  if (rule.kind == ExpiryKind::Fixed) {
    rule.min_days = 1 + n % 20;
    return;
  }
  rule.months = 1 + n % 3;
  rule.rounding = one_of(kRoundings, n / 3);
}

/// One thing of what a programme says, as `what` has it; `n` is its new value.
void change(Programme& programme, std::uint32_t what, std::uint32_t n) {
  constexpr std::array<std::int64_t, 4> kPers = {50, 25, 40, 100};
  constexpr std::array<std::int64_t, 4> kMinimums = {6, 2, 30, 1};
  constexpr std::array<std::int64_t, 4> kSteps = {2, 1, 5, 10};
  constexpr std::array<std::uint8_t, 3> kPercents = {80, 50, 100};
  constexpr std::array<Ms, 3> kWindows = {20 * kDayMs, 10 * kDayMs, 25 * kDayMs};
  constexpr std::array<Ms, 3> kTtls = {900'000, 60'000, kHourMs};
  constexpr std::array<std::uint32_t, 3> kGraces = {0, 5, 20};
  switch (what % 13) {
    case 0:
    case 1:
      programme.earn.base = base_rule(1, one_of(kPers, n));
      return;
    case 2:
      programme.earn.counts_tax = !programme.earn.counts_tax;
      return;
    case 3:
      programme.redeem.minimum = points(one_of(kMinimums, n));
      return;
    case 4:
      programme.redeem.step = points(one_of(kSteps, n));
      return;
    case 5:
      return change_price(programme.redeem, n);
    case 6:
      programme.redeem.max_percent = one_of(kPercents, n);
      programme.redeem.mixed = n % 4 != 0;
      return;
    case 7:
      return change_pending(programme.earn, n);
    case 8:
      return change_cap(programme.earn, n);
    case 9:
      return change_expiry(programme.expiry, n);
    case 10:
      // What never expires has no grace to give.
      if (programme.expiry.kind != ExpiryKind::Never)
        programme.expiry.grace_days = one_of(kGraces, n);
      return;
    case 11:
      programme.returns.window = Duration(one_of(kWindows, n));
      return;
    default:
      programme.hold.ttl = Duration(one_of(kTtls, n));
  }
}

/// So many points for a purchase of some size, or for what any key attests; now and then after a
/// day; no budget.
Campaign simple_campaign(std::uint32_t n) {
  constexpr std::array<Amount, 3> kFroms = {0, 1'000, 4'000};
  Campaign campaign = a_campaign("c-plus-" + std::to_string(n % 6), std::to_string(5 + n / 6 % 20));
  if (one_of(kFroms, n / 16) > 0)
    campaign.when = "tx.eligible >= " + std::to_string(one_of(kFroms, n / 16));
  if (n % 6 == 5) {
    campaign.trigger = Trigger::Attested;
    campaign.when.clear();
  }
  if (n % 6 == 3) campaign.pending = Pending{false, Duration(kDayMs)};
  return campaign;
}

bool may_be(CampaignChange change, CampaignState state) {
  if (change == CampaignChange::Pause) return state == CampaignState::Active;
  if (change == CampaignChange::Resume) return state == CampaignState::Paused;
  return state != CampaignState::Ended;
}

}  // namespace

/// Mostly the next one, at once or some blocks later.
StepWriter::Next StepWriter::next_version(const Step& step) const {
  Next next;
  next.number = static_cast<std::uint32_t>(model_->last_version() + 1);
  if (step.c % 16 == 1) ++next.number;
  if (step.c % 16 == 2) --next.number;
  const std::uint64_t block = model_->height() + 1;
  if (step.b % 3 == 0) next.active_from = Height(block + 1 + step.b / 3 % 6);
  if (step.b % 32 == 4) next.active_from = Height(block - step.b / 32 % 2);
  return next;
}

Action StepWriter::publish_programme(const Step& step) const {
  PublishProgramme action;
  const Next next = next_version(step);
  action.version = next.number;
  action.active_from = next.active_from;
  action.programme = model_->last_rules().programme;
  change(action.programme, step.a, step.d);
  if (step.a / 16 % 2 == 0) change(action.programme, step.a / 32, step.d / 16);
  if (step.c / 16 % 16 == 1) action.programme.returns.window = Duration(31 * kDayMs);
  // One may be left out, for good; what has ended may not come back.
  auto& campaigns = action.programme.campaigns;
  if (step.c / 16 % 16 == 2 && !campaigns.empty())
    campaigns.erase(campaigns.begin() + static_cast<std::ptrdiff_t>(step.d % campaigns.size()));
  if (step.c / 16 % 16 == 3)
    for (Campaign& campaign : campaigns)
      campaign.state = CampaignState::Active;
  return action;
}

/// Mostly of one that may be changed so.
Action StepWriter::publish_campaign(const Step& step) const {
  constexpr std::array kChanges = {
      CampaignChange::Add,   CampaignChange::Add,    CampaignChange::Add,    CampaignChange::Pause,
      CampaignChange::Pause, CampaignChange::Resume, CampaignChange::Resume, CampaignChange::End};
  PublishCampaign action;
  const Next next = next_version(step);
  action.version = next.number;
  action.active_from = next.active_from;
  action.change = one_of(kChanges, step.a);
  const auto& campaigns = model_->last_rules().programme.campaigns;
  if (action.change == CampaignChange::Add) {
    action.campaign = simple_campaign(step.d);
    action.id = action.campaign->id;
    return action;
  }
  action.id = "c-plus-" + std::to_string(step.d % 6);
  for (std::size_t i = 0; i < campaigns.size() && step.c / 16 % 8 != 0; ++i) {
    const Campaign& campaign = campaigns[(step.d + i) % campaigns.size()];
    if (!may_be(action.change, campaign.state)) continue;
    action.id = campaign.id;
    break;
  }
  return action;
}

}  // namespace tally::test
