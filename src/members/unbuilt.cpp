// Kinds that are declared and not built yet: refused. Each goes as its file comes.
#include <tally/members/members.h>

namespace tally::members {

Result<Outcome> preclaim(const Recover&, const TransactionContext&, const StateView&) {
  return Outcome::NotEnabled;
}
Result<Outcome> apply(const Recover&, const TransactionContext&, StateDelta&, Receipt&) {
  return Outcome::NotEnabled;
}

}  // namespace tally::members
