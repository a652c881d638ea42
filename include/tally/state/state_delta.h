// StateDelta: a view with writes on top, and the only way to change state.
#pragma once

#include <tally/state/state_view.h>

#include <map>
#include <optional>

namespace tally::state {

/// What a record was, and what it is to be; absent: no record.
struct RecordChange {
  std::optional<Bytes> before;
  std::optional<Bytes> after;
};

/// Writes stay here until a store commits them, or a delta below absorbs them. Reads see them.
/// `due` shows the base's entries only: deadlines change with the block, once, at its end.
class StateDelta final : public StateView {
 public:
  /// Borrows `base` for its own life.
  explicit StateDelta(const StateView& base) : base_(&base) {}
  /// The same where `base` is itself a delta, which the constructor would take for a copy.
  [[nodiscard]] static StateDelta on(const StateView& base) { return StateDelta(base); }

  [[nodiscard]] Height height() const override { return base_->height(); }
  [[nodiscard]] Result<std::optional<Bytes>> find(const RecordKey& key) const override;
  [[nodiscard]] Result<std::optional<RequestRecord>> find_request(
      const RequestKey& key) const override;
  [[nodiscard]] Result<std::optional<OrderRecord>> find_order(const OrderKey& key) const override;
  [[nodiscard]] Result<std::vector<DueEntry>> due(DueClass which, Timestamp until,
                                                  std::size_t most) const override;

  /// An Error is the base's, whose value is read once to know what it was.
  [[nodiscard]] Result<void> put(const RecordKey& key, Bytes bytes);
  [[nodiscard]] Result<void> erase(const RecordKey& key);
  void put_request(const RequestKey& key, const RequestRecord& record);
  void put_order(const OrderKey& key, const OrderRecord& record);

  /// Takes over what `transaction` has written. REQUIRES: it is a delta on top of this one.
  void absorb(StateDelta&& transaction);

  /// Ascending by key. A record that was written back unchanged is among them.
  [[nodiscard]] const std::map<RecordKey, RecordChange>& records() const { return records_; }
  [[nodiscard]] const std::map<RequestKey, RequestRecord>& requests() const { return requests_; }
  [[nodiscard]] const std::map<OrderKey, OrderRecord>& orders() const { return orders_; }

 private:
  [[nodiscard]] Result<std::optional<Bytes>> find_below(const RecordKey& key) const;
  [[nodiscard]] Result<void> change(const RecordKey& key, std::optional<Bytes> after);

  const StateView* base_;
  std::map<RecordKey, RecordChange> records_;
  std::map<RequestKey, RequestRecord> requests_;
  std::map<OrderKey, OrderRecord> orders_;
  mutable std::map<RecordKey, std::optional<Bytes>> read_;  ///< the base's answers, each read once
};

}  // namespace tally::state
