// Keys: which bytes are one, PEM, and that a signature fits one key and one message.
#include <tally/crypto/signature.h>

#include <set>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <rapidcheck/gtest.h>

#include <tally/crypto/hash.h>

namespace tally::crypto {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr KeyKind kBothKinds[] = {KeyKind::Ed25519, KeyKind::P256};

Bytes from_hex(std::string_view text) {
  return bytes_from_hex(text).value();
}

/// Why these bytes are no Ed25519 key; empty where they are one.
std::string ed25519_fault(std::string_view hex) {
  const Result<PublicKey> key = PublicKey::from_bytes(KeyKind::Ed25519, from_hex(hex));
  return key.ok() ? "" : key.error().message;
}

std::string p256_fault(std::string_view hex) {
  const Result<PublicKey> key = PublicKey::from_bytes(KeyKind::P256, from_hex(hex));
  return key.ok() ? "" : key.error().message;
}

/// Why this is no private key; nothing of what came in is in it.
std::string pem_fault(const std::string& pem) {
  const Result<PrivateKey> key = PrivateKey::from_pem(pem);
  if (key.ok()) return "";
  EXPECT_EQ(key.error().code, ErrorCode::Malformed);
  EXPECT_THAT(key.error().message, Not(HasSubstr("\n")));
  EXPECT_THAT(key.error().message, Not(HasSubstr("s3cret")));
  // Nothing of a line of base64, where the secret would be.
  std::istringstream lines(pem);
  for (std::string line; std::getline(lines, line);) {
    const bool is_content = line.size() >= 8 && !line.starts_with("-----");
    EXPECT_FALSE(is_content && key.error().message.find(line) != std::string::npos);
  }
  return key.error().message;
}

/// What `write(bio, key)` writes of a new key of OpenSSL's.
template <typename Write>
std::string pem_by(EVP_PKEY* key, Write write) {
  BIO* const bio = BIO_new(BIO_s_mem());
  EXPECT_EQ(write(bio, key), 1);
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio, &text);
  std::string pem(text, static_cast<std::size_t>(size));
  BIO_free(bio);
  EVP_PKEY_free(key);
  return pem;
}

int write_pkcs8(BIO* bio, EVP_PKEY* key) {
  return PEM_write_bio_PKCS8PrivateKey(bio, key, nullptr, nullptr, 0, nullptr, nullptr);
}

int write_encrypted(BIO* bio, EVP_PKEY* key) {
  char passphrase[] = "s3cret";
  return PEM_write_bio_PKCS8PrivateKey(bio, key, EVP_aes_256_cbc(), passphrase, 6, nullptr,
                                       nullptr);
}

int write_traditional(BIO* bio, EVP_PKEY* key) {
  return PEM_write_bio_PrivateKey_traditional(bio, key, nullptr, nullptr, 0, nullptr, nullptr);
}

int write_traditional_encrypted(BIO* bio, EVP_PKEY* key) {
  const unsigned char passphrase[] = "s3cret";
  return PEM_write_bio_PrivateKey_traditional(bio, key, EVP_aes_256_cbc(), passphrase, 6, nullptr,
                                              nullptr);
}

EVP_PKEY* new_p256() {
  return EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256");
}
EVP_PKEY* new_ed25519() {
  return EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
}

TEST(Ed25519Key, RefusesTheEightPointsOfSmallOrder) {
  for (const char* point : {"0100000000000000000000000000000000000000000000000000000000000000",
                            "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                            "0000000000000000000000000000000000000000000000000000000000000000",
                            "0000000000000000000000000000000000000000000000000000000000000080",
                            "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
                            "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
                            "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
                            "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa"})
    EXPECT_THAT(ed25519_fault(point), HasSubstr("small order")) << point;
}

TEST(Ed25519Key, RefusesEncodingsThatAreNotCanonical) {
  // The other encodings of small-order points: x = 0 with a sign, and y of p and more.
  for (const char* point : {"0100000000000000000000000000000000000000000000000000000000000080",
                            "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
                            "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                            "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
                            "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                            "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"})
    EXPECT_NE(ed25519_fault(point), "") << point;
  // All y from p to 2^255 − 1, with either sign.
  for (unsigned low = 0xed; low <= 0xff; ++low)
    for (const std::uint8_t high : Bytes{0x7f, 0xff}) {
      Bytes point(32, 0xff);
      point[0] = static_cast<std::uint8_t>(low);
      point[31] = high;
      EXPECT_THAT(ed25519_fault(to_hex(point)), HasSubstr("not canonical"));
    }
}

TEST(Ed25519Key, RefusesWhatIsNotOnTheCurve) {
  // The y below 40 for which an x exists, by another implementation; 0 and 1 are of small order.
  const std::set<unsigned> on_curve = {3,  4,  5,  6,  9,  10, 14, 15, 16, 18, 19, 21, 23,
                                       24, 25, 26, 27, 28, 29, 30, 32, 33, 35, 37, 39};

  for (unsigned y = 2; y < 40; ++y)
    for (const std::uint8_t sign : Bytes{0x00, 0x80}) {
      Bytes point(32, 0);
      point[0] = static_cast<std::uint8_t>(y);
      point[31] = sign;
      EXPECT_EQ(ed25519_fault(to_hex(point)).empty(), on_curve.contains(y)) << y;
    }
}

TEST(P256Key, RefusesWhatIsNoCompressedPoint) {
  const std::string x = "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296";

  EXPECT_EQ(p256_fault("03" + x), "");
  EXPECT_EQ(p256_fault("02" + x), "");
  for (const char* form : {"00", "01", "04", "05", "06", "07", "82", "ff"})
    EXPECT_THAT(p256_fault(form + x), HasSubstr("compressed point")) << form;
  EXPECT_THAT(p256_fault(x), HasSubstr("33 bytes"));
  EXPECT_THAT(p256_fault("02" + x + "00"), HasSubstr("33 bytes"));
  EXPECT_THAT(p256_fault(""), HasSubstr("33 bytes"));
  EXPECT_THAT(p256_fault("00"), HasSubstr("33 bytes"));
}

TEST(P256Key, RefusesWhatIsNotOnTheCurveOrNotBelowThePrime) {
  const std::string zeros(62, '0');

  // x = 0 has a y (b is a square); x = p is 0 again, in a form that is not canonical.
  EXPECT_EQ(p256_fault("02" + zeros + "00"), "");
  EXPECT_THAT(p256_fault("02ffffffff00000001000000000000000000000000ffffffffffffffffffffffff"),
              HasSubstr("not on the curve"));
  EXPECT_THAT(p256_fault("02" + zeros + "01"), HasSubstr("not on the curve"));
  EXPECT_THAT(p256_fault("02" + std::string(64, 'f')), HasSubstr("not on the curve"));
}

TEST(PublicKey, RefusesAnUnknownKindAndWrongLengths) {
  const Bytes key = to_bytes(PrivateKey::generate(KeyKind::Ed25519).public_key().bytes());

  EXPECT_FALSE(PublicKey::from_bytes(static_cast<KeyKind>(0), key).ok());
  EXPECT_FALSE(PublicKey::from_bytes(static_cast<KeyKind>(3), key).ok());
  EXPECT_FALSE(PublicKey::from_bytes(KeyKind::P256, key).ok());
  EXPECT_FALSE(PublicKey::from_bytes(KeyKind::Ed25519, ByteView(key).first(31)).ok());
  EXPECT_FALSE(PublicKey::from_bytes(KeyKind::Ed25519, {}).ok());
}

TEST(PublicKey, ComesBackFromItsBytesAndItsSpki) {
  for (const KeyKind kind : kBothKinds)
    for (int i = 0; i < 20; ++i) {
      const PublicKey key = PrivateKey::generate(kind).public_key();
      EXPECT_EQ(PublicKey::from_bytes(kind, key.bytes()).value(), key);
      EXPECT_EQ(PublicKey::from_spki(key.spki()).value(), key);
      EXPECT_EQ(key.kind(), kind);
    }
}

TEST(PublicKey, HasTheSpkiAndIdThatOpenSslGivesIt) {
  for (EVP_PKEY* key : {new_ed25519(), new_p256()}) {
    unsigned char* der = nullptr;
    const int size = i2d_PUBKEY(key, &der);
    ASSERT_GT(size, 0);
    const Bytes spki(der, der + size);
    OPENSSL_free(der);
    EVP_PKEY_free(key);

    const Result<PublicKey> ours = PublicKey::from_spki(spki);

    ASSERT_TRUE(ours.ok());
    EXPECT_EQ(ours->spki(), spki);
    EXPECT_EQ(to_hex(ours->id().view()), to_hex(sha256(spki).view()));
  }
}

TEST(PublicKey, RefusesEveryOtherSpki) {
  for (const KeyKind kind : kBothKinds) {
    const Bytes spki = PrivateKey::generate(kind).public_key().spki();
    const std::size_t prefix_size = kind == KeyKind::Ed25519 ? 12 : 27;
    for (std::size_t size = 0; size < spki.size(); ++size)
      EXPECT_FALSE(PublicKey::from_spki(ByteView(spki).first(size)).ok());
    for (std::size_t i = 0; i < prefix_size; ++i) {
      Bytes wrong = spki;
      wrong[i] ^= 1;
      EXPECT_FALSE(PublicKey::from_spki(wrong).ok());
    }
    Bytes longer = spki;
    longer.push_back(0);
    EXPECT_FALSE(PublicKey::from_spki(longer).ok());
  }
}

TEST(PublicKey, RefusesASpkiWhoseYIsNotThatOfItsX) {
  const Bytes spki = PrivateKey::generate(KeyKind::P256).public_key().spki();

  for (const std::size_t i : {std::size_t{40}, spki.size() - 33, spki.size() - 32, spki.size() - 1})
    for (const int bit : {1, 2, 128}) {
      Bytes wrong = spki;
      wrong[i] = static_cast<std::uint8_t>(wrong[i] ^ bit);
      EXPECT_FALSE(PublicKey::from_spki(wrong).ok()) << i << " " << bit;
    }
}

TEST(PublicKey, ThatNobodyFilledInVerifiesNothing) {
  // The zero key has order 4: with R the neutral point and S = 0, a forgery fits one message in
  // four.
  for (int i = 0; i < 64; ++i) {
    const std::string message = std::to_string(i);
    Signature signature;
    EXPECT_FALSE(verify(PublicKey(), as_bytes(message), signature));
    signature.array()[0] = 1;
    EXPECT_FALSE(verify(PublicKey(), as_bytes(message), signature));
  }
}

RC_GTEST_PROP(Signature, FitsItsKeyAndItsMessageAlone, (const Bytes& message)) {
  for (const KeyKind kind : kBothKinds) {
    const PrivateKey key = PrivateKey::generate(kind);
    const PrivateKey other = PrivateKey::generate(kind);
    const Signature signature = key.sign(message);
    Bytes longer = message;
    longer.push_back(0);
    Signature changed = signature;
    const auto at = *rc::gen::inRange<std::size_t>(0, Signature::kSize);
    changed.array()[at] ^= static_cast<std::uint8_t>(1U << *rc::gen::inRange<unsigned>(0, 8));

    RC_ASSERT(verify(key.public_key(), message, signature));
    RC_ASSERT(!verify(other.public_key(), message, signature));
    RC_ASSERT(!verify(key.public_key(), longer, signature));
    RC_ASSERT(!verify(key.public_key(), message, changed));
  }
}

TEST(Signature, OfEd25519IsTheSameEachTime) {
  const Bytes seed(32, 7);
  const PrivateKey key = PrivateKey::ed25519_from_seed(seed).value();
  const PrivateKey again = PrivateKey::ed25519_from_seed(seed).value();

  EXPECT_EQ(key.sign(as_bytes("vote")), again.sign(as_bytes("vote")));
  EXPECT_EQ(key.public_key(), again.public_key());
}

TEST(Signature, OfAMegabyteVerifies) {
  const Bytes message(1 << 20, 0x5a);

  for (const KeyKind kind : kBothKinds) {
    const PrivateKey key = PrivateKey::generate(kind);
    EXPECT_TRUE(verify(key.public_key(), message, key.sign(message)));
  }
}

TEST(Signature, RefusesSOfTheOrderAndMore) {
  // S + L is S again modulo L: the malleable form of a good signature.
  const Bytes order = from_hex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
  const PrivateKey key = PrivateKey::ed25519_from_seed(Bytes(32, 1)).value();
  Signature signature = key.sign(as_bytes("vote"));
  unsigned carry = 0;
  for (std::size_t i = 0; i < 32; ++i) {
    carry += unsigned{signature.array()[32 + i]} + order[i];
    signature.array()[32 + i] = static_cast<std::uint8_t>(carry);
    carry >>= 8U;
  }

  EXPECT_FALSE(verify(key.public_key(), as_bytes("vote"), signature));
}

TEST(Signature, OfP256AllowsHighAndLowS) {
  // n − s verifies where s does; the ledger identifies nothing by a signature, so it need not care.
  const Bytes order = from_hex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
  const PrivateKey key = PrivateKey::generate(KeyKind::P256);
  Signature signature = key.sign(as_bytes("earn"));
  int borrow = 0;
  for (std::size_t i = 32; i-- > 0;) {
    int digit = order[i] - signature.array()[32 + i] - borrow;
    borrow = digit < 0 ? 1 : 0;
    digit += borrow * 256;
    signature.array()[32 + i] = static_cast<std::uint8_t>(digit);
  }

  EXPECT_TRUE(verify(key.public_key(), as_bytes("earn"), signature));
}

TEST(Signature, LeavesNoErrorForWhoeverUsesOpenSslNext) {
  ERR_clear_error();
  for (const KeyKind kind : kBothKinds) {
    const PrivateKey key = PrivateKey::generate(kind);
    Signature signature = key.sign(as_bytes("a"));
    EXPECT_FALSE(verify(key.public_key(), as_bytes("b"), signature));
    signature.array()[1] ^= 1;
    EXPECT_FALSE(verify(key.public_key(), as_bytes("a"), signature));
  }
  (void)PublicKey::from_bytes(KeyKind::P256, Bytes(33, 2));
  (void)PrivateKey::from_pem("garbage");
  (void)PrivateKey::from_pem("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");

  EXPECT_EQ(ERR_peek_error(), 0U);
}

TEST(Signature, VerifiesOnSeveralThreadsAtOnce) {
  std::vector<PrivateKey> keys;
  for (const KeyKind kind : kBothKinds)
    keys.push_back(PrivateKey::generate(kind));
  std::vector<int> good(4, 0);
  std::vector<std::thread> threads;

  for (int& count : good)
    threads.emplace_back([&keys, &count] {
      for (int i = 0; i < 50; ++i)
        for (const PrivateKey& key : keys) {
          const Signature signature = key.sign(as_bytes("vote"));
          const auto again =
              PublicKey::from_bytes(key.public_key().kind(), key.public_key().bytes());
          if (again.ok() && verify(*again, as_bytes("vote"), signature)) ++count;
        }
    });
  for (std::thread& thread : threads)
    thread.join();

  for (const int count : good)
    EXPECT_EQ(count, 100);
}

TEST(Pem, BringsAKeyBack) {
  for (const KeyKind kind : kBothKinds) {
    const PrivateKey key = PrivateKey::generate(kind);
    const std::string pem = key.to_pem();

    const Result<PrivateKey> back = PrivateKey::from_pem(pem);

    ASSERT_TRUE(back.ok());
    EXPECT_EQ(back->public_key(), key.public_key());
    EXPECT_EQ(back->to_pem(), pem);
    EXPECT_THAT(pem, testing::StartsWith("-----BEGIN PRIVATE KEY-----\n"));
    EXPECT_TRUE(verify(key.public_key(), as_bytes("a"), back->sign(as_bytes("a"))));
  }
}

// RFC 8410 §10.3.
TEST(Pem, IsThatOfTheStandard) {
  const Result<PrivateKey> key = PrivateKey::from_pem(
      "-----BEGIN PRIVATE KEY-----\n"
      "MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n"
      "-----END PRIVATE KEY-----\n");

  ASSERT_TRUE(key.ok());
  EXPECT_EQ(to_hex(key->public_key().bytes()),
            "19bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1");
}

TEST(Pem, TakesTextBeforeTheKeyAndOtherLineEnds) {
  const PrivateKey key = PrivateKey::generate(KeyKind::P256);
  std::string windows;
  for (const char c : key.to_pem())
    windows += c == '\n' ? std::string("\r\n") : std::string(1, c);

  EXPECT_TRUE(PrivateKey::from_pem(windows + "\r\n \n").ok());
  EXPECT_TRUE(PrivateKey::from_pem("consensus key of node 3\n" + key.to_pem()).ok());
}

TEST(Pem, TakesAKeyWhosePublicPointIsCompressed) {
  EVP_PKEY* const key = new_p256();
  ASSERT_EQ(EVP_PKEY_set_utf8_string_param(key, "point-format", "compressed"), 1);
  const std::string pem = pem_by(key, write_pkcs8);
  const Result<PrivateKey> ours = PrivateKey::from_pem(pem);

  ASSERT_TRUE(ours.ok());
  EXPECT_LT(pem.size(), ours->to_pem().size());
  EXPECT_TRUE(PrivateKey::from_pem(ours->to_pem()).ok());
}

TEST(Pem, RefusesWhatIsNoPrivateKey) {
  const std::string certificate = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";

  EXPECT_THAT(pem_fault(pem_by(new_p256(), PEM_write_bio_PUBKEY)), HasSubstr("public key"));
  EXPECT_THAT(pem_fault(pem_by(new_ed25519(), PEM_write_bio_PUBKEY)),
              HasSubstr("private key expected"));
  EXPECT_THAT(pem_fault(certificate), HasSubstr("certificate; private key expected"));
  EXPECT_THAT(pem_fault(certificate + pem_by(new_p256(), write_pkcs8)), HasSubstr("certificate"));
  EXPECT_THAT(pem_fault("-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n"
                        "-----END EC PARAMETERS-----\n"),
              HasSubstr("private key expected"));
}

TEST(Pem, RefusesEncryptedKeys) {
  EXPECT_THAT(pem_fault(pem_by(new_p256(), write_encrypted)), HasSubstr("encrypted"));
  EXPECT_THAT(pem_fault(pem_by(new_ed25519(), write_encrypted)), HasSubstr("encrypted"));
  EXPECT_NE(pem_fault(pem_by(new_p256(), write_traditional_encrypted)), "");
}

TEST(Pem, RefusesOtherFormsAndKinds) {
  EXPECT_THAT(pem_fault(pem_by(new_p256(), write_traditional)), HasSubstr("not PKCS#8"));
  for (EVP_PKEY* key : {EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", std::size_t{1024}),
                        EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-384"),
                        EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "secp256k1"),
                        EVP_PKEY_Q_keygen(nullptr, nullptr, "X25519"),
                        EVP_PKEY_Q_keygen(nullptr, nullptr, "ED448")})
    EXPECT_THAT(pem_fault(pem_by(key, write_pkcs8)), HasSubstr("neither Ed25519 nor P-256"));
}

TEST(Pem, RefusesGarbage) {
  const std::string pem = PrivateKey::generate(KeyKind::P256).to_pem();
  const std::string begin = "-----BEGIN PRIVATE KEY-----\n";
  const std::string end = "-----END PRIVATE KEY-----\n";

  EXPECT_NE(pem_fault(""), "");
  EXPECT_NE(pem_fault("s3cret words that are no key at all"), "");
  EXPECT_NE(pem_fault(begin + end), "");
  EXPECT_NE(pem_fault(begin + "s3cretAA\n" + end), "");
  EXPECT_NE(pem_fault(begin + "!!!!\n" + end), "");
  EXPECT_NE(pem_fault(std::string(20 << 10, 'x')), "");
  EXPECT_NE(pem_fault(std::string("-----BEGIN PRIVATE KEY-----\0\n", 29)), "");
  EXPECT_THAT(pem_fault(pem + pem), HasSubstr("more than one"));
  EXPECT_THAT(pem_fault(pem + "and text"), HasSubstr("text after it"));
  for (std::size_t size = 0; size + 2 < pem.size(); ++size)
    EXPECT_NE(pem_fault(pem.substr(0, size)), "") << size;
}

/// The PEM of a P-256 key with the byte `at` from the end of its DER flipped: the end is the public
/// key that stands beside the private one.
std::string with_wrong_end(std::size_t at) {
  EVP_PKEY* const key = new_p256();
  unsigned char* der = nullptr;
  PKCS8_PRIV_KEY_INFO* const pkcs8 = EVP_PKEY2PKCS8(key);
  const int size = i2d_PKCS8_PRIV_KEY_INFO(pkcs8, &der);
  der[static_cast<std::size_t>(size) - at] ^= 1;
  BIO* const bio = BIO_new(BIO_s_mem());
  PEM_write_bio(bio, PEM_STRING_PKCS8INF, "", der, size);
  char* text = nullptr;
  const long length = BIO_get_mem_data(bio, &text);
  std::string pem(text, static_cast<std::size_t>(length));
  BIO_free(bio);
  OPENSSL_free(der);
  PKCS8_PRIV_KEY_INFO_free(pkcs8);
  EVP_PKEY_free(key);
  return pem;
}

TEST(Pem, RefusesAPrivateKeyBesideAnothersPublicKey) {
  EXPECT_NE(pem_fault(with_wrong_end(1)), "");
  EXPECT_NE(pem_fault(with_wrong_end(40)), "");
  // The private half: it still decodes, and no longer fits.
  EXPECT_THAT(pem_fault(with_wrong_end(65 + 5 + 3)), HasSubstr("does not fit"));
}

TEST(Seed, HasItsLengthOnly) {
  EXPECT_FALSE(PrivateKey::ed25519_from_seed(Bytes(31)).ok());
  EXPECT_FALSE(PrivateKey::ed25519_from_seed(Bytes(33)).ok());
  EXPECT_FALSE(PrivateKey::ed25519_from_seed({}).ok());
}

TEST(PrivateKeyDeathTest, StopsWhenItIsUsedAfterItWasMoved) {
  PrivateKey key = PrivateKey::generate(KeyKind::Ed25519);
  const PrivateKey taken = std::move(key);

  EXPECT_DEATH((void)key.sign({}), "CHECK failed");  // NOLINT(bugprone-use-after-move)
}

}  // namespace
}  // namespace tally::crypto
