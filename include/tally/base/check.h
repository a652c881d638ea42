// CHECK: stops the process on a bug of ours, in every build.
#pragma once

namespace tally {

/// Prints the failed condition and where it stands, then aborts: a node that broke its own
/// invariant must not go on. Never for input: a peer or a caller must not be able to stop us.
[[noreturn]] void check_failed(const char* condition, const char* file, int line) noexcept;

}  // namespace tally

// Stays on in release builds: a ledger that skips its checks when it is fast is not a ledger.
#define CHECK(condition)                                     \
  do {                                                       \
    if (!(condition)) [[unlikely]]                           \
      ::tally::check_failed(#condition, __FILE__, __LINE__); \
  } while (false)
