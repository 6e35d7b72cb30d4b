//! What every shared record has in common: the envelope, and how the generic code reaches it.

use std::collections::BTreeMap;

use sea_orm::entity::prelude::*;
use sea_orm::{FromJsonQueryResult, IntoActiveModel, QueryResult};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::id::{ClusterId, PartnershipId, SourceId};

/// The kinds of shared records, as the feed names them.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    EnumIter,
    DeriveActiveEnum,
    Serialize,
    Deserialize,
)]
#[sea_orm(
    rs_type = "String",
    db_type = "Text",
    rename_all = "SCREAMING_SNAKE_CASE"
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum RecordType {
    /// An organisation.
    Organisation,
    /// A cluster.
    Cluster,
    /// A membership in a cluster.
    Membership,
    /// A partnership.
    Partnership,
    /// A place in a partnership.
    PartnershipMember,
    /// A project.
    Project,
    /// A participation in a project.
    Participation,
}

impl RecordType {
    /// The prefix of the record's ids at the API, which is also the name of its table.
    #[must_use]
    pub fn prefix(self) -> &'static str {
        match self {
            Self::Organisation => "organisation",
            Self::Cluster => "cluster",
            Self::Membership => "membership",
            Self::Partnership => "partnership",
            Self::PartnershipMember => "partnership_member",
            Self::Project => "project",
            Self::Participation => "participation",
        }
    }

    /// The type of the records that a column names; none: it names none.
    #[must_use]
    pub fn named_by(column: &str) -> Option<Self> {
        Some(match column {
            "steward_id" | "cluster_id" | "accepted_cluster_id" => Self::Cluster,
            "organisation_id" => Self::Organisation,
            "partnership_id" | "partnership_ids" => Self::Partnership,
            "project_id" => Self::Project,
            _ => return None,
        })
    }
}

/// Who may see a record. The order is from narrow to wide.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    EnumIter,
    DeriveActiveEnum,
    Serialize,
    Deserialize,
)]
#[sea_orm(
    rs_type = "String",
    db_type = "Text",
    rename_all = "SCREAMING_SNAKE_CASE"
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Visibility {
    /// The steward alone.
    Owner,
    /// Clusters that share a partnership with the steward, which both have accepted.
    #[default]
    Partners,
    /// Everyone.
    Public,
}

/// Something that looks wrong in a record and did not keep it out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// What kind of finding it is, for programs.
    pub code: FindingCode,
    /// What was found and what would be right, for people.
    pub message: String,
    /// The field it is about, for example `identifiers.0.value`.
    pub path: String,
}

/// The findings of a record.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct Findings(pub Vec<Finding>);

/// The kinds of findings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum FindingCode {
    /// The check digit of an identifier is wrong.
    ChecksumFailed,
    /// An identifier does not have the form of its scheme.
    FormatInvalid,
    /// A code is in no list that the registry knows; the field is empty.
    UnknownCode,
    /// A value could not be read; the field is empty.
    Unreadable,
    /// Two dates contradict each other.
    DatesReversed,
    /// The country of the address and the country of the region differ.
    CountryRegionMismatch,
    /// A university or a public body is called an SME.
    SmeUnlikely,
    /// Sources differ on whether the organisation is an SME.
    SmeInconsistent,
    /// An associated partner has an EU contribution.
    AssociatedWithContribution,
    /// A project has no coordinator, or several.
    CoordinatorCount,
    /// The participants' EU contributions do not add up to the project's.
    ContributionMismatch,
    /// Another organisation holds the same identifier.
    DuplicateIdentifier,
    /// An amount had more decimals than its currency and was rounded half to even.
    AmountRounded,
}

/// The partnerships that a record is meant for; none: all that its steward shares.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct PartnershipIds(pub Vec<PartnershipId>);

/// Where the fields of a record come from. Most come from where the record does, so that is said
/// once, and by name only what came from elsewhere since.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct FieldSources {
    /// The source that brought the record; none: people did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record: Option<SourceId>,
    /// The fields that came from another source, or (none) that people wrote since.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub fields: BTreeMap<String, Option<SourceId>>,
}

impl FieldSources {
    /// The source that a field came from; none: people wrote it.
    #[must_use]
    pub fn of(&self, field: &str) -> Option<SourceId> {
        self.fields.get(field).copied().unwrap_or(self.record)
    }

    /// Says where a field came from.
    pub fn set(&mut self, field: &str, source: Option<SourceId>) {
        if source == self.record {
            self.fields.remove(field);
        } else {
            self.fields.insert(field.to_owned(), source);
        }
    }
}

/// The columns that every shared record has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    /// The record's id, unique over all types.
    pub id: Uuid,
    /// 1 when created, one more with every change.
    pub version: i32,
    /// When the record came into the registry.
    pub created_at: DateTimeUtc,
    /// When it last changed.
    pub updated_at: DateTimeUtc,
    /// The cluster that is responsible for the record; none: the registry itself.
    pub steward_id: Option<ClusterId>,
    /// Who may see it.
    pub visibility: Visibility,
    /// The partnerships through which partners see it; none: all that its steward shares.
    pub partnership_ids: PartnershipIds,
    /// When it was archived; an archived record is in no list, look-up or count.
    pub archived_at: Option<DateTimeUtc>,
}

/// The table of a shared record.
pub trait Record: EntityTrait<Model: RecordRow + IntoActiveModel<Self::ActiveModel>> {
    /// The type under which the feed lists the record.
    const TYPE: RecordType;
}

/// A row of a shared record.
pub trait RecordRow:
    ModelTrait + Clone + Default + PartialEq + Serialize + DeserializeOwned + Send + Sync
{
    /// The columns that every shared record has.
    fn envelope(&self) -> Envelope;
    /// Replaces them.
    fn set_envelope(&mut self, envelope: Envelope);
    /// What looks wrong in the record.
    fn findings(&self) -> &[Finding];
    /// Replaces the findings.
    fn set_findings(&mut self, findings: Vec<Finding>);
    /// Reads a row by the places of its columns: to look for each by its name costs more than to read it.
    /// `has` says for each column of the table, in its order, whether the row has it; the others are
    /// those of an empty row.
    ///
    /// # Errors
    /// When a column is not there or holds something else.
    fn read(row: &QueryResult, has: &[bool]) -> Result<Self, DbErr>;
    /// Where its fields come from.
    fn provenance(&self) -> &FieldSources;
    /// The same, to be changed.
    fn provenance_mut(&mut self) -> &mut FieldSources;
}

/// Makes a module's `Entity` and `Model` a [`Record`]; the columns stand in the order of the table.
macro_rules! record {
    ($kind:ident: $($column:ident),+ $(,)?) => {
        impl $crate::record::Record for Entity {
            const TYPE: $crate::record::RecordType = $crate::record::RecordType::$kind;
        }

        impl $crate::record::RecordRow for Model {
            fn envelope(&self) -> $crate::record::Envelope {
                $crate::record::Envelope {
                    id: self.id.into(),
                    version: self.version,
                    created_at: self.created_at,
                    updated_at: self.updated_at,
                    steward_id: self.steward_id,
                    visibility: self.visibility,
                    partnership_ids: self.partnership_ids.clone(),
                    archived_at: self.archived_at,
                }
            }

            fn set_envelope(&mut self, envelope: $crate::record::Envelope) {
                let $crate::record::Envelope {
                    id,
                    version,
                    created_at,
                    updated_at,
                    steward_id,
                    visibility,
                    partnership_ids,
                    archived_at,
                } = envelope;
                self.id = id.into();
                self.version = version;
                self.created_at = created_at;
                self.updated_at = updated_at;
                self.steward_id = steward_id;
                self.visibility = visibility;
                self.partnership_ids = partnership_ids;
                self.archived_at = archived_at;
            }

            fn findings(&self) -> &[$crate::record::Finding] {
                &self.findings.0
            }

            fn set_findings(&mut self, findings: Vec<$crate::record::Finding>) {
                self.findings.0 = findings;
            }

            fn read(row: &sea_orm::QueryResult, has: &[bool]) -> Result<Self, sea_orm::DbErr> {
                let (mut has, mut places) = (has.iter(), 0..);
                let mut place = || {
                    let has = has.next().is_some_and(|has| *has);
                    if has { places.next() } else { None }
                };
                Ok(Self {$(
                    $column: match place() {
                        Some(place) => row.try_get_by_index(place)?,
                        None => Default::default(),
                    },
                )+})
            }

            fn provenance(&self) -> &$crate::record::FieldSources {
                &self.provenance
            }

            fn provenance_mut(&mut self) -> &mut $crate::record::FieldSources {
                &mut self.provenance
            }
        }
    };
}
pub(crate) use record;
