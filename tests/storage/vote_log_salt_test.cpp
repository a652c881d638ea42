// The salt of a vote log: what a client writes into a submission never looks like an entry of the
// log that keeps it, and no flipped bit of the salt goes unseen.
#include <tally/codec/reader.h>
#include <tally/codec/writer.h>
#include <tally/storage/vote_log.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "support/consensus_builders.h"
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

LogIdentity an_identity() {
  return {test::an_epoch(4).chain, test::key_from_seed(1).public_key()};
}

/// What a client must know to write entries: how they are marked, and hashed.
struct Forger {
  Bytes mark;
  std::function<Hash(ByteView)> hash;
};
/// As a segment's first entry is, which needs no secret.
const Forger kOpenly{to_bytes(as_bytes("TVL1")),
                     [](ByteView bytes) { return crypto::sha256(bytes); }};

/// As every other entry is, by one who guesses the salt.
Forger with_salt(const LogSalt& salt) {
  return {to_bytes(salt.view().first(4)), [salt](ByteView bytes) {
            return crypto::tagged_hash("vote-entry", {salt.view(), bytes});
          }};
}

/// A whole entry of that sequence, in what a transaction stores of its two ids: 64 bytes, "there is
/// an order id, of 64 bytes", 64 bytes.
Transaction a_planted_entry(const Forger& forger, std::uint64_t sequence) {
  constexpr std::size_t kIdSize = 64;
  constexpr std::size_t kBeforeHash = 16;  ///< bytes of the order id
  codec::Writer head;
  head.raw(forger.mark);
  head.u32(kIdSize + 5 + kBeforeHash + Hash::kSize);
  head.u64(sequence);
  Transaction planted = test::an_earn().request(sequence).build();
  planted.request_id = std::move(head).take();
  planted.request_id.resize(kIdSize, 7);
  planted.order_id = Bytes(kIdSize, 9);
  codec::Writer hashed;
  hashed.raw(planted.request_id);
  hashed.boolean(true);
  hashed.u32(kIdSize);
  hashed.raw(ByteView(*planted.order_id).first(kBeforeHash));
  const Hash hash = forger.hash(hashed.view());
  std::copy(hash.view().begin(), hash.view().end(), planted.order_id->begin() + kBeforeHash);
  return planted;
}

VoteRecord proposed(Bytes payload) {
  return consensus::Proposed{
      test::a_proposal(test::an_epoch(4), Height(1), test::kStart, std::move(payload))};
}

/// A log whose last entry is of `record`, and where that starts in kFirst.
struct Victim {
  LyingFiles files;
  std::size_t last = 0;

  explicit Victim(const VoteRecord& record) {
    CHECK(VoteLog::create(files, kFolder, an_identity(), test::a_log_salt()).ok());
    auto opened = VoteLog::open(files, kFolder, an_identity()).value();
    last = files.bytes(kFirst).size();
    CHECK(opened.first.append_and_sync(std::span(&record, 1)).ok());
  }
  [[nodiscard]] std::size_t size() { return files.bytes(kFirst).size(); }
  /// After a power cut within the last append.
  [[nodiscard]] Result<InspectedLog> torn_at(std::size_t at) const {
    LyingFiles torn = files.copy();
    torn.bytes(kFirst).resize(at);
    return VoteLog::inspect(torn, kFolder, an_identity(), {});
  }
};

void expect_only_torn(const Forger& forger) {
  std::vector<Transaction> transactions;
  for (const std::uint64_t sequence : {3U, 4U, 5U})
    transactions.push_back(a_planted_entry(forger, sequence));
  const Bytes sealed = seal_submission(test::an_epoch(4).chain, std::move(transactions),
                                       test::key_from_seed(test::kCafe.value()));
  ASSERT_TRUE(verify_submission(sealed, test::an_epoch(4).chain).ok()) << "a client may send it";
  Victim victim(proposed(encode_payload(std::vector<ByteView>{sealed})));

  for (std::size_t at = victim.last + 1; at < victim.size(); ++at) {
    const Result<InspectedLog> found = victim.torn_at(at);
    ASSERT_TRUE(found.ok()) << at << ": " << found.error().message;
    ASSERT_TRUE(found->contents.records.empty()) << at;
    ASSERT_THAT(found->contents.notice, HasSubstr("a torn entry at offset")) << at;
  }
}

TEST(VoteLog, AnEntryInASubmissionIsNoneOfTheLogs) {
  expect_only_torn(kOpenly);
}

TEST(VoteLog, AnEntryOfAnotherSaltIsNoneOfTheLogs) {
  expect_only_torn(with_salt(test::a_log_salt(2)));
}

TEST(VoteLog, AnEntryOfTheLogsOwnSaltShowsDamage) {
  const Transaction planted = a_planted_entry(with_salt(test::a_log_salt()), 3);
  Bytes payload = planted.request_id;
  payload.insert(payload.end(), {1, 0, 0, 0, 64});
  payload.insert(payload.end(), planted.order_id->begin(), planted.order_id->end());
  Victim victim(proposed(std::move(payload)));

  const Result<InspectedLog> found = victim.torn_at(victim.size() - 1);

  ASSERT_FALSE(found.ok()) << "or the tests above plant nothing that could be found";
  EXPECT_THAT(found.error().message, HasSubstr("a whole one follows"));
}

TEST(VoteLog, ManyHeadsOfEntriesAreNotDamage) {
  codec::Writer heads;  // each bids the search to hash what may be all that follows
  for (std::size_t i = 0; i < 1 << 16; ++i) {
    heads.raw(kOpenly.mark);
    heads.u32(1 << 19);
    heads.u64(3);
  }
  Victim victim(proposed(std::move(heads).take()));

  for (const std::size_t kept : {victim.size() / 2, victim.size() - 100, victim.size() - 1}) {
    const Result<InspectedLog> found = victim.torn_at(kept);
    ASSERT_TRUE(found.ok()) << kept << ": " << found.error().message;
    EXPECT_THAT(found->contents.notice, HasSubstr("a torn entry at offset"));
  }
}

/// Two segments, the older one brought back by a crash, and an entry behind the second's opening.
struct TwoSegments {
  LyingFiles files;
  std::size_t opening = 0;  ///< bytes of the second's first entry

  TwoSegments() {
    CHECK(VoteLog::create(files, kFolder, an_identity(), test::a_log_salt()).ok());
    auto opened = VoteLog::open(files, kFolder, an_identity(), 1).value();
    const VoteRecord record = consensus::ExecutedRecord{Height(1), Hash()};
    Bytes first;
    while (!files.read(kSecond, 1 << 20).ok()) {
      first = files.bytes(kFirst);
      CHECK(opened.first.append_and_sync(std::span(&record, 1)).ok());
    }
    opening = codec::Reader(ByteView(files.bytes(kSecond)).subspan(4)).u32();
    files.put(kFirst, first);
  }
};

TEST(VoteLog, EachFlippedBitOfALaterOpeningIsCorrupt) {
  TwoSegments two;
  ASSERT_TRUE(VoteLog::inspect(two.files, kFolder, an_identity(), {}).ok());
  ASSERT_GT(two.files.bytes(kSecond).size(), two.opening);

  for (const bool is_alone : {false, true}) {
    LyingFiles flipped = two.files.copy();
    if (is_alone) CHECK(flipped.remove(kFirst).ok());
    for (std::size_t bit = 0; bit < two.opening * 8; ++bit) {
      const auto mask = static_cast<std::uint8_t>(1U << (bit % 8));
      flipped.bytes(kSecond)[bit / 8] ^= mask;
      const auto found = VoteLog::inspect(flipped, kFolder, an_identity(), {});
      ASSERT_FALSE(found.ok()) << bit;
      ASSERT_EQ(found.error().code, ErrorCode::Corrupt) << bit;
      flipped.bytes(kSecond)[bit / 8] ^= mask;
    }
  }
}

TEST(VoteLog, RefusesASegmentOfAnotherSalt) {
  Victim victim(proposed({}));
  const LogPosition last =
      VoteLog::open(victim.files, kFolder, an_identity()).value().first.position();
  LyingFiles others;
  ASSERT_TRUE(
      VoteLog::create_after(others, kFolder, an_identity(), test::a_log_salt(2), last, {}).ok());
  victim.files.put(kSecond, others.bytes(kSecond));

  const auto found = VoteLog::inspect(victim.files, kFolder, an_identity(), {});

  ASSERT_FALSE(found.ok());
  EXPECT_EQ(found.error().code, ErrorCode::Corrupt);
  EXPECT_THAT(found.error().message, AllOf(HasSubstr(kSecond), HasSubstr("salt")));
}

TEST(VoteLog, RefusesAnotherFormatsByBothVersions) {
  LyingFiles files;
  codec::Writer opening;  // as format 1 had it, without a salt
  opening.u16(1);
  opening.u64(1);
  opening.fixed(an_identity().chain);
  encode(opening, an_identity().key);
  codec::Writer entry;
  entry.raw(as_bytes("TVL1"));
  entry.u32(static_cast<std::uint32_t>(4 + 4 + 8 + 32 + 4 + 4 + opening.size() + 32));
  entry.u64(1);
  entry.fixed(Hash());
  entry.u32(1);
  entry.bytes(opening.view());
  entry.fixed(crypto::sha256(entry.view()));
  files.put(kFirst, std::move(entry).take());

  const auto opened = VoteLog::open(files, kFolder, an_identity());

  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.error().code, ErrorCode::Conflict);
  EXPECT_THAT(opened.error().message,
              AllOf(HasSubstr(kFirst), HasSubstr("written in format 1; this program knows 2"),
                    HasSubstr("`tallyd recover`")));
}

}  // namespace
}  // namespace tally::storage
