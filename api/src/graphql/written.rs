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

use std::borrow::Cow;
use std::future::poll_fn;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;

use async_graphql::parser::types::{Field, Selection, SelectionSet};
use async_graphql::registry::Registry;
use async_graphql::{
    ContainerType, ContextSelectionSet, OutputType, Positioned, ServerResult, Value,
};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use super::in_order::{Asked, Repeats, write};

/// How many bytes a field has, usually.
const USUAL: usize = 32;

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

impl<T: ContainerType> OutputType for One<T> {
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
        let text = object(ctx, &fields::<T>(ctx), &self.0).await?;
        Ok(Value::Binary(text.into()))
    }
}

impl<T: ContainerType> OutputType for Many<T> {
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
        let fields = &fields::<T>(ctx);
        let items = self.0.iter().enumerate().map(|(n, item)| {
            let written = async move {
                let ctx = ctx.with_index(n);
                object(&ctx, fields, item).await
            };
            Started::Waits(written.boxed())
        });
        let mut text = Vec::with_capacity(self.0.len().saturating_mul(fields.len() * USUAL));
        text.push(b'[');
        for (n, item) in together(items).await.into_iter().enumerate() {
            if n > 0 {
                text.push(b',');
            }
            text.append(&mut item?);
        }
        text.push(b']');
        Ok(Value::Binary(text.into()))
    }
}

/// Whether the document asks twice for a field with selections, which the engine merges.
fn must_merge(ctx: &ContextSelectionSet<'_>) -> bool {
    ctx.data_opt::<Repeats>()
        .is_none_or(|Repeats(repeats)| *repeats)
}

/// A field that is asked of all objects of a list.
struct Asking<'a> {
    field: &'a Positioned<Field>,
    /// Whether it was at hand so far. Only reading is done here, so a resolver can be begun, found
    /// waiting and begun again, with a place of its own to wait in; the next object begins there.
    waits: AtomicBool,
}

/// The fields that are asked of a type, fragments expanded, each key once.
fn fields<'a, T: OutputType>(ctx: &ContextSelectionSet<'a>) -> Vec<Asking<'a>> {
    let mut fields = Vec::with_capacity(ctx.item.node.items.len());
    add(&mut fields, ctx, &T::type_name(), &ctx.item.node);
    let asking = |field| Asking {
        field,
        waits: AtomicBool::new(false),
    };
    fields.into_iter().map(asking).collect()
}

fn add<'a>(
    fields: &mut Vec<&'a Positioned<Field>>,
    ctx: &ContextSelectionSet<'a>,
    name: &str,
    set: &'a SelectionSet,
) {
    let is_of = |condition: &str| {
        let interfaces = ctx.schema_env.registry.implements.get(name);
        condition == name || interfaces.is_some_and(|names| names.contains(condition))
    };
    for selection in &set.items {
        let (condition, inner) = match &selection.node {
            Selection::Field(field) => {
                let key = &field.node.response_key().node;
                if !fields
                    .iter()
                    .any(|other| other.node.response_key().node == *key)
                {
                    fields.push(field);
                }
                continue;
            }
            Selection::InlineFragment(inline) => (
                inline.node.type_condition.as_ref(),
                &inline.node.selection_set,
            ),
            Selection::FragmentSpread(spread) => {
                // Validation has seen that it is there.
                let Some(fragment) = ctx.query_env.fragments.get(&spread.node.fragment_name.node)
                else {
                    continue;
                };
                (
                    Some(&fragment.node.type_condition),
                    &fragment.node.selection_set,
                )
            }
        };
        if condition.is_none_or(|condition| is_of(&condition.node.on.node)) {
            add(fields, ctx, name, &inner.node);
        }
    }
}

/// Resolves an object's fields and writes them.
async fn object<T: ContainerType>(
    ctx: &ContextSelectionSet<'_>,
    fields: &[Asking<'_>],
    object: &T,
) -> ServerResult<Vec<u8>> {
    let values = fields.iter().map(|asking| {
        let value = || resolved(ctx, asking.field, object);
        if !asking.waits.load(Ordering::Relaxed) {
            if let Some(value) = value().now_or_never() {
                return Started::Done(value);
            }
            asking.waits.store(true, Ordering::Relaxed);
        }
        Started::Waits(value().boxed())
    });
    let mut text = Vec::with_capacity(fields.len().saturating_mul(USUAL));
    text.push(b'{');
    for (Asking { field, .. }, value) in fields.iter().zip(together(values).await) {
        let value = match value {
            Ok(value) => value.unwrap_or_default(),
            Err(error) if is_nullable::<T>(ctx, &field.node) => {
                ctx.add_error(error);
                Value::Null
            }
            Err(error) => return Err(error),
        };
        text.extend_from_slice(if text.len() > 1 { b",\"" } else { b"\"" });
        text.extend_from_slice(field.node.response_key().node.as_bytes());
        text.extend_from_slice(b"\":");
        match value {
            Value::Object(_) | Value::List(_) => {
                let set = &field.node.selection_set.node;
                let asked = Asked::of(set, &ctx.query_env.fragments);
                write(&mut text, &value, &asked);
            }
            plain => write(&mut text, &plain, &Asked::default()),
        }
    }
    text.push(b'}');
    Ok(text)
}

async fn resolved<T: ContainerType>(
    ctx: &ContextSelectionSet<'_>,
    field: &Positioned<Field>,
    object: &T,
) -> ServerResult<Option<Value>> {
    if field.node.name.node == "__typename" {
        return Ok(Some(Value::String(T::type_name().into_owned())));
    }
    object.resolve_field(&ctx.with_field(field)).await
}

fn is_nullable<T: OutputType>(ctx: &ContextSelectionSet<'_>, field: &Field) -> bool {
    let registry = &ctx.schema_env.registry;
    let ty = registry.types.get(T::type_name().as_ref());
    ty.and_then(|ty| ty.field_by_name(&field.name.node))
        .is_some_and(|field| !field.ty.ends_with('!'))
}

/// A future that has begun.
enum Started<'a, T> {
    /// It is at its end.
    Done(T),
    /// It has no type of its own, because objects lie within objects of their kind.
    Waits(BoxFuture<'a, T>),
}

/// Runs futures together, each first as far as it gets.
async fn together<'a, T>(futures: impl Iterator<Item = Started<'a, T>>) -> Vec<T> {
    let mut done = Vec::with_capacity(futures.size_hint().0);
    let mut waiting = Vec::new();
    for (n, started) in futures.enumerate() {
        done.push(match started {
            Started::Done(output) => Some(output),
            Started::Waits(mut future) => {
                match poll_fn(|task| Poll::Ready(future.as_mut().poll(task))).await {
                    Poll::Ready(output) => Some(output),
                    Poll::Pending => {
                        waiting.push((n, future));
                        None
                    }
                }
            }
        });
    }
    // They know whom to wake: nothing is polled again before it has something to say.
    let mut is_woken = waiting.is_empty();
    poll_fn(|task| {
        if is_woken {
            waiting.retain_mut(|(n, future)| match future.as_mut().poll(task) {
                Poll::Ready(output) => {
                    done[*n] = Some(output);
                    false
                }
                Poll::Pending => true,
            });
        }
        is_woken = true;
        if waiting.is_empty() {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    })
    .await;
    done.into_iter().flatten().collect()
}
