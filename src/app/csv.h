// Csv: comma-separated values as RFC 4180 has them, record by record.
#pragma once

#include <tally/base/result.h>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tally::app {

/// One record and the line on which it starts, from 1.
struct CsvRecord {
  std::size_t line = 1;
  std::vector<std::string> fields;
};

/// Reads a text that outlives it. Lines end in LF or CRLF; a quoted field may hold line ends,
/// commas and doubled quotes; a byte order mark in front is skipped.
class CsvReader {
 public:
  explicit CsvReader(std::string_view text);

  /// nullopt: the end. Malformed: a quote where none may stand, or one that is never closed.
  [[nodiscard]] Result<std::optional<CsvRecord>> next();
  /// Of what was read last, also where that failed.
  [[nodiscard]] std::size_t line() const { return record_line_; }

 private:
  [[nodiscard]] Result<std::string> quoted_field();
  [[nodiscard]] Result<std::string> plain_field();
  [[nodiscard]] bool at_line_end() const;
  void skip_line_end();

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;
  std::size_t record_line_ = 1;
};

/// A field as a CSV holds it: in quotes where it must be.
[[nodiscard]] std::string csv_field(std::string_view text);
/// A record with its line end.
[[nodiscard]] std::string csv_line(const std::vector<std::string>& fields);

}  // namespace tally::app
