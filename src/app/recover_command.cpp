// tallyd recover: what is wrong with a node's data, and the way out.
#include <tally/base/bytes.h>
#include <tally/config/text.h>
#include <tally/node/recover.h>

#include "app/node_checks.h"
#include "app/node_commands.h"

#include <iostream>
#include <memory>
#include <string>
#include <vector>

namespace tally::app {
namespace {

struct RecoverOptions {
  std::string config;
  bool allow_root = false;
  bool yes = false;
  node::RecoveryWish wish;
};

constexpr CommandText kRecover = {
    "recover", "Say what is wrong with a node's data, and mend it",
    R"(For a node that `start` refuses: its vote log is damaged, its ledger is lost or damaged, or
it stopped for safety (exit code 8). The node must not be running.

Without --yes it looks at everything, says what it found and what it would do, and changes
nothing. With --yes it does that. Nothing is ever deleted: what is replaced stands beside it, as
votes.aside-1, ledger.aside-1, HALTED.aside-1.

A whole vote log is kept, and the node votes on. One that is lost, damaged, older than the ledger
or not this node's makes way for a new one, with which the node is a learner: it follows, serves
reads and does not vote, till the others have passed whatever it may have forgotten. Never copy a
vote log from a backup or from another node: a node that denies its own votes can split a ledger.

  --rebuild-ledger   sets the ledger aside and begins one from genesis; the blocks come from the
                     other nodes, and each proves itself. Needed where the ledger is of no use.
  --as-learner       gives up a whole vote log as well: after a machine was restored from an
                     image, or its keys were used elsewhere. While more than a third of the nodes
                     are learners, nothing is ordered.

After a stop for safety, first find out why: read report.txt in the bundle that it names, show it
to the other merchants, and see whether they need a newer program. The same program on the same
blocks comes to the same stop.

  tallyd recover --config /etc/tallystick/node.toml
  tallyd recover --config /etc/tallystick/node.toml --rebuild-ledger --yes)"};

std::string json_text(std::string_view text) {
  std::string out = "\"";
  for (const char c : printable(text)) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

std::string json_list(const std::vector<std::string>& texts) {
  std::string out = "[";
  for (const std::string& text : texts)
    out += (out.size() > 1 ? "," : "") + json_text(text);
  return out + "]";
}

void print_json(const node::RecoveryPlan& plan, bool done, const std::vector<std::string>& aside) {
  std::cout << "{\"halt\":";
  if (plan.halt.has_value())
    std::cout << "{\"reason\":" << json_text(plan.halt->reason)
              << ",\"height\":" << plan.halt->height.value()
              << ",\"bundle\":" << json_text(plan.halt->bundle) << "}";
  else
    std::cout << "null";
  std::cout << ",\"ledger\":{\"state\":" << json_text(node::name_of(plan.ledger))
            << ",\"height\":" << plan.height.value()
            << ",\"detail\":" << json_text(plan.ledger_detail)
            << "},\"vote_log\":{\"state\":" << json_text(node::name_of(plan.log))
            << ",\"detail\":" << json_text(plan.log_detail)
            << "},\"needs_rebuild\":" << (plan.needs_rebuild ? "true" : "false")
            << ",\"steps\":" << json_list(plan.steps()) << ",\"done\":" << (done ? "true" : "false")
            << ",\"set_aside\":" << json_list(aside) << "}\n";
}

std::string told(std::string_view state, const std::string& detail) {
  return std::string(state) + (detail.empty() ? "" : ": " + printable(detail));
}

void print_text(const node::RecoveryPlan& plan, const std::string& folder, bool done,
                const std::vector<std::string>& aside) {
  std::cout << "folder    " << config::shown_path(folder) << "\n";
  if (plan.halt.has_value()) {
    std::cout << "stopped   for safety, at height " << plan.halt->height.value() << ": "
              << printable(plan.halt->reason) << "\n";
    if (!plan.halt->bundle.empty())
      std::cout << "          read " << config::shown_path(folder + "/" + plan.halt->bundle)
                << "/report.txt\n";
  }
  std::cout << "ledger    " << told(node::name_of(plan.ledger), plan.ledger_detail);
  if (plan.height > Height()) std::cout << ", height " << plan.height.value();
  std::cout << "\nvote log  " << told(node::name_of(plan.log), plan.log_detail) << "\n";
  if (plan.needs_rebuild) return;
  const std::vector<std::string> steps = plan.steps();
  if (steps.empty()) std::cout << "nothing to recover: start the node\n";
  for (std::size_t i = 0; i < steps.size(); ++i)
    std::cout << (i > 0 ? "          " : (done ? "done      " : "would     ")) << steps[i] << "\n";
  for (const std::string& name : aside)
    std::cout << "kept      " << name << "\n";
  if (!steps.empty() && !done) std::cout << "to do it, give --yes as well\n";
}

Faults run_checked(const CheckedNode& node, const RecoverOptions& options, const Output& out) {
  const std::string& folder = node.config.data_dir;
  const Result<node::DataLock> lock = node::DataLock::take(folder);
  if (!lock.ok()) return {fault_of_data(lock.error(), folder)};
  const node::FolderOwner owner{node.genesis, node.config.node_id,
                                node.keys.consensus.public_key()};
  const Result<node::RecoveryPlan> plan = node::plan_recovery(folder, owner, options.wish);
  if (!plan.ok()) return {fault_of_data(plan.error(), folder)};

  const bool does = options.yes && !plan->needs_rebuild && plan->changes_anything();
  std::vector<std::string> aside;
  if (does) {
    Result<std::vector<std::string>> done = node::recover(folder, owner, *plan);
    if (!done.ok()) return {fault_of_data(done.error(), folder)};
    aside = std::move(*done);
  }
  if (out.json)
    print_json(*plan, does, aside);
  else
    print_text(*plan, folder, does, aside);
  if (!plan->needs_rebuild) return {};
  return {Fault{kLedgerUnusable,
                "a ledger that is " + told(node::name_of(plan->ledger), plan->ledger_detail), "",
                config::shown_path(folder),
                "give --rebuild-ledger as well; the other nodes send the blocks"}};
}

Faults run(const RecoverOptions& options, const Output& out) {
  const OrFaults<CheckedNode> node = check_node(options.config);
  if (!node) return node.error();
  if (Faults faults = check_directory(*node, options.allow_root); !faults.empty()) return faults;
  return run_checked(*node, options, out);
}

}  // namespace

void add_recover(Frame& frame) {
  auto options = std::make_shared<RecoverOptions>();
  CLI::App& command =
      frame.add(kRecover, [options](const Output& out) { return run(*options, out); });
  command.add_option("--config", options->config, "The node's configuration, node.toml")
      ->type_name("FILE")
      ->required();
  command.add_flag("--allow-root", options->allow_root,
                   "Run as root on a production chain all the same");
  command.add_flag("--yes", options->yes, "Do it, instead of only saying it");
  command.add_flag("--rebuild-ledger", options->wish.rebuild_ledger,
                   "Set the ledger aside and begin one from genesis");
  command.add_flag("--as-learner", options->wish.as_learner, "Give up a whole vote log as well");
}

}  // namespace tally::app
