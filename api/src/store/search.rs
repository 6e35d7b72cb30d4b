//! Full-text search over folded words.
//!
//! Both databases find the rows in which every word of the query begins a word; the rank comes
//! from the matched row alone, never from statistics over rows that the viewer may not see.

use entities::record::RecordType;
use sea_orm::sea_query::{
    Alias, CaseStatement, Condition, DynIden, Expr, ExprTrait, Query, SelectStatement,
};
use sea_orm::{DbBackend, Value};

use crate::reference::fold;

/// What is searched for, folded.
#[derive(Clone, Debug)]
pub struct Search {
    /// The folded query.
    pub(crate) text: String,
}

impl Search {
    /// A search; none when the text holds no letter and no digit.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let text = fold(text);
        (!text.is_empty()).then_some(Self { text })
    }

    /// Its words.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.text.split(' ')
    }

    /// The ids of the records of a type that match.
    pub(crate) fn matches(&self, backend: DbBackend, kind: RecordType) -> SelectStatement {
        // Folded words are letters and digits, so quoting them is enough.
        let found = if backend == DbBackend::Postgres {
            let query = self
                .words()
                .map(|word| format!("'{word}':*"))
                .collect::<Vec<_>>()
                .join(" & ");
            Expr::cust_with_values(
                "array_to_tsvector(string_to_array(words, ' ')) @@ $1::tsquery",
                [Value::from(query)],
            )
        } else {
            let query = self
                .words()
                .map(|word| format!("\"{word}\"*"))
                .collect::<Vec<_>>()
                .join(" ");
            let mut rows = Query::select();
            rows.column(Alias::new("rowid"))
                .from(Alias::new("search_words"))
                .and_where(Expr::cust_with_values(
                    "search_words MATCH ?",
                    [Value::from(query)],
                ));
            Expr::col(Alias::new("number")).in_subquery(rows)
        };
        let mut ids = Query::select();
        ids.column(Alias::new("record_id"))
            .from(Alias::new("search_document"))
            .and_where(found)
            .and_where(Expr::col(Alias::new("record_type")).eq(kind));
        ids
    }

    /// The rank in SQL: 0 the name itself, 1 its beginning, 2 all words in it, 3 elsewhere.
    pub(crate) fn rank(&self, table: &DynIden) -> Expr {
        let name = || Expr::col((table.clone(), Alias::new("name_key")));
        let in_name = self.words().fold(Condition::all(), |all, word| {
            all.add(
                Condition::any()
                    .add(name().like(format!("{word}%")))
                    .add(name().like(format!("% {word}%"))),
            )
        });
        CaseStatement::new()
            .case(name().eq(self.text.as_str()), 0)
            .case(name().like(format!("{}%", self.text)), 1)
            .case(in_name, 2)
            .finally(3)
            .into()
    }

    /// The same rank for a folded name that is at hand.
    pub(crate) fn rank_of(&self, name: &str) -> i64 {
        if name == self.text {
            0
        } else if name.starts_with(&self.text) {
            1
        } else if self
            .words()
            .all(|word| name.split(' ').any(|part| part.starts_with(word)))
        {
            2
        } else {
            3
        }
    }
}
