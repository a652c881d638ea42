// The header that a chain starts from.
#include <tally/state/block.h>

#include <tally/crypto/merkle.h>

namespace tally::state {

consensus::Header genesis_header(const Hash& chain, Timestamp time, const Hash& state_root,
                                 const Hash& validators) {
  consensus::Header header;
  header.chain = chain;
  header.time = time;
  header.ledger_time = time;
  header.transactions_root = crypto::merkle_root({});
  header.receipts_root = header.transactions_root;
  header.state_root = state_root;
  header.validators = validators;
  return header;
}

Result<Transaction> transaction_at(ByteView payload, PayloadPlace place) {
  if (place.start > payload.size() || place.size > payload.size() - place.start)
    return Error{ErrorCode::Malformed, "no transaction stands there in the payload"};
  codec::Reader in(payload.subspan(place.start, place.size));
  Transaction transaction = decode_transaction(in);
  TRY_VOID(in.finish("transaction"));
  return transaction;
}

}  // namespace tally::state
