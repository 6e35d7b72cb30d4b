//! Titles of the codes that a project's programme and scheme are given in: legal bases and funding schemes of Horizon
//! Europe and Euratom, as CORDIS uses them. A code that is not here is kept as it is; nothing is refused for it.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::rows;

static TITLES: LazyLock<HashMap<&str, &'static str>> = LazyLock::new(|| {
    rows(include_str!("../../data/reference/programmes.tsv"))
        .map(|[code, title]| (code, title))
        .collect()
});

/// The English title of a legal basis (`HORIZON.2.1.5`) or funding scheme (`HORIZON-RIA`).
#[must_use]
pub fn title(code: &str) -> Option<&'static str> {
    TITLES.get(code.trim()).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_its_title() {
        for (code, found) in [
            (
                "HORIZON-RIA",
                Some("HORIZON Research and Innovation Actions"),
            ),
            ("HORIZON.2.1", Some("Health")),
            ("HORIZON", None),
        ] {
            assert_eq!(title(code), found, "{code}");
        }
        assert_eq!(TITLES.len(), 95 + 28);
    }
}
