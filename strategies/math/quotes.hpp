#pragma once

// Where to quote, in any one unit of price. Inventory `q` is signed and counted in quotes.
namespace causeway::strategies::math {

struct Quotes {
  double reservation = 0;  ///< the price at which holding the inventory is indifferent
  double bid = 0;
  double ask = 0;
};

/// Avellaneda and Stoikov, High-frequency trading in a limit order book (2008):
///   r = s - q·γ·σ²·τ,   δa + δb = γ·σ²·τ + (2/γ)·ln(1 + γ/k)
/// `sigma` is the standard deviation of the mid per square root of the unit of `tau`. γ, k > 0.
Quotes avellaneda_stoikov(double mid, double q, double gamma, double sigma, double tau, double k);

/// Guéant, Lehalle and Fernandez-Tapia, Dealing with the inventory risk (2013), the asymptotic
/// distances from the mid:
///   δb = (1/γ)·ln(1 + γ/k) + (2q+1)/2·C,   δa = (1/γ)·ln(1 + γ/k) - (2q-1)/2·C,
///   C = sqrt(σ²·γ/(2·k·A)·(1 + γ/k)^(1 + k/γ))
/// where orders arrive at the rate A·exp(-k·δ).
Quotes gueant_lehalle_fernandez(double mid, double q, double gamma, double sigma, double a,
                                double k);

}  // namespace causeway::strategies::math
