//! The claims of a token: each once, and read with their types.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use super::TokenError;

/// The claims of a token. A claim that is said twice, and a member of one, is refused: two readers of one
/// token could take different ones for true.
#[derive(Clone, Debug, Default)]
pub struct Claims(Map<String, Value>);

impl Claims {
    /// Whether a claim is there, whatever it says.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// A claim that must be there and be a text.
    ///
    /// # Errors
    /// When it is not.
    pub fn text(&self, name: &str) -> Result<&str, TokenError> {
        let claim = self.0.get(name).and_then(Value::as_str);
        claim.ok_or(TokenError::Claims)
    }

    /// A claim that is a moment, in seconds since 1970; none when it is not said.
    ///
    /// # Errors
    /// When it is something else: a text, say.
    pub fn moment(&self, name: &str) -> Result<Option<DateTime<Utc>>, TokenError> {
        let Some(claim) = self.0.get(name) else {
            return Ok(None);
        };
        // Some providers write fractions; what they add to a second does not matter here.
        let seconds = claim.as_i64().or_else(|| {
            let seconds = claim.as_f64()?.trunc();
            seconds.to_string().parse().ok()
        });
        let moment = seconds.and_then(|seconds| DateTime::from_timestamp(seconds, 0));
        moment.map(Some).ok_or(TokenError::Claims)
    }

    /// Whether a claim has a value, or holds it among others. The name is a claim's, or a JSON
    /// pointer (`/realm_access/roles`) into one.
    #[must_use]
    pub fn holds(&self, name: &str, value: &str) -> bool {
        let claim = match name.strip_prefix('/') {
            None => self.0.get(name),
            Some(path) => {
                let (first, rest) = path.split_once('/').unwrap_or((path, ""));
                let first = first.replace("~1", "/").replace("~0", "~");
                let rest = if rest.is_empty() {
                    String::new()
                } else {
                    format!("/{rest}")
                };
                self.0.get(&first).and_then(|claim| claim.pointer(&rest))
            }
        };
        match claim {
            Some(Value::String(text)) => text == value,
            Some(Value::Array(items)) => items.iter().any(|item| item == value),
            _ => false,
        }
    }
}

impl<'de> Deserialize<'de> for Claims {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Said::deserialize(deserializer)?.0 {
            Value::Object(claims) => Ok(Self(claims)),
            _ => Err(de::Error::custom("claims are an object")),
        }
    }
}

/// A value in which no object has two members of one name.
struct Said(Value);

impl<'de> Deserialize<'de> for Said {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Once).map(Self)
    }
}

struct Once;

impl<'de> Visitor<'de> for Once {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("claims, each once")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut all = Vec::new();
        while let Some(Said(item)) = items.next_element()? {
            all.push(item);
        }
        Ok(Value::Array(all))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut all = Map::new();
        while let Some((name, Said(value))) = members.next_entry::<String, Said>()? {
            if all.insert(name, value).is_some() {
                return Err(de::Error::custom("a claim is said twice"));
            }
        }
        Ok(Value::Object(all))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claims(text: &str) -> Claims {
        serde_json::from_str(text).unwrap_or_default()
    }

    #[test]
    fn a_claim_is_said_once() {
        for (text, reads) in [
            (r#"{"a": 1, "b": 2}"#, true),
            (r#"{"a": 1, "a": 1}"#, false),
            (r#"{"a": 1, "\u0061": 2}"#, false),
            (r#"{"a": {"b": [1, 1]}, "c": {"b": 2}}"#, true),
            (r#"{"a": {"b": 1, "b": 2}}"#, false),
            (r#"{"a": [{"b": 1, "b": 2}]}"#, false),
            ("[]", false),
        ] {
            let read = serde_json::from_str::<Claims>(text);
            assert_eq!(read.is_ok(), reads, "{text}");
        }
    }

    #[test]
    fn a_moment_is_a_number() {
        for (text, expected) in [
            (r#"{"exp": 7}"#, Ok(Some(7))),
            (r#"{"exp": 7.9}"#, Ok(Some(7))),
            ("{}", Ok(None)),
            (r#"{"exp": "7"}"#, Err(TokenError::Claims)),
            (r#"{"exp": null}"#, Err(TokenError::Claims)),
            (r#"{"exp": 1e300}"#, Err(TokenError::Claims)),
            (r#"{"exp": 99999999999999999}"#, Err(TokenError::Claims)),
        ] {
            let read = claims(text).moment("exp");
            let seconds = read.map(|moment| moment.map(|moment| moment.timestamp()));
            assert_eq!(seconds, expected, "{text}");
        }
    }

    #[test]
    fn a_value_is_found_alone_among_others_and_deep_inside() {
        let claims = claims(
            r#"{"group": "a", "groups": ["a", "b"], "realm": {"roles": ["c"]}, "https://x/y": "d"}"#,
        );
        for (name, value, expected) in [
            ("group", "a", true),
            ("group", "b", false),
            ("groups", "b", true),
            ("groups", "c", false),
            ("/realm/roles", "c", true),
            ("/realm/roles", "a", false),
            ("/realm", "c", false),
            ("https://x/y", "d", true),
            ("/https:~1~1x~1y", "d", true),
            ("nothing", "a", false),
            ("/", "a", false),
        ] {
            assert_eq!(claims.holds(name, value), expected, "{name} {value}");
        }
    }
}
