// Receipts and headers: what the ledger answers.
#include <tally/base/limits.h>
#include <tally/edge/translate.h>

#include "edge/fields.h"
#include "edge/places.h"
#include "tally/v1/ledger.pb.h"
#include "tally/v1/receipt.pb.h"

#include <limits>

namespace tally::edge {
namespace {

void put(const AccountId& account, v1::Account& message) {
  message.set_member(hex(account.member.view()));
  message.set_programme(account.programme.value());
}

Result<AccountId> account_of(const v1::Account& message) {
  TRY(const MemberId member, fixed<MemberId>("member", message.member()));
  return AccountId{member, MerchantId(message.programme())};
}

void put(const ReceiptLine& line, v1::ReceiptLine& message) {
  message.set_kind(static_cast<v1::LineKind>(line.kind));
  put(line.account, *message.mutable_account());
  message.set_points(line.points.value());
  to_proto(line.lot, *message.mutable_lot());
  message.set_earned_at(line.earned_at.milliseconds());
  if (line.available_at != Timestamp::never())
    message.set_available_at(line.available_at.milliseconds());
  if (line.expires_at != Timestamp::never()) message.set_expires_at(line.expires_at.milliseconds());
  if (!line.first_owner.is_zero()) message.set_first_owner(hex(line.first_owner.view()));
  message.set_original(line.original.value());
  message.set_late_date(line.late_date);
  message.set_idle(line.idle);
  message.set_programme_version(line.programme_version);
  message.set_source(line.source);
  if (line.lot != LotId()) message.set_funder(text_of(line.funder));
}

Result<ReceiptLine> line_of(const v1::ReceiptLine& message) {
  ReceiptLine line;
  TRY(line.kind,
      enumerated("kind", message.kind(), LineKind::ExchangedIn, "a kind of line that is known"));
  TRY(line.account, within("account", account_of(message.account())));
  TRY(line.points, amount<Points>("points", message.points()));
  TRY(line.lot, within("lot", from_proto(message.lot())));
  line.earned_at = Timestamp(message.earned_at());
  line.available_at = availability_of(message);
  line.expires_at = expiry_of(message);
  if (!message.first_owner().empty()) {
    TRY(line.first_owner, fixed<MemberId>("first_owner", message.first_owner()));
  }
  TRY(line.original, amount<Points>("original", message.original()));
  line.late_date = message.late_date();
  line.idle = message.idle();
  line.programme_version = message.programme_version();
  line.source = message.source();
  TRY(line.funder, funder_of(message.funder()));
  return line;
}

Result<ActionKind> kind_of_number(std::uint32_t number) {
  const auto kind = static_cast<ActionKind>(number);
  if (number > std::numeric_limits<std::uint16_t>::max() ||
      (kind != ActionKind::Due && !is_known(kind)))
    return wrong("kind_number", std::to_string(number), "a kind of transaction that is known");
  return kind;
}

Result<Outcome> outcome_of_number(std::uint32_t number) {
  std::optional<Outcome> outcome;
  if (number <= std::numeric_limits<std::uint16_t>::max())
    outcome = outcome_from(static_cast<std::uint16_t>(number));
  if (!outcome.has_value())
    return wrong("outcome_number", std::to_string(number), "an outcome that is known");
  return *outcome;
}

Result<std::vector<PreviousReceipt>> previous_of(const v1::Receipt& message) {
  std::vector<PreviousReceipt> previous;
  for (const v1::PreviousReceipt& entry : message.previous()) {
    PreviousReceipt one;
    TRY(one.account, within("previous.account", account_of(entry.account())));
    if (entry.has_position()) one.position = position_of(entry.position());
    previous.push_back(one);
  }
  return previous;
}

void put(const Obligation& obligation, v1::Obligation& message) {
  message.set_debtor(obligation.debtor.value());
  message.set_creditor(obligation.creditor.value());
  message.set_currency(std::string(as_text(obligation.currency.view())));
  message.set_micro_units(obligation.amount.value());
  message.set_reason(static_cast<v1::ObligationReason>(obligation.reason));
  if (obligation.origin.has_value()) edge::put(*obligation.origin, *message.mutable_origin());
}

Result<Obligation> obligation_of(const v1::Obligation& message) {
  Obligation obligation;
  TRY(obligation.debtor, merchant("debtor", message.debtor()));
  TRY(obligation.creditor, merchant("creditor", message.creditor()));
  TRY(obligation.currency, currency("currency", message.currency()));
  const auto amount = MicroUnits::from(message.micro_units());
  if (!amount.has_value())
    return wrong("micro_units", std::to_string(message.micro_units()), "below 2^62 in size");
  obligation.amount = *amount;
  TRY(obligation.reason,
      enumerated("reason", message.reason(), ObligationReason::Rounded, "a reason that is known"));
  if (message.has_origin()) obligation.origin = position_of(message.origin());
  return obligation;
}

}  // namespace

void to_proto(const Receipt& receipt, v1::Receipt& message) {
  message.Clear();
  put(receipt.position, *message.mutable_position());
  message.set_kind(std::string(name_of(receipt.kind)));
  message.set_kind_number(static_cast<std::uint32_t>(receipt.kind));
  message.set_outcome(std::string(name_of(receipt.outcome)));
  message.set_outcome_number(static_cast<std::uint32_t>(receipt.outcome));
  message.set_sentence(std::string(sentence_of(receipt.outcome)));
  for (const ReceiptLine& line : receipt.lines)
    put(line, *message.add_lines());
  message.set_value(receipt.value.minor_units());
  if (receipt.hold.has_value()) message.set_hold(hex(receipt.hold->view()));
  if (receipt.hold_until.has_value()) message.set_hold_until(receipt.hold_until->milliseconds());
  if (receipt.refers_to.has_value()) put(*receipt.refers_to, *message.mutable_refers_to());
  message.set_conflict_field(receipt.conflict_field);
  for (const PreviousReceipt& previous : receipt.previous) {
    v1::PreviousReceipt& entry = *message.add_previous();
    put(previous.account, *entry.mutable_account());
    if (previous.position.has_value()) put(*previous.position, *entry.mutable_position());
  }
  message.set_request_key(hex(receipt.request_key.view()));
  message.set_request_digest(hex(receipt.request_digest.view()));
  for (const RuleResult& result : receipt.rules)
    to_proto(result, *message.add_rules());
  if (receipt.facts.has_value()) to_proto(*receipt.facts, *message.mutable_facts());
  for (const Obligation& obligation : receipt.obligations)
    put(obligation, *message.add_obligations());
  if (receipt.funded_at.has_value()) {
    v1::PointPrice& price = *message.mutable_funded_at();
    price.set_currency(std::string(as_text(receipt.funded_at->currency.view())));
    price.set_micro_units(receipt.funded_at->micro_units);
  }
  if (receipt.cycle.has_value()) message.set_cycle(*receipt.cycle);
}

// What a newer server adds is ignored: a read of what we understand stays a read.
Result<Receipt> from_proto(const v1::Receipt& message) {
  Receipt receipt;
  receipt.position = position_of(message.position());
  TRY(receipt.kind, kind_of_number(message.kind_number()));
  TRY(receipt.outcome, outcome_of_number(message.outcome_number()));
  for (const v1::ReceiptLine& entry : message.lines()) {
    TRY(ReceiptLine line, within("lines", line_of(entry)));
    receipt.lines.push_back(std::move(line));
  }
  TRY(receipt.value, amount<Money>("value", message.value()));
  if (!message.hold().empty()) {
    TRY(const HoldId hold, fixed<HoldId>("hold", message.hold()));
    receipt.hold = hold;
  }
  if (message.has_hold_until()) receipt.hold_until = Timestamp(message.hold_until());
  if (message.has_refers_to()) receipt.refers_to = position_of(message.refers_to());
  receipt.conflict_field = message.conflict_field();
  TRY(receipt.previous, previous_of(message));
  TRY(receipt.request_key, fixed<RequestKey>("request_key", message.request_key()));
  TRY(receipt.request_digest, fixed<Hash>("request_digest", message.request_digest()));
  for (const v1::RuleResult& entry : message.rules()) {
    TRY(RuleResult result, within("rules", from_proto(entry)));
    receipt.rules.push_back(std::move(result));
  }
  if (message.has_facts()) {
    TRY(receipt.facts, within("facts", from_proto(message.facts())));
  }
  for (const v1::Obligation& entry : message.obligations()) {
    TRY(const Obligation obligation, within("obligations", obligation_of(entry)));
    receipt.obligations.push_back(obligation);
  }
  if (message.has_funded_at()) {
    PointPrice price;
    TRY(price.currency, within("funded_at", currency("currency", message.funded_at().currency())));
    price.micro_units = message.funded_at().micro_units();
    receipt.funded_at = price;
  }
  if (message.has_cycle()) receipt.cycle = message.cycle();
  return receipt;
}

void to_proto(const consensus::Header& header, v1::Header& message) {
  message.Clear();
  message.set_protocol(header.protocol);
  message.set_chain(hex(header.chain.view()));
  message.set_epoch(header.epoch.value());
  message.set_height(header.height.value());
  message.set_parent(hex(header.parent.view()));
  message.set_time(header.time.milliseconds());
  message.set_ledger_time(header.ledger_time.milliseconds());
  message.set_proposal(hex(header.proposal.view()));
  message.set_transactions_root(hex(header.transactions_root.view()));
  message.set_receipts_root(hex(header.receipts_root.view()));
  message.set_state_root(hex(header.state_root.view()));
  message.set_validators(hex(header.validators.view()));
}

}  // namespace tally::edge
