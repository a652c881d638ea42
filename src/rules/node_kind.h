// The kinds of nodes of a checked expression, and the numbers of names and fields in them.
#pragma once

#include <cstdint>

namespace tally::rules {

/// A node's parts stand in the order of their mention; `value` means what its line says.
/// A number keeps its meaning for ever. FORMAT: stored; docs/formats.md.
enum class NodeKind : std::uint8_t {
  Bool = 1,          ///< 0 or 1
  Int = 2,           ///< the number
  Text = 3,          ///< place among the texts (ExpressionNode::kText)
  List = 4,          ///< its elements; value 1: of texts, 0: of numbers
  Name = 5,          ///< a NameNumber
  Variable = 6,      ///< distance: 0 is the innermost
  Field = 7,         ///< a FieldNumber; of Name
  LineField = 8,     ///< a FieldNumber; of a line
  Counter = 9,       ///< place of the counter; of Name
  CounterFull = 10,  ///< likewise; of Stamps, whether the card is full
  Parameter = 11,    ///< place of the parameter; of Name
  Has = 12,          ///< a FieldNumber; of Name
  HasCounter = 13,   ///< place of the counter; of Name
  Not = 14,
  Negate = 15,
  And = 16,  ///< a chain of 2 or more
  Or = 17,
  Conditional = 18,
  Add = 19,
  Subtract = 20,
  Multiply = 21,
  Equal = 22,  ///< six comparisons of numbers, false as 0 and true as 1
  NotEqual = 23,
  Less = 24,
  LessEqual = 25,
  Greater = 26,
  GreaterEqual = 27,
  EqualText = 28,
  NotEqualText = 29,
  LessText = 30,
  LessEqualText = 31,
  GreaterText = 32,
  GreaterEqualText = 33,
  EqualList = 34,
  NotEqualList = 35,
  In = 36,
  InText = 37,
  Index = 38,  ///< a list, then the index
  Muldiv = 39,
  MuldivUp = 40,
  MuldivHalf = 41,
  MuldivEven = 42,
  Least = 43,
  Greatest = 44,
  Clamp = 45,
  Hour = 46,
  Dow = 47,
  Dom = 48,
  Month = 49,
  DaysBetween = 50,
  SizeText = 51,
  SizeList = 52,
  StartsWith = 53,
  Exists = 54,  ///< the list, then the predicate under one more variable; so the next two
  All = 55,
  ExistsOne = 56,
  Sum = 57,  ///< the list, the predicate, the value
  Max = 58,
  Bind = 59,  ///< what is bound, then the body under one more variable; value: a BoundAs
};

enum class NameNumber : std::uint8_t { Tx = 1, Lines = 2, M = 3, Base = 4, C = 5, P = 6 };

enum class BoundAs : std::uint8_t { Number = 1, Text = 2, List = 3, Line = 4 };

enum class FieldNumber : std::uint8_t {
  TxEventTime = 1,
  TxMerchant = 2,
  TxChannel = 3,
  TxStore = 4,
  TxCurrency = 5,
  TxTotal = 6,
  TxEligible = 7,
  TxPointsValue = 8,
  TxPayMethods = 9,
  TxRef = 10,
  LineSku = 20,
  LineBrand = 21,
  LineCats = 22,
  LineQty = 23,
  LineNet = 24,
  LineTax = 25,
  MTier = 40,
  MTqp = 41,
  MEnrolledAt = 42,
  MLastActivityAt = 43,
  MPurchasesTotal = 44,
  MActivationsTotal = 45,
  MSegs = 46,
  MPasses = 47,
  MReferrer = 48,
  MTierBefore = 49,
  BasePoints = 60,
};

}  // namespace tally::rules
