// Heads of accounts, as this domain asks for them.
#pragma once

#include <tally/points/points.h>
#include <tally/state/heads.h>

namespace tally::points {

using state::account_now;
using state::check_may_spend;
using state::check_open;
using state::cost_of_pages;
using state::find_head;

}  // namespace tally::points
