// Signatures, certificates, view-changes and new-views, checked from their bytes.
#include "simulation/oracles_proofs.h"

#include <tally/crypto/hash.h>

#include "simulation/page_encoding.h"

#include <optional>
#include <variant>

namespace tally::sim {
namespace {

using consensus::Phase;

std::string at(const consensus::VoteStatement& statement) {
  return "phase " + std::to_string(static_cast<int>(statement.phase)) + " view " +
         std::to_string(statement.view.value()) + " height " +
         std::to_string(statement.height.value());
}

}  // namespace

ProofOracle::ProofOracle(const consensus::Epoch& epoch, Verdict& verdict)
    : epoch_(epoch), verdict_(verdict) {}

void ProofOracle::report(const std::string& who, const char* verb, const Fault& fault) {
  if (fault.has_value()) verdict_.fail("P1", who + " " + verb + " " + *fault);
}

void ProofOracle::on_send(const std::string& who, const consensus::Message& message) {
  const auto judge = [&](const auto& content) -> Fault {
    using Content = std::decay_t<decltype(content)>;
    if constexpr (std::is_same_v<Content, consensus::Certificate>)
      return check(content, Phase::Commit);  // no other travels alone
    else if constexpr (requires { check(content); })
      return check(content);
    else
      return std::nullopt;  // a hint or a question, which proves nothing
  };
  report(who, "sends", std::visit(judge, message));
}

void ProofOracle::on_logged(const std::string& who, const consensus::VoteRecord& record) {
  Fault fault;
  if (const auto* prepared = std::get_if<consensus::Prepared>(&record))
    fault = check(prepared->certificate, Phase::Prepare);
  else if (const auto* committed = std::get_if<consensus::Committed>(&record))
    fault = check(committed->certificate, Phase::Commit);
  else if (const auto* stable = std::get_if<consensus::Stable>(&record))
    fault = check(stable->certified);
  else if (const auto* changing = std::get_if<consensus::Changing>(&record))
    fault = check(changing->own);
  else if (const auto* entered = std::get_if<consensus::Entered>(&record))
    fault = check(entered->proof);
  report(who, "logs", fault);
}

ProofOracle::Fault ProofOracle::check_signature(ByteView bytes, NodeIndex signer,
                                                const crypto::Signature& signature) const {
  if (signer.value() >= epoch_.validators.size())
    return "node " + std::to_string(signer.value()) + "'s word, which is no member";
  if (crypto::verify(epoch_.validators[signer.value()].key, bytes, signature)) return std::nullopt;
  return "a signature of node " + std::to_string(signer.value()) + " that does not hold";
}

ProofOracle::Fault ProofOracle::check(const consensus::Vote& vote) {
  const Fault fault =
      check_signature(page::signed_bytes(vote.statement), vote.signer, vote.signature);
  if (fault.has_value()) return *fault + ", under a vote: " + at(vote.statement);
  return std::nullopt;
}

ProofOracle::Fault ProofOracle::check(const consensus::Checkpoint& checkpoint) {
  return check(consensus::Vote{page::block_statement(checkpoint.header), checkpoint.signer,
                               checkpoint.signature});
}

ProofOracle::Fault ProofOracle::check(const consensus::PrePrepare& fresh) {
  if (fresh.vote.statement.digest != page::digest(fresh.proposal))
    return "a pre-prepare whose vote is for another proposal";
  return check(fresh.vote);
}

ProofOracle::Fault ProofOracle::check(const consensus::Certificate& certificate, Phase phase) {
  const consensus::VoteStatement& statement = certificate.statement;
  const std::string what = "a certificate (" + at(statement) + ") ";
  if (statement.phase != phase) return what + "of another phase than it is shown for";
  if (statement.chain != epoch_.chain || statement.epoch != epoch_.number)
    return what + "of another chain or epoch";
  const consensus::Hash hash = crypto::sha256(page::encoding(certificate));
  if (is_known(hash)) return std::nullopt;
  if (certificate.votes.size() < page::quorum(epoch_.validators.size()))
    return what + "of " + std::to_string(certificate.votes.size()) + " votes";
  const Bytes bytes = page::signed_bytes(statement);
  std::optional<NodeIndex> last;
  for (const consensus::VoteSignature& vote : certificate.votes) {
    if (last.has_value() && vote.signer <= *last)
      return what + "whose signers do not ascend: node " + std::to_string(vote.signer.value()) +
             " after node " + std::to_string(last->value());
    last = vote.signer;
    if (const Fault fault = check_signature(bytes, vote.signer, vote.signature))
      return what + "with " + *fault;
  }
  good_.insert(hash);
  return std::nullopt;
}

ProofOracle::Fault ProofOracle::check(const consensus::CertifiedHeader& certified) {
  if (certified.certificate.statement != page::block_statement(certified.header))
    return "height " + std::to_string(certified.header.height.value()) +
           " under a certificate for something else: " + at(certified.certificate.statement);
  return check(certified.certificate, Phase::Checkpoint);
}

ProofOracle::Fault ProofOracle::check(const consensus::CertifiedBlocks& blocks) {
  for (const consensus::CertifiedBlock& block : blocks.blocks) {
    if (block.header.proposal != page::digest(block.proposal))
      return "a block whose header names another proposal";
    if (const Fault fault = check(consensus::CertifiedHeader{block.header, block.certificate}))
      return fault;
  }
  return std::nullopt;
}

ProofOracle::Fault ProofOracle::check(const consensus::ViewChange& change) {
  Bytes bytes = page::signed_bytes(change);
  const consensus::Hash hash = crypto::sha256({bytes, change.signature.view()});
  if (is_known(hash)) return std::nullopt;
  const std::string what = "a view-change of node " + std::to_string(change.signer.value()) +
                           " for view " + std::to_string(change.view.value()) + " with ";
  Fault fault = check_signature(bytes, change.signer, change.signature);
  if (!fault.has_value() && change.stable.has_value()) fault = check(*change.stable);
  if (!fault.has_value()) fault = check_prepared(change);
  if (fault.has_value()) return what + *fault;
  good_.insert(hash);
  return std::nullopt;
}

/// P: ascending within the window above C, each of a view below the one to enter.
ProofOracle::Fault ProofOracle::check_prepared(const consensus::ViewChange& change) {
  const Height stable = change.stable.has_value() ? change.stable->header.height : Height();
  Height last = stable;
  for (const consensus::Certificate& prepared : change.prepared) {
    const consensus::VoteStatement& statement = prepared.statement;
    const std::string what = "a prepared certificate (" + at(statement) + ") ";
    if (statement.view >= change.view) return what + "of no view below";
    if (statement.height <= last) return what + "out of order, or at or below its stable height";
    if (statement.height.value() - stable.value() > epoch_.window) return what + "above the window";
    last = statement.height;
    if (const Fault fault = check(prepared, Phase::Prepare)) return fault;
  }
  return std::nullopt;
}

ProofOracle::Fault ProofOracle::check(const consensus::NewView& new_view) {
  const Bytes bytes = page::signed_bytes(new_view);
  const consensus::Hash hash = crypto::sha256({bytes, new_view.signature.view()});
  if (is_known(hash)) return std::nullopt;
  const std::string what = "a new-view for view " + std::to_string(new_view.view.value()) + " ";
  const std::size_t nodes = epoch_.validators.size();
  if (new_view.signer.value() != new_view.view.value() % nodes) return what + "of another primary";
  if (new_view.changes.size() < page::quorum(nodes)) return what + "of too few view-changes";
  for (std::size_t i = 0; i < new_view.changes.size(); ++i) {
    const consensus::ViewChange& change = new_view.changes[i];
    if (i > 0 && change.signer <= new_view.changes[i - 1].signer)
      return what + "whose signers do not ascend";
    if (change.view != new_view.view) return what + "with a view-change for another view";
    if (const Fault fault = check(change)) return what + "with " + *fault;
  }
  if (const Fault fault = check_signature(bytes, new_view.signer, new_view.signature))
    return what + "with " + *fault;
  good_.insert(hash);
  return std::nullopt;
}

ProofOracle::Fault ProofOracle::check(const consensus::Complaint& complaint) {
  const Fault fault =
      check_signature(page::signed_bytes(complaint), complaint.signer, complaint.signature);
  if (fault.has_value()) return "a complaint with " + *fault;
  return std::nullopt;
}

/// What a starting node's peers hold under its own key was checked when it came.
ProofOracle::Fault ProofOracle::check(const consensus::Answer& answer) {
  Fault fault;
  if (answer.stable.has_value()) fault = check(*answer.stable);
  for (const consensus::Vote& vote : answer.votes)
    if (!fault.has_value()) fault = check(vote);
  for (const consensus::Checkpoint& checkpoint : answer.checkpoints)
    if (!fault.has_value()) fault = check(checkpoint);
  if (!fault.has_value() && answer.view_change.has_value()) fault = check(*answer.view_change);
  if (fault.has_value()) return "an answer with " + *fault;
  return std::nullopt;
}

}  // namespace tally::sim
