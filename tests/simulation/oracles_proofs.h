// P1: whatever a correct node logs or sends as proof, holds. Correct nodes check before they keep
// (design/consensus.md §6), so nothing that does not hold may ever leave one of them, whoever made
// it first. Judged with the page's encodings alone (page_encoding.h).
#pragma once

#include <tally/consensus/message.h>
#include <tally/consensus/vote_record.h>

#include "simulation/verdict.h"

#include <set>
#include <string>

namespace tally::sim {

class ProofOracle {
 public:
  /// Borrows both.
  ProofOracle(const consensus::Epoch& epoch, Verdict& verdict);

  /// A correct node, `who`, sends `message`.
  void on_send(const std::string& who, const consensus::Message& message);
  /// The log of a correct node holds `record` durably.
  void on_logged(const std::string& who, const consensus::VoteRecord& record);

 private:
  // Each returns what is wrong, or nothing.
  using Fault = std::optional<std::string>;
  [[nodiscard]] Fault check(const consensus::Vote& vote);
  [[nodiscard]] Fault check(const consensus::Checkpoint& checkpoint);
  [[nodiscard]] Fault check(const consensus::PrePrepare& fresh);
  [[nodiscard]] Fault check(const consensus::Certificate& certificate, consensus::Phase phase);
  [[nodiscard]] Fault check(const consensus::CertifiedHeader& certified);
  [[nodiscard]] Fault check(const consensus::CertifiedBlocks& blocks);
  [[nodiscard]] Fault check(const consensus::ViewChange& change);
  [[nodiscard]] Fault check(const consensus::NewView& new_view);
  [[nodiscard]] Fault check(const consensus::Complaint& complaint);
  [[nodiscard]] Fault check(const consensus::Answer& answer);
  [[nodiscard]] Fault check_prepared(const consensus::ViewChange& change);
  [[nodiscard]] Fault check_signature(ByteView bytes, NodeIndex signer,
                                      const crypto::Signature& signature) const;
  /// Whether these bytes were found good before: proofs are shown many times.
  [[nodiscard]] bool is_known(const consensus::Hash& hash) const { return good_.contains(hash); }
  void report(const std::string& who, const char* verb, const Fault& fault);

  const consensus::Epoch& epoch_;
  Verdict& verdict_;
  std::set<consensus::Hash> good_;  ///< of certificates, view-changes and new-views
};

}  // namespace tally::sim
