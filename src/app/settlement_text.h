// Reports of settlement for people, programs and spreadsheets.
#pragma once

#include "app/settlement_reads.h"

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace tally::app {

[[nodiscard]] std::string_view word_of(state::CycleState state);    ///< "ADVISED"
[[nodiscard]] std::string_view word_of(state::PaymentState state);  ///< "DUE"
[[nodiscard]] std::string_view word_of(state::IssuerState state);   ///< "ACTIVE"

[[nodiscard]] std::string text_of(const Positions& positions, const Consortium& consortium);
[[nodiscard]] std::string text_of(const Exposures& exposures, const Consortium& consortium);
[[nodiscard]] std::string text_of(const Liabilities& liabilities, const Consortium& consortium);

/// Amounts of closed cycles in minor units, of open ones and of exposures in micro-units: as
/// numbers of the ledger, exact.
[[nodiscard]] nlohmann::ordered_json json_of(const Positions& positions);
[[nodiscard]] nlohmann::ordered_json json_of(const Exposures& exposures);
[[nodiscard]] nlohmann::ordered_json json_of(const Liabilities& liabilities);

/// With a header line; amounts in major units, with a point.
[[nodiscard]] std::string csv_of(const Positions& positions, const Consortium& consortium);
[[nodiscard]] std::string csv_of(const Exposures& exposures, const Consortium& consortium);
[[nodiscard]] std::string csv_of(const Liabilities& liabilities, const Consortium& consortium);

}  // namespace tally::app
