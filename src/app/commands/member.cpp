// tally member commit, find, erase, card.
#include <tally/base/bytes.h>
#include <tally/config/text.h>

#include "app/commands/commands.h"
#include "app/files.h"
#include "app/vault.h"

#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

namespace tally::app {
namespace {

struct Options {
  std::string input;
  std::string vault;
};

constexpr std::size_t kIdentityBytesMax = 4 << 10;

constexpr CommandText kGroup = {
    "member", "Keep who is who: a merchant's own vault, which no node sees",
    R"(The ledger has a random member id and a commitment to a person; the vault can tell who that
is. It is a file as secret as a key. What is asked about comes by a file or standard input (-),
never as an argument, which others on the machine could read.

  echo 'Ann Baker, 1987-04-12' | tally member commit - --vault vault.json)"};
constexpr CommandText kCommit = {
    "commit", "Print the member id and the commitment of a person, known or new",
    R"(What an enrolment needs. The same person has the same two for ever, whatever the case of
letters and the number of blanks. The vault is made if there is none.

  echo 'Ann Baker, 1987-04-12' | tally member commit - --vault vault.json)"};
constexpr CommandText kFind = {"find", "Print the same of a person that the vault knows",
                               R"(NET-004: nobody is known by that.

  echo 'Ann Baker, 1987-04-12' | tally member find - --vault vault.json)"};
constexpr CommandText kErase = {
    "erase", "Destroy what leads from a person to a member id",
    R"(Pepper and mapping go; the ledger is not touched, and what stands on it points to nobody.
Erase the copies of the vault as well, and what other systems keep beside the id.

  echo 'Ann Baker, 1987-04-12' | tally member erase - --vault vault.json)"};
constexpr CommandText kCard = {"card", "Print the token of a card's number",
                               R"(What link_token, block_token and a purchase by card name.

  echo '2750 1234 5678' | tally member card - --vault vault.json)"};

using Lines = std::vector<std::pair<const char*, std::string>>;

void print(const Lines& lines, const Output& out) {
  if (out.json) {
    nlohmann::json object;
    for (const auto& [name, value] : lines)
      object[name] = value;
    std::cout << object.dump() << "\n";
    return;
  }
  for (const auto& [name, value] : lines)
    std::cout << name << std::string(12 - std::string_view(name).size(), ' ') << value << "\n";
}

void print(const Known& known, const Output& out) {
  print(Lines{{"member", to_hex(known.member.view())},
              {"commitment", to_hex(known.commitment.view())}},
        out);
}

OrFaults<std::string> identity_in(const Options& options) {
  const OrFaults<std::string> text = read_input(options.input, kIdentityBytesMax);
  if (!text) return text;
  return normalised_identity(*text);
}

Faults nobody(const Options& options) {
  return {Fault{kNotFound, "nobody known by that", "a person whom the vault knows",
                config::shown_path(options.vault), "tally member commit enters a new one"}};
}

Faults commit(const Options& options, const Output& out) {
  const OrFaults<std::string> identity = identity_in(options);
  if (!identity) return identity.error();
  OrFaults<Vault> vault = Vault::open(options.vault, true);
  if (!vault) return vault.error();
  const Known known = vault->find_or_add(*identity);
  if (Faults faults = vault->save(); !faults.empty()) return faults;
  print(known, out);
  return {};
}

Faults find(const Options& options, const Output& out) {
  const OrFaults<std::string> identity = identity_in(options);
  if (!identity) return identity.error();
  const OrFaults<Vault> vault = Vault::open(options.vault, false);
  if (!vault) return vault.error();
  const std::optional<Known> known = vault->find(*identity);
  if (!known.has_value()) return nobody(options);
  print(*known, out);
  return {};
}

Faults erase(const Options& options, const Output& out) {
  const OrFaults<std::string> identity = identity_in(options);
  if (!identity) return identity.error();
  OrFaults<Vault> vault = Vault::open(options.vault, false);
  if (!vault) return vault.error();
  const std::optional<MemberId> member = vault->erase(*identity);
  if (!member.has_value()) return nobody(options);
  if (Faults faults = vault->save(); !faults.empty()) return faults;
  print(Lines{{"erased", to_hex(member->view())}}, out);
  return {};
}

Faults card(const Options& options, const Output& out) {
  const OrFaults<std::string> text = read_input(options.input, kIdentityBytesMax);
  if (!text) return text.error();
  const OrFaults<std::string> number = normalised_card(*text);
  if (!number) return number.error();
  const OrFaults<Vault> vault = Vault::open(options.vault, true);
  if (!vault) return vault.error();
  if (Faults faults = vault->save(); !faults.empty()) return faults;  // its key must not be lost
  print(Lines{{"token", to_hex(vault->token(*number).view())}}, out);
  return {};
}

}  // namespace

void add_member(Frame& frame) {
  CLI::App& group = frame.add_group(kGroup);
  using Command = Faults (*)(const Options&, const Output&);
  const std::vector<std::pair<const CommandText*, Command>> commands = {
      {&kCommit, commit}, {&kFind, find}, {&kErase, erase}, {&kCard, card}};
  for (const auto& [text, run] : commands) {
    auto options = std::make_shared<Options>();
    CLI::App& command = frame.add(
        group, *text, [options, run = run](const Output& out) { return run(*options, out); });
    command.add_option("INPUT", options->input, "A file of one line, or - for standard input")
        ->required();
    command.add_option("--vault", options->vault, "The vault's file")->required();
  }
}

}  // namespace tally::app
