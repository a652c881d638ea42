// How this module's records are read: a format byte, the fields, nothing after them.
#pragma once

#include <tally/base/micro_units.h>
#include <tally/codec/reader.h>
#include <tally/codec/writer.h>
#include <tally/model/ids.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace tally::state {

/// The first byte of every record under the root, so that a later format can be told from this.
inline constexpr std::uint8_t kRecordFormat = 1;

[[nodiscard]] inline codec::Writer begin_record() {
  codec::Writer out;
  out.u8(kRecordFormat);
  return out;
}

inline void expect_format(codec::Reader& in) {
  const std::uint8_t format = in.u8();
  if (format != kRecordFormat)
    in.fail("format of record: got " + std::to_string(format) + "; expected 1");
}

/// Reads a whole record by `read(reader, value)`. Corrupt: the disk's bytes do not decode to one.
template <typename T, typename Read>
[[nodiscard]] Result<T> decode_record(ByteView bytes, const char* what, Read read) {
  codec::Reader in(bytes);
  expect_format(in);
  T value{};
  read(in, value);
  const Result<void> finished = in.finish(what);
  if (!finished.ok()) return Error{ErrorCode::Corrupt, finished.error().message};
  return value;
}

/// The record that a look-up found, by `decode(bytes)`; nullopt: it found none.
template <typename Decode>
[[nodiscard]] auto decode_found(const std::optional<Bytes>& bytes, Decode decode)
    -> Result<std::optional<typename decltype(decode(ByteView()))::Value>> {
  using Found = std::optional<typename decltype(decode(ByteView()))::Value>;
  if (!bytes.has_value()) return Found();
  auto record = decode(*bytes);
  if (!record.ok()) return record.error();
  return Found(std::move(record).value());
}

/// A list whose length has no bound of its own: what is there bounds it. Each item takes more than
/// a byte.
template <typename T, typename Read>
[[nodiscard]] std::vector<T> decode_list(codec::Reader& in, Read read) {
  return in.list<T>(in.remaining(), read);
}

/// What `key` maps the items to must ascend strictly: a list that does not is none of ours.
template <typename T, typename Key>
void require_ascending(codec::Reader& in, const std::vector<T>& items, Key key) {
  const auto out_of_order = [&](const T& a, const T& b) { return !(key(a) < key(b)); };
  if (std::adjacent_find(items.begin(), items.end(), out_of_order) != items.end())
    in.fail("a list that does not ascend");
}

template <typename Enum>
void encode_enum(codec::Writer& out, Enum value) {
  static_assert(sizeof(Enum) == 1);
  out.u8(static_cast<std::uint8_t>(value));
}

/// One of the enumerators from `first` to `last`, which have no gaps.
template <typename Enum>
[[nodiscard]] Enum decode_between(codec::Reader& in, Enum first, Enum last) {
  return in.enumeration_u8<Enum>([&](Enum e) { return e >= first && e <= last; });
}

template <typename Fixed>
void encode_fixed(codec::Writer& out, const Fixed& value) {
  out.fixed(value);
}

template <typename Fixed>
[[nodiscard]] Fixed decode_fixed(codec::Reader& in) {
  return in.fixed<Fixed>();
}

inline void encode_micro_units(codec::Writer& out, MicroUnits amount) {
  out.i64(amount.value());
}

/// An amount between merchants, whose size is below 2^62.
[[nodiscard]] inline MicroUnits decode_micro_units(codec::Reader& in) {
  const std::int64_t value = in.i64();
  const std::optional<MicroUnits> amount = MicroUnits::from(value);
  if (!amount.has_value()) in.fail("an amount of " + std::to_string(value) + " micro-units");
  return amount.value_or(MicroUnits());
}

inline void encode_position(codec::Writer& out, const Position& position) {
  out.number(position.height);
  out.u32(position.index);
}

[[nodiscard]] inline Position decode_position(codec::Reader& in) {
  Position position;
  position.height = in.number<Height>();
  position.index = in.u32();
  return position;
}

inline void encode_lot_id(codec::Writer& out, const LotId& id) {
  encode_position(out, id.transaction);
  out.u16(id.entry);
}

[[nodiscard]] inline LotId decode_lot_id(codec::Reader& in) {
  LotId id;
  id.transaction = decode_position(in);
  id.entry = in.u16();
  return id;
}

}  // namespace tally::state
