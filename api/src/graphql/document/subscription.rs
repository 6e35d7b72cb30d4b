//! The one field of a subscription (GraphQL specification, section 5.2.3.1). The engine (async-graphql 7.2)
//! takes several, and takes none that is in a fragment.

use std::collections::HashMap;

use async_graphql::parser::types::{
    DocumentOperations, ExecutableDocument, Field, FragmentDefinition, OperationDefinition,
    OperationType, Selection, SelectionSet,
};
use async_graphql::{Name, Positioned};

use crate::graphql::error::{Code, GraphqlError, Result};

type Fragments = HashMap<Name, Positioned<FragmentDefinition>>;

/// The field that a subscription selects, in fragments or not; none where this is no subscription.
///
/// # Errors
/// When there is not exactly one, when it tells of the schema, or when a variable decides of it.
pub(super) fn root_field(
    operation: &OperationDefinition,
    fragments: &Fragments,
) -> Result<Option<Positioned<Field>>> {
    if operation.ty != OperationType::Subscription {
        return Ok(None);
    }
    let invalid = |message: &str| GraphqlError::new(Code::GraphqlValidationFailed, message);
    let mut fields = Vec::new();
    let set = &operation.selection_set;
    if !add(&mut fields, &set.node, fragments) {
        let message = "A subscription selects its field without `@skip` and `@include`.";
        return Err(invalid(message).at([set.pos]));
    }
    match fields[..] {
        [field] if field.node.name.node.starts_with("__") => {
            let message = "A subscription selects a field of its own, and no `__typename`.";
            Err(invalid(message).at([field.pos]))
        }
        [field] => Ok(Some(field.clone())),
        _ => {
            let message = "A subscription selects one field. Subscribe to each by itself.";
            Err(invalid(message).at(fields.into_iter().map(|field| field.pos)))
        }
    }
}

/// Lets the operation that will run select this field itself, where only a fragment did.
pub(super) fn select_itself(
    document: &mut ExecutableDocument,
    name: Option<&str>,
    field: Positioned<Field>,
) {
    let operation = match (&mut document.operations, name) {
        (DocumentOperations::Single(operation), _) => Some(operation),
        (DocumentOperations::Multiple(operations), Some(name)) => operations.get_mut(name),
        (DocumentOperations::Multiple(operations), None) => operations.values_mut().next(),
    };
    let Some(operation) = operation else {
        return;
    };
    let items = &mut operation.node.selection_set.node.items;
    let selects = |item: &Positioned<Selection>| matches!(item.node, Selection::Field(_));
    if !items.iter().any(selects) {
        let pos = field.pos;
        items.insert(0, Positioned::new(Selection::Field(field), pos));
    }
}

/// Adds the fields of a selection set, fragments expanded; false when a directive decides of one.
fn add<'a>(
    fields: &mut Vec<&'a Positioned<Field>>,
    set: &'a SelectionSet,
    fragments: &'a Fragments,
) -> bool {
    set.items.iter().all(|selection| {
        let mut directives = selection.node.directives().iter();
        let is_open = directives.any(|directive| {
            let name = directive.node.name.node.as_str();
            ["skip", "include"].contains(&name)
        });
        let inner = match &selection.node {
            Selection::Field(field) => {
                fields.push(field);
                None
            }
            Selection::InlineFragment(inline) => Some(&inline.node.selection_set),
            Selection::FragmentSpread(spread) => fragments
                .get(&spread.node.fragment_name.node)
                .map(|fragment| &fragment.node.selection_set),
        };
        !is_open && inner.is_none_or(|inner| add(fields, &inner.node, fragments))
    })
}
