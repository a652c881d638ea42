// The two paths that the build knows.
#include "support/places.h"

namespace tally::test {

std::string tests_folder() {
  return TALLY_TESTS_DIR;
}

std::string shared_data() {
  return TALLY_SHARED_DATA;
}

}  // namespace tally::test
