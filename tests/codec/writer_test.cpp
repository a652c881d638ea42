// The canonical encoding, byte for byte: a change here is a change of protocol.
#include <tally/codec/writer.h>

#include <limits>

#include <gtest/gtest.h>

#include <tally/base/ids.h>

namespace tally::codec {
namespace {

/// The bytes, as hexadecimal, that `write` writes.
template <typename Write>
std::string written(Write write) {
  Writer writer;
  write(writer);
  return to_hex(writer.view());
}

TEST(Writer, WritesIntegersBigEndian) {
  EXPECT_EQ(written([](Writer& w) { w.u8(0xfe); }), "fe");
  EXPECT_EQ(written([](Writer& w) { w.u16(0x0102); }), "0102");
  EXPECT_EQ(written([](Writer& w) { w.u32(0x01020304); }), "01020304");
  EXPECT_EQ(written([](Writer& w) { w.u64(0x0102030405060708); }), "0102030405060708");
  EXPECT_EQ(written([](Writer& w) { w.u64(~std::uint64_t{0}); }), "ffffffffffffffff");
}

TEST(Writer, WritesSignedIntegersAsTwosComplement) {
  EXPECT_EQ(written([](Writer& w) { w.i64(1); }), "0000000000000001");
  EXPECT_EQ(written([](Writer& w) { w.i64(-1); }), "ffffffffffffffff");
  EXPECT_EQ(written([](Writer& w) { w.i64(-2); }), "fffffffffffffffe");
  EXPECT_EQ(written([](Writer& w) { w.i64(std::numeric_limits<std::int64_t>::min()); }),
            "8000000000000000");
  EXPECT_EQ(written([](Writer& w) { w.i64(std::numeric_limits<std::int64_t>::max()); }),
            "7fffffffffffffff");
}

TEST(Writer, WritesABooleanAsOneByte) {
  EXPECT_EQ(written([](Writer& w) { w.boolean(false); }), "00");
  EXPECT_EQ(written([](Writer& w) { w.boolean(true); }), "01");
}

TEST(Writer, WritesBytesAndTextBehindTheirLength) {
  EXPECT_EQ(written([](Writer& w) { w.bytes({}); }), "00000000");
  EXPECT_EQ(written([](Writer& w) { w.bytes(Bytes{0xab, 0x00}); }), "00000002ab00");
  EXPECT_EQ(written([](Writer& w) { w.text("caf\xc3\xa9"); }), "00000005636166c3a9");
}

TEST(Writer, WritesRawAndFixedBytesWithoutALength) {
  const auto member = fixed_from_hex<MemberId>("000102030405060708090a0b0c0d0e0f").value();

  EXPECT_EQ(written([](Writer& w) { w.raw(Bytes{1, 2}); }), "0102");
  EXPECT_EQ(written([](Writer& w) { w.raw({}); }), "");
  EXPECT_EQ(written([&member](Writer& w) { w.fixed(member); }), "000102030405060708090a0b0c0d0e0f");
}

TEST(Writer, WritesNumbersInTheirOwnWidth) {
  EXPECT_EQ(written([](Writer& w) { w.number(NodeIndex(3)); }), "0003");
  EXPECT_EQ(written([](Writer& w) { w.number(MerchantId(258)); }), "00000102");
  EXPECT_EQ(written([](Writer& w) { w.number(Height(258)); }), "0000000000000102");
  EXPECT_EQ(written([](Writer& w) { w.timestamp(Timestamp(258)); }), "0000000000000102");
}

TEST(Writer, WritesListsBehindTheirCount) {
  const std::vector<std::uint16_t> numbers{1, 0x0203};
  const auto write_number = [](Writer& w, std::uint16_t number) { w.u16(number); };

  EXPECT_EQ(written([&](Writer& w) { w.list(numbers, write_number); }), "0000000200010203");
  EXPECT_EQ(written([&](Writer& w) { w.list(std::vector<std::uint16_t>(), write_number); }),
            "00000000");
}

TEST(Writer, WritesOptionalsBehindTheirPresence) {
  const auto write_number = [](Writer& w, std::uint16_t number) { w.u16(number); };

  EXPECT_EQ(written([&](Writer& w) { w.optional(std::optional<std::uint16_t>(7), write_number); }),
            "010007");
  EXPECT_EQ(written([&](Writer& w) { w.optional(std::optional<std::uint16_t>(), write_number); }),
            "00");
}

TEST(Writer, GivesWhatWasWritten) {
  Writer writer;
  writer.u16(0x0102);
  writer.u8(3);

  EXPECT_EQ(writer.size(), 3U);
  EXPECT_EQ(std::move(writer).take(), (Bytes{1, 2, 3}));
}

TEST(WriterDeathTest, StopsOnALengthThat32BitsDoNotHold) {
  struct Endless {
    [[nodiscard]] std::size_t size() const { return std::size_t{1} << 32U; }
    [[nodiscard]] const int* begin() const { return nullptr; }
    [[nodiscard]] const int* end() const { return nullptr; }
  };
  Writer writer;

  EXPECT_DEATH(writer.list(Endless(), [](Writer& w, int) { w.u8(0); }), "CHECK failed");
}

}  // namespace
}  // namespace tally::codec
