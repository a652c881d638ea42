// The files of a local network: keys, certificates, genesis, configuration.
#pragma once

#include "app/localnet.h"

#include <tally/base/time.h>

#include <string>
#include <vector>

namespace tally::app {

/// A programme as a file says it: its merchant's name, and its text.
struct NamedProgramme {
  std::string name;
  std::string text;
};

/// The programme-NAME.toml files of `folder`, by name; the samples where it is empty. All checked.
[[nodiscard]] OrFaults<std::vector<NamedProgramme>> load_programmes(const std::string& folder);

/// A new network of `nodes` merchants in `folder`, whole or not at all: it is made beside its
/// place and then moved there. Merchants take the programmes in turn.
[[nodiscard]] OrFaults<Localnet> make_localnet(const std::string& folder, unsigned nodes,
                                               const std::vector<NamedProgramme>& programmes,
                                               Timestamp now);

/// Chooses free ports for all nodes. REQUIRES: none runs.
[[nodiscard]] Faults choose_ports(Localnet& net);
/// Whether all ports of `net` can be listened on now.
[[nodiscard]] bool ports_are_free(const Localnet& net);
/// Writes each node's node.toml, for the ports and the folder as they are now.
[[nodiscard]] Faults write_node_configs(const Localnet& net);

}  // namespace tally::app
