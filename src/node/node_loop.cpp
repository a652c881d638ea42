// The two owner threads, their queues and outboxes.
#include <tally/node/node_loop.h>

#include <tally/base/limits.h>
#include <tally/base/log.h>
#include <tally/node/gateway.h>
#include <tally/node/inbound.h>
#include <tally/node/ledger.h>
#include <tally/node/ordering.h>
#include <tally/node/start.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "node/block_sync.h"
#include "node/event_queue.h"
#include "node/halt_evidence.h"
#include "node/serving_budget.h"

namespace tally::node {
namespace {

/// Status goes out this often, and lost messages come again (design/consensus.md §6).
constexpr Duration kTick{500};
/// Lines of facts a tick: peers provoke some of them, and must not fill the disk.
constexpr std::size_t kFactsInTick = 20;

consensus::Now read_clocks() {
  const auto milliseconds = [](auto since_epoch) {
    return Timestamp(static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::milliseconds>(since_epoch).count()));
  };
  return consensus::Now{milliseconds(std::chrono::steady_clock::now().time_since_epoch()),
                        milliseconds(std::chrono::system_clock::now().time_since_epoch())};
}

}  // namespace

class NodeLoop::Inside {
 public:
  Inside(consensus::Epoch epoch, NodeIndex self, crypto::PrivateKey gateway_key, Wakes wakes,
         HaltPlace halt_place, std::unique_ptr<storage::FileSystem> files,
         std::unique_ptr<Ledger> ledger, std::unique_ptr<Ordering> ordering)
      : wakes_(std::move(wakes)),
        halt_place_(std::move(halt_place)),
        files_(std::move(files)),
        inbound_(epoch),
        gateway_(epoch, std::move(gateway_key)),
        events_(epoch.validators.size()),
        serving_(epoch.validators.size()),
        ledger_(std::move(ledger)),
        ordering_(std::move(ordering)) {
    status_.self = self;
    status_.newest = ledger_->newest();
    status_.executed = ledger_->newest().height;
    ordering_->describe(status_);
    hint_ = ordering_->hint();
    ledger_thread_ = std::thread([this] { run_ledger(); });
    ordering_thread_ = std::thread([this] { run_ordering(); });
  }

  ~Inside() {
    events_.stop();
    tasks_.stop();
    ordering_thread_.join();
    ledger_thread_.join();
  }

  Result<void> submit(ByteView bytes) {
    TRY(VerifiedSubmission submission, inbound_.submission(bytes));
    return events_.post_submission(std::move(submission));
  }

  Result<void> seal(std::vector<Transaction> transactions) {
    TRY_VOID(gateway_.add(std::move(transactions), read_clocks().monotonic));
    events_.wake();
    return {};
  }

  Result<std::vector<consensus::Frame>> on_frame(NodeIndex from, ByteView frame) {
    auto inspected = inbound_.message(frame, from, hint());
    if (!inspected.ok()) {
      events_.post_from_peer(from, BadFrame{from}, 0);
      return inspected.error();
    }
    std::optional<Checked> checked = std::move(inspected).value();
    if (!checked.has_value()) return std::vector<consensus::Frame>();
    const auto* message = std::get_if<consensus::VerifiedMessage>(&*checked);
    const consensus::Message* content = message == nullptr ? nullptr : &message->content();
    if (const auto* fetch = std::get_if<consensus::FetchBlocks>(content))
      return serve(*fetch, from);
    if (const auto* shared = std::get_if<consensus::SharedSubmission>(content)) {
      TRY(VerifiedSubmission submission, inbound_.submission(shared->bytes));
      events_.post_from_peer(from, SharedByPeer{from, std::move(submission)}, frame.size());
      return std::vector<consensus::Frame>();
    }
    std::visit(
        [this, from, size = frame.size()](auto&& event) {
          events_.post_from_peer(from, std::forward<decltype(event)>(event), size);
        },
        std::move(*checked));
    return std::vector<consensus::Frame>();
  }

  void on_links(std::size_t connected) {
    {
      const std::lock_guard lock(status_mutex_);
      status_.connected = connected;
    }
    events_.post_internal(Tick{connected});
  }

  void halt(const Halt& halt) {
    leave_behind(*files_, halt_place_, halt, read_clocks().utc);
    stop(Error{ErrorCode::Diverged, halt.reason});
  }

  std::vector<consensus::Frame> take_frames() {
    const std::lock_guard lock(outbox_mutex_);
    return std::exchange(frames_, {});
  }

  std::vector<CertifiedReceipts> take_replies() {
    const std::lock_guard lock(outbox_mutex_);
    return std::exchange(replies_, {});
  }

  NodeStatus status() const {
    const std::lock_guard lock(status_mutex_);
    return status_;
  }

  Result<std::unique_ptr<const storage::Snapshot>> snapshot() const { return ledger_->snapshot(); }
  state::StateProof prove(const state::RecordKey& key) const { return ledger_->prove(key); }

 private:
  InboundHint hint() const {
    const std::lock_guard lock(status_mutex_);
    return hint_;
  }

  /// On the caller's thread: reads never enter a queue. Beyond its budget a peer gets no blocks,
  /// and is told so, since it would take silence for a fault.
  Result<std::vector<consensus::Frame>> serve(const consensus::FetchBlocks& fetch, NodeIndex from) {
    consensus::CertifiedBlocks blocks;
    const bool serves = serving_.allows(from, read_clocks().monotonic);
    if (serves) {
      TRY(const std::unique_ptr<const storage::Snapshot> snapshot, ledger_->snapshot());
      TRY(blocks, answer_fetch(fetch, *snapshot));
    }
    std::vector<consensus::Frame> frames;
    frames.push_back(consensus::Frame{from, consensus::encode_message(std::move(blocks))});
    if (serves) serving_.spend(from, frames.front().bytes.size());
    return frames;
  }

  void run_ordering() {
    Timestamp next_tick = read_clocks().monotonic;
    std::optional<Timestamp> wake_at;
    bool collect = false;  // whether the gateway goes on collecting
    while (true) {
      Timestamp deadline = next_tick;
      if (wake_at.has_value() && *wake_at < deadline) deadline = *wake_at;
      // Who need not collect does not wait for more.
      if (const auto due = gateway_.due_at(); due.has_value())
        deadline = collect ? std::min(deadline, *due) : Timestamp();
      std::optional<std::vector<Event>> events =
          events_.wait(deadline.since(read_clocks().monotonic));
      if (!events.has_value()) return;

      const consensus::Now now = read_clocks();
      if (now.monotonic >= next_tick || (wake_at.has_value() && now.monotonic >= *wake_at)) {
        events->emplace_back(Tick{connected()});
        next_tick = now.monotonic.plus(kTick);
        forgive_facts();
      }
      seal_into(*events, now.monotonic, collect);
      OrderingEffects effects = ordering_->handle(std::move(*events), now);
      wake_at = effects.wake_at;
      collect = ordering_->busy() && effects.replies.empty();
      if (!deliver(std::move(effects))) return;
    }
  }

  std::size_t connected() const {
    const std::lock_guard lock(status_mutex_);
    return status_.connected;
  }

  /// At once when idle or as a block commits, else when full or due (architecture, decision 2).
  void seal_into(std::vector<Event>& events, Timestamp now, bool collect) {
    const std::optional<Timestamp> due = gateway_.due_at();
    if (!due.has_value() || (collect && now < *due && !gateway_.is_full())) return;
    while (const std::optional<Bytes> sealed = gateway_.seal()) {
      Result<VerifiedSubmission> submission = inbound_.submission(*sealed);
      if (submission.ok())
        events.emplace_back(std::move(submission).value());
      else
        log::error("gateway_sealed_refused reason=\"" + submission.error().message + "\"");
    }
  }

  /// False: the node halts.
  bool deliver(OrderingEffects effects) {
    for (const std::string& fact : effects.facts)
      if (++facts_in_tick_ <= kFactsInTick) log::warning(fact);
    {
      const std::lock_guard lock(status_mutex_);
      const std::size_t links = status_.connected;
      ordering_->describe(status_);
      hint_ = ordering_->hint();
      status_.connected = links;
    }
    for (LedgerTask& task : effects.ledger)
      tasks_.push(std::move(task));
    const bool has_frames = !effects.frames.empty();
    const bool has_replies = !effects.replies.empty();
    {
      const std::lock_guard lock(outbox_mutex_);
      std::move(effects.frames.begin(), effects.frames.end(), std::back_inserter(frames_));
      std::move(effects.replies.begin(), effects.replies.end(), std::back_inserter(replies_));
    }
    if (has_frames) wakes_.frames();
    if (has_replies) wakes_.replies();
    if (!effects.halt.has_value()) return true;
    halt_ordering(std::move(*effects.halt), std::move(effects.halt_message));
    return false;
  }

  void forgive_facts() {
    if (facts_in_tick_ > kFactsInTick)
      log::warning("facts_left_out count=" + std::to_string(facts_in_tick_ - kFactsInTick));
    facts_in_tick_ = 0;
  }

  void run_ledger() {
    while (std::optional<LedgerTask> task = tasks_.wait()) {
      const Result<void> done = std::visit([this](auto& content) { return run(content); }, *task);
      if (done.ok()) continue;
      if (done.error().code != ErrorCode::Diverged) return stop(done.error());
      Halt divergence = ledger_->take_divergence();
      divergence.reason = done.error().message;
      return halt(divergence);
    }
  }

  Result<void> run(const ExecuteTask& task) {
    const Timestamp started = read_clocks().monotonic;
    TRY(LedgerEffects effects, ledger_->commit(task));
    {
      const std::lock_guard lock(status_mutex_);
      status_.newest = effects.header;
      status_.executed = effects.header.height;
    }
    log::debug("block_committed height=" + std::to_string(effects.header.height.value()) +
               " receipts=" + std::to_string(effects.receipts.size()) +
               " took_ms=" + std::to_string(read_clocks().monotonic.since(started).milliseconds()));
    events_.post_internal(std::move(effects));
    return {};
  }

  Result<void> run(const consensus::Certificate& certificate) {
    return ledger_->put_certificate(certificate);
  }

  void halt_ordering(std::string why, Bytes message) {
    const auto ledger = ledger_->snapshot();
    if (ledger.ok())
      return halt(evidence_of(std::move(why), std::move(message), status().certified, **ledger));
    Halt without_block;
    without_block.reason = std::move(why);
    without_block.message = std::move(message);
    halt(without_block);
  }

  void stop(const Error& why) {
    log::error("node_stopped reason=\"" + why.message + "\"");
    events_.stop();
    tasks_.stop();
    wakes_.stopped(why);
  }

  Wakes wakes_;
  const HaltPlace halt_place_;
  std::unique_ptr<storage::FileSystem> files_;  ///< outlives the vote log in ordering_
  Inbound inbound_;
  Gateway gateway_;
  EventQueue events_;
  ServingBudget serving_;
  TaskQueue<LedgerTask> tasks_;
  std::unique_ptr<Ledger> ledger_;
  std::unique_ptr<Ordering> ordering_;
  std::size_t facts_in_tick_ = 0;  ///< of the ordering thread

  mutable std::mutex status_mutex_;
  NodeStatus status_;
  InboundHint hint_;
  std::mutex outbox_mutex_;
  std::vector<consensus::Frame> frames_;
  std::vector<CertifiedReceipts> replies_;

  std::thread ledger_thread_;
  std::thread ordering_thread_;
};

Result<std::unique_ptr<NodeLoop>> NodeLoop::start(NodeParts parts, Wakes wakes) {
  TRY(Owners owners, start_owners(parts, read_clocks()));
  HaltPlace place = halt_place_of(parts);
  return std::unique_ptr<NodeLoop>(new NodeLoop(
      std::make_unique<Inside>(std::move(parts.epoch), parts.self, std::move(parts.gateway_key),
                               std::move(wakes), std::move(place), std::move(parts.files),
                               std::move(owners.ledger), std::move(owners.ordering))));
}

NodeLoop::NodeLoop(std::unique_ptr<Inside> inside) : inside_(std::move(inside)) {}
NodeLoop::~NodeLoop() = default;

Result<void> NodeLoop::submit(ByteView submission) {
  return inside_->submit(submission);
}
Result<void> NodeLoop::seal(std::vector<Transaction> transactions) {
  return inside_->seal(std::move(transactions));
}
Result<std::vector<consensus::Frame>> NodeLoop::on_frame(NodeIndex from, ByteView frame) {
  return inside_->on_frame(from, frame);
}
void NodeLoop::on_links(std::size_t connected) {
  inside_->on_links(connected);
}
void NodeLoop::halt(const Halt& halt) {
  inside_->halt(halt);
}
std::vector<consensus::Frame> NodeLoop::take_frames() {
  return inside_->take_frames();
}
std::vector<CertifiedReceipts> NodeLoop::take_replies() {
  return inside_->take_replies();
}
NodeStatus NodeLoop::status() const {
  return inside_->status();
}
Result<std::unique_ptr<const storage::Snapshot>> NodeLoop::snapshot() const {
  return inside_->snapshot();
}
state::StateProof NodeLoop::prove(const state::RecordKey& key) const {
  return inside_->prove(key);
}

}  // namespace tally::node
