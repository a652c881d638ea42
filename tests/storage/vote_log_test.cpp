// The vote log under cuts, flips, failing disks and full segments.
#include <tally/storage/vote_log.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "support/builders.h"
#include "support/log_salt.h"
#include "support/lying_files.h"

namespace tally::storage {
namespace {

using consensus::VoteRecord;
using test::LyingFiles;
using testing::AllOf;
using testing::HasSubstr;

const std::string kFolder = "votes";
const std::string kFirst = "votes/0000000000000001.votes";
const std::string kSecond = "votes/0000000000000002.votes";

LogIdentity an_identity(std::uint64_t n = 1) {
  return {test::fixed_of<Hash>(n), test::key_from_seed(n).public_key()};
}

consensus::VoteStatement a_statement(std::uint64_t height, consensus::Phase phase) {
  consensus::VoteStatement statement;
  statement.phase = phase;
  statement.height = Height(height);
  statement.digest = test::fixed_of<Hash>(height);
  return statement;
}

VoteRecord voted(std::uint64_t height) {
  return consensus::Voted{{a_statement(height, consensus::Phase::Prepare), NodeIndex(2), {}}};
}
VoteRecord committed(std::uint64_t height) {
  return consensus::Committed{{a_statement(height, consensus::Phase::Commit), {}}};
}
VoteRecord proposed(std::uint64_t height, std::size_t size = 100) {
  consensus::Proposal proposal;
  proposal.height = Height(height);
  proposal.payload = Bytes(size, static_cast<std::uint8_t>(height));
  return consensus::Proposed{proposal};
}
VoteRecord executed(std::uint64_t height) {
  return consensus::ExecutedRecord{Height(height), test::fixed_of<Hash>(height)};
}
VoteRecord stable(std::uint64_t height) {
  consensus::Header header;
  header.height = Height(height);
  return consensus::Stable{{header, {a_statement(height, consensus::Phase::Checkpoint), {}}}};
}

std::vector<Bytes> encoded(const std::vector<VoteRecord>& records) {
  std::vector<Bytes> all;
  for (const VoteRecord& record : records)
    all.push_back(encode_record(record));
  return all;
}

struct Opened {
  VoteLog log;
  LogContents contents;
};

Result<Opened> try_open(LyingFiles& files, std::uint64_t segment_bytes = 1 << 20) {
  TRY(auto opened, VoteLog::open(files, kFolder, an_identity(), segment_bytes));
  return Opened{std::move(opened.first), std::move(opened.second)};
}

Opened open(LyingFiles& files, std::uint64_t segment_bytes = 1 << 20) {
  return std::move(try_open(files, segment_bytes)).value();
}

bool append(VoteLog& log, const std::vector<VoteRecord>& records) {
  return log.append_and_sync(records).ok();
}

/// A log of four entries of one record each, and where each entry starts and ends in kFirst.
struct SmallLog {
  LyingFiles files;
  std::vector<std::size_t> ends;  ///< of the opening, then of each entry
  std::vector<VoteRecord> records{voted(1), committed(1), proposed(2), voted(2)};

  SmallLog() {
    EXPECT_TRUE(VoteLog::create(files, kFolder, an_identity(), test::a_log_salt()).ok());
    ends.push_back(files.bytes(kFirst).size());
    Opened opened = open(files);
    for (const VoteRecord& record : records) {
      EXPECT_TRUE(append(opened.log, {record}));
      ends.push_back(files.bytes(kFirst).size());
    }
  }

  [[nodiscard]] std::vector<Bytes> first_records(std::size_t count) const {
    const auto end = records.begin() + static_cast<std::ptrdiff_t>(count);
    return encoded(std::vector<VoteRecord>(records.begin(), end));
  }
};

TEST(VoteLog, GivesBackWhatWasAppended) {
  SmallLog small;

  const Opened opened = open(small.files);

  EXPECT_EQ(encoded(opened.contents.records), encoded(small.records));
  EXPECT_EQ(opened.contents.position.sequence, 5U);
  EXPECT_EQ(opened.contents.position, opened.log.position());
  EXPECT_EQ(opened.contents.notice, "");
}

TEST(VoteLog, GoesOnAfterEachReopening) {
  LyingFiles files;
  ASSERT_TRUE(VoteLog::create(files, kFolder, an_identity(), test::a_log_salt()).ok());
  std::vector<VoteRecord> all;

  for (std::uint64_t height = 1; height <= 5; ++height) {
    Opened opened = open(files);
    EXPECT_EQ(encoded(opened.contents.records), encoded(all));
    ASSERT_TRUE(append(opened.log, {proposed(height), voted(height)}));
    all.push_back(proposed(height));
    all.push_back(voted(height));
  }
}

TEST(VoteLog, WithoutRecordsWritesNothing) {
  SmallLog small;
  Opened opened = open(small.files);
  const LogPosition before = opened.log.position();
  const std::size_t changes = small.files.changes();

  EXPECT_TRUE(append(opened.log, {}));

  EXPECT_EQ(opened.log.position(), before);
  EXPECT_EQ(small.files.changes(), changes);
}

TEST(VoteLog, TellsEveryCutAndFlip) {
  SmallLog small;
  const Bytes whole = small.files.bytes(kFirst);

  for (std::size_t size = small.ends[0]; size < whole.size(); ++size) {
    LyingFiles cut = small.files.copy();
    cut.bytes(kFirst).resize(size);
    const Opened opened = open(cut);
    const auto after = std::upper_bound(small.ends.begin(), small.ends.end(), size);
    const auto count = static_cast<std::size_t>(after - small.ends.begin()) - 1;
    EXPECT_EQ(encoded(opened.contents.records), small.first_records(count)) << size;
    EXPECT_EQ(opened.contents.notice.empty(), size == small.ends[count]) << size;
    EXPECT_EQ(cut.bytes(kFirst).size(), small.ends[count]) << size;
  }
  for (std::size_t at = 0; at < whole.size(); ++at) {
    LyingFiles flipped = small.files.copy();
    flipped.bytes(kFirst)[at] ^= 0x10U;
    Result<Opened> opened = try_open(flipped);
    if (at < small.ends[3]) {
      ASSERT_FALSE(opened.ok()) << at;
      EXPECT_EQ(opened.error().code, ErrorCode::Corrupt) << at;
      EXPECT_THAT(opened.error().message, AllOf(HasSubstr(kFirst), HasSubstr("at offset")));
      EXPECT_EQ(flipped.bytes(kFirst).size(), whole.size()) << at << ": never cut";
    } else {
      ASSERT_TRUE(opened.ok()) << at;
      EXPECT_EQ(encoded(opened->contents.records), small.first_records(3));
      EXPECT_THAT(opened->contents.notice, HasSubstr("at offset " + std::to_string(small.ends[3])));
    }
  }
}

TEST(VoteLog, EachFlippedBitInTheMiddleIsCorrupt) {
  SmallLog small;

  for (std::size_t bit = 0; bit < small.ends[3] * 8; ++bit) {
    LyingFiles flipped = small.files.copy();
    flipped.bytes(kFirst)[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
    const Result<Opened> opened = try_open(flipped);
    ASSERT_FALSE(opened.ok()) << bit;
    ASSERT_EQ(opened.error().code, ErrorCode::Corrupt) << bit;
  }
}

TEST(VoteLog, GoesOnBehindACutTail) {
  SmallLog small;
  small.files.bytes(kFirst).pop_back();

  {
    Opened opened = open(small.files);
    ASSERT_TRUE(append(opened.log, {voted(3)}));
  }

  EXPECT_EQ(encoded(open(small.files).contents.records),
            encoded({voted(1), committed(1), proposed(2), voted(3)}));
}

TEST(VoteLog, TakesZerosForTheEnd) {
  SmallLog small;
  Bytes& bytes = small.files.bytes(kFirst);
  bytes.resize(bytes.size() + 5'000);

  const Opened opened = open(small.files);

  EXPECT_EQ(encoded(opened.contents.records), encoded(small.records));
  EXPECT_THAT(opened.contents.notice, HasSubstr("zeros at offset"));
  EXPECT_EQ(small.files.bytes(kFirst).size(), small.ends.back());
}

TEST(VoteLog, RefusesEntriesOutOfOrderTwiceOrMissing) {
  const SmallLog small;
  LyingFiles files = small.files.copy();
  const Bytes whole = files.bytes(kFirst);
  const auto entry = [&](std::size_t i) {
    return Bytes(whole.begin() + static_cast<std::ptrdiff_t>(small.ends[i - 1]),
                 whole.begin() + static_cast<std::ptrdiff_t>(small.ends[i]));
  };
  const auto reaction_to = [&](const std::vector<std::size_t>& order) {
    Bytes& bytes = files.bytes(kFirst);
    bytes.resize(small.ends[0]);
    for (const std::size_t i : order) {
      const Bytes one = entry(i);
      bytes.insert(bytes.end(), one.begin(), one.end());
    }
    return try_open(files);
  };

  ASSERT_TRUE(reaction_to({1, 2, 3, 4}).ok());
  EXPECT_EQ(reaction_to({1, 3, 2, 4}).error().code, ErrorCode::Corrupt);
  EXPECT_EQ(reaction_to({1, 2, 2, 3}).error().code, ErrorCode::Corrupt);
  EXPECT_EQ(reaction_to({1, 2, 3, 3}).error().code, ErrorCode::Corrupt);
  EXPECT_EQ(reaction_to({1, 2, 4}).error().code, ErrorCode::Corrupt);
}

TEST(VoteLog, RefusesAnotherChainsOrKeys) {
  SmallLog small;
  LogIdentity other_chain = an_identity();
  other_chain.chain = an_identity(2).chain;
  LogIdentity other_key = an_identity();
  other_key.key = an_identity(2).key;

  EXPECT_EQ(VoteLog::open(small.files, kFolder, other_chain).error().code, ErrorCode::Conflict);
  EXPECT_EQ(VoteLog::open(small.files, kFolder, other_key).error().code, ErrorCode::Conflict);
}

TEST(VoteLog, TellsAMissingLogFromANewOne) {
  LyingFiles files;

  EXPECT_EQ(try_open(files).error().code, ErrorCode::NotFound);
  EXPECT_TRUE(VoteLog::create(files, kFolder, an_identity(), test::a_log_salt()).ok());
  EXPECT_EQ(VoteLog::create(files, kFolder, an_identity(), test::a_log_salt()).error().code,
            ErrorCode::Conflict);
  EXPECT_TRUE(open(files).contents.records.empty());
}

TEST(VoteLog, IgnoresOtherFilesWithANotice) {
  SmallLog small;
  small.files.put("votes/notes.txt", {1, 2, 3});

  const Opened opened = open(small.files);

  EXPECT_EQ(encoded(opened.contents.records), encoded(small.records));
  EXPECT_THAT(opened.contents.notice, HasSubstr("notes.txt"));
}

TEST(VoteLog, FailedSyncEndsVoting) {
  SmallLog small;
  Opened opened = open(small.files);
  const LogPosition before = opened.log.position();
  small.files.fail_sync(1);

  const Result<consensus::Durable> first = opened.log.append_and_sync(std::vector{voted(3)});
  const Result<consensus::Durable> second = opened.log.append_and_sync(std::vector{voted(4)});

  ASSERT_FALSE(first.ok());
  EXPECT_THAT(first.error().message, HasSubstr(kFirst));
  ASSERT_FALSE(second.ok()) << "the disk would take it again, but what it took before is lost";
  EXPECT_EQ(second.error().message, first.error().message);
  EXPECT_FALSE(append(opened.log, {}));
  EXPECT_EQ(opened.log.position(), before);
}

TEST(VoteLog, FullDiskEndsVotingAndTheRestartIsClean) {
  SmallLog small;
  Opened opened = open(small.files);
  small.files.fail_after(0, "No space left on device");

  const Result<consensus::Durable> refused = opened.log.append_and_sync(std::vector{voted(3)});
  LyingFiles with_space = small.files.copy();

  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(refused.error().message, HasSubstr("No space left on device"));
  EXPECT_EQ(encoded(open(with_space).contents.records), encoded(small.records));
}

TEST(VoteLog, KnowsThePositionsThatItHolds) {
  SmallLog small;
  Opened opened = open(small.files);
  const LogPosition inside = opened.log.position();
  ASSERT_TRUE(append(opened.log, {voted(3)}));
  const LogPosition last = opened.log.position();

  EXPECT_TRUE(opened.log.contains(LogPosition{}));
  EXPECT_TRUE(opened.log.contains(inside));
  EXPECT_TRUE(opened.log.contains(last));
  EXPECT_FALSE(opened.log.contains({last.sequence + 1, last.hash}));
  EXPECT_FALSE(opened.log.contains({inside.sequence, last.hash}));
  EXPECT_FALSE(opened.log.contains({0, last.hash}));
}

TEST(VoteLog, BeginsAgainWhereTheLedgerStands) {
  const LogPosition before{812, test::fixed_of<Hash>(812)};
  LyingFiles files;
  ASSERT_TRUE(
      VoteLog::create_after(files, kFolder, an_identity(), test::a_log_salt(), before, {voted(7)})
          .ok());

  Opened opened = open(files);

  EXPECT_EQ(encoded(opened.contents.records), encoded({voted(7)}));
  EXPECT_EQ(opened.log.position().sequence, 813U);
  EXPECT_TRUE(opened.log.contains(before)) << "what the ledger was written after";
  EXPECT_FALSE(opened.log.contains({812, test::fixed_of<Hash>(813)}));
  ASSERT_TRUE(append(opened.log, {voted(8)}));
  EXPECT_EQ(encoded(open(files).contents.records), encoded({voted(7), voted(8)}));
  EXPECT_EQ(VoteLog::create_after(files, kFolder, an_identity(), test::a_log_salt(), before, {})
                .error()
                .code,
            ErrorCode::Conflict);
}

TEST(VoteLog, IsLookedAtWithoutAChange) {
  SmallLog small;
  const LogPosition last = open(small.files).log.position();
  small.files.bytes(kFirst).pop_back();
  const Bytes torn = small.files.bytes(kFirst);
  const std::size_t changes = small.files.changes();

  const Result<InspectedLog> found =
      VoteLog::inspect(small.files, kFolder, an_identity(), LogPosition{});
  const Result<InspectedLog> of_last = VoteLog::inspect(small.files, kFolder, an_identity(), last);

  ASSERT_TRUE(found.ok());
  EXPECT_EQ(encoded(found->contents.records), small.first_records(3));
  EXPECT_THAT(found->contents.notice, HasSubstr("a torn entry"));
  EXPECT_TRUE(found->holds);
  EXPECT_FALSE(of_last->holds) << "it was cut";
  EXPECT_EQ(small.files.bytes(kFirst), torn);
  EXPECT_EQ(small.files.changes(), changes);
  LyingFiles none;
  EXPECT_EQ(VoteLog::inspect(none, kFolder, an_identity(), {}).error().code, ErrorCode::NotFound);
}

/// Runs heights 1 … `heights` of a node's records through `log`, an entry a step. The records of
/// the last entry that was acknowledged are in `acknowledged`.
bool run_heights(VoteLog& log, std::uint64_t heights, std::vector<VoteRecord>& acknowledged) {
  for (std::uint64_t h = 1; h <= heights; ++h)
    for (const auto& step : std::vector<std::vector<VoteRecord>>{
             {proposed(h), voted(h)}, {committed(h)}, {executed(h)}, {stable(h)}}) {
      if (!append(log, step)) return false;
      acknowledged.insert(acknowledged.end(), step.begin(), step.end());
    }
  return true;
}

TEST(VoteLog, NewSegmentRepeatsWhatIsLiveAndDropsTheRest) {
  LyingFiles files;
  ASSERT_TRUE(VoteLog::create(files, kFolder, an_identity(), test::a_log_salt()).ok());
  Opened opened = open(files, 4'000);
  std::vector<VoteRecord> all;
  ASSERT_TRUE(run_heights(opened.log, 20, all));
  ASSERT_TRUE(append(opened.log, {proposed(21), voted(21)}));
  const LogPosition position = opened.log.position();

  const std::vector<std::string> names = files.list(kFolder).value();
  const Opened again = open(files, 4'000);

  EXPECT_EQ(names.size(), 1U);
  EXPECT_NE(names.front(), "0000000000000001.votes");
  EXPECT_EQ(encoded(again.contents.records),
            encoded({executed(20), stable(20), proposed(21), voted(21)}));
  EXPECT_EQ(again.log.position(), position);
  EXPECT_TRUE(again.log.contains({3, {}})) << "older than the oldest segment: by sequence alone";
}

TEST(VoteLog, KeepsWhatTheLedgerHasNotExecutedYet) {
  LyingFiles files;
  ASSERT_TRUE(VoteLog::create(files, kFolder, an_identity(), test::a_log_salt()).ok());
  Opened opened = open(files);
  ASSERT_TRUE(append(opened.log, {proposed(1), voted(1), committed(1), stable(1)}));
  ASSERT_TRUE(append(opened.log, {proposed(2), voted(2), committed(2), stable(2)}));

  EXPECT_EQ(encoded(open(files).contents.records),
            encoded({proposed(1), committed(1), proposed(2), committed(2), stable(2)}));

  ASSERT_TRUE(append(opened.log, {executed(1), executed(2)}));
  EXPECT_EQ(encoded(open(files).contents.records), encoded({stable(2), executed(2)}));
}

TEST(VoteLog, RecordsLargerThanASegmentStillFit) {
  LyingFiles files;
  ASSERT_TRUE(VoteLog::create(files, kFolder, an_identity(), test::a_log_salt()).ok());
  Opened opened = open(files, 4'000);

  for (std::uint64_t h = 1; h <= 4; ++h)
    ASSERT_TRUE(append(opened.log, {proposed(h, 50'000)}));

  EXPECT_EQ(open(files, 4'000).contents.records.size(), 4U);
}

TEST(VoteLog, GoesBackFromASegmentThatWasNeverFinished) {
  SmallLog small;
  for (const Bytes& torn : {Bytes(), Bytes(100), Bytes(40, 0x54), Bytes{'T', 'V', 'L', '1', 0}}) {
    LyingFiles files = small.files.copy();
    files.put(kSecond, torn);

    const Opened opened = open(files);

    EXPECT_EQ(encoded(opened.contents.records), encoded(small.records));
    EXPECT_THAT(opened.contents.notice, HasSubstr(kSecond));
    EXPECT_EQ(files.list(kFolder).value().size(), 1U);
  }
}

TEST(VoteLog, RefusesDamageBeforeALaterSegment) {
  LyingFiles files;
  ASSERT_TRUE(VoteLog::create(files, kFolder, an_identity(), test::a_log_salt()).ok());
  Opened opened = open(files, 1'000);
  Bytes before;
  while (files.list(kFolder).value() == std::vector<std::string>{"0000000000000001.votes"}) {
    before = files.bytes(kFirst);
    ASSERT_TRUE(append(opened.log, {voted(1)}));
  }
  ASSERT_TRUE(append(opened.log, {voted(2)}));
  LyingFiles leftover = files.copy();
  leftover.put(kFirst, before);
  LyingFiles damaged = files.copy();
  damaged.put(kFirst, Bytes(before.begin(), before.end() - 1));
  LyingFiles empty = files.copy();
  empty.put(kFirst, {});
  LyingFiles gap = files.copy();
  gap.put("votes/0000000000000004.votes", files.bytes(kSecond));
  LyingFiles renamed;
  renamed.put("votes/0000000000000003.votes", files.bytes(kSecond));

  EXPECT_TRUE(try_open(leftover).ok()) << "a crash before the old segment's removal";
  EXPECT_EQ(leftover.list(kFolder).value().size(), 1U);
  EXPECT_EQ(try_open(damaged).error().code, ErrorCode::Corrupt);
  EXPECT_EQ(try_open(empty).error().code, ErrorCode::Corrupt);
  EXPECT_THAT(try_open(gap).error().message, HasSubstr("0000000000000003.votes is missing"));
  EXPECT_EQ(try_open(renamed).error().code, ErrorCode::Corrupt);
}

std::uint64_t stable_height(const std::vector<VoteRecord>& records) {
  std::uint64_t height = 0;
  for (const VoteRecord& record : records)
    if (const auto* found = std::get_if<consensus::Stable>(&record))
      height = std::max(height, found->certified.header.height.value());
  return height;
}

/// What must be there after any crash: each acknowledged vote above the stable height that is
/// there, which is not below the acknowledged one.
bool holds_all(const LogContents& contents, const std::vector<VoteRecord>& acknowledged) {
  const std::uint64_t stable_there = stable_height(contents.records);
  const std::vector<Bytes> kept = encoded(contents.records);
  for (const VoteRecord& record : acknowledged) {
    const auto* vote = std::get_if<consensus::Voted>(&record);
    if (vote == nullptr || vote->vote.statement.height.value() <= stable_there) continue;
    if (std::count(kept.begin(), kept.end(), encode_record(record)) != 1) return false;
  }
  return stable_there >= stable_height(acknowledged);
}

TEST(VoteLog, PowerCutAtAnyStepLosesNothingAcknowledged) {
  for (std::size_t step = 0;; ++step) {
    LyingFiles files;
    ASSERT_TRUE(VoteLog::create(files, kFolder, an_identity(), test::a_log_salt()).ok());
    std::vector<VoteRecord> acknowledged;
    Opened opened = open(files, 3'000);
    files.fail_after(step, "power cut");
    const bool finished = run_heights(opened.log, 12, acknowledged);
    for (const bool keeps_names : {false, true})
      for (const bool zeros : {false, true})
        for (const std::size_t kept : {0U, 1U, 7U, 60U, 100'000U}) {
          LyingFiles after = files.after_power_cut({kept, keeps_names, zeros});
          const std::string where = "step " + std::to_string(step) + ", kept " +
                                    std::to_string(kept) + (keeps_names ? ", names" : "") +
                                    (zeros ? ", zeros" : "");
          Result<Opened> reopened = try_open(after, 3'000);
          ASSERT_TRUE(reopened.ok()) << where << ": " << reopened.error().message;
          EXPECT_TRUE(holds_all(reopened->contents, acknowledged)) << where;
          EXPECT_TRUE(append(reopened->log, {voted(99)})) << where;
        }
    if (finished) break;
  }
}

TEST(VoteLog, SyncsAtOpeningWhatWasReadThere) {
  SmallLog small;
  Opened opened = open(small.files);
  small.files.fail_sync(1);
  ASSERT_FALSE(append(opened.log, {voted(3)}));  // written, not synced; then the process dies

  const Opened again = open(small.files);  // what it reads here, it acts upon
  LyingFiles after = small.files.after_power_cut({});

  EXPECT_EQ(encoded(open(after).contents.records), encoded(again.contents.records));
}

}  // namespace
}  // namespace tally::storage
