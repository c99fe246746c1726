#include "gateway/app/config.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <random>

#include "gateway/app/config_keys.hpp"
#include "gateway/app/nearest.hpp"

namespace causeway::gateway::app {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// A config without mistakes; tests append to it or put a line into [DEFAULT].
std::string good(std::string_view in_default = "", std::string_view in_session = "",
                 std::string_view at_end = "") {
  return "[DEFAULT]\n" + std::string{in_default} +  //
         "[VENUE]\nName=DERIBIT\nUrl=wss://127.0.0.1:7104/ws/api/v2\n"
         "[ACCOUNT]\nName=alpha\nVenue=DERIBIT\nKeyRef=file:a.key\n"
         "[SESSION]\nTargetCompID=OMS1\nAccounts=alpha\n" +
         std::string{in_session} + "[RISK]\nMaxOrderQty=5\n" + std::string{at_end};
}

std::string mistakes_of(std::string_view text) {
  const auto config = parse_config(text);
  return config ? "" : to_text(config.error(), "sessions.cfg");
}

Config parsed(std::string_view text) {
  auto config = parse_config(text);
  if (config) return *std::move(config);
  ADD_FAILURE() << to_text(config.error(), "sessions.cfg");
  return {};
}

TEST(Config, DefaultsHoldWhereNothingIsSet) {
  const Config config = parsed(good());
  EXPECT_EQ(config.gateway.sender_comp_id, "CAUSEWAY");
  EXPECT_EQ(config.gateway.plain, (ListenAddress{"127.0.0.1", 5001}));
  EXPECT_FALSE(config.gateway.tls);
  EXPECT_EQ(config.gateway.durability, Durability::Process);
  EXPECT_EQ(config.gateway.core_poll, CorePoll::Block);
  EXPECT_EQ(config.gateway.log_level, fixspec::LogSink::Level::Info);
  EXPECT_EQ(config.audit.path, "var/audit.db");
  ASSERT_EQ(config.sessions.size(), 1u);
  EXPECT_TRUE(config.sessions[0].trade);
  EXPECT_TRUE(config.sessions[0].check_latency);
  EXPECT_EQ(config.sessions[0].max_latency_s, 10);
  EXPECT_EQ(config.sessions[0].timestamp_precision, 3);
  EXPECT_EQ(config.sessions[0].max_outbound_queue, 16u << 20);
}

TEST(Config, EveryValueArrives) {
  const Config config = parsed(
      "[DEFAULT]\nConnectionType=acceptor\nSenderCompID=GW\nSocketAcceptHost=::1\n"
      "SocketAcceptPort=0\nTlsAcceptHost=0.0.0.0\nTlsAcceptPort=6002\nServerCertificateFile=c.pem\n"
      "ServerCertificateKeyFile=k.pem\nStatePath=/srv/s\nDurability=disk\nCorePoll=hybrid\n"
      "LogLevel=debug\nLogFile=l.json\nLogonTimeout=7\nJournalSegmentBytes="
      "1048576\nTimestampPrecision=6\nAckMode=venue\n"
      "[SESSION]\nTargetCompID=OMS1\nAccounts=alpha, beta\nSymbols=BTC*,ETH-PERPETUAL\nTrade=N\n"
      "AnnounceOnLogon=Y\nAckMode=full\nMaxOutboundQueue=65536\nPasswordRef=file:p\n"
      "CheckLatency=N\nMaxLatency=30\n"
      "[VENUE]\nName=DERIBIT\nUrl=ws://127.0.0.1/ws/api/v2\n"
      "[ACCOUNT]\nName=alpha\nVenue=DERIBIT\nKeyRef=file:a.key\n"
      "[ACCOUNT]\nName=beta\nVenue=DERIBIT\nKeyRef=file:b=c.key\n"
      "[RISK]\nSession=OMS1\nAccount=beta\nVenue=DERIBIT\nSymbol=BTC-PERPETUAL\nMaxOrderQty=1.50\n"
      "MaxOrderValue=2\nPriceCollarPercent=2.5\nReferenceMaxAgeMs=100\nDuplicateMax=3\n"
      "DuplicateWindowMs=500\nMaxPosition=9\nMaxOpenOrders=8\nMaxOrdersPerSecond=7\n"
      "[AUDIT]\nEnabled=N\nPath=a.db\n");
  EXPECT_EQ(config.gateway.sender_comp_id, "GW");
  ASSERT_TRUE(config.gateway.tls);
  EXPECT_EQ(config.gateway.tls->address, (ListenAddress{"0.0.0.0", 6002}));
  EXPECT_EQ(config.gateway.tls->certificate_file, "c.pem");
  EXPECT_EQ(config.gateway.tls->key_file, "k.pem");
  EXPECT_EQ(config.gateway.durability, Durability::Disk);
  EXPECT_EQ(config.gateway.core_poll, CorePoll::Hybrid);
  EXPECT_EQ(config.gateway.log_level, fixspec::LogSink::Level::Debug);
  EXPECT_EQ(config.gateway.log_file, "l.json");
  EXPECT_EQ(config.gateway.logon_timeout_s, 7);
  EXPECT_EQ(config.gateway.journal_segment_bytes, 1U << 20U);
  ASSERT_EQ(config.sessions.size(), 1u);
  const SessionConfig& session = config.sessions[0];
  EXPECT_THAT(session.accounts,
              ElementsAre(fixspec::AccountId{"alpha"}, fixspec::AccountId{"beta"}));
  EXPECT_THAT(session.symbols, ElementsAre("BTC*", "ETH-PERPETUAL"));
  EXPECT_FALSE(session.trade);
  EXPECT_TRUE(session.announce_on_logon);
  EXPECT_EQ(session.ack_mode, AckMode::Full) << "a session's own value goes before [DEFAULT]'s";
  EXPECT_EQ(session.timestamp_precision, 6) << "[DEFAULT] is inherited";
  EXPECT_EQ(session.max_outbound_queue, 65536u);
  EXPECT_EQ(session.password, (SecretRef{"file", "p"}));
  EXPECT_FALSE(session.check_latency);
  EXPECT_EQ(session.max_latency_s, 30);
  ASSERT_EQ(config.venues.size(), 1u);
  EXPECT_FALSE(config.venues[0].url.tls);
  EXPECT_EQ(config.venues[0].url.host, "127.0.0.1");
  EXPECT_EQ(config.venues[0].url.port, 80);
  EXPECT_EQ(config.venues[0].url.path, "/ws/api/v2");
  ASSERT_EQ(config.accounts.size(), 2u);
  EXPECT_EQ(config.accounts[1].key.where, "b=c.key");
  const risk::LimitSet expected{
      .name = "SESSION OMS1 ACCOUNT beta VENUE DERIBIT SYMBOL BTC-PERPETUAL",
      .scope = {.session = fixspec::SessionId{"OMS1"},
                .account = fixspec::AccountId{"beta"},
                .venue = fixspec::Venue::Deribit,
                .symbol = fixspec::Symbol{"BTC-PERPETUAL"}},
      .max_order_qty = fixspec::parse_quantity("1.5").value(),
      .max_order_value = fixspec::Notional{fixspec::Decimal::from_integer(2)},
      .price_collar_percent = fixspec::Decimal::parse("2.5").value(),
      .reference_max_age_ms = 100,
      .duplicate_max = 3,
      .duplicate_window_ms = 500,
      .max_position = fixspec::parse_quantity("9").value(),
      .max_open_orders = 8,
      .max_orders_per_second = 7};
  EXPECT_THAT(config.limits, ElementsAre(expected));
  EXPECT_FALSE(config.audit.enabled);
  EXPECT_EQ(config.audit.path, "a.db");
  const risk::Permissions permissions = permissions_of(config);
  EXPECT_EQ(permissions.accounts.size(), 2u);
  EXPECT_EQ(permissions.sessions.at(fixspec::SessionId{"OMS1"}),
            (risk::Permission{.accounts = {fixspec::AccountId{"alpha"}, fixspec::AccountId{"beta"}},
                              .symbols = {"BTC*", "ETH-PERPETUAL"},
                              .trade = false}));
}

TEST(Config, AllMistakesAreReportedTogetherWithLineKeyAndNearestName) {
  EXPECT_EQ(
      mistakes_of("[DEFAULT]\n"
                  "ConnectionTyp=acceptor\n"
                  "SocketAcceptPort=50001x\n"
                  "[SESSION]\n"
                  "TargetCompID=OMS1\n"
                  "HeartBtInterval=30\n"
                  "Accounts=alhpa\n"
                  "Trade=yes\n"
                  "[VENU]\n"
                  "[VENUE]\n"
                  "Name=DERIBTI\n"
                  "Url=https://x/ws\n"
                  "[ACCOUNT]\n"
                  "Name=alpha\n"
                  "Venue=BYBIT\n"
                  "[RISK]\n"
                  "MaxOrderQty=-1\n"
                  "DuplicateMax=2\n"),
      "sessions.cfg:2: unknown key 'ConnectionTyp' in [DEFAULT]; did you mean "
      "'ConnectionType'?\n"
      "sessions.cfg:3: SocketAcceptPort=50001x: expected a whole number from 0 to 65535\n"
      "sessions.cfg:6: unknown key 'HeartBtInterval' in [SESSION] OMS1; did you mean "
      "'HeartBtInt'?\n"
      "sessions.cfg:7: Accounts=alhpa: there is no [ACCOUNT] 'alhpa'; did you mean 'alpha'?\n"
      "sessions.cfg:8: Trade=yes: expected N, Y\n"
      "sessions.cfg:9: unknown section [VENU]; did you mean 'VENUE'?\n"
      "sessions.cfg:11: Name=DERIBTI: expected BINANCE, BYBIT, OKX, DERIBIT, HYPERLIQUID; did "
      "you mean 'DERIBIT'?\n"
      "sessions.cfg:12: Url=https://x/ws: expected wss://host:port/path\n"
      "sessions.cfg:13: [ACCOUNT] alpha needs KeyRef=\n"
      "sessions.cfg:15: Venue=BYBIT: there is no [VENUE] of that name\n"
      "sessions.cfg:17: MaxOrderQty=-1: expected a number greater than 0\n"
      "sessions.cfg:18: DuplicateMax=2: needs DuplicateWindowMs in the same section\n");
}

struct OneMistake {
  std::string text;
  std::string expected;  // part of the only line that is reported
};

class ConfigMistake : public testing::TestWithParam<OneMistake> {};

TEST_P(ConfigMistake, IsReportedAloneAndInWords) {
  const std::string mistakes = mistakes_of(GetParam().text);
  EXPECT_THAT(mistakes, HasSubstr(GetParam().expected)) << GetParam().text;
  EXPECT_EQ(std::count(mistakes.begin(), mistakes.end(), '\n'), 1) << mistakes;
}

INSTANTIATE_TEST_SUITE_P(
    Each, ConfigMistake,
    testing::ValuesIn(std::vector<OneMistake>{
        {good("MaxOrderQty=3\n"),
         ":2: 'MaxOrderQty' in [DEFAULT] is misplaced; it belongs into [RISK]"},
        {good("FileStorePath=x\n"), "'FileStorePath' in [DEFAULT] can't be set: sequence numbers"},
        {good("Password=x\n"), "no secret may stand in this file"},
        {good("Zzzzzzzzz=1\n"), "unknown key 'Zzzzzzzzz' in [DEFAULT]; allowed: SenderCompID, "},
        {good("ConnectionType=initiator\n"), "ConnectionType=initiator: only acceptor is possible"},
        {good("BeginString=FIX.4.2\n"), "only FIX.4.4 is possible; other FIX versions"},
        {good("ResetOnLogon=Y\n"), "only N is possible; sessions persist"},
        {good("StatePath=var # here\n"), ":2: a comment behind the value of 'StatePath'"},
        {good("StatePath=\n"), ":2: 'StatePath' has no value"},
        {good("StatePath=a\nStatePath=b\n"),
         ":3: 'StatePath' stands twice in this section, first in line 2"},
        {good("StatePath\n"), ":2: expected a [SECTION], Key=Value or # comment"},
        {good("; comment\n"), ":2: a comment begins with #"},
        {good("=x\n"), ":2: there is no key before the ="},
        {good("LogFile=a\xff\n"), ":2: the line is not UTF-8 text"},
        {good("LogFile=\xed\xa0\x80\n"), ":2: the line is not UTF-8 text"},
        {good(std::string("LogFile=a\0b\n", 12)), ":2: the line holds a control character"},
        {good("LogFile=" + std::string(2000, 'x') + "\n"), ":2: the line has 2008 characters"},
        {"StatePath=x\n" + good(), ":1: 'StatePath' stands before the first [SECTION]"},
        {good("", "", "[DEFAULT]\n"), ":14: a second [DEFAULT]; the first is in line 1"},
        {good("", "", "[AUDIT]\n[AUDIT]\n"), ":15: a second [AUDIT]; the first is in line 14"},
        {good("", "", "[GUARD]\n"), "[GUARD]: the guard is not built yet"},
        {good("", "",
              "[STRATEGY]\nName=M\nSession=OMS1\nAccount=alpha\nSymbol=B\nOrderQty=1\nMaxInventory="
              "4\n"),
         "needs Type="},
        {good("", "",
              "[STRATEGY]\nName=M\nType=arbitrage\nSession=OMS1\nAccount=alpha\nSymbol=B\nOrderQty="
              "1\nMaxInventory=4\n"),
         "Type=arbitrage"},
        {good("", "",
              "[STRATEGY]\nName=M\nType=market_maker\nSession=OMS3\nAccount=alpha\nSymbol="
              "B\nOrderQty=1\nMaxInventory=4\n"),
         "there is no [SESSION] 'OMS3'"},
        {good("", "",
              "[STRATEGY]\nName=M\nType=market_maker\nSession=OMS1\nAccount=alpha\nSymbol="
              "B\nOrderQty=5\nMaxInventory=4\n"),
         "MaxInventory=4: it is less than OrderQty: nothing could be quoted"},
        {good("", "",
              "[STRATEGY]\nName=M\nType=market_maker\nSession=OMS1\nAccount=alpha\nSymbol="
              "B\nOrderQty=1\nMaxInventory=4\nRiskAversion=0\n"),
         "RiskAversion=0"},
        {good("", "",
              "[STRATEGY]\nName=M\nType=market_maker\nSession=OMS1\nAccount=alpha\nSymbol="
              "B\nOrderQty=1\nMaxInventory=4\nColour=red\n"),
         "unknown key 'Colour'"},
        {good("", "", "[AUDIT] # x\n"), "nothing may follow a section's ]"},
        {good("", "", "[AUDIT\n"), "has no closing ]"},
        {good("SocketAcceptHost=0.0.0.0\n"),
         "FIX without TLS is for 127.0.0.1 only; set TlsAcceptHost"},
        {good("SocketAcceptHost=127.0.0.1.evil.org\n"), "FIX without TLS"},
        {good("SocketAcceptPort=65536\n"), "from 0 to 65535"},
        {good("SocketAcceptPort=99999999999999999999\n"), "from 0 to 65535"},
        {good("TlsAcceptPort=5002\n"), "TLS also needs ServerCertificateFile"},
        {good("ServerCertificateFile=x\n"), "ServerCertificateKeyFile is missing"},
        {good("ServerCertificateFile=x\nServerCertificateKeyFile=y\nTlsAcceptPort=5001\n"),
         ":4: TlsAcceptPort=5001: the plain listener has this port"},
        {good("Durability=ram\n"), "Durability=ram: expected process, disk"},
        {good("CorePoll=spinn\n"), "expected block, hybrid, spin; did you mean 'spin'?"},
        {good("BaseCurrency=EUR\n"), "BaseCurrency=EUR: expected USD"},
        {good("StartTime=08:00:00\n"), "sessions run non-stop"},
        {good("Trade=x\n"), ":2: Trade=x: expected N, Y"},
        {good("ControlSocket=x\n"), "not built yet"},
        {good("SenderCompID=A B\n"), "expected at most 64 letters"},
        {good("SenderCompID=OMS1\n"),
         ":11: TargetCompID=OMS1: this is the gateway's own SenderCompID"},
        {good("", "HeartBtInt=3\n"), "HeartBtInt=3: expected a whole number from 5 to 60 seconds"},
        {good("", "TimestampPrecision=9\n"), "TimestampPrecision=9: expected 3, 6"},
        {good("", "MaxOutboundQueue=1\n"), "from 65536 to 1073741824 bytes"},
        {good("", "Symbols=B*C\n"), "'B*C' is no symbol and no prefix"},
        {good("", "Symbols=BTC,,ETH\n"), "empty item"},
        {good("", "Symbols=BTC,BTC\n"), "'BTC' stands twice"},
        {good("", "[SESSION]\nAccounts=alpha\n"), "[SESSION] needs TargetCompID="},
        {good("", "[SESSION]\nTargetCompID=OMS2\n"), ":12: [SESSION] OMS2 needs Accounts="},
        {good("", "[SESSION]\nTargetCompID=OMS1\nAccounts=alpha\n"),
         ":13: TargetCompID=OMS1: the session stands twice, first in line 9"},
        {good("", "[ACCOUNT]\nName=alpha\nVenue=DERIBIT\nKeyRef=file:x\n"),
         "the account stands twice"},
        {good("", "[ACCOUNT]\nName=b\nVenue=DERIBIT\nKeyRef=keystore:x\n"),
         "'keystore' is not built yet"},
        {good("", "[VENUE]\nName=DERIBIT\nUrl=wss://x/y\n"),
         "the venue stands twice, first in line 2"},
        {good("", "[VENUE]\nName=OKX\nUrl=wss://x/y\n"),
         "this venue is not built yet; BINANCE and "
         "DERIBIT are"},
        {good("", "", "[RISK]\nMaxOrderQty=1\n"),
         ":14: a second [RISK] for GATEWAY; the first is in line 12"},
        {good("", "", "[RISK]\nSession=OMS3\n"), "no [SESSION] 'OMS3'; did you mean 'OMS1'?"},
        {good("", "", "[RISK]\nSymbol=BTC*\n"), "'BTC*' is no symbol (no * here)"},
        {good("", "", "[RISK]\nSymbol=B\nMaxOrderQty=1e5\n"), "MaxOrderQty=1e5: expected a number"},
        {good("", "", "[RISK]\nSymbol=B\nPriceCollarPercent=101\nReferenceMaxAgeMs=1\n"),
         "at most 100"},
        {good("", "", "[RISK]\nSymbol=B\nPriceCollarPercent=5\n"), "needs ReferenceMaxAgeMs"},
    }));

TEST(Config, UrlMistakesSayWhatIsExpected) {
  const auto with_url = [](std::string_view url) {
    return mistakes_of("[VENUE]\nName=DERIBIT\nUrl=" + std::string{url} +
                       "\n[ACCOUNT]\nName=a\nVenue=DERIBIT\nKeyRef=file:x\n[SESSION]\n"
                       "TargetCompID=O\nAccounts=a\n");
  };
  EXPECT_EQ(with_url("wss://h:1/p"), "");
  EXPECT_EQ(with_url("ws://localhost:80/p"), "");
  EXPECT_THAT(with_url("ws://example.org/p"), HasSubstr("ws:// without TLS is for 127.0.0.1 only"));
  EXPECT_THAT(with_url("wss://h"), HasSubstr("the path is missing"));
  EXPECT_THAT(with_url("wss://h/"), HasSubstr("the path is missing"));
  EXPECT_THAT(with_url("wss://u:p@h/p"), HasSubstr("no user"));
  EXPECT_THAT(with_url("wss://h/p?x=1"), HasSubstr("no user, query"));
  EXPECT_THAT(with_url("wss://:1/p"), HasSubstr("the host must be"));
  for (const auto* port : {"0", "65536", "", "1x", "-1"}) {
    EXPECT_THAT(with_url("wss://h:" + std::string{port} + "/p"), HasSubstr("the port must be"))
        << port;
  }
}

TEST(Config, BinanceHasThreeAddresses) {
  const std::string account =
      "[ACCOUNT]\nName=a\nVenue=BINANCE\nKeyRef=file:x\n[SESSION]\nTargetCompID=O\nAccounts=a\n";
  const auto config = parse_config(
      "[VENUE]\nName=BINANCE\nUrl=https://127.0.0.1:7101\n"
      "ApiUrl=wss://127.0.0.1:7101/ws-fapi/v1\nStreamUrl=wss://127.0.0.1:7101\n" +
      account);
  ASSERT_TRUE(config) << to_text(config.error(), "sessions.cfg");
  const VenueConfig& venue = config->venues.front();
  EXPECT_EQ(venue.url.text, "https://127.0.0.1:7101");
  EXPECT_EQ(venue.api_url->path, "/ws-fapi/v1");
  EXPECT_EQ(venue.stream_url->port, 7101);

  EXPECT_THAT(mistakes_of("[VENUE]\nName=BINANCE\nUrl=https://h\n" + account),
              testing::AllOf(HasSubstr("ApiUrl"), HasSubstr("StreamUrl")));
  const auto with = [&](std::string_view url, std::string_view stream) {
    return mistakes_of("[VENUE]\nName=BINANCE\nUrl=" + std::string{url} +
                       "\nApiUrl=wss://h/p\nStreamUrl=" + std::string{stream} + "\n" + account);
  };
  EXPECT_EQ(with("https://h", "wss://h"), "");
  EXPECT_THAT(with("wss://h", "wss://h"), HasSubstr("Url=wss://h: expected https://host:port"));
  EXPECT_THAT(with("https://h/fapi", "wss://h"), HasSubstr("paths are added to it"));
  EXPECT_THAT(with("https://h", "wss://h/ws"), HasSubstr("paths are added to it"));
  EXPECT_THAT(with("http://h", "wss://h"), HasSubstr("http:// without TLS is for 127.0.0.1 only"));
  EXPECT_THAT(mistakes_of("[VENUE]\nName=DERIBIT\nUrl=wss://h/p\nApiUrl=wss://h/p\n" + account),
              HasSubstr("DERIBIT has one address, Url="));
}

TEST(Config, APastedSecretIsNotRepeated) {
  const std::string mistakes =
      mistakes_of(good("",
                       "[ACCOUNT]\nName=b\nVenue=DERIBIT\nKeyRef=CANARY-1\n"
                       "ApiSecret=CANARY-2\nCANARY-3\n[SESSION]\nTargetCompID=O\n"
                       "Accounts=alpha\nPasswordRef=CANARY-4\n"));
  EXPECT_THAT(mistakes, HasSubstr("KeyRef: expected a reference file:<path>"));
  EXPECT_THAT(mistakes, HasSubstr("PasswordRef: expected a reference file:<path>"));
  EXPECT_THAT(mistakes, testing::Not(HasSubstr("CANARY")));
}

TEST(Config, AnEmptyFileSaysWhatIsMissing) {
  for (const auto* text : {"", "\n\n", "# nothing\n", "\xEF\xBB\xBF"}) {
    const std::string mistakes = mistakes_of(text);
    for (const auto* section : {"[VENUE]", "[ACCOUNT]", "[SESSION]"}) {
      EXPECT_THAT(mistakes, HasSubstr(std::string{"sessions.cfg: there is no "} + section));
    }
  }
}

TEST(Config, DosLineEndsAndByteOrderMarkAreRead) {
  std::string text = "\xEF\xBB\xBF" + good("SenderCompID=GW\n");
  for (std::size_t at = 0; (at = text.find('\n', at)) != std::string::npos; at += 2) {
    text.insert(at, "\r");
  }
  EXPECT_EQ(parsed(text).gateway.sender_comp_id, "GW");
}

TEST(Config, EveryTruncationIsReadOrRefusedCleanly) {
  std::ifstream file("sessions.cfg");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  ASSERT_GT(text.size(), 1000u);
  for (std::size_t size = 0; size < text.size(); ++size) {
    const auto config = parse_config(std::string_view{text}.substr(0, size));
    if (!config) {
      EXPECT_FALSE(config.error().empty());
    }
  }
}

// Whatever a slip of the keyboard makes of the file, it is read or refused, never both or neither.
TEST(Config, AnyDamagedFileIsReadOrRefusedCleanly) {
  std::ifstream file("sessions.cfg");
  const std::string good_text{std::istreambuf_iterator<char>(file), {}};
  std::mt19937 random(17);
  std::size_t refused = 0;
  for (int round = 0; round < 3000; ++round) {
    std::string text = good_text;
    for (int slips = 0; slips < 3; ++slips) {
      const std::size_t at = random() % text.size();
      switch (random() % 3) {
        case 0:
          text[at] = static_cast<char>(random() & 0xFF);
          break;
        case 1:
          text.erase(at, random() % 20);
          break;
        default:
          text.insert(at, text.substr(random() % text.size(), random() % 40));
      }
    }
    const auto config = parse_config(text);
    if (config) continue;
    ++refused;
    ASSERT_FALSE(config.error().empty());
    for (const Mistake& mistake : config.error()) ASSERT_FALSE(mistake.text.empty());
  }
  EXPECT_GT(refused, 1000u);
}

TEST(Config, EffectiveTableNamesTheLineOfEachValue) {
  const Config config = parsed(good("TimestampPrecision=6\n", "Trade=N\n"));
  const auto line_of = [&](std::string_view section, std::string_view key) -> int {
    for (const EffectiveSetting& row : config.effective) {
      if (row.section == section && row.key == key) return static_cast<int>(row.line);
    }
    return -1;
  };
  EXPECT_EQ(line_of("[SESSION] OMS1", "TimestampPrecision"), 2);
  EXPECT_EQ(line_of("[SESSION] OMS1", "Trade"), 13);
  EXPECT_EQ(line_of("[SESSION] OMS1", "AckMode"), 0);
  EXPECT_EQ(line_of("[RISK] GATEWAY", "MaxOrderQty"), 15);
}

TEST(Config, HeartBtIntIsNotedAsTheClientsOwn) {
  const Config config = parsed(good("", "HeartBtInt=30\n"));
  ASSERT_EQ(config.notes.size(), 1u);
  EXPECT_EQ(config.notes[0].line, 12u);
}

TEST(Config, ShippedFileIsGoodAndLimitsEveryOrder) {
  const auto config = load_config("sessions.cfg");
  ASSERT_TRUE(config) << to_text(config.error(), "sessions.cfg");
  EXPECT_TRUE(config->notes.empty());
  EXPECT_THAT(config->limits,
              testing::Contains(testing::Field(&risk::LimitSet::scope, risk::Scope{})));
}

TEST(Config, UnreadableFileIsAMistake) {
  EXPECT_EQ(to_text(load_config("no/such.cfg").error(), "no/such.cfg"),
            "no/such.cfg: cannot be read: No such file or directory\n");
  EXPECT_THAT(to_text(load_config("tests").error(), "tests"), HasSubstr("it is a directory"));
}

TEST(ConfigKeys, NoRefusedKeyIsAlsoAllowed) {
  for (const SectionRule& rule : section_rules()) {
    for (const std::string_view key : rule.keys) EXPECT_FALSE(refused_key(key)) << key;
  }
}

TEST(Nearest, FindsTheMeantWordAndNothingFarAway) {
  const std::vector<std::string_view> words = {"HeartBtInt", "TargetCompID", "Trade"};
  EXPECT_EQ(nearest("heartbtint", words), "HeartBtInt");
  EXPECT_EQ(nearest("HeratBtInt", words), "HeartBtInt");
  EXPECT_EQ(nearest("TargetCompId", words), "TargetCompID");
  EXPECT_EQ(nearest("Tarde", words), "Trade");
  EXPECT_EQ(nearest("Zebra", words), std::nullopt);
  EXPECT_EQ(nearest("", words), std::nullopt);
}

TEST(Config, AccountsSayHowRecoveryTreatsThem) {
  const std::string text =
      "[SESSION]\nTargetCompID=O\nAccounts=a\n[VENUE]\nName=DERIBIT\nUrl=wss://h/ws\n"
      "[ACCOUNT]\nName=a\nVenue=DERIBIT\nKeyRef=file:x\n";
  const auto plain = parse_config(text);
  ASSERT_TRUE(plain) << to_text(plain.error(), "sessions.cfg");
  EXPECT_FALSE(plain->accounts[0].hold_while_recovering);
  EXPECT_FALSE(plain->accounts[0].cancel_external);
  EXPECT_FALSE(plain->accounts[0].adopt_position);
  EXPECT_EQ(plain->accounts[0].audit_interval_s, 30);
  const auto other =
      parse_config("[DEFAULT]\nClearHalts=12,7\n" + text +
                   "WhileRecovering=hold\nMaxHeldOrders=5\nMaxHoldMs=250\nExternalOrders=cancel\n"
                   "PositionMismatch=adopt\nAuditInterval=0\n");
  ASSERT_TRUE(other) << to_text(other.error(), "sessions.cfg");
  EXPECT_TRUE(other->accounts[0].hold_while_recovering);
  EXPECT_EQ(other->accounts[0].max_held_orders, 5u);
  EXPECT_EQ(other->accounts[0].max_hold_ms, 250);
  EXPECT_TRUE(other->accounts[0].cancel_external);
  EXPECT_TRUE(other->accounts[0].adopt_position);
  EXPECT_EQ(other->accounts[0].audit_interval_s, 0);
  EXPECT_EQ(other->gateway.clear_halts, (std::vector<std::uint64_t>{12, 7}));
  const auto wrong =
      parse_config("[DEFAULT]\nClearHalts=all\n" + text + "PositionMismatch=ignore\n");
  ASSERT_FALSE(wrong);
  EXPECT_NE(to_text(wrong.error(), "sessions.cfg").find("'all' is not the number of a halt"),
            std::string::npos);
  EXPECT_NE(to_text(wrong.error(), "sessions.cfg").find("PositionMismatch=ignore"),
            std::string::npos);
}

}  // namespace
}  // namespace causeway::gateway::app
