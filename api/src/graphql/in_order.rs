//! The fields of an answer in the order in which the document asks for them, as the specification
//! says (section 7.2.2). The engine (async-graphql 7.2) leaves them in the order in which their
//! resolvers came to an end. Must not look at what the values mean.

use std::collections::HashMap;

use async_graphql::parser::types::{
    ExecutableDocument, FragmentDefinition, OperationDefinition, Selection, SelectionSet,
};
use async_graphql::{Name, Positioned, Value};
use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};

/// A field that the document asks for, by the key it has in the answer, and what is asked of it.
#[derive(Debug, Default)]
pub struct Asked(Vec<(Name, Asked)>);

impl Asked {
    /// What an operation asks for. Fragments are expanded, so the document must be within the limits.
    #[must_use]
    pub fn of(operation: &OperationDefinition, document: &ExecutableDocument) -> Self {
        let mut asked = Self::default();
        asked.add(&operation.selection_set.node, &document.fragments);
        asked
    }

    fn add(
        &mut self,
        set: &SelectionSet,
        fragments: &HashMap<Name, Positioned<FragmentDefinition>>,
    ) {
        for selection in &set.items {
            match &selection.node {
                Selection::Field(field) => {
                    let key = &field.node.response_key().node;
                    self.at(key).add(&field.node.selection_set.node, fragments);
                }
                Selection::InlineFragment(inline) => {
                    self.add(&inline.node.selection_set.node, fragments);
                }
                Selection::FragmentSpread(spread) => {
                    if let Some(fragment) = fragments.get(&spread.node.fragment_name.node) {
                        self.add(&fragment.node.selection_set.node, fragments);
                    }
                }
            }
        }
    }

    /// The field with this key; one that is asked for twice is one field.
    fn at(&mut self, key: &Name) -> &mut Self {
        let place = self.0.iter().position(|(other, _)| other == key);
        let place = place.unwrap_or_else(|| {
            self.0.push((key.clone(), Self::default()));
            self.0.len().saturating_sub(1)
        });
        &mut self.0[place].1
    }
}

/// A value whose fields are written in the order in which they were asked for.
pub struct InOrder<'a> {
    /// What the engine answered.
    pub value: &'a Value,
    /// What was asked for.
    pub asked: &'a Asked,
}

impl Serialize for InOrder<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.value {
            // A scalar that is an object was not asked for by its fields.
            Value::Object(fields) if !self.asked.0.is_empty() => {
                let mut map = serializer.serialize_map(Some(fields.len()))?;
                for (key, asked) in &self.asked.0 {
                    if let Some(value) = fields.get(key) {
                        map.serialize_entry(key, &InOrder { value, asked })?;
                    }
                }
                map.end()
            }
            Value::List(items) => {
                let mut list = serializer.serialize_seq(Some(items.len()))?;
                for value in items {
                    list.serialize_element(&InOrder {
                        value,
                        asked: self.asked,
                    })?;
                }
                list.end()
            }
            plain => plain.serialize(serializer),
        }
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;
    use async_graphql::parser::types::DocumentOperations;
    use async_graphql::value;

    use super::*;

    #[test]
    fn fields_are_written_in_the_order_of_the_document() -> Result<(), Box<dyn std::error::Error>> {
        let document = parse_query(
            "{ b: x { two ...F one } a ... on Query { c { z y } } } fragment F on X { three two }",
        )?;
        let DocumentOperations::Single(operation) = &document.operations else {
            return Err("one operation".into());
        };
        let asked = Asked::of(&operation.node, &document);
        let value = value!({
            "a": 1,
            "c": [{ "y": 1, "z": 2 }, null],
            "b": { "one": 1, "three": 3, "two": 2 },
        });
        assert_eq!(
            serde_json::to_string(&InOrder {
                value: &value,
                asked: &asked
            })?,
            r#"{"b":{"two":2,"three":3,"one":1},"a":1,"c":[{"z":2,"y":1},null]}"#
        );
        Ok(())
    }
}
