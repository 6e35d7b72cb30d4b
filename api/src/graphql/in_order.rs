//! The fields of an answer in the order in which the document asks for them, as the specification
//! says (section 7.2.2). The engine (async-graphql 7.2) leaves them in the order in which their
//! resolvers came to an end. Must not look at what the values mean.

use std::collections::HashMap;

use async_graphql::parser::types::{FragmentDefinition, Selection, SelectionSet};
use async_graphql::{Name, Positioned, Value};

/// The key of what is resolved and not asked for: no answer has it.
pub const UNASKED: &str = "__";

/// A field that the document asks for, by the key it has in the answer, and what is asked of it.
#[derive(Debug, Default)]
pub struct Asked {
    fields: Vec<(Name, Asked)>,
    repeats: bool,
}

/// Whether a document asks twice for a field with selections, so that two answers become one.
#[derive(Clone, Copy, Debug)]
pub struct Repeats(pub bool);

impl Asked {
    /// What a selection set asks for. Fragments are expanded, so the document must be within the
    /// limits.
    #[must_use]
    pub fn of(
        set: &SelectionSet,
        fragments: &HashMap<Name, Positioned<FragmentDefinition>>,
    ) -> Self {
        let mut asked = Self::default();
        asked.add(set, fragments);
        asked
    }

    /// Whether a field with selections is asked for twice.
    #[must_use]
    pub fn repeats(&self) -> Repeats {
        Repeats(self.repeats || self.fields.iter().any(|(_, asked)| asked.repeats().0))
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
                    if key == UNASKED {
                        continue;
                    }
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
        let place = self.fields.iter().position(|(other, _)| other == key);
        let place = place.unwrap_or_else(|| {
            self.fields.push((key.clone(), Self::default()));
            self.fields.len().saturating_sub(1)
        });
        let asked = &mut self.fields[place].1;
        asked.repeats |= !asked.fields.is_empty();
        asked
    }
}

/// Writes a value as JSON, its fields in the order in which they were asked for. What was written
/// before comes as bytes.
pub fn write(text: &mut Vec<u8>, value: &Value, asked: &Asked) {
    match value {
        Value::Binary(written) => text.extend_from_slice(written),
        // A scalar that is an object was not asked for by its fields.
        Value::Object(fields) if !asked.fields.is_empty() => {
            let there = asked
                .fields
                .iter()
                .filter_map(|(key, asked)| Some((key, asked, fields.get(key)?)));
            text.push(b'{');
            for (n, (key, asked, value)) in there.enumerate() {
                text.extend_from_slice(if n > 0 { b",\"" } else { b"\"" });
                text.extend_from_slice(key.as_bytes());
                text.extend_from_slice(b"\":");
                write(text, value, asked);
            }
            text.push(b'}');
        }
        Value::List(items) => {
            text.push(b'[');
            for (n, value) in items.iter().enumerate() {
                if n > 0 {
                    text.push(b',');
                }
                write(text, value, asked);
            }
            text.push(b']');
        }
        // Into memory, and without maps whose keys are no texts: it cannot fail.
        plain => {
            let _ = serde_json::to_writer(text, plain);
        }
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;
    use async_graphql::parser::types::DocumentOperations;
    use async_graphql::value;

    use super::*;

    fn asked(document: &str) -> Result<Asked, Box<dyn std::error::Error>> {
        let document = parse_query(document)?;
        let DocumentOperations::Single(operation) = &document.operations else {
            return Err("one operation".into());
        };
        Ok(Asked::of(
            &operation.node.selection_set.node,
            &document.fragments,
        ))
    }

    #[test]
    fn fields_are_written_in_the_order_of_the_document() -> Result<(), Box<dyn std::error::Error>> {
        let asked = asked(
            "{ b: x { two ...F one } a ... on Query { c { z y } } } fragment F on X { three two }",
        )?;
        let value = value!({
            "a": 1.5,
            "c": [{ "y": 1, "z": "\"\n" }, null],
            "b": { "one": 1, "three": Value::Binary("[3]".into()), "two": {} },
        });
        let mut text = Vec::new();
        write(&mut text, &value, &asked);
        assert_eq!(
            String::from_utf8(text)?,
            r#"{"b":{"two":{},"three":[3],"one":1},"a":1.5,"c":[{"z":"\"\n","y":1},null]}"#
        );
        Ok(())
    }

    #[test]
    fn a_field_with_selections_that_comes_twice_is_seen() -> Result<(), Box<dyn std::error::Error>>
    {
        for (document, repeats) in [
            ("{ a { b c } d { b c } }", false),
            ("{ a { b b ...F } } fragment F on A { b }", false),
            ("{ a { b } a { c } }", true),
            ("{ x { a { b } ...F } } fragment F on X { a { c } }", true),
            ("{ a { b } c: a { b } }", false),
        ] {
            assert_eq!(asked(document)?.repeats().0, repeats, "{document}");
        }
        Ok(())
    }
}
