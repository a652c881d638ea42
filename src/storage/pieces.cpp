// A block's bytes: cut up, found again, put together.
#include "storage/pieces.h"

#include <tally/base/check.h>
#include <tally/codec/reader.h>
#include <tally/codec/writer.h>

#include <algorithm>
#include <limits>
#include <span>
#include <utility>

namespace tally::storage {
namespace {

using codec::Reader;
using codec::Writer;

std::uint32_t small(std::size_t size) {
  CHECK(size <= std::numeric_limits<std::uint32_t>::max());
  return static_cast<std::uint32_t>(size);
}

std::string number(std::size_t n) {
  return std::to_string(n);
}

void cut(Family family, ByteView bytes, const PutPiece& put) {
  for (std::uint32_t piece = 0; !bytes.empty(); ++piece) {
    const ByteView first = bytes.first(std::min(bytes.size(), kPieceBytes));
    put(family, piece, first);
    bytes = bytes.subspan(first.size());
  }
}

void cut_places(const std::vector<Place>& places, const PutPiece& put) {
  std::span<const Place> rest(places);
  std::uint32_t piece = 0;
  do {
    const auto first = rest.first(std::min(rest.size(), kPlacesInPiece));
    put(Family::Places, piece++,
        encode_places({small(places.size()), {first.begin(), first.end()}}));
    rest = rest.subspan(first.size());
  } while (!rest.empty());
}

/// A piece that must be there, and hold what `count` says.
Result<PlacesPiece> read_places_piece(std::uint32_t piece, const FindPiece& find) {
  TRY(const std::optional<Bytes> bytes, find(Family::Places, piece));
  if (!bytes.has_value()) return malformed("places: piece " + number(piece) + " is missing");
  TRY(PlacesPiece decoded, decode_places(*bytes));
  const std::size_t before = std::size_t{piece} * kPlacesInPiece;
  const std::size_t left = decoded.count > before ? decoded.count - before : 0;
  if (decoded.places.size() != std::min(left, kPlacesInPiece))
    return malformed("places: piece " + number(piece) + " holds " + number(decoded.places.size()) +
                     " of " + number(decoded.count));
  return decoded;
}

}  // namespace

Bytes piece_key(Height height, std::uint32_t piece) {
  Writer out;
  out.number(height);
  out.u32(piece);
  return std::move(out).take();
}

Bytes encode_places(const PlacesPiece& piece) {
  Writer out;
  out.u32(piece.count);
  for (const Place& place : piece.places)
    for (const std::uint32_t n :
         {place.receipt_start, place.receipt_size, place.transaction_start, place.transaction_size})
      out.u32(n);
  return std::move(out).take();
}

Result<PlacesPiece> decode_places(ByteView value) {
  Reader in(value);
  PlacesPiece piece;
  piece.count = in.u32();
  while (!in.failed() && in.remaining() > 0 && piece.places.size() < kPlacesInPiece) {
    Place& place = piece.places.emplace_back();
    for (std::uint32_t* const n : {&place.receipt_start, &place.receipt_size,
                                   &place.transaction_start, &place.transaction_size})
      *n = in.u32();
    if (place.transaction_size == 0 && place.transaction_start != 0)
      in.fail("nothing stands there");
  }
  TRY_VOID(in.finish("places"));
  return piece;
}

BlockBytes encode_block_bytes(const state::Block& block) {
  CHECK(block.transactions.size() == block.receipts.size());
  BlockBytes bytes;
  bytes.body = consensus::encode_proposal(block.proposal);
  const std::size_t payload = bytes.body.size() - block.proposal.payload.size();  // its last field
  bytes.places.reserve(block.receipts.size());
  for (std::size_t i = 0; i < block.receipts.size(); ++i) {
    const Bytes receipt = encode_receipt(block.receipts[i]);
    Place& place = bytes.places.emplace_back();
    place.receipt_start = small(bytes.receipts.size());
    place.receipt_size = small(receipt.size());
    const state::PayloadPlace& transaction = block.transactions[i];
    place.transaction_size = transaction.size;
    if (transaction.size != 0) place.transaction_start = small(payload + transaction.start);
    bytes.receipts.insert(bytes.receipts.end(), receipt.begin(), receipt.end());
  }
  return bytes;
}

void cut_into_pieces(const BlockBytes& block, const PutPiece& put) {
  cut(Family::Bodies, block.body, put);
  cut(Family::Receipts, block.receipts, put);
  cut_places(block.places, put);
}

Result<Bytes> read_range(Family family, std::uint32_t start, std::uint32_t size,
                         const FindPiece& find) {
  Bytes range;
  std::size_t from = start % kPieceBytes;
  for (std::uint32_t piece = start / kPieceBytes; range.size() < size; ++piece) {
    TRY(const std::optional<Bytes> bytes, find(family, piece));
    if (!bytes.has_value()) return malformed("piece " + number(piece) + " is missing");
    const std::size_t wanted = std::min(size - range.size(), kPieceBytes - from);
    if (bytes->size() < from + wanted)
      return malformed("piece " + number(piece) + " ends after " + number(bytes->size()) +
                       " bytes; expected " + number(from + wanted));
    const ByteView part = ByteView(*bytes).subspan(from, wanted);
    range.insert(range.end(), part.begin(), part.end());
    from = 0;
  }
  return range;
}

Result<Bytes> read_whole(Family family, const FindPiece& find) {
  Bytes all;
  for (std::uint32_t piece = 0;; ++piece) {
    TRY(const std::optional<Bytes> bytes, find(family, piece));
    if (!bytes.has_value()) return all;
    if (bytes->empty() || bytes->size() > kPieceBytes)
      return malformed("piece " + number(piece) + " of " + number(bytes->size()) +
                       " bytes follows " + number(all.size()));
    all.insert(all.end(), bytes->begin(), bytes->end());
    if (bytes->size() < kPieceBytes) return all;
  }
}

Result<Place> read_place(std::uint32_t index, const FindPiece& find) {
  // The first piece says how many there are, so that a lost one is told from none.
  TRY(const PlacesPiece first, read_places_piece(0, find));
  if (index >= first.count)
    return Error{ErrorCode::NotFound,
                 "there are " + number(first.count) + " receipts in this block"};
  if (index < kPlacesInPiece) return first.places.at(index);
  TRY(const PlacesPiece piece,
      read_places_piece(static_cast<std::uint32_t>(index / kPlacesInPiece), find));
  if (piece.count != first.count)
    return malformed("places: the pieces do not agree on their count");
  return piece.places.at(index % kPlacesInPiece);
}

Result<std::vector<Place>> read_places(const FindPiece& find) {
  TRY(PlacesPiece first, read_places_piece(0, find));
  std::vector<Place> all = std::move(first.places);
  for (std::uint32_t piece = 1; all.size() < first.count; ++piece) {
    TRY(const PlacesPiece next, read_places_piece(piece, find));
    if (next.count != first.count)
      return malformed("places: the pieces do not agree on their count");
    all.insert(all.end(), next.places.begin(), next.places.end());
  }
  return all;
}

Result<std::vector<Receipt>> read_receipts(const FindPiece& find) {
  TRY(const std::vector<Place> places, read_places(find));
  TRY(const Bytes bytes, read_whole(Family::Receipts, find));
  std::vector<Receipt> receipts;
  receipts.reserve(places.size());
  std::size_t end = 0;
  for (const Place& place : places) {
    if (place.receipt_start != end || place.receipt_size > bytes.size() - end)
      return malformed("receipt " + number(receipts.size()) + " lies at " +
                       number(place.receipt_start) + "; expected " + number(end));
    TRY(Receipt receipt,
        decode_receipt(ByteView(bytes).subspan(place.receipt_start, place.receipt_size)));
    receipts.push_back(std::move(receipt));
    end += place.receipt_size;
  }
  if (end != bytes.size())
    return malformed("receipts: got " + number(bytes.size()) + " bytes; expected " + number(end));
  return receipts;
}

}  // namespace tally::storage
