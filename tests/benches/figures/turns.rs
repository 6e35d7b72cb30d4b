//! Two peers that take turns: what one of them makes of what the other does in the same minutes.

use anyhow::Result;

use crate::figure::Spread;

/// How often they take turns.
const ROUNDS: usize = 3;
/// Seconds for each of the two to get warm before the first round.
const WARM_UP: u64 = 1;

/// Requests a second of both, as medians, and what the first makes of the second, round by round.
pub(crate) struct Turns {
    /// The first.
    pub(crate) one: f64,
    /// The second.
    pub(crate) other: f64,
    /// The first in parts of the second.
    pub(crate) ratio: Spread,
}

impl Turns {
    /// Lets both take turns of so many seconds.
    pub(crate) fn taken(
        seconds: u64,
        one: impl Fn(u64) -> Result<f64>,
        other: impl Fn(u64) -> Result<f64>,
    ) -> Result<Self> {
        let round = |seconds| -> Result<(f64, f64)> { Ok((one(seconds)?, other(seconds)?)) };
        round(WARM_UP)?;
        let rounds = (0..ROUNDS)
            .map(|_| round(seconds))
            .collect::<Result<Vec<_>>>()?;
        let ratio = Spread::of(rounds.iter().map(|(one, other)| one / other).collect());
        let (one, other): (Vec<f64>, Vec<f64>) = rounds.into_iter().unzip();
        Ok(Self {
            one: Spread::of(one).median,
            other: Spread::of(other).median,
            ratio,
        })
    }
}
