// Findings: the mistakes of a programme, gathered in the order of its fields.
#pragma once

#include <tally/base/time.h>
#include <tally/rules/mistake.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tally::rules {

class Findings {
 public:
  void add(Reason reason, std::string field, std::string got, std::string expected,
           std::string fix = "");
  /// A mistake of the envelope, unless `holds`.
  void require(bool holds, std::string_view field, std::string_view got, std::string_view expected,
               std::string_view fix = "");
  void range(std::string_view field, std::uint64_t value, std::uint64_t least, std::uint64_t most);
  /// Milliseconds of it: what people wrote is a duration.
  void at_most(std::string_view field, Duration span, std::uint64_t most);
  void name(std::string_view field, const std::string& text, std::size_t most);
  /// Each entry by its own place.
  void names(const std::string& field, const std::vector<std::string>& texts, std::size_t most,
             std::size_t bytes_max);
  void expression(const std::string& field, Mistakes mistakes);

  [[nodiscard]] bool empty() const { return mistakes_.empty(); }
  [[nodiscard]] Mistakes take() { return std::move(mistakes_); }

 private:
  Mistakes mistakes_;
};

/// "campaigns[3]."
[[nodiscard]] std::string entry(std::string_view list, std::size_t place);

/// Text from outside as it is shown in a mistake: short, printable.
[[nodiscard]] std::string shown(std::string_view text);

/// What rules call by name: a letter or _, then letters, digits and _, at most 32; none of CEL's
/// reserved words.
[[nodiscard]] bool is_rule_name(std::string_view text);
/// [a-z0-9-], 1 … 32.
[[nodiscard]] bool is_id(std::string_view text);

}  // namespace tally::rules
