// Catching up, and helping others to.
#include "node/block_sync.h"

#include <tally/base/limits.h>

#include <algorithm>

namespace tally::node {
namespace {

/// A peer that has not answered by then is slow or gone.
constexpr Duration kAnswerTime{3'000};
constexpr Duration kPause{50};

}  // namespace

BlockSync::BlockSync(consensus::Epoch epoch, NodeIndex self, std::set<Height> uncertified)
    : epoch_(std::move(epoch)), self_(self), uncertified_(std::move(uncertified)) {}

std::optional<consensus::Frame> BlockSync::ask(Height stable, Height executed, Height handed_over,
                                               Timestamp now) {
  const std::size_t nodes = epoch_.validators.size();
  if (nodes < 2) return std::nullopt;
  if (asked_.has_value() && now < asked_->deadline) return std::nullopt;

  // Blocks first, once the ledger has digested the last ones; then missed certificates, which
  // nothing waits for.
  const bool lacks_blocks = handed_over < stable && executed == handed_over;
  if (!lacks_blocks && uncertified_.empty()) return std::nullopt;
  const Height first = lacks_blocks ? handed_over.next() : next_uncertified();
  const Height last = lacks_blocks ? stable : first;

  do {
    next_peer_ = static_cast<std::uint16_t>((next_peer_ + 1U) % nodes);
  } while (NodeIndex(next_peer_) == self_);
  asked_ = Question{NodeIndex(next_peer_), now.plus(kAnswerTime), false};
  return consensus::Frame{NodeIndex(next_peer_),
                          consensus::encode_message(consensus::FetchBlocks{first, last})};
}

/// In turn, so that one which no peer has does not hide the others.
Height BlockSync::next_uncertified() {
  auto next = uncertified_.upper_bound(asked_certificate_);
  if (next == uncertified_.end()) next = uncertified_.begin();
  asked_certificate_ = *next;
  return asked_certificate_;
}

BlockSync::Found BlockSync::take(consensus::CertifiedBlocks&& answer, NodeIndex from, Height stable,
                                 Height handed_over, Timestamp now) {
  Found found;
  if (!asked_.has_value() || asked_->to != from || asked_->answered) return found;
  asked_ = Question{from, now.plus(kPause), true};
  for (consensus::CertifiedBlock& block : answer.blocks) {
    const Height height = block.header.height;
    if (uncertified_.erase(height) > 0) found.certificates.push_back(block.certificate);
    if (height != handed_over.next() || height > stable) continue;
    handed_over = height;
    found.execute.push_back(
        ExecuteTask{std::move(block.proposal),
                    std::nullopt,
                    consensus::CertifiedHeader{block.header, std::move(block.certificate)},
                    {}});
  }
  if (!found.execute.empty() || !found.certificates.empty()) asked_.reset();
  return found;
}

Result<consensus::CertifiedBlocks> answer_fetch(const consensus::FetchBlocks& fetch,
                                                const storage::Snapshot& snapshot) {
  consensus::CertifiedBlocks answer;
  std::size_t bytes = 0;
  for (Height height = std::max(fetch.first, Height(1));
       height <= fetch.last && height <= snapshot.height() &&
       answer.blocks.size() < limits::kFetchBlocksMax;
       height = height.next()) {
    TRY(storage::StoredBlock block, snapshot.block(height));
    if (!block.certificate.has_value()) break;  // the newest: its certificate is on its way
    bytes += block.proposal.payload.size();
    if (bytes > limits::kFetchBytesMax && !answer.blocks.empty()) break;
    answer.blocks.push_back(consensus::CertifiedBlock{std::move(block.proposal), block.header,
                                                      std::move(*block.certificate)});
  }
  return answer;
}

}  // namespace tally::node
