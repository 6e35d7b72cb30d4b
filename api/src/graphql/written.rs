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
        let mut text = Vec::new();
        object(ctx, &fields::<T>(ctx), &self.0, &mut text).await?;
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
        let mut text = Vec::with_capacity(self.0.len() * fields.len() * USUAL);
        text.push(b'[');
        let mut waiting = Waiting::default();
        for (n, item) in self.0.iter().enumerate() {
            if n > 0 {
                text.push(b',');
            }
            let begun = text.len();
            if n > 0 && fields.iter().all(Asking::is_at_hand) {
                let ctx = ctx.with_index(n);
                if let Some(done) = object(&ctx, fields, item, &mut text).now_or_never() {
                    done?;
                    continue;
                }
                text.truncate(begun);
            }
            let object = async move {
                let mut text = Vec::new();
                object(&ctx.with_index(n), fields, item, &mut text).await?;
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

/// A field that is asked of all objects of a list.
struct Asking<'a> {
    field: &'a Positioned<Field>,
    /// Whether it had to wait. Only reading is done here, so a resolver can be begun, found waiting
    /// and begun again, with a place of its own to wait in; the next object begins there.
    waits: AtomicBool,
}

impl Asking<'_> {
    fn is_at_hand(&self) -> bool {
        !self.waits.load(Ordering::Relaxed)
    }
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

/// Resolves an object's fields and writes them behind what is written already.
async fn object<T: ContainerType>(
    ctx: &ContextSelectionSet<'_>,
    fields: &[Asking<'_>],
    object: &T,
    text: &mut Vec<u8>,
) -> ServerResult<()> {
    text.reserve(fields.len() * USUAL);
    text.push(b'{');
    let mut waiting = Waiting::default();
    for (n, asking) in fields.iter().enumerate() {
        let field = asking.field;
        text.extend_from_slice(if n > 0 { b",\"" } else { b"\"" });
        text.extend_from_slice(field.node.response_key().node.as_bytes());
        text.extend_from_slice(b"\":");
        if asking.is_at_hand() {
            if let Some(value) = resolved(ctx, field, object).now_or_never() {
                value_of::<T>(ctx, &field.node, value, text)?;
                continue;
            }
            asking.waits.store(true, Ordering::Relaxed);
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

/// The parts of a text that wait, each with its place in what is written; in the order of places.
#[derive(Default)]
struct Waiting<'a>(Vec<(usize, Part<'a>)>);

/// It has no type of its own, because objects lie within objects of their kind.
type Part<'a> = BoxFuture<'a, ServerResult<Vec<u8>>>;

impl<'a> Waiting<'a> {
    /// Runs a part as far as it gets, and writes it if it gets to its end.
    async fn begin(&mut self, mut part: Part<'a>, text: &mut Vec<u8>) -> ServerResult<()> {
        match poll_fn(|task| Poll::Ready(part.as_mut().poll(task))).await {
            Poll::Ready(part) => text.append(&mut part?),
            Poll::Pending => self.0.push((text.len(), part)),
        }
        Ok(())
    }

    /// Waits for all parts together, and puts them into their places.
    async fn end(self, text: &mut Vec<u8>) -> ServerResult<()> {
        let Some(first) = self.0.first().map(|(place, _)| *place) else {
            return Ok(());
        };
        let mut done: Vec<(usize, Vec<u8>)> = Vec::with_capacity(self.0.len());
        let mut waiting = self.0;
        // They know whom to wake: nothing is polled again before it has something to say.
        let mut is_woken = false;
        poll_fn(|task| {
            let mut failed = None;
            if is_woken {
                waiting.retain_mut(|(place, part)| match part.as_mut().poll(task) {
                    Poll::Ready(Ok(part)) => {
                        done.push((*place, part));
                        false
                    }
                    Poll::Ready(Err(error)) => {
                        failed = Some(error);
                        false
                    }
                    Poll::Pending => true,
                });
            }
            is_woken = true;
            match failed {
                Some(error) => Poll::Ready(Err(error)),
                None if waiting.is_empty() => Poll::Ready(Ok(())),
                None => Poll::Pending,
            }
        })
        .await?;
        done.sort_unstable_by_key(|(place, _)| *place);
        let rest = text.split_off(first);
        let mut written = 0;
        for (place, mut part) in done {
            let place = place - first;
            text.extend_from_slice(&rest[written..place]);
            text.append(&mut part);
            written = place;
        }
        text.extend_from_slice(&rest[written..]);
        Ok(())
    }
}
