//! From a request's text to a document that may run: parsed once, within the limits, its variables
//! there. Must not run it, and must not check it against the schema: the engine does both.

mod parsed;
mod variables;

use async_graphql::Request;
use async_graphql::parser::types::{
    DocumentOperations, ExecutableDocument, OperationDefinition, OperationType,
};
use async_graphql::parser::{self, parse_query};

pub use self::parsed::Parsed;
use super::absent;
use super::error::{Code, GraphqlError, Result};
use super::in_order::Asked;
use super::limits::{self, Limits};
use super::shape::Shape;

/// Puts the parsed document into the request and says what kind of operation will run and
/// what it asks for.
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
) -> Result<(OperationType, Asked)> {
    let document = parsed.get_or(&request.query, || {
        limits::check_text(&request.query, limits)?;
        parse_query(&request.query).map_err(|error| unparsed(&error))
    })?;
    if request.operation_name.as_deref() == Some("") {
        request.operation_name = None;
    }
    limits::check(&document, &request.variables, shape, limits)?;
    let operation = operation(&document, request.operation_name.as_deref())?;
    variables::check_positions(operation, &document, shape)?;
    variables::check_given(operation, &request.variables)?;
    let kind = operation.ty;
    let asked = Asked::of(operation, &document);
    let open = absent::open(operation, &request.variables);
    let defaults = absent::defaults(operation, &request.variables);
    let mut document = ExecutableDocument::clone(&document);
    absent::settle(&mut document, &open, shape);
    request.variables.extend(defaults);
    request.set_parsed_query(document);
    Ok((kind, asked))
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
