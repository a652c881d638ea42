// One value of each message and each record, all different from their defaults.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "support/consensus_builders.h"

namespace tally::test {

inline const Epoch& sample_epoch() {
  static const Epoch epoch = an_epoch(4);
  return epoch;
}
inline Proposal sample_proposal() {
  return a_proposal(sample_epoch(), Height(12), kStart.plus(kDay), id_bytes(0x0102));
}
inline Header sample_header() {
  Header parent = genesis_of(sample_epoch());
  parent.height = Height(11);
  Header header = execute(parent, sample_proposal());
  header.ledger_time = header.time.plus(kHour);
  header.transactions_root = fixed_of<Hash>(21);
  header.receipts_root = fixed_of<Hash>(22);
  return header;
}
inline Vote sample_vote() {
  return a_vote(a_statement(sample_epoch(), Phase::Commit, Height(12),
                            proposal_digest(sample_proposal()), View(5)),
                node(2));
}
inline Certificate sample_certificate() {
  return certificate_of(sample_epoch(), sample_vote().statement);
}

/// For view 6, with a stable block of height 12 and what was prepared at 13 in view 5.
inline ViewChange sample_view_change(NodeIndex signer) {
  const VoteStatement prepared =
      a_statement(sample_epoch(), Phase::Prepare, Height(13), fixed_of<Hash>(41), View(5));
  return a_view_change(sample_epoch(), View(6), signer, certified(sample_epoch(), sample_header()),
                       {certificate_of(sample_epoch(), prepared)});
}
inline NewView sample_new_view() {
  return a_new_view(
      sample_epoch(), View(6),
      {sample_view_change(node(0)), sample_view_change(node(1)), sample_view_change(node(3))});
}
inline Complaint sample_complaint() {
  return a_complaint(sample_epoch(), View(5), node(3), Height(11), consensus::Reason::Refused,
                     consensus::Rule::Replay, fixed_of<Hash>(42));
}

/// With the names of their golden files.
inline std::vector<std::pair<std::string, Message>> sample_messages() {
  const CertifiedHeader block = certified(sample_epoch(), sample_header());
  consensus::Status status;
  status.epoch = EpochNumber(3);
  status.view = View(4);
  status.changing = true;
  status.stable = Height(11);
  status.executed = Height(10);
  status.slots = {{Height(12), true, false, 0b0001, 0b0010, 0b0100},
                  {Height(13), false, true, 0xffff, 0, 0}};
  status.view_changes = 0b0101;
  status.complaints = 0b1000;
  status.nonce = 7;
  return {
      {"pre_prepare", a_pre_prepare(sample_epoch(), sample_proposal())},
      {"vote", sample_vote()},
      {"checkpoint", a_checkpoint(sample_header(), node(3))},
      {"view_change", sample_view_change(node(1))},
      {"new_view", sample_new_view()},
      {"complaint", sample_complaint()},
      {"status", status},
      {"certified_header", block},
      {"certificate", sample_certificate()},
      {"fetch_proposal", consensus::FetchProposal{Height(12), fixed_of<Hash>(31)}},
      {"proposal_body", consensus::ProposalBody{sample_proposal()}},
      {"fetch_blocks", consensus::FetchBlocks{Height(3), Height(9)}},
      {"certified_blocks",
       consensus::CertifiedBlocks{{{sample_proposal(), block.header, block.certificate}}}},
      {"shared_submission", consensus::SharedSubmission{id_bytes(0x0304)}},
      {"answer", consensus::Answer{9,
                                   block,
                                   {sample_vote()},
                                   {a_checkpoint(sample_header(), node(2))},
                                   sample_view_change(node(2))}},
  };
}

inline std::vector<std::pair<std::string, consensus::VoteRecord>> sample_records() {
  VoteStatement prepared = sample_vote().statement;
  prepared.phase = Phase::Prepare;
  return {
      {"record_proposed", consensus::Proposed{sample_proposal()}},
      {"record_voted", consensus::Voted{sample_vote()}},
      {"record_prepared", consensus::Prepared{certificate_of(sample_epoch(), prepared)}},
      {"record_committed", consensus::Committed{sample_certificate()}},
      {"record_changing", consensus::Changing{sample_view_change(node(1))}},
      {"record_entered", consensus::Entered{sample_new_view()}},
      {"record_executed", consensus::ExecutedRecord{Height(12), header_digest(sample_header())}},
      {"record_stable", consensus::Stable{certified(sample_epoch(), sample_header())}},
      {"record_learner",
       consensus::Learner{consensus::LearnerStage::Returning, Height(14), View(3)}},
  };
}

}  // namespace tally::test
