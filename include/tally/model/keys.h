// What a key on the ledger may be: its role, its one purpose, its limits.
#pragma once

#include <tally/base/points.h>
#include <tally/base/time.h>
#include <tally/model/ids.h>

#include <cstdint>
#include <string_view>

namespace tally {

/// FORMAT: stored; docs/formats.md. Who may do what: design/security.md §5.
enum class Role : std::uint8_t { Terminal = 1, Operator = 2, Member = 3, Auditor = 4, Node = 5 };

/// A key signs submissions or authenticates a TLS client, never both.
enum class Purpose : std::uint8_t { Sign = 1, Tls = 2 };

/// What bounds a key beyond its role.
struct KeyLimits {
  Points points_max;      ///< points that one transaction may move; 0: no limit of its own
  Duration backdate_max;  ///< an operator's right to backdate events, up to this age; 0: none
  Points consent_max;     ///< points of one consent token that a custodian's key signs; 0: none
  friend bool operator==(const KeyLimits&, const KeyLimits&) = default;
};

[[nodiscard]] bool is_known(Role role);
[[nodiscard]] bool is_known(Purpose purpose);
[[nodiscard]] std::string_view name_of(Role role);

}  // namespace tally
