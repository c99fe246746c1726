#pragma once

#include <functional>
#include <string>
#include <vector>

#include "fixspec/quickfix.hpp"
#include "gateway/journal/session_store.hpp"

namespace causeway::gateway::fix {

/// FIX::Session's view of our journal. Only application messages that are worth repeating are kept;
/// a resend is not answered from here (FIX::Session would load the whole range and block) but
/// handed to `on_resend`.
class MessageStore final : public FIX::MessageStore, public FIX::MessageStoreFactory {
 public:
  /// Numbers that a crash may skip where many messages are not kept.
  static constexpr std::uint64_t numbers_ahead = 4'096;

  using OnResend = std::function<void(std::uint64_t begin, std::uint64_t end)>;

  MessageStore(journal::SessionStore& store, OnResend on_resend, std::function<void()> on_reset)
      : store_(store), on_resend_(std::move(on_resend)), on_reset_(std::move(on_reset)) {}

  /// The key under which messages are stored until the next call.
  void set_key(journal::ReportKey key) { key_ = key; }

  /// Many messages follow that are not kept, or no more do.
  void expect_unstored(bool many) { store_.set_sender_numbers_ahead(many ? numbers_ahead : 0); }

  // FIX::MessageStoreFactory: there is one store a session, and it is this.
  FIX::MessageStore* create(const FIX::SessionID&) override { return this; }
  void destroy(FIX::MessageStore*) override {}

  // FIX::MessageStore
  bool set(int number, const std::string& message) override;
  void get(int begin, int end, std::vector<std::string>& messages) const override;
  int getNextSenderMsgSeqNum() const override;
  int getNextTargetMsgSeqNum() const override;
  void setNextSenderMsgSeqNum(int number) override;
  void setNextTargetMsgSeqNum(int number) override;
  void incrNextSenderMsgSeqNum() override;
  void incrNextTargetMsgSeqNum() override;
  FIX::UtcTimeStamp getCreationTime() const override;
  void reset() override;
  void refresh() override {}

 private:
  journal::SessionStore& store_;
  OnResend on_resend_;
  std::function<void()> on_reset_;
  journal::ReportKey key_;
};

/// The hours of a session that never ends by itself: FIX::Session has no such notion and would
/// start again at 1 when a day or week is over. It works only with MessageStore::getCreationTime().
FIX::TimeRange always_open();

}  // namespace causeway::gateway::fix
