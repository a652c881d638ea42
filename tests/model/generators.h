// Generators of all that the model encodes, for properties over any value of it.
#pragma once

#include <tally/model/genesis.h>
#include <tally/model/receipt.h>
#include <tally/model/submission.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "model/action_generators.h"
#include "model/rule_generators.h"

namespace tally::test {

[[nodiscard]] inline RegisterKey any_register_key() {
  RegisterKey action;
  action.key = any_key();
  action.role = static_cast<Role>(*rc::gen::inRange(1, 6));
  action.purpose = any_bool() ? Purpose::Sign : Purpose::Tls;
  action.member = any_optional(any_member);
  action.name = any_text(limits::kShortNameBytesMax);
  action.limits = {any_points(), any_duration(), any_points()};
  action.valid_from = any_timestamp();
  action.valid_until = any_timestamp();
  return action;
}

[[nodiscard]] inline BasketLine any_basket_line() {
  BasketLine line;
  line.sku = any_text(limits::kShortNameBytesMax);
  line.brand = any_text(limits::kShortNameBytesMax);
  line.cats = any_names();
  line.quantity = any_i64();
  line.net = any_money();
  line.tax = any_money();
  return line;
}

[[nodiscard]] inline Earn any_earn() {
  Earn action;
  action.programme = any_merchant();
  action.member = any_member();
  action.token = any_optional(any_token);
  action.currency = any_currency();
  action.total = any_money();
  action.tax = any_money();
  action.excluded = any_money();
  action.paid_by_points = any_money();
  action.event_time = any_timestamp();
  action.channel = any_text(limits::kChannelBytesMax);
  action.store = any_text(limits::kShortNameBytesMax);
  action.pay_methods = any_names();
  action.ref = any_text(limits::kRefBytesMax);
  action.lines = any_list(3, any_basket_line);
  return action;
}

[[nodiscard]] inline Attest any_attest() {
  return {any_merchant(),
          any_member(),
          any_optional(any_token),
          any_timestamp(),
          any_text(limits::kChannelBytesMax),
          any_text(limits::kShortNameBytesMax),
          any_text(limits::kRefBytesMax)};
}

[[nodiscard]] inline PublishSegment any_publish_segment() {
  return {any_merchant(), any_text(limits::kShortNameBytesMax), any_list(4, any_member),
          any_list(4, any_member)};
}

[[nodiscard]] inline PublishCampaign any_publish_campaign() {
  return {any_u32(), Height(any_u64()), any_of(CampaignChange::Add, CampaignChange::End),
          any_name(), any_optional(any_campaign)};
}

[[nodiscard]] inline Action any_action() {
  switch (*rc::gen::inRange(0, 17)) {
    case 0:
      return any_enrol();
    case 1:
      return any_register_key();
    case 2:
      return AdvanceClock{any_duration()};
    case 3:
      return any_earn();
    case 4:
      return any_redeem();
    case 5:
      return Transfer{any_merchant(), any_member(), any_member(), any_points()};
    case 6:
      return any_attest();
    case 7:
      return any_publish_segment();
    case 8:
      return any_publish_campaign();
    case 9:
    case 10:
      return any_account_action();
    case 11:
      return any_redemption_action();
    case 12:
      return any_correction();
    case 13:
      return any_exchange_action();
    case 14:
    case 15:
      return any_settlement_action();
    default:
      return PublishProgramme{any_u32(), Height(any_u64()), any_programme()};
  }
}

[[nodiscard]] inline ConsentTerms any_terms() {
  return {any_member(), any_merchant(),  any_merchant(),
          any_points(), any_timestamp(), *any_fixed<ConsentNonce>()};
}

[[nodiscard]] inline Transaction any_transaction() {
  Transaction transaction;
  transaction.merchant = any_merchant();
  transaction.request_id = any_id();
  transaction.valid_until = any_timestamp();
  transaction.asking_key = *any_fixed<KeyId>();
  transaction.action = any_action();
  if (may_have_order(kind_of(transaction.action))) transaction.order_id = any_optional(any_id);
  transaction.consents = any_list(3, [] {
    return Consent{any_key(), any_signature(), any_optional(any_terms)};
  });
  return transaction;
}

[[nodiscard]] inline Submission any_submission() {
  Submission submission;
  submission.chain = any_hash();
  submission.key = any_key();
  submission.transactions = any_list(4, any_transaction);
  submission.transactions.push_back(any_transaction());
  submission.signature = any_signature();
  return submission;
}

[[nodiscard]] inline AccountId any_account() {
  return {any_member(), any_merchant()};
}

[[nodiscard]] inline ReceiptLine any_line() {
  ReceiptLine line;
  line.kind = any_of(LineKind::Earned, LineKind::ExchangedIn);
  line.account = any_account();
  line.points = any_points();
  line.lot = any_lot();
  line.earned_at = any_timestamp();
  line.available_at = any_timestamp();
  line.expires_at = any_timestamp();
  line.first_owner = any_member();
  line.original = any_points();
  line.late_date = any_bool();
  line.idle = any_bool();
  line.programme_version = any_u32();
  line.source = any_text(limits::kTextBytesMax);
  line.funder = any_funder();
  return line;
}

/// Of any amount but 0, between two.
[[nodiscard]] inline Obligation any_obligation() {
  Obligation obligation;
  obligation.debtor = any_merchant();
  obligation.creditor = MerchantId(obligation.debtor.value() ^ 1U);
  obligation.currency = any_currency();
  obligation.amount = MicroUnits::from(any_amount() + 1).value();
  if (any_bool()) obligation.amount = obligation.amount.negated();
  obligation.reason = any_of(ObligationReason::Redeemed, ObligationReason::Rounded);
  obligation.origin = any_optional(any_position);
  return obligation;
}

[[nodiscard]] inline PointPrice any_price() {
  return {any_currency(), *rc::gen::inRange<std::int64_t>(1, limits::kPriceMax + 1)};
}

[[nodiscard]] inline Receipt any_receipt() {
  Receipt receipt;
  receipt.position = any_position();
  receipt.request_key = *any_fixed<RequestKey>();
  receipt.request_digest = any_hash();
  receipt.kind =
      *rc::gen::element(ActionKind::Due, ActionKind::Enrol, ActionKind::Earn, ActionKind::Redeem,
                        ActionKind::Hold, ActionKind::Reverse, ActionKind::PublishProgramme);
  receipt.outcome = *rc::gen::element(Outcome::Accepted, Outcome::Replayed,
                                      Outcome::InsufficientAvailable, Outcome::HeightNotAllowed);
  receipt.lines = any_list(6, any_line);
  receipt.value = any_money();
  receipt.hold = any_optional([] { return *any_fixed<HoldId>(); });
  receipt.hold_until = any_optional(any_timestamp);
  receipt.refers_to = any_optional(any_position);
  receipt.conflict_field = any_text(limits::kTextBytesMax);
  receipt.previous = any_list(4, [] {
    return PreviousReceipt{any_account(), any_optional(any_position)};
  });
  std::sort(receipt.previous.begin(), receipt.previous.end(),
            [](const auto& a, const auto& b) { return a.account < b.account; });
  receipt.rules = any_list(3, any_rule_result);
  receipt.facts = any_optional(any_rule_facts);
  receipt.obligations = any_list(3, any_obligation);
  receipt.funded_at = any_optional(any_price);
  receipt.cycle = any_optional(any_u32);
  return receipt;
}

[[nodiscard]] inline Parameters any_parameters() {
  Parameters p;
  p.window = any_u64();
  p.request_timeout = any_duration();
  p.timeout_max = any_duration();
  p.passed_over = any_duration();
  p.idle_block = any_duration();
  p.rotation_heights = any_u64();
  p.rotation = any_duration();
  p.clock_bound = any_duration();
  p.proposal_bytes_max = any_u64();
  p.proposal_transactions_max = any_u64();
  p.proposal_rule_cost_max = any_u64();
  p.validity_max = any_duration();
  p.request_memory = any_duration();
  p.state_buckets = any_u64();
  return p;
}

[[nodiscard]] inline Founder any_founder() {
  return {any_merchant(),
          any_text(limits::kNameBytesMax),
          any_key(),
          any_signature(),
          *any_fixed<KeyId>(),
          any_key(),
          any_key()};
}

[[nodiscard]] inline SignedGenesis any_genesis() {
  SignedGenesis genesis;
  genesis.content.chain_name = any_text(limits::kNameBytesMax);
  genesis.content.time = any_timestamp();
  genesis.content.development = any_bool();
  genesis.content.parameters = any_parameters();
  genesis.content.currencies = any_list(3, [] {
    return CurrencyUnit{any_currency(), *rc::gen::arbitrary<std::uint8_t>()};
  });
  genesis.content.founders = any_list(4, any_founder);
  genesis.signatures = any_list(4, any_signature);
  return genesis;
}

}  // namespace tally::test
