// Forger: holds the keys of every node but perhaps one, signs whatever it is given, and remembers
// who signed what.
#pragma once

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

#include "support/consensus_builders.h"

namespace tally::fuzz {

using namespace tally::consensus;
using test::node;

class Forger {
 public:
  /// Borrows `epoch`. It cannot sign as `honest`, whose own signatures it may repeat.
  explicit Forger(const Epoch& epoch, std::optional<NodeIndex> honest = std::nullopt)
      : epoch_(&epoch), honest_(honest) {}

  // Each makes the signatures of its content good, those inside it too, of signers there are.
  void sign(Vote& vote) {
    place(vote.statement);
    vote.signature = signature(vote.statement, vote.signer);
  }
  void sign(Certificate& certificate) {
    place(certificate.statement);
    for (VoteSignature& vote : certificate.votes)
      vote.signature = signature(certificate.statement, vote.signer);
  }
  void sign(CertifiedHeader& certified) {
    place(certified.header);
    certified.certificate.statement = checkpoint_statement(certified.header);
    sign(certified.certificate);
  }
  void sign(Checkpoint& checkpoint) {
    place(checkpoint.header);
    checkpoint.signature = signature(checkpoint_statement(checkpoint.header), checkpoint.signer);
  }
  void sign(PrePrepare& message) {
    message.vote.statement.digest = proposal_digest(message.proposal);
    sign(message.vote);
  }
  void sign(ViewChange& change) {
    if (change.stable.has_value()) sign(*change.stable);
    for (Certificate& certificate : change.prepared)
      sign(certificate);
    sign_whole(change);
    if (change.signer != honest_) changes_.push_back(change);
  }
  void sign(NewView& new_view) {
    for (ViewChange& change : new_view.changes)
      sign(change);
    sign_whole(new_view);
  }
  void sign(Complaint& complaint) { sign_whole(complaint); }
  void sign(CertifiedBlocks& blocks) {
    for (CertifiedBlock& block : blocks.blocks) {
      block.header.proposal = proposal_digest(block.proposal);
      CertifiedHeader certified{block.header, block.certificate};
      sign(certified);
      block.header = certified.header;
      block.certificate = certified.certificate;
    }
  }
  void sign(Answer& answer) {
    if (answer.stable.has_value()) sign(*answer.stable);
    for (Vote& vote : answer.votes)
      sign(vote);
    for (Checkpoint& checkpoint : answer.checkpoints)
      sign(checkpoint);
    if (answer.view_change.has_value()) sign(*answer.view_change);
  }
  void sign(ProposalBody& body) { place(body.proposal); }
  template <typename Unsigned>
  void sign(Unsigned& /*message*/) {}
  void sign(Message& message) {
    std::visit([this](auto& content) { sign(content); }, message);
  }

  /// The honest node's own vote.
  void note(const Vote& vote) {
    signers_[vote.statement].insert(vote.signer);
    honest_votes_.emplace(vote.statement, vote.signature);
  }
  void note(const Header& header) { headers_.emplace(header_digest(header), header); }
  /// A certificate by those of `signers`, a bit each, who sign `statement`.
  [[nodiscard]] Certificate certificate(const VoteStatement& statement, unsigned signers) {
    Certificate made{statement, {}};
    for (std::size_t i = 0; i < epoch_->validators.size(); ++i)
      if ((signers >> i & 1U) != 0 && (node(i) != honest_ || honest_votes_.contains(statement)))
        made.votes.push_back({node(i), {}});
    sign(made);
    return made;
  }

  /// Whether what was signed so far shows more than f liars: quorums that cannot both be honest,
  /// one for a header that leaves `ledger`, or view-changes that deny their signers' commits.
  [[nodiscard]] bool contradicts(const std::vector<Header>& ledger) const {
    std::set<NodeIndex> deniers;
    for (const ViewChange& change : changes_)
      for (const auto& [statement, signers] : signers_)
        if (signers.contains(change.signer) && denies(change, statement))
          deniers.insert(change.signer);
    return deniers.size() > epoch_->quorum().faulty() || has_excluding_quorums(ledger);
  }
  /// Headers of which a checkpoint vote was signed, by digest.
  [[nodiscard]] const std::map<Hash, Header>& headers() const { return headers_; }

 private:
  /// Whoever signed this commit had a certificate of its prepare, and `change` lacks it.
  [[nodiscard]] static bool denies(const ViewChange& change, const VoteStatement& commit) {
    const Height base = change.stable.has_value() ? change.stable->header.height : Height();
    if (commit.phase != Phase::Commit || commit.view >= change.view || commit.height <= base)
      return false;
    const auto proves = [&](const Certificate& prepared) {
      return prepared.statement.height == commit.height && prepared.statement.view >= commit.view;
    };
    return std::none_of(change.prepared.begin(), change.prepared.end(), proves);
  }
  [[nodiscard]] bool has_excluding_quorums(const std::vector<Header>& ledger) const {
    std::map<Height, std::vector<VoteStatement>> claims;
    std::map<Height, Hash> certified;
    for (const auto& [statement, signers] : signers_) {
      if (signers.size() < epoch_->quorum().quorum()) continue;
      VoteStatement claim = statement;
      if (statement.phase == Phase::Checkpoint) {
        const auto header = headers_.find(statement.digest);
        if (header == headers_.end() || leaves(header->second, ledger)) return true;
        if (certified.emplace(statement.height, statement.digest).first->second != statement.digest)
          return true;
        claim.digest = header->second.proposal;
      }
      claims[statement.height].push_back(claim);
    }
    for (const auto& [height, at] : claims)
      for (const VoteStatement& one : at)
        for (const VoteStatement& other : at)
          if (excludes(one, other)) return true;
    return false;
  }
  /// Quorums for different proposals of a height: in one view, or after the first was committed.
  [[nodiscard]] static bool excludes(const VoteStatement& one, const VoteStatement& other) {
    if (one.digest == other.digest) return false;
    if (one.phase == Phase::Checkpoint || one.view == other.view) return true;
    return one.phase == Phase::Commit && (other.phase == Phase::Commit || other.view > one.view);
  }
  [[nodiscard]] bool leaves(const Header& header, const std::vector<Header>& ledger) const {
    const std::uint64_t height = header.height.value();
    if (height < ledger.size() && ledger[height] != header) return true;
    if (height == 0) return false;
    const Hash& parent = header.parent;
    if (height - 1 < ledger.size()) return header_digest(ledger[height - 1]) != parent;
    const auto known = headers_.find(parent);
    return known == headers_.end() || known->second.height.next() != header.height ||
           leaves(known->second, ledger);
  }

  template <typename Placed>
  void place(Placed& placed) const {
    placed.chain = epoch_->chain;
    placed.epoch = epoch_->number;
  }
  void place(Header& header) {
    header.chain = epoch_->chain;
    header.epoch = epoch_->number;
    note(header);
  }
  template <typename Whole>
  void sign_whole(Whole& whole) {
    place(whole);
    if (epoch_->find(whole.signer) != nullptr && whole.signer != honest_)
      whole.signature = key(whole.signer).sign(signed_bytes(whole));
  }
  [[nodiscard]] crypto::Signature signature(const VoteStatement& statement, NodeIndex signer) {
    if (epoch_->find(signer) == nullptr) return {};
    if (signer == honest_) {
      const auto own = honest_votes_.find(statement);
      return own != honest_votes_.end() ? own->second : crypto::Signature();
    }
    signers_[statement].insert(signer);
    // The same few statements come in every input, and a signature is dear.
    static std::map<std::pair<VoteStatement, NodeIndex>, crypto::Signature> known;
    if (known.size() > 100'000) known.clear();
    const auto [at, is_new] = known.try_emplace({statement, signer});
    if (is_new) at->second = key(signer).sign(signed_bytes(statement));
    return at->second;
  }
  [[nodiscard]] static const crypto::PrivateKey& key(NodeIndex signer) {
    static std::map<NodeIndex, crypto::PrivateKey> keys;
    const auto known = keys.find(signer);
    if (known != keys.end()) return known->second;
    return keys.emplace(signer, test::consensus_key(signer)).first->second;
  }

  const Epoch* epoch_;
  std::optional<NodeIndex> honest_;
  std::map<VoteStatement, crypto::Signature> honest_votes_;
  std::map<VoteStatement, std::set<NodeIndex>> signers_;
  std::map<Hash, Header> headers_;
  std::vector<ViewChange> changes_;  ///< that it signed
};

}  // namespace tally::fuzz
