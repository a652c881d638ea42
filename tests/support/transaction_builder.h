// What the builders of all kinds of transaction share: the frame around the action.
#pragma once

#include <tally/model/submission.h>

#include "support/values.h"

#include <utility>
#include <vector>

namespace tally::test {

inline constexpr MerchantId kCafe{1};
inline constexpr MerchantId kBakery{2};
/// 2024-01-01 00:00 UTC, when test chains start.
inline constexpr Timestamp kStart{1'704'067'200'000};

/// What every kind of transaction can say. By default: the café's first request, without order id
/// and consents, valid for an hour after kStart, limits by the key that signs.
template <typename Self, typename Fields>
class TransactionBuilder {
 public:
  TransactionBuilder() {
    transaction_.merchant = kCafe;
    transaction_.request_id = id_bytes(1);
    transaction_.valid_until = kStart.plus(kHour);
  }

  Self& by(MerchantId merchant) { return transaction_.merchant = merchant, self(); }
  Self& request(std::uint64_t n) { return transaction_.request_id = id_bytes(n), self(); }
  Self& order(std::uint64_t n) { return transaction_.order_id = id_bytes(n), self(); }
  Self& valid_until(Timestamp t) { return transaction_.valid_until = t, self(); }
  Self& asking(const KeyId& key) { return transaction_.asking_key = key, self(); }
  /// Borrows `key` until build.
  Self& consented_by(const crypto::PrivateKey& key, const ChainId& chain) {
    return consents_.emplace_back(&key, chain), self();
  }

  /// A token, signed before.
  Self& with_token(Consent token) { return tokens_.push_back(std::move(token)), self(); }

  [[nodiscard]] Transaction build() const {
    Transaction transaction = transaction_;
    transaction.action = fields_;
    for (const auto& [key, chain] : consents_)
      transaction.consents.push_back(
          {key->public_key(), key->sign(consent_digest(chain, transaction).view())});
    for (const Consent& token : tokens_)
      transaction.consents.push_back(token);
    return transaction;
  }

 protected:
  Self& self() { return static_cast<Self&>(*this); }
  Fields fields_;

 private:
  Transaction transaction_;
  std::vector<std::pair<const crypto::PrivateKey*, ChainId>> consents_;
  std::vector<Consent> tokens_;
};

}  // namespace tally::test
