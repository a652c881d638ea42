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
};
inline constexpr std::array<std::string_view, 10> kFamilyNames = {
    "meta",    "headers",  "bodies", "receipts", "certificates",
    "records", "requests", "orders", "due",      "views"};
[[nodiscard]] std::string_view name_of(Family family);

/// meta's keys.
inline constexpr std::string_view kFormatKey = "format";
inline constexpr std::string_view kChainKey = "chain";
inline constexpr std::string_view kTipKey = "tip";
inline constexpr std::uint32_t kStoreFormat = 1;

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
[[nodiscard]] Bytes due_key(const state::DueEntry& entry);
[[nodiscard]] Result<state::DueEntry> decode_due_key(ByteView key);

[[nodiscard]] Bytes encode_format();
/// Conflict: another format than kStoreFormat. Malformed.
[[nodiscard]] Result<void> check_format(ByteView value);
[[nodiscard]] Bytes encode_tip(const Tip& tip);
[[nodiscard]] Result<Tip> decode_tip(ByteView value);
[[nodiscard]] Bytes encode_header_value(const state::Block& block,
                                        const consensus::Certificate* commit);
[[nodiscard]] Result<HeaderValue> decode_header_value(ByteView value);
/// Count, the end of each receipt counted from the first one's start, the receipts: so one is
/// found without the others. All u32.
[[nodiscard]] Bytes encode_receipts(const std::vector<Receipt>& receipts);
[[nodiscard]] Result<std::vector<Receipt>> decode_receipts(ByteView value);
/// NotFound: there are fewer.
[[nodiscard]] Result<Receipt> decode_receipt_at(ByteView value, std::uint32_t index);
[[nodiscard]] Bytes encode_request(const state::RequestRecord& record);
[[nodiscard]] Result<state::RequestRecord> decode_request(ByteView value);
[[nodiscard]] Bytes encode_order(const state::OrderRecord& record);
[[nodiscard]] Result<state::OrderRecord> decode_order(ByteView value);

/// Where an account's earliest deadline moved from and to; absent: it had, or has, none.
struct DueChange {
  std::optional<state::DueEntry> before;
  std::optional<state::DueEntry> after;
};
/// Of all accounts whose entry `delta` changes. Corrupt: an account's bytes do not decode.
[[nodiscard]] Result<std::vector<DueChange>> due_changes(const state::StateDelta& delta);

}  // namespace tally::storage
