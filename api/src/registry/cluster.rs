//! What may be written of a cluster.

use entities::cluster::{self, DeclaredCount, ManagementLabel};
use entities::record::RecordType;
use entities::value::Link;
use serde::{Deserialize, Serialize};

use super::check::Check;
use super::error::InputErrorCode::{Invalid, Required};
use super::field::{self, MAX_NAME, MAX_TEXT, NewClassification, Place};
use super::patch::Patch;
use super::reference::{Named, Reference, restate};
use super::shared::Shared;
use crate::reference::fold;
use crate::store::Indexed;

/// What a write says of a cluster.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
#[expect(
    missing_docs,
    reason = "the fields are those of the row, where they are described"
)]
pub struct ClusterPatch {
    #[serde(skip_serializing_if = "Patch::is_leave")]
    pub organisation: Patch<Reference>,
    #[serde(skip_serializing_if = "Patch::is_leave")]
    pub name: Patch<String>,
    #[serde(skip_serializing_if = "Patch::is_leave")]
    pub acronym: Patch<String>,
    #[serde(skip_serializing_if = "Patch::is_leave")]
    pub country: Patch<String>,
    #[serde(skip_serializing_if = "Patch::is_leave")]
    pub region: Patch<String>,
    #[serde(skip_serializing_if = "Patch::is_leave")]
    pub year_founded: Patch<i32>,
    #[serde(skip_serializing_if = "Patch::is_leave")]
    pub management_label: Patch<ManagementLabel>,
    #[serde(skip_serializing_if = "Patch::is_leave")]
    pub website: Patch<String>,
    #[serde(skip_serializing_if = "Patch::is_leave")]
    pub links: Patch<Vec<Link>>,
    #[serde(skip_serializing_if = "Patch::is_leave")]
    pub declared: Patch<Vec<DeclaredCount>>,
    #[serde(skip_serializing_if = "Patch::is_leave")]
    pub classifications: Patch<Vec<NewClassification>>,
    #[serde(skip_serializing_if = "Patch::is_leave")]
    pub description: Patch<String>,
}

impl Shared for cluster::Entity {
    type Patch = ClusterPatch;

    const DUPLICATE: &'static str = "that organisation has a cluster already: update that one";

    const NEEDED: &[&str] = &["organisation", "name"];

    fn references(patch: &mut ClusterPatch) -> Vec<Named<'_>> {
        super::reference::named(
            "organisation",
            RecordType::Organisation,
            &mut patch.organisation,
        )
    }

    fn apply(row: &mut cluster::Model, patch: ClusterPatch, check: &mut Check) {
        let ClusterPatch {
            organisation,
            name,
            acronym,
            country,
            region,
            year_founded,
            management_label,
            website,
            links,
            declared,
            classifications,
            description,
        } = patch;
        super::reference::write(organisation, &mut row.organisation_id);
        field::name(check, "name", name, &mut row.name);
        row.name_key = fold(&row.name);
        field::text(check, "acronym", acronym, &mut row.acronym, MAX_NAME);
        field::country(check, country, &mut row.country);
        let mut place = Place {
            code: &mut row.region_code,
            version: &mut row.region_version,
            current: &mut row.region_place,
            country: &mut row.country,
        };
        field::region(check, region, &mut place);
        year_founded.write(&mut row.year_founded);
        management_label.write(&mut row.management_label);
        field::website(check, "website", website, &mut row.website);
        field::links(check, links, &mut row.links);
        field::list(check, "declared", declared, &mut row.declared.0);
        row.declared
            .0
            .sort_by_key(|said| std::cmp::Reverse(said.declared_on));
        field::classifications(
            check,
            "classifications",
            classifications,
            &mut row.classifications,
        );
        field::text(
            check,
            "description",
            description,
            &mut row.description,
            MAX_TEXT,
        );
    }

    fn restate(row: &cluster::Model) -> ClusterPatch {
        ClusterPatch {
            organisation: restate(row.organisation_id),
            name: Patch::of_text(&row.name),
            acronym: Patch::set_or_clear(row.acronym.clone()),
            country: Patch::set_or_clear(row.country.clone()),
            region: Patch::set_or_clear(row.region_code.clone()),
            year_founded: Patch::set_or_clear(row.year_founded),
            management_label: Patch::set_or_clear(row.management_label),
            website: Patch::set_or_clear(row.website.clone()),
            links: Patch::of_list(&row.links.0),
            declared: Patch::of_list(&row.declared.0),
            classifications: field::restate_classifications(&row.classifications),
            description: Patch::set_or_clear(row.description.clone()),
        }
    }

    fn check(row: &cluster::Model, check: &mut Check) {
        field::require(check, "name", &row.name);
        if row.organisation_id.0.is_nil() {
            check.error(
                Required,
                "organisation",
                "a cluster is run by an organisation: name it",
            );
        }
        field::country_of_region(check, row.country.as_deref(), row.region_code.as_deref());
        for (n, said) in row.declared.0.iter().enumerate() {
            let counts = [said.member_count, said.sme_count];
            if counts.iter().flatten().any(|count| *count < 0) {
                check.error(Invalid, &format!("declared.{n}"), "a count is not negative");
            }
        }
    }

    fn index(row: &cluster::Model) -> Indexed {
        let terms = row.classifications.0.iter().map(|term| term.label.as_str());
        let words = terms
            .chain(row.acronym.as_deref())
            .chain(row.description.as_deref());
        Indexed::new(&row.name, words).with_terms(&row.classifications)
    }
}
