// TomlFile: parsing that goes on after a bad line, and the places of keys.
#include "config/toml_reader.h"

#include <tally/base/bytes.h>
#include <tally/config/text.h>

#include <algorithm>

namespace tally::config {
namespace {

constexpr std::size_t kRecoveredTextMax = 1 << 20;  // each recovery parses the whole text again
constexpr std::size_t kRecoveriesMax = 32;

/// Offset of the first byte of line `line`, 1 …; the end where there is none.
std::size_t start_of_line(std::string_view text, std::uint32_t line) {
  std::size_t at = 0;
  for (std::uint32_t i = 1; i < line; ++i) {
    at = text.find('\n', at);
    if (at == std::string_view::npos) return text.size();
    ++at;
  }
  return at;
}

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

/// What stands before `=` on a line; empty where it is no `key = value`.
std::string_view key_on(std::string_view line) {
  const std::size_t equals = line.find('=');
  const std::string_view key = trimmed(line.substr(0, std::min(equals, line.size())));
  if (equals == std::string_view::npos || key.empty() || key[0] == '#' || key[0] == '[') return {};
  return key;
}

bool is_header(std::string_view line) {
  const std::string_view text = trimmed(line);
  return text.starts_with('[') && text.find('=') == std::string_view::npos;
}

std::string_view line_at(std::string_view text, std::size_t start) {
  return text.substr(start, text.find('\n', start) - start);
}

/// The line on which what stands on the line at `start` stood first; 0: cannot tell.
std::uint32_t first_line_of(std::string_view text, std::size_t start) {
  const std::string_view wanted = line_at(text, start);
  const bool header = is_header(wanted);
  const std::string_view name = header ? trimmed(wanted) : key_on(wanted);
  std::uint32_t found = 0;
  std::uint32_t number = 1;
  for (std::size_t at = 0; at < start; ++number) {
    const std::string_view line = line_at(text, at);
    if (is_header(line)) {
      if (header && trimmed(line) == name) return number;
      if (!header) found = 0;  // another table begins
    }
    if (!header && found == 0 && key_on(line) == name) found = number;
    at += line.size() + 1;
  }
  return found;
}

void blank(std::string& text, std::size_t first, std::size_t end) {
  for (std::size_t i = first; i < end; ++i)
    if (text[i] != '\n') text[i] = ' ';
}

/// Offset of the first byte that is no UTF-8, or starts a byte order mark; npos: none.
std::size_t first_bad_byte(std::string_view text) {
  if (text.starts_with("\xef\xbb\xbf")) return 0;
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  for (std::size_t i = 0; i < text.size();) {
    const std::uint8_t lead = byte(i);
    std::size_t length = 0;
    if (lead < 0x80)
      length = 1;
    else if (lead >= 0xc2 && lead <= 0xdf)
      length = 2;
    else if (lead >= 0xe0 && lead <= 0xef)
      length = 3;
    else if (lead >= 0xf0 && lead <= 0xf4)
      length = 4;
    if (length == 0 || i + length > text.size()) return i;
    for (std::size_t k = 1; k < length; ++k)
      if ((byte(i + k) & 0xc0U) != 0x80U) return i + k;
    i += length;
  }
  return std::string_view::npos;
}

}  // namespace

TomlFile::TomlFile(std::string_view text, std::string file, const FileKinds& kinds)
    : text_(text), file_(std::move(file)), kinds_(kinds) {
  if (!check_utf8()) return;
  parse();
  if (parsed_) remember(table_, "");
}

bool TomlFile::check_utf8() {
  const std::size_t bad = first_bad_byte(text_);
  if (bad == std::string::npos) return true;
  add_at({}, Fault{kinds_.not_utf8, "byte " + std::to_string(bad),
                   "UTF-8 without a byte order mark", shown_path(file_), "save it as UTF-8"});
  return false;
}

void TomlFile::parse() {
  for (std::size_t round = 0; !parsed_ && round <= kRecoveriesMax; ++round) {
    try {
      table_ = toml::parse(std::string_view(text_), std::string_view(file_));
      parsed_ = true;
    } catch (const toml::parse_error& error) {
      if (!recover(error)) return;
    }
  }
}

/// Notes the error and blanks what caused it; false: the rest cannot be read without it.
bool TomlFile::recover(const toml::parse_error& error) {
  Place place{error.source().begin.line, error.source().begin.column};
  const std::string what(error.description());
  const std::size_t start = start_of_line(text_, place.line);
  const std::string_view line = line_at(text_, start);
  if (what.find("cannot redefine") != std::string::npos) {
    const std::uint32_t first = first_line_of(text_, start);
    place.column = static_cast<std::uint32_t>(line.find_first_not_of(" \t")) + 1;
    const std::string got = first == 0 ? printable(what)
                                       : "it on line " + std::to_string(first) + " and on line " +
                                             std::to_string(place.line);
    add_at(place, Fault{kinds_.twice, got, "it once", text_of(place), "leave one out"});
  } else {
    add_at(place, Fault{kinds_.syntax, printable(what), "TOML 1.0", text_of(place), ""});
  }
  if (text_.size() > kRecoveredTextMax) return false;
  std::size_t end = start + line.size();
  if (is_header(line)) {  // what follows belongs to it
    while (end < text_.size() && !is_header(line_at(text_, end + 1)))
      end += 1 + line_at(text_, std::min(end + 1, text_.size())).size();
    damaged_.insert(std::string(trimmed(line)));
  } else if (const std::string_view key = key_on(line); !key.empty()) {
    damaged_.insert(std::string(key));
    faulty_.insert(std::string(key));
  } else {
    return false;
  }
  blank(text_, start, std::min(end, text_.size()));
  return true;
}

void TomlFile::remember(const toml::table& table, const std::string& path) {
  for (const auto& [key, node] : table) {
    const std::string below =
        path.empty() ? std::string(key.str()) : path + "." + std::string(key.str());
    places_[below] = {key.source().begin.line, key.source().begin.column};
    remember(node, below);
  }
}

void TomlFile::remember(const toml::node& node, const std::string& path) {
  if (node.is_string()) texts_[path] = {node.source().begin.line, node.source().begin.column};
  if (const toml::table* table = node.as_table()) remember(*table, path);
  const toml::array* array = node.as_array();
  if (array == nullptr) return;
  for (std::size_t i = 0; i < array->size(); ++i) {
    const toml::node& element = (*array)[i];
    const std::string below = path + "[" + std::to_string(i) + "]";
    places_[below] = {element.source().begin.line, element.source().begin.column};
    remember(element, below);
  }
}

Place TomlFile::place(std::string_view path) const {
  while (!path.empty()) {
    const auto found = places_.find(path);
    if (found != places_.end()) return found->second;
    const std::size_t cut = path.find_last_of(".[");
    path = path.substr(0, cut == std::string_view::npos ? 0 : cut);
  }
  return {};
}

std::string TomlFile::text_of(Place place) const {
  if (place.line == 0) return shown_path(file_);
  return shown_path(file_) + ":" + std::to_string(place.line) + ":" + std::to_string(place.column);
}

std::string TomlFile::where(std::string_view path) const {
  return text_of(place(path));
}

void TomlFile::add_at(Place place, Fault fault) {
  faults_.push_back({place, std::move(fault)});
}

void TomlFile::add(Fault fault) {
  add_at({}, std::move(fault));
}

void TomlFile::add(const FaultKind& kind, const std::string& path, std::string got,
                   std::string expected, std::string fix) {
  const Place at = place(path);
  add_at(at, Fault{kind, std::move(got), std::move(expected), text_of(at), std::move(fix)});
}

void TomlFile::add_checked(const FaultKind& kind, const Error& error) {
  std::string path = error.message.substr(0, error.message.find(':'));
  path = path.substr(0, path.find(' '));
  // The model names a duration by what it is; the file by that and its unit.
  if (!places_.contains(path) && places_.contains(path + "_ms")) path += "_ms";
  add(kind, path, error.message, "");
}

Faults TomlFile::take_faults() {
  return in_order(take_placed_faults());
}

TomlTable TomlFile::root() {
  return {*this, &table_, ""};
}

}  // namespace tally::config
