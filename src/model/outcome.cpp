// Outcomes' names, and their sentences for a cashier.
#include <tally/base/check.h>
#include <tally/model/outcome.h>

namespace tally {
namespace {

struct Words {
  std::string_view name;
  std::string_view sentence;
};

/// Empty for an outcome that is no reason of the rule language. They need one sentence alone.
std::string_view reason_name(Outcome outcome) {
  switch (outcome) {
    case Outcome::NoDouble:
      return "NO_DOUBLE";
    case Outcome::NoDivision:
      return "NO_DIVISION";
    case Outcome::NoUint:
      return "NO_UINT";
    case Outcome::NoBytes:
      return "NO_BYTES";
    case Outcome::NoMap:
      return "NO_MAP";
    case Outcome::NoMessage:
      return "NO_MESSAGE";
    case Outcome::NoNull:
      return "NO_NULL";
    case Outcome::NoDyn:
      return "NO_DYN";
    case Outcome::NoType:
      return "NO_TYPE";
    case Outcome::NoConversion:
      return "NO_CONVERSION";
    case Outcome::NoTimestamp:
      return "NO_TIMESTAMP";
    case Outcome::NoStringFunction:
      return "NO_STRING_FUNCTION";
    case Outcome::NoConcatenation:
      return "NO_CONCATENATION";
    case Outcome::NoListBuilding:
      return "NO_LIST_BUILDING";
    case Outcome::NoTwoVariableMacro:
      return "NO_TWO_VARIABLE_MACRO";
    case Outcome::NoNestedMacro:
      return "NO_NESTED_MACRO";
    case Outcome::NoNamespace:
      return "NO_NAMESPACE";
    case Outcome::NoQuotedField:
      return "NO_QUOTED_FIELD";
    case Outcome::NoOptional:
      return "NO_OPTIONAL";
    case Outcome::UnknownName:
      return "UNKNOWN_NAME";
    case Outcome::Syntax:
      return "SYNTAX";
    case Outcome::Type:
      return "TYPE";
    case Outcome::Unguarded:
      return "UNGUARDED";
    case Outcome::ZeroDivisor:
      return "ZERO_DIVISOR";
    case Outcome::LinesOff:
      return "LINES_OFF";
    case Outcome::EmptyRule:
      return "EMPTY_RULE";
    case Outcome::TooLarge:
      return "TOO_LARGE";
    case Outcome::TooDeep:
      return "TOO_DEEP";
    case Outcome::TooCostly:
      return "TOO_COSTLY";
    case Outcome::BadEnvelope:
      return "BAD_ENVELOPE";
    case Outcome::WindowTooLong:
      return "WINDOW_TOO_LONG";
    default:
      return {};
  }
}

/// Of what a publication says. No name for a number that is no outcome.
Words words_of_rules(Outcome outcome) {
  switch (outcome) {
    case Outcome::VersionNotNext:
      return {"VERSION_NOT_NEXT", "The programme was changed meanwhile; please look again."};
    case Outcome::HeightNotAllowed:
      return {"HEIGHT_NOT_ALLOWED", "The change cannot start then; start it later, or at once."};
    case Outcome::DuplicateCampaign:
      return {"DUPLICATE_CAMPAIGN", "There is, or was, a campaign of this name; choose another."};
    case Outcome::UnknownCampaign:
      return {"UNKNOWN_CAMPAIGN", "There is no such campaign, or it is not in that state."};
    case Outcome::TooManyCampaigns:
      return {"TOO_MANY_CAMPAIGNS", "Too many campaigns run already; end another one first."};
    default:
      return {reason_name(outcome), "The programme's rules have a mistake and were not accepted."};
  }
}

/// Of what points are worth elsewhere. No name for a number that is no outcome.
Words words_of_exchange(Outcome outcome) {
  switch (outcome) {
    case Outcome::QuoteCrossed:
      return {"QUOTE_CROSSED", "What is paid for a point is more than what is asked for one."};
    case Outcome::RateCycle:
      return {"RATE_CYCLE", "With this rate, points could be made by exchanging them in a circle."};
    case Outcome::RateNotAvailable:
      return {"RATE_NOT_AVAILABLE", "There is no price for these points at the moment."};
    case Outcome::IssuerCapExceeded:
      return {"ISSUER_CAP_EXCEEDED",
              "These points cannot be taken here at the moment. The customer keeps them."};
    case Outcome::ExposureCapExceeded:
      return {"EXPOSURE_CAP_EXCEEDED", "These points cannot be given here at the moment."};
    case Outcome::AcceptorLimitExceeded:
      return {"ACCEPTOR_LIMIT_EXCEEDED", "This shop has reached its limit for these points."};
    case Outcome::IssuerSuspended:
      return {"ISSUER_SUSPENDED", "These points are good at their own shop alone for now."};
    case Outcome::IssuerClosing:
      return {"ISSUER_CLOSING", "This points programme is about to end and does not do this now."};
    case Outcome::IssuerClosed:
      return {"ISSUER_CLOSED", "This points programme has ended."};
    case Outcome::NotDue:
      return {"NOT_DUE", "This is not due, or it has been settled."};
    default:
      return words_of_rules(outcome);
  }
}

/// Of points, holds and returns. No name for a number that is no outcome.
Words words_of_points(Outcome outcome) {
  switch (outcome) {
    case Outcome::InsufficientAvailable:
      return {"INSUFFICIENT_AVAILABLE", "The customer does not have enough points."};
    case Outcome::BelowMinimum:
      return {"BELOW_MINIMUM", "That is fewer points than the programme's minimum."};
    case Outcome::InvalidStep:
      return {"INVALID_STEP", "Points can be used in whole steps only; try another amount."};
    case Outcome::AboveMaximum:
      return {"ABOVE_MAXIMUM", "That is more than points may pay of this purchase."};
    case Outcome::BelowMinUnit:
      return {"BELOW_MIN_UNIT", "These points are worth less than the smallest coin."};
    case Outcome::CoolingOff:
      return {"COOLING_OFF", "One of the two joined too recently; please try again later."};
    case Outcome::HoldExpired:
      return {"HOLD_EXPIRED", "The points were set aside too long ago; please start again."};
    case Outcome::HoldAlreadyResolved:
      return {"HOLD_ALREADY_RESOLVED", "These points were used or released before."};
    case Outcome::ExceedsHold:
      return {"EXCEEDS_HOLD", "That is more than was set aside."};
    case Outcome::TooManyHolds:
      return {"TOO_MANY_HOLDS", "Points are set aside for too many purchases; settle one first."};
    case Outcome::RefundExceedsOrder:
      return {"REFUND_EXCEEDS_ORDER", "That is more than is left of this purchase."};
    case Outcome::ReturnTooLate:
      return {"RETURN_TOO_LATE", "This purchase is too long ago to be returned."};
    case Outcome::NotYourOrder:
      return {"NOT_YOUR_ORDER", "This purchase was made at another shop."};
    case Outcome::AlreadyReturned:
      return {"ALREADY_RETURNED", "All of this purchase was returned before."};
    case Outcome::TotalsDiffer:
      return {"TOTALS_DIFFER", "The figures have changed; please work them out again."};
    case Outcome::TooManyRedemptions:
      return {"TOO_MANY_REDEMPTIONS", "This purchase was paid with points too many times."};
    default:
      return words_of_exchange(outcome);
  }
}

/// Of members, their keys, cards and pools. No name for a number that is no outcome.
Words words_of_members(Outcome outcome) {
  switch (outcome) {
    case Outcome::AlreadyEnrolled:
      return {"ALREADY_ENROLLED", "The customer is a member already."};
    case Outcome::KeyAlreadyRegistered:
      return {"KEY_ALREADY_REGISTERED", "This device or card is in use already; take another."};
    case Outcome::InvalidReferrer:
      return {"INVALID_REFERRER", "The person who recommended is not a member of this programme."};
    case Outcome::TooManySegments:
      return {"TOO_MANY_SEGMENTS", "A member is in too many groups already."};
    case Outcome::MemberFrozen:
      return {"MEMBER_FROZEN", "The customer's account is locked for the moment."};
    case Outcome::MemberClosed:
      return {"MEMBER_CLOSED", "The customer's account has been closed."};
    case Outcome::HoldsOpen:
      return {"HOLDS_OPEN", "Points are still set aside for a purchase; settle that first."};
    case Outcome::VelocityLimit:
      return {"VELOCITY_LIMIT", "That is as much as the programme allows for now."};
    case Outcome::Cancelled:
      return {"CANCELLED", "The customer has objected to this."};
    case Outcome::TokenInUse:
      return {"TOKEN_IN_USE", "This card belongs to somebody already."};
    case Outcome::TokenBlocked:
      return {"TOKEN_BLOCKED", "This card was reported lost; please use another one."};
    case Outcome::TooManyTokens:
      return {"TOO_MANY_TOKENS", "The customer has too many cards; block an old one first."};
    case Outcome::AlreadyInPool:
      return {"ALREADY_IN_POOL", "The customer is in a family account already."};
    case Outcome::PoolFull:
      return {"POOL_FULL", "This family account is full."};
    case Outcome::DebtOutstanding:
      return {"DEBT_OUTSTANDING", "The customer owes points; new points settle that first."};
    default:
      return words_of_points(outcome);
  }
}

/// No name for a number that is no outcome.
Words words_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::Accepted:
      return {"ACCEPTED", "Done."};
    case Outcome::Replayed:
      return {"REPLAYED", "This was done before; nothing was booked twice."};
    case Outcome::IdempotencyConflict:
      return {"IDEMPOTENCY_CONFLICT",
              "The till used one number for two different requests; please call support."};
    case Outcome::StaleRequest:
      return {"STALE_REQUEST", "This came too late and was not booked; please try again."};
    case Outcome::ValidityTooLong:
      return {"VALIDITY_TOO_LONG", "The till's clock seems wrong; please call support."};
    case Outcome::NotPermitted:
      return {"NOT_PERMITTED", "This till or person may not do that."};
    case Outcome::ConsentRequired:
      return {"CONSENT_REQUIRED", "The customer has to confirm this in the app."};
    case Outcome::NotEnabled:
      return {"NOT_ENABLED", "This programme does not offer that."};
    case Outcome::ApprovalsMissing:
      return {"APPROVALS_MISSING", "Somebody else has to sign this, too."};
    case Outcome::ConsentUsed:
      return {"CONSENT_USED", "The customer's consent was used before; ask for a new one."};
    case Outcome::ChangeInProgress:
      return {"CHANGE_IN_PROGRESS", "A change that this shop proposed still waits for an answer."};
    case Outcome::UnknownProgramme:
      return {"UNKNOWN_PROGRAMME", "This points programme is not open."};
    case Outcome::UnknownMember:
      return {"UNKNOWN_MEMBER", "The customer is not a member of this programme yet."};
    case Outcome::UnknownMerchant:
      return {"UNKNOWN_MERCHANT", "This shop does not take part."};
    case Outcome::CurrencyNotAccepted:
      return {"CURRENCY_NOT_ACCEPTED", "The programme does not count this currency."};
    case Outcome::UnknownOrder:
      return {"UNKNOWN_ORDER", "There is no such purchase, or it is too long ago."};
    case Outcome::UnknownHold:
      return {"UNKNOWN_HOLD", "These points are not set aside, or no longer."};
    case Outcome::UnknownToken:
      return {"UNKNOWN_TOKEN", "This card belongs to nobody yet."};
    case Outcome::UnknownLot:
      return {"UNKNOWN_LOT", "The customer has no such points."};
    case Outcome::UnknownPool:
      return {"UNKNOWN_POOL", "The customer is in no such family account."};
    case Outcome::EventTooOld:
      return {"EVENT_TOO_OLD", "This purchase is too old to be booked at the till."};
    case Outcome::EventInFuture:
      return {"EVENT_IN_FUTURE", "The till's clock is ahead; please have it set."};
    case Outcome::AmountOverflow:
      return {"AMOUNT_OVERFLOW", "The amount is too large."};
    case Outcome::DuplicateOrder:
      return {"DUPLICATE_ORDER", "This purchase has earned its points already."};
    case Outcome::DuplicateRef:
      return {"DUPLICATE_REF", "This was counted before."};
    case Outcome::RuleCost:
      return {"RULE_COST", "The programme's rules cannot be worked out; please call support."};
    case Outcome::BlockFull:
      return {"BLOCK_FULL", "Too much is going on at this moment; please try again."};
    case Outcome::TooEarly:
      return {"TOO_EARLY", "The waiting time is not over yet; please try again later."};
    case Outcome::TooLate:
      return {"TOO_LATE", "The time for this is over."};
    default:
      return words_of_members(outcome);
  }
}

}  // namespace

std::string_view name_of(Outcome outcome) {
  const Words words = words_of(outcome);
  CHECK(!words.name.empty());
  return words.name;
}

std::string_view sentence_of(Outcome outcome) {
  const Words words = words_of(outcome);
  CHECK(!words.sentence.empty());
  return words.sentence;
}

std::optional<Outcome> outcome_from(std::uint16_t number) {
  const auto outcome = static_cast<Outcome>(number);
  if (words_of(outcome).name.empty()) return std::nullopt;
  return outcome;
}

bool takes_request_id(Outcome outcome) {
  return outcome != Outcome::Replayed && outcome != Outcome::IdempotencyConflict &&
         outcome != Outcome::StaleRequest && outcome != Outcome::BlockFull;
}

}  // namespace tally
