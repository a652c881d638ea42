// Files of DATA. Names change by one rename each, so that a crash leaves the old or the new.
#include "node/data_folder.h"

#include <tally/execution/execute.h>
#include <tally/state/consortium.h>
#include <tally/storage/memory_store.h>
#include <tally/storage/rocks_store.h>

#include <algorithm>
#include <random>
#include <utility>

namespace tally::node {
namespace {

constexpr std::uint64_t kGenesisBytesMax = 16 << 20;
constexpr std::string_view kRebuilding = "/REBUILDING";

Result<void> expect_file(const storage::FileSystem& files, const std::string& path,
                         ByteView expected, ErrorCode code) {
  const Result<Bytes> bytes =
      files.read(path, std::max<std::uint64_t>(kSmallFileMax, expected.size() + 1));
  if (!bytes.ok())
    return Error{ErrorCode::NotFound,
                 bytes.error().message + "; was `tallyd init` run for this folder?"};
  if (!std::ranges::equal(*bytes, expected))
    return Error{code, path + ": got \"" + printable(as_text(*bytes)) + "\"; expected \"" +
                           printable(as_text(expected)) + "\""};
  return {};
}

/// A half-made log of a start that was interrupted: nobody was promised anything by it.
Result<void> clear_unfinished(storage::FileSystem& files, const std::string& path) {
  const Result<std::vector<std::string>> names = files.list(path);
  if (!names.ok() && names.error().code == ErrorCode::NotFound) return files.make_folder(path);
  if (!names.ok()) return names.error();
  for (const std::string& name : *names)
    TRY_VOID(files.remove(path + "/" + name));
  return {};
}

}  // namespace

std::string identity_text(const crypto::Hash& chain, MerchantId merchant) {
  return "chain " + to_hex(chain.view()) + "\nmerchant " + std::to_string(merchant.value()) + "\n";
}

Result<void> check_owner(const storage::FileSystem& files, const std::string& folder,
                         const SignedGenesis& genesis, MerchantId merchant) {
  const ChainId chain = genesis_hash(genesis.content);
  TRY_VOID(expect_file(files, folder + "/FORMAT", as_bytes(kDataFormat), ErrorCode::Conflict));
  TRY_VOID(expect_file(files, folder + "/IDENTITY", as_bytes(identity_text(chain, merchant)),
                       ErrorCode::Conflict));
  const Result<Bytes> stored = files.read(folder + "/genesis", kGenesisBytesMax);
  if (!stored.ok()) return Error{ErrorCode::Corrupt, stored.error().message};
  if (*stored != encode_genesis(genesis))
    return Error{ErrorCode::Corrupt,
                 folder + "/genesis is not the genesis of chain " + to_hex(chain.view())};
  return {};
}

Result<void> write_file(storage::FileSystem& files, const std::string& path, ByteView bytes) {
  TRY(const std::unique_ptr<storage::File> file, files.open(path, true));
  TRY_VOID(file->append(bytes));
  return file->sync();
}

Result<void> create_ledger(const std::string& folder, const Genesis& genesis) {
  TRY(const std::unique_ptr<storage::Store> store,
      storage::open_rocks_store(folder + "/ledger", genesis_hash(genesis),
                                storage::OpenMode::Create));
  // Executed over an empty memory store: there is no height below genesis to read on disk.
  const std::unique_ptr<storage::Store> nothing = storage::make_memory_store();
  TRY(const std::unique_ptr<const storage::Snapshot> empty, nothing->snapshot());
  const state::StateRoot empty_root(genesis.parameters.state_buckets);
  TRY(execution::GenesisResult result, execution::execute_genesis(genesis, *empty, empty_root));
  const state::Block block{result.header, {}, {}, {}};
  return store->commit(storage::CommittedBlock{&block, nullptr, {}}, result.delta);
}

storage::LogSalt draw_salt() {
  std::random_device device;
  storage::LogSalt salt;
  for (std::uint8_t& byte : salt.array())
    byte = static_cast<std::uint8_t>(device());
  return salt;
}

Result<std::optional<std::string>> set_aside(storage::FileSystem& files, const std::string& folder,
                                             const std::string& name) {
  for (std::uint64_t n = 1;; ++n) {
    std::string aside = name + ".aside-" + std::to_string(n);
    const Result<void> renamed = files.rename(folder + "/" + name, folder + "/" + aside);
    if (!renamed.ok() && renamed.error().code == ErrorCode::Conflict) continue;
    if (!renamed.ok() && renamed.error().code == ErrorCode::NotFound)
      return std::optional<std::string>();
    if (!renamed.ok()) return renamed.error();
    TRY_VOID(files.sync_folder(folder));
    return std::optional(std::move(aside));
  }
}

Result<std::optional<std::string>> start_learner_log(storage::FileSystem& files,
                                                     const std::string& folder,
                                                     const storage::LogIdentity& identity,
                                                     const storage::LogPosition& before) {
  const std::string unfinished = folder + "/votes.new";
  TRY_VOID(clear_unfinished(files, unfinished));
  TRY_VOID(storage::VoteLog::create_after(files, unfinished, identity, draw_salt(), before,
                                          {consensus::Learner{}}));
  TRY(std::optional<std::string> aside, set_aside(files, folder, "votes"));
  TRY_VOID(files.rename(unfinished, folder + "/votes"));
  TRY_VOID(files.sync_folder(folder));
  return aside;
}

Agreement compare(const std::vector<consensus::VoteRecord>& log, Height ledger) {
  Agreement found;
  found.ledger = ledger;
  for (const consensus::VoteRecord& record : log) {
    if (const auto* executed = std::get_if<consensus::ExecutedRecord>(&record)) {
      found.executed = std::max(found.executed, executed->height);
      found.voted = std::max(found.voted, executed->height);
    }
    if (const auto* stable = std::get_if<consensus::Stable>(&record))
      found.voted = std::max(found.voted, stable->certified.header.height);
    if (const auto* vote = std::get_if<consensus::Voted>(&record))
      found.voted = std::max(found.voted, vote->vote.statement.height);
  }
  if (found.executed > ledger)
    found.detail = "the ledger ends at height " + std::to_string(ledger.value()) +
                   ", but the vote log says that height " + std::to_string(found.executed.value()) +
                   " was executed";
  return found;
}

Result<void> mark_rebuilding(storage::FileSystem& files, const std::string& folder) {
  if (is_rebuilding(files, folder)) return {};
  TRY_VOID(write_file(files, folder + std::string(kRebuilding), {}));
  return files.sync_folder(folder);
}

bool is_rebuilding(const storage::FileSystem& files, const std::string& folder) {
  return files.read(folder + std::string(kRebuilding), kSmallFileMax).ok();
}

Result<void> end_rebuilding(storage::FileSystem& files, const std::string& folder) {
  TRY_VOID(files.remove(folder + std::string(kRebuilding)));
  return files.sync_folder(folder);
}

}  // namespace tally::node
