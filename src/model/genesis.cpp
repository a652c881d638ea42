// Genesis: its encoding, and the hashes over it. FORMAT: hashed, stored; docs/formats.md §5.
#include <tally/base/limits.h>
#include <tally/codec/reader.h>
#include <tally/codec/writer.h>
#include <tally/model/genesis.h>
#include <tally/model/points_actions.h>

namespace tally {
namespace {

constexpr std::uint8_t kGenesisVersion = 1;

void encode_duration(codec::Writer& out, Duration span) {
  out.u64(span.milliseconds());
}

void encode_parameters(codec::Writer& out, const Parameters& p) {
  out.u64(p.window);
  encode_duration(out, p.request_timeout);
  encode_duration(out, p.timeout_max);
  encode_duration(out, p.passed_over);
  encode_duration(out, p.idle_block);
  out.u64(p.rotation_heights);
  encode_duration(out, p.rotation);
  encode_duration(out, p.clock_bound);
  out.u64(p.proposal_bytes_max);
  out.u64(p.proposal_transactions_max);
  out.u64(p.proposal_rule_cost_max);
  encode_duration(out, p.validity_max);
  encode_duration(out, p.request_memory);
  out.u64(p.state_buckets);
}

void decode_parameters(codec::Reader& in, Parameters& p) {
  p.window = in.u64();
  p.request_timeout = Duration(in.u64());
  p.timeout_max = Duration(in.u64());
  p.passed_over = Duration(in.u64());
  p.idle_block = Duration(in.u64());
  p.rotation_heights = in.u64();
  p.rotation = Duration(in.u64());
  p.clock_bound = Duration(in.u64());
  p.proposal_bytes_max = in.u64();
  p.proposal_transactions_max = in.u64();
  p.proposal_rule_cost_max = in.u64();
  p.validity_max = Duration(in.u64());
  p.request_memory = Duration(in.u64());
  p.state_buckets = in.u64();
}

void encode_currency(codec::Writer& out, const CurrencyUnit& currency) {
  out.fixed(currency.code);
  out.u8(currency.exponent);
}

CurrencyUnit decode_currency(codec::Reader& in) {
  CurrencyUnit currency;
  decode(in, currency.code);
  currency.exponent = in.u8();
  return currency;
}

void encode_founder(codec::Writer& out, const Founder& founder) {
  out.number(founder.merchant);
  out.text(founder.name);
  encode(out, founder.consensus_key);
  out.fixed(founder.possession);
  out.fixed(founder.peer_tls_key);
  encode(out, founder.gateway_key);
  encode(out, founder.operator_key);
}

Founder decode_founder(codec::Reader& in) {
  Founder founder;
  founder.merchant = in.number<MerchantId>();
  founder.name = in.text(limits::kNameBytesMax);
  decode(in, founder.consensus_key);
  founder.possession = in.fixed<crypto::Signature>();
  founder.peer_tls_key = in.fixed<KeyId>();
  decode(in, founder.gateway_key);
  decode(in, founder.operator_key);
  return founder;
}

void encode_content(codec::Writer& out, const Genesis& genesis) {
  out.u8(kGenesisVersion);
  out.text(genesis.chain_name);
  out.timestamp(genesis.time);
  out.boolean(genesis.development);
  encode_parameters(out, genesis.parameters);
  out.list(genesis.currencies, encode_currency);
  out.list(genesis.founders, encode_founder);
}

Genesis decode_content(codec::Reader& in) {
  const std::uint8_t version = in.u8();
  if (version != kGenesisVersion)
    in.fail("version: got " + std::to_string(version) + "; expected 1");
  Genesis genesis;
  genesis.chain_name = in.text(limits::kNameBytesMax);
  genesis.time = in.timestamp();
  genesis.development = in.boolean();
  decode_parameters(in, genesis.parameters);
  genesis.currencies = in.list<CurrencyUnit>(limits::kCurrenciesMax, decode_currency);
  genesis.founders = in.list<Founder>(limits::kValidatorsMax, decode_founder);
  return genesis;
}

}  // namespace

Bytes encode_genesis(const SignedGenesis& genesis) {
  codec::Writer out;
  encode_content(out, genesis.content);
  out.list(genesis.signatures,
           [](codec::Writer& w, const crypto::Signature& signature) { w.fixed(signature); });
  return std::move(out).take();
}

Result<SignedGenesis> decode_genesis(ByteView bytes) {
  if (bytes.size() > limits::kGenesisBytesMax)
    return Error{ErrorCode::OutOfLimits, "genesis: got " + std::to_string(bytes.size()) +
                                             " bytes; expected at most " +
                                             std::to_string(limits::kGenesisBytesMax)};
  codec::Reader in(bytes);
  SignedGenesis genesis;
  genesis.content = decode_content(in);
  genesis.signatures = in.list<crypto::Signature>(
      limits::kValidatorsMax, [](codec::Reader& r) { return r.fixed<crypto::Signature>(); });
  TRY_VOID(in.finish("genesis"));
  return genesis;
}

ChainId genesis_hash(const Genesis& genesis) {
  codec::Writer out;
  encode_content(out, genesis);
  return crypto::tagged_hash("genesis", out.view());
}

Hash founder_digest(const ChainId& chain) {
  return crypto::tagged_hash("founder", chain.view());
}

Hash possession_digest(const std::string& chain_name, MerchantId merchant,
                       const crypto::PublicKey& consensus_key) {
  codec::Writer out;
  out.text(chain_name);
  out.number(merchant);
  encode(out, consensus_key);
  return crypto::tagged_hash("possession", out.view());
}

}  // namespace tally
