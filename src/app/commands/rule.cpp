// tally rule eval: what an expression of the rule language gives, without a node.
#include <tally/base/limits.h>
#include <tally/config/text.h>

#include "app/commands/commands.h"
#include "app/files.h"
#include "app/rule_faults.h"
#include "app/rule_input.h"

#include <algorithm>
#include <array>
#include <iostream>
#include <nlohmann/json.hpp>
#include <utility>

namespace tally::app {
namespace {

using nlohmann::ordered_json;

constexpr std::size_t kFileBytesMax = 1 << 20;

struct Options {
  std::string expression;
  std::string file;
  std::string facts;
  std::string site = "PURCHASE";
};

constexpr CommandText kGroup = {"rule", "Try expressions of the rule language",
                                "docs/rule-language.md describes the language."};

constexpr CommandText kEval = {
    "eval", "Check, price and evaluate an expression",
    R"(Prints the value of EXPRESSION, its type and its static cost: what it can cost at most,
whatever the facts. With --file, of each line of a file that holds one; a line that is blank or
begins with // is passed over. No node is asked.

Facts come from a JSON file, named as in a rule; what it leaves out is 0, empty or absent:
  {"tx": {"total": 1999, "eligible": 1999, "event_time": 1769963400000},
   "lines": [{"brand": "own", "cats": ["dairy"], "qty": 2, "net": 250}],
   "m": {"tier": 1}, "base": {"points": 19}, "c": {"week_streak": 4}, "p": {"days": 90},
   "offsets": [{"from": 0, "minutes": 60}]}

What is refused is told with its reason, line and column, and what to write instead. An error of the
evaluation, such as OVERFLOW, is an answer.

  tally rule eval 'muldiv(1999, 1, 100)'
  tally rule eval 'lines.sum(l, l.brand == "own", l.net)' --facts basket.json
  tally rule eval --file rules.txt --facts basket.json --on ENROL --json)"};

constexpr std::array<std::pair<std::string_view, rules::Site>, 6> kSites = {{
    {"BASE", rules::Site::Base},
    {"PURCHASE", rules::Site::Purchase},
    {"ACTIVATED", rules::Site::Activated},
    {"ENROL", rules::Site::Enrol},
    {"ATTESTED", rules::Site::Attested},
    {"TIER_UP", rules::Site::TierUp},
}};

struct Source {
  std::string text;
  std::string name;      ///< of the file, or of the argument
  std::size_t line = 0;  ///< where it stands in a file; 0: it is the argument
};

template <typename T>
void print(const rules::Evaluated<T>& given, const char* type, const Expression& tree,
           const Output& out) {
  ordered_json answer;
  if (given.error)
    answer["error"] = rules::name_of(*given.error);
  else
    answer["value"] = given.value;
  answer["type"] = type;
  answer["cost"] = tree.cost;
  answer["measured_cost"] = given.cost;
  if (out.json) {
    std::cout << answer.dump() << "\n";
    return;
  }
  const std::string value =
      given.error ? "error " + std::string(rules::name_of(*given.error)) : answer["value"].dump();
  std::cout << value << "  (" << type << ", cost " << tree.cost << ")\n";
}

Faults evaluate(const Source& source, rules::Site site, const RuleInput& input, const Output& out) {
  const auto tree = rules::compile_expression(source.text, input.scope(site));
  if (!tree) {
    Faults faults;
    for (const rules::Mistake& mistake : tree.error()) {
      const std::size_t line = source.line == 0 ? mistake.line : source.line;
      faults.push_back(fault_from(mistake, source.name + ":" + std::to_string(line) + ":" +
                                               std::to_string(mistake.column)));
    }
    return faults;
  }
  const rules::Facts facts = input.facts();
  switch (tree->type) {
    case ValueType::Bool:
      print(rules::evaluate_bool(*tree, facts), "bool", *tree, out);
      break;
    case ValueType::Int:
      print(rules::evaluate_int(*tree, facts), "int", *tree, out);
      break;
    case ValueType::String:
      print(rules::evaluate_string(*tree, facts), "string", *tree, out);
      break;
  }
  return {};
}

std::vector<Source> lines_of(std::string_view text, const std::string& name) {
  std::vector<Source> lines;
  std::size_t number = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    ++number;
    const std::size_t first = line.find_first_not_of(" \t\r");
    const bool holds_one = first != std::string_view::npos && !line.substr(first).starts_with("//");
    if (holds_one) lines.push_back({std::string(line), config::shown_path(name), number});
  }
  return lines;
}

OrFaults<std::vector<Source>> sources_of(const Options& options) {
  if (options.file.empty() == options.expression.empty())
    return config::fail(Fault{kMissingOption, "an expression and a file, or neither",
                              "EXPRESSION or --file FILE", "", "give one of them"});
  if (options.file.empty()) return std::vector<Source>{{options.expression, "EXPRESSION", 0}};
  const OrFaults<std::string> text = read_file(options.file, kFileBytesMax, kBadInput);
  if (!text) return config::fail(text.error());
  return lines_of(*text, options.file);
}

Faults run(const Options& options, const Output& out) {
  const auto* site = std::find_if(kSites.begin(), kSites.end(),
                                  [&](const auto& entry) { return entry.first == options.site; });
  if (site == kSites.end())
    return {Fault{kBadValue, "\"" + printable(options.site) + "\"",
                  "BASE, PURCHASE, ACTIVATED, ENROL, ATTESTED or TIER_UP", "--on",
                  "name what the rule is asked on"}};
  const OrFaults<std::vector<Source>> sources = sources_of(options);
  if (!sources) return sources.error();
  OrFaults<RuleInput> input = RuleInput();
  if (!options.facts.empty()) {
    const OrFaults<std::string> text = read_file(options.facts, kFileBytesMax, kBadInput);
    if (!text) return text.error();
    input = rule_input_from(*text, options.facts);
    if (!input) return input.error();
  }
  Faults faults;
  for (const Source& source : *sources)
    for (Fault& fault : evaluate(source, site->second, *input, out))
      faults.push_back(std::move(fault));
  return faults;
}

}  // namespace

void add_rule(Frame& frame) {
  CLI::App& group = frame.add_group(kGroup);
  auto options = std::make_shared<Options>();
  CLI::App& command =
      frame.add(group, kEval, [options](const Output& out) { return run(*options, out); });
  command.add_option("EXPRESSION", options->expression, "The expression, in quotes")->type_name("");
  command.add_option("--file", options->file, "A file with one a line");
  command.add_option("--facts", options->facts, "What it is evaluated over, in JSON");
  command
      .add_option("--on", options->site,
                  "What the rule is asked on, which decides the names that it sees: BASE, PURCHASE "
                  "(the default), ACTIVATED, ENROL, ATTESTED or TIER_UP")
      ->type_name("TRIGGER");
}

}  // namespace tally::app
