// Ordering: owns the replica, the mempool and the vote log. Events in, effects out.
#pragma once

#include <tally/consensus/epoch.h>
#include <tally/consensus/replica.h>
#include <tally/crypto/signature.h>
#include <tally/node/event.h>
#include <tally/node/inbound.h>
#include <tally/node/ledger.h>
#include <tally/node/status.h>
#include <tally/storage/vote_log.h>

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

namespace tally::node {

/// What the ledger thread is to do, in order.
using LedgerTask = std::variant<ExecuteTask, consensus::Certificate>;

/// What a round of events asks of the shell. Everything here may leave: it was synced before.
struct OrderingEffects {
  std::vector<consensus::Frame> frames;
  std::vector<LedgerTask> ledger;
  std::vector<CertifiedReceipts> replies;
  std::optional<Timestamp> wake_at;  ///< monotonic: hand in a Tick then
  std::vector<std::string> facts;    ///< for the log, one line each
  std::optional<std::string> halt;   ///< stop the process: what contradicts what
  Bytes halt_message;                ///< the peer's message that showed it, or empty
};

/// What a block held, for as long as it may still be replayed.
struct RecentBlock {
  Timestamp time;  ///< its header's
  std::vector<SubmissionDigest> submissions;
};

/// What ordering starts from.
struct OrderingStart {
  consensus::Epoch epoch;
  NodeIndex self;
  crypto::PrivateKey consensus_key;
  storage::VoteLog vote_log;
  std::vector<consensus::VoteRecord> history;
  consensus::CertifiedHeader stable;  ///< the highest known
  consensus::Header executed;         ///< the ledger's newest
  consensus::Header base;             ///< the block before the epoch's first: genesis
  std::uint64_t nonce = 0;            ///< fresh at each start, not 0
  std::set<Height> uncertified;       ///< heights whose block certificate the ledger lacks
  Duration memory;                    ///< the longest validity: so long a replay is told
  std::vector<RecentBlock> recent;    ///< of the last `memory`, oldest first
};

/// A state machine behind a bounded queue; the simulator steps it without threads.
class Ordering {
 public:
  Ordering(OrderingStart start, consensus::Now now);
  ~Ordering();

  /// Steps all events and syncs the vote log once for them. A failed sync is final: from then on
  /// nothing is voted, and `status` says so.
  [[nodiscard]] OrderingEffects handle(std::vector<Event> events, consensus::Now now) noexcept;

  /// Fills what ordering knows of a status.
  void describe(NodeStatus& status) const;
  /// For the checks of what comes in; to be published before the frames of a round leave.
  [[nodiscard]] InboundHint hint() const;
  /// Whether a height is in flight or something waits: the gateway collects meanwhile.
  [[nodiscard]] bool busy() const;

 private:
  class Inside;
  std::unique_ptr<Inside> inside_;
};

}  // namespace tally::node
