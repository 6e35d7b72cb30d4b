//! The SQL. Reads start at [`scope::visible_to`], writes get their transaction from `registry`.
//!
//! Nothing here knows a rule, HTTP or GraphQL.

mod agencies;
mod audit;
mod backup;
mod claims;
mod clients;
mod columns;
mod connect;
mod counts;
mod existing;
mod file;
mod filter;
mod history;
mod idempotency;
mod identifiers;
mod key;
mod lock;
mod log;
mod order;
mod own_sources;
mod page;
mod pairs;
pub(crate) mod past;
mod read;
mod redirects;
pub mod relation;
mod save;
pub mod scope;
mod seals;
mod search;
mod sight;
mod signing_keys;
mod signs;
mod snapshots;
mod sources;

pub use agencies::{
    agencies_among, agency, agency_of, grants, insert_agency, insert_grant, lock_grant,
    revoke_grant,
};
pub use audit::{audit_count, audit_cursors_fit, audit_page};
pub use backup::copy_sqlite;
pub use claims::{SourceClaim, claimed, claims_of, claims_on, mentions, save_claims};
pub use clients::{
    archived_clusters, client, clients, insert_client, insert_secret, live_secrets, lock_client,
    revoke_client, revoke_secrets, revoked_clients,
};
pub use columns::Columns;
pub use connect::{Database, take_turn_to_migrate};
pub use counts::{
    ClusterCounts, ConsortiumSums, cluster_counts, consortium_sums, counts_by_parent,
};
pub use existing::{archived, existing, seen_by, sights, versions};
pub use filter::{Filter, Quantifier, Related, Test};
pub use history::{HistoryEntry, HistorySlice, histories};
pub use idempotency::{forget_answers, keep_answer, take_idempotency_key};
pub use identifiers::{IdentifierPair, holders, holding};
pub use key::Key;
pub use lock::{LockKey, hold, lock, lock_by, lock_linked_partnerships, take_keys};
pub use log::{ColumnNames, LogLine, log_since};
pub use order::{Order, OrderKey};
pub use own_sources::{known_as, own_external_ids, sources_of};
pub use page::{Page, PageRequest, Slice, count, page, pages_by_parent};
pub use pairs::{
    Pair, move_pairs, open_pairs, open_review_count, open_reviews, open_reviews_by_source,
    save_pairs, settle_pairs,
};
pub use read::{all, between, by_ids, clusters_of};
pub use redirects::{followed, merged, redirected};
pub(crate) use save::insert;
pub use save::{Indexed, save};
pub use seals::{
    Sealable, before_the_first, given_out, insert_seals, last_seal, person_salt, sealable,
    sealed_up_to, seals_after,
};
pub use search::Search;
pub use sight::{
    accepted_of, accepted_places, fellows, seen_as_partner, shown_to_partners, with_accepted_places,
};
pub use signing_keys::{replace_signing_key, signing_keys};
pub use signs::{insert_signs, unsigned, with_signs};
pub use snapshots::{
    claimed_before_snapshot, close_snapshot, drop_open_snapshots, ended_in_snapshot,
    insert_snapshot, missing_in_snapshot, note_in_snapshot, running_before_snapshot, snapshot,
};
pub use sources::{ensure_source, external_ids, owners, source, take_source};

use sea_orm::sea_query::{Expr, ExprTrait, SimpleExpr, Value};

/// `column IN (values)`, the list filled up to a power of two with its last value, so that a few
/// prepared statements serve every length.
pub(crate) fn one_of<V>(column: impl Into<SimpleExpr>, values: Vec<V>) -> SimpleExpr
where
    V: Into<Value> + Clone,
{
    let Some(last) = values.last().cloned() else {
        return Expr::value(false);
    };
    let mut values = values;
    values.resize(values.len().next_power_of_two(), last);
    ExprTrait::is_in(column.into(), values)
}
