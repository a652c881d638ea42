// Arguments, checked word by word (design/bad-inputs.md, CLI).
#include "app/arguments.h"

#include <tally/base/bytes.h>
#include <tally/config/text.h>

#include <algorithm>
#include <map>

namespace tally::app {
namespace {

constexpr std::size_t kArgumentBytesMax = 64 << 10;

std::string shown(std::string_view text) {
  return "\"" + printable(text) + "\"";
}

std::string fix_for(const std::string& near, const CLI::App& command) {
  if (!near.empty()) return "write \"" + near + "\"";
  return "see " + full_name(command) + " --help";
}

std::vector<const CLI::App*> subcommands_of(const CLI::App& command) {
  return command.get_subcommands([](const CLI::App*) { return true; });
}

std::vector<std::string> names_of_subcommands(const CLI::App& command) {
  std::vector<std::string> names;
  for (const CLI::App* sub : subcommands_of(command))
    names.push_back(sub->get_name());
  return names;
}

std::vector<std::string> names_of_options(const CLI::App& command) {
  std::vector<std::string> names;
  for (const CLI::Option* option : command.get_options())
    for (const std::string& name : option->get_lnames())
      names.push_back("--" + name);
  return names;
}

const CLI::Option* find_option(const CLI::App& command, const std::string& name) {
  for (const CLI::Option* option : command.get_options())
    if (!option->get_positional() && option->check_name(name)) return option;
  return nullptr;
}

/// A word that can only be an option: "-5s" is a value, "-" means stdin.
bool is_option(const std::string& word) {
  return word.size() > 1 && word[0] == '-' && !(word[1] >= '0' && word[1] <= '9');
}

/// One walk over the words, left to right.
class Walk {
 public:
  Walk(const CLI::App& program, const std::vector<std::string>& words)
      : command_(&program), words_(words) {}

  std::optional<Fault> run() {
    for (at_ = 0; at_ < words_.size(); ++at_) {
      const std::string& word = words_[at_];
      if (word.size() > kArgumentBytesMax)
        return Fault{kTooLong, shown(word), "at most 64 KiB", "", "pass a file"};
      if (word == "--")
        only_values_ = true;
      else if (std::optional<Fault> fault = take(word))
        return fault;
    }
    return check_end();
  }
  [[nodiscard]] const CLI::App& command() const { return *command_; }

 private:
  std::optional<Fault> take(const std::string& word) {
    if (!only_values_ && is_option(word)) return take_option(word);
    for (const CLI::App* sub : subcommands_of(*command_))
      if (!only_values_ && sub->get_name() == word) {
        command_ = sub;
        return std::nullopt;
      }
    if (!subcommands_of(*command_).empty()) {
      const std::string near = config::nearest(word, names_of_subcommands(*command_));
      return Fault{kUnknownCommand,
                   shown(word) + (near.empty() ? "" : "; did you mean '" + near + "'?"), "", "",
                   fix_for(near, *command_)};
    }
    return take_positional(word);
  }

  std::optional<Fault> take_option(const std::string& word) {
    const std::size_t equals = word.find('=');
    const std::string name = word.substr(0, equals);
    const CLI::Option* option = find_option(*command_, name);
    if (option == nullptr) return unknown(name);
    const bool takes_value = option->get_items_expected_max() > 0;
    const bool may_repeat = option->get_items_expected_max() > 1;
    if (++seen_[option] > 1 && !may_repeat)
      return Fault{kOptionTwice, name + " given twice", "it once", "", "leave one out"};
    if (equals != std::string::npos) {
      if (!takes_value)
        return Fault{kExtraArgument, shown(word), name + " without a value", "", "write " + name};
      return check_value(*option, name, word.substr(equals + 1));
    }
    if (!takes_value) return std::nullopt;
    const bool none_follows = at_ + 1 >= words_.size() || is_option(words_[at_ + 1]);
    if (none_follows)
      return Fault{kNoValue, name, name + " " + option->get_type_name(), "", "give its value"};
    return check_value(*option, name, words_[++at_]);
  }

  std::optional<Fault> take_positional(const std::string& word) {
    for (const CLI::Option* option : command_->get_options()) {
      if (!option->get_positional()) continue;
      if (seen_[option] >= option->get_items_expected_max()) continue;
      ++seen_[option];
      return check_value(*option, option->get_name(), word);
    }
    return Fault{kExtraArgument, shown(word), "no further argument", "", fix_for("", *command_)};
  }

  [[nodiscard]] Fault unknown(const std::string& name) const {
    if (name.find("pass") != std::string::npos || name.find("secret") != std::string::npos)
      return Fault{kNoSecrets, shown(name), "no such option", "",
                   "use a file or a descriptor: other users see arguments"};
    if (name == "--dev")
      return Fault{kUnknownOption, shown(name), "no such option: genesis says `development`", "",
                   "leave it out"};
    const std::string near = config::nearest(name, names_of_options(*command_));
    return Fault{kUnknownOption, shown(name), "an option of this command", "",
                 fix_for(near, *command_)};
  }

  static std::optional<Fault> check_value(const CLI::Option& option, const std::string& name,
                                          const std::string& value) {
    if (value.empty()) return Fault{kEmptyValue, name, "a value", "", "give one, or leave it out"};
    const bool printable_value = std::none_of(value.begin(), value.end(), [](char c) {
      return static_cast<std::uint8_t>(c) < 0x20 || c == 0x7f;
    });
    if (printable_value || option.get_type_name() == "JSON") return std::nullopt;
    return Fault{kUnprintable, shown(value), "text without control characters", name,
                 "rename what it names"};
  }

  [[nodiscard]] std::optional<Fault> check_end() {
    if (!subcommands_of(*command_).empty())
      return Fault{kNoCommand, "", "one of the commands of " + full_name(*command_), "",
                   "see " + full_name(*command_) + " --help"};
    for (const CLI::Option* option : command_->get_options())
      if (option->get_required() && seen_[option] == 0)
        return Fault{kMissingOption, "", option->get_name(), "",
                     "see " + full_name(*command_) + " --help"};
    return std::nullopt;
  }

  const CLI::App* command_;
  const std::vector<std::string>& words_;
  std::map<const CLI::Option*, int> seen_;
  std::size_t at_ = 0;
  bool only_values_ = false;
};

}  // namespace

Asked check_arguments(const CLI::App& program, const std::vector<std::string>& arguments) {
  Asked asked;
  for (const std::string& word : arguments) {
    if (word == "--") break;
    asked.help = asked.help || word == "--help" || word == "-h";
    asked.version = asked.version || word == "--version";
    asked.json_errors = asked.json_errors || word == "--json-errors";
  }
  Walk walk(program, arguments);
  asked.fault = walk.run();
  asked.command = &walk.command();
  // A command may have an option of this name, which is about something else.
  const bool has_own = asked.command->get_parent() != nullptr &&
                       asked.command->get_option_no_throw("--version") != nullptr;
  asked.version = asked.version && !has_own;
  return asked;
}

std::string full_name(const CLI::App& command) {
  const CLI::App* parent = command.get_parent();
  return parent == nullptr ? command.get_name() : full_name(*parent) + " " + command.get_name();
}

}  // namespace tally::app
