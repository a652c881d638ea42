// Postings and what is missing, in words.
#include <tally/words/postings.h>

#include "support/a_rule_set.h"

#include <gtest/gtest.h>

namespace tally::words {
namespace {

using namespace tally::test;

const std::vector<UtcOffset> kWinter = {{Timestamp(), 60}};
const Style kEnglish{english(), 2};
/// Wednesday 2026-03-04 00:00 local.
const Timestamp kMarch = utc(date(2026, 3, 3), {23, 0});

ReceiptLine a_line(LineKind kind, std::int64_t amount) {
  ReceiptLine line;
  line.kind = kind;
  line.points = points(amount);
  line.expires_at = Timestamp::never();
  line.available_at = Timestamp::never();
  return line;
}

using Lines = std::vector<std::string>;

TEST(Postings, AddUpWhatIsToldAlike) {
  Receipt receipt;
  receipt.lines = {a_line(LineKind::Clawed, 30), a_line(LineKind::Clawed, 25),
                   a_line(LineKind::Owed, 1)};
  EXPECT_EQ(lines_of(receipt, kWinter, kEnglish),
            (Lines{"Taken back: 55 points.",
                   "Owed from now on: 1 point. The next points pay for them."}));
}

TEST(Postings, TellEachDateApart) {
  Receipt receipt;
  ReceiptLine until = a_line(LineKind::GivenBack, 50);
  until.expires_at = kMarch;
  receipt.lines = {until, a_line(LineKind::GivenBack, 10)};
  EXPECT_EQ(lines_of(receipt, kWinter, kEnglish),
            (Lines{"Given back: 50 points. They can be used until Tuesday 2026-03-03.",
                   "Given back: 10 points. They do not expire."}));
}

TEST(Postings, TellFromWhenOnWaitingPointsCanBeUsed) {
  Receipt receipt;
  ReceiptLine waiting = a_line(LineKind::Pended, 40);
  waiting.available_at = kMarch;
  receipt.lines = {waiting, a_line(LineKind::Pended, 2)};
  EXPECT_EQ(lines_of(receipt, kWinter, kEnglish),
            (Lines{"Earned, and pending: 40 points. They can be used from Wednesday 2026-03-04 "
                   "00:00 on.",
                   "Earned, and pending: 2 points. They wait until they are released."}));
}

TEST(Postings, LeaveToTheRulesWhatRulesExplain) {
  Receipt receipt;
  receipt.lines = {a_line(LineKind::Earned, 60), a_line(LineKind::Settled, 45)};
  const Lines settled = {"Paid on what the member owed: 45 points."};
  EXPECT_EQ(lines_of(receipt, kWinter, kEnglish).size(), 2U);
  receipt.rules.emplace_back();
  EXPECT_EQ(lines_of(receipt, kWinter, kEnglish), settled);
}

TEST(Postings, TellWhenAHoldEnds) {
  Receipt receipt;
  receipt.lines = {a_line(LineKind::Held, 300)};
  receipt.hold_until = kMarch;
  EXPECT_EQ(lines_of(receipt, kWinter, kEnglish),
            (Lines{"Held: 300 points.", "The hold ends on Wednesday 2026-03-04 00:00."}));
}

TEST(Postings, OfARefusalAreItsSentence) {
  Receipt receipt;
  receipt.outcome = Outcome::MemberFrozen;
  EXPECT_EQ(lines_of(receipt, kWinter, kEnglish),
            (Lines{"Nothing was given: " + std::string(sentence_of(Outcome::MemberFrozen))}));
}

TEST(Postings, TellEveryKindOfPosting) {
  for (int kind = 1; kind <= static_cast<int>(LineKind::ExchangedIn); ++kind) {
    Receipt receipt;
    receipt.lines = {a_line(static_cast<LineKind>(kind), 7)};
    const Lines lines = lines_of(receipt, kWinter, kEnglish);
    ASSERT_EQ(lines.size(), 1U) << kind;
    EXPECT_NE(lines.front().find("7 points"), std::string::npos) << lines.front();
  }
}

TEST(Missing, SaysHowManyAndWhenMoreCome) {
  Missing missing;
  missing.points = points(37);
  missing.not_usable = {{points(120), kMarch, false}, {points(5), Timestamp::never(), false}};
  EXPECT_EQ(lines_of(missing, kWinter, kEnglish),
            (Lines{"37 points short.", "120 points pending until Wednesday 2026-03-04 00:00.",
                   "5 points pending until they are released."}));
}

TEST(Missing, SaysWhatIsOwedAndFromWhenOn) {
  Missing missing;
  missing.debt = points(30);
  missing.not_before = kMarch;
  missing.not_usable = {{points(300), kMarch, true}};
  EXPECT_EQ(lines_of(missing, kWinter, kEnglish),
            (Lines{"300 points held until Wednesday 2026-03-04 00:00 at the latest.",
                   "The member owes 30 points.", "Not before Wednesday 2026-03-04 00:00."}));
}

TEST(Missing, OfNothingIsSilent) {
  EXPECT_TRUE(lines_of(Missing(), kWinter, kEnglish).empty());
}

}  // namespace
}  // namespace tally::words
