// The values of the ledger's families and the entries of the vote log, from any bytes.
#include "fuzz/fuzz.h"
#include "storage/key_layout.h"
#include "storage/vote_entry.h"
#include "support/builders.h"
#include "support/log_salt.h"

namespace tally::fuzz {
namespace {

using namespace tally::storage;

constexpr std::uint8_t kDueKey = 0;
constexpr std::uint8_t kFormat = 1;
constexpr std::uint8_t kTip = 2;
constexpr std::uint8_t kHeaderValue = 3;
constexpr std::uint8_t kReceipts = 4;
constexpr std::uint8_t kRequest = 5;
constexpr std::uint8_t kOrder = 6;
constexpr std::uint8_t kEntry = 7;
constexpr std::uint8_t kOpening = 8;
constexpr std::size_t kDecoders = 9;

void run_header_value(ByteView bytes) {
  Result<HeaderValue> value = decode_header_value(bytes);
  if (!value.ok()) return;
  state::Block block;
  block.header = value->header;
  block.submissions = std::move(value->submissions);
  expect_same(bytes,
              encode_header_value(block, value->commit.has_value() ? &*value->commit : nullptr));
}

/// Found one by one, each receipt is the one that all together say.
void run_receipts(ByteView bytes) {
  const Result<std::vector<Receipt>> all = decode_receipts(bytes);
  const Result<Receipt> first = decode_receipt_at(bytes, 0);
  if (!all.ok()) return;
  expect_same(bytes, encode_receipts(*all));
  CHECK(first.ok() == !all->empty());
  for (std::size_t i = 0; i < all->size(); ++i)
    CHECK(decode_receipt_at(bytes, static_cast<std::uint32_t>(i)).value() == (*all)[i]);
  CHECK(!decode_receipt_at(bytes, static_cast<std::uint32_t>(all->size())).ok());
}

void run_entry_of(const LogSalt* salt, ByteView bytes) {
  const std::optional<VoteEntry> entry = parse_entry(salt, bytes);
  if (!entry.has_value()) return;
  if (salt != nullptr && entry->sequence == 7) CHECK(find_entry_after(*salt, bytes, 6) == 0U);
  const Result<std::vector<ByteView>> records = entry_records(*entry);
  if (!records.ok() || entry->sequence == 0) return;
  std::vector<Bytes> copies;
  for (const ByteView record : *records)
    copies.push_back(to_bytes(record));
  expect_same(bytes.first(entry->size),
              encode_entry(salt, {entry->sequence - 1, entry->previous}, copies).bytes);
}

void run_entry(ByteView bytes) {
  const LogSalt salt = test::a_log_salt();
  const std::optional<std::size_t> found = find_entry_after(salt, bytes, 6);
  if (found.has_value()) CHECK(parse_entry(&salt, bytes.subspan(*found)).has_value());
  for (const LogSalt* const of : {&salt, static_cast<const LogSalt*>(nullptr)})
    run_entry_of(of, bytes);
}

/// Records in pieces, sealed as an entry by their hash: what no damage gets past.
void run_sealed(Choices choices) {
  std::vector<Bytes> records;
  while (!choices.is_empty())
    records.push_back(to_bytes(choices.piece()));
  const LogSalt salt = test::a_log_salt();
  const EncodedEntry sealed = encode_entry(&salt, {6, test::fixed_of<Hash>(6)}, records);
  const std::optional<VoteEntry> entry = parse_entry(&salt, sealed.bytes);
  CHECK(entry.has_value());
  CHECK(entry->sequence == 7);
  const std::vector<ByteView> read = entry_records(*entry).value();
  CHECK(read.size() == records.size());
  for (const ByteView record : read)
    if (const Result<SegmentOpening> opening = decode_opening(record); opening.ok())
      expect_same(record, encode_opening(*opening));
}

}  // namespace

void run(ByteView input) {
  Choices choices(input);
  const std::size_t decoder = choices.below(kDecoders + 1);
  if (decoder == kDecoders) return run_sealed(choices);
  const ByteView bytes = choices.rest();
  switch (decoder) {
    case kDueKey:
      if (const auto entry = decode_due_key(bytes); entry.ok()) expect_same(bytes, due_key(*entry));
      return;
    case kFormat:
      if (check_format(bytes).ok()) expect_same(bytes, encode_format());
      return;
    case kTip:
      if (const auto tip = decode_tip(bytes); tip.ok()) expect_same(bytes, encode_tip(*tip));
      return;
    case kHeaderValue:
      return run_header_value(bytes);
    case kReceipts:
      return run_receipts(bytes);
    case kRequest:
      if (const auto request = decode_request(bytes); request.ok())
        expect_same(bytes, encode_request(*request));
      return;
    case kOrder:
      if (const auto order = decode_order(bytes); order.ok())
        expect_same(bytes, encode_order(*order));
      return;
    case kEntry:
      return run_entry(bytes);
    default:
      if (const auto opening = decode_opening(bytes); opening.ok())
        expect_same(bytes, encode_opening(*opening));
      return;
  }
}

std::vector<Bytes> seeds() {
  state::Block block;
  block.header = consensus::decode_header(golden("consensus/header.hex")).value();
  block.submissions = {test::fixed_of<SubmissionDigest>(1), test::fixed_of<SubmissionDigest>(2)};
  const consensus::VoteRecord committed =
      consensus::decode_record(golden("consensus/record_committed.hex")).value();
  const consensus::Certificate& commit = std::get<consensus::Committed>(committed).certificate;
  const Receipt receipt = decode_receipt(golden("model/receipt.hex")).value();
  state::RequestRecord request;
  request.kind = ActionKind::Earn;
  request.value = test::money(250);
  const state::DueEntry due{test::kStart, state::account_key({test::member(7), test::kCafe})};
  const LogSalt salt = test::a_log_salt();
  const SegmentOpening opening{
      3, {test::fixed_of<Hash>(1), test::key_from_seed(1).public_key()}, salt};
  Bytes sealed{kDecoders};
  append_piece(sealed, encode_opening(opening));
  append_piece(sealed, golden("consensus/record_voted.hex"));
  const Bytes record = golden("consensus/record_stable.hex");
  return {
      after(kDueKey, due_key(due)),
      after(kFormat, encode_format()),
      after(kTip, encode_tip({Height(3), {7, test::fixed_of<Hash>(7)}})),
      after(kHeaderValue, encode_header_value(block, &commit)),
      after(kHeaderValue, encode_header_value(block, nullptr)),
      after(kReceipts, encode_receipts({receipt, receipt})),
      after(kReceipts, encode_receipts({})),
      after(kRequest, encode_request(request)),
      after(kOrder, encode_order({test::kStart, true, test::money(100)})),
      after(kEntry, encode_entry(nullptr, {6, test::fixed_of<Hash>(6)}, {record, record}).bytes),
      after(kEntry, encode_entry(&salt, {6, test::fixed_of<Hash>(6)}, {record, record}).bytes),
      after(kOpening, encode_opening(opening)),
      sealed,
  };
}

}  // namespace tally::fuzz
