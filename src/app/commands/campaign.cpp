// tally campaign: one campaign of a programme added, paused, resumed, ended, listed.
#include <tally/model/points_actions.h>

#include "app/commands/commands.h"
#include "app/programmes.h"
#include "app/published.h"
#include "app/rule_faults.h"
#include "app/rule_text.h"
#include "app/table.h"

#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>

namespace tally::app {
namespace {

struct Options {
  std::string file;
  std::string id;
  std::string programme;
  std::string programme_file;
  PublishOptions publish;
};

constexpr CommandText kGroup = {
    "campaign", "Check and publish campaigns, pause, resume, end and list them",
    R"(A campaign file has one or more campaigns for a programme that is published already;
config/campaigns has an example. Each change is a new version of the programme.

  tally campaign check summer.toml --with grocer.toml
  tally campaign publish summer.toml --as grocer
  tally campaign pause summer-breakfast)"};

constexpr CommandText kCheck = {
    "check", "Find all mistakes of a campaign file",
    R"(Checks the campaigns together with their programme, whose groups, tiers and counters they may
name. Where that is a file, no node is needed; else it is the last version on the ledger.

  tally campaign check summer.toml --with grocer.toml
  tally campaign check summer.toml --as grocer)"};

constexpr CommandText kPublish = {
    "publish", "Add the campaigns of a file to the caller's programme",
    R"(Checks the file against the last version on the ledger, then sends one change for each
campaign, which makes as many versions. An id that was used before, also by a campaign that ended,
is not free: what it gave still counts.

  tally campaign publish summer.toml --as grocer)"};

constexpr CommandText kPause = {"pause", "Stop a campaign for a while",
                                R"(  tally campaign pause summer-breakfast --as grocer)"};
constexpr CommandText kResume = {"resume", "Go on with a campaign that was paused",
                                 R"(  tally campaign resume summer-breakfast --as grocer)"};
constexpr CommandText kEnd = {"end", "End a campaign for good",
                              R"(Its id is never free again.

  tally campaign end summer-breakfast --as grocer)"};
constexpr CommandText kList = {
    "list", "List the campaigns of a programme, and what they have given",
    R"(Those of the version in force, in the order of their ids. What they gave is told to their own
merchant alone.

  tally campaign list grocer
  tally campaign list --json)"};

void print(const Programme& merged, const config::CampaignFile& file, std::uint32_t version,
           const Output& out) {
  const auto rules = rules::compile(merged);
  CHECK(rules.has_value());  // with_campaigns has asked
  const CheckedRules checked{*rules, rules::merchants_named(merged),
                             placed(rules::unsupported(merged), merged, file),
                             placed(rules::warnings(merged), merged, file)};
  std::cout << (out.json ? json_of(checked, version) : text_of(checked, version));
}

Faults check_without_node(const Options& options, const Output& out) {
  const auto programme = read_whole_programme(options.programme_file);
  if (!programme) return programme.error();
  const config::CampaignFile file = config::read_campaigns(options.file);
  const OrFaults<Programme> merged = with_campaigns(programme->programme, file);
  if (!merged) return merged.error();
  print(*merged, file, programme->version, out);
  return {};
}

/// The last version, which a change of a campaign builds on.
OrFaults<state::ProgrammeRecord> last_version(const Publisher& publisher) {
  const OrFaults<Published> published = Published::read(publisher.sender, publisher.merchant);
  if (!published) return config::fail(published.error());
  return published->version(published->last());
}

Faults check(const Options& options, const Output& out) {
  if (!options.programme_file.empty()) return check_without_node(options, out);
  const config::CampaignFile file = config::read_campaigns(options.file);
  if (!file.faults.empty()) return config::in_order(file.faults);
  const OrFaults<Publisher> publisher = publisher_from(options.publish);
  if (!publisher) return publisher.error();
  const auto last = last_version(*publisher);
  if (!last) return last.error();
  const OrFaults<Programme> merged = with_campaigns(last->rules.programme, file);
  if (!merged) return merged.error();
  print(*merged, file, last->version, out);
  return {};
}

Faults publish_file(const Options& options, const Output& out) {
  config::CampaignFile file = config::read_campaigns(options.file);
  if (!file.faults.empty()) return config::in_order(std::move(file.faults));
  const OrFaults<Publisher> publisher = publisher_from(options.publish);
  if (!publisher) return publisher.error();
  const OrFaults<Published> published = Published::read(publisher->sender, publisher->merchant);
  if (!published) return published.error();
  const OrFaults<state::ProgrammeRecord> last = published->version(published->last());
  if (!last) return last.error();
  const OrFaults<Programme> merged = with_campaigns(last->rules.programme, file);
  if (!merged) return merged.error();
  Programme added;
  added.merchant = merged->merchant;
  added.campaigns = file.campaigns;
  Faults faults = published->check_approvals(rules::merchants_named(added), publisher->signing);
  if (!faults.empty()) return faults;
  std::vector<Action> actions;
  std::uint32_t version = published->last();
  for (Campaign& campaign : file.campaigns) {
    PublishCampaign action{++version, Height(options.publish.active_from), CampaignChange::Add,
                           campaign.id, std::nullopt};
    action.campaign = std::move(campaign);
    actions.emplace_back(std::move(action));
  }
  return publish(*publisher, std::move(actions), out);
}

Faults change(const Options& options, CampaignChange what, const Output& out) {
  const OrFaults<Publisher> publisher = publisher_from(options.publish);
  if (!publisher) return publisher.error();
  const OrFaults<Published> published = Published::read(publisher->sender, publisher->merchant);
  if (!published) return published.error();
  return publish(*publisher,
                 {PublishCampaign{published->last() + 1, Height(options.publish.active_from), what,
                                  options.id, std::nullopt}},
                 out);
}

Faults pause(const Options& options, const Output& out) {
  return change(options, CampaignChange::Pause, out);
}
Faults resume(const Options& options, const Output& out) {
  return change(options, CampaignChange::Resume, out);
}
Faults end(const Options& options, const Output& out) {
  return change(options, CampaignChange::End, out);
}

/// Of its budget; none: it has no budget, or what it gave is not known.
std::optional<std::int64_t> left_of(const Campaign& campaign, std::optional<std::int64_t> given) {
  if (!campaign.budget || !given) return std::nullopt;
  return std::max<std::int64_t>(0, campaign.budget->points.value() - *given);
}

std::string shown(const std::optional<std::int64_t>& number) {
  return number ? std::to_string(*number) : "-";
}

std::string shown(const std::optional<LocalTime>& time) {
  return time ? config::text_of(*time) : "-";
}

nlohmann::json json_of(const std::optional<std::int64_t>& number) {
  return number ? nlohmann::json(*number) : nlohmann::json();
}

nlohmann::json json_of(const std::optional<LocalTime>& time) {
  return time ? nlohmann::json(config::text_of(*time)) : nlohmann::json();
}

void print_list(const Programme& programme,
                const std::optional<std::vector<state::CampaignRecord>>& given, const Output& out) {
  Table table({"id", "on", "state", "group", "starts", "ends", "given", "left", "title"});
  nlohmann::json all = nlohmann::json::array();
  for (std::size_t i = 0; i < programme.campaigns.size(); ++i) {
    const Campaign& campaign = programme.campaigns[i];
    const std::optional<std::int64_t> points =
        given ? std::optional((*given)[i].spent.value()) : std::nullopt;
    const std::optional<std::int64_t> left = left_of(campaign, points);
    const std::string on = config::word_of(campaign.trigger);
    const std::string state = config::word_of(campaign.state);
    table.add({campaign.id, on, state, campaign.group.empty() ? "-" : campaign.group,
               shown(campaign.starts), shown(campaign.ends), shown(points), shown(left),
               campaign.title});
    all.push_back({{"id", campaign.id},
                   {"on", on},
                   {"state", state},
                   {"group", campaign.group},
                   {"priority", campaign.priority},
                   {"starts", json_of(campaign.starts)},
                   {"ends", json_of(campaign.ends)},
                   {"points_given", json_of(points)},
                   {"budget_left", json_of(left)},
                   {"title", campaign.title}});
  }
  std::cout << (out.json ? all.dump() + "\n" : table.text());
}

Faults list(const Options& options, const Output& out) {
  const ConnectionOptions& connection = options.publish.connection;
  OrFaults<Identity> identity = identity_from(connection);
  if (!identity) return identity.error();
  const auto programme = programme_named(options.programme, connection, identity->merchant);
  if (!programme) return programme.error();
  const bool is_own = identity->merchant == *programme;
  const OrFaults<Sender> sender = Sender::start(std::move(*identity));
  if (!sender) return sender.error();
  const OrFaults<Published> published = Published::read(*sender, *programme);
  if (!published) return published.error();
  const OrFaults<state::ProgrammeRecord> record = published->in_force();
  if (!record) return record.error();
  std::optional<std::vector<state::CampaignRecord>> given;  // nobody else's to read
  if (is_own) {
    auto spent = published->spent(record->rules.programme);
    if (!spent) return spent.error();
    given = std::move(*spent);
  }
  print_list(record->rules.programme, given, out);
  return {};
}

}  // namespace

void add_campaign(Frame& frame) {
  auto options = std::make_shared<Options>();
  CLI::App& group = frame.add_group(kGroup);
  const auto add = [&](const CommandText& text, Faults (*run)(const Options&, const Output&)) {
    return &frame.add(group, text,
                      [options, run](const Output& out) { return run(*options, out); });
  };
  const auto with_file = [&](CLI::App* command) {
    command->add_option("FILE", options->file, "The campaigns, TOML")->type_name("")->required();
    return command;
  };
  const auto with_id = [&](CLI::App* command) {
    command->add_option("ID", options->id, "The campaign's id")->type_name("")->required();
    add_publish_options(*command, options->publish);
  };
  CLI::App* const check_command = with_file(add(kCheck, check));
  check_command
      ->add_option("--with", options->programme_file, "The programme's file; then no node is asked")
      ->type_name("FILE");
  add_connection_options(*check_command, options->publish.connection);
  add_publish_options(*with_file(add(kPublish, publish_file)), options->publish);
  with_id(add(kPause, pause));
  with_id(add(kResume, resume));
  with_id(add(kEnd, end));
  add_campaign_try(frame, group);
  CLI::App* const list_command = add(kList, list);
  list_command
      ->add_option("PROGRAMME", options->programme,
                   "A merchant's number, or its name in the local network (default: the caller's)")
      ->type_name("");
  add_connection_options(*list_command, options->publish.connection);
}

}  // namespace tally::app
