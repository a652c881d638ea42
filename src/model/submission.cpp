// Submissions: sealed, taken apart, verified; and the payload that carries them.
// FORMAT: signed, hashed, stored; docs/formats.md §1.
#include <tally/base/limits.h>
#include <tally/model/submission.h>

#include <algorithm>

namespace tally {
namespace {

constexpr std::uint8_t kSubmissionVersion = 1;

/// What the signature covers: all that stands before it.
void encode_signed_part(codec::Writer& out, const ChainId& chain, const crypto::PublicKey& key,
                        const std::vector<Transaction>& transactions) {
  out.u8(kSubmissionVersion);
  out.fixed(chain);
  encode(out, key);
  out.list(transactions,
           [](codec::Writer& w, const Transaction& transaction) { encode(w, transaction); });
}

/// Every consent of every transaction. Whether those that are needed are there is for execution.
Result<void> check_consents(const Submission& submission) {
  for (const Transaction& transaction : submission.transactions)
    TRY_VOID(verify_consents(submission.chain, transaction));
  return {};
}

Result<void> check_forms(const std::vector<Transaction>& transactions) {
  for (std::size_t i = 0; i < transactions.size(); ++i) {
    const Result<void> checked = check_form(transactions[i]);
    if (!checked.ok())
      return with_context("transactions[" + std::to_string(i) + "]", checked.error());
  }
  return {};
}

}  // namespace

Bytes encode_submission(const Submission& submission) {
  codec::Writer out;
  encode_signed_part(out, submission.chain, submission.key, submission.transactions);
  out.fixed(submission.signature);
  return std::move(out).take();
}

Result<Submission> decode_submission(ByteView bytes) {
  if (bytes.size() > limits::kSubmissionBytesMax)
    return Error{ErrorCode::OutOfLimits, "submission: got " + std::to_string(bytes.size()) +
                                             " bytes; expected at most " +
                                             std::to_string(limits::kSubmissionBytesMax)};
  codec::Reader in(bytes);
  const std::uint8_t version = in.u8();
  if (version != kSubmissionVersion)
    in.fail("version: got " + std::to_string(version) + "; expected 1");
  Submission submission;
  submission.chain = in.fixed<ChainId>();
  decode(in, submission.key);
  std::size_t consents = 0;
  submission.transactions =
      in.list<Transaction>(limits::kSubmissionTransactionsMax, [&consents](codec::Reader& r) {
        Transaction transaction = decode_transaction(r);
        consents += transaction.consents.size();
        if (consents > limits::kSubmissionConsentsMax)
          r.fail("more than " + std::to_string(limits::kSubmissionConsentsMax) + " consents");
        return transaction;
      });
  if (submission.transactions.empty()) in.fail("no transactions");
  submission.signature = in.fixed<crypto::Signature>();
  TRY_VOID(in.finish("submission"));
  return submission;
}

Bytes seal_submission(const ChainId& chain, std::vector<Transaction> transactions,
                      const crypto::PrivateKey& key) {
  CHECK(!transactions.empty());
  CHECK(transactions.size() <= limits::kSubmissionTransactionsMax);
  codec::Writer out;
  encode_signed_part(out, chain, key.public_key(), transactions);
  out.fixed(key.sign(out.view()));
  return std::move(out).take();
}

SubmissionDigest submission_digest(ByteView bytes) {
  return SubmissionDigest::from_view(crypto::tagged_hash("submission", bytes).view());
}

std::size_t signature_count(const Submission& submission) {
  std::size_t count = 1;
  for (const Transaction& transaction : submission.transactions)
    count += transaction.consents.size();
  return count;
}

SubmissionFacts::SubmissionFacts(const SubmissionDigest& digest, const Submission& content)
    : digest_(digest),
      transactions_(content.transactions.size()),
      signatures_(signature_count(content)) {
  for (const Transaction& transaction : content.transactions)
    valid_until_ = std::max(valid_until_, transaction.valid_until);
}

VerifiedSubmission::VerifiedSubmission(Bytes bytes, Submission content)
    : bytes_(std::move(bytes)),
      content_(std::move(content)),
      facts_(submission_digest(bytes_), content_) {}

Result<VerifiedSubmission> verify_submission(ByteView bytes, const ChainId& chain) {
  TRY(Submission submission, decode_submission(bytes));
  if (submission.chain != chain)
    return Error{ErrorCode::Conflict, "chain: got " + to_hex(submission.chain.view()) +
                                          "; expected " + to_hex(chain.view())};
  TRY_VOID(check_forms(submission.transactions));
  // The encoding is canonical, so what was signed are these bytes themselves.
  const ByteView signed_part = bytes.first(bytes.size() - crypto::Signature::kSize);
  if (!crypto::verify(submission.key, signed_part, submission.signature))
    return Error{ErrorCode::BadSignature,
                 "submission: not the signature of key " + to_hex(submission.key.id().view())};
  TRY_VOID(check_consents(submission));
  return VerifiedSubmission(to_bytes(bytes), std::move(submission));
}

VerifiedSubmission verified_before(ByteView bytes, const SubmissionFacts& facts) {
  Result<Submission> submission = decode_submission(bytes);
  CHECK(submission.ok());
  VerifiedSubmission verified(to_bytes(bytes), std::move(submission).value());
  CHECK(verified.digest() == facts.digest());
  return verified;
}

Bytes encode_payload(std::span<const ByteView> submissions) {
  CHECK(submissions.size() <= limits::kProposalTransactionsMax);
  if (submissions.empty()) return {};
  codec::Writer out;
  out.list(submissions, [](codec::Writer& w, ByteView bytes) { w.bytes(bytes); });
  CHECK(out.size() <= limits::kProposalBytesMax);
  return std::move(out).take();
}

Result<std::vector<ByteView>> decode_payload(ByteView payload) {
  if (payload.size() > limits::kProposalBytesMax)
    return Error{ErrorCode::OutOfLimits, "payload: got " + std::to_string(payload.size()) +
                                             " bytes; expected at most " +
                                             std::to_string(limits::kProposalBytesMax)};
  if (payload.empty()) return std::vector<ByteView>();
  codec::Reader in(payload);
  auto submissions = in.list<ByteView>(limits::kProposalTransactionsMax, [](codec::Reader& r) {
    return r.bytes(limits::kSubmissionBytesMax);
  });
  if (!in.failed() && submissions.empty()) in.fail("no submissions are no bytes at all");
  TRY_VOID(in.finish("payload"));
  return submissions;
}

}  // namespace tally
