// Free ports.
#include "app/ports.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <random>

namespace tally::app {
namespace {

constexpr std::uint16_t kFirst = 20'000;
constexpr std::uint16_t kLast = 31'999;  // Linux takes outgoing ports from 32,768 on

}  // namespace

bool is_free(std::uint16_t port) {
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (listener < 0) return false;
  const int on = 1;  // as the nodes do: what waits in TIME_WAIT does not count
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const bool bound =
      bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
      listen(listener, 1) == 0;
  close(listener);
  return bound;
}

std::vector<std::uint16_t> free_ports(std::size_t count) {
  std::random_device random;  // two networks started at once look in different places
  constexpr unsigned kSpan = kLast - kFirst + 1;
  const unsigned start = random() % kSpan;
  std::vector<std::uint16_t> ports;
  for (unsigned i = 0; i < kSpan && ports.size() < count; ++i) {
    const auto port = static_cast<std::uint16_t>(kFirst + (start + i) % kSpan);
    if (is_free(port)) ports.push_back(port);
  }
  if (ports.size() < count) ports.clear();
  return ports;
}

}  // namespace tally::app
