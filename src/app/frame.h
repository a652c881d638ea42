// Frame: a program of subcommands, with one way to read arguments, to answer and to fail.
//
// To add a subcommand: a file src/app/commands/NAME.cpp with
//
//   void add_NAME(Frame& frame) {
//     auto options = std::make_shared<Options>();
//     CLI::App& command = frame.add({"NAME", "one line", "what it does, with an example"},
//                                   [options](const Output& out) { return run(*options, out); });
//     command.add_option("--what", options->what, "…")->required();
//     add_connection_options(command, options->connection);
//   }
//
// its declaration in commands/commands.h, one line in src/app/tally.cpp and its place in
// src/CMakeLists.txt. `run` returns Faults: none, and the program ends with exit code 0.
#pragma once

#include "app/fault_kinds.h"

#include <CLI/App.hpp>
#include <functional>
#include <string>

namespace tally::app {

/// How a command is to answer; every command has the options --json and --json-errors.
struct Output {
  bool json = false;  ///< one JSON document, or one a line, on stdout and nothing else there
};

struct CommandText {
  const char* name;
  const char* summary;  ///< one line, for the list of commands
  const char* details;  ///< what --help teaches, with an example
};

class Frame {
 public:
  using Run = std::function<Faults(const Output&)>;

  explicit Frame(const CommandText& program);

  /// A subcommand that runs; options are added to what this returns.
  CLI::App& add(const CommandText& text, Run run) { return add(program_, text, std::move(run)); }
  /// A subcommand that only holds others, and one of these.
  CLI::App& add_group(const CommandText& text) { return add_group(program_, text); }
  CLI::App& add_group(CLI::App& group, const CommandText& text);
  CLI::App& add(CLI::App& group, const CommandText& text, Run run);

  /// Reads the arguments, runs what they ask for, prints what is wrong, one line a fault; returns
  /// the process's exit code.
  [[nodiscard]] int run(int argc, const char* const* argv);

 private:
  [[nodiscard]] Faults parse_and_run(std::vector<std::string> arguments);
  int end_with(const Faults& faults, bool as_json) const;

  CLI::App program_;
  Output output_;
  bool json_errors_ = false;
  bool version_ = false;
  Run chosen_;
};

/// Puts the process into a known state before anything is opened: descriptors 0 to 2 are open,
/// files are the user's own (umask 077), a closed pipe is an error and not a signal, and no core
/// dump can hold a key. Returns the umask that was in force.
unsigned prepare_process();

}  // namespace tally::app
