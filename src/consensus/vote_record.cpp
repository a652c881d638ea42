// The bytes of the vote log's records. FORMAT: stored; docs/formats.md.
#include <tally/consensus/vote_record.h>

namespace tally::consensus {
namespace {

enum class RecordType : std::uint8_t {
  Proposed = 1,
  Voted = 2,
  Prepared = 3,
  Committed = 4,
  Changing = 5,
  Entered = 6,
  Executed = 7,
  Stable = 8,
  Learner = 9,
};

void type(codec::Writer& out, RecordType value) {
  out.u8(static_cast<std::uint8_t>(value));
}

void write(codec::Writer& out, const Proposed& record) {
  type(out, RecordType::Proposed);
  encode(out, record.proposal);
}

void write(codec::Writer& out, const Voted& record) {
  type(out, RecordType::Voted);
  encode(out, record.vote);
}

void write(codec::Writer& out, const Prepared& record) {
  type(out, RecordType::Prepared);
  encode(out, record.certificate);
}

void write(codec::Writer& out, const Committed& record) {
  type(out, RecordType::Committed);
  encode(out, record.certificate);
}

void write(codec::Writer& out, const Changing& record) {
  type(out, RecordType::Changing);
  encode(out, record.own);
}

void write(codec::Writer& out, const Entered& record) {
  type(out, RecordType::Entered);
  encode(out, record.proof);
}

void write(codec::Writer& out, const ExecutedRecord& record) {
  type(out, RecordType::Executed);
  out.number(record.height);
  out.fixed(record.header);
}

void write(codec::Writer& out, const Stable& record) {
  type(out, RecordType::Stable);
  encode(out, record.certified);
}

void write(codec::Writer& out, const Learner& record) {
  type(out, RecordType::Learner);
  out.u8(static_cast<std::uint8_t>(record.stage));
  out.number(record.limit);
  out.number(record.view);
}

template <typename T>
T read_one(codec::Reader& in) {
  T value;
  decode(in, value);
  return value;
}

bool is_known(LearnerStage stage) {
  return LearnerStage::Asking <= stage && stage <= LearnerStage::Back;
}

VoteRecord read_record(RecordType type, codec::Reader& in) {
  switch (type) {
    case RecordType::Proposed:
      return Proposed{read_one<Proposal>(in)};
    case RecordType::Voted:
      return Voted{read_one<Vote>(in)};
    case RecordType::Prepared:
      return Prepared{read_one<Certificate>(in)};
    case RecordType::Committed:
      return Committed{read_one<Certificate>(in)};
    case RecordType::Executed:
      return ExecutedRecord{in.number<Height>(), in.fixed<Hash>()};
    case RecordType::Stable:
      return Stable{read_one<CertifiedHeader>(in)};
    case RecordType::Changing:
      return Changing{read_one<ViewChange>(in)};
    case RecordType::Entered:
      return Entered{read_one<NewView>(in)};
    case RecordType::Learner:
      return Learner{in.enumeration_u8<LearnerStage>(is_known), in.number<Height>(),
                     in.number<View>()};
  }
  in.fail("unknown type of record");
  return ExecutedRecord{};
}

}  // namespace

Bytes encode_record(const VoteRecord& record) {
  codec::Writer out;
  std::visit([&out](const auto& content) { write(out, content); }, record);
  return std::move(out).take();
}

Result<VoteRecord> decode_record(ByteView bytes) {
  codec::Reader in(bytes);
  const auto record_type = static_cast<RecordType>(in.u8());
  VoteRecord record = read_record(record_type, in);
  TRY_VOID(in.finish("vote record"));
  return record;
}

}  // namespace tally::consensus
