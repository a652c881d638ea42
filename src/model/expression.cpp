// The canonical form of a rule. FORMAT: stored, hashed; docs/formats.md.
#include <tally/base/limits.h>
#include <tally/model/expression.h>

#include <tally/base/check.h>

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

/// Sizes follow from the numbers of parts, last node first. False: this is no tree.
bool set_sizes(std::vector<ExpressionNode>& nodes) {
  for (std::size_t i = nodes.size(); i-- > 0;) {
    std::size_t next = i + 1;
    for (std::uint8_t part = 0; part < nodes[i].parts; ++part) {
      if (next >= nodes.size()) return false;
      next += nodes[next].size;
    }
    nodes[i].size = static_cast<std::uint16_t>(next - i);
  }
  return nodes.empty() || nodes.front().size == nodes.size();
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
  if (!in.failed() && !set_sizes(expression.nodes)) in.fail("a rule's nodes that are no tree");
}

crypto::Hash rule_id(const Expression& expression) {
  codec::Writer out;
  encode(out, expression);
  return crypto::tagged_hash("rule", out.view());
}

}  // namespace tally
