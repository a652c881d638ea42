// How files and commands write durations, times, keys and addresses.
#pragma once

#include <tally/base/time.h>
#include <tally/crypto/signature.h>

#include <string>
#include <string_view>
#include <vector>

namespace tally::config {

/// "250ms", "90s", "15m", "72h", "30d": a whole number and its unit, up to ten thousand years.
/// Malformed: no unit, another unit, a sign, a fraction.
[[nodiscard]] Result<Duration> duration_from(std::string_view text);
/// In the largest unit that divides it: "72h" is "3d".
[[nodiscard]] std::string text_of(Duration duration);

/// RFC 3339 in UTC, "2026-03-29T01:00:00.250Z"; the fraction where there is one. "never" for never.
[[nodiscard]] std::string text_of(Timestamp time);

/// "ed25519:" or "p256:" and the key's bytes in hex.
[[nodiscard]] std::string text_of(const crypto::PublicKey& key);
/// Malformed: another kind, wrong length, or no valid point.
[[nodiscard]] Result<crypto::PublicKey> public_key_from(std::string_view text);

/// A host and a port, as a listener or a dialler takes it.
struct HostPort {
  std::string host;  ///< a name, an IPv4 address, or an IPv6 one without its brackets
  std::uint16_t port = 0;
  friend auto operator<=>(const HostPort&, const HostPort&) = default;
};

/// "127.0.0.1:7101", "[::1]:7101", "node.example.org:7101". Malformed: says which part.
[[nodiscard]] Result<HostPort> host_port_from(std::string_view text);
[[nodiscard]] std::string text_of(const HostPort& address);
/// Whether it can be reached from this machine alone: 127.0.0.0/8, ::1, localhost.
[[nodiscard]] bool is_loopback(const HostPort& address);

/// A path made safe to print whole: as printable(), without the cut at 64 characters.
[[nodiscard]] std::string shown_path(std::string_view path);

/// The word among `words` that `got` was most likely meant to be; empty where none is near.
[[nodiscard]] std::string nearest(std::string_view got, const std::vector<std::string>& words);

}  // namespace tally::config
