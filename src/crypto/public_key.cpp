// Public keys: which bytes are one, and their SubjectPublicKeyInfo. What the rule says of canonical
// forms and weak keys is checked here and not left to OpenSSL, so that nodes with different
// releases of it cannot disagree.
#include <algorithm>

#include <tally/base/check.h>
#include <tally/crypto/hash.h>
#include <tally/crypto/signature.h>

#include "crypto/openssl.h"

namespace tally::crypto {
namespace {

constexpr std::size_t kEd25519Bytes = 32;
constexpr std::size_t kP256Bytes = 33;
constexpr std::size_t kCoordinateBytes = 32;

using Coordinate = std::array<std::uint8_t, kCoordinateBytes>;

// SubjectPublicKeyInfo in DER up to the key's own bytes: RFC 8410 §4, and RFC 5480 §2 with an
// uncompressed point. No other form is accepted, or a key would have two ids.
constexpr std::uint8_t kEd25519SpkiPrefix[] = {0x30, 0x2a, 0x30, 0x05, 0x06, 0x03,
                                               0x2b, 0x65, 0x70, 0x03, 0x21, 0x00};
constexpr std::uint8_t kP256SpkiPrefix[] = {0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48,
                                            0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48,
                                            0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04};

/// A number of 64 hexadecimal digits, big-endian, as the standards print it.
consteval Coordinate coordinate(std::string_view digits) {
  Coordinate bytes{};
  for (std::size_t i = 0; i < digits.size(); ++i) {
    const char c = digits[i];
    const int value = c <= '9' ? c - '0' : c - 'a' + 10;
    bytes.at(i / 2) = static_cast<std::uint8_t>(bytes.at(i / 2) * 16 + value);
  }
  return bytes;
}

// RFC 8032 §5.1: p = 2^255 − 19, and the curve's d.
constexpr Coordinate kEdwardsPrime =
    coordinate("7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffed");
constexpr Coordinate kEdwardsD =
    coordinate("52036cee2b6ffe738cc740797779e89800700a4d4141d8ab75eb4dca135978a3");
constexpr Coordinate kEdwardsHalfOrder =  // (p − 1) / 2
    coordinate("3ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff6");

/// The y of the eight points whose order divides 8; x and −x share one. Under such a key a
/// signature can be made that fits many messages.
constexpr Coordinate kSmallOrderY[] = {
    coordinate("0000000000000000000000000000000000000000000000000000000000000001"),  // order 1
    coordinate("7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffec"),  // order 2
    coordinate("0000000000000000000000000000000000000000000000000000000000000000"),  // order 4
    coordinate("05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826"),  // order 8
    coordinate("7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7"),  // order 8
};

/// For the arithmetic on Edwards points; made once, only read after that, as long as the process.
struct EdwardsField {
  BigNumber prime = number(kEdwardsPrime);
  BigNumber d = number(kEdwardsD);
  BigNumber half_order = number(kEdwardsHalfOrder);
  BN_MONT_CTX* montgomery = BN_MONT_CTX_new();

  EdwardsField() {
    const BigNumberContext scratch(BN_CTX_new());
    CHECK(montgomery != nullptr);
    CHECK(BN_MONT_CTX_set(montgomery, prime.get(), scratch.get()) == 1);
  }

  static BigNumber number(const Coordinate& bytes) {
    BigNumber result(BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()), nullptr));
    CHECK(result != nullptr);
    return result;
  }
};

/// Whether some x has this y: RFC 8032 §5.1.3, x² = (y² − 1) / (d·y² + 1), which is a square
/// exactly where the product of the two is one. REQUIRES: y below p, and not of small order.
bool is_on_edwards_curve(const Coordinate& y_bytes) {
  static const EdwardsField& field = *new EdwardsField;
  const BIGNUM* const p = field.prime.get();
  const BigNumberContext scratch(BN_CTX_new());
  const BigNumber y = EdwardsField::number(y_bytes);
  const BigNumber product(BN_new());
  const BigNumber power(BN_new());
  CHECK(scratch != nullptr);
  CHECK(product != nullptr);
  CHECK(power != nullptr);

  // With s = y², in place: power = d·s + 1, y = s − 1.
  bool ok = BN_mod_sqr(y.get(), y.get(), p, scratch.get()) == 1;
  ok = ok && BN_mod_mul(power.get(), y.get(), field.d.get(), p, scratch.get()) == 1;
  ok = ok && BN_add_word(power.get(), 1) == 1 && BN_sub_word(y.get(), 1) == 1;
  ok = ok && BN_mod_mul(product.get(), y.get(), power.get(), p, scratch.get()) == 1;
  // Euler's criterion.
  ok = ok && BN_mod_exp_mont(power.get(), product.get(), field.half_order.get(), p, scratch.get(),
                             field.montgomery) == 1;
  CHECK(ok);
  return BN_is_one(power.get()) == 1;
}

/// nullptr: an Ed25519 key by the acceptance rule; otherwise what is wrong with it.
const char* fault_of_ed25519(ByteView bytes) {
  if (bytes.size() != kEd25519Bytes) return "an Ed25519 public key has 32 bytes";
  Coordinate y;
  std::ranges::reverse_copy(bytes, y.begin());
  y[0] &= 0x7fU;  // the top bit is the sign of x; only points of small order have x = 0
  if (y >= kEdwardsPrime) return "not canonical: the Ed25519 public key is not below 2^255 - 19";
  if (std::ranges::find(kSmallOrderY, y) != std::end(kSmallOrderY))
    return "weak: the Ed25519 public key is a point of small order";
  if (!is_on_edwards_curve(y)) return "the Ed25519 public key is not on the curve";
  return nullptr;
}

/// Never freed, and only read after it is made.
const EC_GROUP* p256_group() {
  static const EC_GROUP* const group = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
  CHECK(group != nullptr);
  return group;
}

/// The y of the compressed point, or what is wrong with it.
Result<Coordinate> p256_y(ByteView bytes) {
  if (bytes.size() != kP256Bytes || (bytes[0] != 2 && bytes[0] != 3))
    return malformed("a P-256 public key is a compressed point of 33 bytes");
  const ErrorFence fence;
  const CurvePoint point(EC_POINT_new(p256_group()));
  const BigNumber y(BN_new());
  CHECK(point != nullptr);
  CHECK(y != nullptr);
  // Refuses an x that is not below the prime, and one that no point has.
  if (EC_POINT_oct2point(p256_group(), point.get(), bytes.data(), bytes.size(), nullptr) != 1)
    return malformed("the P-256 public key is not on the curve");
  Coordinate result;
  CHECK(EC_POINT_get_affine_coordinates(p256_group(), point.get(), nullptr, y.get(), nullptr) == 1);
  CHECK(BN_bn2binpad(y.get(), result.data(), kCoordinateBytes) == kCoordinateBytes);
  return result;
}

bool starts_with(ByteView bytes, ByteView prefix) {
  return bytes.size() >= prefix.size() && std::ranges::equal(bytes.first(prefix.size()), prefix);
}

}  // namespace

Result<PublicKey> PublicKey::from_bytes(KeyKind kind, ByteView bytes) {
  PublicKey key;
  key.kind_ = kind;
  switch (kind) {
    case KeyKind::Ed25519:
      if (const char* const fault = fault_of_ed25519(bytes)) return malformed(fault);
      break;
    case KeyKind::P256: {
      TRY(key.y_, p256_y(bytes));
      break;
    }
    default:
      return malformed("unknown kind of public key");
  }
  std::ranges::copy(bytes, key.bytes_.begin());
  return key;
}

Result<PublicKey> PublicKey::from_spki(ByteView der) {
  if (starts_with(der, kEd25519SpkiPrefix))
    return from_bytes(KeyKind::Ed25519, der.subspan(std::size(kEd25519SpkiPrefix)));
  if (!starts_with(der, kP256SpkiPrefix) ||
      der.size() != std::size(kP256SpkiPrefix) + 2 * kCoordinateBytes)
    return malformed("not the DER of an Ed25519 or uncompressed P-256 public key");

  const ByteView x = der.subspan(std::size(kP256SpkiPrefix), kCoordinateBytes);
  const ByteView y = der.last(kCoordinateBytes);
  std::array<std::uint8_t, kP256Bytes> compressed;
  compressed[0] = static_cast<std::uint8_t>(2U + (y.back() & 1U));
  std::ranges::copy(x, compressed.begin() + 1);
  TRY(const PublicKey key, from_bytes(KeyKind::P256, compressed));
  if (!std::ranges::equal(key.y_, y)) return malformed("the P-256 public key is not on the curve");
  return key;
}

ByteView PublicKey::bytes() const {
  return ByteView(bytes_).first(kind_ == KeyKind::Ed25519 ? kEd25519Bytes : kP256Bytes);
}

Bytes PublicKey::spki() const {
  Bytes der;
  if (kind_ == KeyKind::Ed25519) {
    der.assign(std::begin(kEd25519SpkiPrefix), std::end(kEd25519SpkiPrefix));
    der.insert(der.end(), bytes_.begin(), bytes_.begin() + kEd25519Bytes);
  } else {
    der.assign(std::begin(kP256SpkiPrefix), std::end(kP256SpkiPrefix));
    der.insert(der.end(), bytes_.begin() + 1, bytes_.end());
    der.insert(der.end(), y_.begin(), y_.end());
  }
  return der;
}

KeyId PublicKey::id() const {
  return KeyId(sha256(spki()).array());
}

}  // namespace tally::crypto
