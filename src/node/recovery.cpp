// A node's folder: made once, checked at every start.
#include <tally/node/recovery.h>

#include <tally/base/log.h>
#include <tally/node/halt.h>
#include <tally/state/consortium.h>
#include <tally/storage/rocks_store.h>

#include "node/data_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <random>

namespace tally::node {
namespace {

const Founder* find_founder(const Genesis& genesis, MerchantId merchant) {
  for (const Founder& founder : genesis.founders)
    if (founder.merchant == merchant) return &founder;
  return nullptr;
}

NodeIndex index_of(const Genesis& genesis, MerchantId merchant) {
  std::uint16_t index = 0;
  while (genesis.founders.at(index).merchant != merchant)
    ++index;
  return NodeIndex(index);
}

/// The ledger as it is; what it lacks at a start is damage.
Result<std::unique_ptr<storage::Store>> open_ledger(const std::string& folder,
                                                    const ChainId& chain) {
  auto store = storage::open_rocks_store(folder + "/ledger", chain, storage::OpenMode::ReadWrite);
  if (!store.ok() && store.error().code == ErrorCode::NotFound)
    return Error{ErrorCode::Corrupt, "ledger lost: " + store.error().message};
  return store;
}

/// Never 0, which asks nothing.
std::uint64_t draw_nonce() {
  std::random_device device;
  return (std::uint64_t{device()} << 32U | device()) | 1U;
}

using OpenedLog = std::pair<storage::VoteLog, storage::LogContents>;

/// A node that forgot its votes follows and does not vote (design/consensus.md §3.4).
Result<OpenedLog> open_as_learner(storage::FileSystem& files, const std::string& folder,
                                  const storage::LogIdentity& identity,
                                  const storage::LogPosition& before, const std::string& why) {
  TRY(const std::optional<std::string> aside, start_learner_log(files, folder, identity, before));
  log::error("learner reason=\"" + why + "\" vote_log_set_aside=" + aside.value_or("none") +
             " advice=\"it follows and does not vote till it is known what it forgot\"");
  return storage::VoteLog::open(files, folder + "/votes", identity);
}

Result<OpenedLog> open_log(storage::FileSystem& files, const std::string& folder,
                           const storage::LogIdentity& identity, const storage::Store& store) {
  TRY(const std::unique_ptr<const storage::Snapshot> snapshot, store.snapshot());
  const storage::LogPosition written = store.log_position();
  Result<OpenedLog> opened = storage::VoteLog::open(files, folder + "/votes", identity);
  if (!opened.ok() && opened.error().code == ErrorCode::NotFound)
    return open_as_learner(files, folder, identity, written,
                           "vote log lost: " + opened.error().message);
  if (!opened.ok()) return opened.error();

  const Agreement agreement = compare(opened->second.records, snapshot->height());
  const bool rebuilding = is_rebuilding(files, folder);
  if (!agreement.detail.empty() && !rebuilding) return Error{ErrorCode::Corrupt, agreement.detail};
  if (!agreement.detail.empty()) log::warning("ledger_rebuilding " + agreement.detail);
  if (agreement.detail.empty() && rebuilding) TRY_VOID(end_rebuilding(files, folder));
  if (opened->first.contains(written)) return opened;
  const std::string why = "the vote log ends at entry " +
                          std::to_string(opened->second.position.sequence) +
                          " and knows of height " + std::to_string(agreement.voted.value()) +
                          ", but the ledger of height " + std::to_string(agreement.ledger.value()) +
                          " was written after entry " + std::to_string(written.sequence) +
                          ": an older copy, or another log";
  return open_as_learner(files, folder, identity, written, why);
}

}  // namespace

Result<void> init_data(const std::string& folder, const SignedGenesis& genesis,
                       MerchantId merchant) {
  const Founder* founder = find_founder(genesis.content, merchant);
  if (founder == nullptr)
    return Error{ErrorCode::Conflict,
                 "merchant " + std::to_string(merchant.value()) + " is no founder of this genesis"};
  const std::unique_ptr<storage::FileSystem> files = storage::real_file_system();
  const ChainId chain = genesis_hash(genesis.content);
  if (const auto entries = files->list(folder); entries.ok() && !entries->empty()) {
    const Result<Bytes> identity = files->read(folder + "/IDENTITY", kSmallFileMax);
    return Error{
        ErrorCode::Conflict,
        folder + " is not empty" +
            (identity.ok() ? ": already initialised for " + printable(as_text(*identity)) : "")};
  } else if (!entries.ok()) {
    TRY_VOID(files->make_folder(folder));
  }
  for (const char* name : {"votes", "evidence", "bundles"})
    TRY_VOID(files->make_folder(folder + "/" + name));
  TRY_VOID(write_file(*files, folder + "/genesis", encode_genesis(genesis)));
  TRY_VOID(write_file(*files, folder + "/LOCK", {}));
  TRY_VOID(create_ledger(folder, genesis.content));
  TRY_VOID(storage::VoteLog::create(
      *files, folder + "/votes", storage::LogIdentity{chain, founder->consensus_key}, draw_salt()));
  TRY_VOID(write_file(*files, folder + "/IDENTITY", as_bytes(identity_text(chain, merchant))));
  TRY_VOID(files->sync_folder(folder));
  // Last: a folder without FORMAT was never finished, and `start` says so.
  TRY_VOID(write_file(*files, folder + "/FORMAT", as_bytes(kDataFormat)));
  return files->sync_folder(folder);
}

Result<DataLock> DataLock::take(const std::string& folder) {
  const std::string path = folder + "/LOCK";
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW);
  if (descriptor < 0)
    return Error{ErrorCode::NotFound,
                 path + ": " + std::strerror(errno) + "; was `tallyd init` run for this folder?"};
  if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    std::string owner(64, '\0');
    const ssize_t size = ::pread(descriptor, owner.data(), owner.size(), 0);
    owner.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
    ::close(descriptor);
    return Error{ErrorCode::Unavailable, folder + " is locked by pid " + printable(owner)};
  }
  const std::string pid = std::to_string(::getpid());
  const bool written =
      ::ftruncate(descriptor, 0) == 0 &&
      ::pwrite(descriptor, pid.data(), pid.size(), 0) == static_cast<ssize_t>(pid.size());
  if (!written) log::warning("lock_pid_not_written path=" + path);
  return DataLock(descriptor);
}

DataLock::DataLock(DataLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

DataLock& DataLock::operator=(DataLock&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

DataLock::~DataLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Result<NodeParts> open_data(const std::string& folder, const SignedGenesis& genesis,
                            MerchantId merchant, crypto::PrivateKey consensus_key,
                            crypto::PrivateKey gateway_key) {
  std::unique_ptr<storage::FileSystem> files = storage::real_file_system();
  const ChainId chain = genesis_hash(genesis.content);
  TRY_VOID(check_owner(*files, folder, genesis, merchant));
  TRY(const std::optional<HaltMarker> halt, read_halt(*files, folder));
  if (halt.has_value())
    return Error{
        ErrorCode::Diverged,
        "stopped before, for safety: " + halt->reason +
            (halt->bundle.empty() ? "" : "; its proofs are in " + folder + "/" + halt->bundle)};
  TRY(std::unique_ptr<storage::Store> store, open_ledger(folder, chain));
  TRY(auto opened, open_log(*files, folder, {chain, consensus_key.public_key()}, *store));
  auto [log, contents] = std::move(opened);
  if (!contents.notice.empty()) log::warning("vote_log_cut " + contents.notice);

  return NodeParts{state::epoch_of(genesis.content),
                   index_of(genesis.content, merchant),
                   std::move(consensus_key),
                   std::move(gateway_key),
                   std::move(store),
                   std::move(files),
                   std::move(log),
                   std::move(contents),
                   draw_nonce(),
                   folder,
                   {}};
}

}  // namespace tally::node
