// Bundles are for people: a report to read, and beside it the bytes that prove it.
#include <tally/node/halt.h>

#include <tally/base/log.h>

#include <algorithm>
#include <string_view>
#include <utility>

namespace tally::node {
namespace {

constexpr std::string_view kMarker = "/HALTED";
constexpr std::string_view kMarkerFormat = "tally-halt 1";
constexpr std::uint64_t kMarkerBytesMax = 64 << 10;

using Lines = std::string;

void line(Lines& out, std::string_view name, std::string_view value) {
  out.append(name).append(" ").append(value).append("\n");
}

std::string number(std::uint64_t value) {
  return std::to_string(value);
}

template <typename T>
std::string hex(const T& bytes) {
  return to_hex(ByteView(bytes));
}
std::string hex(const crypto::Hash& hash) {
  return to_hex(hash.view());
}

struct Field {
  std::string_view name;
  std::string value;
};

std::vector<Field> fields_of(const consensus::Header& header) {
  return {{"digest", hex(header_digest(header))},
          {"protocol", number(header.protocol)},
          {"chain", hex(header.chain)},
          {"epoch", number(header.epoch.value())},
          {"height", number(header.height.value())},
          {"parent", hex(header.parent)},
          {"time_ms", number(header.time.milliseconds())},
          {"ledger_time_ms", number(header.ledger_time.milliseconds())},
          {"proposal", hex(header.proposal)},
          {"transactions_root", hex(header.transactions_root)},
          {"receipts_root", hex(header.receipts_root)},
          {"state_root", hex(header.state_root)},
          {"validators", hex(header.validators)}};
}

/// One header, or both field by field with what differs.
void put_headers(Lines& out, const Halt& halt) {
  if (halt.own.has_value()) line(out, "own_header", hex(encode_header(*halt.own)));
  if (halt.certified.has_value())
    line(out, "certified_header", hex(encode_header(*halt.certified)));
  const std::vector<Field> own = halt.own.has_value() ? fields_of(*halt.own) : std::vector<Field>();
  const std::vector<Field> certified =
      halt.certified.has_value() ? fields_of(*halt.certified) : std::vector<Field>();
  for (std::size_t i = 0; i < std::max(own.size(), certified.size()); ++i) {
    const std::string_view name = own.empty() ? certified[i].name : own[i].name;
    std::string value;
    if (!own.empty()) value += "own=" + own[i].value;
    if (!certified.empty()) value += (own.empty() ? "" : " ") + ("certified=" + certified[i].value);
    if (!own.empty() && !certified.empty())
      value += own[i].value == certified[i].value ? " same" : " DIFFERS";
    line(out, "header." + std::string(name), value);
  }
}

void put_certificate(Lines& out, const consensus::Certificate& certificate) {
  line(out, "certificate.phase", number(static_cast<std::uint8_t>(certificate.statement.phase)));
  line(out, "certificate.view", number(certificate.statement.view.value()));
  line(out, "certificate.height", number(certificate.statement.height.value()));
  line(out, "certificate.digest", hex(certificate.statement.digest));
  for (const consensus::VoteSignature& vote : certificate.votes)
    line(out, "certificate.vote",
         "node=" + number(vote.signer.value()) + " signature=" + to_hex(vote.signature.view()));
}

Lines report_of(const Halt& halt, const HaltContext& context) {
  Lines out;
  line(out, "tally-bundle", "1");
  line(out, "reason", printable(halt.reason));
  line(out, "program", printable(context.program));
  line(out, "written_ms", number(context.now.milliseconds()));
  line(out, "chain", hex(context.log.chain));
  line(out, "node_key", hex(context.log.key.bytes()));
  line(out, "height", number(halt.height.value()));
  put_headers(out, halt);
  if (halt.certificate.has_value()) put_certificate(out, *halt.certificate);
  if (halt.proposal.has_value()) line(out, "proposal.digest", hex(proposal_digest(*halt.proposal)));
  line(out, "receipts", number(halt.receipts.size()));
  for (const Receipt& receipt : halt.receipts)
    line(out, "receipt",
         "index=" + number(receipt.position.index) +
             " outcome=" + number(static_cast<std::uint16_t>(receipt.outcome)) +
             " digest=" + hex(receipt_digest(receipt)));
  line(out, "records_changed", number(halt.changes.size()));
  return out;
}

/// Each record that the own block wrote: its key, and its bytes before and after.
Lines changes_of(const Halt& halt) {
  Lines out;
  const auto bytes = [](const std::optional<Bytes>& value) {
    return value.has_value() ? hex(*value) : "none";
  };
  for (const auto& [key, change] : halt.changes)
    line(out, hex(key.bytes), "before=" + bytes(change.before) + " after=" + bytes(change.after));
  return out;
}

Lines receipts_of(const Halt& halt) {
  Lines out;
  for (const Receipt& receipt : halt.receipts)
    line(out, number(receipt.position.index), hex(encode_receipt(receipt)));
  return out;
}

/// What this node promised and still knows of, each as the log's record.
Lines votes_of(const storage::FileSystem& files, const std::string& folder,
               const storage::LogIdentity& identity) {
  const auto log = storage::VoteLog::inspect(files, folder + "/votes", identity, {});
  Lines out;
  if (!log.ok()) {
    line(out, "unreadable", printable(log.error().message));
    return out;
  }
  line(out, "entry", number(log->contents.position.sequence));
  for (const consensus::VoteRecord& record : log->contents.records)
    line(out, "record", hex(encode_record(record)));
  return out;
}

Result<void> write_synced(storage::FileSystem& files, const std::string& path, ByteView bytes) {
  TRY(const std::unique_ptr<storage::File> file, files.open(path, true));
  TRY_VOID(file->append(bytes));
  return file->sync();
}

/// The folder's name below DATA.
Result<std::string> write_bundle(storage::FileSystem& files, const std::string& folder,
                                 const Halt& halt, const HaltContext& context) {
  const std::string name =
      "bundles/halt-" + number(halt.height.value()) + "-" + number(context.now.milliseconds());
  const std::string path = folder + "/" + name;
  TRY_VOID(files.make_folder(path));
  TRY_VOID(write_synced(files, path + "/report.txt", as_bytes(report_of(halt, context))));
  TRY_VOID(
      write_synced(files, path + "/votes.txt", as_bytes(votes_of(files, folder, context.log))));
  if (halt.own.has_value())
    TRY_VOID(write_synced(files, path + "/own-header.bin", encode_header(*halt.own)));
  if (halt.certified.has_value())
    TRY_VOID(write_synced(files, path + "/certified-header.bin", encode_header(*halt.certified)));
  if (halt.certificate.has_value())
    TRY_VOID(write_synced(files, path + "/certificate.bin", encode_certificate(*halt.certificate)));
  if (halt.proposal.has_value())
    TRY_VOID(write_synced(files, path + "/proposal.bin", encode_proposal(*halt.proposal)));
  if (!halt.receipts.empty())
    TRY_VOID(write_synced(files, path + "/receipts.txt", as_bytes(receipts_of(halt))));
  if (!halt.changes.empty())
    TRY_VOID(write_synced(files, path + "/records.txt", as_bytes(changes_of(halt))));
  if (!halt.message.empty()) TRY_VOID(write_synced(files, path + "/message.bin", halt.message));
  TRY_VOID(files.sync_folder(path));
  TRY_VOID(files.sync_folder(folder + "/bundles"));
  return name;
}

std::string text_of(const HaltMarker& marker) {
  Lines out(kMarkerFormat);
  out += "\n";
  line(out, "reason", printable(marker.reason));
  line(out, "bundle", marker.bundle);
  line(out, "twin", marker.twin ? "yes" : "no");
  line(out, "height", number(marker.height.value()));
  if (marker.certified.has_value()) line(out, "certified", hex(*marker.certified));
  return out;
}

/// A field that is missing or odd stays as it is: the marker counts, not what it says.
void take_line(HaltMarker& marker, std::string_view name, std::string_view value) {
  if (name == "reason") marker.reason = value;
  if (name == "bundle") marker.bundle = value;
  if (name == "twin") marker.twin = value == "yes";
  if (name == "certified")
    if (const auto hash = fixed_from_hex<crypto::Hash>(value); hash.ok()) marker.certified = *hash;
  if (name == "height") {
    std::uint64_t height = 0;
    for (const char digit : value.substr(0, 19))
      if (digit >= '0' && digit <= '9')
        height = height * 10 + static_cast<std::uint64_t>(digit - '0');
    marker.height = Height(height);
  }
}

}  // namespace

Result<HaltMarker> write_halt(storage::FileSystem& files, const std::string& folder,
                              const Halt& halt, const HaltContext& context) {
  HaltMarker marker{halt.reason, "", halt.twin, halt.height, std::nullopt};
  if (halt.certified.has_value())
    marker.certified = header_digest(*halt.certified);
  else if (halt.certificate.has_value() &&
           halt.certificate->statement.phase == consensus::Phase::Checkpoint)
    marker.certified = halt.certificate->statement.digest;
  Result<std::string> bundle = write_bundle(files, folder, halt, context);
  if (bundle.ok())
    marker.bundle = std::move(*bundle);
  else
    log::error("bundle_not_written reason=\"" + bundle.error().message + "\"");

  const Result<void> written =
      write_synced(files, folder + std::string(kMarker), as_bytes(text_of(marker)));
  // Even an unfinished one keeps the node from starting; the first one of two stays.
  TRY_VOID(files.sync_folder(folder));
  TRY(const std::optional<HaltMarker> there, read_halt(files, folder));
  if (!there.has_value()) return written.error();
  return marker;
}

Result<std::optional<HaltMarker>> read_halt(const storage::FileSystem& files,
                                            const std::string& folder) {
  const Result<Bytes> bytes = files.read(folder + std::string(kMarker), kMarkerBytesMax);
  if (!bytes.ok() && bytes.error().code == ErrorCode::NotFound) return std::optional<HaltMarker>();
  if (!bytes.ok()) return bytes.error();
  HaltMarker marker{"it does not say why", "", false, {}, std::nullopt};
  std::string_view rest = as_text(*bytes);
  while (!rest.empty()) {
    const std::string_view one = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), one.size() + 1));
    const std::size_t space = one.find(' ');
    if (space != std::string_view::npos)
      take_line(marker, one.substr(0, space), one.substr(space + 1));
  }
  return std::optional(std::move(marker));
}

}  // namespace tally::node
