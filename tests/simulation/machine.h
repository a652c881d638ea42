// Machine: one instance of a node. Its disk and ledger outlive its process; the process is the
// production machines, stepped by the world as NodeLoop's threads step them.
#pragma once

#include <tally/node/inbound.h>
#include <tally/node/ordering.h>
#include <tally/node/start.h>

#include "node/event_queue.h"
#include "simulation/chain.h"
#include "simulation/disk.h"
#include "simulation/level2.h"
#include "simulation/plan.h"

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tally::sim {

/// A node's two clocks: both drift, the wall clock is off and jumps as well.
class Clock {
 public:
  explicit Clock(const ClockPlan& plan) : plan_(plan) {}
  [[nodiscard]] consensus::Now read(Micros now) const;
  /// The first instant at which the monotonic clock shows `local` or more.
  [[nodiscard]] Micros when(Timestamp local, Micros now) const;
  void jump(std::int64_t milliseconds) { plan_.wall_ms += milliseconds; }
  /// Within `most` of true time: a core's clocks are set right at the turn.
  void set_right(std::int64_t most);

 private:
  [[nodiscard]] std::uint64_t elapsed_ms(Micros now) const;
  ClockPlan plan_;
};

/// What dies with a process.
struct Process {
  Process(const consensus::Epoch& epoch, node::Owners owners_of_it)
      : inbound(epoch), queue(epoch.validators.size()), owners(std::move(owners_of_it)) {}

  node::Inbound inbound;
  node::EventQueue queue;
  node::Owners owners;
  node::NodeStatus status;
  node::InboundHint hint;
  Timestamp next_tick;
  std::optional<Timestamp> wake_at;
  std::deque<node::LedgerTask> tasks;
  bool step_waits = false;  ///< a step is on its way
  bool busy = false;        ///< a step was made, and its effects are not out yet
  bool has_more = false;    ///< something came meanwhile
  Micros timer_at = 0;      ///< 0: none is set
  bool executes = false;    ///< the ledger is at work
  bool halted = false;
};

class Machine {
 public:
  Machine(const Plan& plan, const Chain& chain, std::size_t number);

  /// Opens the vote log and starts the machines. An Error is what a person would read.
  [[nodiscard]] Result<void> boot(Micros now, std::uint64_t nonce);
  /// The process goes; what its disk keeps is decided now.
  void crash(bool power);
  /// The vote log is lost: gone, or `image` in its place.
  void lose_votes(const std::optional<SimDisk::Image>& image);
  /// A bit of what is durable changes, in the newest entry of the vote log but `back`. Gives the
  /// number of the newest; nullopt: it holds no entry.
  std::optional<std::uint64_t> rot_votes(std::uint64_t back);

  [[nodiscard]] bool is_up() const { return process != nullptr; }
  /// What was armed on its disks is off, and what went wrong is over.
  void heal();
  [[nodiscard]] std::uint64_t faults_done() const;

  const std::size_t instance;
  const NodeIndex self;
  Clock clock;
  SimDisk disk;
  std::unique_ptr<LedgerDisk> ledger;  ///< in level 2; null: the ledger is in memory, and durable
  Height reported;                     ///< the newest block of which the oracles were told
  std::unique_ptr<Process> process;
  std::uint64_t life = 0;        ///< counts processes: an event of an earlier one is void
  std::string notice;            ///< of the last start: a torn tail that was cut
  bool starts_changing = false;  ///< it was inside a view change
  bool started_empty = false;    ///< its log held nothing when it started
  Micros paused_until = 0;
  std::optional<Fault> planned;  ///< a crash that waits for its point
  bool diverges = false;         ///< its next block with any content comes to other results
  bool stays_down = false;       ///< it halted for good: an operator would have to recover it

 private:
  [[nodiscard]] Result<std::pair<storage::VoteLog, storage::LogContents>> open_log();

  const Plan& plan_;
  const Chain& chain_;
  std::shared_ptr<storage::Store> store_;
  bool forgot_ = false;
};

}  // namespace tally::sim
