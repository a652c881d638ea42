// Joining what the config module read with what the rules module thinks of it.
#include "app/rule_faults.h"

#include <tally/base/bytes.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace tally::app {
namespace {

using config::FieldPlaces;
using config::Place;
using config::PlacedFault;

constexpr std::array<std::string_view, 31> kNumbers = {
    "RUL-015", "RUL-016", "RUL-017", "RUL-018", "RUL-019", "RUL-020", "RUL-021", "RUL-022",
    "RUL-023", "RUL-024", "RUL-025", "RUL-026", "RUL-027", "RUL-028", "RUL-029", "RUL-030",
    "RUL-031", "RUL-032", "RUL-033", "RUL-034", "RUL-035", "RUL-036", "RUL-037", "RUL-038",
    "RUL-039", "RUL-040", "RUL-041", "RUL-042", "RUL-043", "RUL-044", "RUL-045"};
static_assert(static_cast<std::size_t>(rules::Reason::WindowTooLong) == kNumbers.size());

PlacedFault placed_fault(const rules::Mistake& mistake, const std::string& field,
                         const FieldPlaces& places) {
  const Place place = places.find(field, mistake.line, mistake.column);
  return {place, fault_from(mistake, places.text_of(place))};
}

constexpr std::string_view kCampaigns = "campaigns[";

/// `field`, which speaks of a campaign of `programme`, as it speaks of the same one in `file`;
/// nothing where the campaign is not of the file.
std::optional<std::string> field_in_file(const std::string& field, const Programme& programme,
                                         const config::CampaignFile& file) {
  if (!field.starts_with(kCampaigns)) return std::nullopt;
  std::size_t place = 0;
  const char* const past = field.data() + field.size();
  const auto [end, error] = std::from_chars(field.data() + kCampaigns.size(), past, place);
  if (error != std::errc() || place >= programme.campaigns.size()) return std::nullopt;
  for (std::size_t i = 0; i < file.campaigns.size(); ++i)
    if (file.campaigns[i].id == programme.campaigns[place].id)
      return std::string(kCampaigns) + std::to_string(i) + std::string(end, past);
  return std::nullopt;
}

Fault of_another_programme(const config::CampaignFile& file, const Programme& programme,
                           Place place) {
  return Fault{kBadInput, "campaigns for \"" + printable(file.programme) + "\"",
               "\"" + printable(programme.id) + "\", which they are to join",
               file.places.text_of(place), "name the programme that they are for"};
}

}  // namespace

FaultKind kind_of(rules::Reason reason) {
  return {kNumbers.at(static_cast<std::size_t>(reason) - 1), ExitCode::Usage,
          rules::name_of(reason)};
}

std::vector<FaultKind> rule_fault_kinds() {
  std::vector<FaultKind> kinds;
  for (std::size_t i = 1; i <= kNumbers.size(); ++i)
    kinds.push_back(kind_of(static_cast<rules::Reason>(i)));
  return kinds;
}

Fault fault_from(const rules::Mistake& mistake, std::string where) {
  std::string got = mistake.got;
  // Where an expression is wrong, its text is what people see at that place.
  if (mistake.line == 0 && !mistake.field.empty()) got = mistake.field + ": " + got;
  return Fault{kind_of(mistake.reason), std::move(got), mistake.expected, std::move(where),
               mistake.fix};
}

Faults faults_of(const config::ProgrammeFile& file) {
  std::vector<PlacedFault> faults = file.faults;
  if (file.places.empty()) return config::in_order(std::move(faults));
  if (const auto rules = rules::compile(file.programme); !rules)
    for (const rules::Mistake& mistake : rules.error())
      if (file.faults.empty() || !file.places.is_faulty(mistake.field))
        faults.push_back(placed_fault(mistake, mistake.field, file.places));
  if (faults.empty()) faults = config::check_publishable(file);
  return config::in_order(std::move(faults));
}

OrFaults<config::ProgrammeFile> read_whole_programme(const std::string& path) {
  config::ProgrammeFile file = config::read_programme(path);
  if (Faults faults = faults_of(file); !faults.empty()) return config::fail(std::move(faults));
  return file;
}

OrFaults<config::ProgrammeFile> parse_whole_programme(std::string_view text,
                                                      const std::string& name) {
  config::ProgrammeFile file = config::parse_programme(text, name);
  if (Faults faults = faults_of(file); !faults.empty()) return config::fail(std::move(faults));
  return file;
}

OrFaults<Programme> with_campaigns(Programme programme, const config::CampaignFile& file) {
  std::vector<PlacedFault> faults = file.faults;
  const Place of_programme = file.places.find("programme");
  if (!file.programme.empty() && file.programme != programme.id)
    faults.push_back({of_programme, of_another_programme(file, programme, of_programme)});
  for (const Campaign& campaign : file.campaigns)
    programme.campaigns.push_back(campaign);
  std::stable_sort(programme.campaigns.begin(), programme.campaigns.end(),
                   [](const Campaign& a, const Campaign& b) { return a.id < b.id; });
  if (const auto rules = rules::compile(programme); !rules)
    for (const rules::Mistake& mistake : rules.error()) {
      const std::optional<std::string> field = field_in_file(mistake.field, programme, file);
      // What is said of all campaigns together, or of the programme, has no place in the file.
      const std::string there = field.value_or(mistake.field);
      const bool is_echo = !file.faults.empty() && (!field || file.places.is_faulty(there));
      if (!is_echo) faults.push_back(placed_fault(mistake, there, file.places));
    }
  if (!faults.empty()) return config::fail(config::in_order(std::move(faults)));
  return programme;
}

std::vector<PlacedWarning> placed(std::vector<rules::Warning> warnings, const FieldPlaces& places) {
  std::vector<PlacedWarning> all;
  for (rules::Warning& warning : warnings)
    all.push_back({places.text_of(places.find(warning.field)), std::move(warning)});
  return all;
}

std::vector<PlacedWarning> placed(std::vector<rules::Warning> warnings, const Programme& programme,
                                  const config::CampaignFile& file) {
  std::vector<PlacedWarning> all;
  for (rules::Warning& warning : warnings) {
    const auto field = field_in_file(warning.field, programme, file);
    if (field) all.push_back({file.places.text_of(file.places.find(*field)), std::move(warning)});
  }
  return all;
}

}  // namespace tally::app
