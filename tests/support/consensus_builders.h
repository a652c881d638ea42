// Builders of what consensus speaks of: an epoch, proposals, headers, votes and certificates.
//
//   const Epoch epoch = an_epoch(4);
//   const Vote vote = a_vote(epoch, Phase::Commit, Height(1), proposal_digest(p), NodeIndex(2));
//
// Node i's key comes from a seed, so that all is the same in each run.
#pragma once

#include <tally/base/limits.h>
#include <tally/consensus/certificate.h>
#include <tally/consensus/message.h>
#include <tally/consensus/replica.h>

#include "support/builders.h"

namespace tally::test {

using consensus::Certificate;
using consensus::CertifiedHeader;
using consensus::Checkpoint;
using consensus::Complaint;
using consensus::Epoch;
using consensus::Header;
using consensus::Message;
using consensus::NewView;
using consensus::Now;
using consensus::Phase;
using consensus::PrePrepare;
using consensus::Proposal;
using consensus::ViewChange;
using consensus::Vote;
using consensus::VoteStatement;

[[nodiscard]] inline NodeIndex node(std::size_t i) {
  return NodeIndex(static_cast<std::uint16_t>(i));
}
/// A new copy each time, since a key belongs to one guard.
[[nodiscard]] inline crypto::PrivateKey consensus_key(NodeIndex node) {
  return key_from_seed(7'000 + node.value());
}

[[nodiscard]] inline Epoch an_epoch(std::size_t nodes) {
  Epoch epoch;
  epoch.chain = fixed_of<Hash>(0xc4a1);
  epoch.idle_block = Duration(1'000);
  epoch.rotation = kDay;  // above the hour that replicas start after genesis
  epoch.clock_bound = Duration(3'000);
  epoch.proposal_bytes_max = 1 << 20;
  epoch.proposal_transactions_max = 1'000;
  for (std::size_t i = 0; i < nodes; ++i) {
    const KeyId tls_key = fixed_of<KeyId>(8'000 + i);
    const MerchantId merchant(static_cast<std::uint32_t>(i + 1));
    epoch.validators.push_back({merchant, consensus_key(node(i)).public_key(), tls_key});
  }
  return epoch;
}

[[nodiscard]] inline Header genesis_of(const Epoch& epoch) {
  Header header;
  header.chain = epoch.chain;
  header.epoch = epoch.number;
  header.time = kStart;
  header.ledger_time = kStart;
  header.validators = validators_hash(epoch.validators);
  return header;
}

/// An ordinary proposal of `height`, at `time`.
[[nodiscard]] inline Proposal a_proposal(const Epoch& epoch, Height height, Timestamp time,
                                         Bytes payload = {}) {
  Proposal proposal;
  proposal.chain = epoch.chain;
  proposal.epoch = epoch.number;
  proposal.height = height;
  proposal.time = time;
  proposal.payload = std::move(payload);
  return proposal;
}

/// What a trivial executor comes to: a header that depends on its parent and the proposal alone.
[[nodiscard]] inline Header execute(const Header& parent, const Proposal& proposal) {
  Header header = parent;
  header.height = proposal.height;
  header.parent = header_digest(parent);
  header.time = std::max(proposal.time, parent.time.plus(Duration(1)));
  header.ledger_time = header.time;
  header.proposal = proposal_digest(proposal);
  header.state_root = crypto::sha256({parent.state_root.view(), header.proposal.view()});
  return header;
}

[[nodiscard]] inline VoteStatement a_statement(const Epoch& epoch, Phase phase, Height height,
                                               const Hash& digest, View view = View()) {
  return {epoch.chain, epoch.number, phase, view, height, digest};
}
[[nodiscard]] inline Vote a_vote(const VoteStatement& statement, NodeIndex signer) {
  return {statement, signer, consensus_key(signer).sign(signed_bytes(statement))};
}
[[nodiscard]] inline Vote a_vote(const Epoch& epoch, Phase phase, Height height, const Hash& digest,
                                 NodeIndex signer) {
  return a_vote(a_statement(epoch, phase, height, digest), signer);
}
[[nodiscard]] inline Checkpoint a_checkpoint(const Header& header, NodeIndex signer) {
  return {header, signer, a_vote(checkpoint_statement(header), signer).signature};
}
/// By the primary of `view`.
[[nodiscard]] inline PrePrepare a_pre_prepare(const Epoch& epoch, const Proposal& proposal,
                                              View view = View()) {
  return {
      a_vote(a_statement(epoch, Phase::Prepare, proposal.height, proposal_digest(proposal), view),
             epoch.primary(view)),
      proposal};
}

/// By the first q nodes.
[[nodiscard]] inline Certificate certificate_of(const Epoch& epoch,
                                                const VoteStatement& statement) {
  Certificate certificate{statement, {}};
  for (std::size_t i = 0; i < epoch.quorum().quorum(); ++i)
    certificate.votes.push_back({node(i), a_vote(statement, node(i)).signature});
  return certificate;
}
[[nodiscard]] inline ViewChange a_view_change(const Epoch& epoch, View view, NodeIndex signer,
                                              std::optional<CertifiedHeader> stable = {},
                                              std::vector<Certificate> prepared = {}) {
  ViewChange change{epoch.chain,       epoch.number,        view, signer,
                    std::move(stable), std::move(prepared), {}};
  change.signature = consensus_key(signer).sign(signed_bytes(change));
  return change;
}
/// By the primary of `view`.
[[nodiscard]] inline NewView a_new_view(const Epoch& epoch, View view,
                                        std::vector<ViewChange> changes) {
  NewView new_view{epoch.chain, epoch.number, view, epoch.primary(view), std::move(changes), {}};
  new_view.signature = consensus_key(new_view.signer).sign(signed_bytes(new_view));
  return new_view;
}
[[nodiscard]] inline Complaint a_complaint(const Epoch& epoch, View view, NodeIndex signer,
                                           Height stable, consensus::Reason reason,
                                           consensus::Rule rule = consensus::Rule::None,
                                           const Hash& digest = {}) {
  Complaint complaint{epoch.chain, epoch.number, view, signer, stable, reason, rule, digest, {}};
  complaint.signature = consensus_key(signer).sign(signed_bytes(complaint));
  return complaint;
}
[[nodiscard]] inline CertifiedHeader certified(const Epoch& epoch, const Header& header) {
  return {header, certificate_of(epoch, checkpoint_statement(header))};
}

}  // namespace tally::test
