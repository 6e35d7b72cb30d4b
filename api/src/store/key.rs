//! The values of a row by which a list is ordered: what a cursor holds.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::sea_query::ColumnType;
use sea_orm::{ColumnTrait, Value};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::filter::storable;

/// One value of a cursor.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Key {
    /// No value.
    #[serde(rename = "n")]
    Null,
    /// Text.
    #[serde(rename = "t")]
    Text(String),
    /// A number.
    #[serde(rename = "i")]
    Int(i64),
    /// True or false.
    #[serde(rename = "b")]
    Bool(bool),
    /// A moment.
    #[serde(rename = "m")]
    Moment(DateTime<Utc>),
    /// A day.
    #[serde(rename = "d")]
    Date(NaiveDate),
    /// An id.
    #[serde(rename = "u")]
    Id(Uuid),
}

impl Key {
    /// The key that a column's value makes.
    pub(crate) fn of(value: Value) -> Self {
        match value {
            Value::String(Some(text)) => Self::Text(text),
            Value::Int(Some(number)) => Self::Int(number.into()),
            Value::BigInt(Some(number)) => Self::Int(number),
            Value::Bool(Some(truth)) => Self::Bool(truth),
            Value::ChronoDateTimeUtc(Some(moment)) => Self::Moment(moment),
            Value::ChronoDate(Some(date)) => Self::Date(date),
            Value::Uuid(Some(id)) => Self::Id(id),
            _ => Self::Null,
        }
    }

    /// Whether a cursor may hold this key for a column: a forged one must not reach the database.
    pub(crate) fn fits<C: ColumnTrait>(&self, column: C) -> bool {
        let definition = column.def();
        match self {
            Self::Null => definition.is_null(),
            Self::Text(_) => matches!(
                definition.get_column_type(),
                ColumnType::Text | ColumnType::String(_)
            ),
            Self::Int(_) => matches!(
                definition.get_column_type(),
                ColumnType::Integer | ColumnType::BigInteger
            ),
            Self::Bool(_) => matches!(definition.get_column_type(), ColumnType::Boolean),
            Self::Moment(_) => {
                matches!(
                    definition.get_column_type(),
                    ColumnType::TimestampWithTimeZone
                )
            }
            Self::Date(_) => matches!(definition.get_column_type(), ColumnType::Date),
            Self::Id(_) => matches!(definition.get_column_type(), ColumnType::Uuid),
        }
    }

    /// The value to compare with; none for null.
    pub(crate) fn value(&self) -> Option<Value> {
        match self {
            Self::Null => None,
            Self::Text(text) => Some(storable(&text.clone().into())),
            Self::Int(number) => Some((*number).into()),
            Self::Bool(truth) => Some((*truth).into()),
            Self::Moment(moment) => Some((*moment).into()),
            Self::Date(date) => Some((*date).into()),
            Self::Id(id) => Some((*id).into()),
        }
    }
}
