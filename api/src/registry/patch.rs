//! What a write says of a field: nothing, that it is empty, or its value.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What a write says of a field.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Patch<T> {
    /// Nothing: the field stays as it is.
    #[default]
    Leave,
    /// It has no value.
    Clear,
    /// Its value.
    Set(T),
}

impl<T> Patch<T> {
    /// Whether nothing is said.
    pub fn is_leave(&self) -> bool {
        matches!(self, Self::Leave)
    }

    /// A value to set, or nothing said where the source is blank and the field shall be empty.
    pub fn set_or_clear(value: Option<T>) -> Self {
        value.map_or(Self::Clear, Self::Set)
    }

    /// The same with another value.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Patch<U> {
        match self {
            Self::Leave => Patch::Leave,
            Self::Clear => Patch::Clear,
            Self::Set(value) => Patch::Set(f(value)),
        }
    }

    /// Writes what is said onto a field that may be empty.
    pub fn write(self, field: &mut Option<T>) {
        match self {
            Self::Leave => {}
            Self::Clear => *field = None,
            Self::Set(value) => *field = Some(value),
        }
    }
}

impl<T: Default> Patch<T> {
    /// Writes what is said onto a field that has a value when it is empty.
    pub fn write_or_default(self, field: &mut T) {
        match self {
            Self::Leave => {}
            Self::Clear => *field = T::default(),
            Self::Set(value) => *field = value,
        }
    }
}

impl Patch<String> {
    /// What makes a text what it is that may be empty.
    #[must_use]
    pub fn of_text(text: &str) -> Self {
        Self::set_or_clear(Some(text.to_owned()).filter(|text| !text.is_empty()))
    }
}

impl<T: Clone> Patch<Vec<T>> {
    /// What makes a list what it is.
    #[must_use]
    pub fn of_list(items: &[T]) -> Self {
        Self::set_or_clear(Some(items.to_vec()).filter(|items| !items.is_empty()))
    }
}

impl<T: Serialize> Serialize for Patch<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Set(value) => serializer.serialize_some(value),
            Self::Leave | Self::Clear => serializer.serialize_none(),
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Patch<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::deserialize(deserializer).map(Self::set_or_clear)
    }
}
