// What rules are stored as comes back, in one encoding alone; a tree that is none is refused.
#include <tally/base/limits.h>

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include "model/canonical.h"
#include "model/rule_generators.h"

namespace tally::test {
namespace {

template <typename T>
Bytes encoded(const T& value) {
  codec::Writer out;
  encode(out, value);
  return std::move(out).take();
}

template <typename T>
Result<T> decoded(ByteView bytes) {
  codec::Reader in(bytes);
  T value;
  decode(in, value);
  TRY_VOID(in.finish("value"));
  return value;
}

template <typename T>
std::string fault_of(const T& value) {
  const Result<T> result = decoded<T>(encoded(value));
  return result.ok() ? "accepted" : result.error().message;
}

/// `value` comes back, no byte of it can be missing, none may follow, and it has no second
/// encoding.
template <typename T>
void assert_one_encoding(const T& value) {
  Bytes bytes = encoded(value);
  const Result<T> back = decoded<T>(bytes);
  RC_ASSERT(back.ok());
  RC_ASSERT(*back == value);

  assert_canonical_after_change(bytes, decoded<T>, encoded<T>);

  const auto cut = *rc::gen::inRange<std::size_t>(0, bytes.size());
  RC_ASSERT(!decoded<T>(ByteView(bytes).first(cut)).ok());
  bytes.push_back(0);
  RC_ASSERT(!decoded<T>(bytes).ok());
}

RC_GTEST_PROP(RuleCodec, ProgrammesHaveOneEncoding, ()) {
  assert_one_encoding(any_programme());
}
RC_GTEST_PROP(RuleCodec, CampaignsHaveOneEncoding, ()) {
  assert_one_encoding(any_campaign());
}
RC_GTEST_PROP(RuleCodec, ExpressionsHaveOneEncoding, ()) {
  assert_one_encoding(any_expression());
}
RC_GTEST_PROP(RuleCodec, RuleSetsHaveOneEncoding, ()) {
  assert_one_encoding(any_rule_set());
}
RC_GTEST_PROP(RuleCodec, StandingsHaveOneEncoding, ()) {
  assert_one_encoding(any_standing());
}
RC_GTEST_PROP(RuleCodec, ResultsHaveOneEncoding, ()) {
  assert_one_encoding(any_rule_result());
}
RC_GTEST_PROP(RuleCodec, FactsHaveOneEncoding, ()) {
  assert_one_encoding(any_rule_facts());
}

RC_GTEST_PROP(RuleCodec, RuleIdsAreOfTheEncoding, ()) {
  const Expression expression = any_expression();

  RC_ASSERT(rule_id(expression) == crypto::tagged_hash("rule", encoded(expression)));
}

Expression tree(std::vector<ExpressionNode> nodes) {
  Expression expression;
  expression.nodes = std::move(nodes);
  return expression;
}

TEST(RuleCodec, ComputesTheSizesOfATree) {
  const Expression one_branch = tree({{9, 2, 4, 0}, {9, 1, 2, 0}, {1, 0, 1, 7}, {1, 0, 1, 8}});

  const Result<Expression> back = decoded<Expression>(encoded(one_branch));

  ASSERT_TRUE(back.ok());
  EXPECT_EQ(back->nodes, one_branch.nodes);
}

TEST(RuleCodec, RefusesNodesThatAreNoTree) {
  const Expression two_roots = tree({{1, 0, 1, 0}, {1, 0, 1, 0}});
  const Expression missing_part = tree({{9, 2, 2, 0}, {1, 0, 1, 0}});
  const Expression missing_within = tree({{9, 1, 2, 0}, {9, 1, 1, 0}});
  const Expression most_parts = tree({{9, 255, 1, 0}});

  for (const Expression& wrong : {two_roots, missing_part, missing_within, most_parts})
    EXPECT_THAT(fault_of(wrong), testing::HasSubstr("no tree"));
}

TEST(RuleCodec, TakesTextsInTheOrderInWhichNodesFirstNameThemAlone) {
  const auto naming = [](std::int64_t first, std::int64_t second, std::vector<std::string> texts) {
    Expression expression = tree({{9, 2, 3, 0},
                                  {ExpressionNode::kText, 0, 1, first},
                                  {ExpressionNode::kText, 0, 1, second}});
    expression.texts = std::move(texts);
    return fault_of(expression);
  };

  EXPECT_EQ(naming(0, 0, {"own"}), "accepted");
  EXPECT_EQ(naming(0, 1, {"own", "milk"}), "accepted");
  for (const std::string& fault :
       {naming(-1, 0, {"own"}), naming(0, 1, {"own"}), naming(0, std::int64_t{1} << 40, {"own"}),
        naming(1, 0, {"own", "milk"}), naming(0, 0, {"own", "milk"}), naming(0, 0, {})})
    EXPECT_THAT(fault, testing::HasSubstr("texts that its nodes do not name"));
}

TEST(RuleCodec, RefusesAnotherLanguageVersion) {
  for (const std::uint8_t version : {std::uint8_t{0}, std::uint8_t{2}}) {
    Bytes bytes = encoded(Expression());
    bytes[0] = version;

    EXPECT_FALSE(decoded<Expression>(bytes).ok()) << int{version};
  }
}

/// A chain of `depth` levels, and all other nodes as leaves of the one above the last.
Expression deep_tree(std::size_t depth, std::size_t size) {
  Expression expression = tree(std::vector<ExpressionNode>(size));
  auto& nodes = expression.nodes;
  for (std::size_t i = 0; i + 1 < depth; ++i) {
    nodes[i].parts = static_cast<std::uint8_t>(i + 2 < depth ? 1 : size - i - 1);
    nodes[i].size = static_cast<std::uint16_t>(size - i);
  }
  return expression;
}

TEST(RuleCodec, HoldsARuleAtItsLimitsAndNothingLarger) {
  Expression largest = deep_tree(limits::kRuleDepthMax, limits::kRuleNodesMax);
  largest.nodes.back().kind = ExpressionNode::kText;
  largest.texts = {std::string(limits::kRuleTextBytesMax, 'x')};
  Expression long_text = largest;
  long_text.texts[0] += 'x';

  EXPECT_EQ(decoded<Expression>(encoded(largest)).value(), largest);
  EXPECT_THAT(fault_of(long_text), testing::HasSubstr("too long"));
  EXPECT_THAT(fault_of(deep_tree(limits::kRuleDepthMax + 1, 100)), testing::HasSubstr("no tree"));
}

TEST(RuleCodec, RefusesTreesThatDoNotStandBesideTheirProgramme) {
  RuleSet rules;
  rules.programme = a_programme();
  rules.programme.campaigns = {a_campaign("a"), a_campaign("b")};
  rules.campaigns.resize(2);
  rules.order = {1, 0};
  RuleSet fewer = rules;
  fewer.campaigns.pop_back();
  RuleSet counter = rules;
  counter.counters.resize(1);
  RuleSet no_order = rules;
  no_order.order.clear();
  RuleSet twice = rules;
  twice.order = {1, 1};
  RuleSet beyond = rules;
  beyond.order = {0, 2};

  EXPECT_EQ(fault_of(rules), "accepted");
  for (const RuleSet& wrong : {fewer, counter, no_order, twice, beyond})
    EXPECT_THAT(fault_of(wrong), testing::HasSubstr("beside their programme"));
}

TEST(RuleCodec, CountsTheCostOfActiveCampaignsOfOneTrigger) {
  RuleSet rules;
  rules.base.cost = 1;
  rules.counters.resize(1);
  rules.counters[0].cost = 20;
  Campaign enrol = a_campaign("b");
  enrol.trigger = Trigger::Enrol;
  Campaign paused = a_campaign("c");
  paused.state = CampaignState::Paused;
  rules.programme.campaigns = {a_campaign("a"), enrol, paused};
  rules.campaigns.resize(3);
  rules.campaigns[0].when.cost = 300;
  rules.campaigns[0].award.cost = 4'000;
  rules.campaigns[0].referrer.cost = 50'000;
  rules.campaigns[1].award.cost = 600'000;
  rules.campaigns[2].award.cost = 7'000'000;

  EXPECT_EQ(static_cost(rules, Trigger::Purchase), 54'321U);
  EXPECT_EQ(static_cost(rules, Trigger::Enrol), 600'000U);
  EXPECT_EQ(static_cost(rules, Trigger::TierUp), 0U);
}

TEST(RuleCodec, RefusesListsOfAStandingThatDoNotAscend) {
  const CapUse cap{"ten", false, Period::Day, 7, points(1), 1};
  const DayCount day{5, kStart, 1};
  Standing segments;
  segments.segments = {"staff", "founders"};
  Standing caps;
  caps.caps = {cap, cap};
  Standing counters;
  counters.counters = {{"b", 0, 0, {}}, {"a", 0, 0, {}}};
  Standing days;
  days.purchase_days = {day, day};
  Standing counted;
  counted.counters = {{"visits", 0, 0, {day, {4, kStart, 1}}}};

  for (const Standing& wrong : {segments, caps, counters, days, counted})
    EXPECT_THAT(fault_of(wrong), testing::HasSubstr("does not ascend"));
}

TEST(RuleCodec, KeepsAMembersOwnCapsApartFromThoseOfTheReferrer) {
  const CapUse own{"ten", false, Period::Ever, 0, points(1), 1};
  CapUse referrers = own;
  referrers.referrer = true;
  Standing standing;
  standing.caps = {{"", false, Period::Month, 648, points(9), 0}, own, referrers};

  EXPECT_EQ(decoded<Standing>(encoded(standing)).value(), standing);
}

TEST(RuleCodec, RefusesTiersThatNoProgrammeCanHave) {
  Standing standing;
  standing.tier.tier = 16;
  RuleFacts before;
  before.tier = 16;
  RuleFacts after;
  after.tier_after = 16;

  EXPECT_THAT(fault_of(standing), testing::HasSubstr("a tier that no programme can have"));
  EXPECT_THAT(fault_of(before), testing::HasSubstr("a tier that no programme can have"));
  EXPECT_THAT(fault_of(after), testing::HasSubstr("a tier that no programme can have"));
}

TEST(RuleCodec, RefusesExpiryDatesBeyondTheYear9999) {
  Programme last = a_programme();
  last.expiry.dates = {{9999, 12, 31}};
  Programme beyond = last;
  beyond.expiry.dates = {{10'000, 1, 1}};
  Programme before = last;
  before.expiry.dates = {{1969, 12, 31}};

  EXPECT_EQ(fault_of(last), "accepted");
  EXPECT_THAT(fault_of(beyond), testing::HasSubstr("the year 9999"));
  EXPECT_THAT(fault_of(before), testing::HasSubstr("before 1970"));
}

TEST(RuleReason, HasAnUpperCaseNameOfItsOwn) {
  EXPECT_EQ(name_of(RuleReason::Given), "GIVEN");
  EXPECT_EQ(name_of(RuleReason::NotInSchedule), "NOT_IN_SCHEDULE");
  EXPECT_EQ(name_of(RuleReason::RateNotAvailable), "RATE_NOT_AVAILABLE");
}

TEST(Funder, IsWrittenWithItsKind) {
  EXPECT_EQ(text_of(Funder()), "issuer");
  EXPECT_EQ(text_of({FunderKind::Merchant, "coffee"}), "merchant:coffee");
  EXPECT_EQ(text_of({FunderKind::Brand, "milk"}), "brand:milk");
}

}  // namespace
}  // namespace tally::test
