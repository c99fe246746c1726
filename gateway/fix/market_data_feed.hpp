#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "fixspec/id.hpp"
#include "fixspec/instrument.hpp"
#include "gateway/fix/market_data.hpp"
#include "gateway/fix/market_data_encode.hpp"
#include "gateway/fix/market_data_picture.hpp"
#include "gateway/fix/market_data_request.hpp"

namespace causeway::gateway::fix {

class MarketDataFeed;

/// One instrument of one request, and what its subscriber was told of it.
struct MarketSubscription {
  MarketDataFeed* owner = nullptr;
  std::shared_ptr<const MarketDataRequest> request;
  fixspec::InstrumentKey instrument;
  const core::MarketState* state = nullptr;
  MarketPicture told;
  std::uint64_t next_trade = 1;
  bool was_told = false;      ///< the first picture went out
  bool is_due = false;        ///< waits in its owner's queue
  bool is_impatient = false;  ///< the first picture goes out as it is
  int seconds_waited = 0;
};

/// Who subscribes to which instrument, over all sessions of an acceptor.
class MarketDataHub {
 public:
  MarketDataHub(MarketSource& source, MarketDataLimits limits) : source_(source), limits_(limits) {}

  /// Notes that the instrument's state is another one; its subscribers are served in a later turn.
  void on_changed(const fixspec::InstrumentKey& instrument);
  void add(MarketSubscription& subscription);
  void remove(MarketSubscription& subscription);

  [[nodiscard]] MarketSource& source() { return source_; }
  [[nodiscard]] const MarketDataLimits& limits() const { return limits_; }

 private:
  MarketSource& source_;
  MarketDataLimits limits_;
  std::unordered_map<fixspec::InstrumentKey, std::vector<MarketSubscription*>> subscribers_;
};

/// What the market data of one session need of it.
class MarketDataOutlet {
 public:
  virtual ~MarketDataOutlet() = default;
  /// Whether a message can go out now: logged on, nothing being resent, little waiting.
  [[nodiscard]] virtual bool may_send_market_data() const = 0;
  /// Sends a message of these fields under the session's next number. It is not kept for resend:
  /// it would be old by then.
  virtual void send_unstored(std::string_view msg_type, std::string_view fields) = 0;
  /// Calls MarketDataFeed::serve() in a later turn.
  virtual void serve_market_data_soon() = 0;
};

/// The market data of one session. A change only marks a subscription as due; its message is made
/// from the newest state when the client has room for it, so what waits for a slow client is one
/// mark an instrument, whatever the market does.
class MarketDataFeed {
 public:
  MarketDataFeed(MarketDataHub& hub, MarketDataOutlet& outlet, fixspec::SessionId session,
                 int time_digits);
  ~MarketDataFeed();
  MarketDataFeed(const MarketDataFeed&) = delete;
  MarketDataFeed& operator=(const MarketDataFeed&) = delete;

  /// Carries a MarketDataRequest (35=V) out. False where it unsubscribes from what is not there.
  [[nodiscard]] bool on_request(const FIX::Message& message,
                                const std::vector<fixspec::Instrument>& instruments);
  /// Sends what is due, as far as there is room, a bounded number of messages.
  void serve();
  /// Once a second.
  void on_timer();
  /// Ends every subscription: the session logged out.
  void end();

  /// The subscription's instrument has changed.
  void mark(MarketSubscription& subscription);
  [[nodiscard]] bool has_subscriptions() const { return count_ > 0; }

 private:
  using Subscriptions = std::vector<std::unique_ptr<MarketSubscription>>;

  void refuse(const MarketDataRefusal& refusal);
  void subscribe(MarketDataRequest request);
  /// Ends those of one request.
  void drop(Subscriptions& subscriptions);
  void send(MarketSubscription& subscription);
  /// Takes a subscription that only wanted one picture away.
  void finish(MarketSubscription& subscription);

  MarketDataHub& hub_;
  MarketDataOutlet& outlet_;
  fixspec::SessionId session_;
  int time_digits_;
  std::map<std::string, Subscriptions, std::less<>> by_request_;
  std::size_t count_ = 0;
  std::deque<MarketSubscription*> due_;
  bool is_scheduled_ = false;
  // Kept for their memory.
  MarketPicture now_;
  std::string body_;
};

}  // namespace causeway::gateway::fix
