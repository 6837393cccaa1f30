//! What a workflow's runner hands over and takes: the event, the checkout, the job summary, the step's outputs.

use crate::discover;
use crate::error::{Error, Result};
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// An environment variable that is set and not empty.
pub fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// Larger payloads are not sent.
const EVENT_CAP: u64 = 64 << 20;

/// Reads the payload of the event.
///
/// # Errors
/// Where the file is not there, too large or no UTF-8.
pub fn event(file: &Path) -> Result<String> {
    let failed = |what: String| Error::new(format!("the event cannot be read: {what}")).at(file.to_string_lossy());
    let length = std::fs::metadata(file)
        .map_err(|error| failed(error.to_string()))?
        .len();
    if length > EVENT_CAP {
        return Err(failed("it is too large".to_owned()));
    }
    std::fs::read_to_string(file).map_err(|error| failed(error.to_string()))
}

/// Whether nothing was checked out into a directory.
pub fn is_empty(directory: &Path) -> bool {
    std::fs::read_dir(directory).map_or(true, |mut entries| entries.next().is_none())
}

/// Whether a directory is there below another, with no symbolic link on the way.
pub fn is_directory_below(top: &Path, below: &Path) -> bool {
    let Ok(top) = top.canonicalize() else {
        return false;
    };
    let directory: PathBuf = top.join(below).components().collect();
    directory.is_dir() && directory.canonicalize().is_ok_and(|real| real == directory)
}

/// Whether there is something at a path below `root`, be it a broken link.
pub fn is_there(root: &Path, path: &str) -> bool {
    root.join(path).symlink_metadata().is_ok()
}

/// Adds a file that is not there yet below `root`.
///
/// # Errors
/// Where it is there, its path leads out, or it cannot be written.
pub fn add(root: &Path, path: &str, text: &str) -> Result<()> {
    let failed = |what: &str| Error::new(format!("a file of the commit cannot be written: {what}")).at(path);
    let is_plain = Path::new(path)
        .components()
        .all(|part| matches!(part, std::path::Component::Normal(_)));
    let file = root.join(path);
    let directory = file.parent().filter(|_| is_plain && !path.is_empty());
    let directory = directory.ok_or_else(|| failed("its path leads out of the repository"))?;
    std::fs::create_dir_all(directory).map_err(|error| failed(&error.to_string()))?;
    let below = directory.strip_prefix(root).unwrap_or(directory);
    if !is_directory_below(root, below) {
        return Err(failed("a symbolic link leads to its directory"));
    }
    let opened = std::fs::OpenOptions::new().write(true).create_new(true).open(&file);
    opened
        .and_then(|mut file| file.write_all(text.as_bytes()))
        .map_err(|error| failed(&error.to_string()))
}

/// The text of a file below `root`; `None` where it is not there, leaves the tree, is too large or no text.
pub fn text(root: &Path, path: &str) -> Option<String> {
    let root = root.canonicalize().ok()?;
    let file = root.join(path).canonicalize().ok()?;
    let metadata = file.metadata().ok()?;
    if !file.starts_with(&root) || !metadata.is_file() || metadata.len() > discover::SIZE_CAP {
        return None;
    }
    Some(discover::decode(std::fs::read(file).ok()?).text)
}

/// Makes a new directory for the files of a commit below the runner's own temporary one.
///
/// # Errors
/// Where it cannot be made.
pub fn new_directory(temporary: &Path, run: u64, attempt: u64) -> Result<PathBuf> {
    let process = std::process::id();
    let directory = temporary.join(format!("envfence-{run}-{attempt}-{process}"));
    std::fs::create_dir_all(temporary)
        .and_then(|()| std::fs::create_dir(&directory))
        .map_err(|error| {
            Error::new(format!("no directory for the files of the commit can be made: {error}"))
                .at(temporary.to_string_lossy())
        })?;
    Ok(directory)
}

/// Takes away what [`new_directory`] made. The runner empties the place anyway.
pub fn remove_directory(directory: &Path) {
    let _ = std::fs::remove_dir_all(directory);
}

/// Adds to a file that the runner reads: the job summary, the step's outputs.
///
/// # Errors
/// Where it cannot be written.
pub fn append(file: &Path, text: &str) -> Result<()> {
    let opened = std::fs::OpenOptions::new().append(true).create(true).open(file);
    opened
        .and_then(|mut file| file.write_all(text.as_bytes()))
        .map_err(|error| Error::new(format!("the runner's file cannot be written: {error}")).at(file.to_string_lossy()))
}

/// Writes a report, in a directory that is made where it is missing. What a change committed as a symbolic link below
/// the workspace leads a report nowhere.
///
/// # Errors
/// Where the file cannot be written.
pub fn write(workspace: &Path, file: &Path, text: &str) -> Result<()> {
    let file = workspace.join(file);
    let file = file.as_path();
    if let Ok(below) = file.strip_prefix(workspace) {
        let mut walked = workspace.to_path_buf();
        for part in below.components() {
            walked.push(part);
            if walked.symlink_metadata().is_ok_and(|found| found.is_symlink()) {
                return Err(Error::new("the report was not written: a symbolic link is in its way")
                    .at(walked.to_string_lossy())
                    .hint("name another file, or one outside of the workspace"));
            }
        }
    }
    if let Some(directory) = file.parent() {
        // That it cannot be made is said when the file is written.
        let _ = std::fs::create_dir_all(directory);
    }
    super::output::write(file, text)
}
