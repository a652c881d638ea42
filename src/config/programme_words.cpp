// The words of a programme file, and the keys that it may leave out.
#include <tally/base/limits.h>

#include "config/programme_reader.h"

namespace tally::config {

const Words<Period>& period_words() {
  static const Words<Period> words = {{Period::Transaction, "tx"}, {Period::Hour, "hour"},
                                      {Period::Day, "day"},        {Period::Week, "week"},
                                      {Period::Month, "month"},    {Period::Year, "year"},
                                      {Period::Ever, "ever"}};
  return words;
}

const Words<ExpiryKind>& expiry_words() {
  static const Words<ExpiryKind> words = {{ExpiryKind::Never, "never"},
                                          {ExpiryKind::Rolling, "rolling"},
                                          {ExpiryKind::Fixed, "fixed"},
                                          {ExpiryKind::Inactivity, "inactivity"}};
  return words;
}

const Words<MonthRounding>& rounding_words() {
  static const Words<MonthRounding> words = {{MonthRounding::None, "NONE"},
                                             {MonthRounding::EndOfMonth, "END_OF_MONTH"},
                                             {MonthRounding::EndOfQuarter, "END_OF_QUARTER"},
                                             {MonthRounding::EndOfHalf, "END_OF_HALF"},
                                             {MonthRounding::EndOfYear, "END_OF_YEAR"}};
  return words;
}

const Words<Clawback>& clawback_words() {
  static const Words<Clawback> words = {{Clawback::OnlyPending, "ONLY_PENDING"},
                                        {Clawback::WithinBalance, "WITHIN_BALANCE"},
                                        {Clawback::Unlimited, "UNLIMITED"}};
  return words;
}

const Words<VelocityWhat>& velocity_words() {
  static const Words<VelocityWhat> words = {{VelocityWhat::Earn, "earn"},
                                            {VelocityWhat::Redeem, "redeem"},
                                            {VelocityWhat::Transfer, "transfer"}};
  return words;
}

const Words<Posting>& posting_words() {
  static const Words<Posting> words = {{Posting::Earn, "EARN"},
                                       {Posting::Activation, "ACTIVATION"}};
  return words;
}

const Words<Downgrade>& downgrade_words() {
  static const Words<Downgrade> words = {{Downgrade::OneDown, "ONE_DOWN"},
                                         {Downgrade::Recompute, "RECOMPUTE"}};
  return words;
}

const Words<CounterKind>& counter_words() {
  static const Words<CounterKind> words = {{CounterKind::Streak, "streak"},
                                           {CounterKind::Visits, "visits"},
                                           {CounterKind::Stamps, "stamps"},
                                           {CounterKind::DaysSince, "days_since"},
                                           {CounterKind::DistinctMerchants, "distinct_merchants"}};
  return words;
}

const Words<GroupMode>& group_words() {
  static const Words<GroupMode> words = {
      {GroupMode::First, "FIRST"}, {GroupMode::Best, "BEST"}, {GroupMode::Stack, "STACK"}};
  return words;
}

const Words<Trigger>& trigger_words() {
  static const Words<Trigger> words = {{Trigger::Purchase, "PURCHASE"},
                                       {Trigger::Enrol, "ENROL"},
                                       {Trigger::Activated, "ACTIVATED"},
                                       {Trigger::Attested, "ATTESTED"},
                                       {Trigger::TierUp, "TIER_UP"}};
  return words;
}

const Words<CampaignState>& state_words() {
  static const Words<CampaignState> words = {{CampaignState::Active, "ACTIVE"},
                                             {CampaignState::Paused, "PAUSED"},
                                             {CampaignState::Ended, "ENDED"}};
  return words;
}

std::int64_t read_integer(TomlTable& table, const char* key, std::int64_t least, std::int64_t most,
                          std::int64_t fallback) {
  return table.has(key) ? table.integer(key, least, most).value_or(fallback) : fallback;
}

std::uint32_t read_u32(TomlTable& table, const char* key, std::uint32_t fallback) {
  return static_cast<std::uint32_t>(read_integer(table, key, 0, 0xffff'ffff, fallback));
}

Points read_points(TomlTable& table, const char* key, std::int64_t fallback) {
  return *Points::from(read_integer(table, key, 0, kPointsMax, fallback));
}

bool read_boolean(TomlTable& table, const char* key, bool fallback) {
  return table.has(key) ? table.boolean(key).value_or(fallback) : fallback;
}

Duration read_duration(TomlTable& table, const char* key, Duration fallback) {
  return table.has(key) ? table.duration(key).value_or(fallback) : fallback;
}

std::string read_text(TomlTable& table, const char* key) {
  return table.has(key) ? table.text(key).value_or("") : "";
}

std::vector<std::string> read_texts(TomlTable& table, const char* key, std::size_t most) {
  if (!table.has(key)) return {};
  return table.texts(key, most).value_or(std::vector<std::string>());
}

std::vector<Cap> read_caps(TomlTable& table, const char* key, Period first) {
  std::vector<Cap> caps;
  TomlTable limits = table.table(key);
  if (!limits.exists()) return caps;
  for (const auto& [period, word] : period_words()) {
    // No cap is by the hour: that is what velocity limits are for.
    if (period < first || period == Period::Hour || !limits.has(word.c_str())) continue;
    const std::optional<std::int64_t> limit = limits.integer(word.c_str(), 0, kPointsMax);
    if (limit) caps.push_back({period, static_cast<std::uint64_t>(*limit)});
  }
  if (limits.is_empty())
    table.fault(kProgrammeKinds.bad_form, key, "an empty table", "limits, as in { day = 200 }");
  limits.finish();
  return caps;
}

}  // namespace tally::config
