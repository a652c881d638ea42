// Oracles: what must hold after every event, over the correct nodes (design/reliability.md §4.5).
// They remember across restarts, and believe nothing that a node says of itself but its bytes.
#pragma once

#include <tally/consensus/message.h>
#include <tally/consensus/vote_record.h>
#include <tally/node/event.h>
#include <tally/node/status.h>
#include <tally/storage/vote_log.h>

#include "simulation/chain.h"
#include "simulation/oracles_duties.h"
#include "simulation/oracles_proofs.h"
#include "simulation/oracles_settlement.h"
#include "simulation/oracles_views.h"
#include "simulation/outcome.h"
#include "simulation/verdict.h"
#include "simulation/workload.h"

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

namespace tally::sim {

class Oracles {
 public:
  Oracles(const Plan& plan, const Chain& chain, Workload& work, Coverage& seen);

  /// Bytes that the vote log's disk holds durably now (O7).
  void on_durable(std::size_t instance, ByteView bytes);
  /// Its vote log is lost; what it said is not forgotten here.
  void on_wiped(std::size_t instance);
  /// A frame leaves a node (O2, O7, O8).
  void on_send(std::size_t instance, ByteView frame);
  /// A node's ledger has a block (O1, O3, O4, O5, O6, I6).
  void on_executed(std::size_t instance, const node::LedgerEffects& effects,
                   const storage::Snapshot& after, bool by_sync);
  /// A client was answered (O9).
  void on_reply(std::size_t instance, const node::CertifiedReceipts& receipts);
  /// A pre-prepare passed its checks, good or refused, and waits in its queue (A1).
  void on_offered(std::size_t instance, const consensus::Vote& fresh);
  /// A round of its ordering begins, by its own clock; `drained`: it leaves nothing in the queue.
  void on_step(std::size_t instance, Timestamp now, bool drained);
  /// Its ordering was told that the ledger has `height` (A2).
  void on_told(std::size_t instance, Height height);
  /// After each round of a node's ordering (O10, O13).
  void on_status(std::size_t instance, const node::NodeStatus& status);
  /// The same, once its frames are out: what it owes (A1, A2, V6).
  void on_round(std::size_t instance, const node::NodeStatus& status);
  void on_start(std::size_t instance, const node::NodeStatus& status, Timestamp now,
                bool empty_log);
  /// The liveness phase begins.
  void on_turn() { duties_.on_turn(); }
  void on_halt(std::size_t instance, const std::string& why);
  /// A correct node refused what another correct one sent.
  void on_mark(std::size_t from, std::size_t by, const std::string& why);
  /// At the end: nobody was told what is not in every later chain (O9).
  void at_end(std::size_t instance, Height executed);
  void fail(std::string oracle, std::string what);

  /// For oracles beside these: each message of a correct node as it leaves, and each durable
  /// record.
  std::function<void(std::size_t, const consensus::Message&)> on_message;
  std::function<void(std::size_t, const consensus::VoteRecord&)> on_record;

  [[nodiscard]] const std::optional<Failure>& failure() const { return verdict_.failure(); }
  [[nodiscard]] Height highest() const { return Height(headers_.size() - 1); }
  /// Whether it may be asked to vote: it is no learner, and no start will make it one because its
  /// log is empty while there are blocks (design/consensus.md §3.3).
  [[nodiscard]] bool can_vote(std::size_t instance) const;
  [[nodiscard]] Height answered() const { return answered_; }
  [[nodiscard]] const KindCounts& accepted() const { return accepted_kinds_; }

 private:
  /// What one signature is for: epoch, phase, view (0 for checkpoints), height.
  using Slot = std::tuple<std::uint64_t, consensus::Phase, std::uint64_t, std::uint64_t>;
  using Hash = consensus::Hash;
  struct Spoken {
    std::map<Slot, Hash> votes;    ///< ever sent, by any life of this identity
    std::map<View, Hash> changes;  ///< view-changes
    std::map<View, Hash> new_views;
    View left;  ///< the highest view of an own view-change
  };
  struct Kept {
    bool empty_at_start = false;  ///< none when its process began
    bool forgot = false;          ///< its disk was emptied, or went back
    storage::LogSalt salt;        ///< of its vote log, from an opening
    std::optional<consensus::LearnerStage> learner;
    std::set<std::pair<Slot, Hash>> votes;
    std::set<Hash> changes;
    std::set<Hash> new_views;
  };
  struct Progress {
    Height stable;
    Height executed;
    View view;
    Timestamp header_time;
    unsigned failed_views = 0;  ///< own view-changes, less certified heights
  };

  [[nodiscard]] static Slot slot_of(const consensus::VoteStatement& statement);
  void on_logged(std::size_t instance, const consensus::VoteRecord& record);
  void on_learner(std::size_t instance, consensus::LearnerStage stage);
  void check_own(std::size_t instance, const consensus::VoteStatement& statement);
  void check_own(std::size_t instance, const consensus::ViewChange& change);
  void check_own(std::size_t instance, const consensus::NewView& new_view);
  void count_failed_view(std::size_t instance);
  void check_certified(const consensus::Header& header, const std::string& who);
  void count(const consensus::Message& message);
  void check_block(const node::LedgerEffects& effects);
  void check_points(const node::LedgerEffects& effects, const storage::Snapshot& after);
  void check_settlement(const node::LedgerEffects& effects, const storage::Snapshot& after);
  [[nodiscard]] std::string name(std::size_t instance) const;
  void saw(Seen what) { ++seen_[static_cast<std::size_t>(what)]; }

  const Plan& plan_;
  const Chain& chain_;
  Workload& work_;
  Coverage& seen_;
  /// With more than f faulty nodes all may break that single nodes promise, and what is claimed of
  /// them counts with one open height.
  const bool judges_nodes_;
  Verdict verdict_;
  ProofOracle proofs_;
  ViewOracle views_;
  DutyOracle duties_;
  SettlementOracle settlement_;
  std::vector<Hash> headers_;                           ///< by height: what correct nodes executed
  std::vector<std::map<std::uint32_t, Hash>> answers_;  ///< by height: receipts told, by index
  std::map<Height, Hash> certified_;
  std::vector<Spoken> spoken_;      ///< by identity
  std::vector<Kept> kept_;          ///< by instance: durable in its vote log
  std::vector<Progress> progress_;  ///< by instance
  std::set<SubmissionDigest> committed_;
  std::map<RequestKey, consensus::Header> accepted_;  ///< by the newest block that took it
  KindCounts accepted_kinds_{};
  std::map<MerchantId, std::int64_t> outstanding_;
  Height answered_;
};

}  // namespace tally::sim
