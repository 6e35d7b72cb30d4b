//! The import beside a bare bulk load: the same rows into empty tables of the same shape, with the
//! same indexes, without checks and without the feed.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use partner_registry::registry;
use partner_registry::store::Database;
use sea_orm::{ConnectionTrait as _, Statement, TransactionTrait as _};

use crate::binary::Imported;
use crate::figure::print;
use crate::place::Place;

/// What an import fills, beside the feed; what others refer to comes first.
const TABLES: [&str; 9] = [
    "source",
    "organisation",
    "project",
    "participation",
    "source_record",
    "lock_key",
    "record_identifier",
    "record_classification",
    "search_document",
];

/// Prints what an import took, and what a bare load takes.
pub(crate) async fn figures(place: &Place, imported: &Imported) -> Result<()> {
    let records = records(place).await?;
    let Imported { elapsed, peak_mb } = imported;
    let seconds = elapsed.as_secs_f64();
    let took = format!(
        "{seconds:.1} s, {:.0} rows/s of {records:.0}",
        records / seconds
    );
    print("import", &took, Some(("at most 90 s", seconds <= 90.0)));
    let memory = format!("{peak_mb} MB at most at a time");
    print("", &memory, Some(("under 500 MB", *peak_mb < 500)));

    let (bare, rows) = bare_load(place).await.context("the bare load failed")?;
    let bare = bare.as_secs_f64();
    let took = format!(
        "{bare:.1} s, {:.0} rows/s, {rows} with all tables",
        records / bare
    );
    print("bare bulk load", &took, None);
    print(
        "",
        &format!("the import takes {:.1} times as long", seconds / bare),
        None,
    );
    Ok(())
}

/// How many records there are: the rows of the files.
async fn records(place: &Place) -> Result<f64> {
    let db = sea_orm::Database::connect(place.url()).await?;
    let asked = "SELECT (SELECT count(*) FROM organisation) + (SELECT count(*) FROM project)
        + (SELECT count(*) FROM participation)";
    let asked = Statement::from_string(db.get_database_backend(), asked);
    let row = db.query_one_raw(asked).await?.context("no count")?;
    let count = u32::try_from(row.try_get_by_index::<i64>(0)?)?;
    db.close().await?;
    Ok(f64::from(count))
}

/// How long the rows of all tables take, in one transaction, and how many they are.
async fn bare_load(place: &Place) -> Result<(Duration, u64)> {
    if let Place::Postgres(_) = place {
        execute(&place.url(), "CREATE SCHEMA bare").await?;
    }
    let db = Database::open(&place.url_beside()).await?;
    registry::migrate(&db).await?;
    let from = match place {
        Place::Sqlite(directory) => {
            let file = directory.path().join("registry.db");
            let attach = format!("ATTACH DATABASE '{}' AS loaded", file.display());
            db.write.execute_unprepared(&attach).await?;
            "loaded"
        }
        Place::Postgres(_) => "public",
    };
    let begun = Instant::now();
    let tx = db.write.begin().await?;
    let mut rows = 0;
    for table in TABLES {
        let copy = format!("INSERT INTO {table} SELECT * FROM {from}.{table}");
        let done = tx
            .execute_unprepared(&copy)
            .await
            .with_context(|| format!("{table} failed"))?;
        rows += done.rows_affected();
    }
    tx.commit().await?;
    let elapsed = begun.elapsed();
    db.close().await?;
    if let Place::Postgres(_) = place {
        // The questions that come next shall have the memory of the server to themselves.
        execute(&place.url(), "DROP SCHEMA bare CASCADE").await?;
    }
    Ok((elapsed, rows))
}

async fn execute(url: &str, statement: &str) -> Result<()> {
    let db = sea_orm::Database::connect(url).await?;
    db.execute_unprepared(statement).await?;
    Ok(db.close().await?)
}
