//! What may be written of an organisation.

use chrono::Days;
use entities::organisation::{
    self, EnterpriseSize, LegalStatus, OrganisationKind, SizeBasis, SizeStatement,
};
use entities::record::FindingCode;
use entities::value::{Address, IdentifierStatus, Link, Name};
use serde::{Deserialize, Serialize};

use super::check::Check;
use super::field::{self, MAX_TEXT, NewClassification, NewIdentifier, Place};
use super::identifier;
use super::matching::signs_of;
use super::patch::Patch;
use super::reference::Named;
use super::shared::Shared;
use crate::reference::fold;
use crate::store::{IdentifierPair, Indexed};

/// What a write says of an organisation.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
#[expect(
    missing_docs,
    reason = "the fields are those of the row, where they are described"
)]
pub struct OrganisationPatch {
    #[serde(skip_serializing_if = "Patch::is_leave")]
    pub name: Patch<String>,
    #[serde(skip_serializing_if = "Patch::is_leave")]
    pub names: Patch<Vec<Name>>,
    #[serde(skip_serializing_if = "Patch::is_leave")]
    pub kind: Patch<OrganisationKind>,
    #[serde(skip_serializing_if = "Patch::is_leave")]
    pub other_kinds: Patch<Vec<OrganisationKind>>,
    #[serde(skip_serializing_if = "Patch::is_leave")]
    pub legal_status: Patch<LegalStatus>,
    #[serde(skip_serializing_if = "Patch::is_leave")]
    pub legal_form: Patch<String>,
    #[serde(skip_serializing_if = "Patch::is_leave")]
    pub is_sme: Patch<bool>,
    #[serde(skip_serializing_if = "Patch::is_leave")]
    pub sizes: Patch<Vec<SizeStatement>>,
    #[serde(skip_serializing_if = "Patch::is_leave")]
    pub country: Patch<String>,
    #[serde(skip_serializing_if = "Patch::is_leave")]
    pub region: Patch<String>,
    #[serde(skip_serializing_if = "Patch::is_leave")]
    pub address: Patch<Address>,
    #[serde(skip_serializing_if = "Patch::is_leave")]
    pub location: Patch<String>,
    #[serde(skip_serializing_if = "Patch::is_leave")]
    pub website: Patch<String>,
    #[serde(skip_serializing_if = "Patch::is_leave")]
    pub links: Patch<Vec<Link>>,
    #[serde(skip_serializing_if = "Patch::is_leave")]
    pub identifiers: Patch<Vec<NewIdentifier>>,
    #[serde(skip_serializing_if = "Patch::is_leave")]
    pub classifications: Patch<Vec<NewClassification>>,
    #[serde(skip_serializing_if = "Patch::is_leave")]
    pub description: Patch<String>,
}

impl Shared for organisation::Entity {
    type Patch = OrganisationPatch;

    const DUPLICATE: &'static str = "there is such an organisation already";

    const NEEDED: &[&str] = &["name"];

    fn references(_patch: &mut OrganisationPatch) -> Vec<Named<'_>> {
        Vec::new()
    }

    fn strong_identifiers(patch: &OrganisationPatch) -> Vec<IdentifierPair> {
        let Patch::Set(identifiers) = &patch.identifiers else {
            return Vec::new();
        };
        let country = match &patch.country {
            Patch::Set(country) => Some(country.as_str()),
            Patch::Leave | Patch::Clear => None,
        };
        let strong = identifiers
            .iter()
            .filter(|new| identifier::is_strong(new.scheme))
            .map(|new| {
                let country = new.country.as_deref().or(country);
                identifier::identify(new.scheme, &new.value, country)
            })
            // What does not have the form of its scheme identifies nobody.
            .filter(|identifier| identifier.status != IdentifierStatus::FormatInvalid)
            .map(|identifier| (identifier.scheme, identifier.value));
        strong.collect()
    }

    fn apply(row: &mut organisation::Model, patch: OrganisationPatch, check: &mut Check) {
        let OrganisationPatch {
            name,
            names,
            kind,
            other_kinds,
            legal_status,
            legal_form,
            is_sme,
            sizes,
            country,
            region,
            address,
            location,
            website,
            links,
            identifiers,
            classifications,
            description,
        } = patch;
        field::name(check, "name", name, &mut row.name);
        row.name_key = fold(&row.name);
        field::list(check, "names", names, &mut row.names.0);
        kind.write_or_default(&mut row.kind);
        field::list(check, "otherKinds", other_kinds, &mut row.other_kinds.0);
        legal_status.write(&mut row.legal_status);
        field::text(
            check,
            "legalForm",
            legal_form,
            &mut row.legal_form,
            MAX_TEXT,
        );
        field::list(check, "sizes", sizes, &mut row.sizes.0);
        declare_size(check, &is_sme, &mut row.sizes.0);
        row.is_sme = current_size(&row.sizes.0);
        field::country(check, country, &mut row.country);
        let mut place = Place {
            code: &mut row.region_code,
            version: &mut row.region_version,
            current: &mut row.region_place,
            country: &mut row.country,
        };
        field::region(check, region, &mut place);
        address.write_or_default(&mut row.address);
        field::text(check, "location", location, &mut row.location, MAX_TEXT);
        field::website(check, "website", website, &mut row.website);
        field::links(check, links, &mut row.links);
        field::identifiers(
            check,
            identifiers,
            row.country.as_deref(),
            &mut row.identifiers,
        );
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

    fn restate(row: &organisation::Model) -> OrganisationPatch {
        OrganisationPatch {
            name: Patch::of_text(&row.name),
            names: Patch::of_list(&row.names.0),
            kind: Patch::Set(row.kind),
            other_kinds: Patch::of_list(&row.other_kinds.0),
            legal_status: Patch::set_or_clear(row.legal_status),
            legal_form: Patch::set_or_clear(row.legal_form.clone()),
            is_sme: Patch::set_or_clear(row.is_sme),
            sizes: Patch::of_list(&row.sizes.0),
            country: Patch::set_or_clear(row.country.clone()),
            region: Patch::set_or_clear(row.region_code.clone()),
            address: Patch::set_or_clear(
                Some(&row.address)
                    .filter(|address| **address != Address::default())
                    .cloned(),
            ),
            location: Patch::set_or_clear(row.location.clone()),
            website: Patch::set_or_clear(row.website.clone()),
            links: Patch::of_list(&row.links.0),
            identifiers: field::restate_identifiers(&row.identifiers),
            classifications: field::restate_classifications(&row.classifications),
            description: Patch::set_or_clear(row.description.clone()),
        }
    }

    fn check(row: &organisation::Model, check: &mut Check) {
        field::require(check, "name", &row.name);
        field::country_of_region(check, row.country.as_deref(), row.region_code.as_deref());
        field::check_identifiers(check, &row.identifiers);
        let public = matches!(
            row.kind,
            OrganisationKind::University | OrganisationKind::PublicAuthority
        );
        if public && row.is_sme == Some(true) {
            let message = "universities and public bodies are rarely small or medium-sized \
                           enterprises (Recommendation 2003/361/EC, Article 3(4))";
            check.finding(FindingCode::SmeUnlikely, "isSme", message);
        }
    }

    fn index(row: &organisation::Model) -> Indexed {
        let names = row.names.0.iter().map(|name| name.value.as_str());
        let terms = row.classifications.0.iter().map(|term| term.label.as_str());
        let words = names.chain(terms).chain(row.description.as_deref());
        Indexed::new(&row.name, words)
            .with_identifiers(&row.identifiers)
            .with_terms(&row.classifications)
            .with_signs(signs_of(row))
    }
}

/// `isSme` is a statement of the writer's own, from today; what was said before ended yesterday.
fn declare_size(check: &Check, is_sme: &Patch<bool>, sizes: &mut Vec<SizeStatement>) {
    let is_sme = match is_sme {
        Patch::Leave => return,
        Patch::Clear => None,
        Patch::Set(is_sme) => Some(*is_sme),
    };
    if current_size(sizes) == is_sme {
        return;
    }
    let yesterday = check.today.checked_sub_days(Days::new(1));
    sizes.retain(|said| said.ends_on.is_some() || said.starts_on != Some(check.today));
    for said in sizes.iter_mut().filter(|said| said.ends_on.is_none()) {
        said.ends_on = yesterday;
    }
    sizes.extend(is_sme.map(|is_sme| SizeStatement {
        is_sme: Some(is_sme),
        size: None,
        headcount: None,
        basis: SizeBasis::SelfDeclared,
        starts_on: Some(check.today),
        ends_on: None,
    }));
}

/// The newest statement that has no end says what holds today.
fn current_size(sizes: &[SizeStatement]) -> Option<bool> {
    let open = sizes.iter().filter(|said| said.ends_on.is_none());
    let newest = open.max_by_key(|said| said.starts_on)?;
    newest
        .is_sme
        .or_else(|| newest.size.map(|size| size != EnterpriseSize::Large))
}
