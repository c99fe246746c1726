#include "gateway/app/secrets.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace causeway::gateway::app {
namespace {

using testing::HasSubstr;

class FileSecretsTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = testing::TempDir() + "secretsXXXXXX";
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string write(std::string_view text, mode_t mode = 0600) {
    const std::string path = folder_ + "/a.key";
    std::ofstream(path, std::ios::binary | std::ios::trunc) << text;
    EXPECT_EQ(::chmod(path.c_str(), mode), 0);
    return path;
  }
  std::string error_of(std::string_view text, mode_t mode = 0600) {
    const auto pair = FileSecrets{}.key_pair(write(text, mode));
    return pair ? "" : pair.error().text;
  }

  std::string folder_;
};

TEST_F(FileSecretsTest, KeyAndSecretAreReadAsWritten) {
  const auto pair = load_key_pair({"file", write("# demo\nkey=ab c=\r\n\nsecret=x=y==\n")});
  ASSERT_TRUE(pair) << pair.error().text;
  EXPECT_EQ(pair->key.reveal(), "ab c=");
  EXPECT_EQ(pair->secret.reveal(), "x=y==");
  const auto password = load_password({"file", write("password=p")});
  ASSERT_TRUE(password) << password.error().text;
  EXPECT_EQ(password->reveal(), "p");
}

TEST_F(FileSecretsTest, APrivateKeyComesFromItsPemFileWhichIsGuardedAlike) {
  const std::string pem = folder_ + "/a.pem";
  const std::string text = "-----BEGIN PRIVATE KEY-----\nCANARY\n-----END PRIVATE KEY-----\n";
  std::ofstream(pem) << text;
  ASSERT_EQ(::chmod(pem.c_str(), 0600), 0);
  const std::string key_file = "key=a\nprivate_key_file=" + pem + "\n";
  const auto pair = FileSecrets{}.key_pair(write(key_file));
  ASSERT_TRUE(pair) << pair.error().text;
  EXPECT_TRUE(pair->is_private_key);
  EXPECT_EQ(pair->secret.reveal(), text);

  EXPECT_THAT(error_of(key_file + "secret=b\n"),
              HasSubstr("has both secret= and private_key_file="));
  ASSERT_EQ(::chmod(pem.c_str(), 0644), 0);
  EXPECT_THAT(error_of(key_file), HasSubstr("run: chmod 600 " + pem));
  ASSERT_EQ(::chmod(pem.c_str(), 0600), 0);
  std::ofstream(pem) << "-----BEGIN ENCRYPTED PRIVATE KEY-----\nCANARY\n";
  EXPECT_THAT(error_of(key_file), HasSubstr("no PEM file of an unencrypted PKCS#8 private key"));
  EXPECT_THAT(error_of("key=a\nprivate_key_file=" + folder_ + "/none\n"),
              HasSubstr("does not exist"));
}

TEST_F(FileSecretsTest, AFileThatOthersMayOpenIsRefusedWithTheRemedy) {
  for (const mode_t mode : {0640u, 0604u, 0620u, 0602u, 0610u, 0644u}) {
    EXPECT_THAT(error_of("key=a\nsecret=b\n", mode), HasSubstr("run: chmod 600 " + folder_))
        << mode;
  }
  EXPECT_EQ(error_of("key=a\nsecret=b\n", 0400), "");
}

TEST_F(FileSecretsTest, OnlyARegularFileIsRead) {
  EXPECT_THAT(FileSecrets{}.key_pair(folder_).error().text, HasSubstr("is not a regular file"));
  const std::string pipe = folder_ + "/pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_THAT(FileSecrets{}.key_pair(pipe).error().text, HasSubstr("is not a regular file"));
  EXPECT_THAT(FileSecrets{}.key_pair(folder_ + "/none").error().text, HasSubstr("does not exist"));
}

TEST_F(FileSecretsTest, AFileOfAnotherUserIsRefused) {
  const std::string path = write("key=a\nsecret=b\n");
  if (::geteuid() != 0 || ::chown(path.c_str(), 12345, 12345) != 0) {
    GTEST_SKIP() << "only root can give a file away";
  }
  EXPECT_THAT(FileSecrets{}.key_pair(path).error().text, HasSubstr("belongs to another user"));
}

TEST_F(FileSecretsTest, MalformedFilesSayWhereAndNeverWhat) {
  const auto expect = [&](std::string_view text, std::string_view part) {
    const std::string error = error_of(text);
    EXPECT_THAT(error, HasSubstr(std::string{part})) << text;
    EXPECT_THAT(error, testing::Not(HasSubstr("CANARY"))) << text;
  };
  expect("", "is empty");
  expect("key=CANARY\n", "has no secret=... line and no private_key_file=... either");
  expect("secret=CANARY\n", "has no key=... line");
  expect("key=a\nkey=CANARY\nsecret=b\n", "a second key= in line 2");
  expect("key=\nsecret=CANARY\n", "an empty key= in line 1");
  expect("key= CANARY\nsecret=b\n", "a space around the value of key= in line 1");
  expect("key=a\nsecret=CANARY \n", "a space around the value of secret= in line 2");
  expect("CANARY",
         "is malformed in line 1; expected key=... or secret=... or private_key_file=...");
  expect("key=a\nsecrte=CANARY\n", "is malformed in line 2");
  expect("key=CANARY\x01\nsecret=b\n", "not plain ASCII in line 1");
  expect("key=CANARY\xc3\xa4\nsecret=b\n", "not plain ASCII in line 1");
  expect("key=" + std::string(20'000, 'x') + "\nsecret=b\n", "bytes; a key file has at most");
}

TEST(SecretRef, IsAFileReferenceOrAnErrorWithoutTheText) {
  EXPECT_EQ(parse_secret_ref("file:a:b").value(), (SecretRef{"file", "a:b"}));
  for (const auto* text : {"CANARY", "file:", ":CANARY", "flie:CANARY", "vault:CANARY", ""}) {
    const auto reference = parse_secret_ref(text);
    ASSERT_FALSE(reference) << text;
    EXPECT_THAT(reference.error().text, testing::Not(HasSubstr("CANARY")));
  }
}

}  // namespace
}  // namespace causeway::gateway::app
