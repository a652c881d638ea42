// Receipts as people read them.
#include "app/receipt_text.h"

#include "support/builders.h"

#include <gmock/gmock.h>

namespace tally::app {
namespace {

using namespace tally::test;
using testing::HasSubstr;
using testing::Not;

ReceiptLine a_line(LineKind kind, std::int64_t amount, std::uint64_t of = 1) {
  ReceiptLine line;
  line.kind = kind;
  line.account = {member(of), kCafe};
  line.points = points(amount);
  line.lot = {{Height(7), 1}, 0};
  line.available_at = utc(2026, 3, 4);
  line.expires_at = utc(2027, 1, 1);
  return line;
}

Receipt a_receipt(ActionKind kind, std::vector<ReceiptLine> lines) {
  Receipt receipt;
  receipt.position = {Height(812), 3};
  receipt.kind = kind;
  receipt.lines = std::move(lines);
  return receipt;
}

std::int64_t change(std::vector<ReceiptLine> lines) {
  return change_of(a_receipt(ActionKind::Earn, std::move(lines)), {member(1), kCafe});
}

TEST(ReceiptText, TellsWhenPendingPointsCanBeUsed) {
  const std::string text =
      text_of({a_receipt(ActionKind::Earn, {a_line(LineKind::Pended, 60)}), false});

  EXPECT_THAT(text, HasSubstr("ACCEPTED  earn  receipt 812/3"));
  EXPECT_THAT(text, HasSubstr("pending       60 points"));
  EXPECT_THAT(text, HasSubstr("available 2026-03-04T00:00:00Z"));
  EXPECT_THAT(text, Not(HasSubstr("expires")));
}

TEST(ReceiptText, TellsUntilWhenPointsAreHeld) {
  Receipt receipt = a_receipt(ActionKind::Hold, {a_line(LineKind::Held, 60)});
  receipt.hold_until = utc(2026, 2, 3);

  const std::string text = text_of({receipt, false});

  EXPECT_THAT(text, HasSubstr("held          60 points"));
  EXPECT_THAT(text, HasSubstr("held until     2026-02-03T00:00:00Z"));
}

TEST(ReceiptText, TellsWhatACapturePaysAndAReturnGivesBack) {
  Receipt capture = a_receipt(ActionKind::Capture, {});
  capture.value = money(500);
  Receipt reverse = a_receipt(ActionKind::Reverse, {});
  reverse.value = money(250);
  Receipt refused = capture;
  refused.outcome = Outcome::HoldExpired;

  EXPECT_THAT(text_of({capture, false}), HasSubstr("pays           500 minor units"));
  EXPECT_THAT(text_of({reverse, false}), HasSubstr("gives back     250 minor units"));
  EXPECT_THAT(text_of({refused, false}), Not(HasSubstr("500")));
  EXPECT_THAT(text_of({refused, false}), HasSubstr(std::string(sentence_of(refused.outcome))));
}

TEST(ReceiptText, HasAWordForEachKindOfLine) {
  for (int kind = 1; kind <= static_cast<int>(LineKind::ExchangedIn); ++kind) {
    const Receipt receipt = a_receipt(ActionKind::Due, {a_line(static_cast<LineKind>(kind), 1)});

    EXPECT_THAT(text_of({receipt, false}), testing::ContainsRegex("  [a-z][a-z ]+ +1 points"))
        << kind;
  }
}

TEST(ReceiptText, CountsAsChangeWhatAMemberHasWaitsForAndOwes) {
  EXPECT_EQ(change({a_line(LineKind::Pended, 60)}), 60);
  EXPECT_EQ(change({a_line(LineKind::Activated, 60), a_line(LineKind::Settled, 45)}), 0);
  EXPECT_EQ(change({a_line(LineKind::Held, 60)}), 0);
  EXPECT_EQ(change({a_line(LineKind::Captured, 40), a_line(LineKind::Released, 20)}), -40);
  EXPECT_EQ(change({a_line(LineKind::Clawed, 40), a_line(LineKind::Owed, 20)}), -60);
  EXPECT_EQ(change({a_line(LineKind::Sent, 40), a_line(LineKind::Received, 40, 2)}), -40);
}

TEST(ReceiptText, TellsWhatMerchantsOweForIt) {
  Receipt receipt = a_receipt(ActionKind::Redeem, {a_line(LineKind::Redeemed, 100)});
  receipt.obligations = {{kCafe, kBakery, currency("EUR"), MicroUnits::from(800'000).value(),
                          ObligationReason::Redeemed, std::nullopt}};

  EXPECT_THAT(text_of({receipt, false}),
              HasSubstr("owes          merchant 1 to 2  0.800000 EUR  redeemed\n"));
}

TEST(ReceiptText, NamesTheReceiptWhoseObligationIsTakenBack) {
  Receipt receipt = a_receipt(ActionKind::Reverse, {});
  receipt.obligations = {{kCafe, kBakery, currency("EUR"), MicroUnits::from(-800'000).value(),
                          ObligationReason::Redeemed, Position{Height(800), 1}}};

  EXPECT_THAT(text_of({receipt, false}),
              HasSubstr("-0.800000 EUR  redeemed, takes back of 800/1\n"));
}

TEST(ReceiptText, AddsUpWhatAnExchangeChargedTookAndGave) {
  const Receipt receipt =
      a_receipt(ActionKind::ExchangePoints,
                {a_line(LineKind::ExchangedOut, 60), a_line(LineKind::ExchangedOut, 40),
                 a_line(LineKind::Fee, 3), a_line(LineKind::ExchangedIn, 95)});

  EXPECT_THAT(text_of({receipt, false}),
              HasSubstr("in all        100 points charged, 3 of fee, 95 points came\n"));
}

TEST(ReceiptText, TellsOfAnExchangeWhatTheCallerSeesOfIt) {
  const Receipt receipt =
      a_receipt(ActionKind::ExchangePoints, {a_line(LineKind::ExchangedIn, 95)});

  EXPECT_THAT(text_of({receipt, false}), HasSubstr("in all        95 points came\n"));
}

}  // namespace
}  // namespace tally::app
