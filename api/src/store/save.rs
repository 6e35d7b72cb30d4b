//! Writing records and their index tables, in sets.

use std::collections::BTreeSet;

use entities::record::{Record, RecordRow};
use entities::value::{Classifications, ConceptScheme, IdentifierScheme, Identifiers};
use entities::{record_classification, record_identifier, record_partnership, search_document};
use sea_orm::sea_query::{Alias, OnConflict};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait,
    IdenStatic, IntoActiveModel, Iterable, QueryFilter,
};
use uuid::Uuid;

use super::{one_of, signs};
use crate::reference::fold;

/// Values bound in one statement: below the limits of both databases (32,766 and 65,535).
const MAX_VALUES: usize = 30_000;

/// Characters of a word that are indexed.
const MAX_WORD: usize = 60;

/// What index tables say of a record.
#[derive(Clone, Debug, Default)]
pub struct Indexed {
    /// The words it is found by, folded.
    pub words: String,
    /// Its identifiers: scheme, canonical form.
    pub identifiers: BTreeSet<(IdentifierScheme, String)>,
    /// The terms it is filed under: scheme, code or words.
    pub terms: BTreeSet<(ConceptScheme, String)>,
    /// What else it is recognised by.
    pub signs: Vec<String>,
}

impl Indexed {
    /// The words of a record: its name and what else is said of it.
    pub fn new<'a>(name: &'a str, more: impl Iterator<Item = &'a str>) -> Self {
        let mut words: Vec<String> = Vec::new();
        let mut seen = std::collections::HashSet::new();
        for text in [name].into_iter().chain(more) {
            for word in fold(text).split(' ').filter(|word| !word.is_empty()) {
                // A word of more characters than anyone types is cut: indexes have their limits.
                let word: String = word.chars().take(MAX_WORD).collect();
                if seen.insert(word.clone()) {
                    words.push(word);
                }
            }
        }
        Self {
            words: words.join(" "),
            ..Self::default()
        }
    }

    /// And its identifiers.
    #[must_use]
    pub fn with_identifiers(mut self, identifiers: &Identifiers) -> Self {
        let identifiers = identifiers.0.iter();
        self.identifiers = identifiers
            .map(|one| (one.scheme, one.value.clone()))
            .collect();
        self
    }

    /// And what else it is recognised by.
    #[must_use]
    pub fn with_signs(mut self, signs: Vec<String>) -> Self {
        self.signs = signs;
        self
    }

    /// And its terms.
    #[must_use]
    pub fn with_terms(mut self, terms: &Classifications) -> Self {
        let terms = terms.0.iter();
        self.terms = terms
            .map(|term| {
                (
                    term.scheme,
                    term.code.clone().unwrap_or_else(|| term.label.clone()),
                )
            })
            .collect();
        self
    }
}

/// Writes rows, new and changed ones alike, and what the index tables say of them.
///
/// # Errors
/// When the database does, a unique index among others.
pub async fn save<E: Record>(
    tx: &impl ConnectionTrait,
    rows: &[(E::Model, Indexed)],
) -> Result<(), DbErr> {
    let columns = E::Column::iter().filter(|column| column.as_str() != "id");
    let on_conflict = OnConflict::column(Alias::new("id"))
        .update_columns(columns)
        .to_owned();
    let models = rows
        .iter()
        .map(|(row, _)| row.clone().into_active_model().reset_all());
    insert::<E>(tx, models.collect(), Some(&on_conflict)).await?;
    let ids = || {
        rows.iter()
            .map(|(row, _)| row.envelope().id)
            .collect::<Vec<_>>()
    };
    replace_identifiers::<E>(tx, ids(), rows).await?;
    replace_terms::<E>(tx, ids(), rows).await?;
    replace_partnerships::<E>(tx, rows).await?;
    signs::replace(tx, rows).await?;
    let words = rows
        .iter()
        .filter(|(_, index)| !index.words.is_empty())
        .map(|(row, index)| search_document::ActiveModel {
            record_id: Set(row.envelope().id),
            record_type: Set(E::TYPE),
            words: Set(index.words.clone()),
        });
    let on_conflict = OnConflict::column(search_document::Column::RecordId)
        .update_column(search_document::Column::Words)
        .to_owned();
    insert::<search_document::Entity>(tx, words.collect(), Some(&on_conflict)).await
}

/// Inserts rows of any table, in statements that both databases take.
///
/// # Errors
/// When the database does.
pub(crate) async fn insert<E: EntityTrait>(
    tx: &impl ConnectionTrait,
    rows: Vec<E::ActiveModel>,
    on_conflict: Option<&OnConflict>,
) -> Result<(), DbErr>
where
    E::ActiveModel: Clone,
{
    let per_statement = MAX_VALUES
        .checked_div(E::Column::iter().count())
        .unwrap_or(1)
        .max(1);
    for chunk in rows.chunks(per_statement) {
        let mut rows = E::insert_many(chunk.iter().cloned());
        if let Some(on_conflict) = on_conflict {
            rows = rows.on_conflict(on_conflict.clone());
        }
        rows.exec_without_returning(tx).await?;
    }
    Ok(())
}

async fn replace_identifiers<E: Record>(
    tx: &impl ConnectionTrait,
    ids: Vec<Uuid>,
    rows: &[(E::Model, Indexed)],
) -> Result<(), DbErr> {
    record_identifier::Entity::delete_many()
        .filter(one_of(record_identifier::Column::RecordId.into_expr(), ids))
        .exec(tx)
        .await?;
    let identifiers = rows.iter().flat_map(|(row, index)| {
        let record_id = row.envelope().id;
        index
            .identifiers
            .iter()
            .map(move |(scheme, value)| record_identifier::ActiveModel {
                record_id: Set(record_id),
                record_type: Set(E::TYPE),
                scheme: Set(*scheme),
                value: Set(value.clone()),
            })
    });
    insert::<record_identifier::Entity>(tx, identifiers.collect(), None).await
}

async fn replace_terms<E: Record>(
    tx: &impl ConnectionTrait,
    ids: Vec<Uuid>,
    rows: &[(E::Model, Indexed)],
) -> Result<(), DbErr> {
    record_classification::Entity::delete_many()
        .filter(one_of(
            record_classification::Column::RecordId.into_expr(),
            ids,
        ))
        .exec(tx)
        .await?;
    let terms = rows.iter().flat_map(|(row, index)| {
        let record_id = row.envelope().id;
        index
            .terms
            .iter()
            .map(move |(scheme, term)| record_classification::ActiveModel {
                record_id: Set(record_id),
                scheme: Set(*scheme),
                term: Set(term.clone()),
            })
    });
    insert::<record_classification::Entity>(tx, terms.collect(), None).await
}

async fn replace_partnerships<E: Record>(
    tx: &impl ConnectionTrait,
    rows: &[(E::Model, Indexed)],
) -> Result<(), DbErr> {
    let envelopes = || rows.iter().map(|(row, _)| row.envelope());
    // A new record named none before.
    let changed = envelopes().filter(|envelope| envelope.version > 1);
    let changed: Vec<_> = changed.map(|envelope| envelope.id).collect();
    if !changed.is_empty() {
        let record = record_partnership::Column::RecordId.into_expr();
        record_partnership::Entity::delete_many()
            .filter(one_of(record, changed))
            .exec(tx)
            .await?;
    }
    let named = envelopes().flat_map(|envelope| {
        let partnerships = envelope.partnership_ids.0.into_iter();
        partnerships.map(move |partnership| record_partnership::ActiveModel {
            record_id: Set(envelope.id),
            partnership_id: Set(partnership),
            record_type: Set(E::TYPE),
        })
    });
    insert::<record_partnership::Entity>(tx, named.collect(), None).await
}
