// NodeStatus: where a node stands, for `tally status`, health and the front door.
#pragma once

#include <tally/base/ids.h>
#include <tally/base/time.h>
#include <tally/consensus/message.h>

#include <cstddef>
#include <optional>
#include <string>

namespace tally::node {

struct NodeStatus {
  NodeIndex self;
  View view;
  NodeIndex primary;
  Height stable;             ///< highest height that is known to be certified
  Height executed;           ///< highest height in the own ledger
  consensus::Header newest;  ///< header of `executed`
  std::optional<consensus::CertifiedHeader> certified;  ///< of `stable`; none at genesis
  std::size_t connected = 0;                            ///< peer links that are up
  std::size_t open_heights = 0;  ///< whose votes are kept: at most 2 · window
  std::size_t pool_submissions = 0;
  std::size_t pool_bytes = 0;
  bool passed_over = false;  ///< by the primary, something in the pool; this node complains of it
  bool voting = true;        ///< false: a write of the vote log failed, a learner, or just started
  bool changing = false;     ///< to `view`, whose new-view it lacks
  bool learner = false;      ///< its votes were lost: it follows without any
  std::string waiting_for;   ///< in words
};

}  // namespace tally::node
