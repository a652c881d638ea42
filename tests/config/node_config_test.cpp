// node.toml: the rows of design/bad-inputs.md that this version has, each with its code and text.
#include <tally/config/genesis_file.h>
#include <tally/config/node_config.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "support/places.h"

namespace tally::config {
namespace {

using testing::HasSubstr;

constexpr const char* kFile = "/net/node-1/node.toml";

constexpr const char* kGood = R"(node_id = 1
data_dir = "/net/node-1/data"
genesis_file = "genesis.toml"

[listen]
client = "127.0.0.1:7101"
peer = "127.0.0.1:7201"

[keys]
consensus_file = "keys/consensus.pem"
peer_tls_file = "keys/peer-tls.pem"
gateway_file = "keys/gateway.pem"
front_door_file = "keys/front-door.pem"

[front_door]
certificate_file = "keys/front-door.crt"
client_ca_file = "/net/ca.pem"

[[peers]]
id = 2
address = "127.0.0.1:7202"

[[peers]]
id = 3
address = "node3.example.org:7203"
)";

std::string good_with(const std::string& from, const std::string& to) {
  std::string text = kGood;
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

std::string lines_of(const Faults& faults) {
  std::string lines;
  for (const Fault& fault : faults)
    lines += line_of(fault) + "\n";
  return lines;
}

std::string faults_of(const std::string& text) {
  const OrFaults<NodeConfig> config = parse_node_config(text, kFile);
  if (config) return "";
  EXPECT_EQ(exit_code_of(config.error()), ExitCode::Configuration);
  return lines_of(config.error());
}

TEST(NodeConfig, ReadsEveryKey) {
  const OrFaults<NodeConfig> config = parse_node_config(
      std::string(kGood) +
          "\n[log]\nlevel = \"debug\"\nfile = \"log\"\n[grpc]\nreflection = true\n",
      kFile);

  ASSERT_TRUE(config.has_value()) << lines_of(config.error());
  EXPECT_EQ(config->node_id, MerchantId(1));
  EXPECT_EQ(config->data_dir, "/net/node-1/data");
  EXPECT_EQ(config->genesis_file, "/net/node-1/genesis.toml");
  EXPECT_EQ(text_of(config->listen_client), "127.0.0.1:7101");
  EXPECT_EQ(text_of(config->listen_peer), "127.0.0.1:7201");
  EXPECT_EQ(config->consensus_key_file, "/net/node-1/keys/consensus.pem");
  EXPECT_EQ(config->client_ca_file, "/net/ca.pem");
  ASSERT_EQ(config->peers.size(), 2U);
  EXPECT_EQ(config->peers[1].id, MerchantId(3));
  EXPECT_EQ(config->peers[1].address.host, "node3.example.org");
  EXPECT_EQ(config->log_level, log::Level::Debug);
  EXPECT_EQ(config->log_file, "/net/node-1/log");
  EXPECT_TRUE(config->reflection);
}

struct Row {
  const char* id;
  const char* from;  // replaced in the good file; empty: `to` is the whole file
  std::string to;
  std::vector<std::string> expected;  // each stands in what is said
};

void PrintTo(const Row& row, std::ostream* out) {
  *out << row.id << " " << row.to.substr(0, 60);
}

class BadNodeConfig : public testing::TestWithParam<Row> {};

TEST_P(BadNodeConfig, IsRefusedWithCodeAndText) {
  const Row& row = GetParam();
  const std::string text = *row.from == '\0' ? row.to : good_with(row.from, row.to);

  const std::string faults = faults_of(text);

  for (const std::string& expected : row.expected)
    EXPECT_THAT(faults, HasSubstr(expected)) << row.id;
  EXPECT_LT(faults.size(), 8'192U) << "an answer that floods";
}

const std::string kPeer = "[[peers]]\nid = 4\naddress = \"h:1\"\n";

std::string repeated(const std::string& text, int count) {
  std::string all;
  for (int i = 0; i < count; ++i)
    all += text;
  return all;
}

INSTANTIATE_TEST_SUITE_P(
    Forms, BadNodeConfig,
    testing::Values(
        Row{"CFG-01",
            "",
            "",
            {"E-CFG-013: missing key; expected node_id", "expected data_dir, ",
             "expected listen.client, ", "expected keys.consensus_file, ",
             "expected front_door.client_ca_file, ", "expected genesis_file, "}},
        Row{"CFG-02", "", std::string(1 << 20, ' '), {"E-CFG-013"}},
        Row{"CFG-03 mark", "", "\xef\xbb\xbfnode_id = 1", {"E-CFG-004: not UTF-8; got byte 0"}},
        Row{"CFG-03 utf16", "", std::string("\xff\xfen\0", 4), {"got byte 0"}},
        Row{"CFG-03 latin1", "node_id", "# caf\xe9\nnode_id", {"E-CFG-004", "byte 6"}},
        Row{"CFG-04 string",
            "\"genesis.toml\"",
            "\"genesis.toml",
            {"E-CFG-010: not TOML", "node.toml:3:"}},
        Row{"CFG-04 array", "[listen]", "a = [1, 2\n[listen]", {"E-CFG-010", "node.toml:"}},
        Row{"CFG-04 table", "[listen]", "[listen", {"E-CFG-010", "node.toml:5:"}},
        Row{"CFG-05 key",
            "data_dir",
            "node_id = 2\ndata_dir",
            {"E-CFG-011: given twice; got it on line 1 and on line 2", "node.toml:2:1"}},
        Row{"CFG-05 table",
            "[keys]",
            "[listen]\nclient = \"a:1\"\n[keys]",
            {"E-CFG-011: given twice; got it on line 5 and on line 9"}},
        Row{"CFG-06",
            "[listen]",
            "lisen = 1\n[listen]",
            {"E-CFG-012: unknown key; got \"lisen\"; expected a known key; at "
             "/net/node-1/node.toml:5:1; fix: write \"listen\""}},
        Row{"CFG-08",
            "node_id = 1",
            "node_id = \"1\"",
            {"E-CFG-014: wrong type; got string; expected integer; at /net/node-1/node.toml:1:1"}},
        Row{"CFG-09",
            "node_id = 1",
            "node_id = 9223372036854775808",
            {"E-CFG-010", "node.toml:1:"}},
        Row{"CFG-10",
            "node_id = 1",
            "node_id = -1",
            {"E-CFG-015: out of range; got -1; expected 1 to 4294967295"}},
        Row{"CFG-11",
            "node_id = 1",
            "node_id = " + std::string(10'000, '['),
            {"E-CFG-010", "node.toml:1:"}},
        Row{"CFG-12",
            "",
            kGood + repeated(kPeer, 20'000),
            {"E-CFG-017: too many entries; got 20002 entries; expected at most 16"}},
        Row{"CFG-13", "node_id = 1\n", "", {"E-CFG-013: missing key; expected node_id"}}));

INSTANTIATE_TEST_SUITE_P(
    Addresses, BadNodeConfig,
    testing::Values(
        Row{"CFG-17 id", "id = 3", "id = 2", {"E-CFG-022: peer given twice; got 2 again"}},
        Row{"CFG-17 address",
            "node3.example.org:7203",
            "127.0.0.1:7202",
            {"E-CFG-022", "127.0.0.1:7202 again"}},
        Row{"CFG-18 address",
            "127.0.0.1:7202",
            "127.0.0.1:7201",
            {"E-CFG-023", "127.0.0.1:7201, which is listen.peer"}},
        Row{"CFG-18 id", "id = 2", "id = 1", {"E-CFG-023", "1, which is this node"}},
        Row{"CFG-19 port", "127.0.0.1:7202", "127.0.0.1", {"E-CFG-016", "no port"}},
        Row{"CFG-19 path", "127.0.0.1:7202", "h:1/x", {"E-CFG-016", "a path"}},
        Row{"CFG-19 scheme", "127.0.0.1:7202", "tcp://h:1", {"E-CFG-016", "a scheme"}},
        Row{"CFG-20 long",
            "node3.example.org",
            std::string(300, 'a'),
            {"E-CFG-016", "host of 300 characters"}},
        Row{"CFG-20 underscore", "node3.", "node_3.", {"E-CFG-016", "expected a-z, 0-9"}},
        Row{"CFG-20 dot", "example.org:", "example.org.:", {"E-CFG-016", "ends with a dot"}},
        Row{"CFG-21", "127.0.0.1:7201", "127.0.0.1:7101", {"E-CFG-024", "port 7101 for both"}},
        Row{"CLI-18 port", ":7101", ":70000", {"port \"70000\"; expected 1 to 65535"}},
        Row{"CLI-18 letters", ":7101", ":abc", {"port \"abc\"; expected 1 to 65535"}},
        Row{"CLI-18 bracket", "127.0.0.1:7101", "[::1", {"no ] after the IPv6 address"}},
        Row{"CLI-18 five", "127.0.0.1:7101", "1.2.3.4.5:1", {"expected an IPv4 address"}},
        Row{"CLI-17", ":7101", ":0", {"port \"0\"; expected 1 to 65535"}}));

INSTANTIATE_TEST_SUITE_P(
    Meaning, BadNodeConfig,
    testing::Values(
        Row{"CFG-23",
            "\"/net/node-1/data\"",
            "\"data\"",
            {"E-CFG-021: relative path; got \"data\"; expected an absolute path",
             "write \"/net/node-1/data\""}},
        Row{"CFG-34",
            "[keys]",
            "[tls]\nmin_version = \"1.2\"\n[keys]",
            {"E-CFG-019: cannot be switched", "TLS 1.3: it is the only version"}},
        Row{"CFG-38 timeout",
            "[listen]",
            "request_timeout_ms = 1\n[listen]",
            {"E-CFG-018: belongs to genesis or to the ledger; got \"request_timeout_ms\""}},
        Row{"CFG-38 bound", "[listen]", "clock_bound_ms = 1\n[listen]", {"E-CFG-018"}},
        Row{"CFG-39 window", "[listen]", "window = 8\n[listen]", {"E-CFG-018", "\"window\""}},
        Row{"CFG-39 buckets", "[listen]", "state_buckets = 8\n[listen]", {"E-CFG-018"}},
        Row{"CFG-43",
            "[keys]",
            "[roles]\nx = 1\n[keys]",
            {"E-CFG-018", "roles as keys on the ledger"}},
        Row{"CFG-47",
            "[keys]",
            "[rocksdb]\nsync = false\n[keys]",
            {"E-CFG-019", "durability cannot be disabled"}},
        Row{"CFG-54 key",
            "\"keys/gateway.pem\"",
            "\"-----BEGIN PRIVATE KEY-----\"",
            {"E-CFG-020: secret in the file", "use a key file"}},
        Row{"CFG-54 word",
            "[listen]",
            "key_pass = \"hunter2\"\n[listen]",
            {"E-CFG-020", "got \"key_pass\""}},
        Row{"CLI-15 keys",
            "\"/net/node-1/data\"",
            "\"/net/node-1/keys\"",
            {"E-CFG-025: paths must be distinct; got the folder of the keys"}},
        Row{"CLI-15 config",
            "\"/net/node-1/data\"",
            "\"/net\"",
            {"E-CFG-025", "a folder that holds this file"}},
        Row{"CLI-22",
            "[keys]",
            "[log]\nlevel = \"LOUD\"\n[keys]",
            {"E-CFG-016", "expected debug, info, warning, error"}},
        Row{"CLI-24",
            "[keys]",
            "[log]\nfile = \"/net/node-1/data/votes/x\"\n[keys]",
            {"E-CFG-025", "a file in data_dir"}}));

TEST(NodeConfig, NeverEchoesASecret) {
  const std::string faults =
      faults_of(good_with("\"keys/gateway.pem\"", "\"-----BEGIN PRIVATE KEY-----MC4CAQ\"") +
                "\npassword = \"hunter2\"\n");

  EXPECT_THAT(faults, testing::Not(HasSubstr("MC4CAQ")));
  EXPECT_THAT(faults, testing::Not(HasSubstr("hunter2")));
}

TEST(NodeConfig, TellsTenMistakesInOneGo) {
  const std::string faults = faults_of(R"(node_id = 0
data_dir = "data"
genesis_file = 7
lisen = 1
window = 4

[listen]
client = "127.0.0.1"
peer = "127.0.0.1:7201"
peer = "127.0.0.1:7202"

[keys]
consensus_file = "a
peer_tls_file = true
gateway_file = ""

[log]
level = "loud"
)");

  for (const char* expected : {"E-CFG-015: out of range; got 0;",
                               "node.toml:1:1",
                               "E-CFG-021",
                               "node.toml:2:1",
                               "E-CFG-014: wrong type; got integer; expected string",
                               "node.toml:3:1",
                               "E-CFG-012: unknown key; got \"lisen\"",
                               "node.toml:4:1",
                               "E-CFG-018",
                               "node.toml:5:1",
                               "node.toml:8:1",
                               "E-CFG-011",
                               "node.toml:10:1",
                               "E-CFG-010",
                               "node.toml:13:",
                               "node.toml:14:1",
                               "node.toml:15:1",
                               "node.toml:18:1",
                               "expected keys.front_door_file, ",
                               "expected front_door.client_ca_file, "})
    EXPECT_THAT(faults, HasSubstr(expected));
  EXPECT_THAT(faults, testing::Not(HasSubstr("expected keys.consensus_file, ")))
      << "a line that could not be read is no missing key";
}

TEST(NodeConfig, TakesCarriageReturns) {  // CFG-55
  std::string text;
  for (const char* c = kGood; *c != '\0'; ++c)
    text += *c == '\n' ? std::string("\r\n") : std::string(1, *c);

  EXPECT_EQ(faults_of(text), "");
}

class NodeConfigFile : public testing::Test {
 protected:
  NodeConfigFile() {
    std::string pattern = (std::filesystem::temp_directory_path() / "tally-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
  }
  ~NodeConfigFile() override { std::filesystem::remove_all(folder_); }

  std::string write(const std::string& text) {
    const std::string path = folder_ + "/node.toml";
    std::ofstream(path) << text;
    return path;
  }
  static std::string faults_of_file(const std::string& path) {
    const OrFaults<NodeConfig> config = read_node_config(path);
    return config ? "" : lines_of(config.error());
  }

  std::string folder_;
};

TEST_F(NodeConfigFile, IsReadFromDisk) {
  EXPECT_EQ(faults_of_file(write(kGood)), "");
}

TEST_F(NodeConfigFile, SaysThatItIsMissing) {  // CLI-09
  EXPECT_THAT(faults_of_file(folder_ + "/none.toml"),
              HasSubstr("E-CFG-001: no such file; got no such file or directory"));
}

TEST_F(NodeConfigFile, RefusesAPipeWithoutWaiting) {  // CLI-10
  const std::string path = folder_ + "/pipe";
  ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);

  EXPECT_THAT(faults_of_file(path), HasSubstr("E-CFG-002: file cannot be read; got no regular"));
}

TEST_F(NodeConfigFile, RefusesWhatIsTooLarge) {  // CFG-02
  EXPECT_THAT(faults_of_file(write(std::string(kConfigBytesMax + 1, ' '))),
              HasSubstr("E-CFG-003: file is too large; got more than 1048576 bytes"));
}

TEST_F(NodeConfigFile, RefusesWhatTheWorldMayWrite) {  // CFG-53
  const std::string path = write(kGood);
  chmod(path.c_str(), 0666);

  EXPECT_THAT(faults_of_file(path), HasSubstr("E-CFG-005: others could change the file"));
}

Genesis four_founders() {
  Genesis genesis;
  for (std::uint32_t id = 1; id <= 4; ++id) {
    Founder founder;
    founder.merchant = MerchantId(id);
    genesis.founders.push_back(founder);
  }
  return genesis;
}

TEST(NodeConfigAgainstGenesis, TheExamplesFitTogether) {
  const std::filesystem::path folder = std::filesystem::path(test::tests_folder()) / "../config";
  const OrFaults<NodeConfig> config = read_node_config((folder / "node.toml").string());
  ASSERT_TRUE(config.has_value()) << lines_of(config.error());
  const OrFaults<SignedGenesis> genesis =
      read_whole_genesis((folder / "genesis.toml").string(), Timestamp::never());
  ASSERT_TRUE(genesis.has_value()) << lines_of(genesis.error());

  EXPECT_EQ(lines_of(check_against(*config, genesis->content)), "");
}

TEST(NodeConfigAgainstGenesis, NamesTheMerchantsWithoutAddress) {  // CFG-16
  const OrFaults<NodeConfig> config = parse_node_config(kGood, kFile);

  const std::string faults = lines_of(check_against(*config, four_founders()));

  EXPECT_THAT(faults, HasSubstr("E-CFG-026"));
  EXPECT_THAT(faults, HasSubstr("no [[peers]] for 4;"));
}

TEST(NodeConfigAgainstGenesis, RefusesANodeThatIsNoFounder) {  // CFG-14
  const OrFaults<NodeConfig> config =
      parse_node_config(good_with("node_id = 1", "node_id = 9"), kFile);

  const Faults faults = check_against(*config, four_founders());

  EXPECT_EQ(exit_code_of(faults), ExitCode::Genesis);
  EXPECT_THAT(lines_of(faults), HasSubstr("E-GEN-030"));
  EXPECT_THAT(lines_of(faults), HasSubstr("got 9; expected one of 1, 2, 3, 4; at "
                                          "/net/node-1/node.toml:1:1"));
}

TEST(NodeConfigAgainstGenesis, RefusesStrangersAndReflectionInProduction) {  // CFG-42
  const OrFaults<NodeConfig> config =
      parse_node_config(good_with("id = 3", "id = 7") + "[grpc]\nreflection = true\n", kFile);

  const std::string faults = lines_of(check_against(*config, four_founders()));

  EXPECT_THAT(faults, HasSubstr("E-CFG-028: only on a development chain; got grpc.reflection"));
  EXPECT_THAT(faults, HasSubstr("E-CFG-027"));
  EXPECT_THAT(faults, HasSubstr("no [[peers]] for 3, 4;"));
}

}  // namespace
}  // namespace tally::config
