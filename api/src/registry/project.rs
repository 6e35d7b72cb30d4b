//! What may be written of a project.

use chrono::NaiveDate;
use entities::project::{self, Maturity, ProjectStatus};
use entities::record::RecordType;
use entities::value::Link;
use serde::{Deserialize, Serialize};

use super::check::Check;
use super::error::InputErrorCode::Invalid;
use super::field::{self, MAX_NAME, MAX_TEXT, NewClassification, NewIdentifier};
use super::money::{self, Money};
use super::patch::Patch;
use super::reference::{Named, Reference, named};
use super::shared::Shared;
use crate::reference::fold;
use crate::store::Indexed;

/// What a write says of a project.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
#[expect(
    missing_docs,
    reason = "the fields are those of the row, where they are described"
)]
pub struct ProjectPatch {
    #[serde(skip_serializing_if = "Patch::is_leave")]
    pub acronym: Patch<String>,
    #[serde(skip_serializing_if = "Patch::is_leave")]
    pub title: Patch<String>,
    #[serde(skip_serializing_if = "Patch::is_leave")]
    pub summary: Patch<String>,
    #[serde(skip_serializing_if = "Patch::is_leave")]
    pub status: Patch<ProjectStatus>,
    #[serde(skip_serializing_if = "Patch::is_leave")]
    pub starts_on: Patch<NaiveDate>,
    #[serde(skip_serializing_if = "Patch::is_leave")]
    pub ends_on: Patch<NaiveDate>,
    #[serde(skip_serializing_if = "Patch::is_leave")]
    pub signed_on: Patch<NaiveDate>,
    #[serde(skip_serializing_if = "Patch::is_leave")]
    pub programme: Patch<String>,
    #[serde(skip_serializing_if = "Patch::is_leave")]
    pub funding_scheme: Patch<String>,
    #[serde(skip_serializing_if = "Patch::is_leave")]
    pub call: Patch<String>,
    #[serde(skip_serializing_if = "Patch::is_leave")]
    pub call_topic: Patch<String>,
    #[serde(skip_serializing_if = "Patch::is_leave")]
    pub total_cost: Patch<Money>,
    #[serde(skip_serializing_if = "Patch::is_leave")]
    pub eu_contribution: Patch<Money>,
    #[serde(skip_serializing_if = "Patch::is_leave")]
    pub keywords: Patch<String>,
    #[serde(skip_serializing_if = "Patch::is_leave")]
    pub topics: Patch<Vec<NewClassification>>,
    #[serde(skip_serializing_if = "Patch::is_leave")]
    pub identifiers: Patch<Vec<NewIdentifier>>,
    #[serde(skip_serializing_if = "Patch::is_leave")]
    pub maturity: Patch<Vec<Maturity>>,
    #[serde(skip_serializing_if = "Patch::is_leave")]
    pub partnership: Patch<Reference>,
    #[serde(skip_serializing_if = "Patch::is_leave")]
    pub website: Patch<String>,
    #[serde(skip_serializing_if = "Patch::is_leave")]
    pub links: Patch<Vec<Link>>,
}

impl Shared for project::Entity {
    type Patch = ProjectPatch;

    const DUPLICATE: &'static str = "there is such a project already";

    const NEEDED: &[&str] = &["title"];

    fn references(patch: &mut ProjectPatch) -> Vec<Named<'_>> {
        named(
            "partnership",
            RecordType::Partnership,
            &mut patch.partnership,
        )
    }

    fn apply(row: &mut project::Model, patch: ProjectPatch, check: &mut Check) {
        let ProjectPatch {
            acronym,
            title,
            summary,
            status,
            starts_on,
            ends_on,
            signed_on,
            programme,
            funding_scheme,
            call,
            call_topic,
            total_cost,
            eu_contribution,
            keywords,
            topics,
            identifiers,
            maturity,
            partnership,
            website,
            links,
        } = patch;
        field::text(check, "acronym", acronym, &mut row.acronym, MAX_NAME);
        field::name(check, "title", title, &mut row.title);
        row.name_key = fold(row.acronym.as_deref().unwrap_or(&row.title));
        field::text(check, "summary", summary, &mut row.summary, MAX_TEXT);
        status.write(&mut row.status);
        starts_on.write(&mut row.starts_on);
        ends_on.write(&mut row.ends_on);
        signed_on.write(&mut row.signed_on);
        field::text(check, "programme", programme, &mut row.programme, MAX_NAME);
        field::text(
            check,
            "fundingScheme",
            funding_scheme,
            &mut row.funding_scheme,
            MAX_NAME,
        );
        field::text(check, "call", call, &mut row.call, MAX_NAME);
        field::text(
            check,
            "callTopic",
            call_topic,
            &mut row.call_topic,
            MAX_NAME,
        );
        money::restart(
            &[&total_cost, &eu_contribution],
            &mut [&mut row.total_cost_minor, &mut row.eu_contribution_minor],
            &mut row.currency,
        );
        let currency = &mut row.currency;
        money::amount(
            check,
            "totalCost",
            total_cost,
            &mut row.total_cost_minor,
            currency,
        );
        money::amount(
            check,
            "euContribution",
            eu_contribution,
            &mut row.eu_contribution_minor,
            currency,
        );
        field::text(check, "keywords", keywords, &mut row.keywords, MAX_TEXT);
        field::classifications(check, "topics", topics, &mut row.topics);
        field::identifiers(check, identifiers, None, &mut row.identifiers);
        field::list(check, "maturity", maturity, &mut row.maturity.0);
        row.maturity.0.sort_by_key(|found| found.assessed_on);
        match partnership {
            Patch::Leave => {}
            Patch::Clear => row.partnership_id = None,
            Patch::Set(reference) => row.partnership_id = reference.id().map(Into::into),
        }
        field::website(check, "website", website, &mut row.website);
        field::links(check, links, &mut row.links);
    }

    fn restate(row: &project::Model) -> ProjectPatch {
        let money = |minor| Patch::set_or_clear(money::of(minor, row.currency.as_deref()));
        ProjectPatch {
            acronym: Patch::set_or_clear(row.acronym.clone()),
            title: Patch::of_text(&row.title),
            summary: Patch::set_or_clear(row.summary.clone()),
            status: Patch::set_or_clear(row.status),
            starts_on: Patch::set_or_clear(row.starts_on),
            ends_on: Patch::set_or_clear(row.ends_on),
            signed_on: Patch::set_or_clear(row.signed_on),
            programme: Patch::set_or_clear(row.programme.clone()),
            funding_scheme: Patch::set_or_clear(row.funding_scheme.clone()),
            call: Patch::set_or_clear(row.call.clone()),
            call_topic: Patch::set_or_clear(row.call_topic.clone()),
            total_cost: money(row.total_cost_minor),
            eu_contribution: money(row.eu_contribution_minor),
            keywords: Patch::set_or_clear(row.keywords.clone()),
            topics: field::restate_classifications(&row.topics),
            identifiers: field::restate_identifiers(&row.identifiers),
            maturity: Patch::of_list(&row.maturity.0),
            partnership: Patch::set_or_clear(row.partnership_id.map(|id| Reference::Id(id.into()))),
            website: Patch::set_or_clear(row.website.clone()),
            links: Patch::of_list(&row.links.0),
        }
    }

    fn check(row: &project::Model, check: &mut Check) {
        field::require(check, "title", &row.title);
        field::check_period(check, row.starts_on, row.ends_on);
        field::check_identifiers(check, &row.identifiers);
        for (n, found) in row.maturity.0.iter().enumerate() {
            if !(1..=9).contains(&found.trl.unwrap_or(1)) {
                let message = "a technology readiness level is 1 to 9";
                check.error(Invalid, &format!("maturity.{n}.trl"), message);
            }
        }
    }

    fn index(row: &project::Model) -> Indexed {
        let topics = row.topics.0.iter().map(|topic| topic.label.as_str());
        let texts = [
            Some(row.title.as_str()),
            row.summary.as_deref(),
            row.keywords.as_deref(),
        ];
        let words = topics.chain(texts.into_iter().flatten());
        Indexed::new(row.acronym.as_deref().unwrap_or(&row.title), words)
            .with_identifiers(&row.identifiers)
            .with_terms(&row.topics)
    }
}
