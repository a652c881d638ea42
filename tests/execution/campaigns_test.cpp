// Campaigns on the ledger: from a publication to lots, budgets, standings and receipts. What each
// rule comes to by itself is tested with the rules; here stand the vectors of
// design/loyalty-vectors.md that need a ledger.
#include <tally/base/limits.h>

#include "execution/campaigns_fixture.h"

#include <gmock/gmock.h>

namespace tally::execution {
namespace {

using test::a_campaign;
using test::a_campaign_change;
using test::a_programme;
using test::a_publication;
using test::a_segment;
using test::an_attest;
using test::an_earn;
using test::an_enrol;
using test::kBakery;
using test::kCafe;
using test::member;
using test::TestLedger;
using testing::ElementsAre;

TEST_F(Campaigns, AddLinesWithFunderAndVersionToTheReceipt_L12) {
  Campaign tier = a_campaign("tier", "8");
  Campaign dairy = a_campaign("dairy", "40");
  dairy.funders[0].who = {FunderKind::Brand, "milk"};
  start(with({dairy, tier})).enrol(1);

  const Receipt receipt = earn(1, 3'500);

  ASSERT_EQ(receipt.outcome, Outcome::Accepted);
  EXPECT_EQ(points_of(receipt, "base"), 35);
  const auto lots = ledger_->lots(1);
  ASSERT_EQ(lots.size(), 2U) << "one for each funder and date";
  EXPECT_EQ(lots[0].original, test::points(43));
  EXPECT_EQ(lots[0].funder, Funder());
  EXPECT_EQ(lots[1].original, test::points(40));
  EXPECT_EQ(text_of(lots[1].funder), "brand:milk");
  EXPECT_EQ(receipt.lines[0].lot, lots[0].id);
  EXPECT_EQ(receipt.lines[1].programme_version, 1U);
  ASSERT_TRUE(receipt.facts.has_value());
  EXPECT_EQ(receipt.facts->programme_version, 1U);
}

TEST_F(Campaigns, GiveTheFirstPurchaseBonusToTheLowerIndexOfABlock_A11) {
  Campaign first = once(a_campaign("first", "200"));
  first.when = "m.purchases_total == 0";
  start(with({first})).enrol(1);
  const Timestamp now = ledger_->next_time();

  const auto receipts =
      ledger_->run_block({{&ledger_->operator_of(kCafe),
                           {valid(an_earn().total(1'000).event_time(now)),
                            valid(an_earn().total(1'000).event_time(now.minus(kHour)))}}});

  EXPECT_EQ(points_of(receipts[0], "first"), 200);
  EXPECT_EQ(points_of(receipts[1], "first"), 0);
}

TEST_F(Campaigns, GiveASignUpBonusOnceAPerson_A12) {
  start(with({on(Trigger::Enrol, once(a_campaign("sign-up", "500")))}));

  const Receipt first = run(an_enrol());
  const Receipt second = run(an_enrol().of(member(2)).commitment(crypto::sha256(member(1).view())));

  EXPECT_EQ(first.outcome, Outcome::Accepted);
  EXPECT_EQ(points_of(first, "sign-up"), 500);
  EXPECT_EQ(ledger_->available(1), 500);
  EXPECT_EQ(second.outcome, Outcome::AlreadyEnrolled);
  EXPECT_TRUE(second.lines.empty());
}

TEST_F(Campaigns, GiveReferrerAndRefereeAtTheFirstActivation_A13) {
  Campaign referral = on(Trigger::Activated, once(a_campaign("referral", "200")));
  referral.when = "m.activations_total == 0 && tx.eligible >= 2500 && has(m.referrer)";
  referral.referrer = ReferrerAward{"300", {}, {{Period::Month, 10}}};
  start(with({referral})).enrol(1);
  ASSERT_EQ(run(an_enrol().of(member(2)).referred_by(member(1))).outcome, Outcome::Accepted);
  ASSERT_EQ(run(an_enrol().of(member(3)).referred_by(member(1))).outcome, Outcome::Accepted);

  const Receipt little = earn(2, 2'499);
  const Receipt enough = earn(3, 2'500);

  EXPECT_EQ(points_of(little, "referral"), 0);
  EXPECT_EQ(points_of(enough, "referral"), 500);
  EXPECT_EQ(ledger_->available(1), 300);
  EXPECT_EQ(ledger_->available(3), 225);
  EXPECT_EQ(enough.previous.size(), 2U) << "the referrer's history has it, too";
}

TEST_F(Campaigns, KnowAReferrerOrRefuseTheEnrolment_M09) {
  start(a_programme()).enrol(1);

  EXPECT_EQ(run(an_enrol().of(member(2)).referred_by(member(9))).outcome, Outcome::InvalidReferrer);
}

TEST_F(Campaigns, SpendABudgetAndNoMore_B01) {
  Campaign bonus = a_campaign("bonus", "200");
  bonus.budget = Budget{test::points(320), false};
  start(with({bonus})).enrol(1);

  EXPECT_EQ(points_of(earn(1, 100), "bonus"), 200);
  const Receipt last = earn(1, 100);
  EXPECT_EQ(points_of(last, "bonus"), 120);
  EXPECT_TRUE(last.rules.back().exhausted);
  EXPECT_EQ(reason_of(earn(1, 100), "bonus"), RuleReason::Budget);
  EXPECT_EQ(campaign("bonus").spent, test::points(320));
  EXPECT_EQ(campaign("bonus").times, 2U);
}

TEST_F(Campaigns, KeepABudgetThatDoesNotFit_B02) {
  Campaign bonus = a_campaign("bonus", "200");
  bonus.budget = Budget{test::points(320), true};
  start(with({bonus})).enrol(1);
  earn(1, 100);

  EXPECT_EQ(points_of(earn(1, 100), "bonus"), 0);
  EXPECT_EQ(campaign("bonus").spent, test::points(200));
}

TEST_F(Campaigns, ShareABudgetInTheOrderOfTheBlock_B04) {
  Campaign bonus = a_campaign("bonus", "150");
  bonus.budget = Budget{test::points(200), false};
  start(with({bonus})).enrol(1);
  ledger_->enrol(2);
  const Timestamp now = ledger_->next_time();

  const auto receipts =
      ledger_->run_block({{&ledger_->operator_of(kCafe),
                           {valid(an_earn().of(member(1)).total(0).event_time(now)),
                            valid(an_earn().of(member(2)).total(0).event_time(now))}}});

  EXPECT_EQ(points_of(receipts[0], "bonus"), 150);
  EXPECT_EQ(points_of(receipts[1], "bonus"), 50);
}

TEST_F(Campaigns, CapTheBaseByTheProgramme_A09_A10) {
  Programme programme = a_programme();
  programme.earn.cap_points = {{Period::Transaction, 500}, {Period::Day, 1'000}};
  start(programme).enrol(1);

  const Receipt capped = earn(1, 81'200);
  EXPECT_EQ(points_of(capped, "base"), 500);
  EXPECT_EQ(reason_of(capped, "base"), RuleReason::ProgrammeCap);
  EXPECT_EQ(capped.rules[0].asked, test::points(812));
  EXPECT_EQ(points_of(earn(1, 43'000), "base"), 430);
  EXPECT_EQ(points_of(earn(1, 12'000), "base"), 70);
}

TEST_F(Campaigns, TakeAnAttestedActionOnceByTheKeyThatIsNamed_A28) {
  Campaign share = on(Trigger::Attested, a_campaign("share", "50"));
  share.when = "tx.ref.startsWith('share:') && tx.channel == 'social'";
  share.attestor = "cafe-social";
  start(with({share})).enrol(1);
  const crypto::PrivateKey key = test::key_from_seed(77);
  ASSERT_EQ(run(test::a_key_registration().key(key.public_key()).named("cafe-social")).outcome,
            Outcome::Accepted);
  const auto attest = [&](std::string ref) {
    return ledger_->run(
        key.public_key(),
        valid(an_attest().ref(std::move(ref)).channel("social").event_time(ledger_->next_time())));
  };

  EXPECT_EQ(points_of(attest("share:77"), "share"), 50);
  EXPECT_EQ(attest("share:77").outcome, Outcome::DuplicateRef);
  EXPECT_EQ(points_of(attest("share:78"), "share"), 50);
  EXPECT_EQ(run(an_attest().ref("share:79")).outcome, Outcome::NotPermitted)
      << "the operator's key has another name";
  EXPECT_EQ(ledger_->available(1), 100);
}

TEST_F(Campaigns, SeeSegments) {
  Campaign staff = a_campaign("guests", "5");
  staff.when = "!('staff' in m.segs)";
  start(with({staff})).enrol(1);
  ledger_->enrol(2);

  ASSERT_EQ(run(a_segment().add(member(1))).outcome, Outcome::Accepted);
  EXPECT_EQ(points_of(earn(1, 0), "guests"), 0);
  EXPECT_EQ(points_of(earn(2, 0), "guests"), 5);
  ASSERT_EQ(run(a_segment().remove(member(1)).remove(member(9))).outcome, Outcome::Accepted);
  EXPECT_EQ(points_of(earn(1, 0), "guests"), 5);
}

TEST_F(Campaigns, BoundTheSegmentsOfAMember) {
  start(a_programme()).enrol(1);
  for (int i = 0; i < 32; ++i)
    ASSERT_EQ(run(a_segment().named("s" + std::to_string(i)).add(member(1))).outcome,
              Outcome::Accepted);

  EXPECT_EQ(run(a_segment().named("one-more").add(member(1))).outcome, Outcome::TooManySegments);
  EXPECT_EQ(run(a_segment().named("s5").add(member(1))).outcome, Outcome::Accepted);
  EXPECT_EQ(run(a_segment().add(member(7))).outcome, Outcome::UnknownMember);
}

TEST_F(Campaigns, ChangeOneByOneEachAsAVersion) {
  start(a_programme()).enrol(1);
  const auto change = [&](std::uint32_t version, CampaignChange what, std::string id) {
    return run(a_campaign_change().version(version).change(what, std::move(id))).outcome;
  };

  ASSERT_EQ(run(a_campaign_change().version(2).add(a_campaign())).outcome, Outcome::Accepted);
  EXPECT_EQ(points_of(earn(1, 0), "ten"), 10);
  EXPECT_EQ(run(a_campaign_change().version(3).add(a_campaign())).outcome,
            Outcome::DuplicateCampaign);
  EXPECT_EQ(change(3, CampaignChange::Resume, "ten"), Outcome::UnknownCampaign);
  EXPECT_EQ(change(3, CampaignChange::Pause, "eleven"), Outcome::UnknownCampaign);
  EXPECT_EQ(change(2, CampaignChange::Pause, "ten"), Outcome::VersionNotNext);
  ASSERT_EQ(change(3, CampaignChange::Pause, "ten"), Outcome::Accepted);
  EXPECT_EQ(points_of(earn(1, 0), "ten"), 0);
  ASSERT_EQ(change(4, CampaignChange::Resume, "ten"), Outcome::Accepted);
  EXPECT_EQ(earn(1, 0).lines.back().programme_version, 4U);
  ASSERT_EQ(change(5, CampaignChange::End, "ten"), Outcome::Accepted);
  EXPECT_EQ(points_of(earn(1, 0), "ten"), 0);
  EXPECT_EQ(change(6, CampaignChange::Resume, "ten"), Outcome::UnknownCampaign);
  EXPECT_EQ(run(a_campaign_change().version(6).add(a_campaign())).outcome,
            Outcome::DuplicateCampaign)
      << "its caps and its budget still count";
}

TEST_F(Campaigns, ThatWereLeftOutNeverComeBack) {
  start(with({once(a_campaign("first", "200"))})).enrol(1);
  ASSERT_EQ(points_of(earn(1, 0), "first"), 200);
  ASSERT_EQ(run(a_publication().version(2).programme(a_programme())).outcome, Outcome::Accepted);
  earn(1, 0);
  EXPECT_TRUE(campaign("first").retired);
  const Programme again = with({once(a_campaign("first", "200"))});

  EXPECT_EQ(run(a_publication().version(3).programme(again)).outcome, Outcome::DuplicateCampaign);
  EXPECT_EQ(run(a_campaign_change().version(3).add(a_campaign("first"))).outcome,
            Outcome::DuplicateCampaign);
  EXPECT_EQ(run(a_campaign_change().version(3).add(a_campaign("second"))).outcome,
            Outcome::Accepted);
}

TEST_F(Campaigns, ThatHaveEndedDoNotRunAgainUnderAWholeProgramme) {
  start(with({a_campaign()}));
  ASSERT_EQ(run(a_campaign_change().version(2).change(CampaignChange::End, "ten")).outcome,
            Outcome::Accepted);

  EXPECT_EQ(run(a_publication().version(3).programme(with({a_campaign()}))).outcome,
            Outcome::DuplicateCampaign);
}

TEST_F(Campaigns, KeepWhatAMemberUsedOfACapWhileTheirEndMoves) {
  Campaign first = once(a_campaign("first", "200"));
  first.ends = LocalTime(static_cast<std::int64_t>(test::kStart.milliseconds()) + 2 * 86'400'000);
  start(with({first})).enrol(1);
  ASSERT_EQ(points_of(earn(1, 0), "first"), 200);
  ledger_->at(ledger_->header.time.plus(Duration(30 * kDay.milliseconds())));
  ASSERT_EQ(reason_of(earn(1, 0), "first"), RuleReason::NotInSchedule);
  first.ends = std::nullopt;
  ASSERT_EQ(run(a_publication().version(2).programme(with({first}))).outcome, Outcome::Accepted);

  EXPECT_EQ(reason_of(earn(1, 0), "first"), RuleReason::MemberCap);
}

TEST_F(Campaigns, ArePublishedWithinWhatABlocksRulesMaySpend) {
  test::TestChain chain = test::a_genesis(4);
  chain.genesis.content.parameters.proposal_rule_cost_max = 10;
  test::sign_again(chain);
  ledger_.emplace(std::move(chain));
  Programme wrong = a_programme();
  wrong.earn.base = "1 / 2";
  std::vector<Transaction> many;
  for (int i = 0; i < 3; ++i)
    many.push_back(valid(a_publication().programme(wrong)));

  const auto receipts = ledger_->run_block({{&ledger_->operator_of(kCafe), many}});

  EXPECT_EQ(receipts[0].outcome, Outcome::NoDivision);
  EXPECT_EQ(receipts[1].outcome, Outcome::BlockFull);
  EXPECT_EQ(receipts[2].outcome, Outcome::BlockFull);
}

/// Every tier at once, a campaign for each step of it, eight funders a line.
Programme the_longest_receipt() {
  Programme programme = a_programme();
  programme.tiers.tiers.clear();
  for (int i = 0; i < 16; ++i)
    programme.tiers.tiers.push_back({"t" + std::to_string(i), test::points(i)});
  for (int i = 0; i < 64; ++i) {
    Campaign step = on(Trigger::TierUp, a_campaign("s" + std::to_string(100 + i), "8"));
    step.each_step = true;
    step.funders.clear();
    for (int brand = 0; brand < 8; ++brand)
      step.funders.push_back({{FunderKind::Brand, "b" + std::to_string(brand)}, 1, 8});
    programme.campaigns.push_back(step);
  }
  return programme;
}

TEST_F(Campaigns, WriteAReceiptThatCanBeReadHoweverLongItIs) {
  start(the_longest_receipt()).enrol(1);

  const Receipt longest = earn(1, 100'000);

  ASSERT_EQ(longest.outcome, Outcome::Accepted);
  EXPECT_EQ(longest.rules.size(), 1U + 64 * 15);
  EXPECT_EQ(decode_receipt(encode_receipt(longest)).value(), longest);
}

TEST_F(Campaigns, WriteAsManyLinesIntoABlockAsItsReceiptsBear) {
  test::TestChain chain = test::a_genesis(4);
  chain.genesis.content.parameters.proposal_rule_cost_max = std::uint64_t{1} << 40;
  test::sign_again(chain);
  ledger_.emplace(std::move(chain));
  ASSERT_EQ(run(a_publication().programme(the_longest_receipt())).outcome, Outcome::Accepted);
  std::vector<Transaction> earns;
  for (std::uint64_t n = 1; n <= 40; ++n) {
    ledger_->enrol(n);
    earns.push_back(valid(an_earn().of(member(n)).total(100'000)));
  }

  const auto receipts = ledger_->run_block({{&ledger_->operator_of(kCafe), earns}});

  std::size_t lines = 0;
  for (const Receipt& receipt : receipts)
    lines += receipt.lines.size() + receipt.rules.size();
  EXPECT_EQ(receipts.back().outcome, Outcome::BlockFull);
  EXPECT_LT(lines, limits::kBlockLinesMax + 10'000);
}

TEST_F(Campaigns, OfOneMerchantLeaveTheOthersTheirShareOfABlock) {
  test::TestChain chain = test::a_genesis(4);
  chain.genesis.content.parameters.proposal_rule_cost_max = 4'000;
  test::sign_again(chain);
  ledger_.emplace(std::move(chain));
  ASSERT_EQ(run(a_publication()).outcome, Outcome::Accepted);
  ASSERT_EQ(run(a_publication().by(kBakery)).outcome, Outcome::Accepted);
  ledger_->enrol(1);
  ledger_->enrol(2, kBakery);
  const Timestamp now = ledger_->next_time();
  std::vector<Transaction> ours;
  for (int i = 0; i < 200; ++i)
    ours.push_back(valid(an_earn().event_time(now)));
  const auto theirs = valid(an_earn().by(kBakery).at(kBakery).of(member(2)).event_time(now));

  const auto receipts = ledger_->run_block(
      {{&ledger_->operator_of(kCafe), ours}, {&ledger_->operator_of(kBakery), {theirs}}});

  EXPECT_EQ(receipts[199].outcome, Outcome::BlockFull);
  EXPECT_EQ(receipts[200].outcome, Outcome::Accepted);
}

TEST_F(Campaigns, OfAWindowBeyondTheMemoryOfIdsAreRefused) {
  start(a_programme());
  Programme late = a_programme();
  late.offline_window = Duration(90 * kDay.milliseconds() + 1);
  Programme returned = a_programme();
  returned.returns.window = Duration(91 * kDay.milliseconds());

  EXPECT_EQ(run(a_publication().version(2).programme(late)).outcome, Outcome::WindowTooLong);
  EXPECT_EQ(run(a_publication().version(2).programme(returned)).outcome, Outcome::WindowTooLong);
}

TEST_F(Campaigns, FindTheirTiersInTheirPlaces) {
  Programme programme = a_programme();
  programme.tiers.tiers = {{"BASE", Points()}, {"SILVER", test::points(1'000)}};
  start(programme);
  Programme inserted = programme;
  inserted.tiers.tiers = {
      {"BASE", Points()}, {"BRONZE", test::points(500)}, {"SILVER", test::points(1'000)}};
  Programme higher = programme;
  higher.tiers.tiers.push_back({"GOLD", test::points(5'000)});

  EXPECT_EQ(run(a_publication().version(2).programme(inserted)).outcome, Outcome::NotEnabled);
  EXPECT_EQ(run(a_publication().version(2).programme(higher)).outcome, Outcome::Accepted);
}

TEST_F(Campaigns, OutliveAGraceThatAVersionLengthens) {
  Programme programme = a_programme();
  programme.utc_offsets = {};
  programme.tiers.tiers = {{"BASE", Points()}, {"SILVER", test::points(1'000)}};
  programme.tiers.grace_days = 30;
  start(programme).enrol(1);
  ASSERT_EQ(earn(1, 100'000).facts->tier_after, 1);
  ledger_->at(test::utc(2026, 1, 1)).run_block({});
  ASSERT_TRUE(ledger_->head(1)->standing.tier.in_grace);
  programme.tiers.grace_days = 366;
  ASSERT_EQ(run(a_publication().version(2).programme(programme)).outcome, Outcome::Accepted);
  ASSERT_EQ(earn(1, 100'000).outcome, Outcome::Accepted);

  const Timestamp end = test::utc(2026, 1, 31);
  const auto receipts = ledger_->at(end).run_block({});

  ASSERT_EQ(receipts.size(), 1U);
  EXPECT_EQ(ledger_->head(1)->standing.tier.tier, 1);
  EXPECT_GT(ledger_->head(1)->standing.tier.valid_until, end);
}

TEST_F(Campaigns, SpendABlocksRulesOnSegmentsToo) {
  test::TestChain chain = test::a_genesis(4);
  chain.genesis.content.parameters.proposal_rule_cost_max = 4'000;
  test::sign_again(chain);
  ledger_.emplace(std::move(chain));
  ASSERT_EQ(run(a_publication()).outcome, Outcome::Accepted);
  ledger_->enrol(1);

  const auto receipts = ledger_->run_block(
      {{&ledger_->operator_of(kCafe),
        {valid(a_segment().add(member(1))), valid(a_segment().named("other").add(member(1)))}}});

  EXPECT_EQ(receipts[0].outcome, Outcome::Accepted);
  EXPECT_EQ(receipts[1].outcome, Outcome::BlockFull);
}

TEST_F(Campaigns, ReadLinesOnlyWhereTheProgrammeKeepsThem_A20) {
  start(a_programme()).enrol(1);
  Campaign dairy = a_campaign("dairy", "lines.sum(l, 'dairy' in l.cats, l.net)");

  EXPECT_EQ(run(a_campaign_change().version(2).add(dairy)).outcome, Outcome::LinesOff);
  EXPECT_EQ(run(an_earn().line({"1", "", {"dairy"}, 1, test::money(100), Money()})).outcome,
            Outcome::NotEnabled);
}

TEST_F(Campaigns, OfAProgrammeThatThisLedgerCannotHoldAreRefused) {
  start(a_programme());
  Programme others = a_programme();
  Counter counter;
  counter.name = "visited";
  counter.kind = CounterKind::DistinctMerchants;
  counter.size = 30;
  others.counters = {counter};

  EXPECT_EQ(run(a_publication().version(2).programme(others)).outcome, Outcome::NotEnabled);
}

TEST_F(Campaigns, ThatNameAnotherMerchantNeedItsSignature) {
  start(a_programme()).enrol(1);
  Campaign stamp = a_campaign("stamp", "100");
  stamp.funders[0].who = {FunderKind::Merchant, test::name_of_merchant(kBakery)};
  const auto& theirs = ledger_->chain.keys[1].operator_key;
  const auto& ours = ledger_->chain.keys[0].operator_key;
  const auto signed_by = [&](const crypto::PrivateKey& key) {
    return a_campaign_change().version(2).add(stamp).consented_by(key, ledger_->chain.id);
  };

  EXPECT_EQ(run(a_campaign_change().version(2).add(stamp)).outcome, Outcome::ApprovalsMissing);
  EXPECT_EQ(run(signed_by(ours)).outcome, Outcome::ApprovalsMissing);
  EXPECT_EQ(run(signed_by(theirs)).outcome, Outcome::Accepted);
  EXPECT_EQ(reason_of(earn(1, 100), "stamp"), RuleReason::RateNotAvailable);

  stamp.id = "unknown";
  stamp.funders[0].who.name = "nobody";
  EXPECT_EQ(run(a_campaign_change().version(3).add(stamp)).outcome, Outcome::UnknownMerchant);
}

TEST_F(Campaigns, OfABlockCostAtMostWhatItsRulesMaySpend) {
  test::TestChain chain = test::a_genesis(4);
  chain.genesis.content.parameters.proposal_rule_cost_max = 10;
  test::sign_again(chain);
  ledger_.emplace(std::move(chain));
  ASSERT_EQ(run(a_publication()).outcome, Outcome::Accepted);
  ledger_->enrol(1);
  const Timestamp now = ledger_->next_time();
  std::vector<Transaction> earns;
  for (int i = 0; i < 20; ++i)
    earns.push_back(valid(an_earn().event_time(now)));

  const auto receipts = ledger_->run_block({{&ledger_->operator_of(kCafe), earns}});

  EXPECT_EQ(receipts.front().outcome, Outcome::Accepted);
  EXPECT_EQ(receipts.back().outcome, Outcome::BlockFull);
  ledger_->run_block({});
  EXPECT_EQ(ledger_->run(earns.back()).outcome, Outcome::Accepted) << "the id was not used up";
}

TEST_F(Campaigns, ReviewTiersAtTheirOwnInstant_Ti05) {
  Programme programme = a_programme();
  programme.utc_offsets = {};
  programme.tiers.tiers = {{"BASE", Points()}, {"SILVER", test::points(1'000)}};
  start(programme).enrol(1);
  const Receipt up = earn(1, 100'000);
  ASSERT_EQ(up.facts->tier_after, 1);
  ASSERT_EQ(ledger_->head(1)->standing.tier.tier, 1);
  const Timestamp review = test::utc(2026, 1, 1);
  EXPECT_EQ(ledger_->head(1)->standing.tier.valid_until, review) << "to the end of next year";

  ledger_->at(review.minus(Duration(1))).run_block({});
  EXPECT_EQ(ledger_->head(1)->standing.tier.tier, 1);
  const auto receipts = ledger_->at(review).run_block({});

  ASSERT_EQ(receipts.size(), 1U);
  EXPECT_EQ(receipts[0].kind, ActionKind::Due);
  EXPECT_EQ(receipts[0].facts->tier, 1);
  EXPECT_EQ(receipts[0].facts->tier_after, 0);
  EXPECT_EQ(ledger_->head(1)->standing.tier.tier, 0);
  EXPECT_EQ(ledger_->head(1)->standing.tier.valid_until, Timestamp::never());
}

TEST_F(Campaigns, LeaveQualifyingPointsToThemselvesWhenPointsAreSpent_Ti09) {
  Programme programme = a_programme();
  programme.tiers.tiers = {{"BASE", Points()}, {"SILVER", test::points(1'000)}};
  start(programme).enrol(1);
  ASSERT_EQ(earn(1, 600'000).outcome, Outcome::Accepted);
  const TierStanding before = ledger_->head(1)->standing.tier;

  ASSERT_EQ(run(test::a_redeem().exactly(5'000).basket(10'000)).outcome, Outcome::Accepted);

  EXPECT_EQ(ledger_->available(1), 1'000);
  EXPECT_EQ(before.qualifying, test::points(6'000));
  EXPECT_EQ(ledger_->head(1)->standing.tier, before);
}

TEST_F(Campaigns, OfOldVersionsStayInTheirReceipts) {
  start(with({a_campaign()})).enrol(1);
  const Receipt old = earn(1, 100);
  ASSERT_EQ(run(a_publication().version(2).programme(a_programme())).outcome, Outcome::Accepted);

  EXPECT_EQ(old.lines.back().programme_version, 1U);
  EXPECT_EQ(earn(1, 100).rules.size(), 1U);
  const auto kept = state::find_version(ledger_->view, kCafe, 1).value();
  ASSERT_TRUE(kept.has_value());
  EXPECT_EQ(kept->rules.programme.campaigns.size(), 1U);
}

}  // namespace
}  // namespace tally::execution
