//! The limits that hold before parsing: the size of a document's text, its tokens and how deeply its
//! brackets nest. Must stay linear and allocate nothing: it meets every document first.

use super::{Limits, hold};
use crate::graphql::error::Result;

/// Refuses a text that the parser should not see.
///
/// # Errors
///
/// `QUERY_TOO_COMPLEX` with `documentBytes`, `tokens` or `nesting`.
pub(in crate::graphql) fn check(source: &str, limits: &Limits) -> Result<()> {
    hold("documentBytes", source.len(), limits.document_bytes)?;
    let Text { tokens, nesting } = scan(source.as_bytes());
    hold("tokens", tokens, limits.tokens)?;
    hold("nesting", nesting, limits.nesting)
}

#[derive(Debug, PartialEq)]
struct Text {
    tokens: usize,
    nesting: usize,
}

/// Counts as the GraphQL grammar does: white space, commas, comments and the byte order mark are no
/// tokens; a string is one. What is no token at all counts as one and is left to the parser.
fn scan(source: &[u8]) -> Text {
    let (mut tokens, mut nesting, mut open) = (0, 0, 0_usize);
    let mut rest = source;
    while let Some(&first) = rest.first() {
        let length = match first {
            b' ' | b'\t' | b'\r' | b'\n' | b',' => {
                rest = &rest[1..];
                continue;
            }
            0xEF if rest.starts_with(b"\xEF\xBB\xBF") => {
                rest = &rest[3..];
                continue;
            }
            b'#' => {
                rest = &rest[run(rest, |byte| byte != b'\n' && byte != b'\r')..];
                continue;
            }
            b'"' if rest.starts_with(b"\"\"\"") => block_string(rest),
            b'"' => string(rest),
            b'.' if rest.starts_with(b"...") => 3,
            b'_' | b'a'..=b'z' | b'A'..=b'Z' => {
                run(rest, |byte| byte == b'_' || byte.is_ascii_alphanumeric())
            }
            b'-' | b'0'..=b'9' => run(rest, |byte| {
                byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+' | b'.')
            }),
            b'{' | b'[' | b'(' => {
                open += 1;
                nesting = nesting.max(open);
                1
            }
            b'}' | b']' | b')' => {
                open = open.saturating_sub(1);
                1
            }
            _ => 1,
        };
        tokens += 1;
        rest = &rest[length..];
    }
    Text { tokens, nesting }
}

/// How many bytes from the start belong to `kind`.
fn run(bytes: &[u8], kind: impl Fn(u8) -> bool) -> usize {
    bytes
        .iter()
        .position(|&byte| !kind(byte))
        .unwrap_or(bytes.len())
}

/// The length of the string at the start; to the end of the line when it is not closed.
fn string(bytes: &[u8]) -> usize {
    let mut at = 1;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => return at + 1,
            b'\n' | b'\r' => return at,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    bytes.len()
}

/// The length of the block string at the start; to the end of the text when it is not closed.
fn block_string(bytes: &[u8]) -> usize {
    let mut at = 3;
    while let Some(rest) = bytes.get(at..) {
        if rest.is_empty() {
            break;
        } else if rest.starts_with(b"\\\"\"\"") {
            at += 4;
        } else if rest.starts_with(b"\"\"\"") {
            return at + 3;
        } else {
            at += 1;
        }
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_and_nesting_are_counted_as_the_grammar_does() {
        for (source, tokens, nesting) in [
            ("", 0, 0),
            ("\u{feff} ,, # { { {\n ,", 0, 0),
            ("{ a }", 3, 1),
            ("{a(b:-1.5e+3,c:[$d,{e:F}])}", 19, 4),
            ("query Q($a:[Int!]! = null)@d{...F}", 20, 2),
            (r#"{ a(b: "}{\"{", c: """ { \""" { """) }"#, 11, 2),
            ("{ a(b: \"unclosed {\n{ }", 8, 3),
            ("{ a(b: \"\"\"unclosed {\n{ }", 6, 2),
            ("\"\\", 1, 0),
            ("}}} {", 4, 1),
            ("é", 2, 0),
        ] {
            assert_eq!(
                scan(source.as_bytes()),
                Text { tokens, nesting },
                "{source}"
            );
        }
    }

    #[test]
    fn each_limit_is_named_and_what_reaches_it_passes() {
        let limits = Limits {
            document_bytes: 20,
            tokens: 7,
            nesting: 2,
            ..Limits::default()
        };
        for (source, refused) in [
            ("{ a { b } c }", None),
            ("{ a b c d e }", None),
            ("{ abcdefghijklmnop }", None),
            ("{ abcdefghijklmnopq }", Some("documentBytes")),
            ("{ a b c d e f }", Some("tokens")),
            ("{a{b{c", Some("nesting")),
        ] {
            let expected = refused.map(async_graphql::Value::from);
            let actual = check(source, &limits).err();
            let actual = actual.and_then(|error| error.extension("limit").cloned());
            assert_eq!(actual, expected, "{source}");
        }
    }
}
