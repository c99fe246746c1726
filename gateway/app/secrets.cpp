#include "gateway/app/secrets.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <optional>
#include <span>

namespace causeway::gateway::app {
namespace {

using fixspec::Error;
using fixspec::Result;
using fixspec::Secret;
using fixspec::Unexpected;

// A key file is a few lines; anything larger is another file named by mistake.
constexpr std::size_t max_key_file = 16 * 1024;

Unexpected<Error> wrong(const std::string& path, const std::string& what) {
  return Unexpected{Error{"key file " + path + " " + what}};
}

// Closes its descriptor when it goes.
class File {
 public:
  explicit File(const std::string& path)
      // Not blocking, so that a pipe named by mistake is refused below instead of hanging here.
      : descriptor_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {}
  ~File() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  [[nodiscard]] int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
};

std::string open_error(int error) {
  switch (error) {
    case ENOENT:
      return "does not exist";
    case EACCES:
      return "may not be read by this user";
    default:
      return std::string{"cannot be opened: "} + std::strerror(error);
  }
}

// What is wrong with the file's kind, owner or mode, checked on the open file itself so that it
// cannot be exchanged in between.
std::optional<std::string> unsafe(const struct stat& info, const std::string& path) {
  if (!S_ISREG(info.st_mode)) return "is not a regular file";
  if (info.st_uid != ::geteuid()) {
    return "belongs to another user (uid " + std::to_string(info.st_uid) +
           "); it must belong to the user who runs the gateway (uid " +
           std::to_string(::geteuid()) + ")";
  }
  if ((info.st_mode & 077) != 0) {
    std::array<char, 8> mode{};
    std::snprintf(mode.data(), mode.size(), "%04o", static_cast<unsigned>(info.st_mode & 07777));
    return "has mode " + std::string{mode.data()} +
           ", so other users may open it; run: chmod 600 " + path;
  }
  if (info.st_size == 0) return "is empty";
  if (info.st_size > static_cast<off_t>(max_key_file)) {
    return "has " + std::to_string(info.st_size) + " bytes; a key file has at most " +
           std::to_string(max_key_file);
  }
  return std::nullopt;
}

Result<Secret, Error> read_private_file(const std::string& path) {
  const File file(path);
  if (file.descriptor() < 0) return wrong(path, open_error(errno));
  struct stat info {};
  if (::fstat(file.descriptor(), &info) != 0) return wrong(path, open_error(errno));
  if (const auto problem = unsafe(info, path)) return wrong(path, *problem);

  std::string text(static_cast<std::size_t>(info.st_size), '\0');
  std::size_t size = 0;
  while (size < text.size()) {
    const ssize_t count = ::read(file.descriptor(), text.data() + size, text.size() - size);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return wrong(path, "could not be read whole; is it being written?");
    size += static_cast<std::size_t>(count);
  }
  return Secret{std::move(text)};
}

bool is_printable(std::string_view text) {
  for (const char c : text) {
    if (c < 0x20 || c > 0x7E) return false;
  }
  return true;
}

// The values of `names` in order; none may stand twice. Errors never repeat what the file says.
template <std::size_t count>
Result<std::array<Secret, count>, Error> values_of(
    const std::string& path, const std::array<std::string_view, count>& names) {
  auto file = read_private_file(path);
  if (!file) return Unexpected{file.error()};
  std::array<Secret, count> values;
  std::string_view text = file->reveal();
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::string place = "line " + std::to_string(number);
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty() || line.front() == '#') continue;
    if (!is_printable(line))
      return wrong(path, "has a character that is not plain ASCII in " + place);
    const std::size_t equals = line.find('=');
    std::size_t index = 0;
    while (index < count && line.substr(0, equals) != names[index]) ++index;
    std::string expected;
    for (const auto name : names)
      expected += (expected.empty() ? "" : " or ") + std::string{name} + "=...";
    if (equals == std::string_view::npos || index == count) {
      return wrong(path, "is malformed in " + place + "; expected " + expected);
    }
    const std::string_view value = line.substr(equals + 1);
    const std::string name{names[index]};
    if (value.empty()) return wrong(path, "has an empty " + name + "= in " + place);
    if (value.front() == ' ' || value.back() == ' ') {
      return wrong(path, "has a space around the value of " + name + "= in " + place);
    }
    if (!values[index].empty()) return wrong(path, "has a second " + name + "= in " + place);
    values[index] = Secret{std::string{value}};
  }
  return values;
}

Unexpected<Error> no_provider(const SecretRef& reference) {
  return Unexpected{Error{"there is no secret provider '" + reference.provider + "'"}};
}

}  // namespace

Result<SecretRef, Error> parse_secret_ref(std::string_view text) {
  const std::size_t colon = text.find(':');
  const std::string_view provider = text.substr(0, colon);
  for (const std::string_view later : {"keystore", "vault", "aws", "pkcs11"}) {
    if (colon != std::string_view::npos && provider == later) {
      return Unexpected{Error{"the secret provider '" + std::string{later} +
                              "' is not built yet; use file:<path>"}};
    }
  }
  if (colon == std::string_view::npos || provider != "file" || colon + 1 == text.size()) {
    return Unexpected{Error{"expected a reference file:<path>, never the secret itself"}};
  }
  return SecretRef{std::string{provider}, std::string{text.substr(colon + 1)}};
}

Result<KeyPair, Error> FileSecrets::key_pair(const std::string& where) const {
  auto values = values_of<3>(where, {"key", "secret", "private_key_file"});
  if (!values) return Unexpected{values.error()};
  auto& [key, secret, file] = *values;
  if (key.empty()) return wrong(where, "has no key=... line");
  if (secret.empty() && file.empty()) {
    return wrong(where, "has no secret=... line and no private_key_file=... either");
  }
  if (!secret.empty() && !file.empty()) {
    return wrong(where, "has both secret= and private_key_file=; a key has one of them");
  }
  if (file.empty()) return KeyPair{.key = std::move(key), .secret = std::move(secret)};
  auto pem = read_private_file(std::string{file.reveal()});
  if (!pem) return Unexpected{pem.error()};
  if (pem->reveal().find("-----BEGIN PRIVATE KEY-----") == std::string_view::npos) {
    return wrong(std::string{file.reveal()}, "is no PEM file of an unencrypted PKCS#8 private key");
  }
  return KeyPair{.key = std::move(key), .secret = *std::move(pem), .is_private_key = true};
}

Result<Secret, Error> FileSecrets::password(const std::string& where) const {
  auto values = values_of<1>(where, {"password"});
  if (!values) return Unexpected{values.error()};
  if ((*values)[0].empty()) return wrong(where, "has no password=... line");
  return (*values)[0];
}

Result<KeyPair, Error> load_key_pair(const SecretRef& reference) {
  if (reference.provider == "file") return FileSecrets{}.key_pair(reference.where);
  return no_provider(reference);
}

Result<Secret, Error> load_password(const SecretRef& reference) {
  if (reference.provider == "file") return FileSecrets{}.password(reference.where);
  return no_provider(reference);
}

}  // namespace causeway::gateway::app
