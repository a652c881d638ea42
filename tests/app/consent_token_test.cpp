// Tokens as files.
#include "app/consent_token.h"

#include "support/builders.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

namespace tally::app {
namespace {

using namespace tally::test;

ConsentTerms terms() {
  return {member(7), kCafe, kBakery, points(500), kStart.plus(kHour), fixed_of<ConsentNonce>(3)};
}

void expect_refused(const std::string& text) {
  const auto token = consent_token_from(text, "token.json");

  ASSERT_FALSE(token) << text;
  EXPECT_EQ(token.error().front().kind.number, "CLI-014");
  EXPECT_EQ(token.error().front().where, "token.json");
}

TEST(ConsentToken, ComesBackFromItsFileAsItWasSigned) {
  const ChainId chain = fixed_of<ChainId>(1);
  const crypto::PrivateKey key = key_from_seed(5);

  const auto token = consent_token_from(consent_token(chain, terms(), key), "token.json");

  ASSERT_TRUE(token);
  EXPECT_EQ(token->key, key.public_key());
  EXPECT_EQ(token->terms, terms());
  EXPECT_TRUE(crypto::verify(token->key, token_digest(chain, terms()).view(), token->signature));
}

TEST(ConsentToken, IsForOneChainAlone) {
  const auto token =
      consent_token_from(consent_token(fixed_of<ChainId>(1), terms(), key_from_seed(5)), "t");

  ASSERT_TRUE(token);
  EXPECT_FALSE(crypto::verify(token->key, token_digest(fixed_of<ChainId>(2), terms()).view(),
                              token->signature));
}

TEST(ConsentToken, RefusesWhatIsNone) {
  const std::string good = consent_token(fixed_of<ChainId>(1), terms(), key_from_seed(5));
  auto without = nlohmann::ordered_json::parse(good);
  without.erase("terms");
  auto unknown = nlohmann::ordered_json::parse(good);
  unknown["terms"]["points"] = 5;
  auto itself = nlohmann::ordered_json::parse(good);
  itself["terms"]["acceptor"] = kCafe.value();

  expect_refused("");
  expect_refused("{");
  expect_refused("[]");
  expect_refused("{\"terms\": 5}");
  expect_refused(good + good);
  expect_refused(without.dump());
  expect_refused(unknown.dump());
  expect_refused(itself.dump());
}

}  // namespace
}  // namespace tally::app
