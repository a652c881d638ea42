// Own and certified header of one height, put side by side.
#include "node/halt_evidence.h"

#include <tally/base/check.h>
#include <tally/base/log.h>
#include <tally/consensus/message.h>

#include <utility>
#include <vector>

namespace tally::node {
namespace {

/// A header that somebody vouches for, with its certificate where a quorum does.
struct Claim {
  consensus::Header header;
  std::optional<consensus::Certificate> certificate;
};

std::vector<Claim> claims_of(const Bytes& message,
                             const std::optional<consensus::CertifiedHeader>& stable) {
  std::vector<Claim> claims;
  const Result<consensus::Message> decoded = consensus::decode_message(message);
  if (decoded.ok()) {
    if (const auto* certified = std::get_if<consensus::CertifiedHeader>(&*decoded))
      claims.push_back({certified->header, certified->certificate});
    if (const auto* vote = std::get_if<consensus::Checkpoint>(&*decoded))
      claims.push_back({vote->header, std::nullopt});
  }
  if (stable.has_value()) claims.push_back({stable->header, stable->certificate});
  return claims;
}

}  // namespace

Halt evidence_of(std::string reason, Bytes message,
                 const std::optional<consensus::CertifiedHeader>& stable,
                 const storage::Snapshot& ledger) {
  Halt halt;
  halt.reason = std::move(reason);
  halt.message = std::move(message);
  for (Claim& claim : claims_of(halt.message, stable)) {
    const Result<consensus::Header> own = ledger.header(claim.header.height);
    const bool differs = own.ok() && *own != claim.header;
    if (halt.certified.has_value() && !differs) continue;
    halt.height = claim.header.height;
    halt.own = own.ok() ? std::optional(*own) : std::nullopt;
    halt.certified = std::move(claim.header);
    halt.certificate = std::move(claim.certificate);
    if (differs) break;
  }
  if (!halt.own.has_value()) return halt;
  Result<storage::StoredBlock> block = ledger.block(halt.height);
  if (!block.ok()) return halt;
  halt.proposal = std::move(block->proposal);
  halt.receipts = std::move(block->receipts);
  return halt;
}

HaltPlace halt_place_of(const NodeParts& parts) {
  const consensus::Validator* self = parts.epoch.find(parts.self);
  CHECK(self != nullptr);
  return {parts.folder, HaltContext{parts.program, {}, {parts.epoch.chain, self->key}}};
}

void leave_behind(storage::FileSystem& files, HaltPlace place, const Halt& halt, Timestamp now) {
  if (place.folder.empty()) return;
  place.context.now = now;
  const Result<HaltMarker> marker = write_halt(files, place.folder, halt, place.context);
  if (marker.ok())
    log::error("halt_written bundle=" + place.folder + "/" + marker->bundle);
  else
    log::error("halt_not_written reason=\"" + marker.error().message + "\"");
}

}  // namespace tally::node
