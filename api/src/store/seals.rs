//! The chain of seals, and the entries of both logs as they are sealed.

use entities::audit_entry::AuditLog;
use entities::{audit_clock, audit_event, audit_seal, change_log, feed_clock};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IdenStatic,
    IntoActiveModel, Iterable, ModelTrait, QueryFilter, QueryOrder, QuerySelect, Value,
};
use serde_json::json;
use uuid::Uuid;

use super::save;

/// An entry as it is sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealable {
    /// When it was made.
    pub at: chrono::DateTime<chrono::Utc>,
    /// The log that it is from.
    pub log: AuditLog,
    /// Its position there.
    pub seq: i64,
    /// All that it says, in one form whatever database keeps it.
    pub content: Vec<u8>,
}

/// The entries of a log after a position, `limit` at most, in their order.
///
/// # Errors
/// When the database does.
pub async fn sealable(
    db: &impl ConnectionTrait,
    log: AuditLog,
    after: i64,
    limit: u64,
) -> Result<Vec<Sealable>, DbErr> {
    match log {
        AuditLog::Change => {
            let rows = change_log::Entity::find()
                .filter(change_log::Column::Seq.gt(after))
                .order_by_asc(change_log::Column::Seq)
                .limit(limit);
            let rows = rows.all(db).await?.into_iter();
            let sealable = rows.map(|row| Sealable {
                at: row.at,
                log,
                seq: row.seq,
                content: content(&row),
            });
            Ok(sealable.collect())
        }
        AuditLog::Event => {
            let rows = audit_event::Entity::find()
                .filter(audit_event::Column::Seq.gt(after))
                .order_by_asc(audit_event::Column::Seq)
                .limit(limit);
            let rows = rows.all(db).await?.into_iter();
            let sealable = rows.map(|row| Sealable {
                at: row.at,
                log,
                seq: row.seq,
                content: content(&row),
            });
            Ok(sealable.collect())
        }
    }
}

/// The values of a row by the names of its columns, as JSON whose names are sorted: one database keeps
/// their order and the other does not. A value that is null is left out, so that a column that comes
/// later leaves the rows before it, in which it is null, as they were sealed.
fn content<M: ModelTrait>(row: &M) -> Vec<u8> {
    let columns = <M::Entity as EntityTrait>::Column::iter();
    let values = columns.map(|column| (column.as_str().to_owned(), plain(row.get(column))));
    let said = values.filter(|(_, value)| !value.is_null());
    let mut content = serde_json::Value::Object(said.collect());
    content.sort_all_objects();
    content.to_string().into_bytes()
}

fn plain(value: Value) -> serde_json::Value {
    match value {
        Value::Int(number) => json!(number),
        Value::BigInt(number) => json!(number),
        Value::String(text) => json!(text),
        Value::Uuid(id) => json!(id),
        Value::ChronoDateTimeUtc(at) => json!(at.map(|at| at.timestamp_millis())),
        Value::Json(json) => json!(json),
        other => json!(format!("{other:?}")),
    }
}

/// The last seal; none: nothing is sealed yet.
///
/// # Errors
/// When the database does.
pub async fn last_seal(db: &impl ConnectionTrait) -> Result<Option<audit_seal::Model>, DbErr> {
    audit_seal::Entity::find()
        .order_by_desc(audit_seal::Column::Number)
        .one(db)
        .await
}

/// The last sealed position of a log; 0: none is.
///
/// # Errors
/// When the database does.
pub async fn sealed_up_to(db: &impl ConnectionTrait, log: AuditLog) -> Result<i64, DbErr> {
    let last = audit_seal::Entity::find()
        .filter(audit_seal::Column::Log.eq(log))
        .order_by_desc(audit_seal::Column::Seq)
        .one(db)
        .await?;
    Ok(last.map_or(0, |seal| seal.seq))
}

/// The seals after a number, `limit` at most, in their order.
///
/// # Errors
/// When the database does.
pub async fn seals_after(
    db: &impl ConnectionTrait,
    number: i64,
    limit: u64,
) -> Result<Vec<audit_seal::Model>, DbErr> {
    audit_seal::Entity::find()
        .filter(audit_seal::Column::Number.gt(number))
        .order_by_asc(audit_seal::Column::Number)
        .limit(limit)
        .all(db)
        .await
}

/// Keeps new seals.
///
/// # Errors
/// When the database does, where another process has sealed the same among others.
pub async fn insert_seals(
    tx: &impl ConnectionTrait,
    seals: Vec<audit_seal::Model>,
) -> Result<(), DbErr> {
    let rows = seals
        .into_iter()
        .map(|seal| seal.into_active_model().reset_all());
    save::insert::<audit_seal::Entity>(tx, rows.collect(), None).await
}

/// The last position that the clock of a log gave out; 0: none yet.
///
/// # Errors
/// When the database does.
pub async fn given_out(db: &impl ConnectionTrait, log: AuditLog) -> Result<i64, DbErr> {
    let last = match log {
        AuditLog::Change => {
            let clock = feed_clock::Entity::find().one(db).await?;
            clock.map(|clock| clock.last_seq)
        }
        AuditLog::Event => {
            let clock = audit_clock::Entity::find().one(db).await?;
            clock.map(|clock| clock.last_seq)
        }
    };
    Ok(last.unwrap_or(0))
}

/// The position of an entry that stands before the first one that there can be.
///
/// # Errors
/// When the database does.
pub async fn before_the_first(
    db: &impl ConnectionTrait,
    log: AuditLog,
) -> Result<Option<i64>, DbErr> {
    let first = sealable(db, log, i64::MIN, 1).await?;
    let first = first.first().map(|entry| entry.seq);
    Ok(first.into_iter().find(|seq| *seq < 1))
}

/// What the names of people are made with; none: the registry was never opened.
///
/// # Errors
/// When the database does.
pub async fn person_salt(db: &impl ConnectionTrait) -> Result<Option<Uuid>, DbErr> {
    let clock = audit_clock::Entity::find().one(db).await?;
    Ok(clock.map(|clock| clock.person_salt))
}

#[cfg(test)]
mod tests {
    use entities::audit_event::{self, AuditKind};

    use super::*;

    /// What is sealed stays as it was sealed: another form of it would break every chain there is.
    #[test]
    fn an_entry_has_one_form() {
        let event = audit_event::Model {
            seq: 7,
            kind: AuditKind::SignedIn,
            actor: "operator".to_owned(),
            network: None,
            subject: Some("client_1".to_owned()),
            details: json!({ "b": 1, "a": { "d": [2], "c": null } }),
            at: chrono::DateTime::from_timestamp_millis(1_500).unwrap_or_default(),
        };
        let form = String::from_utf8(content(&event));
        assert_eq!(
            form.as_deref(),
            Ok(concat!(
                r#"{"actor":"operator","at":1500,"details":{"a":{"c":null,"d":[2]},"b":1},"#,
                r#""kind":"SIGNED_IN","seq":7,"subject":"client_1"}"#
            ))
        );
    }
}
