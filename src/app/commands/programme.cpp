// tally programme: a merchant's rules, checked, published and read.
#include <tally/config/text.h>
#include <tally/model/points_actions.h>

#include "app/commands/commands.h"
#include "app/programmes.h"
#include "app/published.h"
#include "app/rule_faults.h"
#include "app/rule_text.h"
#include "app/table.h"

#include <iostream>
#include <nlohmann/json.hpp>

namespace tally::app {
namespace {

struct Options {
  std::string file;
  std::string programme;
  std::uint32_t version = 0;
  PublishOptions publish;
};

constexpr CommandText kGroup = {
    "programme", "Check, publish and read the rules of a programme",
    R"(A programme is a TOML file: what a purchase earns, when points expire, how they are redeemed,
and campaigns. config/grocer-bpts.toml shows everything that one can say.

  tally programme check grocer.toml
  tally programme publish grocer.toml --as grocer
  tally programme show grocer > grocer.toml)"};

constexpr CommandText kCheck = {
    "check", "Find all mistakes of a programme's file, without a node",
    R"(Every mistake is told in one go, with line and column: those of the file (E-PRG) and those of
its rules (E-RUL). Then it says what the rules cost at most, whose approval publishing needs, what
this version of the ledger cannot hold yet, and what you may not have meant.

  tally programme check grocer.toml

Exit code 0: it could be published; warnings do not change that. 2: it could not.)"};

constexpr CommandText kPublish = {
    "publish", "Put the next version of a programme on the ledger",
    R"(Checks the file as `check` does, then sends it for the caller's own merchant. The file's
version must be the last one plus 1. Points that members have are not touched: each version stays
as long as anything may be worked out again under it.

  tally programme publish grocer.toml --as grocer
  tally programme publish grocer.toml --active-from 5000 --approve-with airline/operator.pem

A merchant that the rules name as a funder, a partner or in a counter must approve: one of its
operators signs with --approve-with. What is missing is told before anything is sent.)"};

constexpr CommandText kShow = {
    "show", "Print a published version as the text of its file",
    R"(By default the version that is in force. What it prints can be changed and published again.

  tally programme show grocer
  tally programme show grocer --version 3 --json)"};

constexpr CommandText kHistory = {
    "history", "List the published versions of a programme",
    R"(One line a version, newest first: its height, its campaigns, what a purchase costs at most.

  tally programme history grocer)"};

Faults check(const Options& options, const Output& out) {
  const auto file = read_whole_programme(options.file);
  if (!file) return file.error();
  const auto rules = rules::compile(file->programme);
  CHECK(rules.has_value());  // or it were not whole
  const CheckedRules checked{*rules, rules::merchants_named(file->programme),
                             placed(rules::unsupported(file->programme), file->places),
                             placed(rules::warnings(file->programme), file->places)};
  std::cout << (out.json ? json_of(checked, file->version) : text_of(checked, file->version));
  return {};
}

Faults publish_file(const Options& options, const Output& out) {
  auto file = read_whole_programme(options.file);
  if (!file) return file.error();
  const OrFaults<Publisher> publisher = publisher_from(options.publish);
  if (!publisher) return publisher.error();
  const OrFaults<Published> published = Published::read(publisher->sender, publisher->merchant);
  if (!published) return published.error();
  const auto at = [&](const char* field) { return file->places.text_of(file->places.find(field)); };
  if (file->programme.merchant != published->merchant_name())
    return {Fault{kBadInput, "merchant \"" + printable(file->programme.merchant) + "\"",
                  "\"" + printable(published->merchant_name()) + "\", who publishes",
                  at("merchant"), "correct it, or publish --as that merchant"}};
  const std::uint32_t next = published->last() + 1;
  if (file->version != next)
    return {Fault{kBadInput, "version " + std::to_string(file->version),
                  std::to_string(next) + ", one more than the last", at("version"),
                  "write version = " + std::to_string(next)}};
  Faults faults =
      published->check_approvals(rules::merchants_named(file->programme), publisher->signing);
  if (!faults.empty()) return faults;
  return publish(
      *publisher,
      {PublishProgramme{next, Height(options.publish.active_from), std::move(file->programme)}},
      out);
}

/// A caller who only reads, and the programme that it asks for.
struct Reader {
  Sender sender;
  MerchantId programme;
};

OrFaults<Reader> reader_from(const Options& options) {
  const ConnectionOptions& connection = options.publish.connection;
  OrFaults<Identity> identity = identity_from(connection);
  if (!identity) return config::fail(identity.error());
  const auto programme = programme_named(options.programme, connection, identity->merchant);
  if (!programme) return config::fail(programme.error());
  OrFaults<Sender> sender = Sender::start(std::move(*identity));
  if (!sender) return config::fail(sender.error());
  return Reader{std::move(*sender), *programme};
}

Faults show(const Options& options, const Output& out) {
  const OrFaults<Reader> reader = reader_from(options);
  if (!reader) return reader.error();
  const OrFaults<Published> published = Published::read(reader->sender, reader->programme);
  if (!published) return published.error();
  const OrFaults<state::ProgrammeRecord> record =
      options.version == 0 ? published->in_force() : published->version(options.version);
  if (!record) return record.error();
  const std::string text = config::text_of(record->rules.programme, record->version);
  if (out.json)
    std::cout << nlohmann::json{{"merchant", reader->programme.value()},
                                {"version", record->version},
                                {"active_from", record->active_from.value()},
                                {"text", text}}
                     .dump()
              << "\n";
  else
    std::cout << "# version " << record->version << ", in force from height "
              << record->active_from.value() << " on\n"
              << text;
  return {};
}

Faults history(const Options& options, const Output& out) {
  const OrFaults<Reader> reader = reader_from(options);
  if (!reader) return reader.error();
  const OrFaults<Published> published = Published::read(reader->sender, reader->programme);
  if (!published) return published.error();
  Table table({"version", "from height", "name", "campaigns", "active", "purchase costs"});
  nlohmann::json versions = nlohmann::json::array();
  for (std::uint32_t number = published->last(); number >= 1; --number) {
    const OrFaults<state::ProgrammeRecord> record = published->version(number);
    if (!record) return record.error();
    const Programme& programme = record->rules.programme;
    const std::uint64_t cost = static_cost(record->rules, Trigger::Purchase);
    const std::size_t active = active_campaigns(programme);
    table.add({std::to_string(number), std::to_string(record->active_from.value()), programme.name,
               std::to_string(programme.campaigns.size()), std::to_string(active),
               std::to_string(cost)});
    versions.push_back({{"version", number},
                        {"active_from", record->active_from.value()},
                        {"name", programme.name},
                        {"campaigns", programme.campaigns.size()},
                        {"active", active},
                        {"purchase_cost", cost}});
  }
  std::cout << (out.json ? versions.dump() + "\n" : table.text());
  return {};
}

}  // namespace

void add_programme(Frame& frame) {
  auto options = std::make_shared<Options>();
  CLI::App& group = frame.add_group(kGroup);
  const auto add = [&](const CommandText& text, Faults (*run)(const Options&, const Output&)) {
    return &frame.add(group, text,
                      [options, run](const Output& out) { return run(*options, out); });
  };
  const auto with_file = [&](CLI::App* command) {
    command->add_option("FILE", options->file, "The programme, TOML")->type_name("")->required();
    return command;
  };
  const auto with_programme = [&](CLI::App* command) {
    command
        ->add_option("PROGRAMME", options->programme,
                     "A merchant's number, or its name in the local network (default: the "
                     "caller's)")
        ->type_name("");
    add_connection_options(*command, options->publish.connection);
    return command;
  };
  with_file(add(kCheck, check));
  add_publish_options(*with_file(add(kPublish, publish_file)), options->publish);
  with_programme(add(kShow, show))
      ->add_option("--version", options->version, "This one (default: the one in force)")
      ->type_name("N");
  with_programme(add(kHistory, history));
}

}  // namespace tally::app
