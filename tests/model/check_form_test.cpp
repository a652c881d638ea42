// A row for each rule of check_form: what breaks it, and what the message says.
#include <tally/base/limits.h>

#include <gmock/gmock.h>

#include <functional>

#include "support/builders.h"

namespace tally::test {
namespace {

struct Rule {
  std::string name;
  Transaction transaction;
  std::string message;
};

void PrintTo(const Rule& rule, std::ostream* out) {
  *out << rule.name;
}

class Refused : public testing::TestWithParam<Rule> {};

TEST_P(Refused, WithAMessageThatNamesTheField) {
  const Result<void> result = check_form(GetParam().transaction);

  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, ErrorCode::Malformed);
  EXPECT_EQ(result.error().message, GetParam().message);
}

Transaction changed(Transaction transaction, const std::function<void(Transaction&)>& change) {
  change(transaction);
  return transaction;
}

Transaction programme(const std::function<void(Programme&)>& change) {
  Programme programme = a_programme();
  change(programme);
  return a_publication().programme(programme).build();
}

std::string name_of_test(const testing::TestParamInfo<Rule>& info) {
  return info.param.name;
}

INSTANTIATE_TEST_SUITE_P(
    Frame, Refused,
    testing::Values(
        Rule{"NoMerchant", an_earn().by(MerchantId()).build(),
             "merchant: got 0; expected a merchant: 0 names none"},
        Rule{"ShortRequestId",
             changed(an_earn().build(), [](auto& changing) { changing.request_id.resize(15); }),
             "request_id: got 15; expected 16 to 64"},
        Rule{"LongRequestId",
             changed(an_earn().build(), [](auto& changing) { changing.request_id.resize(65); }),
             "request_id: got 65; expected 16 to 64"},
        Rule{"ShortOrderId",
             changed(an_earn().build(), [](auto& changing) { changing.order_id = Bytes(15); }),
             "order_id: got 15; expected 16 to 64"},
        Rule{"OrderIdOfATransfer", a_transfer().order(1).build(),
             "order_id: got one in transfer; expected none: only earn and redeem have one"},
        Rule{"TooManyConsents",
             changed(an_earn().build(), [](auto& changing) { changing.consents.resize(9); }),
             "consents: got 9; expected 0 to 8"}),
    name_of_test);

INSTANTIATE_TEST_SUITE_P(
    Points, Refused,
    testing::Values(
        Rule{"NoProgramme", an_earn().at(MerchantId()).build(),
             "programme: got 0; expected a programme: 0 names none"},
        Rule{"CurrencyInLowerCase", an_earn().in("eur").build(),
             "currency: got eur; expected three upper-case letters of ISO 4217"},
        Rule{"TaxAboveTotal", an_earn().total(100).tax(101).build(),
             "tax: got 101; expected at most the total of which it is a part, 100"},
        Rule{"ExcludedAboveTotal", an_earn().total(100).excluded(101).build(),
             "excluded: got 101; expected at most the total of which it is a part, 100"},
        Rule{"PaidByPointsAboveTotal", an_earn().total(100).paid_by_points(101).build(),
             "paid_by_points: got 101; expected at most the total of which it is a part, 100"},
        Rule{"RedeemOfNothing", a_redeem().exactly(0).build(), "points: got 0; expected above 0"},
        Rule{"RedeemUpToNothing", a_redeem().up_to(0).build(), "points: got 0; expected above 0"},
        Rule{"ExcludedAboveBasket", a_redeem().basket(100).excluded(101).build(),
             "excluded: got 101; expected at most the total of which it is a part, 100"},
        Rule{"TransferOfNothing", a_transfer().amount(0).build(),
             "points: got 0; expected above 0"},
        Rule{"TransferToOneself", a_transfer().from(member(7)).to(member(7)).build(),
             "to: got the sender, 00000000000000000000000000000007; expected another member"}),
    name_of_test);

INSTANTIATE_TEST_SUITE_P(
    Members, Refused,
    testing::Values(
        Rule{"EnrolInNoProgramme", an_enrol().at(MerchantId()).build(),
             "programme: got 0; expected a programme: 0 names none"},
        Rule{"NodeKey", a_key_registration().role(Role::Node).build(),
             "role: got node; expected another one: a node's keys stand in genesis"},
        Rule{"MemberKeyOfNobody", a_key_registration().role(Role::Member).build(),
             "member: got none; expected the member whose key it is"},
        Rule{"TerminalOfAMember", a_key_registration().of(member(1)).role(Role::Terminal).build(),
             "member: got a member; expected none: the key is a merchant's"},
        Rule{"TerminalThatBackdates", a_key_registration().backdate_max(Duration(1)).build(),
             "limits.backdate_max: got 1; expected 0: only operators backdate"},
        Rule{"BackdateTooFar",
             a_key_registration()
                 .role(Role::Operator)
                 .backdate_max(Duration(limits::kBackdateMsMax + 1))
                 .build(),
             "limits.backdate_max: got 1264896000001; expected 0 to 1264896000000"},
        Rule{"NeverValid", a_key_registration().valid(Timestamp(5), Timestamp(5)).build(),
             "valid_until: got 5; expected a time after valid_from"},
        Rule{"ClockStandsStill", an_advance_clock().by_time(Duration()).build(),
             "by: got 0; expected 1 to 316224000000"},
        Rule{"ClockJumpsTooFar",
             an_advance_clock().by_time(Duration(limits::kClockAdvanceMsMax + 1)).build(),
             "by: got 316224000001; expected 1 to 316224000000"}),
    name_of_test);

INSTANTIATE_TEST_SUITE_P(
    Programmes, Refused,
    testing::Values(
        Rule{"VersionZero", a_publication().version(0).build(),
             "version: got 0; expected 1 or above"},
        Rule{"NoName", programme([](auto& p) { p.name = ""; }),
             "name: got 0 bytes; expected 1 to 256"},
        Rule{"LongName", programme([](auto& p) { p.name = std::string(257, 'x'); }),
             "name: got 257 bytes; expected 1 to 256"},
        Rule{"NameThatTurnsDirection", programme([](auto& p) { p.name = "a\u202eb"; }),
             "name: got control characters, marks of direction or bytes that are not UTF-8; "
             "expected clean text"},
        Rule{"NameWithAnEmail", programme([](auto& p) { p.name = "Ask jo@shop.example now"; }),
             "name: got what looks like an e-mail address; expected no PERSONAL_DATA"},
        Rule{"NameWithAPhoneNumber", programme([](auto& p) { p.name = "Call +49 (30) 12345"; }),
             "name: got what looks like a phone number; expected no PERSONAL_DATA"},
        Rule{"CurrencyUnset", programme([](auto& p) { p.currency = Currency(); }),
             "currency: got \\x00\\x00\\x00; expected three upper-case letters of ISO 4217"},
        Rule{"BasePerNothing", programme([](auto& p) { p.base.per = Money(); }),
             "base.per: got 0; expected above 0"},
        Rule{"RollingWithoutMonths", programme([](auto& p) { p.expiry.months = 0; }),
             "expiry.months: got 0; expected 1 to 1200"},
        Rule{"RollingForTooLong", programme([](auto& p) { p.expiry.months = 1'201; }),
             "expiry.months: got 1201; expected 1 to 1200"},
        Rule{"NeverAfterMonths", programme([](auto& p) {
               p.expiry = {ExpiryKind::Never, 1, MonthRounding::None};
             }),
             "expiry.months: got 1; expected 0: points never expire"},
        Rule{"NeverRounded", programme([](auto& p) {
               p.expiry = {ExpiryKind::Never, 0, MonthRounding::EndOfMonth};
             }),
             "expiry.rounding: got 1; expected none: points never expire"},
        Rule{"PriceOfNoPoints", programme([](auto& p) { p.redeem.price_points = {}; }),
             "redeem.price_points: got 0; expected above 0"},
        Rule{"PriceOfNoMoney", programme([](auto& p) { p.redeem.price_money = Money(); }),
             "redeem.price_money: got 0; expected above 0"},
        Rule{"NoStep", programme([](auto& p) { p.redeem.step = {}; }),
             "redeem.step: got 0; expected above 0"},
        Rule{"MinimumThatNoStepReaches", programme([](auto& p) {
               p.redeem.minimum = points(kPointsMax);
               p.redeem.step = points(kPointsMax - 1);
             }),
             "redeem.minimum: got 9007199254740991; expected a multiple of the step at or above "
             "it, below 2^53"},
        Rule{"NoPercent", programme([](auto& p) { p.redeem.max_percent = 0; }),
             "redeem.max_percent: got 0; expected 1 to 100"},
        Rule{"MoreThanAll", programme([](auto& p) { p.redeem.max_percent = 101; }),
             "redeem.max_percent: got 101; expected 1 to 100"},
        Rule{"FeeAboveAll", programme([](auto& p) { p.transfer.fee_basis_points = 10'001; }),
             "transfer.fee_basis_points: got 10001; expected 0 to 10000"},
        Rule{"LongOfflineWindow", programme([](auto& p) {
               p.offline_window = Duration(limits::kOfflineWindowMsMax + 1);
             }),
             "offline_window: got 34560000001; expected 0 to 34560000000"},
        Rule{"OffsetsOutOfOrder", programme([](auto& p) {
               p.utc_offsets = {{Timestamp(5), 0}, {Timestamp(5), 60}};
             }),
             "utc_offsets[1].from: got 5; expected a time after the entry before"},
        Rule{"OffsetOfMoreThanADay", programme([](auto& p) {
               p.utc_offsets = {{Timestamp(), -1'441}};
             }),
             "utc_offsets[0].minutes: got -1441; expected -1440 to 1440"},
        Rule{"TooManyOffsets", programme([](auto& p) { p.utc_offsets.resize(65); }),
             "utc_offsets: got 65; expected 0 to 64"}),
    name_of_test);

TEST(CheckForm, AcceptsEveryBuildersDefault) {
  for (const Transaction& transaction :
       {an_earn().build(), a_redeem().build(), a_transfer().build(), an_enrol().build(),
        a_key_registration().build(), an_advance_clock().build(), a_publication().build()})
    EXPECT_TRUE(check_form(transaction).ok()) << name_of(kind_of(transaction.action));
}

TEST(CheckForm, AcceptsTheEdges) {
  const std::int64_t most = kPointsMax;
  const auto bounds = programme([](Programme& p) {
    p.name = std::string(256, 'x');
    p.expiry.months = 1'200;
    p.redeem.minimum = {};
    p.redeem.max_percent = 1;
    p.transfer.fee_basis_points = 10'000;
    p.offline_window = Duration(limits::kOfflineWindowMsMax);
    p.utc_offsets = {{Timestamp(1), -1'440}, {Timestamp(2), 1'440}};
  });
  const auto backdating = a_key_registration()
                              .role(Role::Operator)
                              .backdate_max(Duration(limits::kBackdateMsMax))
                              .build();
  const Transaction transactions[] = {
      an_earn().total(0).build(),
      an_earn().total(most).tax(most).excluded(most).paid_by_points(most).order(1).build(),
      a_redeem().basket(0).up_to(most).order(1).build(),
      a_key_registration().of(member(1)).purpose(Purpose::Tls).build(),
      a_key_registration().role(Role::Auditor).build(),
      an_advance_clock().by_time(Duration(limits::kClockAdvanceMsMax)).build(),
      bounds,
      backdating,
  };

  for (const Transaction& transaction : transactions)
    EXPECT_TRUE(check_form(transaction).ok()) << check_form(transaction).error().message;
}

TEST(CheckForm, AcceptsNamesThatOnlyHaveNumbersAndSigns) {
  for (const char* name : {"Café 24/7", "Points 2019-2024", "2 @ 1.50", "a@b", "3@2.50", "10.000+",
                           "Ställe & Söhne", "漢字 🥐"})
    EXPECT_TRUE(check_form(programme([&](auto& p) { p.name = name; })).ok()) << name;
}

TEST(CheckForm, RefusesFurtherShapesOfPersonalData) {
  for (const char* name : {"a.b+c@mail.example.org", "<jo@shop.de>", "tel 030 123 456 78",
                           "0049301234567", "+1 555-123-4567", "(030) 1234-5678"})
    EXPECT_FALSE(check_form(programme([&](auto& p) { p.name = name; })).ok()) << name;
}

}  // namespace
}  // namespace tally::test
