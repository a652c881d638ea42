// Importer: a log of purchases becomes members and earns on the ledger, each once.
#pragma once

#include "app/import_state.h"
#include "app/posting.h"
#include "app/purchase_log.h"

#include <map>

namespace tally::app {

/// A programme that rows go to, and who signs for it.
struct ImportTarget {
  std::string name;  ///< as rows and messages call it
  MerchantId merchant;
  Sender sender;
  Currency currency;
  std::uint8_t exponent = 2;
};

/// A row, ready to become an earn.
struct ImportRow {
  std::uint64_t row = 0;
  std::uint64_t line = 0;
  std::size_t target = 0;
  Earn earn;
};

struct ImportMember {
  std::size_t target = 0;
  std::uint64_t line = 0;  ///< where the customer is first met
  ImportedMember ids;
};

struct ImportPlan {
  Hash digest;  ///< of the log
  std::int64_t shift_days = 0;
  std::vector<ImportMember> members;  ///< in the order in which the log meets them
  std::vector<ImportRow> rows;
};

/// Where rows of a merchant go: its place among the targets, by the name in the log.
using TargetPlaces = std::map<std::string, std::size_t>;

/// Turns every row into what will be sent; the first that cannot be is a fault with file:line.
/// `shift_days`: added to every date. A date past the ledger's time is refused here, since the
/// ledger would refuse it.
[[nodiscard]] OrFaults<ImportPlan> plan_import(const std::vector<Purchase>& purchases,
                                               const std::vector<ImportTarget>& targets,
                                               const TargetPlaces& places, const Hash& secret,
                                               const Hash& digest, std::int64_t shift_days,
                                               const std::string& file);

/// So many whole days that the newest purchase comes to lie within the last day before `now`.
[[nodiscard]] std::int64_t days_to(Timestamp now, const std::vector<Purchase>& purchases);

struct ImportPace {
  std::size_t batch = 512;
  std::size_t in_flight = 8;
};

/// What an import has come to, also where it stopped.
struct ImportSummary {
  Answered members;
  Answered earns;
  std::optional<FirstRefusal> first_refusal;  ///< of an earn
  std::uint64_t members_ms = 0;
  std::uint64_t earns_ms = 0;
};

/// Enrols all members, then posts all rows: batches overtake each other, and an earn must not
/// overtake its member. Shows progress on stderr. The summary stands also where there are faults.
[[nodiscard]] Faults run_import(const ImportPlan& plan, const std::vector<ImportTarget>& targets,
                                const ImportPace& pace, const std::atomic<bool>& stop,
                                ImportSummary& summary);

}  // namespace tally::app
