// Messages, vote records, proposals, headers and certificates from any bytes.
#include <tally/consensus/vote_record.h>

#include "fuzz/fuzz.h"
#include "support/consensus_samples.h"

namespace tally::fuzz {
namespace {

using namespace tally::consensus;

constexpr std::uint8_t kMessage = 0;
constexpr std::uint8_t kRecord = 1;
constexpr std::uint8_t kProposal = 2;
constexpr std::uint8_t kHeader = 3;
constexpr std::uint8_t kCertificate = 4;
constexpr std::size_t kDecoders = 5;

/// A message's check never ends but in an answer, whatever is in it.
void run_message(ByteView bytes) {
  Result<Message> message = decode_message(bytes);
  if (!message.ok()) return;
  expect_same(bytes, encode_message(*message));
  const Result<VerifiedMessage> verified =
      verify_message(std::move(*message), NodeIndex(2), test::sample_epoch());
  if (verified.ok()) expect_same(bytes, encode_message(verified->content()));
}

void run_certificate(ByteView bytes) {
  const Result<Certificate> certificate = decode_certificate(bytes);
  if (!certificate.ok()) return;
  expect_same(bytes, encode_certificate(*certificate));
  (void)check_certificate(test::sample_epoch(), *certificate);
}

}  // namespace

void run(ByteView input) {
  Choices choices(input);
  const std::size_t decoder = choices.below(kDecoders);
  const ByteView bytes = choices.rest();
  switch (decoder) {
    case kMessage:
      return run_message(bytes);
    case kRecord:
      if (const auto record = decode_record(bytes); record.ok())
        expect_same(bytes, encode_record(*record));
      return;
    case kProposal:
      if (const auto proposal = decode_proposal(bytes); proposal.ok())
        expect_same(bytes, encode_proposal(*proposal));
      return;
    case kHeader:
      if (const auto header = decode_header(bytes); header.ok())
        expect_same(bytes, encode_header(*header));
      return;
    default:
      return run_certificate(bytes);
  }
}

std::vector<Bytes> seeds() {
  std::vector<Bytes> all{after(kProposal, golden("consensus/proposal.hex")),
                         after(kHeader, golden("consensus/header.hex")),
                         after(kCertificate, encode_certificate(test::sample_certificate()))};
  for (const auto& [name, message] : test::sample_messages())
    all.push_back(after(kMessage, encode_message(message)));
  for (const auto& [name, record] : test::sample_records())
    all.push_back(after(kRecord, encode_record(record)));
  return all;
}

}  // namespace tally::fuzz
