//! What leaves the process: standard output, standard error, report files.

use crate::error::{Error, Result};
use std::io::{Read as _, Write};
use std::path::Path;

/// Writes to standard output. A reader that has gone away is no error.
///
/// # Errors
/// When standard output cannot be written to.
pub fn print(text: &str) -> Result<()> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(Error::new(format!("standard output cannot be written: {error}")))
        }
        _ => Ok(()),
    }
}

/// Writes to standard error; there is nobody left to tell if that fails.
pub fn complain(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{}", text.trim_end());
}

/// Writes a report file.
///
/// # Errors
/// When the file cannot be written.
pub fn write(file: &Path, text: &str) -> Result<()> {
    std::fs::write(file, text).map_err(|error| {
        Error::new(format!("the report cannot be written: {error}"))
            .at(file.to_string_lossy())
            .hint("name a file in a directory that exists and can be written to")
    })
}

/// Reads the policy.
///
/// # Errors
/// When it cannot be read, is no regular file, is too large or is no UTF-8.
pub fn read_policy(file: &Path) -> Result<String> {
    let failed = |message: String| Error::new(message).at(file.to_string_lossy());
    let unreadable = |error: std::io::Error| {
        let is_link = std::fs::symlink_metadata(file).is_ok_and(|metadata| metadata.is_symlink());
        let error = failed(format!("the policy cannot be read: {error}"));
        if is_link {
            error.hint("it is a symbolic link: mend where it leads, or take it away")
        } else {
            error
        }
    };
    // A pipe has no end, and opening one may wait for ever.
    if !std::fs::metadata(file).map_err(unreadable)?.is_file() {
        let error = failed("the policy is no regular file".to_owned());
        return Err(error.hint("write it as a file, or leave it out with --no-policy"));
    }
    let cap = crate::policy::SIZE_CAP as u64;
    let mut bytes = Vec::new();
    let opened = std::fs::File::open(file).map_err(unreadable)?;
    opened.take(cap + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > cap {
        return Err(failed("the policy is too large".to_owned()).hint("a policy is a page or two; name the right file"));
    }
    String::from_utf8(bytes).map_err(|_| failed("the policy is no UTF-8".to_owned()).hint("save it as UTF-8"))
}
