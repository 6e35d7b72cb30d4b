//! The demo: what a registry shows before anyone has entered anything.
//!
//! It loads what the pages of two cluster platforms say about partnerships, clusters, members and
//! projects, on top of the health-and-AI part of Horizon Europe, through the same ways in as any
//! other data. It decides nothing and adds nothing to what the sources say; `api/data/demo/SOURCES.md`
//! names them.

use std::collections::HashMap;

use entities::value::IdentifierScheme;
use entities::{
    cluster, membership, organisation, participation, partnership, partnership_member, project,
    record::Visibility, source,
};
use serde::Deserialize;
use uuid::Uuid;

use super::import::cordis::{self, CordisFiles};
use super::import::{ImportError, ImportOptions};
use crate::auth::Actor;
use crate::registry::{self, Batch, Mode, Registry, RowWrite, Run, Shared, Steward, Target, Terms};

/// Part of Horizon Europe, in the columns of the CORDIS extract.
const ORGANISATIONS: &[u8] = include_bytes!("../../data/demo/organisations.csv.gz");
const PROJECTS: &[u8] = include_bytes!("../../data/demo/projects.csv.gz");
const PARTICIPATIONS: &[u8] = include_bytes!("../../data/demo/participations.csv.gz");

/// What pages say, a later one naming records of an earlier one of the same source.
const PAGES: [&str; 4] = [
    include_str!("../../data/demo/ai4diag.json"),
    include_str!("../../data/demo/s3martmed.json"),
    include_str!("../../data/demo/imago_mol.json"),
    include_str!("../../data/demo/imago_mol_projects.json"),
];

/// The way in, for the log.
const ORIGIN: &str = "demo";

/// What stands before a PIC where a page's facts name an organisation that CORDIS brought.
const PIC: &str = "\"pic:";

/// Why the demo could not be loaded.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// The facts in the binary do not fit the records.
    #[error("the demo's facts cannot be read: {0}")]
    Unreadable(#[from] serde_json::Error),
    /// The part of Horizon Europe was not imported.
    #[error(transparent)]
    Import(#[from] ImportError),
    /// The registry refused a record or the database failed.
    #[error(transparent)]
    Registry(#[from] registry::Error),
}

/// What a page says. The lists are in the order in which their records name each other.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Page {
    source: Source,
    #[serde(default)]
    organisations: Vec<Row<organisation::Entity>>,
    #[serde(default)]
    clusters: Vec<Row<cluster::Entity>>,
    #[serde(default)]
    partnerships: Vec<Row<partnership::Entity>>,
    #[serde(default)]
    partnership_members: Vec<Row<partnership_member::Entity>>,
    #[serde(default)]
    projects: Vec<Row<project::Entity>>,
    #[serde(default)]
    memberships: Vec<Row<membership::Entity>>,
    #[serde(default)]
    participations: Vec<Row<participation::Entity>>,
}

/// Of a page, whose it is.
#[derive(Debug, Deserialize)]
struct Whose {
    source: Source,
}

/// Whose page it is.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Source {
    name: String,
    licence: String,
    url: String,
}

/// What a page says of one record.
#[derive(Debug, Deserialize)]
#[serde(bound = "")]
struct Row<E: Shared> {
    #[serde(flatten)]
    about: About,
    says: E::Patch,
}

/// Which record a page speaks about.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
enum About {
    /// One that CORDIS brought.
    Record(Uuid),
    /// One of its own, under this id.
    External(String),
}

/// Whether the demo was loaded into a registry: whether the last of its sources spoke.
///
/// # Errors
/// When the database fails.
pub async fn is_loaded(registry: &Registry, actor: &Actor) -> Result<bool, DemoError> {
    let Some(last) = PAGES.last() else {
        return Ok(false);
    };
    let last: Whose = serde_json::from_str(last)?;
    let sources = registry.own_sources(actor).await?;
    Ok(sources.iter().any(|source| source.name == last.source.name))
}

/// Loads the demo into a registry in which no record was ever written; adds nothing to any other.
/// Says whether it did.
///
/// # Errors
/// When the database fails; whole batches may have been written by then.
pub async fn load_if_empty(registry: &Registry, actor: &Actor) -> Result<bool, DemoError> {
    if !registry.is_empty(actor).await? {
        return Ok(false);
    }
    let options = ImportOptions {
        progress: false,
        ..ImportOptions::default()
    };
    let files = CordisFiles::packed(ORGANISATIONS, PROJECTS, PARTICIPATIONS)?;
    cordis::import(registry, actor, files, options).await?;
    let mut places = Vec::new();
    for page in PAGES {
        places.extend(load(registry, actor, page).await?);
    }
    accept(registry, actor, places).await?;
    Ok(true)
}

/// Accepts the places of the organisations that run clusters: whose pages these are said that they
/// take part. What a page shows is public, so nobody sees more by it until a cluster writes.
async fn accept(
    registry: &Registry,
    actor: &Actor,
    places: Vec<partnership_member::Model>,
) -> registry::Result<()> {
    let organisations = places.iter().map(|place| place.organisation_id.into());
    let clusters = registry.clusters_of(actor, organisations.collect()).await?;
    for place in places {
        if clusters.contains_key(&place.organisation_id.into()) {
            let run = Run {
                dry: false,
                origin: ORIGIN,
            };
            registry
                .accept_partnership(actor, place.id.into(), run)
                .await?;
        }
    }
    Ok(())
}

/// Writes what a page says, and returns the places in partnerships among it.
async fn load(
    registry: &Registry,
    actor: &Actor,
    page: &str,
) -> Result<Vec<partnership_member::Model>, DemoError> {
    let page = with_ids(page, &holders(registry, actor, page).await?);
    let page: Page = serde_json::from_str(&page)?;
    let Source { name, licence, url } = page.source;
    let source = registry.ensure_source(actor, &name, &licence, &url).await?;
    write(registry, actor, &source, page.organisations).await?;
    write(registry, actor, &source, page.clusters).await?;
    write(registry, actor, &source, page.partnerships).await?;
    let places = write(registry, actor, &source, page.partnership_members).await?;
    write(registry, actor, &source, page.projects).await?;
    write(registry, actor, &source, page.memberships).await?;
    write(registry, actor, &source, page.participations).await?;
    Ok(places)
}

/// The page with the registry's ids in the place of the PICs that it names, so that what it says
/// goes onto the record that is there. A PIC that nobody holds stays and is no id.
fn with_ids(page: &str, holders: &HashMap<String, Uuid>) -> String {
    holders.iter().fold(page.to_owned(), |page, (pic, id)| {
        page.replace(&format!("{PIC}{pic}\""), &format!("\"{id}\""))
    })
}

/// Who holds the PICs that a page names.
async fn holders(
    registry: &Registry,
    actor: &Actor,
    page: &str,
) -> registry::Result<HashMap<String, Uuid>> {
    let keys: Vec<_> = pics(page)
        .map(|pic| (IdentifierScheme::EuPic, pic.to_owned()))
        .collect();
    let found = registry
        .by_identifiers::<organisation::Entity>(actor, &keys)
        .await?;
    let held = keys.into_iter().zip(found);
    Ok(held
        .filter_map(|((_, pic), holders)| Some((pic, holders.first()?.id.0)))
        .collect())
}

fn pics(page: &str) -> impl Iterator<Item = &str> {
    page.split(PIC)
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
}

async fn write<E: Shared>(
    registry: &Registry,
    actor: &Actor,
    source: &source::Model,
    rows: Vec<Row<E>>,
) -> Result<Vec<E::Model>, DemoError> {
    let rows = rows.into_iter().map(|row| RowWrite {
        target: match row.about {
            About::Record(id) => Target::Record {
                id,
                if_version: None,
            },
            About::External(id) => Target::External(id),
        },
        patch: row.says,
        visibility: Some(Visibility::Public),
        partnerships: None,
        archive: None,
        steward: Steward::default(),
        terms: Terms::default(),
    });
    let batch = Batch {
        rows: rows.collect(),
        source: Some(source.clone()),
        mode: Mode::Strict,
        origin: ORIGIN.to_owned(),
    };
    let (written, _) = registry.write::<E>(actor, batch).await?;
    let (mut records, mut errors) = (Vec::new(), Vec::new());
    for one in written {
        records.extend(one.record);
        errors.extend(one.errors);
    }
    if errors.is_empty() {
        Ok(records)
    } else {
        Err(registry::Error::Refused(errors).into())
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "what a test cannot read fails it")]

    use std::collections::HashSet;
    use std::io::Read;

    use entities::value::ConceptScheme::{self, EenTechnology, FreeText, S3EconomicDomain};
    use flate2::read::GzDecoder;
    use serde_json::Value;

    use super::*;
    use crate::reference::{concept, country, region};
    use crate::registry::{NewClassification, Patch};

    fn text(file: &[u8]) -> String {
        let mut text = String::new();
        GzDecoder::new(file).read_to_string(&mut text).unwrap();
        text
    }

    /// The page as it is when every PIC has a holder.
    fn resolved(page: &str) -> String {
        with_ids(
            page,
            &pics(page)
                .map(|pic| (pic.to_owned(), Uuid::nil()))
                .collect(),
        )
    }

    fn read(page: &str) -> Page {
        serde_json::from_str(&resolved(page)).unwrap()
    }

    /// What the rows of a list say, as they were read.
    fn said<E: Shared>(rows: &[Row<E>]) -> Vec<Value> {
        rows.iter()
            .map(|row| serde_json::to_value(&row.says).unwrap())
            .collect()
    }

    fn set<T>(patch: Patch<T>) -> Option<T> {
        match patch {
            Patch::Set(value) => Some(value),
            Patch::Leave | Patch::Clear => None,
        }
    }

    #[test]
    fn nothing_that_a_page_says_is_lost_in_reading() {
        for page in PAGES {
            let plain: Value = serde_json::from_str(&resolved(page)).unwrap();
            let read = read(page);
            for (list, read) in [
                ("organisations", said(&read.organisations)),
                ("clusters", said(&read.clusters)),
                ("partnerships", said(&read.partnerships)),
                ("partnershipMembers", said(&read.partnership_members)),
                ("projects", said(&read.projects)),
                ("memberships", said(&read.memberships)),
                ("participations", said(&read.participations)),
            ] {
                let rows = plain
                    .get(list)
                    .and_then(Value::as_array)
                    .cloned()
                    .unwrap_or_default();
                let rows: Vec<_> = rows.iter().map(|row| row["says"].clone()).collect();
                assert_eq!(read, rows, "{list}");
            }
        }
    }

    #[test]
    fn every_code_is_in_its_list() {
        for page in PAGES.map(read) {
            let places = page
                .organisations
                .into_iter()
                .map(|row| (row.says.country, row.says.region))
                .chain(
                    page.clusters
                        .iter()
                        .map(|row| (row.says.country.clone(), row.says.region.clone())),
                );
            for (country, region) in places {
                let country = set(country);
                if let Some(code) = set(region) {
                    let lies_in = region::find(&code, Some(region::CURRENT)).map(|it| it.country);
                    assert_eq!(lies_in, country.as_deref(), "{code}");
                }
                assert!(country.is_none_or(|code| country::find(&code).is_some()));
            }
            let clusters = page
                .clusters
                .into_iter()
                .map(|row| row.says.classifications);
            let partnerships = page
                .partnerships
                .into_iter()
                .map(|row| row.says.classifications);
            for term in clusters.chain(partnerships).filter_map(set).flatten() {
                let NewClassification {
                    scheme,
                    code,
                    label,
                } = &term;
                let without_list: [ConceptScheme; 3] = [FreeText, EenTechnology, S3EconomicDomain];
                match code {
                    Some(code) => assert!(concept::find(*scheme, code).is_some(), "{term:?}"),
                    None => assert!(label.is_some() && without_list.contains(scheme), "{term:?}"),
                }
            }
        }
    }

    #[test]
    fn a_page_names_what_came_before_it() {
        let organisations = text(ORGANISATIONS);
        let mut known = HashSet::new();
        for page in PAGES {
            for pic in pics(page) {
                assert!(organisations.contains(&format!("\n{pic},")), "{pic}");
            }
            let page: Value = serde_json::from_str(page).unwrap();
            let source = page["source"]["name"].clone();
            let lists = [
                ("organisations", "organisation"),
                ("clusters", "cluster"),
                ("partnerships", "partnership"),
                ("partnershipMembers", ""),
                ("projects", "project"),
                ("memberships", ""),
                ("participations", ""),
            ];
            for (list, name) in lists {
                for row in page[list].as_array().into_iter().flatten() {
                    for (_, field) in lists {
                        if let Some(id) = row["says"][field]["External"].as_str() {
                            assert!(
                                known.contains(&(source.to_string(), field, id.to_owned())),
                                "{row}"
                            );
                        }
                    }
                    let id = row["external"].as_str().unwrap_or_default().to_owned();
                    let new = known.insert((source.to_string(), name, id.clone()));
                    assert!(new || id.is_empty(), "{id} is there twice");
                }
            }
        }
    }

    #[test]
    fn the_part_of_horizon_europe_is_whole_and_holds_no_abstracts() {
        for (file, rows) in
            // 2,400 take part in its projects; ten more are on the pages.
            [
                (ORGANISATIONS, 2_410),
                (PROJECTS, 298),
                (PARTICIPATIONS, 4_432),
            ]
        {
            let text = text(file);
            let mut table = csv::Reader::from_reader(text.as_bytes());
            assert!(
                !table
                    .headers()
                    .unwrap()
                    .iter()
                    .any(|column| column == "objective")
            );
            assert_eq!(table.records().filter_map(Result::ok).count(), rows);
        }
    }
}
