//! Scalars: values that JSON has no type for.

use std::str::FromStr;

use async_graphql::{InputValueError, InputValueResult, Scalar, ScalarType, Value};
use chrono::NaiveDate;
use rust_decimal::Decimal as Number;

use crate::reference::currency;

/// A day of the calendar, `YYYY-MM-DD`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Date(pub(crate) NaiveDate);

/// A day of the calendar, `YYYY-MM-DD`.
#[Scalar(
    name = "Date",
    specified_by_url = "https://scalars.graphql.org/andimarek/local-date.html"
)]
impl ScalarType for Date {
    fn parse(value: Value) -> InputValueResult<Self> {
        let text = text_of(&value, "a day such as \"2026-11-22\"")?;
        // chrono takes `2026-1-2`; a date has ten characters.
        let date = (text.len() == 10)
            .then(|| NaiveDate::from_str(text).ok())
            .flatten();
        date.map(Self)
            .ok_or_else(|| wrong(text, "a day such as \"2026-11-22\""))
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}

/// An exact decimal number as text, for example `"90225.00"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Decimal(pub(crate) Number);

/// An exact decimal number as text, for example `"90225.00"`; amounts have exactly the decimals of
/// their currency. As input whole numbers are taken as well.
#[Scalar(
    name = "Decimal",
    specified_by_url = "https://www.rfc-editor.org/rfc/rfc8259#section-6"
)]
impl ScalarType for Decimal {
    fn parse(value: Value) -> InputValueResult<Self> {
        let expected = "an exact decimal as text such as \"90225.00\"";
        if let Value::Number(number) = &value
            && let Some(whole) = number.as_i64()
        {
            return Ok(Self(whole.into()));
        }
        let text = text_of(&value, expected)?;
        Number::from_str_exact(text)
            .map(Self)
            .map_err(|_| wrong(text, expected))
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}

/// A currency, ISO 4217, for example `EUR`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CurrencyCode(pub(crate) String);

/// A currency, ISO 4217, for example `EUR`; currencies that the euro replaced are known as well.
#[Scalar(
    name = "CurrencyCode",
    specified_by_url = "https://www.iso.org/iso-4217-currency-codes.html"
)]
impl ScalarType for CurrencyCode {
    fn parse(value: Value) -> InputValueResult<Self> {
        let text = text_of(&value, "a currency such as \"EUR\"")?;
        // What is no currency is refused where the amount is, as data.
        Ok(Self(
            currency::find(text)
                .map_or(text, |known| known.code)
                .to_owned(),
        ))
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.clone())
    }
}

/// A place in a list of changes, as a page of it gave it out; its inside is nobody's business.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cursor(pub(crate) String);

/// How far a reader has read, as a page gave it out. It never expires, and says nothing to anyone but
/// the registry.
#[Scalar(
    name = "Cursor",
    specified_by_url = "https://www.rfc-editor.org/rfc/rfc4648#section-5"
)]
impl ScalarType for Cursor {
    fn parse(value: Value) -> InputValueResult<Self> {
        Ok(Self(
            text_of(&value, "a cursor as a page gave it out")?.to_owned(),
        ))
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.clone())
    }
}

/// Any value, as JSON.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct JsonValue(pub(crate) serde_json::Value);

/// Any value, as JSON.
#[Scalar(
    name = "JSON",
    specified_by_url = "https://www.rfc-editor.org/rfc/rfc8259"
)]
impl ScalarType for JsonValue {
    fn parse(value: Value) -> InputValueResult<Self> {
        Ok(Self(value.into_json()?))
    }

    fn to_value(&self) -> Value {
        Value::from_json(self.0.clone()).unwrap_or_default()
    }
}

/// A place in the order of all changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Position(pub(crate) i64);

/// A place in the order of all changes: 20 digits, so that positions compare as text.
#[Scalar(
    name = "Position",
    specified_by_url = "https://github.com/cloudevents/spec/blob/main/cloudevents/extensions/sequence.md"
)]
impl ScalarType for Position {
    fn parse(value: Value) -> InputValueResult<Self> {
        let expected = "a position such as \"00000000000000000042\"";
        let text = text_of(&value, expected)?;
        let digits = text.len() == 20 && text.bytes().all(|byte| byte.is_ascii_digit());
        let position = digits.then(|| text.parse().ok()).flatten();
        position.map(Self).ok_or_else(|| wrong(text, expected))
    }

    fn to_value(&self) -> Value {
        Value::String(format!("{:020}", self.0))
    }
}

fn text_of<'a, T>(value: &'a Value, expected: &str) -> Result<&'a str, InputValueError<T>>
where
    T: async_graphql::InputType,
{
    match value {
        Value::String(text) => Ok(text),
        other => Err(wrong(&other.to_string(), expected)),
    }
}

fn wrong<T: async_graphql::InputType>(actual: &str, expected: &str) -> InputValueError<T> {
    InputValueError::custom(format!("{actual} is not {expected}"))
}
