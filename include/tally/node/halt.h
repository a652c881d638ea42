// Halt: why a node stopped for safety, the bundle of proofs that it leaves behind, and the marker
// that keeps it from starting again till somebody has dealt with it (design/bad-inputs.md, X8).
#pragma once

#include <tally/consensus/certificate.h>
#include <tally/model/receipt.h>
#include <tally/state/state_delta.h>
#include <tally/storage/file.h>
#include <tally/storage/vote_log.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace tally::node {

/// What contradicts what, as far as the node knows it; each part may be absent.
struct Halt {
  std::string reason;  ///< one line for people
  bool twin = false;   ///< another process holds this node's keys, so its log is not all it voted
  Height height;
  std::optional<consensus::Header> own;
  std::optional<consensus::Header> certified;
  std::optional<consensus::Certificate> certificate;
  std::optional<consensus::Proposal> proposal;
  std::vector<Receipt> receipts;
  std::map<state::RecordKey, state::RecordChange> changes;  ///< what the own block did to records
  Bytes message;  ///< of a peer, which showed the contradiction; as it came
};

/// What a bundle says besides.
struct HaltContext {
  std::string program;  ///< name, version, build
  Timestamp now;
  storage::LogIdentity log;  ///< whose votes DATA/votes holds
};

/// DATA/HALTED, as far as it can be read; that it is there is what counts.
struct HaltMarker {
  std::string reason;
  std::string bundle;  ///< its folder, below DATA; empty where none could be written
  bool twin = false;
  Height height;
  std::optional<crypto::Hash> certified;  ///< digest of the certified header
};

/// Writes DATA/bundles/halt-HEIGHT-TIME/ and then DATA/HALTED, both on disk when it returns. A
/// bundle that cannot be written does not keep the marker from being. Io: there is no marker.
[[nodiscard]] Result<HaltMarker> write_halt(storage::FileSystem& files, const std::string& folder,
                                            const Halt& halt, const HaltContext& context);

/// nullopt: the node did not halt. Io.
[[nodiscard]] Result<std::optional<HaltMarker>> read_halt(const storage::FileSystem& files,
                                                          const std::string& folder);

}  // namespace tally::node
