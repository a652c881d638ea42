// tally change: what the consortium decides together, proposed by one merchant, approved by others.
#include <tally/base/bytes.h>
#include <tally/base/limits.h>
#include <tally/config/text.h>
#include <tally/state/consortium.h>

#include "app/change_text.h"
#include "app/commands/change_propose.h"
#include "app/commands/commands.h"
#include "app/csv.h"
#include "app/programmes.h"
#include "app/published.h"
#include "app/remote_view.h"

#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>

namespace tally::app {
namespace {

struct Options {
  std::string of;
  std::string digest;
  bool csv = false;
  ConnectionOptions connection;
};

constexpr CommandText kGroup = {
    "change", "Decide together: caps, collateral, suspended and leaving issuers, disputes",
    R"(One merchant proposes, others approve; each has one voice. With as many voices as nodes must
vote for a block, three of four, the change holds from a later block on. A merchant's proposal waits
seven days, and it has one at a time.

  tally change propose collateral --debtor grocer --amount 100000.00 --as grocer
  tally change approve --of grocer --as pharmacy
  tally change approve --of grocer --as fuel
  tally change show)"};

constexpr CommandText kApprove = {
    "approve", "Give the caller's voice to another merchant's proposal",
    R"(Prints what it approves before it sends. What is approved are the very words that were
printed: a proposal that was replaced in the meantime is not approved by it (NOT_DUE). Who has
agreed on a digest by other means can insist on it with --digest.

  tally change approve --of grocer --as pharmacy)"};

constexpr CommandText kShow = {"show", "Show each merchant's last proposal, and who agrees",
                               R"(By the node's word.

  tally change show --as grocer
  tally change show --csv)"};

struct Read {
  Consortium consortium;
  std::vector<WaitingChange> changes;
};

Result<Read> read_all(const Sender& sender) {
  const RemoteView view(sender.client(), std::nullopt, sender.height());
  Read read;
  TRY(read.consortium, read_consortium(view));
  TRY(read.changes, read_changes(view, read.consortium));
  return read;
}

std::string csv_of(const Read& read) {
  std::string csv = "proposer,change,proposed_at,voices,active_from,digest\n";
  for (const WaitingChange& change : read.changes) {
    const state::ChangeRecord& record = change.record;
    csv += csv_line({read.consortium.name_of(change.proposer),
                     words_of(record.proposal.change, read.consortium),
                     config::text_of(record.proposed_at), std::to_string(record.voices.size()),
                     std::to_string(record.active_from.value()),
                     to_hex(proposal_digest(record.proposal).view())});
  }
  return csv;
}

Faults show(const Options& options, const Output& out) {
  const OrFaults<Sender> sender = Sender::start(options.connection);
  if (!sender) return sender.error();
  const Result<Read> read = read_all(*sender);
  if (!read.ok()) return {fault_from_node(read.error(), sender->client().endpoint())};
  if (options.csv) {
    std::cout << csv_of(*read);
    return {};
  }
  nlohmann::ordered_json all = nlohmann::ordered_json::array();
  for (const WaitingChange& change : read->changes)
    if (out.json)
      all.push_back(json_of(change, read->consortium));
    else
      std::cout << text_of(change, read->consortium);
  if (out.json)
    std::cout << nlohmann::ordered_json{{"changes", std::move(all)}}.dump() << "\n";
  else if (read->changes.empty())
    std::cout << "nothing is proposed\n";
  return {};
}

Faults approve(const Options& options, const Output& out) {
  const auto proposer = programme_named(options.of, options.connection, std::nullopt);
  if (!proposer) return proposer.error();
  PublishOptions publish_options;
  publish_options.connection = options.connection;
  const OrFaults<Publisher> publisher = publisher_from(publish_options);
  if (!publisher) return publisher.error();
  const Result<Read> read = read_all(publisher->sender);
  if (!read.ok()) return {fault_from_node(read.error(), publisher->sender.client().endpoint())};
  const auto change =
      std::find_if(read->changes.begin(), read->changes.end(),
                   [&](const WaitingChange& each) { return each.proposer == *proposer; });
  if (change == read->changes.end())
    return {Fault{kNotFound, "no proposal of " + read->consortium.name_of(*proposer),
                  "one that waits", "", "see tally change show"}};
  const Hash digest = proposal_digest(change->record.proposal);
  if (!options.digest.empty() && options.digest != to_hex(digest.view()))
    return {Fault{kBadValue, "\"" + printable(options.digest) + "\"", to_hex(digest.view()),
                  "--digest", "read what is proposed now: tally change show"}};
  std::cerr << text_of(*change, read->consortium);
  return publish(*publisher, {ApproveChange{*proposer, digest}}, out);
}

}  // namespace

void add_change(Frame& frame) {
  CLI::App& group = frame.add_group(kGroup);
  add_change_propose(frame, group);
  auto options = std::make_shared<Options>();
  CLI::App& approving =
      frame.add(group, kApprove, [options](const Output& out) { return approve(*options, out); });
  approving.add_option("--of", options->of, "Who proposed it, by number or local name")
      ->type_name("MERCHANT")
      ->required();
  approving.add_option("--digest", options->digest, "Only if it is this one")->type_name("DIGITS");
  add_connection_options(approving, options->connection);
  CLI::App& showing =
      frame.add(group, kShow, [options](const Output& out) { return show(*options, out); });
  showing.add_flag("--csv", options->csv, "Answer in CSV, for a spreadsheet");
  add_connection_options(showing, options->connection);
}

}  // namespace tally::app
