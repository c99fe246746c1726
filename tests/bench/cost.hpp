#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

struct evp_mac_ctx_st;

namespace causeway::bench {

/// Times `step` and `floor` in loops over warm caches and prints the line, with what `step`
/// allocates.
void print_cost(const std::string& name, const std::function<void()>& step,
                const std::string& floor_name, const std::function<void()>& floor,
                std::optional<double> target_ns);

/// HMAC-SHA256 by OpenSSL with a key that is scheduled already: what no signature can do without.
class BareHmac {
 public:
  BareHmac();
  ~BareHmac();
  BareHmac(const BareHmac&) = delete;
  BareHmac& operator=(const BareHmac&) = delete;
  void sign(const std::string& text);

 private:
  evp_mac_ctx_st* context_ = nullptr;
};

}  // namespace causeway::bench
