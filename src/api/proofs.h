// Proofs: a record under the state root of a header that a quorum has certified.
#pragma once

#include <tally/state/state_root.h>

#include "api/door.h"
#include "api/waiting.h"

#include <functional>
#include <memory>

namespace tally::api {

struct Proof {
  std::optional<Bytes> record;
  state::StateProof proof;
  consensus::CertifiedHeader certified;
};
using ProofDone = std::function<void(Reply<Proof>)>;

/// Calls `done` once, on any thread: the newest executed height's proof as soon as that height is
/// certified, or UNAVAILABLE NOT_CERTIFIED at `deadline`. Borrows both for as long as that takes.
void prove(Door& door, Waiting& waiting, const state::RecordKey& key, Clock::time_point deadline,
           ProofDone done);

}  // namespace tally::api
