// World: one queue of events, ordered by (time, number), over the machines, the network between
// them, their disks, clocks and clients. Nothing in it is random but by the plan's streams.
#pragma once

#include "simulation/machine.h"
#include "simulation/oracles.h"
#include "simulation/oracles_faults.h"
#include "simulation/outcome.h"
#include "simulation/plan.h"
#include "simulation/strategy.h"
#include "simulation/workload.h"

#include <cstdint>
#include <deque>
#include <memory>
#include <queue>
#include <string>
#include <variant>
#include <vector>

namespace tally::sim {

using SharedFrame = std::shared_ptr<const Bytes>;

class World {
 public:
  World(const Plan& plan, const RunOptions& options);
  [[nodiscard]] RunOutcome run();

 private:
  // What can happen; `life` tells a process from the one before it.
  struct Arrival {
    std::size_t from = 0;
    std::size_t to = 0;
    std::uint64_t life = 0;  ///< of the receiver when it was sent
    SharedFrame frame;
  };
  struct Step {
    std::size_t instance = 0;
    std::uint64_t life = 0;
  };
  struct Timer {
    std::size_t instance = 0;
    std::uint64_t life = 0;
    Micros at = 0;
  };
  struct Release {
    std::size_t instance = 0;
    std::uint64_t life = 0;
    std::unique_ptr<node::OrderingEffects> effects;
  };
  struct Execute {
    std::size_t instance = 0;
    std::uint64_t life = 0;
  };
  struct Executed {
    std::size_t instance = 0;
    std::uint64_t life = 0;
    std::unique_ptr<node::LedgerEffects> effects;
  };
  struct FaultBegins {
    std::size_t fault = 0;
  };
  struct FaultEnds {
    std::size_t fault = 0;
  };
  struct Boot {
    std::size_t instance = 0;
    std::uint64_t life = 0;
  };
  struct ClientSends {};
  struct ClientRetries {};
  struct LiarTick {
    std::size_t instance = 0;
  };
  struct LinksChange {};
  struct Turn {};
  struct Probe {};
  using Happening =
      std::variant<Arrival, Step, Timer, Release, Execute, Executed, FaultBegins, FaultEnds, Boot,
                   ClientSends, ClientRetries, LiarTick, LinksChange, Turn, Probe>;
  struct Place {
    Micros at = 0;
    std::uint64_t number = 0;
    std::size_t slot = 0;
    friend bool operator>(const Place& a, const Place& b) {
      return a.at != b.at ? a.at > b.at : a.number > b.number;
    }
  };

  // world.cpp: the queue, clients, phases.
  void schedule(Micros at, Happening happening);
  void begin();
  void happen(Happening& happening);
  void on(ClientSends&);
  void on(ClientRetries&);
  void on(LiarTick& tick);
  void on(LinksChange&);
  void on(Turn&);
  void on(Probe&);
  void deliver(const std::vector<Delivery>& deliveries);
  [[nodiscard]] Mask reachable() const;
  [[nodiscard]] bool settle_core();
  [[nodiscard]] bool is_out(std::size_t instance, Outside fate) const;
  void settle(Machine& machine);
  void finish();
  void audit();
  void check_conservation();
  void trace(std::string_view what, std::size_t instance, std::uint64_t detail);
  void tell(std::size_t instance, const std::string& what);
  void tell_lies(std::size_t instance);
  void saw(Seen what) { ++outcome_.seen[static_cast<std::size_t>(what)]; }
  [[nodiscard]] std::string state_of(const Machine& machine) const;

  // world_nodes.cpp: what NodeLoop's threads do.
  void on(Arrival& arrival);
  void on(Step& step);
  void on(Timer& timer);
  void on(Release& release);
  void on(Execute& execute);
  void on(Executed& executed);
  void on(Boot& boot);
  void hear(Machine& machine, std::size_t from, ByteView frame);
  void wake(Machine& machine);
  void set_timer(Machine& machine);
  void release(Machine& machine, node::OrderingEffects& effects);
  void crash(Machine& machine, bool power, Micros down);
  [[nodiscard]] bool crashes_at(Machine& machine, CrashPoint point);
  [[nodiscard]] bool ledger_is_down(Machine& machine, const Result<void>& written);
  void report_found(Machine& machine);
  void cannot_start(const Boot& boot, const Error& error);
  [[nodiscard]] bool is_current(std::size_t instance, std::uint64_t life);
  [[nodiscard]] std::size_t connected(std::size_t instance) const;

  // world_network.cpp: frames, and faults of the schedule.
  void send(Machine& machine, std::vector<consensus::Frame> frames);
  void send_parcels(Machine& machine, std::vector<Parcel> parcels);
  void transmit(std::size_t from, std::size_t to, const SharedFrame& frame, Micros later);
  [[nodiscard]] Micros delay(std::size_t from, std::size_t to);
  [[nodiscard]] bool is_cut(std::size_t from, std::size_t to) const;
  void on(FaultBegins& begins);
  void on(FaultEnds& ends);
  void count_links(const Fault& fault, int change);
  void plan_crash(Machine& machine, const Fault& fault);
  void fail_disk(SimDisk& disk, std::size_t which);
  void forget(Machine& machine, const Fault& fault);
  void halt(Machine& machine, const std::string& why);
  void diverge(Machine& machine, node::ExecuteTask& task);

  Plan plan_;
  RunOptions options_;
  Chain chain_;
  Workload work_;
  RunOutcome outcome_;
  Oracles oracles_;
  FaultOracles faults_;
  std::vector<std::unique_ptr<Machine>> machines_;
  std::vector<std::unique_ptr<Liar>> liars_;  ///< by instance; null: correct
  std::vector<crypto::PrivateKey> liar_keys_;
  std::vector<std::optional<SimDisk::Image>> images_;  ///< older copies, for amnesia

  Micros now_ = 0;
  std::uint64_t next_number_ = 0;
  std::priority_queue<Place, std::vector<Place>, std::greater<>> queue_;
  std::vector<Happening> happenings_;
  std::vector<std::size_t> free_;

  std::vector<Random> link_random_;           ///< by sender: its network stream
  std::vector<Random> disk_random_;           ///< by instance: how long syncs take
  Random node_random_;                        ///< nonces
  std::vector<std::vector<int>> cuts_;        ///< by sender and receiver: how many faults cut it
  std::vector<std::vector<Micros>> clogged_;  ///< until when frames wait
  std::vector<std::vector<Micros>> last_;     ///< arrival of the last frame, where order is kept
  bool healed_ = false;                       ///< the liveness phase has begun
  std::uint64_t probes_ = 0;
  std::deque<std::string> story_;
  Micros bound_ = 0;  ///< of the liveness phase
};

}  // namespace tally::sim
