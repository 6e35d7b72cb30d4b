//! Documents that were sent lately, and what was found out about them. Clients send the same few
//! documents again and again, and parsing and checking them costs more than everything else before
//! the resolvers. Must stay small whatever is sent.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use async_graphql::parser::types::ExecutableDocument;

use super::columns;
use crate::graphql::absent::Open;
use crate::registry::Columns;

/// Bytes of text in one generation. A parsed document takes some ten times its text.
const GENERATION: usize = 256 * 1024;

/// How many ways to run a document are remembered.
const WAYS: usize = 16;

/// A document, and what was found out about it.
#[derive(Debug)]
pub(in crate::graphql) struct Known {
    /// The document as it was parsed.
    pub(super) document: ExecutableDocument,
    columns: OnceLock<Columns>,
    valid: Mutex<HashSet<Way>>,
}

/// What the document that runs depends on beside its text: which operation is meant, and which
/// variables are open.
pub(super) type Way = (Option<String>, Vec<Open>);

impl Known {
    fn new(document: ExecutableDocument) -> Self {
        Self {
            document,
            columns: OnceLock::new(),
            valid: Mutex::default(),
        }
    }

    /// The columns that it asks for.
    pub(super) fn columns(&self) -> Columns {
        let columns = || columns(&self.document);
        self.columns.get_or_init(columns).clone()
    }

    /// Whether the engine has found no fault with this way to run it.
    pub(super) fn is_valid(&self, way: &Way) -> bool {
        self.valid().contains(way)
    }

    /// The engine has found no fault with this way to run it.
    pub(super) fn remember(&self, way: Way) {
        let mut valid = self.valid();
        if valid.len() < WAYS {
            valid.insert(way);
        }
    }

    fn valid(&self) -> MutexGuard<'_, HashSet<Way>> {
        self.valid.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Parsed documents by their text, in two generations: what was not asked for while one generation
/// filled up is forgotten with the next.
#[derive(Debug, Default)]
pub struct Parsed {
    generations: Mutex<Generations>,
}

#[derive(Debug, Default)]
struct Generations {
    young: HashMap<Box<str>, Arc<Known>>,
    young_bytes: usize,
    old: HashMap<Box<str>, Arc<Known>>,
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
    ) -> Result<Arc<Known>, E> {
        if let Some(document) = self.get(text) {
            return Ok(document);
        }
        let document = Arc::new(Known::new(parse()?));
        self.put(text.into(), Arc::clone(&document));
        Ok(document)
    }

    fn get(&self, text: &str) -> Option<Arc<Known>> {
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

    fn put(&self, text: Box<str>, document: Arc<Known>) {
        let mut generations = self
            .generations
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        generations.put(text, document);
    }
}

impl Generations {
    fn put(&mut self, text: Box<str>, document: Arc<Known>) {
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
