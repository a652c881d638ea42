// Takes the votes that were sent, adds the liars' own, and spoils the result as asked.
#include "scenarios/forgery.h"

#include <algorithm>

namespace tally::scenario {

using consensus::Certificate;

Flaw read_flaw(Words& words) {
  if (words.take("forged")) return Flaw::Forged;
  if (words.take("short")) return Flaw::Short;
  if (words.take("twice")) return Flaw::Twice;
  if (words.take("unsorted")) return Flaw::Unsorted;
  if (words.take("other-epoch")) return Flaw::OtherEpoch;
  return Flaw::None;
}

CertificatePlan read_certificate_plan(Words& words) {
  CertificatePlan plan;
  plan.phase = words.one_of({"prepare", "commit"}) == "commit" ? Phase::Commit : Phase::Prepare;
  plan.proposal = words.word("a proposal");
  if (words.take("view")) plan.view = View(words.number("a view", 1'000'000));
  plan.flaw = read_flaw(words);
  return plan;
}

Result<Certificate> make_certificate(const World& world, const CertificatePlan& plan) {
  TRY(const Proposal proposal, proposal_called(world, plan.proposal));
  return make_certificate(world,
                          test::a_statement(world.epoch(), plan.phase, proposal.height,
                                            proposal_digest(proposal), plan.view),
                          plan.flaw);
}

Result<Certificate> make_certificate(const World& world, VoteStatement statement, Flaw flaw) {
  const std::size_t quorum = world.epoch().quorum().quorum();
  if (flaw == Flaw::OtherEpoch) statement.epoch = EpochNumber(statement.epoch.value() + 1);
  std::map<NodeIndex, crypto::Signature> signatures;
  if (const auto sent = world.votes().find(statement); sent != world.votes().end())
    signatures = sent->second;
  for (std::size_t i = 0; i < world.size(); ++i) {
    // Another epoch's members may have signed anything; that their keys are real is the point.
    if (world.machine(i).is_faulty() || flaw == Flaw::OtherEpoch)
      signatures[test::node(i)] = test::a_vote(statement, test::node(i)).signature;
    else if (flaw == Flaw::Forged)
      signatures[test::node(i)] = crypto::Signature();
  }
  Certificate certificate{statement, {}};
  for (const auto& [signer, signature] : signatures)
    certificate.votes.push_back({signer, signature});

  const std::size_t needed = flaw == Flaw::Short || flaw == Flaw::Twice ? quorum - 1 : quorum;
  if (certificate.votes.size() < needed)
    return Error{ErrorCode::NotFound, "only " + std::to_string(certificate.votes.size()) + " of " +
                                          std::to_string(needed) + " signatures were ever made"};
  certificate.votes.resize(needed);
  if (flaw == Flaw::Twice) certificate.votes.push_back(certificate.votes.back());
  if (flaw == Flaw::Unsorted) std::reverse(certificate.votes.begin(), certificate.votes.end());
  return certificate;
}

Result<Proposal> proposal_called(const World& world, const std::string& name) {
  const auto found = world.proposals.find(name);
  if (found == world.proposals.end())
    return Error{ErrorCode::NotFound, "no proposal is called " + name};
  return found->second;
}

Result<Header> header_called(const World& world, const std::string& name) {
  const auto found = world.headers.find(name);
  if (found == world.headers.end())
    return Error{ErrorCode::NotFound, "no header is called " + name};
  return found->second;
}

}  // namespace tally::scenario
