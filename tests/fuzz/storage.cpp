// The values of the ledger's families and the entries of the vote log, from any bytes.
#include "fuzz/fuzz.h"
#include "storage/key_layout.h"
#include "storage/pieces.h"
#include "storage/vote_entry.h"
#include "support/builders.h"
#include "support/log_salt.h"

#include <array>
#include <map>
#include <utility>

namespace tally::fuzz {
namespace {

using namespace tally::storage;

constexpr std::uint8_t kDueKey = 0;
constexpr std::uint8_t kFormat = 1;
constexpr std::uint8_t kTip = 2;
constexpr std::uint8_t kHeaderValue = 3;
constexpr std::uint8_t kPlaces = 4;
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

/// A block's pieces, any bytes: what is found alone is what is found with all.
void run_pieces(Choices choices) {
  std::map<std::pair<Family, std::uint32_t>, Bytes> pieces;
  std::uint32_t number = 0;
  while (!choices.is_empty()) {
    const Family family =
        std::array{Family::Bodies, Family::Receipts, Family::Places}.at(choices.below(3));
    pieces[{family, number++ / 3}] = to_bytes(choices.piece());
  }
  const FindPiece find = [&](Family family, std::uint32_t piece) -> Result<std::optional<Bytes>> {
    const auto found = pieces.find({family, piece});
    return found == pieces.end() ? std::optional<Bytes>() : std::optional(found->second);
  };
  const Result<std::vector<Receipt>> all = read_receipts(find);
  for (std::uint32_t i = 0; i < 3; ++i) {
    const Result<Place> place = read_place(i, find);
    if (!place.ok()) continue;
    const Result<Bytes> bytes =
        read_range(Family::Receipts, place->receipt_start, place->receipt_size, find);
    if (all.ok()) CHECK(decode_receipt(bytes.value()).value() == all->at(i));
    (void)read_range(Family::Bodies, place->transaction_start, place->transaction_size, find).ok();
  }
}

void run_places(ByteView bytes) {
  if (const auto places = decode_places(bytes); places.ok())
    expect_same(bytes, encode_places(*places));
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
  const std::size_t decoder = choices.below(kDecoders + 2);
  if (decoder == kDecoders) return run_sealed(choices);
  if (decoder == kDecoders + 1) return run_pieces(choices);
  const ByteView bytes = choices.rest();
  switch (decoder) {
    case kDueKey:
      if (const auto due = decode_due_key(bytes); due.ok())
        expect_same(bytes, due_key(due->which, due->entry));
      return;
    case kFormat:
      if (check_format(bytes).ok()) expect_same(bytes, encode_format());
      return;
    case kTip:
      if (const auto tip = decode_tip(bytes); tip.ok()) expect_same(bytes, encode_tip(*tip));
      return;
    case kHeaderValue:
      return run_header_value(bytes);
    case kPlaces:
      return run_places(bytes);
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
  const state::OrderPart part{{Height(3), 7}, test::kStart};
  const state::OrderRecord order{
      test::kStart, part, {part}, {part}, test::money(100), {{{Height(4), 1}, test::kStart, {}}}};
  const LogSalt salt = test::a_log_salt();
  const SegmentOpening opening{
      3, {test::fixed_of<Hash>(1), test::key_from_seed(1).public_key()}, salt};
  Bytes sealed{kDecoders};
  append_piece(sealed, encode_opening(opening));
  append_piece(sealed, golden("consensus/record_voted.hex"));
  Bytes pieces{kDecoders + 1};
  pieces.push_back(1);
  append_piece(pieces, encode_receipt(receipt));
  pieces.push_back(2);
  append_piece(
      pieces, encode_places(
                  {1, {{0, static_cast<std::uint32_t>(encode_receipt(receipt).size()), 67, 150}}}));
  const Bytes record = golden("consensus/record_stable.hex");
  return {
      after(kDueKey, due_key(state::DueClass::Shared, due)),
      after(kFormat, encode_format()),
      after(kTip, encode_tip({Height(3), {7, test::fixed_of<Hash>(7)}})),
      after(kHeaderValue, encode_header_value(block, &commit)),
      after(kHeaderValue, encode_header_value(block, nullptr)),
      after(kPlaces, encode_places({2, {{0, 200, 67, 150}, {200, 180, 0, 0}}})),
      after(kPlaces, encode_places({})),
      after(kRequest, encode_request(request)),
      after(kOrder, encode_order(order)),
      after(kEntry, encode_entry(nullptr, {6, test::fixed_of<Hash>(6)}, {record, record}).bytes),
      after(kEntry, encode_entry(&salt, {6, test::fixed_of<Hash>(6)}, {record, record}).bytes),
      after(kOpening, encode_opening(opening)),
      sealed,
      pieces,
  };
}

}  // namespace tally::fuzz
