// The kinds of transaction by which merchants settle, and by which they change what they agreed.
#include <tally/edge/translate.h>

#include "edge/fields.h"
#include "tally/v1/transaction.pb.h"

namespace tally::edge {
namespace {

Result<Change> change_of(const v1::SetCap& message) {
  TRY_VOID(require_known(message));
  SetCap change;
  TRY(change.debtor, merchant("debtor", message.debtor()));
  TRY(change.currency, currency("currency", message.currency()));
  if (message.has_cap()) {
    TRY(change.cap, amount<Money>("cap", message.cap()));
  }
  return Change(change);
}

Result<Change> change_of(const v1::SetCollateral& message) {
  TRY_VOID(require_known(message));
  SetCollateral change;
  TRY(change.debtor, merchant("debtor", message.debtor()));
  TRY(change.currency, currency("currency", message.currency()));
  TRY(change.collateral, amount<Money>("collateral", message.collateral()));
  return Change(change);
}

Result<Change> change_of(const v1::ResumeIssuer& message) {
  TRY_VOID(require_known(message));
  TRY(const MerchantId issuer, merchant("issuer", message.issuer()));
  return Change(ResumeIssuer{issuer});
}

Result<Change> change_of(const v1::EndIssuer& message) {
  TRY_VOID(require_known(message));
  TRY(const MerchantId issuer, merchant("issuer", message.issuer()));
  return Change(EndIssuer{issuer, Duration(message.notice_ms())});
}

Result<Change> change_of(const v1::DecidePayment& message) {
  TRY_VOID(require_known(message));
  DecidePayment change;
  change.cycle = message.cycle();
  TRY(change.currency, currency("currency", message.currency()));
  TRY(change.debtor, merchant("debtor", message.debtor()));
  TRY(change.creditor, merchant("creditor", message.creditor()));
  change.paid = message.paid();
  return Change(change);
}

Result<Change> change_of(const v1::ProposeChange& message) {
  switch (message.change_case()) {
    case v1::ProposeChange::kSetCap:
      return within("set_cap", change_of(message.set_cap()));
    case v1::ProposeChange::kSetCollateral:
      return within("set_collateral", change_of(message.set_collateral()));
    case v1::ProposeChange::kResumeIssuer:
      return within("resume_issuer", change_of(message.resume_issuer()));
    case v1::ProposeChange::kEndIssuer:
      return within("end_issuer", change_of(message.end_issuer()));
    case v1::ProposeChange::kDecidePayment:
      return within("decide_payment", change_of(message.decide_payment()));
    case v1::ProposeChange::CHANGE_NOT_SET:
      break;
  }
  return missing("change", "set_cap, set_collateral, resume_issuer, end_issuer or decide_payment");
}

struct PutChange {
  v1::ProposeChange& proposal;
  void operator()(const SetCap& change) const {
    v1::SetCap& message = *proposal.mutable_set_cap();
    message.set_debtor(change.debtor.value());
    message.set_currency(std::string(as_text(change.currency.view())));
    if (change.cap.has_value()) message.set_cap(change.cap->minor_units());
  }
  void operator()(const SetCollateral& change) const {
    v1::SetCollateral& message = *proposal.mutable_set_collateral();
    message.set_debtor(change.debtor.value());
    message.set_currency(std::string(as_text(change.currency.view())));
    message.set_collateral(change.collateral.minor_units());
  }
  void operator()(const ResumeIssuer& change) const {
    proposal.mutable_resume_issuer()->set_issuer(change.issuer.value());
  }
  void operator()(const EndIssuer& change) const {
    v1::EndIssuer& message = *proposal.mutable_end_issuer();
    message.set_issuer(change.issuer.value());
    message.set_notice_ms(change.notice.milliseconds());
  }
  void operator()(const DecidePayment& change) const {
    v1::DecidePayment& message = *proposal.mutable_decide_payment();
    message.set_cycle(change.cycle);
    message.set_currency(std::string(as_text(change.currency.view())));
    message.set_debtor(change.debtor.value());
    message.set_creditor(change.creditor.value());
    message.set_paid(change.paid);
  }
};

}  // namespace

Result<CloseCycle> from_proto(const v1::CloseCycle& message) {
  TRY_VOID(require_known(message));
  return CloseCycle{message.cycle()};
}

void to_proto(const CloseCycle& action, v1::CloseCycle& message) {
  message.set_cycle(action.cycle);
}

Result<ConfirmPayment> from_proto(const v1::ConfirmPayment& message) {
  TRY_VOID(require_known(message));
  ConfirmPayment action;
  action.cycle = message.cycle();
  TRY(action.currency, currency("currency", message.currency()));
  TRY(action.debtor, merchant("debtor", message.debtor()));
  return action;
}

void to_proto(const ConfirmPayment& action, v1::ConfirmPayment& message) {
  message.set_cycle(action.cycle);
  message.set_currency(std::string(as_text(action.currency.view())));
  message.set_debtor(action.debtor.value());
}

Result<DisputePayment> from_proto(const v1::DisputePayment& message) {
  TRY_VOID(require_known(message));
  DisputePayment action;
  action.cycle = message.cycle();
  TRY(action.currency, currency("currency", message.currency()));
  TRY(action.creditor, merchant("creditor", message.creditor()));
  action.bank_reference = message.bank_reference();
  return action;
}

void to_proto(const DisputePayment& action, v1::DisputePayment& message) {
  message.set_cycle(action.cycle);
  message.set_currency(std::string(as_text(action.currency.view())));
  message.set_creditor(action.creditor.value());
  message.set_bank_reference(action.bank_reference);
}

Result<ProposeChange> from_proto(const v1::ProposeChange& message) {
  TRY_VOID(require_known(message));
  ProposeChange action;
  action.active_from = Height(message.active_from());
  TRY(action.change, change_of(message));
  return action;
}

void to_proto(const ProposeChange& action, v1::ProposeChange& message) {
  message.set_active_from(action.active_from.value());
  std::visit(PutChange{message}, action.change);
}

Result<ApproveChange> from_proto(const v1::ApproveChange& message) {
  TRY_VOID(require_known(message));
  ApproveChange action;
  TRY(action.proposer, merchant("proposer", message.proposer()));
  TRY(action.proposal, fixed<Hash>("proposal", message.proposal()));
  return action;
}

void to_proto(const ApproveChange& action, v1::ApproveChange& message) {
  message.set_proposer(action.proposer.value());
  message.set_proposal(hex(action.proposal.view()));
}

}  // namespace tally::edge
