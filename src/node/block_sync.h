// BlockSync: brings a node that fell behind up to the certified height.
#pragma once

#include <tally/consensus/message.h>
#include <tally/consensus/replica.h>
#include <tally/node/ledger.h>
#include <tally/storage/store.h>

#include <optional>
#include <set>
#include <vector>

namespace tally::node {

/// Asks one peer at a time for the certified blocks between what the ledger was handed and the
/// stable height, and for block certificates that were missed; a peer that does not answer in time
/// is left for the next (design/consensus.md §7).
class BlockSync {
 public:
  /// `uncertified`: heights in the ledger whose block certificate it lacks.
  BlockSync(consensus::Epoch epoch, NodeIndex self, std::set<Height> uncertified);

  /// What to ask now, if anything. `handed_over`: highest height that the ledger has or was given.
  [[nodiscard]] std::optional<consensus::Frame> ask(Height stable, Height executed,
                                                    Height handed_over, Timestamp now);
  struct Found {
    std::vector<ExecuteTask> execute;                  ///< contiguous from handed_over + 1
    std::vector<consensus::Certificate> certificates;  ///< for heights executed before
  };
  /// An answer of `from`; one that was not asked for is dropped. After one without use the next
  /// question waits a little: the blocks may be on their way to all peers.
  [[nodiscard]] Found take(consensus::CertifiedBlocks&& answer, NodeIndex from, Height stable,
                           Height handed_over, Timestamp now);

  /// Certificates that came by themselves, and heights that were executed without one.
  void certified(Height height) { uncertified_.erase(height); }
  void executed_without_certificate(Height height) { uncertified_.insert(height); }

 private:
  struct Question {
    NodeIndex to;
    Timestamp deadline;  ///< monotonic
    bool answered = false;
  };
  [[nodiscard]] Height next_uncertified();
  consensus::Epoch epoch_;
  NodeIndex self_;
  std::set<Height> uncertified_;
  Height asked_certificate_;  ///< the last one that was asked for
  std::optional<Question> asked_;
  std::uint16_t next_peer_ = 0;
};

/// The certified blocks of [fetch.first, fetch.last] that the store has, as many as one answer may
/// hold. On any thread: it reads a snapshot.
[[nodiscard]] Result<consensus::CertifiedBlocks> answer_fetch(const consensus::FetchBlocks& fetch,
                                                              const storage::Snapshot& snapshot);

}  // namespace tally::node
