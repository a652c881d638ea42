// Starts and crashes of one instance.
#include "simulation/machine.h"

#include "simulation/log_entries.h"

#include <algorithm>

#include "support/log_salt.h"

namespace tally::sim {
namespace {

constexpr std::string_view kVotes = "votes";
constexpr std::uint64_t kDiskStream = 2'000;
constexpr std::uint64_t kLedgerStream = 7'000;
constexpr std::uint64_t kSecondSalt = 1'000;

}  // namespace

std::uint64_t Clock::elapsed_ms(Micros now) const {
  const auto rate = static_cast<std::uint64_t>(1'000'000 + plan_.drift_ppm);
  return now * rate / (1'000'000 * kMillisecond);
}

consensus::Now Clock::read(Micros now) const {
  const std::uint64_t elapsed = elapsed_ms(now);
  const auto wall = static_cast<std::int64_t>(kTrueStart.milliseconds() + elapsed) + plan_.wall_ms;
  return {kBoot.plus(Duration(elapsed)), Timestamp(static_cast<std::uint64_t>(wall))};
}

Micros Clock::when(Timestamp local, Micros now) const {
  const std::uint64_t wanted = local.since(kBoot).milliseconds();
  if (wanted <= elapsed_ms(now)) return now;
  if (wanted >= 2 * kHorizon / kMillisecond) return 2 * kHorizon;
  const auto rate = static_cast<std::uint64_t>(1'000'000 + plan_.drift_ppm);
  Micros at = wanted * kMillisecond * 1'000'000 / rate;
  while (elapsed_ms(at) < wanted)
    ++at;
  return std::max(at, now);
}

void Clock::set_right(std::int64_t most) {
  plan_.wall_ms = std::clamp(plan_.wall_ms, -most, most);
}

Machine::Machine(const Plan& plan, const Chain& chain, std::size_t number)
    : instance(number),
      self(plan.identity(number)),
      clock(plan.clocks.at(number)),
      disk(Random::stream(plan.seed, kDiskStream + number)),
      plan_(plan),
      chain_(chain) {
  if (plan.level == 2)
    ledger = std::make_unique<LedgerDisk>(chain, Random::stream(plan.seed, kLedgerStream + number));
  else
    store_ = chain.make_store();
  const storage::LogIdentity identity{chain.epoch().chain,
                                      chain.epoch().validators.at(self.value()).key};
  CHECK(
      storage::VoteLog::create(disk, std::string(kVotes), identity, test::a_log_salt(number)).ok());
}

Result<std::pair<storage::VoteLog, storage::LogContents>> Machine::open_log() {
  const storage::LogIdentity identity{chain_.epoch().chain,
                                      chain_.epoch().validators.at(self.value()).key};
  const std::string folder(kVotes);
  auto opened = storage::VoteLog::open(disk, folder, identity, plan_.disk.segment_bytes);
  const bool is_lost = !opened.ok() && opened.error().code == ErrorCode::NotFound;
  const bool is_rotten = !opened.ok() && opened.error().code == ErrorCode::Corrupt && forgot_;
  if (!opened.ok() && !is_lost && !is_rotten) return opened.error();
  if (opened.ok() && opened->first.contains(store_->log_position())) return opened;
  if (!forgot_)
    return Error{ErrorCode::Corrupt,
                 is_lost ? "the vote log is lost" : "the vote log is older than the ledger"};
  // As `tallyd recover` does: what is left goes, and the new log says that this is a learner.
  disk.wipe();
  TRY_VOID(storage::VoteLog::create_after(disk, folder, identity,
                                          test::a_log_salt(kSecondSalt + instance),
                                          store_->log_position(), {consensus::Learner{}}));
  return storage::VoteLog::open(disk, folder, identity, plan_.disk.segment_bytes);
}

Result<void> Machine::boot(Micros now, std::uint64_t nonce) {
  if (ledger != nullptr) {
    store_.reset();  // of a start that failed
    TRY(store_, ledger->open());
  }
  TRY(auto opened, open_log());
  notice = opened.second.notice;
  started_empty = opened.second.records.empty();
  for (const consensus::VoteRecord& record : opened.second.records)
    if (const auto* executed = std::get_if<consensus::ExecutedRecord>(&record);
        executed != nullptr && executed->height > store_->snapshot().value()->height())
      return Error{ErrorCode::Corrupt, "the ledger is below what its vote log says"};
  View left;
  View entered;
  for (const consensus::VoteRecord& record : opened.second.records) {
    if (const auto* changing = std::get_if<consensus::Changing>(&record)) left = changing->own.view;
    if (const auto* new_view = std::get_if<consensus::Entered>(&record))
      entered = new_view->proof.view;
  }
  starts_changing = left > entered;
  node::NodeParts parts{
      chain_.epoch(),
      self,
      chain_.consensus_key(self),
      chain_.gateway_key(self),
      borrow(store_),
      std::make_unique<SimDisk>(Random(0)),  // for halt bundles: nobody reads them
      std::move(opened.first),
      std::move(opened.second),
      nonce,
      {},
      {}};
  TRY(node::Owners owners, node::start_owners(parts, clock.read(now)));
  process = std::make_unique<Process>(chain_.epoch(), std::move(owners));
  process->status.newest = process->owners.ledger->newest();
  process->status.executed = process->status.newest.height;
  process->owners.ordering->describe(process->status);
  process->hint = process->owners.ordering->hint();
  process->next_tick = clock.read(now).monotonic;
  return {};
}

void Machine::crash(bool power) {
  process.reset();
  ++life;
  if (ledger != nullptr) {
    store_.reset();
    ledger->crash(power);
    if (planned.has_value() && planned->kind == FaultKind::LedgerDamage)
      ledger->damage(planned->detail);
  }
  planned.reset();
  if (power)
    disk.cut_power();
  else
    disk.kill_process();
}

void Machine::heal() {
  disk.heal();
  if (ledger != nullptr) ledger->disk.heal();
}

std::uint64_t Machine::faults_done() const {
  return disk.faults_done() + (ledger == nullptr ? 0 : ledger->disk.faults_done());
}

std::optional<std::uint64_t> Machine::rot_votes(std::uint64_t back) {
  forgot_ = true;
  SimDisk::Image image = disk.durable_image();
  if (image.files.empty()) return std::nullopt;
  Bytes& bytes = image.files.rbegin()->second;  // of the newest segment
  std::vector<std::size_t> places;
  std::uint64_t newest = 0;
  std::size_t at = 0;
  storage::LogSalt salt;
  for (const storage::VoteEntry& entry : entries_of(bytes, salt)) {
    places.push_back(at);
    newest = entry.sequence;
    at += entry.size;
  }
  if (places.empty()) return std::nullopt;
  const std::size_t nth = places.size() - 1 - std::min<std::size_t>(back, places.size() - 1);
  const std::size_t end = nth + 1 < places.size() ? places[nth + 1] : bytes.size();
  bytes[(places[nth] + end) / 2] ^= 1U;
  disk.restore(image);
  return newest;
}

void Machine::lose_votes(const std::optional<SimDisk::Image>& image) {
  forgot_ = true;
  if (image.has_value())
    disk.restore(*image);
  else
    disk.wipe();
}

}  // namespace tally::sim
