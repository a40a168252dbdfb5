//! Is a series stable, or does it follow the situation? Volatility, persistence, breaks and trend.

mod breaks;
mod cost;
mod persistence;
mod trend;
mod volatility;

pub use breaks::{Break, BreakModel, BreakSettings, Breaks, breaks, optimal_partitioning, pelt};
pub use cost::{Cost, GaussianMean, GaussianMeanVariance, NegativeBinomial};
pub use persistence::{Ar1, MIN_PAIRS, ar1};
pub use trend::{MannKendall, TheilSen, mann_kendall, theil_sen};
pub use volatility::{Volatility, volatility};
