// What the checker knows of a value before there is one.
#include "rules/shape.h"

#include <tally/base/check.h>

#include <algorithm>
#include <array>

namespace tally::rules {

std::string_view name_of(Type type) {
  constexpr std::array<std::string_view, 14> kNames = {
      "unknown", "bool",       "int", "string", "list(bool)", "list(int)", "list(string)",
      "line",    "list(line)", "tx",  "m",      "base",       "c",         "p"};
  return kNames[static_cast<std::size_t>(type)];
}

bool is_scalar(Type type) {
  return type == Type::Bool || type == Type::Int || type == Type::Text;
}

bool is_list(Type type) {
  return type == Type::Bools || type == Type::Ints || type == Type::Texts || type == Type::Lines;
}

Shape element_of(const Shape& list) {
  switch (list.type) {
    case Type::Bools:
      return {Type::Bool, 0, 0};
    case Type::Ints:
      return {Type::Int, 0, 0};
    case Type::Texts:
      return {Type::Text, list.bytes, 0};
    default:
      CHECK(list.type == Type::Lines);
      return {Type::Line, 0, 0};
  }
}

Type list_of(Type element) {
  switch (element) {
    case Type::Bool:
      return Type::Bools;
    case Type::Int:
      return Type::Ints;
    default:
      CHECK(element == Type::Text);
      return Type::Texts;
  }
}

Shape either(const Shape& a, const Shape& b) {
  return {a.type, std::max(a.bytes, b.bytes), std::max(a.length, b.length)};
}

std::uint64_t compare_cost(const Shape& a, const Shape& b) {
  if (a.type != Type::Text) return kNodeCost;
  return kNodeCost + words_of(std::min(a.bytes, b.bytes));
}

}  // namespace tally::rules
