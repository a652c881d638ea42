// What whoever approves a change reads.
#include "app/change_text.h"

#include <tally/base/bytes.h>
#include <tally/state/consortium.h>

#include "support/builders.h"
#include "support/memory_view.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

namespace tally::app {
namespace {

using namespace tally::test;
using testing::HasSubstr;

Consortium a_consortium() {
  Consortium consortium;
  consortium.merchants = {{kCafe, "cafe"}, {kBakery, "bakery"}};
  consortium.places = {{currency("EUR"), 2}};
  return consortium;
}

std::string words(const Change& change) {
  return words_of(change, a_consortium());
}

TEST(ChangeText, SaysEachKindInWords) {
  const Currency euro = currency("EUR");

  EXPECT_EQ(words(SetCap{kCafe, euro, money(8'000'000)}), "cap of cafe in EUR: 80000.00");
  EXPECT_EQ(words(SetCap{kCafe, euro, std::nullopt}),
            "cap of cafe in EUR: as much as its collateral");
  EXPECT_EQ(words(SetCollateral{kBakery, euro, money(5)}), "collateral of bakery in EUR: 0.05");
  EXPECT_EQ(words(ResumeIssuer{kCafe}), "cafe is suspended no more");
  EXPECT_EQ(words(EndIssuer{kCafe, Duration(90 * kDay.milliseconds())}),
            "programme of cafe ends, with a notice of 90d");
  EXPECT_EQ(words(DecidePayment{2'817, euro, kCafe, kBakery, true}),
            "payment of cycle 2817 in EUR, cafe to bakery: was made");
  EXPECT_EQ(words(DecidePayment{2'817, euro, kCafe, kBakery, false}),
            "payment of cycle 2817 in EUR, cafe to bakery: was not made");
}

/// A ledger on which nothing is quoted and nobody owes anything.
TEST(ChangeText, KnowsThePlacesOfACurrencyThatOnlyTheProposalNames) {
  MemoryView view;
  state::StateDelta delta(view);
  ASSERT_TRUE(state::write_genesis(a_genesis(2).genesis.content, delta).ok());
  const ProposeChange proposal{Height(), SetCollateral{kCafe, currency("EUR"), money(100'000)}};
  ASSERT_TRUE(
      state::put_change(delta, kCafe, {proposal, kStart, {kCafe, kBakery}, Height(9)}).ok());
  view.commit(delta, Height(1));
  auto consortium = read_consortium(view);
  ASSERT_TRUE(consortium.ok());

  const auto changes = read_changes(view, *consortium);

  ASSERT_TRUE(changes.ok());
  ASSERT_EQ(changes->size(), 1U);
  const std::string text = text_of(changes->front(), *consortium);
  EXPECT_THAT(text, HasSubstr("collateral of merchant-1 in EUR: 1000.00"));
  EXPECT_THAT(text, HasSubstr("voices       merchant-1, merchant-2"));
  EXPECT_THAT(text, HasSubstr("decided      height 9"));
  EXPECT_THAT(text, HasSubstr(to_hex(proposal_digest(proposal).view())));
  EXPECT_EQ(json_of(changes->front(), *consortium).at("active_from"), 9);
}

}  // namespace
}  // namespace tally::app
