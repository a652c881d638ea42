// The laws of members and keys.
#include <tally/members/members.h>

#include <string>

namespace tally::members {
namespace {

using state::KeyRecord;
using state::RecordChange;
using state::RecordKey;
using state::RecordKind;

Error broken(const std::string& law, const RecordKey& key) {
  return Error{ErrorCode::Diverged, law + ": record " + to_hex(key.bytes)};
}

bool is_same_key(const KeyRecord& a, const KeyRecord& b) {
  return a.key == b.key && a.role == b.role && a.purpose == b.purpose && a.merchant == b.merchant &&
         a.member == b.member && a.name == b.name;
}

Result<void> check_key(const RecordKey& place, const RecordChange& change) {
  if (!change.after.has_value()) return broken("a key's record never goes", place);
  TRY(const KeyRecord after, state::decode_key_record(*change.after));
  if (state::signing_key_key(after.key.id()) != place)
    return broken("a key's record stands under its own id", place);
  if (after.member.has_value() != (after.role == Role::Member))
    return broken("a member's key names a member, and no other key does", place);
  if ((after.merchant == MerchantId()) != (after.role == Role::Member))
    return broken("a key is a merchant's or a member's", place);
  if (!change.before.has_value()) return {};
  TRY(const KeyRecord before, state::decode_key_record(*change.before));
  if (!is_same_key(before, after))
    return broken("a key never changes its role, purpose or owner", place);
  return {};
}

}  // namespace

Result<void> check_invariants(const StateDelta& delta) {
  for (const auto& [key, change] : delta.records()) {
    if (change.before == change.after) continue;
    if (key.kind() == RecordKind::Key) TRY_VOID(check_key(key, change));
    if (key.kind() == RecordKind::Commitment && change.before.has_value())
      return broken("a commitment is one member's for ever", key);
  }
  return {};
}

}  // namespace tally::members
