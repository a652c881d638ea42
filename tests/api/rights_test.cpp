// The table of roles and methods, held against the services' own descriptors.
#include <tally/api/rights.h>

#include "tally/v1/ledger.pb.h"
#include "tally/v1/services.pb.h"
#include "tally/v1/transaction.pb.h"

#include <google/protobuf/descriptor.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

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

struct Row {
  std::string name;
  std::string who;  ///< of t, o, m, a: terminal, operator, member, auditor
};

/// design/security.md §5, by service.
const std::vector<Row> kTable = {
    {"Points.Earn", "to"},
    {"Points.Redeem", "to"},
    {"Points.Transfer", "tom"},
    {"Points.Attest", "to"},
    {"Points.Activate", "to"},
    {"Points.Hold", "to"},
    {"Points.Capture", "to"},
    {"Points.Void", "to"},
    {"Points.Reverse", "to"},
    {"Points.Pool", "m"},
    {"Members.Enrol", "tom"},
    {"Members.RegisterKey", "tom"},
    {"Members.RevokeKey", "om"},
    {"Members.LinkToken", "tom"},
    {"Members.BlockToken", "tom"},
    {"Members.Claim", "tom"},
    {"Members.Merge", "om"},
    {"Members.Unmerge", "om"},
    {"Members.Recover", "om"},
    {"Members.Close", "om"},
    {"Operator.PublishProgramme", "o"},
    {"Operator.PublishCampaign", "o"},
    {"Operator.PublishSegment", "o"},
    {"Operator.Freeze", "o"},
    {"Operator.Unfreeze", "o"},
    {"Operator.Adjust", "o"},
    {"Operator.AdjustBulk", "o"},
    {"Operator.OpenLots", "o"},
    {"Operator.Extend", "o"},
    {"Operator.Reinstate", "o"},
    {"Operator.AdvanceClock", "o"},
    {"Exchange.PublishQuote", "o"},
    {"Exchange.PublishRate", "o"},
    {"Exchange.ExchangePoints", "tom"},
    {"Settlement.CloseCycle", "o"},
    {"Settlement.ConfirmPayment", "o"},
    {"Settlement.DisputePayment", "o"},
    {"Consortium.ProposeChange", "o"},
    {"Consortium.ApproveChange", "o"},
    {"Ledger.SubmitBatch", "tom"},
    {"Ledger.SubmitSigned", "tom"},
    {"Ledger.Simulate", "tom"},
    {"Ledger.GetReceipt", "toma"},
    {"Ledger.GetReceipts", "toma"},
    {"Ledger.Explain", "toma"},
    {"Ledger.GetBalance", "toma"},
    {"Ledger.GetLots", "toma"},
    {"Ledger.GetHistory", "toma"},
    {"Ledger.GetBlock", "toma"},
    {"Ledger.GetProof", "toma"},
    {"Ledger.GetStatus", "toma"},
};

TEST(Rights, AreThoseOfTheTableForEachMethodAndRole) {
  ASSERT_EQ(method_rules().size(), kTable.size());
  for (const Row& row : kTable) {
    const auto rule =
        std::find_if(method_rules().begin(), method_rules().end(),
                     [&](const MethodRule& one) { return one.name == "tally.v1." + row.name; });
    ASSERT_NE(rule, method_rules().end()) << row.name;
    for (const auto& [role, letter] :
         {std::pair{Role::Terminal, 't'}, std::pair{Role::Operator, 'o'},
          std::pair{Role::Member, 'm'}, std::pair{Role::Auditor, 'a'}})
      EXPECT_EQ(may_call(rule->method, role), row.who.find(letter) != std::string::npos)
          << row.name << " " << name_of(role);
  }
}

TEST(Rights, KnowTheMethodOfEachKindOfTransaction) {
  const auto* kinds = v1::Transaction::descriptor()->FindOneofByName("action");
  for (int i = 0; i < kinds->field_count(); ++i) {
    const auto kind = static_cast<ActionKind>(kinds->field(i)->number());

    ASSERT_TRUE(is_known(kind)) << kinds->field(i)->name();
    EXPECT_EQ(name_of(kind), kinds->field(i)->name());
    const std::string name(rule_of(method_of(kind)).name);
    EXPECT_EQ(name.substr(name.rfind('.') + 1), kinds->field(i)->message_type()->name());
  }
  EXPECT_EQ(static_cast<std::size_t>(kinds->field_count()), std::variant_size_v<Action>);
}

TEST(Rights, LetKeysWithoutARecordSubmitWhatIsSignedAndAskForIt) {
  std::set<Method> open;
  for (const MethodRule& rule : method_rules())
    if (may_call(rule.method, std::nullopt)) open.insert(rule.method);

  EXPECT_EQ(open, (std::set{Method::SubmitSigned, Method::GetReceipt, Method::GetReceipts,
                            Method::GetStatus}));
}

}  // namespace
}  // namespace tally::api
