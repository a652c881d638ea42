// Durations, times, keys and addresses as people write them.
#include <tally/base/calendar.h>
#include <tally/config/text.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

namespace tally::config {
namespace {

struct Unit {
  std::string_view name;
  std::uint64_t milliseconds;
};

/// Largest first, which text_of relies on.
constexpr std::array kUnits = {Unit{"d", 86'400'000}, Unit{"h", 3'600'000}, Unit{"m", 60'000},
                               Unit{"s", 1'000}, Unit{"ms", 1}};
constexpr std::uint64_t kDurationMsMax = 10'000ULL * 366 * 86'400'000;
constexpr std::size_t kHostBytesMax = 253;  // RFC 1035
constexpr std::size_t kLabelBytesMax = 63;

Error no_duration(std::string_view text) {
  return malformed("got \"" + printable(text) +
                   "\"; expected a whole number and one of the units ms, s, m, h, d, as in 72h");
}

/// `value` in at least `width` digits.
std::string padded(std::uint64_t value, std::size_t width) {
  std::string digits = std::to_string(value);
  return std::string(width - std::min(width, digits.size()), '0') + digits;
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// Four numbers of 0 to 255, and nothing that only looks so.
std::optional<std::array<std::uint8_t, 4>> ipv4_from(std::string_view text) {
  std::array<std::uint8_t, 4> parts{};
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const std::size_t end = i + 1 < parts.size() ? text.find('.') : text.size();
    if (end == std::string_view::npos || end == 0 || end > 3) return std::nullopt;
    if (end > 1 && text[0] == '0') return std::nullopt;  // octal to some readers
    const auto [stop, error] = std::from_chars(text.data(), text.data() + end, parts[i]);
    if (error != std::errc() || stop != text.data() + end) return std::nullopt;
    text.remove_prefix(std::min(text.size(), end + 1));
  }
  return text.empty() ? std::optional(parts) : std::nullopt;
}

Result<void> check_name_of_host(std::string_view host) {
  if (host.size() > kHostBytesMax)
    return malformed("host of " + std::to_string(host.size()) + " characters; expected at most " +
                     std::to_string(kHostBytesMax));
  if (host.back() == '.') return malformed("host ends with a dot; expected none");
  std::size_t label = 0;
  for (const char c : host) {
    const bool allowed = is_letter(c) || is_digit(c) || c == '-' || c == '.';
    if (!allowed) return malformed("host \"" + printable(host) + "\"; expected a-z, 0-9, - and .");
    label = c == '.' ? 0 : label + 1;
    if (label > kLabelBytesMax) return malformed("host with a part of over 63 characters");
  }
  const bool numbers_alone =
      std::all_of(host.begin(), host.end(), [](char c) { return is_digit(c) || c == '.'; });
  if (numbers_alone && !ipv4_from(host))
    return malformed("host \"" + printable(host) + "\"; expected an IPv4 address of four numbers");
  return {};
}

Result<void> check_ipv6(std::string_view host) {
  const bool plausible = host.size() >= 2 && host.size() <= 45 &&
                         std::count(host.begin(), host.end(), ':') >= 2 &&
                         std::all_of(host.begin(), host.end(), [](char c) {
                           return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') ||
                                  c == ':' || c == '.';
                         });
  if (plausible) return {};
  return malformed("host \"[" + printable(host) + "]\"; expected an IPv6 address in brackets");
}

Result<std::uint16_t> port_from(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (text.empty() || error != std::errc() || end != text.data() + text.size() || port == 0)
    return malformed("port \"" + printable(text) + "\"; expected 1 to 65535");
  return port;
}

/// Optimal string alignment: insertions, deletions, changes, neighbours swapped.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> cost(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i)
    for (std::size_t k = 0; k <= b.size(); ++k) {
      if (i == 0 || k == 0) {
        cost[i][k] = i + k;
        continue;
      }
      const std::size_t change = a[i - 1] == b[k - 1] ? 0 : 1;
      cost[i][k] = std::min({cost[i - 1][k] + 1, cost[i][k - 1] + 1, cost[i - 1][k - 1] + change});
      const bool swapped = i > 1 && k > 1 && a[i - 1] == b[k - 2] && a[i - 2] == b[k - 1];
      if (swapped) cost[i][k] = std::min(cost[i][k], cost[i - 2][k - 2] + 1);
    }
  return cost[a.size()][b.size()];
}

}  // namespace

Result<Duration> duration_from(std::string_view text) {
  std::uint64_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc()) return no_duration(text);
  const std::string_view name = text.substr(static_cast<std::size_t>(end - text.data()));
  for (const Unit& unit : kUnits) {
    if (unit.name != name) continue;
    if (count > kDurationMsMax / unit.milliseconds)
      return Error{ErrorCode::OutOfLimits,
                   "got \"" + printable(text) + "\"; expected at most ten thousand years"};
    return Duration(count * unit.milliseconds);
  }
  return no_duration(text);
}

std::string text_of(Duration duration) {
  const std::uint64_t ms = duration.milliseconds();
  if (ms == 0) return "0s";
  for (const Unit& unit : kUnits)
    if (ms % unit.milliseconds == 0)
      return std::to_string(ms / unit.milliseconds) + std::string(unit.name);
  return std::to_string(ms) + "ms";
}

std::string text_of(Timestamp time) {
  if (time == Timestamp::never()) return "never";
  const std::uint64_t ms = time.milliseconds();
  const std::uint64_t day_ms = kDay.milliseconds();
  const CivilDate date = civil_from_days(static_cast<std::int64_t>(ms / day_ms));
  const std::uint64_t of_day = ms % day_ms;
  std::string text = padded(static_cast<std::uint64_t>(date.year), 4) + "-" +
                     padded(date.month, 2) + "-" + padded(date.day, 2) + "T" +
                     padded(of_day / 3'600'000, 2) + ":" + padded(of_day / 60'000 % 60, 2) + ":" +
                     padded(of_day / 1'000 % 60, 2);
  if (of_day % 1'000 != 0) text += "." + padded(of_day % 1'000, 3);
  return text + "Z";
}

std::string text_of(const crypto::PublicKey& key) {
  const std::string_view kind = key.kind() == crypto::KeyKind::Ed25519 ? "ed25519:" : "p256:";
  return std::string(kind) + to_hex(key.bytes());
}

Result<crypto::PublicKey> public_key_from(std::string_view text) {
  constexpr std::pair<std::string_view, crypto::KeyKind> kKinds[] = {
      {"ed25519:", crypto::KeyKind::Ed25519}, {"p256:", crypto::KeyKind::P256}};
  for (const auto& [prefix, kind] : kKinds) {
    if (!text.starts_with(prefix)) continue;
    TRY(const Bytes bytes, bytes_from_hex(text.substr(prefix.size())));
    return crypto::PublicKey::from_bytes(kind, bytes);
  }
  return malformed("expected ed25519: or p256: and the key in hex");
}

Result<HostPort> host_port_from(std::string_view text) {
  if (text.find("://") != std::string_view::npos)
    return malformed("a scheme; expected host:port alone");
  if (text.find('/') != std::string_view::npos)
    return malformed("a path; expected host:port alone");
  const bool bracketed = text.starts_with('[');
  const std::size_t close = bracketed ? text.find(']') : 0;
  if (close == std::string_view::npos) return malformed("no ] after the IPv6 address");
  const std::size_t colon = bracketed ? close + 1 : text.rfind(':');
  if (colon == std::string_view::npos || colon >= text.size() || text[colon] != ':')
    return malformed("no port; expected host:port");
  const std::string_view host = bracketed ? text.substr(1, close - 1) : text.substr(0, colon);
  if (host.empty()) return malformed("no host; expected host:port");
  if (!bracketed && host.find(':') != std::string_view::npos)
    return malformed("several colons; expected an IPv6 address in brackets, [::1]:7101");
  TRY_VOID(bracketed ? check_ipv6(host) : check_name_of_host(host));
  TRY(const std::uint16_t port, port_from(text.substr(colon + 1)));
  return HostPort{std::string(host), port};
}

std::string text_of(const HostPort& address) {
  const bool ipv6 = address.host.find(':') != std::string::npos;
  const std::string host = ipv6 ? "[" + address.host + "]" : address.host;
  return host + ":" + std::to_string(address.port);
}

bool is_loopback(const HostPort& address) {
  const auto ipv4 = ipv4_from(address.host);
  return (ipv4 && (*ipv4)[0] == 127) || address.host == "::1" || address.host == "localhost";
}

std::string shown_path(std::string_view path) {
  std::string shown;
  for (const char c : path)  // one at a time: printable() cuts what is long
    shown += printable(std::string_view(&c, 1));
  return shown;
}

std::string nearest(std::string_view got, const std::vector<std::string>& words) {
  constexpr std::size_t kLengthMax = 64;  // the cost is a product of lengths
  const std::string_view start = got.substr(0, kLengthMax);
  std::string best;
  std::size_t least = std::max<std::size_t>(2, start.size() / 3) + 1;
  for (const std::string& word : words) {
    const std::size_t cost = distance(start, word);
    if (cost >= least || cost >= word.size()) continue;
    least = cost;
    best = word;
  }
  return best;
}

}  // namespace tally::config
