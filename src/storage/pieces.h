// Pieces: bodies and receipts, cut up so that one transaction and its receipt are read by a few
// small reads. FORMAT: stored; docs/formats.md §4.
#pragma once

#include <tally/state/block.h>

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "storage/key_layout.h"

namespace tally::storage {

/// Of bodies and receipts: all pieces of a block but the last are as long as this.
inline constexpr std::size_t kPieceBytes = 16 << 10;
/// Of places: all pieces of a block but the last hold as many.
inline constexpr std::size_t kPlacesInPiece = 256;

/// Where a receipt stands in its block's receipts, and its transaction in the body.
struct Place {
  std::uint32_t receipt_start = 0;
  std::uint32_t receipt_size = 0;
  std::uint32_t transaction_start = 0;
  std::uint32_t transaction_size = 0;  ///< 0: of what fell due
  friend bool operator==(const Place&, const Place&) = default;
};

/// One value of the family places. A block without receipts has one, of none.
struct PlacesPiece {
  std::uint32_t count = 0;  ///< receipts of the block
  std::vector<Place> places;
};

[[nodiscard]] Bytes piece_key(Height height, std::uint32_t piece);
[[nodiscard]] Bytes encode_places(const PlacesPiece& piece);
[[nodiscard]] Result<PlacesPiece> decode_places(ByteView value);

/// A block's proposal, receipts and places as they go to disk.
struct BlockBytes {
  Bytes body;
  Bytes receipts;
  std::vector<Place> places;
};
/// REQUIRES: `block` has a place for each receipt's transaction.
[[nodiscard]] BlockBytes encode_block_bytes(const state::Block& block);

/// Calls `put` for each piece of a block, by family, number and bytes.
using PutPiece = std::function<void(Family, std::uint32_t, ByteView)>;
void cut_into_pieces(const BlockBytes& block, const PutPiece& put);

/// A piece's bytes; nullopt: it is not there. An Error is the disk's.
using FindPiece = std::function<Result<std::optional<Bytes>>(Family, std::uint32_t)>;

/// `size` bytes from `start` on. Malformed: pieces are missing, or too short.
[[nodiscard]] Result<Bytes> read_range(Family family, std::uint32_t start, std::uint32_t size,
                                       const FindPiece& find);
/// All there are, up to the first that is not full. Malformed: one is empty, or too long.
[[nodiscard]] Result<Bytes> read_whole(Family family, const FindPiece& find);
/// Of one receipt. NotFound: the block has fewer. Malformed.
[[nodiscard]] Result<Place> read_place(std::uint32_t index, const FindPiece& find);
[[nodiscard]] Result<std::vector<Place>> read_places(const FindPiece& find);
/// Malformed: they do not decode, or not at their places.
[[nodiscard]] Result<std::vector<Receipt>> read_receipts(const FindPiece& find);

}  // namespace tally::storage
