// Machines, their events and what a step asks of them.
#include "scenarios/world.h"

#include <algorithm>

namespace tally::scenario {
namespace {

constexpr std::uint64_t kEventsMax = 2'000'000;
constexpr std::size_t kFrozenMax = 20'000;
constexpr std::size_t kCandidatesMax = 64;
constexpr std::uint64_t kSyncAgainMs = 500;

bool is_of(const consensus::VoteRecord& record, const std::string& kind) {
  if (kind.empty()) return true;
  if (kind == "proposed") return std::holds_alternative<consensus::Proposed>(record);
  if (kind == "prepared") return std::holds_alternative<consensus::Prepared>(record);
  if (kind == "committed") return std::holds_alternative<consensus::Committed>(record);
  if (kind == "stable") return std::holds_alternative<consensus::Stable>(record);
  if (kind == "changing") return std::holds_alternative<consensus::Changing>(record);
  if (kind == "entered") return std::holds_alternative<consensus::Entered>(record);
  if (kind == "learner") return std::holds_alternative<consensus::Learner>(record);
  return kind == "voted" && std::holds_alternative<consensus::Voted>(record);
}

}  // namespace

std::set<std::string> names_in(const Bytes& payload) {
  std::set<std::string> names;
  std::string name;
  for (const std::uint8_t byte : payload) {
    if (byte != ' ') {
      name.push_back(static_cast<char>(byte));
      continue;
    }
    names.insert(name);
    name.clear();
  }
  if (!name.empty()) names.insert(name);
  return names;
}

Bytes payload_of(const std::vector<std::string>& names) {
  Bytes payload;
  for (const std::string& name : names) {
    if (!payload.empty()) payload.push_back(' ');
    payload.insert(payload.end(), name.begin(), name.end());
  }
  return payload;
}

World::World(const Epoch& epoch)
    : network(epoch.validators.size()),
      chart(epoch.validators.size()),
      epoch_(epoch),
      machines_(epoch.validators.size()) {
  for (std::size_t i = 0; i < machines_.size(); ++i) {
    machines_[i].ledger.push_back(test::genesis_of(epoch_));
    machines_[i].blocks.emplace_back();
    machines_[i].certified.header = machines_[i].ledger.front();
    start(i);
  }
}

void World::schedule(Event event, std::uint64_t delay) {
  event.at = now_ + delay;
  event.order = ++order_;
  event.life = machines_[event.node].life;
  events_.push(std::move(event));
}

consensus::Now World::clocks(const Machine& machine) const {
  const std::int64_t utc = static_cast<std::int64_t>(test::kStart.milliseconds() + 60'000 + now_);
  return {Timestamp(5'000 + now_), Timestamp(static_cast<std::uint64_t>(utc + machine.skew_ms))};
}

void World::run_for(std::uint64_t ms) {
  (void)run_until([] { return false; }, ms);
}

bool World::run_until(const std::function<bool()>& holds, std::uint64_t ms) {
  const std::uint64_t end = now_ + ms;
  while (!broken_.has_value()) {
    if (holds()) return true;
    if (events_.empty() || events_.top().at > end) break;
    if (++events_run_ > kEventsMax) break_oracle("the story has no end: 2,000,000 events");
    run_next();
  }
  if (!broken_.has_value()) now_ = end;
  return false;
}

void World::run_next() {
  Event event = events_.top();
  events_.pop();
  now_ = event.at;
  Machine& m = machines_[event.node];
  if (m.replica == nullptr || (event.life != m.life && event.kind != Kind::Deliver)) return;
  if (m.paused) {
    if (frozen_.size() < kFrozenMax) frozen_.push_back(std::move(event));
    return;
  }
  switch (event.kind) {
    case Kind::Deliver:
      return deliver(event);
    case Kind::Wake:
      if (m.wake_at != event.at) return;
      m.wake_at.reset();
      return step(event.node, consensus::Tick{connected(event.node)});
    case Kind::Execute:
      return execute_next(event.node);
    case Kind::Sync:
      return sync(event.node);
  }
}

void World::start(std::size_t i) {
  Machine& m = machines_[i];
  CertifiedHeader stable = m.certified;
  std::vector<consensus::VoteRecord> history = m.log.history();
  for (const consensus::VoteRecord& record : history)
    if (const auto* found = std::get_if<consensus::Stable>(&record))
      if (found->certified.header.height > stable.header.height) stable = found->certified;
  consensus::Start start{
      epoch_,           test::node(i), std::move(history), std::move(stable), m.ledger.back(),
      m.ledger.front(), ++nonce_};
  m.replica =
      std::make_unique<Replica>(std::move(start), test::consensus_key(test::node(i)), clocks(m));
  m.handed_over = m.ledger.back().height;
  m.work_told = {false, false};
  chart.set_alive(i, true);
  chart.note(now_, i, "starts");
  m.wake_at = now_;
  schedule({.kind = Kind::Wake, .node = i}, 0);
}

void World::stop(std::size_t i, const char* note) {
  Machine& m = machines_[i];
  m.replica.reset();
  m.pool.clear();
  m.in_flight.clear();
  m.passed_over = false;
  m.to_execute = {};
  m.syncs = false;
  m.paused = false;
  m.wake_at.reset();
  m.crash_point = CrashPoint::None;
  ++m.life;
  std::erase_if(frozen_, [i](const Event& event) { return event.node == i; });
  chart.note(now_, i, note);
  chart.set_alive(i, false);
}

void World::crash(std::size_t i) {
  if (machines_[i].is_up()) stop(i, "CRASH");
}

void World::crash_at(std::size_t i, CrashPoint point, std::string record) {
  machines_[i].crash_point = point;
  machines_[i].crash_record = std::move(record);
}

void World::restart(std::size_t i) {
  if (!machines_[i].is_up() && !machines_[i].liar) start(i);
}

void World::lose_log(std::size_t i) {
  Machine& m = machines_[i];
  m.log = storage::VoteLog();
  m.view_max = View();
  m.stable_max = Height();
}

bool World::load_log(std::size_t i, const std::string& name) {
  const auto found = saved_.find(name);
  if (found == saved_.end()) return false;
  lose_log(i);
  machines_[i].log = found->second;
  return true;
}

void World::go_on(std::size_t i) {
  machines_[i].paused = false;
  std::vector<Event> waited;
  for (Event& event : frozen_)
    if (event.node == i) waited.push_back(event);
  std::erase_if(frozen_, [i](const Event& event) { return event.node == i; });
  for (Event& event : waited) {
    if (event.kind == Kind::Wake) machines_[i].wake_at = now_;
    schedule(std::move(event), 0);
  }
}

void World::make_liar(std::size_t i) {
  if (machines_[i].is_up()) stop(i, "LIAR");
  machines_[i].liar = true;
  chart.set_alive(i, true);
}

void World::submit(const std::string& name, const Who& who) {
  for (const std::size_t i : nodes_of(who)) {
    Machine& m = machines_[i];
    if (!m.is_up() || std::find(m.pool.begin(), m.pool.end(), name) != m.pool.end()) continue;
    m.pool.push_back(name);
    if (!m.paused) tell_work(i, true);
  }
}

void World::pass_over(const Who& who) {
  for (const std::size_t i : nodes_of(who)) {
    machines_[i].passed_over = true;
    if (machines_[i].is_up()) tell_work(i, true);
  }
}

void World::tell_work(std::size_t i, bool always) {
  Machine& m = machines_[i];
  if (!m.is_up()) return;
  const std::pair<bool, bool> work(!m.pool.empty(), m.passed_over);
  if (work == m.work_told && !always) return;
  m.work_told = work;
  step(i, consensus::Work{work.first, work.second});
}

std::size_t World::connected(std::size_t i) const {
  std::size_t count = 0;
  for (std::size_t peer = 0; peer < machines_.size(); ++peer)
    if (peer != i && (machines_[peer].is_up() || machines_[peer].liar) &&
        !network.is_cut(i, peer) && !network.is_cut(peer, i))
      ++count;
  return count;
}

std::size_t World::release(const Selector& selector) {
  std::size_t released = 0;
  std::vector<Event> kept;
  for (Event& event : std::exchange(held_, {})) {
    const Result<Message> message = consensus::decode_message(event.parcel->bytes);
    if (message.ok() && selector.matches(traits_of(*message), event.from, event.node)) {
      std::vector<Mark> marks(size(), Mark::None);
      marks[event.node] = Mark::Arrives;
      chart.send(now_, event.from, marks, "(held) " + label_of(traits_of(*message)));
      schedule(std::move(event), 1);
      ++released;
    } else {
      kept.push_back(std::move(event));
    }
  }
  held_ = std::move(kept);
  return released;
}

void World::send(std::size_t from, std::optional<std::size_t> to, Bytes bytes) {
  const Result<Message> message = consensus::decode_message(bytes);
  const Traits traits = message.ok() ? traits_of(*message) : Traits{"garbage", {}, {}, {}};
  if (message.ok()) capture(from, *message, bytes);
  auto parcel = std::make_shared<Parcel>(Parcel{std::move(bytes), std::nullopt});
  std::vector<Mark> marks(size(), Mark::None);
  for (std::size_t i = 0; i < size(); ++i) {
    if (i == from || (to.has_value() && *to != i)) continue;
    sent_.push_back(Sent{traits, from, i, message.ok() ? detail_of(*message) : ""});
    const Fate fate = network.fate_of(traits, from, i);
    const bool hears = machines_[i].is_up() || machines_[i].liar;
    marks[i] = fate.lost || !hears ? Mark::Lost : fate.held ? Mark::Held : Mark::Arrives;
    if (fate.lost) continue;
    Event event{.kind = Kind::Deliver, .node = i, .from = from, .parcel = parcel};
    if (fate.held)
      held_.push_back(std::move(event));
    else
      schedule(event, fate.delay_ms);
    if (fate.twice) schedule(event, fate.delay_ms + 1);
  }
  while (sent_.size() > 50'000)
    sent_.pop_front();
  if (traits.kind != "status" && traits.kind != "answer")
    chart.send(now_, from, std::move(marks), label_of(traits));
}

std::optional<consensus::Input> World::check_arrival(const Event& event) {
  Parcel& parcel = *event.parcel;
  if (!parcel.checked.has_value() || parcel.checked->from() != test::node(event.from)) {
    Result<Message> message = consensus::decode_message(parcel.bytes);
    if (!message.ok()) return std::nullopt;
    const auto* new_view = std::get_if<consensus::NewView>(&*message);
    const bool is_signed = new_view != nullptr && check_new_view_signature(epoch_, *new_view).ok();
    const View view = is_signed ? new_view->view : View();
    auto checked =
        consensus::verify_message(std::move(message).value(), test::node(event.from), epoch_);
    if (!checked.ok() && is_signed) return consensus::RefusedNewView{view};
    if (!checked.ok()) return std::nullopt;
    parcel.checked = std::move(checked).value();
  }
  return judge(event.node, *parcel.checked);
}

void World::deliver(const Event& event) {
  std::optional<consensus::Input> input = check_arrival(event);
  if (input.has_value()) return step(event.node, std::move(*input));
  ++machines_[event.node].refused[event.from];
  chart.note(now_, event.node, "refuses");
  if (!machines_[event.from].is_faulty())
    break_oracle("node " + std::to_string(event.node) + " refuses what correct node " +
                 std::to_string(event.from) + " sent");
}

consensus::Input World::judge(std::size_t i, const consensus::VerifiedMessage& message) {
  // As Ordering judges a body, and its inbound the payload: design/consensus.md §4, Replays.
  const Proposal* proposal = nullptr;
  if (const auto* fresh = std::get_if<consensus::PrePrepare>(&message.content()))
    proposal = &fresh->proposal;
  if (const auto* body = std::get_if<consensus::ProposalBody>(&message.content()))
    proposal = &body->proposal;
  if (proposal == nullptr) return message;
  const Machine& m = machines_[i];
  const std::set<std::string> names_here = names_in(proposal->payload);
  if (names_here.contains("!")) return consensus::Refused{message, consensus::Rule::Form};
  const Height executed = m.ledger.back().height;
  if (executed != m.replica->stable() || proposal->height != executed.next()) return message;
  const bool is_ordinary = proposal->kind == consensus::ProposalKind::Ordinary;
  const Duration half(epoch_.idle_block.milliseconds() / 2);
  if (is_ordinary && names_here.empty() && proposal->time.since(m.ledger.back().time) < half)
    return consensus::Refused{message, consensus::Rule::Empty};
  for (const Proposal& block : m.blocks)
    for (const std::string& name : names_in(block.payload))
      if (names_here.contains(name)) return consensus::Refused{message, consensus::Rule::Replay};
  return message;
}

Bytes World::candidate(const Machine& machine) const {
  std::vector<std::string> chosen;
  for (const std::string& name : machine.pool) {
    const auto holds = [&name](const auto& proposed) { return proposed.second.contains(name); };
    if (std::none_of(machine.in_flight.begin(), machine.in_flight.end(), holds))
      chosen.push_back(name);
  }
  return payload_of(chosen);
}

void World::step(std::size_t i, consensus::Input input) {
  Machine& m = machines_[i];
  std::vector<consensus::Effects> round;
  round.push_back(m.replica->step(std::move(input), clocks(m)));
  const auto note_in_flight = [&m](const consensus::Effects& effects) {
    for (const consensus::VoteRecord& record : effects.records)
      if (const auto* proposed = std::get_if<consensus::Proposed>(&record))
        m.in_flight[proposed->proposal.height] = names_in(proposed->proposal.payload);
  };
  note_in_flight(round.back());
  while (round.back().wants_candidate && round.size() < kCandidatesMax) {
    Bytes payload = candidate(m);
    if (payload.empty() && !round.back().may_be_empty) break;
    round.push_back(m.replica->step(consensus::Candidate{std::move(payload)}, clocks(m)));
    note_in_flight(round.back());
  }

  std::vector<consensus::VoteRecord> records;
  for (const consensus::Effects& effects : round) {
    if (effects.halt.has_value()) m.halted = effects.halt;
    records.insert(records.end(), effects.records.begin(), effects.records.end());
    for (const std::string& fact : effects.facts) {
      m.facts.push_back(fact);
      if (m.facts.size() > 1'000) m.facts.pop_front();
    }
  }
  const auto is_awaited = [&m](const auto& record) { return is_of(record, m.crash_record); };
  const bool strikes = std::any_of(records.begin(), records.end(), is_awaited);
  if (m.crash_point == CrashPoint::BeforeSync && strikes) return crash(i);
  const consensus::Durable durable = m.log.append_and_sync(records);
  note_records(i, records);
  if (m.crash_point == CrashPoint::AfterSync && strikes) return crash(i);
  if (m.halted.has_value()) {
    if (!may_halt_.contains(i)) break_oracle("node " + std::to_string(i) + " halts: " + *m.halted);
    return stop(i, "HALT");
  }
  for (consensus::Effects& effects : round)
    carry_out(i, std::move(effects), durable);
  watch(i);
  start_sync(i);
}

void World::carry_out(std::size_t i, consensus::Effects effects,
                      const consensus::Durable& durable) {
  Machine& m = machines_[i];
  for (const CertifiedHeader& stable : effects.stable) {
    agree(i, stable);
    if (stable.header.height <= m.ledger.back().height) m.certified = stable;
  }
  for (consensus::CommittedProposal& committed : effects.execute)
    hand_over(i, std::move(committed.proposal));
  if (effects.wake_at.has_value()) {
    // Never at once, or a deadline that has passed would stop the story's clock.
    const std::uint64_t delay = effects.wake_at->since(clocks(m).monotonic).milliseconds() + 1;
    m.wake_at = now_ + delay;
    schedule({.kind = Kind::Wake, .node = i}, delay);
  }
  for (consensus::Frame& frame : std::move(effects).release(durable)) {
    std::optional<std::size_t> to;
    if (frame.to.has_value()) to = frame.to->value();
    expect_logged(i, frame.bytes);
    send(i, to, std::move(frame.bytes));
  }
}

void World::hand_over(std::size_t i, Proposal proposal) {
  Machine& m = machines_[i];
  // Consensus and block sync may both come to a height; the first one hands it over.
  if (proposal.height != m.handed_over.next()) return;
  m.handed_over = proposal.height;
  m.to_execute.push(std::move(proposal));
  schedule({.kind = Kind::Execute, .node = i}, m.execution_ms);
}

void World::execute_next(std::size_t i) {
  Machine& m = machines_[i];
  if (m.to_execute.empty()) return;
  const Proposal proposal = std::move(m.to_execute.front());
  m.to_execute.pop();
  Header header = test::execute(m.ledger.back(), proposal);
  if (m.executes_wrongly) header.state_root = crypto::sha256(header.state_root.view());
  m.ledger.push_back(header);
  m.blocks.push_back(proposal);
  if (const auto found = certified_.find(header.height); found != certified_.end())
    if (header.height <= m.replica->stable()) m.certified = found->second;
  names.try_emplace(header_digest(header), "block " + std::to_string(header.height.value()));
  check_execution(i, header);
  const std::set<std::string> done = names_in(proposal.payload);
  std::erase_if(m.pool, [&done](const std::string& name) { return done.contains(name); });
  m.in_flight.erase(m.in_flight.begin(), m.in_flight.upper_bound(header.height));
  if (m.crash_point == CrashPoint::InLedger) return crash(i);
  step(i, consensus::Executed{header, false});
  tell_work(i, false);
}

void World::start_sync(std::size_t i) {
  Machine& m = machines_[i];
  if (m.replica == nullptr || m.syncs || m.handed_over >= m.replica->stable() ||
      m.replica->executed() != m.handed_over)
    return;
  m.syncs = true;
  schedule({.kind = Kind::Sync, .node = i}, 5);
}

void World::sync(std::size_t i) {
  Machine& m = machines_[i];
  m.syncs = false;
  const Height height = m.handed_over.next();
  if (height > m.replica->stable()) return;
  for (std::size_t peer = 0; peer < size(); ++peer) {
    const Machine& source = machines_[peer];
    if (peer != i && source.is_up() && !source.paused && !source.is_faulty() &&
        !network.is_cut(i, peer) && !network.is_cut(peer, i) &&
        source.ledger.back().height >= height) {
      chart.note(now_, i, "syncs " + std::to_string(height.value()));
      return hand_over(i, source.blocks[height.value()]);
    }
  }
  m.syncs = true;
  schedule({.kind = Kind::Sync, .node = i}, kSyncAgainMs);
}

}  // namespace tally::scenario
