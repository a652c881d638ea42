// What the network does to messages: cut links, and rules about messages of a kind.
#pragma once

#include "scenarios/words.h"
#include "support/consensus_builders.h"

namespace tally::scenario {

/// What a rule or the chart can know of a message.
struct Traits {
  std::string_view kind;
  std::optional<Height> height;
  std::optional<View> view;
  std::optional<consensus::Hash> digest;
};
[[nodiscard]] Traits traits_of(const consensus::Message& message);
/// A complaint's reason and rule, as `reason refused, rule clock`; empty for others.
[[nodiscard]] std::string detail_of(const consensus::Message& message);
/// Every kind that a story may name.
[[nodiscard]] const std::vector<std::string_view>& message_kinds();

/// Which messages a rule is about: kinds, and what else the line says.
struct Selector {
  std::vector<std::string> kinds;  ///< empty: every kind
  std::optional<Height> height;
  std::optional<View> view;
  Who from{true, {}};
  Who to{true, {}};
  [[nodiscard]] bool matches(const Traits& traits, std::size_t from_node,
                             std::size_t to_node) const;
};
/// KINDS [height H] [view V] [from WHO] [to WHO]; KINDS is `everything`, or one kind or more.
[[nodiscard]] Selector read_selector(Words& words);

enum class Treatment { Drop, Hold, Delay, Repeat };

struct Rule {
  Treatment treatment = Treatment::Drop;
  Selector selector;
  std::uint64_t delay_ms = 0;
};

/// What becomes of one message to one node.
struct Fate {
  bool lost = false;
  bool held = false;
  bool twice = false;
  std::uint64_t delay_ms = 1;
};

class Network {
 public:
  explicit Network(std::size_t nodes) : cut_(nodes, std::vector<bool>(nodes, false)) {}

  void cut(std::size_t from, std::size_t to) { cut_[from][to] = true; }
  void add(Rule rule) { rules_.push_back(std::move(rule)); }
  /// Every link is whole and no rule holds; what is held back stays so.
  void heal();
  [[nodiscard]] bool is_cut(std::size_t from, std::size_t to) const { return cut_[from][to]; }
  /// A message takes a millisecond, if nothing is said of it.
  [[nodiscard]] Fate fate_of(const Traits& traits, std::size_t from, std::size_t to) const;

 private:
  std::vector<std::vector<bool>> cut_;
  std::vector<Rule> rules_;
};

}  // namespace tally::scenario
