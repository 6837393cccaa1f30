//! Where walking starts, and how what is found there is named.

use super::{Walk, reading};
use crate::edges::paths;
use crate::error::{Error, Result};
use ignore::{DirEntry, WalkBuilder};
use std::collections::HashMap;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Component, Path, PathBuf};

/// A file or directory from which walking starts.
pub(super) struct Root {
    /// What is opened.
    path: PathBuf,
    /// Its name below the run's root; empty for that root itself.
    shown: String,
    /// The directory that somebody asked for: its own name is no reason to leave a file out.
    pub(super) given: String,
    /// Whether somebody asked for this very file.
    pub(super) is_file: bool,
}

/// All of them.
pub(super) struct Roots {
    roots: Vec<Root>,
    by_path: HashMap<PathBuf, usize>,
}

impl Roots {
    pub(super) fn new(walk: &Walk<'_>) -> Result<Self> {
        let base = std::path::absolute(walk.root).unwrap_or_else(|_| walk.root.to_path_buf());
        let base = without_dots(&base);
        let here = [PathBuf::from(".")];
        let paths = if walk.paths.is_empty() { &here } else { walk.paths };
        let mut roots = Self {
            roots: Vec::new(),
            by_path: HashMap::new(),
        };
        for path in paths {
            roots.add(asked_for(&base, path)?);
        }
        for path in walk.also {
            roots.add_also(&base, path);
        }
        Ok(roots)
    }

    fn add(&mut self, root: Root) {
        if !self.by_path.contains_key(&root.path) {
            self.by_path.insert(root.path.clone(), self.roots.len());
            self.roots.push(root);
        }
    }

    /// Adds a file that lies in a directory that somebody asked for, where it still exists.
    fn add_also(&mut self, base: &Path, path: &Path) {
        let path = without_dots(&base.join(path));
        let holder = self
            .roots
            .iter()
            .find(|root| !root.is_file && path.starts_with(&root.path));
        if let Some(holder) = holder.filter(|_| fs::symlink_metadata(&path).is_ok()) {
            let root = Root {
                shown: holder.show(&path),
                given: holder.given.clone(),
                is_file: false,
                path,
            };
            self.add(root);
        }
    }

    /// The walk from all of them: hidden files are read; git's own lists of what to ignore may count, but none that
    /// belongs to this machine.
    pub(super) fn builder(&self, ignores: bool) -> Option<WalkBuilder> {
        let (first, others) = self.roots.split_first()?;
        let mut builder = WalkBuilder::new(&first.path);
        for root in others {
            builder.add(&root.path);
        }
        builder
            .hidden(false)
            .ignore(false)
            .git_ignore(ignores)
            .git_exclude(ignores)
            .git_global(false)
            .threads(std::thread::available_parallelism().map_or(1, std::num::NonZero::get))
            .filter_entry(|entry| entry.depth() == 0 || entry.file_name() != ".git");
        Some(builder)
    }

    /// The root that an entry was found from; `None` where it is a root of its own and comes again as such.
    pub(super) fn of(&self, entry: &DirEntry) -> Option<&Root> {
        if let [only] = self.roots.as_slice() {
            return Some(only);
        }
        if entry.depth() > 0 && self.by_path.contains_key(entry.path()) {
            return None;
        }
        let path = entry.path().ancestors().nth(entry.depth())?;
        self.roots.get(*self.by_path.get(path)?)
    }

    /// How the path of an error is shown.
    pub(super) fn shown(&self, path: &Path) -> String {
        let root = self.roots.iter().find(|root| path.starts_with(&root.path));
        root.map_or_else(|| slashed(path), |root| root.show(path))
    }
}

impl Root {
    /// What stands behind this root in a path: as a rule the walk put the one before the other as they are.
    fn below<'p>(&self, path: &'p Path) -> Option<&'p Path> {
        let text = path.to_str().zip(self.path.to_str());
        let rest = text.and_then(|(path, root)| path.strip_prefix(root)?.strip_prefix(std::path::MAIN_SEPARATOR));
        rest.map(Path::new).or_else(|| path.strip_prefix(&self.path).ok())
    }

    /// The name of a file found from this root.
    pub(super) fn show(&self, path: &Path) -> String {
        let below = self.below(path).map(slashed).unwrap_or_default();
        match (self.shown.is_empty(), below.is_empty()) {
            (true, _) => below,
            (_, true) => self.shown.clone(),
            _ => format!("{}/{below}", self.shown.trim_end_matches('/')),
        }
    }
}

/// Finds what somebody asked for. A symbolic link is followed and keeps its own name.
fn asked_for(base: &Path, path: &Path) -> Result<Root> {
    let typed = without_dots(&base.join(path));
    let failed = |error: io::Error| match error.kind() {
        ErrorKind::NotFound => Error::new(format!("no such file or directory: {}", path.display()))
            .hint(format!("paths are relative to {}", base.display())),
        _ => Error::new(format!("cannot read {}: {}", path.display(), reading::said(&error))),
    };
    let metadata = fs::metadata(&typed).map_err(failed)?;
    let has_parents = typed.components().any(|part| part == Component::ParentDir);
    let is_link = fs::symlink_metadata(&typed).is_ok_and(|metadata| metadata.is_symlink());
    let actual = if has_parents || is_link {
        fs::canonicalize(&typed).map_err(failed)?
    } else {
        typed.clone()
    };
    let shown = if has_parents {
        let base = fs::canonicalize(base).unwrap_or_else(|_| base.to_path_buf());
        slashed(actual.strip_prefix(base).unwrap_or(&actual))
    } else {
        slashed(typed.strip_prefix(base).unwrap_or(&typed))
    };
    let is_file = !metadata.is_dir();
    let given = if is_file { String::new() } else { shown.clone() };
    Ok(Root {
        path: actual,
        shown,
        given,
        is_file,
    })
}

fn without_dots(path: &Path) -> PathBuf {
    path.components().filter(|part| *part != Component::CurDir).collect()
}

/// A path with `/` between its segments. Elsewhere than on Windows a backslash is a character of a name.
fn slashed(path: &Path) -> String {
    let path = path.as_os_str().as_encoded_bytes();
    if std::path::MAIN_SEPARATOR == '/' {
        paths::shown(path)
    } else {
        let slashed = |byte: &u8| if *byte == b'\\' { b'/' } else { *byte };
        paths::shown(&path.iter().map(slashed).collect::<Vec<u8>>())
    }
}
