//! Objects of which a document may ask nothing: of a project only what organisations have, say. Such an object
//! is `{}`. The engine (async-graphql 7.2) makes null of it, as if it was not there; so the name of its type is
//! asked for as well, under a key that no answer has.

use async_graphql::parser::types::{
    DocumentOperations, ExecutableDocument, Field, Selection, SelectionSet,
};
use async_graphql::{Name, Pos, Positioned};

use crate::graphql::in_order::UNASKED;

/// Asks for the name of the type wherever all that is asked for may come to nothing.
pub(super) fn ask_for_names(document: &mut ExecutableDocument) {
    match &mut document.operations {
        DocumentOperations::Single(operation) => inside(&mut operation.node.selection_set.node),
        DocumentOperations::Multiple(operations) => {
            for operation in operations.values_mut() {
                inside(&mut operation.node.selection_set.node);
            }
        }
    }
    for fragment in document.fragments.values_mut() {
        inside(&mut fragment.node.selection_set.node);
    }
}

/// Looks at the fields in a selection set; the set itself is a part of another.
fn inside(set: &mut SelectionSet) {
    for selection in &mut set.items {
        match &mut selection.node {
            Selection::Field(field) => {
                let set = &mut field.node.selection_set;
                if !set.node.items.is_empty() && !set.node.items.iter().any(is_sure) {
                    let name = Selection::Field(Positioned::new(name_of_type(), set.pos));
                    set.node.items.push(Positioned::new(name, set.pos));
                }
                inside(&mut set.node);
            }
            Selection::InlineFragment(inline) => inside(&mut inline.node.selection_set.node),
            Selection::FragmentSpread(_) => {}
        }
    }
}

/// Whether a selection is a field that is there in any case.
fn is_sure(selection: &Positioned<Selection>) -> bool {
    matches!(&selection.node, Selection::Field(field) if field.node.directives.is_empty())
}

fn name_of_type() -> Field {
    let at = |name: &str| Positioned::new(Name::new(name), Pos::default());
    Field {
        alias: Some(at(UNASKED)),
        name: at("__typename"),
        arguments: Vec::new(),
        directives: Vec::new(),
        selection_set: Positioned::default(),
    }
}
