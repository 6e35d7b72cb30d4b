//! What a database needs before it is asked: what the floor joins where the registry looks into its
//! memory, the statistics that a server collects by itself in time, and the seals that ours does.

use anyhow::{Context as _, Result};
use partner_registry::auth::Actor;
use partner_registry::clock::Clock;
use partner_registry::reference::region;
use partner_registry::registry::Registry;
use sea_orm::{
    ConnectionTrait as _, DatabaseConnection, DbBackend, Statement, TransactionTrait as _,
};

/// Identifiers to look up: 18 that one organisation has, and 2 that most of them share.
const KEYS: &str = "
    SELECT * FROM (
        SELECT scheme, value FROM record_identifier
        WHERE scheme = 'EU_PIC' AND record_type = 'ORGANISATION'
        ORDER BY value LIMIT 18) AS their_own
    UNION ALL
    SELECT * FROM (
        SELECT scheme, value FROM record_identifier
        WHERE scheme = 'VAT' AND record_type = 'ORGANISATION'
        GROUP BY scheme, value ORDER BY count(*) DESC, value LIMIT 2) AS shared";

const REGIONS: &str = "CREATE TABLE figures_region (
    given text NOT NULL PRIMARY KEY, code text NOT NULL, name text NOT NULL, level integer NOT NULL)";

/// Prepares a database; returns schemes and values to look up.
pub(crate) async fn prepare(url: &str) -> Result<Vec<(String, String)>> {
    let registry = Registry::open(url, Clock::system()).await?;
    registry.keep_audit(&Actor::operator()).await?;
    registry.close().await?;
    let db = sea_orm::Database::connect(url).await?;
    write_regions(&db)
        .await
        .context("the floor has no regions")?;
    if db.get_database_backend() == DbBackend::Postgres {
        db.execute_unprepared("VACUUM ANALYZE").await?;
    }
    let asked = Statement::from_string(db.get_database_backend(), KEYS);
    let keys = db.query_all_raw(asked).await?;
    let keys = keys
        .iter()
        .map(|row| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?)));
    let keys = keys.collect::<Result<_>>()?;
    db.close().await?;
    Ok(keys)
}

/// The regions that organisations name, as the registry shows them.
async fn write_regions(db: &DatabaseConnection) -> Result<()> {
    let backend = db.get_database_backend();
    let named = "SELECT DISTINCT region_code FROM organisation WHERE region_code IS NOT NULL";
    let named = db
        .query_all_raw(Statement::from_string(backend, named))
        .await?;
    let tx = db.begin().await?;
    tx.execute_unprepared(REGIONS).await?;
    for row in named {
        let given: String = row.try_get_by_index(0)?;
        let Some(region) = region::find(&given, None) else {
            continue;
        };
        let insert = "INSERT INTO figures_region VALUES ($1, $2, $3, $4)";
        let values = [
            given.as_str().into(),
            region.code.into(),
            region.name.into(),
            region.level.into(),
        ];
        tx.execute_raw(Statement::from_sql_and_values(backend, insert, values))
            .await?;
    }
    Ok(tx.commit().await?)
}
