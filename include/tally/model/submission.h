// Submission: transactions under one signature of one key; the unit of authenticity.
#pragma once

#include <tally/model/transaction.h>

#include <vector>

namespace tally {

/// FORMAT: signed, stored; docs/formats.md §1.
struct Submission {
  ChainId chain;
  crypto::PublicKey key;
  std::vector<Transaction> transactions;  ///< 1 … limits::kSubmissionTransactionsMax
  crypto::Signature signature;            ///< over all that stands before it
  friend bool operator==(const Submission&, const Submission&) = default;
};

[[nodiscard]] Bytes encode_submission(const Submission& submission);
/// Malformed or OutOfLimits. Checks no signature.
[[nodiscard]] Result<Submission> decode_submission(ByteView bytes);
/// The encoding of a submission by `key` over `transactions`. REQUIRES: 1 … the limit of them.
[[nodiscard]] Bytes seal_submission(const ChainId& chain, std::vector<Transaction> transactions,
                                    const crypto::PrivateKey& key);

/// H("submission": all its bytes, the signature too), so a cached check cannot be lent to the same
/// content under another signature.
using SubmissionDigest = FixedBytes<struct SubmissionDigestTag, 32>;
[[nodiscard]] SubmissionDigest submission_digest(ByteView bytes);

/// Its own signature, and each consent.
[[nodiscard]] std::size_t signature_count(const Submission& submission);

/// What is worth keeping of a submission that was verified: enough to judge proposals that hold it,
/// and the proof that its bytes need no second check. Only a VerifiedSubmission has one to give.
class SubmissionFacts {
 public:
  [[nodiscard]] const SubmissionDigest& digest() const { return digest_; }
  [[nodiscard]] std::size_t transactions() const { return transactions_; }
  [[nodiscard]] std::size_t signatures() const { return signatures_; }
  /// The latest `valid_until` of its transactions: past it, it can have no effect.
  [[nodiscard]] Timestamp valid_until() const { return valid_until_; }

 private:
  friend class VerifiedSubmission;
  SubmissionFacts(const SubmissionDigest& digest, const Submission& content);
  SubmissionDigest digest_;
  std::size_t transactions_;
  std::size_t signatures_;
  Timestamp valid_until_;
};

/// A submission whose form, signature and consents were checked. Only verify_submission makes one,
/// and verified_before a copy.
class VerifiedSubmission {
 public:
  [[nodiscard]] const SubmissionFacts& facts() const { return facts_; }
  [[nodiscard]] const SubmissionDigest& digest() const { return facts_.digest(); }
  [[nodiscard]] const Bytes& bytes() const { return bytes_; }
  [[nodiscard]] const Submission& content() const { return content_; }
  [[nodiscard]] Timestamp valid_until() const { return facts_.valid_until(); }

 private:
  friend Result<VerifiedSubmission> verify_submission(ByteView, const ChainId&);
  friend VerifiedSubmission verified_before(ByteView, const SubmissionFacts&);
  VerifiedSubmission(Bytes bytes, Submission content);
  Bytes bytes_;
  Submission content_;
  SubmissionFacts facts_;
};

/// The static check of one submission: canonical, within limits, of `chain`, every transaction
/// well formed, every signature good. What the key may do is for execution.
/// Malformed, OutOfLimits, Conflict (another chain) or BadSignature. One verification each for
/// the submission and each consent: 60 to 120 µs.
[[nodiscard]] Result<VerifiedSubmission> verify_submission(ByteView bytes, const ChainId& chain);

/// The submission that `facts` are of, from the same bytes: no signature is checked again.
/// REQUIRES: the digest of `bytes` is that of `facts`.
[[nodiscard]] VerifiedSubmission verified_before(ByteView bytes, const SubmissionFacts& facts);

/// A proposal's payload: a list of submissions' bytes; of none, no bytes at all, so that an idle
/// block has one form. FORMAT: hashed; docs/formats.md §2.
[[nodiscard]] Bytes encode_payload(std::span<const ByteView> submissions);
/// Views into `payload`. Malformed; more bytes or submissions than a proposal may hold.
[[nodiscard]] Result<std::vector<ByteView>> decode_payload(ByteView payload);

}  // namespace tally
