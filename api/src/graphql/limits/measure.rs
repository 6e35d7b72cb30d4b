//! How much an operation asks for, with its fragments expanded. A fragment is measured once however
//! often it is spread, and sums saturate, so a bomb of fragments costs no more than its text.

use std::collections::HashMap;

use async_graphql::Name;
use async_graphql::Variables;
use async_graphql::parser::types::{
    ExecutableDocument, Field, OperationDefinition, Selection, SelectionSet,
};
use async_graphql_value::{ConstValue, Value};

use super::Limits;
use crate::graphql::error::{Code, GraphqlError, Result};
use crate::graphql::shape::{self, Kind, Shape};

/// The lists of `__Type`: each one within another multiplies the answer by the size of the schema.
const MULTIPLYING: [&str; 4] = ["fields", "inputFields", "interfaces", "possibleTypes"];

/// Fields of one level that cost nothing beside what lies below them. No type has so many: more ask
/// for the same again, and the engine resolves each.
const FREE_FIELDS: usize = 100;

/// What a selection set asks for.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Asked {
    /// Fields of this very level.
    pub(super) fields: usize,
    pub(super) selections: usize,
    pub(super) nesting: usize,
    pub(super) depth: usize,
    pub(super) aliases: usize,
    pub(super) directives: usize,
    pub(super) filter_depth: usize,
    pub(super) filter_predicates: usize,
    pub(super) cost: usize,
    /// How deeply the multiplying lists lie within each other under `__schema` and `__type`.
    pub(super) introspection_depth: usize,
    /// How deeply fields of these names lie within each other, in any type.
    lists: usize,
    /// In a connection: the cost of one row, which its page multiplies.
    row_cost: usize,
}

impl Asked {
    /// Both side by side in one selection set.
    fn and(self, other: Self) -> Self {
        Self {
            fields: self.fields.saturating_add(other.fields),
            selections: self.selections.saturating_add(other.selections),
            nesting: self.nesting.max(other.nesting),
            depth: self.depth.max(other.depth),
            aliases: self.aliases.saturating_add(other.aliases),
            directives: self.directives.saturating_add(other.directives),
            filter_depth: self.filter_depth.max(other.filter_depth),
            filter_predicates: self
                .filter_predicates
                .saturating_add(other.filter_predicates),
            cost: self.cost.saturating_add(other.cost),
            introspection_depth: self.introspection_depth.max(other.introspection_depth),
            lists: self.lists.max(other.lists),
            row_cost: self.row_cost.saturating_add(other.row_cost),
        }
    }
}

/// Measures one operation.
pub(super) fn operation(
    operation: &OperationDefinition,
    document: &ExecutableDocument,
    variables: &Variables,
    shape: &Shape,
    limits: &Limits,
) -> Result<Asked> {
    let mut tape = Tape {
        operation,
        document,
        variables,
        shape,
        limits,
        fragments: HashMap::with_capacity(document.fragments.len()),
        level: 0,
    };
    let mut asked = tape.selection_set(&operation.selection_set.node, shape.root(operation.ty))?;
    asked.directives = asked.directives.saturating_add(operation.directives.len());
    Ok(asked)
}

struct Tape<'a> {
    operation: &'a OperationDefinition,
    document: &'a ExecutableDocument,
    variables: &'a Variables,
    shape: &'a Shape,
    limits: &'a Limits,
    /// Nothing yet for the fragments that are being measured.
    fragments: HashMap<&'a Name, Option<Asked>>,
    /// Selection sets around the one being measured.
    level: usize,
}

impl<'a> Tape<'a> {
    fn selection_set(&mut self, set: &'a SelectionSet, parent: Option<&Name>) -> Result<Asked> {
        if self.level > self.limits.nesting {
            // Now, not after the whole chain of fragments has been walked on the stack.
            let error = GraphqlError::too_complex("nesting", self.limits.nesting, self.level);
            return Err(error);
        }
        self.level += 1;
        let mut sum = Asked::default();
        for selection in &set.items {
            let mut asked = match &selection.node {
                Selection::Field(field) => self.field(&field.node, parent)?,
                Selection::FragmentSpread(spread) => {
                    deeper(self.fragment(&spread.node.fragment_name.node)?)
                }
                Selection::InlineFragment(inline) => {
                    let on = inline.node.type_condition.as_ref();
                    let parent = on.map_or(parent, |on| Some(&on.node.on.node));
                    deeper(self.selection_set(&inline.node.selection_set.node, parent)?)
                }
            };
            asked.selections = asked.selections.saturating_add(1);
            let directives = selection.node.directives().len();
            asked.directives = asked.directives.saturating_add(directives);
            sum = sum.and(asked);
        }
        self.level -= 1;
        Ok(sum)
    }

    fn fragment(&mut self, name: &'a Name) -> Result<Asked> {
        match self.fragments.get(name) {
            Some(Some(asked)) => return Ok(*asked),
            Some(None) => {
                let message = format!("Fragment `{name}` spreads itself. Break the cycle.");
                return Err(GraphqlError::new(Code::GraphqlValidationFailed, message));
            }
            None => {}
        }
        let Some(fragment) = self.document.fragments.get(name) else {
            return Ok(Asked::default()); // Validation says so better.
        };
        self.fragments.insert(name, None);
        let on = &fragment.node.type_condition.node.on.node;
        let mut asked = self.selection_set(&fragment.node.selection_set.node, Some(on))?;
        asked.directives = asked
            .directives
            .saturating_add(fragment.node.directives.len());
        self.fragments.insert(name, Some(asked));
        Ok(asked)
    }

    fn field(&mut self, field: &'a Field, parent: Option<&Name>) -> Result<Asked> {
        let known = self.shape.field(parent, &field.name.node);
        let inner = &field.selection_set.node;
        let asked = if inner.items.is_empty() {
            Asked::default()
        } else {
            self.selection_set(inner, known.map(|field| &field.returns))?
        };
        let again = asked.fields.saturating_sub(FREE_FIELDS);
        let asked = Asked {
            cost: asked.cost.saturating_add(again),
            ..asked
        };
        let (cost, row_cost) = self.cost(field, known, asked);
        let is_introspection = field.name.node.starts_with("__");
        let lists = asked.lists + usize::from(MULTIPLYING.contains(&field.name.node.as_str()));
        let mut asked = Asked {
            fields: 1,
            nesting: if inner.items.is_empty() {
                0
            } else {
                asked.nesting + 1
            },
            depth: if is_introspection { 1 } else { asked.depth + 1 },
            aliases: asked
                .aliases
                .saturating_add(usize::from(field.alias.is_some())),
            cost,
            row_cost,
            introspection_depth: if is_introspection {
                lists
            } else {
                asked.introspection_depth
            },
            lists,
            ..asked
        };
        for (name, value) in &field.arguments {
            if let Some(input) = known.and_then(|field| field.argument(&name.node))
                && is_filter(self.shape, &input.named)
            {
                self.argument(&input.named, &value.node, &mut asked);
            }
        }
        Ok(asked)
    }

    /// The cost of a field whose selections ask for `inner`, and its share of a row.
    fn cost(&self, field: &Field, known: Option<&shape::Field>, inner: Asked) -> (usize, usize) {
        let Some(known) = known else {
            let is_leaf = field.selection_set.node.items.is_empty();
            return (
                if is_leaf {
                    0
                } else {
                    inner.cost.saturating_add(1)
                },
                0,
            );
        };
        match known.kind {
            Kind::Leaf => (0, 0),
            Kind::Object => (inner.cost.saturating_add(1), 0),
            Kind::List => (inner.cost.saturating_add(1).saturating_mul(5), 0),
            Kind::Connection | Kind::Page => {
                let page = if known.kind == Kind::Page {
                    self.changes(field)
                } else {
                    self.page(field)
                };
                let rows = page.saturating_mul(inner.row_cost.saturating_add(1));
                (rows.saturating_add(inner.cost), 0)
            }
            Kind::Rows => (0, inner.cost),
            Kind::Row => (inner.cost, 0),
        }
    }

    /// The rows a connection may return. Sizes that its resolver refuses count as one that it does
    /// not, so that the client hears of the size and not of the cost.
    fn page(&self, field: &Field) -> usize {
        self.size(field, "first")
            .max(self.size(field, "last"))
            .unwrap_or(self.limits.default_page)
            .min(self.limits.page)
    }

    /// The same of a page of changes.
    fn changes(&self, field: &Field) -> usize {
        let size = self.size(field, "limit").unwrap_or(usize::MAX);
        size.min(self.limits.changes)
    }

    /// A size that the client asks for.
    fn size(&self, field: &Field, name: &str) -> Option<usize> {
        let value = match &field.get_argument(name)?.node {
            Value::Variable(name) => match self.variable(name)? {
                ConstValue::Number(number) => number.as_u64(),
                _ => None,
            },
            Value::Number(number) => number.as_u64(),
            _ => None,
        };
        value.map(|size| usize::try_from(size).unwrap_or(usize::MAX))
    }

    fn variable(&self, name: &Name) -> Option<&'a ConstValue> {
        self.variables.get(name).or_else(|| {
            let definitions = &self.operation.variable_definitions;
            let definition = definitions.iter().find(|it| it.node.name.node == *name)?;
            definition
                .node
                .default_value
                .as_ref()
                .map(|value| &value.node)
        })
    }

    fn argument(&self, ty: &Name, value: &Value, asked: &mut Asked) {
        let value = value.clone().into_const_with(|name| {
            Ok::<_, std::convert::Infallible>(self.variable(&name).cloned().unwrap_or_default())
        });
        let Ok(value) = value;
        asked.filter_depth = asked.filter_depth.max(self.filter(ty, &value, asked));
    }

    /// Adds the comparisons of a filter and returns how deep filters lie within it. A branch that
    /// compares nothing (`some: {}`) counts as one comparison, because SQL has to answer it.
    fn filter(&self, ty: &Name, value: &ConstValue, asked: &mut Asked) -> usize {
        match value {
            ConstValue::List(items) => {
                let depths = items.iter().map(|item| self.filter(ty, item, asked));
                depths.max().unwrap_or_default()
            }
            ConstValue::Object(fields) => {
                let (before, mut depth) = (asked.filter_predicates, 0);
                for (name, value) in fields {
                    match self.shape.input(ty, name) {
                        _ if *value == ConstValue::Null => {}
                        Some(input) if self.shape.is_input_object(&input.named) => {
                            depth = depth.max(self.filter(&input.named, value, asked));
                        }
                        _ => asked.filter_predicates += 1,
                    }
                }
                if asked.filter_predicates == before {
                    asked.filter_predicates += 1;
                }
                depth + usize::from(is_filter(self.shape, ty))
            }
            _ => 0,
        }
    }
}

/// A filter is an input object with `and`; comparators and `some`/`every`/`none` have none.
fn is_filter(shape: &Shape, ty: &Name) -> bool {
    shape.input(ty, "and").is_some()
}

/// Seen from the selection that spreads it: the engine counts a fragment as a level.
fn deeper(asked: Asked) -> Asked {
    Asked {
        nesting: asked.nesting + 1,
        ..asked
    }
}
