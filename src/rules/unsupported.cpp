// What a programme may say and this version of the ledger cannot hold yet.
#include <tally/rules/programme.h>

namespace tally::rules {
namespace {

bool waits(const Pending& pending) {
  return pending.by_event || pending.span > Duration();
}

Warning later(std::string field, std::string what) {
  return {std::move(field), std::move(what), "this version of the ledger cannot hold it yet"};
}

}  // namespace

std::vector<Warning> unsupported(const Programme& programme) {
  std::vector<Warning> found;
  if (waits(programme.earn.pending)) found.push_back(later("earn.pending", "points that wait"));
  if (programme.expiry.kind == ExpiryKind::Inactivity)
    found.push_back(later("expiry.kind", "expiry by inactivity"));
  if (programme.transfer.enabled && programme.transfer.per_day > 0)
    found.push_back(later("transfer.per_day", "a number of transfers a day"));
  for (std::size_t i = 0; i < programme.counters.size(); ++i)
    if (programme.counters[i].kind == CounterKind::DistinctMerchants)
      found.push_back({"counters[" + std::to_string(i) + "].kind", "counting several merchants",
                       "it needs the approval of all whose purchases count"});
  if (!programme.velocity.empty()) found.push_back(later("velocity[0]", "velocity limits"));
  for (std::size_t i = 0; i < programme.campaigns.size(); ++i) {
    const Campaign& campaign = programme.campaigns[i];
    const std::string field = "campaigns[" + std::to_string(i) + "].";
    if (campaign.pending.has_value() && waits(*campaign.pending))
      found.push_back(later(field + "pending", "points that wait"));
    if (campaign.expires.has_value() && campaign.expires->kind == ExpiryKind::Inactivity)
      found.push_back(later(field + "expires", "expiry by inactivity"));
  }
  return found;
}

}  // namespace tally::rules
