// The expressions of the design's sixteen campaigns (design/rule-language.md §9).
#pragma once

#include <tally/rules/expression.h>

#include <array>
#include <string_view>

namespace tally::test {

struct RuleExample {
  rules::Site site;
  std::string_view source;
};

/// All that a purchase asks: the base, the counter's `when`, and the campaigns of PURCHASE. The
/// names are RuleWorld's; `p.days` stands for each parameter.
inline constexpr std::array<RuleExample, 24> kPurchaseExamples = {{
    {rules::Site::Base, "muldiv(tx.eligible, 1, 100)"},
    {rules::Site::Base, R"(lines.exists(l, "coffee" in l.cats))"},
    {rules::Site::Purchase, R"(lines.exists(l, "dairy" in l.cats))"},
    {rules::Site::Purchase, R"(muldiv(lines.sum(l, "dairy" in l.cats, l.net), 2, 100))"},
    {rules::Site::Purchase,
     "\ndow(tx.event_time) == 2\n  && hour(tx.event_time) >= 16 && hour(tx.event_time) < 18\n"},
    {rules::Site::Purchase, "base.points"},
    {rules::Site::Purchase, "m.purchases_total == 0 && tx.eligible >= 2500"},
    {rules::Site::Purchase, "200"},
    {rules::Site::Purchase, "m.tier == 2 ? muldiv(base.points, 1, 2) : muldiv(base.points, 1, 4)"},
    {rules::Site::Purchase, "c.week_streak == 4"},
    {rules::Site::Purchase, "400"},
    {rules::Site::Purchase, "c.coffee_card_full"},
    {rules::Site::Purchase, "100"},
    {rules::Site::Purchase, "tx.eligible >= 10000 ? 750 : tx.eligible >= 5000 ? 250 : 0"},
    {rules::Site::Purchase,
     "has(m.last_activity_at) && days_between(m.last_activity_at, tx.event_time) >= p.days"},
    {rules::Site::Purchase, "p.days"},
    {rules::Site::Purchase, "c.visits_30d >= 8"},
    {rules::Site::Purchase, "muldiv(base.points, 1, 2)"},
    {rules::Site::Purchase,
     "has(c.days_since_air) && c.days_since_air <= 7 && tx.eligible >= 4000"},
    {rules::Site::Purchase, "300"},
    {rules::Site::Purchase, R"("founders-2026" in m.passes)"},
    {rules::Site::Purchase, "muldiv(base.points, 1, 10)"},
    {rules::Site::Purchase, R"(
dow(tx.event_time) >= 6 && !("staff" in m.segs)
  && lines.exists(l, l.brand == "own" && l.qty >= 2)
)"},
    {rules::Site::Purchase, R"(muldiv(lines.sum(l, l.brand == "own", l.net), 1, 50))"},
}};

/// Those of the other triggers.
inline constexpr std::array<RuleExample, 5> kOtherExamples = {{
    {rules::Site::Enrol, "500"},
    {rules::Site::Activated, "m.activations_total == 0 && tx.eligible >= 2500 && has(m.referrer)"},
    {rules::Site::Activated, "300"},
    {rules::Site::Attested, R"(tx.ref.startsWith("share:") && tx.channel == "social")"},
    {rules::Site::Attested, "50"},
}};

}  // namespace tally::test
