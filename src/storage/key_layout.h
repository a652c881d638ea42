// KeyLayout: what lies where on disk, key by key and byte by byte.
// FORMAT: stored; docs/formats.md §4.
#pragma once

#include <tally/consensus/certificate.h>
#include <tally/state/block.h>
#include <tally/state/state_delta.h>
#include <tally/storage/store.h>

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tally::storage {

/// The column families, in the order of kFamilyNames.
enum class Family : std::uint8_t {
  Meta,
  Headers,
  Bodies,
  Receipts,
  Certificates,
  Records,
  Requests,
  Orders,
  Due,
  Views,
  Places,
};
inline constexpr std::array<std::string_view, 11> kFamilyNames = {
    "meta",     "headers", "bodies", "receipts", "certificates", "records",
    "requests", "orders",  "due",    "views",    "places"};
[[nodiscard]] std::string_view name_of(Family family);

/// meta's keys.
inline constexpr std::string_view kFormatKey = "format";
inline constexpr std::string_view kChainKey = "chain";
inline constexpr std::string_view kTipKey = "tip";
inline constexpr std::uint32_t kStoreFormat = 4;  // docs/formats.md §4 tells the ones before

/// The newest whole height, and where the vote log ended then.
struct Tip {
  Height height;
  LogPosition log;
  friend bool operator==(const Tip&, const Tip&) = default;
};

/// One value of the family headers.
struct HeaderValue {
  consensus::Header header;
  std::optional<consensus::Certificate> commit;
  std::vector<SubmissionDigest> submissions;
};

/// Big-endian, so that the order of keys is the order of heights.
[[nodiscard]] Bytes height_key(Height height);
/// Class, deadline, account: the entries of a class stand in the order in which they run.
struct DueKey {
  state::DueClass which = state::DueClass::Own;
  state::DueEntry entry;
};
/// Before all keys of a class.
[[nodiscard]] Bytes due_class_key(state::DueClass which);
[[nodiscard]] Bytes due_key(state::DueClass which, const state::DueEntry& entry);
[[nodiscard]] Result<DueKey> decode_due_key(ByteView key);

[[nodiscard]] Bytes encode_format();
/// Conflict: another format than kStoreFormat. Malformed.
[[nodiscard]] Result<void> check_format(ByteView value);
[[nodiscard]] Bytes encode_tip(const Tip& tip);
[[nodiscard]] Result<Tip> decode_tip(ByteView value);
[[nodiscard]] Bytes encode_header_value(const state::Block& block,
                                        const consensus::Certificate* commit);
[[nodiscard]] Result<HeaderValue> decode_header_value(ByteView value);
[[nodiscard]] Bytes encode_request(const state::RequestRecord& record);
[[nodiscard]] Result<state::RequestRecord> decode_request(ByteView value);
[[nodiscard]] Bytes encode_order(const state::OrderRecord& record);
[[nodiscard]] Result<state::OrderRecord> decode_order(ByteView value);

/// Where an account's earliest deadline of a class moved from and to; absent: it had, or has, none.
struct DueChange {
  state::DueClass which = state::DueClass::Own;
  std::optional<state::DueEntry> before;
  std::optional<state::DueEntry> after;
};
/// Of all accounts whose entry `delta` changes. Corrupt: an account's bytes do not decode.
[[nodiscard]] Result<std::vector<DueChange>> due_changes(const state::StateDelta& delta);

}  // namespace tally::storage
