//! Reads the files of a tree as git sees it: in parallel, each with one open, what is ignored left alone.

mod reading;
mod roots;

use crate::discover::{self, Judgement, Reason};
use crate::error::Result;
use crate::formats::Problem;
use ignore::{DirEntry, ParallelVisitor, ParallelVisitorBuilder, WalkState};
use roots::{Root, Roots};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// What to read.
pub struct Walk<'a> {
    /// The directory that paths are shown relative to.
    pub root: &'a Path,
    /// Files and directories that somebody asked for, relative to `root` or absolute. A file is read whatever its
    /// name; none means `root`.
    pub paths: &'a [PathBuf],
    /// Further files in those directories, relative to `root`, judged by their names as all others are: the ones that
    /// git tracks although it is told to ignore them.
    pub also: &'a [PathBuf],
    /// Whether git's lists of what to ignore count.
    pub ignores: bool,
    /// Whether a file is wanted: from its path, and if that leaves it open, from its first kilobyte.
    pub wanted: &'a (dyn Fn(&str, Option<&[u8]>) -> Interest + Sync),
}

/// Whether a file is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Interest {
    /// No: it is not opened, or not read on.
    None,
    /// It would be, and the policy leaves it out.
    Excluded,
    /// Its head will tell.
    Head,
    /// Yes.
    Whole,
}

/// A file, or a directory that was left out as a whole (its path ends in `/`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileRead<'a> {
    /// The path below the root, with `/` between segments; bytes that are no UTF-8 are replaced.
    pub path: String,
    /// Where it was found.
    pub file: &'a Path,
    /// What became of it.
    pub outcome: Outcome,
}

/// What became of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Its text, a byte order mark kept, and what in it is no text.
    Read(String, Vec<Problem>),
    /// It was left out.
    Skipped(Reason),
    /// It could not be read; the message names no path.
    Failed(String),
}

/// Reads a tree and collects what `take` makes of each file, in no particular order. `take` runs on many threads.
///
/// Files that nobody wants are not mentioned. Symbolic links are not followed, except for those that somebody asked
/// for by name.
///
/// # Errors
/// When a path that somebody asked for does not exist.
pub fn walk<T: Send>(walk: &Walk<'_>, take: &(dyn Fn(FileRead<'_>) -> Option<T> + Sync)) -> Result<Vec<T>> {
    let roots = Roots::new(walk)?;
    let taken = Mutex::new(Vec::new());
    if let Some(builder) = roots.builder(walk.ignores) {
        builder
            .build_parallel()
            .visit(&mut Visitors(&roots, walk, take, &taken));
    }
    Ok(taken.into_inner().unwrap_or_else(PoisonError::into_inner))
}

/// The text of a file that was read before; `None` where it cannot be read any more.
pub fn read_again(file: &Path, path: &str) -> Option<String> {
    match reading::read(file, path, &|_| true)? {
        Outcome::Read(text, _) => Some(text),
        Outcome::Skipped(_) | Outcome::Failed(_) => None,
    }
}

/// What a file is turned into.
type Take<'a, T> = &'a (dyn Fn(FileRead<'_>) -> Option<T> + Sync);

/// What all threads share.
struct Visitors<'a, T>(&'a Roots, &'a Walk<'a>, Take<'a, T>, &'a Mutex<Vec<T>>);

impl<'a, T: Send> ParallelVisitorBuilder<'a> for Visitors<'a, T> {
    fn build(&mut self) -> Box<dyn ParallelVisitor + 'a> {
        let Self(roots, walk, take, taken) = *self;
        let own = Vec::new();
        Box::new(Visitor {
            roots,
            walk,
            take,
            taken,
            own,
        })
    }
}

/// One thread. It keeps what it takes to itself until it ends: no lock per file.
struct Visitor<'a, T> {
    roots: &'a Roots,
    walk: &'a Walk<'a>,
    take: Take<'a, T>,
    taken: &'a Mutex<Vec<T>>,
    own: Vec<T>,
}

impl<T> Drop for Visitor<'_, T> {
    fn drop(&mut self) {
        if !self.own.is_empty() {
            let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
            taken.append(&mut self.own);
        }
    }
}

impl<T: Send> ParallelVisitor for Visitor<'_, T> {
    fn visit(&mut self, entry: std::result::Result<DirEntry, ignore::Error>) -> WalkState {
        match entry {
            Ok(entry) => self.entry(&entry),
            Err(error) => {
                // A pattern of .gitignore that cannot be read is no concern of ours: git passes over it as well.
                if let (Some(path), Some(cause)) = (path_of(&error), error.io_error()) {
                    self.give(self.roots.shown(path), path, Outcome::Failed(reading::said(cause)));
                }
                WalkState::Continue
            }
        }
    }
}

impl<T> Visitor<'_, T> {
    fn entry(&mut self, entry: &DirEntry) -> WalkState {
        let Some(root) = self.roots.of(entry) else {
            return WalkState::Skip;
        };
        let path = root.show(entry.path());
        if entry.file_type().is_some_and(|kind| kind.is_dir()) {
            if let Some(reason) = discover::prune(&root.given, &path) {
                self.give(format!("{path}/"), entry.path(), Outcome::Skipped(reason));
                return WalkState::Skip;
            }
        } else if let Some(outcome) = self.file(entry, root, &path) {
            self.give(path, entry.path(), outcome);
        }
        WalkState::Continue
    }

    /// What became of a file; `None` where nobody wants it.
    fn file(&self, entry: &DirEntry, root: &Root, path: &str) -> Option<Outcome> {
        let wanted = |head: Option<&[u8]>| (self.walk.wanted)(path, head);
        let interest = if root.is_file { Interest::Whole } else { wanted(None) };
        if interest == Interest::Excluded {
            return Some(Outcome::Skipped(Reason::Policy));
        }
        if !root.is_file
            && let Judgement::Skip(reason) = discover::judge_path_below(&root.given, path)
        {
            // What is encrypted hides settings, whatever its name.
            let says = interest == Interest::Whole || reason == Reason::Encrypted;
            return says.then_some(Outcome::Skipped(reason));
        }
        let kind = entry.file_type()?;
        if interest == Interest::None {
            None
        } else if kind.is_symlink() {
            Some(Outcome::Skipped(Reason::Symlink))
        } else if !kind.is_file() {
            Some(Outcome::Skipped(Reason::NotAFile))
        } else {
            let is_wanted = |head: &[u8]| interest == Interest::Whole || wanted(Some(head)) != Interest::None;
            reading::read(entry.path(), path, &is_wanted)
        }
    }

    fn give(&mut self, path: String, file: &Path, outcome: Outcome) {
        self.own.extend((self.take)(FileRead { path, file, outcome }));
    }
}

/// The path that an error of the walk is about.
fn path_of(mut error: &ignore::Error) -> Option<&Path> {
    loop {
        match error {
            ignore::Error::WithPath { path, .. } => return Some(path),
            ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => error = err,
            ignore::Error::Partial(errors) => error = errors.first()?,
            _ => return None,
        }
    }
}

#[cfg(test)]
mod tests;
