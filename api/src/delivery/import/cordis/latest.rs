//! CORDIS's own download repeats an organisation with each participation, each copy as it was when that project's page
//! was last changed: the newest copy counts.

use std::collections::HashMap;

use super::super::table::Line;
use super::organisation::Columns;

/// Where the newest copy of each organisation is.
#[derive(Clone, Debug, Default)]
pub(super) struct Latest(HashMap<String, (String, u64)>);

impl Latest {
    /// Looks at a copy. A later one of the same age replaces an earlier one.
    pub(super) fn look_at(&mut self, line: &Line<'_>) {
        let Columns {
            pic, updated_at, ..
        } = Columns::of(line);
        let updated_at = updated_at.unwrap_or_default();
        let known = self.0.get_mut(pic);
        match known {
            Some((newest, _)) if newest.as_str() > updated_at => {}
            Some(known) => *known = (updated_at.to_owned(), line.number),
            None if pic.is_empty() => {}
            None => {
                self.0
                    .insert(pic.to_owned(), (updated_at.to_owned(), line.number));
            }
        }
    }

    /// How many organisations there are.
    pub(super) fn count(&self) -> u64 {
        self.0.len().try_into().unwrap_or(u64::MAX)
    }

    /// Whether this row is the newest copy of its organisation.
    pub(super) fn is_at(&self, line: &Line<'_>) -> bool {
        let known = self.0.get(Columns::of(line).pic);
        known.is_some_and(|(_, number)| *number == line.number)
    }
}

#[cfg(test)]
mod tests {
    use super::super::files::lines;
    use super::*;

    const THEIRS: &str = "organisationID;name;contentUpdateDate\n";

    #[test]
    fn the_newest_copy_counts_and_of_equally_old_ones_the_last() {
        let copy = |pic: &str, name: &str, age: &str| format!("{pic};{name};{age}\n");
        let content = [
            THEIRS.to_owned(),
            copy("1", "old", "2020-01-01 00:00:00"),
            copy("1", "new", "2024-01-01 00:00:00"),
            copy("1", "older", "2019-01-01 00:00:00"),
            copy("2", "first", ""),
            copy("2", "last", ""),
            copy("", "nobody", ""),
        ];
        let content = content.concat();
        let mut latest = Latest::default();
        lines(&content, |line| latest.look_at(line));
        assert_eq!(latest.count(), 2);
        let kept = lines(&content, |line| {
            latest
                .is_at(line)
                .then(|| Columns::of(line).legal_name.to_owned())
        });
        assert_eq!(
            kept.into_iter().flatten().collect::<Vec<_>>(),
            ["new", "last"]
        );
    }
}
