// genesis.toml (design/bad-inputs.md, GEN).
#include <tally/base/limits.h>
#include <tally/config/genesis_file.h>
#include <tally/config/text.h>

#include "config/toml_reader.h"

#include <algorithm>
#include <array>

namespace tally::config {
namespace {

using Why = KeyElsewhere::Why;

constexpr std::int64_t kVersionOfFile = 1;
constexpr std::int64_t kIntegerMax = (std::int64_t{1} << 53) - 1;
constexpr Duration kAheadMax{3'600'000};

/// A parameter and its name in the file; durations are written in milliseconds.
struct Number {
  const char* key;
  std::uint64_t Parameters::*member;
};
struct Milliseconds {
  const char* key;
  Duration Parameters::*member;
};
constexpr std::array kNumbers = {
    Number{"window", &Parameters::window},
    Number{"rotation_heights", &Parameters::rotation_heights},
    Number{"proposal_bytes_max", &Parameters::proposal_bytes_max},
    Number{"proposal_transactions_max", &Parameters::proposal_transactions_max},
    Number{"proposal_rule_cost_max", &Parameters::proposal_rule_cost_max},
    Number{"state_buckets", &Parameters::state_buckets},
};
constexpr std::array kMilliseconds = {
    Milliseconds{"request_timeout_ms", &Parameters::request_timeout},
    Milliseconds{"timeout_max_ms", &Parameters::timeout_max},
    Milliseconds{"passed_over_ms", &Parameters::passed_over},
    Milliseconds{"idle_block_ms", &Parameters::idle_block},
    Milliseconds{"rotation_ms", &Parameters::rotation},
    Milliseconds{"clock_bound_ms", &Parameters::clock_bound},
    Milliseconds{"validity_max_ms", &Parameters::validity_max},
    Milliseconds{"request_memory_ms", &Parameters::request_memory},
};

const std::vector<KeyElsewhere>& elsewhere() {
  static const std::vector<KeyElsewhere> keys = [] {
    std::vector<KeyElsewhere> all;
    for (const std::string_view name :
         {"programme", "programmes", "campaign", "campaigns", "rule", "rules", "balance",
          "balances", "member", "members", "terminal", "terminals", "auditor", "auditors"})
      all.push_back({name, Why::Elsewhere, "parameters and founders alone"});
    return all;
  }();
  return keys;
}

std::uint64_t as_unsigned(std::int64_t value) {
  return static_cast<std::uint64_t>(value);
}

void read_key(TomlTable& table, const char* key, crypto::PublicKey& into) {
  const std::optional<std::string> text = table.text(key);
  if (!text) return;
  const Result<crypto::PublicKey> read = public_key_from(*text);
  if (read.ok())
    into = *read;
  else
    table.fault(kGenesisKinds.bad_form, key, "weak or invalid key: " + read.error().message,
                "ed25519: or p256: and the key in hex");
}

template <typename Fixed>
void read_hex(TomlTable& table, const char* key, Fixed& into) {
  const std::optional<std::string> text = table.text(key);
  if (!text) return;
  const Result<Fixed> read = fixed_from_hex<Fixed>(*text);
  if (read.ok())
    into = *read;
  else
    table.fault(kGenesisKinds.bad_form, key, read.error().message,
                std::to_string(Fixed::kSize) + " bytes in hex");
}

Parameters read_parameters(TomlTable& root) {
  TomlTable table = root.table("parameters");
  Parameters parameters;
  for (const Number& number : kNumbers)
    parameters.*number.member = as_unsigned(table.integer(number.key, 0, kIntegerMax).value_or(0));
  for (const Milliseconds& span : kMilliseconds)
    parameters.*span.member =
        Duration(as_unsigned(table.integer(span.key, 0, kIntegerMax).value_or(0)));
  table.finish(elsewhere());
  return parameters;
}

std::vector<CurrencyUnit> read_currencies(TomlTable& root) {
  std::vector<CurrencyUnit> currencies;
  for (TomlTable& table : root.tables("currencies", limits::kCurrenciesMax)) {
    CurrencyUnit unit;
    if (const auto code = table.text("code")) {
      if (code->size() == Currency::kSize)
        unit.code = Currency::from_view(as_bytes(*code));
      else
        table.fault(kGenesisKinds.bad_form, "code", "\"" + printable(*code) + "\"",
                    "three letters of ISO 4217");
    }
    unit.exponent = static_cast<std::uint8_t>(table.integer("exponent", 0, 6).value_or(0));
    table.finish(elsewhere());
    currencies.push_back(unit);
  }
  return currencies;
}

Founder read_founder(TomlTable& table) {
  Founder founder;
  if (const auto id = table.integer("merchant", 1, 0xffff'ffff))
    founder.merchant = MerchantId(static_cast<std::uint32_t>(*id));
  founder.name = table.text("name").value_or("");
  read_key(table, "consensus_key", founder.consensus_key);
  read_hex(table, "possession", founder.possession);
  read_hex(table, "peer_tls_key", founder.peer_tls_key);
  read_key(table, "gateway_key", founder.gateway_key);
  read_key(table, "operator_key", founder.operator_key);
  if (table.has("weight")) {
    const auto weight = table.integer("weight", 0, kIntegerMax);
    if (weight && *weight != 1)
      table.fault(kGenesisKinds.no_switch, "weight", std::to_string(*weight),
                  "1: every merchant has one vote", "remove it");
  }
  return founder;
}

void read_founders(TomlTable& root, SignedGenesis& genesis) {
  for (TomlTable& table : root.tables("founders", limits::kValidatorsMax)) {
    genesis.content.founders.push_back(read_founder(table));
    crypto::Signature signature;
    if (table.has("signature")) read_hex(table, "signature", signature);
    genesis.signatures.push_back(signature);
    table.finish(elsewhere());
  }
}

/// What the content says of itself, for those who read it; it is not hashed, so it must agree.
void check_claims(TomlFile& file, TomlTable& root, const Genesis& genesis) {
  if (root.has("quorum")) {
    const std::size_t nodes = genesis.founders.size();
    const auto quorum = root.integer("quorum", 1, limits::kValidatorsMax);
    const std::size_t expected = nodes == 0 ? 0 : (nodes + (nodes - 1) / 3) / 2 + 1;
    if (quorum && as_unsigned(*quorum) != expected)
      root.fault(kGenesisKinds.out_of_range, "quorum", std::to_string(*quorum),
                 std::to_string(expected) + " for " + std::to_string(nodes) + " merchants");
  }
  if (!root.has("genesis_hash")) return;
  ChainId claimed;
  read_hex(root, "genesis_hash", claimed);
  if (file.has_faults()) return;  // the content is not whole, so neither is its hash
  const ChainId actual = genesis_hash(genesis);
  if (claimed != actual)
    root.fault(kHashMismatch, "genesis_hash", to_hex(claimed.view()), to_hex(actual.view()),
               "take the file that the founders signed");
}

SignedGenesis read_all(TomlFile& file) {
  SignedGenesis genesis;
  Genesis& content = genesis.content;
  TomlTable root = file.root();
  if (const auto version = root.integer("version", 0, kIntegerMax);
      version && *version != kVersionOfFile)
    root.fault(kVersion, "version", std::to_string(*version), "1 to 1",
               "use a program that knows this version");
  content.chain_name = root.text("chain_name").value_or("");
  content.time = root.time("time").value_or(Timestamp());
  content.development = root.boolean("development").value_or(false);
  content.parameters = read_parameters(root);
  content.currencies = read_currencies(root);
  read_founders(root, genesis);
  check_claims(file, root, content);
  root.finish(elsewhere());
  return genesis;
}

void check_all(TomlFile& file, const SignedGenesis& genesis, Timestamp now) {
  const Result<void> checked = check_genesis(genesis);
  if (!checked.ok()) {
    const bool signature = checked.error().code == ErrorCode::BadSignature;
    Error error = checked.error();
    // The model lists signatures on their own; the file keeps each with its founder.
    if (error.message.starts_with("signatures[")) error.message.replace(0, 10, "founders");
    file.add_checked(signature ? kBadSignature : kRefused, error);
  }
  if (genesis.content.time > now.plus(kAheadMax))
    file.add(kTime, "time", text_of(genesis.content.time), "at most an hour after " + text_of(now),
             "set the clock, or wait");
}

}  // namespace

OrFaults<SignedGenesis> parse_genesis(std::string_view text, const std::string& file) {
  TomlFile toml(text, file, kGenesisKinds);
  if (!toml.parsed()) return fail(toml.take_faults());
  SignedGenesis genesis = read_all(toml);
  if (toml.has_faults()) return fail(toml.take_faults());
  return genesis;
}

OrFaults<SignedGenesis> parse_whole_genesis(std::string_view text, const std::string& file,
                                            Timestamp now) {
  TomlFile toml(text, file, kGenesisKinds);
  if (!toml.parsed()) return fail(toml.take_faults());
  SignedGenesis genesis = read_all(toml);
  if (!toml.has_faults()) check_all(toml, genesis, now);
  if (toml.has_faults()) return fail(toml.take_faults());
  return genesis;
}

OrFaults<SignedGenesis> read_genesis(const std::string& path) {
  const OrFaults<std::string> text = read_regular_file(path, kGenesisTextBytesMax, kGenesisKinds);
  if (!text) return fail(text.error());
  return parse_genesis(*text, path);
}

OrFaults<SignedGenesis> read_whole_genesis(const std::string& path, Timestamp now) {
  const OrFaults<std::string> text = read_regular_file(path, kGenesisTextBytesMax, kGenesisKinds);
  if (!text) return fail(text.error());
  return parse_whole_genesis(*text, path, now);
}

bool set_parameter(Parameters& parameters, std::string_view key, std::uint64_t value) {
  for (const Number& number : kNumbers)
    if (number.key == key) {
      parameters.*number.member = value;
      return true;
    }
  for (const Milliseconds& span : kMilliseconds)
    if (span.key == key) {
      parameters.*span.member = Duration(value);
      return true;
    }
  return false;
}

OrFaults<FounderPart> read_founder_part(const std::string& path) {
  const OrFaults<std::string> text = read_regular_file(path, kGenesisTextBytesMax, kGenesisKinds);
  if (!text) return fail(text.error());
  TomlFile toml(*text, path, kGenesisKinds);
  if (!toml.parsed()) return fail(toml.take_faults());
  FounderPart part;
  TomlTable root = toml.root();
  part.chain_name = root.text("chain_name").value_or("");
  std::vector<TomlTable> founders = root.tables("founders", 1);
  if (founders.size() != 1)
    root.fault(kGenesisKinds.missing_key, "founders", "none", "one [[founders]]");
  for (TomlTable& table : founders) {
    part.founder = read_founder(table);
    table.finish(elsewhere());
  }
  root.finish(elsewhere());
  if (toml.has_faults()) return fail(toml.take_faults());
  return part;
}

namespace {

std::string text_of(const Parameters& parameters) {
  std::string text = "[parameters]\n";
  const auto add = [&](const char* key, std::uint64_t value) {
    text.append(key).append(" = ").append(std::to_string(value)).append("\n");
  };
  for (const Number& number : kNumbers)
    add(number.key, parameters.*number.member);
  for (const Milliseconds& span : kMilliseconds)
    add(span.key, (parameters.*span.member).milliseconds());
  return text;
}

/// Names have no control characters; these two are all that TOML asks to escape beside them.
std::string toml_text(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted.push_back('\\');
    quoted.push_back(c);
  }
  return quoted + "\"";
}

std::string text_of(const Founder& founder) {
  std::string text = "[[founders]]\n";
  text += "merchant = " + std::to_string(founder.merchant.value()) + "\n";
  text += "name = " + toml_text(founder.name) + "\n";
  text += "consensus_key = \"" + config::text_of(founder.consensus_key) + "\"\n";
  text += "possession = \"" + to_hex(founder.possession.view()) + "\"\n";
  text += "peer_tls_key = \"" + to_hex(founder.peer_tls_key.view()) + "\"\n";
  text += "gateway_key = \"" + config::text_of(founder.gateway_key) + "\"\n";
  text += "operator_key = \"" + config::text_of(founder.operator_key) + "\"\n";
  return text;
}

}  // namespace

std::string text_of(const SignedGenesis& genesis) {
  const Genesis& content = genesis.content;
  std::string text =
      "# What a chain starts from, the same for every node; config/genesis.toml explains it.\n";
  text += "version = " + std::to_string(kVersionOfFile) + "\n";
  text += "chain_name = " + toml_text(content.chain_name) + "\n";
  text += "time = " + config::text_of(content.time) + "\n";
  text += std::string("development = ") + (content.development ? "true" : "false") + "\n";
  text += "genesis_hash = \"" + to_hex(genesis_hash(content).view()) + "\"\n\n";
  text += text_of(content.parameters);
  for (const CurrencyUnit& unit : content.currencies)
    text += "\n[[currencies]]\ncode = \"" + std::string(as_text(unit.code.view())) +
            "\"\nexponent = " + std::to_string(unit.exponent) + "\n";
  for (std::size_t i = 0; i < content.founders.size(); ++i) {
    text += "\n" + text_of(content.founders[i]);
    if (i < genesis.signatures.size() && !genesis.signatures[i].is_zero())
      text += "signature = \"" + to_hex(genesis.signatures[i].view()) + "\"\n";
  }
  return text;
}

std::string text_of(const FounderPart& part) {
  return "# One merchant's part of a genesis: no secret is in it. tally genesis make joins them.\n"
         "chain_name = " +
         toml_text(part.chain_name) + "\n\n" + text_of(part.founder);
}

}  // namespace tally::config
