#pragma once

#include <string>
#include <utility>
#include <variant>

#include "fixspec/assert.hpp"

namespace causeway::fixspec {

/// The error alternative of a Result, spelled like std::unexpected.
template <class E>
struct Unexpected {
  E error;
};
template <class E>
Unexpected(E) -> Unexpected<E>;

/// A value or an expected error. Spelled like C++23's std::expected so that it can be replaced by
/// it. value() of an error, or error() of a value, is our bug and aborts.
template <class T, class E>
class [[nodiscard]] Result {
 public:
  // NOLINTBEGIN(google-explicit-constructor): a function returns its value or its error as is.
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Unexpected<E> unexpected) : state_(std::in_place_index<1>, std::move(unexpected.error)) {}
  // NOLINTEND(google-explicit-constructor)

  [[nodiscard]] bool has_value() const { return state_.index() == 0; }
  explicit operator bool() const { return has_value(); }

  [[nodiscard]] const T& value() const& {
    CAUSEWAY_ASSERT(has_value());
    return *std::get_if<0>(&state_);
  }
  [[nodiscard]] T& value() & {
    CAUSEWAY_ASSERT(has_value());
    return *std::get_if<0>(&state_);
  }
  [[nodiscard]] T&& value() && {
    CAUSEWAY_ASSERT(has_value());
    return std::move(*std::get_if<0>(&state_));
  }
  const T& operator*() const& { return value(); }
  T& operator*() & { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  const T* operator->() const { return &value(); }
  T* operator->() { return &value(); }

  [[nodiscard]] const E& error() const {
    CAUSEWAY_ASSERT(!has_value());
    return *std::get_if<1>(&state_);
  }
  [[nodiscard]] T value_or(T otherwise) const {
    return has_value() ? value() : std::move(otherwise);
  }

 private:
  std::variant<T, E> state_;
};

/// For a Result that carries no value.
struct Done {};

/// An error for people: what is wrong, with the rule, the value and the place in the text.
struct Error {
  std::string text;
};

}  // namespace causeway::fixspec
