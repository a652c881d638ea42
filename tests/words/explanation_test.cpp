// Explanations read as sentences, in English and in any other language.
#include <tally/words/explanation.h>

#include "support/explained.h"

#include <gtest/gtest.h>
#include <set>

namespace tally::words {
namespace {

using namespace tally::test;
using rules::Condition;
using rules::ExplainedRule;
using rules::Explanation;

const Timestamp kTuesday = utc(date(2026, 3, 3), {15, 30});  // 16:30 local
const Style kEnglish{english(), 2};

Campaign titled(Campaign campaign, std::string title) {
  campaign.title = std::move(title);
  return campaign;
}

std::string line(const Explanation& explanation, std::string_view source) {
  return line_of(rule_of(explanation, source), explanation, kEnglish);
}

TEST(Words, TellTheArithmeticOfTheBase) {
  Programme programme = bpts();
  programme.earn.excluded_cats = {"gift-card"};
  ExplainingShop shop(programme);
  MemberBefore of;
  const Earn purchase = basket({a_line(7'000, {}, 2'000), a_line(3'000, {"gift-card"})}, kTuesday);

  EXPECT_EQ(lines_of(shop.serve(of, purchase, money(1'000)), kEnglish),
            (std::vector<std::string>{
                "60 points in all.",
                "Base: 60 points: 1 for each full 1.00 of 60.00 (total 120.00 less tax 20.00, "
                "goods that do not count 30.00, paid with points 10.00).",
                "They can be used until Wednesday 2027-03-31."}));
}

TEST(Words, SayWhatALimitLeaves) {
  Programme programme = bpts();
  Campaign happy = titled(a_campaign("happy", "base.points"), "Happy hour");
  happy.cap_points = {{Period::Day, 100}};
  programme.campaigns = {happy};
  ExplainingShop shop(programme);
  MemberBefore of;

  EXPECT_EQ(line(shop.serve(of, spend(4'000, kTuesday)), "happy"),
            "Happy hour: 40 points: as many as the base points.");
  EXPECT_EQ(line(shop.serve(of, spend(10'000, kTuesday)), "happy"),
            "Happy hour gave 60 of 100: the member's limit for the day leaves 60.");
  EXPECT_EQ(line(shop.serve(of, spend(10'000, kTuesday)), "happy"),
            "Happy hour gave nothing of 100 points: the member's limit for the day leaves 0.");
}

TEST(Words, SayWhichConditionDoesNotHold) {
  Programme programme = bpts();
  Campaign weekend = a_campaign("weekend", "5", "dow(tx.event_time) >= 6");
  weekend.channels = {"web", "app"};
  programme.campaigns = {
      titled(a_campaign("first", "200", "m.purchases_total\n  == 0"), "First purchase"), weekend};
  ExplainingShop shop(programme);
  MemberBefore of;
  of.standing.purchases = 2;

  const Explanation explained = shop.serve(of, spend(1'000, kTuesday));

  EXPECT_EQ(line(explained, "first"),
            "First purchase gave nothing: its condition does not hold: m.purchases_total == 0; "
            "m.purchases_total = 2.");
  EXPECT_EQ(line(explained, "weekend"),
            "weekend gave nothing: only by the channels web, app; this was by \"\"; its condition "
            "does not hold: dow(tx.event_time) >= 6; tx.event_time = Tuesday 2026-03-03 16:30.");
}

TEST(Words, ShowASourceOnOneLineWithoutItsComments) {
  Programme programme = bpts();
  programme.campaigns = {a_campaign("notes", "5",
                                    "// only by hand\n  tx.ref == 'http://a \\' // b' // till\n"
                                    "\t&&  tx.total > 0  // end")};
  ExplainingShop shop(programme);
  MemberBefore of;

  EXPECT_EQ(line(shop.serve(of, spend(1'000, kTuesday)), "notes"),
            "notes gave nothing: its condition does not hold: tx.ref == 'http://a \\' // b' && "
            "tx.total > 0; tx.ref = \"\", tx.total = 1000.");
}

TEST(Words, SayWhoPaysAndWhatIsUsedUp) {
  Programme programme = bpts();
  Campaign campaign = funded_by(a_campaign("milk", "muldiv(tx.eligible, 3, 100)"),
                                {share_of(FunderKind::Brand, "milk", 1, 2), {{}, 1, 2}});
  campaign.budget = Budget{points(21), false};
  campaign.expires = ExpiryRule{};
  programme.campaigns = {campaign};
  ExplainingShop shop(programme);
  MemberBefore of;

  const Explanation explained = shop.serve(of, spend(1'000, kTuesday));

  EXPECT_EQ(line(explained, "milk"),
            "milk gave 21 of 30: its budget leaves 21. That used its budget up. Paid for by the "
            "brand milk (11 points), the issuer (10 points). They do not expire.");
  EXPECT_EQ(lines_of(explained, kEnglish).front(), "31 points in all.");
}

TEST(Words, TellANewTier) {
  ExplainingShop shop(bpts());
  MemberBefore of;

  const auto lines = lines_of(shop.serve(of, spend(100'000, kTuesday)), kEnglish);

  ASSERT_EQ(lines.size(), 4U);
  EXPECT_EQ(lines[2], "The member goes from BASE to SILVER.");
}

TEST(Words, TellARefusal) {
  Explanation refused;
  refused.outcome = Outcome::UnknownMember;
  EXPECT_EQ(lines_of(refused, kEnglish),
            std::vector{"Nothing was given: " + std::string(sentence_of(Outcome::UnknownMember))});
}

/// Every reason, trigger, condition, error, kind of limit and period, without regard to sense.
std::vector<ExplainedRule> rules_of_every_kind() {
  std::vector<ExplainedRule> all;
  ExplainedRule plain;
  plain.result.source = "it";
  plain.agrees = true;
  Campaign& campaign = plain.campaign.emplace();
  campaign.starts = local(date(2026, 3, 4));
  campaign.group = "offer";
  plain.when.emplace().source = "tx.store == \"a\"";
  plain.award.source = "0";
  const auto add = [&](auto change) { change(all.emplace_back(plain)); };
  for (int reason = 0; reason <= static_cast<int>(RuleReason::RateNotAvailable); ++reason)
    add([&](ExplainedRule& rule) { rule.result.reason = static_cast<RuleReason>(reason); });
  for (int trigger = 1; trigger <= 5; ++trigger)
    add([&](ExplainedRule& rule) {
      rule.result.trigger = static_cast<Trigger>(trigger);
      rule.result.to_referrer = true;
    });
  for (int condition = 1; condition <= static_cast<int>(Condition::When); ++condition)
    add([&](ExplainedRule& rule) {
      rule.result.reason = RuleReason::NotMatched;
      rule.failed = {static_cast<Condition>(condition)};
    });
  for (const auto error :
       {rules::RunError::Overflow, rules::RunError::Index, rules::RunError::Muldiv})
    add([&](ExplainedRule& rule) {
      rule.result.reason = RuleReason::RuleError;
      rule.award.error = error;
    });
  for (const std::uint64_t limit : {1U, 2U})
    for (int period = 1; period <= static_cast<int>(Period::Ever); ++period)
      add([&](ExplainedRule& rule) {
        rule.result.reason = RuleReason::MemberCap;
        rule.binding = {{{static_cast<Period>(period), limit}, true}};
      });
  return all;
}

TEST(Words, HaveASentenceForEverything) {
  Explanation explanation;
  explanation.event_time = local(date(2026, 3, 3));
  std::set<std::string> lines;

  for (const ExplainedRule& rule : rules_of_every_kind())
    lines.insert(line_of(rule, explanation, kEnglish));

  EXPECT_TRUE(lines.contains("it gave nothing: who pays for it has reached its cap."));
  EXPECT_TRUE(lines.contains("it gave nothing: it starts on Wednesday 2026-03-04 00:00."));
  EXPECT_TRUE(
      lines.contains("it gave nothing: it is given once in all, and the member has had it."));
  EXPECT_TRUE(lines.contains("it gave nothing: its rule computed an award below 0."));
  for (const std::string& line : lines) {
    EXPECT_EQ(line.find_first_of("{}"), std::string::npos) << line;
    EXPECT_TRUE(line.ends_with(".")) << line;
  }
}

TEST(Words, SpeakAnotherLanguageByAnotherTableAlone) {
  std::vector<std::string> texts;
  for (const SentenceInfo& info : sentence_infos()) {
    std::string& text = texts.emplace_back("<" + std::string(info.name));
    for (const std::string_view name : info.placeholders)
      if (!name.empty()) text += " {" + std::string(name) + "}";
    text += ">";
  }
  std::vector<Entry> entries;
  for (const SentenceInfo& info : sentence_infos())
    entries.push_back({info.sentence, texts[entries.size()]});
  entries[static_cast<std::size_t>(Sentence::GaveNothing)].text = "{rule}: nichts, denn {why}";
  entries[static_cast<std::size_t>(Sentence::WhenFailsFor)].text = "{facts} erfüllt nicht {source}";
  entries[static_cast<std::size_t>(Sentence::FactIs)].text = "{name} ist {value}";
  const Catalogue catalogue = Catalogue::from(entries).value();
  Programme programme = bpts();
  programme.campaigns = {a_campaign("later", "1", "m.tier == 2")};
  ExplainingShop shop(programme);
  MemberBefore of;

  const auto lines = lines_of(shop.serve(of, spend(1'000, kTuesday)), Style{catalogue, 2});

  EXPECT_EQ(lines, (std::vector<std::string>{
                       "<total <many_points 10>>",
                       "<gave <base> <many_points 10> <each_full 1.00 <amount 10.00>>>",
                       "later: nichts, denn m.tier ist 0 erfüllt nicht m.tier == 2",
                       "<good_until <day <wednesday> 2027-03-31>>"}));
}

}  // namespace
}  // namespace tally::words
