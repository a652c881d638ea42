// check_genesis: what a chain may start from (design/bad-inputs.md, GEN).
#include <tally/base/limits.h>
#include <tally/model/genesis.h>

#include "model/fault.h"
#include "model/text.h"

#include <algorithm>
#include <bit>
#include <map>
#include <set>

namespace tally {
namespace {

constexpr std::uint64_t kDayMs = kDay.milliseconds();
constexpr std::uint64_t kTimeMin = 1'577'836'800'000;    // 2020-01-01: earlier clocks are not set
constexpr std::uint64_t kTimeMax = 253'402'300'799'999;  // the year 9999, the last of RFC 3339
constexpr std::size_t kFoundersMin = 4;                  // 3f + 1 with f = 1

/// As require_range, but OutOfLimits: a parameter that is well formed and not allowed.
Result<void> require_limit(std::string_view field, std::uint64_t got, std::uint64_t least,
                           std::uint64_t most) {
  Result<void> checked = require_range(field, got, least, most);
  if (checked.ok()) return {};
  return Error{ErrorCode::OutOfLimits, checked.error().message};
}

struct Range {
  const char* field;
  std::uint64_t got;
  std::uint64_t least;
  std::uint64_t most;
};

Result<void> check_parameters(const Parameters& p) {
  const std::uint64_t timeout_max = p.timeout_max.milliseconds();
  const std::uint64_t validity_max = p.validity_max.milliseconds();
  const std::uint64_t memory_min = std::max(90 * kDayMs, validity_max);
  // The upper ends of times only catch a wrong unit: no consortium wants more.
  const Range ranges[] = {
      {"window", p.window, 1, 1},  // this protocol version's; formats allow kWindowMax
      {"timeout_max", timeout_max, 1, kHour.milliseconds()},
      {"request_timeout", p.request_timeout.milliseconds(), 1, timeout_max},
      {"passed_over", p.passed_over.milliseconds(), 1, kHour.milliseconds()},
      {"idle_block", p.idle_block.milliseconds(), 1, kDayMs},
      {"rotation_heights", p.rotation_heights, 1, std::uint64_t{1} << 40U},
      {"rotation", p.rotation.milliseconds(), timeout_max, 366 * kDayMs},
      {"clock_bound", p.clock_bound.milliseconds(), 1, 60'000},
      {"proposal_bytes_max", p.proposal_bytes_max, 1'024, limits::kProposalBytesMax},
      {"proposal_transactions_max", p.proposal_transactions_max, 1,
       limits::kProposalTransactionsMax},
      {"proposal_rule_cost_max", p.proposal_rule_cost_max, 1, std::uint64_t{1} << 40U},
      {"validity_max", validity_max, 1, 31 * kDayMs},
      {"request_memory", p.request_memory.milliseconds(), memory_min, 3'660 * kDayMs},
      {"state_buckets", p.state_buckets, 1, limits::kBucketsMax},
  };
  for (const Range& range : ranges)
    TRY_VOID(require_limit(std::string("parameters.") + range.field, range.got, range.least,
                           range.most));
  if (!std::has_single_bit(p.state_buckets))
    return Error{ErrorCode::OutOfLimits, "parameters.state_buckets: got " +
                                             std::to_string(p.state_buckets) +
                                             "; expected a power of two"};
  return {};
}

Result<void> check_chain_name(const Genesis& genesis) {
  const std::string& name = genesis.chain_name;
  TRY_VOID(require_range("chain_name bytes", name.size(), 1, limits::kNameBytesMax));
  for (const char c : name)
    if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '-')
      return fault("chain_name", "a character outside of the alphabet", "a to z, 0 to 9 and -");
  if (name == "test" && !genesis.development)
    return fault("chain_name", "test", "another name: this one is for development chains");
  return {};
}

Result<void> check_currencies(const std::vector<CurrencyUnit>& currencies) {
  TRY_VOID(require_limit("currencies", currencies.size(), 1, limits::kCurrenciesMax));
  std::set<Currency> seen;
  for (std::size_t i = 0; i < currencies.size(); ++i) {
    const std::string field = "currencies[" + std::to_string(i) + "]";
    const std::string code = printable(as_text(currencies[i].code.view()));
    for (const std::uint8_t letter : currencies[i].code.array())
      if (letter < 'A' || letter > 'Z')
        return fault(field + ".code", code, "three upper-case letters of ISO 4217");
    if (!seen.insert(currencies[i].code).second)
      return fault(field + ".code", code + " again", "each currency once");
    TRY_VOID(require_limit(field + ".exponent", currencies[i].exponent, 0, 6));
  }
  return {};
}

/// A key has one purpose, at one merchant: `keys` knows where each stood first.
class DistinctKeys {
 public:
  Result<void> add(const std::string& field, const KeyId& key) {
    const auto [place, is_new] = places_.emplace(key, field);
    if (is_new) return {};
    return fault(field, "the key of " + place->second, "each key once");
  }

 private:
  std::map<KeyId, std::string> places_;
};

Result<void> check_founder(const Genesis& genesis, std::size_t index, DistinctKeys& keys) {
  const Founder& founder = genesis.founders[index];
  const std::string field = "founders[" + std::to_string(index) + "]";
  const std::uint32_t before = index == 0 ? 0 : genesis.founders[index - 1].merchant.value();
  TRY_VOID(require(founder.merchant.value() > before, field + ".merchant", founder.merchant.value(),
                   "ascending ids, from 1 on, each once"));
  // No longer than rules, which name merchants by it, reckon with.
  TRY_VOID(check_name(field + ".name", founder.name, limits::kShortNameBytesMax));
  for (std::size_t i = 0; i < index; ++i)  // rules name merchants by it
    if (genesis.founders[i].name == founder.name)
      return fault(field + ".name", "the name of founders[" + std::to_string(i) + "]",
                   "each name once");
  if (founder.consensus_key.kind() != crypto::KeyKind::Ed25519)
    return fault(field + ".consensus_key", "a key of P-256", "one of Ed25519");
  if (founder.peer_tls_key.is_zero())
    return fault(field + ".peer_tls_key", "none", "the id of the key of the peer links");
  TRY_VOID(keys.add(field + ".consensus_key", founder.consensus_key.id()));
  TRY_VOID(keys.add(field + ".peer_tls_key", founder.peer_tls_key));
  TRY_VOID(keys.add(field + ".gateway_key", founder.gateway_key.id()));
  TRY_VOID(keys.add(field + ".operator_key", founder.operator_key.id()));
  const Hash possession =
      possession_digest(genesis.chain_name, founder.merchant, founder.consensus_key);
  if (!crypto::verify(founder.consensus_key, possession.view(), founder.possession))
    return Error{ErrorCode::BadSignature,
                 field +
                     ".possession: not the consensus key's signature for this chain's name "
                     "and merchant"};
  return {};
}

}  // namespace

Result<void> check_genesis_content(const Genesis& genesis) {
  TRY_VOID(check_chain_name(genesis));
  TRY_VOID(require_limit("time", genesis.time.milliseconds(), kTimeMin, kTimeMax));
  TRY_VOID(check_parameters(genesis.parameters));
  TRY_VOID(check_currencies(genesis.currencies));
  TRY_VOID(require_limit("founders", genesis.founders.size(),
                         genesis.development ? 1 : kFoundersMin, limits::kValidatorsMax));
  DistinctKeys keys;
  for (std::size_t i = 0; i < genesis.founders.size(); ++i)
    TRY_VOID(check_founder(genesis, i, keys));
  return {};
}

Result<void> check_genesis(const SignedGenesis& genesis) {
  TRY_VOID(check_genesis_content(genesis.content));
  const auto& founders = genesis.content.founders;
  if (genesis.signatures.size() != founders.size())
    return Error{ErrorCode::BadSignature,
                 "signatures: got " + std::to_string(genesis.signatures.size()) + "; expected " +
                     std::to_string(founders.size()) + ", one of each founder's operator"};
  const Hash digest = founder_digest(genesis_hash(genesis.content));
  for (std::size_t i = 0; i < founders.size(); ++i)
    if (!crypto::verify(founders[i].operator_key, digest.view(), genesis.signatures[i]))
      return Error{ErrorCode::BadSignature,
                   "signatures[" + std::to_string(i) +
                       "]: not the signature of this founder's operator over this content"};
  return {};
}

}  // namespace tally
