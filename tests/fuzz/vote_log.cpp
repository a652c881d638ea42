// A vote log of any segments: opening it gives one of the stated answers, changes nothing where it
// refuses, and what it opens can be written to and opened again.
#include <tally/storage/vote_log.h>

#include "fuzz/fuzz.h"
#include "storage/vote_entry.h"
#include "storage/vote_scan.h"
#include "support/builders.h"
#include "support/log_salt.h"
#include "support/lying_files.h"

namespace tally::fuzz {
namespace {

using namespace tally::storage;

const std::string kFolder = "votes";

const LogIdentity& identity() {
  static const LogIdentity own{test::fixed_of<crypto::Hash>(1),
                               test::key_from_seed(1).public_key()};
  return own;
}

enum Step : std::uint8_t {
  Record,    ///< of any bytes, into the entry that is made
  Opening,   ///< a good one of this segment, into the entry that is made
  Seal,      ///< the entry, with its hashes right, goes to the segment
  Raw,       ///< any bytes go to the segment
  Next,      ///< the next segment begins
  Skip,      ///< the same, and its number is left out
  Flip,      ///< a bit of the segment
  Cut,       ///< bytes of the segment's end
  Stranger,  ///< a file of another name
  Resalt,    ///< what comes has another salt
  Steps,
};

/// The folder that the choices tell of. Entries are sealed here, since no random change finds
/// a SHA-256.
class Folder {
 public:
  explicit Folder(Choices& choices) {
    while (!choices.is_empty())
      step(choices);
    put();
  }
  [[nodiscard]] const test::LyingFiles& files() const { return files_; }

 private:
  void step(Choices& choices) {
    switch (choices.below(Steps)) {
      case Record:
        records_.push_back(to_bytes(choices.piece()));
        return;
      case Opening:
        records_.push_back(encode_opening({segment_, identity(), salt_}));
        return;
      case Seal:
        return seal();
      case Raw:
        return append(choices.piece());
      case Next:
        put(), ++segment_;
        return;
      case Skip:
        put(), segment_ += 2;
        return;
      case Flip:
        if (const std::size_t at = choices.u16(); at < bytes_.size())
          bytes_[at] ^= static_cast<std::uint8_t>(1U << choices.below(8));
        return;
      case Cut:
        bytes_.resize(bytes_.size() - std::min<std::size_t>(bytes_.size(), choices.byte()));
        return;
      case Resalt:
        salt_ = test::a_log_salt(choices.below(2));
        return;
      default:
        files_.put(kFolder + "/" + to_hex(choices.take(choices.below(16))), {});
        return;
    }
  }
  void append(ByteView bytes) { bytes_.insert(bytes_.end(), bytes.begin(), bytes.end()); }
  void seal() {
    const LogSalt* const salt = bytes_.empty() ? nullptr : &salt_;
    const EncodedEntry entry = encode_entry(salt, position_, records_);
    position_ = entry.position;
    records_.clear();
    append(entry.bytes);
  }
  void put() { files_.put(segment_path(kFolder, segment_), std::move(bytes_)), bytes_.clear(); }

  test::LyingFiles files_;
  std::uint64_t segment_ = 1;
  Bytes bytes_;
  LogSalt salt_ = test::a_log_salt(0);
  LogPosition position_;
  std::vector<Bytes> records_;
};

void expect_stated(ErrorCode code) {
  CHECK(code == ErrorCode::NotFound || code == ErrorCode::Corrupt || code == ErrorCode::Conflict);
}

std::vector<Bytes> bytes_of(const LogContents& contents) {
  std::vector<Bytes> all;
  for (const consensus::VoteRecord& record : contents.records)
    all.push_back(encode_record(record));
  return all;
}

}  // namespace

void run(ByteView input) {
  Choices choices(input);
  const std::uint64_t segment_bytes = choices.u16();
  test::LyingFiles files = Folder(choices).files().copy();
  const auto opened = VoteLog::open(files, kFolder, identity(), segment_bytes);
  if (!opened.ok()) {
    expect_stated(opened.error().code);
    CHECK(files.changes() == 0);
    return;
  }

  // What a crash right after the start finds is what this start found, without what it cut.
  test::LyingFiles crashed = files.after_power_cut({});
  auto again = VoteLog::open(crashed, kFolder, identity(), segment_bytes);
  CHECK(again.ok());
  CHECK(bytes_of(again->second) == bytes_of(opened->second));
  CHECK(again->second.position == opened->second.position);
  CHECK(again->second.notice.find(": cut ") == std::string::npos);

  VoteLog& log = again->first;
  const LogPosition before = log.position();
  CHECK(log.contains(before));
  static const consensus::VoteRecord record =
      consensus::decode_record(golden("consensus/record_voted.hex")).value();
  for (int i = 0; i < 3; ++i)
    CHECK(log.append_and_sync(std::span(&record, 1)).ok());
  const auto last = VoteLog::open(crashed, kFolder, identity(), segment_bytes);
  CHECK(last.ok());
  CHECK(last->second.position == log.position());
  CHECK(last->second.position.sequence > before.sequence);
  CHECK(last->first.contains(log.position()));
}

std::vector<Bytes> seeds() {
  const auto record = [](Bytes& seed, const char* name) {
    seed.push_back(Record);
    append_piece(seed, golden("consensus/record_" + std::string(name) + ".hex"));
  };
  const Bytes fresh{0x10, 0, Opening, Seal};
  Bytes lived = fresh;
  for (const char* name : {"proposed", "voted", "prepared", "committed", "executed", "stable"}) {
    record(lived, name);
    lived.push_back(Seal);
  }
  Bytes rolled = lived;
  rolled.insert(rolled.end(), {Next, Opening});
  record(rolled, "stable");
  rolled.push_back(Seal);
  Bytes torn = rolled;
  torn.insert(torn.end(), {Cut, 40});
  Bytes damaged = lived;
  damaged.insert(damaged.end(), {Flip, 0, 200, 3});
  Bytes unfinished = lived;
  unfinished.push_back(Next);
  Bytes gap = lived;
  gap.insert(gap.end(), {Skip, Opening, Seal, Stranger, 3, 1, 2, 3});
  Bytes foreign = lived;
  foreign.insert(foreign.end(), {Resalt, 1, Next, Opening, Seal});
  Bytes raw = fresh;
  raw.push_back(Raw);
  append_piece(raw, Bytes(70, 0));
  return {fresh, lived, rolled, torn, damaged, unfinished, gap, foreign, raw};
}

}  // namespace tally::fuzz
