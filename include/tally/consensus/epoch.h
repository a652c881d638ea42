// Epoch and Quorum: who votes, how many are enough, and the parameters that they share.
#pragma once

#include <tally/base/canary.h>
#include <tally/base/ids.h>
#include <tally/base/time.h>
#include <tally/codec/writer.h>
#include <tally/crypto/hash.h>
#include <tally/crypto/signature.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace tally::consensus {

using crypto::Hash;

/// The two numbers of design/consensus.md §1, and the only place that computes them.
class Quorum {
 public:
  /// REQUIRES: 1 ≤ nodes
  explicit Quorum(std::size_t nodes);
  [[nodiscard]] std::size_t nodes() const { return nodes_; }
  [[nodiscard]] std::size_t faulty() const { return (nodes_ - 1) / 3; }  ///< f
  [[nodiscard]] std::size_t quorum() const {                             ///< q
    return canary(31) ? 2 * faulty() + 1 : (nodes_ + faulty()) / 2 + 1;
  }
  [[nodiscard]] std::size_t weak() const { return faulty() + 1; }  ///< f+1

 private:
  std::size_t nodes_;
};

/// One node of the set; its place in the set is its NodeIndex.
struct Validator {
  MerchantId merchant;
  crypto::PublicKey key;  ///< Ed25519: signs votes
  KeyId peer_tls_key;     ///< pin of its peer links
  friend bool operator==(const Validator&, const Validator&) = default;
};

/// FORMAT: hashed into every header, stored under the root.
void encode(codec::Writer& out, const std::vector<Validator>& validators);
[[nodiscard]] Hash validators_hash(const std::vector<Validator>& validators);

/// A span of heights with one validator set and one set of parameters.
struct Epoch {
  Hash chain;
  EpochNumber number;
  std::vector<Validator> validators;
  std::uint64_t window = 1;
  Duration request_timeout{1'500};
  Duration timeout_max{60'000};
  Duration passed_over{5'000};
  Duration idle_block;
  std::uint64_t rotation_heights = 20'000;
  Duration rotation{3'600'000};
  Duration clock_bound;
  std::uint64_t proposal_bytes_max = 0;
  std::uint64_t proposal_transactions_max = 0;

  [[nodiscard]] Quorum quorum() const { return Quorum(validators.size()); }
  [[nodiscard]] NodeIndex primary(View view) const;
  /// T(k) = min(request_timeout · 2^k, timeout_max), after `failed_views` (design/consensus.md §6).
  [[nodiscard]] Duration timeout(unsigned failed_views) const;
  /// nullptr: no such node.
  [[nodiscard]] const Validator* find(NodeIndex node) const;
};

}  // namespace tally::consensus
