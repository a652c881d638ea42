// The consortium's own records: merchants, keys, parameters, validators, the clock.
#pragma once

#include <tally/consensus/epoch.h>
#include <tally/model/genesis.h>
#include <tally/model/keys.h>
#include <tally/state/state_delta.h>

#include <string>
#include <vector>

namespace tally::state {

/// FORMAT: stored; docs/formats.md §3.
struct MerchantRecord {
  std::string name;
  KeyId gateway_key;
  std::uint32_t programme_version = 0;  ///< the last one published; 0: none
  /// Its operators' signing keys, ascending; of those that are over, none that was so when the list
  /// last changed. At most limits::kMerchantOperatorsMax.
  std::vector<KeyId> operators;
  /// A second one was registered, though it may be over by now: never false again.
  bool had_second_operator = false;
  friend bool operator==(const MerchantRecord&, const MerchantRecord&) = default;
};

/// A key on the ledger. FORMAT: stored.
struct KeyRecord {
  crypto::PublicKey key;
  Role role = Role::Terminal;
  Purpose purpose = Purpose::Sign;
  MerchantId merchant;             ///< whose staff or device it is; 0 for a member's
  std::optional<MemberId> member;  ///< whose it is, for Role::Member
  std::string name;                ///< by which campaigns mean it; or empty
  KeyLimits limits;
  Timestamp valid_from;
  Timestamp valid_until = Timestamp::never();
  friend bool operator==(const KeyRecord&, const KeyRecord&) = default;

  [[nodiscard]] bool in_force(Timestamp t) const { return valid_from <= t && t < valid_until; }
};

/// FORMAT: stored. The development clock: ledger time = header time + offset.
struct ClockRecord {
  bool development = false;
  Duration offset;
  friend bool operator==(const ClockRecord&, const ClockRecord&) = default;
};

[[nodiscard]] Result<std::optional<MerchantRecord>> find_merchant(const StateView&, MerchantId);
/// The merchant of the consortium whose name it is, each of which is its own; nullopt: none.
[[nodiscard]] Result<std::optional<MerchantId>> find_merchant_named(const StateView&,
                                                                    std::string_view name);
/// From a merchant record's bytes. Corrupt: they are none.
[[nodiscard]] Result<MerchantRecord> decode_merchant_record(ByteView bytes);
[[nodiscard]] Result<void> put_merchant(StateDelta&, MerchantId, const MerchantRecord&);
[[nodiscard]] Result<std::optional<KeyRecord>> find_key(const StateView&, const KeyId&);
/// From a key record's bytes. Corrupt: they are none.
[[nodiscard]] Result<KeyRecord> decode_key_record(ByteView bytes);
[[nodiscard]] Result<void> put_key(StateDelta&, const KeyRecord&);
[[nodiscard]] Result<ClockRecord> clock(const StateView&);
[[nodiscard]] Result<void> put_clock(StateDelta&, const ClockRecord&);
[[nodiscard]] Result<Parameters> parameters(const StateView&);
[[nodiscard]] Result<std::vector<consensus::Validator>> validators(const StateView&);
/// All merchants of the consortium, ascending.
[[nodiscard]] Result<std::vector<MerchantId>> merchants(const StateView&);
/// The currency's exponent; nullopt: not one of the consortium's.
[[nodiscard]] Result<std::optional<std::uint8_t>> currency_exponent(const StateView&, Currency);

/// The epoch that genesis starts: what consensus needs to know of it.
[[nodiscard]] consensus::Epoch epoch_of(const Genesis& genesis);

/// Writes genesis's records: parameters, currencies, validators, clock, log of receipts, and each
/// merchant with gateway and operator key. REQUIRES: check_genesis passed it; `delta` is empty.
[[nodiscard]] Result<void> write_genesis(const Genesis& genesis, StateDelta& delta);

}  // namespace tally::state
