// The numbers of the faults of files. A number is given once and never used for another fault.
#pragma once

#include <tally/config/fault.h>

namespace tally::config {

/// What can be wrong with any file of ours; the same number on each surface.
struct FileKinds {
  FaultKind no_file;
  FaultKind unreadable;
  FaultKind too_large;
  FaultKind not_utf8;
  FaultKind writable;
  FaultKind syntax;
  FaultKind twice;
  FaultKind unknown_key;
  FaultKind missing_key;
  FaultKind wrong_type;
  FaultKind out_of_range;
  FaultKind bad_form;
  FaultKind too_many;
  FaultKind elsewhere;
  FaultKind no_switch;
  FaultKind secret;
};

inline constexpr FileKinds kConfigKinds = {
    {"CFG-001", ExitCode::Configuration, "no such file"},
    {"CFG-002", ExitCode::Configuration, "file cannot be read"},
    {"CFG-003", ExitCode::Configuration, "file is too large"},
    {"CFG-004", ExitCode::Configuration, "not UTF-8"},
    {"CFG-005", ExitCode::Configuration, "others could change the file"},
    {"CFG-010", ExitCode::Configuration, "not TOML"},
    {"CFG-011", ExitCode::Configuration, "given twice"},
    {"CFG-012", ExitCode::Configuration, "unknown key"},
    {"CFG-013", ExitCode::Configuration, "missing key"},
    {"CFG-014", ExitCode::Configuration, "wrong type"},
    {"CFG-015", ExitCode::Configuration, "out of range"},
    {"CFG-016", ExitCode::Configuration, "wrong form"},
    {"CFG-017", ExitCode::Configuration, "too many entries"},
    {"CFG-018", ExitCode::Configuration, "belongs to genesis or to the ledger"},
    {"CFG-019", ExitCode::Configuration, "cannot be switched"},
    {"CFG-020", ExitCode::Configuration, "secret in the file"},
};

inline constexpr FileKinds kGenesisKinds = {
    {"GEN-001", ExitCode::Genesis, "no such file"},
    {"GEN-002", ExitCode::Genesis, "file cannot be read"},
    {"GEN-003", ExitCode::Genesis, "file is too large"},
    {"GEN-004", ExitCode::Genesis, "not UTF-8"},
    {"GEN-005", ExitCode::Genesis, "others could change the file"},
    {"GEN-010", ExitCode::Genesis, "not TOML"},
    {"GEN-011", ExitCode::Genesis, "given twice"},
    {"GEN-012", ExitCode::Genesis, "unknown field"},
    {"GEN-013", ExitCode::Genesis, "missing field"},
    {"GEN-014", ExitCode::Genesis, "wrong type"},
    {"GEN-015", ExitCode::Genesis, "out of range"},
    {"GEN-016", ExitCode::Genesis, "wrong form"},
    {"GEN-017", ExitCode::Genesis, "too many entries"},
    {"GEN-018", ExitCode::Genesis, "unknown field: comes by a transaction"},
    {"GEN-019", ExitCode::Genesis, "unsupported"},
    {"GEN-020", ExitCode::Genesis, "private key in the file"},
};

inline constexpr FileKinds kProgrammeKinds = {
    {"PRG-001", ExitCode::Usage, "no such file"},
    {"PRG-002", ExitCode::Usage, "file cannot be read"},
    {"PRG-003", ExitCode::Usage, "file is too large"},
    {"PRG-004", ExitCode::Usage, "not UTF-8"},
    {"PRG-005", ExitCode::Usage, "others could change the file"},
    {"PRG-010", ExitCode::Usage, "not TOML"},
    {"PRG-011", ExitCode::Usage, "given twice"},
    {"PRG-012", ExitCode::Usage, "unknown key"},
    {"PRG-013", ExitCode::Usage, "missing key"},
    {"PRG-014", ExitCode::Usage, "wrong type"},
    {"PRG-015", ExitCode::Usage, "out of range"},
    {"PRG-016", ExitCode::Usage, "wrong form"},
    {"PRG-017", ExitCode::Usage, "too many entries"},
    {"PRG-018", ExitCode::Usage, "stands elsewhere"},
    {"PRG-019", ExitCode::Usage, "unsupported"},
    {"PRG-020", ExitCode::Usage, "private key in the file"},
};

// Of node.toml alone.
inline constexpr FaultKind kRelativePath{"CFG-021", ExitCode::Configuration, "relative path"};
inline constexpr FaultKind kPeerTwice{"CFG-022", ExitCode::Configuration, "peer given twice"};
inline constexpr FaultKind kPeerIsSelf{"CFG-023", ExitCode::Configuration,
                                       "the node's own id or address as a peer's"};
inline constexpr FaultKind kSameListener{"CFG-024", ExitCode::Configuration,
                                         "listeners must be distinct"};
inline constexpr FaultKind kSamePath{"CFG-025", ExitCode::Configuration, "paths must be distinct"};
inline constexpr FaultKind kPeerMissing{"CFG-026", ExitCode::Configuration,
                                        "no address for a merchant of genesis"};
inline constexpr FaultKind kPeerUnknown{"CFG-027", ExitCode::Configuration,
                                        "a peer that is no merchant of genesis"};
inline constexpr FaultKind kDevelopmentOnly{"CFG-028", ExitCode::Configuration,
                                            "only on a development chain"};

// Of genesis.toml alone.
inline constexpr FaultKind kNotInGenesis{"GEN-030", ExitCode::Genesis,
                                         "node_id is no merchant of genesis"};
inline constexpr FaultKind kVersion{"GEN-031", ExitCode::Genesis, "unsupported version"};
inline constexpr FaultKind kHashMismatch{"GEN-032", ExitCode::Genesis,
                                         "genesis_hash does not match the content"};
inline constexpr FaultKind kRefused{"GEN-033", ExitCode::Genesis, "no chain may start from this"};
inline constexpr FaultKind kBadSignature{"GEN-034", ExitCode::Genesis,
                                         "signature missing or wrong"};
inline constexpr FaultKind kTime{"GEN-035", ExitCode::Genesis, "genesis lies in the future"};

inline constexpr FaultKind kNotPublishable{"PRG-030", ExitCode::Usage,
                                           "no merchant may publish this"};

}  // namespace tally::config
