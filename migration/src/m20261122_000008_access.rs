//! Who may come in: agencies and what they were granted, clients and their secrets, signing keys.

use sea_orm_migration::prelude::*;

use crate::ddl;

/// Who may come in: agencies and what they were granted, clients and their secrets, signing keys.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const TABLES: &[&str] = &[
    "agency",
    "agency_grant",
    "client",
    "client_secret",
    "signing_key",
];

const UP: &[&str] = &[
    "CREATE TABLE agency (
        id {uuid} NOT NULL PRIMARY KEY,
        organisation_id {uuid} NOT NULL UNIQUE,
        created_at {time} NOT NULL,
        created_by text NOT NULL
    )",
    // A region or a programme, never both.
    "CREATE TABLE agency_grant (
        id {uuid} NOT NULL PRIMARY KEY,
        agency_id {uuid} NOT NULL REFERENCES agency (id),
        region_code {key},
        programme {key},
        granted_at {time} NOT NULL,
        granted_by text NOT NULL,
        revoked_at {time},
        CHECK ((region_code IS NULL) <> (programme IS NULL))
    )",
    // What is granted is granted once, until it is revoked.
    "CREATE UNIQUE INDEX agency_grant_region ON agency_grant (agency_id, region_code)
        WHERE revoked_at IS NULL AND region_code IS NOT NULL",
    "CREATE UNIQUE INDEX agency_grant_programme ON agency_grant (agency_id, programme)
        WHERE revoked_at IS NULL AND programme IS NOT NULL",
    "CREATE TABLE client (
        id {uuid} NOT NULL PRIMARY KEY,
        name {key} NOT NULL,
        kind text NOT NULL,
        cluster_id {uuid},
        agency_id {uuid} REFERENCES agency (id),
        permissions text NOT NULL,
        created_at {time} NOT NULL,
        created_by text NOT NULL,
        revoked_at {time}
    )",
    // The clients of one principal that live have names of their own.
    "CREATE UNIQUE INDEX client_name_operator ON client (name)
        WHERE revoked_at IS NULL AND cluster_id IS NULL AND agency_id IS NULL",
    "CREATE UNIQUE INDEX client_name_cluster ON client (cluster_id, name)
        WHERE revoked_at IS NULL AND cluster_id IS NOT NULL",
    "CREATE UNIQUE INDEX client_name_agency ON client (agency_id, name)
        WHERE revoked_at IS NULL AND agency_id IS NOT NULL",
    "CREATE INDEX client_revoked ON client (revoked_at) WHERE revoked_at IS NOT NULL",
    "CREATE TABLE client_secret (
        id {uuid} NOT NULL PRIMARY KEY,
        client_id {uuid} NOT NULL REFERENCES client (id),
        hash text NOT NULL,
        created_at {time} NOT NULL,
        revoked_at {time}
    )",
    "CREATE INDEX client_secret_client ON client_secret (client_id)",
    "CREATE TABLE signing_key (
        kid {key} NOT NULL PRIMARY KEY,
        public_key text NOT NULL,
        private_key text,
        made_at {time} NOT NULL,
        retired_at {time}
    )",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::run(manager, UP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::drop_tables(manager, TABLES).await
    }
}
