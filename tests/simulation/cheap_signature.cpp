// Keys and signatures of the simulator's fast builds, in place of src/crypto/signature.cpp and
// public_key.cpp: a tag under a secret that only this file holds, so that who has no PrivateKey
// cannot sign (reliability.md §4.2). Any 32 bytes but zero are an Ed25519 key here.
#include <tally/crypto/hash.h>
#include <tally/crypto/signature.h>

#include <algorithm>

#include "simulation/cheap_mix.h"

namespace tally::crypto {
namespace {

constexpr std::uint64_t kSecret = 0x5bd1e995c0ffee11;
constexpr std::size_t kEd25519Bytes = 32;
constexpr std::size_t kP256Bytes = 33;

Signature tag(const PublicKey& key, ByteView message) {
  sim::CheapMix mix(kSecret);
  mix.update(key.bytes());
  mix.update(message);
  const Hash hash = mix.finish();
  Signature signature;
  std::ranges::copy(hash.view(), signature.array().begin());
  return signature;
}

}  // namespace

bool verify(const PublicKey& key, ByteView message, const Signature& signature) {
  return key != PublicKey() && signature == tag(key, message);
}

Result<PublicKey> PublicKey::from_bytes(KeyKind kind, ByteView bytes) {
  const bool is_ed25519 = kind == KeyKind::Ed25519;
  if (bytes.size() != (is_ed25519 ? kEd25519Bytes : kP256Bytes))
    return malformed("a public key of another length");
  PublicKey key;
  key.kind_ = kind;
  std::ranges::copy(bytes, key.bytes_.begin());
  if (key == PublicKey()) return malformed("nobody's public key");
  return key;
}

Result<PublicKey> PublicKey::from_spki(ByteView der) {
  if (der.empty() || (der[0] != 1 && der[0] != 2)) return malformed("no public key");
  return from_bytes(static_cast<KeyKind>(der[0]), der.subspan(1));
}

ByteView PublicKey::bytes() const {
  return ByteView(bytes_).first(kind_ == KeyKind::Ed25519 ? kEd25519Bytes : kP256Bytes);
}

Bytes PublicKey::spki() const {
  Bytes der(1 + bytes().size(), static_cast<std::uint8_t>(kind_));
  std::ranges::copy(bytes(), der.begin() + 1);
  return der;
}

KeyId PublicKey::id() const {
  return KeyId(sha256(spki()).array());
}

struct PrivateKey::Inside {};

PrivateKey::PrivateKey(std::unique_ptr<Inside> inside, PublicKey public_key)
    : inside_(std::move(inside)), public_key_(public_key) {}
PrivateKey::PrivateKey(PrivateKey&&) noexcept = default;
PrivateKey& PrivateKey::operator=(PrivateKey&&) noexcept = default;
PrivateKey::~PrivateKey() = default;

PrivateKey PrivateKey::generate(KeyKind kind) {
  static std::uint64_t made = 0;
  Hash bytes;
  ++made;
  std::memcpy(bytes.array().data(), &made, sizeof(made));
  Bytes key = to_bytes(sha256(bytes.view()).view());
  if (kind == KeyKind::P256) key.insert(key.begin(), 2);
  return {std::make_unique<Inside>(), PublicKey::from_bytes(kind, key).value()};
}

Result<PrivateKey> PrivateKey::from_pem(std::string_view pem) {
  TRY(const Bytes spki, bytes_from_hex(pem));
  TRY(PublicKey key, PublicKey::from_spki(spki));
  return PrivateKey(std::make_unique<Inside>(), key);
}

Result<PrivateKey> PrivateKey::ed25519_from_seed(ByteView seed) {
  if (seed.size() != kEd25519Bytes) return malformed("an Ed25519 seed has 32 bytes");
  return PrivateKey(std::make_unique<Inside>(),
                    PublicKey::from_bytes(KeyKind::Ed25519, sha256(seed).view()).value());
}

Signature PrivateKey::sign(ByteView message) const {
  CHECK(inside_ != nullptr);  // moved from
  return tag(public_key_, message);
}

std::string PrivateKey::to_pem() const {
  return to_hex(public_key_.spki());
}

}  // namespace tally::crypto
