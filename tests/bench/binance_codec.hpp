#pragma once

namespace causeway::bench {

/// Binance's codec alone: an order encoded and signed with either kind of key, a fill decoded.
void binance_codec();

}  // namespace causeway::bench
