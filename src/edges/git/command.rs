//! Starts git so that neither the environment nor anybody's configuration changes what it says.

use crate::error::{Error, Result};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// Settings of the machine or the repository that would change the output or start other programs.
const SETTINGS: &[&str] = &[
    "core.quotePath=false",
    "core.fsmonitor=false",
    "core.excludesFile=/dev/null",
    // A change may bring a directory that looks like a repository, with programs to start in its configuration.
    "safe.bareRepository=explicit",
    // Larger files are not read, so their lines need not be compared.
    "core.bigFileThreshold=4m",
];

/// Git in a directory: no shell, no pager, no prompt, no locks, no colours, messages in English.
pub(super) fn git(root: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new("git");
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        // What an action was given, its token above all, is nobody else's business.
        if text.starts_with("GIT_") || text.starts_with("ENVFENCE_") {
            command.env_remove(name);
        }
    }
    command
        .current_dir(root)
        .env("LC_ALL", "C")
        .env("GIT_TERMINAL_PROMPT", "0")
        .args(["--no-pager", "--no-optional-locks"])
        .args(SETTINGS.iter().flat_map(|setting| ["-c", setting]))
        .args(arguments)
        .stdin(Stdio::null());
    command
}

/// Whether a directory lies in a clone: whether git looks for its repository in a `.git`.
///
/// # Errors
/// Where git would take a directory between for a bare repository. Anybody can commit the files of one, and its
/// configuration may name programs to start.
pub(super) fn is_in_clone(root: &Path) -> Result<bool> {
    let root = root.canonicalize().unwrap_or_else(|_| root.to_path_buf());
    for directory in root.ancestors() {
        if directory.join(".git").symlink_metadata().is_ok() {
            return Ok(true);
        }
        if directory.join("HEAD").symlink_metadata().is_ok()
            && directory.join("objects").is_dir()
            && directory.join("refs").is_dir()
        {
            return Err(Error::new("a bare repository has no files to judge")
                .at(directory.to_string_lossy())
                .hint("run it in a clone with a work tree"));
        }
    }
    Ok(false)
}

/// Runs git to its end. That it fails is left to the caller, but for what makes every command fail.
pub(super) fn run(root: &Path, arguments: &[&str]) -> Result<Output> {
    is_in_clone(root)?;
    let output = git(root, arguments)
        .output()
        .map_err(|error| not_started(root, &error))?;
    if output.status.code() == Some(128) {
        let said = String::from_utf8_lossy(&output.stderr);
        if said.contains("not a git repository") {
            return Err(Error::new(format!("{} is not in a git repository", root.display()))
                .hint("run it in a clone, or judge all files by leaving --changed-since out"));
        }
        if said.contains("dubious ownership") {
            return Err(
                Error::new("git refuses the repository: it belongs to another user").hint(format!(
                    "if you trust it, run `git config --global --add safe.directory {}`",
                    std::path::absolute(root).as_deref().unwrap_or(root).display()
                )),
            );
        }
    }
    Ok(output)
}

/// What git writes, where it succeeds.
pub(super) fn bytes(root: &Path, arguments: &[&str]) -> Result<Vec<u8>> {
    let output = run(root, arguments)?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let reason = said.lines().next().unwrap_or("it gave no reason");
    Err(Error::new(format!(
        "git {} failed: {}",
        arguments.first().unwrap_or(&""),
        reason.trim_start_matches("fatal: ")
    )))
}

/// As [`bytes`], as text.
pub(super) fn text(root: &Path, arguments: &[&str]) -> Result<String> {
    bytes(root, arguments).map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
}

/// As [`bytes`], as the paths that end in NUL.
pub(super) fn paths(root: &Path, arguments: &[&str]) -> Result<Vec<Vec<u8>>> {
    let bytes = bytes(root, arguments)?;
    let paths = bytes.split(|&byte| byte == 0).filter(|path| !path.is_empty());
    Ok(paths.map(<[u8]>::to_vec).collect())
}

/// A path as git writes it.
pub(super) fn path_from(bytes: &[u8]) -> PathBuf {
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStrExt as _;
        PathBuf::from(std::ffi::OsStr::from_bytes(bytes))
    }
    #[cfg(not(unix))]
    {
        PathBuf::from(String::from_utf8_lossy(bytes).into_owned())
    }
}

/// Why git did not start.
pub(super) fn not_started(root: &Path, error: &std::io::Error) -> Error {
    match error.kind() {
        // The same kind says that the directory is missing.
        ErrorKind::NotFound if root.is_dir() => Error::new("git is not installed, or not on the PATH")
            .hint("install git, or judge all files by leaving --changed-since out"),
        kind => Error::new(format!("git did not start in {}: {kind}", root.display())),
    }
}
