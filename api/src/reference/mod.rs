//! Data that ships in the binary: regions, countries, currencies, vocabularies and the programmes of the EU.
//! It has no envelope and no mutations, is read from tables in `api/data/reference` at first use, and stays in memory.
//! Where each table comes from is in `api/data/SOURCES.md`. Nothing here names the database, GraphQL or HTTP.

pub mod concept;
pub mod country;
pub mod currency;
mod fold;
pub mod programme;
pub mod region;

use std::iter::successors;

pub use fold::fold;

/// The rows below the heading of an embedded table, cut into their cells; a cell that a row lacks is empty.
/// The tables are tab-separated and quote nothing, so that a cell is a slice of the binary and never a copy.
fn rows<const CELLS: usize>(table: &'static str) -> impl Iterator<Item = [&'static str; CELLS]> {
    table.lines().skip(1).map(|line| {
        let mut cells = line.split('\t');
        std::array::from_fn(|_| cells.next().unwrap_or_default())
    })
}

/// The one among namesakes that all the others lie in (a country that is one region, a section that is one division);
/// none when the name is ambiguous.
fn most_general<T: PartialEq>(
    namesakes: &[&'static T],
    parent: impl Fn(&'static T) -> Option<&'static T>,
) -> Option<&'static T> {
    let lies_in = |inner: &'static T, outer: &'static T| {
        successors(Some(inner), |item| parent(*item)).any(|item| item == outer)
    };
    namesakes
        .iter()
        .copied()
        .find(|outer| namesakes.iter().all(|inner| lies_in(inner, outer)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_cut_at_tabs_and_missing_cells_are_empty() {
        let table = "a\tb\tc\n1\t\t3\nx\r\n";
        assert_eq!(
            rows::<3>(table).collect::<Vec<_>>(),
            [["1", "", "3"], ["x", "", ""]]
        );
    }

    #[test]
    fn namesakes_are_one_thing_only_along_one_line() {
        static CODES: [&str; 4] = ["AL", "AL0", "BE34", "LU"];
        let parent = |code: &'static &'static str| {
            CODES
                .iter()
                .find(|outer| **outer == &code[..code.len() - 1])
        };
        let [country, region, province, other] = CODES.each_ref();
        assert_eq!(most_general(&[region, country], parent), Some(country));
        assert_eq!(most_general(&[province], parent), Some(province));
        assert_eq!(most_general(&[province, other], parent), None);
        assert_eq!(most_general::<&str>(&[], |_| None), None);
    }
}
