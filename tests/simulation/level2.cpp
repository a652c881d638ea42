// Starts and crashes of a RocksDB.
#include "simulation/level2.h"

#include "support/rocks_on_files.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace tally::sim {
namespace {

constexpr const char* kFolder = "ledger";

// RocksDB's log format (db/log_format.h): blocks of 32 KiB; in them fragments of a head, with their
// length in its bytes 4 and 5, and a payload.
constexpr std::size_t kBlock = 32 << 10;
constexpr std::size_t kHead = 7;
constexpr std::uint64_t kLogMax = std::uint64_t{1} << 30;

struct Span {
  std::size_t at = 0;
  std::size_t size = 0;
};

/// The payloads of a write-ahead log, in order.
std::vector<Span> payloads(ByteView log) {
  std::vector<Span> found;
  for (std::size_t at = 0; at + kHead <= log.size();) {
    const std::size_t room = kBlock - at % kBlock;
    if (room < kHead) {
      at += room;
      continue;
    }
    const std::size_t length = log[at + 4] + (std::size_t{log[at + 5]} << 8U);
    if (length == 0 || at + kHead + length > log.size()) break;
    found.push_back({at + kHead, length});
    at += kHead + length;
  }
  return found;
}

}  // namespace

class LedgerDisk::Process {
 public:
  explicit Process(SimDisk& disk) : under(disk) {}
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  ~Process() { under.stop(); }

  test::RocksOnFiles under;
  std::shared_ptr<storage::Store> store;  ///< goes first
};

LedgerDisk::LedgerDisk(const Chain& chain, Random random)
    : disk(random, Unsynced::CutOff), chain_(chain.epoch().chain) {
  disk.restore(chain.ledger());
}

LedgerDisk::~LedgerDisk() = default;

Result<std::shared_ptr<storage::Store>> LedgerDisk::open() {
  process_.reset();  // of a start that failed for another reason
  process_ = std::make_unique<Process>(disk);
  auto opened = storage::open_rocks_store_at(process_->under.place(), kFolder, chain_,
                                             storage::OpenMode::ReadWrite);
  const Error refused = opened.ok() ? Error{} : opened.error();
  if (opened.ok()) process_->store = std::move(opened).value();
  work();
  if (process_->store != nullptr && !disk.is_cut()) return process_->store;
  const bool has_failed = disk.is_cut() || disk.is_failing();
  crash(disk.is_cut());
  if (has_failed) return Error{ErrorCode::Io, "the disk failed while the ledger was opened"};
  return refused;
}

void LedgerDisk::crash(bool power) {
  process_.reset();
  if (power)
    disk.cut_power();
  else
    disk.kill_process();
}

void LedgerDisk::damage(std::uint64_t chance) {
  CHECK(process_ == nullptr);
  std::string path;
  std::vector<Span> records;
  const std::vector<std::string> names = disk.list(kFolder).value();
  for (const std::string& name : names) {
    if (!name.ends_with(".log")) continue;
    const std::string log = std::string(kFolder) + "/" + name;
    std::vector<Span> found = payloads(disk.read(log, kLogMax).value());
    if (found.empty()) continue;
    path = log;
    records = std::move(found);
  }
  if (records.empty()) return;
  Random random(chance);
  const std::size_t newest = random.below(random.chance(70) ? 2 : records.size());
  const Span& record = records[records.size() - 1 - std::min(newest, records.size() - 1)];
  disk.flip(path, record.at + random.below(record.size));
  is_damaged_ = true;
}

void LedgerDisk::work() {
  if (process_ != nullptr) process_->under.work();
}

SimDisk::Image new_ledger(const Chain& chain) {
  SimDisk disk(Random(0), Unsynced::CutOff);
  test::RocksOnFiles under(disk);
  {
    const auto store = storage::open_rocks_store_at(under.place(), kFolder, chain.epoch().chain,
                                                    storage::OpenMode::Create);
    CHECK(store.ok());
    chain.found(**store);
  }
  return disk.durable_image();
}

}  // namespace tally::sim
