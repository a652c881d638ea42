// A row for each rule of check_form: what breaks it, and what the message says.
#include <tally/base/limits.h>

#include <gmock/gmock.h>

#include "model/form_rule.h"

namespace tally::test {
namespace {

class Refused : public testing::TestWithParam<Rule> {};

TEST_P(Refused, WithAMessageThatNamesTheField) {
  expect_refused(GetParam());
}

Transaction programme(const std::function<void(Programme&)>& change) {
  Programme programme = a_programme();
  change(programme);
  return a_publication().programme(programme).build();
}

Transaction paid_by(const std::vector<std::string>& methods) {
  return changed(an_earn().build(),
                 [&](auto& changing) { std::get<Earn>(changing.action).pay_methods = methods; });
}

BasketLine a_line(std::int64_t net = 500, std::int64_t tax = 35) {
  BasketLine line;
  line.sku = "4006381333931";
  line.brand = "own";
  line.cats = {"dairy", "fresh"};
  line.net = money(net);
  line.tax = money(tax);
  return line;
}

/// An earn of two lines, after `change` of the second one; the totals stay theirs.
Transaction basket(const std::function<void(BasketLine&)>& change) {
  BasketLine line = a_line();
  change(line);
  return an_earn().line(a_line()).line(line).build();
}

/// An earn of two lines, after `change`.
Transaction totals(const std::function<void(Earn&)>& change) {
  return changed(an_earn().line(a_line()).line(a_line(200, 0)).build(),
                 [&](auto& changing) { change(std::get<Earn>(changing.action)); });
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
             "order_id: got one in transfer; expected none: only earn, redeem and hold have "
             "one"},
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
        Rule{"LongChannel", an_earn().channel(std::string(17, 'c')).build(),
             "channel: got 17 bytes; expected 1 to 16"},
        Rule{"ChannelThatIsAnEmail", an_earn().channel("jo@shop.example").build(),
             "channel: got what looks like an e-mail address; expected no PERSONAL_DATA"},
        Rule{"LongStore", an_earn().store(std::string(33, 's')).build(),
             "store: got 33 bytes; expected 1 to 32"},
        Rule{"StoreThatIsAPhoneNumber", an_earn().store("+49 30 1234567").build(),
             "store: got what looks like a phone number; expected no PERSONAL_DATA"},
        Rule{"RefThatIsAPhoneNumber", an_earn().ref("4912345678").build(),
             "ref: got digits alone; expected a letter in it, no PERSONAL_DATA"},
        Rule{"RefOfOneDigit", an_earn().ref("7").build(),
             "ref: got digits alone; expected a letter in it, no PERSONAL_DATA"},
        Rule{"RefThatHidesAPhoneNumber", an_earn().ref("tel 0049 30 1234567").build(),
             "ref: got what looks like a phone number; expected no PERSONAL_DATA"},
        Rule{"LongRef", an_earn().ref(std::string(65, 'r')).build(),
             "ref: got 65 bytes; expected 1 to 64"},
        Rule{"TooManyPayMethods", paid_by({"a", "b", "c", "d", "e", "f", "g", "h", "i"}),
             "pay_methods: got 9; expected 0 to 8"},
        Rule{"EmptyPayMethod", paid_by({"card", ""}), "pay_methods: got 0 bytes; expected 1 to 16"},
        Rule{"LongPayMethod", paid_by({std::string(17, 'p')}),
             "pay_methods: got 17 bytes; expected 1 to 16"},
        Rule{"PayMethodWithACardNumber", paid_by({"4111111111111111"}),
             "pay_methods: got what looks like a phone number; expected no PERSONAL_DATA"},
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
    Baskets, Refused,
    testing::Values(
        Rule{"TotalAboveTheLines", totals([](auto& e) { e.total = money(736); }),
             "total: got 736; expected the lines' net and tax, 735"},
        Rule{"TotalBelowTheLines", totals([](auto& e) { e.total = money(734); }),
             "total: got 734; expected the lines' net and tax, 735"},
        Rule{"OtherTax", totals([](auto& e) { e.tax = money(34); }),
             "tax: got 34; expected the lines' tax, 35"},
        Rule{"ExcludedBesideLines", totals([](auto& e) { e.excluded = money(1); }),
             "excluded: got 1; expected 0: with lines the programme says what is excluded"},
        Rule{"TooManyLines", totals([](auto& e) { e.lines.resize(101); }),
             "lines: got 101; expected 1 to 100"},
        Rule{"QuantityOfNothing", basket([](auto& l) { l.quantity = 0; }),
             "lines[1].quantity: got 0; expected 1 to 2^53 - 1"},
        Rule{"NegativeQuantity", basket([](auto& l) { l.quantity = -1; }),
             "lines[1].quantity: got -1; expected 1 to 2^53 - 1"},
        Rule{"QuantityOf2To53", basket([](auto& l) { l.quantity = kPointsMax + 1; }),
             "lines[1].quantity: got 9007199254740992; expected 1 to 2^53 - 1"},
        Rule{"LongSku", basket([](auto& l) { l.sku = std::string(33, 's'); }),
             "lines[1].sku: got 33 bytes; expected 1 to 32"},
        Rule{"LongBrand", basket([](auto& l) { l.brand = std::string(33, 'b'); }),
             "lines[1].brand: got 33 bytes; expected 1 to 32"},
        Rule{"BrandWithAPhoneNumber", basket([](auto& l) { l.brand = "+49 30 1234567"; }),
             "lines[1].brand: got what looks like a phone number; expected no PERSONAL_DATA"},
        Rule{"TooManyCategories", basket([](auto& l) { l.cats.assign(9, "c"); }),
             "lines[1].cats: got 9; expected 0 to 8"},
        Rule{"EmptyCategory", basket([](auto& l) { l.cats = {""}; }),
             "lines[1].cats: got 0 bytes; expected 1 to 32"},
        Rule{"CategoryWithAnEmail", basket([](auto& l) { l.cats = {"jo@shop.example"}; }),
             "lines[1].cats: got what looks like an e-mail address; expected no PERSONAL_DATA"}),
    name_of_test);

INSTANTIATE_TEST_SUITE_P(
    Attested, Refused,
    testing::Values(Rule{"NoProgramme", an_attest().at(MerchantId()).build(),
                         "programme: got 0; expected a programme: 0 names none"},
                    Rule{"NoRef", an_attest().ref("").build(),
                         "ref: got none; expected what the action was, 1 to 64 bytes"},
                    Rule{"RefThatIsAPhoneNumber", an_attest().ref("4912345678").build(),
                         "ref: got digits alone; expected a letter in it, no PERSONAL_DATA"},
                    Rule{"RefThatIsAnEmail", an_attest().ref("share:jo@shop.example").build(),
                         "ref: got what looks like an e-mail address; expected no PERSONAL_DATA"},
                    Rule{"LongRef", an_attest().ref(std::string(65, 'r')).build(),
                         "ref: got 65 bytes; expected 1 to 64"},
                    Rule{"LongChannel", an_attest().channel(std::string(17, 'c')).build(),
                         "channel: got 17 bytes; expected 1 to 16"},
                    Rule{"LongStore",
                         changed(an_attest().build(),
                                 [](auto& changing) {
                                   std::get<Attest>(changing.action).store = std::string(33, 's');
                                 }),
                         "store: got 33 bytes; expected 1 to 32"}),
    name_of_test);

INSTANTIATE_TEST_SUITE_P(
    Members, Refused,
    testing::Values(
        Rule{"EnrolInNoProgramme", an_enrol().at(MerchantId()).build(),
             "programme: got 0; expected a programme: 0 names none"},
        Rule{"ReferredByOneself", an_enrol().of(member(7)).referred_by(member(7)).build(),
             "referrer: got the member who enrols; expected another member, or none"},
        Rule{"KeyNameInUpperCase", a_key_registration().named("Kiosk").build(),
             "name: got a character outside of the alphabet; expected a to z, 0 to 9 and -"},
        Rule{"LongKeyName", a_key_registration().named(std::string(33, 'k')).build(),
             "name: got 33; expected 1 to 32"},
        Rule{"NodeKey", a_key_registration().role(Role::Node).build(),
             "role: got node; expected another one: a node's keys stand in genesis"},
        Rule{"MemberKeyOfNobody", a_key_registration().role(Role::Member).build(),
             "member: got none; expected the member whose key it is"},
        Rule{"TerminalOfAMember", a_key_registration().of(member(1)).role(Role::Terminal).build(),
             "member: got a member; expected none: the key is a merchant's"},
        Rule{"TerminalThatConsents", a_key_registration().consent_max(1).build(),
             "limits.consent_max: got 1; expected 0: only operators consent for members in their "
             "custody"},
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
        Rule{"TierThatTurnsDirection", programme([](auto& p) {
               p.tiers.tiers = {{"a\u202eb", Points()}};
             }),
             "tiers: got control characters, marks of direction or bytes that are not UTF-8; "
             "expected clean text"},
        Rule{"CampaignWithoutId", programme([](auto& p) {
               p.campaigns = {a_campaign("a"), a_campaign("")};
             }),
             "campaigns[1].id: got 0; expected 1 to 32"},
        Rule{"CampaignWithAPhoneNumberInItsTitle", programme([](auto& p) {
               p.campaigns = {a_campaign()};
               p.campaigns[0].title = "Call 030 123 456 78";
             }),
             "campaigns[0].title: got what looks like a phone number; expected no PERSONAL_DATA"}),
    name_of_test);

Transaction campaign(const std::function<void(PublishCampaign&)>& change) {
  Transaction transaction = a_campaign_change().add(a_campaign("ten")).build();
  change(std::get<PublishCampaign>(transaction.action));
  return transaction;
}

INSTANTIATE_TEST_SUITE_P(
    Campaigns, Refused,
    testing::Values(
        Rule{"VersionZero", campaign([](auto& a) { a.version = 0; }),
             "version: got 0; expected 1 or above"},
        Rule{"NoId", campaign([](auto& a) { a.id = ""; }), "id: got 0; expected 1 to 32"},
        Rule{"LongId", campaign([](auto& a) { a.id = std::string(33, 'a'); }),
             "id: got 33; expected 1 to 32"},
        Rule{"IdInUpperCase", campaign([](auto& a) { a.id = "Ten"; }),
             "id: got a character outside of the alphabet; expected a to z, 0 to 9 and -"},
        Rule{"NothingToAdd", campaign([](auto& a) { a.campaign.reset(); }),
             "campaign: got none; expected the campaign to add"},
        Rule{"PauseThatBringsOne", campaign([](auto& a) { a.change = CampaignChange::Pause; }),
             "campaign: got one; expected none: its id"},
        Rule{"OtherIdWithin", campaign([](auto& a) { a.campaign->id = "twenty"; }),
             "campaign.id: got twenty; expected the publication's id, ten"},
        Rule{"IdWithinWithASpace", campaign([](auto& a) { a.campaign->id = "t n"; }),
             "campaign.id: got a character outside of the alphabet; expected a to z, 0 to 9 and -"},
        Rule{"AttestorThatNoKeyCanHave", campaign([](auto& a) { a.campaign->attestor = "Kiosk"; }),
             "campaign.attestor: got a character outside of the alphabet; expected a to z, 0 to 9 "
             "and -"},
        Rule{"StoreWithAnEmail",
             campaign([](auto& a) { a.campaign->stores = {"jo@shop.example"}; }),
             "campaign.stores: got what looks like an e-mail address; expected no PERSONAL_DATA"},
        Rule{"LongTitle", campaign([](auto& a) { a.campaign->title = std::string(257, 'x'); }),
             "campaign.title: got 257 bytes; expected 1 to 256"},
        Rule{"TitleWithAnEmail",
             campaign([](auto& a) { a.campaign->title = "Write to jo@shop.example"; }),
             "campaign.title: got what looks like an e-mail address; expected no PERSONAL_DATA"}),
    name_of_test);

Transaction segment(const std::vector<MemberId>& add, const std::vector<MemberId>& remove) {
  SegmentBuilder builder = a_segment();
  for (const MemberId& one : add)
    builder.add(one);
  for (const MemberId& one : remove)
    builder.remove(one);
  return builder.build();
}

std::vector<MemberId> members(std::uint64_t first, std::uint64_t count) {
  std::vector<MemberId> all;
  for (std::uint64_t i = 0; i < count; ++i)
    all.push_back(member(first + i));
  return all;
}

INSTANTIATE_TEST_SUITE_P(
    Segments, Refused,
    testing::Values(
        Rule{"NoProgramme", a_segment().add(member(1)).at(MerchantId()).build(),
             "programme: got 0; expected a programme: 0 names none"},
        Rule{"NoName", a_segment().add(member(1)).named("").build(),
             "segment: got 0; expected 1 to 32"},
        Rule{"LongName", a_segment().add(member(1)).named(std::string(33, 's')).build(),
             "segment: got 33; expected 1 to 32"},
        Rule{"NameOfAPerson", a_segment().add(member(1)).named("jo@shop").build(),
             "segment: got a character outside of the alphabet; expected a to z, 0 to 9 and -"},
        Rule{"Nobody", segment({}, {}), "add and remove: got 0; expected 1 to 1000"},
        Rule{"MoreThanTheLimit", segment(members(1, 600), members(601, 401)),
             "add and remove: got 1001; expected 1 to 1000"},
        Rule{"AddedTwice", segment({member(1), member(1)}, {}),
             "add: got entry 0 not below the next; expected ascending, each once"},
        Rule{"RemovedOutOfOrder", segment({}, {member(3), member(2)}),
             "remove: got entry 0 not below the next; expected ascending, each once"},
        Rule{"AddedAndRemoved", segment({member(1), member(2)}, {member(2)}),
             "remove: got a member that is added too; expected each member once"}),
    name_of_test);

TEST(CheckForm, AcceptsEveryBuildersDefault) {
  for (const Transaction& transaction :
       {an_earn().build(), a_redeem().build(), a_transfer().build(), an_attest().build(),
        an_enrol().build(), a_key_registration().build(), a_segment().add(member(1)).build(),
        an_advance_clock().build(), a_publication().build(),
        a_campaign_change().add(a_campaign()).build(),
        a_campaign_change().change(CampaignChange::Pause, "ten").build()})
    EXPECT_TRUE(check_form(transaction).ok()) << name_of(kind_of(transaction.action));
}

TEST(CheckForm, AcceptsTheEdges) {
  const std::int64_t most = kPointsMax;
  const auto bounds = programme([](Programme& p) {
    p.name = std::string(256, 'x');
    p.campaigns = {a_campaign(std::string(32, 'a'))};
    p.campaigns[0].title = std::string(256, 'x');
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
      a_key_registration().named(std::string(32, 'k')).build(),
      an_enrol().of(member(7)).referred_by(member(8)).build(),
      an_advance_clock().by_time(Duration(limits::kClockAdvanceMsMax)).build(),
      an_attest().ref("x" + std::string(63, '.')).channel(std::string(16, 'c')).build(),
      segment(members(1, 500), members(501, 500)),
      segment({member(2)}, {member(1)}),
      bounds,
      backdating,
  };

  for (const Transaction& transaction : transactions)
    EXPECT_TRUE(check_form(transaction).ok()) << check_form(transaction).error().message;
}

TEST(CheckForm, AcceptsAFullBasket) {
  BasketLine line = a_line(0, 0);
  line.sku = std::string(32, '7');
  line.brand = std::string(32, 'b');
  line.cats.assign(8, std::string(32, 'c'));
  line.quantity = kPointsMax;
  BasketLine rest = a_line(kPointsMax - 1, 1);
  rest.sku = rest.brand = "";
  rest.cats = {};
  EarnBuilder basket = an_earn().line(rest);
  for (int i = 1; i < 100; ++i)
    basket.line(line);
  basket.channel("app").store("Köln 7").ref("card-ending-1234").paid_by_points(kPointsMax);
  Transaction transaction = basket.build();
  std::get<Earn>(transaction.action).pay_methods.assign(8, std::string(16, 'p'));

  const Result<void> result = check_form(transaction);

  EXPECT_TRUE(result.ok()) << result.error().message;
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
