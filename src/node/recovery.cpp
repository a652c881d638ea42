// A node's folder: made once, checked at every start.
#include <tally/node/recovery.h>

#include <tally/base/log.h>
#include <tally/execution/execute.h>
#include <tally/state/consortium.h>
#include <tally/storage/memory_store.h>
#include <tally/storage/rocks_store.h>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <random>

namespace tally::node {
namespace {

constexpr std::string_view kFormat = "tally-data 1\n";
constexpr std::uint64_t kSmallFileMax = 4'096;
constexpr std::uint64_t kGenesisBytesMax = 16 << 20;

std::string identity_text(const ChainId& chain, MerchantId merchant) {
  return "chain " + to_hex(chain.view()) + "\nmerchant " + std::to_string(merchant.value()) + "\n";
}

Result<void> write_file(storage::FileSystem& files, const std::string& path, ByteView bytes) {
  TRY(const std::unique_ptr<storage::File> file, files.open(path, true));
  TRY_VOID(file->append(bytes));
  return file->sync();
}

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

Result<void> write_genesis_block(storage::Store& store, const Genesis& genesis) {
  // Executed over an empty memory store: there is no height below genesis to read on disk.
  const std::unique_ptr<storage::Store> nothing = storage::make_memory_store();
  TRY(const std::unique_ptr<const storage::Snapshot> empty, nothing->snapshot());
  const state::StateRoot empty_root(genesis.parameters.state_buckets);
  TRY(execution::GenesisResult result, execution::execute_genesis(genesis, *empty, empty_root));
  const state::Block block{result.header, {}, {}, {}};
  return store.commit(storage::CommittedBlock{&block, nullptr, {}}, result.delta);
}

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

/// What the vote log and the ledger say of each other (design/consensus.md §3.3).
Result<void> check_together(const storage::Store& store, const storage::VoteLog& log,
                            const storage::LogContents& contents) {
  TRY(const std::unique_ptr<const storage::Snapshot> snapshot, store.snapshot());
  const Height height = snapshot->height();
  for (const consensus::VoteRecord& record : contents.records)
    if (const auto* executed = std::get_if<consensus::ExecutedRecord>(&record);
        executed != nullptr && executed->height > height)
      return Error{ErrorCode::Corrupt,
                   "the ledger ends at height " + std::to_string(height.value()) +
                       ", but the vote log says that height " +
                       std::to_string(executed->height.value()) + " was executed"};
  if (!log.contains(store.log_position()))
    return Error{ErrorCode::Corrupt,
                 "the vote log ends at entry " + std::to_string(contents.position.sequence) +
                     ", but the ledger was written after entry " +
                     std::to_string(store.log_position().sequence) +
                     ": the log is an older copy, or another one. A node that forgot its votes "
                     "must not vote"};
  return {};
}

/// Never 0, which asks nothing.
std::uint64_t draw_nonce() {
  std::random_device device;
  return (std::uint64_t{device()} << 32U | device()) | 1U;
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
  TRY(const std::unique_ptr<storage::Store> store,
      storage::open_rocks_store(folder + "/ledger", chain, storage::OpenMode::Create));
  TRY_VOID(write_genesis_block(*store, genesis.content));
  TRY_VOID(storage::VoteLog::create(*files, folder + "/votes",
                                    storage::LogIdentity{chain, founder->consensus_key}));
  TRY_VOID(write_file(*files, folder + "/IDENTITY", as_bytes(identity_text(chain, merchant))));
  TRY_VOID(files->sync_folder(folder));
  // Last: a folder without FORMAT was never finished, and `start` says so.
  TRY_VOID(write_file(*files, folder + "/FORMAT", as_bytes(kFormat)));
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
  TRY_VOID(expect_file(*files, folder + "/FORMAT", as_bytes(kFormat), ErrorCode::Conflict));
  TRY_VOID(expect_file(*files, folder + "/IDENTITY", as_bytes(identity_text(chain, merchant)),
                       ErrorCode::Conflict));
  const Result<Bytes> stored = files->read(folder + "/genesis", kGenesisBytesMax);
  if (!stored.ok()) return Error{ErrorCode::Corrupt, stored.error().message};
  if (*stored != encode_genesis(genesis))
    return Error{ErrorCode::Corrupt,
                 folder + "/genesis is not the genesis of chain " + to_hex(chain.view())};

  TRY(std::unique_ptr<storage::Store> store,
      storage::open_rocks_store(folder + "/ledger", chain, storage::OpenMode::ReadWrite));
  auto opened = storage::VoteLog::open(*files, folder + "/votes",
                                       storage::LogIdentity{chain, consensus_key.public_key()});
  if (!opened.ok() && opened.error().code == ErrorCode::NotFound)
    return Error{ErrorCode::Corrupt, "vote log lost: " + opened.error().message +
                                         ". A node that forgot its votes must not vote"};
  if (!opened.ok()) return opened.error();
  auto [log, contents] = std::move(opened).value();
  if (!contents.notice.empty()) log::warning("vote_log_cut " + contents.notice);
  TRY_VOID(check_together(*store, log, contents));

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
