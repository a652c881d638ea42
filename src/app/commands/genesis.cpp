// tally genesis part, make, sign, show, check: the ceremony that founds a chain.
#include <tally/base/bytes.h>
#include <tally/config/genesis_file.h>
#include <tally/config/text.h>

#include "app/clock.h"
#include "app/commands/commands.h"
#include "app/files.h"
#include "app/key_files.h"
#include "app/table.h"

#include <algorithm>
#include <charconv>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

namespace tally::app {
namespace {

struct Options {
  std::string file;
  std::vector<std::string> parts;
  std::string out;
  std::string chain_name;
  std::string name;
  std::uint32_t merchant = 0;
  std::string consensus;
  std::string peer_tls;
  std::string gateway;
  std::string operator_key;
  std::string sign_key;
  std::vector<std::string> currencies;
  std::vector<std::string> settings;
  bool development = false;
};

constexpr CommandText kGroup = {"genesis",
                                "Found a chain: each merchant's part, the whole, its signatures",
                                R"(The ceremony, each merchant at its own machine:
  1. tally genesis part --chain-name demo --merchant 1 --name grocer \
       --consensus keys/consensus.pem --peer-tls keys/peer-tls.pem \
       --gateway keys/gateway.pem --operator operator.pem --out part-1.toml
  2. one of them: tally genesis make --currency EUR:2 --out genesis.toml part-*.toml
  3. in turn: tally genesis show genesis.toml; tally genesis sign genesis.toml --key operator.pem
  4. all: tally genesis check genesis.toml, and compare the genesis hash by telephone
No private key leaves its machine. config/genesis.toml explains the file.)"};
constexpr CommandText kPart = {
    "part", "Write one merchant's part: public keys and their proofs",
    R"(The consensus key signs that this merchant holds it, for a chain of this name alone.)"};
constexpr CommandText kMake = {"make", "Join all parts to a genesis that the founders can sign",
                               R"(Parameters have their defaults unless set:
  tally genesis make --currency EUR:2 --set idle_block_ms=5000 --out genesis.toml part-*.toml)"};
constexpr CommandText kSign = {"sign", "Add a founder's signature, by its operator's key",
                               R"(  tally genesis sign genesis.toml --key operator.pem)"};
constexpr CommandText kShow = {"show", "Print what a genesis says, and who has signed it",
                               R"(  tally genesis show genesis.toml)"};
constexpr CommandText kCheck = {"check", "Check that nodes can start from a genesis",
                                R"(  tally genesis check genesis.toml)"};

std::string hash_text(const Genesis& content) {
  return to_hex(genesis_hash(content).view());
}

Fault bad_value(const std::string& got, const std::string& expected, const std::string& option) {
  return Fault{kBadValue, "\"" + printable(got) + "\"", expected, option, ""};
}

/// "EUR:2"
Result<CurrencyUnit> currency_from(const std::string& text) {
  if (text.size() != 5 || text[3] != ':' || text[4] < '0' || text[4] > '6')
    return malformed("a currency is three letters, a colon and the digits after the point");
  return CurrencyUnit{Currency::from_view(as_bytes(text.substr(0, 3))),
                      static_cast<std::uint8_t>(text[4] - '0')};
}

/// "idle_block_ms=5000"
bool set_parameter(Parameters& parameters, const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos) return false;
  std::uint64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data() + equals + 1, end, value);
  if (error != std::errc() || stop != end) return false;
  return config::set_parameter(parameters, text.substr(0, equals), value);
}

OrFaults<crypto::PublicKey> public_key_of(const std::string& file_or_key) {
  if (file_or_key.starts_with("ed25519:") || file_or_key.starts_with("p256:")) {
    const Result<crypto::PublicKey> key = config::public_key_from(file_or_key);
    if (key.ok()) return *key;
    return config::fail(config::fault_from(kBadValue, key.error(), "a public key"));
  }
  OrFaults<crypto::PrivateKey> key = read_key(file_or_key);
  if (!key) return config::fail(std::move(key.error()));
  return key->public_key();
}

Faults part(const Options& options, const Output& out) {
  Founder founder;
  founder.merchant = MerchantId(options.merchant);
  founder.name = options.name;
  const OrFaults<crypto::PrivateKey> consensus = read_key(options.consensus);
  if (!consensus) return consensus.error();
  const auto take = [](const OrFaults<crypto::PublicKey>& key, crypto::PublicKey& into) -> Faults {
    if (!key) return key.error();
    into = *key;
    return {};
  };
  crypto::PublicKey peer_tls;
  Faults faults = take(public_key_of(options.peer_tls), peer_tls);
  if (faults.empty()) faults = take(public_key_of(options.gateway), founder.gateway_key);
  if (faults.empty()) faults = take(public_key_of(options.operator_key), founder.operator_key);
  if (!faults.empty()) return faults;
  founder.consensus_key = consensus->public_key();
  if (founder.consensus_key.kind() != crypto::KeyKind::Ed25519)
    return {Fault{kWrongKeyKind, "a key of P-256", "Ed25519 for consensus", options.consensus,
                  "tally keys new --kind ed25519 FILE"}};
  founder.peer_tls_key = peer_tls.id();
  founder.possession = consensus->sign(
      possession_digest(options.chain_name, founder.merchant, founder.consensus_key).view());
  const std::string text = config::text_of(config::FounderPart{options.chain_name, founder});
  if (faults = write_new_file(options.out, text, 0644); !faults.empty()) return faults;
  if (!out.json) std::cout << "wrote " << config::shown_path(options.out) << "\n";
  return {};
}

void print_hash(const Genesis& content, const std::string& file, const Output& out) {
  if (out.json)
    std::cout << nlohmann::json{{"file", file}, {"genesis_hash", hash_text(content)}}.dump()
              << "\n";
  else
    std::cout << "genesis hash  " << hash_text(content) << "\n";
}

OrFaults<Genesis> content_from(const Options& options) {
  Genesis content;
  content.time = Timestamp(system_now().milliseconds() / 1'000 * 1'000);
  content.development = options.development;
  for (const std::string& text : options.currencies) {
    const Result<CurrencyUnit> currency = currency_from(text);
    if (!currency.ok()) return config::fail(bad_value(text, "such as EUR:2", "--currency"));
    content.currencies.push_back(*currency);
  }
  for (const std::string& text : options.settings)
    if (!set_parameter(content.parameters, text))
      return config::fail(
          bad_value(text, "PARAMETER=NUMBER, as config/genesis.toml names them", "--set"));
  for (const std::string& file : options.parts) {
    OrFaults<config::FounderPart> part = config::read_founder_part(file);
    if (!part) return config::fail(std::move(part.error()));
    if (!content.chain_name.empty() && content.chain_name != part->chain_name)
      return config::fail(Fault{kBadInput,
                                "a part for chain \"" + printable(part->chain_name) + "\"",
                                "\"" + printable(content.chain_name) + "\", as in the others",
                                config::shown_path(file), "make that part again"});
    content.chain_name = part->chain_name;
    content.founders.push_back(std::move(part->founder));
  }
  std::sort(content.founders.begin(), content.founders.end(),
            [](const Founder& a, const Founder& b) { return a.merchant < b.merchant; });
  return content;
}

Faults make(const Options& options, const Output& out) {
  OrFaults<Genesis> content = content_from(options);
  if (!content) return content.error();
  const Result<void> checked = check_genesis_content(*content);
  if (!checked.ok())
    return {config::fault_from(kBadInput, checked.error(), "", "correct the part or the option")};
  SignedGenesis genesis{std::move(*content), {}};
  genesis.signatures.resize(genesis.content.founders.size());
  Faults faults = write_new_file(options.out, config::text_of(genesis), 0644);
  if (!faults.empty()) return faults;
  print_hash(genesis.content, options.out, out);
  return {};
}

Faults sign(const Options& options, const Output& out) {
  OrFaults<SignedGenesis> genesis = config::read_genesis(options.file);
  if (!genesis) return genesis.error();
  const OrFaults<crypto::PrivateKey> key = read_key(options.sign_key);
  if (!key) return key.error();
  bool found = false;
  for (std::size_t i = 0; i < genesis->content.founders.size(); ++i) {
    if (genesis->content.founders[i].operator_key != key->public_key()) continue;
    genesis->signatures[i] = key->sign(founder_digest(genesis_hash(genesis->content)).view());
    found = true;
  }
  if (!found)
    return {Fault{kKeyMismatch, "key " + to_hex(key->public_key().id().view()),
                  "the operator key of a founder", config::shown_path(options.sign_key),
                  "see tally genesis show"}};
  Faults faults = replace_file(options.file, config::text_of(*genesis));
  if (!faults.empty()) return faults;
  print_hash(genesis->content, options.file, out);
  return {};
}

Faults show(const Options& options, const Output& out) {
  const OrFaults<SignedGenesis> genesis = config::read_genesis(options.file);
  if (!genesis) return genesis.error();
  const Genesis& content = genesis->content;
  const Hash digest = founder_digest(genesis_hash(content));
  Table table({"merchant", "name", "consensus key id", "operator key id", "signed"});
  nlohmann::json founders = nlohmann::json::array();
  for (std::size_t i = 0; i < content.founders.size(); ++i) {
    const Founder& founder = content.founders[i];
    const crypto::Signature& signature = genesis->signatures[i];
    const bool is_good = crypto::verify(founder.operator_key, digest.view(), signature);
    const char* const state = is_good ? "yes" : signature.is_zero() ? "no" : "WRONG";
    table.add({std::to_string(founder.merchant.value()), founder.name,
               to_hex(founder.consensus_key.id().view()).substr(0, 16),
               to_hex(founder.operator_key.id().view()).substr(0, 16), state});
    founders.push_back({{"merchant", founder.merchant.value()},
                        {"name", founder.name},
                        {"consensus_key", config::text_of(founder.consensus_key)},
                        {"operator_key", config::text_of(founder.operator_key)},
                        {"signed", is_good}});
  }
  if (out.json) {
    const nlohmann::json object = {{"chain_name", content.chain_name},
                                   {"genesis_hash", hash_text(content)},
                                   {"time", config::text_of(content.time)},
                                   {"development", content.development},
                                   {"founders", std::move(founders)}};
    std::cout << object.dump() << "\n";
    return {};
  }
  std::cout << "chain         " << content.chain_name << "\ngenesis hash  " << hash_text(content)
            << "\ntime          " << config::text_of(content.time) << "\ndevelopment   "
            << (content.development ? "yes: the clock can be advanced" : "no") << "\n\n"
            << table.text();
  return {};
}

Faults check(const Options& options, const Output& out) {
  const OrFaults<SignedGenesis> genesis = config::read_whole_genesis(options.file, system_now());
  if (!genesis) return genesis.error();
  print_hash(genesis->content, options.file, out);
  if (!out.json) std::cout << "whole and signed by all founders\n";
  return {};
}

void add_part(Frame& frame, CLI::App& group, const std::shared_ptr<Options>& options) {
  CLI::App& command =
      frame.add(group, kPart, [options](const Output& out) { return part(*options, out); });
  const auto required = [&](const char* name, auto& into, const char* what, const char* type) {
    command.add_option(name, into, what)->required()->type_name(type);
  };
  required("--chain-name", options->chain_name, "Name of the chain: a-z, 0-9 and -", "NAME");
  required("--merchant", options->merchant, "The merchant's id, from 1 on", "ID");
  required("--name", options->name, "The merchant's name", "NAME");
  required("--consensus", options->consensus, "Its consensus key's file, Ed25519", "FILE");
  required("--peer-tls", options->peer_tls, "Its peer TLS key: a file, or the public key", "KEY");
  required("--gateway", options->gateway, "Its gateway key: a file, or the public key", "KEY");
  required("--operator", options->operator_key,
           "Its first operator's key: a file, or the public key (of a smart card)", "KEY");
  required("--out", options->out, "Where the part is to stand", "FILE");
}

}  // namespace

void add_genesis(Frame& frame) {
  CLI::App& group = frame.add_group(kGroup);
  auto options = std::make_shared<Options>();
  add_part(frame, group, options);
  CLI::App& make_command =
      frame.add(group, kMake, [options](const Output& out) { return make(*options, out); });
  make_command.add_option("PART", options->parts, "The merchants' parts")->required();
  make_command.add_option("--out", options->out, "Where the genesis is to stand")
      ->required()
      ->type_name("FILE");
  make_command
      .add_option("--currency", options->currencies,
                  "Code and digits, as in EUR:2; may be repeated")
      ->required()
      ->type_name("CODE:DIGITS")
      ->allow_extra_args(false);
  make_command.add_option("--set", options->settings, "A parameter; may be repeated")
      ->type_name("NAME=NUMBER")
      ->allow_extra_args(false);
  make_command.add_flag("--development", options->development,
                        "A development chain, whose clock can be advanced");
  const auto on_file = [&](const CommandText& text, Faults (*run)(const Options&, const Output&)) {
    CLI::App& command =
        frame.add(group, text, [options, run](const Output& out) { return run(*options, out); });
    command.add_option("FILE", options->file, "The genesis")->required();
    return &command;
  };
  on_file(kSign, sign)
      ->add_option("--key", options->sign_key, "The operator's private key")
      ->required()
      ->type_name("FILE");
  on_file(kShow, show);
  on_file(kCheck, check);
}

}  // namespace tally::app
