// Issuers: whether a programme still does business (design/loyalty.md §17).
#pragma once

#include <tally/model/ids.h>
#include <tally/model/outcome.h>
#include <tally/state/state_delta.h>

#include <optional>

namespace tally::state {

/// FORMAT: stored; docs/formats.md §3.
enum class IssuerState : std::uint8_t {
  Active = 1,
  Suspended = 2,    ///< it has not paid: no earn, no exchange, nothing elsewhere
  WindingDown = 3,  ///< it leaves: no earn, nothing exchanged into it; redeemed everywhere
  Closed = 4,       ///< for good
};

/// No record: active.
struct IssuerRecord {
  IssuerState state = IssuerState::Active;
  Timestamp until = Timestamp::never();  ///< of one that leaves or left: when its points expire
  /// Of Closed, while its accounts end one after another: the last one looked at, of any programme.
  std::optional<AccountId> ended_to = std::nullopt;
  friend bool operator==(const IssuerRecord&, const IssuerRecord&) = default;
};

[[nodiscard]] Result<IssuerRecord> find_issuer(const StateView&, MerchantId issuer);
[[nodiscard]] Result<IssuerRecord> decode_issuer(ByteView bytes);
[[nodiscard]] Result<void> put_issuer(StateDelta&, MerchantId issuer, const IssuerRecord&);

/// Whether points of the issuer may be made: earned, handed out by a partner, or exchanged into.
[[nodiscard]] Outcome check_may_issue(const IssuerRecord& issuer);
/// Whether its points may be redeemed or held at another merchant.
[[nodiscard]] Outcome check_may_be_redeemed(const IssuerRecord& issuer);
/// Whether they may be exchanged into another programme's.
[[nodiscard]] Outcome check_may_leave(const IssuerRecord& issuer);

}  // namespace tally::state
