//! The fields that are asked of objects of one type, looked at once for all of them.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use async_graphql::parser::types::{Field, Selection, SelectionSet};
use async_graphql::{ContextSelectionSet, OutputType, Pos, Positioned};

use crate::graphql::in_order::UNASKED;
use crate::graphql::plain::{self, Plain};

/// What is asked of an object, fragments expanded, each key once.
pub(super) struct Asking<'a> {
    fields: Vec<&'a Positioned<Field>>,
    ways: Arc<[Way]>,
}

/// How a field is written.
pub(super) struct Way {
    /// What stands before its value but for a comma.
    key: Box<[u8]>,
    by: By,
    /// Whether it had to wait. Only reading is done here, so a resolver can be begun, found waiting
    /// and begun again, with a place of its own to wait in; the next object begins there.
    waits: AtomicBool,
}

/// How a field is resolved.
enum By {
    /// It is the name of the object's type.
    TypeName,
    /// By the resolver with this number, which has its value at hand.
    Plain(usize),
    /// By the engine.
    Engine,
}

/// The name of a type, which it is known by.
type TypeName = fn() -> Cow<'static, str>;

/// The ways of a request's fields, by the place of their selection set in the document and the type
/// that is asked.
#[derive(Default)]
pub(crate) struct Ways(Mutex<HashMap<Place, Arc<[Way]>>>);

type Place = (Pos, TypeName);

impl<'a> Asking<'a> {
    /// What is asked of a type.
    pub(super) fn of<T: OutputType + Plain>(ctx: &ContextSelectionSet<'a>) -> Self {
        let type_name: TypeName = T::type_name;
        let mut fields = Vec::with_capacity(ctx.item.node.items.len());
        add(&mut fields, ctx, type_name, &ctx.item.node);
        let make = || {
            fields
                .iter()
                .map(|field| Way::of::<T>(&field.node))
                .collect()
        };
        let ways = match ctx.data_opt::<Ways>() {
            Some(Ways(known)) => {
                let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
                Arc::clone(known.entry((ctx.item.pos, type_name)).or_insert_with(make))
            }
            None => make(),
        };
        Self { fields, ways }
    }

    /// The fields, each with its way.
    pub(super) fn fields(&self) -> impl Iterator<Item = (&'a Positioned<Field>, &Way)> {
        self.fields.iter().copied().zip(self.ways.iter())
    }

    /// How many fields they are.
    pub(super) fn len(&self) -> usize {
        self.fields.len()
    }

    /// Whether the engine is needed for none of them.
    pub(super) fn is_plain(&self) -> bool {
        !self.ways.iter().any(|way| matches!(way.by, By::Engine))
    }

    /// Whether none of them has to wait.
    pub(super) fn is_at_hand(&self) -> bool {
        self.ways.iter().all(Way::is_at_hand)
    }
}

impl Way {
    fn of<T: Plain>(field: &Field) -> Self {
        // Names need no escape.
        let key = ["\"", field.response_key().node.as_str(), "\":"].concat();
        Self {
            key: key.into_bytes().into(),
            by: match field.name.node.as_str() {
                "__typename" => By::TypeName,
                name => plain::resolver::<T>(name).map_or(By::Engine, By::Plain),
            },
            waits: AtomicBool::new(false),
        }
    }

    /// Whether no object had to wait for it.
    pub(super) fn is_at_hand(&self) -> bool {
        !self.waits.load(Ordering::Relaxed)
    }

    /// An object had to wait for it.
    pub(super) fn wait(&self) {
        self.waits.store(true, Ordering::Relaxed);
    }

    /// Writes the key of an object's field.
    pub(super) fn write_key(&self, n: usize, text: &mut Vec<u8>) {
        if n > 0 {
            text.push(b',');
        }
        text.extend_from_slice(&self.key);
    }

    /// Writes the value of an object's field, if the engine is not needed for it.
    pub(super) fn write<T: OutputType + Plain>(
        &self,
        ctx: &ContextSelectionSet<'_>,
        field: &Positioned<Field>,
        object: &T,
        text: &mut Vec<u8>,
    ) -> bool {
        match self.by {
            By::TypeName => {
                text.push(b'"');
                text.extend_from_slice(T::type_name().as_bytes());
                text.push(b'"');
                true
            }
            By::Plain(number) => object.write(number, &ctx.with_field(field), text),
            By::Engine => false,
        }
    }
}

fn add<'a>(
    fields: &mut Vec<&'a Positioned<Field>>,
    ctx: &ContextSelectionSet<'a>,
    type_name: TypeName,
    set: &'a SelectionSet,
) {
    let is_of = |condition: &str| {
        let name = type_name();
        let interfaces = ctx.schema_env.registry.implements.get(name.as_ref());
        condition == name || interfaces.is_some_and(|names| names.contains(condition))
    };
    for selection in &set.items {
        let (condition, inner) = match &selection.node {
            Selection::Field(field) => {
                let key = &field.node.response_key().node;
                let is_asked = key != UNASKED;
                if is_asked
                    && !fields
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
            add(fields, ctx, type_name, &inner.node);
        }
    }
}
