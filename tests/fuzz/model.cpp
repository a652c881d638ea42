// Submissions, transactions, receipts, genesis, programmes and payloads from any bytes.
#include <tally/model/genesis.h>
#include <tally/model/receipt.h>
#include <tally/model/submission.h>

#include "fuzz/fuzz.h"
#include "support/builders.h"

namespace tally::fuzz {
namespace {

constexpr std::uint8_t kSubmission = 0;
constexpr std::uint8_t kTransaction = 1;
constexpr std::uint8_t kAction = 2;
constexpr std::uint8_t kProgramme = 3;
constexpr std::uint8_t kReceipt = 4;
constexpr std::uint8_t kGenesis = 5;
constexpr std::uint8_t kPayload = 6;
constexpr std::size_t kDecoders = 7;

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

void run_programme(ByteView bytes) {
  codec::Reader in(bytes);
  Programme programme;
  decode(in, programme);
  if (!in.finish("programme").ok()) return;
  codec::Writer out;
  encode(out, programme);
  expect_same(bytes, out.view());
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
      return run_programme(bytes);
    case kReceipt:
      return run_receipt(bytes);
    case kGenesis:
      return run_genesis(bytes);
    default:
      return run_payload(bytes);
  }
}

std::vector<Bytes> seeds() {
  std::vector<Bytes> all{after(kSubmission, golden("model/submission.hex")),
                         after(kReceipt, golden("model/receipt.hex")),
                         after(kGenesis, golden("model/genesis.hex")),
                         after(kPayload, golden("model/payload.hex"))};
  for (const char* kind : {"advance_clock", "earn", "enrol", "publish_programme", "redeem",
                           "register_key", "transfer"})
    all.push_back(after(kTransaction, golden("model/" + std::string(kind) + ".hex")));
  codec::Writer action;
  encode(action, test::an_earn().build().action);
  all.push_back(after(kAction, action.view()));
  codec::Writer programme;
  encode(programme, test::a_programme());
  all.push_back(after(kProgramme, programme.view()));
  return all;
}

}  // namespace tally::fuzz
