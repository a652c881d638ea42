// NodeLoop: a node's two owner threads, ordering and ledger, and their bounded queues.
#pragma once

#include <tally/consensus/epoch.h>
#include <tally/consensus/replica.h>
#include <tally/crypto/signature.h>
#include <tally/node/event.h>
#include <tally/node/halt.h>
#include <tally/node/status.h>
#include <tally/state/state_root.h>
#include <tally/storage/store.h>
#include <tally/storage/vote_log.h>

#include <functional>
#include <memory>
#include <vector>

namespace tally::node {

/// What a node starts from: opened, checked and of one chain (see recovery.h).
struct NodeParts {
  consensus::Epoch epoch;
  NodeIndex self;
  crypto::PrivateKey consensus_key;
  crypto::PrivateKey gateway_key;
  std::unique_ptr<storage::Store> store;
  std::unique_ptr<storage::FileSystem> files;  ///< borrowed by the vote log for its life
  storage::VoteLog vote_log;
  storage::LogContents log;
  std::uint64_t nonce = 0;  ///< fresh at each start, not 0: the peers' answers echo it
  std::string folder;       ///< DATA, for what a halt leaves behind; empty: it leaves nothing
  std::string program;      ///< name, version and build, for the same
};

/// Called from an owner thread when an outbox is no longer empty; must not block or throw.
struct Wakes {
  std::function<void()> frames;        ///< take_frames has something
  std::function<void()> replies;       ///< take_replies has something
  std::function<void(Error)> stopped;  ///< the node stopped: Diverged, for safety; else its disk
};

/// Everything here is thread-safe. Checks of what comes in run on the caller's thread.
class NodeLoop {
 public:
  /// Scans the state once to build its root. Corrupt: it is not the newest header's. Diverged: the
  /// ledger's own header is not the certified one; a halt's bundle and marker are written then.
  [[nodiscard]] static Result<std::unique_ptr<NodeLoop>> start(NodeParts parts, Wakes wakes);
  ~NodeLoop();  ///< stops both threads; what was executed is durable

  /// A submission of a caller: checked here, queued, and shared with the other nodes.
  /// Malformed, OutOfLimits, Conflict, BadSignature as verify_submission says; Unavailable: full.
  [[nodiscard]] Result<void> submit(ByteView submission);
  /// A transaction of a caller that mutual TLS alone vouches for. The node seals it under its
  /// gateway key with what else arrives: at once when idle, else as the block commits, when full,
  /// or after 20 ms. REQUIRES: check_form passed it, its asking key is set, its consents are good.
  /// Unavailable: full.
  [[nodiscard]] Result<void> seal(std::vector<Transaction> transactions);

  /// A frame from a peer. Whatever is in it, the answer is a Result: an error is a mark against
  /// that peer. The frames returned go back at once (blocks that it asked for).
  [[nodiscard]] Result<std::vector<consensus::Frame>> on_frame(NodeIndex from, ByteView frame);
  /// The number of links that are up has changed.
  void on_links(std::size_t connected);
  /// Somebody else found out that this node must not go on: `halt` is written down, and it stops.
  void halt(const Halt& halt);

  [[nodiscard]] std::vector<consensus::Frame> take_frames();
  [[nodiscard]] std::vector<CertifiedReceipts> take_replies();

  [[nodiscard]] NodeStatus status() const;
  /// A snapshot of the newest height.
  [[nodiscard]] Result<std::unique_ptr<const storage::Snapshot>> snapshot() const;
  /// The bucket of `key` with its path, at the newest height.
  [[nodiscard]] state::StateProof prove(const state::RecordKey& key) const;

 private:
  class Inside;
  explicit NodeLoop(std::unique_ptr<Inside> inside);
  std::unique_ptr<Inside> inside_;
};

}  // namespace tally::node
