// Canaries: bugs planted on purpose, which the simulator must find (design/reliability.md §4.10).
#pragma once

namespace tally {

#ifdef TALLY_CANARIES

/// The one bug that is planted in this process; 0: none. Only the simulator's own build of the
/// sources has it: a release that defines TALLY_CANARIES fails at configure time.
inline int planted_canary = 0;
[[nodiscard]] inline bool canary(int number) {
  return planted_canary == number;
}
/// The clock of the node that the simulator steps, in milliseconds.
inline unsigned long long planted_clock = 0;
/// What differs from node to node, for bugs that let it into a block.
[[nodiscard]] inline unsigned long long canary_clock() {
  return planted_clock;
}

#else

/// Never true here, so the compiler drops what it guards. Numbers below 100 are the rows of
/// design/consensus.md §10.
[[nodiscard]] constexpr bool canary(int /*number*/) {
  return false;
}
[[nodiscard]] constexpr unsigned long long canary_clock() {
  return 0;
}

#endif

}  // namespace tally
