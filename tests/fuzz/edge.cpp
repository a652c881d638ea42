// What callers bring: transactions as JSON and as Protocol Buffers, and the hexadecimal ids in
// them.
#include <tally/edge/json.h>
#include <tally/edge/translate.h>

#include "fuzz/fuzz.h"
#include "support/builders.h"
#include "tally/v1/receipt.pb.h"
#include "tally/v1/transaction.pb.h"

namespace tally::fuzz {
namespace {

constexpr std::uint8_t kJson = 0;
constexpr std::uint8_t kId = 1;
constexpr std::uint8_t kReceipt = 2;
constexpr std::uint8_t kProto = 3;
constexpr std::size_t kKinds = 4;

void expect_one_line(const std::string& text) {
  for (const char c : text)
    CHECK(static_cast<unsigned char>(c) >= 0x20 && c != 0x7f);
}

/// What is read is written, on one line or several, as what reads to the same.
void run_json(const std::string& text) {
  const Result<Transaction> transaction = edge::transaction_from_json(text);
  if (!transaction.ok()) return expect_one_line(transaction.error().message);
  CHECK(check_form(*transaction).ok());
  for (const bool readable : {false, true}) {
    const std::string written = edge::transaction_to_json(*transaction, readable);
    if (!readable) expect_one_line(written);
    CHECK(edge::transaction_from_json(written).value() == *transaction);
  }
}

void run_id(const std::string& text) {
  if (const Result<Bytes> id = edge::id_from_hex("request_id", text); id.ok())
    CHECK(bytes_from_hex(text).value() == *id);
  else
    expect_one_line(id.error().message);
  if (const Result<MemberId> member = edge::member_from_hex("member", text); !member.ok())
    expect_one_line(member.error().message);
}

/// A message that Protocol Buffers take may still be no transaction; what is one stays the same.
void run_proto(ByteView bytes) {
  // Protocol Buffers tell each bad UTF-8 on stderr, which would hide the fuzzer's own words.
  static auto* const told = google::protobuf::SetLogHandler(nullptr);
  (void)told;
  v1::Transaction message;
  if (!message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return;
  const Result<Transaction> transaction = edge::from_proto(message);
  if (!transaction.ok()) return expect_one_line(transaction.error().message);
  v1::Transaction written;
  edge::to_proto(*transaction, written);
  CHECK(edge::from_proto(written).value() == *transaction);
}

/// Whatever the ledger holds can be shown, and what is shown of rules is read as it was.
void run_receipt(ByteView bytes) {
  (void)edge::has_bad_signature_size(bytes);
  const Result<Receipt> receipt = decode_receipt(bytes);
  if (!receipt.ok()) return;
  expect_one_line(edge::answer_to_json(*receipt, true, false));
  v1::Receipt message;
  edge::to_proto(*receipt, message);
  const Receipt back = edge::from_proto(message).value();
  CHECK(back.rules == receipt->rules);
  CHECK(back.facts == receipt->facts);
  CHECK(back.previous == receipt->previous);
}

}  // namespace

void run(ByteView input) {
  Choices choices(input);
  const std::size_t kind = choices.below(kKinds);
  const ByteView bytes = choices.rest();
  switch (kind) {
    case kJson:
      return run_json(std::string(as_text(bytes)));
    case kId:
      return run_id(std::string(as_text(bytes)));
    case kProto:
      return run_proto(bytes);
    default:
      return run_receipt(bytes);
  }
}

std::vector<Bytes> seeds() {
  std::vector<Bytes> all{
      after(kId, as_bytes("00112233445566778899AAbbccddeeff")),
      after(kReceipt, golden("model/receipt.hex")),
      after(kReceipt, golden("model/receipt_with_rules.hex")),
      after(kReceipt, golden("model/receipt_with_obligations.hex")),
      after(kReceipt, golden("model/submission.hex")),
  };
  for (const char* kind : kGoldenTransactions) {
    const Bytes bytes = golden("model/" + std::string(kind) + ".hex");
    codec::Reader in(bytes);
    const Transaction transaction = decode_transaction(in);
    CHECK(in.finish(kind).ok());
    all.push_back(after(kJson, as_bytes(edge::transaction_to_json(transaction, false))));
    v1::Transaction message;
    edge::to_proto(transaction, message);
    all.push_back(after(kProto, as_bytes(message.SerializeAsString())));
  }
  return all;
}

}  // namespace tally::fuzz
