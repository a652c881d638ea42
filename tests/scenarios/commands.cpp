// Reads what a story does to its world: one function a command.
#include "scenarios/commands.h"

#include "scenarios/claims.h"

namespace tally::scenario {
namespace {

/// A claim may have to hold now, in time, or all the time.
Action read_expectation(Words& words, const std::string& how) {
  Claim claim = read_claim(words);
  std::uint64_t span = 0;
  if (how == "await") words.expect("within");
  if (how == "always") words.expect("for");
  if (how != "expect") span = words.span("a span");
  if (how == "expect") return [claim](World& world) { return claim(world); };
  if (how == "await")
    return [claim, span](World& world) -> Outcome {
      const auto holds = [&world, &claim] { return !claim(world).has_value(); };
      if (world.run_until(holds, span)) return std::nullopt;
      return claim(world);
    };
  return [claim, span](World& world) -> Outcome {
    const auto fails = [&world, &claim] { return claim(world).has_value(); };
    if (fails() || world.run_until(fails, span) || fails()) return claim(world);
    return std::nullopt;
  };
}

Action read_links(Words& words) {
  const Who one = words.who("the nodes to cut off");
  const bool one_way = words.take("->");
  const bool named = one_way || words.take("-");
  Who other{true, {}};
  if (named) other = words.who("the other ends");
  return [one, other, one_way](World& world) -> Outcome {
    std::vector<std::size_t> all(world.size());
    for (std::size_t i = 0; i < all.size(); ++i)
      all[i] = i;
    for (const std::size_t a : one.all ? all : one.nodes)
      for (const std::size_t b : other.all ? all : other.nodes) {
        if (a != b) world.network.cut(a, b);
        if (a != b && !one_way) world.network.cut(b, a);
      }
    return std::nullopt;
  };
}

/// partition 0 1 | 2 3: links within a group stay.
Action read_partition(Words& words) {
  std::vector<Who> groups;
  do {
    groups.push_back(words.who("the nodes of a side"));
  } while (words.take("|"));
  if (groups.size() < 2) words.fail("\"|\" and another side");
  return [groups](World& world) -> Outcome {
    for (std::size_t a = 0; a < groups.size(); ++a)
      for (std::size_t b = 0; b < groups.size(); ++b)
        for (const std::size_t x : groups[a].nodes)
          for (const std::size_t y : groups[b].nodes)
            if (a != b) world.network.cut(x, y);
    return std::nullopt;
  };
}

Action read_rule(Words& words, Treatment treatment) {
  Rule rule;
  rule.treatment = treatment;
  if (treatment == Treatment::Delay) rule.delay_ms = words.span("a delay");
  rule.selector = read_selector(words);
  return [rule](World& world) -> Outcome {
    world.network.add(rule);
    return std::nullopt;
  };
}

using NodeAction = std::function<Outcome(World&, std::size_t)>;

Action for_each_node(Words& words, const NodeAction& act) {
  const Who who = words.who("nodes");
  return [who, act](World& world) -> Outcome {
    for (const std::size_t i : world.nodes_of(who))
      if (Outcome failed = act(world, i)) return failed;
    return std::nullopt;
  };
}

Outcome must_be_down(const World& world, std::size_t i) {
  if (!world.machine(i).is_up()) return std::nullopt;
  return "node " + std::to_string(i) + " is up";
}
Outcome must_be_up(const World& world, std::size_t i) {
  if (world.machine(i).is_up()) return std::nullopt;
  return "node " + std::to_string(i) + " is down";
}

Action read_crash(Words& words) {
  const Who who = words.who("nodes");
  CrashPoint point = CrashPoint::None;
  std::string record;
  if (words.take("in")) {
    words.expect("ledger");
    point = CrashPoint::InLedger;
  } else if (words.sees("before") || words.sees("after")) {
    point = words.take("before") ? CrashPoint::BeforeSync : CrashPoint::AfterSync;
    (void)words.take("after");
    words.expect("sync");
    if (words.take("of"))
      record = words.one_of({"proposed", "voted", "prepared", "committed", "stable", "changing",
                             "entered", "learner"});
  }
  return [who, point, record](World& world) -> Outcome {
    for (const std::size_t i : world.nodes_of(who)) {
      if (!world.machine(i).is_up()) return "node " + std::to_string(i) + " is down already";
      if (point == CrashPoint::None)
        world.crash(i);
      else
        world.crash_at(i, point, record);
    }
    return std::nullopt;
  };
}

Action read_log_command(Words& words, bool save) {
  const std::size_t i = words.node("a node");
  words.expect(save ? "as" : "from");
  const std::string name = words.word("a name");
  return [i, name, save](World& world) -> Outcome {
    if (save) {
      world.save_log(i, name);
      return std::nullopt;
    }
    if (world.machine(i).is_up()) return "node " + std::to_string(i) + " is up";
    if (!world.load_log(i, name)) return "no log was saved as " + name;
    return std::nullopt;
  };
}

Action read_submit(Words& words) {
  std::vector<std::string> names;
  do {
    names.push_back(words.word("a submission"));
  } while (!words.done() && !words.sees("at"));
  const Who who = words.take("at") ? words.who("nodes") : Who{true, {}};
  return [names, who](World& world) -> Outcome {
    for (const std::string& name : names)
      world.submit(name, who);
    return std::nullopt;
  };
}

Action read_clock(Words& words) {
  const std::size_t i = words.node("a node");
  const std::int64_t shift = words.shift("a shift");
  return [i, shift](World& world) -> Outcome {
    world.machine(i).skew_ms += shift;
    return std::nullopt;
  };
}

Action read_slow_ledger(Words& words) {
  const std::size_t i = words.node("a node");
  const std::uint64_t span = words.span("what a block takes");
  return [i, span](World& world) -> Outcome {
    world.machine(i).execution_ms = span;
    return std::nullopt;
  };
}

Action read_restart(Words& words) {
  return for_each_node(words, [](World& world, std::size_t i) -> Outcome {
    if (Outcome up = must_be_down(world, i)) return up;
    world.restart(i);
    return std::nullopt;
  });
}

Action read_lose_log(Words& words) {
  return for_each_node(words, [](World& world, std::size_t i) -> Outcome {
    if (Outcome up = must_be_down(world, i)) return up;
    world.lose_log(i);
    return std::nullopt;
  });
}

Action read_pause(Words& words, bool pause) {
  return for_each_node(words, [pause](World& world, std::size_t i) -> Outcome {
    if (Outcome down = must_be_up(world, i)) return down;
    if (world.machine(i).paused == pause) return "node " + std::to_string(i) + " is so already";
    if (pause)
      world.pause(i);
    else
      world.go_on(i);
    return std::nullopt;
  });
}

/// What happens to machines and clocks. nullptr: not one of them.
Action read_machine_command(Words& words) {
  if (words.take("crash")) return read_crash(words);
  if (words.take("restart")) return read_restart(words);
  if (words.take("pause")) return read_pause(words, true);
  if (words.take("continue")) return read_pause(words, false);
  if (words.take("lose-log")) return read_lose_log(words);
  if (words.take("save-log")) return read_log_command(words, true);
  if (words.take("load-log")) return read_log_command(words, false);
  if (words.take("clock")) return read_clock(words);
  if (words.take("slow-ledger")) return read_slow_ledger(words);
  if (words.take("executes-wrongly"))
    return for_each_node(words, [](World& world, std::size_t i) -> Outcome {
      world.machine(i).executes_wrongly = true;
      return std::nullopt;
    });
  return nullptr;
}

/// What happens to links and messages. nullptr: not one of them.
Action read_network_command(Words& words) {
  if (words.take("cut")) return read_links(words);
  if (words.take("partition")) return read_partition(words);
  if (words.take("drop")) return read_rule(words, Treatment::Drop);
  if (words.take("hold")) return read_rule(words, Treatment::Hold);
  if (words.take("delay")) return read_rule(words, Treatment::Delay);
  if (words.take("repeat")) return read_rule(words, Treatment::Repeat);
  if (words.take("heal"))
    return [](World& world) -> Outcome {
      world.network.heal();
      return std::nullopt;
    };
  if (words.take("release")) {
    const Selector selector = read_selector(words);
    return [selector](World& world) -> Outcome {
      if (world.release(selector) == 0) return "no such message is held back";
      return std::nullopt;
    };
  }
  if (words.take("forget")) {
    const bool held = words.one_of({"held", "sent"}) == "held";
    return [held](World& world) -> Outcome {
      if (held)
        world.forget_held();
      else
        world.forget_sent();
      return std::nullopt;
    };
  }
  return nullptr;
}

/// Who lies, and what is allowed for it. nullptr: not one of them.
Action read_fault_command(Words& words) {
  if (words.take("let")) return read_let(words);
  if (words.sees_number()) return read_lie(words);
  if (words.take("liar"))
    return for_each_node(words, [](World& world, std::size_t i) -> Outcome {
      world.make_liar(i);
      return std::nullopt;
    });
  if (words.take("stolen"))
    return for_each_node(words, [](World& world, std::size_t i) -> Outcome {
      world.machine(i).stolen = true;
      return std::nullopt;
    });
  if (words.take("may-halt"))
    return for_each_node(words, [](World& world, std::size_t i) -> Outcome {
      world.allow_halt(i);
      return std::nullopt;
    });
  if (words.take("beyond-f"))
    return [](World& world) -> Outcome {
      world.go_beyond_f();
      return std::nullopt;
    };
  return nullptr;
}

Action read_run(Words& words) {
  const std::uint64_t span = words.span("a span");
  return [span](World& world) -> Outcome {
    world.run_for(span);
    return std::nullopt;
  };
}

Action read_any(Words& words) {
  for (const char* how : {"expect", "await", "always"})
    if (words.take(how)) return read_expectation(words, how);
  if (words.take("run")) return read_run(words);
  if (words.take("submit")) return read_submit(words);
  if (words.take("passed-over")) {
    const Who who = words.who("nodes");
    return [who](World& world) -> Outcome {
      world.pass_over(who);
      return std::nullopt;
    };
  }
  if (Action machine = read_machine_command(words)) return machine;
  if (Action network = read_network_command(words)) return network;
  if (Action fault = read_fault_command(words)) return fault;
  words.fail("a command, of those in tests/scenarios/README.md");
  return nullptr;
}

}  // namespace

Action read_command(Words& words) {
  Action action = read_any(words);
  words.end();
  return action;
}

}  // namespace tally::scenario
