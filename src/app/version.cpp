// Version, commit and build; src/app/version.cmake defines them.
#include "app/version.h"

#include <tally/base/bytes.h>

namespace tally::app {

std::string_view version_number() {
  return TALLY_VERSION;
}

std::string version_text(std::string_view program) {
  std::string text(program);
  text.append(" ").append(TALLY_VERSION).append("\n");
  text.append("commit    ").append(TALLY_COMMIT).append("\n");
  text.append("build     ").append(TALLY_BUILD).append(", ").append(__VERSION__).append("\n");
  text.append("protocol  1 to 1\n");
  return text;
}

}  // namespace tally::app
