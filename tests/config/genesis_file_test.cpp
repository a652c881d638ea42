// genesis.toml: both ways, and the rows of design/bad-inputs.md that this version has.
#include <tally/config/genesis_file.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <filesystem>
#include <string>
#include <vector>

#include "support/builders.h"

namespace tally::config {
namespace {

using test::a_genesis;
using test::TestChain;
using testing::HasSubstr;

constexpr Timestamp kNow = test::kStart.plus(kDay);

std::string lines_of(const Faults& faults) {
  std::string lines;
  for (const Fault& fault : faults)
    lines += line_of(fault) + "\n";
  return lines;
}

std::string faults_of(const std::string& text) {
  const OrFaults<SignedGenesis> genesis = parse_whole_genesis(text, "genesis.toml", kNow);
  if (genesis) return "";
  EXPECT_EQ(exit_code_of(genesis.error()), ExitCode::Genesis);
  return lines_of(genesis.error());
}

const std::string& good() {
  static const std::string text = text_of(a_genesis(4).genesis);
  return text;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

/// The good text without its hash, which else would be the first to object.
std::string changed(const std::string& from, const std::string& to) {
  const std::size_t at = good().find("genesis_hash");
  std::string text = good();
  text.erase(at, text.find('\n', at) - at);
  return replaced(text, from, to);
}

/// The whole value of the first line that begins with `key`.
std::string with_value(const std::string& key, const std::string& value) {
  const std::size_t at = good().find("\n" + key + " = ") + 1;
  EXPECT_NE(at, 0U) << key;
  const std::string line = good().substr(at, good().find('\n', at) - at);
  return key == "genesis_hash" ? replaced(good(), line, key + " = " + value)
                               : changed(line, key + " = " + value);
}

TEST(GenesisFile, ReadsBackWhatItWrote) {
  for (const std::uint32_t founders : {1U, 4U, 16U}) {
    const SignedGenesis genesis = a_genesis(founders).genesis;

    const OrFaults<SignedGenesis> read =
        parse_whole_genesis(text_of(genesis), "genesis.toml", kNow);

    ASSERT_TRUE(read.has_value()) << lines_of(read.error());
    EXPECT_EQ(*read, genesis);
    EXPECT_EQ(genesis_hash(read->content), genesis_hash(genesis.content));
  }
}

TEST(GenesisFile, KeepsAFounderThatHasNotSigned) {
  SignedGenesis genesis = a_genesis(4).genesis;
  genesis.signatures[2] = {};

  const OrFaults<SignedGenesis> read = parse_genesis(text_of(genesis), "genesis.toml");

  ASSERT_TRUE(read.has_value()) << lines_of(read.error());
  EXPECT_EQ(*read, genesis);
}

TEST(GenesisFile, LayoutDoesNotCount) {  // GEN-03, GEN-51
  std::string text = "# another comment\r\n" + good();
  text = replaced(text, "proposal_bytes_max = 4194304", "proposal_bytes_max   =   0x40_0000 # hex");
  text = replaced(text, "request_timeout_ms = 1500", "request_timeout_ms = 1_500");

  EXPECT_EQ(faults_of(text), "");
}

struct Row {
  const char* id;
  std::string text;
  std::vector<std::string> expected;
};

void PrintTo(const Row& row, std::ostream* out) {
  *out << row.id;
}

class BadGenesis : public testing::TestWithParam<Row> {};

TEST_P(BadGenesis, IsRefusedWithCodeAndText) {
  const std::string faults = faults_of(GetParam().text);

  for (const std::string& expected : GetParam().expected)
    EXPECT_THAT(faults, HasSubstr(expected)) << GetParam().id;
}

const std::string kZeroKey = "\"ed25519:" + std::string(64, '0') + "\"";

INSTANTIATE_TEST_SUITE_P(
    Text, BadGenesis,
    testing::Values(
        Row{"GEN-02 empty",
            "",
            {"E-GEN-013", "expected version, ", "expected chain_name, ", "expected time, ",
             "expected development, ", "expected parameters.window, "}},
        Row{"GEN-02 json", "{\"chain_name\": 1}", {"E-GEN-010"}},
        Row{"GEN-04",
            changed("chain_name", "chain_name = \"a\"\nchain_name"),
            {"E-GEN-011: given twice; got it on line 3 and on line 4"}},
        Row{"GEN-05",
            changed("time =", "tim = 1\ntime ="),
            {"E-GEN-012: unknown field; got \"tim\""}},
        Row{"GEN-05 founder",
            changed("\nname = \"", "\ncolour = 1\nname = \""),
            {"E-GEN-012", "\"colour\""}},
        Row{"GEN-06", good() + "\n}", {"E-GEN-010"}},
        Row{"GEN-08 zero", with_value("version", "0"), {"E-GEN-031", "got 0; expected 1 to 1"}},
        Row{"GEN-08 new", with_value("version", "999"), {"E-GEN-031"}},
        Row{"GEN-50 float",
            with_value("rotation_heights", "-0.0"),
            {"E-GEN-014: wrong type; got float; expected integer"}},
        Row{"GEN-50 nan", with_value("rotation_heights", "nan"), {"E-GEN-014"}},
        Row{"GEN-50 inf", with_value("rotation_heights", "inf"), {"E-GEN-014"}},
        Row{"GEN-49",
            with_value("rotation_heights", "9007199254740992"),
            {"E-GEN-015: out of range; got 9007199254740992"}},
        Row{"GEN-34 programme",
            good() + "[[programmes]]\nname = \"x\"\n",
            {"E-GEN-018: unknown field: comes by a transaction; got \"programmes\""}},
        Row{"GEN-34 members", good() + "[members]\n", {"E-GEN-018", "\"members\""}}));

INSTANTIATE_TEST_SUITE_P(
    Content, BadGenesis,
    testing::Values(
        Row{"GEN-09 empty", with_value("chain_name", "\"\""), {"E-GEN-016"}},
        Row{"GEN-09 upper", with_value("chain_name", "\"Demo\""), {"E-GEN-033", "chain_name"}},
        Row{"GEN-09 long",
            with_value("chain_name", "\"" + std::string(65, 'a') + "\""),
            {"E-GEN-033", "chain_name"}},
        Row{"GEN-11 early", with_value("time", "2019-01-01T00:00:00Z"), {"E-GEN-033", "time"}},
        Row{"GEN-11 late",
            with_value("time", "2024-01-02T01:00:01Z"),
            {"E-GEN-035", "genesis.toml:4:1"}},
        Row{"GEN-11 offset",
            with_value("time", "2024-01-01T00:00:00"),
            {"E-GEN-016", "a time without an offset"}},
        Row{"GEN-11 fine", with_value("time", "2024-01-01T00:00:00.0001Z"), {"E-GEN-016"}},
        Row{"GEN-25",
            with_value("proposal_bytes_max", "1023"),
            {"E-GEN-033", "proposal_bytes_max"}},
        Row{"GEN-26", with_value("proposal_rule_cost_max", "0"), {"E-GEN-033"}},
        Row{"GEN-27", with_value("window", "2"), {"E-GEN-033", "window"}},
        Row{"GEN-28 zero", with_value("state_buckets", "0"), {"E-GEN-033", "state_buckets"}},
        Row{"GEN-28 power", with_value("state_buckets", "1000"), {"a power of two"}},
        Row{"GEN-29", with_value("clock_bound_ms", "60001"), {"E-GEN-033", "clock_bound"}},
        Row{"GEN-30", with_value("request_memory_ms", "86400000"), {"E-GEN-033", "request_memory"}},
        Row{"GEN-33 above", with_value("exponent", "7"), {"E-GEN-015: out of range; got 7"}},
        Row{"GEN-33 below", with_value("exponent", "-1"), {"E-GEN-015"}},
        Row{"GEN-52", with_value("rotation_heights", "0"), {"E-GEN-033", "rotation_heights"}}));

INSTANTIATE_TEST_SUITE_P(
    Founders, BadGenesis,
    testing::Values(
        Row{"GEN-12", good().substr(0, good().find("[[founders]]")), {"E-GEN-0"}},
        Row{"GEN-14", changed("merchant = 2", "merchant = 1"), {"E-GEN-033", "founders[1]"}},
        Row{"GEN-18", with_value("consensus_key", "\"ed25519:00\""), {"E-GEN-016"}},
        Row{"GEN-19", with_value("consensus_key", kZeroKey), {"E-GEN-016", "weak or invalid key"}},
        Row{"GEN-20 missing",
            changed("possession = ", "# "),
            {"E-GEN-013", "expected founders[0].possession, "}},
        Row{"GEN-20 wrong",
            with_value("possession", "\"" + std::string(128, '1') + "\""),
            {"E-GEN-034: signature missing or wrong", "possession"}},
        Row{"GEN-21", changed("merchant = 1", "merchant = 1\nweight = 2"), {"E-GEN-019", "got 2"}},
        Row{"GEN-22",
            with_value("name", "\"-----BEGIN PRIVATE KEY-----\""),
            {"E-GEN-020: private key in the file"}},
        Row{"GEN-23",
            changed("peer_tls_key = ", "# "),
            {"E-GEN-013", "expected founders[0].peer_tls_key, "}},
        Row{"GEN-24",
            replaced(good(), "version = 1", "version = 1\nquorum = 4"),
            {"E-GEN-015", "got 4; expected 3 for 4 merchants"}},
        Row{"GEN-40",
            changed("operator_key = ", "# "),
            {"E-GEN-013", "expected founders[0].operator_key, "}},
        Row{"GEN-43",
            with_value("genesis_hash", "\"" + std::string(64, '0') + "\""),
            {"E-GEN-032: genesis_hash does not match", "got 0000"}},
        Row{"GEN-44 missing", changed("signature = ", "# "), {"E-GEN-034", "founders[0]"}},
        Row{"GEN-44 wrong",
            with_value("signature", "\"" + std::string(128, '2') + "\""),
            {"E-GEN-034", "founders[0]", "genesis.toml:"}},
        Row{"GEN-45", with_value("idle_block_ms", "31000"), {"E-GEN-034"}}));

TEST(GenesisFile, SaysThatItIsMissing) {  // GEN-01
  const OrFaults<SignedGenesis> genesis = read_whole_genesis("/no/such/genesis.toml", kNow);

  ASSERT_FALSE(genesis.has_value());
  EXPECT_EQ(exit_code_of(genesis.error()), ExitCode::Genesis);
  EXPECT_THAT(lines_of(genesis.error()), HasSubstr("E-GEN-001: no such file"));
}

TEST(GenesisFile, SetsParametersByTheirNamesInTheFile) {
  Parameters parameters;

  EXPECT_TRUE(set_parameter(parameters, "idle_block_ms", 5'000));
  EXPECT_TRUE(set_parameter(parameters, "state_buckets", 16));
  EXPECT_FALSE(set_parameter(parameters, "idle_block", 1));

  EXPECT_EQ(parameters.idle_block, Duration(5'000));
  EXPECT_EQ(parameters.state_buckets, 16U);
}

}  // namespace
}  // namespace tally::config
