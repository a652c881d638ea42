// The files of a RocksDB, each held against its own checksums. RocksDB checks much of this as it
// opens, but by its recovery mode: a log whose end is damaged it takes for one that a crash cut.
#include <rocksdb/file_checksum.h>
#include <rocksdb/sst_file_reader.h>
#include <tally/base/limits.h>
#include <tally/storage/file.h>
#include <tally/storage/rocks_store.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "storage/rocks_database.h"

namespace tally::storage {
namespace {

/// Far above the limits on logs and MANIFEST that the database is opened with.
constexpr std::uint64_t kFileBytesMax = std::uint64_t{4} << 30;

/// RocksDB's log format (db/log_format.h): blocks of 32 KiB; in them fragments of masked CRC-32C of
/// type and payload u32, length u16, type u8, payload; little-endian; a block's last bytes, too few
/// for a head, are zeros.
constexpr std::size_t kBlockSize = 32 << 10;
constexpr std::size_t kHeadSize = 7;
enum class FragmentType : std::uint8_t { Zero = 0, Full = 1, First = 2, Middle = 3, Last = 4 };

std::uint64_t little_endian(ByteView bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = bytes.size(); i > 0; --i)
    value = (value << 8U) | bytes[i - 1];
  return value;
}

/// As RocksDB stores it (util/crc32c.h, Mask): rotated right by 15, plus a constant.
std::uint32_t masked_crc(ByteView bytes) {
  const auto generator =
      rocksdb::GetFileChecksumGenCrc32cFactory()->CreateFileChecksumGenerator({});
  const rocksdb::Slice slice = slice_of(bytes);
  generator->Update(slice.data(), slice.size());
  generator->Finalize();
  std::uint32_t crc = 0;
  for (const char byte : generator->GetChecksum())  // big-endian
    crc = (crc << 8U) | static_cast<std::uint8_t>(byte);
  return ((crc >> 15U) | (crc << 17U)) + 0xa282ead8U;
}

bool is_zero(ByteView bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](std::uint8_t byte) { return byte == 0; });
}

Error corrupt_file(const std::string& path, std::size_t offset, const std::string& why) {
  return Error{ErrorCode::Corrupt, path + ": " + why + " at offset " + std::to_string(offset)};
}

/// Every byte of a log, MANIFEST or write-ahead, in order.
class LogCheck {
 public:
  LogCheck(std::string path, ByteView bytes) : path_(std::move(path)), bytes_(bytes) {}

  Result<void> run() {
    while (at_ < bytes_.size()) {
      const std::size_t room = std::min(kBlockSize - at_ % kBlockSize, bytes_.size() - at_);
      if (room < kHeadSize && at_ + room < bytes_.size()) {
        if (!is_zero(bytes_.subspan(at_, room))) return bad("bytes that are not zero");
        at_ += room;
        continue;
      }
      if (is_zero(bytes_.subspan(at_))) break;  // room that was set aside and not used
      TRY_VOID(check_fragment(room));
    }
    if (inside_record_) return bad("ends inside a record");
    return {};
  }

 private:
  Result<void> check_fragment(std::size_t room) {
    if (room < kHeadSize) return bad("ends inside a record");
    const ByteView head = bytes_.subspan(at_, kHeadSize);
    const std::size_t length = little_endian(head.subspan(4, 2));
    if (length > room - kHeadSize) return bad("ends inside a record");
    const ByteView covered = bytes_.subspan(at_ + 6, 1 + length);
    if (masked_crc(covered) != little_endian(head.first(4))) return bad("checksum mismatch");
    TRY_VOID(take(static_cast<FragmentType>(head[6])));
    at_ += kHeadSize + length;
    return {};
  }

  Result<void> take(FragmentType type) {
    const bool goes_on = type == FragmentType::Middle || type == FragmentType::Last;
    const bool is_known = goes_on || type == FragmentType::Full || type == FragmentType::First;
    if (!is_known || goes_on != inside_record_) return bad("a fragment out of place");
    inside_record_ = type == FragmentType::First || type == FragmentType::Middle;
    return {};
  }

  [[nodiscard]] Error bad(const std::string& why) const { return corrupt_file(path_, at_, why); }

  std::string path_;
  ByteView bytes_;
  std::size_t at_ = 0;
  bool inside_record_ = false;
};

Result<void> check_log(const FileSystem& files, const std::string& path) {
  TRY(const Bytes bytes, files.read(path, kFileBytesMax));
  return LogCheck(path, bytes).run();
}

/// The name of the MANIFEST, which is all that CURRENT says.
Result<std::string> read_current(const FileSystem& files, const std::string& path,
                                 const std::vector<std::string>& names) {
  TRY(const Bytes bytes, files.read(path, limits::kTextBytesMax));
  const std::string_view text = as_text(bytes);
  if (text.ends_with('\n')) {
    const std::string name(text.substr(0, text.size() - 1));
    if (name.starts_with("MANIFEST-") && std::find(names.begin(), names.end(), name) != names.end())
      return name;
  }
  return Error{ErrorCode::Corrupt, path + ": names no MANIFEST: " + printable(text)};
}

/// What an opening that failed may leave unsaid: which table it was.
Result<void> check_table(const std::string& path) {
  rocksdb::SstFileReader reader{rocksdb::Options()};
  rocksdb::Status status = reader.Open(path);
  if (status.ok()) status = reader.VerifyChecksum();
  if (status.ok()) return {};
  return Error{ErrorCode::Corrupt, path + ": " + status.ToString()};
}

}  // namespace

Result<void> verify_files(const std::string& folder) {
  const std::unique_ptr<FileSystem> files = real_file_system();
  TRY(const std::vector<std::string> names, files->list(folder));
  const std::string current = folder + "/CURRENT";
  if (std::find(names.begin(), names.end(), "CURRENT") == names.end())
    return Error{ErrorCode::Corrupt, current + " is missing"};
  TRY(const std::string manifest, read_current(*files, current, names));
  TRY_VOID(check_log(*files, folder + "/" + manifest));
  for (const std::string& name : names)
    if (name.ends_with(".log")) TRY_VOID(check_log(*files, folder + "/" + name));

  const auto database = RocksDatabase::open(folder, OpenMode::ReadOnly, {});
  if (database.ok()) return (*database)->verify_tables();
  for (const std::string& name : names)
    if (name.ends_with(".sst")) TRY_VOID(check_table(folder + "/" + name));
  return database.error();
}

}  // namespace tally::storage
