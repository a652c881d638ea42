// Frames on their way, and the schedule of faults.
#include "simulation/twins.h"
#include "simulation/world.h"

#include <algorithm>

namespace tally::sim {

bool World::is_cut(std::size_t from, std::size_t to) const {
  if (cuts_[from][to] > 0) return true;
  if (healed_ || now_ < kSteeredFrom || plan_.sides.empty() || !machines_[from]->is_up())
    return false;
  return !hears(plan_.sides, machines_[from]->process->status.view, from, to);
}

void World::send(Machine& machine, std::vector<consensus::Frame> frames) {
  const std::size_t from = machine.instance;
  if (liars_[from] != nullptr) {
    std::vector<Parcel> parcels;
    for (const consensus::Frame& frame : frames)
      for (std::uint16_t i = 0; i < plan_.nodes; ++i)
        if (frame.to.has_value() ? frame.to->value() == i : machine.self.value() != i)
          parcels.push_back({NodeIndex(i), frame.bytes, Duration()});
    liars_[from]->on_send(parcels, machine.clock.read(now_));
    tell_lies(from);
    return send_parcels(machine, std::move(parcels));
  }
  const bool is_correct = plan_.is_correct(from);
  for (consensus::Frame& frame : frames) {
    if (is_correct) oracles_.on_send(from, frame.bytes);
    const auto shared = std::make_shared<const Bytes>(std::move(frame.bytes));
    for (std::size_t to = 0; to < machines_.size(); ++to) {
      const NodeIndex receiver = plan_.identity(to);
      if (frame.to.has_value() ? receiver == *frame.to : receiver != machine.self)
        transmit(from, to, shared, 0);
    }
  }
}

void World::send_parcels(Machine& machine, std::vector<Parcel> parcels) {
  for (Parcel& parcel : parcels) {
    if (parcel.to.value() >= plan_.nodes || parcel.to == machine.self) continue;
    const auto shared = std::make_shared<const Bytes>(std::move(parcel.frame));
    for (std::size_t to = 0; to < machines_.size(); ++to)
      if (plan_.identity(to) == parcel.to)
        transmit(machine.instance, to, shared, parcel.delay.milliseconds() * kMillisecond);
  }
}

void World::transmit(std::size_t from, std::size_t to, const SharedFrame& frame, Micros later) {
  const Machine& receiver = *machines_[to];
  if (is_cut(from, to) || !receiver.is_up()) return;
  Random& random = link_random_[from];
  const unsigned loss = healed_ ? 0 : plan_.network.loss_permille;
  const bool is_lost = random.below(1'000) < loss;
  const Micros took = delay(from, to);
  const bool is_twice = !healed_ && random.below(1'000) < plan_.network.duplicate_permille;
  if (is_lost) return;
  Micros at = std::max(now_ + later + took, clogged_[from][to]);
  if (plan_.network.keeps_order && later == 0)
    at = last_[from][to] = std::max(at, last_[from][to] + 1);
  schedule(at, Arrival{from, to, receiver.life, frame});
  if (is_twice) schedule(at + took, Arrival{from, to, receiver.life, frame});
}

Micros World::delay(std::size_t from, std::size_t to) {
  const NetworkPlan& network = plan_.network;
  Random& random = link_random_[from];
  Micros took = network.delay_least + random.below(network.delay_spread + 1);
  const bool is_slow = network.slow == from || network.slow == to;
  if (random.chance(network.tail_percent)) took += random.below(network.tail + 1);
  if (is_slow) took += random.below(network.slow_by + 1);
  return healed_ ? std::min(took, plan_.delta) : took;
}

void World::on(FaultBegins& begins) {
  if (healed_) return;
  Fault fault = plan_.faults[begins.fault];
  // What waits for the end of a fault waits till the turn at most: then all are healed.
  if (plan_.turn < kHorizon) fault.lasts = std::min(fault.lasts, plan_.turn - now_);
  trace(name_of(fault.kind), fault.instance, begins.fault);
  if (options_.story || options_.trace) tell(fault.instance, "fault " + describe(fault));
  Machine& machine = *machines_[fault.instance];
  switch (fault.kind) {
    case FaultKind::Crash:
      // One that is down may be cut in what RocksDB writes as it starts.
      if (machine.is_up() || fault.point >= CrashPoint::LedgerChange) plan_crash(machine, fault);
      return;
    case FaultKind::PowerCut:
      for (const auto& each : machines_)
        if (each->is_up()) crash(*each, true, fault.lasts);
      return;
    case FaultKind::Pause:
      machine.paused_until = std::max(machine.paused_until, now_ + fault.lasts);
      return;
    case FaultKind::Cut:
      count_links(fault, 1);
      schedule(now_ + fault.lasts, FaultEnds{begins.fault});
      return;
    case FaultKind::Clog:
      for (std::size_t from = 0; from < machines_.size(); ++from)
        for (std::size_t to = 0; to < machines_.size(); ++to)
          if ((fault.links[from] & bit(to)) != 0)
            clogged_[from][to] = std::max(clogged_[from][to], now_ + fault.lasts);
      return;
    case FaultKind::WallJump:
      machine.clock.jump(fault.jump_ms);
      return saw(Seen::ClockJump);
    case FaultKind::DiskFails:
      return fail_disk(machine.disk, begins.fault);
    case FaultKind::Amnesia:
      return forget(machine, fault);
    case FaultKind::LedgerFails:
      if (machine.ledger != nullptr) fail_disk(machine.ledger->disk, begins.fault);
      return;
    case FaultKind::LedgerDamage:
      if (machine.ledger != nullptr && machine.is_up()) plan_crash(machine, fault);
      return;
    case FaultKind::Diverge:
      machine.diverges = true;
      return;
  }
}

void World::on(FaultEnds& ends) {
  const Fault& fault = plan_.faults[ends.fault];
  if (fault.kind == FaultKind::Cut) {
    if (healed_) return;  // all links were set anew
    count_links(fault, -1);
    schedule(now_ + 5 * kMillisecond, LinksChange{});
    return;
  }
  // A disk: it is well again, and its process, which votes no more, starts anew.
  Machine& machine = *machines_[fault.instance];
  if (healed_) return;
  if (machine.disk.faults_done() > 0)
    saw(fault.detail % 3 == 2 ? Seen::DiskFull : Seen::SyncFailed);
  machine.heal();
  if (machine.is_up()) crash(machine, false, kMillisecond);
}

void World::count_links(const Fault& fault, int change) {
  for (std::size_t from = 0; from < machines_.size(); ++from)
    for (std::size_t to = 0; to < machines_.size(); ++to)
      if (from != to && (fault.links[from] & bit(to)) != 0) cuts_[from][to] += change;
}

void World::plan_crash(Machine& machine, const Fault& fault) {
  machine.planned = fault;
  if (fault.point == CrashPoint::Now) return crash(machine, fault.power, fault.lasts);
  if (fault.point == CrashPoint::DiskChange) machine.disk.arm(fault.detail, DiskFault::Cut);
  if (fault.point == CrashPoint::AfterSync) machine.disk.arm(fault.detail, DiskFault::CutAfter);
  if (machine.ledger == nullptr) return;
  if (fault.point == CrashPoint::LedgerChange)
    machine.ledger->disk.arm(fault.detail, DiskFault::Cut);
  if (fault.point == CrashPoint::LedgerSync)
    machine.ledger->disk.arm(fault.detail, DiskFault::CutAfter);
}

void World::fail_disk(SimDisk& disk, std::size_t which) {
  const Fault& fault = plan_.faults[which];
  constexpr DiskFault kWays[] = {DiskFault::SyncFails, DiskFault::WriteFails, DiskFault::Full};
  disk.arm(1 + fault.detail / 3 % 5, kWays[fault.detail % 3]);
  schedule(now_ + fault.lasts, FaultEnds{which});
}

/// The node loses its log, gets an older copy of it back, or finds it damaged, and starts as what
/// it is then.
void World::forget(Machine& machine, const Fault& fault) {
  saw(Seen::Amnesia);
  if (machine.is_up()) crash(machine, true, fault.lasts);
  if (plan_.is_correct(machine.instance)) {
    oracles_.on_wiped(machine.instance);
    faults_.on_wiped(machine.instance);
  }
  if (fault.detail < kRotFirst)
    return machine.lose_votes(fault.detail == 1 ? images_[machine.instance] : std::nullopt);
  const std::optional<std::uint64_t> newest = machine.rot_votes(fault.detail - kRotFirst);
  if (!newest.has_value()) return;
  saw(Seen::Rotten);
  if (plan_.is_correct(machine.instance)) faults_.on_rot(machine.instance, *newest);
}

}  // namespace tally::sim
