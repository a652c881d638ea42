// Handshake frames that are not what the node must hear.
#include <tally/net/peer_links.h>

#include <gmock/gmock.h>

#include "net/network.h"
#include "net/raw_peer.h"

namespace tally::net::test {
namespace {

using testing::HasSubstr;
using testing::Not;

class HandshakeTest : public testing::Test {
 protected:
  /// TLS as node `i`, the frame of `said` signed by `key`; what the node then does stands in `log`.
  void expect_refused(const RawHandshake& said, const crypto::PrivateKey& key,
                      std::uint16_t i = 1) {
    RawPeer peer = RawPeer::dial(consortium.ports[0]);
    ASSERT_TRUE(peer.start_tls({.key = &consortium.keys[i].tls}));
    peer.write_frame(RawPeer::handshake_frame(said, peer.exporter(), key));
    EXPECT_TRUE(peer.is_closed_by_node());
  }
  void expect_serves() {
    RawPeer peer = linked_as(consortium, 1, consortium.ports[0]);
    peer.write_frame(frame_of("good"));
    EXPECT_EQ(node.received.take(), (Received{NodeIndex(1), frame_of("good")}));
  }
  [[nodiscard]] std::string log() const { return log_since(mark); }
  [[nodiscard]] const crypto::PrivateKey& key(std::uint16_t i) const {
    return consortium.keys[i].consensus;
  }

  Consortium consortium{4};
  std::uintmax_t mark = log_mark();
  TestNode node{consortium, 0};
};

TEST_F(HandshakeTest, AcceptsAnHonestOneAndUnknownFeatures) {
  RawPeer peer = RawPeer::dial(consortium.ports[0]);
  ASSERT_TRUE(peer.start_tls({.key = &consortium.keys[1].tls}));
  RawHandshake said = handshake_of(consortium, 1);
  said.features = ~std::uint64_t{0};
  said.protocol_max = 9;

  peer.write_frame(RawPeer::handshake_frame(said, peer.exporter(), key(1)));
  peer.write_frame(frame_of("first"));

  EXPECT_EQ(node.received.take(), (Received{NodeIndex(1), frame_of("first")}));
  EXPECT_THAT(log(), HasSubstr("peer_connected node=1"));
}

TEST_F(HandshakeTest, RefusesAnotherChainAndNamesBoth) {
  RawHandshake said = handshake_of(consortium, 1);
  said.chain.array().fill(0xdd);

  expect_refused(said, key(1));

  EXPECT_THAT(log(),
              HasSubstr("reason=GENESIS_MISMATCH ours=" + to_hex(consortium.epoch.chain.view()) +
                        " theirs=" + to_hex(said.chain.view())));
  expect_serves();
}

TEST_F(HandshakeTest, RefusesAnotherConsensusKey) {
  expect_refused(handshake_of(consortium, 1), key(2));

  EXPECT_THAT(log(), HasSubstr("reason=BAD_SIGNATURE"));
  expect_serves();
}

TEST_F(HandshakeTest, RefusesTheIndexOfAnother) {
  expect_refused(handshake_of(consortium, 2), key(2));
  EXPECT_THAT(log(), HasSubstr("reason=WRONG_NODE tls_key_of=1 claims=2"));

  RawHandshake said = handshake_of(consortium, 1);
  said.merchant = 3;
  expect_refused(said, key(1));
  said = handshake_of(consortium, 1);
  said.node = 60'000;
  expect_refused(said, key(1));
  expect_serves();
}

TEST_F(HandshakeTest, RefusesAProtocolRangeWithoutOverlap) {
  RawHandshake said = handshake_of(consortium, 1);
  said.protocol_min = 2;
  said.protocol_max = 5;

  expect_refused(said, key(1));

  EXPECT_THAT(log(), HasSubstr("reason=VERSION ours=1-1 theirs=2-5"));
}

TEST_F(HandshakeTest, RefusesAnotherFormat) {
  RawHandshake said = handshake_of(consortium, 1);
  said.version = 2;
  expect_refused(said, key(1));
  EXPECT_THAT(log(), HasSubstr("reason=VERSION ours=1 theirs=2 of=handshake"));

  said = handshake_of(consortium, 1);
  said.type = 1;
  expect_refused(said, key(1));
  EXPECT_THAT(log(), HasSubstr("reason=MALFORMED_HANDSHAKE"));
}

TEST_F(HandshakeTest, RefusesASignatureMadeForAnotherConnection) {
  RawPeer other = RawPeer::dial(consortium.ports[0]);
  ASSERT_TRUE(other.start_tls({.key = &consortium.keys[1].tls}));
  RawPeer peer = RawPeer::dial(consortium.ports[0]);
  ASSERT_TRUE(peer.start_tls({.key = &consortium.keys[1].tls}));

  peer.write_frame(RawPeer::handshake_frame(handshake_of(consortium, 1), other.exporter(), key(1)));

  EXPECT_TRUE(peer.is_closed_by_node());
  EXPECT_THAT(log(), HasSubstr("reason=BAD_SIGNATURE"));
}

TEST_F(HandshakeTest, RefusesTheOtherRole) {
  RawHandshake said = handshake_of(consortium, 1);
  said.role = 2;

  expect_refused(said, key(1));

  EXPECT_THAT(log(), HasSubstr("reason=BAD_SIGNATURE"));
}

TEST_F(HandshakeTest, RefusesItsOwnFrameSentBack) {
  RawPeer peer = RawPeer::dial(consortium.ports[0]);
  ASSERT_TRUE(peer.start_tls({.key = &consortium.keys[0].tls}));
  const std::optional<Bytes> own = peer.read_frame();
  ASSERT_TRUE(own.has_value());

  peer.write_frame(*own);

  EXPECT_TRUE(peer.is_closed_by_node());
  EXPECT_THAT(log(), HasSubstr("reason=BAD_SIGNATURE"));
  EXPECT_EQ(node.twins.take(std::chrono::milliseconds(0)), std::nullopt);
}

TEST_F(HandshakeTest, RaisesTheAlarmWhenItMeetsItself) {
  expect_refused(handshake_of(consortium, 0), key(0), 0);

  EXPECT_THAT(log(), HasSubstr("reason=SELF_TWIN"));
  EXPECT_TRUE(node.twins.take().has_value());
}

TEST_F(HandshakeTest, SeesThatTwoInstancesOfAPeerTakeTurns) {
  for (const std::uint8_t instance : {std::uint8_t{1}, std::uint8_t{2}, std::uint8_t{1}}) {
    EXPECT_THAT(log(), Not(HasSubstr("peer_has_twin")));
    RawPeer peer = RawPeer::dial(consortium.ports[0]);
    ASSERT_TRUE(peer.start_tls({.key = &consortium.keys[1].tls}));
    RawHandshake said = handshake_of(consortium, 1);
    said.instance = instance;
    peer.write_frame(RawPeer::handshake_frame(said, peer.exporter(), key(1)));
    peer.write_frame(frame_of("here"));
    ASSERT_TRUE(node.received.take().has_value());
  }

  EXPECT_THAT(log(), HasSubstr("peer_has_twin node=1"));
}

TEST_F(HandshakeTest, ASecondOneClosesTheLink) {
  RawPeer peer = linked_as(consortium, 1, consortium.ports[0]);

  peer.write_frame(RawPeer::handshake_frame(handshake_of(consortium, 1), peer.exporter(), key(1)));

  EXPECT_TRUE(peer.is_closed_by_node());
  node.peer_links.reset();
  EXPECT_THAT(log(), HasSubstr("peer_closed node=1 reason=HANDSHAKE_TWICE"));
}

TEST_F(HandshakeTest, RefusesWrongLengths) {
  for (const std::uint32_t length : {0U, 1U, 1'025U, 0xffff'ffffU}) {
    RawPeer peer = RawPeer::dial(consortium.ports[0]);
    ASSERT_TRUE(peer.start_tls({.key = &consortium.keys[1].tls}));
    peer.write_length(length);
    if (length == 1) peer.write(Bytes{0});
    EXPECT_TRUE(peer.is_closed_by_node());
  }
  RawPeer peer = RawPeer::dial(consortium.ports[0]);
  ASSERT_TRUE(peer.start_tls({.key = &consortium.keys[1].tls}));
  Bytes long_one = RawPeer::handshake_frame(handshake_of(consortium, 1), peer.exporter(), key(1));
  long_one.push_back(0);
  peer.write_frame(long_one);
  EXPECT_TRUE(peer.is_closed_by_node());

  EXPECT_THAT(log(), HasSubstr("reason=MALFORMED_HANDSHAKE length=0"));
  expect_serves();
}

}  // namespace
}  // namespace tally::net::test
