// Counters and campaigns of a programme file.
#include <tally/base/bytes.h>
#include <tally/base/limits.h>

#include "config/programme_reader.h"

namespace tally::config {
namespace {

constexpr std::int64_t kShareMax = 1'000'000'000;

/// "issuer", "merchant:ID" or "brand:NAME".
Funder read_funder(TomlTable& table, const char* key) {
  const std::optional<std::string> text = table.text(key);
  if (!text || *text == "issuer") return {};
  for (const auto& [prefix, kind] :
       {std::pair<std::string, FunderKind>("merchant:", FunderKind::Merchant),
        std::pair<std::string, FunderKind>("brand:", FunderKind::Brand)})
    if (text->starts_with(prefix) && text->size() > prefix.size())
      return {kind, text->substr(prefix.size())};
  table.fault(kProgrammeKinds.bad_form, key, "\"" + printable(*text) + "\"",
              "issuer, merchant:ID or brand:NAME");
  return {};
}

std::vector<FunderShare> read_funders(TomlTable& campaign) {
  std::vector<FunderShare> funders;
  if (!campaign.has("funder")) return {FunderShare()};
  if (!campaign.is_list("funder")) return {FunderShare{read_funder(campaign, "funder"), 1, 1}};
  for (TomlTable& table : campaign.tables("funder", limits::kFundersMax)) {
    FunderShare share;
    share.who = read_funder(table, "who");
    if (const auto parts = table.integers("share", 2, 1, kShareMax)) {
      share.numerator = static_cast<std::uint32_t>((*parts)[0]);
      share.denominator = static_cast<std::uint32_t>((*parts)[1]);
    }
    table.finish();
    funders.push_back(std::move(share));
  }
  return funders;
}

std::optional<Budget> read_budget(TomlTable& campaign) {
  TomlTable table = campaign.table("budget");
  if (!table.exists()) return std::nullopt;
  Budget budget;
  budget.points = *Points::from(table.integer("points", 0, kPointsMax).value_or(0));
  budget.all_or_nothing =
      read_optional_word(table, "exhausted", {{false, "PARTIAL"}, {true, "ALL_OR_NOTHING"}}, false);
  table.finish();
  return budget;
}

std::optional<ReferrerAward> read_referrer(TomlTable& campaign) {
  TomlTable table = campaign.table("referrer");
  if (!table.exists()) return std::nullopt;
  ReferrerAward referrer;
  referrer.award = table.text("award").value_or("");
  referrer.cap_points = read_caps(table, "cap_points", Period::Transaction);
  referrer.cap_times = read_caps(table, "cap_times", Period::Day);
  table.finish();
  return referrer;
}

/// A file's keys are sorted by the parser, as the model wants them.
std::vector<Parameter> read_params(TomlTable& campaign) {
  std::vector<Parameter> params;
  TomlTable table = campaign.table("params");
  for (const std::string& name : table.keys()) {
    Parameter parameter{name, false};
    switch (table.type(name.c_str())) {
      case TomlTable::Type::Boolean:
        parameter.value = table.boolean(name.c_str()).value_or(false);
        break;
      case TomlTable::Type::Integer:
        parameter.value = table.integer(name.c_str(), INT64_MIN, INT64_MAX).value_or(0);
        break;
      case TomlTable::Type::Text:
        parameter.value = table.any_text(name.c_str()).value_or("");
        break;
      case TomlTable::Type::Other:
        table.fault(kProgrammeKinds.wrong_type, name.c_str(), "another type",
                    "an integer, a string, true or false");
        break;
    }
    params.push_back(std::move(parameter));
  }
  if (params.size() > limits::kParametersMax)
    campaign.fault(kProgrammeKinds.too_many, "params", std::to_string(params.size()) + " entries",
                   "at most " + std::to_string(limits::kParametersMax));
  return params;
}

/// `once` is a cap of one time for ever; both at a time would be two answers to one question.
void read_once(TomlTable& table, Campaign& campaign) {
  if (!read_boolean(table, "once", false)) return;
  for (const Cap& cap : campaign.cap_times)
    if (cap.period == Period::Ever)
      return table.fault(kProgrammeKinds.twice, "once", "once and cap_times.ever", "one of them",
                         "leave one out");
  campaign.cap_times.push_back({Period::Ever, 1});
}

std::optional<LocalTime> read_local_time(TomlTable& table, const char* key) {
  if (!table.has(key)) return std::nullopt;
  return LocalTime(table.local_time(key).value_or(0));
}

void read_limits(TomlTable& table, Campaign& campaign) {
  campaign.cap_points = read_caps(table, "cap_points", Period::Transaction);
  campaign.cap_times = read_caps(table, "cap_times", Period::Day);
  read_once(table, campaign);
  campaign.budget = read_budget(table);
  campaign.funders = read_funders(table);
}

Campaign read_campaign(TomlTable& table) {
  Campaign campaign;
  campaign.id = table.text("id").value_or("");
  campaign.title = read_text(table, "title");
  campaign.trigger = read_word(table, "on", trigger_words(), Trigger::Purchase);
  campaign.state = read_optional_word(table, "state", state_words(), CampaignState::Active);
  campaign.starts = read_local_time(table, "starts");
  campaign.ends = read_local_time(table, "ends");
  campaign.tiers = read_texts(table, "tiers", limits::kTiersMax);
  campaign.merchants = read_texts(table, "merchants", limits::kListedNamesMax);
  campaign.stores = read_texts(table, "stores", limits::kListedNamesMax);
  campaign.channels = read_texts(table, "channels", limits::kListedNamesMax);
  campaign.group = read_text(table, "group");
  campaign.priority =
      static_cast<std::int32_t>(read_integer(table, "priority", INT32_MIN, INT32_MAX, 0));
  campaign.when = read_text(table, "when");
  campaign.award = read_text(table, "award");
  read_limits(table, campaign);
  TomlTable expires = table.table("expires");
  if (expires.exists()) campaign.expires = read_expiry(expires, true);
  expires.finish();
  if (table.has("pending")) campaign.pending = read_pending(table, "pending");
  campaign.qualifying = read_boolean(table, "qualifying", false);
  campaign.resets = read_text(table, "resets");
  campaign.referrer = read_referrer(table);
  campaign.attestor = read_text(table, "attestor");
  campaign.each_step = read_boolean(table, "each_step", false);
  campaign.params = read_params(table);
  table.finish();
  return campaign;
}

}  // namespace

std::vector<Counter> read_counters(TomlTable& root) {
  std::vector<Counter> counters;
  for (TomlTable& table : root.tables("counter", limits::kCountersMax)) {
    Counter counter;
    counter.name = table.text("name").value_or("");
    counter.kind = read_word(table, "kind", counter_words(), CounterKind::Streak);
    const auto number = [&](const char* key) {
      return static_cast<std::uint32_t>(table.integer(key, 0, 0xffff'ffff).value_or(0));
    };
    switch (counter.kind) {
      case CounterKind::Streak:
        counter.unit = read_word(table, "unit", period_words(), Period::Day);
        break;
      case CounterKind::Visits:
      case CounterKind::DistinctMerchants:
        counter.size = number("days");
        break;
      case CounterKind::Stamps:
        counter.size = number("size");
        break;
      case CounterKind::DaysSince:
        counter.merchant = table.text("merchant").value_or("");
        break;
    }
    counter.post = read_optional_word(table, "post", posting_words(), Posting::Earn);
    counter.when = read_text(table, "when");
    table.finish();
    counters.push_back(std::move(counter));
  }
  return counters;
}

std::vector<Campaign> read_campaign_tables(TomlTable& root) {
  std::vector<Campaign> campaigns;
  for (TomlTable& table : root.tables("campaign", limits::kCampaignsMax))
    campaigns.push_back(read_campaign(table));
  return campaigns;
}

}  // namespace tally::config
