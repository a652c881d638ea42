// A rule of check_form: what breaks it, and what the message says.
#pragma once

#include <gmock/gmock.h>

#include <functional>
#include <ostream>
#include <string>

#include "support/builders.h"

namespace tally::test {

struct Rule {
  std::string name;
  Transaction transaction;
  std::string message;
};

inline void PrintTo(const Rule& rule, std::ostream* out) {
  *out << rule.name;
}

inline std::string name_of_test(const testing::TestParamInfo<Rule>& info) {
  return info.param.name;
}

inline void expect_refused(const Rule& rule) {
  const Result<void> result = check_form(rule.transaction);

  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, ErrorCode::Malformed);
  EXPECT_EQ(result.error().message, rule.message);
}

inline Transaction changed(Transaction transaction,
                           const std::function<void(Transaction&)>& change) {
  change(transaction);
  return transaction;
}

/// After `change` of the fields of its kind.
template <typename Fields>
Transaction with(Transaction transaction, const std::function<void(Fields&)>& change) {
  change(std::get<Fields>(transaction.action));
  return transaction;
}

}  // namespace tally::test
