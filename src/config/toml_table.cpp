// TomlTable: typed keys with their ranges, and what nobody asked for.
#include <tally/base/bytes.h>
#include <tally/base/calendar.h>
#include <tally/config/text.h>

#include "config/toml_reader.h"

#include <algorithm>

namespace tally::config {
namespace {

const char* name_of(toml::node_type type) {
  switch (type) {
    case toml::node_type::table:
      return "table";
    case toml::node_type::array:
      return "array";
    case toml::node_type::string:
      return "string";
    case toml::node_type::integer:
      return "integer";
    case toml::node_type::floating_point:
      return "float";
    case toml::node_type::boolean:
      return "boolean";
    case toml::node_type::date:
      return "date";
    case toml::node_type::time:
      return "time of day";
    case toml::node_type::date_time:
      return "date and time";
    case toml::node_type::none:
      break;
  }
  return "nothing";
}

bool looks_secret(std::string_view text) {
  return text.find("PRIVATE KEY") != std::string_view::npos;
}

bool covers(std::string_view path, std::string_view key) {
  return key == path || (key.starts_with(path) && key[path.size()] == '.');
}

/// nullopt: before 1970, or finer than milliseconds.
std::optional<Timestamp> timestamp_of(const toml::date_time& when) {
  const std::int64_t days =
      days_from_civil({static_cast<std::int32_t>(when.date.year), when.date.month, when.date.day});
  const std::int64_t minutes =
      when.time.hour * 60 + when.time.minute - (when.offset ? when.offset->minutes : 0);
  const std::int64_t seconds = days * 86'400 + minutes * 60 + when.time.second;
  if (seconds < 0 || when.time.nanosecond % 1'000'000 != 0) return std::nullopt;
  return Timestamp(static_cast<std::uint64_t>(seconds) * 1'000 + when.time.nanosecond / 1'000'000);
}

}  // namespace

std::string TomlTable::path_of(std::string_view key) const {
  return path_.empty() ? std::string(key) : path_ + "." + std::string(key);
}

void TomlTable::fault(const FaultKind& kind, const char* key, std::string got, std::string expected,
                      std::string fix) {
  file_->faulty_.insert(path_of(key));
  file_->add(kind, path_of(key), std::move(got), std::move(expected), std::move(fix));
}

bool TomlTable::has(const char* key) {
  known_.emplace_back(key);
  return table_ != nullptr && table_->contains(key);
}

TomlTable::Type TomlTable::type(const char* key) const {
  const toml::node* node = table_ == nullptr ? nullptr : table_->get(key);
  if (node == nullptr) return Type::Other;
  if (node->is_boolean()) return Type::Boolean;
  if (node->is_integer()) return Type::Integer;
  return node->is_string() ? Type::Text : Type::Other;
}

std::vector<std::string> TomlTable::keys() {
  std::vector<std::string> all;
  if (table_ != nullptr)
    for (const auto& [key, node] : *table_)
      all.emplace_back(key.str());
  known_.insert(known_.end(), all.begin(), all.end());
  return all;
}

bool TomlTable::is_text(const char* key) const {
  return table_ != nullptr && table_->get(key) != nullptr && table_->get(key)->is_string();
}

/// The node of a required key.
const toml::node* TomlTable::find(const char* key, const char* type) {
  if (has(key)) return table_->get(key);
  file_->faulty_.insert(path_of(key));
  const bool damaged = file_->damaged_.contains(key) || file_->damaged_.contains(path_of(key)) ||
                       file_->damaged_.contains("[" + path_ + "]");
  if (!damaged)
    file_->add(file_->kinds().missing_key, path_, "", path_of(key) + ", " + type, "add it");
  return nullptr;
}

void TomlTable::wrong_type(const char* key, const toml::node& node, const char* expected) {
  fault(file_->kinds().wrong_type, key, name_of(node.type()), expected);
}

std::optional<std::string> TomlTable::any_text(const char* key) {
  const toml::node* node = find(key, "a string");
  if (node == nullptr) return std::nullopt;
  if (!node->is_string()) {
    wrong_type(key, *node, "string");
    return std::nullopt;
  }
  const std::string& value = node->as_string()->get();
  if (!looks_secret(value)) return value;
  fault(file_->kinds().secret, key, "a private key", "no secret in this file",
        "use a key file, and name it by a *_file key");
  return std::nullopt;
}

std::optional<std::string> TomlTable::text(const char* key) {
  std::optional<std::string> value = any_text(key);
  if (!value || !value->empty()) return value;
  fault(file_->kinds().bad_form, key, "an empty string", "text");
  return std::nullopt;
}

std::optional<std::int64_t> TomlTable::integer(const char* key, std::int64_t least,
                                               std::int64_t most) {
  const toml::node* node = find(key, "an integer");
  if (node == nullptr) return std::nullopt;
  if (!node->is_integer()) {
    wrong_type(key, *node, "integer");
    return std::nullopt;
  }
  const std::int64_t value = node->as_integer()->get();
  if (value >= least && value <= most) return value;
  fault(file_->kinds().out_of_range, key, std::to_string(value),
        std::to_string(least) + " to " + std::to_string(most));
  return std::nullopt;
}

std::optional<bool> TomlTable::boolean(const char* key) {
  const toml::node* node = find(key, "true or false");
  if (node == nullptr) return std::nullopt;
  if (node->is_boolean()) return node->as_boolean()->get();
  wrong_type(key, *node, "boolean");
  return std::nullopt;
}

std::optional<Timestamp> TomlTable::time(const char* key) {
  const toml::node* node = find(key, "a date and time with an offset");
  if (node == nullptr) return std::nullopt;
  if (!node->is_date_time()) {
    wrong_type(key, *node, "date and time");
    return std::nullopt;
  }
  const toml::date_time& when = node->as_date_time()->get();
  const std::optional<Timestamp> time = when.offset ? timestamp_of(when) : std::nullopt;
  if (!time)
    fault(file_->kinds().bad_form, key, when.offset ? "another date" : "a time without an offset",
          "whole milliseconds after 1970, with an offset, as 2026-01-31T00:00:00Z");
  return time;
}

std::optional<Duration> TomlTable::duration(const char* key) {
  const std::optional<std::string> written = text(key);
  if (!written) return std::nullopt;
  const Result<Duration> duration = duration_from(*written);
  if (duration.ok()) return *duration;
  fault(file_->kinds().bad_form, key, "\"" + printable(*written) + "\"",
        "a number and a unit: ms, s, m, h or d");
  return std::nullopt;
}

std::optional<std::int64_t> TomlTable::local_time(const char* key) {
  constexpr const char* kForm = "a local date and time without an offset, as 2026-03-01T00:00:00";
  const toml::node* node = find(key, kForm);
  if (node == nullptr) return std::nullopt;
  if (!node->is_date_time()) {
    wrong_type(key, *node, kForm);
    return std::nullopt;
  }
  const toml::date_time& when = node->as_date_time()->get();
  const std::optional<Timestamp> time = when.offset ? std::nullopt : timestamp_of(when);
  if (time) return static_cast<std::int64_t>(time->milliseconds());
  fault(file_->kinds().bad_form, key, when.offset ? "a time with an offset" : "another date",
        std::string(kForm) + ", from 1970 on in whole milliseconds");
  return std::nullopt;
}

std::optional<std::size_t> TomlTable::word(const char* key, const std::vector<std::string>& words) {
  const std::optional<std::string> written = text(key);
  if (!written) return std::nullopt;
  const auto found = std::find(words.begin(), words.end(), *written);
  if (found != words.end()) return static_cast<std::size_t>(found - words.begin());
  std::string all;
  for (const std::string& each : words)
    all += (all.empty() ? "" : ", ") + each;
  const std::string near = nearest(*written, words);
  fault(file_->kinds().bad_form, key, "\"" + printable(*written) + "\"", all,
        near.empty() ? "" : "write \"" + near + "\"");
  return std::nullopt;
}

TomlTable TomlTable::table(const char* key) {
  if (!has(key)) return {*file_, nullptr, path_of(key)};
  const toml::node* node = table_->get(key);
  if (node->is_table()) return {*file_, node->as_table(), path_of(key)};
  wrong_type(key, *node, "table");
  static const toml::table none;
  return {*file_, &none, path_of(key)};
}

std::vector<TomlTable> TomlTable::tables(const char* key, std::size_t most) {
  std::vector<TomlTable> all;
  if (!has(key)) return all;
  const toml::node* node = table_->get(key);
  const toml::array* array = node->as_array();
  if (array == nullptr) {
    wrong_type(key, *node, "array of tables");
    return all;
  }
  if (array->size() > most) {
    fault(file_->kinds().too_many, key, std::to_string(array->size()) + " entries",
          "at most " + std::to_string(most));
    return all;
  }
  for (std::size_t i = 0; i < array->size(); ++i) {
    const std::string path = path_of(key) + "[" + std::to_string(i) + "]";
    if (const toml::table* table = (*array)[i].as_table())
      all.emplace_back(*file_, table, path);
    else
      file_->add(file_->kinds().wrong_type, path, name_of((*array)[i].type()), "table");
  }
  return all;
}

void TomlTable::finish(const std::vector<KeyElsewhere>& elsewhere) {
  if (table_ == nullptr) return;
  for (const auto& [key, node] : *table_) {
    const std::string name(key.str());
    if (std::find(known_.begin(), known_.end(), name) == known_.end())
      unknown(name, node, elsewhere);
  }
}

void TomlTable::unknown(const std::string& key, const toml::node& node,
                        const std::vector<KeyElsewhere>& elsewhere) {
  const FileKinds& kinds = file_->kinds();
  const std::string path = path_of(key);
  const std::string got = "\"" + printable(key) + "\"";
  const bool secret = looks_secret(node.is_string() ? node.as_string()->get() : "") ||
                      key.find("pass") != std::string::npos ||
                      key.find("secret") != std::string::npos;
  if (secret)
    return file_->add(kinds.secret, path, got, "no secret in this file", "use a *_file key");
  for (const KeyElsewhere& each : elsewhere) {
    // A table of which only one key is told about is itself unknown.
    if (!covers(each.path, path) && !covers(each.path, key)) continue;
    const bool moved = each.why == KeyElsewhere::Why::Elsewhere;
    return file_->add(moved ? kinds.elsewhere : kinds.no_switch, path, got,
                      std::string(each.expected), "remove it");
  }
  std::string near = nearest(key, known_);
  file_->add(kinds.unknown_key, path, got, "a known key",
             near.empty() ? "remove it" : "write \"" + near + "\"");
}

}  // namespace tally::config
