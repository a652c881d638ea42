// A block's key records, each decoded once.
#include "execution/key_cache.h"

namespace tally::execution {

Result<const state::KeyRecord*> KeyCache::find(const state::StateView& view, const KeyId& key) {
  const state::RecordKey place = state::signing_key_key(key);
  auto known = known_.find(place);
  if (known == known_.end()) {
    TRY(auto record, state::find_key(view, key));
    known = known_.emplace(place, std::move(record)).first;
  }
  return known->second.has_value() ? &*known->second : nullptr;
}

void KeyCache::forget(const state::StateDelta& delta) {
  for (const auto& [key, change] : delta.records())
    if (key.kind() == state::RecordKind::Key) known_.erase(key);
}

}  // namespace tally::execution
