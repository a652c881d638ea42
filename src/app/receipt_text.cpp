// Receipts for people.
#include "app/receipt_text.h"

#include <tally/base/bytes.h>
#include <tally/config/text.h>

namespace tally::app {
namespace {

std::string_view name_of_line(LineKind kind) {
  switch (kind) {
    case LineKind::Earned:
      return "earned";
    case LineKind::Redeemed:
      return "redeemed";
    case LineKind::Sent:
      return "sent";
    case LineKind::Received:
      return "received";
    case LineKind::Fee:
      return "fee";
    case LineKind::Expired:
      return "expired";
  }
  return "moved";
}

bool adds(LineKind kind) {
  return kind == LineKind::Earned || kind == LineKind::Received;
}

std::string padded(std::string text, std::size_t width) {
  if (text.size() < width) text.append(width - text.size(), ' ');
  return text;
}

std::string line_text(const ReceiptLine& line) {
  std::string text = "  " + padded(std::string(name_of_line(line.kind)), 9) +
                     padded(std::to_string(line.points.value()) + " points", 16) + "member " +
                     to_hex(line.account.member.view()) + "  programme " +
                     std::to_string(line.account.programme.value());
  if (!line.source.empty()) text += "  by " + printable(line.source);
  if (!line.points.is_zero()) text += "  expires " + config::text_of(line.expires_at);
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
  if (receipt.kind == ActionKind::Redeem && receipt.outcome == Outcome::Accepted)
    text += "  pays      " + std::to_string(receipt.value.minor_units()) + " minor units\n";
  return text;
}

std::int64_t change_of(const Receipt& receipt, const AccountId& account) {
  std::int64_t change = 0;
  for (const ReceiptLine& line : receipt.lines)
    if (line.account == account)
      change += adds(line.kind) ? line.points.value() : -line.points.value();
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
