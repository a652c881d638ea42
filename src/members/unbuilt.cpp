// Kinds that are declared and not built yet: refused. Each goes as its file comes.
#include <tally/members/members.h>

namespace tally::members {

Result<Outcome> preclaim(const LinkToken&, const TransactionContext&, const StateView&) {
  return Outcome::NotEnabled;
}
Result<Outcome> apply(const LinkToken&, const TransactionContext&, StateDelta&, Receipt&) {
  return Outcome::NotEnabled;
}
Result<Outcome> preclaim(const BlockToken&, const TransactionContext&, const StateView&) {
  return Outcome::NotEnabled;
}
Result<Outcome> apply(const BlockToken&, const TransactionContext&, StateDelta&, Receipt&) {
  return Outcome::NotEnabled;
}
Result<Outcome> preclaim(const Claim&, const TransactionContext&, const StateView&) {
  return Outcome::NotEnabled;
}
Result<Outcome> apply(const Claim&, const TransactionContext&, StateDelta&, Receipt&) {
  return Outcome::NotEnabled;
}
Result<Outcome> preclaim(const RevokeKey&, const TransactionContext&, const StateView&) {
  return Outcome::NotEnabled;
}
Result<Outcome> apply(const RevokeKey&, const TransactionContext&, StateDelta&, Receipt&) {
  return Outcome::NotEnabled;
}
Result<Outcome> preclaim(const Freeze&, const TransactionContext&, const StateView&) {
  return Outcome::NotEnabled;
}
Result<Outcome> apply(const Freeze&, const TransactionContext&, StateDelta&, Receipt&) {
  return Outcome::NotEnabled;
}
Result<Outcome> preclaim(const Unfreeze&, const TransactionContext&, const StateView&) {
  return Outcome::NotEnabled;
}
Result<Outcome> apply(const Unfreeze&, const TransactionContext&, StateDelta&, Receipt&) {
  return Outcome::NotEnabled;
}
Result<Outcome> preclaim(const Merge&, const TransactionContext&, const StateView&) {
  return Outcome::NotEnabled;
}
Result<Outcome> apply(const Merge&, const TransactionContext&, StateDelta&, Receipt&) {
  return Outcome::NotEnabled;
}
Result<Outcome> preclaim(const Unmerge&, const TransactionContext&, const StateView&) {
  return Outcome::NotEnabled;
}
Result<Outcome> apply(const Unmerge&, const TransactionContext&, StateDelta&, Receipt&) {
  return Outcome::NotEnabled;
}
Result<Outcome> preclaim(const Close&, const TransactionContext&, const StateView&) {
  return Outcome::NotEnabled;
}
Result<Outcome> apply(const Close&, const TransactionContext&, StateDelta&, Receipt&) {
  return Outcome::NotEnabled;
}
Result<Outcome> preclaim(const Recover&, const TransactionContext&, const StateView&) {
  return Outcome::NotEnabled;
}
Result<Outcome> apply(const Recover&, const TransactionContext&, StateDelta&, Receipt&) {
  return Outcome::NotEnabled;
}

}  // namespace tally::members
