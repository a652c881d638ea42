// The processes of a local network: started, watched, ended.
#pragma once

#include "app/localnet.h"

#include <tally/base/time.h>
#include <tally/client/client.h>

#include <functional>
#include <string>
#include <vector>

namespace tally::app {

/// Holds the network's folder against a second tally that would start or stop it, for its life.
class LocalnetLock {
 public:
  /// LOC-007: somebody else holds it.
  [[nodiscard]] static OrFaults<LocalnetLock> take(const std::string& folder);
  LocalnetLock(LocalnetLock&& other) noexcept;
  LocalnetLock& operator=(LocalnetLock&&) = delete;
  ~LocalnetLock();

 private:
  explicit LocalnetLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

/// Tells how far it is; called several times a second.
using Progress = std::function<void(const std::string& line)>;

[[nodiscard]] bool is_running(const LocalNode& node);

/// Runs `tallyd init` where there are no data yet; what an interrupted one left is taken away.
[[nodiscard]] Faults init_node(const Localnet& net, const LocalNode& node,
                               const std::string& tallyd);

/// The same, then `tallyd start`, and notes the process. A node that runs is left alone.
[[nodiscard]] Faults start_node(Localnet& net, LocalNode& node, const std::string& tallyd);

/// Until every node that runs answers, is linked with all others that run, and knows a certified
/// block at or above `height`. LOC-003: one ended, with the end of its log. LOC-004: time is up.
[[nodiscard]] Faults wait_until_ready(const Localnet& net, Height height, Duration timeout,
                                      const Progress& progress);

/// The highest certified height that a running node tells; 1 where none answers.
[[nodiscard]] Height highest_height(const Localnet& net);

/// SIGTERM, and waits. LOC-006: one still runs after that.
[[nodiscard]] Faults stop_nodes(Localnet& net, const std::vector<unsigned>& numbers,
                                Duration timeout, const Progress& progress);

/// SIGKILL, as a power cut would; LOC-005 where it does not run.
[[nodiscard]] Faults kill_node(Localnet& net, LocalNode& node);

}  // namespace tally::app
