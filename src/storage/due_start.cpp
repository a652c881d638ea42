#include "storage/due_start.h"

#include <utility>

namespace tally::storage {

std::size_t DueStart::index_of(state::DueClass which) {
  return which == state::DueClass::Own ? 0 : 1;
}

void DueStart::set(Height height, Keys keys) {
  const std::lock_guard lock(mutex_);
  height_ = height;
  keys_ = std::move(keys);
}

std::optional<Bytes> DueStart::at(Height height, state::DueClass which) const {
  const std::lock_guard lock(mutex_);
  if (height_ != height) return std::nullopt;
  return keys_.at(index_of(which));
}

}  // namespace tally::storage
