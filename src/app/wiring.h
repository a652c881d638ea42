// RunningNode: the parts of a node, joined. Nothing below knows what stands beside it.
#pragma once

#include "app/node_checks.h"

#include <tally/api/api_server.h>
#include <tally/net/peer_links.h>
#include <tally/node/node_loop.h>

#include <functional>
#include <memory>
#include <mutex>
#include <string>

namespace tally::app {

class RunningNode {
 public:
  /// Starts the loop, then the links, then the front door. `stopped` is called at most once, from
  /// any thread, when the node has stopped by itself. REQUIRES: the data's lock is held.
  [[nodiscard]] static OrFaults<std::unique_ptr<RunningNode>> start(
      const CheckedNode& node, node::NodeParts parts, std::function<void(Error)> stopped);
  /// The front door first, then links, then the loop, which each of them calls.
  ~RunningNode();

  [[nodiscard]] node::NodeStatus status() const { return loop_->status(); }

 private:
  explicit RunningNode(std::function<void(Error)> stopped) : stopped_(std::move(stopped)) {}
  [[nodiscard]] Faults start_loop(node::NodeParts parts);
  [[nodiscard]] Faults start_links(const CheckedNode& node, const consensus::Epoch& epoch,
                                   NodeIndex self);
  [[nodiscard]] Faults start_api(const CheckedNode& node);
  void send_frames();
  void deliver_replies();
  void stop(const Error& why);

  const std::function<void(Error)> stopped_;
  std::once_flag stopped_once_;
  // The loop's threads and the links' call in here while parts come and go.
  std::mutex mutex_;
  net::PeerLinks* open_links_ = nullptr;  // guarded by mutex_
  api::ApiServer* open_api_ = nullptr;    // guarded by mutex_
  std::unique_ptr<node::NodeLoop> loop_;
  std::unique_ptr<net::PeerLinks> links_;
  std::unique_ptr<api::ApiServer> api_;
};

}  // namespace tally::app
