// Verifying and signing. What the acceptance rule says of ranges is checked here and not left to
// OpenSSL, so that nodes with different releases of it cannot disagree.
#include <tally/crypto/signature.h>

#include <algorithm>

#include <openssl/core_names.h>
#include <openssl/pem.h>

#include <tally/base/check.h>
#include <tally/crypto/hash.h>

#include "crypto/openssl.h"

namespace tally::crypto {
namespace {

constexpr std::size_t kScalarBytes = 32;
constexpr std::size_t kUncompressedBytes = 65;
constexpr std::size_t kPemBytesMax = 16 << 10;  // the longest key that we take has 250
constexpr int kEcdsaDerBytesMax = 72;           // two integers of 33 bytes, three headers of 2

using Scalar = std::array<std::uint8_t, kScalarBytes>;

// Big-endian: L of RFC 8032 §5.1, and n of P-256, NIST SP 800-186 §3.2.1.3.
constexpr Scalar kEd25519Order = {0x10, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
                                  0x00, 0x00, 0x00, 0x00, 0x00, 0x14, 0xde, 0xf9, 0xde, 0xa2, 0xf7,
                                  0x9c, 0xd6, 0x58, 0x12, 0x63, 0x1a, 0x5c, 0xf5, 0xd3, 0xed};
constexpr Scalar kP256Order = {0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff,
                               0xff, 0xff, 0xff, 0xff, 0xff, 0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17,
                               0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51};

Scalar scalar(ByteView bytes) {
  Scalar result{};
  std::ranges::copy(bytes, result.begin());
  return result;
}

BigNumber number(ByteView bytes) {
  BigNumber result(BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()), nullptr));
  CHECK(result != nullptr);
  return result;
}

bool verify_ed25519(const PublicKey& key, ByteView message, const Signature& signature) {
  // S is little-endian, and below L, or a signature would have a second form (RFC 8032 §5.1.7).
  Scalar s = scalar(signature.view().last(kScalarBytes));
  std::ranges::reverse(s);
  if (s >= kEd25519Order) return false;

  const ErrorFence fence;
  const Key parsed(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, key.bytes().data(),
                                               key.bytes().size()));
  const DigestContext context(EVP_MD_CTX_new());
  CHECK(parsed != nullptr);
  CHECK(context != nullptr);
  CHECK(EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, parsed.get()) == 1);
  return EVP_DigestVerify(context.get(), signature.view().data(), Signature::kSize, message.data(),
                          message.size()) == 1;
}

/// The point in full, which spares OpenSSL a square root: the last 65 bytes of the SPKI.
Key parse_p256(const PublicKey& key) {
  Bytes spki = key.spki();
  char group[] = SN_X9_62_prime256v1;
  OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group, 0),
      OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY,
                                        spki.data() + (spki.size() - kUncompressedBytes),
                                        kUncompressedBytes),
      OSSL_PARAM_construct_end()};
  const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr));
  EVP_PKEY* parsed = nullptr;
  CHECK(context != nullptr);
  CHECK(EVP_PKEY_fromdata_init(context.get()) == 1);
  CHECK(EVP_PKEY_fromdata(context.get(), &parsed, EVP_PKEY_PUBLIC_KEY, parameters) == 1);
  return Key(parsed);
}

bool verify_p256(const PublicKey& key, ByteView message, const Signature& signature) {
  const Scalar r = scalar(signature.view().first(kScalarBytes));
  const Scalar s = scalar(signature.view().last(kScalarBytes));
  if (r == Scalar{} || r >= kP256Order || s == Scalar{} || s >= kP256Order) return false;

  const EcdsaSignature pair(ECDSA_SIG_new());
  CHECK(pair != nullptr);
  CHECK(ECDSA_SIG_set0(pair.get(), number(r).release(), number(s).release()) == 1);
  std::array<std::uint8_t, kEcdsaDerBytesMax> der;
  std::uint8_t* end = der.data();
  const int size = i2d_ECDSA_SIG(pair.get(), &end);
  CHECK(size > 0);

  const ErrorFence fence;
  const Hash hash = sha256(message);
  const Key parsed = parse_p256(key);
  const KeyContext context(EVP_PKEY_CTX_new_from_pkey(nullptr, parsed.get(), nullptr));
  CHECK(context != nullptr);
  CHECK(EVP_PKEY_verify_init(context.get()) == 1);
  return EVP_PKEY_verify(context.get(), der.data(), static_cast<std::size_t>(size),
                         hash.view().data(), Hash::kSize) == 1;
}

/// r ‖ s from OpenSSL's own DER.
Signature raw_ecdsa(const std::uint8_t* der, std::size_t size) {
  const EcdsaSignature pair(d2i_ECDSA_SIG(nullptr, &der, static_cast<long>(size)));
  CHECK(pair != nullptr);
  Signature signature;
  std::uint8_t* const raw = signature.array().data();
  CHECK(BN_bn2binpad(ECDSA_SIG_get0_r(pair.get()), raw, kScalarBytes) == kScalarBytes);
  CHECK(BN_bn2binpad(ECDSA_SIG_get0_s(pair.get()), raw + kScalarBytes, kScalarBytes) ==
        kScalarBytes);
  return signature;
}

/// The public half of `key`, by the acceptance rule.
Result<PublicKey> public_half(EVP_PKEY* key) {
  // The point's form is remembered from where the key was read; from_spki knows one.
  if (EVP_PKEY_is_a(key, "EC") == 1)
    CHECK(EVP_PKEY_set_utf8_string_param(key, OSSL_PKEY_PARAM_EC_POINT_CONVERSION_FORMAT,
                                         OSSL_PKEY_EC_POINT_CONVERSION_FORMAT_UNCOMPRESSED) == 1);
  std::uint8_t* der = nullptr;
  const int size = i2d_PUBKEY(key, &der);
  CHECK(size > 0);
  const Bytes spki(der, der + size);
  OPENSSL_free(der);
  return PublicKey::from_spki(spki);
}

/// Why a PEM block that is no private key is refused, by its label.
const char* fault_of_label(std::string_view label) {
  const auto contains = [label](std::string_view word) {
    return label.find(word) != std::string_view::npos;
  };
  if (contains("ENCRYPTED")) return "the private key is encrypted; an unencrypted one expected";
  if (contains("PRIVATE KEY")) return "the private key is not PKCS#8; PKCS#8 expected";
  if (contains("PUBLIC KEY")) return "holds a public key; private key expected";
  if (contains("CERTIFICATE")) return "holds a certificate; private key expected";
  return "holds no private key; private key expected";
}

/// A PEM block's content, cleansed when it goes.
struct PemBlock {
  char* label = nullptr;
  char* header = nullptr;
  std::uint8_t* content = nullptr;
  long size = 0;

  PemBlock() = default;
  PemBlock(const PemBlock&) = delete;
  PemBlock& operator=(const PemBlock&) = delete;
  ~PemBlock() {
    OPENSSL_secure_free(label);
    OPENSSL_secure_free(header);
    OPENSSL_secure_clear_free(content, static_cast<std::size_t>(size));
  }
};

/// The key in the one PEM block of `pem`.
Result<Key> key_from_pem(std::string_view pem) {
  if (pem.size() > kPemBytesMax) return malformed("too large for a private key");
  const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  CHECK(bio != nullptr);
  PemBlock block;
  if (PEM_read_bio_ex(bio.get(), &block.label, &block.header, &block.content, &block.size,
                      PEM_FLAG_SECURE | PEM_FLAG_EAY_COMPATIBLE) != 1)
    return malformed("no PEM block; private key expected");
  const std::string_view label = block.label;
  if (label != PEM_STRING_PKCS8INF) return malformed(fault_of_label(label));
  if (block.header[0] != '\0')
    return malformed("the private key is encrypted; an unencrypted one expected");
  const std::string_view rest = pem.substr(pem.size() - BIO_ctrl_pending(bio.get()));
  if (rest.find_first_not_of(" \t\r\n") != std::string_view::npos)
    return malformed("more than one private key, or text after it");

  const std::uint8_t* at = block.content;
  const Pkcs8 pkcs8(d2i_PKCS8_PRIV_KEY_INFO(nullptr, &at, block.size));
  if (pkcs8 == nullptr || at != block.content + block.size)
    return malformed("the private key does not decode as PKCS#8");
  Key key(EVP_PKCS82PKEY(pkcs8.get()));
  if (key == nullptr) return malformed("the private key does not decode as PKCS#8");
  return key;
}

}  // namespace

bool verify(const PublicKey& key, ByteView message, const Signature& signature) {
  // A key that nobody filled in is a point of small order, for which signatures can be forged.
  if (key == PublicKey()) return false;
  return key.kind() == KeyKind::Ed25519 ? verify_ed25519(key, message, signature)
                                        : verify_p256(key, message, signature);
}

/// OpenSSL keeps the private bytes and cleanses them when it frees the key.
struct PrivateKey::Inside {
  Key key;
};

PrivateKey::PrivateKey(std::unique_ptr<Inside> inside, PublicKey public_key)
    : inside_(std::move(inside)), public_key_(public_key) {}
PrivateKey::PrivateKey(PrivateKey&&) noexcept = default;
PrivateKey& PrivateKey::operator=(PrivateKey&&) noexcept = default;
PrivateKey::~PrivateKey() = default;

PrivateKey PrivateKey::generate(KeyKind kind) {
  Key key(kind == KeyKind::Ed25519 ? EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519")
                                   : EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256"));
  CHECK(key != nullptr);
  PublicKey public_key = public_half(key.get()).value();
  return PrivateKey(std::make_unique<Inside>(Inside{std::move(key)}), public_key);
}

Result<PrivateKey> PrivateKey::from_pem(std::string_view pem) {
  const ErrorFence fence;
  TRY(Key key, key_from_pem(pem));
  const bool is_ours =
      EVP_PKEY_is_a(key.get(), "ED25519") == 1 || EVP_PKEY_is_a(key.get(), "EC") == 1;
  const Result<PublicKey> public_key =
      is_ours ? public_half(key.get()) : Result<PublicKey>(malformed("another kind"));
  if (!public_key.ok()) return malformed("the private key is neither Ed25519 nor P-256");
  PrivateKey result(std::make_unique<Inside>(Inside{std::move(key)}), *public_key);
  // PKCS#8 may carry a public key beside the private one, and nothing else makes them fit.
  constexpr std::string_view kProbe = "tally: does the private key fit its public key?";
  if (!verify(*public_key, as_bytes(kProbe), result.sign(as_bytes(kProbe))))
    return malformed("the private key does not fit the public key beside it");
  return result;
}

Result<PrivateKey> PrivateKey::ed25519_from_seed(ByteView seed) {
  if (seed.size() != kScalarBytes) return malformed("an Ed25519 seed has 32 bytes");
  Key key(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, seed.data(), seed.size()));
  CHECK(key != nullptr);
  PublicKey public_key = public_half(key.get()).value();
  return PrivateKey(std::make_unique<Inside>(Inside{std::move(key)}), public_key);
}

Signature PrivateKey::sign(ByteView message) const {
  CHECK(inside_ != nullptr);  // moved from
  const bool is_ed25519 = public_key_.kind() == KeyKind::Ed25519;
  const DigestContext context(EVP_MD_CTX_new());
  CHECK(context != nullptr);
  CHECK(EVP_DigestSignInit_ex(context.get(), nullptr, is_ed25519 ? nullptr : "SHA256", nullptr,
                              nullptr, inside_->key.get(), nullptr) == 1);
  std::array<std::uint8_t, kEcdsaDerBytesMax> signature;
  std::size_t size = signature.size();
  CHECK(EVP_DigestSign(context.get(), signature.data(), &size, message.data(), message.size()) ==
        1);
  return is_ed25519 ? Signature::from_view(ByteView(signature).first(size))
                    : raw_ecdsa(signature.data(), size);
}

std::string PrivateKey::to_pem() const {
  CHECK(inside_ != nullptr);  // moved from
  const Bio bio(BIO_new(BIO_s_secmem()));
  CHECK(bio != nullptr);
  CHECK(PEM_write_bio_PKCS8PrivateKey(bio.get(), inside_->key.get(), nullptr, nullptr, 0, nullptr,
                                      nullptr) == 1);
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &text);
  CHECK(size > 0);
  return {text, static_cast<std::size_t>(size)};
}

}  // namespace tally::crypto
