//! The files of a `SQLite` database: for their owner alone, because the keys that sign tokens are in them.

use std::fs::OpenOptions;
use std::io;
use std::path::{Path, PathBuf};

use sea_orm::sqlx::sqlite::SqliteConnectOptions;

/// Makes an empty file that its owner alone may read and write.
///
/// # Errors
/// When it is there already, or cannot be made.
pub(super) fn make(file: &Path) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(file).map(drop)
}

/// Makes the file of a database that is not there yet; `SQLite` would make it with rights for others,
/// and gives the files beside it the rights that this one has. What cannot be made here is told of by
/// who opens it.
pub(super) fn make_missing(url: &str) {
    if let Some(file) = file_of(url) {
        let _ = make(&file);
    }
}

/// The file that opening a URL would make; none for a server, a database in memory and one that must be
/// there.
fn file_of(url: &str) -> Option<PathBuf> {
    let parsed = url::Url::parse(url).ok()?;
    let is_file = parsed.scheme() == "sqlite" && !parsed.path().ends_with(":memory:");
    let makes_none = parsed
        .query_pairs()
        .any(|(name, mode)| name == "mode" && (mode == "memory" || mode == "ro"));
    let options: SqliteConnectOptions = url.parse().ok()?;
    (is_file && !makes_none).then(|| options.get_filename().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_names_the_file_that_opening_it_makes() {
        for (url, file) in [
            ("sqlite:registry.db", Some("registry.db")),
            (
                "sqlite:///var/lib/a%20b.db?mode=rwc",
                Some("/var/lib/a b.db"),
            ),
            ("sqlite::memory:", None),
            ("sqlite:registry.db?mode=memory", None),
            ("sqlite:registry.db?mode=ro", None),
            ("postgres://user:secret@host/name", None),
            ("registry.db", None),
        ] {
            assert_eq!(file_of(url), file.map(PathBuf::from), "{url}");
        }
    }
}
