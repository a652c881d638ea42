// Making a local network's files.
#include "app/localnet_files.h"

#include <tally/base/bytes.h>
#include <tally/config/genesis_file.h>
#include <tally/config/programme_file.h>
#include <tally/config/text.h>
#include <tally/crypto/signature.h>

#include "app/certificates.h"
#include "app/files.h"
#include "app/key_files.h"
#include "app/ports.h"
#include "app/rule_faults.h"
#include "app/sample_programmes.h"

#include <algorithm>
#include <filesystem>
#include <set>

namespace tally::app {
namespace {

using crypto::KeyKind;
using crypto::PrivateKey;

constexpr std::size_t kProgrammeBytesMax = 1 << 20;
constexpr std::string_view kPrefix = "programme-";
constexpr std::string_view kSuffix = ".toml";

/// Writes files until one fails; what follows a fault does nothing.
class Maker {
 public:
  Maker(std::string folder, Timestamp now) : folder_(std::move(folder)), now_(now) {}

  void make_folder(const std::string& path) {
    if (faults.empty()) faults = app::make_folder(folder_ + path);
  }
  void write(const std::string& path, std::string_view text) {
    if (faults.empty()) faults = write_new_file(folder_ + path, text);
  }
  PrivateKey key(const std::string& path, KeyKind kind) {
    PrivateKey key = PrivateKey::generate(kind);
    if (faults.empty()) faults = write_key(folder_ + path, key);
    return key;
  }
  /// NAME.pem and NAME.crt.
  void client(const Authority& authority, const std::string& path, const std::string& name) {
    const PrivateKey subject = key(path + ".pem", KeyKind::P256);
    write(path + ".crt", make_certificate(authority, subject, name, CertificateUse::Client, now_));
  }
  [[nodiscard]] Timestamp now() const { return now_; }

  Faults faults;

 private:
  std::string folder_;
  Timestamp now_;
};

/// A merchant's CA and people, its node's keys, and what genesis must know of them.
struct MadeMerchant {
  std::string authority_pem;
  Founder founder;
  PrivateKey operator_key;
};

MadeMerchant make_merchant(Maker& maker, const LocalNode& node, const std::string& chain_name,
                           const std::string& programme) {
  const std::string folder = "/merchants/" + node.name;
  maker.make_folder(folder);
  maker.write(folder + "/programme.toml", programme);
  const PrivateKey authority_key = maker.key(folder + "/ca-key.pem", KeyKind::P256);
  const Authority authority{&authority_key,
                            make_authority(authority_key, node.name + " CA", maker.now())};
  maker.write(folder + "/ca.pem", authority.certificate_pem);
  for (const char* role : {"operator", "terminal", "auditor"})
    maker.client(authority, folder + "/" + role + "-tls", node.name + " " + role);
  for (const char* signer : {"/operator-2.pem", "/import.pem", "/custodian.pem"})
    maker.key(folder + signer, KeyKind::P256);

  const std::string keys = "/node-" + std::to_string(node.number) + "/keys/";
  const PrivateKey consensus = maker.key(keys + "consensus.pem", KeyKind::Ed25519);
  const PrivateKey peer_tls = maker.key(keys + "peer-tls.pem", KeyKind::P256);
  const PrivateKey gateway = maker.key(keys + "gateway.pem", KeyKind::Ed25519);
  const PrivateKey door = maker.key(keys + "front-door.pem", KeyKind::P256);
  maker.write(keys + "front-door.crt", make_certificate(authority, door, node.name + " node",
                                                        CertificateUse::Server, maker.now()));
  MadeMerchant made{
      authority.certificate_pem, {}, maker.key(folder + "/operator.pem", KeyKind::P256)};
  made.founder.merchant = node.merchant;
  made.founder.name = node.name;
  made.founder.consensus_key = consensus.public_key();
  made.founder.possession =
      consensus.sign(possession_digest(chain_name, node.merchant, consensus.public_key()).view());
  made.founder.peer_tls_key = peer_tls.public_key().id();
  made.founder.gateway_key = gateway.public_key();
  made.founder.operator_key = made.operator_key.public_key();
  return made;
}

SignedGenesis genesis_of(const Localnet& net, const std::vector<MadeMerchant>& merchants,
                         const std::set<Currency>& currencies, Timestamp now) {
  SignedGenesis genesis;
  genesis.content.chain_name = net.chain_name;
  genesis.content.time = Timestamp(now.milliseconds() / 1'000 * 1'000);
  genesis.content.development = true;
  genesis.content.parameters.idle_block = Duration(1'000);
  genesis.content.parameters.state_buckets = 16'384;
  for (const Currency& code : currencies)
    genesis.content.currencies.push_back(CurrencyUnit{code, 2});
  for (const MadeMerchant& merchant : merchants)
    genesis.content.founders.push_back(merchant.founder);
  const Hash digest = founder_digest(genesis_hash(genesis.content));
  for (const MadeMerchant& merchant : merchants)
    genesis.signatures.push_back(merchant.operator_key.sign(digest.view()));
  return genesis;
}

/// Merchants take the programmes in turn; from the second turn on their names have numbers.
std::vector<LocalNode> nodes_of(unsigned count, const std::vector<NamedProgramme>& programmes) {
  std::vector<LocalNode> nodes;
  for (unsigned i = 0; i < count; ++i) {
    LocalNode node;
    node.number = i + 1;
    node.merchant = MerchantId(i + 1);
    node.name = programmes[i % programmes.size()].name;
    if (i >= programmes.size()) node.name += "-" + std::to_string(i / programmes.size() + 1);
    nodes.push_back(std::move(node));
  }
  return nodes;
}

std::string config_of(const Localnet& net, const LocalNode& node) {
  const std::string folder = folder_of(net, node);
  std::string text =
      "# Made by tally localnet start, and made again by the next; config/node.toml explains it.\n"
      "node_id = " +
      std::to_string(node.merchant.value()) + "\n" + "data_dir = \"" + folder + "/data\"\n" +
      "genesis_file = \"genesis.toml\"\n\n"
      "[listen]\n"
      "client = \"127.0.0.1:" +
      std::to_string(node.client_port) + "\"\n" +
      "peer = \"127.0.0.1:" + std::to_string(node.peer_port) +
      "\"\n\n"
      "[keys]\n"
      "consensus_file = \"keys/consensus.pem\"\n"
      "peer_tls_file = \"keys/peer-tls.pem\"\n"
      "gateway_file = \"keys/gateway.pem\"\n"
      "front_door_file = \"keys/front-door.pem\"\n\n"
      "[front_door]\n"
      "certificate_file = \"keys/front-door.crt\"\n"
      "client_ca_file = \"../ca.pem\"\n\n"
      "[grpc]\n"
      "reflection = true\n";
  for (const LocalNode& peer : net.nodes)
    if (peer.number != node.number)
      text += "\n[[peers]]\nid = " + std::to_string(peer.merchant.value()) +
              "\naddress = \"127.0.0.1:" + std::to_string(peer.peer_port) + "\"\n";
  return text;
}

Faults make_all(const Localnet& net, Maker& maker, const std::vector<NamedProgramme>& programmes) {
  std::vector<MadeMerchant> merchants;
  std::string bundle;
  std::set<Currency> currencies;
  for (const LocalNode& node : net.nodes) {
    const NamedProgramme& programme = programmes[(node.number - 1) % programmes.size()];
    currencies.insert(config::parse_programme(programme.text, programme.name).programme.currency);
    merchants.push_back(make_merchant(maker, node, net.chain_name, programme.text));
    bundle += merchants.back().authority_pem;
  }
  const std::string genesis = config::text_of(genesis_of(net, merchants, currencies, maker.now()));
  maker.write("/ca.pem", bundle);
  maker.write("/genesis.toml", genesis);
  for (const LocalNode& node : net.nodes)
    maker.write("/node-" + std::to_string(node.number) + "/genesis.toml", genesis);
  return maker.faults;
}

}  // namespace

OrFaults<std::vector<NamedProgramme>> load_programmes(const std::string& folder) {
  std::vector<NamedProgramme> programmes;
  if (folder.empty()) {
    for (const SampleProgramme& sample : sample_programmes())
      programmes.push_back({std::string(sample.name), std::string(sample.text)});
    return programmes;
  }
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    const std::string file = entry.path().filename().string();
    if (!file.starts_with(kPrefix) || !file.ends_with(kSuffix)) continue;
    OrFaults<std::string> text = read_file(entry.path().string(), kProgrammeBytesMax, kBadInput);
    if (!text) return config::fail(std::move(text.error()));
    const auto read = parse_whole_programme(*text, entry.path().string());
    if (!read) return config::fail(read.error());
    programmes.push_back(
        {file.substr(kPrefix.size(), file.size() - kPrefix.size() - kSuffix.size()),
         std::move(*text)});
  }
  if (programmes.empty())
    return config::fail(Fault{kBadInput, error ? error.message() : "no file programme-NAME.toml",
                              "one or more of them", config::shown_path(folder),
                              "see config/programme-grocer.toml"});
  std::sort(programmes.begin(), programmes.end(),
            [](const NamedProgramme& a, const NamedProgramme& b) { return a.name < b.name; });
  return programmes;
}

OrFaults<Localnet> make_localnet(const std::string& folder, unsigned nodes,
                                 const std::vector<NamedProgramme>& programmes, Timestamp now) {
  Localnet net;
  net.folder = absolute_path(folder);
  net.chain_name = "localnet";
  net.nodes = nodes_of(nodes, programmes);
  if (Faults faults = choose_ports(net); !faults.empty()) return config::fail(std::move(faults));

  const std::string beside = net.folder + ".new";
  std::error_code error;
  std::filesystem::remove_all(beside, error);  // left by a start that was ended
  Maker maker(beside, now);
  maker.make_folder("");
  Faults faults = make_all(net, maker, programmes);
  if (!faults.empty()) return config::fail(std::move(faults));
  std::filesystem::rename(beside, net.folder, error);
  if (error)
    return config::fail(Fault{kNotEmpty, error.message(), "a new or empty folder",
                              config::shown_path(net.folder), "choose another --dir"});
  faults = write_node_configs(net);
  if (faults.empty()) faults = write_localnet(net);
  if (!faults.empty()) return config::fail(std::move(faults));
  return net;
}

Faults choose_ports(Localnet& net) {
  const std::vector<std::uint16_t> ports = free_ports(2 * net.nodes.size());
  if (ports.empty())
    return {Fault{kCannotListen, "too few free ports", "two for each node", "127.0.0.1",
                  "end what uses them"}};
  for (std::size_t i = 0; i < net.nodes.size(); ++i) {
    net.nodes[i].client_port = ports[2 * i];
    net.nodes[i].peer_port = ports[2 * i + 1];
  }
  return {};
}

bool ports_are_free(const Localnet& net) {
  return std::all_of(net.nodes.begin(), net.nodes.end(), [](const LocalNode& node) {
    return is_free(node.client_port) && is_free(node.peer_port);
  });
}

Faults write_node_configs(const Localnet& net) {
  for (const LocalNode& node : net.nodes) {
    Faults faults = replace_file(folder_of(net, node) + "/node.toml", config_of(net, node));
    if (!faults.empty()) return faults;
  }
  return {};
}

}  // namespace tally::app
