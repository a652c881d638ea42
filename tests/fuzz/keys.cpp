// Keys and signatures from any bytes: PEM, SubjectPublicKeyInfo, raw keys.
#include <tally/crypto/signature.h>

#include "fuzz/fuzz.h"
#include "support/builders.h"

namespace tally::fuzz {
namespace {

using namespace tally::crypto;

constexpr std::uint8_t kPem = 0;
constexpr std::uint8_t kSpki = 1;
constexpr std::uint8_t kRaw = 2;
constexpr std::uint8_t kSigned = 3;
constexpr std::size_t kParsers = 4;

constexpr std::string_view kMessage = "what is signed";

/// Made for this file, and of no use elsewhere.
constexpr std::string_view kP256Pem = R"(-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgLzUsqNHteO0pIKLv
dQgXmlcQNs8QocE85lT4VXwUDO2hRANCAATdt2PMfcAv3yoelLM5qNRsODakCEp9
eySBYocD+mYffG/gfWZxuevAcMoJtslehjLt8auiR8MtgJBiNBTHhzcW
-----END PRIVATE KEY-----
)";

void run_pem(ByteView bytes) {
  const std::string pem(as_text(bytes));
  const Result<PrivateKey> key = PrivateKey::from_pem(pem);
  if (!key.ok()) return;
  const PublicKey& own = key->public_key();
  CHECK(verify(own, as_bytes(kMessage), key->sign(as_bytes(kMessage))));
  CHECK(PrivateKey::from_pem(key->to_pem()).value().public_key() == own);
  CHECK(PublicKey::from_spki(own.spki()).value() == own);
}

void run_spki(ByteView der) {
  const Result<PublicKey> key = PublicKey::from_spki(der);
  if (!key.ok()) return;
  expect_same(der, key->spki());
  CHECK(PublicKey::from_bytes(key->kind(), key->bytes()).value() == *key);
}

/// A key's kind, its bytes, and a signature that it surely did not make.
void run_raw(Choices choices) {
  const KeyKind kind = choices.below(2) == 0 ? KeyKind::Ed25519 : KeyKind::P256;
  const ByteView bytes = choices.take(kind == KeyKind::Ed25519 ? 32 : 33);
  const Result<PublicKey> key = PublicKey::from_bytes(kind, bytes);
  if (!key.ok()) return;
  expect_same(bytes, key->bytes());
  CHECK(PublicKey::from_spki(key->spki()).value() == *key);
  CHECK(key->id() != KeyId());
  const ByteView signature = choices.take(Signature::kSize);
  if (signature.size() == Signature::kSize)
    (void)verify(*key, choices.rest(), Signature::from_view(signature));
}

/// A good signature over a message, and then another: one message has one Ed25519 signature.
void run_signed(Choices choices) {
  static const PrivateKey key = test::key_from_seed(1);
  const ByteView change = choices.take(Signature::kSize);
  const ByteView message = choices.rest();
  const Signature good = key.sign(message);
  CHECK(verify(key.public_key(), message, good));
  Signature other = good;
  for (std::size_t i = 0; i < change.size(); ++i)
    other.array()[i] ^= change[i];
  CHECK(verify(key.public_key(), message, other) == (other == good));
}

}  // namespace

void run(ByteView input) {
  Choices choices(input);
  switch (choices.below(kParsers)) {
    case kPem:
      return run_pem(choices.rest());
    case kSpki:
      return run_spki(choices.rest());
    case kRaw:
      return run_raw(choices);
    default:
      return run_signed(choices);
  }
}

std::vector<Bytes> seeds() {
  const PrivateKey ed25519 = test::key_from_seed(1);
  const PrivateKey p256 = PrivateKey::from_pem(kP256Pem).value();
  std::vector<Bytes> all{
      after(kPem, as_bytes(ed25519.to_pem())),
      after(kPem, as_bytes(kP256Pem)),
      after(kPem, as_bytes("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")),
  };
  std::uint8_t kind = 0;
  for (const PublicKey& key : {ed25519.public_key(), p256.public_key()}) {
    all.push_back(after(kSpki, key.spki()));
    Bytes raw = after(kind++, key.bytes());
    const Signature signature = ed25519.sign(as_bytes(kMessage));
    raw.insert(raw.end(), signature.view().begin(), signature.view().end());
    raw.insert(raw.end(), kMessage.begin(), kMessage.end());
    all.push_back(after(kRaw, raw));
  }
  all.push_back(after(kSigned, Bytes(80, 0)));
  return all;
}

}  // namespace tally::fuzz
