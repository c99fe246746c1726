#include "fixspec/decimal.hpp"

#include <gtest/gtest.h>

#include <boost/multiprecision/cpp_int.hpp>
#include <random>

namespace causeway::fixspec {
namespace {

using boost::multiprecision::cpp_int;

Decimal dec(std::string_view text) { return Decimal::parse(text, Notation::Scientific).value(); }

cpp_int units_of(Decimal value) {
  const bool negative = value.is_negative();
  const auto units = value.abs().units();
  cpp_int result = static_cast<std::uint64_t>(units >> 64);
  result <<= 64;
  result += static_cast<std::uint64_t>(units);
  return negative ? cpp_int(-result) : result;
}

struct TextCase {
  std::string_view text;
  std::string_view canonical;
};

TEST(Decimal, ParsesAndPrintsTheShortestPlainText) {
  for (const auto& [text, canonical] : std::initializer_list<TextCase>{
           {"0", "0"},
           {"-0", "0"},
           {"+1", "1"},
           {"0.10", "0.1"},
           {".5", "0.5"},
           {"5.", "5"},
           {"-64123.10", "-64123.1"},
           {"0.000000000001", "0.000000000001"},
           {"1000000000000000.000000000001", "1000000000000000.000000000001"},
           {"999999999999999999.999999999999", "999999999999999999.999999999999"},
           {"1e-05", "0.00001"},
           {"1.25E3", "1250"},
           {"1234e-2", "12.34"},
           {"0e999999999", "0"},
           {"0.0000000000010000", "0.000000000001"},
       }) {
    const auto value = Decimal::parse(text, Notation::Scientific);
    ASSERT_TRUE(value) << text;
    EXPECT_EQ(value->to_string(), canonical) << text;
  }
}

struct ErrorCase {
  std::string_view text;
  DecimalError error;
};

TEST(Decimal, RefusesWhatItCannotKeepExactly) {
  for (const auto& [text, error] : std::initializer_list<ErrorCase>{
           {"", DecimalError::Empty},
           {"-", DecimalError::Malformed},
           {".", DecimalError::Malformed},
           {"1 ", DecimalError::Malformed},
           {" 1", DecimalError::Malformed},
           {"1,5", DecimalError::Malformed},
           {"0x10", DecimalError::Malformed},
           {"nan", DecimalError::Malformed},
           {"1.2.3", DecimalError::Malformed},
           {"1e", DecimalError::Malformed},
           {"0.0000000000001", DecimalError::TooManyDecimals},
           {"1e-13", DecimalError::TooManyDecimals},
           {"1000000000000000000", DecimalError::OutOfRange},
           {"1e18", DecimalError::OutOfRange},
           {"1e999999999999", DecimalError::OutOfRange},
           {"99999999999999999999999999999999999999999999999999", DecimalError::OutOfRange},
       }) {
    const auto value = Decimal::parse(text, Notation::Scientific);
    ASSERT_FALSE(value) << text;
    EXPECT_EQ(value.error(), error) << text << ": " << to_text(value.error());
  }
}

TEST(Decimal, PlainNotationRefusesAnExponent) {
  EXPECT_EQ(Decimal::parse("1e5").error(), DecimalError::Malformed);
}

TEST(Decimal, RoundedParseKeepsTwelveDecimals) {
  const auto rounded = [](std::string_view text, Rounding rounding) {
    return Decimal::parse_rounded(text, rounding).value().to_string();
  };
  EXPECT_EQ(rounded("0.0000000000005", Rounding::HalfEven), "0");
  EXPECT_EQ(rounded("0.0000000000015", Rounding::HalfEven), "0.000000000002");
  EXPECT_EQ(rounded("0.00000000000050001", Rounding::HalfEven), "0.000000000001");
  EXPECT_EQ(rounded("-0.0000000000019", Rounding::TowardZero), "-0.000000000001");
  EXPECT_EQ(rounded("1.0000000000001", Rounding::AwayFromZero), "1.000000000001");
}

TEST(Decimal, PrintingThenParsingGivesTheSameValue) {
  std::mt19937_64 random(7);
  for (int i = 0; i < 100'000; ++i) {
    const auto magnitude = static_cast<Decimal::Units>(random()) * 30'000'000'000;
    const auto value = Decimal::from_units((random() & 1) != 0 ? magnitude : -magnitude);
    ASSERT_EQ(dec(value.to_string()), value) << value.to_string();
  }
}

TEST(Decimal, ProductAndQuotientAgreeWithArbitraryPrecision) {
  std::mt19937_64 random(11);
  const cpp_int one = 1'000'000'000'000;
  for (int i = 0; i < 20'000; ++i) {
    const int shift_a = static_cast<int>(random() % 60), shift_b = static_cast<int>(random() % 60);
    const auto a = Decimal::from_units(static_cast<Decimal::Units>(random() >> shift_a) * 1009);
    const auto b = Decimal::from_units(-static_cast<Decimal::Units>(random() >> shift_b) - 1);
    const cpp_int product = units_of(a) * units_of(b);
    const auto made = Decimal::multiply(a, b, Rounding::TowardZero);
    if (made) {
      ASSERT_EQ(units_of(*made), product / one);
      const auto away = Decimal::multiply(a, b, Rounding::AwayFromZero).value();
      const cpp_int exact = product / one;
      ASSERT_EQ(units_of(away), product % one == 0 ? exact : cpp_int(exact - 1));
    } else {
      ASSERT_GT(abs(product) / one, (cpp_int(1) << 127) - 1);
    }
    const cpp_int dividend = units_of(a) * one;
    const auto quotient = Decimal::divide(a, b, Rounding::TowardZero);
    if (quotient) {
      ASSERT_EQ(units_of(*quotient), dividend / units_of(b));
    } else {
      ASSERT_GT(abs(dividend / units_of(b)), (cpp_int(1) << 127) - 1);
    }
  }
}

TEST(Decimal, OverflowIsAnErrorNotAWrongNumber) {
  const auto huge = Decimal::from_units((static_cast<Decimal::Units>(1) << 126) + 5);
  EXPECT_EQ(Decimal::checked_add(huge, huge).error(), DecimalError::OutOfRange);
  EXPECT_EQ(Decimal::checked_subtract(-huge, huge).error(), DecimalError::OutOfRange);
  EXPECT_EQ(Decimal::multiply(huge, Decimal::from_integer(10), Rounding::HalfEven).error(),
            DecimalError::OutOfRange);
  EXPECT_EQ(Decimal::divide(huge, dec("0.001"), Rounding::HalfEven).error(),
            DecimalError::OutOfRange);
  EXPECT_EQ(Decimal::divide(huge, Decimal{}, Rounding::HalfEven).error(),
            DecimalError::DivisionByZero);
}

TEST(Decimal, SumsOfTenthsAreExact) {
  EXPECT_EQ(dec("0.1") + dec("0.2"), dec("0.3"));
  EXPECT_TRUE(dec("0.29").is_multiple_of(dec("0.01")));
  EXPECT_FALSE(dec("50000.05").is_multiple_of(dec("0.1")));
  EXPECT_TRUE(dec("-62000").is_multiple_of(dec("0.5")));
}

}  // namespace
}  // namespace causeway::fixspec
