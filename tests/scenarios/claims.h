// Claims: what a story expects of its nodes, and what is found instead.
#pragma once

#include "scenarios/world.h"

namespace tally::scenario {

/// nullopt: it holds; else what was found.
using Claim = std::function<std::optional<std::string>(const World&)>;

/// One of the sentences of tests/scenarios/README.md. Never null; whether the line was one of them
/// stands in `words`.
[[nodiscard]] Claim read_claim(Words& words);

}  // namespace tally::scenario
