// Builders of cycles, payments and what the consortium changes together, and consent tokens.
#pragma once

#include "support/transaction_builder.h"

#include <string>
#include <utility>

namespace tally::test {

/// The week that starts at kStart, a Monday.
inline constexpr std::uint32_t kFirstCycle = 2'817;

class CycleCloseBuilder : public TransactionBuilder<CycleCloseBuilder, CloseCycle> {
 public:
  CycleCloseBuilder() { cycle(kFirstCycle); }
  CycleCloseBuilder& cycle(std::uint32_t n) { return fields_.cycle = n, *this; }
};

/// By default the café has been paid by the bakery, in euros.
class ConfirmationBuilder : public TransactionBuilder<ConfirmationBuilder, ConfirmPayment> {
 public:
  ConfirmationBuilder() { cycle(kFirstCycle).in("EUR").paid_by(kBakery); }
  ConfirmationBuilder& cycle(std::uint32_t n) { return fields_.cycle = n, *this; }
  ConfirmationBuilder& in(const char* code) { return fields_.currency = currency(code), *this; }
  ConfirmationBuilder& paid_by(MerchantId debtor) { return fields_.debtor = debtor, *this; }
};

/// By default the café says that it has paid the bakery, in euros.
class DisputeBuilder : public TransactionBuilder<DisputeBuilder, DisputePayment> {
 public:
  DisputeBuilder() { cycle(kFirstCycle).in("EUR").paid_to(kBakery).reference("2024-01/CAFE"); }
  DisputeBuilder& cycle(std::uint32_t n) { return fields_.cycle = n, *this; }
  DisputeBuilder& in(const char* code) { return fields_.currency = currency(code), *this; }
  DisputeBuilder& paid_to(MerchantId creditor) { return fields_.creditor = creditor, *this; }
  DisputeBuilder& reference(std::string text) {
    return fields_.bank_reference = std::move(text), *this;
  }
};

/// By default the café proposes a cap of 100.00 euros for the bakery.
class ProposalBuilder : public TransactionBuilder<ProposalBuilder, ProposeChange> {
 public:
  ProposalBuilder() { change(SetCap{kBakery, currency("EUR"), money(10'000)}); }
  ProposalBuilder& change(Change change) { return fields_.change = std::move(change), *this; }
  ProposalBuilder& active_from(Height height) { return fields_.active_from = height, *this; }
};

/// By default the bakery approves the café's default proposal.
class ApprovalBuilder : public TransactionBuilder<ApprovalBuilder, ApproveChange> {
 public:
  ApprovalBuilder() { by(kBakery).of(ProposalBuilder().build()); }
  ApprovalBuilder& of(const Transaction& proposal) {
    fields_.proposer = proposal.merchant;
    fields_.proposal = proposal_digest(std::get<ProposeChange>(proposal.action));
    return *this;
  }
};

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
[[nodiscard]] inline CycleCloseBuilder a_cycle_close() {
  return {};
}
[[nodiscard]] inline ConfirmationBuilder a_confirmation() {
  return {};
}
[[nodiscard]] inline DisputeBuilder a_dispute() {
  return {};
}
[[nodiscard]] inline ProposalBuilder a_proposal() {
  return {};
}
[[nodiscard]] inline ApprovalBuilder an_approval() {
  return {};
}

/// That 500 points of member 1's at the café may be spent at the bakery within a day of kStart.
[[nodiscard]] inline ConsentTerms token_terms() {
  return {member(1), kCafe, kBakery, points(500), kStart.plus(kDay), fixed_of<ConsentNonce>(6)};
}

/// A consent token over `terms`.
[[nodiscard]] inline Consent a_token(const crypto::PrivateKey& key, const ChainId& chain,
                                     const ConsentTerms& terms = token_terms()) {
  return {key.public_key(), key.sign(token_digest(chain, terms).view()), terms};
}

[[nodiscard]] inline Transaction with_consent(Transaction transaction, const Consent& consent) {
  transaction.consents.push_back(consent);
  return transaction;
}

}  // namespace tally::test
