// Heard: what a liar remembers of all that passes it, its own words included; all bounded.
#pragma once

#include <tally/consensus/message.h>

#include <deque>
#include <optional>
#include <vector>

namespace tally::sim {

/// The newest of each kind, oldest first. What stands in a message counts too: the votes of a
/// certificate, the certificates of a view-change.
class Heard {
 public:
  /// Borrows `epoch`.
  Heard(const consensus::Epoch& epoch, NodeIndex self) : epoch_(epoch), self_(self) {}

  /// The message in `frame`; nullopt: none. `from`: who sent it, this node itself too.
  std::optional<consensus::Message> note(NodeIndex from, ByteView frame);

  /// Frames as they came, at most 256 of them and 1 MiB in all.
  [[nodiscard]] const std::deque<Bytes>& frames() const { return frames_; }
  [[nodiscard]] const std::deque<consensus::Proposal>& proposals() const { return proposals_; }
  /// Votes of all phases, each once.
  [[nodiscard]] const std::deque<consensus::Vote>& votes() const { return votes_; }
  [[nodiscard]] const std::deque<consensus::Header>& headers() const { return headers_; }
  [[nodiscard]] const std::deque<consensus::CertifiedHeader>& certified() const {
    return certified_;
  }
  [[nodiscard]] const std::deque<consensus::ViewChange>& view_changes() const {
    return view_changes_;
  }
  [[nodiscard]] const std::deque<Bytes>& submissions() const { return submissions_; }

  /// Certificates of `phase`: those heard, and what the votes heard make.
  [[nodiscard]] std::vector<consensus::Certificate> certificates(consensus::Phase phase) const;
  /// nullptr: no such proposal is remembered.
  [[nodiscard]] const consensus::Proposal* find(const consensus::Hash& digest) const;
  /// Where the node itself stands, by its last status.
  [[nodiscard]] View view() const { return view_; }
  [[nodiscard]] Height stable() const { return stable_; }

 private:
  void look_at(const consensus::Message& message);
  void add(const consensus::Certificate& certificate);
  void add(const consensus::CertifiedHeader& block);
  void add(const consensus::ViewChange& change);

  const consensus::Epoch& epoch_;
  NodeIndex self_;
  std::deque<Bytes> frames_;
  std::size_t frame_bytes_ = 0;
  std::deque<consensus::Proposal> proposals_;
  std::deque<consensus::Vote> votes_;
  std::deque<consensus::Header> headers_;
  std::deque<consensus::CertifiedHeader> certified_;
  std::deque<consensus::Certificate> certificates_;
  std::deque<consensus::ViewChange> view_changes_;
  std::deque<Bytes> submissions_;
  View view_;
  Height stable_;
};

}  // namespace tally::sim
