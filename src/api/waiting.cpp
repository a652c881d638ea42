// The calls that wait, by request key; and the thread that answers them.
#include "api/waiting.h"

#include "api/bounds.h"

#include <algorithm>
#include <cstring>

namespace tally::api {

/// One call: as many answers as it has transactions, in their order.
struct Waiting::Call {
  Ticket ticket = 0;
  std::vector<Expected> expected;
  std::vector<std::optional<Answered>> answers;
  std::size_t missing = 0;
  Clock::time_point deadline;
  Timestamp valid_until;  ///< the earliest of those without an answer, when it was last looked at
  AnswersDone done;

  [[nodiscard]] Timestamp earliest_validity() const {
    Timestamp earliest = Timestamp::never();
    for (std::size_t i = 0; i < expected.size(); ++i)
      if (!answers[i].has_value()) earliest = std::min(earliest, expected[i].valid_until);
    return earliest;
  }
  [[nodiscard]] Answers take_answers() {
    Answers taken;
    taken.reserve(answers.size());
    for (std::optional<Answered>& answer : answers)
      taken.push_back(std::move(*answer));
    return taken;
  }
};

Answered without_place(const Expected& expected, Outcome outcome) {
  Answered answered;
  answered.receipt.request_key = expected.key;
  answered.receipt.request_digest = expected.digest;
  answered.receipt.kind = expected.kind;
  answered.receipt.outcome = outcome;
  return answered;
}

std::size_t Waiting::KeyHash::operator()(const RequestKey& key) const {
  std::size_t hash = 0;  // a request key is a hash already
  std::memcpy(&hash, key.array().data(), sizeof hash);
  return hash;
}

Waiting::Waiting(node::NodeLoop& loop, Duration validity_max, std::size_t quorum)
    : loop_(loop), validity_max_(validity_max), quorum_(quorum), thread_([this] { run(); }) {}

Waiting::~Waiting() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

Reply<Waiting::Ticket> Waiting::open(const std::vector<Expected>& expected,
                                     Clock::time_point deadline, AnswersDone done) {
  CHECK(!expected.empty());
  const std::lock_guard lock(mutex_);
  if (calls_.size() >= bounds::kCallsMax ||
      transactions_ + expected.size() > bounds::kTransactionsMax)
    return Fault{grpc::StatusCode::RESOURCE_EXHAUSTED, "BUSY",
                 "too many calls wait for their receipts; nothing was sent on",
                 bounds::kBusyRetryMs};
  auto call = std::make_shared<Call>();
  call->ticket = next_ticket_++;
  call->expected = expected;
  call->answers.resize(expected.size());
  call->missing = expected.size();
  call->deadline = deadline;
  call->valid_until = call->earliest_validity();
  call->done = std::move(done);
  for (std::size_t i = 0; i < expected.size(); ++i)
    slots_[expected[i].key].push_back({call, i});
  calls_.emplace(call->ticket, call);
  transactions_ += expected.size();
  const bool first = deadlines_.empty() || deadline < deadlines_.begin()->first;
  deadlines_.emplace(deadline, call->ticket);
  validities_.emplace(call->valid_until, call->ticket);
  if (first) wake_.notify_one();
  return call->ticket;
}

void Waiting::fill(Ticket ticket, std::size_t index, Answered answered) {
  std::shared_ptr<Call> whole;
  {
    const std::lock_guard lock(mutex_);
    const auto found = calls_.find(ticket);
    if (found == calls_.end()) return;  // its deadline has passed meanwhile
    const std::shared_ptr<Call> call = found->second;
    CHECK(index < call->answers.size());
    if (call->answers[index].has_value()) return;  // a block brought it meanwhile
    call->answers[index] = std::move(answered);
    if (--call->missing > 0) return;
    forget(call);
    whole = call;
  }
  whole->done(whole->take_answers());
}

bool Waiting::close(Ticket ticket) {
  const std::lock_guard lock(mutex_);
  const auto found = calls_.find(ticket);
  if (found == calls_.end()) return false;
  const std::shared_ptr<Call> call = found->second;
  forget(call);
  return true;
}

namespace {

/// Takes one entry out of an index of calls by some time.
template <typename Time>
void erase_entry(std::multimap<Time, Waiting::Ticket>& index, Time at, Waiting::Ticket ticket) {
  const auto [first, last] = index.equal_range(at);
  const auto mine =
      std::find_if(first, last, [&](const auto& entry) { return entry.second == ticket; });
  if (mine != last) index.erase(mine);
}

}  // namespace

void Waiting::forget(const std::shared_ptr<Call>& call) {
  for (const Expected& expected : call->expected) {
    const auto found = slots_.find(expected.key);
    if (found == slots_.end()) continue;
    std::erase_if(found->second, [&](const Slot& slot) { return slot.call == call; });
    if (found->second.empty()) slots_.erase(found);
  }
  erase_entry(deadlines_, call->deadline, call->ticket);
  erase_entry(validities_, call->valid_until, call->ticket);
  transactions_ -= call->expected.size();
  calls_.erase(call->ticket);
}

void Waiting::deliver(std::vector<node::CertifiedReceipts> replies) {
  {
    const std::lock_guard lock(mutex_);
    for (node::CertifiedReceipts& block : replies)
      delivered_.push_back(std::move(block));
  }
  wake_.notify_one();
}

void Waiting::when_certified(Height height, Clock::time_point deadline,
                             std::function<void(bool)> done) {
  {
    const std::lock_guard lock(mutex_);
    heights_.push_back({height, deadline, std::move(done)});
  }
  wake_.notify_one();
}

void Waiting::stop_heights() {
  {
    const std::lock_guard lock(mutex_);
    heights_stopped_ = true;
  }
  wake_.notify_one();
}

Height Waiting::certified() const {
  const Height stable = loop_.status().stable;
  const std::lock_guard lock(mutex_);
  return std::max(stable, certified_);
}

void Waiting::run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    if (delivered_.empty()) wake_.wait_until(lock, next_wake());
    std::deque<node::CertifiedReceipts> delivered;
    delivered.swap(delivered_);
    lock.unlock();
    for (const node::CertifiedReceipts& block : delivered)
      answer(block);
    const Clock::time_point now = Clock::now();
    expire(now);
    check_heights(now);
    lock.lock();
  }
}

Clock::time_point Waiting::next_wake() const {
  const Clock::time_point now = Clock::now();
  Clock::time_point wake = now + std::chrono::hours(1);
  if (!deadlines_.empty()) wake = std::min(wake, deadlines_.begin()->first);
  // Not every certified height has receipts to deliver, so these look at the node's status.
  if (!heights_.empty()) wake = std::min(wake, now + bounds::kCertifiedPoll);
  return wake;
}

void Waiting::answer(const node::CertifiedReceipts& block) {
  const consensus::Header& header = block.header;
  std::vector<const Receipt*> wanted;
  {
    // Who opens after this finds the block certified and looks its receipts up in the ledger.
    const std::lock_guard lock(mutex_);
    certified_ = std::max(certified_, header.height);
    for (const Receipt& receipt : block.receipts)
      if (receipt.kind != ActionKind::Due && slots_.contains(receipt.request_key))
        wanted.push_back(&receipt);
  }
  for (const Receipt* receipt : wanted) {
    if (is_strangers(*receipt)) continue;
    for (auto& [done, reply] : take(*receipt, header, answered_by(*receipt)))
      done(std::move(reply));
  }
  for (auto& [done, reply] : take_stale(header.ledger_time))
    done(std::move(reply));
}

/// A copy of somebody's request under another's key is refused and leaves the id unused: it is no
/// answer to who waits, whose own copy is yet to come.
bool Waiting::is_strangers(const Receipt& receipt) const {
  if (receipt.outcome != Outcome::NotPermitted && receipt.outcome != Outcome::ValidityTooLong)
    return false;
  const auto snapshot = loop_.snapshot();
  if (!snapshot.ok()) return false;
  const auto known = (*snapshot)->find_request(receipt.request_key);
  return known.ok() && (!known->has_value() || (*known)->position != receipt.position);
}

/// What a caller is told: of a replay the receipt that it refers to.
Result<Answered> Waiting::answered_by(const Receipt& receipt) const {
  if (receipt.outcome != Outcome::Replayed || !receipt.refers_to.has_value())
    return Answered{receipt, false};
  TRY(const auto snapshot, loop_.snapshot());
  TRY(Receipt original, snapshot->receipt(*receipt.refers_to));
  return Answered{std::move(original), true};
}

/// Copies of one request that differ in `valid_until` alone have one digest; whether one is past
/// it, or too far ahead of it, says nothing about the others.
bool Waiting::decides(const Receipt& receipt, const consensus::Header& header,
                      const Expected& expected) const {
  if (receipt.request_digest != expected.digest) return false;
  if (receipt.outcome == Outcome::StaleRequest) return expected.valid_until <= header.ledger_time;
  if (receipt.outcome == Outcome::ValidityTooLong)
    return expected.valid_until > header.ledger_time.plus(validity_max_);
  return true;
}

Waiting::Completed Waiting::take(const Receipt& receipt, const consensus::Header& header,
                                 const Result<Answered>& answered) {
  Completed completed;
  const std::lock_guard lock(mutex_);
  const auto found = slots_.find(receipt.request_key);
  if (found == slots_.end()) return completed;
  bool replayed = answered.ok() && answered->replayed;
  for (const Slot& slot : std::vector<Slot>(found->second)) {
    Call& call = *slot.call;
    if (call.answers[slot.index].has_value() ||
        !decides(receipt, header, call.expected[slot.index]))
      continue;
    if (!answered.ok()) {
      if (!calls_.contains(call.ticket)) continue;  // failed by another of its transactions
      forget(slot.call);
      completed.emplace_back(call.done, fault_of(answered.error()));
      continue;
    }
    call.answers[slot.index] = Answered{answered->receipt, replayed};
    replayed = true;  // one posting: who else asked for the same gets it as a replay
    if (--call.missing > 0) continue;
    forget(slot.call);
    completed.emplace_back(call.done, call.take_answers());
  }
  return completed;
}

/// A node drops what is past its validity without a receipt. That is certain all the same: every
/// block up to this one was looked at, and no later one can execute it.
Waiting::Completed Waiting::take_stale(Timestamp ledger_time) {
  Completed completed;
  const std::lock_guard lock(mutex_);
  while (!validities_.empty() && validities_.begin()->first <= ledger_time) {
    const std::shared_ptr<Call> call = calls_.at(validities_.begin()->second);
    for (std::size_t i = 0; i < call->expected.size(); ++i) {
      if (call->answers[i].has_value() || call->expected[i].valid_until > ledger_time) continue;
      call->answers[i] = without_place(call->expected[i], Outcome::StaleRequest);
      --call->missing;
    }
    if (call->missing == 0) {
      forget(call);
      completed.emplace_back(call->done, call->take_answers());
      continue;
    }
    erase_entry(validities_, call->valid_until, call->ticket);
    call->valid_until = call->earliest_validity();
    validities_.emplace(call->valid_until, call->ticket);
  }
  return completed;
}

Fault Waiting::overdue() const {
  const std::string ask =
      "outcome unknown: it may still be executed until its valid_until; send the same request "
      "again, or ask GetReceipt for its request id";
  if (loop_.status().connected + 1 < quorum_)
    return {grpc::StatusCode::UNAVAILABLE, "NO_QUORUM", "this node reaches no quorum; " + ask,
            bounds::kBusyRetryMs};
  return {grpc::StatusCode::DEADLINE_EXCEEDED, "OUTCOME_UNKNOWN", ask, bounds::kBusyRetryMs};
}

void Waiting::expire(Clock::time_point now) {
  std::vector<AnswersDone> overdue_calls;
  {
    const std::lock_guard lock(mutex_);
    while (!deadlines_.empty() && deadlines_.begin()->first <= now) {
      const std::shared_ptr<Call> call = calls_.at(deadlines_.begin()->second);
      forget(call);
      overdue_calls.push_back(call->done);
    }
  }
  for (const AnswersDone& done : overdue_calls)
    done(overdue());
}

void Waiting::check_heights(Clock::time_point now) {
  const Height reached = certified();
  std::vector<HeightWait> over;
  {
    const std::lock_guard lock(mutex_);
    const auto is_open = [&](const HeightWait& wait) {
      return wait.height > reached && wait.deadline > now && !heights_stopped_;
    };
    const auto open = std::stable_partition(heights_.begin(), heights_.end(), is_open);
    std::move(open, heights_.end(), std::back_inserter(over));
    heights_.erase(open, heights_.end());
  }
  for (const HeightWait& wait : over)
    wait.done(wait.height <= reached);
}

}  // namespace tally::api
