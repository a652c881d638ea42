// Settlement's oracle: what merchants owe each other, counted from receipts alone by arithmetic of
// its own, and held against what the ledger has written of it after each block (I6).
#pragma once

#include <tally/model/transaction.h>
#include <tally/node/event.h>
#include <tally/state/exposure.h>
#include <tally/state/settlement.h>
#include <tally/storage/store.h>

#include "simulation/chain.h"
#include "simulation/verdict.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tally::sim {

/// Of one chain: each height once, in order.
class SettlementOracle {
 public:
  SettlementOracle(const Chain& chain, Verdict& verdict);

  /// `asked`: the block's transactions, by the digest that their receipts name.
  void on_block(const node::LedgerEffects& effects, const std::map<Hash, Transaction>& asked,
                const storage::Snapshot& after);

 private:
  __extension__ using Wide = __int128;
  /// From debtor to creditor, as a receipt has it; of what is balanced the lower one first.
  using Pair = std::pair<MerchantId, MerchantId>;
  using Amounts = std::map<Pair, Wide>;
  using Account = std::pair<MerchantId, Currency>;
  struct Balanced {
    Amounts due;    ///< minor units that the lower merchant owes the higher one
    Amounts carry;  ///< micro-units below a minor one, likewise
  };
  struct Closed {
    Timestamp at;
    std::map<Currency, Balanced> balanced;
    std::optional<std::uint32_t> before;  ///< the cycle whose carries it took up
    bool is_settled = false;
  };
  struct Exchanged {
    std::int64_t out = 0;
    std::int64_t in = 0;
  };
  /// What the ledger's records say after a block.
  struct Written {
    std::map<std::pair<Currency, std::uint32_t>, Amounts> owed;
    std::map<Account, state::Exposure> exposures;
    std::map<Account, Wide> reserved;  ///< by holds and by lots that wait
    std::map<std::uint32_t, state::CycleRecord> cycles;
    std::map<MerchantId, state::ChangeRecord> changes;
    std::map<MerchantId, Exchanged> exchanged;
  };

  void count(const Receipt& receipt, const consensus::Header& header);
  void count_lines(const Receipt& receipt);
  void close(std::uint32_t cycle, Timestamp at);
  [[nodiscard]] std::uint32_t cycle_of(const Obligation& obligation, const Receipt& receipt,
                                       const consensus::Header& header) const;
  [[nodiscard]] Timestamp drawn_at(const Obligation& obligation, std::uint32_t cycle,
                                   const consensus::Header& header) const;

  // What a transaction's lines come to.
  void check_lines(const Receipt& receipt, const Transaction* asked);
  void check_spent(const Receipt& receipt, MerchantId merchant);
  void check_given_back(const Receipt& receipt, MerchantId merchant);
  void check_funded(const Receipt& receipt);
  [[nodiscard]] Wide sum_of(const Receipt& receipt, ObligationReason reason) const;

  // What is written.
  void read(const storage::Snapshot& after, Written& written);
  void read_record(const state::RecordKey& key, ByteView bytes, Written& written);
  void check_owed(const Written& written);
  void check_cycles(const Written& written);
  void check_positions(const std::string& where, const state::CyclePositions& positions,
                       const Balanced& balanced);
  void check_payments(const std::string& where, const state::CyclePositions& positions);
  void settle(std::uint32_t cycle, Closed& closed);
  void check_exposures(const Written& written);
  void check_exchanged(const Written& written);
  void require(Wide is, Wide expected, const std::string& what);
  void fail(const std::string& what);
  [[nodiscard]] std::int64_t minor_unit(Currency currency) const;

  const Chain& chain_;
  Verdict& verdict_;
  Height height_;
  std::map<std::pair<Currency, std::uint32_t>, Amounts> arisen_;
  std::map<Account, Wide> owed_;  ///< in cycles that are not settled
  std::map<std::uint32_t, Closed> closed_;
  std::map<Position, std::int64_t> prices_;  ///< of a point that was spent elsewhere there
  std::map<LotId, PointPrice> waiting_;      ///< that others fund
  std::map<MerchantId, Exchanged> exchanged_;
  Written last_;  ///< after the block before
};

}  // namespace tally::sim
