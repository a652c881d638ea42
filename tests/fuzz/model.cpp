// Submissions, transactions, receipts, genesis, payloads, programmes and what their rules are
// stored as, from any bytes.
#include <tally/model/genesis.h>
#include <tally/model/receipt.h>
#include <tally/model/rule_set.h>
#include <tally/model/standing.h>
#include <tally/model/submission.h>

#include "fuzz/fuzz.h"
#include "support/full_programme.h"

namespace tally::fuzz {
namespace {

constexpr std::uint8_t kSubmission = 0;
constexpr std::uint8_t kTransaction = 1;
constexpr std::uint8_t kAction = 2;
constexpr std::uint8_t kProgramme = 3;
constexpr std::uint8_t kReceipt = 4;
constexpr std::uint8_t kGenesis = 5;
constexpr std::uint8_t kPayload = 6;
constexpr std::uint8_t kRuleSet = 7;
constexpr std::uint8_t kStanding = 8;
constexpr std::uint8_t kExpression = 9;
constexpr std::size_t kDecoders = 10;

const ChainId kChain = test::fixed_of<ChainId>(42);  // of the golden submissions

void run_submission(ByteView bytes) {
  const Result<Submission> submission = decode_submission(bytes);
  if (submission.ok()) expect_same(bytes, encode_submission(*submission));
  const Result<VerifiedSubmission> verified = verify_submission(bytes, kChain);
  if (!verified.ok()) return;
  CHECK(submission.ok());
  CHECK(verified->content() == *submission);
  CHECK(verified->digest() == submission_digest(bytes));
}

void run_transaction(ByteView bytes) {
  codec::Reader in(bytes);
  const Transaction transaction = decode_transaction(in);
  if (!in.finish("transaction").ok()) return;
  codec::Writer out;
  encode(out, transaction);
  expect_same(bytes, out.view());
  (void)check_form(transaction);
  (void)request_digest(transaction);
}

void run_action(ByteView bytes) {
  codec::Reader in(bytes);
  const Action action = decode_action(in);
  if (!in.finish("action").ok()) return;
  codec::Writer out;
  encode(out, action);
  expect_same(bytes, out.view());
  CHECK(is_known(kind_of(action)));
}

/// What decodes, and encodes to the same bytes; nullopt: it does not decode.
template <typename T>
std::optional<T> decoded(ByteView bytes) {
  codec::Reader in(bytes);
  T value;
  decode(in, value);
  if (!in.finish("value").ok()) return std::nullopt;
  codec::Writer out;
  encode(out, value);
  expect_same(bytes, out.view());
  return value;
}

/// Each subtree ends where its parts do, within the tree.
void check_subtree(const std::vector<ExpressionNode>& nodes, std::size_t at) {
  std::size_t next = at + 1;
  for (std::uint8_t part = 0; part < nodes.at(at).parts; ++part) {
    check_subtree(nodes, next);
    next += nodes.at(next).size;
  }
  CHECK(at + nodes.at(at).size == next);
}

void check_tree(const Expression& expression) {
  if (expression.empty()) return;
  check_subtree(expression.nodes, 0);
  CHECK(expression.nodes.front().size == expression.nodes.size());
  (void)rule_id(expression);
}

void run_expression(ByteView bytes) {
  if (const auto expression = decoded<Expression>(bytes)) check_tree(*expression);
}

void run_rule_set(ByteView bytes) {
  const auto rules = decoded<RuleSet>(bytes);
  if (!rules.has_value()) return;
  check_tree(rules->base);
  for (const std::uint16_t place : rules->order)
    check_tree(rules->campaigns.at(place).award);
  for (const Trigger trigger : {Trigger::Purchase, Trigger::TierUp})
    (void)static_cost(*rules, trigger);
}

void run_receipt(ByteView bytes) {
  const Result<Receipt> receipt = decode_receipt(bytes);
  if (!receipt.ok()) return;
  expect_same(bytes, encode_receipt(*receipt));
  (void)receipt_leaf(*receipt);
}

void run_genesis(ByteView bytes) {
  const Result<SignedGenesis> genesis = decode_genesis(bytes);
  if (!genesis.ok()) return;
  expect_same(bytes, encode_genesis(*genesis));
  if (check_genesis(*genesis).ok()) CHECK(check_genesis_content(genesis->content).ok());
}

void run_payload(ByteView bytes) {
  const Result<std::vector<ByteView>> submissions = decode_payload(bytes);
  if (submissions.ok()) expect_same(bytes, encode_payload(*submissions));
}

}  // namespace

void run(ByteView input) {
  Choices choices(input);
  const std::size_t decoder = choices.below(kDecoders);
  const ByteView bytes = choices.rest();
  switch (decoder) {
    case kSubmission:
      return run_submission(bytes);
    case kTransaction:
      return run_transaction(bytes);
    case kAction:
      return run_action(bytes);
    case kProgramme:
      return (void)decoded<Programme>(bytes);
    case kReceipt:
      return run_receipt(bytes);
    case kGenesis:
      return run_genesis(bytes);
    case kRuleSet:
      return run_rule_set(bytes);
    case kStanding:
      return (void)decoded<Standing>(bytes);
    case kExpression:
      return run_expression(bytes);
    default:
      return run_payload(bytes);
  }
}

std::vector<Bytes> seeds() {
  std::vector<Bytes> all{after(kSubmission, golden("model/submission.hex")),
                         after(kReceipt, golden("model/receipt.hex")),
                         after(kReceipt, golden("model/receipt_with_rules.hex")),
                         after(kReceipt, golden("model/receipt_with_obligations.hex")),
                         after(kGenesis, golden("model/genesis.hex")),
                         after(kPayload, golden("model/payload.hex")),
                         after(kRuleSet, golden("model/rule_set.hex")),
                         after(kStanding, golden("model/standing.hex"))};
  for (const char* kind : kGoldenTransactions)
    all.push_back(after(kTransaction, golden("model/" + std::string(kind) + ".hex")));
  codec::Writer action;
  encode(action, test::an_earn().build().action);
  all.push_back(after(kAction, action.view()));
  codec::Writer programme;
  encode(programme, test::a_full_programme());
  all.push_back(after(kProgramme, programme.view()));
  codec::Writer expression;
  encode(expression, test::an_expression());
  all.push_back(after(kExpression, expression.view()));
  return all;
}

}  // namespace tally::fuzz
