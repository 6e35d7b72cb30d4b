//! Amounts of money: exact, in minor units of their currency.

use entities::record::FindingCode;
use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};

use super::check::Check;
use super::error::InputErrorCode::Invalid;
use super::patch::Patch;
use crate::reference::currency;

/// An amount as a writer gives it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Money {
    /// The amount.
    #[serde(with = "rust_decimal::serde::str")]
    pub amount: Decimal,
    /// ISO 4217.
    pub currency: String,
}

/// An amount in minor units as a decimal, with exactly the currency's decimals.
#[must_use]
pub fn decimal(minor: i64, currency: &str) -> Decimal {
    let decimals = currency::find(currency).map_or(2, |currency| currency.minor_units);
    Decimal::new(minor, decimals)
}

/// An amount of a row as a writer would give it.
pub(super) fn of(minor: Option<i64>, currency: Option<&str>) -> Option<Money> {
    let (minor, currency) = (minor?, currency?);
    Some(Money {
        amount: decimal(minor, currency),
        currency: currency.to_owned(),
    })
}

/// Puts an amount onto a column of minor units and the row's one currency.
pub(super) fn amount(
    check: &mut Check,
    path: &str,
    patch: Patch<Money>,
    minor: &mut Option<i64>,
    row_currency: &mut Option<String>,
) {
    let money = match patch {
        Patch::Leave => return,
        Patch::Clear => return *minor = None,
        Patch::Set(money) => money,
    };
    *minor = None;
    let Some(known) = currency::find(&money.currency) else {
        return check.unknown_code(
            &format!("{path}.currency"),
            format!(
                "`{}` is no currency code of ISO 4217, for example `EUR`",
                money.currency
            ),
        );
    };
    if row_currency
        .as_ref()
        .is_some_and(|currency| currency != known.code)
    {
        return check.error(
            Invalid,
            &format!("{path}.currency"),
            "all amounts of one record have the same currency",
        );
    }
    let rounded = money
        .amount
        .round_dp_with_strategy(known.minor_units, RoundingStrategy::MidpointNearestEven);
    if rounded != money.amount {
        let message = format!(
            "{} has more decimals than {} has: {} of them; {rounded} would be right",
            money.amount, known.code, known.minor_units
        );
        check.unusable(
            Invalid,
            FindingCode::AmountRounded,
            &format!("{path}.amount"),
            message,
        );
    }
    *minor = minor_units(rounded, known.minor_units);
    match minor {
        Some(0..) => *row_currency = Some(known.code.to_owned()),
        Some(_) => check.error(
            Invalid,
            &format!("{path}.amount"),
            "an amount is not negative",
        ),
        None => check.error(
            Invalid,
            &format!("{path}.amount"),
            format!("{} is more than the registry can hold", money.amount),
        ),
    }
}

fn minor_units(amount: Decimal, decimals: u32) -> Option<i64> {
    let factor = Decimal::from(10_i64.checked_pow(decimals)?);
    i64::try_from(amount.checked_mul(factor)?).ok()
}

/// A row has one currency. When a write sets every amount that the row has, it may bring another.
pub(super) fn restart(
    patches: &[&Patch<Money>],
    minors: &mut [&mut Option<i64>],
    row_currency: &mut Option<String>,
) {
    let stays = patches
        .iter()
        .zip(minors.iter())
        .any(|(patch, minor)| patch.is_leave() && minor.is_some());
    if !stays && patches.iter().any(|patch| !patch.is_leave()) {
        *row_currency = None;
    }
}
