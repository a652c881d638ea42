// What a view change must prove, and what follows from a quorum of them.
#include <tally/consensus/view_change.h>

#include <tally/base/canary.h>
#include <tally/base/limits.h>

#include <algorithm>
#include <string>
#include <utility>

namespace tally::consensus {
namespace {

Height stable_height(const ViewChange& change) {
  return change.stable.has_value() ? change.stable->header.height : Height();
}

bool is_known(Reason reason) {
  return Reason::NoProgress <= reason && reason <= Reason::Rotation;
}
bool is_known(Rule rule) {
  return rule <= Rule::Empty;
}

/// The fields that all three begin with.
template <typename T>
void encode_opening(codec::Writer& out, const T& message) {
  out.fixed(message.chain);
  out.number(message.epoch);
  out.number(message.view);
  out.number(message.signer);
}

template <typename T>
void decode_opening(codec::Reader& in, T& message) {
  message.chain = in.fixed<Hash>();
  message.epoch = in.number<EpochNumber>();
  message.view = in.number<View>();
  message.signer = in.number<NodeIndex>();
}

void encode_unsigned(codec::Writer& out, const ViewChange& change) {
  encode_opening(out, change);
  out.optional(change.stable, [](codec::Writer& writer, const CertifiedHeader& stable) {
    encode(writer, stable);
  });
  out.list(change.prepared,
           [](codec::Writer& writer, const Certificate& prepared) { encode(writer, prepared); });
}

void encode_unsigned(codec::Writer& out, const NewView& new_view) {
  encode_opening(out, new_view);
  out.list(new_view.changes,
           [](codec::Writer& writer, const ViewChange& change) { encode(writer, change); });
}

void encode_unsigned(codec::Writer& out, const Complaint& complaint) {
  encode_opening(out, complaint);
  out.number(complaint.stable);
  out.u8(static_cast<std::uint8_t>(complaint.reason));
  out.u8(static_cast<std::uint8_t>(complaint.rule));
  out.fixed(complaint.digest);
}

template <typename T>
Bytes tagged(std::string_view tag, const T& message) {
  codec::Writer out;
  out.text(tag);
  encode_unsigned(out, message);
  return std::move(out).take();
}

template <typename T>
Result<void> check_opening(const Epoch& epoch, const T& message) {
  if (message.chain != epoch.chain || message.epoch != epoch.number)
    return malformed("view change of another chain or epoch");
  return check_signature(epoch, signed_bytes(message), message.signer, message.signature);
}

}  // namespace

std::string_view name_of(Reason reason) {
  switch (reason) {
    case Reason::NoProgress:
      return "no progress";
    case Reason::Refused:
      return "refused";
    case Reason::PassedOver:
      return "passed over";
    case Reason::NoNewView:
      return "no new view";
    case Reason::Rotation:
      return "rotation";
  }
  return "unknown";
}

std::string_view name_of(Rule rule) {
  switch (rule) {
    case Rule::None:
      return "none";
    case Rule::Form:
      return "form";
    case Rule::Clock:
      return "clock";
    case Rule::Replay:
      return "replay";
    case Rule::Empty:
      return "empty";
  }
  return "unknown";
}

Bytes signed_bytes(const ViewChange& change) {
  return tagged("tally/view-change/1", change);
}
Bytes signed_bytes(const NewView& new_view) {
  return tagged("tally/new-view/1", new_view);
}
Bytes signed_bytes(const Complaint& complaint) {
  return tagged("tally/complaint/1", complaint);
}

Result<void> check_view_change(const Epoch& epoch, const ViewChange& change) {
  TRY_VOID(check_opening(epoch, change));
  if (change.view == View()) return malformed("view 0 needs no view-change");
  if (change.stable.has_value() && !canary(1))
    TRY_VOID(check_block_certificate(epoch, change.stable->header, change.stable->certificate));
  const Height stable = stable_height(change);
  Height last = stable;
  for (const Certificate& prepared : change.prepared) {
    const VoteStatement& statement = prepared.statement;
    if (statement.phase != Phase::Prepare) return malformed("P holds prepared certificates");
    if (statement.view >= change.view) return malformed("P is of views below the one to enter");
    if (statement.height <= last || statement.height.value() - stable.value() > epoch.window)
      return malformed("P ascends within the window above C");
    last = statement.height;
    if (!canary(1)) TRY_VOID(check_certificate(epoch, prepared));
  }
  return {};
}

Result<void> check_new_view_signature(const Epoch& epoch, const NewView& new_view) {
  if (new_view.view == View() || new_view.signer != epoch.primary(new_view.view))
    return malformed("a new-view comes from its view's primary");
  return check_opening(epoch, new_view);
}

Result<void> check_new_view(const Epoch& epoch, const NewView& new_view) {
  TRY_VOID(check_new_view_signature(epoch, new_view));
  if (new_view.changes.size() < epoch.quorum().quorum())
    return malformed("new-view of " + std::to_string(new_view.changes.size()) +
                     " view-changes; expected at least " + std::to_string(epoch.quorum().quorum()));
  for (std::size_t i = 0; i < new_view.changes.size(); ++i) {
    const ViewChange& change = new_view.changes[i];
    if (i > 0 && change.signer <= new_view.changes[i - 1].signer)
      return malformed("signers of a new-view ascend strictly");
    if (change.view != new_view.view) return malformed("V is of view-changes for its view");
    TRY_VOID(check_view_change(epoch, change));
  }
  return {};
}

Result<void> check_complaint(const Epoch& epoch, const Complaint& complaint) {
  return check_opening(epoch, complaint);
}

Result<Choice> choose(const Epoch& epoch, const std::vector<ViewChange>& changes) {
  Choice choice;
  std::map<Height, Header> certified;
  std::map<Height, VoteStatement> newest;          // by height: of the highest view
  std::map<std::pair<Height, View>, Hash> claims;  // no two digests in one view and height
  for (const ViewChange& change : changes) {
    if (change.stable.has_value()) {
      const Header& header = change.stable->header;
      if (certified.emplace(header.height, header).first->second != header)
        return Error{ErrorCode::Diverged,
                     "two certified headers of height " + std::to_string(header.height.value())};
      const bool is_higher =
          !choice.base.has_value() || (canary(10) ? header.height < choice.base->header.height
                                                  : header.height > choice.base->header.height);
      if (is_higher) choice.base = change.stable;
    }
    for (const Certificate& prepared : change.prepared) {
      const VoteStatement& statement = prepared.statement;
      const auto claim =
          claims.emplace(std::pair(statement.height, statement.view), statement.digest);
      if (claim.first->second != statement.digest)
        return Error{ErrorCode::Diverged, "two prepared certificates of height " +
                                              std::to_string(statement.height.value()) +
                                              " and view " +
                                              std::to_string(statement.view.value())};
      VoteStatement& best = newest.emplace(statement.height, statement).first->second;
      if (statement.view > best.view) best = statement;
    }
  }
  const Height base = choice.base.has_value() ? choice.base->header.height : Height();
  choice.top = newest.empty() ? base : std::max(base, newest.rbegin()->first);
  for (Height height = base.next(); height <= choice.top; height = height.next()) {
    const auto found = newest.find(height);
    if (found == newest.end() && canary(6)) continue;
    choice.digests.emplace(height, found != newest.end()
                                       ? found->second.digest
                                       : proposal_digest(null_proposal(epoch, height)));
  }
  return choice;
}

Proposal null_proposal(const Epoch& epoch, Height height) {
  Proposal proposal;
  proposal.kind = ProposalKind::Null;
  proposal.chain = epoch.chain;
  proposal.epoch = epoch.number;
  proposal.height = height;
  return proposal;
}

void encode(codec::Writer& out, const ViewChange& change) {
  encode_unsigned(out, change);
  out.fixed(change.signature);
}

void decode(codec::Reader& in, ViewChange& change) {
  decode_opening(in, change);
  change.stable = in.optional<CertifiedHeader>([](codec::Reader& reader) {
    CertifiedHeader stable;
    decode(reader, stable);
    return stable;
  });
  change.prepared = in.list<Certificate>(limits::kWindowMax, [](codec::Reader& reader) {
    Certificate prepared;
    decode(reader, prepared);
    return prepared;
  });
  change.signature = in.fixed<crypto::Signature>();
}

void encode(codec::Writer& out, const NewView& new_view) {
  encode_unsigned(out, new_view);
  out.fixed(new_view.signature);
}

void decode(codec::Reader& in, NewView& new_view) {
  decode_opening(in, new_view);
  new_view.changes = in.list<ViewChange>(limits::kValidatorsMax, [](codec::Reader& reader) {
    ViewChange change;
    decode(reader, change);
    return change;
  });
  new_view.signature = in.fixed<crypto::Signature>();
}

void encode(codec::Writer& out, const Complaint& complaint) {
  encode_unsigned(out, complaint);
  out.fixed(complaint.signature);
}

void decode(codec::Reader& in, Complaint& complaint) {
  decode_opening(in, complaint);
  complaint.stable = in.number<Height>();
  complaint.reason = in.enumeration_u8<Reason>([](Reason reason) { return is_known(reason); });
  complaint.rule = in.enumeration_u8<Rule>([](Rule rule) { return is_known(rule); });
  complaint.digest = in.fixed<Hash>();
  complaint.signature = in.fixed<crypto::Signature>();
}

}  // namespace tally::consensus
