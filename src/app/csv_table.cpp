// Columns by name, and rows that all have as many.
#include "app/csv_table.h"

#include <tally/base/bytes.h>
#include <tally/config/text.h>

#include <algorithm>
#include <set>

namespace tally::app {
namespace {

std::string joined(std::span<const std::string_view> words) {
  std::string all;
  for (const std::string_view word : words)
    all += (all.empty() ? "" : ", ") + std::string(word);
  return all;
}

}  // namespace

Faults read_columns(std::string_view text, std::span<const std::string_view> words,
                    std::string_view example, Columns& columns) {
  std::set<std::string_view> seen;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(','), text.size());
    const std::string_view entry = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const std::size_t equals = std::min(entry.find('='), entry.size());
    const std::string_view word = entry.substr(0, equals);
    const bool known = std::find(words.begin(), words.end(), word) != words.end();
    const bool has_column = equals + 1 < entry.size();
    if (!known || !has_column || !seen.insert(word).second)
      return {Fault{kBadValue, "\"" + printable(entry) + "\"",
                    "each of " + joined(words) + " once, as WORD=COLUMN", "--map",
                    "write --map " + std::string(example)}};
    columns[std::string(word)] = entry.substr(equals + 1);
  }
  return {};
}

Fault bad_row(const std::string& file, std::uint64_t line, const std::string& what,
              const std::string& expected) {
  return Fault{kBadInput, what, expected, config::shown_path(file) + ":" + std::to_string(line),
               "correct the row; nothing was sent"};
}

OrFaults<CsvTable> CsvTable::open(std::string_view text, std::vector<Wanted> wanted,
                                  std::string file) {
  CsvTable table(text, std::move(file));
  if (Faults faults = table.read_header(wanted); !faults.empty())
    return config::fail(std::move(faults));
  return table;
}

Faults CsvTable::read_header(std::span<const Wanted> wanted) {
  const Result<std::optional<CsvRecord>> header = reader_.next();
  if (!header.ok()) return {fault(header.error().message)};
  if (!header->has_value()) return {fault("an empty file")};
  const std::vector<std::string>& names = (*header)->fields;
  columns_ = names.size();
  for (const Wanted& each : wanted) {
    std::optional<std::size_t>& place = places_.emplace_back();
    if (each.column.empty()) continue;
    const auto found = std::find(names.begin(), names.end(), each.column);
    if (found == names.end() && !each.required) continue;
    if (found == names.end()) return {no_column(each, names)};
    if (std::find(found + 1, names.end(), each.column) != names.end())
      return {fault("two columns \"" + printable(each.column) + "\"")};
    place = static_cast<std::size_t>(found - names.begin());
  }
  return {};
}

Fault CsvTable::no_column(const Wanted& wanted, const std::vector<std::string>& names) const {
  std::string all;
  for (const std::string& each : names)
    all += (all.empty() ? "" : ", ") + each;
  return Fault{kBadInput, "no column \"" + printable(wanted.column) + "\"",
               "one of " + printable(all), config::shown_path(file_) + ":1",
               "say which is which: --map " + std::string(wanted.word) + "=COLUMN"};
}

OrFaults<std::optional<std::vector<std::string>>> CsvTable::next() {
  Result<std::optional<CsvRecord>> record = reader_.next();
  if (!record.ok()) return config::fail(fault(record.error().message));
  if (!record->has_value()) return std::optional<std::vector<std::string>>();
  std::vector<std::string>& fields = (*record)->fields;
  if (fields.size() != columns_)
    return config::fail(fault("got " + std::to_string(fields.size()) + " columns; expected " +
                              std::to_string(columns_)));
  std::vector<std::string> row;
  for (const std::optional<std::size_t>& place : places_)
    row.push_back(place.has_value() ? fields[*place] : std::string());
  return std::optional(std::move(row));
}

}  // namespace tally::app
