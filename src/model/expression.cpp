// The canonical form of a rule. FORMAT: stored, hashed; docs/formats.md.
#include <tally/base/limits.h>
#include <tally/model/expression.h>

#include <tally/base/check.h>

#include <algorithm>
#include <array>

namespace tally {
namespace {

constexpr std::uint8_t kLanguageVersion = 1;

void encode_node(codec::Writer& out, const ExpressionNode& node) {
  out.u8(node.kind);
  out.u8(node.parts);
  out.i64(node.value);
}

ExpressionNode decode_node(codec::Reader& in) {
  ExpressionNode node;
  node.kind = in.u8();
  node.parts = in.u8();
  node.value = in.i64();
  return node;
}

/// Sizes follow from the numbers of parts, last node first. False: this is no tree, or a deeper one
/// than any recursion over it expects.
bool set_sizes(std::vector<ExpressionNode>& nodes) {
  std::array<std::size_t, limits::kRuleNodesMax> depths{};
  for (std::size_t i = nodes.size(); i-- > 0;) {
    std::size_t next = i + 1;
    for (std::uint8_t part = 0; part < nodes[i].parts; ++part) {
      if (next >= nodes.size()) return false;
      depths[i] = std::max(depths[i], depths[next]);
      next += nodes[next].size;
    }
    nodes[i].size = static_cast<std::uint16_t>(next - i);
    if (++depths[i] > limits::kRuleDepthMax) return false;
  }
  return nodes.empty() || nodes.front().size == nodes.size();
}

/// Each text once, in the order in which nodes first name them.
bool has_its_texts(const Expression& expression) {
  std::uint64_t seen = 0;
  for (const ExpressionNode& node : expression.nodes) {
    if (node.kind != ExpressionNode::kText) continue;
    const auto place = static_cast<std::uint64_t>(node.value);
    if (place > seen) return false;
    if (place == seen) ++seen;
  }
  return seen == expression.texts.size();
}

}  // namespace

void encode(codec::Writer& out, const Expression& expression) {
  CHECK(expression.nodes.size() <= limits::kRuleNodesMax);
  out.u8(kLanguageVersion);
  out.u8(static_cast<std::uint8_t>(expression.type));
  out.u32(expression.cost);
  out.list(expression.nodes, encode_node);
  out.list(expression.texts, [](codec::Writer& w, const std::string& t) { w.bytes(as_bytes(t)); });
}

void decode(codec::Reader& in, Expression& expression) {
  if (in.u8() != kLanguageVersion) return in.fail("a rule of an unknown language version");
  expression.type = in.enumeration_u8<ValueType>(
      [](ValueType type) { return ValueType::Bool <= type && type <= ValueType::String; });
  expression.cost = in.u32();
  expression.nodes = in.list<ExpressionNode>(limits::kRuleNodesMax, decode_node);
  expression.texts = in.list<std::string>(limits::kRuleNodesMax, [](codec::Reader& r) {
    return std::string(as_text(r.bytes(limits::kRuleTextBytesMax)));
  });
  if (in.failed()) return;
  if (!set_sizes(expression.nodes)) return in.fail("a rule's nodes that are no tree");
  if (!has_its_texts(expression)) in.fail("a rule's texts that its nodes do not name");
}

crypto::Hash rule_id(const Expression& expression) {
  codec::Writer out;
  encode(out, expression);
  return crypto::tagged_hash("rule", out.view());
}

}  // namespace tally
