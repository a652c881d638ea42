// Keys and signatures: Ed25519 and ECDSA P-256, one acceptance rule on every node.
#pragma once

#include <tally/base/bytes.h>
#include <tally/base/ids.h>
#include <tally/base/result.h>

#include <compare>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace tally::crypto {

enum class KeyKind : std::uint8_t { Ed25519 = 1, P256 = 2 };

/// Ed25519: R ‖ S. P-256: r ‖ s, raw, 32 bytes each, big-endian.
using Signature = FixedBytes<struct SignatureTag, 64>;

/// A public key that passed the one acceptance rule: Ed25519 canonical and of large order,
/// P-256 compressed (33 bytes) and on the curve.
class PublicKey {
 public:
  /// Nobody's key: `verify` refuses it.
  PublicKey() = default;

  /// `bytes`: 32 for Ed25519, 33 (compressed point) for P-256.
  /// Malformed: wrong length, not on the curve, not canonical, or a small-order point.
  [[nodiscard]] static Result<PublicKey> from_bytes(KeyKind kind, ByteView bytes);
  /// From a SubjectPublicKeyInfo in DER, as certificates carry it.
  [[nodiscard]] static Result<PublicKey> from_spki(ByteView der);

  [[nodiscard]] KeyKind kind() const { return kind_; }
  [[nodiscard]] ByteView bytes() const;
  [[nodiscard]] Bytes spki() const;  ///< in DER; a P-256 point stands uncompressed there
  /// SHA-256 of the SPKI in DER: what pins and key records name.
  [[nodiscard]] KeyId id() const;

  friend auto operator<=>(const PublicKey&, const PublicKey&) = default;

 private:
  KeyKind kind_ = KeyKind::Ed25519;
  std::array<std::uint8_t, 33> bytes_{};
  std::array<std::uint8_t, 32> y_{};  // P-256: `bytes_` determine it, but by a square root
};

/// Whether `signature` is `key`'s over `message` (Ed25519 over the message itself, P-256 over its
/// SHA-256). Refused: S or r, s out of range. Thread-safe. About 60 to 120 µs.
[[nodiscard]] bool verify(const PublicKey& key, ByteView message, const Signature& signature);

/// A private key; it never leaves this object but as PEM that the caller asked for. Move-only.
class PrivateKey {
 public:
  [[nodiscard]] static PrivateKey generate(KeyKind kind);
  /// Unencrypted PKCS#8. Malformed for anything else, a public key or certificate included;
  /// the message never repeats what came in.
  [[nodiscard]] static Result<PrivateKey> from_pem(std::string_view pem);
  /// Ed25519 from its 32-byte seed: deterministic keys of tests and vectors.
  [[nodiscard]] static Result<PrivateKey> ed25519_from_seed(ByteView seed);

  PrivateKey(PrivateKey&&) noexcept;
  PrivateKey& operator=(PrivateKey&&) noexcept;
  ~PrivateKey();

  [[nodiscard]] const PublicKey& public_key() const { return public_key_; }
  [[nodiscard]] Signature sign(ByteView message) const;
  [[nodiscard]] std::string to_pem() const;  ///< PKCS#8

 private:
  struct Inside;
  PrivateKey(std::unique_ptr<Inside> inside, PublicKey public_key);
  std::unique_ptr<Inside> inside_;
  PublicKey public_key_;
};

}  // namespace tally::crypto
