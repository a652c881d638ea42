// Processes that tally starts and later ends: known by pid and start time together, so that one
// that merely got the same pid is left alone.
#pragma once

#include "app/fault_kinds.h"

#include <sys/types.h>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tally::app {

struct ProcessId {
  pid_t pid = 0;
  std::uint64_t started = 0;  ///< clock ticks after boot: field 22 of /proc/PID/stat
};

/// Starts `words` (the program's path first) in a session of its own, with nothing to read and
/// its output at the end of `log_file`.
[[nodiscard]] OrFaults<ProcessId> start_process(const std::vector<std::string>& words,
                                                const std::string& log_file);

/// Whether it still runs; one that has ended and waits for its parent does not.
[[nodiscard]] bool is_running(const ProcessId& process);
/// False: it no longer runs.
bool signal_process(const ProcessId& process, int signal);
/// Waits for a child of this process; its exit code, or 128 + the signal that ended it.
[[nodiscard]] int wait_for_child(const ProcessId& process);
/// Takes away what is left of children that have ended.
void reap_children();

/// The program `name` in the folder of this one.
[[nodiscard]] std::string program_beside(const std::string& name);

/// The last `lines` lines of a file, for what went wrong; empty where it cannot be read.
[[nodiscard]] std::string last_lines(const std::string& path, std::size_t lines);

}  // namespace tally::app
