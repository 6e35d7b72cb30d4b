//! A copy of a database that is in use.

use std::path::Path;

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, Statement};

use super::connect::options;
use super::file;

/// Copies the `SQLite` database of a URL into a new file, as it is at one moment; who reads and who
/// writes goes on. Its owner alone may read the copy. It is smaller than the original where rows were deleted.
///
/// # Errors
/// When the database cannot be opened, or the file is there already or cannot be written.
pub async fn copy_sqlite(url: &str, to: &Path) -> Result<(), DbErr> {
    let mut options = options(url, false);
    options.max_connections(1);
    let db = sea_orm::Database::connect(options).await?;
    file::make(to).map_err(|error| DbErr::Custom(error.to_string()))?;
    let copied = copy_into(&db, to).await;
    if copied.is_err() {
        // Otherwise the next attempt would find the file there.
        let _ = std::fs::remove_file(to);
    }
    copied?;
    db.close().await
}

async fn copy_into(db: &DatabaseConnection, to: &Path) -> Result<(), DbErr> {
    // The connection reads only, but a copy is written elsewhere.
    db.execute_unprepared("PRAGMA query_only = off").await?;
    let copy = Statement::from_sql_and_values(
        DbBackend::Sqlite,
        "VACUUM INTO ?",
        [to.display().to_string().into()],
    );
    db.execute_raw(copy).await?;
    Ok(())
}
