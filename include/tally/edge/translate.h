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
class AdvanceClock;
class Attest;
class Earn;
class Enrol;
class Explanation;
class Missing;
class Header;
class KeyLimits;
class Lot;
class PublicKey;
class PublishCampaign;
class PublishProgramme;
class PublishSegment;
class Receipt;
class Redeem;
class RegisterKey;
class RuleFacts;
class RuleResult;
class Transaction;
class Transfer;
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

[[nodiscard]] Result<crypto::PublicKey> from_proto(const v1::PublicKey& message);
void to_proto(const crypto::PublicKey& key, v1::PublicKey& message);

/// Hexadecimal digits as an id of 16 … 64 bytes: of a request or an order. `field` names it.
[[nodiscard]] Result<Bytes> id_from_hex(std::string_view field, std::string_view digits);
[[nodiscard]] Result<MemberId> member_from_hex(std::string_view field, std::string_view digits);

/// Whether `submission`, which does not decode, would with another number of bytes in its
/// signature: so that the answer can say which part is wrong.
[[nodiscard]] bool has_bad_signature_size(ByteView submission);

}  // namespace tally::edge
