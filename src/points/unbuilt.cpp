// Kinds that are declared and not built yet: refused. Each goes as its file comes.
#include <tally/points/points.h>

namespace tally::points {

Result<Outcome> preclaim(const Reverse&, const TransactionContext&, const StateView&) {
  return Outcome::NotEnabled;
}
Result<Outcome> apply(const Reverse&, const TransactionContext&, StateDelta&, Receipt&) {
  return Outcome::NotEnabled;
}

}  // namespace tally::points
