// tally campaign try: what a file of rules would have given over a log, without a ledger.
#include <tally/base/check.h>
#include <tally/rules/programme.h>

#include "app/commands/commands.h"
#include "app/files.h"
#include "app/progress_bar.h"
#include "app/rule_faults.h"
#include "app/trial_report.h"

#include <iostream>
#include <memory>

namespace tally::app {
namespace {

constexpr std::size_t kLogBytesMax = std::size_t{1} << 30;
constexpr std::size_t kProgressEvery = 1'024;
constexpr int kExponentMax = 6;

struct Options {
  std::string file;
  std::string with;
  std::string log;
  std::string format = "csv";
  std::string map;
  std::string articles;
  std::string articles_map;
  std::string members;
  int decimals = 2;
  std::size_t top = 10;
};

constexpr CommandText kText = {
    "try", "Show what a file of rules would have given over a log of purchases",
    R"(FILE is a programme's file, or a campaign file with --with PROGRAMME_FILE. No node is asked
and nothing is changed: members enrol at their first purchase, budgets begin full, and each purchase
is served at its own time. It shows for each rule how often it gave, points, members and what is
left of its budget, why rules gave less, and who got most.

Formats of --log:
  cdnow   customer, yyyymmdd, CDs, dollars, as tally import reads it
  csv     one purchase a row; --map member=COLUMN,time=COLUMN,amount=COLUMN and, where the log has
          them, merchant, tax, excluded
  lines   one line of a basket a row; order, member, time, net, and where the log has them tax, sku,
          brand, cats (a|b), qty, merchant, store, channel; --map says where a column has another
          name. Rows of one order are one purchase. Amounts are of the whole line. --articles FILE
          is a CSV with sku, brand, cats for what the lines do not say.

  tally campaign try config/grocer-bpts.toml --log purchases.csv --format lines
  tally campaign try summer.toml --with grocer.toml --log CDNOW_master.txt --format cdnow

Without a merchant column all rows are the programme's own merchant's. Rows at its partners earn
too; others are seen only by counters that ask for them. Nobody has a referrer or a segment, points
are neither spent nor do they expire, and merchants that fund are taken to have a quote.)"};

Faults check(const Options& options) {
  const bool known =
      options.format == "cdnow" || options.format == "csv" || options.format == "lines";
  if (!known)
    return {Fault{kBadValue, "\"" + printable(options.format) + "\"", "cdnow, csv or lines",
                  "--format", ""}};
  if (options.format == "cdnow" && !options.map.empty())
    return {Fault{kBadValue, "--map", "it with --format csv or lines", "", "leave it out"}};
  if (options.format != "lines" && !(options.articles + options.articles_map).empty())
    return {Fault{kBadValue, "--articles", "it with --format lines alone", "", "leave it out"}};
  if (options.decimals < 0 || options.decimals > kExponentMax)
    return {Fault{kBadValue, std::to_string(options.decimals), "0 to 6", "--decimals", ""}};
  return {};
}

OrFaults<RuleSet> rules_of(const Options& options) {
  OrFaults<config::ProgrammeFile> file =
      read_whole_programme(options.with.empty() ? options.file : options.with);
  if (!file) return config::fail(std::move(file.error()));
  Programme programme = std::move(file->programme);
  if (!options.with.empty()) {
    OrFaults<Programme> merged =
        with_campaigns(std::move(programme), config::read_campaigns(options.file));
    if (!merged) return config::fail(std::move(merged.error()));
    programme = std::move(*merged);
  }
  auto rules = rules::compile(programme);
  CHECK(rules.has_value());  // both readers have asked
  return std::move(*rules);
}

OrFaults<std::vector<TrialPurchase>> read_baskets(const Options& options, const std::string& text,
                                                  const TrialScope& scope) {
  Columns columns;
  if (Faults faults = read_columns(options.map, line_words(), "order=basket,member=card", columns);
      !faults.empty())
    return config::fail(std::move(faults));
  Articles articles;
  if (!options.articles.empty()) {
    Columns of_articles;
    if (Faults faults =
            read_columns(options.articles_map, article_words(), "sku=article", of_articles);
        !faults.empty())
      return config::fail(std::move(faults));
    const OrFaults<std::string> list = read_file(options.articles, kLogBytesMax, kBadInput);
    if (!list) return config::fail(list.error());
    OrFaults<Articles> read = articles_from(*list, of_articles, options.articles);
    if (!read) return config::fail(std::move(read.error()));
    articles = std::move(*read);
  }
  return baskets_from(text, columns, articles, scope, options.log);
}

OrFaults<std::vector<TrialPurchase>> read_log(const Options& options, const Programme& programme) {
  const OrFaults<std::string> text = read_file(options.log, kLogBytesMax, kBadInput);
  if (!text) return config::fail(text.error());
  const TrialScope scope{programme.merchant, programme.currency,
                         static_cast<std::uint8_t>(options.decimals), programme.lines,
                         programme.earn.excluded_cats};
  if (options.format == "lines") return read_baskets(options, *text, scope);
  const OrFaults<ColumnMap> map = column_map_from(options.map);
  if (!map) return config::fail(map.error());
  const LogFormat format = options.format == "cdnow" ? LogFormat::Cdnow : LogFormat::Csv;
  const auto purchases = purchases_from(*text, format, *map, options.log);
  if (!purchases) return config::fail(purchases.error());
  return purchases_for_trial(*purchases, scope, options.log);
}

Faults run(const Options& options, const Output& out) {
  if (Faults faults = check(options); !faults.empty()) return faults;
  const OrFaults<RuleSet> rules = rules_of(options);
  if (!rules) return rules.error();
  const auto purchases = read_log(options, rules->programme);
  if (!purchases) return purchases.error();

  Trial trial(*rules);
  ProgressBar bar("trying", purchases->size());
  for (std::size_t i = 0; i < purchases->size(); ++i) {
    trial.serve((*purchases)[i]);
    if (i % kProgressEvery == 0) bar.update(i);
  }
  const TrialSummary summary = trial.finish();
  bar.update(purchases->size());
  bar.finish();

  const TrialShown shown{rules->programme, static_cast<std::uint8_t>(options.decimals),
                         options.top};
  if (!options.members.empty())
    if (Faults faults = write_new_file(options.members, members_csv(summary, shown));
        !faults.empty())
      return faults;
  std::cout << (out.json ? json_of(summary, shown) : text_of(summary, shown));
  return {};
}

}  // namespace

void add_campaign_try(Frame& frame, CLI::App& group) {
  auto options = std::make_shared<Options>();
  CLI::App& command =
      frame.add(group, kText, [options](const Output& out) { return run(*options, out); });
  command.add_option("FILE", options->file, "The programme's file, or campaigns for one")
      ->type_name("")
      ->required();
  command.add_option("--with", options->with, "The programme's file, if FILE has campaigns alone")
      ->type_name("FILE");
  command.add_option("--log", options->log, "The log of purchases")->type_name("FILE")->required();
  command.add_option("--format", options->format, "cdnow, csv or lines (default: csv)")
      ->type_name("NAME");
  command.add_option("--map", options->map, "What the log's columns are: WORD=COLUMN,WORD=COLUMN")
      ->type_name("MAP");
  command
      .add_option("--articles", options->articles, "A CSV with brand and categories of articles")
      ->type_name("FILE");
  command.add_option("--articles-map", options->articles_map, "What its columns are")
      ->type_name("MAP");
  command
      .add_option("--decimals", options->decimals,
                  "Decimal places of the programme's currency (default: 2)")
      ->type_name("N");
  command.add_option("--top", options->top, "How many members to name (default: 10)")
      ->type_name("N");
  command.add_option("--members", options->members, "Write a CSV with all members to a new file")
      ->type_name("FILE");
}

}  // namespace tally::app
