#include "exchange/decided.h"

#include <tally/base/check.h>
#include <tally/base/limits.h>
#include <tally/consensus/epoch.h>
#include <tally/state/consortium.h>
#include <tally/state/exposure.h>
#include <tally/state/issuer.h>

#include "exchange/settling.h"

#include <algorithm>
#include <utility>

namespace tally::exchange {
namespace {

using state::ChangeRecord;
using state::Exposure;
using state::IssuerRecord;
using state::IssuerState;
using state::Payment;
using state::PaymentState;

Result<bool> is_merchant(const StateView& view, MerchantId merchant) {
  TRY(const auto record, state::find_merchant(view, merchant));
  return record.has_value();
}

/// What a debtor may owe stays so far below the range of MicroUnits that what is unpaid can be owed
/// anew beside it. nullopt: it would not.
std::optional<MicroUnits> exact(Money money, std::uint8_t exponent) {
  const std::int64_t most = (std::int64_t{1} << 60) / micro_units_in_minor(exponent);
  if (money.minor_units() > most) return std::nullopt;
  return MicroUnits::from(money.minor_units() * micro_units_in_minor(exponent));
}

// What is named.

Result<Outcome> check_amount(const StateView& view, MerchantId debtor, Currency currency,
                             Money money) {
  TRY(const bool is_known, is_merchant(view, debtor));
  if (!is_known) return Outcome::UnknownMerchant;
  TRY(const auto exponent, state::currency_exponent(view, currency));
  if (!exponent.has_value()) return Outcome::CurrencyNotAccepted;
  return exact(money, *exponent).has_value() ? Outcome::Accepted : Outcome::AmountOverflow;
}

Result<Outcome> check(const StateView& view, const SetCap& change) {
  return check_amount(view, change.debtor, change.currency, change.cap.value_or(Money()));
}

Result<Outcome> check(const StateView& view, const SetCollateral& change) {
  return check_amount(view, change.debtor, change.currency, change.collateral);
}

Result<Outcome> check(const StateView& view, const ResumeIssuer& change) {
  TRY(const bool is_known, is_merchant(view, change.issuer));
  if (!is_known) return Outcome::UnknownMerchant;
  TRY(const IssuerRecord issuer, state::find_issuer(view, change.issuer));
  return issuer.state == IssuerState::Suspended ? Outcome::Accepted : Outcome::NotDue;
}

Result<Outcome> check(const StateView& view, const EndIssuer& change) {
  TRY(const bool is_known, is_merchant(view, change.issuer));
  if (!is_known) return Outcome::UnknownMerchant;
  TRY(const IssuerRecord issuer, state::find_issuer(view, change.issuer));
  if (issuer.state == IssuerState::Closed) return Outcome::IssuerClosed;
  if (issuer.state == IssuerState::WindingDown) return Outcome::IssuerClosing;
  return Outcome::Accepted;
}

Result<Outcome> check(const StateView& view, const DecidePayment& change) {
  for (const MerchantId party : {change.debtor, change.creditor}) {
    TRY(const bool is_known, is_merchant(view, party));
    if (!is_known) return Outcome::UnknownMerchant;
  }
  TRY(const auto exponent, state::currency_exponent(view, change.currency));
  if (!exponent.has_value()) return Outcome::CurrencyNotAccepted;
  TRY(auto record, state::find_cycle(view, change.cycle));
  if (!record.has_value()) return Outcome::NotDue;
  const Payment* const payment =
      find_payment(*record, change.currency, change.debtor, change.creditor);
  const bool is_open = payment != nullptr && payment->state == PaymentState::Disputed;
  return is_open ? Outcome::Accepted : Outcome::NotDue;
}

// What is done.

Result<MicroUnits> exact_in(const StateView& view, Currency currency, Money money) {
  TRY(const auto exponent, state::currency_exponent(view, currency));
  CHECK(exponent.has_value());
  const auto amount = exact(money, *exponent);
  CHECK(amount.has_value());
  return *amount;
}

Result<void> enact_one(const SetCap& change, const DueContext&, StateDelta& delta, Receipt&) {
  TRY(Exposure exposure, state::find_exposure(delta, change.debtor, change.currency));
  exposure.cap = std::nullopt;
  if (change.cap.has_value()) {
    TRY(exposure.cap, exact_in(delta, change.currency, *change.cap));
  }
  return state::put_exposure(delta, change.debtor, change.currency, exposure);
}

Result<void> enact_one(const SetCollateral& change, const DueContext&, StateDelta& delta,
                       Receipt&) {
  TRY(Exposure exposure, state::find_exposure(delta, change.debtor, change.currency));
  TRY(exposure.collateral, exact_in(delta, change.currency, change.collateral));
  return state::put_exposure(delta, change.debtor, change.currency, exposure);
}

Result<void> enact_one(const ResumeIssuer& change, const DueContext&, StateDelta& delta, Receipt&) {
  TRY(IssuerRecord issuer, state::find_issuer(delta, change.issuer));
  if (issuer.state != IssuerState::Suspended) return {};
  issuer.state = IssuerState::Active;
  return state::put_issuer(delta, change.issuer, issuer);
}

Result<void> enact_one(const EndIssuer& change, const DueContext& context, StateDelta& delta,
                       Receipt&) {
  TRY(IssuerRecord issuer, state::find_issuer(delta, change.issuer));
  if (issuer.state != IssuerState::Active && issuer.state != IssuerState::Suspended) return {};
  issuer = {IssuerState::WindingDown, context.now.plus(change.notice)};
  TRY_VOID(state::put_issuer(delta, change.issuer, issuer));
  TRY(state::SettlementRecord settlement, state::settlement(delta));
  auto& leaving = settlement.leaving;
  leaving.insert(std::ranges::lower_bound(leaving, change.issuer), change.issuer);
  return state::put_settlement(delta, settlement);
}

Result<void> enact_one(const DecidePayment& change, const DueContext& context, StateDelta& delta,
                       Receipt& receipt) {
  receipt.cycle = change.cycle;
  TRY(auto record, state::find_cycle(delta, change.cycle));
  CHECK(record.has_value());
  Payment* const payment = find_payment(*record, change.currency, change.debtor, change.creditor);
  CHECK(payment != nullptr);
  if (payment->state != PaymentState::Disputed) return {};
  if (change.paid) {
    payment->state = PaymentState::Confirmed;
  } else {
    const Default found{change.currency, change.debtor, context.now};
    TRY_VOID(draw(delta, receipt, *record, found, {payment}));
  }
  return put_or_settle(delta, change.cycle, std::move(*record));
}

}  // namespace

Result<std::size_t> voices_needed(const StateView& view) {
  TRY(const std::vector<MerchantId> merchants, state::merchants(view));
  return consensus::Quorum(merchants.size()).quorum();
}

bool is_in_progress(const ChangeRecord& change, Timestamp now) {
  return change.active_from != Height() ||
         now.since(change.proposed_at) < Duration(limits::kProposalMs);
}

Result<void> decide_if_enough(const StateView& view, Height height, ChangeRecord& change) {
  TRY(const std::size_t needed, voices_needed(view));
  if (change.voices.size() >= needed)
    change.active_from = std::max(change.proposal.active_from, height.next());
  return {};
}

Result<Outcome> check_named(const StateView& view, const Change& change) {
  return std::visit([&](const auto& each) { return check(view, each); }, change);
}

Result<void> enact(const Change& change, const DueContext& context, StateDelta& delta,
                   Receipt& receipt) {
  return std::visit([&](const auto& each) { return enact_one(each, context, delta, receipt); },
                    change);
}

}  // namespace tally::exchange
