// What the fields of quotes, rates, exchanges, settlements and changes show to be wrong.
#include <tally/base/limits.h>

#include "model/check_fields.h"

namespace tally {
namespace {

/// That a bid is above its ask is the ledger's to say: QUOTE_CROSSED.
Result<void> check_price(std::string_view field, std::int64_t price) {
  if (price >= 1 && price <= limits::kPriceMax) return {};
  return fault(field, std::to_string(price), "1 to 1000000000 micro-units for a point");
}

/// The year 9999: a number above it is no cycle, but a mistake in one.
constexpr std::uint32_t kCycleMax = 419'000;

Result<void> check_cycle(std::string_view field, std::uint32_t cycle) {
  return require_range(field, cycle, 0, kCycleMax);
}

Result<void> check_merchant(std::string_view field, MerchantId merchant) {
  return require(merchant.value() != 0, field, 0, "a merchant: 0 names none");
}

Result<void> check_into(MerchantId programme, MerchantId into) {
  TRY_VOID(require(into.value() != 0, "into", 0, "a programme: 0 names none"));
  return require(into != programme, "into", into.value(),
                 "another programme than the one whose points are given");
}

/// As ISO 20022's end-to-end id, without blanks and marks that banks change on the way.
Result<void> check_bank_reference(std::string_view reference) {
  TRY_VOID(require_range("bank_reference", reference.size(), 1, limits::kBankReferenceBytesMax));
  const bool is_clean = std::all_of(reference.begin(), reference.end(), [](char c) {
    return ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z') || ('0' <= c && c <= '9') || c == '/' ||
           c == '-';
  });
  if (is_clean) return {};
  return fault("bank_reference", "a character outside of the alphabet",
               "letters, digits, / and -, without accents");
}

Result<void> check_change(const SetCap& change) {
  TRY_VOID(check_merchant("change.debtor", change.debtor));
  return check_currency(change.currency);
}

Result<void> check_change(const SetCollateral& change) {
  TRY_VOID(check_merchant("change.debtor", change.debtor));
  return check_currency(change.currency);
}

Result<void> check_change(const ResumeIssuer& change) {
  return check_merchant("change.issuer", change.issuer);
}

Result<void> check_change(const EndIssuer& change) {
  TRY_VOID(check_merchant("change.issuer", change.issuer));
  return require_range("change.notice", change.notice.milliseconds(), limits::kNoticeMsMin,
                       limits::kNoticeMsMax);
}

Result<void> check_change(const DecidePayment& change) {
  TRY_VOID(check_cycle("change.cycle", change.cycle));
  TRY_VOID(check_currency(change.currency));
  TRY_VOID(check_merchant("change.debtor", change.debtor));
  TRY_VOID(check_merchant("change.creditor", change.creditor));
  return require(change.creditor != change.debtor, "change.creditor", change.creditor.value(),
                 "another merchant than the debtor");
}

}  // namespace

Result<void> check_fields(const PublishQuote& action) {
  TRY_VOID(check_programme_id(action.programme));
  TRY_VOID(check_currency(action.currency));
  TRY_VOID(check_price("bid", action.bid));
  TRY_VOID(check_price("ask", action.ask));
  return require(action.valid_from < action.valid_until, "valid_until",
                 action.valid_until.milliseconds(), "after valid_from");
}

Result<void> check_fields(const PublishRate& action) {
  TRY_VOID(check_programme_id(action.programme));
  TRY_VOID(check_into(action.programme, action.into));
  const auto rate = Rate::from(action.points_into, action.points);
  if (rate.has_value() && rate->numerator() == action.points_into) return {};
  return fault("points",
               std::to_string(action.points) + " for " + std::to_string(action.points_into),
               "two numbers from 1 to 1000000000 without a common divisor");
}

Result<void> check_fields(const ExchangePoints& action) {
  TRY_VOID(check_account(action.programme, action.member));
  TRY_VOID(check_into(action.programme, action.into));
  return check_points("points", action.points);
}

Result<void> check_fields(const CloseCycle& action) {
  return check_cycle("cycle", action.cycle);
}

Result<void> check_fields(const ConfirmPayment& action) {
  TRY_VOID(check_cycle("cycle", action.cycle));
  TRY_VOID(check_currency(action.currency));
  return check_merchant("debtor", action.debtor);
}

Result<void> check_fields(const DisputePayment& action) {
  TRY_VOID(check_cycle("cycle", action.cycle));
  TRY_VOID(check_currency(action.currency));
  TRY_VOID(check_merchant("creditor", action.creditor));
  return check_bank_reference(action.bank_reference);
}

Result<void> check_fields(const ProposeChange& action) {
  return std::visit([](const auto& change) { return check_change(change); }, action.change);
}

Result<void> check_fields(const ApproveChange& action) {
  TRY_VOID(check_merchant("proposer", action.proposer));
  if (!action.proposal.is_zero()) return {};
  return fault("proposal", "zeros", "the digest of a proposal");
}

}  // namespace tally
