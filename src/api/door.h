// Door: what every part of the front door knows of its node.
#pragma once

#include <tally/model/genesis.h>
#include <tally/node/node_loop.h>

#include "api/caller.h"

#include <deque>
#include <map>
#include <mutex>
#include <optional>

namespace tally::api {

/// Who submitted which requests here, the newest of them. A caller may ask for the receipts of its
/// own ones even where its role alone would not let it. Thread-safe.
class Submitters {
 public:
  void remember(const KeyId& caller, const RequestKey& request);
  [[nodiscard]] bool is_of(const KeyId& caller, const RequestKey& request) const;

 private:
  mutable std::mutex mutex_;
  std::map<RequestKey, KeyId> by_request_;
  std::deque<RequestKey> order_;
};

class Door {
 public:
  Door(node::NodeLoop& node, const Genesis& genesis, MerchantId node_merchant);

  node::NodeLoop& loop;
  const ChainId chain;
  const MerchantId merchant;  ///< whose node this is
  const Duration validity_max;
  const Duration request_memory;
  const std::size_t quorum;
  Submitters submitters;

  /// SAFETY_HALT once the node has stopped for safety.
  [[nodiscard]] Check check_running() const;
  void halt();

 private:
  mutable std::mutex mutex_;
  bool halted_ = false;
};

}  // namespace tally::api
