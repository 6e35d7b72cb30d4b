//! Documents that were parsed lately. Clients send the same few documents again and again, and
//! parsing costs more than everything else before the resolvers. Must stay small whatever is sent.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use async_graphql::parser::types::ExecutableDocument;

/// Bytes of text in one generation. A parsed document takes some ten times its text.
const GENERATION: usize = 256 * 1024;

/// Parsed documents by their text, in two generations: what was not asked for while one generation
/// filled up is forgotten with the next.
#[derive(Debug, Default)]
pub struct Parsed {
    generations: Mutex<Generations>,
}

#[derive(Debug, Default)]
struct Generations {
    young: HashMap<Box<str>, Arc<ExecutableDocument>>,
    young_bytes: usize,
    old: HashMap<Box<str>, Arc<ExecutableDocument>>,
}

impl Parsed {
    /// The document with this text; parsed if it is not there.
    ///
    /// # Errors
    ///
    /// Those of `parse`; they are not kept.
    pub(super) fn get_or<E>(
        &self,
        text: &str,
        parse: impl FnOnce() -> Result<ExecutableDocument, E>,
    ) -> Result<Arc<ExecutableDocument>, E> {
        if let Some(document) = self.get(text) {
            return Ok(document);
        }
        let document = Arc::new(parse()?);
        self.put(text.into(), Arc::clone(&document));
        Ok(document)
    }

    fn get(&self, text: &str) -> Option<Arc<ExecutableDocument>> {
        let mut generations = self
            .generations
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(document) = generations.young.get(text) {
            return Some(Arc::clone(document));
        }
        let (text, document) = generations.old.remove_entry(text)?;
        generations.put(text, Arc::clone(&document));
        Some(document)
    }

    fn put(&self, text: Box<str>, document: Arc<ExecutableDocument>) {
        let mut generations = self
            .generations
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        generations.put(text, document);
    }
}

impl Generations {
    fn put(&mut self, text: Box<str>, document: Arc<ExecutableDocument>) {
        if self.young_bytes + text.len() > GENERATION {
            self.old = std::mem::take(&mut self.young);
            self.young_bytes = 0;
        }
        self.young_bytes += text.len();
        self.young.insert(text, document);
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;

    use super::*;

    #[test]
    fn a_document_is_parsed_once_and_forgotten_only_for_others() {
        let parsed = Parsed::default();
        let mut count = 0;
        let mut ask = |text: &str| {
            let document = parsed.get_or(text, || {
                count += 1;
                parse_query(text)
            });
            assert!(document.is_ok(), "{text}");
            count
        };
        let filler = |n: usize| format!("{{ a{n} }} # {}", "x".repeat(GENERATION / 10));
        assert_eq!(ask("{ a }"), 1);
        assert_eq!(ask("{ a }"), 1);
        for n in 0..25 {
            assert_eq!(ask(&filler(n)), n + 2, "{n}");
            assert_eq!(
                ask("{ a }"),
                n + 2,
                "asked for again, so kept while {n} others come"
            );
        }
        assert_eq!(ask(&filler(0)), 27, "not asked for again, so forgotten");
        assert!(parsed.get_or("{", || parse_query("{")).is_err());
        assert!(parsed.get("{").is_none());
    }
}
