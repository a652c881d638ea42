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

/// A submission whose form, signature and consents were checked. Only verify_submission makes one.
class VerifiedSubmission {
 public:
  [[nodiscard]] const SubmissionDigest& digest() const { return digest_; }
  [[nodiscard]] const Bytes& bytes() const { return bytes_; }
  [[nodiscard]] const Submission& content() const { return content_; }
  /// The latest `valid_until` of its transactions: past it, it can have no effect.
  [[nodiscard]] Timestamp valid_until() const { return valid_until_; }

 private:
  friend Result<VerifiedSubmission> verify_submission(ByteView, const ChainId&);
  VerifiedSubmission(Bytes bytes, Submission content);
  SubmissionDigest digest_;
  Bytes bytes_;
  Submission content_;
  Timestamp valid_until_;
};

/// The static check of one submission: canonical, within limits, of `chain`, every transaction
/// well formed, every signature good. What the key may do is for execution.
/// Malformed, OutOfLimits, Conflict (another chain) or BadSignature. One verification each for
/// the submission and each consent: 60 to 120 µs.
[[nodiscard]] Result<VerifiedSubmission> verify_submission(ByteView bytes, const ChainId& chain);

/// A proposal's payload: a list of submissions' bytes; of none, no bytes at all, so that an idle
/// block has one form. FORMAT: hashed; docs/formats.md §2.
[[nodiscard]] Bytes encode_payload(std::span<const ByteView> submissions);
/// Views into `payload`. Malformed; more bytes or submissions than a proposal may hold.
[[nodiscard]] Result<std::vector<ByteView>> decode_payload(ByteView payload);

}  // namespace tally
