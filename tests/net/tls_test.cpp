// TLS that a node must refuse, and odd certificates that it must accept.
#include <tally/net/peer_links.h>

#include <gmock/gmock.h>

#include "net/network.h"
#include "net/raw_peer.h"

namespace tally::net::test {
namespace {

using testing::HasSubstr;

class TlsTest : public testing::Test {
 protected:
  /// With TLS 1.3 a client learns of its refusal on its first read.
  void expect_refused(const RawTls& tls) {
    RawPeer peer = RawPeer::dial(consortium.ports[0]);
    (void)peer.start_tls(tls);
    EXPECT_TRUE(peer.is_closed_by_node());
  }
  [[nodiscard]] std::string log() const { return log_since(mark); }
  [[nodiscard]] const crypto::PrivateKey& key(std::uint16_t i) const {
    return consortium.keys[i].tls;
  }

  Consortium consortium{4};
  std::uintmax_t mark = log_mark();
  TestNode node{consortium, 0};
};

TEST_F(TlsTest, RefusesAPeerWithoutACertificate) {
  expect_refused({});

  EXPECT_THAT(log(), HasSubstr("reason=NOT_A_VALIDATOR key=none"));
}

TEST_F(TlsTest, RefusesAKeyThatIsNotPinnedAndNamesIt) {
  const crypto::PrivateKey stranger = key_from_seed(77);

  expect_refused({.key = &stranger});

  EXPECT_THAT(log(),
              HasSubstr("reason=NOT_A_VALIDATOR key=" + to_hex(stranger.public_key().id().view())));
}

TEST_F(TlsTest, RefusesAConsensusKeyForTls) {
  expect_refused({.key = &consortium.keys[1].consensus});
}

TEST_F(TlsTest, ReadsNoDates) {
  for (const auto& [from, until] : {std::pair{-7'200L, -3'600L}, std::pair{3'600L, 7'200L}}) {
    for (const std::uint16_t i : {std::uint16_t{1}, std::uint16_t{2}}) {
      RawPeer peer = RawPeer::dial(consortium.ports[0]);
      ASSERT_TRUE(peer.start_tls({.key = &key(i), .not_before = from, .not_after = until}));
      EXPECT_TRUE(peer.read_frame().has_value());
    }
  }
}

TEST_F(TlsTest, RefusesOtherProtocols) {
  expect_refused({.key = &key(1), .alpn = "h2"});
  expect_refused({.key = &key(1), .alpn = ""});

  EXPECT_THAT(log(), HasSubstr("reason=ALPN"));
}

TEST_F(TlsTest, RefusesOldVersions) {
  expect_refused({.key = &key(1), .version = TLS1_2_VERSION});
}

TEST_F(TlsTest, GivesNoTickets) {
  RawPeer peer = linked_as(consortium, 1, consortium.ports[0]);
  node.send(1, frame_of("hello"));
  ASSERT_TRUE(peer.read_frame().has_value());

  EXPECT_EQ(SSL_SESSION_has_ticket(SSL_get0_session(peer.ssl())), 0);
  EXPECT_EQ(SSL_SESSION_get_max_early_data(SSL_get0_session(peer.ssl())), 0U);
}

/// A node that dials a raw peer in place of node 0.
class DiallingTlsTest : public testing::Test {
 protected:
  DiallingTlsTest() { consortium.ports[0] = listener.port(); }

  RawListener listener;
  Consortium consortium{4};
};

TEST_F(DiallingTlsTest, LinksToTheNodeThatIsPinned) {
  TestNode node(consortium, 1);
  RawPeer peer = listener.accept();
  ASSERT_TRUE(peer.start_tls({.key = &consortium.keys[0].tls}, true));
  RawHandshake said = handshake_of(consortium, 0);
  said.role = 2;

  peer.write_frame(RawPeer::handshake_frame(said, peer.exporter(), consortium.keys[0].consensus));

  EXPECT_TRUE(node.links.take_until(1));
}

TEST_F(DiallingTlsTest, RefusesAStrangerAtTheAddress) {
  const crypto::PrivateKey stranger = key_from_seed(77);
  TestNode node(consortium, 1);
  RawPeer peer = listener.accept();

  EXPECT_FALSE(peer.start_tls({.key = &stranger}, true));
}

TEST_F(DiallingTlsTest, RefusesAnotherNodeAtTheAddressAndDialsAgain) {
  const std::uintmax_t mark = log_mark();
  TestNode node(consortium, 1);
  RawPeer peer = listener.accept();
  ASSERT_TRUE(peer.start_tls({.key = &consortium.keys[2].tls}, true));
  RawHandshake said = handshake_of(consortium, 2);
  said.role = 2;

  peer.write_frame(RawPeer::handshake_frame(said, peer.exporter(), consortium.keys[2].consensus));

  EXPECT_TRUE(peer.is_closed_by_node());
  EXPECT_THAT(log_since(mark), HasSubstr("reason=OTHER_NODE answers=2"));
  RawPeer again = listener.accept();
  EXPECT_TRUE(again.start_tls({.key = &consortium.keys[0].tls}, true));
}

}  // namespace
}  // namespace tally::net::test
