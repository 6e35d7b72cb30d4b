//! The data definition of the database, step by step.
//!
//! Only DDL, and what new columns and tables say of rows that are there: no record is written here,
//! because every write of a record goes through the feed.

use sea_orm_migration::{MigrationTrait, MigratorTrait, async_trait};

mod ddl;
mod m20261122_000001_feed;
mod m20261122_000002_source;
mod m20261122_000003_organisation;
mod m20261122_000004_cluster;
mod m20261122_000005_partnership;
mod m20261122_000006_project;
mod m20261122_000007_search;
mod m20261122_000008_access;
mod m20261122_000009_sight;
mod m20261128_000010_audit;
mod m20261128_000011_sync;
mod m20261128_000012_push;
mod m20261128_000013_claims;
mod m20261128_000014_lost;
mod m20261128_000016_lapse;
mod m20261128_000018_fellow;

/// All migrations, in order.
#[derive(Debug)]
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261122_000001_feed::Migration),
            Box::new(m20261122_000002_source::Migration),
            Box::new(m20261122_000003_organisation::Migration),
            Box::new(m20261122_000004_cluster::Migration),
            Box::new(m20261122_000005_partnership::Migration),
            Box::new(m20261122_000006_project::Migration),
            Box::new(m20261122_000007_search::Migration),
            Box::new(m20261122_000008_access::Migration),
            Box::new(m20261122_000009_sight::Migration),
            Box::new(m20261128_000010_audit::Migration),
            Box::new(m20261128_000011_sync::Migration),
            Box::new(m20261128_000012_push::Migration),
            Box::new(m20261128_000013_claims::Migration),
            Box::new(m20261128_000014_lost::Migration),
            Box::new(m20261128_000016_lapse::Migration),
            Box::new(m20261128_000018_fellow::Migration),
        ]
    }
}
