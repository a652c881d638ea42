// What goes wrong with the ledgers of a run in level 2.
#pragma once

#include "simulation/plan.h"

namespace tally::sim {

/// Makes `percent` of the seeds level 2, and gives those their ledgers' faults. All is drawn from a
/// stream of its own: what else the seed draws does not change.
void draw_level2(Plan& plan, unsigned percent);

}  // namespace tally::sim
