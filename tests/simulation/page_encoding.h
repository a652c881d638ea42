// What is signed and hashed, encoded after design/consensus.md §2 alone: the oracles must not share
// the production code's mistakes about which fields a signature covers.
#pragma once

#include <tally/consensus/message.h>

#include <cstddef>

namespace tally::sim::page {

/// ⌈(n+f+1)/2⌉ and f+1, with f = ⌊(n−1)/3⌋.
[[nodiscard]] std::size_t quorum(std::size_t nodes);
[[nodiscard]] std::size_t weak_quorum(std::size_t nodes);

/// Tag and fields under each kind of signature.
[[nodiscard]] Bytes signed_bytes(const consensus::VoteStatement& statement);
[[nodiscard]] Bytes signed_bytes(const consensus::ViewChange& change);
[[nodiscard]] Bytes signed_bytes(const consensus::NewView& new_view);
[[nodiscard]] Bytes signed_bytes(const consensus::Complaint& complaint);

[[nodiscard]] Bytes encoding(const consensus::Certificate& certificate);
[[nodiscard]] consensus::Hash digest(const consensus::Header& header);
[[nodiscard]] consensus::Hash digest(const consensus::Proposal& proposal);
/// Of the proposal that fills a gap at `height`.
[[nodiscard]] consensus::Hash null_digest(const consensus::Epoch& epoch, Height height);
/// What a block certificate of `header` must state.
[[nodiscard]] consensus::VoteStatement block_statement(const consensus::Header& header);

}  // namespace tally::sim::page
