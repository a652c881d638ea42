// MemoryStore: the same seam in memory, for tests and the simulator.
#pragma once

#include <tally/storage/store.h>

#include <memory>

namespace tally::storage {

[[nodiscard]] std::unique_ptr<Store> make_memory_store();

}  // namespace tally::storage
