// The table of roles and kinds, and whose merchant, member and limits they are bound to.
#include "execution/authorise.h"

#include <tally/base/check.h>
#include <tally/execution/execute.h>
#include <tally/state/consent.h>
#include <tally/state/heads.h>
#include <tally/state/identity.h>

#include "execution/dispatch.h"

namespace tally::execution {
namespace {

using state::KeyRecord;
using state::StateView;

/// The rows of design/security.md §5 that this version has. An operator may redeem and hold, too: a
/// merchant may start without terminals of its own.
bool role_may(Role role, ActionKind kind) {
  const bool terminal = role == Role::Terminal;
  const bool operates = role == Role::Operator;
  const bool member = role == Role::Member;
  switch (kind) {
    case ActionKind::Earn:
    case ActionKind::Redeem:
    case ActionKind::Hold:
    case ActionKind::Capture:
    case ActionKind::Void:
    case ActionKind::Activate:
    case ActionKind::Reverse:
    case ActionKind::Attest:  // campaigns name the key that must have signed
      return terminal || operates;
    case ActionKind::Enrol:
    case ActionKind::Transfer:
    case ActionKind::RegisterKey:
    case ActionKind::LinkToken:
    case ActionKind::BlockToken:
    case ActionKind::Claim:
    case ActionKind::ExchangePoints:
      return terminal || operates || member;
    case ActionKind::RevokeKey:
    case ActionKind::Merge:
    case ActionKind::Unmerge:
    case ActionKind::Close:
    case ActionKind::Recover:
      return operates || member;
    case ActionKind::Pool:
      return member;
    case ActionKind::Freeze:
    case ActionKind::Unfreeze:
    case ActionKind::Adjust:
    case ActionKind::AdjustBulk:
    case ActionKind::OpenLots:
    case ActionKind::Extend:
    case ActionKind::Reinstate:
    case ActionKind::AdvanceClock:
    case ActionKind::PublishProgramme:
    case ActionKind::PublishCampaign:
    case ActionKind::PublishSegment:
    case ActionKind::PublishQuote:
    case ActionKind::PublishRate:
    case ActionKind::CloseCycle:
    case ActionKind::ConfirmPayment:
    case ActionKind::DisputePayment:
    case ActionKind::ProposeChange:
    case ActionKind::ApproveChange:
      return operates;
    case ActionKind::Due:
      break;
  }
  return false;
}

/// Whose card or account a transaction changes, for the kinds that need their word or custody.
struct Ward {
  AccountId account;
  bool is_card = false;  ///< a terminal may pass the member's own wish on
};

/// nullopt: another kind, or a card that nobody has, which its kind refuses.
Result<std::optional<Ward>> ward_of(const Action& action, const StateView& view) {
  const auto ward = [](const auto& fields, bool is_card) {
    return std::optional(Ward{{fields.member, fields.programme}, is_card});
  };
  if (const auto* link = std::get_if<LinkToken>(&action)) return ward(*link, true);
  if (const auto* claim = std::get_if<Claim>(&action)) return ward(*claim, true);
  if (const auto* close = std::get_if<Close>(&action)) return ward(*close, false);
  const auto* const block = std::get_if<BlockToken>(&action);
  if (block == nullptr) return std::optional<Ward>();
  TRY(const auto token, state::find_token(view, block->programme, block->token));
  if (!token.has_value()) return std::optional<Ward>();
  return std::optional(Ward{{token->member, block->programme}, true});
}

/// A member speaks for their own account, cards and keys alone.
Result<bool> is_own(const MemberId& member, const Action& action, const StateView& view) {
  if (const auto* transfer = std::get_if<Transfer>(&action)) return transfer->from == member;
  if (const auto* exchange = std::get_if<ExchangePoints>(&action))
    return exchange->member == member;
  if (const auto* pool = std::get_if<Pool>(&action)) return pool->member == member;
  if (const auto* recover = std::get_if<Recover>(&action)) return recover->member == member;
  if (const auto* unmerge = std::get_if<Unmerge>(&action)) return unmerge->source == member;
  if (const auto* merge = std::get_if<Merge>(&action))
    return merge->source == member || merge->target == member;
  if (const auto* enrol = std::get_if<Enrol>(&action))
    return enrol->member == member && enrol->member_key.has_value();
  if (const auto* registration = std::get_if<RegisterKey>(&action))
    return registration->member == member;
  if (const auto* revocation = std::get_if<RevokeKey>(&action)) {
    TRY(const auto key, state::find_key(view, revocation->key));
    return key.has_value() && key->member == member;
  }
  TRY(const auto ward, ward_of(action, view));
  return ward.has_value() && ward->account.member == member;
}

/// A merchant's keys are its operators' to register and to revoke; a terminal only passes a
/// member's own wish on. A key that is not there is its kind's to refuse.
Result<bool> may_change_keys(const KeyRecord& asking, const Action& action, const StateView& view) {
  if (asking.role == Role::Member) return true;  // their own, as is_own says
  if (const auto* registration = std::get_if<RegisterKey>(&action))
    return asking.role == Role::Operator || registration->role == Role::Member;
  const auto* const revocation = std::get_if<RevokeKey>(&action);
  if (revocation == nullptr) return true;
  TRY(const auto key, state::find_key(view, revocation->key));
  return !key.has_value() || key->merchant == asking.merchant;
}

/// Who keeps a member's key for them needs no word of theirs; anybody else does.
Result<Outcome> check_ward(const state::TransactionContext& context, const StateView& view) {
  TRY(const auto ward, ward_of(*context.action, view));
  if (!ward.has_value()) return Outcome::Accepted;
  TRY(const bool consents, state::has_consent(view, context, ward->account.member));
  if (consents) return Outcome::Accepted;
  TRY(const auto head, state::find_head(view, ward->account));
  const bool in_custody = head.has_value() && !head->own_key;
  const bool may = context.asking->role == Role::Operator && (in_custody || !head.has_value());
  return may ? Outcome::Accepted : Outcome::ConsentRequired;
}

/// Lines that say what the key moved; what else a receipt has follows from those, or pairs with
/// them.
bool counts(LineKind kind) {
  switch (kind) {
    case LineKind::Earned:
    case LineKind::Pended:
    case LineKind::Activated:
    case LineKind::Redeemed:
    case LineKind::Held:
    case LineKind::Captured:
    case LineKind::GivenBack:
    case LineKind::ClawedPending:
    case LineKind::Clawed:
    case LineKind::Owed:
    case LineKind::Sent:
    case LineKind::Fee:
    case LineKind::AdjustedUp:
    case LineKind::AdjustedDown:
    case LineKind::Opened:
    case LineKind::Reinstated:
    case LineKind::Forfeited:
    case LineKind::ForfeitedPending:
    case LineKind::WrittenOff:
    case LineKind::LeftAvailable:
    case LineKind::LeftPending:
    case LineKind::ExchangedOut:
      return true;
    case LineKind::Received:
    case LineKind::Expired:
    case LineKind::Settled:
    case LineKind::Released:
    case LineKind::Unrecovered:
    case LineKind::Extended:
    case LineKind::JoinedAvailable:
    case LineKind::JoinedPending:
    case LineKind::LeftDebt:
    case LineKind::JoinedDebt:
    case LineKind::ExchangedIn:  // for what went out
      return false;
  }
  return true;
}

/// Whether the sender may name another one's programme: what its kind then asks of consent, orders
/// and agreements, its kind says.
bool may_name_another(const Action& action, MerchantId sender) {
  if (const auto* exchange = std::get_if<ExchangePoints>(&action)) return exchange->into == sender;
  switch (kind_of(action)) {
    case ActionKind::Redeem:
    case ActionKind::Hold:
    case ActionKind::Capture:
    case ActionKind::Void:
    case ActionKind::Earn:
    case ActionKind::Activate:
    case ActionKind::Reverse:
      return true;
    default:
      return false;
  }
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
  // A key that can sign has to: else who has a gateway's key had every operator's voice.
  if (asking->purpose != Purpose::Tls) return kNobody;
  return asking->merchant == signer->merchant ? asking : kNobody;
}

Result<bool> may_take_request_id(const KeyRecord& key, const Transaction& transaction,
                                 const StateView& view) {
  if (key.role != Role::Member) return key.merchant == transaction.merchant;
  if (!key.member.has_value()) return false;
  return is_own(*key.member, transaction.action, view);
}

Result<std::vector<bool>> may_speak(std::span<const Transaction> transactions, const KeyId& signer,
                                    Timestamp now, const state::StateView& view) {
  KeyCache keys;
  std::vector<bool> result;
  for (const Transaction& transaction : transactions) {
    TRY(const KeyRecord* const asking, find_asking(keys, view, Asker{signer}, transaction, now));
    if (asking == nullptr) {
      result.push_back(false);
      continue;
    }
    TRY(const bool may, may_take_request_id(*asking, transaction, view));
    result.push_back(may);
  }
  return result;
}

Result<Outcome> authorise(const state::TransactionContext& context, const state::StateView& view) {
  CHECK(context.transaction != nullptr);
  CHECK(context.asking != nullptr);
  const Transaction& transaction = *context.transaction;
  const KeyRecord& key = *context.asking;
  if (!role_may(key.role, kind_of(transaction.action))) return Outcome::NotPermitted;
  TRY(const bool may_take, may_take_request_id(key, transaction, view));
  if (!may_take) return Outcome::NotPermitted;
  if (key.role == Role::Member) {
    TRY(const auto merchant, state::find_merchant(view, transaction.merchant));
    if (!merchant.has_value()) return Outcome::UnknownMerchant;
    // What names a merged account is another member's by now.
    TRY(const bool own, is_own(*key.member, *context.action, view));
    if (!own) return Outcome::NotPermitted;
  }
  TRY(const bool may_change, may_change_keys(key, transaction.action, view));
  if (!may_change) return Outcome::NotPermitted;
  const std::optional<MerchantId> programme = programme_of(transaction.action);
  if (programme.has_value() && *programme != transaction.merchant &&
      !may_name_another(transaction.action, transaction.merchant))
    return Outcome::NotPermitted;
  if (is_above(points_named(transaction.action), key.limits)) return Outcome::NotPermitted;
  return check_ward(context, view);
}

bool is_within_limit(const KeyLimits& limits, const Receipt& receipt) {
  std::optional<Points> moved = Points();
  for (const ReceiptLine& line : receipt.lines) {
    if (!counts(line.kind)) continue;
    moved = checked_add(*moved, line.points);
    if (!moved.has_value()) return limits.points_max.is_zero();
  }
  return !is_above(*moved, limits);
}

}  // namespace tally::execution
