//! Where a file's bytes come from: a file, an entry of a ZIP archive, the program itself; decompressed on the way.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use flate2::bufread::MultiGzDecoder;
use zip::ZipArchive;

/// A file's content, which can be read any number of times.
#[derive(Clone, Debug)]
pub(super) enum Content {
    /// A file of its own, plain or compressed with gzip.
    File(PathBuf),
    /// The entry with that number of an archive.
    Zipped(PathBuf, usize),
    /// Bytes in this program, plain or compressed with gzip.
    Packed(&'static [u8]),
}

impl Content {
    /// The names of an archive's files, and what is in them.
    pub(super) fn of_archive(path: &Path) -> io::Result<Vec<(String, Self)>> {
        let mut zip = ZipArchive::new(BufReader::new(File::open(path)?))?;
        let entries = 0..zip.len();
        let entries = entries.map(|at| {
            let name = zip.by_index_raw(at)?.name()?.into_owned();
            Ok((name, Self::Zipped(path.to_owned(), at)))
        });
        entries.collect()
    }

    /// Opens it anew and hands it out.
    pub(super) fn read<T>(&self, read: impl FnOnce(&mut dyn Read) -> T) -> io::Result<T> {
        match self {
            Self::File(path) => decompressed(BufReader::new(File::open(path)?), read),
            Self::Packed(bytes) => decompressed(*bytes, read),
            Self::Zipped(path, at) => {
                let mut zip = ZipArchive::new(BufReader::new(File::open(path)?))?;
                Ok(read(&mut zip.by_index(*at)?))
            }
        }
    }
}

fn decompressed<T>(
    mut bytes: impl BufRead,
    read: impl FnOnce(&mut dyn Read) -> T,
) -> io::Result<T> {
    let gzip = bytes.fill_buf()?.starts_with(&[0x1f, 0x8b]);
    let answer = if gzip {
        read(&mut MultiGzDecoder::new(bytes))
    } else {
        read(&mut bytes)
    };
    Ok(answer)
}
