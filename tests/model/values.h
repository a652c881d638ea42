// Generators of values: numbers, texts, ids, keys, and lists and options of anything.
#pragma once

#include <tally/model/genesis.h>

#include <rapidcheck.h>
#include <optional>
#include <string>
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
[[nodiscard]] inline std::uint16_t any_u16() {
  return *rc::gen::arbitrary<std::uint16_t>();
}
[[nodiscard]] inline std::uint8_t any_u8() {
  return *rc::gen::arbitrary<std::uint8_t>();
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

/// A value of an enumeration of consecutive ones.
template <typename Enum>
[[nodiscard]] Enum any_of(Enum first, Enum last) {
  return static_cast<Enum>(*rc::gen::inRange(static_cast<int>(first), static_cast<int>(last) + 1));
}

[[nodiscard]] inline std::int64_t any_i64() {
  return static_cast<std::int64_t>(any_u64());
}
[[nodiscard]] inline std::string any_name() {
  return any_text(limits::kNameBytesMax);
}
[[nodiscard]] inline std::vector<std::string> any_names() {
  return any_list(3, any_name);
}

}  // namespace tally::test
