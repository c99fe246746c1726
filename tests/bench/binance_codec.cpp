#include "tests/bench/binance_codec.hpp"

#include <benchmark/benchmark.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <cstdlib>
#include <string>

#include "tests/bench/cost.hpp"
#include "translators/binance/decode.hpp"
#include "translators/binance/encode.hpp"
#include "translators/binance/map.hpp"

namespace causeway::bench {
namespace {

namespace binance = translators::binance;

constexpr double hmac_target_ns = 600;

translators::PlaceOrder place_order() {
  return {
      .client_id = fixspec::VenueClOrdId{"04D2Y7ZK3000G000000000ABCD"},
      .instrument = {fixspec::Venue::Binance, fixspec::Segment::Linear, fixspec::Symbol{"BTCUSDT"}},
      .order_qty = fixspec::parse_quantity("0.01").value(),
      .price = fixspec::parse_price("63000.5").value()};
}

std::string new_ed25519_pem() {
  EVP_PKEY* const key = EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
  BIO* const bio = BIO_new(BIO_s_mem());
  PEM_write_bio_PrivateKey(bio, key, nullptr, nullptr, 0, nullptr, nullptr);
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio, &text);
  std::string pem(text, static_cast<std::size_t>(size));
  BIO_free(bio);
  EVP_PKEY_free(key);
  return pem;
}

void encode_and_sign() {
  const auto request = binance::to_wire(place_order());
  if (!request) std::abort();
  const binance::Stamp stamp{.timestamp_ms = 1'795'000'000'000, .recv_window_ms = 3'000};
  binance::Encoder hmac{"public-part-of-the-key",
                        binance::Signer{binance::HmacKey{"not-a-secret"}}};
  const std::string frame{hmac.frame(4'711, *request, stamp, binance::FrameAuth::Signature)};
  BareHmac bare;
  print_cost(
      "Binance: encode and sign an order, HMAC",
      [&] {
        const auto mapped = binance::to_wire(place_order());
        benchmark::DoNotOptimize(hmac.frame(4'711, *mapped, stamp, binance::FrameAuth::Signature));
      },
      "HMAC-SHA256 of its bytes", [&] { bare.sign(frame); }, hmac_target_ns);
  auto key = binance::Ed25519Key::from_pem(new_ed25519_pem());
  if (!key) std::abort();
  binance::Encoder session{"public-part-of-the-key", binance::Signer{std::move(*key)}};
  std::string copy;
  print_cost(
      "Binance: encode an order, session logged on",
      [&] {
        const auto mapped = binance::to_wire(place_order());
        benchmark::DoNotOptimize(session.frame(4'711, *mapped, stamp, binance::FrameAuth::Session));
      },
      "a copy of its bytes",
      [&] {
        copy.assign(frame);
        benchmark::DoNotOptimize(copy.data());
      },
      hmac_target_ns);
}

// As the venue's documents show one, with our client id.
const std::string fill_event =
    R"({"e":"ORDER_TRADE_UPDATE","T":1634812374563,"E":1634812374567,"o":{"s":"BTCUSDT",)"
    R"("c":"04D2Y7ZK3000G000000000ABCD","S":"BUY","o":"LIMIT","f":"GTC","q":"0.01","p":"63000.5",)"
    R"("ap":"63000.5","sp":"0","x":"TRADE","X":"FILLED","i":17803846427,"l":"0.01","z":"0.01",)"
    R"("L":"63000.5","n":"0.00115829","N":"USDT","T":1634812374563,"t":673747843,"b":"0","a":"0",)"
    R"("m":true,"R":false,"wt":"CONTRACT_PRICE","ot":"LIMIT","ps":"BOTH","cp":false,"rp":"0",)"
    R"("pP":false,"si":0,"ss":0}})";

void decode_fill() {
  binance::Decoder decoder{1 << 20};
  print_cost(
      "Binance: decode a fill (" + std::to_string(fill_event.size()) + " bytes)",
      [&] {
        const auto event = decoder.user_event(fill_event);
        const auto* const order = std::get_if<binance::wire::OrderTradeUpdate>(&*event);
        if (order == nullptr) std::abort();
        auto facts = binance::to_order_facts(*order);
        benchmark::DoNotOptimize(facts);
      },
      "its quotes counted",
      [&] {
        std::size_t quotes = 0;
        for (const char c : fill_event) quotes += c == '"' ? 1 : 0;
        benchmark::DoNotOptimize(quotes);
      },
      std::nullopt);
}

}  // namespace

void binance_codec() {
  encode_and_sign();
  decode_fill();
}

}  // namespace causeway::bench
