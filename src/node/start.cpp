// What the owners begin with, read from the store and the vote log.
#include <tally/node/start.h>

#include <tally/state/consortium.h>

#include <algorithm>

#include "node/halt_evidence.h"

namespace tally::node {
namespace {

/// What ordering must know of the ledger's past: certificates that it lacks, and submissions that
/// may still be replayed.
struct Past {
  std::set<Height> uncertified;
  std::vector<RecentBlock> recent;
  consensus::CertifiedHeader newest_certified;
};

/// A crash loses unsynced certificates of the newest blocks alone; this many are looked at.
constexpr std::uint64_t kCertificatesChecked = 128;

Result<Past> read_past(const storage::Snapshot& snapshot, Duration validity_max) {
  Past past;
  TRY(const consensus::Header newest, snapshot.header(snapshot.height()));
  TRY(past.newest_certified.header, snapshot.header(Height()));
  bool found_certified = false;
  for (std::uint64_t value = snapshot.height().value(); value > 0; --value) {
    const Height height(value);
    TRY(const consensus::Header header, snapshot.header(height));
    const bool recent = newest.time.since(header.time) <= validity_max;
    if (!recent && snapshot.height().value() - value > kCertificatesChecked) break;
    if (recent) {
      TRY(std::vector<SubmissionDigest> digests, snapshot.submissions(height));
      if (!digests.empty()) past.recent.push_back(RecentBlock{header.time, std::move(digests)});
    }
    if (snapshot.height().value() - value > kCertificatesChecked) continue;
    TRY(std::optional<consensus::Certificate> certificate, snapshot.certificate(height));
    if (!certificate.has_value()) {
      past.uncertified.insert(height);
    } else if (!found_certified) {
      past.newest_certified = consensus::CertifiedHeader{header, std::move(*certificate)};
      found_certified = true;
    }
  }
  std::ranges::reverse(past.recent);
  return past;
}

/// What the vote log knows as certified must be what the ledger holds.
Result<void> put_or_halt(Ledger& ledger, const consensus::Certificate& certificate,
                         const NodeParts& parts, Timestamp now) {
  Result<void> put = ledger.put_certificate(certificate);
  if (!put.ok() && put.error().code == ErrorCode::Diverged) {
    Halt halt = ledger.take_divergence();
    halt.reason = put.error().message;
    leave_behind(*parts.files, halt_place_of(parts), halt, now);
  }
  return put;
}

}  // namespace

Result<Owners> start_owners(NodeParts& parts, consensus::Now now) {
  TRY(std::unique_ptr<Ledger> ledger, Ledger::open(std::move(parts.store)));
  TRY(const std::unique_ptr<const storage::Snapshot> snapshot, ledger->snapshot());
  TRY(const Parameters parameters, state::parameters(*snapshot));
  TRY(Past past, read_past(*snapshot, parameters.validity_max));

  consensus::CertifiedHeader stable = std::move(past.newest_certified);
  for (const consensus::VoteRecord& record : parts.log.records)
    if (const auto* known = std::get_if<consensus::Stable>(&record)) {
      const Height height = known->certified.header.height;
      if (past.uncertified.erase(height) > 0)
        TRY_VOID(put_or_halt(*ledger, known->certified.certificate, parts, now.utc));
      if (height > stable.header.height) stable = known->certified;
    }
  // What is not stable yet gets its certificate by votes, not by asking.
  past.uncertified.erase(past.uncertified.upper_bound(stable.header.height),
                         past.uncertified.end());

  const consensus::Header newest = ledger->newest();
  TRY(consensus::Header genesis, snapshot->header(Height()));
  auto ordering = std::make_unique<Ordering>(
      OrderingStart{parts.epoch, parts.self, std::move(parts.consensus_key),
                    std::move(parts.vote_log), std::move(parts.log.records), std::move(stable),
                    newest, std::move(genesis), parts.nonce, std::move(past.uncertified),
                    parameters.validity_max, std::move(past.recent)},
      now);
  return Owners{std::move(ledger), std::move(ordering)};
}

}  // namespace tally::node
