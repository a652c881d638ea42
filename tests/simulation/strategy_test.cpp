// The liar: memory, windows, names.
#include "simulation/strategy.h"

#include <gtest/gtest.h>

#include <set>

#include "simulation/liar_bench.h"
#include "support/consensus_samples.h"

namespace tally::sim {
namespace {

using test::node;

TEST(Strategy, IsMadeByEachOfItsNamesAndNoOther) {
  for (const std::string_view name : strategy_names())
    EXPECT_NE(make_strategy(name, 1), nullptr) << name;
  EXPECT_EQ(make_strategy("no-such", 1), nullptr);
}

TEST(Strategy, IsDrawnTheSameFromTheSameSeed) {
  Random first(7);
  Random second(7);
  Random other(8);
  const Duration horizon(20'000);
  bool differs = false;

  for (int i = 0; i < 20; ++i) {
    const auto drawn = draw_strategies(first, Timestamp(5), horizon);
    EXPECT_EQ(drawn, draw_strategies(second, Timestamp(5), horizon));
    differs = drawn != draw_strategies(other, Timestamp(5), horizon) || differs;
  }

  EXPECT_TRUE(differs);
}

TEST(Strategy, IsDrawnWithEveryNameWithinTheHorizon) {
  Random random(3);
  const Timestamp start(100);
  std::set<std::string> names;

  for (int i = 0; i < 400; ++i)
    for (const StrategyWindow& window : draw_strategies(random, start, Duration(1'000))) {
      names.insert(window.name);
      EXPECT_GE(window.from, start);
      EXPECT_LT(window.from, window.until);
      EXPECT_LE(window.from, start.plus(Duration(1'000)));
    }

  EXPECT_EQ(names.size(), strategy_names().size());
}

TEST(Liar, SaysTheSameWordsFromTheSameSeed) {
  for (const std::string_view name : strategy_names()) {
    std::vector<Bytes> frames[2];
    for (std::vector<Bytes>& said : frames) {
      LiarBench bench(name, 4, node(0), 42);
      std::vector<Parcel> parcels;
      for (const auto& [file, message] : test::sample_messages()) {
        (void)bench.liar->on_hear(node(1), encode_message(message), bench.now, parcels);
        std::vector<Parcel> own{{node(1), encode_message(message), Duration()},
                                {node(2), encode_message(message), Duration()}};
        bench.liar->on_send(own, bench.now);
        bench.liar->on_time(bench.now, parcels);
        parcels.insert(parcels.end(), own.begin(), own.end());
      }
      for (const Parcel& parcel : parcels)
        said.push_back(parcel.frame);
    }
    EXPECT_EQ(frames[0], frames[1]) << name;
  }
}

TEST(Liar, IsHonestOutsideOfItsWindows) {
  LiarBench bench("delay", 4, node(0));
  const crypto::PrivateKey key = test::consensus_key(node(0));
  bench.liar = std::make_unique<Liar>(
      LiarSeat{bench.epoch, node(0), key, {}, 0},
      std::vector<StrategyWindow>{{"delay", Timestamp(2'000'000), Timestamp(3'000'000), 1}});
  const auto fresh = test::a_pre_prepare(bench.epoch, test::sample_proposal());

  for (const std::uint64_t at : {1'999'999U, 2'000'000U, 2'999'999U, 3'000'000U}) {
    bench.now.monotonic = Timestamp(at);
    const bool is_late = bench.send_all(fresh).front().delay > Duration();
    EXPECT_EQ(is_late, at >= 2'000'000 && at < 3'000'000) << at;
  }
}

TEST(Heard, KeepsWhatStandsInMessagesEachOnce) {
  const consensus::Epoch epoch = test::an_epoch(4);
  Heard heard(epoch, node(0));
  const auto proposal = test::sample_proposal();
  const auto fresh = consensus::encode_message(test::a_pre_prepare(epoch, proposal));
  const auto block = test::certified(epoch, test::sample_header());

  for (int i = 0; i < 2; ++i) {
    EXPECT_TRUE(heard.note(node(1), fresh).has_value());
    EXPECT_TRUE(heard.note(node(1), consensus::encode_message(block)).has_value());
  }
  EXPECT_FALSE(heard.note(node(1), Bytes{0xff}).has_value());

  EXPECT_EQ(heard.proposals().size(), 1U);
  EXPECT_EQ(heard.certified().size(), 1U);
  EXPECT_EQ(heard.votes().size(), 1U + epoch.quorum().quorum());
  EXPECT_NE(heard.find(proposal_digest(proposal)), nullptr);
  EXPECT_EQ(heard.find(consensus::Hash()), nullptr);
}

TEST(Heard, MakesCertificatesOfVotes) {
  const consensus::Epoch epoch = test::an_epoch(4);
  Heard heard(epoch, node(0));
  const auto statement =
      test::a_statement(epoch, consensus::Phase::Prepare, Height(1), test::fixed_of<Hash>(9));

  for (std::size_t i = 0; i < epoch.quorum().quorum(); ++i) {
    EXPECT_TRUE(heard.certificates(consensus::Phase::Prepare).empty());
    (void)heard.note(node(i), consensus::encode_message(test::a_vote(statement, node(i))));
  }

  const auto certificates = heard.certificates(consensus::Phase::Prepare);
  ASSERT_EQ(certificates.size(), 1U);
  EXPECT_TRUE(check_certificate(epoch, certificates.front()).ok());
}

TEST(Heard, StaysWithinItsBounds) {
  const consensus::Epoch epoch = test::an_epoch(4);
  Heard heard(epoch, node(0));

  for (std::uint64_t i = 0; i < 2'000; ++i) {
    auto proposal = test::sample_proposal();
    proposal.payload.assign(2'000, 7);
    proposal.time = Timestamp(i);
    (void)heard.note(node(1), consensus::encode_message(consensus::ProposalBody{proposal}));
    (void)heard.note(node(1), consensus::encode_message(test::a_vote(
                                  epoch, consensus::Phase::Commit, Height(i), Hash(), node(1))));
  }

  EXPECT_LE(heard.frames().size(), 256U);
  EXPECT_LE(heard.proposals().size(), 32U);
  EXPECT_EQ(heard.proposals().back().time, Timestamp(1'999));
  EXPECT_LE(heard.votes().size(), 512U);
}

}  // namespace
}  // namespace tally::sim
