// Free TCP ports of this machine's loopback.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace tally::app {

/// Whether 127.0.0.1:port can be listened on now.
[[nodiscard]] bool is_free(std::uint16_t port);
/// `count` free ports below the range from which the kernel takes outgoing ones, so that no dial
/// of a node takes the port that another will listen on. Empty: there are not so many.
[[nodiscard]] std::vector<std::uint16_t> free_ports(std::size_t count);

}  // namespace tally::app
