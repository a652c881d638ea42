// Settlement: what arose in each cycle, the payments that settle it, and how far they are
// (design/loyalty.md §17).
#pragma once

#include <tally/base/micro_units.h>
#include <tally/model/exchange_actions.h>
#include <tally/state/state_delta.h>

#include <optional>
#include <string>
#include <vector>

namespace tally::state {

/// The cycle that `t` falls in: whole weeks since Monday, 5 January 1970, 00:00 UTC, at least 0.
[[nodiscard]] std::uint32_t cycle_of(Timestamp t);
/// Its first instant.
[[nodiscard]] Timestamp start_of_cycle(std::uint32_t cycle);

/// What `debtor` came to owe `creditor` in the cycle, less what it took back; no record: 0.
[[nodiscard]] Result<MicroUnits> find_owed(const StateView&, Currency, std::uint32_t cycle,
                                           MerchantId debtor, MerchantId creditor);
[[nodiscard]] Result<MicroUnits> decode_owed(ByteView bytes);
[[nodiscard]] Result<void> put_owed(StateDelta&, Currency, std::uint32_t cycle, MerchantId debtor,
                                    MerchantId creditor, MicroUnits amount);

/// What is under way, so that nobody has to look for it. FORMAT: stored, as a record of the
/// consortium.
struct SettlementRecord {
  std::vector<Currency> currencies;          ///< in which something has ever been owed; ascending
  std::vector<std::uint32_t> open;           ///< with entries, and not closed; ascending
  std::vector<std::uint32_t> closed;         ///< and not settled; ascending
  std::optional<std::uint32_t> last_closed;  ///< whose pairs' carries the next one takes up
  /// Issuers that leave, until their last account has ended; ascending.
  std::vector<MerchantId> leaving;
  friend bool operator==(const SettlementRecord&, const SettlementRecord&) = default;
};
[[nodiscard]] Result<SettlementRecord> settlement(const StateView&);
[[nodiscard]] Result<void> put_settlement(StateDelta&, const SettlementRecord&);

/// FORMAT: stored, as what follows.
enum class PaymentState : std::uint8_t {
  Due = 1,
  Disputed = 2,   ///< the debtor says that it has paid
  Confirmed = 3,  ///< by the creditor, or the consortium
  Drawn = 4,      ///< from the collateral, as far as that went; the rest is owed anew
};

struct Payment {
  MerchantId debtor;
  MerchantId creditor;
  std::int64_t minor_units = 0;  ///< above 0
  PaymentState state = PaymentState::Due;
  std::string bank_reference;  ///< of one that was disputed
  std::int64_t drawn = 0;      ///< minor units of the collateral that paid it
  friend bool operator==(const Payment&, const Payment&) = default;
};

/// What is owed between two merchants, whole minor units and what is carried.
struct PairBalance {
  MerchantId debtor;
  MerchantId creditor;
  std::int64_t due = 0;  ///< minor units
  MicroUnits carry;      ///< below a minor unit; of the same debtor
  friend bool operator==(const PairBalance&, const PairBalance&) = default;
};

struct NetPosition {
  MerchantId merchant;
  std::int64_t minor_units = 0;  ///< due to it, less what it owes
  friend bool operator==(const NetPosition&, const NetPosition&) = default;
};

/// One currency's part of a cycle.
struct CyclePositions {
  Currency currency;
  std::vector<PairBalance> pairs;  ///< ascending by the two merchants; not all 0
  std::vector<NetPosition> nets;   ///< ascending by merchant; they sum to 0 (law I6)
  std::vector<Payment> payments;   ///< once ADVISED; in the order in which they came about
  friend bool operator==(const CyclePositions&, const CyclePositions&) = default;
};

enum class CycleState : std::uint8_t { Closed = 1, Advised = 2, Settled = 3 };

/// A cycle that is closed. Positions never change; payments do.
struct CycleRecord {
  CycleState state = CycleState::Closed;
  Timestamp closed_at;                     ///< ledger time
  Position closed_by;                      ///< the receipt of its CloseCycle
  std::optional<Hash> header;              ///< of that block, from ADVISED on
  Timestamp call_day;                      ///< from then on what is unpaid is drawn
  std::vector<CyclePositions> currencies;  ///< ascending
  friend bool operator==(const CycleRecord&, const CycleRecord&) = default;
};
[[nodiscard]] Result<std::optional<CycleRecord>> find_cycle(const StateView&, std::uint32_t cycle);
[[nodiscard]] Result<CycleRecord> decode_cycle(ByteView bytes);
[[nodiscard]] Result<void> put_cycle(StateDelta&, std::uint32_t cycle, const CycleRecord&);

/// What a merchant proposed, and who agrees. FORMAT: stored.
struct ChangeRecord {
  ProposeChange proposal;
  Timestamp proposed_at;
  std::vector<MerchantId> voices;  ///< ascending; the proposer's among them
  Height active_from;              ///< once enough agree; 0: not yet
  friend bool operator==(const ChangeRecord&, const ChangeRecord&) = default;
};
[[nodiscard]] Result<std::optional<ChangeRecord>> find_change(const StateView&,
                                                              MerchantId proposer);
[[nodiscard]] Result<ChangeRecord> decode_change(ByteView bytes);
[[nodiscard]] Result<void> put_change(StateDelta&, MerchantId proposer, const ChangeRecord&);
[[nodiscard]] Result<void> erase_change(StateDelta&, MerchantId proposer);

}  // namespace tally::state
