// Outcomes: the ledger's answers. A refusal is an answer with a receipt, not an error.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace tally {

/// FORMAT: stored in receipts; docs/formats.md. Numbers are never used again.
/// "Retry" below says what a caller may do with a refusal; a new try needs a new request id.
enum class Outcome : std::uint16_t {
  Accepted = 0,

  // Of the request itself; all but the last take no request id, nor does BlockFull.
  Replayed = 1,             ///< same id, same bytes: the receipt referred to holds. Nothing to do.
  IdempotencyConflict = 2,  ///< same id, other bytes: a bug at the caller. Retry: with its own id.
  StaleRequest = 3,         ///< past `valid_until`: never executed. Retry: same id, later validity.
  ValidityTooLong = 4,      ///< `valid_until` too far ahead. Retry: with a nearer one.

  // Of who asks. What nobody may do is NotPermitted, too: then no other key helps.
  NotPermitted = 10,      ///< the key's role, merchant or limits do not allow it. Retry: other key.
  ConsentRequired = 11,   ///< the member's signature is missing. Retry: with it.
  NotEnabled = 12,        ///< the programme or the chain does not offer this. No retry.
  ApprovalsMissing = 13,  ///< a second signature that this needs is missing. Retry: with it.
  ConsentUsed = 14,       ///< the consent token has been used. Retry: with a new one.
  ChangeInProgress = 15,  ///< a proposal of this merchant waits for approval. Retry: later.

  // Of what is named.
  UnknownProgramme = 20,     ///< no such programme, or none in force yet. Retry: once published.
  UnknownMember = 21,        ///< not enrolled in this programme. Retry: after enrolment.
  UnknownMerchant = 22,      ///< no such merchant in the consortium. No retry.
  CurrencyNotAccepted = 23,  ///< not the programme's currency. No retry.
  UnknownOrder = 24,         ///< no such order, or no longer remembered. No retry.
  UnknownHold = 25,          ///< no such hold, or resolved long ago. No retry.
  UnknownToken = 26,         ///< nobody has this card. Retry: once it is linked.
  UnknownLot = 27,           ///< the member has no such lot. No retry.
  UnknownPool = 28,          ///< the member is in no such pool. No retry.

  // Of time and numbers.
  EventTooOld = 30,     ///< older than the offline window. Retry: an operator who may backdate.
  EventInFuture = 31,   ///< the till's clock is ahead. Retry: when it is right.
  AmountOverflow = 32,  ///< a sum would pass 2^53 − 1, or an account its most lots. No retry.
  DuplicateOrder = 33,  ///< the order has earned already. No retry: the points are there.
  DuplicateRef = 34,    ///< the attested action has counted already. No retry.
  RuleCost = 35,        ///< rules ran past their proved cost: our mistake. No retry; call support.
  BlockFull = 36,       ///< this block's rules or lines are spent. Retry: same id, later validity.
  TooEarly = 37,        ///< a delay is not over. Retry: when it is.
  TooLate = 38,         ///< a time for this is over. No retry.

  // Of members and keys.
  AlreadyEnrolled = 40,       ///< this identity has an account. No retry: use that account.
  KeyAlreadyRegistered = 41,  ///< the key has a record, and a key has one purpose. Other key.
  InvalidReferrer = 42,       ///< no earlier member of the programme. Retry: without, or another.
  TooManySegments = 43,       ///< a member would be in more than 32. Retry: leave one first.
  MemberFrozen = 44,          ///< the account is frozen. Retry: once it is not.
  MemberClosed = 45,          ///< the account has ended. No retry: enrol anew.
  HoldsOpen = 46,             ///< points are held. Retry: once they are captured or released.
  VelocityLimit = 47,  ///< as often, or as many points, as the programme allows. Retry: later.
  Cancelled = 48,      ///< the owner has objected. No retry.
  TokenInUse = 49,     ///< the card is another member's. Retry: with another card.

  // Of points.
  InsufficientAvailable = 50,  ///< fewer points than asked for, or too many lots. Retry: fewer.
  BelowMinimum = 51,           ///< below the programme's least redemption. Retry: with more.
  InvalidStep = 52,            ///< not a multiple of the programme's step. Retry: with one.
  AboveMaximum = 53,           ///< more than this basket may be paid with. Retry: with fewer.
  BelowMinUnit = 54,           ///< buys less than the smallest coin. Retry: with more.
  CoolingOff = 55,             ///< enrolled too recently to transfer or pool. Retry: later.
  HoldExpired = 56,            ///< the hold has timed out. Retry: place a new one.
  HoldAlreadyResolved = 57,    ///< captured or voided before. No retry.
  ExceedsHold = 58,            ///< more than is held. Retry: with fewer points; the hold stands.
  TooManyHolds = 59,           ///< 32 are open. Retry: once one is resolved.

  // Of rules.
  VersionNotNext = 60,     ///< a programme's version is the last one + 1. Retry: with that.
  HeightNotAllowed = 61,   ///< past: retry with a later one. Too many wait: retry at once.
  DuplicateCampaign = 62,  ///< one of this id is there, has ended or was left out. Other id.
  UnknownCampaign = 63,    ///< none of this id, or it is not in that state. No retry.
  TooManyCampaigns = 64,   ///< for one trigger. Retry: end another one first.

  // Of points and members, further.
  RefundExceedsOrder = 70,  ///< more comes back than remains. Retry: with less.
  ReturnTooLate = 71,       ///< the window for returns is over. No retry.
  NotYourOrder = 72,        ///< another merchant's. No retry.
  AlreadyReturned = 73,     ///< all of it has come back before. No retry.
  TotalsDiffer = 74,        ///< not what the dry run said. Retry: with a new dry run.
  DebtOutstanding = 75,     ///< the member owes points. Retry: once they are settled.
  AlreadyInPool = 76,       ///< the member is in a pool. Retry: leave it first.
  PoolFull = 77,            ///< the pool has its most members. Retry: once one has left.
  TokenBlocked = 78,        ///< the card was lost. Retry: with another card, or by member.
  TooManyRedemptions = 79,  ///< one order was paid in too many parts. Retry: another order.
  TooManyTokens = 80,       ///< of one member. Retry: once one is blocked.

  // Of what points are worth elsewhere.
  QuoteCrossed = 90,  ///< the bid is above the ask. Retry: with a bid that is not.
  RateCycle = 91,     ///< points could be made by exchanging them in a circle. Retry: another rate.
  RateNotAvailable = 92,       ///< the issuer has no quote in force. Retry: once it has.
  IssuerCapExceeded = 93,      ///< the issuer would owe more than it may. Retry: fewer, or later.
  ExposureCapExceeded = 94,    ///< who hands the points out would owe too much. Retry: later.
  AcceptorLimitExceeded = 95,  ///< more of these points than this merchant may take or give. Later.
  IssuerSuspended = 96,        ///< the issuer has not paid its debts. Retry: once it is resumed.
  IssuerClosing = 97,  ///< the programme ends soon, and does not do this any more. No retry.
  IssuerClosed = 98,   ///< the programme has ended. No retry.
  NotDue = 99,         ///< the cycle or payment is not in that state. No retry.

  // Of rules, as their check names them (design/rule-language.md §5): 100 + rules::Reason. A node's
  // door refuses these before they are ordered. Retry: with the rule mended.
  NoDouble = 101,
  NoDivision = 102,
  NoUint = 103,
  NoBytes = 104,
  NoMap = 105,
  NoMessage = 106,
  NoNull = 107,
  NoDyn = 108,
  NoType = 109,
  NoConversion = 110,
  NoTimestamp = 111,
  NoStringFunction = 112,
  NoConcatenation = 113,
  NoListBuilding = 114,
  NoTwoVariableMacro = 115,
  NoNestedMacro = 116,
  NoNamespace = 117,
  NoQuotedField = 118,
  NoOptional = 119,
  UnknownName = 120,
  Syntax = 121,
  Type = 122,
  Unguarded = 123,
  ZeroDivisor = 124,
  LinesOff = 125,
  EmptyRule = 126,
  TooLarge = 127,
  TooDeep = 128,
  TooCostly = 129,
  BadEnvelope = 130,
  WindowTooLong = 131,
};

/// "INSUFFICIENT_AVAILABLE": the name in receipts, scripts and documents.
[[nodiscard]] std::string_view name_of(Outcome outcome);
/// A sentence that a cashier understands.
[[nodiscard]] std::string_view sentence_of(Outcome outcome);
[[nodiscard]] std::optional<Outcome> outcome_from(std::uint16_t number);
/// Whether the outcome uses the request id up; conflict, replay, stale and full ones do not.
[[nodiscard]] bool takes_request_id(Outcome outcome);

}  // namespace tally
