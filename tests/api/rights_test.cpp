// The table of roles and methods, held against the services' own descriptors.
#include <tally/api/rights.h>

#include "tally/v1/ledger.pb.h"
#include "tally/v1/services.pb.h"

#include <google/protobuf/descriptor.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

namespace tally::api {
namespace {

std::set<std::string> methods_of_descriptors() {
  std::set<std::string> names;
  for (const auto* file :
       {v1::GetStatusRequest::descriptor()->file(), v1::Answer::descriptor()->file()})
    for (int s = 0; s < file->service_count(); ++s)
      for (int m = 0; m < file->service(s)->method_count(); ++m)
        names.insert(file->service(s)->method(m)->full_name());
  return names;
}

TEST(Rights, HaveOneRowForEachMethodThatIsServed) {
  std::set<std::string> rows;
  for (const MethodRule& rule : method_rules())
    EXPECT_TRUE(rows.insert(std::string(rule.name)).second) << rule.name;

  EXPECT_EQ(rows, methods_of_descriptors());
}

TEST(Rights, LetNoNodeCallAnything) {
  for (const MethodRule& rule : method_rules())
    EXPECT_FALSE(may_call(rule.method, Role::Node)) << rule.name;
}

TEST(Rights, LetAuditorsWriteNothing) {
  for (const Method method :
       {Method::Earn, Method::Redeem, Method::Transfer, Method::Enrol, Method::RegisterKey,
        Method::PublishProgramme, Method::AdvanceClock, Method::SubmitBatch, Method::SubmitSigned})
    EXPECT_FALSE(may_call(method, Role::Auditor)) << rule_of(method).name;
}

TEST(Rights, LetKeysWithoutARecordSubmitWhatIsSignedAndAskForIt) {
  std::set<Method> open;
  for (const MethodRule& rule : method_rules())
    if (may_call(rule.method, std::nullopt)) open.insert(rule.method);

  EXPECT_EQ(open, (std::set{Method::SubmitSigned, Method::GetReceipt, Method::GetReceipts,
                            Method::GetStatus}));
}

TEST(Rights, KeepOperatorsMethodsFromEverybodyElse) {
  for (const Method method : {Method::PublishProgramme, Method::AdvanceClock})
    for (const Role role : {Role::Terminal, Role::Member, Role::Auditor, Role::Node})
      EXPECT_FALSE(may_call(method, role)) << rule_of(method).name;
}

}  // namespace
}  // namespace tally::api
