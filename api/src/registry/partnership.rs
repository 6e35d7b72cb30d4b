//! What may be written of a partnership.

use chrono::{DateTime, NaiveDate, Utc};
use entities::partnership::{
    self, FundingStatus, PartnershipLink, PartnershipLinkKind, PartnershipProgramme,
    PartnershipStatus,
};
use entities::record::RecordType;
use serde::{Deserialize, Serialize};

use super::check::Check;
use super::error::InputErrorCode::Invalid;
use super::field::{self, MAX_NAME, MAX_TEXT, NewClassification};
use super::patch::Patch;
use super::reference::{Named, Reference};
use super::shared::Shared;
use crate::reference::fold;
use crate::store::Indexed;

/// What a write says of a partnership.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
#[expect(
    missing_docs,
    reason = "the fields are those of the row, where they are described"
)]
pub struct PartnershipPatch {
    #[serde(skip_serializing_if = "Patch::is_leave")]
    pub acronym: Patch<String>,
    #[serde(skip_serializing_if = "Patch::is_leave")]
    pub title: Patch<String>,
    #[serde(skip_serializing_if = "Patch::is_leave")]
    pub programme: Patch<PartnershipProgramme>,
    #[serde(skip_serializing_if = "Patch::is_leave")]
    pub funding_status: Patch<FundingStatus>,
    #[serde(skip_serializing_if = "Patch::is_leave")]
    pub status: Patch<PartnershipStatus>,
    #[serde(skip_serializing_if = "Patch::is_leave")]
    pub starts_on: Patch<NaiveDate>,
    #[serde(skip_serializing_if = "Patch::is_leave")]
    pub duration_months: Patch<i32>,
    #[serde(skip_serializing_if = "Patch::is_leave")]
    pub origin: Patch<String>,
    #[serde(skip_serializing_if = "Patch::is_leave")]
    pub objectives: Patch<Vec<String>>,
    #[serde(skip_serializing_if = "Patch::is_leave")]
    pub expected_results: Patch<Vec<String>>,
    #[serde(skip_serializing_if = "Patch::is_leave")]
    pub declared_partner_count: Patch<i32>,
    #[serde(skip_serializing_if = "Patch::is_leave")]
    pub declared_sme_count: Patch<i32>,
    #[serde(skip_serializing_if = "Patch::is_leave")]
    pub links: Patch<Vec<NewPartnershipLink>>,
    #[serde(skip_serializing_if = "Patch::is_leave")]
    pub classifications: Patch<Vec<NewClassification>>,
    #[serde(skip_serializing_if = "Patch::is_leave")]
    pub website: Patch<String>,
    /// Said by `acceptance` alone: no input and no source can say it.
    #[serde(skip)]
    pub dissolved: Option<DateTime<Utc>>,
}

/// What a write says of something that a partnership is linked with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NewPartnershipLink {
    /// How it is linked.
    pub kind: PartnershipLinkKind,
    /// Its name as the source has it.
    pub name: String,
    /// The organisation, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisation: Option<Reference>,
}

impl From<NewPartnershipLink> for PartnershipLink {
    fn from(new: NewPartnershipLink) -> Self {
        let NewPartnershipLink {
            kind,
            name,
            organisation,
        } = new;
        let organisation_id = organisation
            .as_ref()
            .and_then(Reference::id)
            .map(Into::into);
        Self {
            kind,
            name,
            organisation_id,
        }
    }
}

impl Shared for partnership::Entity {
    type Patch = PartnershipPatch;

    const DUPLICATE: &'static str = "there is such a partnership already";

    const NEEDED: &[&str] = &["title"];

    fn references(patch: &mut PartnershipPatch) -> Vec<Named<'_>> {
        let Patch::Set(links) = &mut patch.links else {
            return Vec::new();
        };
        let organisations = links.iter_mut().enumerate().filter_map(|(n, link)| {
            let path = format!("links.{n}.organisation").into();
            Some((path, RecordType::Organisation, link.organisation.as_mut()?))
        });
        organisations.collect()
    }

    fn apply(row: &mut partnership::Model, patch: PartnershipPatch, check: &mut Check) {
        let PartnershipPatch {
            acronym,
            title,
            programme,
            funding_status,
            status,
            starts_on,
            duration_months,
            origin,
            objectives,
            expected_results,
            declared_partner_count,
            declared_sme_count,
            links,
            classifications,
            website,
            dissolved,
        } = patch;
        field::text(check, "acronym", acronym, &mut row.acronym, MAX_NAME);
        field::name(check, "title", title, &mut row.title);
        row.name_key = fold(row.acronym.as_deref().unwrap_or(&row.title));
        programme.write(&mut row.programme);
        funding_status.write(&mut row.funding_status);
        status.write(&mut row.status);
        starts_on.write(&mut row.starts_on);
        duration_months.write(&mut row.duration_months);
        field::text(check, "origin", origin, &mut row.origin, MAX_TEXT);
        field::texts(check, "objectives", objectives, &mut row.objectives.0);
        field::texts(
            check,
            "expectedResults",
            expected_results,
            &mut row.expected_results.0,
        );
        declared_partner_count.write(&mut row.declared_partner_count);
        declared_sme_count.write(&mut row.declared_sme_count);
        let links = links.map(|links| links.into_iter().map(Into::into).collect());
        field::list(check, "links", links, &mut row.links.0);
        field::classifications(
            check,
            "classifications",
            classifications,
            &mut row.classifications,
        );
        field::website(check, "website", website, &mut row.website);
        row.dissolved_at = dissolved.or(row.dissolved_at);
    }

    fn restate(row: &partnership::Model) -> PartnershipPatch {
        let link = |link: &PartnershipLink| NewPartnershipLink {
            kind: link.kind,
            name: link.name.clone(),
            organisation: link.organisation_id.map(|id| Reference::Id(id.into())),
        };
        let links: Vec<_> = row.links.0.iter().map(link).collect();
        PartnershipPatch {
            acronym: Patch::set_or_clear(row.acronym.clone()),
            title: Patch::of_text(&row.title),
            programme: Patch::set_or_clear(row.programme),
            funding_status: Patch::set_or_clear(row.funding_status),
            status: Patch::set_or_clear(row.status),
            starts_on: Patch::set_or_clear(row.starts_on),
            duration_months: Patch::set_or_clear(row.duration_months),
            origin: Patch::set_or_clear(row.origin.clone()),
            objectives: Patch::of_list(&row.objectives.0),
            expected_results: Patch::of_list(&row.expected_results.0),
            declared_partner_count: Patch::set_or_clear(row.declared_partner_count),
            declared_sme_count: Patch::set_or_clear(row.declared_sme_count),
            links: Patch::of_list(&links),
            classifications: field::restate_classifications(&row.classifications),
            website: Patch::set_or_clear(row.website.clone()),
            dissolved: None,
        }
    }

    fn check(row: &partnership::Model, check: &mut Check) {
        field::require(check, "title", &row.title);
        let months = row.duration_months.unwrap_or(1);
        if !(1..=1_200).contains(&months) {
            check.error(Invalid, "durationMonths", "a duration is 1 to 1,200 months");
        }
        let counts = [
            ("declaredPartnerCount", row.declared_partner_count),
            ("declaredSmeCount", row.declared_sme_count),
        ];
        for (path, _) in counts
            .iter()
            .filter(|(_, count)| count.is_some_and(|n| n < 0))
        {
            check.error(Invalid, path, "a count is not negative");
        }
    }

    fn index(row: &partnership::Model) -> Indexed {
        let terms = row.classifications.0.iter().map(|term| term.label.as_str());
        let texts = row
            .objectives
            .0
            .iter()
            .chain(&row.expected_results.0)
            .map(String::as_str);
        let words = terms.chain(texts).chain([row.title.as_str()]);
        Indexed::new(row.acronym.as_deref().unwrap_or(&row.title), words)
            .with_terms(&row.classifications)
    }
}
