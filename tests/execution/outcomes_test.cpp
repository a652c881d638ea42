// Every outcome there is, from the list of them: what provokes it. A new one fails here until it
// has a row.
#include <tally/base/limits.h>

#include "execution/outcome_rows.h"

#include <map>
#include <string>
#include <string_view>

namespace tally::execution {
namespace {

using test::a_campaign;
using test::a_publication;

std::vector<Outcome> all_outcomes() {
  std::vector<Outcome> outcomes;
  for (std::uint32_t number = 0; number <= 0xffff; ++number)
    if (const auto outcome = outcome_from(static_cast<std::uint16_t>(number)))
      outcomes.push_back(*outcome);
  return outcomes;
}

OutcomeRows all_rows() {
  OutcomeRows rows;
  for (const OutcomeRows& part :
       {rows_of_requests(), rows_of_names(), rows_of_time_and_numbers(), rows_of_members(),
        rows_of_cards_and_pools(), rows_of_redemptions(), rows_of_holds(), rows_of_returns(),
        rows_of_publications(), rows_of_exchange()})
    rows.insert(rows.end(), part.begin(), part.end());
  return rows;
}

/// What the next version of the café's programme comes to, once `change` has spoilt it.
template <typename Change>
Outcome publish(OutcomeLedger& ledger, Change change) {
  Programme programme = test::a_programme();
  change(programme);
  return ledger.run(a_publication().version(2).programme(programme));
}

std::string repeated(std::string_view piece, std::size_t times) {
  std::string text;
  for (std::size_t i = 0; i < times; ++i)
    text += piece;
  return text;
}

/// A base rule that has the mistake, in a programme that keeps lines.
std::map<Outcome, std::string> mistakes() {
  const std::string costly = "lines.exists(l, l.brand == tx.merchant)";
  return {
      {Outcome::NoDouble, "1.5"},
      {Outcome::NoDivision, "tx.total / 100"},
      {Outcome::NoUint, "7u"},
      {Outcome::NoBytes, "b\"a\""},
      {Outcome::NoMap, "{\"a\": 1}"},
      {Outcome::NoMessage, "T{}"},
      {Outcome::NoNull, "null"},
      {Outcome::NoDyn, "dyn(1)"},
      {Outcome::NoType, "type(1)"},
      {Outcome::NoConversion, "int(\"3\")"},
      {Outcome::NoTimestamp, "timestamp(0)"},
      {Outcome::NoStringFunction, "tx.ref.matches(\"a\") ? 1 : 0"},
      {Outcome::NoConcatenation, "size(\"a\" + \"b\")"},
      {Outcome::NoListBuilding, "size(lines.map(l, l.net))"},
      {Outcome::NoTwoVariableMacro, "[1].exists(i, v, v > 0) ? 1 : 0"},
      {Outcome::NoNestedMacro, "lines.exists(l, l.cats.exists(k, true)) ? 1 : 0"},
      {Outcome::NoNamespace, ".tx.total"},
      {Outcome::NoQuotedField, "tx.`total`"},
      {Outcome::NoOptional, "tx.?total"},
      {Outcome::UnknownName, "m.purchases"},
      {Outcome::Syntax, "1 +"},
      {Outcome::Type, "tx.ref"},
      {Outcome::Unguarded, "m.last_activity_at"},
      {Outcome::ZeroDivisor, "muldiv(tx.total, 1, 0)"},
      {Outcome::EmptyRule, "// nothing"},
      {Outcome::TooLarge, "size(\"" + std::string(limits::kRuleTextBytesMax + 1, 'x') + "\")"},
      {Outcome::TooDeep, "1" + repeated("+1", limits::kRuleDepthMax)},
      {Outcome::TooCostly, costly + repeated("||" + costly, 29) + " ? 1 : 0"},
  };
}

TEST(Outcomes, AreEachProvokedByOneRow) {
  std::map<Outcome, int> rows;
  for (const OutcomeRow& row : all_rows())
    ++rows[row.outcome];
  for (const auto& [outcome, source] : mistakes())
    ++rows[outcome];

  for (const Outcome outcome : all_outcomes())
    EXPECT_EQ(rows[outcome], 1) << "rows of " << name_of(outcome);
}

TEST(Outcomes, AreWhatTheirRowsEndIn) {
  for (const OutcomeRow& row : all_rows()) {
    SCOPED_TRACE(name_of(row.outcome));
    OutcomeLedger ledger;

    EXPECT_EQ(name_of(row.provoke(ledger)), name_of(row.outcome));
  }
}

TEST(Outcomes, OfRulesAreWhatTheirMistakesEndIn) {
  for (const auto& [outcome, source] : mistakes()) {
    OutcomeLedger ledger;

    const Outcome published = publish(ledger, [&](Programme& programme) {
      programme.lines = true;
      programme.earn.base = source;
    });

    EXPECT_EQ(name_of(published), name_of(outcome)) << source;
  }
}

}  // namespace

OutcomeRows rows_of_publications() {
  return {
      {Outcome::VersionNotNext,
       [](OutcomeLedger& ledger) { return ledger.run(a_publication().version(3)); }},
      {Outcome::HeightNotAllowed,
       [](OutcomeLedger& ledger) {
         return ledger.run(a_publication().version(2).active_from(Height(1)));
       }},
      {Outcome::DuplicateCampaign,
       [](OutcomeLedger& ledger) {
         const auto added = test::a_campaign_change().add(a_campaign());
         ledger.done(ledger.run(test::CampaignBuilder(added).version(2)));
         return ledger.run(test::CampaignBuilder(added).version(3));
       }},
      {Outcome::UnknownCampaign,
       [](OutcomeLedger& ledger) {
         const auto ended = test::a_campaign_change().change(CampaignChange::End, "ten");
         return ledger.run(test::CampaignBuilder(ended).version(2));
       }},
      {Outcome::TooManyCampaigns,
       [](OutcomeLedger& ledger) {
         return publish(ledger, [](Programme& programme) {
           for (std::size_t i = 0; i <= limits::kTriggerCampaignsMax; ++i)
             programme.campaigns.push_back(a_campaign("c" + std::to_string(100 + i)));
         });
       }},
      {Outcome::LinesOff,
       [](OutcomeLedger& ledger) {
         return publish(ledger, [](Programme& p) { p.earn.base = "size(lines)"; });
       }},
      {Outcome::BadEnvelope,
       [](OutcomeLedger& ledger) {
         return publish(ledger, [](Programme& p) { p.redeem.step = Points(); });
       }},
      {Outcome::WindowTooLong,
       [](OutcomeLedger& ledger) {
         return publish(
             ledger, [](Programme& p) { p.offline_window = Duration(91 * kDay.milliseconds()); });
       }},
  };
}

}  // namespace tally::execution
