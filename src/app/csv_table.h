// CsvTable: a CSV whose first record names its columns, read row by row by what they mean to us.
#pragma once

#include "app/csv.h"
#include "app/fault_kinds.h"

#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tally::app {

/// Which column is what, by our word for it: {"member", "card"}.
using Columns = std::map<std::string, std::string, std::less<>>;

/// "member=card,time=sold_at" into `columns`, in place of what they say. CLI-009 for a word that is
/// not among `words`, one without its column, or one given twice; `example` is a right one.
[[nodiscard]] Faults read_columns(std::string_view text, std::span<const std::string_view> words,
                                  std::string_view example, Columns& columns);

/// A row of a file that cannot be used.
[[nodiscard]] Fault bad_row(const std::string& file, std::uint64_t line, const std::string& what,
                            const std::string& expected = "");

class CsvTable {
 public:
  /// What a row may be asked for.
  struct Wanted {
    std::string_view word;
    std::string column;    ///< empty: the log has none of it
    bool required = true;  ///< else it may be missing
  };
  /// Reads the header. Faults: an empty file, a column that is missing or there twice. Borrows
  /// `text`.
  [[nodiscard]] static OrFaults<CsvTable> open(std::string_view text, std::vector<Wanted> wanted,
                                               std::string file);

  /// The next row's fields in the order of what is wanted, nothing where there is no such column;
  /// nullopt: the end. The fault names the line.
  [[nodiscard]] OrFaults<std::optional<std::vector<std::string>>> next();
  [[nodiscard]] bool has(std::size_t wanted) const { return places_[wanted].has_value(); }
  /// Of the row that was read last.
  [[nodiscard]] std::uint64_t line() const { return reader_.line(); }
  [[nodiscard]] Fault fault(const std::string& what) const { return bad_row(file_, line(), what); }

 private:
  CsvTable(std::string_view text, std::string file) : reader_(text), file_(std::move(file)) {}
  [[nodiscard]] Faults read_header(std::span<const Wanted> wanted);
  [[nodiscard]] Fault no_column(const Wanted& wanted, const std::vector<std::string>& names) const;

  CsvReader reader_;
  std::string file_;
  std::vector<std::optional<std::size_t>> places_;
  std::size_t columns_ = 0;
};

}  // namespace tally::app
