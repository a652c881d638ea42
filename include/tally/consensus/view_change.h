// View changes: how nodes leave a view, and what follows from their proofs for the next one.
#pragma once

#include <tally/consensus/certificate.h>
#include <tally/consensus/epoch.h>

#include <map>
#include <optional>
#include <string_view>
#include <vector>

namespace tally::consensus {

/// A node's word that it left all views below `view`, and proof of what may be committed there
/// (Castro & Liskov 1999 §4.4; design/consensus.md §6). FORMAT: signed, stored; docs/formats.md.
struct ViewChange {
  Hash chain;
  EpochNumber epoch;
  View view;  ///< the one to enter
  NodeIndex signer;
  std::optional<CertifiedHeader> stable;  ///< C: its stable block; none: the epoch's base
  std::vector<Certificate> prepared;  ///< P: above C, ascending, each of the highest view it knows
  crypto::Signature signature;
  friend bool operator==(const ViewChange&, const ViewChange&) = default;
};

/// The new primary's proof that a quorum left for its view: V, ascending by signer. What is to be
/// proposed again is not in it, since it follows from V. FORMAT: signed, stored.
struct NewView {
  Hash chain;
  EpochNumber epoch;
  View view;
  NodeIndex signer;
  std::vector<ViewChange> changes;
  crypto::Signature signature;
  friend bool operator==(const NewView&, const NewView&) = default;
};

/// FORMAT: signed.
enum class Reason : std::uint8_t {
  NoProgress = 1,
  Refused = 2,
  PassedOver = 3,
  NoNewView = 4,
  Rotation = 5,
};
/// The rule that a refused proposal breaks. FORMAT: signed.
enum class Rule : std::uint8_t {
  None = 0,
  Form = 1,    ///< not well-formed, out of limits, or a submission of it is not good
  Clock = 2,   ///< its time is not in bounds
  Replay = 3,  ///< repeats a committed submission
  Empty = 4,   ///< an empty block before its time
};
[[nodiscard]] std::string_view name_of(Reason reason);
[[nodiscard]] std::string_view name_of(Rule rule);

/// A node's wish to leave `view`; f+1 of them move a correct one. FORMAT: signed.
struct Complaint {
  Hash chain;
  EpochNumber epoch;
  View view;
  NodeIndex signer;
  Height stable;  ///< the signer's; below the receiver's it is void
  Reason reason = Reason::NoProgress;
  Rule rule = Rule::None;
  Hash digest;  ///< of the proposal complained of, or zero
  crypto::Signature signature;
  friend bool operator==(const Complaint&, const Complaint&) = default;
};

[[nodiscard]] Bytes signed_bytes(const ViewChange& change);
[[nodiscard]] Bytes signed_bytes(const NewView& new_view);
[[nodiscard]] Bytes signed_bytes(const Complaint& complaint);

/// That it counts: signature, C and each certificate of P are good, P ascends strictly within C's
/// window, and all of it is of views below. Malformed or BadSignature.
[[nodiscard]] Result<void> check_view_change(const Epoch& epoch, const ViewChange& change);
/// That the primary of its view signed it; its content is another matter.
[[nodiscard]] Result<void> check_new_view_signature(const Epoch& epoch, const NewView& new_view);
/// The same, and that V holds: q members or more, ascending, each for this view and good.
[[nodiscard]] Result<void> check_new_view(const Epoch& epoch, const NewView& new_view);
[[nodiscard]] Result<void> check_complaint(const Epoch& epoch, const Complaint& complaint);

/// What a new view starts from.
struct Choice {
  std::optional<CertifiedHeader> base;  ///< the highest stable block that V proves; none: nothing
  Height top;                           ///< fresh proposals start above it
  std::map<Height, Hash> digests;       ///< O: of each height in (base, top], proposed again
};
/// A pure function of V, the same at every node. REQUIRES: check_view_change passed each.
/// Diverged: two certificates that contradict each other: more than f nodes are faulty.
[[nodiscard]] Result<Choice> choose(const Epoch& epoch, const std::vector<ViewChange>& changes);

/// The proposal of a height that V says nothing of; every node can build it.
[[nodiscard]] Proposal null_proposal(const Epoch& epoch, Height height);

void encode(codec::Writer& out, const ViewChange& change);
void decode(codec::Reader& in, ViewChange& change);
void encode(codec::Writer& out, const NewView& new_view);
void decode(codec::Reader& in, NewView& new_view);
void encode(codec::Writer& out, const Complaint& complaint);
void decode(codec::Reader& in, Complaint& complaint);

}  // namespace tally::consensus
