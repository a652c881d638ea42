// Builders of what settles a cycle, and of the consortium's changes.
#pragma once

#include "support/transaction_builder.h"

#include <utility>

namespace tally::test {

/// A transaction whose action is as given; by default the café's.
template <typename Fields>
class GivenBuilder : public TransactionBuilder<GivenBuilder<Fields>, Fields> {
 public:
  explicit GivenBuilder(Fields fields) { this->fields_ = std::move(fields); }
};

[[nodiscard]] inline GivenBuilder<CloseCycle> a_close_of_cycle(std::uint32_t cycle) {
  return GivenBuilder<CloseCycle>({cycle});
}
/// By the creditor.
[[nodiscard]] inline GivenBuilder<ConfirmPayment> a_confirmation(std::uint32_t cycle,
                                                                 MerchantId debtor) {
  return GivenBuilder<ConfirmPayment>({cycle, currency("EUR"), debtor});
}
/// By the debtor.
[[nodiscard]] inline GivenBuilder<DisputePayment> a_dispute(std::uint32_t cycle,
                                                            MerchantId creditor) {
  return GivenBuilder<DisputePayment>({cycle, currency("EUR"), creditor, "RF18-539"});
}
[[nodiscard]] inline GivenBuilder<ProposeChange> a_proposal(Change change,
                                                            Height active_from = {}) {
  return GivenBuilder<ProposeChange>({active_from, std::move(change)});
}
[[nodiscard]] inline GivenBuilder<ApproveChange> an_approval(MerchantId proposer,
                                                             const ProposeChange& proposal) {
  return GivenBuilder<ApproveChange>({proposer, proposal_digest(proposal)});
}

}  // namespace tally::test
