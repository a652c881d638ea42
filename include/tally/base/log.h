// The shell's log: one line an event, `event key=value …`. The core returns facts instead.
#pragma once

#include <tally/base/result.h>

#include <string>
#include <string_view>

namespace tally::log {

enum class Level { Debug, Info, Warning, Error };

/// Logs from `level` on to stderr, or to the end of `file` where it is not empty. Call once, before
/// threads. Without a call, warnings and errors go to stderr. Io: the file does not open.
[[nodiscard]] Result<void> start(Level level, const std::string& file);

/// error: someone must act. warning: someone should look. info: rare milestones. debug: the rest.
void debug(std::string_view line);
void info(std::string_view line);
void warning(std::string_view line);
void error(std::string_view line);

}  // namespace tally::log
