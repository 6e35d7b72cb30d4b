//! Full-text search: one table of folded words, indexed in each dialect's own way.

use sea_orm_migration::prelude::*;

use crate::ddl;

/// Full-text search: one table of folded words, indexed in each dialect's own way.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// The words are folded already, so the index takes them as they are, without a language.
const POSTGRES: &[&str] = &[
    "CREATE TABLE search_document (
        record_id {uuid} NOT NULL PRIMARY KEY,
        record_type text NOT NULL,
        words text NOT NULL
    )",
    "CREATE INDEX search_document_words ON search_document
        USING gin (array_to_tsvector(string_to_array(words, ' ')))",
];

/// FTS5 refers to its rows by number, and only a declared one survives VACUUM.
const SQLITE: &[&str] = &[
    "CREATE TABLE search_document (
        number integer PRIMARY KEY,
        record_id {uuid} NOT NULL UNIQUE,
        record_type text NOT NULL,
        words text NOT NULL
    )",
    "CREATE VIRTUAL TABLE search_words USING fts5(
        words, content='search_document', content_rowid='number',
        tokenize='unicode61 remove_diacritics 0', prefix='2 3', detail='none'
    )",
    "CREATE TRIGGER search_document_insert AFTER INSERT ON search_document BEGIN
        INSERT INTO search_words (rowid, words) VALUES (new.number, new.words);
    END",
    "CREATE TRIGGER search_document_delete AFTER DELETE ON search_document BEGIN
        INSERT INTO search_words (search_words, rowid, words)
            VALUES ('delete', old.number, old.words);
    END",
    "CREATE TRIGGER search_document_update AFTER UPDATE ON search_document BEGIN
        INSERT INTO search_words (search_words, rowid, words)
            VALUES ('delete', old.number, old.words);
        INSERT INTO search_words (rowid, words) VALUES (new.number, new.words);
    END",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::run(
            manager,
            if ddl::is_postgres(manager) {
                POSTGRES
            } else {
                SQLITE
            },
        )
        .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if !ddl::is_postgres(manager) {
            ddl::drop_tables(manager, &["search_words"]).await?;
        }
        ddl::drop_tables(manager, &["search_document"]).await
    }
}
