// SyncChain: certified blocks for a node that fell behind, and what peers answer with them.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "support/consensus_builders.h"

namespace tally::test {

/// Heights 1 to `length`, each block of about `payload_bytes` (whole MiB), certified by the first q
/// nodes.
class SyncChain {
 public:
  SyncChain(Epoch epoch_of_it, std::uint64_t length, std::size_t payload_bytes = 0)
      : epoch(std::move(epoch_of_it)), payload_bytes_(payload_bytes) {
    headers_.push_back(genesis_of(epoch));
    for (std::uint64_t height = 1; height <= length; ++height) {
      headers_.push_back(execute(headers_.back(), proposal(Height(height))));
      certificates_.push_back(certified(epoch, headers_.back()).certificate);
    }
  }

  [[nodiscard]] std::size_t payload_bytes() const { return payload_bytes_; }
  [[nodiscard]] Height top() const { return headers_.back().height; }
  [[nodiscard]] const Header& header(Height height) const { return headers_.at(height.value()); }
  [[nodiscard]] CertifiedHeader certified_header(Height height) const {
    return {header(height), certificates_.at(height.value() - 1)};
  }
  [[nodiscard]] consensus::CertifiedBlock block(Height height) const {
    return {proposal(height), header(height), certificates_.at(height.value() - 1)};
  }
  /// [first, last], as far as the chain goes.
  [[nodiscard]] consensus::CertifiedBlocks blocks(Height first, Height last) const {
    consensus::CertifiedBlocks answer;
    for (Height height = first; height <= std::min(last, top()); height = height.next())
      answer.blocks.push_back(block(height));
    return answer;
  }
  /// What an honest peer with all of it answers, within the limits of an answer.
  [[nodiscard]] consensus::CertifiedBlocks answer(const consensus::FetchBlocks& fetch) const {
    consensus::CertifiedBlocks answer = blocks(fetch.first, fetch.last);
    std::size_t fit = 0;
    for (std::size_t bytes = 0; fit < std::min(answer.blocks.size(), limits::kFetchBlocksMax);
         ++fit)
      if ((bytes += answer.blocks[fit].proposal.payload.size()) > limits::kFetchBytesMax) break;
    answer.blocks.resize(std::min(answer.blocks.size(), std::max<std::size_t>(fit, 1)));
    return answer;
  }
  /// That a peer has it all, or as much as it claims.
  [[nodiscard]] consensus::Status status(Height height) const {
    consensus::Status status;
    status.stable = status.executed = height;
    return status;
  }

  Epoch epoch;

 private:
  [[nodiscard]] Proposal proposal(Height height) const {
    const Bytes piece(std::min<std::size_t>(payload_bytes_, 1 << 20), 7);
    const std::vector<ByteView> pieces(payload_bytes_ == 0 ? 0 : payload_bytes_ / piece.size(),
                                       piece);
    return a_proposal(epoch, height, kStart.plus(Duration(height.value() * 1'000)),
                      encode_payload(pieces));
  }

  std::size_t payload_bytes_;
  std::vector<Header> headers_;
  std::vector<Certificate> certificates_;
};

}  // namespace tally::test
