// A programme file and a campaign file, read whole; programme_sections.cpp and
// programme_campaigns.cpp read their parts.
#include <tally/config/programme_file.h>

#include <tally/base/limits.h>
#include <tally/model/transaction.h>

#include "config/programme_reader.h"

#include <algorithm>
#include <numeric>

namespace tally::config {

/// Fills what the two kinds of file have in common.
class ProgrammeReader {
 public:
  ProgrammeReader(std::string_view text, const std::string& file)
      : toml_(text, file, kProgrammeKinds), file_(file) {}

  [[nodiscard]] ProgrammeFile programme() {
    ProgrammeFile read;
    if (toml_.parsed()) {
      TomlTable root = toml_.root();
      check_format(root);
      read_sections(root, read.programme, read.version);
      read.programme.campaigns = campaigns(root);
      root.finish();
    }
    read.places = places();
    read.faults = toml_.take_placed_faults();
    return read;
  }

  [[nodiscard]] CampaignFile campaign_file() {
    CampaignFile read;
    if (toml_.parsed()) {
      TomlTable root = toml_.root();
      check_format(root);
      read.programme = root.text("programme").value_or("");
      if (!root.has("campaign"))
        root.fault(kProgrammeKinds.missing_key, "campaign", "none", "one [[campaign]] or more");
      read.campaigns = campaigns(root);
      root.finish();
    }
    read.places = places();
    read.faults = toml_.take_placed_faults();
    return read;
  }

 private:
  static void check_format(TomlTable& root) {
    const std::optional<std::int64_t> format = root.integer("format", INT64_MIN, INT64_MAX);
    if (format && *format != 1)
      root.fault(kProgrammeKinds.no_switch, "format", std::to_string(*format),
                 "1: the only version of the language so far");
  }

  /// Ascending by id, whatever their order in the file.
  [[nodiscard]] std::vector<Campaign> campaigns(TomlTable& root) {
    std::vector<Campaign> written = read_campaign_tables(root);
    order_.resize(written.size());
    std::iota(order_.begin(), order_.end(), std::size_t{0});
    std::stable_sort(order_.begin(), order_.end(),
                     [&](std::size_t a, std::size_t b) { return written[a].id < written[b].id; });
    std::vector<Campaign> sorted;
    for (const std::size_t place : order_)
      sorted.push_back(std::move(written[place]));
    return sorted;
  }

  [[nodiscard]] FieldPlaces places() {
    FieldPlaces places;
    places.file_ = file_;
    places.text_ = toml_.text();
    places.keys_ = toml_.places();
    places.texts_ = toml_.texts();
    places.faulty_ = toml_.faulty();
    places.campaigns_ = std::move(order_);
    return places;
  }

  TomlFile toml_;
  std::string file_;
  std::vector<std::size_t> order_;
};

ProgrammeFile parse_programme(std::string_view text, const std::string& file) {
  return ProgrammeReader(text, file).programme();
}

CampaignFile parse_campaigns(std::string_view text, const std::string& file) {
  return ProgrammeReader(text, file).campaign_file();
}

namespace {

template <typename File>
File unread(const Faults& faults) {
  File file;
  for (const Fault& fault : faults)
    file.faults.push_back({{}, fault});
  return file;
}

}  // namespace

ProgrammeFile read_programme(const std::string& path) {
  const OrFaults<std::string> text =
      read_regular_file(path, kProgrammeTextBytesMax, kProgrammeKinds);
  return text ? parse_programme(*text, path) : unread<ProgrammeFile>(text.error());
}

CampaignFile read_campaigns(const std::string& path) {
  const OrFaults<std::string> text =
      read_regular_file(path, kProgrammeTextBytesMax, kProgrammeKinds);
  return text ? parse_campaigns(*text, path) : unread<CampaignFile>(text.error());
}

std::vector<PlacedFault> check_publishable(const ProgrammeFile& file) {
  // The ledger's own check, with anything in place of what the file does not say.
  Transaction transaction;
  transaction.merchant = MerchantId(1);
  transaction.request_id = Bytes(limits::kRequestIdBytesMin);
  transaction.action = PublishProgramme{file.version, Height(0), file.programme};
  const Result<void> checked = check_form(transaction);
  if (checked.ok()) return {};
  const std::string& message = checked.error().message;
  const Place place = file.places.find(message.substr(0, message.find_first_of(": ")));
  return {{place, Fault{kNotPublishable, message, "", file.places.text_of(place), ""}}};
}

}  // namespace tally::config
