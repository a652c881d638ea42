// The log of receipts: its leaves, and its peaks as a record. FORMAT: stored; docs/formats.md §2.
#include <tally/state/receipt_log.h>

#include "state/stored.h"

#include <bit>

namespace tally::state {
namespace {

constexpr std::string_view kName = "receipt-log";
constexpr std::size_t kPeaksMax = 64;  // one for each bit of a u64 size

struct LogRecord {
  std::uint64_t size = 0;
  std::vector<Hash> peaks;
};

}  // namespace

Hash receipt_log_leaf(Height height, Timestamp ledger_time, const Hash& receipts_root) {
  codec::Writer out;
  out.number(height);
  out.timestamp(ledger_time);
  out.fixed(receipts_root);
  return crypto::merkle_leaf(out.view());
}

Result<crypto::MerklePeaks> receipt_log(const StateView& view) {
  TRY(const std::optional<Bytes> bytes, view.find(consortium_key(kName)));
  if (!bytes.has_value()) return Error{ErrorCode::Corrupt, "no record of the log of receipts"};
  TRY(LogRecord record,
      decode_record<LogRecord>(*bytes, "log of receipts", [](codec::Reader& in, LogRecord& log) {
        log.size = in.u64();
        log.peaks = in.list<Hash>(kPeaksMax, [](codec::Reader& r) { return r.fixed<Hash>(); });
        if (log.peaks.size() != static_cast<std::size_t>(std::popcount(log.size)))
          in.fail("a peak for each bit of the size");
      }));
  return crypto::MerklePeaks(record.size, std::move(record.peaks));
}

Result<void> put_receipt_log(StateDelta& delta, const crypto::MerklePeaks& log) {
  codec::Writer out = begin_record();
  out.u64(log.size());
  out.list(log.peaks(), [](codec::Writer& w, const Hash& peak) { w.fixed(peak); });
  return delta.put(consortium_key(kName), std::move(out).take());
}

}  // namespace tally::state
