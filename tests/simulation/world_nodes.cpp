// What a node's threads do, one event at a time: see src/node/node_loop.cpp.
#include "simulation/world.h"

#include <tally/base/canary.h>

#include "node/block_sync.h"

#include <algorithm>

namespace tally::sim {
namespace {

/// A round of so many events may have left some in the queue.
constexpr std::size_t kFullRound = 64;

/// Of a pre-prepare that the node's ordering will judge; nullopt: it is none.
std::optional<consensus::Vote> primary_vote(const node::Checked& checked) {
  const consensus::Message* content = nullptr;
  if (const auto* good = std::get_if<consensus::VerifiedMessage>(&checked))
    content = &good->content();
  if (const auto* refused = std::get_if<consensus::Refused>(&checked))
    content = &refused->message.content();
  const auto* fresh = std::get_if<consensus::PrePrepare>(content);
  return fresh == nullptr ? std::nullopt : std::optional(fresh->vote);
}

}  // namespace

bool World::is_current(std::size_t instance, std::uint64_t life) {
  const Machine& machine = *machines_[instance];
  return machine.is_up() && machine.life == life && !machine.process->halted;
}

void World::on(Arrival& arrival) {
  Machine& machine = *machines_[arrival.to];
  if (machine.paused_until > now_) return schedule(machine.paused_until, std::move(arrival));
  if (!machine.is_up() || machine.process->halted) return;
  if (plan_.network.loses_at_restart && machine.life != arrival.life) return;
  trace("hear", arrival.to, arrival.frame->size());
  if (Liar* liar = liars_[arrival.to].get()) {
    std::vector<Parcel> more;
    const bool hears =
        liar->on_hear(plan_.identity(arrival.from), *arrival.frame, machine.clock.read(now_), more);
    tell_lies(arrival.to);
    send_parcels(machine, std::move(more));
    if (!hears) return;
  }
  hear(machine, arrival.from, *arrival.frame);
}

/// As NodeLoop::on_frame.
void World::hear(Machine& machine, std::size_t from, ByteView frame) {
  Process& process = *machine.process;
  const NodeIndex sender = plan_.identity(from);
  const auto refuse = [&](const Error& error) {
    saw(Seen::MarkedPeer);
    process.queue.post_from_peer(sender, node::BadFrame{sender}, 0);
    wake(machine);
    if (plan_.is_correct(from) && plan_.is_correct(machine.instance))
      oracles_.on_mark(from, machine.instance, error.message);
  };
  auto inspected = process.inbound.message(frame, sender, process.hint);
  if (!inspected.ok()) return refuse(inspected.error());
  std::optional<node::Checked> checked = std::move(inspected).value();
  if (!checked.has_value()) return;
  const auto* message = std::get_if<consensus::VerifiedMessage>(&*checked);
  const consensus::Message* content = message == nullptr ? nullptr : &message->content();
  if (const auto* fresh = std::get_if<consensus::PrePrepare>(content))
    faults_.on_offered(machine.instance, *fresh, process.status);
  if (const auto* fetch = std::get_if<consensus::FetchBlocks>(content)) {
    const auto snapshot = process.owners.ledger->snapshot();
    if (!snapshot.ok()) return;
    auto blocks = node::answer_fetch(*fetch, **snapshot);
    if (!blocks.ok()) return refuse(blocks.error());
    std::vector<consensus::Frame> frames;
    frames.push_back({sender, consensus::encode_message(std::move(*blocks))});
    return send(machine, std::move(frames));
  }
  if (const auto* shared = std::get_if<consensus::SharedSubmission>(content)) {
    auto submission = process.inbound.submission(shared->bytes);
    if (!submission.ok()) return refuse(submission.error());
    process.queue.post_from_peer(sender, node::SharedByPeer{sender, std::move(submission).value()},
                                 frame.size());
  } else {
    const std::optional<consensus::Vote> offered = primary_vote(*checked);
    const bool has_room = std::visit(
        [&](auto&& event) {
          return process.queue.post_from_peer(sender, std::forward<decltype(event)>(event),
                                              frame.size());
        },
        std::move(*checked));
    if (has_room && offered.has_value() && plan_.is_correct(machine.instance))
      oracles_.on_offered(machine.instance, *offered);
  }
  wake(machine);
}

/// At most one step is on its way; a busy node takes what came meanwhile in its next round.
void World::wake(Machine& machine) {
  Process& process = *machine.process;
  process.has_more = true;
  if (process.busy || process.step_waits) return;
  process.step_waits = true;
  schedule(now_, Step{machine.instance, machine.life});
}

void World::set_timer(Machine& machine) {
  Process& process = *machine.process;
  Timestamp due = process.next_tick;
  if (process.wake_at.has_value()) due = std::min(due, *process.wake_at);
  const Micros at = std::max(machine.clock.when(due, now_), now_ + 1);
  if (process.timer_at != 0 && process.timer_at <= at) return;
  process.timer_at = at;
  schedule(at, Timer{machine.instance, machine.life, at});
}

void World::on(Timer& timer) {
  if (!is_current(timer.instance, timer.life)) return;
  Machine& machine = *machines_[timer.instance];
  if (machine.process->timer_at != timer.at) return;  // an earlier one was set since
  machine.process->timer_at = 0;
  // Early: what was due when it was set has been put off.
  const consensus::Now now = machine.clock.read(now_);
  const Process& process = *machine.process;
  const bool is_due = now.monotonic >= process.next_tick ||
                      (process.wake_at.has_value() && now.monotonic >= *process.wake_at);
  if (is_due)
    wake(machine);
  else if (!process.busy)
    set_timer(machine);
}

/// As NodeLoop::run_ordering, one turn of its loop.
void World::on(Step& step) {
  if (!is_current(step.instance, step.life)) return;
  Machine& machine = *machines_[step.instance];
  if (machine.paused_until > now_) return schedule(machine.paused_until, step);
  Process& process = *machine.process;
  process.step_waits = false;
  process.busy = true;
  const consensus::Now now = machine.clock.read(now_);
  process.queue.wake();  // so that an empty queue does not wait, not even for no time
  std::vector<node::Event> events = process.queue.wait(Duration()).value();
  process.has_more = events.size() >= kFullRound;
  if (plan_.is_correct(step.instance))
    oracles_.on_step(step.instance, now.monotonic, !process.has_more);
  if (now.monotonic >= process.next_tick ||
      (process.wake_at.has_value() && now.monotonic >= *process.wake_at)) {
    events.emplace_back(node::Tick{connected(step.instance)});
    process.next_tick = now.monotonic.plus(plan_.tick);
  }
  trace("step", step.instance, events.size());
  auto effects = std::make_unique<node::OrderingEffects>(
      process.owners.ordering->handle(std::move(events), now));
  process.wake_at = effects->wake_at;
  if (machine.disk.is_cut()) {
    const bool power = machine.planned.has_value() && machine.planned->power;
    const Micros down = machine.planned.has_value() ? machine.planned->lasts : kMillisecond;
    saw(machine.planned.has_value() && machine.planned->point == CrashPoint::AfterSync
            ? Seen::CutAfterSync
            : Seen::CutBeforeSync);
    return crash(machine, power, down);
  }
  Micros took = 10;
  for (std::uint64_t syncs = machine.disk.take_syncs(); syncs > 0; --syncs)
    took += plan_.disk.sync_least + disk_random_[step.instance].below(plan_.disk.sync_spread + 1);
  schedule(now_ + took, Release{step.instance, step.life, std::move(effects)});
}

void World::on(Release& synced) {
  if (!is_current(synced.instance, synced.life)) return;
  Machine& machine = *machines_[synced.instance];
  if (machine.paused_until > now_) return schedule(machine.paused_until, std::move(synced));
  if (crashes_at(machine, CrashPoint::BeforeFrames)) return;
  if (machine.planned.has_value() && machine.planned->point == CrashPoint::MidSend &&
      synced.effects->frames.size() > machine.planned->detail) {
    synced.effects->frames.resize(machine.planned->detail);
    send(machine, std::move(synced.effects->frames));
    (void)crashes_at(machine, CrashPoint::MidSend);
    return;
  }
  machine.process->busy = false;
  release(machine, *synced.effects);
  if (!is_current(synced.instance, synced.life)) return;
  // The loop goes round at once; where nothing waits, till something is due.
  if (machine.process->has_more) wake(machine);
  set_timer(machine);
}

/// As NodeLoop::deliver.
void World::release(Machine& machine, node::OrderingEffects& effects) {
  Process& process = *machine.process;
  const bool is_correct = plan_.is_correct(machine.instance);
  process.owners.ordering->describe(process.status);
  process.hint = process.owners.ordering->hint();
  if (effects.halt.has_value()) return halt(machine, *effects.halt);
  for (node::LedgerTask& task : effects.ledger)
    process.tasks.push_back(std::move(task));
  if (!process.tasks.empty() && !process.executes) {
    process.executes = true;
    schedule(now_ + 20 + node_random_.below(300), Execute{machine.instance, machine.life});
  }
  if (is_correct) {
    oracles_.on_status(machine.instance, process.status);
    for (const node::CertifiedReceipts& receipts : effects.replies) {
      oracles_.on_reply(machine.instance, receipts);
      faults_.on_reply(machine.instance, receipts.header);
    }
  }
  for (const std::string& fact : effects.facts)
    tell(machine.instance, fact);
  send(machine, std::move(effects.frames));
  if (is_correct) oracles_.on_round(machine.instance, process.status);
}

void World::halt(Machine& machine, const std::string& why) {
  machine.process->halted = true;
  tell(machine.instance, "halts: " + why);
  if (plan_.is_correct(machine.instance)) oracles_.on_halt(machine.instance, why);
  if (!plan_.diverges(machine.instance)) return;
  machine.stays_down = true;
  faults_.on_divergence_seen(machine.instance);
}

/// Its execution loses what the block holds: other receipts, another state, another header.
void World::diverge(Machine& machine, node::ExecuteTask& task) {
  if (!std::exchange(machine.diverges, false)) return;
  machine.diverges = task.proposal.payload.empty();
  if (machine.diverges) return;
  tell(machine.instance, "diverges at height " + std::to_string(task.proposal.height.value()));
  faults_.on_divergence(machine.instance, task.proposal.height);
  task.proposal.payload.clear();
}

/// As NodeLoop::run_ledger, one task of it.
void World::on(Execute& execute) {
  if (!is_current(execute.instance, execute.life)) return;
  Machine& machine = *machines_[execute.instance];
  if (machine.paused_until > now_) return schedule(machine.paused_until, execute);
  Process& process = *machine.process;
  node::LedgerTask task = std::move(process.tasks.front());
  process.tasks.pop_front();
  trace("execute", execute.instance, task.index());
  const bool is_correct = plan_.is_correct(execute.instance);
#ifdef TALLY_CANARIES
  planted_clock = machine.clock.read(now_).utc.milliseconds();
#endif
  node::Ledger& ledger = *process.owners.ledger;
  if (auto* block = std::get_if<node::ExecuteTask>(&task)) {
    diverge(machine, *block);
    auto done = ledger.commit(*block);
    if (!done.ok() && ledger_is_down(machine, done.error())) return;
    if (!done.ok()) return halt(machine, done.error().message);
    machine.reported = done->header.height;
    faults_.on_executed(execute.instance, *done, now_);
    if (is_correct)
      oracles_.on_executed(execute.instance, *done, *ledger.snapshot().value(),
                           block->expected.has_value());
    if (ledger_is_down(machine, {})) return;
    if (crashes_at(machine, CrashPoint::AfterCommit)) return;
    if (options_.story || options_.trace)
      tell(execute.instance, "executes height " + std::to_string(done->header.height.value()) +
                                 " with " + std::to_string(done->submissions.size()) +
                                 " submissions" +
                                 (block->expected.has_value() ? ", certified by others" : ""));
    process.status.newest = done->header;
    process.status.executed = done->header.height;
    schedule(now_ + 10, Executed{execute.instance, execute.life,
                                 std::make_unique<node::LedgerEffects>(std::move(done).value())});
  } else {
    const Result<void> done = ledger.put_certificate(std::get<consensus::Certificate>(task));
    if (ledger_is_down(machine, done)) return;
    if (!done.ok()) return halt(machine, done.error().message);
  }
  process.executes = !process.tasks.empty();
  if (process.executes)
    schedule(now_ + 20 + node_random_.below(300), Execute{execute.instance, execute.life});
}

void World::on(Executed& executed) {
  if (!is_current(executed.instance, executed.life)) return;
  Machine& machine = *machines_[executed.instance];
  if (plan_.is_correct(executed.instance))
    oracles_.on_told(executed.instance, executed.effects->header.height);
  machine.process->queue.post_internal(std::move(*executed.effects));
  wake(machine);
}

void World::on(Boot& boot) {
  Machine& machine = *machines_[boot.instance];
  if (machine.is_up() || machine.life != boot.life || machine.stays_down) return;
  const Result<void> booted = machine.boot(now_, node_random_.next() | 1U);
  trace("boot", boot.instance, booted.ok() ? 1 : 0);
  tell(boot.instance, booted.ok() ? "starts" : "cannot start: " + booted.error().message);
  if (machine.disk.is_cut()) machine.disk.heal();
  if (!booted.ok()) return cannot_start(boot, booted.error());
  (void)machine.disk.take_syncs();
  Process& process = *machine.process;
  if (!machine.notice.empty()) saw(Seen::TornTail);
  if (machine.life > 0) saw(Seen::Restart);
  if (machine.starts_changing) saw(Seen::RestartInViewChange);
  if (plan_.is_correct(boot.instance)) {
    const SimDisk::Image image = machine.disk.durable_image();
    faults_.begin_start(boot.instance, image);
    for (const auto& [path, bytes] : image.files)
      oracles_.on_durable(boot.instance, bytes);
    report_found(machine);
    faults_.on_start(boot.instance, process.status);
    oracles_.on_start(boot.instance, process.status, machine.clock.read(now_).monotonic,
                      machine.started_empty);
  }
  wake(machine);
  schedule(now_ + 5 * kMillisecond, LinksChange{});
}

void World::cannot_start(const Boot& boot, const Error& error) {
  Machine& machine = *machines_[boot.instance];
  // What a divergence left on disk may refuse the start before it could halt a process.
  if (plan_.diverges(boot.instance) && error.code == ErrorCode::Diverged) {
    machine.stays_down = true;
    return faults_.on_divergence_seen(boot.instance);
  }
  if (machine.ledger != nullptr && machine.ledger->is_damaged() &&
      error.code == ErrorCode::Corrupt) {
    saw(Seen::LedgerRefused);
    return;  // as it should: it stays down, and an operator would rebuild its ledger
  }
  // A disk that fails refuses starts as well; an operator tries again.
  if (error.code != ErrorCode::Io && plan_.is_correct(boot.instance))
    oracles_.fail(
        "O11", "node " + std::to_string(machine.self.value()) + " cannot start: " + error.message);
  machine.heal();
  schedule(now_ + 50 * kMillisecond, boot);
}

/// A block may be durable though the process died before it knew: then it is executed all the same.
void World::report_found(Machine& machine) {
  const consensus::Header& newest = machine.process->status.newest;
  if (newest.height <= machine.reported) return;
  CHECK(newest.height == machine.reported.next());
  const auto snapshot = machine.process->owners.ledger->snapshot().value();
  const storage::StoredBlock block = snapshot->block(newest.height).value();
  node::LedgerEffects effects;
  effects.header = newest;
  effects.receipts = block.receipts;
  effects.submissions = snapshot->submissions(newest.height).value();
  oracles_.on_executed(machine.instance, effects, *snapshot, false);
  machine.reported = newest.height;
  saw(Seen::LedgerAhead);
}

/// Whether the process is gone with its ledger's disk: cut off, or failed, as NodeLoop stops then.
bool World::ledger_is_down(Machine& machine, const Result<void>& written) {
  if (machine.ledger == nullptr) return false;
  machine.ledger->work();
  const bool is_cut = machine.ledger->disk.is_cut();
  const bool has_failed =
      !written.ok() && written.error().code == ErrorCode::Io && machine.ledger->disk.is_failing();
  if (!is_cut && !has_failed) return false;
  saw(is_cut ? Seen::LedgerCut : Seen::LedgerFailed);
  const bool is_planned = is_cut && machine.planned.has_value();
  crash(machine, is_cut, is_planned ? machine.planned->lasts : 20 * kMillisecond);
  return true;
}

bool World::crashes_at(Machine& machine, CrashPoint point) {
  if (!machine.planned.has_value() || machine.planned->point != point) return false;
  constexpr Seen kSeen[] = {Seen::Restart,         Seen::CutBeforeSync, Seen::CutAfterSync,
                            Seen::CutBeforeFrames, Seen::CutInSend,     Seen::CutAfterCommit};
  saw(kSeen[static_cast<std::size_t>(point)]);
  const Fault fault = *machine.planned;
  crash(machine, fault.power, fault.lasts);
  return true;
}

void World::crash(Machine& machine, bool power, Micros down) {
  trace("crash", machine.instance, power ? 1 : 0);
  tell(machine.instance, power ? "loses power" : "dies");
  machine.crash(power);
  machine.paused_until = 0;
  if (power) saw(Seen::PowerCut);
  schedule(now_ + std::max<Micros>(down, 1), Boot{machine.instance, machine.life});
  schedule(now_ + 5 * kMillisecond, LinksChange{});
}

std::size_t World::connected(std::size_t instance) const {
  std::vector<bool> up(plan_.nodes, false);
  for (const auto& peer : machines_) {
    if (peer->self == machines_[instance]->self || !peer->is_up()) continue;
    const bool is_dark = is_cut(instance, peer->instance) && is_cut(peer->instance, instance);
    if (!is_dark) up[peer->self.value()] = true;
  }
  return static_cast<std::size_t>(std::ranges::count(up, true));
}

}  // namespace tally::sim
