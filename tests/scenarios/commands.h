// Commands: what a story does to its world, one a line.
#pragma once

#include "scenarios/liars.h"

namespace tally::scenario {

/// One line of a story, read to its end. Where `words` has an error, there is nothing to run.
[[nodiscard]] Action read_command(Words& words);

}  // namespace tally::scenario
