//! Objects that are written as JSON while they are resolved, in the order of the document.
//!
//! The engine (async-graphql 7.2) makes a task of each field and a map of each object, in the order
//! in which the fields come to an end. Most of our fields are at hand: here they are written at
//! once, those that wait for a loader wait together, and an error in a field that cannot be null
//! takes its object with it, as the specification says (section 6.4.4). What it saves is printed by
//! `cargo bench -p tests --bench figures`; docs/adr/0004 says why it is here.
//!
//! A resolver returns [`One`] or [`Many`] in the place of an object or a list of objects. The schema
//! knows nothing of it.

mod asking;
mod waiting;

use std::borrow::Cow;

use async_graphql::parser::types::Field;
use async_graphql::registry::Registry;
use async_graphql::{
    ContainerType, Context, ContextSelectionSet, OutputType, Positioned, ServerResult, Value,
};
use futures_util::FutureExt;

use self::asking::Asking;
pub(crate) use self::asking::Ways;
use self::waiting::Waiting;
use super::in_order::{Asked, Repeats, write};
use super::plain::Plain;

/// How many bytes a field has, usually.
const USUAL: usize = 64;

/// An object.
#[derive(Clone)]
pub(crate) struct One<T>(pub(crate) T);

impl<T> One<T> {
    /// The object over a row, or over what else it shows.
    pub(crate) fn of(inner: impl Into<T>) -> Self {
        Self(inner.into())
    }
}

/// A list of objects.
#[derive(Clone)]
pub(crate) struct Many<T>(pub(crate) Vec<T>);

impl<T> FromIterator<T> for Many<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        Self(items.into_iter().collect())
    }
}

impl<T: ContainerType + Plain> OutputType for One<T> {
    fn type_name() -> Cow<'static, str> {
        T::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        T::create_type_info(registry)
    }

    async fn resolve(
        &self,
        ctx: &ContextSelectionSet<'_>,
        field: &Positioned<Field>,
    ) -> ServerResult<Value> {
        if must_merge(ctx) {
            return self.0.resolve(ctx, field).await;
        }
        let mut text = Vec::new();
        object(ctx, &Asking::of::<T>(ctx), &self.0, &mut text).await?;
        Ok(Value::Binary(text.into()))
    }
}

impl<T: ContainerType + Plain> OutputType for Many<T> {
    fn type_name() -> Cow<'static, str> {
        Vec::<T>::type_name()
    }

    fn qualified_type_name() -> String {
        Vec::<T>::qualified_type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        Vec::<T>::create_type_info(registry)
    }

    async fn resolve(
        &self,
        ctx: &ContextSelectionSet<'_>,
        field: &Positioned<Field>,
    ) -> ServerResult<Value> {
        if must_merge(ctx) {
            return self.0.resolve(ctx, field).await;
        }
        let asking = &Asking::of::<T>(ctx);
        let mut text = Vec::with_capacity(self.0.len() * asking.len() * USUAL);
        text.push(b'[');
        let mut waiting = Waiting::default();
        for (n, item) in self.0.iter().enumerate() {
            if n > 0 {
                text.push(b',');
            }
            let begun = text.len();
            if n > 0 && asking.is_at_hand() {
                let ctx = ctx.with_index(n);
                if let Some(done) = object(&ctx, asking, item, &mut text).now_or_never() {
                    done?;
                    continue;
                }
                text.truncate(begun);
            }
            let object = async move {
                let mut text = Vec::new();
                object(&ctx.with_index(n), asking, item, &mut text).await?;
                Ok(text)
            };
            waiting.begin(object.boxed(), &mut text).await?;
        }
        waiting.end(&mut text).await?;
        text.push(b']');
        Ok(Value::Binary(text.into()))
    }
}

/// Whether the document asks twice for a field with selections, which the engine merges.
fn must_merge(ctx: &ContextSelectionSet<'_>) -> bool {
    ctx.data_opt::<Repeats>()
        .is_none_or(|Repeats(repeats)| *repeats)
}

/// Resolves an object's fields and writes them behind what is written already.
async fn object<T: ContainerType + Plain>(
    ctx: &ContextSelectionSet<'_>,
    asking: &Asking<'_>,
    object: &T,
    text: &mut Vec<u8>,
) -> ServerResult<()> {
    text.reserve(asking.len() * USUAL);
    text.push(b'{');
    let mut waiting = Waiting::default();
    for (n, (field, way)) in asking.fields().enumerate() {
        way.write_key(n, text);
        if way.write(ctx, field, object, text) {
            continue;
        }
        if way.is_at_hand() {
            if let Some(value) = resolved(ctx, field, object).now_or_never() {
                value_of::<T>(ctx, &field.node, value, text)?;
                continue;
            }
            way.wait();
        }
        let value = async move {
            let value = resolved(ctx, field, object).await;
            let mut text = Vec::new();
            value_of::<T>(ctx, &field.node, value, &mut text)?;
            Ok(text)
        };
        waiting.begin(value.boxed(), text).await?;
    }
    waiting.end(text).await?;
    text.push(b'}');
    Ok(())
}

/// Writes objects that are the value of a field, if all that is asked of them is at hand.
pub(super) fn plain_objects<T: ContainerType + Plain>(
    ctx: &Context<'_>,
    objects: &[T],
    text: &mut Vec<u8>,
) -> bool {
    let ctx = ctx.with_selection_set(&ctx.item.node.selection_set);
    let asking = Asking::of::<T>(&ctx);
    asking.is_plain()
        && objects.iter().enumerate().all(|(n, object)| {
            text.extend_from_slice(if n > 0 { b",{" } else { b"{" });
            let all = asking.fields().enumerate().all(|(n, (field, way))| {
                way.write_key(n, text);
                way.write(&ctx, field, object, text)
            });
            text.push(b'}');
            all
        })
}

/// Writes what a field resolved to.
fn value_of<T: OutputType>(
    ctx: &ContextSelectionSet<'_>,
    field: &Field,
    value: ServerResult<Option<Value>>,
    text: &mut Vec<u8>,
) -> ServerResult<()> {
    let value = match value {
        Ok(value) => value.unwrap_or_default(),
        Err(error) if is_nullable::<T>(ctx, field) => {
            ctx.add_error(error);
            Value::Null
        }
        Err(error) => return Err(error),
    };
    match value {
        Value::Object(_) | Value::List(_) => {
            let asked = Asked::of(&field.selection_set.node, &ctx.query_env.fragments);
            write(text, &value, &asked);
        }
        plain => write(text, &plain, &Asked::default()),
    }
    Ok(())
}

async fn resolved<T: ContainerType>(
    ctx: &ContextSelectionSet<'_>,
    field: &Positioned<Field>,
    object: &T,
) -> ServerResult<Option<Value>> {
    object.resolve_field(&ctx.with_field(field)).await
}

fn is_nullable<T: OutputType>(ctx: &ContextSelectionSet<'_>, field: &Field) -> bool {
    let registry = &ctx.schema_env.registry;
    let ty = registry.types.get(T::type_name().as_ref());
    ty.and_then(|ty| ty.field_by_name(&field.name.node))
        .is_some_and(|field| !field.ty.ends_with('!'))
}
