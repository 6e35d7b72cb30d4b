//! How figures are summed up, printed and held against what is promised.

use std::fmt;
use std::time::Instant;

/// The median of several rounds, with the lowest and the highest.
pub(crate) struct Spread {
    low: f64,
    /// The middle one.
    pub(crate) median: f64,
    high: f64,
}

impl Spread {
    /// Of an odd number of rounds; of none it is not a number.
    pub(crate) fn of(mut rounds: Vec<f64>) -> Self {
        rounds.sort_by(f64::total_cmp);
        let at = |n: usize| rounds.get(n).copied().unwrap_or(f64::NAN);
        let last = rounds.len().saturating_sub(1);
        Self {
            low: at(0),
            median: at(last / 2),
            high: at(last),
        }
    }
}

impl fmt::Display for Spread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { low, median, high } = self;
        let digits = f.precision().unwrap_or(0);
        write!(f, "{median:.digits$} [{low:.digits$}–{high:.digits$}]")
    }
}

/// How many a second there have been since then.
pub(crate) fn rate(count: usize, begun: Instant) -> f64 {
    u32::try_from(count).map_or(f64::NAN, f64::from) / begun.elapsed().as_secs_f64()
}

/// Prints a figure; with what is promised of it, and whether that is kept.
pub(crate) fn print(name: &str, figure: &str, promise: Option<(&str, bool)>) {
    let promise =
        promise.map(|(words, kept)| format!("{} {words}", if kept { "kept:" } else { "MISSED:" }));
    println!("  {name:16} {figure:64} {}", promise.unwrap_or_default());
}
