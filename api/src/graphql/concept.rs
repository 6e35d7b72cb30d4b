//! Concepts: the lists of codes that records are filed under.

use async_graphql::{Context, Object};

use super::connection::{self, List, PageArgs};
use super::error::Result;
use super::plain::Plain;
use super::value::ConceptScheme;
use crate::reference::{concept, fold};

/// A code of a list, with its words.
#[derive(Clone, Copy)]
pub(crate) struct Concept(pub(crate) &'static concept::Concept);

impl Plain for Concept {}

impl From<&'static concept::Concept> for Concept {
    fn from(concept: &'static concept::Concept) -> Self {
        Self(concept)
    }
}

/// A code of a list, with its words.
#[Object]
impl Concept {
    /// The list.
    async fn scheme(&self) -> ConceptScheme {
        self.0.scheme.into()
    }

    /// The code.
    async fn code(&self) -> &'static str {
        self.0.code
    }

    /// The words, in English.
    async fn label(&self) -> &'static str {
        self.0.label
    }

    /// The broader concept.
    async fn parent(&self) -> Option<Concept> {
        concept::parent(self.0).map(Concept)
    }
}

/// Queries for concepts.
#[derive(Default)]
pub(crate) struct ConceptQuery;

#[Object]
impl ConceptQuery {
    /// The concepts of a list, in the list's order. Free text has none.
    #[expect(
        clippy::too_many_arguments,
        reason = "the four of every list, and two of its own"
    )]
    async fn concepts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The list.")] scheme: ConceptScheme,
        #[graphql(desc = "How many from the beginning, 200 at most.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, 200 at most.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
        #[graphql(desc = "Only those whose label or code holds these words.")] search: Option<
            String,
        >,
    ) -> Result<List<Concept>> {
        let words = search.as_deref().map(fold).unwrap_or_default();
        let concepts: Vec<_> = concept::all(scheme.into())
            .iter()
            .filter(|concept| connection::holds(&words, &[concept.label, concept.code]))
            .collect();
        let args = PageArgs {
            first,
            after,
            last,
            before,
        };
        connection::slice(ctx, &args, concepts, |concept| concept.code.to_owned())
    }
}
