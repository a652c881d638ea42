// Block sync, as ordering shows it: whom it asks for what, whom it leaves, what it hands over.
#include <gmock/gmock.h>

#include <cstdlib>
#include <functional>
#include <set>

#include "node/sync_world.h"

namespace tally::test {
namespace {

using consensus::CertifiedBlocks;
using consensus::FetchBlocks;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

/// The answer to a question for height 1: its block.
CertifiedBlocks block_of(const LoneOrdering& of, const Proposal& proposal) {
  const Header header = test::execute(of.headers.front(), proposal);
  return {{{proposal, header, certified(of.epoch, header).certificate}}};
}

/// Whom the last round asked for blocks.
NodeIndex asked_by(const LoneOrdering& backup) {
  for (const auto& [to, message] : backup.sent)
    if (std::holds_alternative<FetchBlocks>(message)) return to.value();
  ADD_FAILURE() << "nobody was asked";
  return node(0);
}

TEST(BlockSync, AsksForWhatIsCertifiedAndTakesItFromWhomItAsked) {
  LoneOrdering backup(node(1));
  const Proposal proposal = backup.next({a_submission(kCafe, 1)});
  (void)backup.certify(test::execute(backup.headers[0], proposal));
  ASSERT_EQ(backup.all<FetchBlocks>().size(), 1U);
  EXPECT_EQ(backup.all<FetchBlocks>()[0].first, Height(1));
  EXPECT_EQ(backup.all<FetchBlocks>()[0].last, Height(1));
  const NodeIndex asked = asked_by(backup);
  const NodeIndex other = asked == node(2) ? node(3) : node(2);

  EXPECT_TRUE(backup.hear(block_of(backup, proposal), other).ledger.empty());
  const auto answered = backup.hear(block_of(backup, proposal), asked);

  ASSERT_EQ(answered.ledger.size(), 1U);
  EXPECT_EQ(std::get<node::ExecuteTask>(answered.ledger[0]).expected->header,
            test::execute(backup.headers[0], proposal));
  EXPECT_EQ(backup.execute(proposal, false, true).replies.size(), 1U);
}

TEST(BlockSync, AsksEachPeerOnceAndThenPauses) {
  LoneOrdering backup(node(1));
  (void)backup.certify(test::execute(backup.headers[0], backup.next({a_submission(kCafe, 1)})));
  std::set<NodeIndex> asked;
  for (std::size_t i = 0; i < 3; ++i) {
    ASSERT_EQ(backup.all<FetchBlocks>().size(), 1U);
    EXPECT_TRUE(asked.insert(asked_by(backup)).second) << "another one each time";
    (void)backup.hear(CertifiedBlocks{}, asked_by(backup));
  }

  EXPECT_TRUE(backup.all<FetchBlocks>().empty()) << "not as fast as peers can say no";
  (void)backup.tick(Duration(50));
  ASSERT_EQ(backup.all<FetchBlocks>().size(), 1U);
  const NodeIndex mute = asked_by(backup);
  (void)backup.tick(Duration(499));
  EXPECT_TRUE(backup.all<FetchBlocks>().empty());
  (void)backup.tick(Duration(1));
  ASSERT_EQ(backup.all<FetchBlocks>().size(), 1U) << "all else waits for this block";
  const NodeIndex second = asked_by(backup);
  EXPECT_NE(second, mute);
  (void)backup.tick(Duration(2'499));
  EXPECT_TRUE(backup.all<FetchBlocks>().empty()) << "two are enough";
  (void)backup.tick(Duration(1));
  EXPECT_TRUE(backup.all<FetchBlocks>().empty()) << "the second still has its time";
  (void)backup.tick(Duration(500));
  ASSERT_EQ(backup.all<FetchBlocks>().size(), 1U);
  EXPECT_NE(asked_by(backup), mute);
  EXPECT_NE(asked_by(backup), second);
}

TEST(BlockSync, BringsCertificatesThatWereMissed) {
  LoneOrdering backup(node(1));
  const Proposal first = backup.next({a_submission(kCafe, 1)});
  (void)backup.hear(a_pre_prepare(backup.epoch, first), node(0));
  backup.vote(Phase::Prepare, first);
  backup.vote(Phase::Commit, first);
  (void)backup.execute(first);
  const Proposal second = a_proposal(backup.epoch, Height(2), backup.now.utc.plus(Duration(1)));
  const Header header2 = test::execute(backup.headers[1], second);

  (void)backup.certify(header2);
  ASSERT_EQ(backup.all<FetchBlocks>().size(), 1U);
  EXPECT_EQ(backup.all<FetchBlocks>()[0].first, Height(2)) << "blocks first";
  const consensus::CertifiedBlock block2 = {second, header2,
                                            certified(backup.epoch, header2).certificate};
  (void)backup.hear(CertifiedBlocks{{block2}}, asked_by(backup));
  ASSERT_EQ(backup.all<FetchBlocks>().size(), 1U);
  EXPECT_EQ(backup.all<FetchBlocks>()[0].first, Height(1));
  const auto found = backup.hear(block_of(backup, first), asked_by(backup));

  ASSERT_EQ(found.ledger.size(), 1U);
  EXPECT_EQ(std::get<Certificate>(found.ledger[0]).statement.height, Height(1));
}

const SyncChain& chain_of_four() {
  static const SyncChain chain(an_epoch(4), 400);
  return chain;
}
const SyncChain& chain_of_seven() {
  static const SyncChain chain(an_epoch(7), 400);
  return chain;
}

TEST(BlockSync, AsksSeveralPeersForDifferentRanges) {
  Laggard laggard(chain_of_four());
  laggard.fall_behind();

  const auto asked = laggard.questions();

  ASSERT_EQ(asked.size(), 3U) << "each peer";
  EXPECT_EQ(std::set<NodeIndex>({asked[0].node, asked[1].node, asked[2].node}).size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(asked[i].range.first, Height(64 * i + 1));
    EXPECT_EQ(asked[i].range.last, Height(64 * i + 64));
  }
  EXPECT_EQ(laggard.ordering.status().waiting_for,
            "catching up: 0 of 400 (0 %), from nodes 1, 3 and 4");
}

TEST(BlockSync, HandsOverInOrderWhateverComesFirst) {
  Laggard laggard(chain_of_four());
  laggard.fall_behind();
  const auto asked = laggard.questions();
  ASSERT_EQ(asked.size(), 3U);

  laggard.answer(asked[2]);
  laggard.answer(asked[1]);
  EXPECT_EQ(laggard.handed_over, Height(0));
  laggard.answer(asked[0]);

  EXPECT_EQ(laggard.handed_over, Height(64)) << "the ledger gets no more at once";
  laggard.execute(10);
  EXPECT_EQ(laggard.handed_over, Height(74));
}

TEST(BlockSync, TellsHowFarItIs) {
  Laggard laggard(chain_of_four());
  laggard.fall_behind();
  for (const Laggard::Asked& asked : laggard.questions())
    laggard.answer(asked);
  laggard.execute(41);
  EXPECT_EQ(laggard.ordering.status().waiting_for,
            "catching up: 41 of 400 (10 %), from nodes 1, 3 and 4");
  EXPECT_THAT(laggard.facts, ElementsAre("catching_up executed=0 stable=400"));

  for (std::size_t i = 0; i < 20; ++i) {
    for (const Laggard::Asked& asked : laggard.questions())
      laggard.answer(asked);
    laggard.execute(64);
  }

  EXPECT_EQ(laggard.executed(), Height(400));
  EXPECT_THAT(laggard.ordering.status().waiting_for, Not(HasSubstr("catching up")));
  EXPECT_THAT(laggard.facts,
              ElementsAre("catching_up executed=0 stable=400", "caught_up executed=399"));
}

CertifiedBlocks with_a_broken_vote(CertifiedBlocks blocks) {
  if (!blocks.blocks.empty())
    blocks.blocks.back().certificate.votes.front().signature = fixed_of<crypto::Signature>(1);
  return blocks;
}
CertifiedBlocks with_another_payload(CertifiedBlocks blocks) {
  if (!blocks.blocks.empty()) blocks.blocks.front().proposal.payload.push_back(1);
  return blocks;
}
Bytes cut(Bytes frame) {
  frame.pop_back();
  return frame;
}

struct Lie {
  std::string name;
  SyncWorld::Manner manner;
  std::size_t told = 1;  ///< so often at most before the liar is left
};

std::vector<Lie> lies(const SyncChain& chain) {
  const auto after_the_truth = [&chain](const Message& message) {
    return [&chain, message](const FetchBlocks& fetch) {
      return SyncWorld::Said{{Duration(5), encode_message(chain.answer(fetch))},
                             {Duration(6), encode_message(message)}};
    };
  };
  const auto instead = [](const std::function<Bytes(const FetchBlocks&)>& lie) {
    return [lie](const FetchBlocks& fetch) { return SyncWorld::Said{{Duration(5), lie(fetch)}}; };
  };
  return {
      {"a certificate that does not hold", instead([&chain](const FetchBlocks& fetch) {
         return encode_message(with_a_broken_vote(chain.answer(fetch)));
       })},
      {"another proposal under the header", instead([&chain](const FetchBlocks& fetch) {
         return encode_message(with_another_payload(chain.answer(fetch)));
       })},
      {"a cut frame", instead([&chain](const FetchBlocks& fetch) {
         return cut(encode_message(chain.answer(fetch)));
       })},
      {"other blocks than asked for", instead([&chain](const FetchBlocks& fetch) {
         return encode_message(chain.blocks(fetch.first.next(), fetch.last.next()));
       })},
      {"nothing of what it claims",
       instead([](const FetchBlocks&) { return encode_message(CertifiedBlocks{}); }), 8},
      {"no answer", [](const FetchBlocks&) { return SyncWorld::Said{}; }},
      {"blocks that nobody asked for", after_the_truth(chain.blocks(Height(1), Height(1))), 2},
  };
}

TEST(Sync, LeavesLyingPeerForAnother) {
  const SyncChain& chain = chain_of_four();
  for (const Lie& lie : lies(chain)) {
    SCOPED_TRACE(lie.name);
    SyncWorld world(chain, 1);
    world.set_manner(node(3), lie.manner);
    ASSERT_TRUE(world.grows_by_one(Height(200), Height(250)));
    const std::size_t told = world.asked(node(3));
    EXPECT_GT(told, 0U);
    EXPECT_LE(told, lie.told) << world.describe();
    EXPECT_EQ(world.facts_with("sync_leaves_peer node=3 "), 1U) << world.describe();

    world.pass(Duration(500'000));
    ASSERT_TRUE(world.grows_by_one(Height(251), Height(260)));
    EXPECT_EQ(world.asked(node(3)), told) << "for ten minutes";
    world.pass(Duration(100'000));
    ASSERT_TRUE(world.grows_by_one(Height(261), Height(270)));
    EXPECT_GT(world.asked(node(3)), told) << "and not for ever";
  }
}

TEST(Sync, AClaimThatFallsIsNoLie) {
  const SyncChain& chain = chain_of_four();
  SyncWorld world(chain, 1);
  world.set_claim(node(3), Height(5));
  ASSERT_TRUE(world.grows_by_one(Height(200), Height(210)));
  world.set_claim(node(3), Height(1));
  ASSERT_TRUE(world.grows_by_one(Height(211), Height(220)));

  EXPECT_EQ(world.facts_with("sync_leaves_peer"), 0U) << world.describe();
}

TEST(Sync, LeavesNoMoreThanFAtOnce) {
  // Three of the three others lie, and each in turn tells the truth at last.
  const SyncChain& chain = chain_of_four();
  SyncWorld world(chain, 1);
  for (const std::size_t i : {0U, 2U, 3U})
    world.set_manner(node(i), lies(chain).front().manner);
  world.grow_to(chain.top());
  EXPECT_FALSE(world.run_until_caught_up(Duration(20'000)));
  for (const std::size_t i : {0U, 2U, 3U})
    EXPECT_GT(world.asked(node(i)), 5U) << "the one that was left longest comes back";

  world.set_manner(node(2), world.honest());

  EXPECT_TRUE(world.run_until_caught_up(Duration(60'000)));
}

TEST(Sync, ComesBackToAPeerThatAloneHasTheBlocks) {
  const SyncChain& chain = chain_of_four();
  SyncWorld world(chain, 1);
  world.set_claim(node(0), Height(0));
  world.set_claim(node(3), Height(0));
  world.set_manner(node(2), world.honest_but_for_the_first(lies(chain).front().manner));
  world.grow_to(chain.top());

  EXPECT_TRUE(world.run_until_caught_up(Duration(10'000)));
}

TEST(Sync, HoldsBoundedMemory) {
  // The next range is asked of a mute peer, and what the others send has to wait.
  const SyncChain chain(an_epoch(4), 150, 1 << 20);
  SyncWorld world(chain, 1);
  world.grow_to(chain.top());
  world.set_mute_for_the_next_range(true);

  EXPECT_FALSE(world.run_until_caught_up(Duration(2'900)));

  EXPECT_GE(world.held_bytes(), std::size_t{16} << 20U) << "or nothing waited";
  EXPECT_LE(world.held_bytes_max(), std::size_t{64} << 20U);
  world.set_mute_for_the_next_range(false);
  EXPECT_TRUE(world.run_until_caught_up(Duration(600'000)));
  EXPECT_LE(world.held_bytes_max(), std::size_t{64} << 20U);
}

TEST(Sync, AsksForFewerBlocksWhereTheyAreLarge) {
  const SyncChain chain(an_epoch(4), 40, 3 << 20);
  SyncWorld world(chain, 1);
  world.grow_to(chain.top());

  EXPECT_TRUE(world.run_until_caught_up(Duration(60'000)));

  EXPECT_LE(world.asked_in_all(), 60U) << "2 blocks an answer";
  EXPECT_LE(world.held_bytes_max(), std::size_t{64} << 20U);
}

TEST(Sync, LeavesAPeerThatSendsTooMuchAtOnce) {
  const SyncChain chain(an_epoch(4), 12, 3 << 20);
  SyncWorld world(chain, 1);
  world.set_manner(node(3), [&chain](const FetchBlocks& fetch) {
    return SyncWorld::Said{
        {Duration(5), encode_message(chain.blocks(fetch.first, Height(fetch.first.value() + 2)))}};
  });
  world.grow_to(chain.top());

  EXPECT_TRUE(world.run_until_caught_up(Duration(60'000)));

  EXPECT_EQ(world.asked(node(3)), 1U);
  EXPECT_EQ(world.facts_with("sync_leaves_peer node=3 reason=\"an oversized answer\""), 1U);
}

std::uint64_t number_of(const char* variable, std::uint64_t otherwise) {
  const char* const text = std::getenv(variable);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

/// One honest peer, and the rest lie, stall and lose as the seed says: TALLY_SEED=n runs that seed
/// alone, TALLY_SEEDS=n that many.
TEST(Sync, CatchesUpWithOneHonestPeer) {
  const std::uint64_t only = number_of("TALLY_SEED", 0);
  const std::uint64_t last = only == 0 ? number_of("TALLY_SEEDS", 12) : only;
  for (std::uint64_t seed = only == 0 ? 1 : only; seed <= last; ++seed) {
    SCOPED_TRACE("TALLY_SEED=" + std::to_string(seed));
    const SyncChain& chain = seed % 3 == 0 ? chain_of_seven() : chain_of_four();
    SyncWorld world(chain, seed);
    world.set_random_manners(lies(chain));
    world.grow_to(Height(300));
    ASSERT_TRUE(world.run_until_caught_up(Duration(1'800'000))) << world.describe();
    world.grow_to(chain.top());
    ASSERT_TRUE(world.run_until_caught_up(Duration(1'800'000))) << world.describe();
    EXPECT_LE(world.facts_with("sync_leaves_peer"),
              (world.seconds() + 1) * chain.epoch.validators.size());
  }
}

}  // namespace
}  // namespace tally::test
