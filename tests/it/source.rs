//! Reads Rust sources as far as the architecture needs: which names they use, on which line.

use std::path::Path;

/// A source file.
#[derive(Debug)]
pub(crate) struct Source {
    /// Its path from the root of the workspace, with slashes.
    pub(crate) path: String,
    /// What it says.
    pub(crate) text: String,
    tokens: Vec<(usize, String)>,
}

/// A name that a file uses: `use` trees are taken apart, and `crate::` paths written out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Name {
    pub(crate) line: usize,
    pub(crate) segments: Vec<String>,
}

impl Name {
    /// Whether the name begins with a path.
    pub(crate) fn is_in(&self, path: &str) -> bool {
        path.split("::")
            .enumerate()
            .all(|(n, part)| self.segments.get(n).is_some_and(|it| it == part))
    }

    /// Its last part.
    pub(crate) fn last(&self) -> &str {
        self.segments.last().map_or("", String::as_str)
    }
}

/// All Rust files of the workspace.
pub(crate) fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut found = Vec::new();
    for package in ["api", "entities", "migration", "tests"] {
        collect(root, &root.join(package), &mut found);
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

fn collect(root: &Path, directory: &Path, found: &mut Vec<Source>) {
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if path.is_dir() && !["target", "node_modules"].contains(&name) {
            collect(root, &path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let relative = path
                .strip_prefix(root)
                .unwrap()
                .to_str()
                .unwrap()
                .to_owned();
            found.push(Source::new(
                &relative,
                &std::fs::read_to_string(&path).unwrap(),
            ));
        }
    }
}

impl Source {
    pub(crate) fn new(path: &str, text: &str) -> Self {
        Self {
            path: path.to_owned(),
            text: text.to_owned(),
            tokens: tokens(text),
        }
    }

    /// The paths of two parts or more that the file uses.
    pub(crate) fn names(&self) -> Vec<Name> {
        let mut names = Vec::new();
        let before = |at: usize, back: usize| at.checked_sub(back).map_or("", |at| self.token(at));
        for at in 0..self.tokens.len() {
            let inside_path =
                before(at, 1) == "::" && (is_word(before(at, 2)) || before(at, 2) == ">");
            if is_word(self.token(at)) && !inside_path && before(at, 1) != "." {
                self.tree(at, &[], &mut names);
            }
        }
        names.retain(|name| name.segments.len() > 1);
        names
    }

    /// The methods that the file calls; `name()` where it gives them nothing.
    pub(crate) fn calls(&self) -> Vec<Name> {
        let calls = (self.tokens.windows(4)).filter(|it| it[0].1 == "." && it[2].1 == "(");
        calls
            .map(|it| {
                let nothing = if it[3].1 == ")" { "()" } else { "" };
                Name {
                    line: it[1].0,
                    segments: vec![format!("{}{nothing}", it[1].1)],
                }
            })
            .collect()
    }

    fn token(&self, at: usize) -> &str {
        self.tokens.get(at).map_or("", |(_, token)| token)
    }

    /// Takes the tree of paths that begins at a token apart; returns where it ends.
    fn tree(&self, at: usize, prefix: &[String], names: &mut Vec<Name>) -> usize {
        let token = self.token(at);
        if token == "{" {
            let mut at = at + 1;
            while !["}", ""].contains(&self.token(at)) {
                at = self.tree(at, prefix, names);
                while ![",", "}", ""].contains(&self.token(at)) {
                    at += 1;
                }
                at += usize::from(self.token(at) == ",");
            }
            return at + 1;
        }
        let mut segments = prefix.to_vec();
        segments.push(token.to_owned());
        let next = self.token(at + 2);
        if self.token(at + 1) == "::" && (is_word(next) || ["{", "*"].contains(&next)) {
            return self.tree(at + 2, &segments, names);
        }
        if let Some((line, _)) = self.tokens.get(at) {
            names.push(Name {
                line: *line,
                segments: self.written_out(segments),
            });
        }
        at + 1
    }

    /// The same path without `self` and `super` at its beginning.
    fn written_out(&self, segments: Vec<String>) -> Vec<String> {
        let relative = |it: &&String| ["self", "super"].contains(&it.as_str());
        let steps = segments.iter().take_while(relative).count();
        if steps == 0 {
            return segments;
        }
        let ups = segments[..steps]
            .iter()
            .filter(|step| *step == "super")
            .count();
        let inside = self
            .path
            .split_once("/src/")
            .map_or("", |(_, inside)| inside);
        let module = inside.trim_end_matches(".rs").trim_end_matches("/mod");
        let mut path = vec!["crate"];
        path.extend(module.split('/').filter(|part| *part != "lib"));
        path.truncate(path.len().saturating_sub(ups).max(1));
        path.into_iter()
            .map(str::to_owned)
            .chain(segments[steps..].iter().cloned())
            .collect()
    }
}

fn is_word(token: &str) -> bool {
    token.starts_with(|first: char| first.is_alphabetic() || first == '_')
}

/// Words, `::` and other signs, each with its line; without comments and texts.
fn tokens(text: &str) -> Vec<(usize, String)> {
    let mut tokens = Vec::new();
    let (mut rest, mut line) = (text, 1);
    while !rest.is_empty() {
        let (counts, length) = first_token(rest);
        let (token, after) = rest.split_at(length);
        if counts {
            tokens.push((line, token.to_owned()));
        }
        line += token.matches('\n').count();
        rest = after;
    }
    tokens
}

/// Whether what stands first counts, and its length in bytes.
fn first_token(rest: &str) -> (bool, usize) {
    let up_to = |end: &str, from: usize| {
        rest.get(from..)
            .and_then(|it| it.find(end))
            .map_or(rest.len(), |at| from + at + end.len())
    };
    let raw = rest
        .trim_start_matches('b')
        .strip_prefix('r')
        .map(|it| it.trim_start_matches('#'));
    let raw = raw
        .filter(|it| it.starts_with('"'))
        .map(|it| rest.len() - it.len());
    let mut signs = rest.chars();
    match (
        signs.next().unwrap_or_default(),
        signs.next().unwrap_or_default(),
    ) {
        ('/', '/') => (false, up_to("\n", 0)),
        ('/', '*') => (false, up_to("*/", 2)),
        _ if raw.is_some() => {
            let begin = raw.unwrap_or_default();
            let hashes = "#".repeat(rest[..begin].matches('#').count());
            (false, up_to(&format!("\"{hashes}"), begin + 1))
        }
        ('"', _) => {
            let mut escaped = false;
            let end = rest[1..].find(|sign| {
                let ends = sign == '"' && !escaped;
                escaped = sign == '\\' && !escaped;
                ends
            });
            (false, end.map_or(rest.len(), |end| end + 2))
        }
        ('\'', '\\') => (false, up_to("'", 3)),
        ('\'', sign) if signs.next() == Some('\'') => (false, 2 + sign.len_utf8()),
        ('\'', _) => (false, 1),
        (':', ':') | ('-' | '=', '>') => (true, 2),
        (first, _) if first.is_alphanumeric() || first == '_' => {
            let end = rest.find(|sign: char| !sign.is_alphanumeric() && sign != '_');
            (true, end.unwrap_or(rest.len()))
        }
        (first, _) => (!first.is_whitespace(), first.len_utf8()),
    }
}
