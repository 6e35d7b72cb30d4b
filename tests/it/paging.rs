//! Pages: whatever the order, the size and the direction, their union is exactly the set in order.

use std::cmp::Ordering;

use entities::organisation::{Column, Entity, Model};
use partner_registry::reference::fold;
use partner_registry::registry::{
    Filter, Key, Order, OrderKey, PageRequest, Patch, RowWrite, Search, Slice, Test,
};
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};
use tests::{TestApp, archive, on_both};
use tokio::runtime::Handle;

use crate::given;

on_both! {
    the_union_of_pages_is_the_set_in_order,
}

/// Few values, so that many rows are equal in each of them, and blanks.
const NAMES: &[&str] = &[
    "Alpha",
    "Alpha Medical",
    "Medical Alpha",
    "Ålpha médical",
    "Zeta",
    "Beta",
];
const COUNTRIES: &[Option<&str>] = &[None, Some("BE"), Some("IT")];
const DESCRIPTIONS: &[Option<&str>] = &[None, Some("An alpha version"), Some("Medicine")];
const SEARCHES: &[Option<&str>] = &[None, None, Some("alpha"), Some("ALPHA med"), Some("zet")];
const KEYS: &[OrderKey<Column>] = &[
    OrderKey::Column(Column::NameKey),
    OrderKey::Column(Column::Country),
    OrderKey::Column(Column::IsSme),
    OrderKey::Column(Column::UpdatedAt),
    OrderKey::Rank,
];

#[derive(Clone, Debug)]
struct Case {
    rows: Vec<RowWrite<Entity>>,
    order: Vec<Order<Column>>,
    page: u64,
    backwards: bool,
    country: Option<&'static str>,
    search: Option<&'static str>,
}

fn row() -> impl Strategy<Value = RowWrite<Entity>> {
    let text = |text: Option<&str>| Patch::set_or_clear(text.map(str::to_owned));
    let is_sme = any::<Option<bool>>().prop_map(Patch::set_or_clear);
    (
        select(NAMES),
        select(COUNTRIES),
        is_sme,
        select(DESCRIPTIONS),
    )
        .prop_map(move |(name, country, is_sme, description)| {
            let mut row = given::organisation(name);
            row.patch.country = text(country);
            row.patch.is_sme = is_sme;
            row.patch.description = text(description);
            row
        })
}

fn case() -> impl Strategy<Value = Case> {
    let order =
        (select(KEYS), any::<bool>(), any::<bool>()).prop_map(|(by, descending, nulls_first)| {
            Order {
                by,
                descending,
                nulls_first,
            }
        });
    let rows = prop::collection::vec(row(), 0..14);
    let order = prop::collection::vec(order, 0..3);
    (
        rows,
        order,
        1..5_u64,
        any::<bool>(),
        select(COUNTRIES),
        select(SEARCHES),
    )
        .prop_map(|(rows, order, page, backwards, country, search)| Case {
            rows,
            order,
            page,
            backwards,
            country,
            search,
        })
}

async fn the_union_of_pages_is_the_set_in_order(app: TestApp) {
    let config = Config {
        cases: 96,
        failure_persistence: None,
        ..Config::default()
    };
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let tried = tokio::task::block_in_place(|| {
        TestRunner::new_with_rng(config, rng).run(&case(), |case| {
            Handle::current().block_on(try_case(&app, case))
        })
    });
    tried.unwrap_or_else(|failure| panic!("{failure}"));
}

/// Writes the rows, walks through the pages, and takes the rows out again for the next case.
async fn try_case(app: &TestApp, case: Case) -> Result<(), TestCaseError> {
    let (written, _) = app.write(case.rows.clone()).await.unwrap();
    let rows: Vec<Model> = written.into_iter().map(|row| row.record.unwrap()).collect();
    let request = PageRequest::<Entity> {
        filter: case.country.map_or_else(Filter::default, |country| {
            Filter::column(Column::Country, Test::Eq(country.into()))
        }),
        search: case.search.and_then(Search::new),
        order: case.order.clone(),
        slice: Slice {
            limit: case.page,
            backwards: case.backwards,
            after: None,
            before: None,
        },
    };
    let walked = walk(app, request.clone()).await;
    let count = app
        .registry
        .count::<Entity>(&app.actor, &request.filter, request.search.as_ref());
    let count = count.await.unwrap();
    app.write(rows.iter().map(|row| archive::<Entity>(row.id)).collect())
        .await
        .unwrap();

    let expected = expected(&case, rows);
    prop_assert_eq!(usize::try_from(count).unwrap(), expected.len());
    prop_assert_eq!(walked?, expected);
    Ok(())
}

/// All pages, one after the other, each from the cursor of the one before.
async fn walk(
    app: &TestApp,
    mut request: PageRequest<Entity>,
) -> Result<Vec<Model>, TestCaseError> {
    let mut walked: Vec<Model> = Vec::new();
    loop {
        prop_assert!(request.cursors_fit());
        let page = app
            .registry
            .page(&app.actor, &request, false)
            .await
            .unwrap();
        let begun = !walked.is_empty();
        let backwards = request.slice.backwards;
        let (more, behind) = if backwards {
            (page.has_previous, page.has_next)
        } else {
            (page.has_next, page.has_previous)
        };
        prop_assert_eq!(behind, begun);
        prop_assert!(u64::try_from(page.rows.len()).unwrap() <= request.slice.limit);
        let edge = if backwards {
            page.rows.first()
        } else {
            page.rows.last()
        };
        let edge = edge.map(|(keys, _)| through_a_cursor(keys));
        let rows = page.rows.into_iter().map(|(_, row)| Model::clone(&row));
        if backwards {
            walked.splice(0..0, rows);
            request.slice.before = edge;
        } else {
            walked.extend(rows);
            request.slice.after = edge;
        }
        if !more {
            return Ok(walked);
        }
    }
}

/// What a cursor holds is text: the keys must survive it.
fn through_a_cursor(keys: &[Key]) -> Vec<Key> {
    serde_json::from_str(&serde_json::to_string(keys).unwrap()).unwrap()
}

/// The same in plain words: filtered, searched and sorted in memory.
fn expected(case: &Case, mut rows: Vec<Model>) -> Vec<Model> {
    rows.retain(|row| case.country.is_none() || row.country.as_deref() == case.country);
    rows.retain(|row| case.search.is_none_or(|search| rank(row, search).is_some()));
    let mut order = case.order.clone();
    if order.is_empty() && case.search.is_some() {
        order = [OrderKey::Rank, OrderKey::Column(Column::NameKey)]
            .map(|by| Order {
                by,
                descending: false,
                nulls_first: false,
            })
            .into();
    }
    rows.sort_by(|a, b| {
        let items = order.iter().map(|item| compare(*item, case.search, a, b));
        items
            .fold(Ordering::Equal, Ordering::then)
            .then(a.id.cmp(&b.id))
    });
    rows
}

fn compare(item: Order<Column>, search: Option<&str>, a: &Model, b: &Model) -> Ordering {
    let value = |row: &Model| match item.by {
        OrderKey::Column(Column::NameKey) => Some(row.name_key.clone()),
        OrderKey::Column(Column::Country) => row.country.clone(),
        OrderKey::Column(Column::IsSme) => row.is_sme.map(|is| is.to_string()),
        OrderKey::Column(_) => Some(row.updated_at.to_rfc3339()),
        OrderKey::Rank => search
            .and_then(|search| rank(row, search))
            .map(|rank| rank.to_string()),
    };
    match (value(a), value(b)) {
        (None, None) => Ordering::Equal,
        (None, Some(_)) if item.nulls_first => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (Some(_), None) if item.nulls_first => Ordering::Greater,
        (Some(_), None) => Ordering::Less,
        (Some(a), Some(b)) if item.descending => b.cmp(&a),
        (Some(a), Some(b)) => a.cmp(&b),
    }
}

/// 0 the name itself, 1 its beginning, 2 all words begin words of the name, 3 of the record; none
/// where a word begins none.
fn rank(row: &Model, search: &str) -> Option<u8> {
    let search = fold(search);
    let begin_words_of = |text: &str| {
        search
            .split(' ')
            .all(|begin| text.split(' ').any(|word| word.starts_with(begin)))
    };
    let all = format!(
        "{} {}",
        row.name_key,
        fold(row.description.as_deref().unwrap_or(""))
    );
    match row.name_key.as_str() {
        _ if !begin_words_of(&all) => None,
        name if name == search => Some(0),
        name if name.starts_with(&search) => Some(1),
        name if begin_words_of(name) => Some(2),
        _ => Some(3),
    }
}
