// Logs of purchases.
#include "app/purchase_log.h"

#include <tally/base/bytes.h>
#include <tally/base/calendar.h>
#include <tally/config/text.h>

#include "app/csv_table.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace tally::app {
namespace {

constexpr std::size_t kCustomerBytesMax = 256;

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

/// The words of a map, in the order in which a row has their fields.
constexpr std::array<std::string_view, 6> kWords = {"member",   "time", "amount",
                                                    "merchant", "tax",  "excluded"};

Result<Purchase> purchase_of(const CsvTable& table, std::vector<std::string>& fields) {
  Purchase purchase;
  purchase.customer = std::move(fields[0]);
  TRY_VOID(read_fields(fields[1], fields[2], purchase));
  purchase.merchant = std::move(fields[3]);
  if (table.has(3) && purchase.merchant.empty())
    return malformed("merchant: got nothing; expected a name or an id");
  const auto part = [&](std::size_t at, Decimal& into) -> Result<void> {
    if (!table.has(at)) return {};
    const Result<Decimal> value = decimal_from(fields[at]);
    if (!value.ok()) return with_context(std::string(kWords.at(at)), value.error());
    into = *value;
    return {};
  };
  TRY_VOID(part(4, purchase.tax));
  TRY_VOID(part(5, purchase.excluded));
  return purchase;
}

OrFaults<std::vector<Purchase>> read_csv(std::string_view text, const ColumnMap& map,
                                         const std::string& file) {
  OrFaults<CsvTable> table = CsvTable::open(text,
                                            {{"member", map.member},
                                             {"time", map.time},
                                             {"amount", map.amount},
                                             {"merchant", map.merchant},
                                             {"tax", map.tax},
                                             {"excluded", map.excluded}},
                                            file);
  if (!table) return config::fail(std::move(table.error()));
  std::vector<Purchase> purchases;
  while (true) {
    auto row = table->next();
    if (!row) return config::fail(std::move(row.error()));
    if (!row->has_value()) return purchases;
    Result<Purchase> purchase = purchase_of(*table, **row);
    if (!purchase.ok()) return config::fail(table->fault(purchase.error().message));
    purchase->line = table->line();
    purchase->row = purchases.size() + 1;
    purchases.push_back(std::move(purchase).value());
  }
}

}  // namespace

OrFaults<ColumnMap> column_map_from(std::string_view text) {
  ColumnMap map;
  Columns columns;
  if (Faults faults = read_columns(text, kWords, "member=card,time=sold_at,amount=total", columns);
      !faults.empty())
    return config::fail(std::move(faults));
  const std::array<std::string*, kWords.size()> into = {&map.member,   &map.time, &map.amount,
                                                        &map.merchant, &map.tax,  &map.excluded};
  for (std::size_t i = 0; i < into.size(); ++i)
    if (const auto found = columns.find(kWords.at(i)); found != columns.end())
      *into.at(i) = found->second;
  return map;
}

OrFaults<std::vector<Purchase>> purchases_from(std::string_view text, LogFormat format,
                                               const ColumnMap& map, const std::string& file) {
  OrFaults<std::vector<Purchase>> purchases =
      format == LogFormat::Cdnow ? read_cdnow(text, file) : read_csv(text, map, file);
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
