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

  // Of who asks.
  NotPermitted = 10,      ///< the key's role, merchant or limits do not allow it. Retry: other key.
  ConsentRequired = 11,   ///< the member's signature is missing. Retry: with it.
  NotEnabled = 12,        ///< the programme or the chain does not offer this. No retry.
  ApprovalsMissing = 13,  ///< a merchant that is named has not signed. Retry: with its signature.

  // Of what is named.
  UnknownProgramme = 20,     ///< no such programme, or none in force yet. Retry: once published.
  UnknownMember = 21,        ///< not enrolled in this programme. Retry: after enrolment.
  UnknownMerchant = 22,      ///< no such merchant in the consortium. No retry.
  CurrencyNotAccepted = 23,  ///< not the programme's currency. No retry.

  // Of time and numbers.
  EventTooOld = 30,     ///< older than the offline window. Retry: an operator who may backdate.
  EventInFuture = 31,   ///< the till's clock is ahead. Retry: when it is right.
  AmountOverflow = 32,  ///< a sum would pass 2^53 − 1. No retry.
  DuplicateOrder = 33,  ///< the order has earned already. No retry: the points are there.
  DuplicateRef = 34,    ///< the attested action has counted already. No retry.
  RuleCost = 35,        ///< rules ran past their proved cost: our mistake. No retry; call support.
  BlockFull = 36,       ///< this block's rules are spent. Retry: same id, later validity.

  // Of members and keys.
  AlreadyEnrolled = 40,       ///< this identity has an account. No retry: use that account.
  KeyAlreadyRegistered = 41,  ///< the key has a record, and a key has one purpose. Other key.
  InvalidReferrer = 42,       ///< no earlier member of the programme. Retry: without, or another.
  TooManySegments = 43,       ///< a member would be in more than 32. Retry: leave one first.

  // Of points.
  InsufficientAvailable = 50,  ///< fewer points than asked for. Retry: with fewer.
  BelowMinimum = 51,           ///< below the programme's least redemption. Retry: with more.
  InvalidStep = 52,            ///< not a multiple of the programme's step. Retry: with one.
  AboveMaximum = 53,           ///< more than this basket may be paid with. Retry: with fewer.
  BelowMinUnit = 54,           ///< buys less than the smallest coin. Retry: with more.
  CoolingOff = 55,             ///< enrolled too recently to transfer. Retry: later.

  // Of rules.
  VersionNotNext = 60,     ///< a programme's version is the last one + 1. Retry: with that.
  HeightNotAllowed = 61,   ///< in the past, or too many versions wait. Retry: later one.
  DuplicateCampaign = 62,  ///< one of this id is there, has ended or was left out. Other id.
  UnknownCampaign = 63,    ///< none of this id, or it is not in that state. No retry.
  TooManyCampaigns = 64,   ///< for one trigger. Retry: end another one first.

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
