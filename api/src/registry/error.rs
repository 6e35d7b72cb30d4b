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
    match error {
        DbErr::ConnectionAcquire(_) | DbErr::Conn(_) => true,
        DbErr::Exec(RuntimeErr::SqlxError(error)) | DbErr::Query(RuntimeErr::SqlxError(error)) => {
            match error.as_ref() {
                sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed => true,
                sqlx::Error::Database(error) => {
                    let code = error.code().unwrap_or_default();
                    if error
                        .try_downcast_ref::<sqlx::postgres::PgDatabaseError>()
                        .is_some()
                    {
                        // 08 connection, 53 resources, 55P03 lock timeout, 57 operator, 40 deadlock,
                        // 25006 read-only.
                        ["08", "53", "55P03", "57", "40", "25006"]
                            .iter()
                            .any(|class| code.starts_with(class))
                    } else {
                        // SQLite's primary codes: 5 busy, 6 locked, 8 read-only, 10 I/O, 13 full,
                        // 14 cannot open.
                        let primary = code.parse::<u32>().unwrap_or(0) & 0xff;
                        [5, 6, 8, 10, 13, 14].contains(&primary)
                    }
                }
                _ => false,
            }
        }
        _ => false,
    }
}
