// Deltas: reads see writes, and what is absorbed is as if written below.
#include <tally/state/state_delta.h>

#include "support/builders.h"
#include "support/memory_view.h"

#include <gtest/gtest.h>

namespace tally::state {
namespace {

using test::MemoryView;

const RecordKey kA = consortium_key("a");
const RecordKey kB = consortium_key("b");

MemoryView a_view() {
  MemoryView view;
  view.plant(kA, {1});
  return view;
}

TEST(StateDelta, ReadsWhatItWroteAndElseTheViewBelow) {
  const MemoryView view = a_view();
  StateDelta delta(view);

  ASSERT_TRUE(delta.put(kB, {2}).ok());
  ASSERT_TRUE(delta.erase(kA).ok());

  EXPECT_EQ(delta.find(kB).value(), Bytes{2});
  EXPECT_EQ(delta.find(kA).value(), std::nullopt);
  EXPECT_EQ(view.find(kA).value(), Bytes{1});
}

TEST(StateDelta, KnowsWhatEachRecordWasBeforeItsFirstWrite) {
  const MemoryView view = a_view();
  StateDelta delta(view);

  ASSERT_TRUE(delta.put(kA, {2}).ok());
  ASSERT_TRUE(delta.put(kA, {3}).ok());
  ASSERT_TRUE(delta.put(kB, {4}).ok());

  EXPECT_EQ(delta.records().at(kA).before, Bytes{1});
  EXPECT_EQ(delta.records().at(kA).after, Bytes{3});
  EXPECT_EQ(delta.records().at(kB).before, std::nullopt);
}

TEST(StateDelta, AbsorbsADeltaOnTopOfItAndLeavesOneThatIsDropped) {
  const MemoryView view = a_view();
  StateDelta block(view);
  ASSERT_TRUE(block.put(kA, {2}).ok());
  StateDelta kept = StateDelta::on(block);
  ASSERT_TRUE(kept.put(kA, {3}).ok());
  ASSERT_TRUE(kept.put(kB, {4}).ok());
  kept.put_request(RequestKey(), RequestRecord());
  kept.put_order(OrderKey(), OrderRecord());
  {
    StateDelta dropped = StateDelta::on(block);
    ASSERT_TRUE(dropped.erase(kA).ok());
  }

  block.absorb(std::move(kept));

  EXPECT_EQ(block.records().at(kA).before, Bytes{1});
  EXPECT_EQ(block.records().at(kA).after, Bytes{3});
  EXPECT_EQ(block.records().at(kB).before, std::nullopt);
  EXPECT_TRUE(block.find_request(RequestKey()).value().has_value());
  EXPECT_TRUE(block.find_order(OrderKey()).value().has_value());
  EXPECT_FALSE(view.find_request(RequestKey()).value().has_value());
}

TEST(StateDelta, SaysTheHeightOfItsBase) {
  MemoryView view;
  view.commit(StateDelta(view), Height(7));

  EXPECT_EQ(StateDelta(view).height(), Height(7));
}

TEST(StateDeltaDeathTest, RefusesToAbsorbADeltaOfAnotherBase) {
  const MemoryView view = a_view();
  StateDelta block(view);

  EXPECT_DEATH(block.absorb(StateDelta(view)), "base_");
}

}  // namespace
}  // namespace tally::state
