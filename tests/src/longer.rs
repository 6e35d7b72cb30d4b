//! How long the proofs run that chance drives: as long as the suite can bear, or as long as is said.

/// How much there is to do: what the environment says under this name, else as much as `usual`.
///
/// # Panics
/// When what it says is no number.
#[must_use]
#[expect(
    clippy::disallowed_methods,
    clippy::expect_used,
    reason = "the suite has no configuration to read it from"
)]
pub fn as_long_as(name: &str, usual: usize) -> usize {
    let said = std::env::var(name).ok();
    said.map_or(usual, |said| said.parse().expect(name))
}
