// A row for each rule of check_genesis: what breaks it, and what the message says.
#include <tally/base/limits.h>
#include <tally/model/genesis.h>

#include <gmock/gmock.h>

#include <functional>

#include "support/builders.h"

namespace tally::test {
namespace {

/// Five founders and production: every rule holds.
TestChain a_production_genesis() {
  TestChain chain = a_genesis(5);
  chain.genesis.content.chain_name = "high-street-1";
  chain.genesis.content.development = false;
  sign_again(chain);
  return chain;
}

struct Rule {
  std::string name;
  std::function<void(Genesis&)> break_it;
  ErrorCode code;
  std::string message;
};

void PrintTo(const Rule& rule, std::ostream* out) {
  *out << rule.name;
}

class GenesisContent : public testing::TestWithParam<Rule> {};

TEST_P(GenesisContent, IsRefusedWithTheField) {
  Genesis genesis = a_production_genesis().genesis.content;
  GetParam().break_it(genesis);

  const Result<void> result = check_genesis_content(genesis);

  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, GetParam().code);
  EXPECT_THAT(result.error().message, testing::StartsWith(GetParam().message));
}

std::string name_of_test(const testing::TestParamInfo<Rule>& info) {
  return info.param.name;
}

constexpr auto kBad = ErrorCode::Malformed;
constexpr auto kOut = ErrorCode::OutOfLimits;

INSTANTIATE_TEST_SUITE_P(
    Chain, GenesisContent,
    testing::Values(
        Rule{"NoName", [](auto& g) { g.chain_name = ""; }, kBad, "chain_name bytes: got 0"},
        Rule{"LongName", [](auto& g) { g.chain_name = std::string(65, 'a'); }, kBad,
             "chain_name bytes: got 65; expected 1 to 64"},
        Rule{"UpperCaseName", [](auto& g) { g.chain_name = "High"; }, kBad, "chain_name: got a"},
        Rule{"LookAlikeName", [](auto& g) { g.chain_name = "hіgh"; }, kBad, "chain_name: got a"},
        Rule{"ReservedName", [](auto& g) { g.chain_name = "test"; }, kBad, "chain_name: got test"},
        Rule{"Before2020", [](auto& g) { g.time = Timestamp(1'577'836'799'999); }, kOut, "time:"},
        Rule{"AfterTheCalendar", [](auto& g) { g.time = Timestamp::never(); }, kOut, "time:"},
        Rule{"NoCurrency", [](auto& g) { g.currencies.clear(); }, kOut, "currencies: got 0"},
        Rule{"CurrencyTwice", [](auto& g) { g.currencies.push_back(g.currencies[0]); }, kBad,
             "currencies[1].code: got EUR again"},
        Rule{"LowerCaseCurrency", [](auto& g) { g.currencies[0].code = currency("eur"); }, kBad,
             "currencies[0].code: got eur"},
        Rule{"ExponentAbove6", [](auto& g) { g.currencies[0].exponent = 7; }, kOut,
             "currencies[0].exponent: got 7; expected 0 to 6"}),
    name_of_test);

INSTANTIATE_TEST_SUITE_P(
    Parameters, GenesisContent,
    testing::Values(
        Rule{"NoWindow", [](auto& g) { g.parameters.window = 0; }, kOut,
             "parameters.window: got 0; expected 1 to 1"},
        Rule{"WideWindow", [](auto& g) { g.parameters.window = 2; }, kOut,
             "parameters.window: got 2; expected 1 to 1"},
        Rule{"NoRequestTimeout", [](auto& g) { g.parameters.request_timeout = {}; }, kOut,
             "parameters.request_timeout: got 0"},
        Rule{"RequestTimeoutAboveMost",
             [](auto& g) { g.parameters.request_timeout = Duration(60'001); }, kOut,
             "parameters.request_timeout: got 60001; expected 1 to 60000"},
        Rule{"NoTimeoutMax", [](auto& g) { g.parameters.timeout_max = {}; }, kOut,
             "parameters.timeout_max: got 0"},
        Rule{"NoPassedOver", [](auto& g) { g.parameters.passed_over = {}; }, kOut,
             "parameters.passed_over: got 0"},
        Rule{"NoIdleBlock", [](auto& g) { g.parameters.idle_block = {}; }, kOut,
             "parameters.idle_block: got 0"},
        Rule{"NoRotationHeights", [](auto& g) { g.parameters.rotation_heights = 0; }, kOut,
             "parameters.rotation_heights: got 0"},
        Rule{"RotationBelowTimeout", [](auto& g) { g.parameters.rotation = Duration(59'999); },
             kOut, "parameters.rotation: got 59999; expected 60000 to"},
        Rule{"NoClockBound", [](auto& g) { g.parameters.clock_bound = {}; }, kOut,
             "parameters.clock_bound: got 0"},
        Rule{"WideClockBound", [](auto& g) { g.parameters.clock_bound = Duration(60'001); }, kOut,
             "parameters.clock_bound: got 60001; expected 1 to 60000"},
        Rule{"SmallProposal", [](auto& g) { g.parameters.proposal_bytes_max = 1'023; }, kOut,
             "parameters.proposal_bytes_max: got 1023; expected 1024 to 8388608"},
        Rule{"LargeProposal", [](auto& g) { g.parameters.proposal_bytes_max = (8 << 20) + 1; },
             kOut, "parameters.proposal_bytes_max: got 8388609"},
        Rule{"NoTransactions", [](auto& g) { g.parameters.proposal_transactions_max = 0; }, kOut,
             "parameters.proposal_transactions_max: got 0"},
        Rule{"ManyTransactions", [](auto& g) { g.parameters.proposal_transactions_max = 16'385; },
             kOut, "parameters.proposal_transactions_max: got 16385"},
        Rule{"NoRuleCost", [](auto& g) { g.parameters.proposal_rule_cost_max = 0; }, kOut,
             "parameters.proposal_rule_cost_max: got 0"},
        Rule{"LargeRuleCost",
             [](auto& g) { g.parameters.proposal_rule_cost_max = (1ULL << 40U) + 1; }, kOut,
             "parameters.proposal_rule_cost_max: got 1099511627777"},
        Rule{"NoValidity", [](auto& g) { g.parameters.validity_max = {}; }, kOut,
             "parameters.validity_max: got 0"},
        Rule{"LongValidity",
             [](auto& g) { g.parameters.validity_max = Duration(32 * kDay.milliseconds()); }, kOut,
             "parameters.validity_max: got 2764800000"},
        Rule{"ShortMemory",
             [](auto& g) { g.parameters.request_memory = Duration(89 * kDay.milliseconds()); },
             kOut, "parameters.request_memory: got 7689600000; expected 7776000000"},
        Rule{"NoBuckets", [](auto& g) { g.parameters.state_buckets = 0; }, kOut,
             "parameters.state_buckets: got 0"},
        Rule{"BucketsNoPowerOfTwo", [](auto& g) { g.parameters.state_buckets = 1'000; }, kOut,
             "parameters.state_buckets: got 1000; expected a power of two"},
        Rule{"TooManyBuckets", [](auto& g) { g.parameters.state_buckets = 1 << 25; }, kOut,
             "parameters.state_buckets: got 33554432"}),
    name_of_test);

INSTANTIATE_TEST_SUITE_P(
    Founders, GenesisContent,
    testing::Values(
        Rule{"None", [](auto& g) { g.founders.clear(); }, kOut, "founders: got 0"},
        Rule{"Three", [](auto& g) { g.founders.resize(3); }, kOut,
             "founders: got 3; expected 4 to 16"},
        Rule{"Seventeen", [](auto& g) { g.founders.resize(17); }, kOut, "founders: got 17"},
        Rule{"MerchantZero", [](auto& g) { g.founders[0].merchant = MerchantId(); }, kBad,
             "founders[0].merchant: got 0"},
        Rule{"MerchantTwice", [](auto& g) { g.founders[2].merchant = MerchantId(2); }, kBad,
             "founders[2].merchant: got 2; expected ascending"},
        Rule{"OutOfOrder", [](auto& g) { std::swap(g.founders[1], g.founders[2]); }, kBad,
             "founders[2].merchant: got 2; expected ascending"},
        Rule{"NoName", [](auto& g) { g.founders[1].name = ""; }, kBad, "founders[1].name: got 0"},
        Rule{"LongName", [](auto& g) { g.founders[1].name = std::string(33, 'x'); }, kBad,
             "founders[1].name: got 33"},
        Rule{"NameOfAnother", [](auto& g) { g.founders[1].name = g.founders[0].name; }, kBad,
             "founders[1].name: got the name of founders[0]; expected each name once"},
        Rule{"NameWithControl", [](auto& g) { g.founders[1].name = "a\nb"; }, kBad,
             "founders[1].name: got control"},
        Rule{"NameThatTurnsDirection", [](auto& g) { g.founders[1].name = "a\u2067b"; }, kBad,
             "founders[1].name: got control"},
        Rule{"NameThatIsAPrivateKey",
             [](auto& g) { g.founders[1].name = "-----BEGIN PRIVATE KEY-----"; }, kBad,
             "founders[1].name: got what looks like a private key; expected a name"},
        Rule{"ConsensusKeyOfP256",
             [](auto& g) {
               g.founders[1].consensus_key =
                   crypto::PrivateKey::generate(crypto::KeyKind::P256).public_key();
             },
             kBad, "founders[1].consensus_key: got a key of P-256"},
        Rule{"NoPeerKey", [](auto& g) { g.founders[1].peer_tls_key = KeyId(); }, kBad,
             "founders[1].peer_tls_key: got none"},
        Rule{"PeerKeyIsConsensusKey",
             [](auto& g) { g.founders[1].peer_tls_key = g.founders[1].consensus_key.id(); }, kBad,
             "founders[1].peer_tls_key: got the key of founders[1].consensus_key"},
        Rule{"ConsensusKeyTwice",
             [](auto& g) { g.founders[3].consensus_key = g.founders[0].consensus_key; }, kBad,
             "founders[3].consensus_key: got the key of founders[0].consensus_key"},
        Rule{"GatewayKeyTwice",
             [](auto& g) { g.founders[3].gateway_key = g.founders[0].gateway_key; }, kBad,
             "founders[3].gateway_key: got the key of founders[0].gateway_key"},
        Rule{"OperatorIsAnothersGateway",
             [](auto& g) { g.founders[3].operator_key = g.founders[0].gateway_key; }, kBad,
             "founders[3].operator_key: got the key of founders[0].gateway_key"},
        Rule{"NoPossession", [](auto& g) { g.founders[1].possession = {}; },
             ErrorCode::BadSignature, "founders[1].possession:"},
        Rule{"PossessionForAnotherChain", [](auto& g) { g.chain_name = "low-street"; },
             ErrorCode::BadSignature, "founders[0].possession:"}),
    name_of_test);

TEST(Genesis, OfProductionAndOfDevelopmentIsAccepted) {
  const Result<void> production = check_genesis(a_production_genesis().genesis);
  EXPECT_TRUE(production.ok()) << production.error().message;
  for (const std::uint32_t founders : {1U, 4U, 16U}) {
    const Result<void> development = check_genesis(a_genesis(founders).genesis);
    EXPECT_TRUE(development.ok()) << development.error().message;
  }
}

TEST(Genesis, WithoutAllFoundersSignaturesIsRefused) {
  const SignedGenesis good = a_production_genesis().genesis;
  SignedGenesis none = good;
  none.signatures.clear();
  SignedGenesis fewer = good;
  fewer.signatures.pop_back();
  SignedGenesis twice = good;
  twice.signatures[1] = twice.signatures[0];
  SignedGenesis other_content = good;
  other_content.content.time = good.content.time.plus(Duration(1));

  for (const SignedGenesis& genesis : {none, fewer, twice, other_content}) {
    const Result<void> result = check_genesis(genesis);
    ASSERT_FALSE(result.ok());
    EXPECT_EQ(result.error().code, ErrorCode::BadSignature);
    EXPECT_THAT(result.error().message, testing::StartsWith("signatures"));
  }
}

TEST(Genesis, HashCoversTheContentAlone) {
  TestChain chain = a_production_genesis();
  const ChainId id = genesis_hash(chain.genesis.content);

  chain.genesis.signatures.clear();
  EXPECT_EQ(genesis_hash(chain.genesis.content), id);
  chain.genesis.content.parameters.idle_block = Duration(1'001);
  EXPECT_NE(genesis_hash(chain.genesis.content), id);
}

TEST(Genesis, OfOtherVersionsAndSizesIsRefused) {
  Bytes version = encode_genesis(a_genesis(1).genesis);
  version[0] = 2;

  EXPECT_EQ(decode_genesis(version).error().message,
            "genesis: version: got 2; expected 1 at byte 1");
  EXPECT_EQ(decode_genesis(Bytes(limits::kGenesisBytesMax + 1)).error().code,
            ErrorCode::OutOfLimits);
}

TEST(Genesis, FullOfAllItsListsFitsItsLimit) {
  SignedGenesis genesis = a_genesis(16).genesis;
  for (Founder& founder : genesis.content.founders)
    founder.name = std::string(64, 'x');
  genesis.content.currencies.assign(limits::kCurrenciesMax, {currency("EUR"), 2});

  EXPECT_TRUE(decode_genesis(encode_genesis(genesis)).ok());
}

}  // namespace
}  // namespace tally::test
