#pragma once

#include <cstdint>
#include <memory>

namespace causeway::bench {

/// QuickFIX's own ThreadedSocketAcceptor as one would first use it: sessions in memory, no log,
/// the dictionary that the gateway validates with too, and an application that answers each order
/// with an ExecutionReport. The baseline of the gateway's own transport.
class ThreadedAcceptor {
 public:
  ThreadedAcceptor();
  ~ThreadedAcceptor();
  ThreadedAcceptor(const ThreadedAcceptor&) = delete;
  ThreadedAcceptor& operator=(const ThreadedAcceptor&) = delete;

  [[nodiscard]] std::uint16_t port() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace causeway::bench
