// DataFolder: what lies in a node's folder, and how a part of it makes way for another.
#pragma once

#include <tally/model/genesis.h>
#include <tally/storage/store.h>
#include <tally/storage/vote_log.h>

#include <optional>
#include <string>

namespace tally::node {

/// That FORMAT, IDENTITY and genesis of `folder` are this node's. NotFound, Conflict, Corrupt.
[[nodiscard]] Result<void> check_owner(const storage::FileSystem& files, const std::string& folder,
                                       const SignedGenesis& genesis, MerchantId merchant);
[[nodiscard]] std::string identity_text(const crypto::Hash& chain, MerchantId merchant);
inline constexpr std::string_view kDataFormat = "tally-data 1\n";
inline constexpr std::uint64_t kSmallFileMax = 4'096;

/// A new file, synced; its name is for the caller to sync.
[[nodiscard]] Result<void> write_file(storage::FileSystem& files, const std::string& path,
                                      ByteView bytes);
/// DATA/ledger with genesis as height 0.
[[nodiscard]] Result<void> create_ledger(const std::string& folder, const Genesis& genesis);

/// For a new vote log. Of the system's randomness: whoever guesses it can make a torn log look
/// damaged.
[[nodiscard]] storage::LogSalt draw_salt();

/// Gives DATA/`name` the first free name `name`.aside-N, which it returns; nullopt: there is none.
[[nodiscard]] Result<std::optional<std::string>> set_aside(storage::FileSystem& files,
                                                           const std::string& folder,
                                                           const std::string& name);

/// Sets the vote log aside, and makes one whose first record says that the node is a learner; it
/// follows `before`, where the ledger stands. Either the old one is in its place afterwards, or
/// none, or the whole new one; the two last ones make a learner. Returns the old one's new name.
[[nodiscard]] Result<std::optional<std::string>> start_learner_log(
    storage::FileSystem& files, const std::string& folder, const storage::LogIdentity& identity,
    const storage::LogPosition& before);

/// How far a vote log and a ledger go together (design/consensus.md §3.3).
struct Agreement {
  Height ledger;
  Height executed;     ///< the highest that the log says was executed
  Height voted;        ///< the highest that the log knows of
  std::string detail;  ///< what does not fit, in words; empty: nothing
};
[[nodiscard]] Agreement compare(const std::vector<consensus::VoteRecord>& log, Height ledger);

/// While a ledger is built again from genesis, it lies below what a whole vote log says was
/// executed, and rightly so: DATA/REBUILDING says it.
[[nodiscard]] Result<void> mark_rebuilding(storage::FileSystem& files, const std::string& folder);
[[nodiscard]] bool is_rebuilding(const storage::FileSystem& files, const std::string& folder);
[[nodiscard]] Result<void> end_rebuilding(storage::FileSystem& files, const std::string& folder);

}  // namespace tally::node
