// Durations, times, keys and addresses as text.
#include <tally/config/text.h>

#include <gtest/gtest.h>

namespace tally::config {
namespace {

TEST(DurationText, ReadsAndWritesEachUnit) {
  EXPECT_EQ(*duration_from("250ms"), Duration(250));
  EXPECT_EQ(*duration_from("90s"), Duration(90'000));
  EXPECT_EQ(*duration_from("15m"), Duration(900'000));
  EXPECT_EQ(*duration_from("72h"), Duration(72ULL * 3'600'000));
  EXPECT_EQ(*duration_from("30d"), Duration(30ULL * 86'400'000));
  EXPECT_EQ(text_of(Duration(72ULL * 3'600'000)), "3d");
  EXPECT_EQ(text_of(Duration(90'000)), "90s");
  EXPECT_EQ(text_of(Duration(1)), "1ms");
  EXPECT_EQ(text_of(Duration(0)), "0s");
}

TEST(DurationText, RefusesWhatCouldMeanSomethingElse) {  // CLI-25
  for (const char* text : {"", "5", "-5s", "+5s", "5 s", "5 fortnights", "1.5h", "5S", "s", "0x5s",
                           "99999999999999999999d", "9999999999d"})
    EXPECT_FALSE(duration_from(text).ok()) << text;
}

TEST(TimeText, IsRfc3339InUtc) {
  EXPECT_EQ(text_of(Timestamp(1'774'746'000'250)), "2026-03-29T01:00:00.250Z");
  EXPECT_EQ(text_of(Timestamp(0)), "1970-01-01T00:00:00Z");
  EXPECT_EQ(text_of(Timestamp::never()), "never");
}

TEST(HostPortText, ReadsNamesAndBothKindsOfAddresses) {
  EXPECT_EQ(text_of(*host_port_from("127.0.0.1:7101")), "127.0.0.1:7101");
  EXPECT_EQ(text_of(*host_port_from("[::1]:7101")), "[::1]:7101");
  EXPECT_EQ(text_of(*host_port_from("node-1.example.org:65535")), "node-1.example.org:65535");
  EXPECT_TRUE(is_loopback(*host_port_from("127.9.9.9:1")));
  EXPECT_TRUE(is_loopback(*host_port_from("[::1]:1")));
  EXPECT_FALSE(is_loopback(*host_port_from("10.0.0.1:1")));
}

TEST(HostPortText, RefusesTheRest) {
  for (const char* text : {"", ":1", "a", "a:", "a:0", "a:65536", "a:-1", "a:1x", "[::1]", "[::1]1",
                           "::1:7101", "1.2.3:1", "01.2.3.4:1", "256.1.1.1:1", "a b:1", "[x]:1"})
    EXPECT_FALSE(host_port_from(text).ok()) << text;
}

TEST(KeyText, ReadsBackWhatItWrote) {
  for (const crypto::KeyKind kind : {crypto::KeyKind::Ed25519, crypto::KeyKind::P256}) {
    const crypto::PublicKey key = crypto::PrivateKey::generate(kind).public_key();

    const Result<crypto::PublicKey> read = public_key_from(text_of(key));

    ASSERT_TRUE(read.ok());
    EXPECT_EQ(*read, key);
  }
}

TEST(KeyText, RefusesWeakAndUnknownKeys) {
  for (const std::string& text :
       {std::string(""), std::string("rsa:00"), "ed25519:" + std::string(64, '0'),
        "ed25519:" + std::string(62, '1'), "p256:" + std::string(66, 'f'), std::string("p256:xy")})
    EXPECT_FALSE(public_key_from(text).ok()) << text;
}

TEST(Nearest, FindsWhatWasMeant) {
  const std::vector<std::string> words = {"listen", "node_id", "data_dir", "start"};

  EXPECT_EQ(nearest("lisen", words), "listen");
  EXPECT_EQ(nearest("strat", words), "start");
  EXPECT_EQ(nearest("nodeid", words), "node_id");
  EXPECT_EQ(nearest("zzzzzz", words), "");
  EXPECT_EQ(nearest("", words), "");
}

TEST(ShownPath, IsWholeAndHarmless) {
  EXPECT_EQ(shown_path("/a/" + std::string(100, 'b')), "/a/" + std::string(100, 'b'));
  EXPECT_EQ(shown_path("/a\x1b[2J\n"), "/a\\x1b[2J\\x0a");
}

}  // namespace
}  // namespace tally::config
