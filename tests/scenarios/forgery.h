// Certificates that liars can make: of votes that were sent, of their own, or with a flaw.
#pragma once

#include "scenarios/world.h"

namespace tally::scenario {

/// What is wrong with a certificate.
enum class Flaw {
  None,
  Forged,      ///< signatures that nobody made
  Short,       ///< one fewer than a quorum
  Twice,       ///< one signer counted twice
  Unsorted,    ///< signers out of order
  OtherEpoch,  ///< the statement of another epoch, under its signers' true signatures
};
[[nodiscard]] Flaw read_flaw(Words& words);

struct CertificatePlan {
  consensus::Phase phase = consensus::Phase::Prepare;
  std::string proposal;
  View view;
  Flaw flaw = Flaw::None;
};
/// (prepare|commit) PROPOSAL [view V] [FLAW]
[[nodiscard]] CertificatePlan read_certificate_plan(Words& words);

[[nodiscard]] Result<consensus::Certificate> make_certificate(const World& world,
                                                              const CertificatePlan& plan);
/// NotFound where too few of the signatures that it needs were ever made.
[[nodiscard]] Result<consensus::Certificate> make_certificate(const World& world,
                                                              consensus::VoteStatement statement,
                                                              Flaw flaw);
[[nodiscard]] Result<consensus::Proposal> proposal_called(const World& world,
                                                          const std::string& name);
[[nodiscard]] Result<consensus::Header> header_called(const World& world, const std::string& name);

}  // namespace tally::scenario
