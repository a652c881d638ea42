// BlockSync: brings a node that fell behind up to the certified height.
#pragma once

#include <tally/consensus/message.h>
#include <tally/consensus/replica.h>
#include <tally/node/ledger.h>
#include <tally/storage/store.h>

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace tally::node {

/// Asks several peers at once for certified blocks, different ranges of (handed over, stable], and
/// for block certificates that were missed (design/consensus.md §7). Each block proves itself, so
/// one honest peer is enough. A peer that sends what is wrong, too large or unasked, misses a
/// deadline or gives nothing of what it claims is left for ten minutes; never more than f at once,
/// since a bug of ours must not cut us off. Holds at most 64 MiB.
class BlockSync {
 public:
  /// `uncertified`: heights in the ledger whose block certificate it lacks.
  BlockSync(const consensus::Epoch& epoch, NodeIndex self, std::set<Height> uncertified);

  struct Position {
    Height stable;
    Height executed;
    Height handed_over;  ///< highest height that the ledger has or was given
  };
  struct Step {
    std::vector<consensus::Frame> questions;
    std::vector<ExecuteTask> execute;                  ///< contiguous from handed_over + 1
    std::vector<consensus::Certificate> certificates;  ///< for heights executed before
    std::vector<std::string> facts;
  };
  /// What to do now; after each round of events. `now`: monotonic, here and below.
  [[nodiscard]] Step step(const Position& at, Timestamp now);

  /// An answer of `from`.
  void take(consensus::CertifiedBlocks&& answer, NodeIndex from, Timestamp now);
  /// A frame of `from` did not hold, whatever it was.
  void take_bad_frame(NodeIndex from, Timestamp now);
  /// Up to which height `from` says that it can answer.
  void take_claim(NodeIndex from, Height height, Timestamp now);

  /// Certificates that came by themselves, and heights that were executed without one.
  void certified(Height height) { uncertified_.erase(height); }
  void executed_without_certificate(Height height) { uncertified_.insert(height); }

  /// "catching up: 1,234 of 5,678 (21 %), from nodes 2 and 4"; nullopt: not behind, or so little
  /// that nobody was asked. Counts nodes from 1, as people do.
  [[nodiscard]] std::optional<std::string> progress(const Position& at) const;

 private:
  struct Range {
    Height first;
    Height last;
  };
  struct Question {
    Range range;
    Timestamp deadline;
    bool for_certificates = false;
    bool claimed = false;  ///< the peer says that it has the first of them
    Timestamp asked_at;
    bool doubled = false;  ///< a second peer was asked for the same
  };
  struct Claim {
    Height height;
    Timestamp at;
  };
  struct Peer {
    std::optional<Question> asked;
    std::optional<Claim> claim;
    unsigned late = 0;    ///< answers that were given up, and may still come
    unsigned empty = 0;   ///< answers in a row that held nothing
    unsigned broken = 0;  ///< those of them to a question for what it claims
    Timestamp rests_until;
    std::optional<Timestamp> left_at;
  };
  struct Handed {
    Height height;
    std::size_t bytes = 0;
  };

  void take_answer(consensus::CertifiedBlocks&& answer, const Question& question, Peer& peer);
  void rest(NodeIndex node, const Question& question, Timestamp now);
  void leave(NodeIndex node, const std::string& why, Timestamp now);

  void expire(Timestamp now);
  void forget_settled(const Position& at);
  void note_lag(const Position& at);
  void hand_over(const Position& at, Step& step);
  void ask_for_blocks(const Position& at, Timestamp now, Step& step);
  void ask_for_certificates(const Position& at, Timestamp now, Step& step);
  [[nodiscard]] bool may_hold_another() const;
  [[nodiscard]] std::optional<Range> next_gap(const Position& at) const;
  void ask_another(const Position& at, Timestamp now, Step& step);
  [[nodiscard]] const Question* question_about(Height height) const;
  [[nodiscard]] Range next_uncertified() const;
  [[nodiscard]] std::optional<NodeIndex> choose(Height height, Timestamp now, bool urgent);
  void ask(NodeIndex node, Question question, Timestamp now, Step& step);

  NodeIndex self_;
  std::size_t faulty_;              ///< f
  std::uint64_t window_;            ///< who is no further behind may get there without help
  std::size_t proposal_bytes_max_;  ///< of this chain
  std::vector<Peer> peers_;         ///< by node
  std::size_t next_peer_;           ///< where the search for the next one begins

  std::map<Height, consensus::CertifiedBlock> kept_;  ///< for their turn, above handed_over
  std::size_t kept_bytes_ = 0;
  std::deque<Handed> handed_;  ///< what the ledger was given from here and has not executed yet
  std::size_t handed_bytes_ = 0;
  std::uint64_t stride_;  ///< blocks that fit into one answer, as it seems
  Duration first_patience_;
  Duration urgent_after_;    ///< then a second peer is asked for the block that is next
  unsigned patience_ = 0;    ///< deadlines that were missed; falls with each answer of use
  bool far_behind_ = false;  ///< and the log says so

  std::set<Height> uncertified_;
  Height asked_certificate_;                          ///< the last one that was asked for
  std::vector<consensus::Certificate> certificates_;  ///< found, for the next step
  std::vector<std::string> facts_;                    ///< for the next step
};

/// The certified blocks of [fetch.first, fetch.last] that the store has, as many as one answer may
/// hold. On any thread: it reads a snapshot.
[[nodiscard]] Result<consensus::CertifiedBlocks> answer_fetch(const consensus::FetchBlocks& fetch,
                                                              const storage::Snapshot& snapshot);

}  // namespace tally::node
