// The laws of members and keys: what names a member keeps naming them, until they become another or
// leave.
#include <tally/members/members.h>
#include <tally/state/consent.h>
#include <tally/state/heads.h>
#include <tally/state/identity.h>

#include <algorithm>
#include <string>

namespace tally::members {
namespace {

using state::AccountHead;
using state::AccountState;
using state::KeyRecord;
using state::MerchantRecord;
using state::RecordChange;
using state::RecordKey;
using state::RecordKind;
using state::TokenRecord;

Error broken(const std::string& law, const RecordKey& key) {
  return Error{ErrorCode::Diverged, law + ": record " + to_hex(key.bytes)};
}

bool is_same_key(const KeyRecord& a, const KeyRecord& b) {
  return a.key == b.key && a.role == b.role && a.purpose == b.purpose && a.merchant == b.merchant &&
         a.member == b.member && a.name == b.name;
}

/// Who may register the next one, and whom no revocation may leave alone, is read off the list.
Result<void> check_listed(const StateDelta& delta, const RecordKey& place, const KeyRecord& key) {
  if (!state::is_voice(key.role, key.purpose)) return {};
  TRY(const auto merchant, state::find_merchant(delta, key.merchant));
  if (!merchant.has_value() ||
      !std::binary_search(merchant->operators.begin(), merchant->operators.end(), key.key.id()))
    return broken("an operator's new key stands in its merchant's list", place);
  return {};
}

Result<void> check_key(const StateDelta& delta, const RecordKey& place,
                       const RecordChange& change) {
  if (!change.after.has_value()) return broken("a key's record never goes", place);
  TRY(const KeyRecord after, state::decode_key_record(*change.after));
  if (state::signing_key_key(after.key.id()) != place)
    return broken("a key's record stands under its own id", place);
  if (after.member.has_value() != (after.role == Role::Member))
    return broken("a member's key names a member, and no other key does", place);
  if ((after.merchant == MerchantId()) != (after.role == Role::Member))
    return broken("a key is a merchant's or a member's", place);
  if (!change.before.has_value()) return check_listed(delta, place, after);
  TRY(const KeyRecord before, state::decode_key_record(*change.before));
  if (!is_same_key(before, after))
    return broken("a key never changes its role, purpose or owner", place);
  return {};
}

/// One operator makes a second alone once, so that it was done must never be forgotten.
Result<void> check_merchant(const RecordKey& place, const RecordChange& change) {
  if (!change.after.has_value()) return broken("a merchant's record never goes", place);
  TRY(const MerchantRecord after, state::decode_merchant_record(*change.after));
  if (after.operators.size() > 1 && !after.had_second_operator)
    return broken("a merchant of two operators had a second one", place);
  if (!change.before.has_value()) return {};
  TRY(const MerchantRecord before, state::decode_merchant_record(*change.before));
  if (before.had_second_operator && !after.had_second_operator)
    return broken("that a merchant had a second operator stays", place);
  return {};
}

MerchantId programme_of(const RecordKey& key) {
  codec::Reader in(ByteView(key.bytes).subspan(1));
  return in.number<MerchantId>();
}

using Head = std::optional<AccountHead>;

Result<Head> decode_head(const std::optional<Bytes>& record) {
  if (!record.has_value()) return Head();
  TRY(AccountHead head, state::decode_account_head(*record));
  return Head(std::move(head));
}

Result<Head> head_after(const StateDelta& delta, const AccountId& id) {
  TRY(const std::optional<Bytes> record, delta.find(state::account_key(id)));
  return decode_head(record);
}

/// As it was before the delta changed it; nullopt: it has not, or there was none.
Result<Head> head_before(const StateDelta& delta, const AccountId& id) {
  const auto change = delta.records().find(state::account_key(id));
  if (change == delta.records().end()) return Head();
  return decode_head(change->second.before);
}

/// Whether an account with this head is an alias of `member`, be it by way of others.
Result<bool> leads_to(const StateDelta& delta, MerchantId programme, Head head,
                      const MemberId& member) {
  for (int hops = 0; hops < state::kAliasHopsMax; ++hops) {
    if (!head.has_value() || !head->alias_of.has_value()) return false;
    if (*head->alias_of == member) return true;
    TRY(head, head_after(delta, {*head->alias_of, programme}));
  }
  return false;
}

/// Whether what named `from` may name `to` now: the one was merged into the other, or that is
/// undone.
Result<bool> became(const StateDelta& delta, MerchantId programme, const MemberId& from,
                    const MemberId& to) {
  TRY(const Head source, head_after(delta, {from, programme}));
  TRY(const bool is_merged, leads_to(delta, programme, source, to));
  if (is_merged) return true;
  TRY(const Head restored, head_before(delta, {to, programme}));
  return leads_to(delta, programme, restored, from);
}

bool has_ended(const Head& head) {
  return head.has_value() &&
         (head->state == AccountState::Closed || head->state == AccountState::Merged);
}

/// An identity is one member's. It passes to another by a merge, or once the account has ended.
Result<void> check_commitment(const StateDelta& delta, const RecordKey& key,
                              const RecordChange& change) {
  if (!change.after.has_value()) return broken("a commitment's record never goes", key);
  TRY(const MemberId after, state::decode_commitment(*change.after));
  const MerchantId programme = programme_of(key);
  TRY(const Head now, head_after(delta, {after, programme}));
  if (!now.has_value()) return broken("a commitment names a member of the programme", key);
  if (!change.before.has_value()) return {};
  TRY(const MemberId before, state::decode_commitment(*change.before));
  TRY(const Head former, head_after(delta, {before, programme}));
  if (has_ended(former)) return {};
  TRY(const bool is_merge, became(delta, programme, before, after));
  if (is_merge) return {};
  return broken("a commitment is one member's", key);
}

/// A card is one member's, and a lost one is lost for good.
Result<void> check_token(const StateDelta& delta, const RecordKey& key,
                         const RecordChange& change) {
  if (!change.after.has_value()) return broken("a card's record never goes", key);
  TRY(const TokenRecord after, state::decode_token(*change.after));
  const MerchantId programme = programme_of(key);
  TRY(const Head now, head_after(delta, {after.member, programme}));
  if (!now.has_value()) return broken("a card names a member of the programme", key);
  if (!change.before.has_value()) return {};
  TRY(const TokenRecord before, state::decode_token(*change.before));
  if (before.blocked && !after.blocked) return broken("a blocked card is blocked for good", key);
  if (before.member == after.member) return {};
  TRY(const bool is_merge, became(delta, programme, before.member, after.member));
  if (is_merge) return {};
  return broken("a card is one member's", key);
}

}  // namespace

Result<void> check_invariants(const StateDelta& delta) {
  for (const auto& [key, change] : delta.records()) {
    if (change.before == change.after) continue;
    if (key.kind() == RecordKind::Key) TRY_VOID(check_key(delta, key, change));
    if (key.kind() == RecordKind::Merchant) TRY_VOID(check_merchant(key, change));
    if (key.kind() == RecordKind::Commitment) TRY_VOID(check_commitment(delta, key, change));
    if (key.kind() == RecordKind::Token) TRY_VOID(check_token(delta, key, change));
  }
  return {};
}

}  // namespace tally::members
