#pragma once

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "fixspec/quickfix.hpp"

namespace causeway::strategies::client {

/// The session's memory: both sequence numbers, in a file if wanted, and what this process has
/// sent. Messages of an earlier process are not kept, so they are gap-filled and never sent again.
class Numbers final : public FIX::MessageStore {
 public:
  /// `path` empty: no file. Throws FIX::IOException where the file is there but cannot be used, or
  /// where another process has it for longer than `patience`: two on one session would ruin it.
  Numbers(std::string path, std::chrono::milliseconds patience);
  ~Numbers() override;
  Numbers(const Numbers&) = delete;
  Numbers& operator=(const Numbers&) = delete;

  bool set(int number, const std::string& message) override;
  void get(int begin, int end, std::vector<std::string>& messages) const override;
  [[nodiscard]] int getNextSenderMsgSeqNum() const override { return next_sender_; }
  [[nodiscard]] int getNextTargetMsgSeqNum() const override { return next_target_; }
  void setNextSenderMsgSeqNum(int number) override;
  void setNextTargetMsgSeqNum(int number) override;
  void incrNextSenderMsgSeqNum() override { setNextSenderMsgSeqNum(next_sender_ + 1); }
  void incrNextTargetMsgSeqNum() override { setNextTargetMsgSeqNum(next_target_ + 1); }
  /// Always "now": QuickFIX starts a session over when it was created in an earlier day.
  [[nodiscard]] FIX::UtcTimeStamp getCreationTime() const override { return FIX::UtcTimeStamp(); }
  void reset() override;
  void refresh() override {}

 private:
  void open(std::chrono::milliseconds patience);
  void save();

  std::string path_;
  int descriptor_ = -1;
  int next_sender_ = 1;
  int next_target_ = 1;
  std::map<int, std::string> sent_;
};

/// Hands one Numbers to the Session and leaves it to its owner.
class NumbersFactory final : public FIX::MessageStoreFactory {
 public:
  explicit NumbersFactory(Numbers& numbers) : numbers_(numbers) {}
  FIX::MessageStore* create(const FIX::SessionID&) override { return &numbers_; }
  void destroy(FIX::MessageStore*) override {}

 private:
  Numbers& numbers_;
};

}  // namespace causeway::strategies::client
