// What each kind of line moves (design/loyalty.md §3).
#include <tally/base/check.h>
#include <tally/model/receipt.h>

namespace tally {
namespace {

/// What comes into an account or goes out of it; nullopt: it moves within the programme.
std::optional<Movement> arrival_of(LineKind kind) {
  switch (kind) {
    case LineKind::Earned:
    case LineKind::AdjustedUp:
    case LineKind::Opened:
      return Movement{.issued = 1, .available = 1};
    case LineKind::Pended:
      return Movement{.issued = 1, .pending = 1};
    case LineKind::AdjustedDown:
      return Movement{.issued = -1, .available = -1};
    case LineKind::Sent:
    case LineKind::LeftAvailable:
      return Movement{.available = -1};
    case LineKind::Received:
    case LineKind::JoinedAvailable:
      return Movement{.available = 1};
    case LineKind::LeftPending:
      return Movement{.pending = -1};
    case LineKind::JoinedPending:
      return Movement{.pending = 1};
    case LineKind::LeftDebt:
      return Movement{.debt = -1};
    case LineKind::JoinedDebt:
      return Movement{.debt = 1};
    case LineKind::ExchangedOut:
      return Movement{.available = -1, .exchanged_out = 1};
    case LineKind::ExchangedIn:
      return Movement{.available = 1, .exchanged_in = 1};
    default:
      return std::nullopt;
  }
}

}  // namespace

Movement movement_of(LineKind kind) {
  if (const std::optional<Movement> arrival = arrival_of(kind)) return *arrival;
  switch (kind) {
    case LineKind::Redeemed:
      return {.available = -1, .redeemed = 1};
    case LineKind::Fee:
      return {.available = -1, .fees = 1};
    case LineKind::Expired:
      return {.available = -1, .expired = 1};
    case LineKind::Reinstated:
      return {.available = 1, .expired = -1};
    case LineKind::Activated:
      return {.available = 1, .pending = -1};
    case LineKind::Settled:
      return {.available = -1, .debt = -1};
    case LineKind::Held:
      return {.available = -1, .held = 1};
    case LineKind::Released:
      return {.available = 1, .held = -1};
    case LineKind::Captured:
      return {.held = -1, .redeemed = 1};
    case LineKind::GivenBack:
      return {.available = 1, .redeemed = -1};
    case LineKind::ClawedPending:
      return {.pending = -1, .clawed = 1};
    case LineKind::Clawed:
      return {.available = -1, .clawed = 1};
    case LineKind::Owed:
      return {.debt = 1, .clawed = 1};
    case LineKind::Unrecovered:
      return {.unrecovered = 1};
    case LineKind::Forfeited:
      return {.available = -1, .forfeited = 1};
    case LineKind::ForfeitedPending:
      return {.pending = -1, .forfeited = 1};
    case LineKind::WrittenOff:  // CLAWED to DEBT: what was taken back in advance never came
      return {.debt = -1, .clawed = -1, .unrecovered = 1};
    default:
      break;
  }
  CHECK(kind == LineKind::Extended);  // a later date: nothing moves
  return {};
}

}  // namespace tally
