// What gRPC must be told about TLS before it starts, for servers and clients alike.
#pragma once

namespace tally::edge {

/// Makes TLS 1.3 the only version of this process's gRPC (design/security.md §4): gRPC 1.51 takes
/// 1.2 as well and has no setting for it, but with a list of 1.2 suites that no peer can match
/// (they need a pre-shared key) only 1.3 is left, whose suites the list does not touch.
/// REQUIRES: called before gRPC is first used, and while no other thread reads the environment;
/// later calls change nothing.
void require_tls13();

}  // namespace tally::edge
