// Places: where the tests' own files and the shared data lie. One object knows them, so that the
// compiler's cache serves every other one in any checkout.
#pragma once

#include <string>

namespace tally::test {

/// The folder of the tests in this checkout.
[[nodiscard]] std::string tests_folder();
/// The real data beside the checkout, which may be missing.
[[nodiscard]] std::string shared_data();

}  // namespace tally::test
