// What text on the ledger may be: short, clean, and nobody's e-mail or phone number.
#pragma once

#include <tally/base/result.h>

#include <cstddef>
#include <string_view>

namespace tally {

/// 1 … `size_max` bytes of UTF-8 without control characters, and without the marks that turn the
/// direction of text, by which a name can pass for another. Malformed names `field`, never `text`.
[[nodiscard]] Result<void> check_name(std::string_view field, std::string_view text,
                                      std::size_t size_max);

/// Malformed with PERSONAL_DATA where `text` looks like an e-mail address or a phone number
/// (design/loyalty.md §22): what is on the ledger stays there.
[[nodiscard]] Result<void> check_no_personal_data(std::string_view field, std::string_view text);

}  // namespace tally
