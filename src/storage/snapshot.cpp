// What every snapshot answers in the same way.
#include <tally/storage/store.h>

namespace tally::storage {

Result<std::optional<Receipt>> Snapshot::find_receipt(const Position& position) const {
  Result<Receipt> found = receipt(position);
  if (found.ok()) return std::optional<Receipt>(std::move(found).value());
  if (found.error().code == ErrorCode::NotFound) return std::optional<Receipt>();
  return found.error();
}

Result<Timestamp> Snapshot::find_time(Height height) const {
  TRY(const consensus::Header found, header(height));
  return found.ledger_time;
}

}  // namespace tally::storage
