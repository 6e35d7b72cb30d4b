//! From a request's text to a document that may run: parsed once, within the limits, its variables
//! there. Must not run it, and must not check it against the schema: the engine does both.

mod nothing;
mod parsed;
mod subscription;
mod variables;

use std::collections::HashSet;
use std::sync::Arc;

use async_graphql::Request;
use async_graphql::parser::types::{
    DocumentOperations, ExecutableDocument, OperationDefinition, OperationType, Selection,
    SelectionSet,
};
use async_graphql::parser::{self, parse_query};
use heck::ToSnakeCase;

pub use self::parsed::Parsed;
use self::parsed::{Known, Way};
use super::absent;
use super::error::{Code, GraphqlError, Result};
use super::in_order::Asked;
use super::limits::{self, Limits};
use super::shape::Shape;
use crate::registry::Columns;

/// What a request will do.
#[derive(Debug)]
pub struct Prepared {
    /// The kind of operation.
    pub operation: OperationType,
    /// What it asks for.
    pub asked: Asked,
    /// The columns that this takes.
    pub columns: Columns,
    /// Whether the engine has to check it.
    pub checked: Checked,
}

/// Whether the engine has checked what runs against the schema.
#[derive(Debug)]
pub struct Checked {
    known: Arc<Known>,
    way: Way,
    /// The engine's check reads the fields of input objects, too, which its resolvers do not.
    fields_are_known: bool,
}

impl Checked {
    /// Whether it has: then the only fault that is left is a value that its resolver refuses.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        self.fields_are_known && self.known.is_valid(&self.way)
    }

    /// It has, and found no fault.
    pub fn remember(self) {
        self.known.remember(self.way);
    }
}

/// Puts the parsed document into the request and says what will run.
///
/// # Errors
///
/// `GRAPHQL_PARSE_FAILED`, `QUERY_TOO_COMPLEX`, and `BAD_REQUEST` for an operation or a variable
/// that is missing, with the place in the document where there is one.
pub fn prepare(
    request: &mut Request,
    parsed: &Parsed,
    shape: &Shape,
    limits: &Limits,
) -> Result<Prepared> {
    let known = parsed.get_or(&request.query, || {
        limits::check_text(&request.query, limits)?;
        parse_query(&request.query).map_err(|error| unparsed(&error))
    })?;
    let document = &known.document;
    if request.operation_name.as_deref() == Some("") {
        request.operation_name = None;
    }
    limits::check(document, &request.variables, shape, limits)?;
    let operation = operation(document, request.operation_name.as_deref())?;
    variables::check_positions(operation, document, shape)?;
    variables::check_given(operation, &request.variables)?;
    let kind = operation.ty;
    let columns = known.columns();
    let asked = Asked::of(&operation.selection_set.node, &document.fragments);
    let open = absent::open(operation, &request.variables);
    let defaults = absent::defaults(operation, &request.variables);
    let fields_are_known = variables::have_known_fields(operation, &request.variables, shape);
    let root = subscription::root_field(operation, &document.fragments)?;
    let mut document = document.clone();
    if let Some(field) = root {
        subscription::select_itself(&mut document, request.operation_name.as_deref(), field);
    }
    absent::settle(&mut document, &open, shape);
    nothing::ask_for_names(&mut document);
    request.variables.extend(defaults);
    request.set_parsed_query(document);
    Ok(Prepared {
        operation: kind,
        asked,
        columns,
        checked: Checked {
            way: (request.operation_name.clone(), open),
            known,
            fields_are_known,
        },
    })
}

/// The columns that a document asks for: all of them where it asks what looks wrong in a record.
#[must_use]
pub fn columns(document: &ExecutableDocument) -> Columns {
    fn add(names: &mut HashSet<String>, set: &SelectionSet) {
        for selection in &set.items {
            match &selection.node {
                Selection::Field(field) => {
                    names.insert(field.node.name.node.to_snake_case());
                    add(names, &field.node.selection_set.node);
                }
                Selection::InlineFragment(inline) => add(names, &inline.node.selection_set.node),
                // Each fragment is looked at by itself.
                Selection::FragmentSpread(_) => {}
            }
        }
    }
    let mut names = HashSet::new();
    for (_, operation) in document.operations.iter() {
        add(&mut names, &operation.node.selection_set.node);
    }
    for fragment in document.fragments.values() {
        add(&mut names, &fragment.node.selection_set.node);
    }
    if names.contains("findings") {
        return Columns::default();
    }
    Columns::of(names)
}

/// The operation that a request means.
fn operation<'a>(
    document: &'a ExecutableDocument,
    name: Option<&str>,
) -> Result<&'a OperationDefinition> {
    let operation = match (&document.operations, name) {
        (DocumentOperations::Single(operation), None) => Some(operation),
        (DocumentOperations::Multiple(operations), Some(name)) => operations.get(name),
        (DocumentOperations::Multiple(operations), None) if operations.len() == 1 => {
            operations.values().next()
        }
        _ => None,
    };
    operation.map(|operation| &operation.node).ok_or_else(|| {
        GraphqlError::bad_request(match name {
            Some(name) => format!("The document has no operation `{name}`. Check `operationName`."),
            None => "The document has several operations. Say which in `operationName`.".into(),
        })
    })
}

fn unparsed(error: &parser::Error) -> GraphqlError {
    let text = error.to_string();
    // The parser draws the line with an arrow below it; the last line says what it wanted.
    let reason = text
        .rsplit_once("= ")
        .map_or(text.as_str(), |(_, reason)| reason)
        .trim();
    let place = error.positions().next();
    let place = place.map(|at| format!(" at line {}, column {}", at.line, at.column));
    let place = place.unwrap_or_default();
    let message = format!("The document is not GraphQL{place}: {reason}.");
    GraphqlError::new(Code::GraphqlParseFailed, message).at(error.positions())
}
