// ProposalSize: what the limits of a proposal count, for who fills one and who judges it.
#pragma once

#include <tally/base/limits.h>
#include <tally/consensus/epoch.h>

#include <cstdint>

namespace tally::node {

struct ProposalSize {
  std::uint64_t bytes = 0;
  std::uint64_t transactions = 0;
  std::uint64_t signatures = 0;

  void add(const ProposalSize& more) {
    bytes += more.bytes;
    transactions += more.transactions;
    signatures += more.signatures;
  }
  [[nodiscard]] bool fits(const consensus::Epoch& epoch) const {
    return bytes <= epoch.proposal_bytes_max && transactions <= epoch.proposal_transactions_max &&
           signatures <= limits::kProposalSignaturesMax;
  }
};

}  // namespace tally::node
