// Whether an issuer still does business. FORMAT: stored; docs/formats.md §3.
#include <tally/state/issuer.h>

#include "state/stored.h"

namespace tally::state {

Result<IssuerRecord> find_issuer(const StateView& view, MerchantId issuer) {
  TRY(const std::optional<Bytes> bytes, view.find(issuer_key(issuer)));
  return bytes.has_value() ? decode_issuer(*bytes) : IssuerRecord();
}

Result<IssuerRecord> decode_issuer(ByteView bytes) {
  return decode_record<IssuerRecord>(bytes, "issuer", [](codec::Reader& in, IssuerRecord& r) {
    r.state = decode_between(in, IssuerState::Active, IssuerState::Closed);
    r.until = in.timestamp();
    r.ended_to = in.optional<AccountId>([](codec::Reader& o) {
      const auto member = o.fixed<MemberId>();
      return AccountId{member, o.number<MerchantId>()};
    });
  });
}

Result<void> put_issuer(StateDelta& delta, MerchantId issuer, const IssuerRecord& record) {
  codec::Writer out = begin_record();
  encode_enum(out, record.state);
  out.timestamp(record.until);
  out.optional(record.ended_to, [](codec::Writer& w, const AccountId& id) {
    w.fixed(id.member);
    w.number(id.programme);
  });
  return delta.put(issuer_key(issuer), std::move(out).take());
}

Outcome check_may_issue(const IssuerRecord& issuer) {
  switch (issuer.state) {
    case IssuerState::Active:
      return Outcome::Accepted;
    case IssuerState::Suspended:
      return Outcome::IssuerSuspended;
    case IssuerState::WindingDown:
      return Outcome::IssuerClosing;
    case IssuerState::Closed:
      break;
  }
  return Outcome::IssuerClosed;
}

Outcome check_may_be_redeemed(const IssuerRecord& issuer) {
  // Until its end a programme that leaves is good everywhere.
  if (issuer.state == IssuerState::WindingDown) return Outcome::Accepted;
  return check_may_issue(issuer);
}

Outcome check_may_leave(const IssuerRecord& issuer) {
  return check_may_be_redeemed(issuer);
}

}  // namespace tally::state
