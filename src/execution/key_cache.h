// KeyCache: key records that one block's execution has read. To decode one checks a point on a
// curve, which costs more than all else in an earn; and a till signs many of a block's.
#pragma once

#include <tally/state/consortium.h>

#include <map>
#include <optional>

namespace tally::execution {

class KeyCache {
 public:
  /// The key as `view` has it; nullptr: it has none. The pointer holds until `forget`.
  [[nodiscard]] Result<const state::KeyRecord*> find(const state::StateView& view,
                                                     const KeyId& key);
  /// What `delta` changes is read again. Call whenever a delta is absorbed.
  void forget(const state::StateDelta& delta);

 private:
  std::map<state::RecordKey, std::optional<state::KeyRecord>> known_;
};

}  // namespace tally::execution
