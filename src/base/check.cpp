// The end of a process that found a bug in itself.
#include <tally/base/check.h>

#include <cstdio>
#include <cstdlib>

namespace tally {

void check_failed(const char* condition, const char* file, int line) noexcept {
  std::fprintf(stderr, "tally: CHECK failed: %s at %s:%d\n", condition, file, line);
  std::abort();
}

}  // namespace tally
