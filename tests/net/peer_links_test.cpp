// Nodes that find each other, carry frames, and find each other again.
#include <tally/net/peer_links.h>

#include <tally/base/limits.h>

#include <gmock/gmock.h>

#include <ctime>
#include <stdexcept>

#include "net/network.h"
#include "net/raw_peer.h"

namespace tally::net::test {
namespace {

using testing::HasSubstr;

std::vector<consensus::Frame> no_frames() {
  return {};
}

TEST(PeerLinks, TwoNodesExchangeFramesBothWays) {
  Consortium consortium(2);
  TestNode zero(consortium, 0);
  TestNode one(consortium, 1);
  ASSERT_TRUE(zero.links.take_until(1));
  ASSERT_TRUE(one.links.take_until(1));

  zero.send(1, frame_of("to one"));
  one.send_all(frame_of("to all"));

  EXPECT_EQ(one.received.take(), (Received{NodeIndex(0), frame_of("to one")}));
  EXPECT_EQ(zero.received.take(), (Received{NodeIndex(1), frame_of("to all")}));
}

TEST(PeerLinks, FourNodesHaveOneLinkAPair) {
  Consortium consortium(4);
  std::deque<TestNode> nodes;
  for (std::uint16_t i = 0; i < 4; ++i)
    nodes.emplace_back(consortium, i);
  for (TestNode& node : nodes)
    ASSERT_TRUE(node.links.take_until(3));

  for (TestNode& node : nodes)
    node.send_all(frame_of("hello"));

  for (std::uint16_t i = 0; i < 4; ++i) {
    std::set<NodeIndex> heard;
    for (int k = 0; k < 3; ++k) {
      const std::optional<Received> got = nodes[i].received.take();
      ASSERT_TRUE(got.has_value());
      heard.insert(got->from);
    }
    EXPECT_EQ(heard.size(), 3U);
    EXPECT_FALSE(heard.contains(NodeIndex(i)));
  }
}

TEST(PeerLinks, CarriesLargeFramesUpToTheLimit) {
  Consortium consortium(2);
  TestNode zero(consortium, 0);
  TestNode one(consortium, 1);
  ASSERT_TRUE(one.links.take_until(1));
  for (const std::size_t size : {std::size_t{5} << 20U, limits::kFrameBytesMax}) {
    Bytes frame(size);
    for (std::size_t i = 0; i < size; ++i)
      frame[i] = static_cast<std::uint8_t>(1 + i % 251);

    one.send(0, frame);

    const std::optional<Received> got = zero.received.take();
    ASSERT_TRUE(got.has_value());
    EXPECT_TRUE(got->bytes == frame);
  }
}

TEST(PeerLinks, KeepsTheOrderOfFrames) {
  Consortium consortium(2);
  TestNode zero(consortium, 0);
  TestNode one(consortium, 1);
  ASSERT_TRUE(zero.links.take_until(1));

  for (int i = 0; i < 500; ++i)
    zero.send(1, frame_of(std::string(static_cast<std::size_t>(i) * 17, 'x')));

  for (int i = 0; i < 500; ++i) {
    const std::optional<Received> got = one.received.take();
    ASSERT_TRUE(got.has_value());
    EXPECT_EQ(got->bytes.size(), static_cast<std::size_t>(i) * 17 + 1);
  }
}

TEST(PeerLinks, SendsTheAnswersOfTheHandler) {
  Consortium consortium(3);
  TestNode zero(consortium, 0, [](NodeIndex from, ByteView) {
    std::vector<consensus::Frame> answers;
    answers.push_back({from, frame_of("to the asker")});
    answers.push_back({NodeIndex(2), frame_of("to two")});
    return answers;
  });
  TestNode one(consortium, 1);
  TestNode two(consortium, 2);
  ASSERT_TRUE(zero.links.take_until(2));
  ASSERT_TRUE(one.links.take_until(2));

  one.send(0, frame_of("question"));

  EXPECT_EQ(one.received.take(), (Received{NodeIndex(0), frame_of("to the asker")}));
  EXPECT_EQ(two.received.take(), (Received{NodeIndex(0), frame_of("to two")}));
}

TEST(PeerLinks, ReconnectsWhenTheAcceptorComesBack) {
  Consortium consortium(2);
  auto zero = std::make_unique<TestNode>(consortium, 0);
  TestNode one(consortium, 1);
  ASSERT_TRUE(one.links.take_until(1));

  zero.reset();
  ASSERT_TRUE(one.links.take_until(0));
  zero = std::make_unique<TestNode>(consortium, 0);
  ASSERT_TRUE(one.links.take_until(1));
  one.send(0, frame_of("again"));

  EXPECT_EQ(zero->received.take(), (Received{NodeIndex(1), frame_of("again")}));
}

TEST(PeerLinks, ReconnectsWhenTheDialerComesBack) {
  Consortium consortium(2);
  TestNode zero(consortium, 0);
  auto one = std::make_unique<TestNode>(consortium, 1);
  ASSERT_TRUE(zero.links.take_until(1));

  one.reset();
  ASSERT_TRUE(zero.links.take_until(0));
  one = std::make_unique<TestNode>(consortium, 1);
  ASSERT_TRUE(zero.links.take_until(1));
  zero.send(1, frame_of("again"));

  EXPECT_EQ(one->received.take(), (Received{NodeIndex(0), frame_of("again")}));
}

TEST(PeerLinks, DialsNames) {
  Consortium consortium(2);
  TestNode zero(consortium, 0);
  LinkSettings settings = consortium.settings(1);
  settings.peers[0].host = "localhost";
  LinkHandlers handlers;
  handlers.on_frame = [](NodeIndex, ByteView) { return no_frames(); };

  const auto one = PeerLinks::start(settings, handlers);

  ASSERT_TRUE(one.ok());
  EXPECT_TRUE(zero.links.take_until(1));
}

TEST(PeerLinks, FramesForAbsentNodesAreDropped) {
  Consortium consortium(3);
  TestNode zero(consortium, 0);
  TestNode one(consortium, 1);
  ASSERT_TRUE(zero.links.take_until(1));

  for (const std::uint16_t absent : {std::uint16_t{0}, std::uint16_t{2}, std::uint16_t{99}})
    zero.send(absent, frame_of("lost"));
  zero.send(1, frame_of("kept"));

  EXPECT_EQ(one.received.take(), (Received{NodeIndex(0), frame_of("kept")}));
}

TEST(PeerLinks, ANewLinkReplacesTheOldOne) {
  Consortium consortium(2);
  TestNode zero(consortium, 0);
  RawPeer first = linked_as(consortium, 1, consortium.ports[0]);
  ASSERT_TRUE(zero.links.take_until(1));

  RawPeer second = linked_as(consortium, 1, consortium.ports[0]);

  EXPECT_TRUE(first.is_closed_by_node());
  second.write_frame(frame_of("here"));
  EXPECT_EQ(zero.received.take(), (Received{NodeIndex(1), frame_of("here")}));
}

TEST(PeerLinks, RefusesALowerNodeThatDials) {
  Consortium consortium(2);
  consortium.ports[0] = RawListener().port();  // nobody listens there any more
  TestNode one(consortium, 1);

  RawPeer zero = linked_as(consortium, 0, consortium.ports[1]);

  EXPECT_TRUE(zero.is_closed_by_node());
}

TEST(PeerLinks, ThreeFaultsCloseTheLinkAndKeepThePeerAway) {
  Consortium consortium(4);
  const std::uintmax_t mark = log_mark();
  TestNode zero(consortium, 0, [](NodeIndex, ByteView) { return malformed("no such thing"); });
  RawPeer one = linked_as(consortium, 1, consortium.ports[0]);

  for (int i = 0; i < 3; ++i)
    one.write_frame(frame_of("bad"));

  EXPECT_TRUE(one.is_closed_by_node());
  RawPeer again = linked_as(consortium, 1, consortium.ports[0]);
  EXPECT_TRUE(again.is_closed_by_node());
  zero.peer_links.reset();
  EXPECT_THAT(log_since(mark), HasSubstr("peer_closed node=1 reason=TOO_MANY_FAULTS"));
}

TEST(PeerLinks, NeverCutsOffMoreThanFPeers) {
  Consortium consortium(4);
  TestNode zero(consortium, 0, [](NodeIndex, ByteView) { return malformed("no such thing"); });
  RawPeer one = linked_as(consortium, 1, consortium.ports[0]);
  for (int i = 0; i < 3; ++i)
    one.write_frame(frame_of("bad"));
  ASSERT_TRUE(one.is_closed_by_node());

  RawPeer two = linked_as(consortium, 2, consortium.ports[0]);
  for (int i = 0; i < 6; ++i)
    two.write_frame(frame_of("bad too"));

  for (int i = 0; i < 9; ++i)
    EXPECT_TRUE(zero.received.take().has_value());
  zero.send(2, frame_of("still here"));
  EXPECT_EQ(two.read_frame(), frame_of("still here"));
}

TEST(PeerLinks, OurOwnTroubleIsNoFaultOfThePeer) {
  Consortium consortium(4);
  TestNode zero(consortium, 0, [](NodeIndex, ByteView) -> TestNode::Answer {
    return Error{ErrorCode::Unavailable, "queue full"};
  });
  RawPeer one = linked_as(consortium, 1, consortium.ports[0]);

  for (int i = 0; i < 50; ++i)
    one.write_frame(frame_of("good"));

  for (int i = 0; i < 50; ++i)
    EXPECT_TRUE(zero.received.take().has_value());
  zero.send(1, frame_of("still here"));
  EXPECT_EQ(one.read_frame(), frame_of("still here"));
}

TEST(PeerLinks, AnExceptionCostsTheLinkAndNothingElse) {
  Consortium consortium(2);
  TestNode zero(consortium, 0, [](NodeIndex, ByteView frame) -> TestNode::Answer {
    if (frame.size() == 1) throw std::runtime_error("a stray one");
    return no_frames();
  });
  TestNode one(consortium, 1);
  ASSERT_TRUE(one.links.take_until(1));

  one.send(0, frame_of(""));
  ASSERT_TRUE(one.links.take_until(0));
  ASSERT_TRUE(one.links.take_until(1));
  one.send(0, frame_of("still alive?"));

  EXPECT_TRUE(zero.received.take_until({NodeIndex(1), frame_of("still alive?")}));
}

TEST(PeerLinks, SlowHandlersDoNotStarveHeartbeats) {
  Consortium consortium(3);
  consortium.times.heartbeat = Duration(100);
  consortium.times.silence = Duration(800);
  TestNode zero(consortium, 0, [](NodeIndex, ByteView) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(10);
    while (std::chrono::steady_clock::now() < end) {
    }
    return no_frames();
  });
  TestNode one(consortium, 1);
  TestNode two(consortium, 2);
  ASSERT_TRUE(zero.links.take_until(2));
  ASSERT_TRUE(one.links.take_until(2));
  ASSERT_TRUE(two.links.take_until(2));

  for (int i = 0; i < 200; ++i)
    one.send(0, frame_of("work"));

  for (int i = 0; i < 200; ++i)
    ASSERT_TRUE(zero.received.take().has_value());
  for (TestNode* node : {&zero, &one, &two})
    EXPECT_EQ(node->links.take(std::chrono::milliseconds(0)), std::nullopt);
}

TEST(PeerLinks, WhoseFramesAreDearWaitsWhileOthersHaveTheirTurns) {
  Consortium consortium(4);
  TestNode zero(consortium, 0, [](NodeIndex from, ByteView) {
    // As many rounds of work as cost more than a burst, on any machine.
    const std::clock_t end = std::clock() + (from == NodeIndex(1) ? CLOCKS_PER_SEC : 0);
    while (std::clock() < end) {
    }
    return no_frames();
  });
  RawPeer liar = linked_as(consortium, 1, consortium.ports[0]);
  RawPeer correct = linked_as(consortium, 2, consortium.ports[0]);

  liar.write_frame(frame_of("dear"));
  liar.write_frame(frame_of("dear again"));
  EXPECT_EQ(zero.received.take(), (Received{NodeIndex(1), frame_of("dear")}));
  for (int i = 0; i < 5; ++i)
    correct.write_frame(frame_of("cheap"));

  for (int i = 0; i < 5; ++i)
    EXPECT_EQ(zero.received.take(), (Received{NodeIndex(2), frame_of("cheap")}));
  EXPECT_EQ(zero.received.take(), (Received{NodeIndex(1), frame_of("dear again")}))
      << "late, but not lost";
}

TEST(PeerLinks, RefusesKeysThatTheEpochDoesNotHave) {
  Consortium consortium(2);
  LinkSettings settings = consortium.settings(0);
  settings.tls_key_pem = key_from_seed(77).to_pem();
  LinkHandlers handlers;
  handlers.on_frame = [](NodeIndex, ByteView) { return no_frames(); };

  const auto tls = PeerLinks::start(settings, handlers);
  settings = consortium.settings(0);
  settings.consensus_key_pem = key_from_seed(77).to_pem();
  const auto consensus = PeerLinks::start(settings, handlers);
  settings = consortium.settings(0);
  settings.tls_key_pem = "no key";
  const auto none = PeerLinks::start(settings, handlers);
  settings = consortium.settings(0);
  settings.self = NodeIndex(2);
  const auto nobody = PeerLinks::start(settings, handlers);

  EXPECT_EQ(tls.error().code, ErrorCode::Conflict);
  EXPECT_EQ(consensus.error().code, ErrorCode::Conflict);
  EXPECT_EQ(none.error().code, ErrorCode::Malformed);
  EXPECT_EQ(nobody.error().code, ErrorCode::Conflict);
}

TEST(PeerLinks, NamesTheAddressThatItCannotListenOn) {
  Consortium consortium(2);
  const RawListener busy;
  consortium.ports[0] = busy.port();
  LinkHandlers handlers;
  handlers.on_frame = [](NodeIndex, ByteView) { return no_frames(); };

  const auto started = PeerLinks::start(consortium.settings(0), handlers);

  ASSERT_FALSE(started.ok());
  EXPECT_EQ(started.error().code, ErrorCode::Io);
  EXPECT_THAT(started.error().message, HasSubstr("127.0.0.1:" + std::to_string(busy.port())));
}

}  // namespace
}  // namespace tally::net::test
