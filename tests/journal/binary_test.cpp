#include "gateway/journal/binary.hpp"

#include <gtest/gtest.h>

#include "fixspec/enums.hpp"
#include "fixspec/reject_code.hpp"

namespace causeway::gateway::journal {
namespace {

using fixspec::ClOrdId;
using fixspec::Price;
using fixspec::RejectCode;
using fixspec::Side;

std::string hex(std::span<const std::byte> bytes) {
  static constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const std::byte byte : bytes) {
    text += digits[std::to_integer<std::size_t>(byte >> 4)];
    text += digits[std::to_integer<std::size_t>(byte & std::byte{0x0f})];
  }
  return text;
}

bool is_side(Side side) { return side == Side::Buy || side == Side::Sell; }

/// One of each kind, with values whose bytes all differ.
void write_all(Writer& writer) {
  writer.u8(0x01);
  writer.u16(0x0203);
  writer.u32(0x04050607);
  writer.u64(0x08090a0b0c0d0e0f);
  writer.i64(-2);
  writer.boolean(true);
  writer.enumerator(Side::Sell);
  writer.enumerator(RejectCode::PriceOffTick);
  writer.text("abc");
  writer.id(ClOrdId{"X1"});
  writer.decimal(fixspec::Decimal::from_units(-1));
  writer.optional(std::optional{Price{fixspec::Decimal::from_integer(1)}});
  writer.optional(std::optional<ClOrdId>{});
  writer.optional(std::optional<std::int64_t>{3});
  writer.list(std::vector<std::uint8_t>{7, 8}, [](Writer& w, std::uint8_t value) { w.u8(value); });
}

struct All {
  std::uint8_t u8;
  std::uint16_t u16;
  std::uint32_t u32;
  std::uint64_t u64;
  std::int64_t i64;
  bool boolean;
  Side side;
  RejectCode code;
  std::string text;
  ClOrdId id;
  fixspec::Decimal decimal;
  std::optional<Price> price;
  std::optional<ClOrdId> absent;
  std::optional<std::int64_t> count;
  std::vector<std::uint8_t> list;
};

All read_all(Reader& reader) {
  All all;
  all.u8 = reader.u8();
  all.u16 = reader.u16();
  all.u32 = reader.u32();
  all.u64 = reader.u64();
  all.i64 = reader.i64();
  all.boolean = reader.boolean();
  all.side = reader.enumerator<Side>(is_side);
  all.code = reader.enumerator<RejectCode>([](RejectCode) { return true; });
  all.text = reader.text();
  all.id = reader.id<ClOrdId>();
  all.decimal = reader.decimal();
  all.price = reader.optional_amount<Price>();
  all.absent = reader.optional_id<ClOrdId>();
  all.count = reader.optional_i64();
  all.list = reader.list([](Reader& r) { return r.u8(); });
  return all;
}

TEST(Binary, BytesAreThoseOfTheFormatDescription) {
  Writer writer;
  write_all(writer);
  EXPECT_EQ(hex(writer.bytes()),
            "01"
            "0302"
            "07060504"
            "0f0e0d0c0b0a0908"
            "feffffffffffffff"
            "01"
            "32"
            "d407"
            "03000000616263"
            "025831"
            "ffffffffffffffffffffffffffffffff"
            "010010a5d4e80000000000000000000000"
            "00"
            "010300000000000000"
            "020000000708");
}

TEST(Binary, ReadsWhatWasWritten) {
  Writer writer;
  write_all(writer);
  Reader reader{writer.bytes()};
  const All all = read_all(reader);
  EXPECT_TRUE(reader.done());
  EXPECT_EQ(all.u64, 0x08090a0b0c0d0e0fU);
  EXPECT_EQ(all.i64, -2);
  EXPECT_EQ(all.side, Side::Sell);
  EXPECT_EQ(all.code, RejectCode::PriceOffTick);
  EXPECT_EQ(all.text, "abc");
  EXPECT_EQ(all.id, ClOrdId{"X1"});
  EXPECT_EQ(all.decimal.to_string(), "-0.000000000001");
  EXPECT_EQ(all.price->to_string(), "1");
  EXPECT_EQ(all.absent, std::nullopt);
  EXPECT_EQ(all.count, 3);
  EXPECT_EQ(all.list, (std::vector<std::uint8_t>{7, 8}));
}

TEST(Binary, EveryTruncationFailsAndReadsNothingBeyond) {
  Writer writer;
  write_all(writer);
  for (std::size_t size = 0; size < writer.bytes().size(); ++size) {
    // An exact heap copy, so that a sanitizer sees one byte too far.
    const std::vector<std::byte> bytes(writer.bytes().begin(),
                                       writer.bytes().begin() + static_cast<std::ptrdiff_t>(size));
    Reader reader{bytes};
    read_all(reader);
    EXPECT_FALSE(reader.ok()) << "cut at " << size;
    EXPECT_FALSE(reader.done());
  }
}

TEST(Binary, LeftOverBytesAreNotDone) {
  Writer writer;
  writer.u16(1);
  Reader reader{writer.bytes()};
  reader.u8();
  EXPECT_TRUE(reader.ok());
  EXPECT_FALSE(reader.done());
}

TEST(Binary, MalformedValuesFailForGood) {
  const auto fails = [](std::vector<unsigned char> raw, auto read) {
    std::vector<std::byte> bytes;
    for (const unsigned char byte : raw) bytes.push_back(std::byte{byte});
    Reader reader{bytes};
    read(reader);
    return !reader.ok() && reader.u8() == 0 && !reader.ok();
  };
  EXPECT_TRUE(fails({2, 1}, [](Reader& r) { r.boolean(); }));
  EXPECT_TRUE(fails({'3', 1}, [](Reader& r) { r.enumerator<Side>(is_side); }));
  EXPECT_TRUE(fails({65, 1}, [](Reader& r) { r.id<ClOrdId>(); }));
  EXPECT_TRUE(fails({0xff, 0xff, 0xff, 0xff, 1}, [](Reader& r) { r.text(); }));
  EXPECT_TRUE(fails({0xff, 0xff, 0xff, 0xff, 1}, [](Reader& r) {
    EXPECT_TRUE(r.list([](Reader& element) { return element.u8(); }).empty());
  }));
}

}  // namespace
}  // namespace causeway::gateway::journal
