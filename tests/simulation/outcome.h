// RunOutcome: what a run came to, and what it happened to meet on its way.
#pragma once

#include <tally/model/action.h>

#include "simulation/plan.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace tally::sim {

/// "Sometimes" counters (design/reliability.md §4.7): each must be above zero over a night, or the
/// generator is blind there.
enum class Seen : std::uint8_t {
  Blocks,
  ViewChange,
  ViewChangeWithProof,
  NewView,
  NewViewWithGap,
  NullBlock,
  Rotation,
  PassedOver,
  RefusedProposal,
  CapReached,
  RestartInViewChange,
  Restart,
  PowerCut,
  TornTail,
  SegmentChange,
  SyncFailed,
  DiskFull,
  CutBeforeSync,
  CutAfterSync,
  CutBeforeFrames,
  CutInSend,
  CutAfterCommit,
  BlockSync,
  BodyFetched,
  ReplayTried,
  FillerOffered,
  RequestIdReused,
  Expiry,
  Amnesia,
  LearnerMade,
  LearnerBack,
  Rotten,
  Diverged,
  HeaderMismatch,
  ClockJump,
  Liars,
  MarkedPeer,
  LivenessProved,
  NoCore,
  LedgerCut,      ///< the power went as RocksDB wrote; this and the next in level 2 alone
  LedgerFailed,   ///< a block could not be written
  LedgerAhead,    ///< a start found a block that its process did not know to be written
  LedgerRefused,  ///< damage was noticed
  Count,
};
[[nodiscard]] std::string_view name_of(Seen seen);
using Coverage = std::array<std::uint64_t, static_cast<std::size_t>(Seen::Count)>;

/// All kinds of transaction that there are, in the order of `Action`.
using Kinds = std::array<ActionKind, std::variant_size_v<Action>>;
[[nodiscard]] const Kinds& all_kinds();
/// In the order of all_kinds.
using KindCounts = std::array<std::uint64_t, std::variant_size_v<Action>>;

struct Failure {
  std::string oracle;  ///< "O7"
  std::string what;
};

struct RunOutcome {
  std::optional<Failure> failure;
  std::uint64_t trace = 0;  ///< hash of every event, in order
  Micros ended = 0;
  std::uint64_t events = 0;
  std::uint64_t height = 0;  ///< the highest that a correct node executed
  Coverage seen{};
  KindCounts accepted{};           ///< transactions of each kind that took effect
  std::vector<std::string> story;  ///< the newest events of interest, if they were asked for
  std::vector<std::string> state;  ///< one line a node, at the end
};

/// Whether to print each event as it happens: for a replay.
struct RunOptions {
  bool trace = false;
  bool story = false;  ///< keep a line for each event of interest
};

/// Deterministic: the same plan, the same outcome to the byte.
[[nodiscard]] RunOutcome run(const Plan& plan, const RunOptions& options);

}  // namespace tally::sim
