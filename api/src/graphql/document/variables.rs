//! Whether an operation's variables are given, and may stand where they stand. The engine leaves both
//! out: its own rule on positions is never called (async-graphql 7.2.1). Must not look at values
//! beyond null; the engine does that, with the schema's types.

use async_graphql::parser::Positioned;
use async_graphql::parser::types::{
    BaseType, Directive, ExecutableDocument, Field, OperationDefinition, Selection, SelectionSet,
    Type, VariableDefinition,
};
use async_graphql::{Name, Pos, Variables};
use async_graphql_value::{ConstValue, Value};

use crate::graphql::error::{Code, GraphqlError, Result};
use crate::graphql::shape::Shape;

/// Refuses a required variable that is absent or null.
///
/// # Errors
///
/// `BAD_REQUEST` with the place of the variable's definition.
pub(super) fn check_given(operation: &OperationDefinition, variables: &Variables) -> Result<()> {
    for definition in &operation.variable_definitions {
        let VariableDefinition {
            name,
            var_type,
            default_value,
            ..
        } = &definition.node;
        let problem = match variables.get(&name.node) {
            _ if var_type.node.nullable => continue,
            Some(ConstValue::Null) => "is null",
            None if default_value.is_none() => "is missing",
            _ => continue,
        };
        let message = format!("Variable `${name}` of type `{var_type}` {problem}.");
        return Err(GraphqlError::bad_request(message).at([definition.pos]));
    }
    Ok(())
}

/// Whether the input objects among the variables' values have no fields but those of their types.
pub(super) fn have_known_fields(
    operation: &OperationDefinition,
    variables: &Variables,
    shape: &Shape,
) -> bool {
    operation.variable_definitions.iter().all(|definition| {
        let VariableDefinition { name, var_type, .. } = &definition.node;
        let value = variables.get(&name.node);
        value.is_none_or(|value| has_known_fields(value, &var_type.node, shape))
    })
}

fn has_known_fields(value: &ConstValue, ty: &Type, shape: &Shape) -> bool {
    match (value, &ty.base) {
        (ConstValue::List(items), BaseType::List(ty)) => {
            items.iter().all(|item| has_known_fields(item, ty, shape))
        }
        (ConstValue::Object(_), BaseType::List(ty)) => has_known_fields(value, ty, shape),
        (ConstValue::Object(fields), BaseType::Named(ty)) => fields.iter().all(|(name, value)| {
            shape
                .input(ty, name)
                .is_some_and(|input| has_known_fields(value, &input.ty, shape))
        }),
        _ => true,
    }
}

/// Refuses a variable where the schema wants another type, or none that may be null: in the operation
/// that will run and in the fragments it reaches.
///
/// # Errors
///
/// `GRAPHQL_VALIDATION_FAILED` with the places of the variable's definition and of its use.
pub(super) fn check_positions(
    operation: &OperationDefinition,
    document: &ExecutableDocument,
    shape: &Shape,
) -> Result<()> {
    if operation.variable_definitions.is_empty() {
        return Ok(());
    }
    let mut reader = Reader {
        operation,
        document,
        shape,
        read: Vec::new(),
    };
    reader.directives(&operation.directives)?;
    reader.selection_set(&operation.selection_set.node, shape.root(operation.ty))
}

struct Reader<'a> {
    operation: &'a OperationDefinition,
    document: &'a ExecutableDocument,
    shape: &'a Shape,
    /// The fragments that need no second reading.
    read: Vec<&'a Name>,
}

impl<'a> Reader<'a> {
    fn selection_set(&mut self, set: &'a SelectionSet, parent: Option<&Name>) -> Result<()> {
        for selection in &set.items {
            self.directives(selection.node.directives())?;
            match &selection.node {
                Selection::Field(field) => self.field(&field.node, parent)?,
                Selection::InlineFragment(inline) => {
                    let on = inline.node.type_condition.as_ref();
                    let parent = on.map_or(parent, |on| Some(&on.node.on.node));
                    self.selection_set(&inline.node.selection_set.node, parent)?;
                }
                Selection::FragmentSpread(spread) => {
                    self.fragment(&spread.node.fragment_name.node)?;
                }
            }
        }
        Ok(())
    }

    fn fragment(&mut self, name: &'a Name) -> Result<()> {
        let Some(fragment) = self.document.fragments.get(name) else {
            return Ok(());
        };
        if self.read.contains(&name) {
            return Ok(());
        }
        self.read.push(name);
        let on = &fragment.node.type_condition.node.on.node;
        self.directives(&fragment.node.directives)?;
        self.selection_set(&fragment.node.selection_set.node, Some(on))
    }

    fn field(&mut self, field: &'a Field, parent: Option<&Name>) -> Result<()> {
        let known = self.shape.field(parent, &field.name.node);
        for (name, value) in &field.arguments {
            if let Some(input) = known.and_then(|field| field.argument(&name.node)) {
                self.value(&value.node, value.pos, &input.ty, input.has_default)?;
            }
        }
        self.selection_set(&field.selection_set.node, known.map(|field| &field.returns))
    }

    fn directives(&self, directives: &[Positioned<Directive>]) -> Result<()> {
        for directive in directives {
            if let "skip" | "include" = directive.node.name.node.as_str()
                && let Some(condition) = directive.node.get_argument("if")
            {
                let wanted = self.shape.condition();
                self.value(&condition.node, condition.pos, wanted, false)?;
            }
        }
        Ok(())
    }

    /// Checks the variables in a value that stands where `wanted` is wanted.
    fn value(&self, value: &Value, pos: Pos, wanted: &Type, has_default: bool) -> Result<()> {
        match (value, &wanted.base) {
            (Value::Variable(name), _) => self.variable(name, pos, wanted, has_default),
            (Value::List(items), BaseType::List(wanted)) => items
                .iter()
                .try_for_each(|item| self.value(item, pos, wanted, false)),
            (Value::Object(_), BaseType::List(wanted)) => self.value(value, pos, wanted, false),
            (Value::Object(fields), BaseType::Named(ty)) => {
                fields
                    .iter()
                    .try_for_each(|(name, value)| match self.shape.input(ty, name) {
                        Some(input) => self.value(value, pos, &input.ty, input.has_default),
                        None => Ok(()),
                    })
            }
            _ => Ok(()),
        }
    }

    fn variable(&self, name: &Name, pos: Pos, wanted: &Type, has_default: bool) -> Result<()> {
        let mut definitions = self.operation.variable_definitions.iter();
        let Some(definition) = definitions.find(|it| it.node.name.node == *name) else {
            return Ok(());
        };
        let given = &definition.node.var_type.node;
        let default = definition.node.default_value.as_ref();
        let never_null = has_default || default.is_some_and(|it| it.node != ConstValue::Null);
        let fits = if !wanted.nullable && given.nullable {
            never_null && fits_base(&given.base, &wanted.base)
        } else {
            fits(given, wanted)
        };
        if fits {
            return Ok(());
        }
        let message = format!("Variable `${name}` is `{given}` where `{wanted}` is wanted.");
        let error = GraphqlError::new(Code::GraphqlValidationFailed, message);
        Err(error.at([definition.pos, pos]))
    }
}

/// Whether every value of type `given` is one of type `wanted`.
fn fits(given: &Type, wanted: &Type) -> bool {
    (wanted.nullable || !given.nullable) && fits_base(&given.base, &wanted.base)
}

fn fits_base(given: &BaseType, wanted: &BaseType) -> bool {
    match (given, wanted) {
        (BaseType::Named(given), BaseType::Named(wanted)) => given == wanted,
        (BaseType::List(given), BaseType::List(wanted)) => fits(given, wanted),
        _ => false,
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use async_graphql::parser::parse_query;
    use async_graphql::value;

    use super::*;

    const SDL: &str = "
        type Query {
            a(n: Int, m: Int!, d: Int! = 1, l: [Int!], o: In, p: [In!]): Query
        }
        input In { n: Int, m: Int!, d: Int! = 1, o: In }";

    #[test]
    fn fields_of_input_objects_are_known_at_any_depth() {
        let shape = Shape::of(SDL).unwrap();
        let document =
            parse_query("query ($n: Int, $o: In, $l: [In!]) { a(n: $n, o: $o) }").unwrap();
        let operation = &document.operations.iter().next().unwrap().1.node;
        for (variables, expected) in [
            (value!({}), true),
            (value!({ "n": 1, "other": { "x": 1 } }), true),
            (
                value!({ "o": { "n": 1, "o": { "m": "not an Int" } } }),
                true,
            ),
            (value!({ "o": { "x": 1 } }), false),
            (value!({ "o": { "o": { "x": null } } }), false),
            (value!({ "l": [{ "n": 1 }, { "x": 1 }] }), false),
            (value!({ "l": { "x": 1 } }), false),
            (value!({ "o": { "n": { "x": 1 } } }), false),
        ] {
            let actual =
                have_known_fields(operation, &Variables::from_value(variables.clone()), &shape);
            assert_eq!(actual, expected, "{variables}");
        }
    }

    #[test]
    fn a_variable_stands_only_where_its_type_fits() {
        let shape = Shape::of(SDL).unwrap();
        for (ty, place, expected) in [
            ("Int", "a(n: $v) { a }", true),
            ("Int!", "a(n: $v)", true),
            ("String", "a(n: $v)", false),
            ("[Int]", "a(n: $v)", false),
            ("Int", "a(m: $v)", false),
            ("Int = 3", "a(m: $v)", true),
            ("Int = null", "a(m: $v)", false),
            ("Int!", "a(m: $v)", true),
            ("Int", "a(d: $v)", true),
            ("String", "a(d: $v)", false),
            ("[Int!]!", "a(l: $v)", true),
            ("[Int!]", "a(l: $v)", true),
            ("[Int]", "a(l: $v)", false),
            ("Int", "a(l: $v)", false),
            ("Int!", "a(l: [1, $v])", true),
            ("Int", "a(l: [1, $v])", false),
            ("Int", "a(o: {n: $v, d: $v})", true),
            ("Int", "a(o: {o: {m: $v}})", false),
            ("Int", "a(p: [{n: 1}, {m: $v}])", false),
            ("Int", "a(p: {m: $v})", false),
            ("Int", "a(unknown: $v)", true),
            ("Boolean!", "a @include(if: $v)", true),
            ("Boolean", "a @include(if: $v)", false),
            (
                "Int",
                "... { a { ...F } } } fragment F on Query { a(m: $v)",
                false,
            ),
            ("Int", "...F } fragment F on Query { ...F a(n: $v)", true),
            (
                "Int",
                "a(n: $v) } query B($v: String) { ...F } fragment F on Query { a(o: $v)",
                true,
            ),
        ] {
            let query = format!("query A($v: {ty}) {{ {place} }}");
            let document = parse_query(&query).unwrap();
            let mut operations = document.operations.iter();
            let is_a = |name: Option<&Name>| name.is_some_and(|name| name == "A");
            let (_, operation) = operations.find(|(name, _)| is_a(*name)).unwrap();
            let actual = check_positions(&operation.node, &document, &shape);
            assert_eq!(actual.is_ok(), expected, "{query} {actual:?}");
        }
    }
}
