//! A copy of a database that is in use.

use std::path::Path;

use sea_orm::{ConnectionTrait, DbBackend, DbErr, Statement};

use super::connect::options;

/// Copies the `SQLite` database of a URL into a new file, as it is at one moment; who reads and who
/// writes goes on. The copy is smaller than the original where rows were deleted.
///
/// # Errors
/// When the database cannot be opened, or the file is there already or cannot be written.
pub async fn copy_sqlite(url: &str, file: &Path) -> Result<(), DbErr> {
    let mut options = options(url, false);
    options.max_connections(1);
    let db = sea_orm::Database::connect(options).await?;
    // The connection reads only, but a copy is written elsewhere.
    db.execute_unprepared("PRAGMA query_only = off").await?;
    let copy = Statement::from_sql_and_values(
        DbBackend::Sqlite,
        "VACUUM INTO ?",
        [file.display().to_string().into()],
    );
    db.execute_raw(copy).await?;
    db.close().await
}
