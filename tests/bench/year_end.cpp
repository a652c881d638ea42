// How long blocks take on the night on which a million lots expire, against the hour before: the
// block executor on a RocksDB store, with ordinary purchases in every block.
//
//   tally_bench_year_end [members, 1,000,000 by default]
#include <tally/base/limits.h>
#include <tally/execution/execute.h>
#include <tally/state/programme_record.h>
#include <tally/storage/rocks_store.h>

#include "support/temp_folder.h"
#include "support/year_end.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <string>
#include <vector>

namespace tally {
namespace {

using test::kCafe;
using test::kYearEnd;

constexpr std::uint64_t kEnrolmentsInBlock = 5'000;
constexpr std::uint64_t kEarnsInBlock = 200;
constexpr int kBlocksBefore = 200;

/// Of one block, from proposal to disk. On a machine that does other things too, the second says
/// more: it is what this thread worked, without its waits.
struct Took {
  double wall_ms = 0;
  double work_ms = 0;
};

double thread_ms() {
  timespec time{};
  CHECK(::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time) == 0);
  return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
}

/// A chain on disk.
class DiskLedger {
 public:
  explicit DiskLedger(const std::string& folder)
      : chain_(full_size_chain()),
        root_(chain_.genesis.content.parameters.state_buckets),
        store_(storage::open_rocks_store(folder, chain_.id, storage::OpenMode::Create).value()) {
    const auto view = store_->snapshot().value();
    auto genesis = execution::execute_genesis(chain_.genesis.content, *view, root_).value();
    header_ = genesis.header;
    const state::Block block{header_, {}, {}, {}, {}};
    CHECK(store_->commit(storage::CommittedBlock{&block, nullptr, {}}, genesis.delta).ok());
    root_.apply(std::move(genesis.root));
  }

  Took run(Timestamp at, const std::vector<Transaction>& transactions) {
    const consensus::Proposal proposal = propose(at, transactions);
    const double worked = thread_ms();
    const auto start = std::chrono::steady_clock::now();
    const auto view = store_->snapshot().value();
    auto result = execution::execute_block(proposal, header_, *view, root_).value();
    CHECK(store_->commit(storage::CommittedBlock{&result.block, nullptr, {}}, result.delta).ok());
    root_.apply(std::move(result.root));
    header_ = result.block.header;
    entries_ = result.block.receipts.size() - transactions.size();
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start;
    return {took.count(), thread_ms() - worked};
  }

  [[nodiscard]] Timestamp now() const { return header_.ledger_time; }
  [[nodiscard]] std::size_t entries() const { return entries_; }  ///< of the last block
  [[nodiscard]] state::Totals totals() const {
    return state::totals(*store_->snapshot().value(), kCafe).value();
  }

 private:
  /// With the tree of a real chain; tests have a smaller one.
  static test::TestChain full_size_chain() {
    test::TestChain chain = test::a_genesis(4);
    chain.genesis.content.parameters.state_buckets = Parameters().state_buckets;
    test::sign_again(chain);
    return chain;
  }

  consensus::Proposal propose(Timestamp at, const std::vector<Transaction>& transactions) const {
    const auto& key = chain_.keys[0].operator_key.public_key();
    std::vector<Bytes> encoded;
    if (!transactions.empty())
      encoded.push_back(encode_submission({chain_.id, key, transactions, {}}));
    const std::vector<ByteView> views(encoded.begin(), encoded.end());
    consensus::Proposal proposal;
    proposal.chain = chain_.id;
    proposal.height = header_.height.next();
    proposal.time = at;
    proposal.payload = encode_payload(views);
    return proposal;
  }

  test::TestChain chain_;
  state::StateRoot root_;
  std::unique_ptr<storage::Store> store_;
  consensus::Header header_;
  std::size_t entries_ = 0;
};

/// Purchases of an ordinary second, of members all over the programme.
std::vector<Transaction> purchases(Timestamp now, std::uint64_t members, std::uint64_t& request) {
  std::vector<Transaction> earns;
  for (std::uint64_t i = 0; i < kEarnsInBlock; ++i) {
    const std::uint64_t n = request * 7'919 % members + 1;
    earns.push_back(test::an_earn()
                        .of(test::member(n))
                        .event_time(now)
                        .request(request++)
                        .valid_until(now.plus(kHour))
                        .build());
  }
  return earns;
}

double at_share(const std::vector<Took>& blocks, double Took::*which, double share) {
  std::vector<double> times;
  for (const Took& block : blocks)
    times.push_back(block.*which);
  std::sort(times.begin(), times.end());
  return times[static_cast<std::size_t>(share * static_cast<double>(times.size() - 1))];
}

void print(const char* what, const std::vector<Took>& before, const std::vector<Took>& during,
           double Took::*which) {
  const double usual = at_share(before, which, 0.5);
  std::printf("%s: the hour before, %zu blocks: median %.1f ms, largest %.1f ms\n", what,
              before.size(), usual, at_share(before, which, 1));
  std::printf("%s: midnight, %zu blocks: median %.1f ms, 99%% %.1f ms, largest %.1f ms\n", what,
              during.size(), at_share(during, which, 0.5), at_share(during, which, 0.99),
              at_share(during, which, 1));
  std::printf("%s: above the median before: median %.1f ms, largest %.1f ms\n", what,
              at_share(during, which, 0.5) - usual, at_share(during, which, 1) - usual);
}

void enrol_all(DiskLedger& ledger, std::uint64_t members) {
  Timestamp now = test::kStart.plus(Duration(60'000));
  static_cast<void>(
      ledger.run(now, {test::a_publication().programme(test::year_end_programme()).build()}));
  for (std::uint64_t first = 1; first <= members; first += kEnrolmentsInBlock) {
    now = now.plus(Duration(1'000));
    std::vector<Transaction> enrolments;
    for (std::uint64_t n = first; n < first + kEnrolmentsInBlock && n <= members; ++n)
      enrolments.push_back(test::year_end_enrolment(n, now));
    static_cast<void>(ledger.run(now, enrolments));
  }
}

int measure(std::uint64_t members) {
  const test::TempFolder folder;
  DiskLedger ledger(folder / "ledger");
  enrol_all(ledger, members);
  const auto given = ledger.totals().available.value();
  std::printf("%llu members with %lld points\n", static_cast<unsigned long long>(members),
              static_cast<long long>(given));
  CHECK(given == static_cast<std::int64_t>(members) * 100);

  std::uint64_t request = 100'000'000;
  std::vector<Took> before;
  for (int i = 0; i < kBlocksBefore; ++i) {
    const Timestamp now = kYearEnd.minus(kHour).plus(Duration(static_cast<std::uint64_t>(i) * 500));
    before.push_back(ledger.run(now, purchases(now, members, request)));
    CHECK(ledger.entries() == 0);
  }
  std::vector<Took> during;
  Timestamp now = kYearEnd;
  do {
    during.push_back(ledger.run(now, purchases(now, members, request)));
    now = now.plus(Duration(500));
  } while (ledger.totals().expired.value() < given);

  print("wall", before, during, &Took::wall_ms);
  print("work", before, during, &Took::work_ms);
  return 0;
}

}  // namespace
}  // namespace tally

int main(int argc, char** argv) {
  const std::uint64_t members = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1'000'000;
  return tally::measure(std::max<std::uint64_t>(members, 1));
}
