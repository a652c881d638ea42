// Logs of purchases.
#include "app/purchase_log.h"

#include <tally/base/bytes.h>
#include <tally/base/calendar.h>
#include <tally/config/text.h>

#include "app/csv.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <utility>

namespace tally::app {
namespace {

constexpr std::size_t kCustomerBytesMax = 256;

Fault bad_row(const std::string& file, std::uint64_t line, const std::string& what,
              const std::string& expected) {
  return Fault{kBadInput, what, expected, config::shown_path(file) + ":" + std::to_string(line),
               "correct the row; nothing was sent"};
}

/// Reads digits from the front of a text.
class DigitReader {
 public:
  explicit DigitReader(std::string_view text) : rest_(text) {}

  std::optional<unsigned> number(std::size_t digits) {
    if (rest_.size() < digits) return std::nullopt;
    unsigned value = 0;
    for (const char c : rest_.substr(0, digits)) {
      if (c < '0' || c > '9') return std::nullopt;
      value = value * 10 + static_cast<unsigned>(c - '0');
    }
    rest_.remove_prefix(digits);
    return value;
  }
  bool take(char c) {
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  [[nodiscard]] bool done() const { return rest_.empty(); }
  [[nodiscard]] bool at_digit() const {
    return !rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9';
  }

 private:
  std::string_view rest_;
};

/// Days since 1970, 0 or more.
std::optional<std::uint64_t> day_from(DigitReader& in) {
  const auto year = in.number(4);
  const bool dashes = in.take('-');
  const auto month = in.number(2);
  if (dashes && !in.take('-')) return std::nullopt;
  const auto day = in.number(2);
  if (!year || !month || !day || *month < 1 || *month > 12 || *day < 1 || *day > 31)
    return std::nullopt;
  const CivilDate date{static_cast<std::int32_t>(*year), static_cast<std::uint8_t>(*month),
                       static_cast<std::uint8_t>(*day)};
  const std::int64_t days = days_from_civil(date);
  if (days < 0 || civil_from_days(days) != date) return std::nullopt;  // 30 February
  return static_cast<std::uint64_t>(days);
}

/// Milliseconds after midnight; a second of 60 is none of ours.
std::optional<std::int64_t> clock_from(DigitReader& in) {
  const auto hour = in.number(2);
  if (!hour || !in.take(':')) return std::nullopt;
  const auto minute = in.number(2);
  if (!minute || *hour > 23 || *minute > 59) return std::nullopt;
  std::int64_t clock = (std::int64_t{*hour} * 60 + *minute) * 60'000;
  if (!in.take(':')) return clock;
  const auto second = in.number(2);
  if (!second || *second > 59) return std::nullopt;
  clock += std::int64_t{*second} * 1'000;
  if (!in.take('.')) return clock;
  if (!in.at_digit()) return std::nullopt;
  for (std::int64_t weight = 100; in.at_digit(); weight /= 10)
    clock += weight * *in.number(1);
  return clock;
}

/// Milliseconds that local time is ahead of UTC.
std::optional<std::int64_t> offset_from(DigitReader& in) {
  if (in.take('Z')) return 0;
  const bool ahead = in.take('+');
  if (!ahead && !in.take('-')) return std::nullopt;
  const auto hours = in.number(2);
  in.take(':');
  const auto minutes = in.number(2);
  if (!hours || !minutes || *hours > 14 || *minutes > 59) return std::nullopt;
  const std::int64_t offset = (std::int64_t{*hours} * 60 + *minutes) * 60'000;
  return ahead ? offset : -offset;
}

/// What a row's fields come to; an Error says which and why.
Result<void> read_fields(std::string_view time, std::string_view amount, Purchase& purchase) {
  if (purchase.customer.empty() || purchase.customer.size() > kCustomerBytesMax)
    return malformed("customer: got " + std::to_string(purchase.customer.size()) +
                     " bytes; expected 1 to 256");
  const Result<Timestamp> at = log_time_from(time);
  if (!at.ok()) return with_context("time", at.error());
  const Result<Decimal> total = decimal_from(amount);
  if (!total.ok()) return with_context("amount", total.error());
  purchase.time = *at;
  purchase.total = *total;
  return {};
}

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  std::size_t at = 0;
  while (true) {
    at = line.find_first_not_of(" \t", at);
    if (at == std::string_view::npos) return words;
    const std::size_t end = std::min(line.find_first_of(" \t", at), line.size());
    words.push_back(line.substr(at, end - at));
    at = end;
  }
}

/// Customer, day, CDs, dollars; the 10 % sample has its own number behind the customer.
Result<Purchase> cdnow_row(std::string_view line) {
  std::vector<std::string_view> words = words_of(line);
  if (words.size() == 5) words.erase(words.begin() + 1);
  if (words.size() != 4)
    return malformed("got " + std::to_string(words.size()) + " columns; expected 4 or 5");
  const auto all_digits = [](std::string_view word) {
    return std::all_of(word.begin(), word.end(), [](char c) { return c >= '0' && c <= '9'; });
  };
  if (!all_digits(words[0]))
    return malformed("customer: got \"" + printable(words[0]) + "\"; expected digits");
  if (!all_digits(words[2]))
    return malformed("CDs: got \"" + printable(words[2]) + "\"; expected a count");
  Purchase purchase;
  purchase.customer = words[0];
  TRY_VOID(read_fields(words[1], words[3], purchase));
  return purchase;
}

OrFaults<std::vector<Purchase>> read_cdnow(std::string_view text, const std::string& file) {
  std::vector<Purchase> purchases;
  std::uint64_t line_number = 0;
  while (!text.empty()) {
    ++line_number;
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    Result<Purchase> purchase = cdnow_row(line);
    if (!purchase.ok())
      return config::fail(
          bad_row(file, line_number, purchase.error().message, "customer, yyyymmdd, CDs, dollars"));
    purchase->line = line_number;
    purchase->row = line_number;
    purchases.push_back(std::move(purchase).value());
  }
  return purchases;
}

/// Where the columns stand in a CSV.
struct Places {
  std::size_t member = 0, time = 0, amount = 0;
  std::optional<std::size_t> merchant, tax, excluded;
  std::size_t columns = 0;
};

class CsvLog {
 public:
  CsvLog(std::string_view text, const ColumnMap& map, const std::string& file)
      : reader_(text), map_(map), file_(file) {}

  OrFaults<std::vector<Purchase>> read() {
    if (Faults faults = read_header(); !faults.empty()) return config::fail(std::move(faults));
    std::vector<Purchase> purchases;
    while (true) {
      Result<std::optional<CsvRecord>> record = reader_.next();
      if (!record.ok()) return config::fail(bad(record.error().message));
      if (!record->has_value()) return purchases;
      Result<Purchase> purchase = purchase_of(**record);
      if (!purchase.ok()) return config::fail(bad(purchase.error().message));
      purchase->line = (*record)->line;
      purchase->row = purchases.size() + 1;
      purchases.push_back(std::move(purchase).value());
    }
  }

 private:
  [[nodiscard]] Fault bad(const std::string& what) const {
    return bad_row(file_, reader_.line(), what, "");
  }

  Faults read_header() {
    const Result<std::optional<CsvRecord>> header = reader_.next();
    if (!header.ok()) return {bad(header.error().message)};
    if (!header->has_value()) return {bad("an empty file")};
    const std::vector<std::string>& names = (*header)->fields;
    places_.columns = names.size();
    const auto place = [&](const std::string& name, auto& at) -> Faults {
      if (name.empty()) return {};
      const auto found = std::find(names.begin(), names.end(), name);
      if (found == names.end()) return {no_column(name, names)};
      if (std::find(found + 1, names.end(), name) != names.end())
        return {bad("two columns \"" + printable(name) + "\"")};
      at = static_cast<std::size_t>(found - names.begin());
      return {};
    };
    for (Faults faults :
         {place(map_.member, places_.member), place(map_.time, places_.time),
          place(map_.amount, places_.amount), place(map_.merchant, places_.merchant),
          place(map_.tax, places_.tax), place(map_.excluded, places_.excluded)})
      if (!faults.empty()) return faults;
    return {};
  }

  [[nodiscard]] Fault no_column(const std::string& name,
                                const std::vector<std::string>& names) const {
    std::string all;
    for (const std::string& each : names)
      all += (all.empty() ? "" : ", ") + each;
    return Fault{kBadInput, "no column \"" + printable(name) + "\"", "one of " + printable(all),
                 config::shown_path(file_) + ":1",
                 "say which is which: --map member=…,time=…,amount=…"};
  }

  Result<Purchase> purchase_of(CsvRecord& record) const {
    std::vector<std::string>& fields = record.fields;
    if (fields.size() != places_.columns)
      return malformed("got " + std::to_string(fields.size()) + " columns; expected " +
                       std::to_string(places_.columns));
    Purchase purchase;
    purchase.customer = fields[places_.member];
    TRY_VOID(read_fields(fields[places_.time], fields[places_.amount], purchase));
    if (places_.merchant) purchase.merchant = fields[*places_.merchant];
    if (places_.merchant && purchase.merchant.empty())
      return malformed("merchant: got nothing; expected a name or an id");
    const auto part = [&](const char* name, std::optional<std::size_t> at,
                          Decimal& into) -> Result<void> {
      if (!at.has_value()) return {};
      const Result<Decimal> value = decimal_from(fields[*at]);
      if (!value.ok()) return with_context(name, value.error());
      into = *value;
      return {};
    };
    TRY_VOID(part("tax", places_.tax, purchase.tax));
    TRY_VOID(part("excluded", places_.excluded, purchase.excluded));
    return purchase;
  }

  CsvReader reader_;
  const ColumnMap& map_;
  const std::string& file_;
  Places places_;
};

}  // namespace

OrFaults<ColumnMap> column_map_from(std::string_view text) {
  ColumnMap map;
  const std::array<std::pair<std::string_view, std::string*>, 6> words = {
      {{"member", &map.member},
       {"time", &map.time},
       {"amount", &map.amount},
       {"merchant", &map.merchant},
       {"tax", &map.tax},
       {"excluded", &map.excluded}}};
  std::set<std::string_view> seen;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(','), text.size());
    const std::string_view entry = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const std::size_t equals = std::min(entry.find('='), entry.size());
    const std::string_view word = entry.substr(0, equals);
    const auto* found = std::find_if(words.begin(), words.end(),
                                     [&](const auto& each) { return each.first == word; });
    const bool has_column = equals + 1 < entry.size();
    if (found == words.end() || !has_column || !seen.insert(word).second)
      return config::fail(Fault{kBadValue, "\"" + printable(entry) + "\"",
                                "each of member, time, amount, merchant, tax, excluded once, as "
                                "WORD=COLUMN",
                                "--map", "write --map member=card,time=sold_at,amount=total"});
    *found->second = entry.substr(equals + 1);
  }
  return map;
}

OrFaults<std::vector<Purchase>> purchases_from(std::string_view text, LogFormat format,
                                               const ColumnMap& map, const std::string& file) {
  OrFaults<std::vector<Purchase>> purchases =
      format == LogFormat::Cdnow ? read_cdnow(text, file) : CsvLog(text, map, file).read();
  if (purchases && purchases->empty())
    return config::fail(bad_row(file, 1, "no purchase", "at least one"));
  return purchases;
}

Result<Timestamp> log_time_from(std::string_view text) {
  DigitReader in(text);
  const Error fault = malformed("got \"" + printable(text) +
                                "\"; expected a day, or a time with Z or its offset, such as "
                                "2026-03-29T01:00:00+01:00");
  const auto day = day_from(in);
  if (!day) return fault;
  constexpr std::uint64_t kNoon = 12ULL * 3'600'000;
  const std::uint64_t midnight = *day * kDay.milliseconds();
  if (in.done()) return Timestamp(midnight + kNoon);
  if (!in.take('T') && !in.take(' ')) return fault;
  const auto clock = clock_from(in);
  const auto offset = clock ? offset_from(in) : std::nullopt;
  if (!offset || !in.done()) return fault;
  const std::int64_t utc = static_cast<std::int64_t>(midnight) + *clock - *offset;
  if (utc < 0) return fault;
  return Timestamp(static_cast<std::uint64_t>(utc));
}

}  // namespace tally::app
