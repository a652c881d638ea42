// FaultOracles: what must hold of nodes whose log rotted or was lost, of one whose ledger diverged,
// and of what a lying primary offers. Beside Oracles, and as unbelieving.
#pragma once

#include "simulation/disk.h"
#include "simulation/oracles.h"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

namespace tally::sim {

class FaultOracles {
 public:
  /// Borrows all of them; what fails goes to `oracles`.
  FaultOracles(const Plan& plan, const Chain& chain, Oracles& oracles, Coverage& seen);

  /// A message of a correct node leaves (O3).
  void on_message(std::size_t instance, const consensus::Message& message, Micros now);
  /// A record is durable in a correct node's vote log (O9, O17).
  void on_record(std::size_t instance, const consensus::VoteRecord& record);
  void on_wiped(std::size_t instance);
  /// A durable entry of its log is damaged now, and `newest` is the number of the last one.
  void on_rot(std::size_t instance, std::uint64_t newest);
  /// A correct node starts: its records come again, then the start is made (O11).
  void begin_start(std::size_t instance, const SimDisk::Image& image);
  void on_start(std::size_t instance, const node::NodeStatus& status);
  /// A pre-prepare passed a node's static checks (O3).
  void on_offered(std::size_t instance, const consensus::PrePrepare& fresh,
                  const node::NodeStatus& status);
  /// Any node's ledger has a block (O15).
  void on_executed(std::size_t instance, const node::LedgerEffects& effects, Micros now);
  /// A correct node answers a client with receipts of `header` (O9).
  void on_reply(std::size_t instance, const consensus::Header& header);
  /// From this height on its ledger is another than everybody else's.
  void on_divergence(std::size_t instance, Height height);
  /// It halted, rightly.
  void on_divergence_seen(std::size_t instance);

 private:
  using Hash = consensus::Hash;
  using Signed = std::tuple<Height, consensus::Phase, View, Hash>;
  /// What a node's vote log says, by its bytes.
  struct Log {
    bool is_read_again = false;  ///< at a start: nothing of it is new
    std::optional<consensus::LearnerStage> stage;
    std::set<Signed> votes;
    std::set<View> changes;
    std::optional<std::uint64_t> newest_before_rot;
    Height stable_at_start;
  };
  enum class Filler : std::uint8_t { None, Replay, Empty };
  /// The lowest view in which a correct node prepared a digest, and which of them did there.
  struct Prepared {
    View view;
    Mask by = 0;
  };
  /// What a node was offered first under a digest, and whether it must refuse it.
  struct Offer {
    View view;
    Filler fault = Filler::None;
  };

  /// Identities whose votes nobody counts: liars, twins, who diverges.
  [[nodiscard]] Mask incorrect() const;
  [[nodiscard]] Filler judge(const consensus::Proposal& proposal) const;
  void check_prepare(std::size_t instance, const consensus::VoteStatement& statement, Micros now);
  [[nodiscard]] std::string name(std::size_t instance) const;
  void fail(std::string oracle, std::string what);
  void saw(Seen what) { ++seen_[static_cast<std::size_t>(what)]; }

  const Plan& plan_;
  const Chain& chain_;
  Oracles& oracles_;
  Coverage& seen_;
  std::vector<Log> logs_;                                        ///< by instance
  std::vector<std::map<Height, std::map<Hash, Offer>>> offers_;  ///< by instance
  std::map<Hash, Prepared> prepared_;                            ///< by digest
  std::map<SubmissionDigest, Height> committed_;                 ///< the first block that holds it
  std::vector<Timestamp> header_times_;                          ///< by height
  std::vector<Micros> executed_at_;                 ///< by height: by the first correct node
  std::map<Height, std::map<Hash, Mask>> signers_;  ///< of headers, by identity
  std::map<std::size_t, Height> diverged_;          ///< by instance
};

}  // namespace tally::sim
