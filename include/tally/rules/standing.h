// A standing under the programme of now: what it need not remember any more.
#pragma once

#include <tally/model/standing.h>

namespace tally::rules {

/// Forgets counters and caps that the programme does not have, and days and periods that have
/// passed: so that two standings that were last touched under other versions can be joined, and
/// what comes of it fits a record.
void tidy(const Programme& programme, Timestamp now, Standing& standing);

}  // namespace tally::rules
