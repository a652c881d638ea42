// The parts of a programme file, one function a part; programme_file.cpp puts them together.
#pragma once

#include <tally/model/programme.h>

#include "config/toml_reader.h"

#include <string>
#include <utility>
#include <vector>

namespace tally::config {

/// A value and the word for it in a file. Reader and writer share these lists.
template <typename T>
using Words = std::vector<std::pair<T, std::string>>;

const Words<Period>& period_words();  ///< ascending: tx, hour, day, week, month, year, ever
const Words<ExpiryKind>& expiry_words();
const Words<MonthRounding>& rounding_words();
const Words<Clawback>& clawback_words();
const Words<VelocityWhat>& velocity_words();
const Words<Posting>& posting_words();
const Words<Downgrade>& downgrade_words();
const Words<CounterKind>& counter_words();
const Words<GroupMode>& group_words();
const Words<Trigger>& trigger_words();
const Words<CampaignState>& state_words();

template <typename T>
std::string word_of(const Words<T>& words, T value) {
  for (const auto& [each, word] : words)
    if (each == value) return word;
  return "?";
}

/// The value of a required word; `fallback` where the fault is noted.
template <typename T>
T read_word(TomlTable& table, const char* key, const Words<T>& words, T fallback) {
  std::vector<std::string> all;
  for (const auto& [value, word] : words)
    all.push_back(word);
  const std::optional<std::size_t> place = table.word(key, all);
  return place ? words[*place].first : fallback;
}

template <typename T>
T read_optional_word(TomlTable& table, const char* key, const Words<T>& words, T fallback) {
  return table.has(key) ? read_word(table, key, words, fallback) : fallback;
}

// Keys that may be left out: then `fallback`.
std::int64_t read_integer(TomlTable& table, const char* key, std::int64_t least, std::int64_t most,
                          std::int64_t fallback);
std::uint32_t read_u32(TomlTable& table, const char* key, std::uint32_t fallback);
Points read_points(TomlTable& table, const char* key, std::int64_t fallback);
bool read_boolean(TomlTable& table, const char* key, bool fallback);
Duration read_duration(TomlTable& table, const char* key, Duration fallback);
std::string read_text(TomlTable& table, const char* key);
std::vector<std::string> read_texts(TomlTable& table, const char* key, std::size_t most);
/// Ascending by period; `first` is the shortest one that the cap may have.
std::vector<Cap> read_caps(TomlTable& table, const char* key, Period first);

Pending read_pending(TomlTable& table, const char* key);  ///< REQUIRES: the table has `key`
ExpiryRule read_expiry(TomlTable& table, bool is_campaigns);

/// Everything but campaigns.
void read_sections(TomlTable& root, Programme& programme, std::uint32_t& version);
std::vector<Counter> read_counters(TomlTable& root);
std::vector<Campaign> read_campaign_tables(TomlTable& root);

}  // namespace tally::config
