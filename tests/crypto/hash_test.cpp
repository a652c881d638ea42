// SHA-256 and HMAC against the standards' vectors.
#include <tally/crypto/hash.h>

#include <algorithm>
#include <string>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "crypto/vectors.h"

namespace tally::crypto {
namespace {

using test::Json;

std::string hex_of(const Hash& hash) {
  return to_hex(hash.view());
}

Bytes from_hex(std::string_view text) {
  return bytes_from_hex(text).value();
}

// FIPS 180-4's examples, and the million of FIPS 180-2 B.3.
TEST(Sha256, MeetsTheVectorsOfFips180) {
  EXPECT_EQ(hex_of(sha256(as_bytes(""))),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(hex_of(sha256(as_bytes("abc"))),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(hex_of(sha256(as_bytes("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"))),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(hex_of(sha256(as_bytes("abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn"
                                   "hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu"))),
            "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1");
  EXPECT_EQ(hex_of(sha256(as_bytes(std::string(1'000'000, 'a')))),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

// NIST CAVP, SHA256ShortMsg.rsp.
TEST(Sha256, MeetsVectorsOfNist) {
  EXPECT_EQ(hex_of(sha256(from_hex("d3"))),
            "28969cdfa74a12c82f3bad960b0b000aca2ac329deea5c2328ebc6f2ba9802c1");
  EXPECT_EQ(hex_of(sha256(from_hex("11af"))),
            "5ca7133fa735326081558ac312c620eeca9970d1e70a4b95533d956f072d1f98");
  EXPECT_EQ(hex_of(sha256(from_hex("b4190e"))),
            "dff2e73091f6c05e528896c4c831b9448653dc2ff043528f6769437bc7b975c2");
  EXPECT_EQ(hex_of(sha256(from_hex("74ba2521"))),
            "b16aa56be3880d18cd41e68384cf1ec8c17680c45a02b1575dc1518923ae8b0e");
}

RC_GTEST_PROP(Sha256, OfPartsIsThatOfTheirConcatenation,
              (const Bytes& a, const Bytes& b, const Bytes& c)) {
  Bytes all = a;
  all.insert(all.end(), b.begin(), b.end());
  all.insert(all.end(), c.begin(), c.end());
  Sha256 fed;
  for (const Bytes* part : {&a, &b, &c})
    fed.update(*part);

  RC_ASSERT(sha256({a, b, c}) == sha256(all));
  RC_ASSERT(fed.finish() == sha256(all));
}

TEST(Sha256, StartsAnewWhenItFinished) {
  Sha256 fed;
  fed.update(as_bytes("before"));
  (void)fed.finish();

  fed.update(as_bytes("abc"));

  EXPECT_EQ(fed.finish(), sha256(as_bytes("abc")));
  EXPECT_EQ(fed.finish(), sha256(as_bytes("")));
}

TEST(TaggedHash, IsSha256BehindTheTagAndAZeroByte) {
  EXPECT_EQ(tagged_hash("request-key", as_bytes("abc")),
            sha256(as_bytes(std::string_view("tally/request-key/1\0abc", 23))));
  EXPECT_EQ(hex_of(tagged_hash("bucket", Bytes{1, 2, 3})),
            "3715a466a36ea94c7d3b641dad1b0bdcf0fa3cc52ded8e6cb62c335d002612a4");
}

TEST(TaggedHash, TakesPartsAsTheirConcatenation) {
  EXPECT_EQ(tagged_hash("block", {as_bytes("ab"), as_bytes(""), as_bytes("c")}),
            tagged_hash("block", as_bytes("abc")));
}

TEST(TaggedHash, KeepsTagsApart) {
  EXPECT_NE(tagged_hash("block", as_bytes("x")), tagged_hash("receipt", as_bytes("x")));
  EXPECT_NE(tagged_hash("a", as_bytes("b")), tagged_hash("ab", as_bytes("")));
}

// RFC 4231 §4, all but the truncated case 5.
TEST(Hmac, MeetsTheVectorsOfRfc4231) {
  const auto hmac = [](std::string_view key, std::string_view data) {
    return hex_of(hmac_sha256(from_hex(key), as_bytes(data)));
  };
  const std::string aa131(2 * std::size_t{131}, 'a');

  EXPECT_EQ(hmac("0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "Hi There"),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  EXPECT_EQ(hmac("4a656665", "what do ya want for nothing?"),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(hmac("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", std::string(50, '\xdd')),
            "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe");
  EXPECT_EQ(hmac("0102030405060708090a0b0c0d0e0f10111213141516171819", std::string(50, '\xcd')),
            "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b");
  EXPECT_EQ(hmac(aa131, "Test Using Larger Than Block-Size Key - Hash Key First"),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
  EXPECT_EQ(hmac(aa131,
                 "This is a test using a larger than block-size key and a larger than block-size "
                 "data. The key needs to be hashed before being used by the HMAC algorithm."),
            "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2");
}

TEST(Hmac, TakesAnEmptyKey) {
  EXPECT_EQ(hex_of(hmac_sha256({}, {})),
            "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

TEST(Hmac, MeetsWycheproof) {
  SKIP_WITHOUT("wycheproof");
  const Json file =
      test::read_json(test::shared_data("wycheproof/testvectors_v1/hmac_sha256_test.json"));
  int seen = 0;

  for (const Json& group : file.at("testGroups"))
    for (const Json& vector : group.at("tests")) {
      SCOPED_TRACE(vector.dump());
      const Bytes tag = test::hex_field(vector, "tag");
      ASSERT_EQ(tag.size() * 8, group.at("tagSize").get<std::size_t>());
      const Hash code = hmac_sha256(test::hex_field(vector, "key"), test::hex_field(vector, "msg"));
      // A shorter tag is the code's beginning.
      const bool is_met = std::ranges::equal(tag, code.view().first(tag.size()));
      EXPECT_EQ(is_met, vector.at("result") == "valid");
      ++seen;
    }

  EXPECT_EQ(seen, 174);
}

}  // namespace
}  // namespace tally::crypto
