// Receipt: what became of a transaction, or of what fell due, with a line for each source.
#pragma once

#include <tally/base/micro_units.h>
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
  Earned = 1,             ///< a lot was added; `source` says by which rule
  Redeemed = 2,           ///< taken from a lot and paid to the acceptor
  Sent = 3,               ///< taken from a lot, to another member
  Received = 4,           ///< a lot came from another member
  Fee = 5,                ///< taken from a lot, a fee of the programme
  Expired = 6,            ///< what remained of a lot at its date
  Pended = 7,             ///< a lot was earned and waits
  Activated = 8,          ///< a waiting lot became available
  Settled = 9,            ///< of a lot that became available: paid the member's debt
  Held = 10,              ///< taken from a lot into a hold
  Captured = 11,          ///< of a hold, and paid to the acceptor
  Released = 12,          ///< of a hold, back to its lot
  GivenBack = 13,         ///< of a returned redemption, back to its lot
  ClawedPending = 14,     ///< taken back from a waiting lot
  Clawed = 15,            ///< taken back from a lot
  Owed = 16,              ///< taken back as debt; no lot
  Unrecovered = 17,       ///< could not be taken back: a memo; no lot
  Forfeited = 18,         ///< of a lot, at the account's end
  ForfeitedPending = 19,  ///< of a waiting lot, at the account's end
  WrittenOff = 20,        ///< debt, at the account's end: unrecovered; no lot
  Reinstated = 21,        ///< an expired lot came back
  AdjustedUp = 22,        ///< given by an operator
  AdjustedDown = 23,      ///< taken by an operator
  Opened = 24,            ///< brought into the ledger with its dates
  Extended = 25,          ///< a lot has a later date: nothing moved
  LeftAvailable = 26,     ///< a lot left with a merge or its undoing; this to 31 in pairs
  JoinedAvailable = 27,   ///< and came
  LeftPending = 28,
  JoinedPending = 29,
  LeftDebt = 30,  ///< no lot, as the next one
  JoinedDebt = 31,
  ExchangedOut = 32,  ///< taken from a lot, into another programme
  ExchangedIn = 33,   ///< a lot came from another programme
};

/// Where points move, in double entry (design/loyalty.md §3): what one point of a line changes.
/// ISSUED and EXCHANGED_IN are sources, so the others' sum equals theirs; Unrecovered is a memo
/// outside of the sum.
struct Movement {
  std::int8_t issued = 0;
  std::int8_t available = 0;
  std::int8_t held = 0;
  std::int8_t pending = 0;
  std::int8_t debt = 0;  ///< what is owed: counts against the member
  std::int8_t redeemed = 0;
  std::int8_t expired = 0;
  std::int8_t fees = 0;
  std::int8_t clawed = 0;
  std::int8_t forfeited = 0;
  std::int8_t unrecovered = 0;
  std::int8_t exchanged_out = 0;
  std::int8_t exchanged_in = 0;  ///< a source, as ISSUED is
};
/// Sent and Received, Left… and Joined… balance in pairs, every other kind in itself.
[[nodiscard]] Movement movement_of(LineKind kind);

/// One movement of points at one lot. What the lot was lets a return open it again.
struct ReceiptLine {
  LineKind kind = LineKind::Earned;
  AccountId account;
  Points points;
  LotId lot;  ///< zero of a line that has none
  Timestamp earned_at;
  Timestamp available_at;  ///< of a waiting lot: when it is; Timestamp::never() until a word
  Timestamp expires_at;    ///< Timestamp::never() where it never does, or is not known yet
  MemberId first_owner;    ///< of the lot
  Points original;         ///< of the lot
  bool late_date = false;  ///< the lot has a later date than its own, by grace or reinstatement
  bool idle = false;       ///< the lot's date moves with its member's activity
  std::uint32_t programme_version = 0;  ///< under which the lot was earned
  std::string source;  ///< of Earned and Pended: "base", or a campaign's id; else empty
  Funder funder;       ///< of the lot: who pays for its points
  friend bool operator==(const ReceiptLine&, const ReceiptLine&) = default;
};

/// Why a merchant owes another one (design/loyalty.md §16, §17). FORMAT: stored.
enum class ObligationReason : std::uint8_t {
  Redeemed = 1,   ///< the debtor's points paid at the creditor's
  Exchanged = 2,  ///< the debtor's points became the creditor's
  Funded = 3,     ///< the debtor pays for points of the creditor's that a member got
  Unpaid = 4,     ///< what of a cycle's payment the collateral did not cover
  Rounded = 5,    ///< what rounds a carry up that ends with an issuer
};

/// What one merchant owes another for one of a receipt's movements; negative: it takes back what
/// arose before, at the price of then.
struct Obligation {
  MerchantId debtor;
  MerchantId creditor;  ///< another one
  Currency currency;
  MicroUnits amount;  ///< not 0
  ObligationReason reason = ObligationReason::Redeemed;
  std::optional<Position> origin;  ///< of one that takes back: the receipt in which it arose
  friend bool operator==(const Obligation&, const Obligation&) = default;
};

/// What a point is worth between merchants.
struct PointPrice {
  Currency currency;
  std::int64_t micro_units = 0;  ///< 1 … 10^9
  friend bool operator==(const PointPrice&, const PointPrice&) = default;
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
  Money value;                 ///< what redeemed points paid, or a return gave back, in minor units
  std::optional<HoldId> hold;  ///< of hold, capture, void and a time-out
  std::optional<Timestamp> hold_until;    ///< of a hold: when it times out
  std::optional<Position> refers_to;      ///< the receipt that a replay or a conflict is about
  std::string conflict_field;             ///< of a conflict: the first field that differs
  std::vector<PreviousReceipt> previous;  ///< one for each account touched, ascending
  std::vector<RuleResult> rules;          ///< each rule that was asked, in order
  std::optional<RuleFacts> facts;         ///< what they read; with rules, and only then
  std::vector<Obligation> obligations;    ///< in the order in which they arose
  /// What merchants owe for each point of its lines that they fund: at once, or at its activation.
  std::optional<PointPrice> funded_at;
  std::optional<std::uint32_t> cycle;  ///< of what settles a cycle, falling due or by a word
  friend bool operator==(const Receipt&, const Receipt&) = default;
};

[[nodiscard]] Bytes encode_receipt(const Receipt& receipt);
[[nodiscard]] Result<Receipt> decode_receipt(ByteView bytes);

/// H("receipt": its encoding).
[[nodiscard]] Hash receipt_digest(const Receipt& receipt);
/// A leaf of the receipts tree, hashed: (request key, request digest, outcome, receipt digest).
[[nodiscard]] Hash receipt_leaf(const Receipt& receipt);

}  // namespace tally
