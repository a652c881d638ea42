// tally audit: everything again from genesis, believing nothing.
#include <tally/audit/audit.h>
#include <tally/base/bytes.h>
#include <tally/base/grouped.h>
#include <tally/config/text.h>
#include <tally/node/recovery.h>
#include <tally/storage/rocks_store.h>

#include "app/commands/commands.h"
#include "app/connection.h"
#include "app/files.h"
#include "app/progress_bar.h"
#include "app/receipt_export.h"
#include "app/remote_blocks.h"
#include "app/table.h"
#include "app/trust.h"

#include <filesystem>
#include <iostream>
#include <nlohmann/json.hpp>

namespace tally::app {
namespace {

constexpr std::size_t kGenesisBytesMax = 16 << 20;

struct Options {
  std::string place;
  std::string genesis_file;
  std::string receipts_file;
  ConnectionOptions connection;
};

constexpr CommandText kText = {
    "audit", "Execute a ledger again from genesis, and check every byte and signature of it",
    R"(DIR is a node's data folder, or better a copy of it: no node may be running on it. First each
file of the database is checked, then every block is executed again and compared: hashes,
signatures, certificates, receipts, every record, the laws of the ledger after each transaction.

  tally localnet stop
  tally audit localnet/node-1
  tally audit /backup/data --genesis genesis.toml

HOST:PORT audits the blocks that a node gives away, as an auditor of it (--as MERCHANT/auditor, or
--ca, --cert and --key); the genesis is then the local network's, or --genesis FILE.

--receipts FILE writes what was checked, a line of JSON for each receipt, with its transaction and
its block's ledger time: for an accountant's own tools.

Without --genesis, DIR is audited under the genesis that lies in it: compare the chain id that is
printed with one that you know.

Exit code 0: everything is as it must be. 4: another chain's. 7: the error names the file, or the
height and the cause. 8: a law of the ledger is broken.)"};

Fault fault_of(const Error& error, const std::string& where) {
  switch (error.code) {
    case ErrorCode::NotFound:
      return config::fault_from(kNotInitialised, error, where, "give a node's data folder");
    case ErrorCode::Conflict:
      return config::fault_from(kOtherIdentity, error, where, "give this chain's --genesis");
    case ErrorCode::Io:
      return config::fault_from(kDirectoryUnusable, error, where);
    case ErrorCode::Unavailable:
    case ErrorCode::Refused:
      return fault_from_node(error, where);
    case ErrorCode::Diverged:
      return config::fault_from(kLawBroken, error, where, "keep this copy: it is evidence");
    default:
      return config::fault_from(kCorrupt, error, where, "compare with another node's copy");
  }
}

/// A node's folder holds its data in data/; the data folder itself holds ledger/.
std::string data_folder(const std::string& place) {
  std::error_code error;
  const std::string folder = absolute_path(place);
  const bool is_node = std::filesystem::is_directory(folder + "/data/ledger", error);
  return is_node ? folder + "/data" : folder;
}

/// The genesis that lies in a data folder.
OrFaults<SignedGenesis> stored_genesis(const std::string& folder) {
  const std::string path = folder + "/genesis";
  OrFaults<std::string> text = read_file(path, kGenesisBytesMax, kNotInitialised);
  if (!text) {
    text.error().front().fix = "give a node's data folder, or a copy of it";
    return config::fail(std::move(text.error()));
  }
  Result<SignedGenesis> genesis = decode_genesis(as_bytes(*text));
  if (!genesis.ok())
    return config::fail(config::fault_from(kCorrupt, genesis.error(), config::shown_path(path)));
  return std::move(genesis).value();
}

OrFaults<SignedGenesis> genesis_of(const Options& options, const std::string& folder) {
  OrFaults<SignedGenesis> stored = stored_genesis(folder);
  if (options.genesis_file.empty()) return stored;
  OrFaults<SignedGenesis> trusted = trusted_genesis(options.genesis_file, options.connection);
  if (!trusted) return trusted;
  if (stored && genesis_hash(stored->content) != genesis_hash(trusted->content))
    return config::fail(
        Fault{kOtherIdentity, "chain " + to_hex(genesis_hash(stored->content).view()),
              "chain " + to_hex(genesis_hash(trusted->content).view()), config::shown_path(folder),
              "give the genesis of this chain, or another folder"});
  return trusted;
}

/// Writes what the audit found good, where it was asked to.
Faults export_receipts(const audit::BlockSource& blocks, const audit::Report& report, NewFile* file,
                       const std::string& where) {
  if (file == nullptr) return {};
  Result<Faults> written = write_receipts(blocks, report.height, *file);
  if (!written.ok()) return {fault_of(written.error(), where)};
  return std::move(written).value();
}

OrFaults<audit::Report> audit_folder(const Options& options, NewFile* receipts) {
  const std::string folder = data_folder(options.place);
  const std::string shown = config::shown_path(folder);
  const OrFaults<SignedGenesis> genesis = genesis_of(options, folder);
  if (!genesis) return config::fail(genesis.error());
  // Held to the end, so that no node starts on what is being read. A copy may lack the file.
  const Result<node::DataLock> lock = node::DataLock::take(folder);
  if (!lock.ok() && lock.error().code == ErrorCode::Unavailable)
    return config::fail(config::fault_from(kLocked, lock.error(), shown,
                                           "stop the node, or audit a copy made while it stood"));

  const std::string ledger = folder + "/ledger";
  const Result<void> files = storage::verify_files(ledger);
  if (!files.ok()) return config::fail(fault_of(files.error(), shown));
  auto store = storage::open_rocks_store(ledger, genesis_hash(genesis->content),
                                         storage::OpenMode::ReadOnly);
  if (!store.ok()) return config::fail(fault_of(store.error(), shown));
  const auto snapshot = (*store)->snapshot();
  if (!snapshot.ok()) return config::fail(fault_of(snapshot.error(), shown));
  ProgressBar bar("blocks", (*snapshot)->height().value());
  Result<audit::Report> report =
      audit::audit_ledger(*genesis, **snapshot, [&](Height done) { bar.update(done.value()); });
  if (!report.ok()) return config::fail(fault_of(report.error(), shown));
  const auto block = [&](Height height) { return (*snapshot)->block(height); };
  if (Faults faults = export_receipts(block, *report, receipts, shown); !faults.empty())
    return config::fail(std::move(faults));
  return std::move(report).value();
}

OrFaults<audit::Report> audit_node(const Options& options, NewFile* receipts) {
  const OrFaults<SignedGenesis> genesis = trusted_genesis(options.genesis_file, options.connection);
  if (!genesis) return config::fail(genesis.error());
  ConnectionOptions connection = options.connection;
  const bool by_name = !connection.ca_file.empty() || !connection.certificate_file.empty();
  if (by_name) connection.endpoints = {options.place};
  if (!by_name && connection.as.empty()) {
    const OrFaults<Localnet> net = read_localnet(connection.net);
    if (!net) return config::fail(net.error());
    connection.as = net->nodes.front().name + "/auditor";
  }
  OrFaults<Identity> identity = identity_from(connection);
  if (!identity) return config::fail(std::move(identity.error()));
  identity->settings.endpoints = {options.place};
  auto client = client::Client::connect(std::move(identity->settings));
  if (!client.ok()) return config::fail(fault_from_node(client.error(), options.place));
  const Result<client::RemoteStatus> status = (*client)->status();
  if (!status.ok()) return config::fail(fault_from_node(status.error(), options.place));

  ProgressBar bar("blocks", status->stable.value());
  Result<audit::Report> report =
      audit::audit_blocks(*genesis, blocks_of(**client), status->stable,
                          [&](Height done) { bar.update(done.value()); });
  if (!report.ok()) return config::fail(fault_of(report.error(), options.place));
  if (Faults faults = export_receipts(blocks_of(**client), *report, receipts, options.place);
      !faults.empty())
    return config::fail(std::move(faults));
  return std::move(report).value();
}

void print_text(const audit::Report& report) {
  std::cout << "chain         " << to_hex(report.chain.view()) << "\n"
            << "height        " << report.height.value()
            << (report.newest_is_certified ? "" : " (committed, not yet certified)") << "\n"
            << "state root    " << to_hex(report.state_root.view()) << "\n"
            << "transactions  " << grouped(report.transactions) << " (" << grouped(report.accepted)
            << " accepted, " << grouped(report.refused) << " refused)\n"
            << "fell due      " << grouped(report.due_entries) << "\n"
            << "signatures    " << grouped(report.signatures) << " verified\n"
            << "records       " << grouped(report.records) << "\n\n";
  Table table({"programme", "members", "issued", "redeemed", "transferred", "expired", "fees",
               "taken back", "forfeited", "exchanged in", "out", "owed", "outstanding"});
  const auto number = [](Points points) {
    return grouped(static_cast<std::uint64_t>(points.value()));
  };
  for (const audit::ProgrammeReport& each : report.programmes)
    table.add({std::to_string(each.merchant.value()) + " " + printable(each.name),
               grouped(each.members), number(each.issued), number(each.redeemed),
               number(each.transferred), number(each.expired), number(each.fees),
               number(each.clawed), number(each.forfeited), number(each.exchanged_in),
               number(each.exchanged_out), number(each.debt), number(each.outstanding)});
  std::cout << table.text() << "\nevery block, receipt, record, signature and law checked: good\n";
}

void print_json(const audit::Report& report) {
  nlohmann::ordered_json whole = {{"chain", to_hex(report.chain.view())},
                                  {"height", report.height.value()},
                                  {"state_root", to_hex(report.state_root.view())},
                                  {"newest_is_certified", report.newest_is_certified},
                                  {"transactions", report.transactions},
                                  {"accepted", report.accepted},
                                  {"refused", report.refused},
                                  {"due_entries", report.due_entries},
                                  {"signatures", report.signatures},
                                  {"records", report.records},
                                  {"programmes", nlohmann::ordered_json::array()}};
  for (const audit::ProgrammeReport& each : report.programmes)
    whole["programmes"].push_back({{"programme", each.merchant.value()},
                                   {"name", printable(each.name)},
                                   {"issued", each.issued.value()},
                                   {"redeemed", each.redeemed.value()},
                                   {"transferred", each.transferred.value()},
                                   {"expired", each.expired.value()},
                                   {"fees", each.fees.value()},
                                   {"clawed", each.clawed.value()},
                                   {"forfeited", each.forfeited.value()},
                                   {"exchanged_in", each.exchanged_in.value()},
                                   {"exchanged_out", each.exchanged_out.value()},
                                   {"debt", each.debt.value()},
                                   {"unrecovered", each.unrecovered.value()},
                                   {"outstanding", each.outstanding.value()},
                                   {"members", each.members},
                                   {"earns", each.earns},
                                   {"redemptions", each.redemptions},
                                   {"transfers", each.transfers}});
  std::cout << whole.dump() << "\n";
}

Faults run(const Options& options, const Output& out) {
  std::error_code error;
  const bool is_folder = std::filesystem::exists(options.place, error);
  const bool is_node = !is_folder && config::host_port_from(options.place).ok();
  std::optional<NewFile> file;  // made first: that it cannot be is known before the work
  if (!options.receipts_file.empty())
    if (Faults faults = file.emplace(options.receipts_file).open(); !faults.empty()) return faults;
  NewFile* const receipts = file.has_value() ? &*file : nullptr;
  const OrFaults<audit::Report> report =
      is_node ? audit_node(options, receipts) : audit_folder(options, receipts);
  if (!report) return report.error();
  if (out.json)
    print_json(*report);
  else
    print_text(*report);
  return {};
}

}  // namespace

void add_audit(Frame& frame) {
  auto options = std::make_shared<Options>();
  CLI::App& command = frame.add(kText, [options](const Output& out) { return run(*options, out); });
  command.add_option("PLACE", options->place, "DIR, or HOST:PORT of a node")
      ->type_name("")
      ->required();
  command.add_option("--genesis", options->genesis_file, "The genesis to audit under")
      ->type_name("FILE");
  command
      .add_option("--receipts", options->receipts_file,
                  "A new file for every receipt, as lines of JSON")
      ->type_name("FILE");
  add_connection_options(command, options->connection);
}

}  // namespace tally::app
