// That whatever is left of a vote log still binds its node: every kind of record through cuts,
// flips and full segments, and the guard that is built again from any prefix.
#include <tally/storage/vote_log.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/log_salt.h"
#include "support/lying_files.h"
#include "support/promised_run.h"

namespace tally::storage {
namespace {

using consensus::VoteRecord;
using test::LyingFiles;
using test::PromisedRun;
using testing::HasSubstr;

const std::string kFolder = "votes";
const std::string kFirst = "votes/0000000000000001.votes";

LogIdentity identity_of(const PromisedRun& run) {
  return {run.epoch.chain, test::consensus_key(test::node(1)).public_key()};
}

std::vector<Bytes> encoded(const std::vector<VoteRecord>& records) {
  std::vector<Bytes> all;
  for (const VoteRecord& record : records)
    all.push_back(encode_record(record));
  return all;
}

/// What docs/formats.md §4 calls live, said once more and slowly.
std::vector<VoteRecord> live_of(const std::vector<VoteRecord>& all) {
  const auto last_of_its_kind = [&all](std::size_t i) {
    for (std::size_t k = i + 1; k < all.size(); ++k)
      if (all[k].index() == all[i].index()) return false;
    return true;
  };
  std::uint64_t stable = 0;
  std::uint64_t executed = 0;
  for (const VoteRecord& record : all) {
    if (const auto* r = std::get_if<consensus::Stable>(&record))
      stable = r->certified.header.height.value();
    if (const auto* r = std::get_if<consensus::ExecutedRecord>(&record))
      executed = r->height.value();
  }
  std::vector<VoteRecord> live;
  for (std::size_t i = 0; i < all.size(); ++i) {
    bool keeps = last_of_its_kind(i);
    if (const auto* r = std::get_if<consensus::Voted>(&all[i]))
      keeps = r->vote.statement.height.value() > stable;
    if (const auto* r = std::get_if<consensus::Prepared>(&all[i]))
      keeps = r->certificate.statement.height.value() > stable;
    if (const auto* r = std::get_if<consensus::Proposed>(&all[i]))
      keeps = r->proposal.height.value() > std::min(stable, executed);
    if (const auto* r = std::get_if<consensus::Committed>(&all[i]))
      keeps = r->certificate.statement.height.value() > std::min(stable, executed);
    if (keeps) live.push_back(all[i]);
  }
  return live;
}

/// The run in one segment, and where each entry ends; the first is the opening.
struct WholeLog {
  LyingFiles files;
  std::vector<std::size_t> ends;
  std::vector<std::vector<VoteRecord>> live;  ///< after the opening, then after each entry
  std::size_t records = 0;

  explicit WholeLog(const PromisedRun& run) {
    CHECK(VoteLog::create(files, kFolder, identity_of(run), test::a_log_salt()).ok());
    auto [log, contents] = VoteLog::open(files, kFolder, identity_of(run)).value();
    std::vector<VoteRecord> all;
    ends.push_back(files.bytes(kFirst).size());
    live.emplace_back();
    for (const std::vector<VoteRecord>& step : run.steps()) {
      CHECK(log.append_and_sync(step).ok());
      all.insert(all.end(), step.begin(), step.end());
      ends.push_back(files.bytes(kFirst).size());
      live.push_back(live_of(all));
    }
    records = all.size();
  }
};

TEST(VoteLog, TellsEveryCutOfALongLog) {
  const PromisedRun run = test::a_run_with_view_changes();
  WholeLog whole(run);
  ASSERT_GT(whole.records, 70U);
  const Bytes bytes = whole.files.bytes(kFirst);

  for (std::size_t size = whole.ends[0]; size < bytes.size(); ++size) {
    LyingFiles cut = whole.files.copy();
    cut.bytes(kFirst).resize(size);
    const auto opened = VoteLog::open(cut, kFolder, identity_of(run));
    const auto after = std::upper_bound(whole.ends.begin(), whole.ends.end(), size);
    const auto entry = static_cast<std::size_t>(after - whole.ends.begin()) - 1;
    ASSERT_TRUE(opened.ok()) << size << ": " << opened.error().message;
    ASSERT_EQ(encoded(opened->second.records), encoded(whole.live[entry])) << size;
    ASSERT_EQ(opened->second.notice.empty(), size == whole.ends[entry]) << size;
    ASSERT_EQ(cut.bytes(kFirst).size(), whole.ends[entry]) << size;
  }
}

/// One bit of each byte a test: all eight in one take too long under sanitizers.
class FlippedBit : public testing::TestWithParam<unsigned> {};

TEST_P(FlippedBit, IsToldWhereverItIsInALongLog) {
  const PromisedRun run = test::a_run_with_view_changes();
  WholeLog whole(run);
  const Bytes bytes = whole.files.bytes(kFirst);
  const std::size_t last = whole.ends[whole.ends.size() - 2];

  for (std::size_t at = 0; at < bytes.size(); ++at) {
    whole.files.bytes(kFirst)[at] ^= static_cast<std::uint8_t>(1U << GetParam());
    const auto opened = VoteLog::open(whole.files, kFolder, identity_of(run));
    if (at < last) {
      ASSERT_FALSE(opened.ok()) << at;
      ASSERT_EQ(opened.error().code, ErrorCode::Corrupt) << at;
      ASSERT_THAT(opened.error().message, HasSubstr("at offset")) << at;
      ASSERT_EQ(whole.files.bytes(kFirst).size(), bytes.size()) << at << ": never cut";
    } else {
      ASSERT_TRUE(opened.ok()) << at;
      ASSERT_EQ(encoded(opened->second.records), encoded(whole.live[whole.live.size() - 2]));
      ASSERT_THAT(opened->second.notice, HasSubstr("at offset " + std::to_string(last)));
    }
    whole.files.put(kFirst, bytes);
  }
}

INSTANTIATE_TEST_SUITE_P(VoteLog, FlippedBit, testing::Range(0U, 8U));

/// Asks `guard` to contradict everything that `history` holds.
void expect_bound(const PromisedRun& run, consensus::SignGuard guard,
                  const std::vector<VoteRecord>& history, const std::string& where) {
  View left;  // by the last view-change
  for (const VoteRecord& record : history) {
    if (const auto* changing = std::get_if<consensus::Changing>(&record)) left = changing->own.view;
    const auto* voted = std::get_if<consensus::Voted>(&record);
    if (voted == nullptr) continue;
    consensus::VoteStatement other = voted->vote.statement;
    other.digest = test::fixed_of<Hash>(666);
    ASSERT_FALSE(guard.sign(other).ok()) << where << ": height " << other.height.value();
    const Result<consensus::Vote> again = guard.sign(voted->vote.statement);
    ASSERT_TRUE(!again.ok() || *again == voted->vote) << where;
  }
  for (std::uint64_t view = 1; view <= left.value(); ++view) {
    consensus::ViewChange change;
    change.chain = run.epoch.chain;
    change.view = View(view);
    change.prepared.resize(1);
    ASSERT_FALSE(guard.sign(change).ok()) << where << ": a second view-change";
    consensus::VoteStatement late = test::a_statement(
        run.epoch, consensus::Phase::Prepare, Height(50), test::fixed_of<Hash>(50), View(view - 1));
    ASSERT_FALSE(guard.sign(late).ok()) << where << ": a vote in a view that was left";
  }
}

/// What guards say of votes that nobody asked for yet.
std::vector<int> opinions(const PromisedRun& run, consensus::SignGuard guard, Height stable) {
  std::vector<int> codes;
  for (std::uint64_t height = stable.value(); height <= stable.value() + 3; ++height)
    for (std::uint64_t view = 0; view <= 6; ++view)
      for (const auto phase :
           {consensus::Phase::Prepare, consensus::Phase::Commit, consensus::Phase::Checkpoint}) {
        const auto vote = guard.sign(test::a_statement(run.epoch, phase, Height(height),
                                                       test::fixed_of<Hash>(7), View(view)));
        codes.push_back(vote.ok() ? -1 : static_cast<int>(vote.error().code));
      }
  return codes;
}

Height stable_of(const std::vector<VoteRecord>& records) {
  Height stable;
  for (const VoteRecord& record : records)
    if (const auto* found = std::get_if<consensus::Stable>(&record))
      stable = std::max(stable, found->certified.header.height);
  return stable;
}

/// Runs through a log of small segments, and after each entry starts again from a copy of it.
void expect_bound_from_any_prefix(const PromisedRun& run, std::uint64_t segment_bytes) {
  LyingFiles files;
  ASSERT_TRUE(VoteLog::create(files, kFolder, identity_of(run), test::a_log_salt()).ok());
  auto [log, contents] = VoteLog::open(files, kFolder, identity_of(run), segment_bytes).value();
  std::vector<VoteRecord> history;
  for (std::size_t i = 0; i < run.steps().size(); ++i) {
    ASSERT_TRUE(log.append_and_sync(run.steps()[i]).ok());
    history.insert(history.end(), run.steps()[i].begin(), run.steps()[i].end());
    const std::string where =
        "segments of " + std::to_string(segment_bytes) + ", entry " + std::to_string(i);
    LyingFiles crashed = files.after_power_cut({});
    const auto again = VoteLog::open(crashed, kFolder, identity_of(run), segment_bytes);
    ASSERT_TRUE(again.ok()) << where << ": " << again.error().message;
    const std::vector<VoteRecord>& kept = again->second.records;
    ASSERT_EQ(encoded(kept), encoded(live_of(history))) << where;
    expect_bound(run, run.guard_from(kept), history, where);
    const Height stable = stable_of(history);
    ASSERT_EQ(opinions(run, run.guard_from(kept), stable),
              opinions(run, run.guard_from(history), stable))
        << where << ": what was dropped still bound";
  }
}

TEST(VoteLog, AnyPrefixBindsItsNode) {
  expect_bound_from_any_prefix(test::a_run_with_view_changes(), 1 << 20);
}

TEST(VoteLog, SegmentsMayChangeInTheMiddleOfAViewChange) {
  // So small that at some length each kind of record is the first of a new segment.
  for (const std::uint64_t bytes : {900U, 1'300U, 2'100U, 3'700U})
    expect_bound_from_any_prefix(test::a_run_with_view_changes(), bytes);
}

TEST(VoteLog, ALearnerStaysOneThroughAnyCrashAndSegment) {
  for (const std::uint64_t bytes : {700U, 1'100U, 1'900U, 1U << 20U})
    expect_bound_from_any_prefix(test::a_way_back(), bytes);
}

}  // namespace
}  // namespace tally::storage
