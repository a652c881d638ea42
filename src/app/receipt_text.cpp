// Receipts for people.
#include "app/receipt_text.h"

#include <tally/base/bytes.h>
#include <tally/config/text.h>

#include "app/amount_text.h"

#include <array>

namespace tally::app {
namespace {

/// In the order of their numbers, from 1.
constexpr std::array<std::string_view, 33> kNamesOfLines = {
    "earned",      "redeemed",    "sent",         "received",    "fee",           "expired",
    "pending",     "activated",   "settled",      "held",        "captured",      "released",
    "given back",  "taken back",  "taken back",   "owed",        "not recovered", "forfeited",
    "forfeited",   "written off", "reinstated",   "adjusted up", "adjusted down", "opened",
    "extended",    "left",        "joined",       "left",        "joined",        "debt left",
    "debt joined", "exchanged",   "exchanged in",
};
static_assert(kNamesOfLines.size() == static_cast<std::size_t>(LineKind::ExchangedIn));

std::string_view name_of_line(LineKind kind) {
  return kNamesOfLines.at(static_cast<std::size_t>(kind) - 1);
}

/// What one point of a line does to what the member has, waits for and owes, taken together.
std::int64_t net_of(LineKind kind) {
  const Movement movement = movement_of(kind);
  return movement.available + movement.held + movement.pending - movement.debt;
}

std::string padded(std::string text, std::size_t width) {
  if (text.size() < width) text.append(width - text.size(), ' ');
  return text;
}

std::string line_text(const ReceiptLine& line) {
  std::string text = "  " + padded(std::string(name_of_line(line.kind)), 14) +
                     padded(std::to_string(line.points.value()) + " points", 16) + "member " +
                     to_hex(line.account.member.view()) + "  programme " +
                     std::to_string(line.account.programme.value());
  if (!line.source.empty()) text += "  by " + printable(line.source);
  if (line.points.is_zero() || line.lot == LotId()) return text + "\n";
  if (line.kind == LineKind::Pended)
    return text + "  available " + config::text_of(line.available_at) + "\n";
  return text + "  expires " + config::text_of(line.expires_at) + "\n";
}

/// What an accepted one paid or gave back, and how long it holds.
std::string money_text(const Receipt& receipt) {
  const std::string units = std::to_string(receipt.value.minor_units()) + " minor units\n";
  std::string text;
  if (receipt.kind == ActionKind::Redeem || receipt.kind == ActionKind::Capture)
    text += "  pays           " + units;
  if (receipt.kind == ActionKind::Reverse && receipt.value != Money())
    text += "  gives back     " + units;
  if (receipt.hold_until.has_value())
    text += "  held until     " + config::text_of(*receipt.hold_until) + "\n";
  return text;
}

std::string_view word_of(ObligationReason reason) {
  switch (reason) {
    case ObligationReason::Redeemed:
      return "redeemed";
    case ObligationReason::Exchanged:
      return "exchanged";
    case ObligationReason::Funded:
      return "funded";
    case ObligationReason::Unpaid:
      return "unpaid";
    case ObligationReason::Rounded:
      break;
  }
  return "rounded";
}

/// What merchants owe each other for it.
std::string obligation_text(const Obligation& obligation) {
  std::string text = "  owes          merchant " + std::to_string(obligation.debtor.value()) +
                     " to " + std::to_string(obligation.creditor.value()) + "  " +
                     amount_text(obligation.amount) + " " +
                     std::string(as_text(obligation.currency.view())) + "  " +
                     std::string(word_of(obligation.reason));
  if (obligation.origin.has_value()) text += ", takes back of " + text_of(*obligation.origin);
  return text + "\n";
}

/// What an exchange charged, took as its fee and gave, over all lots. Who sees one of the two
/// programmes alone is told of that one.
std::string exchange_text(const Receipt& receipt) {
  std::int64_t charge = 0;
  std::int64_t fee = 0;
  std::int64_t credit = 0;
  for (const ReceiptLine& line : receipt.lines) {
    if (line.kind == LineKind::ExchangedOut) charge += line.points.value();
    if (line.kind == LineKind::Fee) fee += line.points.value();
    if (line.kind == LineKind::ExchangedIn) credit += line.points.value();
  }
  std::string text = "  in all        ";
  if (charge > 0)
    text += std::to_string(charge) + " points charged, " + std::to_string(fee) + " of fee";
  if (credit > 0) text += (charge > 0 ? ", " : "") + std::to_string(credit) + " points came";
  return text + "\n";
}

}  // namespace

std::string text_of(const Position& position) {
  return std::to_string(position.height.value()) + "/" + std::to_string(position.index);
}

std::string text_of(const client::Answer& answer) {
  const Receipt& receipt = answer.receipt;
  std::string text = std::string(name_of(receipt.outcome)) + "  " +
                     std::string(name_of(receipt.kind)) + "  receipt " + text_of(receipt.position) +
                     (answer.replayed ? "  (answered before: nothing was posted now)" : "") + "\n";
  if (receipt.outcome != Outcome::Accepted) {
    text += "  " + std::string(sentence_of(receipt.outcome)) + "\n";
    if (!receipt.conflict_field.empty())
      text += "  the field that differs: " + printable(receipt.conflict_field) + "\n";
  }
  for (const ReceiptLine& line : receipt.lines)
    text += line_text(line);
  for (const Obligation& obligation : receipt.obligations)
    text += obligation_text(obligation);
  if (receipt.outcome != Outcome::Accepted) return text;
  if (receipt.kind == ActionKind::ExchangePoints) text += exchange_text(receipt);
  return text + money_text(receipt);
}

std::int64_t change_of(const Receipt& receipt, const AccountId& account) {
  std::int64_t change = 0;
  for (const ReceiptLine& line : receipt.lines)
    if (line.account == account) change += net_of(line.kind) * line.points.value();
  return change;
}

std::string history_line(const Receipt& receipt, Timestamp ledger_time, const AccountId& account) {
  const std::int64_t change = change_of(receipt, account);
  const std::string signed_change = (change > 0 ? "+" : "") + std::to_string(change);
  return padded(config::text_of(ledger_time), 26) + padded(text_of(receipt.position), 12) +
         padded(std::string(name_of(receipt.kind)), 10) + padded(signed_change, 12) +
         std::string(name_of(receipt.outcome)) + "\n";
}

}  // namespace tally::app
