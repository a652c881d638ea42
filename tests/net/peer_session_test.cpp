// Streams of bytes that a node must survive: garbage, silence, odd lengths, peers that never read.
#include <tally/net/peer_links.h>

#include <tally/base/limits.h>

#include <gmock/gmock.h>

#include "net/network.h"
#include "net/raw_peer.h"

namespace tally::net::test {
namespace {

using testing::HasSubstr;

class PeerSessionTest : public testing::Test {
 protected:
  void start() { node.emplace(consortium, std::uint16_t{0}); }
  void expect_serves() {
    RawPeer peer = linked_as(consortium, 1, consortium.ports[0]);
    peer.write_frame(frame_of("good"));
    EXPECT_TRUE(node->received.take_until({NodeIndex(1), frame_of("good")}));
  }
  /// Ends the node, so that all that it had to say is in the log.
  [[nodiscard]] std::string log_at_end() {
    node.reset();
    return log_since(mark);
  }

  Consortium consortium{4};
  std::uintmax_t mark = log_mark();
  std::optional<TestNode> node;
};

TEST_F(PeerSessionTest, SurvivesGarbageBeforeTls) {
  start();
  std::string random = "\x16\x03\x01\x7f\xff";
  for (int i = 0; i < 5'000; ++i)
    random.push_back(static_cast<char>(i * 167 % 251));
  for (const std::string& garbage : {std::string("GET / HTTP/1.1\r\nHost: x\r\n\r\n"), random,
                                     std::string(5'000, '\0'), std::string("\xff\xff\xff\xff")}) {
    RawPeer peer = RawPeer::dial(consortium.ports[0]);
    peer.write_plain(garbage + std::string(64, 'x'));
    EXPECT_TRUE(peer.is_closed_by_node());
  }

  expect_serves();
}

TEST_F(PeerSessionTest, LogsGarbageOnceAMinute) {
  start();
  for (int i = 0; i < 20; ++i) {
    RawPeer peer = RawPeer::dial(consortium.ports[0]);
    peer.write_plain("GET / HTTP/1.1\r\n\r\n");
    ASSERT_TRUE(peer.is_closed_by_node());
  }

  const std::string log = log_at_end();
  const std::size_t first = log.find("reason=TLS");
  ASSERT_NE(first, std::string::npos);
  EXPECT_EQ(log.find("reason=TLS", first + 1), std::string::npos);
}

TEST_F(PeerSessionTest, ClosesWhoNeverStartsTls) {
  consortium.times.tls = Duration(200);
  start();
  RawPeer peer = RawPeer::dial(consortium.ports[0]);

  EXPECT_TRUE(peer.is_closed_by_node());
  EXPECT_THAT(log_at_end(), HasSubstr("reason=TLS_TIMEOUT"));
}

TEST_F(PeerSessionTest, ClosesWhoSendsNoHandshakeFrame) {
  consortium.times.handshake = Duration(200);
  start();
  RawPeer peer = RawPeer::dial(consortium.ports[0]);
  ASSERT_TRUE(peer.start_tls({.key = &consortium.keys[1].tls}));
  peer.write(Bytes{0, 0});

  EXPECT_TRUE(peer.is_closed_by_node());
  EXPECT_THAT(log_at_end(), HasSubstr("reason=HANDSHAKE_TIMEOUT"));
}

TEST_F(PeerSessionTest, HasEightPlacesForStrangersOfOneAddress) {
  consortium.times.tls = Duration(600'000);
  start();
  std::vector<RawPeer> waiting;
  for (int i = 0; i < 8; ++i)
    waiting.push_back(RawPeer::dial(consortium.ports[0]));

  RawPeer ninth = RawPeer::dial(consortium.ports[0]);
  EXPECT_TRUE(ninth.is_closed_by_node());

  waiting.pop_back();
  waiting.front().write_plain(std::string(100, 'x'));
  EXPECT_TRUE(waiting.front().is_closed_by_node());
  expect_serves();
}

TEST_F(PeerSessionTest, ReadsFramesThatAreSplitAtEveryByte) {
  start();
  RawPeer peer = linked_as(consortium, 1, consortium.ports[0]);

  for (const std::uint8_t byte : RawPeer::framed(frame_of("drop by drop")))
    peer.write(Bytes{byte});

  EXPECT_EQ(node->received.take(), (Received{NodeIndex(1), frame_of("drop by drop")}));
}

TEST_F(PeerSessionTest, ReadsManyFramesOfOneSegment) {
  start();
  RawPeer peer = linked_as(consortium, 1, consortium.ports[0]);
  Bytes segment;
  for (int i = 0; i < 300; ++i) {
    const Bytes frame = RawPeer::framed(frame_of(std::to_string(i)));
    segment.insert(segment.end(), frame.begin(), frame.end());
  }

  peer.write(segment);

  for (int i = 0; i < 300; ++i)
    ASSERT_EQ(node->received.take(), (Received{NodeIndex(1), frame_of(std::to_string(i))}));
}

TEST_F(PeerSessionTest, ClosesOnALengthOverTheLimit) {
  start();
  for (const std::uint32_t length :
       {static_cast<std::uint32_t>(limits::kFrameBytesMax + 1), 0xffff'ffffU}) {
    RawPeer peer = linked_as(consortium, 1, consortium.ports[0]);
    peer.write_length(length);
    EXPECT_TRUE(peer.is_closed_by_node());
  }

  expect_serves();
  EXPECT_THAT(log_at_end(), HasSubstr("peer_closed node=1 reason=FRAME_TOO_LONG"));
}

TEST_F(PeerSessionTest, ClosesOnAFrameThatDoesNotEnd) {
  consortium.times.heartbeat = Duration(40);
  consortium.times.body = Duration(200);
  consortium.times.silence = Duration(60'000);
  start();
  RawPeer peer = linked_as(consortium, 1, consortium.ports[0]);
  peer.write_length(1'000);
  peer.write(Bytes{1, 2, 3});

  EXPECT_TRUE(peer.is_closed_by_node());
  EXPECT_THAT(log_at_end(), HasSubstr("peer_closed node=1 reason=FRAME_TIMEOUT"));
}

TEST_F(PeerSessionTest, ClosesOnSilence) {
  consortium.times.heartbeat = Duration(40);
  consortium.times.silence = Duration(200);
  start();
  RawPeer peer = linked_as(consortium, 1, consortium.ports[0]);

  EXPECT_TRUE(peer.is_closed_by_node());
  EXPECT_THAT(log_at_end(), HasSubstr("peer_closed node=1 reason=SILENT"));
}

TEST_F(PeerSessionTest, SendsHeartbeatsOnAnIdleLink) {
  consortium.times.heartbeat = Duration(40);
  start();
  RawPeer peer = linked_as(consortium, 1, consortium.ports[0]);

  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(peer.read_frame(), Bytes());
}

TEST_F(PeerSessionTest, ClosesOnAFloodOfHeartbeats) {
  start();
  RawPeer peer = linked_as(consortium, 1, consortium.ports[0]);

  peer.write(Bytes(400, 0));

  EXPECT_TRUE(peer.is_closed_by_node());
  EXPECT_THAT(log_at_end(), HasSubstr("peer_closed node=1 reason=TOO_MANY_FAULTS"));
}

TEST_F(PeerSessionTest, DropsAPeerThatNeverReads) {
  start();
  RawPeer peer = linked_as(consortium, 1, consortium.ports[0]);
  ASSERT_TRUE(node->links.take_until(1));

  // Together more than a queue holds, and the first is still on its way.
  for (std::size_t sent = 0; sent < limits::kPeerOutboundBytes; sent += limits::kFrameBytesMax)
    node->send(1, Bytes(limits::kFrameBytesMax, 1));

  EXPECT_TRUE(node->links.take_until(0));
  EXPECT_THAT(log_at_end(), HasSubstr("peer_closed node=1 reason=OUTBOUND_FULL"));
}

TEST_F(PeerSessionTest, DropsAPeerThatTakesNothingForLong) {
  consortium.times.heartbeat = Duration(100);
  consortium.times.silence = Duration(500);
  start();
  RawPeer peer = linked_as(consortium, 1, consortium.ports[0]);
  ASSERT_TRUE(node->links.take_until(1));
  node->send(1, Bytes(limits::kFrameBytesMax, 1));

  // It speaks, but it does not listen.
  for (int i = 0; i < 10'000; ++i) {
    if (node->links.take(std::chrono::milliseconds(50)) == std::optional<std::size_t>(0)) break;
    peer.write_frame(frame_of("la la la"));
  }

  EXPECT_THAT(log_at_end(), HasSubstr("peer_closed node=1 reason=NOT_READING"));
}

}  // namespace
}  // namespace tally::net::test
