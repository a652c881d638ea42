// The subcommands of tallyd.
#pragma once

#include "app/frame.h"

namespace tally::app {

void add_init(Frame& frame);
/// `umask_before`: the umask that the process was given.
void add_start(Frame& frame, unsigned umask_before);
void add_recover(Frame& frame);

}  // namespace tally::app
