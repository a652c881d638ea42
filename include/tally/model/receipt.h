// Receipt: what became of a transaction, or of what fell due, with a line for each source.
#pragma once

#include <tally/model/action.h>
#include <tally/model/outcome.h>
#include <tally/model/rule_result.h>

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace tally {

/// FORMAT: stored; docs/formats.md §2.
enum class LineKind : std::uint8_t {
  Earned = 1,    ///< a lot was added; `source` says by which rule
  Redeemed = 2,  ///< taken from a lot and paid to the acceptor
  Sent = 3,      ///< taken from a lot, to another member
  Received = 4,  ///< a lot came from another member
  Fee = 5,       ///< taken from a lot, a fee of the programme
  Expired = 6,   ///< what remained of a lot at its date
};

/// One movement of points at one lot.
struct ReceiptLine {
  LineKind kind = LineKind::Earned;
  AccountId account;
  Points points;
  LotId lot;
  Timestamp earned_at;
  Timestamp expires_at;                 ///< Timestamp::never() where it never does
  std::uint32_t programme_version = 0;  ///< of an Earned line; else 0
  std::string source;                   ///< "base", or a campaign's id; empty where none
  Funder funder;                        ///< of an Earned line: who pays for the points
  friend bool operator==(const ReceiptLine&, const ReceiptLine&) = default;
};

/// The receipt before this one on the same account: history pages backwards along these.
struct PreviousReceipt {
  AccountId account;
  std::optional<Position> position;  ///< none: this is the account's first
  friend bool operator==(const PreviousReceipt&, const PreviousReceipt&) = default;
};

/// FORMAT: stored, hashed; docs/formats.md §2. What fell due has a zero request key and digest.
struct Receipt {
  Position position;
  RequestKey request_key;
  Hash request_digest;
  ActionKind kind = ActionKind::Due;
  Outcome outcome = Outcome::Accepted;
  std::vector<ReceiptLine> lines;
  Money value;                            ///< what redeemed points paid, in minor units
  std::optional<Position> refers_to;      ///< the receipt that a replay or a conflict is about
  std::string conflict_field;             ///< of a conflict: the first field that differs
  std::vector<PreviousReceipt> previous;  ///< one for each account touched, ascending
  std::vector<RuleResult> rules;          ///< each rule that was asked, in order
  std::optional<RuleFacts> facts;         ///< what they read; with rules, and only then
  friend bool operator==(const Receipt&, const Receipt&) = default;
};

[[nodiscard]] Bytes encode_receipt(const Receipt& receipt);
[[nodiscard]] Result<Receipt> decode_receipt(ByteView bytes);

/// H("receipt": its encoding).
[[nodiscard]] Hash receipt_digest(const Receipt& receipt);
/// A leaf of the receipts tree, hashed: (request key, request digest, outcome, receipt digest).
[[nodiscard]] Hash receipt_leaf(const Receipt& receipt);

}  // namespace tally
