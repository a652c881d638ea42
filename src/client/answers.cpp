// What a server says is checked too: a client may talk to any node, and nodes may lie.
#include "client/answers.h"

#include <tally/edge/translate.h>

#include "tally/v1/ledger.pb.h"

#include <limits>

namespace tally::client {
namespace {

template <typename Amount>
Result<Amount> amount(std::string_view field, std::int64_t value) {
  const auto amount = Amount::from(value);
  if (!amount.has_value())
    return malformed(std::string(field) + ": got " + std::to_string(value) +
                     " from the server; expected 0 to " + std::to_string(kPointsMax));
  return *amount;
}

/// What of a member's account is no number.
Result<void> read_standing(const v1::Balance& message, Balance& balance) {
  if (message.state() < v1::ACCOUNT_STATE_OPEN || message.state() > v1::ACCOUNT_STATE_MERGED)
    return malformed("state: got " + std::to_string(message.state()) + " from the server");
  balance.state = static_cast<state::AccountState>(message.state());
  if (!message.merged_into().empty()) {
    TRY(const MemberId target, edge::member_from_hex("merged_into", message.merged_into()));
    balance.merged_into = target;
  }
  balance.claimed = message.claimed();
  for (const std::string& digits : message.tokens()) {
    TRY(const TokenId token, fixed_from_hex<TokenId>(digits));
    balance.tokens.push_back(token);
  }
  if (!message.pool().empty()) {
    TRY(const PoolId pool, fixed_from_hex<PoolId>(message.pool()));
    balance.pool = pool;
  }
  for (const v1::OpenHold& entry : message.holds()) {
    TRY(const HoldId hold, fixed_from_hex<HoldId>(entry.hold()));
    balance.holds.push_back({Timestamp(entry.until()), hold, entry.shared()});
  }
  if (message.has_idle_at()) balance.idle_at = Timestamp(message.idle_at());
  return {};
}

}  // namespace

Result<Answer> answer_of(const v1::Answer& message) {
  TRY(Receipt receipt, edge::from_proto(message.receipt()));
  return Answer{std::move(receipt), message.replayed()};
}

Result<std::vector<Answer>> answers_of(const v1::SubmitResponse& message, std::size_t expected) {
  if (static_cast<std::size_t>(message.answers_size()) != expected)
    return malformed("answers: got " + std::to_string(message.answers_size()) +
                     " from the server; expected " + std::to_string(expected));
  std::vector<Answer> answers;
  for (const v1::Answer& entry : message.answers()) {
    TRY(Answer answer, answer_of(entry));
    answers.push_back(std::move(answer));
  }
  return answers;
}

Result<Balance> balance_of(const v1::Balance& message) {
  Balance balance;
  balance.height = Height(message.height());
  balance.ledger_time = Timestamp(message.ledger_time());
  TRY(balance.account.member, edge::member_from_hex("member", message.member()));
  balance.account.programme = MerchantId(message.programme());
  TRY(balance.available, amount<Points>("available", message.available()));
  TRY(balance.held, amount<Points>("held", message.held()));
  TRY(balance.pending, amount<Points>("pending", message.pending()));
  TRY(balance.debt, amount<Points>("debt", message.debt()));
  TRY_VOID(read_standing(message, balance));
  return balance;
}

Result<HistoryPage> history_of(const v1::GetHistoryResponse& message) {
  HistoryPage page;
  page.height = Height(message.height());
  for (const v1::HistoryEntry& entry : message.entries()) {
    TRY(Receipt receipt, edge::from_proto(entry.receipt()));
    page.receipts.push_back(std::move(receipt));
    page.ledger_times.emplace_back(entry.ledger_time());
  }
  page.next_page_token = message.next_page_token();
  return page;
}

Result<ProvenRecord> proven_of(const v1::GetProofResponse& message) {
  ProvenRecord proven;
  if (message.has_record()) proven.record = to_bytes(as_bytes(message.record()));
  TRY(proven.proof, state::decode_proof(as_bytes(message.proof())));
  TRY(proven.certified.header, consensus::decode_header(as_bytes(message.header_bytes())));
  TRY(proven.certified.certificate,
      consensus::decode_certificate(as_bytes(message.certificate_bytes())));
  return proven;
}

Result<RemoteStatus> status_of(const v1::GetStatusResponse& message) {
  if (message.self() > std::numeric_limits<std::uint16_t>::max() ||
      message.primary() > std::numeric_limits<std::uint16_t>::max())
    return malformed("status: got a node index above 65535 from the server");
  RemoteStatus status;
  status.merchant = MerchantId(message.merchant());
  status.self = NodeIndex(static_cast<std::uint16_t>(message.self()));
  status.view = View(message.view());
  status.primary = NodeIndex(static_cast<std::uint16_t>(message.primary()));
  status.stable = Height(message.stable());
  status.executed = Height(message.executed());
  status.header_time = Timestamp(message.header_time());
  status.ledger_time = Timestamp(message.ledger_time());
  TRY(status.state_root, fixed_from_hex<Hash>(message.state_root()));
  TRY(status.chain, fixed_from_hex<ChainId>(message.chain()));
  status.connected = message.connected();
  status.pool_submissions = message.pool_submissions();
  status.voting = message.voting();
  status.changing = message.changing();
  status.learner = message.learner();
  status.waiting_for = message.waiting_for();
  status.version = message.version();
  return status;
}

Result<void> add_to_block(const v1::GetBlockResponse& message, RemoteBlock& block) {
  TRY(block.header, consensus::decode_header(as_bytes(message.header_bytes())));
  if (!message.certificate_bytes().empty()) {
    TRY(consensus::Certificate certificate,
        consensus::decode_certificate(as_bytes(message.certificate_bytes())));
    block.certificate = std::move(certificate);
  }
  if (!message.proposal_bytes().empty()) {
    TRY(consensus::Proposal proposal,
        consensus::decode_proposal(as_bytes(message.proposal_bytes())));
    block.proposal = std::move(proposal);
  }
  for (const v1::Receipt& entry : message.receipts()) {
    TRY(Receipt receipt, edge::from_proto(entry));
    block.receipts.push_back(std::move(receipt));
  }
  return {};
}

}  // namespace tally::client
