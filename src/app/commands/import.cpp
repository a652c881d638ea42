// tally import: a log of purchases to members and earns.
#include <tally/base/bytes.h>
#include <tally/base/grouped.h>
#include <tally/config/text.h>

#include "app/commands/commands.h"
#include "app/connection.h"
#include "app/files.h"
#include "app/importer.h"
#include "app/interrupt.h"
#include "app/programmes.h"
#include "app/progress_bar.h"

#include <iostream>
#include <nlohmann/json.hpp>
#include <set>

namespace tally::app {
namespace {

constexpr std::size_t kLogBytesMax = std::size_t{1} << 30;
constexpr std::int64_t kShiftDaysMax = 36'600;  // a century

struct Options {
  std::string file;
  std::string format;
  std::string map;
  std::string programme;
  std::string state_file;
  std::optional<std::int64_t> shift_days;
  bool shift_to_now = false;
  ImportPace pace;
  ConnectionOptions connection;
};

constexpr CommandText kText = {
    "import", "Post a log of purchases: enrol its members, earn its points, each once",
    R"(Formats:
  cdnow   customer, yyyymmdd, CDs, dollars (the 10 % sample: one more number behind the customer)
  csv     RFC 4180 with a header; --map says which column is what:
          member, time, amount; where the log has them merchant, tax, excluded
Times are RFC 3339 with Z or an offset, or days, which stand at 12:00 UTC. Amounts are decimal
text, taken exactly. The whole file is read and checked before anything is sent.

  tally import CDNOW_master.txt --format cdnow --programme grocer
  tally import log.csv --format csv --map member=customer,merchant=merchant

With a merchant column, each row goes to that merchant's programme, signed by that merchant's
import key (an operator's key that may backdate; a local network has one a merchant). Dates stay as
they are, unless --shift-days or --shift-to-now moves them, by whole days.

Beside the log a state file keeps a secret, from which the members' ids come, and the decided
shift: keep it, and keep it to yourself. With it the same command can be run again at any time,
after a failure or after the end: it posts what is missing, and nothing twice. Monthly logs of the
same customers may share one: --state PATH.

Exit code 0: every row is posted. 2: the log is bad, nothing was sent. 10: some rows were refused
(E-NET-003), or the nodes could not be reached, or Ctrl-C came: run it again.)"};

Faults check(const Options& options) {
  const auto out_of_range = [](const char* name, std::size_t got, const std::string& range) {
    return Faults{Fault{kBadValue, std::to_string(got), range, name, ""}};
  };
  if (options.format != "cdnow" && options.format != "csv")
    return {
        Fault{kBadValue, "\"" + printable(options.format) + "\"", "cdnow or csv", "--format", ""}};
  if (options.format == "cdnow" && !options.map.empty())
    return {Fault{kBadValue, "--map", "it with --format csv alone", "", "leave it out"}};
  if (options.shift_days.has_value() && options.shift_to_now)
    return {Fault{kBadValue, "--shift-days and --shift-to-now", "one of them", "", ""}};
  if (options.shift_days.has_value() && std::abs(*options.shift_days) > kShiftDaysMax)
    return {Fault{kBadValue, std::to_string(*options.shift_days), "at most 36600 days either way",
                  "--shift-days", ""}};
  if (options.pace.batch < 256 || options.pace.batch > 1'024)
    return out_of_range("--batch", options.pace.batch, "256 to 1024");
  if (options.pace.in_flight < 1 || options.pace.in_flight > 64)
    return out_of_range("--in-flight", options.pace.in_flight, "1 to 64");
  return {};
}

/// The people's names of the programmes that rows go to.
std::set<std::string> merchants_of(const std::vector<Purchase>& purchases) {
  std::set<std::string> names;
  for (const Purchase& purchase : purchases)
    names.insert(purchase.merchant);
  return names;
}

/// Who signs for `programme`: in a local network its import key, unless --as says otherwise.
OrFaults<Identity> identity_for(const Options& options, MerchantId programme) {
  ConnectionOptions connection = options.connection;
  if (connection.endpoints.empty() && connection.as.empty()) {
    const OrFaults<Localnet> net = read_localnet(connection.net);
    if (!net) return config::fail(net.error());
    for (const LocalNode& node : net->nodes)
      if (node.merchant == programme) connection.as = node.name + "/import";
  }
  OrFaults<Identity> identity = identity_from(connection);
  if (identity && !identity->sign_key.has_value())
    return config::fail(Fault{kMissingOption, "no key to sign with",
                              "an operator's key that may backdate", "",
                              "give --sign-key FILE, or --as MERCHANT/import"});
  return identity;
}

/// One merchant's programme as `name` in the log, or as --programme has it.
OrFaults<ImportTarget> target_for(const Options& options, const std::string& name) {
  const std::string& wanted = name.empty() ? options.programme : name;
  std::optional<MerchantId> own;
  if (wanted.empty()) {
    const OrFaults<Identity> identity = identity_from(options.connection);
    if (!identity) return config::fail(identity.error());
    own = identity->merchant;
  }
  const OrFaults<MerchantId> programme = programme_named(wanted, options.connection, own);
  if (!programme) return config::fail(programme.error());
  OrFaults<Identity> identity = identity_for(options, *programme);
  if (!identity) return config::fail(identity.error());
  OrFaults<Sender> sender = Sender::start(std::move(*identity));
  if (!sender) return config::fail(sender.error());
  const OrFaults<ProgrammeFacts> facts = programme_facts(*sender, *programme);
  if (!facts) return config::fail(facts.error());
  return ImportTarget{facts->name, *programme, std::move(*sender), facts->currency,
                      facts->exponent};
}

/// The shift that the state remembers, or the one that is decided now.
OrFaults<std::int64_t> decide_shift(const Options& options, const ImportState& state,
                                    const Hash& digest, Timestamp now,
                                    const std::vector<Purchase>& purchases) {
  if (const ImportedLog* known = state.find(digest)) {
    if (options.shift_days.has_value() && *options.shift_days != known->shift_days)
      return config::fail(Fault{kBadValue, std::to_string(*options.shift_days),
                                std::to_string(known->shift_days) + ", as this log was begun with",
                                "--shift-days", "leave it out"});
    return known->shift_days;
  }
  return options.shift_to_now ? days_to(now, purchases) : options.shift_days.value_or(0);
}

OrFaults<ImportState> state_at(const std::string& path) {
  OrFaults<std::optional<ImportState>> state = read_import_state(path);
  if (!state) return config::fail(std::move(state.error()));
  return state->has_value() ? std::move(**state) : new_import_state();
}

nlohmann::ordered_json json_of(const Answered& answered) {
  nlohmann::ordered_json refused = nlohmann::ordered_json::object();
  for (const auto& [outcome, number] : answered.refused)
    refused[std::string(name_of(outcome))] = number;
  return {{"accepted", answered.accepted},
          {"replayed", answered.replayed},
          {"refused", std::move(refused)}};
}

std::uint64_t rate_of(std::uint64_t count, std::uint64_t milliseconds) {
  return count * 1'000 / std::max<std::uint64_t>(milliseconds, 1);
}

void print_json(const ImportPlan& plan, const ImportSummary& summary, const std::string& state) {
  nlohmann::ordered_json whole = json_of(summary.earns);
  whole["rows"] = plan.rows.size();
  whole["members"] = plan.members.size();
  whole["enrolments"] = json_of(summary.members);
  whole["points_issued"] = summary.earns.points_issued;
  whole["points_replayed"] = summary.earns.points_replayed;
  whole["members_ms"] = summary.members_ms;
  whole["earns_ms"] = summary.earns_ms;
  whole["earns_per_second"] = rate_of(summary.earns.in_all(), summary.earns_ms);
  whole["batches"] = summary.earns.batch_latencies.count();
  whole["batch_p50_ms"] = summary.earns.batch_latencies.percentile(50);
  whole["batch_p99_ms"] = summary.earns.batch_latencies.percentile(99);
  whole["shift_days"] = plan.shift_days;
  whole["state"] = state;
  std::cout << whole.dump() << "\n";
}

void print_text(const ImportPlan& plan, const ImportSummary& summary, const std::string& state) {
  const Answered& earns = summary.earns;
  const Answered& members = summary.members;
  std::cout << "rows             " << grouped(plan.rows.size()) << "\n"
            << "members          " << grouped(plan.members.size()) << " ("
            << grouped(members.accepted) << " enrolled now)\n"
            << "earns accepted   " << grouped(earns.accepted) << "\n"
            << "already posted   " << grouped(earns.replayed) << "\n";
  for (const auto& [outcome, number] : earns.refused)
    std::cout << "refused          " << grouped(number) << " " << name_of(outcome) << "\n";
  std::cout << "points issued    " << grouped(earns.points_issued) << "\n";
  if (earns.points_replayed > 0)
    std::cout << "  before that    " << grouped(earns.points_replayed) << "\n";
  const std::uint64_t tenths = (summary.members_ms + summary.earns_ms) / 100;
  std::cout << "seconds          " << tenths / 10 << "." << tenths % 10 << "\n"
            << "earns a second   " << grouped(rate_of(earns.in_all(), summary.earns_ms)) << "\n";
  if (earns.batch_latencies.count() > 0)
    std::cout << "batch latency    p50 " << earns.batch_latencies.percentile(50) << " ms, p99 "
              << earns.batch_latencies.percentile(99) << " ms\n";
  if (plan.shift_days != 0) std::cout << "dates moved by   " << plan.shift_days << " days\n";
  std::cout << "state file       " << config::shown_path(state) << "\n";
}

Faults refusals_of(const ImportSummary& summary, const std::string& file) {
  if (!summary.first_refusal.has_value()) return {};
  const FirstRefusal& first = *summary.first_refusal;
  std::string got = grouped(summary.earns.refused_in_all()) + " rows, the first " +
                    std::string(name_of(first.outcome));
  if (!first.conflict_field.empty()) got += ", field " + printable(first.conflict_field);
  return {Fault{kLedgerRefused, got, "",
                config::shown_path(file) + ":" + std::to_string(first.place),
                std::string(sentence_of(first.outcome))}};
}

struct Targets {
  std::vector<ImportTarget> all;
  TargetPlaces places;
};

OrFaults<Targets> open_targets(const Options& options, const std::vector<Purchase>& purchases) {
  const std::set<std::string> names = merchants_of(purchases);
  if (!names.contains("") && !options.programme.empty())
    return config::fail(Fault{kBadValue, "--programme beside a merchant column", "one of them", "",
                              "leave one out"});
  if (names.size() > 1 && (!options.connection.endpoints.empty() || !options.connection.as.empty()))
    return config::fail(Fault{kBadValue, "several merchants and one key",
                              "a local network, whose import keys sign for each", "",
                              "leave --as and --endpoint out, or import one merchant's rows"});
  Targets targets;
  for (const std::string& name : names) {
    OrFaults<ImportTarget> target = target_for(options, name);
    if (!target) return config::fail(std::move(target.error()));
    targets.places[name] = targets.all.size();
    targets.all.push_back(std::move(*target));
  }
  return targets;
}

/// Everything before the first transaction; it writes the state file, so that what is sent can be
/// sent again.
OrFaults<ImportPlan> prepare(const Options& options, const std::string& state_file,
                             const std::string& text, const std::vector<Purchase>& purchases,
                             const Targets& targets) {
  OrFaults<ImportState> state = state_at(state_file);
  if (!state) return config::fail(std::move(state.error()));
  const Hash digest = crypto::sha256(as_bytes(text));
  const Timestamp now = targets.all.front().sender.ledger_time();
  const OrFaults<std::int64_t> shift = decide_shift(options, *state, digest, now, purchases);
  if (!shift) return config::fail(shift.error());
  OrFaults<ImportPlan> plan = plan_import(purchases, targets.all, targets.places, state->secret,
                                          digest, *shift, options.file);
  if (!plan || state->find(digest) != nullptr) return plan;
  state->logs.push_back(ImportedLog{digest, *shift});
  if (Faults faults = write_import_state(state_file, *state); !faults.empty())
    return config::fail(std::move(faults));
  return plan;
}

Faults run(const Options& options, const Output& out) {
  if (Faults faults = check(options); !faults.empty()) return faults;
  const OrFaults<ColumnMap> map = column_map_from(options.map);
  if (!map) return map.error();
  const OrFaults<std::string> text = read_file(options.file, kLogBytesMax, kBadInput);
  if (!text) return text.error();
  const LogFormat format = options.format == "cdnow" ? LogFormat::Cdnow : LogFormat::Csv;
  const auto purchases = purchases_from(*text, format, *map, options.file);
  if (!purchases) return purchases.error();
  const OrFaults<Targets> targets = open_targets(options, *purchases);
  if (!targets) return targets.error();
  const std::string state_file =
      options.state_file.empty() ? options.file + ".tally" : options.state_file;
  const OrFaults<ImportPlan> plan = prepare(options, state_file, *text, *purchases, *targets);
  if (!plan) return plan.error();

  const Interrupt interrupt;
  ImportSummary summary;
  Faults faults = run_import(*plan, targets->all, options.pace, interrupt.flag(), summary);
  if (out.json)
    print_json(*plan, summary, absolute_path(state_file));
  else
    print_text(*plan, summary, state_file);
  return faults.empty() ? refusals_of(summary, options.file) : faults;
}

}  // namespace

void add_import(Frame& frame) {
  auto options = std::make_shared<Options>();
  CLI::App& command = frame.add(kText, [options](const Output& out) { return run(*options, out); });
  command.add_option("FILE", options->file, "The log")->type_name("")->required();
  command.add_option("--format", options->format, "cdnow or csv")->type_name("NAME")->required();
  command
      .add_option("--map", options->map,
                  "What the columns of a CSV are: member=COLUMN,time=COLUMN and so on; "
                  "member, time and amount have those very names where left out")
      ->type_name("MAP");
  command
      .add_option("--programme", options->programme,
                  "Where all rows go: a merchant's number, or its name in the local network "
                  "(default: the caller's)")
      ->type_name("ID");
  command.add_option("--state", options->state_file, "The state file (default: FILE.tally)")
      ->type_name("PATH");
  command.add_option("--shift-days", options->shift_days, "Move every date by so many days")
      ->type_name("N");
  command.add_flag("--shift-to-now", options->shift_to_now,
                   "Move the dates so that the newest lies within the last day");
  command.add_option("--batch", options->pace.batch, "Transactions in a submission (default: 512)")
      ->type_name("N");
  command.add_option("--in-flight", options->pace.in_flight, "Submissions at once (default: 8)")
      ->type_name("N");
  add_connection_options(command, options->connection);
}

}  // namespace tally::app
