// From the model's names of fields to places in a file, and into the strings of expressions.
#include <tally/config/programme_file.h>
#include <tally/config/text.h>

#include <array>
#include <charconv>
#include <utility>

namespace tally::config {
namespace {

/// Where the model's fields have other names than the file's keys; the first that fits is taken.
/// Longer ones come before those that begin alike.
constexpr std::array<std::pair<std::string_view, std::string_view>, 20> kStarts = {{
    {"utc_offsets", "offset"},
    {"earn.counts_tax", "earn.tax"},
    {"expiry.rounding", "expiry.round"},
    {"redeem.price_points", "programme.value.points"},
    {"redeem.price_money", "programme.value.minor"},
    {"redeem.minimum", "redeem.min"},
    {"transfer.fee_min", "transfer.fee.min"},
    {"transfer.fee_basis_points", "transfer.fee.bp"},
    {"exchange.fee_basis_points", "exchange.fee.bp"},
    {"tiers.tiers", "tier"},
    {"tiers.valid_months", "tiers.valid"},
    {"tiers.immediate_on_refund", "tiers.on_refund"},
    {"partners", "partner"},
    {"counters", "counter"},
    {"groups", "group"},
    {"campaigns", "campaign"},
    {"id", "programme.id"},
    {"merchant", "programme.merchant"},
    {"name", "programme.name"},
    {"currency", "programme.currency"},
}};
constexpr std::array<std::pair<std::string_view, std::string_view>, 3> kAlso = {{
    {"lines", "programme.lines"},
    {"offline_window", "programme.offline_window"},
    {"terms_sha256", "programme.terms_sha256"},
}};
/// The same for fields of the entries of lists.
constexpr std::array<std::pair<std::string_view, std::string_view>, 7> kEnds = {{
    {"].trigger", "].on"},
    {"].funders", "].funder"},
    {"].issuer_funds_base", "].base_funded_by"},
    {"].flags", "].mode"},
    {".rounding", ".round"},
    {".all_or_nothing", ".exhausted"},
    {"].size", "].days"},
}};

bool begins(std::string_view field, std::string_view start) {
  if (!field.starts_with(start)) return false;
  return field.size() == start.size() || field[start.size()] == '.' || field[start.size()] == '[';
}

/// Walks through the raw text of a TOML string, character by character of its value.
class StringWalk {
 public:
  /// `at`: the byte of the opening quote, which stands at `place`.
  StringWalk(std::string_view text, std::size_t at, Place place)
      : text_(text), at_(at), place_(place), quote_(at < text.size() ? text[at] : '\'') {
    const bool multi = text_.substr(at_, 3) == std::string(3, quote_);
    const std::size_t quotes = multi ? 3 : 1;
    for (std::size_t i = 0; i < quotes; ++i)
      step();
    // A newline right after the opening quotes is not part of the value.
    if (multi && next() == '\r') step();
    if (multi && next() == '\n') step();
    skip_joined_lines();
  }

  /// The place of the value's character at `line` and `column`; the end of it, at most.
  [[nodiscard]] Place find(std::uint32_t line, std::uint32_t column) {
    std::uint32_t value_line = 1;
    std::uint32_t value_column = 1;
    while (at_ < text_.size() && (value_line < line || value_column < column)) {
      const bool ends_line = is_newline();
      if (ends_line && value_line == line) break;  // past the end of that line
      step_character();
      value_line += ends_line ? 1 : 0;
      value_column = ends_line ? 1 : value_column + 1;
    }
    return place_;
  }

 private:
  [[nodiscard]] char next() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  [[nodiscard]] bool is_newline() const {
    return next() == '\n' || text_.substr(at_, 2) == "\r\n" ||
           (quote_ == '"' && text_.substr(at_, 2) == "\\n");
  }

  /// One code point of the file.
  void step() {
    if (at_ >= text_.size()) return;
    const bool newline = text_[at_] == '\n';
    ++at_;
    while (at_ < text_.size() && (static_cast<std::uint8_t>(text_[at_]) & 0xc0U) == 0x80U)
      ++at_;
    place_ = newline ? Place{place_.line + 1, 1} : Place{place_.line, place_.column + 1};
  }

  /// One character of the value.
  void step_character() {
    std::size_t length = 1;
    if (text_.substr(at_, 2) == "\r\n") length = 2;
    if (quote_ == '"' && next() == '\\') {
      const char kind = at_ + 1 < text_.size() ? text_[at_ + 1] : '\0';
      length = kind == 'u' ? 6 : kind == 'U' ? 10 : kind == 'x' ? 4 : 2;
    }
    for (std::size_t i = 0; i < length; ++i)
      step();
    skip_joined_lines();
  }

  /// A backslash at the end of a line joins it with the next one.
  void skip_joined_lines() {
    constexpr std::string_view kBlank = " \t\r\n";
    while (quote_ == '"' && next() == '\\') {
      const std::size_t end = text_.find_first_not_of(" \t\r", at_ + 1);
      if (end == std::string_view::npos || text_[end] != '\n') return;
      step();
      while (at_ < text_.size() && kBlank.find(text_[at_]) != std::string_view::npos)
        step();
    }
  }

  std::string_view text_;
  std::size_t at_;
  Place place_;
  char quote_;
};

/// The byte of a place in `text`.
std::size_t offset_of(std::string_view text, Place place) {
  std::size_t at = 0;
  for (std::uint32_t line = 1; line < place.line; ++line) {
    at = text.find('\n', at);
    if (at == std::string_view::npos) return text.size();
    ++at;
  }
  for (std::uint32_t column = 1; column < place.column && at < text.size(); ++column) {
    ++at;
    while (at < text.size() && (static_cast<std::uint8_t>(text[at]) & 0xc0U) == 0x80U)
      ++at;
  }
  return at;
}

}  // namespace

/// The file's path of a field.
std::string FieldPlaces::path_of(std::string_view field) const {
  std::string path(field);
  const auto replace_start = [&](const auto& names) {
    for (const auto& [from, to] : names)
      if (begins(field, from)) {
        path = std::string(to) + path.substr(from.size());
        return;
      }
  };
  replace_start(kStarts);
  replace_start(kAlso);
  constexpr std::string_view kCampaign = "campaign[";
  if (path.starts_with(kCampaign)) {
    std::size_t place = 0;
    const char* const past = path.data() + path.size();
    const auto [end, error] = std::from_chars(path.data() + kCampaign.size(), past, place);
    if (error == std::errc() && place < campaigns_.size())
      path = std::string(kCampaign) + std::to_string(campaigns_[place]) + std::string(end, past);
  }
  for (const auto& [from, to] : kEnds) {
    const std::size_t at = path.find(from);
    if (at == std::string::npos || keys_.contains(path)) continue;
    path.replace(at, from.size(), to);
  }
  return path;
}

Place FieldPlaces::find(std::string_view field, std::uint32_t line, std::uint32_t column) const {
  std::string path = path_of(field);
  if (line > 0)
    if (const auto text = texts_.find(path); text != texts_.end())
      return StringWalk(text_, offset_of(text_, text->second), text->second).find(line, column);
  // A cap that `once` stands for.
  const std::size_t times = path.find(".cap_times");
  if (times != std::string::npos && !keys_.contains(path.substr(0, times) + ".cap_times"))
    path = path.substr(0, times) + ".once";
  while (!path.empty()) {
    const auto found = keys_.find(path);
    if (found != keys_.end()) return found->second;
    const std::size_t cut = path.find_last_of(".[");
    path.resize(cut == std::string::npos ? 0 : cut);
  }
  return {};
}

std::string FieldPlaces::text_of(Place place) const {
  if (place.line == 0) return shown_path(file_);
  return shown_path(file_) + ":" + std::to_string(place.line) + ":" + std::to_string(place.column);
}

bool FieldPlaces::is_faulty(std::string_view field) const {
  std::string path = path_of(field);
  while (!path.empty()) {
    const std::size_t cut = path.find_last_of(".[");
    const std::string name = cut == std::string::npos ? path : path.substr(cut + 1);
    if (faulty_.contains(path) || faulty_.contains(name)) return true;
    path.resize(cut == std::string::npos ? 0 : cut);
  }
  return false;
}

}  // namespace tally::config
