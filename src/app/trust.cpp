// Which genesis to trust.
#include "app/trust.h"

#include <tally/config/genesis_file.h>

#include "app/clock.h"

namespace tally::app {

OrFaults<SignedGenesis> trusted_genesis(const std::string& file, const ConnectionOptions& options) {
  if (!file.empty()) return config::read_whole_genesis(file, system_now());
  if (options.endpoints.empty()) {
    const OrFaults<Localnet> net = read_localnet(options.net);
    if (!net) return config::fail(net.error());
    return config::read_whole_genesis(net->folder + "/genesis.toml", system_now());
  }
  return config::fail(Fault{kMissingOption, "--endpoint without --genesis",
                            "the genesis file of the chain, from who founded it", "",
                            "give --genesis FILE"});
}

std::vector<std::string> names_of_signers(const Genesis& genesis,
                                          const consensus::Certificate& certificate) {
  std::vector<std::string> names;
  for (const consensus::VoteSignature& vote : certificate.votes)
    if (vote.signer.value() < genesis.founders.size())
      names.push_back(genesis.founders[vote.signer.value()].name);
  return names;
}

}  // namespace tally::app
