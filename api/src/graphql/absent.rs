//! Variables that are not there. The engine reads an absent variable as null: a patch would clear the
//! field, an argument would lose its default. So the document is rewritten before it runs, to what
//! the GraphQL specification says an absent variable means. Must not judge the document: a mistake in
//! it stays one, for validation to refuse.

use async_graphql::parser::Positioned;
use async_graphql::parser::types::{
    Directive, DocumentOperations, ExecutableDocument, Field, OperationDefinition, Selection,
    SelectionSet, VariableDefinition,
};
use async_graphql::{Name, Variables};
use async_graphql_value::{ConstValue, Value};

use super::shape::{Input, Shape};

/// A nullable variable without default for which the request gives no value.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Open {
    name: Name,
    /// The request gives null for it; otherwise it does not name it at all.
    is_null: bool,
}

/// The open variables of the operation that will run.
pub(super) fn open(operation: &OperationDefinition, variables: &Variables) -> Vec<Open> {
    let open = |definition: &Positioned<VariableDefinition>| {
        let VariableDefinition {
            name,
            var_type,
            default_value,
            ..
        } = &definition.node;
        if !var_type.node.nullable || default_value.is_some() {
            return None;
        }
        let is_null = match variables.get(&name.node) {
            None => false,
            Some(ConstValue::Null) => true,
            Some(_) => return None,
        };
        let name = name.node.clone();
        Some(Open { name, is_null })
    };
    operation
        .variable_definitions
        .iter()
        .filter_map(open)
        .collect()
}

/// The defaults of absent variables. The engine knows them in arguments and forgets them in `@skip`
/// and `@include`.
pub(super) fn defaults(
    operation: &OperationDefinition,
    variables: &Variables,
) -> Vec<(Name, ConstValue)> {
    let definitions = operation.variable_definitions.iter();
    let absent =
        definitions.filter(|definition| !variables.contains_key(&definition.node.name.node));
    absent
        .filter_map(|definition| {
            let default = definition.node.default_value()?.clone();
            Some((definition.node.name.node.clone(), default))
        })
        .collect()
}

/// Drops each argument and input field whose variable is open and absent, and the definition of a
/// variable that is then used no more. An explicit null for an argument with a default means the
/// default; so it does for an input field that has a default and cannot be null.
pub(super) fn settle(document: &mut ExecutableDocument, open: &[Open], shape: &Shape) {
    let mut pen = Pen {
        open,
        shape,
        used: Used::default(),
    };
    for fragment in document.fragments.values_mut() {
        let fragment = &mut fragment.node;
        let on = &fragment.type_condition.node.on.node;
        pen.directives(&fragment.directives);
        pen.selection_set(&mut fragment.selection_set.node, Some(on));
    }
    let in_fragments = std::mem::take(&mut pen.used);
    let mut settle = |operation: &mut OperationDefinition| {
        pen.used = in_fragments.clone();
        pen.directives(&operation.directives);
        pen.selection_set(&mut operation.selection_set.node, shape.root(operation.ty));
        operation.variable_definitions.retain(|definition| {
            let name = &definition.node.name.node;
            pen.used.kept.contains(name) || !pen.used.gone.contains(name)
        });
    };
    match &mut document.operations {
        DocumentOperations::Single(operation) => settle(&mut operation.node),
        DocumentOperations::Multiple(operations) => {
            for operation in operations.values_mut() {
                settle(&mut operation.node);
            }
        }
    }
}

/// Variables that are still used somewhere, and those that were taken out somewhere.
#[derive(Debug, Clone, Default)]
struct Used {
    kept: Vec<Name>,
    gone: Vec<Name>,
}

struct Pen<'a> {
    open: &'a [Open],
    shape: &'a Shape,
    used: Used,
}

/// Where a value stands.
#[derive(Clone, Copy)]
enum Place<'a> {
    Argument(&'a Input),
    InputField(&'a Input),
}

impl<'a> Place<'a> {
    fn input(self) -> &'a Input {
        match self {
            Self::Argument(input) | Self::InputField(input) => input,
        }
    }

    /// Whether null says no more here than nothing does.
    fn takes_null_for_default(self) -> bool {
        match self {
            Self::Argument(input) => input.has_default,
            Self::InputField(input) => input.has_default && !input.ty.nullable,
        }
    }
}

impl<'a> Pen<'a> {
    fn selection_set(&mut self, set: &mut SelectionSet, parent: Option<&Name>) {
        for selection in &mut set.items {
            self.directives(selection.node.directives());
            match &mut selection.node {
                Selection::Field(field) => self.field(&mut field.node, parent),
                Selection::InlineFragment(inline) => {
                    let inline = &mut inline.node;
                    let on = inline.type_condition.as_ref();
                    let parent = on.map_or(parent, |on| Some(&on.node.on.node));
                    self.selection_set(&mut inline.selection_set.node, parent);
                }
                Selection::FragmentSpread(_) => {}
            }
        }
    }

    fn field(&mut self, field: &mut Field, parent: Option<&Name>) {
        let known = self.shape.field(parent, &field.name.node);
        field.arguments.retain_mut(|(name, value)| {
            let input = known.and_then(|field| field.argument(&name.node));
            self.stays(&mut value.node, input.map(Place::Argument))
        });
        let returns = known.map(|field| &field.returns);
        self.selection_set(&mut field.selection_set.node, returns);
    }

    fn directives(&mut self, directives: &[Positioned<Directive>]) {
        let arguments = directives.iter().flat_map(|it| &it.node.arguments);
        for (_, value) in arguments {
            self.keep(&value.node);
        }
    }

    /// Rewrites the value and says whether it stays. What the schema does not know stays.
    fn stays(&mut self, value: &mut Value, place: Option<Place<'a>>) -> bool {
        let Some(place) = place else {
            self.keep(value);
            return true;
        };
        match value {
            Value::Null => !place.takes_null_for_default(),
            Value::Variable(name) => {
                let open = self.open.iter().find(|open| open.name == *name);
                let goes = open.is_some_and(|open| !open.is_null || place.takes_null_for_default());
                let used = if goes {
                    &mut self.used.gone
                } else {
                    &mut self.used.kept
                };
                used.push(name.clone());
                !goes
            }
            value => {
                self.inside(value, &place.input().named);
                true
            }
        }
    }

    /// Rewrites the fields of an input object, or of each one in a list, which loses no item.
    fn inside(&mut self, value: &mut Value, ty: &Name) {
        match value {
            Value::Object(fields) => fields.retain(|name, value| {
                let input = self.shape.input(ty, name);
                self.stays(value, input.map(Place::InputField))
            }),
            Value::List(items) => items.iter_mut().for_each(|item| self.inside(item, ty)),
            value => self.keep(value),
        }
    }

    /// Notes the variables of a value that stays as it is.
    fn keep(&mut self, value: &Value) {
        match value {
            Value::Variable(name) => self.used.kept.push(name.clone()),
            Value::List(items) => items.iter().for_each(|item| self.keep(item)),
            Value::Object(fields) => fields.values().for_each(|value| self.keep(value)),
            _ => {}
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use async_graphql::{
        EmptySubscription, InputObject, MaybeUndefined, Object, Request, Schema, value,
    };

    use super::*;
    use crate::graphql::document::{Parsed, prepare};
    use crate::graphql::limits::Limits;

    #[derive(InputObject)]
    struct Patch {
        name: MaybeUndefined<String>,
        #[graphql(default = 3)]
        size: i32,
        inner: Option<Box<Patch>>,
        many: Option<Vec<Patch>>,
        words: Option<Vec<Option<String>>>,
    }

    struct Query;

    #[Object]
    impl Query {
        async fn changes(&self, #[graphql(default = 100)] limit: Option<i32>) -> Option<i32> {
            limit
        }

        async fn page(&self, #[graphql(default = 50)] size: i32) -> i32 {
            size
        }

        async fn one(&self, id: i32) -> i32 {
            id
        }
    }

    struct Mutation;

    #[Object]
    impl Mutation {
        async fn patch(&self, patch: Patch) -> String {
            show(&patch)
        }
    }

    fn show(patch: &Patch) -> String {
        let mut shown = match &patch.name {
            MaybeUndefined::Undefined => format!("name stays, size {}", patch.size),
            MaybeUndefined::Null => format!("name goes, size {}", patch.size),
            MaybeUndefined::Value(name) => format!("name {name}, size {}", patch.size),
        };
        if let Some(words) = &patch.words {
            shown = format!("{shown}, words {words:?}");
        }
        for inner in patch
            .inner
            .iter()
            .map(AsRef::as_ref)
            .chain(patch.many.iter().flatten())
        {
            shown = format!("{shown} ({})", show(inner));
        }
        shown
    }

    async fn answer(query: &str, variables: async_graphql::Value) -> Result<String, String> {
        let schema = Schema::new(Query, Mutation, EmptySubscription);
        let shape = Shape::of(&schema.sdl()).unwrap();
        let mut request = Request::new(query).variables(Variables::from_value(variables));
        prepare(&mut request, &Parsed::default(), &shape, &Limits::default())
            .map_err(|error| format!("{error:?}"))?;
        let answer = schema.execute(request).await.into_result();
        answer
            .map(|answer| answer.data.to_string())
            .map_err(|errors| errors[0].message.clone())
    }

    #[tokio::test]
    async fn an_absent_variable_leaves_a_patch_field_alone_and_null_clears_it() {
        let direct = "mutation($n: String, $s: Int) { patch(patch: {name: $n, size: $s}) }";
        let nested =
            "mutation($n: String) { patch(patch: {inner: {name: $n}, many: [{name: $n}]}) }";
        let list = "mutation($n: String) { patch(patch: {name: $n, words: [\"a\", $n]}) }";
        let whole = "mutation($p: Patch!) { patch(patch: $p) }";
        for (query, variables, expected) in [
            (direct, value!({}), "name stays, size 3"),
            (direct, value!({"n": null}), "name goes, size 3"),
            (direct, value!({"n": "x", "s": 9}), "name x, size 9"),
            (direct, value!({"s": null}), "name stays, size 3"),
            (
                nested,
                value!({}),
                "name stays, size 3 (name stays, size 3) (name stays, size 3)",
            ),
            (
                nested,
                value!({"n": null}),
                "name stays, size 3 (name goes, size 3) (name goes, size 3)",
            ),
            (
                list,
                value!({}),
                "name stays, size 3, words [Some(\"a\"), None]",
            ),
            (
                list,
                value!({"n": "b"}),
                "name b, size 3, words [Some(\"a\"), Some(\"b\")]",
            ),
            (whole, value!({"p": {}}), "name stays, size 3"),
            (whole, value!({"p": {"name": null}}), "name goes, size 3"),
        ] {
            let expected = Ok(value!({ "patch": expected }).to_string());
            assert_eq!(
                answer(query, variables.clone()).await,
                expected,
                "{query} {variables}"
            );
        }
    }

    #[tokio::test]
    async fn an_argument_without_value_has_its_default() {
        let nullable = "query($v: Int) { changes(limit: $v) }";
        let required = "query($v: Int) { page(size: $v) }";
        let own = "query($v: Int = 7) { page(size: $v) }";
        let fragment =
            "query($v: Int) { ...F } fragment F on Query { ... on Query { changes(limit: $v) } }";
        let several = "query A($v: Int) { ...F } query B($v: Int) { ...F } fragment F on Query { changes(limit: $v) }";
        for (query, variables, expected) in [
            (nullable, value!({}), "{changes: 100}"),
            (nullable, value!({"v": null}), "{changes: 100}"),
            (nullable, value!({"v": 5}), "{changes: 5}"),
            ("{ changes(limit: null) }", value!({}), "{changes: 100}"),
            (required, value!({}), "{page: 50}"),
            (required, value!({"v": null}), "{page: 50}"),
            (required, value!({"v": 5}), "{page: 5}"),
            (own, value!({}), "{page: 7}"),
            (own, value!({"v": 5}), "{page: 5}"),
            (fragment, value!({}), "{changes: 100}"),
            (fragment, value!({"v": 5}), "{changes: 5}"),
        ] {
            let expected = Ok(expected.to_owned());
            assert_eq!(
                answer(query, variables.clone()).await,
                expected,
                "{query} {variables}"
            );
        }
        let mut request = Request::new(several).operation_name("B");
        let schema = Schema::new(Query, Mutation, EmptySubscription);
        let shape = Shape::of(&schema.sdl()).unwrap();
        prepare(&mut request, &Parsed::default(), &shape, &Limits::default()).unwrap();
        assert_eq!(schema.execute(request).await.data, value!({"changes": 100}));
    }

    #[tokio::test]
    async fn a_mistake_in_the_document_is_still_refused() {
        for (query, variables) in [
            (
                "query($v: String) { changes(limit: $v) }",
                value!({"v": "x"}),
            ),
            ("query($v: String) { changes(limit: $v) }", value!({})),
            ("query($v: Int) { one(id: $v) }", value!({})),
            ("query($v: Int) { one(id: $v) }", value!({"v": 1})),
            ("query($v: Int) { one(id: $v) }", value!({"v": null})),
            ("query($v: Int) { one(id: 1) }", value!({})),
            ("query($v: Int) { one(id: 1, no: $v) }", value!({})),
            ("query($v: Int) { no(id: $v) }", value!({})),
            ("query($v: Int) { page(size: $v) }", value!({"v": "text"})),
            ("query($v: [Int]) { page(size: $v) }", value!({"v": [1]})),
            ("query($v: Boolean) { page @include(if: $v) }", value!({})),
            ("{ page(size: $v) }", value!({})),
        ] {
            assert!(
                answer(query, variables.clone()).await.is_err(),
                "{query} {variables}"
            );
        }
    }
}
