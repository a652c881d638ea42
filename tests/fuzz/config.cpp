// The files that people write: node.toml, genesis.toml, programmes, campaigns and their parts.
#include <tally/config/genesis_file.h>
#include <tally/config/node_config.h>
#include <tally/config/programme_file.h>
#include <tally/config/text.h>
#include <tally/rules/programme.h>

#include "fuzz/fuzz.h"
#include "support/builders.h"

namespace tally::fuzz {
namespace {

using namespace tally::config;

constexpr std::uint8_t kNode = 0;
constexpr std::uint8_t kGenesis = 1;
constexpr std::uint8_t kProgramme = 2;
constexpr std::uint8_t kText = 3;
constexpr std::uint8_t kCampaigns = 4;
constexpr std::size_t kParsers = 5;

constexpr const char* kFile = "/net/node-1/node.toml";
constexpr Timestamp kNow = test::kStart.plus(kDay);

/// What is printed of faults is one line each, whatever stood in the file.
void expect_printable(const Faults& faults) {
  CHECK(!faults.empty());
  CHECK(exit_code_of(faults) != ExitCode::Well);
  for (const Fault& fault : faults)
    for (const std::string& line : {line_of(fault), json_of(fault)})
      for (const char c : line)
        CHECK(static_cast<unsigned char>(c) >= 0x20 && c != 0x7f);
}

void run_node(std::string_view text) {
  const OrFaults<NodeConfig> config = parse_node_config(text, kFile);
  if (!config) return expect_printable(config.error());
  static const Genesis genesis = test::a_genesis(4).genesis.content;
  const Faults faults = check_against(*config, genesis);
  if (!faults.empty()) expect_printable(faults);
}

void run_genesis(std::string_view text) {
  const OrFaults<SignedGenesis> genesis = parse_genesis(text, "genesis.toml");
  const OrFaults<SignedGenesis> whole = parse_whole_genesis(text, "genesis.toml", kNow);
  if (!whole) expect_printable(whole.error());
  if (!genesis) {
    CHECK(!whole);
    return expect_printable(genesis.error());
  }
  const OrFaults<SignedGenesis> again = parse_genesis(text_of(*genesis), "genesis.toml");
  CHECK(again.has_value());
  CHECK(*again == *genesis);
  if (whole) CHECK(check_genesis(*whole).ok());
}

/// Mistakes lie in the file, whatever the file is.
void expect_placed(const rules::Mistakes& mistakes, const FieldPlaces& places) {
  CHECK(!mistakes.empty());
  for (const rules::Mistake& mistake : mistakes) {
    (void)places.text_of(places.find(mistake.field, mistake.line, mistake.column));
    (void)places.is_faulty(mistake.field);
  }
}

void run_programme(std::string_view text) {
  const ProgrammeFile file = parse_programme(text, "programme.toml");
  if (!file.faults.empty()) expect_printable(in_order(file.faults));
  const auto rules = rules::compile(file.programme);
  if (!rules) return expect_placed(rules.error(), file.places);
  (void)rules::warnings(file.programme);
  const ProgrammeFile again =
      parse_programme(text_of(file.programme, file.version), "programme.toml");
  CHECK(again.faults.empty());
  CHECK(again.programme == file.programme);
  CHECK(again.version == file.version);
}

void run_campaigns(std::string_view text) {
  const CampaignFile file = parse_campaigns(text, "campaign.toml");
  if (!file.faults.empty()) expect_printable(in_order(file.faults));
  Programme programme = test::a_programme();
  programme.campaigns = file.campaigns;
  const auto rules = rules::compile(programme);
  if (!rules) expect_placed(rules.error(), file.places);
}

void run_text(std::string_view text) {
  if (const Result<Duration> span = duration_from(text); span.ok())
    CHECK(duration_from(text_of(*span)).value() == *span);
  if (const Result<crypto::PublicKey> key = public_key_from(text); key.ok())
    CHECK(public_key_from(text_of(*key)).value() == *key);
  if (const Result<HostPort> address = host_port_from(text); address.ok()) {
    CHECK(host_port_from(text_of(*address)).value() == *address);
    (void)is_loopback(*address);
  }
  (void)nearest(text, {"consensus_file", "peer", "client"});
  for (const char c : shown_path(text))
    CHECK(static_cast<unsigned char>(c) >= 0x20 && static_cast<unsigned char>(c) < 0x7f);
}

constexpr const char* kNodeFile = R"(node_id = 1
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
[log]
level = "debug"
[grpc]
reflection = true
)";

}  // namespace

void run(ByteView input) {
  Choices choices(input);
  const std::size_t parser = choices.below(kParsers);
  // A copy of its own size, so that a step past the end is seen.
  const std::string text(as_text(choices.rest()));
  switch (parser) {
    case kNode:
      return run_node(text);
    case kGenesis:
      return run_genesis(text);
    case kProgramme:
      return run_programme(text);
    case kCampaigns:
      return run_campaigns(text);
    default:
      return run_text(text);
  }
}

std::vector<Bytes> seeds() {
  SignedGenesis unsigned_one = test::a_genesis(1).genesis;
  unsigned_one.signatures.front() = {};
  std::vector<Bytes> all{
      after(kNode, as_bytes(kNodeFile)),
      after(kNode, as_bytes(file_text("../config/node.toml"))),
      after(kGenesis, as_bytes(text_of(test::a_genesis(4).genesis))),
      after(kGenesis, as_bytes(text_of(unsigned_one))),
  };
  for (const char* shop : {"books", "fuel", "grocer", "pharmacy"})
    all.push_back(after(kProgramme,
                        as_bytes(file_text("../config/programme-" + std::string(shop) + ".toml"))));
  all.push_back(after(kProgramme, as_bytes(file_text("../config/grocer-bpts.toml"))));
  all.push_back(
      after(kCampaigns, as_bytes(file_text("../config/campaigns/summer-breakfast.toml"))));
  const std::string key = text_of(test::key_from_seed(1).public_key());
  for (const std::string& text :
       {std::string("90s"), std::string("[::1]:7101"), key, std::string("node.example.org:7101")})
    all.push_back(after(kText, as_bytes(text)));
  return all;
}

}  // namespace tally::fuzz
