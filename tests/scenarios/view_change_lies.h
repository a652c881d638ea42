// What liars can say of view changes: with proof, without it, or with a flawed one.
#pragma once

#include "scenarios/forgery.h"

namespace tally::scenario {

/// What a liar would send.
using Recipe = std::function<Result<Bytes>(const World&, std::size_t self)>;

[[nodiscard]] Recipe read_view_change(Words& words);
[[nodiscard]] Recipe read_new_view(Words& words);
[[nodiscard]] Recipe read_complaint(Words& words);
[[nodiscard]] Recipe read_answer(Words& words);

}  // namespace tally::scenario
