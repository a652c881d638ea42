// programme.toml, and the samples of config/.
#include <tally/config/programme_file.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <filesystem>
#include <string>

namespace tally::config {
namespace {

using testing::HasSubstr;

constexpr const char* kGood = R"(name = "Books points"
currency = "USD"
offline_window = "72h"

[base]
points = 1
per = 100
counts_tax = true

[expiry]
kind = "rolling"
months = 12
rounding = "end_of_month"

[redeem]
price_points = 100
price_money = 250
minimum = 50
step = 5
max_percent = 80
mixed = false
consent_above = 1000

[transfer]
enabled = true
fee_min = 3
fee_basis_points = 25
cooling_off = "30d"

[[utc_offsets]]
from = 2026-03-29T01:00:00Z
minutes = 120
)";

std::string faults_of(const std::string& text) {
  const OrFaults<Programme> programme = parse_programme(text, "programme.toml");
  if (programme) return "";
  EXPECT_EQ(exit_code_of(programme.error()), ExitCode::Usage);
  std::string lines;
  for (const Fault& fault : programme.error())
    lines += line_of(fault) + "\n";
  return lines;
}

std::string replaced(const std::string& from, const std::string& to) {
  std::string text = kGood;
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

TEST(ProgrammeFile, MeansWhatItSays) {
  const OrFaults<Programme> read = parse_programme(kGood, "programme.toml");

  ASSERT_TRUE(read.has_value()) << faults_of(kGood);
  EXPECT_EQ(read->name, "Books points");
  EXPECT_EQ(as_text(read->currency.view()), "USD");
  EXPECT_EQ(read->offline_window, Duration(72ULL * 3'600'000));
  EXPECT_EQ(read->base.points, Points::from(1));
  EXPECT_EQ(read->base.per, Money::from(100));
  EXPECT_TRUE(read->base.counts_tax);
  EXPECT_EQ(read->expiry.kind, ExpiryKind::Rolling);
  EXPECT_EQ(read->expiry.months, 12U);
  EXPECT_EQ(read->expiry.rounding, MonthRounding::EndOfMonth);
  EXPECT_EQ(read->redeem.price_money, Money::from(250));
  EXPECT_EQ(read->redeem.max_percent, 80);
  EXPECT_FALSE(read->redeem.mixed);
  EXPECT_EQ(read->redeem.consent_above, Points::from(1000));
  EXPECT_EQ(read->transfer.fee_basis_points, 25);
  EXPECT_EQ(read->transfer.cooling_off, Duration(30ULL * 86'400'000));
  ASSERT_EQ(read->utc_offsets.size(), 1U);
  EXPECT_EQ(read->utc_offsets[0].from, Timestamp(1'774'746'000'000));
  EXPECT_EQ(read->utc_offsets[0].minutes, 120);
}

TEST(ProgrammeFile, SaysNeverWhereThereIsNoEnd) {
  const OrFaults<Programme> read =
      parse_programme(replaced("consent_above = 1000", "consent_above = \"never\""), "p.toml");

  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->redeem.consent_above, Points::from(kPointsMax));
}

TEST(ProgrammeFile, RefusesWithPlaceAndCure) {
  EXPECT_THAT(faults_of(replaced("points = 1\n", "points = -1\n")),
              HasSubstr("E-PRG-015: out of range; got -1"));
  EXPECT_THAT(faults_of(replaced("per = 100", "per = 0")), HasSubstr("at programme.toml:7:1"));
  EXPECT_THAT(faults_of(replaced("\"72h\"", "\"72\"")),
              HasSubstr("E-PRG-016: wrong form; got \"72\"; expected a number and a unit"));
  EXPECT_THAT(faults_of(replaced("\"72h\"", "\"9999d\"")), HasSubstr("E-PRG-030"));
  EXPECT_THAT(faults_of(replaced("\"rolling\"", "\"roling\"")), HasSubstr("write \"rolling\""));
  EXPECT_THAT(faults_of(replaced("\"USD\"", "\"usd\"")), HasSubstr("E-PRG-030"));
  EXPECT_THAT(faults_of(replaced("step = 5", "step = 1.5")), HasSubstr("got float"));
  EXPECT_THAT(faults_of(replaced("mixed", "mixd")), HasSubstr("write \"mixed\""));
}

TEST(ProgrammeFile, RefusesMonthsOfPointsThatNeverExpire) {
  EXPECT_THAT(faults_of(replaced("\"rolling\"", "\"never\"")),
              HasSubstr("E-PRG-012: unknown key; got \"months\""));
}

TEST(ProgrammeFile, TakesEverySample) {
  const std::filesystem::path folder = std::filesystem::path(TALLY_TESTS_DIR) / "../config";
  int count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (!entry.path().filename().string().starts_with("programme-")) continue;
    ++count;
    const OrFaults<Programme> read = read_programme(entry.path().string());
    EXPECT_TRUE(read.has_value()) << entry.path();
  }
  EXPECT_GE(count, 4);
}

}  // namespace
}  // namespace tally::config
