// Window: what a replica holds for each open height; one slot a peer, phase and height.
#pragma once

#include <tally/consensus/message.h>
#include <tally/consensus/view_change.h>

#include <map>
#include <optional>
#include <set>
#include <vector>

namespace tally::consensus {

/// Everything about one height that is not stable yet.
struct Slot {
  explicit Slot(std::size_t nodes) : prepares(nodes), commits(nodes), checkpoints(nodes) {}

  std::vector<std::optional<Vote>> prepares;  ///< by signer
  std::vector<std::optional<Vote>> commits;
  std::vector<std::optional<Checkpoint>> checkpoints;
  std::map<Hash, Proposal> bodies;      ///< only of digests that a vote here names
  std::set<Hash> logged;                ///< bodies that the vote log has
  std::map<Hash, Rule> refused;         ///< bodies that this node's own checks turned down
  std::optional<Hash> chosen;           ///< what the view's new-view proposes again here
  std::optional<Certificate> prepared;  ///< of the highest view
  std::optional<Certificate> committed;
  bool handed_over = false;              ///< its proposal went to the ledger
  std::optional<Timestamp> proposed_at;  ///< monotonic; by this node, as the primary
  std::size_t next_to_ask = 0;           ///< whose turn it is to be asked for a body

  /// Keeps a body that a vote or certificate here names, and drops those that none names any more
  /// and that this node never voted for: a signer may replace its vote by one of a higher view, and
  /// must not fill memory so.
  void keep_body(const Hash& digest, Proposal body);
  /// Whether a vote or certificate here names `digest`, so that its body is worth keeping.
  [[nodiscard]] bool names(const Hash& digest) const;
  /// Votes of `phase` for exactly `statement`.
  [[nodiscard]] std::vector<Vote> votes_for(const VoteStatement& statement) const;
};

/// The slots of (stable, stable + 2 · window]; votes count in the lower half alone, the upper one
/// keeps what comes early. One peer cannot make it grow: each has one place a phase and height.
class Window {
 public:
  Window(std::size_t nodes, std::uint64_t size) : nodes_(nodes), size_(size) {}

  /// nullptr: outside (stable, stable + 2 · size].
  [[nodiscard]] Slot* slot(Height height);
  [[nodiscard]] const Slot* find(Height height) const;
  /// In (stable, stable + size].
  [[nodiscard]] bool is_open(Height height) const;
  [[nodiscard]] Height stable() const { return stable_; }
  [[nodiscard]] Height last_open() const { return Height(stable_.value() + size_); }
  /// The highest height that may have a slot.
  [[nodiscard]] Height last_early() const { return Height(stable_.value() + 2 * size_); }
  /// How many heights have a slot: at most 2 · size.
  [[nodiscard]] std::size_t slots() const { return slots_.size(); }
  /// Drops all at or below `stable`.
  void advance_to(Height stable);

 private:
  std::size_t nodes_;
  std::uint64_t size_;
  Height stable_;
  std::map<Height, Slot> slots_;
};

/// Puts `vote` in its signer's place: the first in `view`, else the one of the highest view above
/// it. False: another vote of the same view stands there, with another digest.
[[nodiscard]] bool keep_vote(std::vector<std::optional<Vote>>& places, const Vote& vote, View view);

}  // namespace tally::consensus
