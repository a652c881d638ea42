// The keys by which requests and orders are known.
#include <tally/model/ids.h>

#include <tally/codec/writer.h>

namespace tally {
namespace {

/// H(name: merchant, id): a merchant cannot take another one's id.
Hash merchant_hash(std::string_view name, MerchantId merchant, ByteView id) {
  codec::Writer out;
  out.number(merchant);
  out.bytes(id);
  return crypto::tagged_hash(name, out.view());
}

}  // namespace

RequestKey request_key(MerchantId merchant, ByteView request_id) {
  return RequestKey::from_view(merchant_hash("request-key", merchant, request_id).view());
}

OrderKey order_key(MerchantId merchant, ByteView order_id) {
  return OrderKey::from_view(merchant_hash("order-key", merchant, order_id).view());
}

}  // namespace tally
