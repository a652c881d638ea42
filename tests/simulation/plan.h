// Plan: one world, drawn from a seed and then fixed. A run needs nothing else, so whoever edits a
// plan (a shrinker, a test) runs another world.
#pragma once

#include <tally/base/ids.h>
#include <tally/model/genesis.h>

#include "simulation/random.h"
#include "simulation/strategy.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tally::sim {

/// Virtual time, in millionths of a second since the run began.
using Micros = std::uint64_t;
inline constexpr Micros kMillisecond = 1'000;
inline constexpr Micros kSecond = 1'000'000;
/// No run is longer, both phases together (design/reliability.md §4.3). It is fixed, and what is
/// drawn has to fit it.
inline constexpr Micros kHorizon = 20 * kSecond;
/// Of the safety phase; the liveness phase has the rest, and ends when all is committed.
inline constexpr Micros kSafetyLeast = 2 * kSecond;
inline constexpr Micros kSafetyMost = 6 * kSecond;

/// What each node's monotonic clock shows when the run begins, but for its drift.
inline constexpr Timestamp kBoot{1'000'000};

/// A set of instances, bit i for instance i.
using Mask = std::uint32_t;
inline constexpr std::size_t kInstancesMax = 32;
[[nodiscard]] constexpr Mask bit(std::size_t instance) {
  return Mask{1} << instance;
}

enum class CrashPoint : std::uint8_t {
  Now,           ///< between two events
  DiskChange,    ///< before its n-th append or sync: nothing of it happens
  AfterSync,     ///< after its n-th append or sync, before anything that follows
  BeforeFrames,  ///< synced, and nothing of it said
  MidSend,       ///< after n frames of a round
  AfterCommit,   ///< the ledger has the block, ordering does not know
  LedgerChange,  ///< before the n-th append or sync of RocksDB; level 2 alone, as the next
  LedgerSync,    ///< after it
};
inline constexpr CrashPoint kLastCrashPoint = CrashPoint::LedgerSync;

enum class FaultKind : std::uint8_t {
  Crash,
  PowerCut,  ///< of all instances at once
  Pause,
  Cut,   ///< frames between `links` are lost
  Clog,  ///< frames between `links` wait until it ends
  WallJump,
  DiskFails,
  Amnesia,       ///< the vote log is lost, an older copy comes back, or durable bytes of it rot
  LedgerFails,   ///< the disk under RocksDB; level 2 alone, as the next
  LedgerDamage,  ///< a crash, and then a synced byte of the ledger is another
  Diverge,       ///< from now on its ledger comes to other results than all others'
};
inline constexpr FaultKind kLastFaultKind = FaultKind::Diverge;
[[nodiscard]] std::string_view name_of(FaultKind kind);

/// From here on the detail of an Amnesia names an entry that rots: this is the newest, one more the
/// one before.
inline constexpr std::uint64_t kRotFirst = 2;

/// One fault at a time; a list of them is the schedule, which a shrinker may cut.
struct Fault {
  FaultKind kind = FaultKind::Crash;
  Micros at = 0;
  Micros lasts = 0;
  std::size_t instance = 0;
  CrashPoint point = CrashPoint::Now;
  std::uint64_t detail = 0;      ///< n of the crash point; how a disk fails; which amnesia
  bool power = false;            ///< the whole machine loses power, not the process alone
  std::int64_t jump_ms = 0;      ///< of the wall clock
  std::vector<Mask> links = {};  ///< by sender: receivers
};

struct ClockPlan {
  int drift_ppm = 0;
  std::int64_t wall_ms = 0;  ///< ahead of true time, or behind
};

struct NetworkPlan {
  Micros delay_least = 200;
  Micros delay_spread = 800;
  unsigned tail_percent = 0;
  Micros tail = 0;
  unsigned loss_permille = 0;
  unsigned duplicate_permille = 0;
  bool keeps_order = true;
  bool loses_at_restart = true;  ///< frames on the way to a process that died are gone, as in TCP
  std::optional<std::size_t> slow;  ///< an instance whose links all take longer
  Micros slow_by = 0;
};

struct DiskPlan {
  Micros sync_least = 50;
  Micros sync_spread = 500;
  std::uint64_t segment_bytes = 64 << 20;
};

struct WorkPlan {
  Micros interval = 200 * kMillisecond;  ///< between requests, on average
  unsigned spread_percent = 20;          ///< given to several nodes at once
  unsigned repeat_percent = 10;          ///< an old submission again
  unsigned conflict_percent = 3;         ///< a used request id with another content
  unsigned forged_percent = 2;           ///< a signature that does not hold
  unsigned short_percent = 5;            ///< valid for a second or two
  bool moves_clock = false;              ///< development time jumps, so that points expire
  bool has_office = false;               ///< every kind of transaction is asked for (office.h)
  bool is_generous = false;              ///< a purchase may earn all points that there can be
};

struct LiarPlan {
  std::size_t instance = 0;
  std::vector<StrategyWindow> windows;
};

/// What an instance that is not of the core does once the liveness phase has begun.
enum class Outside : std::uint8_t { Dead, CutOff, Deaf, Mute };

struct Plan {
  std::uint64_t seed = 0;
  std::size_t nodes = 4;
  unsigned level = 1;  ///< 2: each ledger in a real RocksDB (level2.h)
  Parameters parameters;
  /// Of the epoch. Genesis says 1, since this protocol version has no other.
  std::uint64_t window = 1;
  Duration tick{100};  ///< a third of the shortest timeout, as it is outside
  NetworkPlan network;
  DiskPlan disk;
  std::vector<ClockPlan> clocks;  ///< by instance
  WorkPlan work;
  std::vector<NodeIndex> twins;  ///< instance nodes + i is the second run of twins[i]
  std::vector<Mask> sides;       ///< till the turn, by the sender's view: who hears whom (twins.h)
  std::vector<LiarPlan> liars;
  std::vector<Fault> faults;
  Micros turn = kSafetyMost;         ///< when the liveness phase begins; kHorizon: it does not
  Mask core = 0;                     ///< healed at the turn: a quorum of correct ones or more
  std::vector<Outside> outside;      ///< by instance
  Micros delta = 20 * kMillisecond;  ///< no frame within the core takes longer then
  bool expects_split = false;        ///< more twins than f: agreement has to break

  [[nodiscard]] std::size_t instances() const { return nodes + twins.size(); }
  [[nodiscard]] NodeIndex identity(std::size_t instance) const;
  [[nodiscard]] bool is_liar(std::size_t instance) const;
  /// Twins count as Byzantine, both of them; so does a node whose ledger will diverge.
  [[nodiscard]] bool is_correct(std::size_t instance) const;
  /// Whether it loses its vote log in this run.
  [[nodiscard]] bool forgets(std::size_t instance) const;
  /// Whether its ledger is damaged in this run: it is one of the f then, and of no core.
  [[nodiscard]] bool is_damaged(std::size_t instance) const;
  [[nodiscard]] bool diverges(std::size_t instance) const;
  /// How long a request may take in the liveness phase: design/reliability.md §4.6 with the
  /// back-off at its cap, and three ticks, since what was lost before the turn comes again with
  /// those. Of `waiting` requests, those before it need blocks as well.
  [[nodiscard]] Micros liveness_bound(std::size_t waiting) const;
};

/// What the caller fixes; the seed decides the rest.
struct PlanOptions {
  std::size_t nodes = 4;
  std::size_t twins = 0;
  /// Nothing but twins goes wrong, and they are steered in the first so many views: by the seed's
  /// number where that names one of all scenarios of one twin, by chance otherwise (twins.h).
  std::size_t views = 0;
  std::uint64_t window = 1;     ///< heights at once: this protocol version has 1, the formats 8
  unsigned level2_percent = 0;  ///< of the seeds
};
[[nodiscard]] Plan draw_plan(std::uint64_t seed, const PlanOptions& options);
/// All that was drawn, in one line.
[[nodiscard]] std::string describe(const Plan& plan);
[[nodiscard]] std::string describe(const Fault& fault);

}  // namespace tally::sim
