// Records with all their fields set, for what encodes and decodes them.
#pragma once

#include <tally/state/account.h>
#include <tally/state/hold.h>
#include <tally/state/identity.h>
#include <tally/state/returned.h>

#include "support/builders.h"
#include "support/full_programme.h"

namespace tally::test {

[[nodiscard]] inline state::AccountHead a_full_head() {
  state::AccountHead head;
  head.enrolled_at = kStart;
  head.available = points(1);
  head.held = points(2);
  head.pending = points(3);
  head.debt = points(4);
  head.redemptions = 6;
  head.own_key = true;
  head.last_receipt = Position{Height(7), 8};
  head.state = state::AccountState::Merged;
  head.alias_of = member(11);
  head.commitment = fixed_of<Hash>(12);
  head.tokens = {fixed_of<TokenId>(13), fixed_of<TokenId>(14)};
  head.pool = fixed_of<PoolId>(15);
  head.holds = {{Timestamp(7'000), fixed_of<HoldId>(16), true},
                {Timestamp(8'000), fixed_of<HoldId>(17), false}};
  head.holds_asked = 1;
  head.idle_at = Timestamp(9'000);
  head.shares_activations = true;
  head.velocity = {{VelocityWhat::Earn, Period::Hour, MerchantId(3), 5, 6, points(7)},
                   {VelocityWhat::Transfer, Period::Day, MerchantId(3), -1, 1, points(0)}};
  head.adjusted_day = -20;
  head.adjusted = points(21);
  head.standing = a_full_standing();
  return head;
}

[[nodiscard]] inline state::Lot a_full_lot(std::uint16_t entry) {
  state::Lot lot;
  lot.id = LotId{Position{Height(2), 3}, entry};
  lot.first_owner = member(4);
  lot.programme_version = 5;
  lot.earned_at = kStart;
  lot.available_at = kStart.plus(kHour);
  lot.expires_at = kStart.plus(kDay);
  lot.original = points(100);
  lot.remaining = points(60);
  lot.idle = true;
  lot.late_date = true;
  lot.funder = {FunderKind::Brand, "milk"};
  return lot;
}

[[nodiscard]] inline state::HoldRecord a_full_hold() {
  state::HoldRecord hold;
  hold.state = state::HoldState::TimedOut;
  hold.merchant = MerchantId(3);
  hold.account = AccountId{member(4), MerchantId(5)};
  hold.order = id_bytes(6);
  hold.own_order = true;
  hold.placed = Position{Height(7), 8};
  hold.deadline = kStart;
  hold.leaves_at = kStart.plus(kDay);
  hold.points = points(9);
  hold.value = money(10);
  hold.price_points = points(11);
  hold.price_money = money(12);
  hold.pieces = {{member(4), a_full_lot(1), points(5)}, {member(13), a_full_lot(2), points(4)}};
  return hold;
}

[[nodiscard]] inline state::ReturnRecord a_full_return() {
  state::ReturnRecord record;
  record.began = kStart;
  record.latest = kStart.plus(kDay);
  record.total = money(1);
  record.tax = money(2);
  record.excluded = money(3);
  record.lines = {{0, 4, money(5), money(6)}, {9, 7, money(8), money(0)}};
  record.claimed = {{points(9), points(8)}, {points(7), points(0)}};
  record.given_back = {{Position{Height(1), 2}, points(0)}, {Position{Height(3), 0}, points(10)}};
  record.value_given_back = money(11);
  return record;
}

[[nodiscard]] inline state::MergedRecord a_full_merge() {
  state::MergedRecord record;
  record.target = member(1);
  record.merged_at = kStart;
  record.lots = {LotId{Position{Height(2), 3}, 4}, LotId{Position{Height(3), 0}, 0}};
  record.source_before = {1, 2};
  record.target_before = {3, 4};
  record.target_after = {5};
  record.settled = {{member(6), a_full_lot(7), points(8)}};
  return record;
}

/// `count` public keys, ascending by their ids.
[[nodiscard]] inline std::vector<crypto::PublicKey> keys_by_id(std::uint64_t count) {
  std::vector<crypto::PublicKey> keys;
  for (std::uint64_t n = 1; n <= count; ++n)
    keys.push_back(key_from_seed(n).public_key());
  std::sort(keys.begin(), keys.end(), [](const auto& a, const auto& b) { return a.id() < b.id(); });
  return keys;
}

[[nodiscard]] inline state::RecoveryRecord a_full_recovery() {
  state::RecoveryRecord record;
  record.keys = {fixed_of<KeyId>(1), fixed_of<KeyId>(2)};
  record.guardians = {keys_by_id(3), 2, kDay};
  record.next = state::Guardians{keys_by_id(2), 1, kHour};
  record.next_from = kStart;
  record.key = key_from_seed(9).public_key();
  for (const crypto::PublicKey& key : keys_by_id(2))
    record.approved.push_back(key.id());
  record.ready_at = kStart.plus(kDay);
  record.cancelled = true;
  return record;
}

}  // namespace tally::test
