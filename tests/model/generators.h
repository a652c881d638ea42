// Generators of all that the model encodes, for properties over any value of it.
#pragma once

#include <tally/model/genesis.h>
#include <tally/model/receipt.h>
#include <tally/model/submission.h>

#include <rapidcheck.h>
#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "support/builders.h"

namespace tally::test {

template <typename Fixed>
[[nodiscard]] rc::Gen<Fixed> any_fixed() {
  return rc::gen::map(rc::gen::container<std::vector<std::uint8_t>>(
                          Fixed::kSize, rc::gen::arbitrary<std::uint8_t>()),
                      [](const Bytes& bytes) { return Fixed::from_view(bytes); });
}

/// Few bits mostly, all 64 sometimes, both ends now and then.
[[nodiscard]] inline std::uint64_t any_u64() {
  return *rc::gen::oneOf(
      rc::gen::arbitrary<std::uint64_t>(), rc::gen::inRange<std::uint64_t>(0, 100),
      rc::gen::element<std::uint64_t>(0, 1, ~std::uint64_t{0}, std::uint64_t{1} << 53U));
}
[[nodiscard]] inline std::int64_t any_amount() {
  return *rc::gen::oneOf(rc::gen::inRange<std::int64_t>(0, 10'000),
                         rc::gen::inRange<std::int64_t>(0, kPointsMax), rc::gen::just(kPointsMax));
}
[[nodiscard]] inline std::uint32_t any_u32() {
  return *rc::gen::arbitrary<std::uint32_t>();
}
[[nodiscard]] inline bool any_bool() {
  return *rc::gen::arbitrary<bool>();
}
[[nodiscard]] inline Points any_points() {
  return points(any_amount());
}
[[nodiscard]] inline Money any_money() {
  return money(any_amount());
}
[[nodiscard]] inline Duration any_duration() {
  return Duration(any_u64());
}
[[nodiscard]] inline Timestamp any_timestamp() {
  return Timestamp(any_u64());
}
[[nodiscard]] inline MerchantId any_merchant() {
  return MerchantId(any_u32());
}
[[nodiscard]] inline MemberId any_member() {
  return *any_fixed<MemberId>();
}
[[nodiscard]] inline Hash any_hash() {
  return *any_fixed<Hash>();
}
[[nodiscard]] inline crypto::Signature any_signature() {
  return *any_fixed<crypto::Signature>();
}

[[nodiscard]] inline std::string any_text(std::size_t size_max) {
  const auto pieces = *rc::gen::container<std::vector<std::string>>(
      rc::gen::element<std::string>("a", "Z", "7", " ", "-", "ü", "€", "漢", "🥐"));
  std::string text;
  for (const std::string& piece : pieces)
    if (text.size() + piece.size() <= size_max) text += piece;
  return text;
}

[[nodiscard]] inline Currency any_currency() {
  return currency(*rc::gen::container<std::string>(3, rc::gen::inRange('A', '[')));
}

/// An Ed25519 key from a seed, or the base point of P-256, which is as good a key as any.
[[nodiscard]] inline crypto::PublicKey any_key() {
  static const Bytes base_point =
      bytes_from_hex("036b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296").value();
  if (*rc::gen::inRange(0, 4) == 0)
    return crypto::PublicKey::from_bytes(crypto::KeyKind::P256, base_point).value();
  return key_from_seed(*rc::gen::inRange<std::uint64_t>(1, 50)).public_key();
}

[[nodiscard]] inline Bytes any_id() {
  const auto size = *rc::gen::inRange(limits::kRequestIdBytesMin, limits::kRequestIdBytesMax + 1);
  return *rc::gen::container<Bytes>(size, rc::gen::arbitrary<std::uint8_t>());
}

/// Up to `size_max` items, each by `make()`.
template <typename Make>
[[nodiscard]] auto any_list(std::size_t size_max, Make make) {
  std::vector<decltype(make())> items(*rc::gen::inRange<std::size_t>(0, size_max + 1));
  for (auto& item : items)
    item = make();
  return items;
}

/// Nothing, or what `make()` gives.
template <typename Make>
[[nodiscard]] auto any_optional(Make make) {
  using Value = decltype(make());
  return any_bool() ? std::optional<Value>(make()) : std::nullopt;
}

[[nodiscard]] inline MonthRounding any_rounding() {
  return static_cast<MonthRounding>(*rc::gen::inRange(0, 5));
}

[[nodiscard]] inline Programme any_programme() {
  Programme p;
  p.name = any_text(limits::kTextBytesMax);
  p.currency = any_currency();
  p.base = {any_points(), any_money(), any_bool()};
  p.expiry = {any_bool() ? ExpiryKind::Rolling : ExpiryKind::Never, any_u32(), any_rounding()};
  p.redeem.price_points = any_points();
  p.redeem.price_money = any_money();
  p.redeem.minimum = any_points();
  p.redeem.step = any_points();
  p.redeem.max_percent = *rc::gen::arbitrary<std::uint8_t>();
  p.redeem.mixed = any_bool();
  p.redeem.consent_above = any_points();
  p.transfer = {any_bool(), any_points(), *rc::gen::arbitrary<std::uint16_t>(), any_duration()};
  p.offline_window = any_duration();
  p.utc_offsets = any_list(8, [] {
    return UtcOffset{any_timestamp(), *rc::gen::arbitrary<std::int16_t>()};
  });
  return p;
}

[[nodiscard]] inline RegisterKey any_register_key() {
  RegisterKey action;
  action.key = any_key();
  action.role = static_cast<Role>(*rc::gen::inRange(1, 6));
  action.purpose = any_bool() ? Purpose::Sign : Purpose::Tls;
  action.member = any_optional(any_member);
  action.limits = {any_points(), any_duration()};
  action.valid_from = any_timestamp();
  action.valid_until = any_timestamp();
  return action;
}

[[nodiscard]] inline Redeem any_redeem() {
  Redeem action;
  action.programme = any_merchant();
  action.member = any_member();
  action.currency = any_currency();
  action.basket = any_money();
  action.excluded = any_money();
  action.mode = any_bool() ? RedeemMode::Exactly : RedeemMode::UpTo;
  action.points = any_points();
  return action;
}

/// Each kind as often as the others.
[[nodiscard]] inline Action any_action() {
  switch (*rc::gen::inRange(0, 7)) {
    case 0:
      return Enrol{any_merchant(), any_member(), any_hash(), any_optional(any_key)};
    case 1:
      return any_register_key();
    case 2:
      return AdvanceClock{any_duration()};
    case 3:
      return Earn{any_merchant(), any_member(), any_currency(), any_money(),
                  any_money(),    any_money(),  any_money(),    any_timestamp()};
    case 4:
      return any_redeem();
    case 5:
      return Transfer{any_merchant(), any_member(), any_member(), any_points()};
    default:
      return PublishProgramme{any_u32(), Height(any_u64()), any_programme()};
  }
}

[[nodiscard]] inline Transaction any_transaction() {
  Transaction transaction;
  transaction.merchant = any_merchant();
  transaction.request_id = any_id();
  transaction.valid_until = any_timestamp();
  transaction.asking_key = *any_fixed<KeyId>();
  transaction.action = any_action();
  if (may_have_order(kind_of(transaction.action))) transaction.order_id = any_optional(any_id);
  transaction.consents = any_list(3, [] { return Consent{any_key(), any_signature()}; });
  return transaction;
}

[[nodiscard]] inline Submission any_submission() {
  Submission submission;
  submission.chain = any_hash();
  submission.key = any_key();
  submission.transactions = any_list(4, any_transaction);
  submission.transactions.push_back(any_transaction());
  submission.signature = any_signature();
  return submission;
}

[[nodiscard]] inline Position any_position() {
  return {Height(any_u64()), any_u32()};
}
[[nodiscard]] inline AccountId any_account() {
  return {any_member(), any_merchant()};
}

[[nodiscard]] inline ReceiptLine any_line() {
  ReceiptLine line;
  line.kind = static_cast<LineKind>(*rc::gen::inRange(1, 7));
  line.account = any_account();
  line.points = any_points();
  line.lot = {any_position(), *rc::gen::arbitrary<std::uint16_t>()};
  line.earned_at = any_timestamp();
  line.expires_at = any_timestamp();
  line.programme_version = any_u32();
  line.source = any_text(limits::kTextBytesMax);
  return line;
}

[[nodiscard]] inline Receipt any_receipt() {
  Receipt receipt;
  receipt.position = any_position();
  receipt.request_key = *any_fixed<RequestKey>();
  receipt.request_digest = any_hash();
  receipt.kind = *rc::gen::element(ActionKind::Due, ActionKind::Enrol, ActionKind::Earn,
                                   ActionKind::Redeem, ActionKind::PublishProgramme);
  receipt.outcome = *rc::gen::element(Outcome::Accepted, Outcome::Replayed,
                                      Outcome::InsufficientAvailable, Outcome::HeightNotAllowed);
  receipt.lines = any_list(6, any_line);
  receipt.value = any_money();
  receipt.refers_to = any_optional(any_position);
  receipt.conflict_field = any_text(limits::kTextBytesMax);
  receipt.previous = any_list(4, [] {
    return PreviousReceipt{any_account(), any_optional(any_position)};
  });
  std::sort(receipt.previous.begin(), receipt.previous.end(),
            [](const auto& a, const auto& b) { return a.account < b.account; });
  return receipt;
}

[[nodiscard]] inline Parameters any_parameters() {
  Parameters p;
  p.window = any_u64();
  p.request_timeout = any_duration();
  p.timeout_max = any_duration();
  p.passed_over = any_duration();
  p.idle_block = any_duration();
  p.rotation_heights = any_u64();
  p.rotation = any_duration();
  p.clock_bound = any_duration();
  p.proposal_bytes_max = any_u64();
  p.proposal_transactions_max = any_u64();
  p.proposal_rule_cost_max = any_u64();
  p.validity_max = any_duration();
  p.request_memory = any_duration();
  p.state_buckets = any_u64();
  return p;
}

[[nodiscard]] inline Founder any_founder() {
  return {any_merchant(),
          any_text(limits::kNameBytesMax),
          any_key(),
          any_signature(),
          *any_fixed<KeyId>(),
          any_key(),
          any_key()};
}

[[nodiscard]] inline SignedGenesis any_genesis() {
  SignedGenesis genesis;
  genesis.content.chain_name = any_text(limits::kNameBytesMax);
  genesis.content.time = any_timestamp();
  genesis.content.development = any_bool();
  genesis.content.parameters = any_parameters();
  genesis.content.currencies = any_list(3, [] {
    return CurrencyUnit{any_currency(), *rc::gen::arbitrary<std::uint8_t>()};
  });
  genesis.content.founders = any_list(4, any_founder);
  genesis.signatures = any_list(4, any_signature);
  return genesis;
}

}  // namespace tally::test
