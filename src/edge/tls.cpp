// TLS 1.3 only, by the one door that gRPC 1.51 leaves: its environment variable.
#include <tally/edge/tls.h>

#include <cstdlib>
#include <mutex>

namespace tally::edge {

void require_tls13() {
  static std::once_flag once;
  std::call_once(once, [] {
    setenv("GRPC_SSL_CIPHER_SUITES", "DHE-PSK-AES256-GCM-SHA384", 1);  // NOLINT: see REQUIRES
  });
}

}  // namespace tally::edge
