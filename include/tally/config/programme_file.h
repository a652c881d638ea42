// programme.toml and campaign files: a merchant's rules as its staff write them.
#pragma once

#include <tally/config/fault.h>
#include <tally/model/programme.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace tally::config {

inline constexpr std::size_t kProgrammeTextBytesMax = 4 << 20;  ///< all of it escaped, at worst

/// Where the fields of a programme stand in a file, by the names that the rules module gives them:
/// "campaigns[3].when", "earn.base", "groups[0].order". The file has its own names and its own
/// order of campaigns.
class FieldPlaces {
 public:
  /// Of the field, or of the nearest thing around it. With a `line` and `column` from 1: of that
  /// character of an expression, in whatever string the file holds it.
  [[nodiscard]] Place find(std::string_view field, std::uint32_t line = 0,
                           std::uint32_t column = 0) const;
  /// "grocer.toml:141:53", or the file alone.
  [[nodiscard]] std::string text_of(Place place) const;
  /// Whether nothing of the file could be read.
  [[nodiscard]] bool empty() const { return keys_.empty(); }
  /// Whether a fault of the file was told of this field: then what else is said of it is an echo.
  [[nodiscard]] bool is_faulty(std::string_view field) const;

 private:
  friend class ProgrammeReader;
  [[nodiscard]] std::string path_of(std::string_view field) const;

  std::string file_;
  std::string text_;
  std::map<std::string, Place, std::less<>> keys_;
  std::map<std::string, Place, std::less<>> texts_;
  std::set<std::string, std::less<>> faulty_;
  std::vector<std::size_t> campaigns_;  ///< of each campaign, its place in the file
};

/// What could be read of a file. Its values are of the right types and in the range of their types;
/// what they mean together is asked by rules::compile.
struct ProgrammeFile {
  Programme programme;
  std::uint32_t version = 1;
  std::vector<PlacedFault> faults;  ///< empty: all was read
  FieldPlaces places;
};
[[nodiscard]] ProgrammeFile read_programme(const std::string& path);
[[nodiscard]] ProgrammeFile parse_programme(std::string_view text, const std::string& file);

/// A file of campaigns alone, for a programme that is published already.
struct CampaignFile {
  std::string programme;            ///< its id, "bpts"
  std::vector<Campaign> campaigns;  ///< ascending by id
  std::vector<PlacedFault> faults;
  FieldPlaces places;  ///< of "campaigns[0].when", in the order of `campaigns`
};
[[nodiscard]] CampaignFile read_campaigns(const std::string& path);
[[nodiscard]] CampaignFile parse_campaigns(std::string_view text, const std::string& file);

/// The text of it. parse_programme gives the same programme and version, if rules::compile takes
/// the programme.
[[nodiscard]] std::string text_of(const Programme& programme, std::uint32_t version);

// The words of a file for single values, for those who print them.
[[nodiscard]] std::string word_of(Trigger trigger);      ///< "PURCHASE"
[[nodiscard]] std::string word_of(CampaignState state);  ///< "ACTIVE"
/// "2026-03-01T06:30:00", without an offset. REQUIRES: of the years 1970 to 9999.
[[nodiscard]] std::string text_of(LocalTime time);

/// What the door would still refuse of a programme that compiles: unclean text, personal data.
[[nodiscard]] std::vector<PlacedFault> check_publishable(const ProgrammeFile& file);

}  // namespace tally::config
