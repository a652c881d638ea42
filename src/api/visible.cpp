// What of the ledger a caller may see.
#include "api/visible.h"

#include <tally/codec/reader.h>

#include <algorithm>

namespace tally::api {
namespace {

bool is_staff_of(const Caller& caller, MerchantId merchant) {
  const auto role = caller.role();
  return (role == Role::Terminal || role == Role::Operator) && caller.record->merchant == merchant;
}

/// Of a record whose key goes on with its merchant's id.
MerchantId merchant_of(const state::RecordKey& key) {
  codec::Reader in(ByteView(key.bytes).subspan(1));
  return in.number<MerchantId>();
}

bool is_operator(const Caller& caller) {
  return caller.role() == Role::Operator;
}

/// Of a record whose key has two merchants in it, one after the other: those two see it.
bool is_operator_of_either(const Caller& caller, const state::RecordKey& key, std::size_t offset) {
  codec::Reader in(ByteView(key.bytes).subspan(offset));
  const auto one = in.number<MerchantId>();
  const auto other = in.number<MerchantId>();
  return is_operator(caller) && !in.failed() &&
         (caller.record->merchant == one || caller.record->merchant == other);
}

/// What is owed is the two merchants' business, and of nobody at their tills.
bool may_see_owed(const Caller& caller, const Obligation& owed) {
  const auto is_own = [&](MerchantId merchant) { return caller.record->merchant == merchant; };
  return caller.role() == Role::Auditor ||
         (is_operator(caller) && (is_own(owed.debtor) || is_own(owed.creditor)));
}

/// Every merchant's operators vote on issuers, and check that the nets of a cycle sum to 0.
bool may_see_cycles(const Caller& caller) {
  return caller.role() == Role::Auditor || is_operator(caller);
}

/// Kind, currency and cycle stand before the debtor and the creditor.
constexpr std::size_t kOwedMerchants = 1 + Currency::kSize + sizeof(std::uint32_t);

/// Of a record whose key starts with a member's id; of a merge the programme follows.
AccountId source_of(const state::RecordKey& key) {
  codec::Reader in(ByteView(key.bytes).subspan(1));
  AccountId source;
  source.member = in.fixed<MemberId>();
  source.programme = in.number<MerchantId>();
  return source;
}

/// Rules and facts are of the member who acted, so they go with that account: of several that a
/// receipt touches, it is the one that is not the referrer's.
bool may_see_rules(const Caller& caller, const Receipt& receipt) {
  if (!receipt.facts.has_value()) return true;
  return std::all_of(receipt.previous.begin(), receipt.previous.end(), [&](const auto& entry) {
    return entry.account.member == receipt.facts->referrer || may_see(caller, entry.account);
  });
}

/// What a rule gave the one who referred the member, and what that person's caps had left.
bool may_see_referrer(const Caller& caller, const Receipt& receipt) {
  return std::any_of(receipt.previous.begin(), receipt.previous.end(), [&](const auto& entry) {
    return entry.account.member == receipt.facts->referrer && may_see(caller, entry.account);
  });
}

}  // namespace

bool may_see(const Caller& caller, const AccountId& account) {
  if (caller.role() == Role::Auditor) return true;
  if (caller.role() == Role::Member) return caller.record->member == account.member;
  return is_staff_of(caller, account.programme);
}

bool may_see(const Caller& caller, const state::RecordKey& key) {
  if (!caller.role().has_value() || caller.role() == Role::Node) return false;
  switch (key.kind()) {
    case state::RecordKind::Consortium:
    case state::RecordKind::Merchant:
    case state::RecordKind::Key:
    case state::RecordKind::Programme:
    case state::RecordKind::Quote:
    case state::RecordKind::Rate:
      return true;
    case state::RecordKind::Campaign:
    case state::RecordKind::Ref:
    case state::RecordKind::Totals:
    case state::RecordKind::Commitment:
    case state::RecordKind::Return:
    case state::RecordKind::Token:
    case state::RecordKind::Pool:
    case state::RecordKind::Adjusted:
    case state::RecordKind::Opening:
      return caller.role() == Role::Auditor || is_staff_of(caller, merchant_of(key));
    case state::RecordKind::Exposure:
      return caller.role() == Role::Auditor ||
             (is_operator(caller) && is_staff_of(caller, merchant_of(key)));
    case state::RecordKind::Taken:
      return caller.role() == Role::Auditor || is_operator_of_either(caller, key, 1);
    case state::RecordKind::Owed:
      return caller.role() == Role::Auditor || is_operator_of_either(caller, key, kOwedMerchants);
    // Its bytes come with their proof, so all of a cycle is seen, or nothing.
    case state::RecordKind::Cycle:
    case state::RecordKind::Issuer:
    case state::RecordKind::Change:
      return may_see_cycles(caller);
    case state::RecordKind::Consents:
      return may_see(caller, source_of(key));
    case state::RecordKind::Account:
    case state::RecordKind::Lots: {
      const std::optional<AccountId> account = state::account_of(key);
      return account.has_value() && may_see(caller, *account);
    }
    case state::RecordKind::Merged:  // it has both members' accounts in it
      return caller.role() == Role::Auditor || is_staff_of(caller, source_of(key).programme);
    case state::RecordKind::Recovery:
      return caller.role() == Role::Auditor || caller.record->member == source_of(key).member;
    case state::RecordKind::Hold:  // its key says of nobody whose it is
      return caller.role() == Role::Auditor;
  }
  return false;
}

bool touches_visible(const Caller& caller, const Receipt& receipt) {
  const auto visible = [&](const auto& entry) { return may_see(caller, entry.account); };
  const auto is_own = [&](const Obligation& owed) { return may_see_owed(caller, owed); };
  return (receipt.cycle.has_value() && may_see_cycles(caller)) ||
         std::any_of(receipt.obligations.begin(), receipt.obligations.end(), is_own) ||
         std::any_of(receipt.previous.begin(), receipt.previous.end(), visible) ||
         std::any_of(receipt.lines.begin(), receipt.lines.end(), visible);
}

VisibleReceipt visible_part(const Caller& caller, Receipt receipt) {
  const auto hidden = [&](const auto& entry) { return !may_see(caller, entry.account); };
  if (!may_see_rules(caller, receipt)) {
    receipt.rules.clear();
    receipt.facts.reset();
  }
  const auto is_hidden_referrers = [&](const RuleResult& result) {
    return result.to_referrer && receipt.facts.has_value() && !may_see_referrer(caller, receipt);
  };
  std::erase_if(receipt.rules, is_hidden_referrers);
  const auto is_others = [&](const Obligation& owed) { return !may_see_owed(caller, owed); };
  const std::size_t left_out = std::erase_if(receipt.lines, hidden) +
                               std::erase_if(receipt.previous, hidden) +
                               std::erase_if(receipt.obligations, is_others);
  return {std::move(receipt), left_out > 0};
}

}  // namespace tally::api
