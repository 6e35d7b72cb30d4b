//! Fields that are at hand: they take no argument, wait for nothing and cannot fail. The engine makes
//! a future and a value of each field; these are written as they stand, by the resolvers that the
//! schema has, called by their names. A type says with [`plain!`] which of its fields are such; what
//! it leaves out is resolved by the engine. Must not know another way to a field's value.

use std::future::Future;

use async_graphql::resolver_utils::EnumType;
use async_graphql::{ContainerType, Context, ID, ScalarType};
use chrono::{DateTime, Utc};
use futures_util::FutureExt;
use serde::Serialize;

use super::cluster::ManagementLabel;
use super::membership::MembershipCategory;
use super::organisation::{LegalStatus, OrganisationKind};
use super::participation::ParticipationRole;
use super::partnership::{
    FundingStatus, PartnershipLinkKind, PartnershipProgramme, PartnershipStatus,
};
use super::partnership_member::PartnershipRole;
use super::project::ProjectStatus;
use super::record::Visibility;
use super::scalar::{CurrencyCode, Date, Decimal, Position};
use super::sync::{ChangeOp, RecordType};
use super::value::{ConceptScheme, IdentifierScheme, IdentifierStatus, LinkType, NameType};
use super::written::{Many, One, plain_objects};

/// An object of which some fields are at hand.
pub(crate) trait Plain {
    /// The resolvers of these fields.
    const RESOLVERS: &'static [&'static str] = &[];

    /// Writes the field with this number; false: it is not at hand this time, and nothing is written.
    fn write(&self, _number: usize, _ctx: &Context<'_>, _text: &mut Vec<u8>) -> bool {
        false
    }
}

impl<T: Plain> Plain for &T {
    const RESOLVERS: &'static [&'static str] = T::RESOLVERS;

    fn write(&self, number: usize, ctx: &Context<'_>, text: &mut Vec<u8>) -> bool {
        T::write(self, number, ctx, text)
    }
}

/// The number of the resolver of a field, if that is at hand: `isSme` is resolved by `is_sme`.
pub(super) fn resolver<T: Plain>(field: &str) -> Option<usize> {
    let is_of = |resolver: &&str| {
        let mut letters = resolver.bytes().filter(|letter| *letter != b'_');
        field
            .bytes()
            .all(|letter| letters.next() == Some(letter.to_ascii_lowercase()))
            && letters.next().is_none()
    };
    T::RESOLVERS.iter().position(is_of)
}

/// Says which resolvers of a type have their values at hand; `type = kind`: the field `type` has the
/// resolver `kind`.
macro_rules! plain {
    ($type:ty: $($field:ident $(= $resolver:ident)?),+ $(,)?) => {
        impl $crate::graphql::plain::Plain for $type {
            const RESOLVERS: &'static [&'static str] = &[$(stringify!($field)),+];

            fn write(
                &self,
                number: usize,
                ctx: &async_graphql::Context<'_>,
                text: &mut Vec<u8>,
            ) -> bool {
                let mut numbers = 0..;
                $(
                    if numbers.next() == Some(number) {
                        let value = $crate::graphql::plain::plain!(@ self ctx $field $($resolver)?);
                        return $crate::graphql::plain::at_hand(value, ctx, text);
                    }
                )+
                false
            }
        }
    };
    (@ $self:ident $ctx:ident $field:ident) => { $self.$field($ctx) };
    (@ $self:ident $ctx:ident $field:ident $resolver:ident) => { $self.$resolver($ctx) };
}
pub(crate) use plain;

/// Writes what a resolver says, if it says it at once.
pub(super) fn at_hand<V: Value, E>(
    resolved: impl Future<Output = Result<V, E>>,
    ctx: &Context<'_>,
    text: &mut Vec<u8>,
) -> bool {
    let begun = text.len();
    let written = matches!(resolved.now_or_never(), Some(Ok(value)) if value.write(ctx, text));
    if !written {
        text.truncate(begun);
    }
    written
}

/// What a field at hand resolves to.
pub(crate) trait Value {
    /// Writes it as JSON; false: it has parts that are not at hand.
    fn write(&self, ctx: &Context<'_>, text: &mut Vec<u8>) -> bool;
}

impl<V: Value + ?Sized> Value for &V {
    fn write(&self, ctx: &Context<'_>, text: &mut Vec<u8>) -> bool {
        V::write(self, ctx, text)
    }
}

impl<V: Value> Value for Option<V> {
    fn write(&self, ctx: &Context<'_>, text: &mut Vec<u8>) -> bool {
        match self {
            Some(value) => value.write(ctx, text),
            None => as_json((), text),
        }
    }
}

impl<T: ContainerType + Plain> Value for One<T> {
    fn write(&self, ctx: &Context<'_>, text: &mut Vec<u8>) -> bool {
        plain_objects(ctx, std::slice::from_ref(&self.0), text)
    }
}

impl<T: ContainerType + Plain> Value for Many<T> {
    fn write(&self, ctx: &Context<'_>, text: &mut Vec<u8>) -> bool {
        text.push(b'[');
        let written = plain_objects(ctx, &self.0, text);
        text.push(b']');
        written
    }
}

impl<V: Value> Value for Vec<V> {
    fn write(&self, ctx: &Context<'_>, text: &mut Vec<u8>) -> bool {
        text.push(b'[');
        let written = self.iter().enumerate().all(|(n, value)| {
            if n > 0 {
                text.push(b',');
            }
            value.write(ctx, text)
        });
        text.push(b']');
        written
    }
}

impl Value for str {
    fn write(&self, _: &Context<'_>, text: &mut Vec<u8>) -> bool {
        as_json(self, text)
    }
}

impl Value for ID {
    fn write(&self, _: &Context<'_>, text: &mut Vec<u8>) -> bool {
        as_json(self.as_str(), text)
    }
}

/// Writes into memory, which cannot fail.
fn as_json(value: impl Serialize, text: &mut Vec<u8>) -> bool {
    serde_json::to_writer(text, &value).is_ok()
}

/// Values that are in JSON what they are.
macro_rules! json {
    ($($type:ty),+) => {$(
        impl Value for $type {
            fn write(&self, _: &Context<'_>, text: &mut Vec<u8>) -> bool {
                as_json(self, text)
            }
        }
    )+};
}
json!(String, bool, i32, i64);

/// Scalars, which know how they look.
macro_rules! scalars {
    ($($type:ty),+) => {$(
        impl Value for $type {
            fn write(&self, _: &Context<'_>, text: &mut Vec<u8>) -> bool {
                as_json(ScalarType::to_value(self), text)
            }
        }
    )+};
}
scalars!(CurrencyCode, Date, DateTime<Utc>, Decimal, Position);

/// Enums, whose values have names that need no escape.
macro_rules! enums {
    ($($type:ty),+ $(,)?) => {$(
        impl Value for $type {
            fn write(&self, _: &Context<'_>, text: &mut Vec<u8>) -> bool {
                let item = <$type>::items().iter().find(|item| item.value == *self);
                item.is_some_and(|item| as_json(item.name, text))
            }
        }
    )+};
}
enums!(
    ChangeOp,
    ConceptScheme,
    FundingStatus,
    IdentifierScheme,
    IdentifierStatus,
    LegalStatus,
    LinkType,
    ManagementLabel,
    MembershipCategory,
    NameType,
    OrganisationKind,
    ParticipationRole,
    PartnershipLinkKind,
    PartnershipProgramme,
    PartnershipRole,
    PartnershipStatus,
    ProjectStatus,
    RecordType,
    Visibility,
);
