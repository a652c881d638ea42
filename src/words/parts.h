// Parts of sentences: points, money, moments, names and facts, in one language.
#pragma once

#include <tally/words/explanation.h>

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tally::words {

class Parts {
 public:
  explicit Parts(const Style& style) : catalogue_(style.catalogue), exponent_(style.exponent) {}

  [[nodiscard]] std::string say(Sentence sentence,
                                std::initializer_list<Catalogue::Value> values = {}) const {
    return catalogue_.say(sentence, values);
  }
  [[nodiscard]] std::string points(Points points) const;  ///< "1 point"
  [[nodiscard]] static std::string number(Points points) { return std::to_string(points.value()); }
  [[nodiscard]] std::string money(std::int64_t minor_units) const;  ///< "60.00"
  [[nodiscard]] std::string eligible(const rules::EligibleAmount& eligible) const;
  [[nodiscard]] std::string moment(LocalTime at) const;  ///< "Tuesday 2026-03-03 16:30"
  [[nodiscard]] std::string day(CivilDate date) const;
  [[nodiscard]] std::string period(Period period) const;
  [[nodiscard]] std::string funders(const std::vector<rules::FundedPoints>& funders) const;
  [[nodiscard]] std::string facts(const std::vector<rules::FactRead>& facts) const;
  [[nodiscard]] std::string text(std::string_view text) const;  ///< in quotes, printable
  [[nodiscard]] static std::string list(const std::vector<std::string>& names);
  /// A source without its line ends and comments.
  [[nodiscard]] static std::string one_line(std::string_view source);
  /// REQUIRES: the rule gave points
  [[nodiscard]] std::string good_until(const rules::ExplainedRule& rule) const;

 private:
  [[nodiscard]] std::string weekday(std::int64_t day) const;
  [[nodiscard]] std::string value(const rules::FactRead& fact) const;

  const Catalogue& catalogue_;
  std::uint8_t exponent_;
};

}  // namespace tally::words
