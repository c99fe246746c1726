#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "fixspec/instrument.hpp"
#include "translators/venue.hpp"

namespace causeway::translators::deribit {

/// Which channels of public data are wanted, and which the venue was asked for on this connection.
/// Pure bookkeeping: what has to be asked next comes in batches, so that their rate can be kept.
class MarketChannels {
 public:
  /// Channels to unsubscribe first and channels to subscribe then; one may be in both: its
  /// subscription is to begin anew.
  struct Batch {
    std::vector<std::string> unsubscribe;
    std::vector<std::string> subscribe;
  };

  /// This of the instrument from now on, instead of what was wanted before.
  void want(const fixspec::InstrumentKey& instrument, MarketInterest interest);
  /// The book's subscription is to begin anew, which brings a snapshot.
  void renew_book(const fixspec::InstrumentKey& instrument);
  /// A new connection has no subscriptions.
  void forget_connection();

  [[nodiscard]] bool has_next() const { return !add_.empty() || !drop_.empty(); }
  /// What to ask next, at most `most` channels of each kind; counts as asked.
  Batch next(std::size_t most);

  [[nodiscard]] const std::map<fixspec::InstrumentKey, MarketInterest>& wanted() const {
    return wanted_;
  }

 private:
  std::map<fixspec::InstrumentKey, MarketInterest> wanted_;
  std::set<std::string> asked_;
  std::set<std::string> add_;
  std::set<std::string> drop_;  ///< each is in asked_
};

}  // namespace causeway::translators::deribit
