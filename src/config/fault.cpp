// Faults as text: the one line that says what to do, and the same as JSON.
#include <tally/config/fault.h>

#include "config/fault_kinds.h"

#include <algorithm>
#include <array>
#include <tuple>

namespace tally::config {
namespace {

void add_part(std::string& line, std::string_view mark, const std::string& text) {
  if (text.empty()) return;
  line.append("; ").append(mark).append(text);
}

std::string json_text(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string quoted = "\"";
  for (const char c : text) {
    const auto byte = static_cast<std::uint8_t>(c);
    if (c == '"' || c == '\\') {
      quoted.push_back('\\');
      quoted.push_back(c);
    } else if (byte < 0x20) {
      quoted.append("\\u00");
      quoted.push_back(kDigits[byte >> 4U]);
      quoted.push_back(kDigits[byte & 15U]);
    } else {
      quoted.push_back(c);
    }
  }
  quoted.push_back('"');
  return quoted;
}

void add_field(std::string& object, std::string_view name, std::string_view text) {
  if (text.empty()) return;
  object.append(",\"").append(name).append("\":").append(json_text(text));
}

/// The kinds that stand in FileKinds, in its order, then those of one file alone.
constexpr auto all_kinds() {
  const auto list = [](const FileKinds& k) {
    return std::array{k.no_file,     k.unreadable, k.too_large,    k.not_utf8,
                      k.writable,    k.syntax,     k.twice,        k.unknown_key,
                      k.missing_key, k.wrong_type, k.out_of_range, k.bad_form,
                      k.too_many,    k.elsewhere,  k.no_switch,    k.secret};
  };
  const std::array configuration{kRelativePath, kPeerTwice,   kPeerIsSelf,  kSameListener,
                                 kSamePath,     kPeerMissing, kPeerUnknown, kDevelopmentOnly};
  const std::array genesis{kNotInGenesis, kVersion, kHashMismatch, kRefused, kBadSignature, kTime};
  const auto common = list(kConfigKinds);
  std::array<FaultKind, 3 * common.size() + configuration.size() + genesis.size() + 1> all{};
  std::size_t count = 0;
  const auto add = [&](const auto& kinds) {
    for (const FaultKind& kind : kinds)
      all[count++] = kind;
  };
  add(common);
  add(configuration);
  add(list(kGenesisKinds));
  add(genesis);
  add(list(kProgrammeKinds));
  all[count++] = kNotPublishable;
  return all;
}

constexpr auto kAllKinds = all_kinds();

}  // namespace

std::string line_of(const Fault& fault) {
  std::string line =
      "error E-" + std::string(fault.kind.number) + ": " + std::string(fault.kind.what);
  add_part(line, "got ", fault.got);
  add_part(line, "expected ", fault.expected);
  add_part(line, "at ", fault.where);
  add_part(line, "fix: ", fault.fix);
  return line;
}

std::string json_of(const Fault& fault) {
  std::string object = "{\"code\":" + json_text("E-" + std::string(fault.kind.number)) +
                       ",\"exit\":" + std::to_string(static_cast<int>(fault.kind.exit));
  add_field(object, "what", fault.kind.what);
  add_field(object, "got", fault.got);
  add_field(object, "expected", fault.expected);
  add_field(object, "at", fault.where);
  add_field(object, "fix", fault.fix);
  return object + "}";
}

ExitCode exit_code_of(const Faults& faults) {
  return faults.empty() ? ExitCode::Well : faults.front().kind.exit;
}

Faults in_order(std::vector<PlacedFault> faults) {
  const auto key = [](const PlacedFault& each) {
    return std::tuple(each.place.line == 0, each.place.line, each.place.column);
  };
  std::stable_sort(faults.begin(), faults.end(),
                   [&](const PlacedFault& a, const PlacedFault& b) { return key(a) < key(b); });
  Faults ordered;
  for (PlacedFault& each : faults)
    ordered.push_back(std::move(each.fault));
  return ordered;
}

Fault fault_from(const FaultKind& kind, const Error& error, std::string where, std::string fix) {
  return Fault{kind, error.message, "", std::move(where), std::move(fix)};
}

std::span<const FaultKind> fault_kinds() {
  return kAllKinds;
}

}  // namespace tally::config
