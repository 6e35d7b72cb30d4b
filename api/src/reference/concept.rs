//! Vocabularies: the lists of codes that records are filed under.
//! Free text is no list: a word that is in none is kept verbatim by the record and never looked up here. The domains of
//! smart specialisation and the keywords of the Enterprise Europe Network have no list in the open and are empty.

use std::collections::HashMap;
use std::sync::LazyLock;

use entities::value::ConceptScheme;

use super::{fold, most_general, rows};

/// An entry of a vocabulary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Concept {
    /// The vocabulary.
    pub scheme: ConceptScheme,
    /// The code. A list that has only labels has them folded for codes: `MEDICAL_DEVICES`.
    pub code: &'static str,
    /// The label, in English.
    pub label: &'static str,
    /// The code of the entry one level up.
    pub parent: Option<&'static str>,
}

/// A table per vocabulary; parents stand before their children.
const TABLES: [(ConceptScheme, &str); 9] = [
    (
        ConceptScheme::Nace2,
        include_str!("../../data/reference/concepts/nace_2.tsv"),
    ),
    (
        ConceptScheme::Nace21,
        include_str!("../../data/reference/concepts/nace_2_1.tsv"),
    ),
    (
        ConceptScheme::EuroSciVoc,
        include_str!("../../data/reference/concepts/euroscivoc.tsv"),
    ),
    (
        ConceptScheme::S3EuPriority,
        include_str!("../../data/reference/concepts/s3_eu_priority.tsv"),
    ),
    (
        ConceptScheme::EmergingIndustry,
        include_str!("../../data/reference/concepts/emerging_industry.tsv"),
    ),
    (
        ConceptScheme::SectoralIndustry,
        include_str!("../../data/reference/concepts/sectoral_industry.tsv"),
    ),
    (
        ConceptScheme::IndustrialEcosystem,
        include_str!("../../data/reference/concepts/industrial_ecosystem.tsv"),
    ),
    (
        ConceptScheme::Ket2012,
        include_str!("../../data/reference/concepts/ket_2012.tsv"),
    ),
    (
        ConceptScheme::Ket2018,
        include_str!("../../data/reference/concepts/ket_2018.tsv"),
    ),
];

static CONCEPTS: LazyLock<HashMap<ConceptScheme, Vec<Concept>>> = LazyLock::new(|| {
    let read = |(scheme, table)| {
        let concept = |[code, parent, label]: [_; 3]| {
            let parent = Some(parent).filter(|parent: &&str| !parent.is_empty());
            Concept {
                scheme,
                code,
                label,
                parent,
            }
        };
        (scheme, rows(table).map(concept).collect())
    };
    TABLES.into_iter().map(read).collect()
});

static BY_CODE: LazyLock<HashMap<(ConceptScheme, &str), &Concept>> = LazyLock::new(|| {
    CONCEPTS
        .values()
        .flatten()
        .map(|concept| ((concept.scheme, concept.code), concept))
        .collect()
});

static BY_LABEL: LazyLock<HashMap<(ConceptScheme, String), Vec<&Concept>>> = LazyLock::new(|| {
    let mut by_label: HashMap<_, Vec<_>> = HashMap::new();
    for concept in CONCEPTS.values().flatten() {
        by_label
            .entry((concept.scheme, fold(concept.label)))
            .or_default()
            .push(concept);
    }
    by_label
});

static BY_PATH: LazyLock<HashMap<String, &Concept>> = LazyLock::new(|| {
    let mut paths: HashMap<&str, String> = HashMap::new();
    for concept in all(ConceptScheme::EuroSciVoc) {
        let above = concept
            .parent
            .and_then(|parent| paths.get(parent))
            .map_or("", String::as_str);
        let path = format!("{above}/{}", concept.label);
        paths.insert(concept.code, path);
    }
    let by_path = all(ConceptScheme::EuroSciVoc).iter();
    by_path
        .filter_map(|concept| Some((paths.remove(concept.code)?, concept)))
        .collect()
});

/// The entries of a vocabulary, parents before their children; none for free text and for a scheme without a list.
#[must_use]
pub fn all(scheme: ConceptScheme) -> &'static [Concept] {
    CONCEPTS.get(&scheme).map_or(&[], Vec::as_slice)
}

/// The entry with a code, in any case.
#[must_use]
pub fn find(scheme: ConceptScheme, code: &str) -> Option<&'static Concept> {
    BY_CODE
        .get(&(scheme, code.trim().to_ascii_uppercase().as_str()))
        .copied()
}

/// The entry with a label, with accents, case and punctuation aside. Of a section and its only division, which share a
/// label, it is the section; none when entries in different places share it.
#[must_use]
pub fn by_label(scheme: ConceptScheme, label: &str) -> Option<&'static Concept> {
    most_general(BY_LABEL.get(&(scheme, fold(label)))?, parent)
}

/// The entry one level up.
#[must_use]
pub fn parent(concept: &Concept) -> Option<&'static Concept> {
    find(concept.scheme, concept.parent?)
}

/// The entry of the European Science Vocabulary that CORDIS writes as a path of labels
/// (`/natural sciences/mathematics`).
#[must_use]
pub fn euroscivoc_path(display_path: &str) -> Option<&'static Concept> {
    BY_PATH.get(display_path.trim()).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use ConceptScheme::*;

    #[test]
    fn every_vocabulary_is_whole() {
        for (scheme, levels) in [
            (Nace2, &[21, 88, 272, 615][..]),
            (Nace21, &[22, 87, 287, 651]),
            (EuroSciVoc, &[6, 41, 245, 432, 208, 36, 6]),
            (S3EuPriority, &[10, 60]),
            (EmergingIndustry, &[10]),
            (SectoralIndustry, &[51]),
            (IndustrialEcosystem, &[14]),
            (Ket2012, &[6]),
            (Ket2018, &[6]),
            (S3EconomicDomain, &[]),
            (S3ScientificDomain, &[]),
            (EenTechnology, &[]),
            (EenMarket, &[]),
            (FreeText, &[]),
        ] {
            let mut counted = Vec::new();
            for concept in all(scheme) {
                assert_eq!(
                    find(scheme, concept.code),
                    Some(concept),
                    "a code is there twice"
                );
                assert_eq!(
                    parent(concept).map(|up| up.code),
                    concept.parent,
                    "{concept:?}"
                );
                assert!(
                    !concept.label.is_empty() && concept.label.trim() == concept.label,
                    "{concept:?}"
                );
                let depth = std::iter::successors(parent(concept), |up| parent(up)).count();
                counted.resize(counted.len().max(depth + 1), 0);
                counted[depth] += 1;
            }
            assert_eq!(counted, levels, "{scheme:?}");
        }
    }

    #[test]
    fn a_list_of_labels_has_them_folded_for_codes() {
        for scheme in [
            S3EuPriority,
            EmergingIndustry,
            SectoralIndustry,
            IndustrialEcosystem,
            Ket2012,
            Ket2018,
        ] {
            for concept in all(scheme) {
                assert_eq!(
                    concept.code,
                    fold(concept.label).to_uppercase().replace(' ', "_")
                );
            }
        }
    }

    #[test]
    fn a_code_means_what_its_revision_says() {
        for (scheme, code, found) in [
            (
                Nace2,
                "Q",
                Some(("Human health and social work activities", None)),
            ),
            (Nace21, "Q", Some(("Education", None))),
            (
                Nace21,
                "r",
                Some(("Human health and social work activities", None)),
            ),
            (
                Nace2,
                "86.21",
                Some(("General medical practice activities", Some("86.2"))),
            ),
            (Nace21, "W", None),
            (EuroSciVoc, "/21/33", Some(("health sciences", Some("/21")))),
            // A parent that no project is filed under itself.
            (
                EuroSciVoc,
                "/25",
                Some(("engineering and technology", None)),
            ),
            (
                EmergingIndustry,
                "MEDICAL_DEVICES",
                Some(("Medical Devices", None)),
            ),
            (
                S3EuPriority,
                "NANOTECHNOLOGY",
                Some(("Nanotechnology", Some("KETS"))),
            ),
            (FreeText, "DIAGNOSTICS", None),
        ] {
            assert_eq!(
                find(scheme, code).map(|c| (c.label, c.parent)),
                found,
                "{scheme:?} {code}"
            );
        }
    }

    #[test]
    fn a_label_finds_its_entry_or_the_one_that_holds_its_namesakes() {
        for (scheme, label, found) in [
            (EmergingIndustry, "medical devices", Some("MEDICAL_DEVICES")),
            (SectoralIndustry, "Artificial Intelligence", None),
            (
                S3EuPriority,
                "e-Health (e.g. healthy ageing)",
                Some("E_HEALTH_E_G_HEALTHY_AGEING"),
            ),
            (
                Ket2012,
                "Micro- and Nanoelectronics",
                Some("MICRO_AND_NANOELECTRONICS"),
            ),
            // Section, division, group and class.
            (Nace2, "education", Some("P")),
            (Nace2, "Veterinary activities", Some("75")),
            (Nace2, "", None),
        ] {
            assert_eq!(
                by_label(scheme, label).map(|concept| concept.code),
                found,
                "{scheme:?} {label}"
            );
        }
    }

    #[test]
    fn a_path_of_labels_finds_its_entry() {
        for (path, found) in [
            (
                "/medical and health sciences/health sciences",
                Some("/21/33"),
            ),
            (" /natural sciences ", Some("/23")),
            ("/health sciences", None),
            ("", None),
        ] {
            assert_eq!(
                euroscivoc_path(path).map(|concept| concept.code),
                found,
                "{path}"
            );
        }
        assert_eq!(BY_PATH.len(), all(EuroSciVoc).len());
    }
}
