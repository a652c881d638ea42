// A café's ledger whose programme has campaigns, and what a receipt says of them.
#pragma once

#include <tally/state/programme_record.h>

#include "support/test_ledger.h"

#include <gtest/gtest.h>

#include <optional>
#include <string_view>
#include <vector>

namespace tally::execution {

inline Programme with(std::vector<Campaign> campaigns) {
  Programme programme = test::a_programme();
  programme.campaigns = std::move(campaigns);
  return programme;
}

inline Campaign once(Campaign campaign) {
  campaign.cap_times = {{Period::Ever, 1}};
  return campaign;
}

inline Campaign on(Trigger trigger, Campaign campaign) {
  campaign.trigger = trigger;
  return campaign;
}

inline std::int64_t points_of(const Receipt& receipt, std::string_view source) {
  std::int64_t sum = 0;
  for (const ReceiptLine& line : receipt.lines)
    if (line.source == source) sum += line.points.value();
  return sum;
}

inline RuleReason reason_of(const Receipt& receipt, std::string_view source) {
  for (const RuleResult& result : receipt.rules)
    if (result.source == source) return result.reason;
  ADD_FAILURE() << "no rule " << source;
  return RuleReason::Given;
}

class Campaigns : public testing::Test {
 protected:
  test::TestLedger& start(Programme programme) {
    ledger_.emplace(programme);
    programme_ = std::move(programme);
    return *ledger_;
  }
  template <typename Builder>
  Transaction valid(Builder builder) {
    return builder.request(next_request_++).valid_until(ledger_->next_time().plus(kHour)).build();
  }
  template <typename Builder>
  Receipt run(Builder builder) {
    return ledger_->run(valid(builder));
  }
  Receipt earn(std::uint64_t n, std::int64_t total) {
    return run(test::an_earn().of(test::member(n)).total(total).event_time(ledger_->next_time()));
  }
  state::CampaignRecord campaign(std::string_view id) const {
    return state::find_campaign(ledger_->view, test::kCafe, id).value();
  }

  std::optional<test::TestLedger> ledger_;
  Programme programme_;
  std::uint64_t next_request_ = 1;
};

}  // namespace tally::execution
