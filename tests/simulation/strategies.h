// The strategies' makers, one a name; each file strategies_*.cpp holds a few of a kind.
#pragma once

#include "simulation/strategy.h"

#include <memory>

namespace tally::sim {

// strategies_timing.cpp: what is said is true, but not to all, or not in time.
[[nodiscard]] std::unique_ptr<Strategy> make_withhold(std::uint64_t seed);
[[nodiscard]] std::unique_ptr<Strategy> make_delay(std::uint64_t seed);
[[nodiscard]] std::unique_ptr<Strategy> make_few(std::uint64_t seed);
[[nodiscard]] std::unique_ptr<Strategy> make_replay(std::uint64_t seed);
[[nodiscard]] std::unique_ptr<Strategy> make_burst(std::uint64_t seed);

// strategies_votes.cpp: two things are signed where a correct node signs one.
[[nodiscard]] std::unique_ptr<Strategy> make_two_proposals(std::uint64_t seed);
[[nodiscard]] std::unique_ptr<Strategy> make_two_votes(std::uint64_t seed);
[[nodiscard]] std::unique_ptr<Strategy> make_false_headers(std::uint64_t seed);
[[nodiscard]] std::unique_ptr<Strategy> make_block_time(std::uint64_t seed);
[[nodiscard]] std::unique_ptr<Strategy> make_censor(std::uint64_t seed);
[[nodiscard]] std::unique_ptr<Strategy> make_filler(std::uint64_t seed);
[[nodiscard]] std::unique_ptr<Strategy> make_forged_submissions(std::uint64_t seed);
[[nodiscard]] std::unique_ptr<Strategy> make_conspiracy(std::uint64_t seed);

// strategies_proofs.cpp: lies about what was agreed, and where.
[[nodiscard]] std::unique_ptr<Strategy> make_far(std::uint64_t seed);
[[nodiscard]] std::unique_ptr<Strategy> make_forged_certificates(std::uint64_t seed);
[[nodiscard]] std::unique_ptr<Strategy> make_lying_sync(std::uint64_t seed);
[[nodiscard]] std::unique_ptr<Strategy> make_flood(std::uint64_t seed);
[[nodiscard]] std::unique_ptr<Strategy> make_small_mutations(std::uint64_t seed);
[[nodiscard]] std::unique_ptr<Strategy> make_other_chains(std::uint64_t seed);

// strategies_view_change.cpp: lies about views.
[[nodiscard]] std::unique_ptr<Strategy> make_lying_view_change(std::uint64_t seed);
[[nodiscard]] std::unique_ptr<Strategy> make_bad_new_view(std::uint64_t seed);
[[nodiscard]] std::unique_ptr<Strategy> make_false_complaints(std::uint64_t seed);
[[nodiscard]] std::unique_ptr<Strategy> make_lying_answers(std::uint64_t seed);

}  // namespace tally::sim
