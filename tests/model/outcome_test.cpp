// The names of outcomes, kinds and roles, and which outcomes take a request id.
#include <tally/model/action.h>
#include <tally/model/keys.h>
#include <tally/model/outcome.h>

#include <gmock/gmock.h>

#include <map>
#include <set>
#include <string>

namespace tally {
namespace {

std::vector<Outcome> all_outcomes() {
  std::vector<Outcome> outcomes;
  for (std::uint32_t number = 0; number <= 0xffff; ++number)
    if (const auto outcome = outcome_from(static_cast<std::uint16_t>(number)))
      outcomes.push_back(*outcome);
  return outcomes;
}

TEST(Outcome, HasAnUpperCaseNameOfItsOwn) {
  std::set<std::string_view> names;

  for (const Outcome outcome : all_outcomes()) {
    EXPECT_THAT(std::string(name_of(outcome)), testing::MatchesRegex("[A-Z_]+"));
    EXPECT_TRUE(names.insert(name_of(outcome)).second) << name_of(outcome);
  }
  EXPECT_EQ(names.size(), 106U);
  EXPECT_EQ(name_of(Outcome::InsufficientAvailable), "INSUFFICIENT_AVAILABLE");
}

// Which mistake a rule has is for who publishes it; a cashier need not know.
TEST(Outcome, HasASentenceOfItsOwnWhichTheReasonsOfRulesShare) {
  std::map<std::string_view, Outcome> sentences;

  for (const Outcome outcome : all_outcomes()) {
    const auto [first, is_new] = sentences.try_emplace(sentence_of(outcome), outcome);
    const bool is_shared = outcome >= Outcome::NoDouble && first->second >= Outcome::NoDouble;
    EXPECT_TRUE(is_new || is_shared) << name_of(outcome) << " and " << name_of(first->second);
    EXPECT_THAT(std::string(sentence_of(outcome)), testing::MatchesRegex("[A-Z][^_]+\\."));
  }
  EXPECT_EQ(sentences.size(), 76U);
}

TEST(Outcome, ComesBackFromItsNumberAndFromNoOther) {
  EXPECT_EQ(outcome_from(50), Outcome::InsufficientAvailable);
  EXPECT_EQ(outcome_from(15), Outcome::ChangeInProgress);
  EXPECT_EQ(outcome_from(99), Outcome::NotDue);
  EXPECT_EQ(outcome_from(131), Outcome::WindowTooLong);
  for (const std::uint16_t number :
       std::initializer_list<std::uint16_t>{5, 16, 29, 39, 65, 81, 100, 132})
    EXPECT_EQ(outcome_from(number), std::nullopt) << number;
  EXPECT_EQ(outcome_from(0xffff), std::nullopt);
}

TEST(Outcome, TakesTheRequestIdUnlessTheRequestIsStaleOrKnownOrTheBlockIsFull) {
  for (const Outcome outcome : all_outcomes())
    EXPECT_EQ(takes_request_id(outcome),
              outcome != Outcome::Replayed && outcome != Outcome::IdempotencyConflict &&
                  outcome != Outcome::StaleRequest && outcome != Outcome::BlockFull)
        << name_of(outcome);
}

TEST(ActionKind, HasANameAndANumber) {
  EXPECT_EQ(name_of(ActionKind::PublishProgramme), "publish_programme");
  EXPECT_EQ(name_of(kind_of(Transfer{})), "transfer");
  EXPECT_TRUE(is_known(ActionKind::Due));
  EXPECT_FALSE(is_known(static_cast<ActionKind>(1)));
  EXPECT_EQ(name_of(ActionKind::Due), "due");
  EXPECT_EQ(name_of(kind_of(AdjustBulk{})), "adjust_bulk");
}

TEST(ActionKind, HasAnOrderOnlyWhereThereIsABasket) {
  EXPECT_TRUE(may_have_order(ActionKind::Earn));
  EXPECT_TRUE(may_have_order(ActionKind::Redeem));
  EXPECT_TRUE(may_have_order(ActionKind::Hold));
  for (const ActionKind kind :
       {ActionKind::Due, ActionKind::Enrol, ActionKind::RegisterKey, ActionKind::PublishSegment,
        ActionKind::AdvanceClock, ActionKind::Transfer, ActionKind::Attest, ActionKind::Activate,
        ActionKind::Capture, ActionKind::Void, ActionKind::Reverse, ActionKind::Adjust,
        ActionKind::PublishProgramme, ActionKind::PublishCampaign, ActionKind::ExchangePoints})
    EXPECT_FALSE(may_have_order(kind)) << name_of(kind);
}

TEST(Role, HasAName) {
  EXPECT_EQ(name_of(Role::Terminal), "terminal");
  EXPECT_EQ(name_of(Role::Node), "node");
  EXPECT_FALSE(is_known(static_cast<Role>(0)));
  EXPECT_FALSE(is_known(static_cast<Purpose>(3)));
}

}  // namespace
}  // namespace tally
