// Records of the vote log as bytes.
#include <tally/consensus/vote_record.h>

#include "support/consensus_samples.h"
#include "support/golden.h"

namespace tally::test {
namespace {

using consensus::decode_record;
using consensus::VoteRecord;

TEST(VoteRecord, IsWhatTheGoldenFilesSay) {
  for (const auto& [name, record] : sample_records())
    Golden(encode_record(record)).expect_in("consensus/" + name + ".hex");
}

TEST(VoteRecord, ComesBack) {
  for (const auto& [name, record] : sample_records()) {
    const Bytes bytes = encode_record(record);
    const Result<VoteRecord> back = decode_record(bytes);
    ASSERT_TRUE(back.ok()) << name;
    EXPECT_EQ(back->index(), record.index()) << name;
    EXPECT_EQ(encode_record(*back), bytes) << name;
  }
}

TEST(VoteRecord, RefusesWhatIsCutOrLonger) {
  for (const auto& [name, record] : sample_records()) {
    Bytes bytes = encode_record(record);
    for (std::size_t size = 0; size < bytes.size(); ++size)
      EXPECT_FALSE(decode_record(ByteView(bytes).first(size)).ok()) << name << " " << size;
    bytes.push_back(0);
    EXPECT_FALSE(decode_record(bytes).ok()) << name;
  }
}

TEST(VoteRecord, RefusesTheNumbersThatAreKept) {
  for (const int type : {0, 10, 255}) {
    Bytes bytes = encode_record(sample_records()[0].second);
    bytes[0] = static_cast<std::uint8_t>(type);
    EXPECT_FALSE(decode_record(bytes).ok()) << type;
  }
}

}  // namespace
}  // namespace tally::test
