// A receipt's postings in words, whatever kind of transaction it is of; and what a refused one
// lacks.
#pragma once

#include <tally/model/missing.h>
#include <tally/model/receipt.h>
#include <tally/words/explanation.h>

#include <span>
#include <string>
#include <vector>

namespace tally::words {

/// One line for each kind of posting, in the order of their first; lots that agree in what is told
/// of them are added up. Of a receipt of rules Earned lines are left out: the rules' explanation
/// tells them. Of a refusal its sentence. `offsets`: the programme's civil time.
[[nodiscard]] std::vector<std::string> lines_of(const Receipt& receipt,
                                                std::span<const UtcOffset> offsets,
                                                const Style& style);

/// "37 points short; 120 wait until Wednesday 2026-03-04."
[[nodiscard]] std::vector<std::string> lines_of(const Missing& missing,
                                                std::span<const UtcOffset> offsets,
                                                const Style& style);

}  // namespace tally::words
