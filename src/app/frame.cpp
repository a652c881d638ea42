// Frame: subcommands over CLI11.
#include "app/frame.h"

#include <tally/base/bytes.h>

#include "app/arguments.h"
#include "app/version.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <csignal>
#include <iostream>

namespace tally::app {
namespace {

/// Options first, then the text that teaches: CLI11 puts descriptions on top, where a long one
/// hides the options.
class TeachingFormatter : public CLI::Formatter {
 public:
  TeachingFormatter() { column_width(34); }

  std::string make_description(const CLI::App* app) const override {
    return app->get_description() + "\n";
  }
};

void set_up(CLI::App& command, const CommandText& text) {
  command.description(text.summary);
  command.footer(text.details);
  command.set_help_flag("-h,--help", "Say what this does, and end");
  command.formatter(std::make_shared<TeachingFormatter>());
}

std::string short_usage(const CLI::App& program) {
  std::string text = "usage: " + program.get_name() + " COMMAND [OPTIONS]\n";
  for (const CLI::App* sub : program.get_subcommands([](const CLI::App*) { return true; })) {
    std::string name = sub->get_name();
    name.resize(std::max<std::size_t>(name.size(), 10), ' ');
    text += "  " + name + "  " + sub->get_description() + "\n";
  }
  return text;
}

/// CLI11 puts the name of the command itself behind what it is given.
std::string help_of(const CLI::App& command) {
  const CLI::App* parent = command.get_parent();
  return command.help(parent == nullptr ? "" : full_name(*parent));
}

}  // namespace

Frame::Frame(const CommandText& program) : program_(program.summary, program.name) {
  set_up(program_, program);
  program_.add_flag("--version", version_, "Print version, commit, build and protocol, and end");
}

CLI::App& Frame::add_group(CLI::App& group, const CommandText& text) {
  CLI::App* inner = group.add_subcommand(text.name, text.summary);
  set_up(*inner, text);
  return *inner;
}

CLI::App& Frame::add(CLI::App& group, const CommandText& text, Run run) {
  CLI::App* command = group.add_subcommand(text.name, text.summary);
  set_up(*command, text);
  command->add_flag("--json", output_.json, "Answer in JSON");
  command->add_flag("--json-errors", json_errors_, "Say what is wrong in JSON, one object a line");
  command->callback([this, run = std::move(run)] { chosen_ = run; });
  return *command;
}

int Frame::run(int argc, const char* const* argv) {
  const std::vector<std::string> arguments(argv + (argc > 0 ? 1 : 0), argv + argc);
  const Asked asked = check_arguments(program_, arguments);
  if (asked.help) {
    std::cout << help_of(*asked.command) << std::flush;
    return 0;
  }
  if (asked.version) {
    std::cout << version_text(program_.get_name()) << std::flush;
    return 0;
  }
  if (asked.fault) {
    const int code = end_with({*asked.fault}, asked.json_errors);
    if (asked.fault->kind.number == kNoCommand.number && !asked.json_errors)
      std::cerr << short_usage(*asked.command);
    return code;
  }
  const int code = end_with(parse_and_run(arguments), asked.json_errors);
  std::cout << std::flush;  // fails where the reader has closed the pipe: nobody is there to tell
  return code;
}

Faults Frame::parse_and_run(std::vector<std::string> arguments) {
  std::reverse(arguments.begin(), arguments.end());  // as CLI11 asks for
  try {
    program_.parse(std::move(arguments));
  } catch (const CLI::ParseError& error) {
    return {Fault{kBadValue, printable(error.what()), "", "", "see --help"}};
  }
  CHECK(chosen_ != nullptr);
  return chosen_(output_);
}

int Frame::end_with(const Faults& faults, bool as_json) const {
  for (const Fault& fault : faults)
    if (as_json)
      std::cerr << config::json_of(fault) << "\n";
    else
      std::cerr << program_.get_name() << ": " << config::line_of(fault) << "\n";
  return static_cast<int>(config::exit_code_of(faults));
}

unsigned prepare_process() {
  for (int descriptor = 0; descriptor <= 2; ++descriptor)
    if (fcntl(descriptor, F_GETFD) < 0) {
      const int opened = open("/dev/null", descriptor == 0 ? O_RDONLY : O_WRONLY);
      CHECK(opened == descriptor);  // the lowest free one, by POSIX
    }
  std::signal(SIGPIPE, SIG_IGN);
  const rlimit no_core{0, 0};
  setrlimit(RLIMIT_CORE, &no_core);
  prctl(PR_SET_DUMPABLE, 0);
  return umask(077);
}

}  // namespace tally::app
