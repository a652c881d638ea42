// Outcomes' names, and their sentences for a cashier.
#include <tally/base/check.h>
#include <tally/model/outcome.h>

namespace tally {
namespace {

struct Words {
  std::string_view name;
  std::string_view sentence;
};

/// No words for a number that is no outcome.
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
    case Outcome::UnknownProgramme:
      return {"UNKNOWN_PROGRAMME", "This points programme is not open."};
    case Outcome::UnknownMember:
      return {"UNKNOWN_MEMBER", "The customer is not a member of this programme yet."};
    case Outcome::UnknownMerchant:
      return {"UNKNOWN_MERCHANT", "This shop does not take part."};
    case Outcome::CurrencyNotAccepted:
      return {"CURRENCY_NOT_ACCEPTED", "The programme does not count this currency."};
    case Outcome::EventTooOld:
      return {"EVENT_TOO_OLD", "This purchase is too old to be booked at the till."};
    case Outcome::EventInFuture:
      return {"EVENT_IN_FUTURE", "The till's clock is ahead; please have it set."};
    case Outcome::AmountOverflow:
      return {"AMOUNT_OVERFLOW", "The amount is too large."};
    case Outcome::DuplicateOrder:
      return {"DUPLICATE_ORDER", "This purchase has earned its points already."};
    case Outcome::AlreadyEnrolled:
      return {"ALREADY_ENROLLED", "The customer is a member already."};
    case Outcome::KeyAlreadyRegistered:
      return {"KEY_ALREADY_REGISTERED", "This device or card is in use already; take another."};
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
    case Outcome::VersionNotNext:
      return {"VERSION_NOT_NEXT", "The programme was changed meanwhile; please look again."};
    case Outcome::HeightNotAllowed:
      return {"HEIGHT_NOT_ALLOWED", "The change should start in the past; choose a later start."};
  }
  return {};
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
         outcome != Outcome::StaleRequest;
}

}  // namespace tally
