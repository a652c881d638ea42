// Caller: who asks, by the key of the client certificate and its record on the ledger.
#pragma once

#include <tally/api/rights.h>
#include <tally/state/consortium.h>
#include <tally/storage/store.h>

#include "api/fault.h"

#include <optional>
#include <string_view>

namespace tally::api {

/// Rights come from the record, never from the certificate: that a merchant's CA issued it says
/// who to blame, not what its holder may do.
struct Caller {
  KeyId key;
  std::optional<state::KeyRecord> record;  ///< in force, for TLS; none: not on the ledger

  [[nodiscard]] std::optional<Role> role() const {
    return record.has_value() ? std::optional<Role>(record->role) : std::nullopt;
  }
};

/// The id of the key in a certificate: SHA-256 of its SPKI. Malformed: not one certificate.
[[nodiscard]] Result<KeyId> key_of_certificate(std::string_view pem);

/// Who calls `method` with that certificate, as of `snapshot`.
/// UNAUTHENTICATED UNKNOWN_KEY, KEY_REVOKED, WRONG_PURPOSE; PERMISSION_DENIED ROLE_NOT_ALLOWED.
[[nodiscard]] Reply<Caller> find_caller(std::string_view certificate_pem, Method method,
                                        const storage::Snapshot& snapshot, Timestamp ledger_time);

/// PERMISSION_DENIED ROLE_NOT_ALLOWED unless the caller's role has `method`.
[[nodiscard]] Check check_role(const Caller& caller, Method method);

}  // namespace tally::api
