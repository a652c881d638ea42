// What every part of the front door knows of its node.
#include "api/door.h"

#include <tally/consensus/epoch.h>

#include "api/bounds.h"

namespace tally::api {

Door::Door(node::NodeLoop& node, const Genesis& genesis, MerchantId node_merchant)
    : loop(node),
      chain(genesis_hash(genesis)),
      merchant(node_merchant),
      validity_max(genesis.parameters.validity_max),
      request_memory(genesis.parameters.request_memory),
      quorum(consensus::Quorum(genesis.founders.size()).quorum()) {}

Check Door::check_running() const {
  const std::lock_guard lock(mutex_);
  if (!halted_) return passed();
  return Fault{grpc::StatusCode::UNAVAILABLE, "SAFETY_HALT",
               "this node has stopped for safety; send the same request to another one"};
}

void Door::halt() {
  const std::lock_guard lock(mutex_);
  halted_ = true;
}

void Submitters::remember(const KeyId& caller, const RequestKey& request) {
  const std::lock_guard lock(mutex_);
  if (!by_request_.insert_or_assign(request, caller).second) return;
  order_.push_back(request);
  if (order_.size() <= bounds::kSubmittersKept) return;
  by_request_.erase(order_.front());
  order_.pop_front();
}

bool Submitters::is_of(const KeyId& caller, const RequestKey& request) const {
  const std::lock_guard lock(mutex_);
  const auto found = by_request_.find(request);
  return found != by_request_.end() && found->second == caller;
}

}  // namespace tally::api
