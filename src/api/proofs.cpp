// The state tree stands in memory at the newest executed height alone, whose certificate comes a
// moment later: so a proof is taken first, and waits for its certificate.
#include "api/proofs.h"

namespace tally::api {
namespace {

/// Tree and ledger are one height except while a block is being written.
constexpr int kAttemptsMax = 1'000;

struct Taken {
  std::optional<Bytes> record;
  state::StateProof proof;
  consensus::Header header;
};

Reply<Taken> take(const node::NodeLoop& loop, const state::RecordKey& key) {
  for (int attempt = 0; attempt < kAttemptsMax; ++attempt) {
    state::StateProof proof = loop.prove(key);
    TRY(const auto snapshot, loop.snapshot());
    if (snapshot->height() != proof.height) {
      std::this_thread::yield();
      continue;
    }
    TRY(consensus::Header header, snapshot->header(proof.height));
    TRY(auto record, snapshot->find(key));
    return Taken{std::move(record), std::move(proof), std::move(header)};
  }
  return Fault{grpc::StatusCode::UNAVAILABLE, "BUSY", "blocks come too fast for a proof; try again",
               1};
}

Reply<std::optional<consensus::Certificate>> certificate_of(const node::NodeLoop& loop,
                                                            const consensus::Header& header) {
  const node::NodeStatus status = loop.status();
  if (status.certified.has_value() && status.certified->header == header)
    return std::optional(status.certified->certificate);
  TRY(const auto snapshot, loop.snapshot());
  TRY(auto certificate, snapshot->certificate(header.height));
  return certificate;
}

class Proving : public std::enable_shared_from_this<Proving> {
 public:
  Proving(Door& door, Waiting& waiting, state::RecordKey key, Clock::time_point deadline,
          ProofDone done)
      : door_(door),
        waiting_(waiting),
        key_(std::move(key)),
        deadline_(deadline),
        done_(std::move(done)) {}

  void start() {
    Reply<Taken> taken = take(door_.loop, key_);
    if (!taken.ok()) return done_(taken.error());
    taken_ = std::move(taken).value();
    // Genesis has no certificate: the first block's proof is as good.
    const Height needed = taken_.proof.height == Height() ? Height(1) : taken_.proof.height;
    waiting_.when_certified(needed, deadline_, [self = shared_from_this()](bool certified) {
      self->finish(certified);
    });
  }

 private:
  void finish(bool certified) {
    if (!certified || Clock::now() >= deadline_)
      return done_(Fault{grpc::StatusCode::UNAVAILABLE, "NOT_CERTIFIED",
                         "no quorum certified height " +
                             std::to_string(taken_.proof.height.value()) + " in time; try again",
                         100});
    Reply<std::optional<consensus::Certificate>> certificate =
        certificate_of(door_.loop, taken_.header);
    if (!certificate.ok()) return done_(certificate.error());
    if (!certificate->has_value()) return start();  // superseded before it was stored: a newer one
    done_(Proof{std::move(taken_.record),
                std::move(taken_.proof),
                {std::move(taken_.header), std::move(*std::move(certificate).value())}});
  }

  Door& door_;
  Waiting& waiting_;
  const state::RecordKey key_;
  const Clock::time_point deadline_;
  ProofDone done_;
  Taken taken_;
};

}  // namespace

void prove(Door& door, Waiting& waiting, const state::RecordKey& key, Clock::time_point deadline,
           ProofDone done) {
  std::make_shared<Proving>(door, waiting, key, deadline, std::move(done))->start();
}

}  // namespace tally::api
