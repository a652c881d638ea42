// A transaction: what stands around its action, the list of kinds, and the consents.
#include <tally/base/limits.h>
#include <tally/codec/reader.h>
#include <tally/edge/translate.h>
#include <tally/model/submission.h>

#include "edge/fields.h"
#include "tally/v1/transaction.pb.h"

#include <google/protobuf/descriptor.h>

namespace tally::edge {
namespace {

template <typename Fields>
Result<Action> as_action(std::string_view name, const Fields& fields) {
  auto action = from_proto(fields);
  if (!action.ok()) return within(name, action.error());
  return Action(std::move(action).value());
}

/// All names, in the order of their numbers.
std::string names_of_kinds() {
  std::string names;
  const auto* kinds = v1::Transaction::descriptor()->FindOneofByName("action");
  for (int i = 0; i < kinds->field_count(); ++i)
    names += (i > 0 ? ", " : "") + kinds->field(i)->name();
  return names;
}

Result<Action> settlement_action_of(const v1::Transaction& message) {
  switch (message.action_case()) {
    case v1::Transaction::kCloseCycle:
      return as_action("close_cycle", message.close_cycle());
    case v1::Transaction::kConfirmPayment:
      return as_action("confirm_payment", message.confirm_payment());
    case v1::Transaction::kDisputePayment:
      return as_action("dispute_payment", message.dispute_payment());
    case v1::Transaction::kProposeChange:
      return as_action("propose_change", message.propose_change());
    case v1::Transaction::kApproveChange:
      return as_action("approve_change", message.approve_change());
    default:
      return missing("action", "one of " + names_of_kinds());
  }
}

Result<Action> points_action_of(const v1::Transaction& message) {
  switch (message.action_case()) {
    case v1::Transaction::kEarn:
      return as_action("earn", message.earn());
    case v1::Transaction::kRedeem:
      return as_action("redeem", message.redeem());
    case v1::Transaction::kTransfer:
      return as_action("transfer", message.transfer());
    case v1::Transaction::kAttest:
      return as_action("attest", message.attest());
    case v1::Transaction::kActivate:
      return as_action("activate", message.activate());
    case v1::Transaction::kHold:
      return as_action("hold", message.hold());
    case v1::Transaction::kCapture:
      return as_action("capture", message.capture());
    case v1::Transaction::kVoid:
      return as_action("void", message.void_());
    case v1::Transaction::kReverse:
      return as_action("reverse", message.reverse());
    case v1::Transaction::kPool:
      return as_action("pool", message.pool());
    case v1::Transaction::kAdjust:
      return as_action("adjust", message.adjust());
    case v1::Transaction::kAdjustBulk:
      return as_action("adjust_bulk", message.adjust_bulk());
    case v1::Transaction::kOpenLots:
      return as_action("open_lots", message.open_lots());
    case v1::Transaction::kExtend:
      return as_action("extend", message.extend());
    case v1::Transaction::kReinstate:
      return as_action("reinstate", message.reinstate());
    case v1::Transaction::kPublishProgramme:
      return as_action("publish_programme", message.publish_programme());
    case v1::Transaction::kPublishCampaign:
      return as_action("publish_campaign", message.publish_campaign());
    case v1::Transaction::kPublishQuote:
      return as_action("publish_quote", message.publish_quote());
    case v1::Transaction::kPublishRate:
      return as_action("publish_rate", message.publish_rate());
    case v1::Transaction::kExchangePoints:
      return as_action("exchange_points", message.exchange_points());
    default:
      return settlement_action_of(message);
  }
}

Result<Action> action_of(const v1::Transaction& message) {
  switch (message.action_case()) {
    case v1::Transaction::kEnrol:
      return as_action("enrol", message.enrol());
    case v1::Transaction::kRegisterKey:
      return as_action("register_key", message.register_key());
    case v1::Transaction::kPublishSegment:
      return as_action("publish_segment", message.publish_segment());
    case v1::Transaction::kLinkToken:
      return as_action("link_token", message.link_token());
    case v1::Transaction::kBlockToken:
      return as_action("block_token", message.block_token());
    case v1::Transaction::kClaim:
      return as_action("claim", message.claim());
    case v1::Transaction::kRevokeKey:
      return as_action("revoke_key", message.revoke_key());
    case v1::Transaction::kFreeze:
      return as_action("freeze", message.freeze());
    case v1::Transaction::kUnfreeze:
      return as_action("unfreeze", message.unfreeze());
    case v1::Transaction::kMerge:
      return as_action("merge", message.merge());
    case v1::Transaction::kUnmerge:
      return as_action("unmerge", message.unmerge());
    case v1::Transaction::kClose:
      return as_action("close", message.close());
    case v1::Transaction::kRecover:
      return as_action("recover", message.recover());
    case v1::Transaction::kAdvanceClock:
      return as_action("advance_clock", message.advance_clock());
    default:
      return points_action_of(message);
  }
}

Result<ConsentTerms> terms_of(const v1::ConsentTerms& message) {
  TRY_VOID(require_known(message));
  ConsentTerms terms;
  TRY(terms.member, fixed<MemberId>("member", message.member()));
  TRY(terms.programme, merchant("programme", message.programme()));
  TRY(terms.acceptor, merchant("acceptor", message.acceptor()));
  TRY(terms.points_max, amount<Points>("points_max", message.points_max()));
  if (message.until() == 0) return missing("until", "a time in ledger time, in milliseconds UTC");
  terms.until = Timestamp(message.until());
  TRY(terms.nonce, fixed<ConsentNonce>("nonce", message.nonce()));
  return terms;
}

void put(const ConsentTerms& terms, v1::ConsentTerms& message) {
  message.set_member(hex(terms.member.view()));
  message.set_programme(terms.programme.value());
  message.set_acceptor(terms.acceptor.value());
  message.set_points_max(terms.points_max.value());
  message.set_until(terms.until.milliseconds());
  message.set_nonce(hex(terms.nonce.view()));
}

Result<Consent> consent_of(const v1::Consent& message) {
  TRY_VOID(require_known(message));
  if (!message.has_key()) return missing("key", "the member's public key");
  TRY(const crypto::PublicKey key, within("key", from_proto(message.key())));
  TRY(const auto signature, fixed<crypto::Signature>("signature", message.signature()));
  Consent consent{key, signature};
  if (message.has_terms()) {
    TRY(consent.terms, within("terms", terms_of(message.terms())));
  }
  return consent;
}

struct PutAction {
  v1::Transaction& message;
  void operator()(const Enrol& action) const { to_proto(action, *message.mutable_enrol()); }
  void operator()(const RegisterKey& action) const {
    to_proto(action, *message.mutable_register_key());
  }
  void operator()(const PublishSegment& action) const {
    to_proto(action, *message.mutable_publish_segment());
  }
  void operator()(const LinkToken& action) const {
    to_proto(action, *message.mutable_link_token());
  }
  void operator()(const BlockToken& action) const {
    to_proto(action, *message.mutable_block_token());
  }
  void operator()(const Claim& action) const { to_proto(action, *message.mutable_claim()); }
  void operator()(const RevokeKey& action) const {
    to_proto(action, *message.mutable_revoke_key());
  }
  void operator()(const Freeze& action) const { to_proto(action, *message.mutable_freeze()); }
  void operator()(const Unfreeze& action) const { to_proto(action, *message.mutable_unfreeze()); }
  void operator()(const Merge& action) const { to_proto(action, *message.mutable_merge()); }
  void operator()(const Unmerge& action) const { to_proto(action, *message.mutable_unmerge()); }
  void operator()(const Close& action) const { to_proto(action, *message.mutable_close()); }
  void operator()(const Recover& action) const { to_proto(action, *message.mutable_recover()); }
  void operator()(const AdvanceClock& action) const {
    to_proto(action, *message.mutable_advance_clock());
  }
  void operator()(const Earn& action) const { to_proto(action, *message.mutable_earn()); }
  void operator()(const Redeem& action) const { to_proto(action, *message.mutable_redeem()); }
  void operator()(const Transfer& action) const { to_proto(action, *message.mutable_transfer()); }
  void operator()(const Attest& action) const { to_proto(action, *message.mutable_attest()); }
  void operator()(const Activate& action) const { to_proto(action, *message.mutable_activate()); }
  void operator()(const Hold& action) const { to_proto(action, *message.mutable_hold()); }
  void operator()(const Capture& action) const { to_proto(action, *message.mutable_capture()); }
  void operator()(const Void& action) const { to_proto(action, *message.mutable_void_()); }
  void operator()(const Reverse& action) const { to_proto(action, *message.mutable_reverse()); }
  void operator()(const Pool& action) const { to_proto(action, *message.mutable_pool()); }
  void operator()(const Adjust& action) const { to_proto(action, *message.mutable_adjust()); }
  void operator()(const AdjustBulk& action) const {
    to_proto(action, *message.mutable_adjust_bulk());
  }
  void operator()(const OpenLots& action) const { to_proto(action, *message.mutable_open_lots()); }
  void operator()(const Extend& action) const { to_proto(action, *message.mutable_extend()); }
  void operator()(const Reinstate& action) const { to_proto(action, *message.mutable_reinstate()); }
  void operator()(const PublishProgramme& action) const {
    to_proto(action, *message.mutable_publish_programme());
  }
  void operator()(const PublishCampaign& action) const {
    to_proto(action, *message.mutable_publish_campaign());
  }
  void operator()(const PublishQuote& action) const {
    to_proto(action, *message.mutable_publish_quote());
  }
  void operator()(const PublishRate& action) const {
    to_proto(action, *message.mutable_publish_rate());
  }
  void operator()(const ExchangePoints& action) const {
    to_proto(action, *message.mutable_exchange_points());
  }
  void operator()(const CloseCycle& action) const {
    to_proto(action, *message.mutable_close_cycle());
  }
  void operator()(const ConfirmPayment& action) const {
    to_proto(action, *message.mutable_confirm_payment());
  }
  void operator()(const DisputePayment& action) const {
    to_proto(action, *message.mutable_dispute_payment());
  }
  void operator()(const ProposeChange& action) const {
    to_proto(action, *message.mutable_propose_change());
  }
  void operator()(const ApproveChange& action) const {
    to_proto(action, *message.mutable_approve_change());
  }
};

}  // namespace

Result<Transaction> from_proto(const v1::Transaction& message) {
  TRY_VOID(require_known(message));
  Transaction transaction;
  TRY(transaction.merchant, merchant("merchant", message.merchant()));
  TRY(transaction.request_id, id_from_hex("request_id", message.request_id()));
  if (!message.order_id().empty()) {
    TRY(Bytes order, id_from_hex("order_id", message.order_id()));
    transaction.order_id = std::move(order);
  }
  if (message.valid_until() == 0)
    return missing("valid_until", "a time in ledger time, in milliseconds UTC");
  transaction.valid_until = Timestamp(message.valid_until());
  if (!message.asking_key().empty()) {
    TRY(transaction.asking_key, fixed<KeyId>("asking_key", message.asking_key()));
  }
  TRY(transaction.action, action_of(message));
  if (static_cast<std::size_t>(message.consents_size()) > limits::kConsentsMax)
    return wrong("consents", std::to_string(message.consents_size()),
                 "at most " + std::to_string(limits::kConsentsMax));
  for (int i = 0; i < message.consents_size(); ++i) {
    Result<Consent> consent = consent_of(message.consents(i));
    if (!consent.ok()) return within("consents[" + std::to_string(i) + "]", consent.error());
    transaction.consents.push_back(std::move(consent).value());
  }
  return transaction;
}

void to_proto(const Transaction& transaction, v1::Transaction& message) {
  message.Clear();
  message.set_merchant(transaction.merchant.value());
  message.set_request_id(hex(transaction.request_id));
  if (transaction.order_id.has_value()) message.set_order_id(hex(*transaction.order_id));
  message.set_valid_until(transaction.valid_until.milliseconds());
  if (!transaction.asking_key.is_zero()) message.set_asking_key(hex(transaction.asking_key.view()));
  std::visit(PutAction{message}, transaction.action);
  for (const Consent& consent : transaction.consents) {
    v1::Consent& entry = *message.add_consents();
    to_proto(consent.key, *entry.mutable_key());
    entry.set_signature(hex(consent.signature.view()));
    if (consent.terms.has_value()) put(*consent.terms, *entry.mutable_terms());
  }
}

Result<Bytes> id_from_hex(std::string_view field, std::string_view digits) {
  const std::string expected = std::to_string(2 * limits::kRequestIdBytesMin) + " to " +
                               std::to_string(2 * limits::kRequestIdBytesMax) +
                               " hexadecimal digits";
  if (digits.empty()) return missing(field, expected);
  if (digits.size() < 2 * limits::kRequestIdBytesMin ||
      digits.size() > 2 * limits::kRequestIdBytesMax)
    return wrong(field, std::to_string(digits.size()) + " characters", expected);
  Result<Bytes> bytes = bytes_from_hex(digits);
  if (!bytes.ok()) return wrong(field, "\"" + printable(digits) + "\"", expected);
  return bytes;
}

Result<MemberId> member_from_hex(std::string_view field, std::string_view digits) {
  return fixed<MemberId>(field, digits);
}

bool has_bad_signature_size(ByteView submission) {
  codec::Reader in(submission);
  static_cast<void>(in.u8());  // the version; a bad one is not what this is about
  static_cast<void>(in.fixed<ChainId>());
  crypto::PublicKey key;
  decode(in, key);
  static_cast<void>(in.list<Transaction>(limits::kSubmissionTransactionsMax, decode_transaction));
  return !in.failed() && in.remaining() != crypto::Signature::kSize;
}

}  // namespace tally::edge
