// TomlTable: lists of values of one type.
#include <tally/base/bytes.h>

#include "config/toml_reader.h"

namespace tally::config {

bool TomlTable::is_list(const char* key) const {
  return table_ != nullptr && table_->get(key) != nullptr && table_->get(key)->is_array();
}

/// The list at a required key, neither empty nor too long.
const toml::array* TomlTable::list(const char* key, const char* of, std::size_t most) {
  const toml::node* node = find(key, of);
  if (node == nullptr) return nullptr;
  const toml::array* array = node->as_array();
  if (array == nullptr) {
    wrong_type(key, *node, of);
    return nullptr;
  }
  if (array->empty()) {
    fault(file_->kinds().bad_form, key, "an empty list", of, "leave the key out");
    return nullptr;
  }
  if (array->size() <= most) return array;
  fault(file_->kinds().too_many, key, std::to_string(array->size()) + " entries",
        "at most " + std::to_string(most));
  return nullptr;
}

std::optional<std::vector<std::string>> TomlTable::texts(const char* key, std::size_t most) {
  const toml::array* array = list(key, "a list of strings", most);
  if (array == nullptr) return std::nullopt;
  std::vector<std::string> all;
  for (const toml::node& node : *array) {
    const auto* text = node.as_string();
    if (text == nullptr || text->get().empty()) {
      const std::string entry = std::string(key) + "[" + std::to_string(all.size()) + "]";
      fault(text == nullptr ? file_->kinds().wrong_type : file_->kinds().bad_form, entry.c_str(),
            text == nullptr ? "something else" : "an empty string", "a string that is not empty");
      return std::nullopt;
    }
    all.push_back(text->get());
  }
  return all;
}

std::optional<std::vector<CivilDate>> TomlTable::dates(const char* key, std::size_t most) {
  constexpr const char* kForm = "a list of dates, as 2026-12-31";
  const toml::array* array = list(key, kForm, most);
  if (array == nullptr) return std::nullopt;
  std::vector<CivilDate> all;
  for (const toml::node& node : *array) {
    const auto* date = node.as_date();
    if (date == nullptr) {
      wrong_type(key, node, kForm);
      return std::nullopt;
    }
    const toml::date& day = date->get();
    all.push_back({static_cast<std::int32_t>(day.year), day.month, day.day});
  }
  return all;
}

std::optional<std::vector<std::int64_t>> TomlTable::integers(const char* key, std::size_t count,
                                                             std::int64_t least,
                                                             std::int64_t most) {
  const std::string form = "a list of " + std::to_string(count) + " integers, each " +
                           std::to_string(least) + " to " + std::to_string(most);
  const toml::array* array = list(key, form.c_str(), count);
  if (array == nullptr) return std::nullopt;
  std::vector<std::int64_t> all;
  for (const toml::node& node : *array) {
    const auto* integer = node.as_integer();
    if (integer != nullptr && integer->get() >= least && integer->get() <= most)
      all.push_back(integer->get());
  }
  if (all.size() == count) return all;
  fault(file_->kinds().bad_form, key, "another list", form);
  return std::nullopt;
}

}  // namespace tally::config
