// A file read once into one buffer, so that what is checked is what is used.
#include <tally/config/text.h>

#include "config/toml_reader.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cerrno>
#include <cstring>

namespace tally::config {
namespace {

OrFaults<std::string> read_open(int descriptor, const std::string& shown, std::size_t size_max,
                                const FileKinds& kinds) {
  struct stat status {};
  if (fstat(descriptor, &status) != 0)
    return fail(Fault{kinds.unreadable, std::strerror(errno), "", shown, ""});
  if (!S_ISREG(status.st_mode))
    return fail(Fault{kinds.unreadable, "no regular file", "a regular file", shown, ""});
  if ((status.st_mode & S_IWOTH) != 0)
    return fail(Fault{kinds.writable, "a file that the world may write", "mode 0600 or 0644", shown,
                      "chmod o-w " + shown});
  std::string text;
  char buffer[1 << 14];
  while (true) {
    const ssize_t got = read(descriptor, buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail(Fault{kinds.unreadable, std::strerror(errno), "", shown, ""});
    if (got == 0) return text;
    text.append(buffer, static_cast<std::size_t>(got));
    if (text.size() > size_max)
      return fail(Fault{kinds.too_large, "more than " + std::to_string(size_max) + " bytes",
                        "at most that", shown, "check that it is the right file"});
  }
}

}  // namespace

OrFaults<std::string> read_regular_file(const std::string& path, std::size_t size_max,
                                        const FileKinds& kinds) {
  const std::string shown = shown_path(path);
  // Non-blocking: opening a pipe would otherwise wait for a writer.
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0) {
    const bool missing = errno == ENOENT || errno == ENOTDIR;
    std::string why = std::strerror(errno);
    why[0] = static_cast<char>(why[0] | 0x20);  // within a sentence: "no such file or directory"
    return fail(Fault{missing ? kinds.no_file : kinds.unreadable, std::move(why), "", shown,
                      missing ? "check the path" : "make it readable to this user"});
  }
  OrFaults<std::string> text = read_open(descriptor, shown, size_max, kinds);
  close(descriptor);
  return text;
}

}  // namespace tally::config
