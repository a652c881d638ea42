// tally history: what happened on a member's account, newest first.
#include <tally/base/bytes.h>
#include <tally/base/limits.h>
#include <tally/config/text.h>
#include <tally/edge/json.h>

#include "app/commands/commands.h"
#include "app/connection.h"
#include "app/files.h"
#include "app/programmes.h"
#include "app/receipt_text.h"
#include "app/sender.h"

#include <filesystem>
#include <iostream>

namespace tally::app {
namespace {

struct Options {
  std::string member;
  std::string programme;
  std::uint32_t limit = 20;
  bool all = false;
  std::string out_file;
  bool force = false;
  ConnectionOptions connection;
};

constexpr CommandText kText = {
    "history", "List what happened on a member's account, newest first",
    R"(One receipt a line: time, place in the ledger (block/receipt), kind, points, outcome. With
--json one receipt a line, whole.

  tally history 8c0c2f6a… --programme grocer --limit 50
  tally history 8c0c2f6a… --all --json --out history.jsonl)"};

/// Prints to stdout, page by page, or gathers for a file.
class Sink {
 public:
  explicit Sink(bool to_file) : to_file_(to_file) {}
  void add(const std::string& line) {
    if (to_file_)
      text_ += line;
    else
      std::cout << line;
  }
  /// Whether somebody still reads.
  [[nodiscard]] bool flush() { return to_file_ || (std::cout << std::flush).good(); }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  const bool to_file_;
  std::string text_;
};

std::string line_of(const client::HistoryPage& page, std::size_t i, const AccountId& id,
                    bool as_json) {
  if (as_json) return edge::answer_to_json(page.receipts[i], false, false) + "\n";
  return history_line(page.receipts[i], page.ledger_times[i], id);
}

Faults list(const Sender& sender, const AccountId& id, const Options& options, bool as_json,
            Sink& sink) {
  std::uint64_t left = options.all ? ~std::uint64_t{0} : options.limit;
  std::string token;
  do {
    const auto size =
        static_cast<std::uint32_t>(std::min<std::uint64_t>(left, limits::kPageSizeMax));
    const Result<client::HistoryPage> page = sender.client().history(id, size, token);
    if (!page.ok()) return {fault_from_node(page.error(), sender.client().endpoint())};
    if (page->receipts.size() != page->ledger_times.size())
      return {Fault{kNodeRefused, "a page whose parts do not match", "", sender.client().endpoint(),
                    "ask another node"}};
    const std::size_t count = std::min<std::uint64_t>(page->receipts.size(), left);
    for (std::size_t i = 0; i < count; ++i)
      sink.add(line_of(*page, i, id, as_json));
    if (!sink.flush()) return {};  // the reader has left; that is no fault
    left -= count;
    token = page->next_page_token;
  } while (!token.empty() && left > 0);
  return {};
}

Faults run(const Options& options, const Output& out) {
  const OrFaults<MemberId> member = member_named(options.member);
  if (!member) return member.error();
  if (options.limit == 0) return {Fault{kBadValue, "0", "1 and more", "--limit", "or write --all"}};
  if (options.all && options.limit != Options().limit)
    return {Fault{kBadValue, "--all and --limit", "one of them", "", "leave one out"}};
  std::error_code error;
  if (!options.out_file.empty() && !options.force &&
      std::filesystem::exists(std::filesystem::symlink_status(options.out_file, error)))
    return {Fault{kFileExists, config::shown_path(options.out_file), "a new file", "--out",
                  "choose another name, or add --force"}};
  OrFaults<Identity> identity = identity_from(options.connection);
  if (!identity) return identity.error();
  const auto programme = programme_named(options.programme, options.connection, identity->merchant);
  if (!programme) return programme.error();
  const OrFaults<Sender> sender = Sender::start(std::move(*identity));
  if (!sender) return sender.error();

  Sink sink(!options.out_file.empty());
  Faults faults = list(*sender, AccountId{*member, *programme}, options, out.json, sink);
  if (!faults.empty() || options.out_file.empty()) return faults;
  return options.force ? replace_file(options.out_file, sink.text())
                       : write_new_file(options.out_file, sink.text());
}

}  // namespace

void add_history(Frame& frame) {
  auto options = std::make_shared<Options>();
  CLI::App& command = frame.add(kText, [options](const Output& out) { return run(*options, out); });
  command.add_option("MEMBER", options->member, "The member's id")->type_name("")->required();
  command
      .add_option("--programme", options->programme,
                  "Whose points: a merchant's number, or its name in the local network (default: "
                  "the caller's)")
      ->type_name("ID");
  command.add_option("--limit", options->limit, "At most so many receipts (default: 20)")
      ->type_name("N");
  command.add_flag("--all", options->all, "Every receipt of the account");
  command.add_option("--out", options->out_file, "Write to this new file")->type_name("FILE");
  command.add_flag("--force", options->force, "Replace the file where it exists");
  add_connection_options(command, options->connection);
}

}  // namespace tally::app
