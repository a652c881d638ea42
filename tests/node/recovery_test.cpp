// What a start makes of each state of the data folder (design/consensus.md §3.3).
#include <tally/node/recovery.h>

#include <gmock/gmock.h>

#include <fstream>

#include "node/node_folder.h"
#include "support/log_salt.h"

namespace tally::test {
namespace {

using ::testing::HasSubstr;
namespace fs = std::filesystem;

const std::string kSegment = "votes/0000000000000001.votes";

void flip(const std::string& path, std::streamoff at) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekg(at);
  const int byte = file.get();
  file.seekp(at);
  file.put(static_cast<char>(byte ^ 0x10));
}

TEST(Recovery, AWholeFolderStartsAVoter) {
  NodeFolder folder;
  folder.run(3);

  const Result<node::NodeParts> parts = folder.open();

  ASSERT_TRUE(parts.ok()) << parts.error().message;
  EXPECT_EQ(learner_in(parts->log.records), std::nullopt);
  EXPECT_FALSE(folder.has("votes.aside-1"));
}

TEST(Recovery, LostLogDoesNotVote) {
  for (const bool keeps_folder : {false, true}) {
    NodeFolder folder;
    folder.run(3);
    fs::remove_all(folder / "votes");
    if (keeps_folder) fs::create_directory(folder / "votes");

    const Result<node::NodeParts> parts = folder.open();

    ASSERT_TRUE(parts.ok()) << parts.error().message;
    ASSERT_TRUE(learner_in(parts->log.records).has_value());
    EXPECT_EQ(learner_in(parts->log.records)->stage, consensus::LearnerStage::Asking);
  }
}

TEST(Recovery, ALearnerStaysOneOverRestarts) {
  NodeFolder folder;
  folder.run(3);
  fs::remove_all(folder / "votes");
  ASSERT_TRUE(folder.open().ok());

  folder.run(2);
  const Result<node::NodeParts> parts = folder.open();

  ASSERT_TRUE(parts.ok()) << parts.error().message;
  EXPECT_TRUE(learner_in(parts->log.records).has_value());
  EXPECT_FALSE(folder.has("votes.aside-1")) << "the new log is the ledger's";
}

TEST(Recovery, AnOlderLogMakesALearnerAndIsKept) {
  NodeFolder folder;
  folder.run(2);
  fs::copy(folder / "votes", folder / "backup");
  folder.run(3);
  fs::remove_all(folder / "votes");
  folder.move("backup", "votes");
  const auto size = fs::file_size(folder / kSegment);

  const Result<node::NodeParts> parts = folder.open();

  ASSERT_TRUE(parts.ok()) << parts.error().message;
  EXPECT_TRUE(learner_in(parts->log.records).has_value());
  EXPECT_EQ(fs::file_size(folder / "votes.aside-1/0000000000000001.votes"), size);
}

TEST(Recovery, AnUnfinishedLearnerLogIsMadeAnew) {
  NodeFolder folder;
  folder.run(2);
  fs::remove_all(folder / "votes");
  fs::create_directory(folder / "votes.new");
  std::ofstream(folder / "votes.new/0000000000000002.votes") << "TVL1 torn";

  const Result<node::NodeParts> parts = folder.open();

  ASSERT_TRUE(parts.ok()) << parts.error().message;
  EXPECT_TRUE(learner_in(parts->log.records).has_value());
  EXPECT_FALSE(folder.has("votes.new"));
}

TEST(Recovery, DamageInTheMiddleOfTheLogStops) {
  NodeFolder folder;
  folder.run(3);
  flip(folder / kSegment, 300);

  const Result<node::NodeParts> parts = folder.open();

  ASSERT_FALSE(parts.ok());
  EXPECT_EQ(parts.error().code, ErrorCode::Corrupt);
  EXPECT_THAT(parts.error().message, HasSubstr(kSegment));
  EXPECT_THAT(parts.error().message, HasSubstr("at offset"));
}

TEST(Recovery, AnotherKeysLogStops) {
  NodeFolder folder;
  folder.run(1);
  fs::remove_all(folder / "votes");
  fs::create_directory(folder / "votes");
  const auto files = storage::real_file_system();
  const storage::LogIdentity other{folder.chain.id, folder.chain.keys[1].consensus.public_key()};
  ASSERT_TRUE(storage::VoteLog::create(*files, folder / "votes", other, a_log_salt()).ok());

  EXPECT_EQ(folder.open().error().code, ErrorCode::Conflict);
}

TEST(Recovery, ALedgerBehindItsLogStops) {
  NodeFolder folder;
  folder.run(2);
  fs::copy(folder / "ledger", folder / "backup");
  folder.run(3);
  fs::remove_all(folder / "ledger");
  folder.move("backup", "ledger");

  const Result<node::NodeParts> parts = folder.open();

  ASSERT_FALSE(parts.ok());
  EXPECT_EQ(parts.error().code, ErrorCode::Corrupt);
  EXPECT_THAT(parts.error().message, HasSubstr("ends at height 2"));
  EXPECT_THAT(parts.error().message, HasSubstr("height 5 was executed"));
}

TEST(Recovery, ALostLedgerStops) {
  NodeFolder folder;
  folder.run(2);
  fs::remove_all(folder / "ledger");

  const Result<node::NodeParts> parts = folder.open();

  ASSERT_FALSE(parts.ok());
  EXPECT_EQ(parts.error().code, ErrorCode::Corrupt);
  EXPECT_THAT(parts.error().message, HasSubstr("ledger lost"));
  EXPECT_FALSE(folder.has("ledger")) << "never an empty one in its place";
}

TEST(Recovery, AHaltedNodeDoesNotStart) {
  NodeFolder folder;
  folder.run(1);
  const auto files = storage::real_file_system();
  node::Halt halt;
  halt.reason = "two headers";
  ASSERT_TRUE(node::write_halt(*files, folder.path(), halt,
                               {"tallyd", {}, {folder.chain.id, folder.owner().consensus_key}})
                  .ok());

  const Result<node::NodeParts> parts = folder.open();

  ASSERT_FALSE(parts.ok());
  EXPECT_EQ(parts.error().code, ErrorCode::Diverged);
  EXPECT_THAT(parts.error().message, HasSubstr("two headers"));
  EXPECT_THAT(parts.error().message, HasSubstr("bundles/halt-0-"));
}

}  // namespace
}  // namespace tally::test
