// Reader takes back what Writer wrote, and refuses each other byte string with its offset.
#include <tally/codec/reader.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <tally/base/ids.h>
#include <tally/codec/writer.h>

namespace tally::codec {
namespace {

using testing::HasSubstr;

constexpr std::size_t kTextBytesMax = 64;
constexpr std::size_t kBytesMax = 256;
constexpr std::size_t kListMax = 100;

enum class Colour : std::uint8_t { Red = 1, Green = 2 };

bool is_known(Colour colour) {
  return colour == Colour::Red || colour == Colour::Green;
}

/// A record with a field of each kind.
struct Everything {
  std::uint8_t small = 0;
  std::uint16_t medium = 0;
  std::uint32_t large = 0;
  std::uint64_t huge = 0;
  std::int64_t change = 0;
  bool flag = false;
  std::string text;
  Bytes bytes;
  MemberId member;
  NodeIndex node;
  MerchantId merchant;
  Height height;
  Timestamp time;
  Colour colour = Colour::Red;
  std::vector<std::uint32_t> list;
  std::optional<std::uint64_t> optional;

  friend bool operator==(const Everything&, const Everything&) = default;
};

Bytes encode(const Everything& value) {
  Writer writer;
  writer.u8(value.small);
  writer.u16(value.medium);
  writer.u32(value.large);
  writer.u64(value.huge);
  writer.i64(value.change);
  writer.boolean(value.flag);
  writer.text(value.text);
  writer.bytes(value.bytes);
  writer.fixed(value.member);
  writer.number(value.node);
  writer.number(value.merchant);
  writer.number(value.height);
  writer.timestamp(value.time);
  writer.u8(static_cast<std::uint8_t>(value.colour));
  writer.list(value.list, [](Writer& w, std::uint32_t item) { w.u32(item); });
  writer.optional(value.optional, [](Writer& w, std::uint64_t item) { w.u64(item); });
  return std::move(writer).take();
}

Result<Everything> decode(ByteView bytes) {
  Reader reader(bytes);
  Everything value;
  value.small = reader.u8();
  value.medium = reader.u16();
  value.large = reader.u32();
  value.huge = reader.u64();
  value.change = reader.i64();
  value.flag = reader.boolean();
  value.text = reader.text(kTextBytesMax);
  value.bytes = to_bytes(reader.bytes(kBytesMax));
  value.member = reader.fixed<MemberId>();
  value.node = reader.number<NodeIndex>();
  value.merchant = reader.number<MerchantId>();
  value.height = reader.number<Height>();
  value.time = reader.timestamp();
  value.colour = reader.enumeration_u8<Colour>(is_known);
  value.list = reader.list<std::uint32_t>(kListMax, [](Reader& r) { return r.u32(); });
  value.optional = reader.optional<std::uint64_t>([](Reader& r) { return r.u64(); });
  TRY_VOID(reader.finish("everything"));
  return value;
}

rc::Gen<Everything> any_everything() {
  return rc::gen::exec([] {
    Everything value;
    value.small = *rc::gen::arbitrary<std::uint8_t>();
    value.medium = *rc::gen::arbitrary<std::uint16_t>();
    value.large = *rc::gen::arbitrary<std::uint32_t>();
    value.huge = *rc::gen::arbitrary<std::uint64_t>();
    value.change = *rc::gen::arbitrary<std::int64_t>();
    value.flag = *rc::gen::arbitrary<bool>();
    value.text =
        *rc::gen::resize(20, rc::gen::container<std::string>(rc::gen::inRange<char>(0x20, 0x7f)));
    value.text +=
        *rc::gen::element<std::string>("", "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x98\x80");
    value.bytes = *rc::gen::resize(100, rc::gen::arbitrary<Bytes>());
    for (std::uint8_t& byte : value.member.array())
      byte = *rc::gen::arbitrary<std::uint8_t>();
    value.node = NodeIndex(*rc::gen::arbitrary<std::uint16_t>());
    value.merchant = MerchantId(*rc::gen::arbitrary<std::uint32_t>());
    value.height = Height(*rc::gen::arbitrary<std::uint64_t>());
    value.time = Timestamp(*rc::gen::arbitrary<std::uint64_t>());
    value.colour = *rc::gen::element(Colour::Red, Colour::Green);
    value.list = *rc::gen::resize(50, rc::gen::arbitrary<std::vector<std::uint32_t>>());
    if (*rc::gen::arbitrary<bool>()) value.optional = *rc::gen::arbitrary<std::uint64_t>();
    return value;
  });
}

Everything an_example() {
  Everything value;
  value.small = 1;
  value.change = -1;
  value.flag = true;
  value.text = "till 7";
  value.bytes = {1, 2, 3};
  value.list = {4, 5};
  value.optional = 6;
  return value;
}

RC_GTEST_PROP(Reader, TakesBackWhatWasWritten, ()) {
  const Everything value = *any_everything();
  const Bytes bytes = encode(value);

  const Result<Everything> back = decode(bytes);

  RC_ASSERT(back.ok());
  RC_ASSERT(*back == value);
}

RC_GTEST_PROP(Reader, RefusesEveryTruncation, ()) {
  const Bytes bytes = encode(*any_everything());

  for (std::size_t size = 0; size < bytes.size(); ++size)
    RC_ASSERT(!decode(ByteView(bytes).first(size)).ok());
}

RC_GTEST_PROP(Reader, RefusesATrailingByte, (std::uint8_t byte)) {
  Bytes bytes = encode(*any_everything());
  const std::size_t end = bytes.size();
  bytes.push_back(byte);

  const Result<Everything> back = decode(bytes);

  RC_ASSERT(!back.ok());
  RC_ASSERT(back.error().message ==
            "everything: 1 bytes after the end at byte " + std::to_string(end));
}

RC_GTEST_PROP(Reader, AcceptsNoSecondEncodingOfAValue, ()) {
  Bytes bytes = encode(*any_everything());
  const auto at = *rc::gen::inRange<std::size_t>(0, bytes.size());
  bytes[at] = static_cast<std::uint8_t>(bytes[at] ^ *rc::gen::inRange<int>(1, 256));

  const Result<Everything> back = decode(bytes);

  if (back.ok()) RC_ASSERT(encode(*back) == bytes);
}

RC_GTEST_PROP(Reader, SurvivesAnyBytes, (const Bytes& bytes)) {
  const Result<Everything> back = decode(bytes);

  if (back.ok()) RC_ASSERT(encode(*back) == bytes);
}

TEST(Reader, NamesTheFirstFaultAndItsOffset) {
  Bytes bytes = encode(an_example());
  constexpr std::size_t kFlagOffset = 1 + 2 + 4 + 8 + 8;
  bytes[kFlagOffset] = 2;
  bytes.resize(kFlagOffset + 3);

  EXPECT_EQ(decode(bytes).error().message, "everything: a boolean is 0 or 1 at byte 23");
}

TEST(Reader, NamesWhereACutFieldStarts) {
  const Bytes bytes{0, 1, 2, 3, 4};
  Reader reader(bytes);

  (void)reader.u16();
  EXPECT_EQ(reader.u64(), 0U);

  EXPECT_EQ(reader.finish("block").error().message, "block: ends too early at byte 2");
}

TEST(Reader, GivesZerosAfterAFault) {
  const Bytes bytes(64, 0xff);
  Reader reader(bytes);

  reader.fail("out of order");
  reader.fail("a second fault");

  EXPECT_TRUE(reader.failed());
  EXPECT_EQ(reader.u8(), 0U);
  EXPECT_EQ(reader.u16(), 0U);
  EXPECT_EQ(reader.u32(), 0U);
  EXPECT_EQ(reader.u64(), 0U);
  EXPECT_EQ(reader.i64(), 0);
  EXPECT_FALSE(reader.boolean());
  EXPECT_TRUE(reader.raw(1).empty());
  EXPECT_TRUE(reader.bytes(100).empty());
  EXPECT_TRUE(reader.text(100).empty());
  EXPECT_TRUE(reader.fixed<MemberId>().is_zero());
  EXPECT_EQ(reader.number<Height>(), Height());
  EXPECT_TRUE(reader.list<int>(9, [](Reader&) { return 1; }).empty());
  EXPECT_FALSE(reader.optional<int>([](Reader&) { return 1; }).has_value());
  EXPECT_EQ(reader.finish("vote").error().message, "vote: out of order at byte 0");
}

TEST(Reader, RefusesEachByteButTwoForABoolean) {
  for (unsigned value = 0; value < 256; ++value) {
    const Bytes bytes{static_cast<std::uint8_t>(value)};
    Reader reader(bytes);
    EXPECT_EQ(reader.boolean(), value == 1);
    EXPECT_EQ(reader.finish("flag").ok(), value < 2) << value;
  }
}

TEST(Reader, RefusesAnOptionalOfPresenceTwo) {
  const Bytes bytes{2, 7};
  Reader reader(bytes);

  EXPECT_FALSE(reader.optional<int>([](Reader& r) { return r.u8(); }).has_value());

  EXPECT_THAT(reader.finish("optional").error().message, HasSubstr("at byte 0"));
}

TEST(Reader, RefusesAnUnknownEnumerator) {
  const Bytes bytes{3};
  Reader reader(bytes);

  (void)reader.enumeration_u8<Colour>(is_known);

  EXPECT_THAT(reader.finish("colour").error().message, HasSubstr("unknown value"));
}

TEST(Reader, TakesAListOfTheLimitAndRefusesALongerOneBeforeItsItems) {
  const Bytes longest{0, 0, 0, 2, 8, 9};
  const Bytes longer{0, 0, 0, 3, 7, 8, 9};
  int reads = 0;
  const auto read = [&reads](Reader& r) { return ++reads, r.u8(); };

  Reader at_limit(longest);
  EXPECT_EQ(at_limit.list<std::uint8_t>(2, read), (std::vector<std::uint8_t>{8, 9}));
  EXPECT_TRUE(at_limit.finish("list").ok());
  reads = 0;
  Reader over_limit(longer);
  EXPECT_EQ(over_limit.list<std::uint8_t>(2, read).capacity(), 0U);

  EXPECT_EQ(reads, 0);
  EXPECT_EQ(over_limit.finish("list").error().message, "list: list too long at byte 0");
}

TEST(Reader, AllocatesForItemsThatCameAndNotForTheCount) {
  const Bytes bytes{0xff, 0xff, 0xff, 0xff, 1, 2, 3};
  Reader reader(bytes);

  const auto items = reader.list<std::uint8_t>(~std::size_t{0}, [](Reader& r) { return r.u8(); });

  EXPECT_LE(items.capacity(), 8U);
  EXPECT_FALSE(reader.finish("list").ok());
}

TEST(Reader, TakesBytesOfTheLimitAndRefusesOneMore) {
  const Bytes bytes{0, 0, 0, 3, 7, 8, 9};

  Reader at_limit(bytes);
  EXPECT_EQ(to_bytes(at_limit.bytes(3)), (Bytes{7, 8, 9}));
  EXPECT_TRUE(at_limit.finish("bytes").ok());
  Reader over_limit(bytes);
  EXPECT_TRUE(over_limit.bytes(2).empty());

  EXPECT_EQ(over_limit.finish("bytes").error().message, "bytes: byte string too long at byte 0");
}

TEST(Reader, RefusesALengthPastTheEnd) {
  const Bytes bytes{0xff, 0xff, 0xff, 0xff, 1};
  Reader reader(bytes);

  EXPECT_TRUE(reader.bytes(~std::size_t{0}).empty());

  EXPECT_THAT(reader.finish("bytes").error().message, HasSubstr("ends too early"));
}

/// Whether `text` may stand in a text field.
bool is_text(std::string_view text) {
  Writer writer;
  writer.text(text);
  Reader reader(writer.view());
  const std::string back = reader.text(kTextBytesMax);
  const bool is_accepted = reader.finish("text").ok();
  EXPECT_EQ(back, is_accepted ? text : "");
  return is_accepted;
}

TEST(Text, TakesTheEdgesOfEachLengthOfUtf8) {
  for (const char* text : {"", " ", "~", "\xc2\xa0", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf",
                           "\xee\x80\x80", "\xef\xbf\xbf", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf",
                           "a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80z"})
    EXPECT_TRUE(is_text(text)) << to_hex(as_bytes(text));
}

TEST(Text, RefusesOverLongFormsSurrogatesAndWhatLiesAboveUnicode) {
  for (const char* text :
       {"\xc0\x80", "\xc0\xaf", "\xc1\xbf", "\xe0\x80\x80", "\xe0\x9f\xbf", "\xf0\x80\x80\x80",
        "\xf0\x8f\xbf\xbf", "\xed\xa0\x80", "\xed\xbf\xbf", "\xed\xa0\xbd\xed\xb8\x80",
        "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xf8\x88\x80\x80\x80", "\xfe", "\xff"})
    EXPECT_FALSE(is_text(text)) << to_hex(as_bytes(text));
}

TEST(Text, RefusesBrokenSequences) {
  for (const char* text :
       {"\x80", "\xbf", "a\x80", "\xc3", "\xc3z", "\xc3\xc3", "\xe2\x82", "\xe2\x82z", "\xe2z\x82",
        "\xf0\x9f\x98", "\xf0\x9f\x98z", "\xf0z\x98\x80", "\xe2\x82\xac\xac"})
    EXPECT_FALSE(is_text(text)) << to_hex(as_bytes(text));
}

TEST(Text, RefusesEveryControlCharacter) {
  for (int c = 0; c < 0x20; ++c)
    EXPECT_FALSE(is_text(std::string(1, static_cast<char>(c)))) << c;
  EXPECT_FALSE(is_text("\x7f"));
  for (int c = 0x80; c < 0xa0; ++c)
    EXPECT_FALSE(is_text(std::string("\xc2") + static_cast<char>(c))) << c;
}

}  // namespace
}  // namespace tally::codec
