// The model's members: enrolment, cards, freezes, closes; gifts, pools and corrections.
#include <tally/base/calendar.h>
#include <tally/base/check.h>

#include "property/ledger_model.h"

#include <algorithm>

namespace tally::test {
namespace {

Amount fee_of(const TransferRule& rule, Amount amount) {
  return std::max(rule.fee_min.value(), (amount * rule.fee_basis_points + 9'999) / 10'000);
}

}  // namespace

// --- Members. ---

void LedgerModel::judge(const Enrol& enrol, const ModelCall& call, ModelAnswer& answer) const {
  if (find(enrol.member) != nullptr) answer.must.insert(Outcome::AlreadyEnrolled);
  const auto known = commitments_.find(enrol.commitment.value_or(Hash()));
  if (enrol.commitment.has_value() && known != commitments_.end() &&
      !accounts_.at(resolved(known->second)).closed)
    answer.must.insert(Outcome::AlreadyEnrolled);
  if (enrol.token.has_value()) {
    const auto token = tokens_.find(*enrol.token);
    if (token != tokens_.end()) answer.must.insert(Outcome::TokenInUse);
    if (token != tokens_.end() && token->second.second) answer.must.insert(Outcome::TokenBlocked);
  }
  if (enrol.member_key.has_value()) {
    const KeyId key = enrol.member_key->id();
    if (key_owners_.contains(key)) answer.must.insert(Outcome::KeyAlreadyRegistered);
    const auto& consents = call.transaction->consents;
    if (std::none_of(consents.begin(), consents.end(),
                     [&](const Consent& each) { return each.key.id() == key; }))
      answer.must.insert(Outcome::ConsentRequired);
  }
}

void LedgerModel::apply(const Enrol& enrol, const ModelCall& call) {
  ModelAccount account;
  account.enrolled = call.now;
  account.commitment = enrol.commitment;
  if (enrol.member_key.has_value()) {
    account.keys.insert(enrol.member_key->id());
    account.own_key = true;
    key_owners_[enrol.member_key->id()] = enrol.member;
  }
  if (enrol.token.has_value()) tokens_[*enrol.token] = {enrol.member, false};
  if (enrol.commitment.has_value()) {
    inherit(account, *enrol.commitment);
    commitments_[*enrol.commitment] = enrol.member;
  }
  accounts_[enrol.member] = std::move(account);
}

/// Who comes again does not get again what is given once.
void LedgerModel::inherit(ModelAccount& account, const Hash& commitment) {
  const auto before = commitments_.find(commitment);
  if (before == commitments_.end()) return;
  for (const auto& [campaign, times] : accounts_.at(resolved(before->second)).campaign_times)
    account.campaign_times[campaign] += times;
}

void LedgerModel::judge(const LinkToken& link, const ModelCall& call, ModelAnswer& answer) const {
  judge_ward(call, resolved(link.member), answer);
  ModelAnswer of_member;
  check_open(link.member, of_member);
  answer.must.merge(of_member.must);
  const auto known = tokens_.find(link.token);
  if (known == tokens_.end()) return;
  answer.must.insert(Outcome::TokenInUse);
  if (known->second.second) answer.must.insert(Outcome::TokenBlocked);
}

void LedgerModel::apply(const LinkToken& link, const ModelCall&) {
  ++account(link.member).touched;
  tokens_[link.token] = {resolved(link.member), false};
}

void LedgerModel::judge(const BlockToken& block, const ModelCall& call, ModelAnswer& answer) const {
  const auto known = tokens_.find(block.token);
  if (known != tokens_.end()) judge_ward(call, known->second.first, answer);
  if (known == tokens_.end())
    answer.must.insert(Outcome::UnknownToken);
  else if (known->second.second)
    answer.may.insert(Outcome::TokenBlocked);
}

void LedgerModel::apply(const BlockToken& block, const ModelCall&) {
  tokens_.at(block.token).second = true;
}

void LedgerModel::judge(const Claim& claim, const ModelCall& call, ModelAnswer& answer) const {
  judge_ward(call, resolved(claim.member), answer);
  ModelAnswer of_member;
  const ModelAccount* account = check_open(claim.member, of_member);
  answer.must.merge(of_member.must);
  if (account == nullptr) return;
  if (account->commitment.has_value()) answer.must.insert(Outcome::AlreadyEnrolled);
  const auto known = commitments_.find(claim.commitment);
  if (known != commitments_.end() && !accounts_.at(resolved(known->second)).closed)
    answer.must.insert(Outcome::AlreadyEnrolled);
}

void LedgerModel::apply(const Claim& claim, const ModelCall&) {
  const MemberId member = resolved(claim.member);
  accounts_.at(member).commitment = claim.commitment;
  inherit(accounts_.at(member), claim.commitment);
  commitments_[claim.commitment] = member;
}

void LedgerModel::judge(const Freeze& freeze, const ModelCall&, ModelAnswer& answer) const {
  check_open(freeze.member, answer);
}

void LedgerModel::apply(const Freeze& freeze, const ModelCall&) {
  ModelAccount& one = account(freeze.member);
  ++one.touched;
  one.soft = freeze.kind == FreezeKind::Soft;
  one.fraud = freeze.kind == FreezeKind::Fraud;
}

void LedgerModel::judge(const Unfreeze& unfreeze, const ModelCall&, ModelAnswer& answer) const {
  check_open(unfreeze.member, answer);
}

void LedgerModel::apply(const Unfreeze& unfreeze, const ModelCall&) {
  ++account(unfreeze.member).touched;
  account(unfreeze.member).soft = false;
  account(unfreeze.member).fraud = false;
}

void LedgerModel::judge(const Close& close, const ModelCall& call, ModelAnswer& answer) const {
  judge_ward(call, resolved(close.member), answer);
  ModelAnswer of_member;
  const ModelAccount* account = check_open(close.member, of_member);
  answer.must.merge(of_member.must);
  if (account == nullptr) return;
  const MemberId member = resolved(close.member);
  if (held(member) > 0) answer.must.insert(Outcome::HoldsOpen);
  for (const auto& [id, hold] : holds_)
    if (hold.state == ModelHoldState::Open && hold.asker == member)
      answer.may.insert(Outcome::HoldsOpen);
}

void LedgerModel::apply(const Close& close, const ModelCall&) {
  const MemberId member = resolved(close.member);
  ModelAccount& account = accounts_.at(member);
  totals_.forfeited += available(member) + pending(member);
  totals_.clawed -= account.debt;
  totals_.unrecovered += account.debt;
  account.debt = 0;
  account.lots.clear();
  account.waiting.clear();
  account.expired.clear();
  account.closed = true;
  if (account.pool.has_value()) pools_.at(*account.pool).erase(member);
  account.pool.reset();
}

// --- Gifts and pools. ---

void LedgerModel::judge(const Transfer& transfer, const ModelCall& call,
                        ModelAnswer& answer) const {
  const TransferRule& rule = rules().programme.transfer;
  if (!rule.enabled) answer.must.insert(Outcome::NotEnabled);
  const MemberId from = resolved(transfer.from);
  const MemberId to = resolved(transfer.to);
  if (!signed_by(call, from)) answer.must.insert(Outcome::ConsentRequired);
  // Both names may have become one member's.
  if (from == to) answer.must.insert({Outcome::NotPermitted, Outcome::NotEnabled});
  ModelAnswer of_members;
  const ModelAccount* sender = check_open(from, of_members);
  const ModelAccount* receiver = check_open(to, of_members);
  answer.must.merge(of_members.must);
  if (sender == nullptr || receiver == nullptr) return;
  if (sender->frozen()) answer.must.insert(Outcome::MemberFrozen);
  if (receiver->frozen()) answer.may.insert(Outcome::MemberFrozen);
  if (sender->debt > 0) answer.must.insert(Outcome::DebtOutstanding);
  for (const ModelAccount* each : {sender, receiver})
    if (call.now - each->enrolled < rule.cooling_off.milliseconds())
      answer.must.insert(Outcome::CoolingOff);
  if (passes_limit(*sender, VelocityWhat::Transfer, transfer.points.value(), call, false))
    answer.must.insert(Outcome::VelocityLimit);
  const Amount amount = transfer.points.value();
  if (amount + fee_of(rule, amount) > available(from))
    answer.must.insert(Outcome::InsufficientAvailable);
}

void LedgerModel::apply(const Transfer& transfer, const ModelCall& call) {
  const MemberId from = resolved(transfer.from);
  ModelAccount& receiver = account(transfer.to);
  const Amount amount = transfer.points.value();
  const Amount fee = fee_of(rules().programme.transfer, amount);
  note(accounts_.at(from), VelocityWhat::Transfer, amount, call);
  const Ms idle_at = accounts_.at(from).idle_at;
  const std::vector<ModelPiece> pieces = take({from}, amount);
  take({from}, fee);
  totals_.fees += fee;
  std::map<std::tuple<Ms, Ms, Ms, Funder, bool>, ModelLot> lots;
  for (const ModelPiece& piece : pieces) {
    ModelLot lot = piece.lot;
    if (lot.idle) lot.expires = idle_at;
    lot.idle = false;
    const auto [at, is_new] =
        lots.try_emplace({lot.expires, lot.earned, lot.available_at, lot.funder, lot.late}, lot);
    if (is_new) at->second.remaining = 0;
    at->second.remaining += piece.points;
  }
  std::uint16_t entry = 0;
  for (auto& [dates, lot] : lots) {
    lot.id = LotId{call.place, entry++};
    lot.original = lot.remaining;
    add_lot(receiver, lot, true);
  }
}

void LedgerModel::judge(const Pool& pool, const ModelCall& call, ModelAnswer& answer) const {
  if (!rules().programme.pool.enabled && pool.change == PoolChange::Join)
    answer.must.insert(Outcome::NotEnabled);
  const MemberId member = resolved(pool.member);
  if (!signed_by(call, member)) answer.must.insert(Outcome::ConsentRequired);
  ModelAnswer of_member;
  const ModelAccount* account = check_open(member, of_member);
  answer.must.merge(of_member.must);
  if (account == nullptr) return;
  const auto there = pools_.find(pool.pool);
  const bool exists = there != pools_.end() && !there->second.empty();
  if (pool.change == PoolChange::Leave) {
    if (account->pool != pool.pool) answer.must.insert(Outcome::UnknownPool);
    if (held(member) > 0) answer.must.insert(Outcome::HoldsOpen);
    return;
  }
  const TransferRule& rule = rules().programme.transfer;
  if (account->pool.has_value()) answer.must.insert(Outcome::AlreadyInPool);
  if (exists && there->second.size() >= rules().programme.pool.members_max)
    answer.must.insert(Outcome::PoolFull);
  if (exists) {
    bool one_of_them = false;
    bool one_who_may = false;
    for (const MemberId& other : there->second) {
      one_of_them = one_of_them || signed_by(call, other);
      one_who_may = one_who_may || (signed_by(call, other) && !accounts_.at(other).frozen());
    }
    // Whether a frozen member may let somebody in, the page does not say.
    if (!one_who_may) answer.may.insert({Outcome::ConsentRequired, Outcome::ApprovalsMissing});
    if (!one_of_them) answer.must.insert({Outcome::ConsentRequired, Outcome::ApprovalsMissing});
  }
  if (account->frozen()) answer.must.insert(Outcome::MemberFrozen);
  if (account->debt > 0) answer.must.insert(Outcome::DebtOutstanding);
  if (call.now - account->enrolled < rule.cooling_off.milliseconds())
    answer.must.insert(Outcome::CoolingOff);
  if (passes_limit(*account, VelocityWhat::Transfer, 0, call, false))
    answer.must.insert(Outcome::VelocityLimit);
  if (fee_of(rule, 0) > available(member)) answer.must.insert(Outcome::InsufficientAvailable);
}

void LedgerModel::apply(const Pool& pool, const ModelCall& call) {
  const MemberId member = resolved(pool.member);
  ModelAccount& account = accounts_.at(member);
  if (pool.change == PoolChange::Leave) {
    pools_.at(pool.pool).erase(member);
    account.pool.reset();
    return;
  }
  const Amount fee = fee_of(rules().programme.transfer, 0);
  note(account, VelocityWhat::Transfer, 0, call);
  take({member}, fee);
  totals_.fees += fee;
  account.pool = pool.pool;
  pools_[pool.pool].insert(member);
}

}  // namespace tally::test
