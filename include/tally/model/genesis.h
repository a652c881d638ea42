// Genesis: parameters and founders, all that a chain starts from.
#pragma once

#include <tally/model/transaction.h>

#include <cstdint>
#include <string>
#include <vector>

namespace tally {

/// What all nodes must agree on (docs/formats.md §5); milliseconds, bytes, counts.
struct Parameters {
  std::uint64_t window = 1;
  Duration request_timeout{1'500};
  Duration timeout_max{60'000};
  Duration passed_over{5'000};
  Duration idle_block{30'000};
  std::uint64_t rotation_heights = 20'000;
  Duration rotation{3'600'000};
  Duration clock_bound{3'000};
  std::uint64_t proposal_bytes_max = 4 << 20;
  std::uint64_t proposal_transactions_max = 16'384;
  std::uint64_t proposal_rule_cost_max = 20'000'000;
  Duration validity_max{72ULL * 3'600'000};     ///< longest `valid_until` ahead
  Duration request_memory{90ULL * 86'400'000};  ///< memory of request ids
  std::uint64_t state_buckets = 1 << 20;        ///< a power of two
  friend bool operator==(const Parameters&, const Parameters&) = default;
};

struct CurrencyUnit {
  Currency code;
  std::uint8_t exponent = 2;  ///< minor units are 10^−exponent of the major one, 0 … 6
  friend bool operator==(const CurrencyUnit&, const CurrencyUnit&) = default;
};

/// One merchant with its node. The consensus key proves possession by its signature over
/// possession_digest; the peer TLS key is named by its id alone.
struct Founder {
  MerchantId merchant;
  std::string name;
  crypto::PublicKey consensus_key;  ///< Ed25519
  crypto::Signature possession;
  KeyId peer_tls_key;
  crypto::PublicKey gateway_key;
  crypto::PublicKey operator_key;
  friend bool operator==(const Founder&, const Founder&) = default;
};

/// FORMAT: hashed, stored; docs/formats.md §5. A founder's place in the list is its node index.
struct Genesis {
  std::string chain_name;  ///< [a-z0-9-], 1 … 64
  Timestamp time;
  bool development = false;
  Parameters parameters;
  std::vector<CurrencyUnit> currencies;
  std::vector<Founder> founders;  ///< ascending by merchant
  friend bool operator==(const Genesis&, const Genesis&) = default;
};

/// Genesis with a signature of each founder's operator over founder_digest, in order.
struct SignedGenesis {
  Genesis content;
  std::vector<crypto::Signature> signatures;
  friend bool operator==(const SignedGenesis&, const SignedGenesis&) = default;
};

[[nodiscard]] Bytes encode_genesis(const SignedGenesis& genesis);
[[nodiscard]] Result<SignedGenesis> decode_genesis(ByteView bytes);

/// The chain id: H("genesis": the encoding of the content, without signatures).
[[nodiscard]] ChainId genesis_hash(const Genesis& genesis);
/// H("founder": chain): what the founders sign.
[[nodiscard]] Hash founder_digest(const ChainId& chain);
/// H("possession": chain name, merchant, consensus key): what the consensus key signs.
[[nodiscard]] Hash possession_digest(const std::string& chain_name, MerchantId merchant,
                                     const crypto::PublicKey& consensus_key);

/// Ranges, order, no key twice, 4 … 16 founders (1 in development), proofs of possession, all
/// founders' signatures. Malformed, OutOfLimits or BadSignature, with the field.
[[nodiscard]] Result<void> check_genesis(const SignedGenesis& genesis);
/// The same without the founders' signatures: what a genesis must be before it is signed.
[[nodiscard]] Result<void> check_genesis_content(const Genesis& genesis);

}  // namespace tally
