// Kinds that are declared and not built yet: refused. Each goes as its file comes.
#include <tally/points/points.h>

namespace tally::points {

Result<Outcome> preclaim(const Activate&, const TransactionContext&, const StateView&) {
  return Outcome::NotEnabled;
}
Result<Outcome> apply(const Activate&, const TransactionContext&, StateDelta&, Receipt&) {
  return Outcome::NotEnabled;
}
Result<Outcome> preclaim(const Reverse&, const TransactionContext&, const StateView&) {
  return Outcome::NotEnabled;
}
Result<Outcome> apply(const Reverse&, const TransactionContext&, StateDelta&, Receipt&) {
  return Outcome::NotEnabled;
}
Result<Outcome> preclaim(const Adjust&, const TransactionContext&, const StateView&) {
  return Outcome::NotEnabled;
}
Result<Outcome> apply(const Adjust&, const TransactionContext&, StateDelta&, Receipt&) {
  return Outcome::NotEnabled;
}
Result<Outcome> preclaim(const AdjustBulk&, const TransactionContext&, const StateView&) {
  return Outcome::NotEnabled;
}
Result<Outcome> apply(const AdjustBulk&, const TransactionContext&, StateDelta&, Receipt&) {
  return Outcome::NotEnabled;
}
Result<Outcome> preclaim(const OpenLots&, const TransactionContext&, const StateView&) {
  return Outcome::NotEnabled;
}
Result<Outcome> apply(const OpenLots&, const TransactionContext&, StateDelta&, Receipt&) {
  return Outcome::NotEnabled;
}
Result<Outcome> preclaim(const Extend&, const TransactionContext&, const StateView&) {
  return Outcome::NotEnabled;
}
Result<Outcome> apply(const Extend&, const TransactionContext&, StateDelta&, Receipt&) {
  return Outcome::NotEnabled;
}
Result<Outcome> preclaim(const Reinstate&, const TransactionContext&, const StateView&) {
  return Outcome::NotEnabled;
}
Result<Outcome> apply(const Reinstate&, const TransactionContext&, StateDelta&, Receipt&) {
  return Outcome::NotEnabled;
}

}  // namespace tally::points
