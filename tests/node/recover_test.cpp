// tallyd recover's half below the command line: what it finds, and what it does about it.
#include <tally/node/recover.h>

#include <gmock/gmock.h>

#include "node/node_folder.h"

namespace tally::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
namespace fs = std::filesystem;
using node::LedgerState;
using node::RecoveryPlan;
using node::RecoveryWish;
using node::VoteLogState;

const std::string kSegment = "votes/0000000000000001.votes";

/// Everything below `folder` but what RocksDB writes by being opened: names and sizes.
std::map<std::string, std::uintmax_t> contents_of(const NodeFolder& folder) {
  std::map<std::string, std::uintmax_t> found;
  for (const auto& entry : fs::recursive_directory_iterator(folder.path()))
    if (entry.is_regular_file()) found[entry.path().string()] = entry.file_size();
  return found;
}

void halt(const NodeFolder& folder, Height height,
          const std::optional<consensus::Header>& certified, bool twin = false) {
  node::Halt halt;
  halt.reason = "two headers";
  halt.height = height;
  halt.certified = certified;
  halt.twin = twin;
  const auto files = storage::real_file_system();
  CHECK(node::write_halt(*files, folder.path(), halt,
                         {"tallyd", {}, {folder.chain.id, folder.owner().consensus_key}})
            .ok());
}

TEST(Recover, FindsNothingToDoInAWholeFolder) {
  NodeFolder folder;
  folder.run(3);

  const RecoveryPlan plan = folder.plan();

  EXPECT_EQ(plan.ledger, LedgerState::Whole);
  EXPECT_EQ(plan.log, VoteLogState::Whole);
  EXPECT_EQ(plan.height, Height(3));
  EXPECT_FALSE(plan.changes_anything());
  EXPECT_TRUE(plan.steps().empty());
}

TEST(Recover, ALookChangesNothing) {
  NodeFolder folder;
  folder.run(3);
  fs::resize_file(folder / kSegment, fs::file_size(folder / kSegment) - 1);
  halt(folder, Height(2), std::nullopt);
  const auto before = contents_of(folder);

  (void)folder.plan({.rebuild_ledger = true, .as_learner = true});

  EXPECT_EQ(contents_of(folder), before);
}

TEST(Recover, SetsADamagedLogAsideAndStartsALearner) {
  NodeFolder folder;
  folder.run(3);
  fs::resize_file(folder / kSegment, 10);
  ASSERT_FALSE(folder.open().ok());
  const RecoveryPlan plan = folder.plan();
  EXPECT_EQ(plan.log, VoteLogState::Damaged);
  EXPECT_THAT(plan.log_detail, HasSubstr(kSegment));

  EXPECT_THAT(node::recover(folder.path(), folder.owner(), plan).value(),
              ElementsAre("votes.aside-1"));

  EXPECT_EQ(fs::file_size(folder / "votes.aside-1/0000000000000001.votes"), 10U);
  EXPECT_TRUE(learner_in(folder.open().value().log.records).has_value());
  folder.run(2);
  EXPECT_TRUE(learner_in(folder.open().value().log.records).has_value());
}

TEST(Recover, KeepsAWholeLogThroughAHalt) {
  NodeFolder folder;
  folder.run(3);
  consensus::Header next = folder.history.newest();
  next.height = Height(4);
  halt(folder, Height(4), next);
  ASSERT_EQ(folder.open().error().code, ErrorCode::Diverged);
  const RecoveryPlan plan = folder.plan();
  EXPECT_EQ(plan.ledger, LedgerState::Whole) << "the other block was never written";

  EXPECT_THAT(node::recover(folder.path(), folder.owner(), plan).value(),
              ElementsAre("HALTED.aside-1"));

  EXPECT_EQ(learner_in(folder.open().value().log.records), std::nullopt);
}

TEST(Recover, WantsADivergedLedgerBuiltAgain) {
  NodeFolder folder;
  folder.run(3);
  consensus::Header other = folder.history.newest();
  other.state_root = fixed_of<Hash>(666);
  halt(folder, Height(3), other);

  const RecoveryPlan plan = folder.plan();

  EXPECT_EQ(plan.ledger, LedgerState::Diverged);
  EXPECT_TRUE(plan.needs_rebuild);
  EXPECT_EQ(node::recover(folder.path(), folder.owner(), plan).error().code, ErrorCode::Refused);
  EXPECT_TRUE(folder.has("HALTED"));
  EXPECT_FALSE(folder.plan({.rebuild_ledger = true}).needs_rebuild);
}

TEST(Recover, RebuildsALedgerUnderAWholeLog) {
  NodeFolder folder;
  folder.run(5);
  fs::remove_all(folder / "ledger");
  EXPECT_EQ(folder.plan().ledger, LedgerState::Lost);
  EXPECT_TRUE(folder.plan().needs_rebuild);
  const RecoveryPlan plan = folder.plan({.rebuild_ledger = true});

  ASSERT_TRUE(node::recover(folder.path(), folder.owner(), plan).ok());
  const node::NodeParts begun = folder.open().value();

  EXPECT_EQ(begun.store->snapshot().value()->height(), Height(0));
  EXPECT_EQ(learner_in(begun.log.records), std::nullopt) << "it forgot no vote";
}

TEST(Recover, ARebuiltLedgerMayLagItsLogTillItHasCaughtUp) {
  NodeFolder folder;
  folder.run(5);
  const RecoveryPlan plan = folder.plan({.rebuild_ledger = true});
  EXPECT_THAT(node::recover(folder.path(), folder.owner(), plan).value(),
              ElementsAre("ledger.aside-1"));

  folder.run(2);
  ASSERT_TRUE(folder.open().ok()) << "a restart on the way";
  folder.run(3);
  ASSERT_TRUE(folder.open().ok());

  EXPECT_FALSE(folder.has("REBUILDING")) << "from now on, a ledger below its log is damage";
}

TEST(Recover, RebuildsBothWhereBothAreLost) {
  NodeFolder folder;
  folder.run(3);
  fs::remove_all(folder / "ledger");
  fs::remove_all(folder / "votes");

  ASSERT_TRUE(
      node::recover(folder.path(), folder.owner(), folder.plan({.rebuild_ledger = true})).ok());
  folder.run(4);

  EXPECT_TRUE(learner_in(folder.open().value().log.records).has_value());
}

TEST(Recover, GivesUpAWholeLogWhereTheKeysWereUsedElsewhereOrItIsAsked) {
  NodeFolder twin;
  twin.run(2);
  halt(twin, Height(2), std::nullopt, true);
  NodeFolder asked;
  asked.run(2);

  ASSERT_TRUE(node::recover(twin.path(), twin.owner(), twin.plan()).ok());
  ASSERT_TRUE(node::recover(asked.path(), asked.owner(), asked.plan({.as_learner = true})).ok());

  EXPECT_TRUE(learner_in(twin.open().value().log.records).has_value());
  EXPECT_TRUE(learner_in(asked.open().value().log.records).has_value());
}

TEST(Recover, DeletesNothing) {
  NodeFolder folder;
  for (int round = 1; round <= 3; ++round) {
    folder.run(2);
    const RecoveryPlan plan = folder.plan({.rebuild_ledger = true, .as_learner = true});
    ASSERT_TRUE(node::recover(folder.path(), folder.owner(), plan).ok());
  }

  for (const char* name : {"votes.aside-1", "votes.aside-2", "votes.aside-3", "ledger.aside-1",
                           "ledger.aside-2", "ledger.aside-3"})
    EXPECT_TRUE(folder.has(name)) << name;
}

TEST(Recover, RefusesTheFolderOfAnother) {
  NodeFolder folder;
  const node::FolderOwner other{folder.chain.genesis, kBakery,
                                folder.chain.keys[1].consensus.public_key()};

  EXPECT_EQ(node::plan_recovery(folder.path(), other, {}).error().code, ErrorCode::Conflict);
}

}  // namespace
}  // namespace tally::test
