// The commands of tally change propose, one for each kind of change.
#pragma once

#include "app/frame.h"

namespace tally::app {

/// Into the group `tally change`.
void add_change_propose(Frame& frame, CLI::App& group);

}  // namespace tally::app
