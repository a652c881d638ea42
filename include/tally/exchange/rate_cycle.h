// Whether points can be made out of nothing by exchanging them in a circle (design/loyalty.md §16).
#pragma once

#include <tally/base/money.h>
#include <tally/model/ids.h>

#include <span>

namespace tally::exchange {

/// One exchange that is on offer.
struct Leg {
  MerchantId from;  ///< whose points are given
  MerchantId to;    ///< whose points come
  Rate rate;        ///< points of `to` for one of `from`
};

/// Whether a directed cycle over `legs` has a product above 1. Exact, in integers of any length;
/// time n · legs for n programmes.
[[nodiscard]] bool has_gaining_cycle(std::span<const Leg> legs);

}  // namespace tally::exchange
