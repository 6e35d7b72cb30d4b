//! Which tables belong together: what filters by related rows go through.

use super::Related;

const fn records(table: &'static str, from: &'static str, to: &'static str) -> Related {
    Related {
        table,
        from,
        to,
        records: true,
    }
}

const fn index(table: &'static str) -> Related {
    Related {
        table,
        from: "id",
        to: "record_id",
        records: false,
    }
}

/// The organisation that a row points to.
pub const ORGANISATION: Related = records("organisation", "organisation_id", "id");
/// The cluster that a row points to.
pub const CLUSTER: Related = records("cluster", "cluster_id", "id");
/// The partnership that a row points to.
pub const PARTNERSHIP: Related = records("partnership", "partnership_id", "id");
/// The project that a row points to.
pub const PROJECT: Related = records("project", "project_id", "id");

/// The cluster that an organisation runs.
pub const ORGANISATION_CLUSTER: Related = records("cluster", "id", "organisation_id");
/// An organisation's memberships.
pub const ORGANISATION_MEMBERSHIPS: Related = records("membership", "id", "organisation_id");
/// An organisation's places in partnerships.
pub const ORGANISATION_PARTNERSHIPS: Related =
    records("partnership_member", "id", "organisation_id");
/// An organisation's participations.
pub const ORGANISATION_PARTICIPATIONS: Related = records("participation", "id", "organisation_id");
/// A cluster's memberships.
pub const CLUSTER_MEMBERSHIPS: Related = records("membership", "id", "cluster_id");
/// A partnership's members.
pub const PARTNERSHIP_MEMBERS: Related = records("partnership_member", "id", "partnership_id");
/// A partnership's projects.
pub const PARTNERSHIP_PROJECTS: Related = records("project", "id", "partnership_id");
/// A project's participations.
pub const PROJECT_PARTICIPATIONS: Related = records("participation", "id", "project_id");

/// A record's identifiers.
pub const IDENTIFIERS: Related = index("record_identifier");
/// A record's terms.
pub const TERMS: Related = index("record_classification");
