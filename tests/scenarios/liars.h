// What liars can say: anything that their own keys sign, and what they heard others say.
#pragma once

#include "scenarios/world.h"

namespace tally::scenario {

/// What a step of the story came to: nullopt, or why it failed.
using Outcome = std::optional<std::string>;
using Action = std::function<Outcome(World&)>;

/// `let NAME be ...`: a proposal or a header for liars to speak of.
[[nodiscard]] Action read_let(Words& words);
/// `N sends ... to WHO` and `N replays ... to WHO`. Fails where node N is no liar, and where a
/// certificate needs a signature that nobody made: liars cannot forge.
[[nodiscard]] Action read_lie(Words& words);

}  // namespace tally::scenario
