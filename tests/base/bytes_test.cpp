// Hexadecimal, fixed bytes, and text made safe to print.
#include <tally/base/bytes.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace tally {
namespace {

using Four = FixedBytes<struct FourTag, 4>;
using testing::HasSubstr;

TEST(Hex, WritesTwoLowerCaseDigitsAByte) {
  EXPECT_EQ(to_hex({}), "");
  EXPECT_EQ(to_hex(Bytes{0x00, 0x0f, 0xa9, 0xff}), "000fa9ff");
}

TEST(Hex, ReadsBothCases) {
  const Result<Bytes> bytes = bytes_from_hex("00fFaB");

  ASSERT_TRUE(bytes.ok());
  EXPECT_EQ(*bytes, (Bytes{0x00, 0xff, 0xab}));
  EXPECT_TRUE(bytes_from_hex("").value().empty());
}

TEST(Hex, RefusesWhatIsNotHexAndNamesThePosition) {
  EXPECT_EQ(bytes_from_hex("abc").error().code, ErrorCode::Malformed);
  EXPECT_THAT(bytes_from_hex("ab0g").error().message, HasSubstr("position 3"));
  EXPECT_THAT(bytes_from_hex("abg0").error().message, HasSubstr("position 2"));
  for (const char* text : {"0x", " 1", "1 ", "-1", "+1", "\xc3\xa4", "g0", "@0", "`0", "/0", ":0"})
    EXPECT_FALSE(bytes_from_hex(text).ok()) << text;
}

TEST(Hex, RefusesAZeroByte) {
  EXPECT_FALSE(bytes_from_hex(std::string_view("0\0", 2)).ok());
}

RC_GTEST_PROP(Hex, ComesBackAsItWas, (const Bytes& bytes)) {
  RC_ASSERT(bytes_from_hex(to_hex(bytes)).value() == bytes);
}

TEST(FixedBytes, ComesOnlyFromItsOwnSize) {
  EXPECT_EQ(to_hex(fixed_from_hex<Four>("01020304").value().view()), "01020304");
  EXPECT_THAT(fixed_from_hex<Four>("010203").error().message, HasSubstr("got 3 bytes"));
  EXPECT_FALSE(fixed_from_hex<Four>("0102030405").ok());
  EXPECT_FALSE(fixed_from_hex<Four>("0102030g").ok());
}

TEST(FixedBytes, IsOrderedAsUnsignedBytes) {
  const Four low = fixed_from_hex<Four>("7fffffff").value();
  const Four high = fixed_from_hex<Four>("80000000").value();

  EXPECT_LT(low, high);
  EXPECT_NE(low, high);
  EXPECT_TRUE(Four().is_zero());
  EXPECT_FALSE(high.is_zero());
}

TEST(FixedBytesDeathTest, StopsOnAViewOfAnotherSize) {
  const Bytes three{1, 2, 3};

  EXPECT_DEATH((void)Four::from_view(three), "CHECK failed");
}

TEST(Bytes, AreTheTextTheyWere) {
  const std::string text("a\0\xff", 3);

  EXPECT_EQ(to_bytes(as_bytes(text)), (Bytes{'a', 0, 0xff}));
  EXPECT_EQ(as_text(as_bytes(text)), text);
}

TEST(Printable, KeepsPlainTextOfUpTo64Characters) {
  const std::string longest(64, 'x');

  EXPECT_EQ(printable(""), "");
  EXPECT_EQ(printable("till 7 ~!"), "till 7 ~!");
  EXPECT_EQ(printable(longest), longest);
}

TEST(Printable, EscapesWhatCouldSteerATerminalOrForgeALine) {
  EXPECT_EQ(printable("\x1b[2J"), "\\x1b[2J");
  EXPECT_EQ(printable("a\nb\r\t"), "a\\x0ab\\x0d\\x09");
  EXPECT_EQ(printable(std::string_view("\0\x7f\x80\xff", 4)), "\\x00\\x7f\\x80\\xff");
  EXPECT_EQ(printable("caf\xc3\xa9"), "caf\\xc3\\xa9");
  EXPECT_EQ(printable("\"\\"), "\\x22\\x5c");
}

TEST(Printable, CutsLongerTextAndMarksTheCut) {
  EXPECT_EQ(printable(std::string(65, 'x')), std::string(61, 'x') + "...");
  EXPECT_EQ(printable(std::string(60, 'x') + "\n\n"), std::string(60, 'x') + "...");
  EXPECT_EQ(printable(std::string(60, 'x') + "\n"), std::string(60, 'x') + "\\x0a");
}

RC_GTEST_PROP(Printable, IsAlwaysShortPlainAscii, (const std::string& text)) {
  const std::string shown = printable(text + text + text);

  RC_ASSERT(shown.size() <= 64U);
  for (const char c : shown)
    RC_ASSERT(c >= 0x20 && c <= 0x7e && c != '"');
}

}  // namespace
}  // namespace tally
