// Explain: the transaction from its block, the rules of its version, and words.
#include <tally/base/check.h>
#include <tally/edge/translate.h>
#include <tally/state/consortium.h>
#include <tally/state/programme_record.h>
#include <tally/words/explanation.h>
#include <tally/words/postings.h>

#include "api/explanations.h"
#include "api/reads.h"
#include "tally/v1/explain.pb.h"
#include "tally/v1/ledger.pb.h"

namespace tally::api {
namespace {

/// As execution puts it together. Borrows `from`.
rules::Occasion occasion_of(const OrderedTransaction& from, Timestamp ledger_time) {
  rules::Occasion occasion;
  occasion.block_time = occasion.event_time = ledger_time;
  if (const auto* earn = std::get_if<Earn>(&from.transaction.action)) {
    occasion.trigger = Trigger::Purchase;
    occasion.event_time = earn->event_time;
    occasion.purchase = earn;
    occasion.paid_by_points = earn->paid_by_points;
  } else if (const auto* attest = std::get_if<Attest>(&from.transaction.action)) {
    occasion.trigger = Trigger::Attested;
    occasion.event_time = attest->event_time;
    occasion.channel = attest->channel;
    occasion.store = attest->store;
    occasion.ref = attest->ref;
  } else {
    occasion.trigger = Trigger::Enrol;
  }
  return occasion;
}

void put_words(const rules::Explanation& explanation, const words::Style& style,
               v1::Explanation& message) {
  for (const std::string& line : words::lines_of(explanation, style))
    message.add_lines(line);
  for (std::size_t i = 0; i < explanation.rules.size(); ++i)
    message.mutable_rules(static_cast<int>(i))
        ->set_line(words::line_of(explanation.rules[i], explanation, style));
}

/// The version that the facts name; of a refusal, which has none, any rules will do.
Result<RuleSet> rules_of(const Receipt& receipt, MerchantId programme,
                         const state::StateView& view) {
  if (!receipt.facts.has_value()) return RuleSet();
  TRY(auto record, state::find_version(view, programme, receipt.facts->programme_version));
  if (!record.has_value())
    return Error{ErrorCode::Corrupt, "a receipt of a version that is not there"};
  return std::move(record->rules);
}

/// Civil time of the merchant's programme.
Result<std::vector<UtcOffset>> offsets_of(MerchantId merchant, const state::StateView& view) {
  TRY(const auto programme, state::programme_in_force(view, merchant, view.height()));
  if (!programme.has_value()) return std::vector<UtcOffset>();
  return programme->rules.programme.utc_offsets;
}

/// A kind that asks no rules: what was posted.
Result<void> explain_postings(const OrderedTransaction& from, const Receipt& receipt,
                              const state::StateView& view, v1::Explanation& message) {
  TRY(const std::vector<UtcOffset> offsets, offsets_of(from.transaction.merchant, view));
  message.set_outcome(std::string(name_of(receipt.outcome)));
  message.set_agrees(true);
  for (const std::string& line : words::lines_of(receipt, offsets, {words::english(), 0}))
    message.add_lines(line);
  return {};
}

}  // namespace

Result<void> explain_to(const OrderedTransaction& from, const Receipt& receipt,
                        Timestamp ledger_time, const state::StateView& view,
                        v1::Explanation& message) {
  const std::optional<AccountId> account = account_of_deed(from.transaction.action);
  if (!account.has_value()) return explain_postings(from, receipt, view, message);
  TRY(const RuleSet rules, rules_of(receipt, account->programme, view));
  TRY(const auto merchant, state::find_merchant(view, from.transaction.merchant));
  TRY(const auto key, state::find_key(view, from.asking));
  TRY(const auto exponent, state::currency_exponent(view, rules.programme.currency));
  rules::Occasion occasion = occasion_of(from, ledger_time);
  if (merchant.has_value()) occasion.merchant = merchant->name;
  if (key.has_value() && occasion.trigger == Trigger::Attested) occasion.signed_by = key->name;
  const rules::Explanation explanation = rules::explain(rules, occasion, receipt);
  edge::to_proto(explanation, message);
  const words::Style style{words::english(), exponent.value_or(0)};
  put_words(explanation, style, message);
  if (receipt.outcome != Outcome::Accepted) return {};
  for (const std::string& line : words::lines_of(receipt, rules.programme.utc_offsets, style))
    message.add_lines(line);
  return {};
}

Result<void> put_missing(const Missing& missing, MerchantId merchant, const state::StateView& view,
                         v1::Missing& message) {
  TRY(const std::vector<UtcOffset> offsets, offsets_of(merchant, view));
  edge::to_proto(missing, message);
  for (const std::string& line : words::lines_of(missing, offsets, {words::english(), 0}))
    message.add_lines(line);
  return {};
}

/// What somebody else did may have paid the caller, as its referrer; the reasons are not the
/// caller's to read.
Check Reads::explain(const ReadContext& context, const v1::GetReceiptRequest& request,
                     v1::Explanation& response) {
  const MerchantId merchant(request.merchant());
  TRY_VOID(check_asker(context.caller, merchant));
  TRY(const Bytes id, edge::id_from_hex("request_id", request.request_id()));
  TRY(const auto visible, find_receipt(context, waiting_.certified(), request_key(merchant, id)));
  if (!visible.has_value())
    return Fault{grpc::StatusCode::NOT_FOUND, "UNKNOWN_REQUEST",
                 "no certified block holds this request yet"};
  const Position position = visible->receipt.position;
  TRY(const storage::StoredBlock block, context.snapshot.block(position.height));
  TRY(const auto transactions, transactions_of(block));
  if (position.index >= transactions.size() || !transactions[position.index].has_value())
    return fault_of(Error{ErrorCode::Corrupt, "a receipt without its transaction"});
  const OrderedTransaction& from = *transactions[position.index];
  if (block.receipts[position.index].facts.has_value() && !visible->receipt.facts.has_value())
    return denied("NOT_OWN_ACCOUNT", "the caller's key has no right to this explanation");
  response.mutable_position()->set_height(position.height.value());
  response.mutable_position()->set_index(position.index);
  TRY_VOID(
      explain_to(from, visible->receipt, block.header.ledger_time, context.snapshot, response));
  return passed();
}

}  // namespace tally::api
