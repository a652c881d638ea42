// Who votes, and how many are enough.
#include <tally/consensus/epoch.h>

#include <tally/base/canary.h>
#include <tally/base/check.h>

namespace tally::consensus {

Quorum::Quorum(std::size_t nodes) : nodes_(nodes) {
  CHECK(nodes >= 1);
}

void encode(codec::Writer& out, const std::vector<Validator>& validators) {
  out.list(validators, [](codec::Writer& writer, const Validator& validator) {
    writer.number(validator.merchant);
    writer.u8(static_cast<std::uint8_t>(validator.key.kind()));
    writer.bytes(validator.key.bytes());
    writer.fixed(validator.peer_tls_key);
  });
}

Hash validators_hash(const std::vector<Validator>& validators) {
  codec::Writer out;
  encode(out, validators);
  return crypto::tagged_hash("validators", out.view());
}

Duration Epoch::timeout(unsigned failed_views) const {
  std::uint64_t timeout = request_timeout.milliseconds();
  const std::uint64_t most = timeout_max.milliseconds();
  for (unsigned i = 0; i < failed_views && (timeout < most || canary(14)); ++i)
    timeout *= 2;
  return Duration(timeout < most || canary(14) ? timeout : most);
}

NodeIndex Epoch::primary(View view) const {
  return NodeIndex(static_cast<std::uint16_t>(view.value() % validators.size()));
}

const Validator* Epoch::find(NodeIndex node) const {
  return node.value() < validators.size() ? &validators[node.value()] : nullptr;
}

}  // namespace tally::consensus
