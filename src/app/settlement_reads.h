// What the ledger says of settlement, gathered from its records: positions of cycles, exposures
// against caps, and what issuers stand for.
#pragma once

#include <tally/state/exposure.h>
#include <tally/state/programme_record.h>
#include <tally/state/quote.h>
#include <tally/state/settlement.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace tally::app {

/// Merchants and currencies as people write them.
struct Consortium {
  std::map<MerchantId, std::string> merchants;  ///< names, safe to print
  std::map<Currency, std::uint8_t> places;      ///< of each currency in which something is quoted
                                                ///< or was ever owed

  /// "merchant 7" of one that is not there.
  [[nodiscard]] std::string name_of(MerchantId merchant) const;
  /// 6 of a currency that is not there: nothing is lost then.
  [[nodiscard]] std::uint8_t places_of(Currency currency) const;
};
[[nodiscard]] Result<Consortium> read_consortium(const state::StateView& view);

/// What came to be owed in a cycle that is not closed.
struct Arisen {
  std::uint32_t cycle = 0;
  Currency currency;
  MerchantId debtor;
  MerchantId creditor;
  MicroUnits amount;
  friend bool operator==(const Arisen&, const Arisen&) = default;
};

struct ClosedCycle {
  std::uint32_t number = 0;
  state::CycleRecord record;
};

struct Positions {
  std::vector<ClosedCycle> cycles;  ///< ascending
  std::vector<Arisen> arisen;       ///< by cycle, currency, debtor, creditor
  bool withheld = false;            ///< the node kept back what arose between others
};

struct PositionsWanted {
  std::optional<std::uint32_t> cycle;  ///< else those under way, and the one closed last
  std::optional<MerchantId> merchant;  ///< else of all
};
/// Positions of a closed cycle that do not concern the merchant asked for are left out.
[[nodiscard]] Result<Positions> read_positions(const state::StateView& view,
                                               const Consortium& consortium,
                                               const PositionsWanted& wanted);

/// A debtor in one currency in which it has collateral, a cap, or owes anything.
struct DebtorExposure {
  MerchantId debtor;
  Currency currency;
  state::Exposure exposure;
  state::IssuerState state = state::IssuerState::Active;

  [[nodiscard]] std::int64_t total() const;  ///< micro-units: owed and reserved
  [[nodiscard]] std::int64_t cap() const;    ///< micro-units: as set, else the collateral
  /// Of the cap in parts per million, rounded down; nullopt: a cap of 0.
  [[nodiscard]] std::optional<std::int64_t> used_ppm() const;
};

struct Exposures {
  std::vector<DebtorExposure> debtors;  ///< by merchant, currency
  bool withheld = false;                ///< others' were kept back
};
[[nodiscard]] Result<Exposures> read_exposures(const state::StateView& view,
                                               const Consortium& consortium,
                                               std::optional<MerchantId> merchant);

/// What an issuer stands for (design/kpis.md §3): debt of members is a receivable, and never set
/// off.
struct IssuerLiability {
  MerchantId issuer;
  state::IssuerState state = state::IssuerState::Active;
  state::Totals totals;
  std::optional<state::Quote> quote;  ///< by which its points are priced now

  [[nodiscard]] std::int64_t outstanding() const;         ///< points
  [[nodiscard]] std::optional<MicroUnits> worth() const;  ///< outstanding at the bid
};

struct Liabilities {
  std::vector<IssuerLiability> issuers;  ///< ascending
  bool withheld = false;                 ///< others' were kept back
};
[[nodiscard]] Result<Liabilities> read_liabilities(const state::StateView& view, Timestamp now,
                                                   const Consortium& consortium,
                                                   std::optional<MerchantId> merchant);

}  // namespace tally::app
