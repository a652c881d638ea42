// ImportState: what an import remembers beside its log, so that a second run does the same again.
#pragma once

#include "app/fault_kinds.h"

#include <tally/crypto/hash.h>
#include <tally/model/ids.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tally::app {

using crypto::Hash;

/// A log that was begun: its bytes by digest, and how far its dates are moved.
struct ImportedLog {
  Hash digest;
  std::int64_t shift_days = 0;
  friend bool operator==(const ImportedLog&, const ImportedLog&) = default;
};

/// Several logs of one merchant's customers may share a state: then they share their members.
struct ImportState {
  Hash secret;  ///< from which members' ids and commitments come; as secret as a key
  std::vector<ImportedLog> logs;

  [[nodiscard]] const ImportedLog* find(const Hash& digest) const;
};

/// nullopt: there is no such file yet. CLI-014: it does not say what it must.
[[nodiscard]] OrFaults<std::optional<ImportState>> read_import_state(const std::string& path);
[[nodiscard]] Faults write_import_state(const std::string& path, const ImportState& state);
/// With a new random secret.
[[nodiscard]] ImportState new_import_state();

/// Who a customer is on the ledger, from the secret alone: the same on every run.
struct ImportedMember {
  MemberId member;
  Hash commitment;
  Bytes request_id;  ///< of the enrolment
};
[[nodiscard]] ImportedMember imported_member(const Hash& secret, MerchantId programme,
                                             std::string_view customer);

/// The request id of a purchase: H("import-row": digest, row). Two rows of the same content are
/// two purchases.
[[nodiscard]] Bytes row_request_id(const Hash& log_digest, std::uint64_t row);

}  // namespace tally::app
