// The one `verify` against published vectors: Wycheproof and RFC 8032.
#include <tally/crypto/signature.h>

#include <fstream>
#include <optional>
#include <string>

#include <gtest/gtest.h>

#include "crypto/vectors.h"

namespace tally::crypto {
namespace {

using test::hex_field;
using test::Json;

struct Counts {
  int seen = 0;
  int valid = 0;
};

/// Calls `accepts(group, vector)` for each vector of a file of Wycheproof's and compares its
/// answer. Every vector is "valid" or "invalid": an "acceptable" one would need a decision, and
/// fails.
template <typename Accepts>
Counts check_wycheproof(const std::string& name, Accepts accepts) {
  const Json file = test::read_json(test::shared_data("wycheproof/testvectors_v1/" + name));
  Counts counts;
  for (const Json& group : file.at("testGroups"))
    for (const Json& vector : group.at("tests")) {
      const std::string result = vector.at("result");
      EXPECT_TRUE(result == "valid" || result == "invalid") << vector;
      EXPECT_EQ(accepts(group, vector), result == "valid") << vector;
      ++counts.seen;
      counts.valid += result == "valid" ? 1 : 0;
    }
  EXPECT_EQ(counts.seen, file.at("numberOfTests").get<int>());
  return counts;
}

bool accepts_raw(const Result<PublicKey>& key, const Bytes& message, const Bytes& signature) {
  return key.ok() && signature.size() == Signature::kSize &&
         verify(*key, message, Signature::from_view(signature));
}

Result<PublicKey> p256_key(const Json& group) {
  const Bytes spki = hex_field(group, "publicKeyDer");
  const Bytes point =
      bytes_from_hex(group.at("publicKey").at("uncompressed").get<std::string>()).value();
  EXPECT_TRUE(std::equal(point.rbegin(), point.rend(), spki.rbegin()));
  return PublicKey::from_spki(spki);
}

/// A DER INTEGER of `der` from `at` on, as 32 bytes; nullopt where it is not strict DER, negative
/// or longer.
std::optional<Bytes> read_integer(const Bytes& der, std::size_t& at) {
  if (der.size() < at + 3 || der[at] != 0x02) return std::nullopt;
  const std::size_t length = der[at + 1];
  at += 2;
  if (length == 0 || length > 33 || der.size() < at + length) return std::nullopt;
  const Bytes content(der.begin() + static_cast<std::ptrdiff_t>(at),
                      der.begin() + static_cast<std::ptrdiff_t>(at + length));
  at += length;
  const bool has_zero = content[0] == 0;
  if ((content[0] & 0x80U) != 0) return std::nullopt;
  if (has_zero && length > 1 && (content[1] & 0x80U) == 0) return std::nullopt;
  const std::size_t skip = has_zero ? 1 : 0;
  if (length - skip > 32) return std::nullopt;
  Bytes padded(32 - (length - skip), 0);
  padded.insert(padded.end(), content.begin() + static_cast<std::ptrdiff_t>(skip), content.end());
  return padded;
}

/// r ‖ s of a strict DER SEQUENCE of the two, and nothing else.
std::optional<Bytes> raw_from_der(const Bytes& der) {
  if (der.size() < 2 || der[0] != 0x30 || der[1] != der.size() - 2) return std::nullopt;
  std::size_t at = 2;
  std::optional<Bytes> raw = read_integer(der, at);
  if (!raw.has_value()) return std::nullopt;
  const std::optional<Bytes> s = read_integer(der, at);
  if (!s.has_value() || at != der.size()) return std::nullopt;
  raw->insert(raw->end(), s->begin(), s->end());
  return raw;
}

TEST(Wycheproof, Ed25519) {
  SKIP_WITHOUT("wycheproof");

  int malleable = 0;
  const Counts counts =
      check_wycheproof("ed25519_test.json", [&malleable](const Json& group, const Json& vector) {
        const Bytes pk = bytes_from_hex(group.at("publicKey").at("pk").get<std::string>()).value();
        const Result<PublicKey> key = PublicKey::from_bytes(KeyKind::Ed25519, pk);
        EXPECT_EQ(key.ok() ? key->spki() : Bytes(), hex_field(group, "publicKeyDer"));
        for (const Json& flag : vector.at("flags"))
          malleable += flag == "SignatureMalleability" ? 1 : 0;
        return accepts_raw(key, hex_field(vector, "msg"), hex_field(vector, "sig"));
      });

  EXPECT_EQ(counts.seen, 151);
  EXPECT_EQ(counts.valid, 88);
  EXPECT_EQ(malleable, 8);
}

TEST(Wycheproof, P256WithDer) {
  SKIP_WITHOUT("wycheproof");

  const Counts counts = check_wycheproof(
      "ecdsa_secp256r1_sha256_test.json", [](const Json& group, const Json& vector) {
        const std::optional<Bytes> raw = raw_from_der(hex_field(vector, "sig"));
        return raw.has_value() && accepts_raw(p256_key(group), hex_field(vector, "msg"), *raw);
      });

  EXPECT_EQ(counts.seen, 484);
  EXPECT_EQ(counts.valid, 174);
}

TEST(Wycheproof, P256WithRawSignatures) {
  SKIP_WITHOUT("wycheproof");

  const Counts counts = check_wycheproof(
      "ecdsa_secp256r1_sha256_p1363_test.json", [](const Json& group, const Json& vector) {
        return accepts_raw(p256_key(group), hex_field(vector, "msg"), hex_field(vector, "sig"));
      });

  EXPECT_EQ(counts.seen, 262);
  EXPECT_EQ(counts.valid, 173);
}

/// That the key of `seed` is `public_key`, and signs `message` as `signature`.
void expect_signs(const Bytes& seed, const Bytes& public_key, const Bytes& message,
                  const Bytes& signature) {
  const PrivateKey key = PrivateKey::ed25519_from_seed(seed).value();
  EXPECT_EQ(to_hex(key.public_key().bytes()), to_hex(public_key));
  EXPECT_EQ(to_hex(key.sign(message).view()), to_hex(signature));
  EXPECT_TRUE(verify(key.public_key(), message, Signature::from_view(signature)));
}

TEST(Rfc8032, VectorsOfSection71) {
  SKIP_WITHOUT("rfc8032");
  const Json file = test::read_json(test::shared_data("rfc8032/rfc8032_ed25519_7.1.json"));

  for (const Json& vector : file.at("vectors")) {
    SCOPED_TRACE(vector.at("name"));
    expect_signs(hex_field(vector, "secret_key"), hex_field(vector, "public_key"),
                 hex_field(vector, "message"), hex_field(vector, "signature"));
  }

  EXPECT_EQ(file.at("vectors").size(), 5U);
}

TEST(Rfc8032, LinesOfSignInput) {
  SKIP_WITHOUT("rfc8032");
  std::ifstream file(test::shared_data("rfc8032/sign.input"));
  int seen = 0;

  // seed ‖ public : public : message : signature ‖ message :
  for (std::string line; std::getline(file, line); ++seen) {
    SCOPED_TRACE(seen);
    std::vector<Bytes> fields;
    for (std::size_t from = 0, colon = 0; (colon = line.find(':', from)) != std::string::npos;
         from = colon + 1)
      fields.push_back(bytes_from_hex(std::string_view(line).substr(from, colon - from)).value());
    ASSERT_EQ(fields.size(), 4U);
    expect_signs(to_bytes(ByteView(fields[0]).first(32)), fields[1], fields[2],
                 to_bytes(ByteView(fields[3]).first(64)));
  }

  EXPECT_EQ(seen, 128);
}

}  // namespace
}  // namespace tally::crypto
