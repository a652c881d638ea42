// The official cases of CEL (design/rule-language.md §12): what is accepted gives CEL's answer, all
// else is refused with a reason and a place. None is skipped by name.
#include <tally/rules/expression.h>

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "support/places.h"

namespace tally::rules {
namespace {

using nlohmann::json;

const std::string kCases = test::shared_data() + "/cel-conformance/cel_tests.jsonl";

struct Counts {
  int accepted = 0;
  int refused = 0;
  friend bool operator==(const Counts&, const Counts&) = default;
};

/// A value of a type of the subset, as a literal; none: it is of another type.
std::optional<std::string> literal_of(const json& value) {
  if (value.contains("bool_value")) return value["bool_value"].get<bool>() ? "true" : "false";
  if (value.contains("int64_value")) return value["int64_value"].get<std::string>();
  if (value.contains("string_value")) {
    std::string text = "\"";
    for (const char c : value["string_value"].get<std::string>()) {
      if (c == '"' || c == '\\') text += '\\';
      if (c == '\n')
        text += "\\n";
      else if (c == '\r')
        text += "\\r";
      else
        text += c;
    }
    return text + "\"";
  }
  if (!value.contains("list_value")) return std::nullopt;
  std::string list = "[";
  for (const json& item : value["list_value"].value("values", json::array())) {
    const std::optional<std::string> element = literal_of(item);
    if (!element) return std::nullopt;
    list += (list.size() > 1 ? ", " : "") + *element;
  }
  return list + "]";
}

bool is_identifier(const std::string& name) {
  if (name == "true" || name == "false" || name == "null" || name.empty()) return false;
  return name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") == std::string::npos;
}

/// The case's variables with their values around its expression: how a rule declares them.
std::string with_bindings(const json& test) {
  std::string source = test["expr"];
  for (const json& binding : test.value("bindings", json::array())) {
    const std::string name = binding["key"];
    const std::optional<std::string> value =
        binding["value"].contains("value") ? literal_of(binding["value"]["value"]) : std::nullopt;
    if (value && is_identifier(name))
      source = "cel.bind(" + name + ", " + *value + ", " + source + ")";
  }
  return source;
}

Scope official_scope() {
  Scope scope;
  scope.source_limits.text_bytes = std::numeric_limits<std::size_t>::max();
  scope.source_limits.control_characters = true;
  return scope;
}

struct Compiled {
  std::optional<Expression> tree;
  bool is_list = false;
  Mistakes mistakes;
};

/// In whichever type of the subset it has; a list counts as its comparison with `value`.
Compiled compile(const std::string& source, const json& value) {
  Compiled result;
  if (auto tree = compile_expression(source, official_scope())) {
    result.tree = *std::move(tree);
    return result;
  } else {
    result.mistakes = tree.error();
  }
  if (!compile_expression("size(" + source + ")", official_scope(), ValueType::Int)) return result;
  const std::string comparison = "(" + source + ") == " + literal_of(value).value_or("[]");
  if (auto tree = compile_expression(comparison, official_scope(), ValueType::Bool)) {
    result.tree = *std::move(tree);
    result.is_list = true;
  }
  return result;
}

void expect_official(const Compiled& compiled, const json& test) {
  const Facts facts;
  const Expression& tree = *compiled.tree;
  std::optional<RunError> error;
  json given;
  if (tree.type == ValueType::Bool) {
    const auto answer = evaluate_bool(tree, facts);
    error = answer.error;
    given = {{"bool_value", answer.value}};
  } else if (tree.type == ValueType::Int) {
    const auto answer = evaluate_int(tree, facts);
    error = answer.error;
    given = {{"int64_value", std::to_string(answer.value)}};
  } else {
    const auto answer = evaluate_string(tree, facts);
    error = answer.error;
    given = {{"string_value", std::string(answer.value)}};
  }
  EXPECT_EQ(error.has_value(), test.contains("eval_error"));
  if (error) return;
  const json truth = {{"bool_value", true}};
  EXPECT_EQ(given, compiled.is_list ? truth : test.value("value", truth));
}

TEST(OfficialCases, GiveCelsAnswerOrAReasonAndAPlace) {
  if (!std::filesystem::exists(kCases)) GTEST_SKIP() << "no " << kCases;
  std::map<std::string, Counts> counts;
  std::ifstream in(kCases);
  for (std::string line; std::getline(in, line);) {
    const json test = json::parse(line);
    const std::string source = with_bindings(test);
    SCOPED_TRACE(test["section"].get<std::string>() + "/" + test["name"].get<std::string>() + ": " +
                 source);

    const Compiled compiled = compile(source, test.value("value", json::object()));

    Counts& of_file = counts[test["file"]];
    if (compiled.tree) {
      ++of_file.accepted;
      ++counts["all"].accepted;
      expect_official(compiled, test);
    } else {
      ++of_file.refused;
      ++counts["all"].refused;
      ASSERT_FALSE(compiled.mistakes.empty());
      EXPECT_GE(compiled.mistakes.front().line, 1U);
      EXPECT_GE(compiled.mistakes.front().column, 1U);
    }
  }

  const std::map<std::string, Counts> expected = {
      {"basic", {18, 15}},        {"bindings_ext", {5, 1}}, {"comparisons", {59, 246}},
      {"conversions", {0, 82}},   {"fields", {0, 45}},      {"fp_math", {0, 23}},
      {"integer_math", {25, 23}}, {"logic", {9, 14}},       {"macros", {8, 25}},
      {"macros2", {0, 35}},       {"parse", {66, 99}},      {"plumbing", {2, 2}},
      {"string", {9, 30}},        {"timestamps", {0, 59}},  {"lists", {8, 22}},
      {"all", {209, 721}}};
  for (const auto& [file, count] : counts) {
    std::cout << file << ": " << count.accepted << " in the subset, " << count.refused
              << " refused\n";
    EXPECT_EQ(count, expected.at(file)) << file;
  }
}

}  // namespace
}  // namespace tally::rules
