//! What can go wrong, for the whole of `registry`: data that is refused, and a database that fails.

use sea_orm::sqlx;
use sea_orm::{DbErr, RuntimeErr};
use serde::{Deserialize, Serialize};

use crate::auth::Permission;
use crate::auth::key::KeyError;

/// What can go wrong.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The input is refused; nothing was written.
    #[error("{}", messages(.0))]
    Refused(Vec<UserError>),
    /// Nobody signed in, and this needs someone who did.
    #[error("sign in: this needs a token with the scope `{0}`")]
    Unauthenticated(Permission),
    /// Who signed in may not do this.
    #[error("{0}")]
    Forbidden(String),
    /// The request as a whole cannot be met as it stands.
    #[error("{0}")]
    Unfit(String),
    /// The idempotency key is another request's.
    #[error(
        "the idempotency key `{0}` was used for another request: repeat that one as it was, or take a new key"
    )]
    IdempotencyKeyReused(String),
    /// The request with this idempotency key is still running.
    #[error("the first request with this idempotency key is still running: repeat it in a moment")]
    IdempotencyInProgress,
    /// The cursor of a reader cannot be used.
    #[error("{0}")]
    Cursor(CursorFault),
    /// The database's signing keys cannot be used.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The database cannot answer now: locked, full, read-only, out of connections.
    #[error("the database cannot answer now: {0}")]
    Unavailable(DbErr),
    /// The database was written by a newer version of this program.
    #[error(
        "the database has the migration `{0}`, which this version does not know: use the version that wrote it, or a newer one"
    )]
    Newer(String),
    /// Anything else: a fault of ours.
    #[error(transparent)]
    Internal(DbErr),
}

/// The result of what the registry does.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a reader's cursor cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CursorFault {
    /// It was never given out.
    #[error(
        "the cursor is damaged: send `cursor` as a page or `syncStatus` had it, or begin without one"
    )]
    Invalid,
    /// It was given out for another filter.
    #[error(
        "the cursor belongs to another filter: repeat the `types` with which you got it, or begin \
         without one"
    )]
    OtherFilter,
}

/// Why an input is refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserError {
    /// The kind of error, for programs.
    pub code: InputErrorCode,
    /// The field, for example `identifiers.0.value`; empty for the input as a whole.
    pub path: String,
    /// What was wrong and what would be right, for people.
    pub message: String,
}

/// The kinds of errors of an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum InputErrorCode {
    /// A field that must have a value has none.
    Required,
    /// A value does not have the right form.
    Invalid,
    /// A text or a list is too long.
    TooLong,
    /// A code is in no list that the registry knows.
    UnknownCode,
    /// There is no such record.
    NotFound,
    /// There is such a record already.
    Duplicate,
    /// The record changed since it was read.
    VersionMismatch,
    /// The field never changes.
    Immutable,
    /// The record is in a state in which this cannot be done.
    InvalidState,
    /// The record may be seen, and not changed.
    Forbidden,
    /// An earlier row, which was to bring the record that is named, was not written.
    ReferenceRejected,
}

impl Error {
    /// Whether transactions were in each other's way, so that the same one can succeed at once.
    pub(super) fn was_in_the_way(&self) -> bool {
        matches!(self, Self::Unavailable(error) if was_in_the_way(error))
    }

    /// One reason to refuse an input.
    pub(super) fn refused(code: InputErrorCode, path: &str, message: impl Into<String>) -> Self {
        Self::Refused(vec![UserError {
            code,
            path: path.to_owned(),
            message: message.into(),
        }])
    }
}

fn messages(errors: &[UserError]) -> String {
    errors
        .iter()
        .map(|error| error.message.as_str())
        .collect::<Vec<_>>()
        .join("; ")
}

impl From<DbErr> for Error {
    fn from(error: DbErr) -> Self {
        if cannot_answer_now(&error) {
            Self::Unavailable(error)
        } else {
            Self::Internal(error)
        }
    }
}

/// Connections, locks, space and read-only files: the same request may succeed later.
fn cannot_answer_now(error: &DbErr) -> bool {
    if matches!(error, DbErr::ConnectionAcquire(_) | DbErr::Conn(_)) {
        return true;
    }
    match cause(error) {
        Some(sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed) => true,
        Some(sqlx::Error::Database(error)) => match code(error.as_ref()) {
            // 08 connection, 53 resources, 55P03 lock timeout, 57 operator, 40 deadlock,
            // 25006 read-only.
            Code::Postgres(code) => ["08", "53", LOCK_TIMEOUT, "57", "40", "25006"]
                .iter()
                .any(|class| code.starts_with(class)),
            // 5 busy, 6 locked, 8 read-only, 10 I/O, 13 full, 14 cannot open.
            Code::Sqlite(code) => [5, 6, 8, 10, 13, 14].contains(&code),
        },
        _ => false,
    }
}

/// What `PostgreSQL` says to who has waited for a lock as long as it may.
const LOCK_TIMEOUT: &str = "55P03";

/// Whether a statement waited for another transaction as long as it may.
pub(super) fn waited_too_long(error: &DbErr) -> bool {
    is_of_postgres(error, |code| code == LOCK_TIMEOUT)
}

/// Whether transactions waited for each other in a circle, or could not both be: the same one can
/// succeed at once.
fn was_in_the_way(error: &DbErr) -> bool {
    is_of_postgres(error, |code| matches!(code, "40001" | "40P01"))
}

fn is_of_postgres(error: &DbErr, holds: impl Fn(&str) -> bool) -> bool {
    match cause(error) {
        Some(sqlx::Error::Database(error)) => match code(error.as_ref()) {
            Code::Postgres(code) => holds(&code),
            Code::Sqlite(_) => false,
        },
        _ => false,
    }
}

/// What the driver says of a statement that failed.
fn cause(error: &DbErr) -> Option<&sqlx::Error> {
    match error {
        DbErr::Exec(RuntimeErr::SqlxError(error)) | DbErr::Query(RuntimeErr::SqlxError(error)) => {
            Some(error.as_ref())
        }
        _ => None,
    }
}

/// The code of a database's error: `PostgreSQL`'s `SQLSTATE`, or the primary code of `SQLite`.
enum Code {
    Postgres(String),
    Sqlite(u32),
}

fn code(error: &dyn sqlx::error::DatabaseError) -> Code {
    let code = error.code().unwrap_or_default();
    let is_postgres = error.try_downcast_ref::<sqlx::postgres::PgDatabaseError>();
    if is_postgres.is_some() {
        Code::Postgres(code.into_owned())
    } else {
        Code::Sqlite(code.parse::<u32>().unwrap_or(0) & 0xff)
    }
}
