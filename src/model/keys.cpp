// The roles and purposes of keys, and their names.
#include <tally/base/check.h>
#include <tally/model/keys.h>

namespace tally {
namespace {

/// Empty for a number that is no role.
std::string_view name_or_empty(Role role) {
  switch (role) {
    case Role::Terminal:
      return "terminal";
    case Role::Operator:
      return "operator";
    case Role::Member:
      return "member";
    case Role::Auditor:
      return "auditor";
    case Role::Node:
      return "node";
  }
  return {};
}

}  // namespace

bool is_known(Role role) {
  return !name_or_empty(role).empty();
}

bool is_known(Purpose purpose) {
  return purpose == Purpose::Sign || purpose == Purpose::Tls;
}

std::string_view name_of(Role role) {
  const std::string_view name = name_or_empty(role);
  CHECK(!name.empty());
  return name;
}

}  // namespace tally
