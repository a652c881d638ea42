// The salts of the vote logs of tests, the same in each run.
#pragma once

#include <tally/storage/vote_log.h>

namespace tally::test {

/// Another for each `n`, and as random-looking as a node's.
[[nodiscard]] inline storage::LogSalt a_log_salt(std::uint64_t n = 1) {
  const std::array<std::uint8_t, 2> number{static_cast<std::uint8_t>(n >> 8U),
                                           static_cast<std::uint8_t>(n)};
  return storage::LogSalt::from_view(crypto::sha256(number).view().first(storage::LogSalt::kSize));
}

}  // namespace tally::test
