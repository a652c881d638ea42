// Programme files and campaign files, and the samples of config/.
#include <tally/config/programme_file.h>

#include <tally/base/bytes.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <algorithm>
#include <filesystem>
#include <string>

#include "support/places.h"

namespace tally::config {
namespace {

using testing::HasSubstr;

constexpr const char* kGood = R"(format = 1
[programme]
id = "books"
merchant = "bookshop"
version = 3
name = "Books points"
currency = "USD"
value = { points = 100, minor = 250 }
[[offset]]
from = 2026-03-29T01:00:00Z
minutes = 120
[earn]
base = 'muldiv(tx.eligible, 1, 100)'
[expiry]
kind = "rolling"
months = 12
round = "END_OF_MONTH"
[redeem]
min = 50
step = 5
max_percent = 80
mixed = false
consent_above = 1_000
[transfer]
enabled = true
fee = { bp = 25, min = 3 }
cooling_off = "30d"
[[group]]
name = "promo"
order = 20
mode = "BEST"
[[campaign]]
id = "z-last"
on = "PURCHASE"
group = "promo"
award = '1'
[[campaign]]
id = "a-first"
on = "ENROL"
when = 'm.tier == 0'
award = '''
p.points
  + 1
'''
once = true
cap_points = { tx = 5, month = 7 }
params = { points = 500, name = "x", on = true }
starts = 2026-03-01T06:30:00
funder = [{ who = "merchant:air", share = [1, 2] }, { who = "brand:milk", share = [1, 2] }]
referrer = { award = '300', cap_times = { month = 10 } }
)";

std::string lines_of(const std::vector<PlacedFault>& faults) {
  std::string lines;
  for (const Fault& fault : in_order(faults)) {
    EXPECT_EQ(fault.kind.exit, ExitCode::Usage);
    lines += line_of(fault) + "\n";
  }
  return lines;
}

std::string faults_of(const std::string& text) {
  return lines_of(parse_programme(text, "programme.toml").faults);
}

std::string replaced(const std::string& from, const std::string& to) {
  std::string text = kGood;
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

/// "p.toml:LINE:COLUMN" of where `needle` begins in `text`, counted by hand.
std::string stands_at(const std::string& text, const std::string& needle, std::size_t skip = 0) {
  const std::size_t at = text.find(needle);
  EXPECT_NE(at, std::string::npos) << needle;
  const std::string before = text.substr(0, at + skip);
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  const std::size_t column = before.size() - (before.rfind('\n') + 1) + 1;
  return "p.toml:" + std::to_string(line) + ":" + std::to_string(column);
}

std::string config_file(const std::string& name) {
  return test::tests_folder() + "/../config/" + name;
}

TEST(ProgrammeFile, MeansWhatItSays) {
  const ProgrammeFile read = parse_programme(kGood, "programme.toml");
  const Programme& programme = read.programme;

  ASSERT_TRUE(read.faults.empty()) << lines_of(read.faults);
  EXPECT_EQ(read.version, 3U);
  EXPECT_EQ(programme.id, "books");
  EXPECT_EQ(programme.merchant, "bookshop");
  EXPECT_EQ(programme.name, "Books points");
  EXPECT_EQ(as_text(programme.currency.view()), "USD");
  EXPECT_EQ(programme.earn.base, "muldiv(tx.eligible, 1, 100)");
  EXPECT_EQ(programme.expiry.kind, ExpiryKind::Rolling);
  EXPECT_EQ(programme.expiry.months, 12U);
  EXPECT_EQ(programme.expiry.rounding, MonthRounding::EndOfMonth);
  EXPECT_EQ(programme.redeem.price_points, Points::from(100));
  EXPECT_EQ(programme.redeem.price_money, Money::from(250));
  EXPECT_EQ(programme.redeem.minimum, Points::from(50));
  EXPECT_EQ(programme.redeem.max_percent, 80);
  EXPECT_FALSE(programme.redeem.mixed);
  EXPECT_EQ(programme.redeem.consent_above, Points::from(1000));
  EXPECT_EQ(programme.transfer.fee_basis_points, 25);
  EXPECT_EQ(programme.transfer.fee_min, Points::from(3));
  EXPECT_EQ(programme.transfer.cooling_off, Duration(30ULL * 86'400'000));
  ASSERT_EQ(programme.utc_offsets.size(), 1U);
  EXPECT_EQ(programme.utc_offsets[0].from, Timestamp(1'774'746'000'000));
  EXPECT_EQ(programme.utc_offsets[0].minutes, 120);
}

TEST(ProgrammeFile, ReadsCampaignsInTheOrderOfTheirIds) {
  const ProgrammeFile read = parse_programme(kGood, "programme.toml");

  ASSERT_EQ(read.programme.campaigns.size(), 2U);
  const Campaign& first = read.programme.campaigns[0];
  EXPECT_EQ(first.id, "a-first");
  EXPECT_EQ(first.trigger, Trigger::Enrol);
  EXPECT_EQ(first.award, "p.points\n  + 1\n");
  EXPECT_EQ(first.cap_times, (std::vector<Cap>{{Period::Ever, 1}}));
  EXPECT_EQ(first.cap_points, (std::vector<Cap>{{Period::Transaction, 5}, {Period::Month, 7}}));
  EXPECT_EQ(first.params,
            (std::vector<Parameter>{
                {"name", std::string("x")}, {"on", true}, {"points", std::int64_t{500}}}));
  EXPECT_EQ(first.starts, LocalTime(1'772'346'600'000));
  EXPECT_EQ(first.funders, (std::vector<FunderShare>{{{FunderKind::Merchant, "air"}, 1, 2},
                                                     {{FunderKind::Brand, "milk"}, 1, 2}}));
  ASSERT_TRUE(first.referrer.has_value());
  EXPECT_EQ(first.referrer->award, "300");
  EXPECT_EQ(first.referrer->cap_times, (std::vector<Cap>{{Period::Month, 10}}));
  EXPECT_EQ(read.programme.campaigns[1].funders, std::vector<FunderShare>{FunderShare()});
}

TEST(ProgrammeFile, HoldsWithoutAKeyWhatTheTableSays) {
  const Programme programme = parse_programme(R"(format = 1
[programme]
id = "p"
merchant = "m"
version = 1
name = "P"
currency = "EUR"
value = { points = 1, minor = 1 }
[earn]
base = '1'
[expiry]
kind = "never"
)",
                                              "p.toml")
                                  .programme;

  EXPECT_FALSE(programme.lines);
  EXPECT_EQ(programme.offline_window, Duration(72ULL * 3'600'000));
  EXPECT_FALSE(programme.earn.counts_tax);
  EXPECT_EQ(programme.earn.pending, Pending());
  EXPECT_EQ(programme.redeem.minimum, Points::from(1));
  EXPECT_EQ(programme.redeem.step, Points::from(1));
  EXPECT_EQ(programme.redeem.max_percent, 100);
  EXPECT_TRUE(programme.redeem.mixed);
  EXPECT_EQ(programme.redeem.consent_above, Points::from(kPointsMax));
  EXPECT_EQ(programme.hold, (HoldRule{Duration(900'000), Duration(7ULL * 86'400'000)}));
  EXPECT_EQ(programme.returns,
            (ReturnsRule{Duration(90ULL * 86'400'000), Clawback::WithinBalance, Points()}));
  EXPECT_FALSE(programme.transfer.enabled);
  EXPECT_EQ(programme.transfer.per_day, 2U);
  EXPECT_EQ(programme.transfer.cooling_off, Duration(7ULL * 86'400'000));
  EXPECT_EQ(programme.pool, (PoolRule{false, 7}));
  EXPECT_EQ(programme.exchange, ExchangeRule());
  EXPECT_EQ(programme.adjust, AdjustRule{*Points::from(1'000)});
  EXPECT_EQ(programme.tiers, TierRules());
}

TEST(ProgrammeFile, WaitsForAnEventForThirtyDaysUnlessItSaysHowLong) {
  const auto pending_of = [](const std::string& keys) {
    return parse_programme(replaced("[expiry]", keys + "\n[expiry]"), "p.toml")
        .programme.earn.pending;
  };

  EXPECT_EQ(pending_of("pending = \"event\""), (Pending{true, Duration(30ULL * 86'400'000)}));
  EXPECT_EQ(pending_of("pending = \"event\"\nevent_timeout = \"2d\""),
            (Pending{true, Duration(2ULL * 86'400'000)}));
  EXPECT_EQ(pending_of("pending = \"14d\""), (Pending{false, Duration(14ULL * 86'400'000)}));
  EXPECT_THAT(faults_of(replaced("[expiry]", "pending = \"1d\"\nevent_timeout = \"2d\"\n[expiry]")),
              HasSubstr("E-PRG-012: unknown key; got \"event_timeout\""));
}

TEST(ProgrammeFile, OwesWithoutBoundOnlyWhereUnlimitedSaysNoLimit) {
  const auto limit_of = [](const std::string& keys) {
    return parse_programme(replaced("[transfer]", "[returns]\n" + keys + "\n[transfer]"), "p.toml")
        .programme.returns.debt_limit;
  };

  EXPECT_EQ(limit_of("clawback = \"UNLIMITED\""), std::nullopt);
  EXPECT_EQ(limit_of("clawback = \"UNLIMITED\"\ndebt_limit = 9"), Points::from(9));
  EXPECT_EQ(limit_of("clawback = \"ONLY_PENDING\""), Points());
}

TEST(ProgrammeFile, RefusesWithPlaceAndCure) {
  EXPECT_THAT(faults_of(replaced("step = 5", "step = -1")),
              HasSubstr("E-PRG-015: out of range; got -1"));
  EXPECT_THAT(faults_of(replaced("min = 3", "min = 1.5")),
              HasSubstr("got float; expected integer; at programme.toml:26:18"));
  EXPECT_THAT(faults_of(replaced("\"30d\"", "\"30\"")),
              HasSubstr("E-PRG-016: wrong form; got \"30\"; expected a number and a unit"));
  EXPECT_THAT(faults_of(replaced("\"rolling\"", "\"roling\"")), HasSubstr("write \"rolling\""));
  EXPECT_THAT(faults_of(replaced("mixed", "mixd")), HasSubstr("write \"mixed\""));
  EXPECT_THAT(faults_of(replaced("min = 50", "min = 1.000")), HasSubstr("got float"));  // RUL-44
  EXPECT_THAT(faults_of(replaced("min = 50", "min = 1,5")), HasSubstr("E-PRG-010"));    // RUL-44
  EXPECT_THAT(faults_of(replaced("when = 'm.tier == 0'", "when = ''")),
              HasSubstr("got an empty string"));
  EXPECT_THAT(faults_of(replaced("once = true", "stores = []")), HasSubstr("got an empty list"));
  EXPECT_THAT(faults_of(replaced("{ tx = 5, month = 7 }", "{}")), HasSubstr("got an empty table"));
  EXPECT_THAT(faults_of(replaced("once = true", "once = true\ncap_times = { ever = 2 }")),
              HasSubstr("E-PRG-011: given twice; got once and cap_times.ever"));
  EXPECT_THAT(faults_of(replaced("{ month = 10 }", "{ tx = 10 }")),
              HasSubstr("E-PRG-012: unknown key; got \"tx\""));
  EXPECT_THAT(faults_of(replaced("\"brand:milk\"", "\"brnd:milk\"")),
              HasSubstr("expected issuer, merchant:ID or brand:NAME"));
  EXPECT_THAT(faults_of(replaced("share = [1, 2]", "share = [1, 0]")),
              HasSubstr("expected a list of 2 integers"));
  EXPECT_THAT(faults_of(replaced("on = true }", "on = 2026-01-01 }")),
              HasSubstr("expected an integer, a string, true or false"));
}

TEST(ProgrammeFile, Rul20RefusesImpossibleDatesAndTimeZones) {
  EXPECT_THAT(faults_of(replaced("2026-03-01T06:30:00", "2026-02-30T06:30:00")),
              HasSubstr("E-PRG-010: not TOML"));
  EXPECT_THAT(faults_of(replaced("2026-03-01T06:30:00", "2026-03-01T06:30:00Z")),
              HasSubstr("got a time with an offset"));
  EXPECT_THAT(faults_of(replaced("2026-03-01T06:30:00", "\"Europe/Berlin\"")),
              HasSubstr("E-PRG-014"));
  EXPECT_THAT(faults_of(replaced("2026-03-29T01:00:00Z", "2026-03-29T01:00:00")),
              HasSubstr("got a time without an offset"));
}

TEST(ProgrammeFile, Rul33NamesTheWordsOfAMode) {
  EXPECT_THAT(faults_of(replaced("\"BEST\"", "\"BSET\"")),
              HasSubstr("got \"BSET\"; expected FIRST, BEST, STACK; at programme.toml:31:1; fix: "
                        "write \"BEST\""));
  EXPECT_THAT(faults_of(replaced("\"ENROL\"", "\"enrol\"")), HasSubstr("expected PURCHASE, ENROL"));
}

TEST(ProgrammeFile, Rul43KnowsTheVersionsOfItsLanguage) {
  EXPECT_THAT(faults_of(replaced("format = 1", "format = 2")),
              HasSubstr("E-PRG-019: unsupported; got 2; expected 1"));
  EXPECT_THAT(faults_of(replaced("format = 1\n", "")), HasSubstr("E-PRG-013: missing key"));
}

TEST(ProgrammeFile, RefusesMonthsOfPointsThatNeverExpire) {
  EXPECT_THAT(faults_of(replaced("\"rolling\"", "\"never\"")),
              HasSubstr("E-PRG-012: unknown key; got \"months\""));
}

TEST(ProgrammeFile, TellsAllFaultsInOneGoAndKeepsWhatItCouldRead) {
  const ProgrammeFile read = parse_programme(
      replaced("step = 5\nmax_percent = 80", "step = x\nmax_percnt = 80"), "p.toml");

  const std::string lines = lines_of(read.faults);
  EXPECT_THAT(lines, HasSubstr("E-PRG-010: not TOML"));
  EXPECT_THAT(lines, HasSubstr("write \"max_percent\""));
  EXPECT_EQ(read.programme.campaigns.size(), 2U);
  EXPECT_TRUE(read.places.is_faulty("redeem.step"));
  EXPECT_FALSE(read.places.is_faulty("redeem.minimum"));
}

TEST(ProgrammeFile, KnowsWhereAFieldStands) {
  const FieldPlaces places = parse_programme(kGood, "p.toml").places;
  const auto at = [&](const char* field) { return places.text_of(places.find(field)); };

  EXPECT_EQ(at("redeem.minimum"), stands_at(kGood, "min = 50"));
  EXPECT_EQ(at("redeem.price_money"), stands_at(kGood, "minor = 250"));
  EXPECT_EQ(at("transfer.fee_min"), stands_at(kGood, "min = 3"));
  EXPECT_EQ(at("groups[0].order"), stands_at(kGood, "order = 20"));
  EXPECT_EQ(at("campaigns[1].group"), stands_at(kGood, "group = \"promo\""));
  EXPECT_EQ(at("campaigns[0].trigger"), stands_at(kGood, "on = \"ENROL\""));
  EXPECT_EQ(at("campaigns[0].cap_times[0].limit"), stands_at(kGood, "once = true"));
  EXPECT_EQ(at("campaigns[0].cap_points[1].limit"), stands_at(kGood, "cap_points"));
  EXPECT_EQ(at("campaigns[0].funders[1].numerator"), stands_at(kGood, "{ who = \"brand:milk"));
  EXPECT_EQ(at("nothing.of.the.kind"), "p.toml");
}

TEST(ProgrammeFile, KnowsWhereACharacterOfAnExpressionStands) {
  const FieldPlaces places = parse_programme(kGood, "p.toml").places;
  const auto at = [&](const char* field, std::uint32_t line, std::uint32_t column) {
    return places.text_of(places.find(field, line, column));
  };

  EXPECT_EQ(at("earn.base", 1, 1), stands_at(kGood, "muldiv"));
  EXPECT_EQ(at("earn.base", 1, 8), stands_at(kGood, "tx.eligible"));
  EXPECT_EQ(at("campaigns[0].when", 1, 8), stands_at(kGood, "== 0"));
  EXPECT_EQ(at("campaigns[0].award", 1, 1), stands_at(kGood, "p.points\n"));
  EXPECT_EQ(at("campaigns[0].award", 2, 3), stands_at(kGood, "+ 1"));
  EXPECT_EQ(at("campaigns[0].referrer.award", 1, 2), stands_at(kGood, "300", 1));
}

TEST(ProgrammeFile, KnowsPlacesInStringsOfEveryKind) {
  const auto place_of = [](const std::string& award, std::uint32_t line, std::uint32_t column) {
    const std::string text = "[[campaign]]\naward = " + award + "\n";
    const Place place =
        parse_campaigns(text, "c.toml").places.find("campaigns[0].award", line, column);
    return std::pair(place.line, place.column);
  };
  using P = std::pair<std::uint32_t, std::uint32_t>;

  EXPECT_EQ(place_of("\"\\\"é\\\" + 1\"", 1, 5), P(2, 16));       // "\"é\" + 1": the +
  EXPECT_EQ(place_of("\"a\\n b\"", 2, 2), P(2, 14));              // an escaped newline
  EXPECT_EQ(place_of("\"\"\"\na\\\n   b\"\"\"", 1, 2), P(4, 4));  // joined lines
  EXPECT_EQ(place_of("\"\\u00e9x\"", 1, 2), P(2, 16));
  EXPECT_EQ(place_of("'''a\nb'''", 2, 1), P(3, 1));
  EXPECT_EQ(place_of("'''\r\nab'''", 1, 2), P(3, 2));
  EXPECT_EQ(place_of("'ab'", 1, 99).first, 2U);  // not beyond its line
}

TEST(ProgrammeFile, ReadsCampaignFiles) {
  const CampaignFile read = read_campaigns(config_file("campaigns/summer-breakfast.toml"));

  ASSERT_TRUE(read.faults.empty()) << lines_of(read.faults);
  EXPECT_EQ(read.programme, "grocer");
  ASSERT_EQ(read.campaigns.size(), 1U);
  EXPECT_EQ(read.campaigns[0].budget, (Budget{*Points::from(250'000), false}));
  EXPECT_THAT(lines_of(parse_campaigns("format = 1\nprogramme = \"x\"\n", "c.toml").faults),
              HasSubstr("E-PRG-013"));
  EXPECT_THAT(lines_of(parse_campaigns(kGood, "c.toml").faults),
              HasSubstr("E-PRG-014: wrong type; got table; expected string"));
}

TEST(ProgrammeFile, TakesEverySample) {
  int count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(config_file(""))) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with("programme-") && !name.starts_with("grocer-")) continue;
    ++count;
    const ProgrammeFile read = read_programme(entry.path().string());
    EXPECT_TRUE(read.faults.empty()) << name << "\n" << lines_of(read.faults);
    const ProgrammeFile again =
        parse_programme(text_of(read.programme, read.version), "again.toml");
    EXPECT_TRUE(again.faults.empty()) << name << "\n" << lines_of(again.faults);
    EXPECT_EQ(again.programme, read.programme) << name;
    EXPECT_EQ(again.version, read.version);
  }
  EXPECT_EQ(count, 6);
}

TEST(ProgrammeFile, ReadsTheSixteenCampaigns) {
  const ProgrammeFile read = read_programme(config_file("grocer-bpts.toml"));

  EXPECT_EQ(read.programme.campaigns.size(), 15U);  // the sixteenth is the base
  EXPECT_TRUE(check_publishable(read).empty());
}

}  // namespace
}  // namespace tally::config
