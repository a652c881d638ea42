// The queue, the clients, and the two phases of a run.
#include "simulation/world.h"

#include <tally/audit/audit.h>

#include <algorithm>
#include <bit>
#include <cstdio>

namespace tally::sim {
namespace {

constexpr std::uint64_t kLinkStream = 3'000;
constexpr std::uint64_t kDiskTimeStream = 4'000;
constexpr std::uint64_t kNodeStream = 5'000;
constexpr std::size_t kStoryLines = 400;
constexpr Micros kRetryEvery = 400 * kMillisecond;
/// Requests of the liveness phase, after those that were pending at the turn.
constexpr std::uint64_t kProbes = 4;
constexpr Micros kProbeEvery = 150 * kMillisecond;

std::uint64_t stir(std::uint64_t hash, std::uint64_t value) {
  hash = (hash ^ value) * 0xff51afd7ed558ccd;
  return hash ^ (hash >> 32);
}

}  // namespace

RunOutcome run(const Plan& plan, const RunOptions& options) {
  return World(plan, options).run();
}

World::World(const Plan& plan, const RunOptions& options)
    : plan_(plan),
      options_(options),
      chain_(plan_),
      work_(plan_, chain_),
      oracles_(plan_, chain_, work_, outcome_.seen),
      faults_(plan_, chain_, oracles_, outcome_.seen),
      images_(plan_.instances()),
      node_random_(Random::stream(plan.seed, kNodeStream)) {
  const std::size_t count = plan_.instances();
  oracles_.on_message = [this](std::size_t instance, const consensus::Message& message) {
    faults_.on_message(instance, message, now_);
  };
  oracles_.on_record = [this](std::size_t instance, const consensus::VoteRecord& record) {
    faults_.on_record(instance, record);
  };
  liars_.resize(count);
  for (std::size_t i = 0; i < count; ++i) {
    machines_.push_back(std::make_unique<Machine>(plan_, chain_, i));
    link_random_.push_back(Random::stream(plan_.seed, kLinkStream + i));
    disk_random_.push_back(Random::stream(plan_.seed, kDiskTimeStream + i));
    if (plan_.is_correct(i))
      machines_[i]->disk.on_durable = [this, i](ByteView bytes) { oracles_.on_durable(i, bytes); };
  }
  cuts_.assign(count, std::vector<int>(count, 0));
  clogged_.assign(count, std::vector<Micros>(count, 0));
  last_.assign(count, std::vector<Micros>(count, 0));

  std::vector<Accomplice> ring;
  for (const LiarPlan& liar : plan_.liars)
    liar_keys_.push_back(chain_.consensus_key(plan_.identity(liar.instance)));
  for (std::size_t i = 0; i < plan_.liars.size(); ++i)
    ring.push_back({plan_.identity(plan_.liars[i].instance), &liar_keys_[i]});
  for (std::size_t i = 0; i < plan_.liars.size(); ++i)
    liars_[plan_.liars[i].instance] = std::make_unique<Liar>(
        LiarSeat{chain_.epoch(), ring[i].node, liar_keys_[i], ring, plan_.seed},
        plan_.liars[i].windows);
  for (const auto& liar : liars_)
    if (liar != nullptr && (options_.story || options_.trace)) liar->keep_notes();
}

void World::schedule(Micros at, Happening happening) {
  std::size_t slot = happenings_.size();
  if (free_.empty()) {
    happenings_.push_back(std::move(happening));
  } else {
    slot = free_.back();
    free_.pop_back();
    happenings_[slot] = std::move(happening);
  }
  queue_.push({at, next_number_++, slot});
}

void World::begin() {
  for (const auto& machine : machines_)
    schedule(node_random_.below(20 * kMillisecond), Boot{machine->instance, 0});
  for (std::size_t i = 0; i < plan_.faults.size(); ++i)
    schedule(plan_.faults[i].at, FaultBegins{i});
  for (std::size_t i = 0; i < liars_.size(); ++i)
    if (liars_[i] != nullptr) {
      saw(Seen::Liars);
      schedule(kLiarTick.milliseconds() * kMillisecond, LiarTick{i});
    }
  schedule(30 * kMillisecond, ClientSends{});
  schedule(kRetryEvery, ClientRetries{});
  if (plan_.turn < kHorizon) schedule(plan_.turn, Turn{});
}

RunOutcome World::run() {
  begin();
  while (!queue_.empty() && !oracles_.failure().has_value() && outcome_.ended == 0) {
    const Place next = queue_.top();
    queue_.pop();
    if (next.at >= kHorizon) {
      now_ = kHorizon;
      break;
    }
    now_ = next.at;
    ++outcome_.events;
    Happening happening = std::move(happenings_[next.slot]);
    free_.push_back(next.slot);
    outcome_.trace = stir(outcome_.trace, now_ * 16 + happening.index());
    std::visit([this](auto& what) { on(what); }, happening);
  }
  finish();
  return std::move(outcome_);
}

void World::finish() {
  outcome_.ended = now_;
  if (!oracles_.failure().has_value() && !plan_.expects_split) {
    for (const auto& machine : machines_) {
      const bool is_core = (plan_.core & bit(machine->instance)) != 0;
      if (healed_ && is_core && machine->is_up())
        oracles_.at_end(machine->instance, machine->process->status.executed);
    }
    // An auditor lets the last block alone be without its certificate: there, heights are open.
    if (plan_.window == 1 && Random::stream(plan_.seed, 9).chance(1)) audit();
    check_conservation();
  }
  outcome_.failure = oracles_.failure();
  outcome_.accepted = oracles_.accepted();
  outcome_.height = oracles_.highest().value();
  for (const auto& machine : machines_)
    outcome_.state.push_back(state_of(*machine));
  outcome_.story.assign(story_.begin(), story_.end());
}

/// No point comes from nowhere, nor goes there, on any correct node that runs.
void World::check_conservation() {
  for (const auto& machine : machines_) {
    if (!machine->is_up() || !plan_.is_correct(machine->instance)) continue;
    const auto snapshot = machine->process->owners.ledger->snapshot().value();
    const auto broken = broken_conservation(*snapshot, static_cast<std::uint32_t>(plan_.nodes));
    if (broken.has_value())
      oracles_.fail("I1", "node " + std::to_string(machine->instance) + ": " + *broken);
  }
}

/// From genesis, everything again, by the auditor.
void World::audit() {
  for (const auto& machine : machines_) {
    // Who is kept outside of a healed core may lack certificates that it cannot ask anybody for.
    const bool is_out = healed_ && (plan_.core & bit(machine->instance)) == 0;
    if (!machine->is_up() || !plan_.is_correct(machine->instance) || is_out) continue;
    const auto snapshot = machine->process->owners.ledger->snapshot().value();
    const auto report =
        audit::audit_ledger(chain_.keys().genesis, *snapshot, [](Height /*done*/) {});
    if (!report.ok())
      oracles_.fail("O6", "the audit of node " + std::to_string(machine->instance) +
                              " says: " + report.error().message);
    return;
  }
}

void World::trace(std::string_view what, std::size_t instance, std::uint64_t detail) {
  outcome_.trace = stir(outcome_.trace, detail * 64 + instance);
  if (options_.trace)
    std::printf("%9llu %zu %.*s %llu\n", static_cast<unsigned long long>(now_), instance,
                static_cast<int>(what.size()), what.data(),
                static_cast<unsigned long long>(detail));
}

/// A line of the story: crashes, cuts, lies, views, blocks; not every frame.
void World::tell(std::size_t instance, const std::string& what) {
  if (!options_.story && !options_.trace) return;
  std::string line = std::to_string(now_ / kMillisecond) + " ms  node " +
                     std::to_string(plan_.identity(instance).value()) +
                     (instance >= plan_.nodes ? "'" : "") + "  " + what;
  if (!story_.empty() && story_.back() == line) return;
  if (options_.trace) std::printf("%s\n", line.c_str());
  story_.push_back(std::move(line));
  if (story_.size() > kStoryLines) story_.pop_front();
}

void World::tell_lies(std::size_t instance) {
  if (!options_.story && !options_.trace) return;
  for (const std::string& lie : liars_[instance]->take_notes())
    tell(instance, "LIAR " + lie);
}

std::string World::state_of(const Machine& machine) const {
  std::string text = "node " + std::to_string(machine.self.value()) +
                     (machine.instance >= plan_.nodes ? "'" : "") +
                     (plan_.is_correct(machine.instance) ? "" : " BYZANTINE") +
                     ((plan_.core & bit(machine.instance)) != 0 ? " core" : "") + ": ";
  if (!machine.is_up()) return text + "down";
  const Process& process = *machine.process;
  return text + "view " + std::to_string(process.status.view.value()) + " stable " +
         std::to_string(process.status.stable.value()) + " executed " +
         std::to_string(process.status.executed.value()) + " pool " +
         std::to_string(process.status.pool_submissions) +
         (process.status.voting ? "" : " NOT VOTING") + (process.halted ? " HALTED" : "") +
         (machine.paused_until > now_ ? " PAUSED" : "") + " waits for " +
         process.status.waiting_for;
}

Mask World::reachable() const {
  Mask mask = 0;
  for (const auto& machine : machines_)
    if (machine->is_up() && machine->paused_until <= now_) mask |= bit(machine->instance);
  return healed_ ? mask & plan_.core : mask;
}

void World::deliver(const std::vector<Delivery>& deliveries) {
  for (const Delivery& delivery : deliveries) {
    Machine& machine = *machines_[delivery.instance];
    if (!machine.is_up() || machine.process->halted) continue;
    Liar* liar = liars_[delivery.instance].get();
    if (liar != nullptr && !liar->admits(delivery.bytes, machine.clock.read(now_))) continue;
    auto submission = machine.process->inbound.submission(delivery.bytes);
    if (!submission.ok()) continue;
    if (machine.process->queue.post_submission(std::move(submission).value()).ok()) wake(machine);
  }
}

void World::on(ClientSends&) {
  deliver(work_.size() == 0 ? work_.begin() : work_.next(now_, reachable()));
  // An older copy of each disk, now and then, for the nodes that will forget.
  for (const auto& machine : machines_)
    if (plan_.forgets(machine->instance) && work_.size() % 4 == 0)
      images_[machine->instance] = machine->disk.durable_image();
  if (!healed_) schedule(work_.next_at(now_), ClientSends{});
}

void World::on(ClientRetries&) {
  const Mask targets = reachable();
  if (targets != 0) deliver(work_.repeat_all(now_, targets, healed_ ? 0 : kRetryEvery));
  if (!healed_) schedule(now_ + kRetryEvery, ClientRetries{});
}

void World::on(LiarTick& tick) {
  Machine& machine = *machines_[tick.instance];
  if (machine.is_up() && machine.paused_until <= now_) {
    std::vector<Parcel> more;
    liars_[tick.instance]->on_time(machine.clock.read(now_), more);
    tell_lies(tick.instance);
    send_parcels(machine, std::move(more));
  }
  schedule(now_ + kLiarTick.milliseconds() * kMillisecond, tick);
}

void World::on(LinksChange&) {
  for (const auto& machine : machines_) {
    if (!machine->is_up() || machine->process->halted) continue;
    const std::size_t links = connected(machine->instance);
    if (machine->process->status.connected == links) continue;
    machine->process->queue.post_internal(node::Tick{links});
    wake(*machine);
  }
}

/// Nodes that cannot vote, rightly, are replaced in the core; false: too few can, so that a
/// standstill would be legitimate.
bool World::settle_core() {
  const std::size_t quorum = chain_.epoch().quorum().quorum();
  const auto size = [this] { return static_cast<std::size_t>(std::popcount(plan_.core)); };
  const auto can_serve = [this](std::size_t i) {
    return oracles_.can_vote(i) && !plan_.is_damaged(i);
  };
  for (std::size_t i = 0; i < machines_.size(); ++i)
    if (!can_serve(i)) plan_.core &= ~bit(i);
  for (std::size_t i = 0; i < machines_.size() && size() < quorum; ++i)
    if (can_serve(i)) plan_.core |= bit(i);
  return size() >= quorum;
}

/// The core is healed, clocks too; up to f liars stay at work; all else stays dead or cut off.
void World::on(Turn&) {
  // This protocol version orders one height at a time (Ordering fills no second one before the
  // first is stable), so with a wider window safety alone is claimed.
  if (plan_.window > 1) {
    outcome_.ended = now_;
    return;
  }
  if (!settle_core()) {
    saw(Seen::NoCore);
    outcome_.ended = now_;
    return;
  }
  healed_ = true;
  oracles_.on_turn();
  bound_ = plan_.liveness_bound(work_.waiting().size() + kProbes);
  trace("turn", 0, plan_.core);
  tell(0, "and all: the core is healed, the liveness phase begins");
  const std::size_t count = machines_.size();
  for (std::size_t from = 0; from < count; ++from)
    for (std::size_t to = 0; to < count; ++to) {
      const bool is_cut = is_out(from, Outside::CutOff) || is_out(to, Outside::CutOff) ||
                          is_out(from, Outside::Mute) || is_out(to, Outside::Deaf);
      cuts_[from][to] = is_cut ? 1 : 0;
      clogged_[from][to] = last_[from][to] = 0;
    }
  for (const auto& machine : machines_)
    settle(*machine);
  schedule(now_ + 5 * kMillisecond, LinksChange{});
  schedule(now_ + 10 * kMillisecond, ClientRetries{});
  schedule(now_ + 20 * kMillisecond, Probe{});
}

bool World::is_out(std::size_t instance, Outside fate) const {
  return (plan_.core & bit(instance)) == 0 && plan_.is_correct(instance) &&
         plan_.outside[instance] == fate;
}

void World::settle(Machine& machine) {
  const std::size_t i = machine.instance;
  machine.heal();
  machine.planned.reset();
  machine.paused_until = 0;
  if (is_out(i, Outside::Dead)) {
    if (machine.is_up()) machine.crash(true);
    ++machine.life;  // and no boot that waits brings it back
    return;
  }
  const Duration half(plan_.parameters.clock_bound.milliseconds() / 2 - 1);
  if ((plan_.core & bit(i)) != 0)
    machine.clock.set_right(static_cast<std::int64_t>(half.milliseconds()));
  // A process whose disk failed votes no more, and one that is down comes back at once.
  if (machine.is_up() && machine.faults_done() > 0) machine.crash(false);
  if (!machine.is_up()) schedule(now_, Boot{i, machine.life});
}

/// New requests for a while; then all is to be committed in time, and the run ends when it is.
void World::on(Probe&) {
  if (probes_ < kProbes) {
    ++probes_;
    deliver(work_.plain(now_, plan_.core));
  }
  bool is_done = probes_ == kProbes && work_.waiting().empty();
  for (const auto& machine : machines_)
    if ((plan_.core & bit(machine->instance)) != 0)
      is_done =
          is_done && machine->is_up() && machine->process->status.executed >= oracles_.highest();
  if (is_done) {
    saw(Seen::LivenessProved);
    outcome_.ended = now_;
    return;
  }
  for (const Request* request : work_.waiting())
    if (now_ > std::max(request->sent, plan_.turn + 10 * kMillisecond) + bound_)
      return oracles_.fail("L1", "a request waits since " + std::to_string(request->sent) +
                                     " us, the core is healed since " + std::to_string(plan_.turn) +
                                     " us, the bound is " + std::to_string(bound_) + " us");
  schedule(now_ + kProbeEvery, Probe{});
}

}  // namespace tally::sim
