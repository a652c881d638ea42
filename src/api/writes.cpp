// The flow of a write. A wait is opened before the ledger is asked what it knows, and before
// anything enters the node: so no receipt can slip between.
#include "api/writes.h"

#include <tally/base/limits.h>
#include <tally/edge/translate.h>
#include <tally/execution/conflict.h>
#include <tally/execution/execute.h>

#include "api/publications.h"

#include <algorithm>

namespace tally::api {
namespace {

std::vector<Expected> expected_of(const std::vector<Transaction>& transactions) {
  std::vector<Expected> expected;
  expected.reserve(transactions.size());
  for (const Transaction& transaction : transactions)
    expected.push_back({kind_of(transaction.action),
                        request_key(transaction.merchant, transaction.request_id),
                        request_digest(transaction), transaction.valid_until});
  return expected;
}

/// "transactions[3].": of a batch of one nothing, since the call takes one transaction.
std::string place(const std::vector<Transaction>& transactions, std::size_t i) {
  return transactions.size() == 1 ? "" : "transactions[" + std::to_string(i) + "].";
}

Check check_count(std::size_t count) {
  if (count >= 1 && count <= limits::kSubmissionTransactionsMax) return passed();
  return Fault{grpc::StatusCode::INVALID_ARGUMENT, "OUT_OF_LIMITS",
               "transactions: got " + std::to_string(count) + "; expected 1 to " +
                   std::to_string(limits::kSubmissionTransactionsMax)};
}

/// As many as one submission may hold: each is a signature to verify.
Check check_consent_count(const std::vector<Transaction>& transactions) {
  std::size_t count = 0;
  for (const Transaction& transaction : transactions)
    count += transaction.consents.size();
  if (count <= limits::kSubmissionConsentsMax) return passed();
  return Fault{grpc::StatusCode::INVALID_ARGUMENT, "OUT_OF_LIMITS",
               "consents: got " + std::to_string(count) + " in all; expected at most " +
                   std::to_string(limits::kSubmissionConsentsMax)};
}

bool publishes(const Transaction& transaction) {
  const ActionKind kind = kind_of(transaction.action);
  return kind == ActionKind::PublishProgramme || kind == ActionKind::PublishCampaign;
}

}  // namespace

std::optional<Waiting::Ticket> Writes::seal(const Caller& caller,
                                            std::vector<Transaction> transactions,
                                            Clock::time_point deadline, const AnswersDone& done) {
  if (const Check running = door_.check_running(); !running.ok())
    return done(running.error()), std::nullopt;
  if (const Check checked = check_sealable(caller, transactions); !checked.ok())
    return done(checked.error()), std::nullopt;
  if (const Check checked = check_publications(transactions); !checked.ok())
    return done(checked.error()), std::nullopt;
  const std::vector<Expected> expected = expected_of(transactions);
  const Reply<Waiting::Ticket> ticket = waiting_.open(expected, deadline, done);
  if (!ticket.ok()) return done(ticket.error()), std::nullopt;

  Reply<Settled> settled = settle(transactions, expected);
  if (!settled.ok()) return give_up(*ticket, settled.error(), done);
  std::vector<Transaction> open;
  for (std::size_t i = 0; i < transactions.size(); ++i)
    if (!settled.value()[i].has_value()) open.push_back(std::move(transactions[i]));
  if (const Check consents = check_consents(open); !consents.ok())
    return give_up(*ticket, consents.error(), done);
  if (!open.empty())
    if (const Result<void> sealed = door_.loop.seal(std::move(open)); !sealed.ok())
      return give_up(*ticket, fault_of(sealed.error()), done);

  for (std::size_t i = 0; i < expected.size(); ++i) {
    if (caller.role() == Role::Member) door_.submitters.remember(caller.key, expected[i].key);
    if (settled.value()[i].has_value()) waiting_.fill(*ticket, i, std::move(*settled.value()[i]));
  }
  return *ticket;
}

std::optional<Waiting::Ticket> Writes::submit(const Caller& caller, ByteView submission,
                                              Clock::time_point deadline, const AnswersDone& done) {
  if (const Check running = door_.check_running(); !running.ok())
    return done(running.error()), std::nullopt;
  const Reply<Submission> content = check_signed(submission);
  if (!content.ok()) return done(content.error()), std::nullopt;
  const std::vector<Expected> expected = expected_of(content->transactions);
  const Reply<Waiting::Ticket> ticket = waiting_.open(expected, deadline, done);
  if (!ticket.ok()) return done(ticket.error()), std::nullopt;

  Reply<Settled> settled = settle(content->transactions, expected);
  if (!settled.ok()) return give_up(*ticket, settled.error(), done);
  const Check judged = deny_strangers(*content, expected, settled.value());
  if (!judged.ok()) return give_up(*ticket, judged.error(), done);
  const Check ruled = check_signed_publications(submission, *content, settled.value());
  if (!ruled.ok()) return give_up(*ticket, ruled.error(), done);
  const bool is_open = std::any_of(settled.value().begin(), settled.value().end(),
                                   [](const auto& answer) { return !answer.has_value(); });
  // Even what is known already is told only to who can sign for it.
  const Result<void> entered = is_open ? door_.loop.submit(submission) : [&]() -> Result<void> {
    TRY_VOID(verify_submission(submission, door_.chain));
    return {};
  }();
  if (!entered.ok()) return give_up(*ticket, fault_of(entered.error()), done);

  for (std::size_t i = 0; i < expected.size(); ++i) {
    if (!caller.role().has_value() || caller.role() == Role::Member)
      door_.submitters.remember(caller.key, expected[i].key);
    if (settled.value()[i].has_value()) waiting_.fill(*ticket, i, std::move(*settled.value()[i]));
  }
  return *ticket;
}

std::optional<Waiting::Ticket> Writes::give_up(Waiting::Ticket ticket, Fault fault,
                                               const AnswersDone& done) {
  if (waiting_.close(ticket)) done(std::move(fault));
  return std::nullopt;
}

Check Writes::check_sealable(const Caller& caller, std::vector<Transaction>& transactions) const {
  TRY_VOID(check_count(transactions.size()));
  TRY_VOID(check_consent_count(transactions));
  if (!caller.record.has_value() || caller.record->merchant != door_.merchant)
    return denied("NOT_OWN_NODE", "this node seals for keys of merchant " +
                                      std::to_string(door_.merchant.value()) +
                                      " alone; sign the submission and use SubmitSigned");
  for (std::size_t i = 0; i < transactions.size(); ++i) {
    Transaction& transaction = transactions[i];
    const std::string where = place(transactions, i);
    TRY_VOID(check_role(caller, method_of(kind_of(transaction.action))));
    if (transaction.merchant != caller.record->merchant)
      return denied("NOT_OWN_MERCHANT", where + "merchant: got " +
                                            std::to_string(transaction.merchant.value()) +
                                            "; expected the caller's own, " +
                                            std::to_string(caller.record->merchant.value()));
    if (!transaction.asking_key.is_zero() && transaction.asking_key != caller.key)
      return invalid(where + "asking_key: got " + to_hex(transaction.asking_key.view()) +
                     "; expected none, or the caller's own, " + to_hex(caller.key.view()));
    transaction.asking_key = caller.key;
    const Result<void> form = check_form(transaction);
    if (!form.ok()) return invalid(where + form.error().message);
  }
  return passed();
}

Check Writes::check_publications(const std::vector<Transaction>& transactions) const {
  if (std::none_of(transactions.begin(), transactions.end(), publishes)) return passed();
  TRY(const auto snapshot, door_.loop.snapshot());
  std::size_t checked = 0;
  for (const Transaction& transaction : transactions) {
    if (!publishes(transaction)) continue;
    if (++checked > limits::kPendingVersionsMax) return passed();  // the ledger refuses them
    TRY_VOID(check_publication(transaction, *snapshot));
  }
  return passed();
}

/// Only for who may speak for the merchant, and proves it: to compile rules takes milliseconds.
Check Writes::check_signed_publications(ByteView submission, const Submission& content,
                                        const Settled& settled) const {
  std::vector<Transaction> open;
  for (std::size_t i = 0; i < settled.size(); ++i)
    if (!settled[i].has_value() && publishes(content.transactions[i]))
      open.push_back(content.transactions[i]);
  if (open.empty()) return passed();
  const auto verified = verify_submission(submission, door_.chain);
  if (!verified.ok()) return fault_of(verified.error());
  return check_publications(open);
}

Check Writes::check_consents(const std::vector<Transaction>& transactions) const {
  for (const Transaction& transaction : transactions)
    if (const Result<void> checked = verify_consents(door_.chain, transaction); !checked.ok())
      return fault_of(checked.error());
  return passed();
}

Reply<Submission> Writes::check_signed(ByteView bytes) const {
  Result<Submission> content = decode_submission(bytes);
  if (!content.ok()) {
    Fault fault = fault_of(content.error());
    if (content.error().code != ErrorCode::Malformed) return fault;
    fault.reason = edge::has_bad_signature_size(bytes) ? "BAD_SIGNATURE_FORMAT" : "NOT_CANONICAL";
    return fault;
  }
  if (content->signature.is_zero())
    return Fault{grpc::StatusCode::INVALID_ARGUMENT, "BAD_SIGNATURE_FORMAT",
                 "signature: got zeros; expected a signature"};
  if (content->chain != door_.chain)
    return Fault{
        grpc::StatusCode::INVALID_ARGUMENT, "WRONG_CHAIN",
        "chain: got " + to_hex(content->chain.view()) + "; expected " + to_hex(door_.chain.view())};
  return std::move(content).value();
}

/// Who may not speak for the merchant is told so here: such a receipt decides nothing for those who
/// wait (Waiting::is_strangers).
Check Writes::deny_strangers(const Submission& content, const std::vector<Expected>& expected,
                             Settled& settled) const {
  TRY(const auto snapshot, door_.loop.snapshot());
  TRY(const consensus::Header newest, snapshot->header(snapshot->height()));
  TRY(const std::vector<bool> may_speak,
      execution::may_speak(content.transactions, content.key.id(), newest.ledger_time, *snapshot));
  for (std::size_t i = 0; i < settled.size(); ++i)
    if (!may_speak[i] && !settled[i].has_value())
      settled[i] = without_place(expected[i], Outcome::NotPermitted);
  return passed();
}

Reply<Writes::Settled> Writes::settle(const std::vector<Transaction>& transactions,
                                      const std::vector<Expected>& expected) const {
  TRY(const auto snapshot, door_.loop.snapshot());
  const node::NodeStatus status = door_.loop.status();
  const Timestamp now =
      status.certified.has_value() ? status.certified->header.ledger_time : Timestamp();
  const Height certified = waiting_.certified();
  Settled settled;
  settled.reserve(transactions.size());
  for (std::size_t i = 0; i < transactions.size(); ++i) {
    TRY(auto one, settle_one(*snapshot, transactions[i], expected[i], certified, now));
    settled.push_back(std::move(one));
  }
  return settled;
}

/// What no block can change any more is answered here. It must be: the node drops a sealed
/// submission whose bytes a block holds already, and equal transactions seal to equal bytes, so a
/// repeated conflict or a repeated stale request would wait for a receipt that never comes.
Reply<std::optional<Answered>> Writes::settle_one(const storage::Snapshot& snapshot,
                                                  const Transaction& transaction,
                                                  const Expected& expected, Height certified,
                                                  Timestamp now) const {
  TRY(const auto known, snapshot.find_request(expected.key));
  if (known.has_value() && now.since(known->ledger_time) <= door_.request_memory) {
    if (known->position.height > certified) return std::optional<Answered>();
    if (known->request_digest == expected.digest) {
      TRY(Receipt receipt, snapshot.receipt(known->position));
      return std::optional<Answered>({std::move(receipt), true});
    }
    Answered conflict = without_place(expected, Outcome::IdempotencyConflict);
    conflict.receipt.refers_to = known->position;
    TRY(const auto past, snapshot.find_past(known->position));
    conflict.receipt.conflict_field = execution::conflict_field(past, transaction);
    return std::optional<Answered>(std::move(conflict));
  }
  if (transaction.valid_until <= now)
    return std::optional<Answered>(without_place(expected, Outcome::StaleRequest));
  return std::optional<Answered>();
}

}  // namespace tally::api
