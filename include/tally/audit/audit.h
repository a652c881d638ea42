// Audit: from a copy of the ledger alone, everything is executed and checked again.
#pragma once

#include <tally/model/genesis.h>
#include <tally/storage/store.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace tally::audit {

/// What the audit states about one programme, in points. issued + exchanged_in = outstanding − debt
/// + redeemed + expired + fees + clawed + forfeited + exchanged_out.
struct ProgrammeReport {
  MerchantId merchant;
  std::string name;
  Points issued;
  Points redeemed;
  Points transferred;  ///< moved between members; not part of the sum
  Points expired;
  Points fees;
  Points clawed;         ///< taken back with returns
  Points forfeited;      ///< at the end of accounts
  Points exchanged_out;  ///< into the points of others
  Points exchanged_in;   ///< from those
  Points debt;           ///< what members owe: below the sum
  Points unrecovered;    ///< could not be taken back; not part of the sum
  Points outstanding;    ///< available + held + pending, counted over every account
  std::uint64_t members = 0;
  std::uint64_t earns = 0;
  std::uint64_t redemptions = 0;
  std::uint64_t transfers = 0;
};

struct Report {
  ChainId chain;
  Height height;
  Hash state_root;
  bool newest_is_certified = false;  ///< the newest block's certificate may be on its way
  std::uint64_t transactions = 0;
  std::uint64_t accepted = 0;
  std::uint64_t refused = 0;      ///< by outcome; replays among them
  std::uint64_t due_entries = 0;  ///< receipts of what fell due
  std::uint64_t signatures = 0;   ///< verified: submissions, consents, votes
  std::uint64_t records = 0;
  std::vector<ProgrammeReport> programmes;  ///< ascending by merchant
};

/// The blocks of a ledger, wherever they come from. NotFound above the newest.
using BlockSource = std::function<Result<storage::StoredBlock>(Height)>;
/// Called after each block.
using Progress = std::function<void(Height done)>;

/// Executes every block from genesis to `height` again and compares: header, parent, proposal and
/// its signatures, receipts byte by byte, every vote of the commit and block certificates, the laws
/// of the ledger after each transaction, and at the end a full recount: of every account by its
/// lots and holds, and once more by what all receipts moved.
/// Corrupt: names the height and the cause of the first difference.
[[nodiscard]] Result<Report> audit_blocks(const SignedGenesis& genesis, const BlockSource& blocks,
                                          Height height, const Progress& progress);

/// The same over a node's own ledger; then its records, and the families derived from receipts
/// (requests, orders, due entries), against those that the replay came to.
[[nodiscard]] Result<Report> audit_ledger(const SignedGenesis& genesis,
                                          const storage::Snapshot& ledger,
                                          const Progress& progress);

}  // namespace tally::audit
