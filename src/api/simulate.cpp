// Simulate: the receipt that a transaction would get now, and no change.
#include <tally/edge/translate.h>
#include <tally/execution/execute.h>

#include "api/explanations.h"
#include "api/publications.h"
#include "api/visible.h"
#include "api/writes.h"
#include "tally/v1/ledger.pb.h"

namespace tally::api {

Check Writes::simulate(const Caller& caller, const storage::Snapshot& snapshot,
                       const v1::Transaction& request, v1::SimulateResponse& response) const {
  Result<Transaction> transaction = edge::from_proto(request);
  if (!transaction.ok()) return fault_of(transaction.error());
  std::vector<Transaction> one = {std::move(transaction).value()};
  TRY_VOID(check_sealable(caller, one));
  TRY_VOID(check_consents(one));
  TRY_VOID(check_publication(one.front(), snapshot));
  TRY(const consensus::Header newest, snapshot.header(snapshot.height()));
  TRY(execution::Simulated simulated,
      execution::simulate(one.front(), caller.key, newest, snapshot));
  response.set_height(newest.height.value());
  response.set_state_root(to_hex(newest.state_root.view()));
  // What may not be read may not be guessed either: a simulated earn costs nothing.
  const VisibleReceipt visible = visible_part(caller, std::move(simulated.receipt));
  edge::to_proto(visible.receipt, *response.mutable_receipt());
  response.mutable_receipt()->set_withheld(visible.withheld);
  const bool may_explain =
      visible.receipt.facts.has_value() || !account_of_deed(one.front().action).has_value();
  if (may_explain)
    TRY_VOID(explain_to({one.front(), caller.key}, visible.receipt,
                        newest.ledger_time.plus(Duration(1)), snapshot,
                        *response.mutable_explanation()));
  if (simulated.missing != Missing())
    TRY_VOID(put_missing(simulated.missing, one.front().merchant, snapshot,
                         *response.mutable_missing()));
  return passed();
}

}  // namespace tally::api
