// The numbers of the programs' own faults; those of files are the config module's. A number is
// given once and never used for another fault; docs/cli.md lists all.
#pragma once

#include <tally/config/fault.h>

#include <array>

namespace tally::app {

using config::ExitCode;
using config::Fault;
using config::FaultKind;
using config::Faults;
using config::OrFaults;

// The command line.
inline constexpr FaultKind kNoCommand{"CLI-001", ExitCode::Usage, "no command"};
inline constexpr FaultKind kUnknownCommand{"CLI-002", ExitCode::Usage, "unknown command"};
inline constexpr FaultKind kUnknownOption{"CLI-003", ExitCode::Usage, "unknown option"};
inline constexpr FaultKind kOptionTwice{"CLI-004", ExitCode::Usage, "option given twice"};
inline constexpr FaultKind kEmptyValue{"CLI-005", ExitCode::Usage, "value must not be empty"};
inline constexpr FaultKind kExtraArgument{"CLI-006", ExitCode::Usage, "unexpected argument"};
inline constexpr FaultKind kNoValue{"CLI-007", ExitCode::Usage, "option without its value"};
inline constexpr FaultKind kMissingOption{"CLI-008", ExitCode::Usage, "required option missing"};
inline constexpr FaultKind kBadValue{"CLI-009", ExitCode::Usage, "value not understood"};
inline constexpr FaultKind kUnprintable{"CLI-010", ExitCode::Usage, "control character in a value"};
inline constexpr FaultKind kTooLong{"CLI-011", ExitCode::Usage, "argument too long"};
inline constexpr FaultKind kNoSecrets{"CLI-012", ExitCode::Usage, "secrets are no arguments"};
inline constexpr FaultKind kFileExists{"CLI-013", ExitCode::Usage, "file exists already"};
inline constexpr FaultKind kBadInput{"CLI-014", ExitCode::Usage, "input not understood"};

// Keys and certificates.
inline constexpr FaultKind kKeyUnreadable{"KEY-001", ExitCode::Keys, "key file cannot be read"};
inline constexpr FaultKind kKeyOpenToOthers{"KEY-002", ExitCode::Keys,
                                            "key file is open to others"};
inline constexpr FaultKind kKeyFolderOpen{"KEY-003", ExitCode::Keys,
                                          "folder of keys is open to others"};
inline constexpr FaultKind kNotAPrivateKey{"KEY-004", ExitCode::Keys, "private key expected"};
inline constexpr FaultKind kKeyEncrypted{"KEY-005", ExitCode::Keys,
                                         "key is encrypted and no passphrase can be given"};
inline constexpr FaultKind kSameKey{"KEY-006", ExitCode::Keys, "one key for two purposes"};
inline constexpr FaultKind kKeyMismatch{"KEY-007", ExitCode::Keys, "key is not the one of genesis"};
inline constexpr FaultKind kKeyOfAnother{"KEY-008", ExitCode::Keys, "key of another node"};
inline constexpr FaultKind kCertificateUnreadable{"KEY-009", ExitCode::Keys,
                                                  "certificate cannot be read"};
inline constexpr FaultKind kCertificateMismatch{"KEY-010", ExitCode::Keys,
                                                "certificate is for another key"};
inline constexpr FaultKind kCertificateDates{"KEY-011", ExitCode::Keys,
                                             "certificate is not valid now"};
inline constexpr FaultKind kCaBundle{"KEY-012", ExitCode::Keys, "bundle of CAs is not usable"};
inline constexpr FaultKind kCertificateChain{"KEY-013", ExitCode::Keys,
                                             "certificate is by no CA of the bundle"};
inline constexpr FaultKind kWrongKeyKind{"KEY-014", ExitCode::Keys, "key of the wrong kind"};
inline constexpr FaultKind kSystemClock{"KEY-015", ExitCode::Keys, "system clock looks wrong"};

// Identity and the data directory.
inline constexpr FaultKind kOtherIdentity{"DIR-001", ExitCode::Genesis,
                                          "data of another chain, node or genesis"};
inline constexpr FaultKind kNotInitialised{"DIR-002", ExitCode::Directory, "not initialised"};
inline constexpr FaultKind kNotEmpty{"DIR-003", ExitCode::Directory, "directory is not empty"};
inline constexpr FaultKind kDirectoryOpen{"DIR-004", ExitCode::Directory,
                                          "directory is open to others"};
inline constexpr FaultKind kDirectoryOwner{"DIR-005", ExitCode::Directory,
                                           "directory of another user"};
inline constexpr FaultKind kLocked{"DIR-006", ExitCode::Directory,
                                   "another process runs on this directory"};
inline constexpr FaultKind kDirectoryUnusable{"DIR-007", ExitCode::Directory,
                                              "directory cannot be used"};
inline constexpr FaultKind kRunAsRoot{"DIR-008", ExitCode::Directory,
                                      "runs as root on a production chain"};
inline constexpr FaultKind kCorrupt{"DIR-009", ExitCode::Corrupt, "data does not verify"};
inline constexpr FaultKind kLawBroken{"DIR-010", ExitCode::Halt, "a law of the ledger is broken"};
inline constexpr FaultKind kLedgerUnusable{"DIR-011", ExitCode::Corrupt,
                                           "the ledger must be built again"};

// Running.
inline constexpr FaultKind kHalted{"RUN-001", ExitCode::Halt, "stopped for safety"};
inline constexpr FaultKind kCannotListen{"RUN-002", ExitCode::Resources, "cannot listen"};
inline constexpr FaultKind kNoDescriptors{"RUN-003", ExitCode::Resources,
                                          "too few file descriptors"};
inline constexpr FaultKind kLogFile{"RUN-004", ExitCode::Resources, "log file cannot be opened"};
inline constexpr FaultKind kCannotWrite{"RUN-005", ExitCode::Resources, "file cannot be written"};
inline constexpr FaultKind kCannotRun{"RUN-006", ExitCode::Resources, "program cannot be run"};
inline constexpr FaultKind kHaltedBefore{"RUN-007", ExitCode::Halt,
                                         "stopped for safety, and not recovered since"};

// Talking to a node.
inline constexpr FaultKind kCannotReach{"NET-001", ExitCode::Remote, "cannot reach a node"};
inline constexpr FaultKind kNodeRefused{"NET-002", ExitCode::Remote, "the node refused"};
inline constexpr FaultKind kLedgerRefused{"NET-003", ExitCode::Remote, "the ledger refused"};
inline constexpr FaultKind kNotFound{"NET-004", ExitCode::Remote, "nothing of this name"};
inline constexpr FaultKind kOutcomeUnknown{"NET-005", ExitCode::Remote, "outcome unknown"};

// The local network.
inline constexpr FaultKind kNoLocalnet{"LOC-001", ExitCode::Directory, "no local network here"};
inline constexpr FaultKind kLocalnetFile{"LOC-002", ExitCode::Directory,
                                         "localnet.json not understood"};
inline constexpr FaultKind kNodeDied{"LOC-003", ExitCode::Remote, "a node ended"};
inline constexpr FaultKind kNotReady{"LOC-004", ExitCode::Remote, "not ready in time"};
inline constexpr FaultKind kNotRunning{"LOC-005", ExitCode::Remote, "the node is not running"};
inline constexpr FaultKind kStillRunning{"LOC-006", ExitCode::Remote, "the node still runs"};
inline constexpr FaultKind kLocalnetBusy{"LOC-007", ExitCode::Directory,
                                         "another command works on this network"};

/// All of them, for the test that holds docs/cli.md against the code.
inline constexpr std::array kProgramKinds{kNoCommand,
                                          kUnknownCommand,
                                          kUnknownOption,
                                          kOptionTwice,
                                          kEmptyValue,
                                          kExtraArgument,
                                          kNoValue,
                                          kMissingOption,
                                          kBadValue,
                                          kUnprintable,
                                          kTooLong,
                                          kNoSecrets,
                                          kFileExists,
                                          kBadInput,
                                          kKeyUnreadable,
                                          kKeyOpenToOthers,
                                          kKeyFolderOpen,
                                          kNotAPrivateKey,
                                          kKeyEncrypted,
                                          kSameKey,
                                          kKeyMismatch,
                                          kKeyOfAnother,
                                          kCertificateUnreadable,
                                          kCertificateMismatch,
                                          kCertificateDates,
                                          kCaBundle,
                                          kCertificateChain,
                                          kWrongKeyKind,
                                          kSystemClock,
                                          kOtherIdentity,
                                          kNotInitialised,
                                          kNotEmpty,
                                          kDirectoryOpen,
                                          kDirectoryOwner,
                                          kLocked,
                                          kDirectoryUnusable,
                                          kRunAsRoot,
                                          kCorrupt,
                                          kLawBroken,
                                          kLedgerUnusable,
                                          kHalted,
                                          kCannotListen,
                                          kNoDescriptors,
                                          kLogFile,
                                          kCannotWrite,
                                          kCannotRun,
                                          kHaltedBefore,
                                          kCannotReach,
                                          kNodeRefused,
                                          kLedgerRefused,
                                          kNotFound,
                                          kOutcomeUnknown,
                                          kNoLocalnet,
                                          kLocalnetFile,
                                          kNodeDied,
                                          kNotReady,
                                          kNotRunning,
                                          kStillRunning,
                                          kLocalnetBusy};

}  // namespace tally::app
