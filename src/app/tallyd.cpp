// tallyd: a merchant's node.
#include <tally/edge/tls.h>

#include "app/frame.h"
#include "app/node_commands.h"

namespace {

constexpr tally::app::CommandText kProgram = {
    "tallyd", "A node of a Tallystick network: one folder, one configuration file.",
    R"(A node's life:
  tallyd init --config node.toml      makes the data folder, once
  tallyd start --config node.toml     runs until SIGTERM
  tallyd recover --config node.toml   after damage or a stop for safety: says what is wrong

config/node.toml explains the file. Exit codes and error numbers: docs/cli.md.
To try four nodes on this machine: tally localnet start.)"};

}  // namespace

int main(int argc, char** argv) {
  const unsigned umask_before = tally::app::prepare_process();
  tally::edge::require_tls13();
  tally::app::Frame frame(kProgram);
  tally::app::add_init(frame);
  tally::app::add_start(frame, umask_before);
  tally::app::add_recover(frame);
  return frame.run(argc, argv);
}
