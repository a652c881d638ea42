// Translation: the messages of proto/tally/v1 to the model's nouns, and back.
//
// What comes in is checked to be what it says: fields that must be there are, numbers lie in their
// ranges, ids have their sizes, and nothing unknown stands beside them. What a transaction's text
// means is check_form's. Errors are Malformed or OutOfLimits and start with the field's path:
//   transactions[3].earn.total: got -1; expected 0 to 9007199254740991
#pragma once

#include <tally/consensus/proposal.h>
#include <tally/model/missing.h>
#include <tally/model/receipt.h>
#include <tally/model/transaction.h>
#include <tally/rules/explain.h>
#include <tally/state/lots.h>

#include <string_view>

// Generated from proto/tally/v1; their headers stay in edge, api and client.
namespace tally::v1 {
class Activate;
class Adjust;
class AdjustBulk;
class AdvanceClock;
class ApproveChange;
class Attest;
class BlockToken;
class Capture;
class Claim;
class Close;
class CloseCycle;
class ConfirmPayment;
class DisputePayment;
class Earn;
class Enrol;
class ExchangePoints;
class Explanation;
class Extend;
class Freeze;
class Header;
class Hold;
class KeyLimits;
class LinkToken;
class Lot;
class LotId;
class Merge;
class Missing;
class OpenLots;
class PendingLot;
class Pool;
class ProposeChange;
class PublicKey;
class PublishCampaign;
class PublishProgramme;
class PublishQuote;
class PublishRate;
class PublishSegment;
class Receipt;
class Recover;
class Redeem;
class RegisterKey;
class Reinstate;
class Reverse;
class RevokeKey;
class RuleFacts;
class RuleResult;
class Transaction;
class Transfer;
class Unfreeze;
class Unmerge;
class Void;
}  // namespace tally::v1

namespace tally::edge {

/// With every field named, known and in its range; check_form is still to be asked.
[[nodiscard]] Result<Transaction> from_proto(const v1::Transaction& message);
void to_proto(const Transaction& transaction, v1::Transaction& message);

[[nodiscard]] Result<Receipt> from_proto(const v1::Receipt& message);
void to_proto(const Receipt& receipt, v1::Receipt& message);

[[nodiscard]] Result<RuleResult> from_proto(const v1::RuleResult& message);
void to_proto(const RuleResult& result, v1::RuleResult& message);
[[nodiscard]] Result<RuleFacts> from_proto(const v1::RuleFacts& message);
void to_proto(const RuleFacts& facts, v1::RuleFacts& message);

/// Without its position and its lines in words.
void to_proto(const rules::Explanation& explanation, v1::Explanation& message);
/// All but its words.
void to_proto(const Missing& missing, v1::Missing& message);

[[nodiscard]] Result<state::Lot> from_proto(const v1::Lot& message);
void to_proto(const state::Lot& lot, v1::Lot& message);
[[nodiscard]] Result<state::PendingLot> from_proto(const v1::PendingLot& message);
void to_proto(const state::PendingLot& pending, v1::PendingLot& message);
[[nodiscard]] Result<LotId> from_proto(const v1::LotId& message);
void to_proto(const LotId& lot, v1::LotId& message);

/// For people; the canonical bytes stand beside it.
void to_proto(const consensus::Header& header, v1::Header& message);

// One of a kind of transaction.
[[nodiscard]] Result<Enrol> from_proto(const v1::Enrol& message);
[[nodiscard]] Result<RegisterKey> from_proto(const v1::RegisterKey& message);
[[nodiscard]] Result<AdvanceClock> from_proto(const v1::AdvanceClock& message);
[[nodiscard]] Result<Earn> from_proto(const v1::Earn& message);
[[nodiscard]] Result<Redeem> from_proto(const v1::Redeem& message);
[[nodiscard]] Result<Transfer> from_proto(const v1::Transfer& message);
[[nodiscard]] Result<PublishProgramme> from_proto(const v1::PublishProgramme& message);
[[nodiscard]] Result<PublishSegment> from_proto(const v1::PublishSegment& message);
[[nodiscard]] Result<PublishCampaign> from_proto(const v1::PublishCampaign& message);
[[nodiscard]] Result<Attest> from_proto(const v1::Attest& message);
[[nodiscard]] Result<LinkToken> from_proto(const v1::LinkToken& message);
[[nodiscard]] Result<BlockToken> from_proto(const v1::BlockToken& message);
[[nodiscard]] Result<Claim> from_proto(const v1::Claim& message);
[[nodiscard]] Result<RevokeKey> from_proto(const v1::RevokeKey& message);
[[nodiscard]] Result<Freeze> from_proto(const v1::Freeze& message);
[[nodiscard]] Result<Unfreeze> from_proto(const v1::Unfreeze& message);
[[nodiscard]] Result<Merge> from_proto(const v1::Merge& message);
[[nodiscard]] Result<Unmerge> from_proto(const v1::Unmerge& message);
[[nodiscard]] Result<Close> from_proto(const v1::Close& message);
[[nodiscard]] Result<Recover> from_proto(const v1::Recover& message);
[[nodiscard]] Result<Pool> from_proto(const v1::Pool& message);
[[nodiscard]] Result<Activate> from_proto(const v1::Activate& message);
[[nodiscard]] Result<Hold> from_proto(const v1::Hold& message);
[[nodiscard]] Result<Capture> from_proto(const v1::Capture& message);
[[nodiscard]] Result<Void> from_proto(const v1::Void& message);
[[nodiscard]] Result<Reverse> from_proto(const v1::Reverse& message);
[[nodiscard]] Result<Adjust> from_proto(const v1::Adjust& message);
[[nodiscard]] Result<AdjustBulk> from_proto(const v1::AdjustBulk& message);
[[nodiscard]] Result<OpenLots> from_proto(const v1::OpenLots& message);
[[nodiscard]] Result<Extend> from_proto(const v1::Extend& message);
[[nodiscard]] Result<Reinstate> from_proto(const v1::Reinstate& message);
[[nodiscard]] Result<PublishQuote> from_proto(const v1::PublishQuote& message);
[[nodiscard]] Result<PublishRate> from_proto(const v1::PublishRate& message);
[[nodiscard]] Result<ExchangePoints> from_proto(const v1::ExchangePoints& message);
[[nodiscard]] Result<CloseCycle> from_proto(const v1::CloseCycle& message);
[[nodiscard]] Result<ConfirmPayment> from_proto(const v1::ConfirmPayment& message);
[[nodiscard]] Result<DisputePayment> from_proto(const v1::DisputePayment& message);
[[nodiscard]] Result<ProposeChange> from_proto(const v1::ProposeChange& message);
[[nodiscard]] Result<ApproveChange> from_proto(const v1::ApproveChange& message);
void to_proto(const Enrol& action, v1::Enrol& message);
void to_proto(const RegisterKey& action, v1::RegisterKey& message);
void to_proto(const AdvanceClock& action, v1::AdvanceClock& message);
void to_proto(const Earn& action, v1::Earn& message);
void to_proto(const Redeem& action, v1::Redeem& message);
void to_proto(const Transfer& action, v1::Transfer& message);
void to_proto(const PublishProgramme& action, v1::PublishProgramme& message);
void to_proto(const PublishSegment& action, v1::PublishSegment& message);
void to_proto(const PublishCampaign& action, v1::PublishCampaign& message);
void to_proto(const Attest& action, v1::Attest& message);
void to_proto(const LinkToken& action, v1::LinkToken& message);
void to_proto(const BlockToken& action, v1::BlockToken& message);
void to_proto(const Claim& action, v1::Claim& message);
void to_proto(const RevokeKey& action, v1::RevokeKey& message);
void to_proto(const Freeze& action, v1::Freeze& message);
void to_proto(const Unfreeze& action, v1::Unfreeze& message);
void to_proto(const Merge& action, v1::Merge& message);
void to_proto(const Unmerge& action, v1::Unmerge& message);
void to_proto(const Close& action, v1::Close& message);
void to_proto(const Recover& action, v1::Recover& message);
void to_proto(const Pool& action, v1::Pool& message);
void to_proto(const Activate& action, v1::Activate& message);
void to_proto(const Hold& action, v1::Hold& message);
void to_proto(const Capture& action, v1::Capture& message);
void to_proto(const Void& action, v1::Void& message);
void to_proto(const Reverse& action, v1::Reverse& message);
void to_proto(const Adjust& action, v1::Adjust& message);
void to_proto(const AdjustBulk& action, v1::AdjustBulk& message);
void to_proto(const OpenLots& action, v1::OpenLots& message);
void to_proto(const Extend& action, v1::Extend& message);
void to_proto(const Reinstate& action, v1::Reinstate& message);
void to_proto(const PublishQuote& action, v1::PublishQuote& message);
void to_proto(const PublishRate& action, v1::PublishRate& message);
void to_proto(const ExchangePoints& action, v1::ExchangePoints& message);
void to_proto(const CloseCycle& action, v1::CloseCycle& message);
void to_proto(const ConfirmPayment& action, v1::ConfirmPayment& message);
void to_proto(const DisputePayment& action, v1::DisputePayment& message);
void to_proto(const ProposeChange& action, v1::ProposeChange& message);
void to_proto(const ApproveChange& action, v1::ApproveChange& message);

[[nodiscard]] Result<crypto::PublicKey> from_proto(const v1::PublicKey& message);
void to_proto(const crypto::PublicKey& key, v1::PublicKey& message);

/// Hexadecimal digits as an id of 16 … 64 bytes: of a request or an order. `field` names it.
[[nodiscard]] Result<Bytes> id_from_hex(std::string_view field, std::string_view digits);
[[nodiscard]] Result<MemberId> member_from_hex(std::string_view field, std::string_view digits);

/// Whether `submission`, which does not decode, would with another number of bytes in its
/// signature: so that the answer can say which part is wrong.
[[nodiscard]] bool has_bad_signature_size(ByteView submission);

}  // namespace tally::edge
