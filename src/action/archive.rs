//! The files of a commit from GitHub's archive, and what that leaves out.

use super::Step;
use crate::edges::github::Caps;
use crate::edges::runner;
use crate::error::{Error, Result};
use crate::formats;
use std::collections::HashSet;
use std::path::Path;

/// So many files that the archive lacks are fetched one by one.
const MOST_SINGLE: usize = 100;

/// Fetches the files into an empty directory; gives what people should know of it.
///
/// # Errors
/// Where they are not to be had, or not all of them that are configuration.
pub(super) fn fetch(step: &Step, commit: &str, into: &Path) -> Result<Vec<String>> {
    let unpacked = step.github.tarball(commit, into, &Caps::default())?;
    let mut notes = Vec::new();
    if let Some(first) = unpacked.left_out.first() {
        let count = unpacked.left_out_count;
        notes.push(format!(
            "{count} of its files could not be unpacked: {}: {}",
            first.path, first.why
        ));
    }
    // A change can take files out of archives: `export-ignore` in .gitattributes.
    let listed = match step.github.paths(commit) {
        Ok(listed) => listed,
        Err(failure) => {
            notes.push(format!(
                "{failure}, so that nobody knows whether the archive holds all files"
            ));
            return Ok(notes);
        }
    };
    if listed.cut {
        notes.push("GitHub does not list all files of so large a repository: its archive may lack some".to_owned());
    }
    let left_out: HashSet<&str> = unpacked.left_out.iter().map(|one| one.path.as_str()).collect();
    let missing: Vec<&String> = listed
        .paths
        .iter()
        .filter(|path| {
            formats::format_of(path, "").is_some() && !left_out.contains(path.as_str()) && !runner::is_there(into, path)
        })
        .collect();
    if let Some(first) = missing.first()
        && missing.len() > MOST_SINGLE
    {
        return Err(Error::new(format!(
            "GitHub's archive of the commit lacks {} files of configuration, {first:?} first: .gitattributes has `export-ignore`",
            missing.len()
        )));
    }
    for path in missing {
        let file = step.github.first_of(std::slice::from_ref(path), commit)?;
        let (_, text) = file.ok_or_else(|| Error::new(format!("GitHub lists {path:?}, yet does not give it")))?;
        runner::add(into, path, &text)?;
    }
    Ok(notes)
}
