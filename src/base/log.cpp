// The log, over spdlog.
#include <tally/base/log.h>

#include <filesystem>
#include <memory>

#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <tally/base/bytes.h>

namespace tally::log {
namespace {

spdlog::level::level_enum spdlog_level(Level level) {
  switch (level) {
    case Level::Debug:
      return spdlog::level::debug;
    case Level::Info:
      return spdlog::level::info;
    case Level::Warning:
      return spdlog::level::warn;
    case Level::Error:
      break;
  }
  return spdlog::level::err;
}

std::shared_ptr<spdlog::logger> make_logger(Level level, const std::string& file) {
  std::shared_ptr<spdlog::logger> logger;
  if (file.empty())
    logger = std::make_shared<spdlog::logger>("tally",
                                              std::make_shared<spdlog::sinks::stderr_sink_mt>());
  else
    logger = std::make_shared<spdlog::logger>(
        "tally", std::make_shared<spdlog::sinks::basic_file_sink_mt>(file));
  logger->set_level(spdlog_level(level));
  logger->flush_on(spdlog::level::info);
  logger->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %l %v", spdlog::pattern_time_type::utc);
  return logger;
}

std::shared_ptr<spdlog::logger>& current() {
  static std::shared_ptr<spdlog::logger> logger = make_logger(Level::Warning, "");
  return logger;
}

}  // namespace

Result<void> start(Level level, const std::string& file) {
  // spdlog would make a missing folder; a mistyped path must be refused instead (CLI-23).
  std::error_code ignored;
  const std::filesystem::path folder = std::filesystem::path(file).parent_path();
  if (!folder.empty() && !std::filesystem::is_directory(folder, ignored))
    return Error{ErrorCode::Io, "log file in a missing folder: " + printable(file)};
  try {
    current() = make_logger(level, file);
  } catch (const spdlog::spdlog_ex&) {
    return Error{ErrorCode::Io, "log file does not open: " + printable(file)};
  }
  return {};
}

// "{}" and an argument: what stands in a line must never be read as a format.
void debug(std::string_view line) {
  current()->debug("{}", line);
}
void info(std::string_view line) {
  current()->info("{}", line);
}
void warning(std::string_view line) {
  current()->warn("{}", line);
}
void error(std::string_view line) {
  current()->error("{}", line);
}

}  // namespace tally::log
