// tally: the command line of everybody who is not a node.
#include <tally/edge/tls.h>

#include "app/commands/commands.h"

namespace {

constexpr tally::app::CommandText kProgram = {
    "tally", "Tallystick's command line: local networks, keys, genesis, and talk to the nodes.",
    R"(A first session:
  tally localnet start            four merchants' nodes in ./localnet
  tally status                    where they stand
  tally import config/sample/log.csv --format csv --map member=customer,merchant=merchant
  tally localnet stop

Each command teaches itself: tally COMMAND --help. Exit codes and error numbers: docs/cli.md.)"};

}  // namespace

int main(int argc, char** argv) {
  tally::app::prepare_process();
  tally::edge::require_tls13();
  tally::app::Frame frame(kProgram);
  tally::app::add_localnet(frame);
  tally::app::add_status(frame);
  tally::app::add_submit(frame);
  tally::app::add_simulate(frame);
  tally::app::add_receipt(frame);
  tally::app::add_explain(frame);
  tally::app::add_balance(frame);
  tally::app::add_history(frame);
  tally::app::add_programme(frame);
  tally::app::add_quote(frame);
  tally::app::add_exchange(frame);
  tally::app::add_settlement(frame);
  tally::app::add_change(frame);
  tally::app::add_consent(frame);
  tally::app::add_campaign(frame);
  tally::app::add_import(frame);
  tally::app::add_bench(frame);
  tally::app::add_rule(frame);
  tally::app::add_audit(frame);
  tally::app::add_keys(frame);
  tally::app::add_member(frame);
  tally::app::add_genesis(frame);
  return frame.run(argc, argv);
}
