// DueStart: where the first due entries stand, so that a read need not step over all that ran
// before. RocksDB keeps a mark of each erased key until it compacts; after a year's end there are
// a million of them in front of the first entry that is left.
#pragma once

#include <tally/base/bytes.h>
#include <tally/base/ids.h>
#include <tally/state/state_view.h>

#include <array>
#include <mutex>
#include <optional>

namespace tally::storage {

/// Of one height, the newest; kept in memory alone. Thread-safe.
class DueStart {
 public:
  using Keys = std::array<Bytes, 2>;  ///< a key of `due` that none of its class is before
  void set(Height height, Keys keys);
  /// Where a read of `height` may start; nullopt: known of another height only.
  [[nodiscard]] std::optional<Bytes> at(Height height, state::DueClass which) const;

  [[nodiscard]] static std::size_t index_of(state::DueClass which);

 private:
  mutable std::mutex mutex_;
  std::optional<Height> height_;
  Keys keys_;
};

}  // namespace tally::storage
