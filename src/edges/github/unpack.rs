//! Unpacks a gzipped tarball from outside: within bounds, and into one directory alone.
//!
//! Symbolic links are made last, so that nothing is ever written through one, and only where they stay inside.

use crate::reporters::visible::is_hidden;
use flate2::read::GzDecoder;
use std::cell::Cell;
use std::ffi::OsString;
use std::fs::OpenOptions;
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use tar::{Entry, EntryType};

/// How large an archive may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Caps {
    /// Bytes as they arrive.
    pub compressed: u64,
    /// Bytes when unpacked, headers included.
    pub unpacked: u64,
    /// Files, directories and links.
    pub entries: u64,
}

impl Default for Caps {
    fn default() -> Self {
        Self {
            compressed: 1 << 30,
            unpacked: 4 << 30,
            entries: 1_000_000,
        }
    }
}

/// What was unpacked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Unpacked {
    /// How many files.
    pub files: u64,
    /// How many bytes are in them.
    pub bytes: u64,
    /// What was not unpacked: the first thousand.
    pub left_out: Vec<LeftOut>,
    /// How many were not.
    pub left_out_count: u64,
}

/// Something that was not unpacked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// Its path in the repository.
    pub path: String,
    /// Why.
    pub why: &'static str,
}

/// Why an archive is not unpacked.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// It ends early.
    Cut,
    /// It is none, or not to be had.
    Refused(String),
}

/// The bytes of headers before an entry, long names among them.
const HEADER_CAP: u64 = 1 << 20;
const PATH_CAP: usize = 4096;
const LINKS_CAP: usize = 100_000;
const LEFT_OUT_CAP: usize = 1_000;

/// What may still be read.
#[derive(Default)]
struct Bounds {
    total: Cell<u64>,
    here: Cell<u64>,
}

impl Bounds {
    fn of(total: u64) -> Rc<Self> {
        Rc::new(Self {
            total: Cell::new(total),
            here: Cell::new(u64::MAX),
        })
    }
}

struct Bounded<R> {
    inner: R,
    bounds: Rc<Bounds>,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let left = self.bounds.total.get().min(self.bounds.here.get());
        let most = usize::try_from(left).unwrap_or(usize::MAX).min(buffer.len());
        let Some(part) = buffer.get_mut(..most).filter(|part| !part.is_empty()) else {
            // At the bound it is only too large where there is more.
            return match self.inner.read(&mut [0])? {
                0 => Ok(0),
                _ if buffer.is_empty() => Ok(0),
                _ => Err(std::io::Error::new(ErrorKind::FileTooLarge, "too large")),
            };
        };
        let read = self.inner.read(part)?;
        let read_bytes = read as u64;
        self.bounds
            .total
            .set(self.bounds.total.get().saturating_sub(read_bytes));
        self.bounds.here.set(self.bounds.here.get().saturating_sub(read_bytes));
        Ok(read)
    }
}

/// What an error while reading means.
fn unreadable(error: &std::io::Error) -> Fault {
    match error.kind() {
        ErrorKind::UnexpectedEof => Fault::Cut,
        ErrorKind::FileTooLarge => Fault::Refused("the archive is too large".to_owned()),
        _ => Fault::Refused("the archive is none, or is damaged".to_owned()),
    }
}

fn unwritable(error: &std::io::Error) -> Fault {
    Fault::Refused(format!("the files cannot be written: {error}"))
}

/// Unpacks an archive of which everything stands in one directory, whose name is left away.
pub(super) fn unpack(input: impl Read, into: &Path, caps: &Caps) -> Result<Unpacked, Fault> {
    let compressed = Bounded {
        inner: input,
        bounds: Bounds::of(caps.compressed),
    };
    let bounds = Bounds::of(caps.unpacked);
    let mut archive = tar::Archive::new(Bounded {
        inner: GzDecoder::new(compressed),
        bounds: Rc::clone(&bounds),
    });
    let mut unpacking = Unpacking {
        into: into.to_path_buf(),
        known_parent: into.to_path_buf(),
        links: Vec::new(),
        done: Unpacked::default(),
    };
    let mut entries = archive.entries().map_err(|error| unreadable(&error))?;
    let mut count = 0_u64;
    loop {
        bounds.here.set(HEADER_CAP);
        let Some(entry) = entries.next() else { break };
        let mut entry = entry.map_err(|error| unreadable(&error))?;
        bounds.here.set(u64::MAX);
        count += 1;
        if count > caps.entries {
            return Err(Fault::Refused("the archive has too many entries".to_owned()));
        }
        unpacking.entry(&mut entry)?;
        // What is not wanted is read past here, not under the bound of headers.
        std::io::copy(&mut entry, &mut std::io::sink()).map_err(|error| unreadable(&error))?;
    }
    if count == 0 {
        return Err(Fault::Refused("the archive is empty".to_owned()));
    }
    bounds.here.set(u64::MAX);
    // To the end, where the checksum is.
    std::io::copy(&mut archive.into_inner(), &mut std::io::sink()).map_err(|error| unreadable(&error))?;
    unpacking.make_links()?;
    Ok(unpacking.done)
}

struct Unpacking {
    into: PathBuf,
    /// The directory that was made last.
    known_parent: PathBuf,
    /// Links to be made: path and target.
    links: Vec<(Vec<OsString>, Vec<u8>)>,
    done: Unpacked,
}

impl Unpacking {
    fn entry<R: Read>(&mut self, entry: &mut Entry<'_, R>) -> Result<(), Fault> {
        let kind = entry.header().entry_type();
        if matches!(kind, EntryType::XGlobalHeader | EntryType::XHeader) {
            return Ok(());
        }
        let path = entry.path_bytes().into_owned();
        let Some(names) = names_of(&path)? else {
            self.leave_out(&path, "its name cannot be written on this system");
            return Ok(());
        };
        if names.is_empty() {
            return Ok(());
        }
        match kind {
            EntryType::Directory => self.directory(&path, &names),
            EntryType::Regular | EntryType::Continuous => self.file(&path, &names, entry),
            EntryType::Symlink => {
                let target = entry.link_name_bytes().unwrap_or_default().into_owned();
                if !stays_inside(names.len() - 1, &target) {
                    self.leave_out(&path, "it is a link that leads out of the repository");
                } else if self.links.len() >= LINKS_CAP || cfg!(not(unix)) {
                    self.leave_out(&path, "it is a link");
                } else {
                    self.links.push((names, target));
                }
                Ok(())
            }
            _ => {
                self.leave_out(&path, "it is no file, directory or symbolic link");
                Ok(())
            }
        }
    }

    fn directory(&mut self, path: &[u8], names: &[OsString]) -> Result<(), Fault> {
        let directory = self.path(names);
        if let Err(error) = std::fs::create_dir_all(directory) {
            self.not_written(path, &error)?;
        }
        Ok(())
    }

    fn file<R: Read>(&mut self, path: &[u8], names: &[OsString], entry: &mut Entry<'_, R>) -> Result<(), Fault> {
        let target = self.path(names);
        let opened = self
            .make_parent(&target)
            .and_then(|()| OpenOptions::new().write(true).create_new(true).open(&target));
        let mut file = match opened {
            Ok(file) => file,
            Err(error) => return self.not_written(path, &error),
        };
        let mut buffer = [0; 16 * 1024];
        loop {
            let read = entry.read(&mut buffer).map_err(|error| unreadable(&error))?;
            let Some(part) = buffer.get(..read).filter(|part| !part.is_empty()) else {
                break;
            };
            file.write_all(part).map_err(|error| unwritable(&error))?;
            self.done.bytes += part.len() as u64;
        }
        self.done.files += 1;
        Ok(())
    }

    fn make_parent(&mut self, target: &Path) -> std::io::Result<()> {
        let parent = target.parent().unwrap_or(&self.into);
        if parent != self.known_parent {
            std::fs::create_dir_all(parent)?;
            self.known_parent = parent.to_path_buf();
        }
        Ok(())
    }

    fn path(&self, names: &[OsString]) -> PathBuf {
        let mut path = self.into.clone();
        path.extend(names);
        path
    }

    /// Two names that are one on this system, or a name that it does not allow, leave a file out; what else goes wrong
    /// would go wrong again.
    fn not_written(&mut self, path: &[u8], error: &std::io::Error) -> Result<(), Fault> {
        match error.kind() {
            ErrorKind::AlreadyExists | ErrorKind::NotADirectory | ErrorKind::IsADirectory => {
                self.leave_out(path, "there is something else of that name");
                Ok(())
            }
            ErrorKind::InvalidInput | ErrorKind::InvalidFilename => {
                self.leave_out(path, "its name cannot be written on this system");
                Ok(())
            }
            _ => Err(unwritable(error)),
        }
    }

    fn leave_out(&mut self, path: &[u8], why: &'static str) {
        self.done.left_out_count += 1;
        if self.done.left_out.len() < LEFT_OUT_CAP {
            let path = String::from_utf8_lossy(path);
            let path = path.split_once('/').map_or(path.as_ref(), |(_, path)| path).to_owned();
            self.done.left_out.push(LeftOut { path, why });
        }
    }

    fn make_links(&mut self) -> Result<(), Fault> {
        for (names, target) in std::mem::take(&mut self.links) {
            let shown = format!(
                "/{}",
                self.path(&names)
                    .strip_prefix(&self.into)
                    .unwrap_or(Path::new(""))
                    .display()
            );
            // The parents must be real directories: the target was judged by how deep the link stands.
            let mut parent = self.into.clone();
            let mut is_real = true;
            for name in names.iter().take(names.len().saturating_sub(1)) {
                parent.push(name);
                is_real = match std::fs::symlink_metadata(&parent) {
                    Ok(found) => found.is_dir(),
                    Err(_) => std::fs::create_dir(&parent).is_ok(),
                };
                if !is_real {
                    break;
                }
            }
            if !is_real {
                self.leave_out(shown.as_bytes(), "there is something else of that name");
            } else if let Err(error) = make_link(&target, &self.path(&names)) {
                self.not_written(shown.as_bytes(), &error)?;
            }
        }
        Ok(())
    }
}

#[cfg(unix)]
fn make_link(target: &[u8], at: &Path) -> std::io::Result<()> {
    use std::os::unix::ffi::OsStrExt;
    std::os::unix::fs::symlink(std::ffi::OsStr::from_bytes(target), at)
}

#[cfg(not(unix))]
fn make_link(_: &[u8], _: &Path) -> std::io::Result<()> {
    Err(ErrorKind::InvalidInput.into())
}

/// The names that a path is made of, without the archive's own directory; `None` where this system has no such names.
fn names_of(path: &[u8]) -> Result<Option<Vec<OsString>>, Fault> {
    let leads_out = || Fault::Refused("the archive has a path that leads out of it".to_owned());
    if path.starts_with(b"/") || path.contains(&0) {
        return Err(leads_out());
    }
    if path.len() > PATH_CAP {
        return Err(Fault::Refused("the archive has a path that is too long".to_owned()));
    }
    let mut names = Vec::new();
    let parts = path.split(|byte| *byte == b'/');
    for (at, part) in parts.filter(|part| !part.is_empty() && *part != b".").enumerate() {
        if part == b".." {
            return Err(leads_out());
        }
        if is_git(part) {
            // Git would obey its configuration; no archive of GitHub's has it.
            return Err(Fault::Refused("the archive has a directory of git's own".to_owned()));
        }
        if at > 0 {
            match name_of(part) {
                Some(name) => names.push(name),
                None => return Ok(None),
            }
        }
    }
    Ok(Some(names))
}

/// `.git`, also as file systems that ignore case or invisible characters, or that have short names, would take it.
fn is_git(part: &[u8]) -> bool {
    let name = String::from_utf8_lossy(part);
    let name: String = name.chars().filter(|character| !is_hidden(*character)).collect();
    let name = name.trim_end_matches([' ', '.']);
    name.eq_ignore_ascii_case(".git") || name.eq_ignore_ascii_case("git~1")
}

#[cfg(unix)]
fn name_of(part: &[u8]) -> Option<OsString> {
    use std::os::unix::ffi::OsStringExt;
    Some(OsString::from_vec(part.to_vec()))
}

#[cfg(not(unix))]
fn name_of(part: &[u8]) -> Option<OsString> {
    let name = std::str::from_utf8(part).ok()?;
    let allowed = |character: char| !character.is_control() && !"<>:\"|?*\\".contains(character);
    name.chars().all(allowed).then(|| OsString::from(name))
}

/// Whether a link's target stays below the root, the link standing in a directory so deep. Steps up are only allowed
/// at the begin, where they leave real directories and not other links.
fn stays_inside(depth: usize, target: &[u8]) -> bool {
    if target.is_empty() || target.len() > PATH_CAP || target.starts_with(b"/") || target.contains(&0) {
        return false;
    }
    let mut up = 0;
    let mut went_down = false;
    for part in target.split(|byte| *byte == b'/') {
        match part {
            b"" | b"." => {}
            b".." if went_down => return false,
            b".." => up += 1,
            name if is_git(name) => return false,
            _ => went_down = true,
        }
    }
    up <= depth
}

#[cfg(test)]
pub(super) mod tests;
