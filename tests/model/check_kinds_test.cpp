// A row for each rule of check_form on cards, members, holds, returns and corrections.
#include <tally/base/limits.h>

#include "model/form_rule.h"

namespace tally::test {
namespace {

class RefusedKind : public testing::TestWithParam<Rule> {};

TEST_P(RefusedKind, WithAMessageThatNamesTheField) {
  expect_refused(GetParam());
}

const MemberId kNobody;
const MerchantId kNoProgramme;
constexpr const char* kNoProgrammeText = "programme: got 0; expected a programme: 0 names none";
constexpr const char* kNobodyText = "member: got zeros; expected the id of a member";

crypto::PublicKey key(std::uint64_t n) {
  return key_from_seed(n).public_key();
}

Transaction recover(const std::function<void(Recover&)>& change) {
  const auto two_days = Duration(limits::kRecoverMsMin);
  return with<Recover>(a_recovery().guardians({key(1), key(2), key(3)}, 2, two_days).build(),
                       change);
}

INSTANTIATE_TEST_SUITE_P(
    Cards, RefusedKind,
    testing::Values(
        Rule{"EarnOfNobody", an_earn().of(kNobody).build(), kNobodyText},
        Rule{"EarnOfAMemberAndACard", an_earn().by_card(card(1)).of(member(1)).build(),
             "token: got one beside a member; expected a member or a token"},
        Rule{"RedeemOfNobody", a_redeem().of(kNobody).build(), kNobodyText},
        Rule{"RedeemOfAMemberAndACard", a_redeem().by_card(card(1)).of(member(1)).build(),
             "token: got one beside a member; expected a member or a token"},
        Rule{"HoldOfAMemberAndACard", a_hold().by_card(card(1)).of(member(1)).build(),
             "token: got one beside a member; expected a member or a token"},
        Rule{"AttestOfNobody", an_attest().of(kNobody).build(), kNobodyText},
        Rule{"EnrolOfNobody", an_enrol().of(kNobody).build(), kNobodyText},
        Rule{"EnrolWithoutIdentityAndCard", an_enrol().without_identity().build(),
             "commitment: got neither it nor a token; expected an identity, a first card, or both"},
        Rule{"LinkToNobody", a_card_link().of(kNobody).build(), kNobodyText},
        Rule{"LinkInNoProgramme", a_card_link().at(kNoProgramme).build(), kNoProgrammeText},
        Rule{"BlockInNoProgramme", a_card_block().at(kNoProgramme).build(), kNoProgrammeText},
        Rule{"ClaimOfNobody", a_claim().of(kNobody).build(), kNobodyText}),
    name_of_test);

INSTANTIATE_TEST_SUITE_P(
    Accounts, RefusedKind,
    testing::Values(
        Rule{"TransferFromNobody", a_transfer().from(kNobody).build(),
             "from: got zeros; expected the id of a member"},
        Rule{"TransferToNobody", a_transfer().to(kNobody).build(),
             "to: got zeros; expected the id of a member"},
        Rule{"NoKeyToRevoke", a_key_revocation().key(KeyId()).build(),
             "key: got zeros; expected the id of a key"},
        Rule{"FreezeOfNobody", a_freeze().of(kNobody).build(), kNobodyText},
        Rule{"UnfreezeInNoProgramme", an_unfreeze().at(kNoProgramme).build(), kNoProgrammeText},
        Rule{"MergeOfNobody", a_merge().source(kNobody).build(),
             "source: got zeros; expected the id of a member"},
        Rule{"MergeIntoNobody", a_merge().into(kNobody).build(),
             "target: got zeros; expected the id of a member"},
        Rule{"MergeIntoItself", a_merge().source(member(7)).into(member(7)).build(),
             "target: got the source, 00000000000000000000000000000007; expected another member"},
        Rule{"UnmergeOfNobody", an_unmerge().source(kNobody).build(),
             "source: got zeros; expected the id of a member"},
        Rule{"CloseOfNobody", a_close().of(kNobody).build(), kNobodyText},
        Rule{"NoPool", a_pool_change().join(PoolId()).build(),
             "pool: got zeros; expected the id of a pool, 16 random bytes"}),
    name_of_test);

INSTANTIATE_TEST_SUITE_P(
    Recovery, RefusedKind,
    testing::Values(
        Rule{"OfNobody", a_recovery().of(kNobody).approve(key(1)).build(), kNobodyText},
        Rule{"NoGuardians", recover([](auto& r) { r.guardians.clear(); }),
             "guardians: got 0; expected 1 to 7"},
        Rule{"TooManyGuardians", recover([](auto& r) { r.guardians.resize(8, key(1)); }),
             "guardians: got 8; expected 1 to 7"},
        Rule{"OneGuardianTwice", recover([](auto& r) { r.guardians[1] = r.guardians[0]; }),
             "guardians: got entry 0 not below the next; expected ascending, each once"},
        Rule{"NeedsNone", recover([](auto& r) { r.needed = 0; }), "needed: got 0; expected 1 to 3"},
        Rule{"NeedsMoreThanThereAre", recover([](auto& r) { r.needed = 4; }),
             "needed: got 4; expected 1 to 3"},
        Rule{"ShortDelay", recover([](auto& r) { r.delay = Duration(limits::kRecoverMsMin - 1); }),
             "delay: got 172799999; expected 172800000 to 2592000000"},
        Rule{"LongDelay", recover([](auto& r) { r.delay = Duration(limits::kRecoverMsMax + 1); }),
             "delay: got 2592000001; expected 172800000 to 2592000000"},
        Rule{"GuardiansAndAKey", recover([](auto& r) { r.key = key(9); }),
             "key: got a key; expected none in this step"},
        Rule{"ApprovalOfNoKey", recover([](auto& r) { r.step = RecoverStep::Approve; }),
             "key: got none; expected the member's new key"},
        Rule{"ApprovalWithGuardians", recover([](auto& r) {
               r.step = RecoverStep::Approve;
               r.key = key(9);
             }),
             "guardians: got 3; expected 0 to 0"},
        Rule{"CancelWithADelay",
             with<Recover>(a_recovery().cancel().build(), [](auto& r) { r.delay = Duration(1); }),
             "delay: got 1; expected 0 to 0"},
        Rule{"CancelWithANumber",
             with<Recover>(a_recovery().cancel().build(), [](auto& r) { r.needed = 1; }),
             "needed: got 1; expected 0 to 0"}),
    name_of_test);

ReturnedLine returned(std::uint16_t number, std::int64_t net = 500, std::int64_t tax = 35) {
  return {number, 1, money(net), money(tax)};
}

/// A return of two lines, after `change`.
Transaction reverse(const std::function<void(Reverse&)>& change) {
  return with<Reverse>(a_reverse().line(returned(0)).line(returned(4, 200, 0)).build(), change);
}

INSTANTIATE_TEST_SUITE_P(
    Holds, RefusedKind,
    testing::Values(
        Rule{"OfNothing", a_hold().exactly(0).build(), "points: got 0; expected above 0"},
        Rule{"InNoProgramme", a_hold().at(kNoProgramme).build(), kNoProgrammeText},
        Rule{"InNoCurrency", a_hold().in("eur").build(),
             "currency: got eur; expected three upper-case letters of ISO 4217"},
        Rule{"ForMoreThanSevenDays", a_hold().ttl(Duration(limits::kHoldMsMax + 1)).build(),
             "ttl: got 604800001; expected 0 to 604800000"},
        Rule{"CaptureOfNothing", a_capture().amount(0).build(), "points: got 0; expected above 0"},
        Rule{"CaptureOfAShortName",
             with<Capture>(a_capture().build(), [](auto& c) { c.hold.resize(15); }),
             "hold: got 15; expected 16 to 64"},
        Rule{"VoidOfALongName", with<Void>(a_void().build(), [](auto& v) { v.hold.resize(65); }),
             "hold: got 65; expected 16 to 64"},
        Rule{"VoidInNoProgramme", a_void().at(kNoProgramme).build(), kNoProgrammeText}),
    name_of_test);

INSTANTIATE_TEST_SUITE_P(
    Returns, RefusedKind,
    testing::Values(
        Rule{"ActivateWithoutAnOrder",
             with<Activate>(an_activate().build(), [](auto& a) { a.order.clear(); }),
             "order: got 0; expected 16 to 64"},
        Rule{"WithoutAnOrder", with<Reverse>(a_reverse().build(), [](auto& r) { r.order.clear(); }),
             "order: got 0; expected 16 to 64"},
        Rule{"OfNothing", a_reverse().total(0).build(), "total: got 0; expected above 0"},
        Rule{"TaxAboveTotal", a_reverse().total(100).tax(101).build(),
             "tax: got 101; expected at most the total of which it is a part, 100"},
        Rule{"ExcludedAboveTotal", a_reverse().total(100).excluded(101).build(),
             "excluded: got 101; expected at most the total of which it is a part, 100"},
        Rule{"OneLineTwice", reverse([](auto& r) { r.lines[1].number = 0; }),
             "lines: got entry 0 not below the next; expected ascending, each once"},
        Rule{"LineThatNoPurchaseHas", reverse([](auto& r) { r.lines[1].number = 100; }),
             "lines[1].number: got 100; expected 0 to 99"},
        Rule{"NegativeQuantity", reverse([](auto& r) { r.lines[1].quantity = -1; }),
             "lines[1].quantity: got -1; expected 0 to 2^53 - 1"},
        Rule{"QuantityOf2To53", reverse([](auto& r) { r.lines[1].quantity = kPointsMax + 1; }),
             "lines[1].quantity: got 9007199254740992; expected 0 to 2^53 - 1"},
        Rule{"LineOfNothing", reverse([](auto& r) {
               r.lines[1] = {4, 0, Money(), Money()};
             }),
             "lines[1]: got a line of which nothing comes back; expected a quantity, a net or a "
             "tax above 0"},
        Rule{"OtherTotal", reverse([](auto& r) { r.total = money(736); }),
             "total: got 736; expected the lines' net and tax, 735"},
        Rule{"OtherTax", reverse([](auto& r) { r.tax = money(34); }),
             "tax: got 34; expected the lines' tax, 35"},
        Rule{"ExcludedBesideLines", reverse([](auto& r) { r.excluded = money(1); }),
             "excluded: got 1; expected 0: with lines the programme says what is excluded"},
        Rule{"TooManyLines", reverse([](auto& r) { r.lines.resize(101); }),
             "lines: got 101; expected 1 to 100"}),
    name_of_test);

OpeningLot opening(std::string ref) {
  return {member(1), points(10), kStart, kStart.plus(kDay), std::move(ref)};
}

Transaction opened(const std::function<void(OpeningLot&)>& change) {
  OpeningLot lot = opening("old-1");
  change(lot);
  return an_open_lots().lot(lot).build();
}

INSTANTIATE_TEST_SUITE_P(
    Corrections, RefusedKind,
    testing::Values(
        Rule{"AdjustByNothing", an_adjust().credit(0).build(), "points: got 0; expected above 0"},
        Rule{"AdjustOfNobody", an_adjust().of(kNobody).build(), kNobodyText},
        Rule{"AdjustWithoutReason", an_adjust().reason("").build(),
             "reason: got 0; expected 1 to 32"},
        Rule{"AdjustWithProse", an_adjust().reason("Mr Smith called").build(),
             "reason: got a character outside of the alphabet; expected a to z, 0 to 9 and -"},
        Rule{"AdjustWithACardNumber", an_adjust().reason("4111-1111-1111-1111").build(),
             "reason: got what looks like a phone number; expected no PERSONAL_DATA"},
        Rule{"BulkOfNobody", an_adjust_bulk().build(), "members: got 0; expected 1 to 500"},
        Rule{"BulkOfTooMany",
             with<AdjustBulk>(an_adjust_bulk().build(), [](auto& b) { b.members.resize(501); }),
             "members: got 501; expected 1 to 500"},
        Rule{"BulkOfOneMemberTwice", an_adjust_bulk().with(member(1), 5).with(member(1), 6).build(),
             "members: got entry 0 not below the next; expected ascending, each once"},
        Rule{"BulkOfNothing", an_adjust_bulk().with(member(1), 5).with(member(2), 0).build(),
             "members[1].points: got 0; expected above 0"},
        Rule{"BulkOfOneThatIsNone", an_adjust_bulk().with(kNobody, 5).build(),
             "members[0].member: got zeros; expected the id of a member"},
        Rule{"BulkWithAPhoneNumber",
             an_adjust_bulk().with(member(1), 5).reason("0301234567").build(),
             "reason: got what looks like a phone number; expected no PERSONAL_DATA"},
        Rule{"OpenNothing", an_open_lots().build(), "lots: got 0; expected 1 to 500"},
        Rule{"OpenTooMuch",
             with<OpenLots>(an_open_lots().build(), [](auto& o) { o.lots.resize(501); }),
             "lots: got 501; expected 1 to 500"},
        Rule{"OpenOneRefTwice", an_open_lots().lot(opening("a")).lot(opening("a")).build(),
             "lots: got entry 0 not below the next; expected ascending, each once"},
        Rule{"OpenOfNobody", opened([](auto& l) { l.member = kNobody; }),
             "lots[0].member: got zeros; expected the id of a member"},
        Rule{"OpenOfNoPoints", opened([](auto& l) { l.points = Points(); }),
             "lots[0].points: got 0; expected above 0"},
        Rule{"OpenExpiredBeforeItWasEarned", opened([](auto& l) { l.expires_at = l.earned_at; }),
             "lots[0].expires_at: got 1704067200000; expected a time after earned_at"},
        Rule{"OpenWithoutARef", opened([](auto& l) { l.ref = ""; }),
             "lots[0].ref: got 0 bytes; expected 1 to 64"},
        Rule{"OpenWithDigitsAlone", opened([](auto& l) { l.ref = "12345"; }),
             "lots[0].ref: got digits alone; expected a letter in it, no PERSONAL_DATA"},
        Rule{"ExtendByNothing", an_extend().by_months(0).build(),
             "months: got 0; expected 1 to 1200"},
        Rule{"ExtendByMoreThanACentury", an_extend().by_months(1'201).build(),
             "months: got 1201; expected 1 to 1200"},
        Rule{"ReinstateOfNobody", a_reinstate().of(kNobody).build(), kNobodyText}),
    name_of_test);

INSTANTIATE_TEST_SUITE_P(
    Exchange, RefusedKind,
    testing::Values(
        Rule{"QuoteOfNoProgramme", a_quote().at(kNoProgramme).by(kCafe).build(), kNoProgrammeText},
        Rule{"QuoteInACurrencyThatIsNone", a_quote().in("eur").build(),
             "currency: got eur; expected three upper-case letters of ISO 4217"},
        Rule{"QuoteWithoutABid", a_quote().bid(0).build(),
             "bid: got 0; expected 1 to 1000000000 micro-units for a point"},
        Rule{"QuoteOfTooHighAnAsk", a_quote().ask(1'000'000'001).build(),
             "ask: got 1000000001; expected 1 to 1000000000 micro-units for a point"},
        Rule{"QuoteThatEndsAsItBegins", a_quote().from(kStart).until(kStart).build(),
             "valid_until: got 1704067200000; expected after valid_from"},
        Rule{"RateOfNoProgramme", a_rate().between(kNoProgramme, kCafe).by(kCafe).build(),
             kNoProgrammeText},
        Rule{"RateIntoNoProgramme", a_rate().between(kCafe, kNoProgramme).build(),
             "into: got 0; expected a programme: 0 names none"},
        Rule{"RateIntoTheSameProgramme", a_rate().between(kCafe, kCafe).build(),
             "into: got 1; expected another programme than the one whose points are given"},
        Rule{"RateOfNothing", a_rate().rate(0, 2).build(),
             "points: got 0 for 2; expected two numbers from 1 to 1000000000 without a common "
             "divisor"},
        Rule{"RateThatIsNotReduced", a_rate().rate(6, 4).build(),
             "points: got 6 for 4; expected two numbers from 1 to 1000000000 without a common "
             "divisor"}),
    name_of_test);

const Currency kEuro = currency("EUR");
const Currency kNoCurrency = currency("eur");
constexpr const char* kNoCurrencyText =
    "currency: got eur; expected three upper-case letters of ISO 4217";

INSTANTIATE_TEST_SUITE_P(
    Exchanges, RefusedKind,
    testing::Values(
        Rule{"FromNoProgramme", an_exchange().between(kNoProgramme, kCafe).by(kCafe).build(),
             kNoProgrammeText},
        Rule{"IntoNoProgramme", an_exchange().between(kCafe, kNoProgramme).build(),
             "into: got 0; expected a programme: 0 names none"},
        Rule{"IntoTheSameProgramme", an_exchange().between(kCafe, kCafe).build(),
             "into: got 1; expected another programme than the one whose points are given"},
        Rule{"OfNobody", an_exchange().of(kNobody).build(), kNobodyText},
        Rule{"OfNothing", an_exchange().in(0).build(), "points: got 0; expected above 0"},
        Rule{"RewardThatPointsPayInPart", a_redeem().reward(10, 1000).excluded(1).build(),
             "excluded: got 1; expected 0: points pay all of a reward"},
        Rule{"X22_HoldElsewhereForMoreThanADay",
             a_hold().by(kBakery).ttl(Duration(kDay.milliseconds() + 1)).build(),
             "ttl: got 86400001; expected 0 to 86400000"}),
    name_of_test);

INSTANTIATE_TEST_SUITE_P(
    Settlement, RefusedKind,
    testing::Values(
        Rule{"CycleOfNoYear", a_cycle_close().cycle(419'001).build(),
             "cycle: got 419001; expected 0 to 419000"},
        Rule{"PaymentInNoCurrency", a_confirmation().in("eur").build(), kNoCurrencyText},
        Rule{"PaymentOfNobody", a_confirmation().paid_by(kNoProgramme).build(),
             "debtor: got 0; expected a merchant: 0 names none"},
        Rule{"PaymentToOneself", a_confirmation().paid_by(kCafe).build(),
             "debtor: got 1; expected another merchant than the sender"},
        Rule{"PaymentOfNoCycle", a_confirmation().cycle(~0U).build(),
             "cycle: got 4294967295; expected 0 to 419000"},
        Rule{"DisputeInNoCurrency", a_dispute().in("eur").build(), kNoCurrencyText},
        Rule{"DisputeWithNobody", a_dispute().paid_to(kNoProgramme).build(),
             "creditor: got 0; expected a merchant: 0 names none"},
        Rule{"DisputeWithOneself", a_dispute().paid_to(kCafe).build(),
             "creditor: got 1; expected another merchant than the sender"},
        Rule{"DisputeOfNoCycle", a_dispute().cycle(419'001).build(),
             "cycle: got 419001; expected 0 to 419000"},
        Rule{"DisputeWithoutAReference", a_dispute().reference("").build(),
             "bank_reference: got 0; expected 1 to 35"},
        Rule{"DisputeWithALongReference", a_dispute().reference(std::string(36, 'A')).build(),
             "bank_reference: got 36; expected 1 to 35"},
        Rule{"DisputeWithProse", a_dispute().reference("paid in May").build(),
             "bank_reference: got a character outside of the alphabet; expected letters, digits, / "
             "and -, without accents"}),
    name_of_test);

Transaction proposal(const Change& change) {
  return a_proposal().change(change).build();
}
const Duration kShortNotice(limits::kNoticeMsMin - 1);
const Duration kLongNotice(limits::kNoticeMsMax + 1);
constexpr const char* kNoDebtorText = "change.debtor: got 0; expected a merchant: 0 names none";
constexpr const char* kNoIssuerText = "change.issuer: got 0; expected a merchant: 0 names none";

INSTANTIATE_TEST_SUITE_P(
    Changes, RefusedKind,
    testing::Values(
        Rule{"CapOfNobody", proposal(SetCap{kNoProgramme, kEuro, {}}), kNoDebtorText},
        Rule{"CapInNoCurrency", proposal(SetCap{kBakery, kNoCurrency, {}}), kNoCurrencyText},
        Rule{"CollateralOfNobody", proposal(SetCollateral{kNoProgramme, kEuro, {}}), kNoDebtorText},
        Rule{"CollateralInNoCurrency", proposal(SetCollateral{kBakery, kNoCurrency, {}}),
             kNoCurrencyText},
        Rule{"ResumeNobody", proposal(ResumeIssuer{}), kNoIssuerText},
        Rule{"EndNobody", proposal(EndIssuer{{}, Duration(limits::kNoticeMsMin)}), kNoIssuerText},
        Rule{"EndSoon", proposal(EndIssuer{kBakery, kShortNotice}),
             "change.notice: got 2591999999; expected 2592000000 to 34560000000"},
        Rule{"EndInYears", proposal(EndIssuer{kBakery, kLongNotice}),
             "change.notice: got 34560000001; expected 2592000000 to 34560000000"},
        Rule{"DecideForNoCreditor",
             proposal(DecidePayment{kFirstCycle, kEuro, kBakery, kNoProgramme, true}),
             "change.creditor: got 0; expected a merchant: 0 names none"},
        Rule{"DecideForNoDebtor",
             proposal(DecidePayment{kFirstCycle, kEuro, kNoProgramme, kBakery, true}),
             kNoDebtorText},
        Rule{"DecideWhatOneOwesOneself",
             proposal(DecidePayment{kFirstCycle, kEuro, kBakery, kBakery, true}),
             "change.creditor: got 2; expected another merchant than the debtor"},
        Rule{"DecideOfNoCycle", proposal(DecidePayment{419'001, kEuro, kCafe, kBakery, true}),
             "change.cycle: got 419001; expected 0 to 419000"},
        Rule{"DecideInNoCurrency",
             proposal(DecidePayment{kFirstCycle, kNoCurrency, kCafe, kBakery, true}),
             kNoCurrencyText},
        Rule{"ApproveOneself", an_approval().by(kCafe).build(),
             "proposer: got 1; expected another merchant than the sender"},
        Rule{"ApproveNobody",
             with<ApproveChange>(an_approval().build(), [](auto& a) { a.proposer = {}; }),
             "proposer: got 0; expected a merchant: 0 names none"},
        Rule{"ApproveNothing",
             with<ApproveChange>(an_approval().build(), [](auto& a) { a.proposal = {}; }),
             "proposal: got zeros; expected the digest of a proposal"}),
    name_of_test);

/// With a token of the usual terms after `change`.
Transaction with_token(const std::function<void(ConsentTerms&)>& change) {
  ConsentTerms terms = token_terms();
  change(terms);
  return with_consent(a_redeem().by(kBakery).build(),
                      a_token(key_from_seed(5), fixed_of<ChainId>(42), terms));
}

INSTANTIATE_TEST_SUITE_P(
    Tokens, RefusedKind,
    testing::Values(
        Rule{"OfNobody", with_token([](auto& terms) { terms.member = {}; }),
             "consents[0].member: got zeros; expected the id of a member"},
        Rule{"OfNoProgramme", with_token([](auto& terms) { terms.programme = {}; }),
             "consents[0].programme: got 0; expected a programme: 0 names none"},
        Rule{"ForNobody", with_token([](auto& terms) { terms.acceptor = {}; }),
             "consents[0].acceptor: got 0; expected a merchant: 0 names none"},
        Rule{"ForTheIssuer", with_token([](auto& terms) { terms.acceptor = terms.programme; }),
             "consents[0].acceptor: got 1; expected another merchant than the one whose points "
             "they are"},
        Rule{"OfNothing", with_token([](auto& terms) { terms.points_max = {}; }),
             "consents[0].points_max: got 0; expected above 0"}),
    name_of_test);

TEST(CheckKinds, AcceptsEveryBuildersDefault) {
  for (const Transaction& transaction :
       {a_card_link().build(),
        a_card_block().build(),
        a_claim().build(),
        a_key_revocation().build(),
        a_freeze().build(),
        an_unfreeze().build(),
        a_merge().build(),
        an_unmerge().build(),
        a_close().build(),
        a_recovery().approve(key(1)).build(),
        a_recovery().execute(key(1)).build(),
        a_recovery().cancel().build(),
        a_pool_change().build(),
        a_hold().order(1).build(),
        an_activate().build(),
        a_capture().build(),
        a_void().build(),
        a_reverse().build(),
        an_adjust().build(),
        an_adjust_bulk().with(member(2), 5).with(member(1), 5).build(),
        an_open_lots().lot(opening("b")).lot(opening("a")).build(),
        an_extend().build(),
        a_reinstate().build(),
        a_quote().build(),
        a_rate().build(),
        an_exchange().build(),
        a_cycle_close().build(),
        a_confirmation().build(),
        a_dispute().build(),
        a_proposal().build(),
        an_approval().build()})
    EXPECT_TRUE(check_form(transaction).ok())
        << name_of(kind_of(transaction.action)) << ": " << check_form(transaction).error().message;
}

TEST(CheckKinds, AcceptsACardInTheMembersPlace) {
  for (const Transaction& transaction :
       {an_earn().by_card(card(1)).build(), a_redeem().by_card(card(1)).build(),
        a_hold().by_card(card(1)).build(), an_attest().by_card(card(1)).build(),
        an_enrol().without_identity().with_card(card(1)).build(),
        an_enrol().with_card(card(1)).build()})
    EXPECT_TRUE(check_form(transaction).ok()) << name_of(kind_of(transaction.action));
}

TEST(CheckKinds, AcceptsTheEdges) {
  const Duration month(limits::kRecoverMsMax);
  const std::vector<crypto::PublicKey> seven = {key(1), key(2), key(3), key(4),
                                                key(5), key(6), key(7)};
  const ReturnedLine quantity_alone{0, kPointsMax, Money(), Money()};
  OpeningLot endless = opening("x" + std::string(63, '-'));
  endless.expires_at = Timestamp::never();
  const Transaction transactions[] = {
      a_recovery().guardians(seven, 7, month).build(),
      a_recovery().guardians({key(1)}, 1, Duration(limits::kRecoverMsMin)).build(),
      a_hold().ttl(Duration(limits::kHoldMsMax)).up_to(kPointsMax).basket(0).build(),
      a_reverse().line(quantity_alone).line(returned(99, kPointsMax - 1, 1)).build(),
      a_reverse().total(kPointsMax).tax(kPointsMax).excluded(kPointsMax).build(),
      an_adjust().debit(kPointsMax).reason(std::string(32, 'r')).build(),
      an_adjust_bulk().with(member(1), 5).moved(7).settled(9).build(),
      an_open_lots().lot(endless).build(),
      an_extend().by_months(1'200).round(MonthRounding::EndOfYear).build(),
      a_hold().by(kBakery).ttl(kDay).build(),  // X22
      a_redeem().reward(kPointsMax, 0).build(),
      a_cycle_close().cycle(0).build(),
      a_dispute().cycle(419'000).reference(std::string(31, 'z') + "AZ/-").build(),
      proposal(EndIssuer{kBakery, Duration(limits::kNoticeMsMin)}),
      proposal(EndIssuer{kCafe, Duration(limits::kNoticeMsMax)}),
      proposal(SetCap{kCafe, kEuro, Money()}),
      with_token([](auto& terms) { terms.points_max = points(kPointsMax); }),
  };

  for (const Transaction& transaction : transactions)
    EXPECT_TRUE(check_form(transaction).ok()) << check_form(transaction).error().message;
}

}  // namespace
}  // namespace tally::test
