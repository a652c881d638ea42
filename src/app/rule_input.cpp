// JSON to facts. Lengths are held to the limits from which a rule's cost was proved.
#include "app/rule_input.h"

#include <tally/base/bytes.h>
#include <tally/base/limits.h>
#include <tally/config/text.h>

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>
#include <utility>

namespace tally::app {
namespace {

using nlohmann::json;

constexpr std::size_t kCurrencyBytes = 3;
constexpr std::size_t kMemberIdDigits = 32;
constexpr std::string_view kFull = "_full";
constexpr std::string_view kDaysSince = "days_since";

/// Reads one object field by field; the first thing that does not fit stands in `fault`.
class ObjectReader {
 public:
  ObjectReader(const json& object, std::string path, const std::string& file,
               std::optional<Fault>& fault)
      : object_(object), path_(std::move(path)), file_(file), fault_(fault) {
    if (!object_.is_object()) refuse("", std::string(object_.type_name()), "an object");
  }

  /// What stands under `key`, which is then known; null: nothing does.
  const json* find(const std::string& key) {
    known_.push_back(key);
    if (!object_.is_object()) return nullptr;
    const auto found = object_.find(key);
    return found == object_.end() ? nullptr : &*found;
  }

  void integer(const std::string& key, std::int64_t& value) {
    if (const json* given = find(key)) integer(*given, key, value);
  }
  void integer(const std::string& key, std::optional<std::int64_t>& value) {
    const json* given = find(key);
    if (given == nullptr || given->is_null()) return;
    integer(*given, key, value.emplace());
  }
  void text(const std::string& key, std::size_t size_max, std::string& value) {
    if (const json* given = find(key)) text(*given, key, size_max, value);
  }
  void texts(const std::string& key, std::size_t count_max, std::size_t size_max,
             std::vector<std::string>& values) {
    const json* given = find(key);
    if (given == nullptr || !is_list(*given, key, count_max)) return;
    for (const json& item : *given)
      text(item, key, size_max, values.emplace_back());
  }
  void money(const std::string& key, Money& value) {
    std::int64_t minor = 0;
    integer(key, minor);
    const std::optional<Money> money = Money::from(minor);
    if (!money) return refuse(key, std::to_string(minor), "0 to 2^53 - 1");
    value = *money;
  }

  bool is_list(const json& given, const std::string& key, std::size_t count_max) {
    if (!given.is_array()) {
      refuse(key, std::string(given.type_name()), "a list");
      return false;
    }
    if (given.size() > count_max) {
      refuse(key, std::to_string(given.size()) + " entries",
             "at most " + std::to_string(count_max));
      return false;
    }
    return true;
  }
  void integer(const json& given, const std::string& key, std::int64_t& value) {
    const bool fits = given.is_number_integer() &&
                      (!given.is_number_unsigned() ||
                       given.get<std::uint64_t>() <=
                           static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()));
    if (!fits)
      return refuse(key, given.is_number() ? given.dump() : std::string(given.type_name()),
                    "an integer of 64 bits");
    value = given.get<std::int64_t>();
  }
  void text(const json& given, const std::string& key, std::size_t size_max, std::string& value) {
    if (!given.is_string()) return refuse(key, std::string(given.type_name()), "a string");
    value = given.get<std::string>();
    if (value.size() > size_max)
      refuse(key, std::to_string(value.size()) + " bytes", "at most " + std::to_string(size_max));
  }

  /// What is not known by now is nobody's.
  void finish() {
    if (!object_.is_object()) return;
    for (const auto& [key, value] : object_.items())
      if (std::find(known_.begin(), known_.end(), key) == known_.end())
        refuse(printable(key), "unknown field \"" + printable(key) + "\"",
               known_.empty() ? "no field" : "\"" + known_.front() + "\" or another of a rule's");
  }

  void refuse(const std::string& key, std::string got, std::string expected) {
    if (fault_) return;
    std::string where = config::shown_path(file_);
    const std::string dot = path_.empty() || key.empty() ? "" : ".";
    if (!path_.empty() || !key.empty()) where += ": " + path_ + dot + key;
    fault_ = Fault{kBadInput, std::move(got), std::move(expected), std::move(where), "correct it"};
  }

 private:
  const json& object_;
  std::string path_;
  const std::string& file_;
  std::optional<Fault>& fault_;
  std::vector<std::string> known_;
};

class FactsReader {
 public:
  explicit FactsReader(const std::string& file) : file_(file) {}

  OrFaults<RuleInput> read(const json& document) {
    ObjectReader whole(document, "", file_, fault_);
    if (const json* tx = whole.find("tx")) read_transaction(*tx);
    if (const json* lines = whole.find("lines");
        lines && whole.is_list(*lines, "lines", limits::kLinesMax))
      for (const json& line : *lines)
        read_line(line);
    if (const json* member = whole.find("m")) read_member(*member);
    if (const json* base = whole.find("base")) {
      ObjectReader in(*base, "base", file_, fault_);
      in.integer("points", input_.base_points);
      in.finish();
    }
    if (const json* counters = whole.find("c")) read_counters(*counters);
    if (const json* params = whole.find("p")) read_params(*params);
    if (const json* offsets = whole.find("offsets");
        offsets && whole.is_list(*offsets, "offsets", limits::kUtcOffsetsMax))
      for (const json& offset : *offsets)
        read_offset(offset);
    whole.finish();
    if (fault_) return config::fail(*fault_);
    return std::move(input_);
  }

 private:
  void read_transaction(const json& tx) {
    ObjectReader in(tx, "tx", file_, fault_);
    in.integer("event_time", input_.event_time);
    in.text("merchant", limits::kNameBytesMax, input_.merchant);
    in.text("channel", limits::kChannelBytesMax, input_.channel);
    in.text("store", limits::kShortNameBytesMax, input_.store);
    in.text("currency", kCurrencyBytes, input_.currency);
    in.integer("total", input_.total);
    in.integer("eligible", input_.eligible);
    in.integer("points_value", input_.points_value);
    in.texts("pay_methods", limits::kPayMethodsMax, limits::kChannelBytesMax, input_.pay_methods);
    in.text("ref", limits::kRefBytesMax, input_.ref);
    in.finish();
  }

  void read_line(const json& line) {
    ObjectReader in(line, "lines[" + std::to_string(input_.lines.size()) + "]", file_, fault_);
    BasketLine& read = input_.lines.emplace_back();
    in.text("sku", limits::kShortNameBytesMax, read.sku);
    in.text("brand", limits::kShortNameBytesMax, read.brand);
    in.texts("cats", limits::kCategoriesMax, limits::kShortNameBytesMax, read.cats);
    in.integer("qty", read.quantity);
    in.money("net", read.net);
    in.money("tax", read.tax);
    in.finish();
  }

  void read_member(const json& member) {
    ObjectReader in(member, "m", file_, fault_);
    rules::MemberFacts& read = input_.member;
    in.integer("tier", read.tier);
    in.integer("tqp", read.tqp);
    in.integer("enrolled_at", read.enrolled_at);
    in.integer("last_activity_at", read.last_activity_at);
    in.integer("purchases_total", read.purchases_total);
    in.integer("activations_total", read.activations_total);
    in.integer("tier_before", read.tier_before);
    in.texts("segs", limits::kSegmentsMax, limits::kShortNameBytesMax, input_.segs);
    in.texts("passes", limits::kPassesMax, limits::kShortNameBytesMax, input_.passes);
    const json* referrer = in.find("referrer");
    if (referrer != nullptr && !referrer->is_null())
      in.text(*referrer, "referrer", kMemberIdDigits, input_.referrer.emplace());
    in.finish();
  }

  void read_counters(const json& counters) {
    ObjectReader in(counters, "c", file_, fault_);
    if (!counters.is_object()) return;
    for (const auto& [key, value] : counters.items()) {
      const bool is_card = key.ends_with(kFull) && value.is_boolean();
      const std::string name = is_card ? key.substr(0, key.size() - kFull.size()) : key;
      rules::CounterFact& fact = fact_of(name);
      if (is_card) {
        fact.full = value.get<bool>();
        counter_of(name).kind = CounterKind::Stamps;
      } else {
        if (value.is_null() || name.starts_with(kDaysSince))
          counter_of(name).kind = CounterKind::DaysSince;
        if (!value.is_null()) in.integer(value, printable(key), fact.value.emplace());
      }
    }
    if (input_.counters.size() > limits::kCountersMax)
      in.refuse("", std::to_string(input_.counters.size()) + " counters",
                "at most " + std::to_string(limits::kCountersMax));
  }

  Counter& counter_of(const std::string& name) {
    return *std::find_if(input_.counters.begin(), input_.counters.end(),
                         [&](const Counter& counter) { return counter.name == name; });
  }
  rules::CounterFact& fact_of(const std::string& name) {
    for (std::size_t i = 0; i < input_.counters.size(); ++i)
      if (input_.counters[i].name == name) return input_.counted[i];
    input_.counters.emplace_back().name = name;
    return input_.counted.emplace_back();
  }

  void read_params(const json& params) {
    ObjectReader in(params, "p", file_, fault_);
    if (!params.is_object()) return;
    if (params.size() > limits::kParametersMax)
      in.refuse("", std::to_string(params.size()) + " parameters",
                "at most " + std::to_string(limits::kParametersMax));
    for (const auto& [key, value] : params.items()) {
      Parameter& read = input_.params.emplace_back();
      read.name = key;
      if (value.is_boolean()) {
        read.value = value.get<bool>();
      } else if (value.is_string()) {
        std::string text;
        in.text(value, printable(key), limits::kRuleTextBytesMax, text);
        read.value = std::move(text);
      } else {
        std::int64_t number = 0;
        in.integer(value, printable(key), number);
        read.value = number;
      }
    }
  }

  void read_offset(const json& offset) {
    const std::string path = "offsets[" + std::to_string(input_.offsets.size()) + "]";
    ObjectReader in(offset, path, file_, fault_);
    std::int64_t from = 0;
    std::int64_t minutes = 0;
    in.integer("from", from);
    in.integer("minutes", minutes);
    constexpr std::int64_t kDayMinutes = 1'440;
    if (from < 0) in.refuse("from", std::to_string(from), "milliseconds since 1970");
    if (minutes < -kDayMinutes || minutes > kDayMinutes)
      in.refuse("minutes", std::to_string(minutes), "-1440 to 1440");
    const Timestamp start(static_cast<std::uint64_t>(std::max<std::int64_t>(from, 0)));
    if (!input_.offsets.empty() && start <= input_.offsets.back().from)
      in.refuse("from", std::to_string(from), "later than the entry before it");
    input_.offsets.push_back({start, static_cast<std::int16_t>(minutes)});
    in.finish();
  }

  const std::string& file_;
  std::optional<Fault> fault_;
  RuleInput input_;
};

}  // namespace

rules::Scope RuleInput::scope(rules::Site site) const {
  rules::Scope scope;
  scope.site = site;
  scope.lines = true;
  scope.counters = counters;
  scope.params = params;
  return scope;
}

rules::Facts RuleInput::facts() const {
  rules::Facts facts;
  facts.tx = {event_time, merchant,     channel,     store, currency, total,
              eligible,   points_value, pay_methods, ref,   lines};
  facts.m = member;
  facts.m.segs = segs;
  facts.m.passes = passes;
  if (referrer) facts.m.referrer = *referrer;
  facts.base_points = base_points;
  facts.counters = counted;
  facts.params = params;
  facts.utc_offsets = offsets;
  return facts;
}

OrFaults<RuleInput> rule_input_from(std::string_view text, const std::string& name) {
  json document;
  try {
    document = json::parse(text);
  } catch (const json::exception& error) {
    return config::fail(
        Fault{kBadInput, printable(error.what()), "JSON", config::shown_path(name), "correct it"});
  }
  return FactsReader(name).read(document);
}

}  // namespace tally::app
