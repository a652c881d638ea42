// What a programme may say and this version of the ledger cannot hold yet.
#include <tally/rules/programme.h>

namespace tally::rules {

std::vector<Warning> unsupported(const Programme& programme) {
  std::vector<Warning> found;
  for (std::size_t i = 0; i < programme.counters.size(); ++i)
    if (programme.counters[i].kind == CounterKind::DistinctMerchants)
      found.push_back({"counters[" + std::to_string(i) + "].kind", "counting several merchants",
                       "it needs the approval of all whose purchases count"});
  return found;
}

}  // namespace tally::rules
