// What a standing need not remember any more.
#include <tally/rules/standing.h>

#include "rules/caps.h"
#include "rules/counters.h"

namespace tally::rules {

void tidy(const Programme& programme, Timestamp now, Standing& standing) {
  adopt_counters(programme, standing);
  prune_caps(programme, PeriodPlaces(programme.utc_offsets, now), standing);
  prune_counters(programme, now, standing);
}

}  // namespace tally::rules
