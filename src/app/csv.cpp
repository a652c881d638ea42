// RFC 4180, record by record.
#include "app/csv.h"

namespace tally::app {

CsvReader::CsvReader(std::string_view text) : text_(text) {
  constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
  if (text_.starts_with(kByteOrderMark)) text_.remove_prefix(kByteOrderMark.size());
}

Result<std::optional<CsvRecord>> CsvReader::next() {
  record_line_ = line_;
  if (at_ >= text_.size()) return std::optional<CsvRecord>();
  CsvRecord record;
  record.line = line_;
  while (true) {
    const bool quoted = at_ < text_.size() && text_[at_] == '"';
    TRY(std::string field, quoted ? quoted_field() : plain_field());
    record.fields.push_back(std::move(field));
    if (at_ < text_.size() && text_[at_] == ',') {
      ++at_;
      continue;
    }
    skip_line_end();
    return std::optional<CsvRecord>(std::move(record));
  }
}

Result<std::string> CsvReader::quoted_field() {
  std::string field;
  for (++at_; at_ < text_.size(); ++at_) {
    const char c = text_[at_];
    if (c == '\n') ++line_;
    if (c != '"') {
      field += c;
    } else if (at_ + 1 < text_.size() && text_[at_ + 1] == '"') {
      field += '"';
      ++at_;
    } else {
      ++at_;
      if (at_ < text_.size() && text_[at_] != ',' && !at_line_end())
        return malformed("text behind a closing quote");
      return field;
    }
  }
  return malformed("a quote that is never closed");
}

Result<std::string> CsvReader::plain_field() {
  const std::size_t start = at_;
  while (at_ < text_.size() && text_[at_] != ',' && !at_line_end()) {
    if (text_[at_] == '"') return malformed("a quote inside a field that does not start with one");
    ++at_;
  }
  return std::string(text_.substr(start, at_ - start));
}

bool CsvReader::at_line_end() const {
  if (text_[at_] == '\n') return true;
  return text_[at_] == '\r' && at_ + 1 < text_.size() && text_[at_ + 1] == '\n';
}

void CsvReader::skip_line_end() {
  if (at_ < text_.size() && text_[at_] == '\r') ++at_;
  if (at_ < text_.size()) ++at_;
  ++line_;
}

std::string csv_field(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return std::string(text);
  std::string quoted = "\"";
  for (const char c : text)
    quoted += c == '"' ? "\"\"" : std::string(1, c);
  return quoted + "\"";
}

std::string csv_line(const std::vector<std::string>& fields) {
  std::string line;
  for (std::size_t i = 0; i < fields.size(); ++i)
    line += (i == 0 ? "" : ",") + csv_field(fields[i]);
  return line + "\n";
}

}  // namespace tally::app
