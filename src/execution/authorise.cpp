// The table of roles and kinds, and whose merchant, member and limits they are bound to.
#include "execution/authorise.h"

#include <tally/base/check.h>
#include <tally/execution/execute.h>

#include "execution/dispatch.h"

namespace tally::execution {
namespace {

using state::KeyRecord;

/// The rows of design/security.md §5 that this version has. An operator may redeem, too: a merchant
/// may start without terminals of its own.
bool role_may(Role role, ActionKind kind) {
  switch (kind) {
    case ActionKind::Enrol:
    case ActionKind::Earn:
    case ActionKind::Redeem:
      return role == Role::Terminal || role == Role::Operator;
    case ActionKind::Transfer:
    case ActionKind::RegisterKey:
      return role == Role::Terminal || role == Role::Operator || role == Role::Member;
    case ActionKind::Attest:  // campaigns name the key that must have signed
      return role == Role::Terminal || role == Role::Operator;
    case ActionKind::AdvanceClock:
    case ActionKind::PublishProgramme:
    case ActionKind::PublishCampaign:
    case ActionKind::PublishSegment:
      return role == Role::Operator;
    case ActionKind::Due:
      break;
  }
  return false;
}

/// A member speaks for their own account and keys alone.
bool is_own(const MemberId& member, const Action& action) {
  if (const auto* transfer = std::get_if<Transfer>(&action)) return transfer->from == member;
  if (const auto* registration = std::get_if<RegisterKey>(&action))
    return registration->member == member;
  return false;
}

/// A merchant's keys are registered by its operators. Two of them for an operator's key, as the
/// security design asks, come with approvals. A terminal only passes a member's own wish on.
bool may_register(Role role, const RegisterKey& action) {
  return role == Role::Operator || action.role == Role::Member;
}

bool is_above(Points points, const KeyLimits& limits) {
  return !limits.points_max.is_zero() && points > limits.points_max;
}

}  // namespace

Result<const KeyRecord*> find_asking(KeyCache& keys, const state::StateView& view,
                                     const Asker& asker, const Transaction& transaction,
                                     Timestamp now) {
  constexpr const KeyRecord* kNobody = nullptr;
  TRY(const KeyRecord* const signer, keys.find(view, asker.key));
  if (signer == nullptr || !signer->in_force(now)) return kNobody;
  if (!asker.has_signed) return signer->role == Role::Node ? kNobody : signer;
  if (signer->purpose != Purpose::Sign) return kNobody;
  const bool names_another =
      !transaction.asking_key.is_zero() && transaction.asking_key != asker.key;
  if (signer->role != Role::Node) return names_another ? kNobody : signer;

  if (!names_another) return kNobody;
  TRY(const KeyRecord* const asking, keys.find(view, transaction.asking_key));
  if (asking == nullptr || !asking->in_force(now)) return kNobody;
  return asking->merchant == signer->merchant ? asking : kNobody;
}

bool may_take_request_id(const KeyRecord& key, const Transaction& transaction) {
  if (key.role != Role::Member) return key.merchant == transaction.merchant;
  return key.member.has_value() && is_own(*key.member, transaction.action);
}

Result<std::vector<bool>> may_speak(std::span<const Transaction> transactions, const KeyId& signer,
                                    Timestamp now, const state::StateView& view) {
  KeyCache keys;
  std::vector<bool> result;
  for (const Transaction& transaction : transactions) {
    TRY(const KeyRecord* const asking, find_asking(keys, view, Asker{signer}, transaction, now));
    result.push_back(asking != nullptr && may_take_request_id(*asking, transaction));
  }
  return result;
}

Result<Outcome> authorise(const state::TransactionContext& context, const state::StateView& view) {
  CHECK(context.transaction != nullptr);
  CHECK(context.asking != nullptr);
  const Transaction& transaction = *context.transaction;
  const KeyRecord& key = *context.asking;
  if (!role_may(key.role, kind_of(transaction.action))) return Outcome::NotPermitted;
  if (!may_take_request_id(key, transaction)) return Outcome::NotPermitted;
  if (key.role == Role::Member) {
    TRY(const auto merchant, state::find_merchant(view, transaction.merchant));
    if (!merchant.has_value()) return Outcome::UnknownMerchant;
  }
  if (const auto* registration = std::get_if<RegisterKey>(&transaction.action))
    if (key.role != Role::Member && !may_register(key.role, *registration))
      return Outcome::NotPermitted;
  const std::optional<MerchantId> programme = programme_of(transaction.action);
  if (programme.has_value() && *programme != transaction.merchant) return Outcome::NotPermitted;
  return is_above(points_named(transaction.action), key.limits) ? Outcome::NotPermitted
                                                                : Outcome::Accepted;
}

bool is_within_limit(const KeyLimits& limits, const Receipt& receipt) {
  std::optional<Points> moved = Points();
  for (const ReceiptLine& line : receipt.lines) {
    if (line.kind == LineKind::Received) continue;  // what was sent, counted once
    moved = checked_add(*moved, line.points);
    if (!moved.has_value()) return limits.points_max.is_zero();
  }
  return !is_above(*moved, limits);
}

}  // namespace tally::execution
