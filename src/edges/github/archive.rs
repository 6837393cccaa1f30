//! The files of a commit, fetched as a tarball and unpacked while it arrives.

use super::calls::{Attempt, Call, impossible};
use super::failure::{Failure, Reason};
use super::transport::{self, Broken, Elsewhere, Stage};
use super::unpack::{self, Caps, Fault, Unpacked};
use super::{Clock, GitHub};
use octocrab::OctoBody;
use std::cell::RefCell;
use std::io::Read;
use std::path::Path;
use std::rc::Rc;
use std::time::Duration;

const NEEDS: &str = "contents: read";

impl GitHub {
    /// Unpacks the files of a commit into a directory that is empty or does not exist yet. After a failure it is empty.
    ///
    /// # Errors
    /// See [`Reason`]: `Invalid` where the archive is none, is larger than the caps, or leads out of the directory.
    pub fn tarball(&self, reference: &str, into: &Path, caps: &Caps) -> Result<Unpacked, Failure> {
        let task = "the repository's files were not fetched";
        let refused = |detail: &str| impossible(task, NEEDS, detail);
        let url = self
            .url(&["tarball", reference], &[])
            .ok_or_else(|| refused("such a commit cannot be asked for"))?;
        let disk = |error: std::io::Error| refused(&format!("the directory for them cannot be used: {error}"));
        std::fs::create_dir_all(into).map_err(disk)?;
        if std::fs::read_dir(into).map_err(disk)?.next().is_some() {
            return Err(refused("the directory for them is not empty"));
        }
        let call = Call::get(task, NEEDS, url);
        self.perform_with(&call, |github, time| {
            let attempt = github.fetch(&call, time, into, caps);
            if !matches!(attempt, Attempt::Good(_)) {
                // What came so far must not be taken for the whole.
                let _ = std::fs::remove_dir_all(into).and_then(|()| std::fs::create_dir_all(into));
            }
            attempt
        })
    }

    fn fetch(&self, call: &Call<'_>, time: Duration, into: &Path, caps: &Caps) -> Attempt<Unpacked> {
        let deadline = self.clock.now().saturating_add(time);
        let incoming = match self.within(time, self.transport.send(call, Elsewhere::Anonymous)) {
            Ok(incoming) => incoming,
            Err(broken) => return Attempt::Broken(broken),
        };
        if !(200..300).contains(&incoming.status) {
            return match self.within(time, transport::read(incoming)) {
                Ok(reply) => Attempt::Reply(reply),
                Err(broken) => Attempt::Broken(broken),
            };
        }
        let broken = Rc::new(RefCell::new(None));
        let download = Download {
            github: self,
            clock: self.clock.as_ref(),
            body: incoming.body,
            piece: std::io::Cursor::new(Vec::new()),
            deadline,
            broken: Rc::clone(&broken),
        };
        let unpacked = unpack::unpack(download, into, caps);
        match (unpacked, broken.take()) {
            (Ok(unpacked), _) => Attempt::Good(unpacked),
            (Err(_), Some(broken)) => Attempt::Broken(broken),
            (Err(Fault::Cut), None) => Attempt::Broken(Broken::new(Stage::Sent, "the archive ends early")),
            (Err(Fault::Refused(detail)), None) => Attempt::Failed(Reason::Invalid, detail),
        }
    }
}

/// A body that is read while it arrives.
struct Download<'a> {
    github: &'a GitHub,
    clock: &'a dyn Clock,
    body: OctoBody,
    piece: std::io::Cursor<Vec<u8>>,
    deadline: Duration,
    /// Why it broke, which an error of `io` cannot tell.
    broken: Rc<RefCell<Option<Broken>>>,
}

impl Read for Download<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        loop {
            let read = self.piece.read(buffer)?;
            if read > 0 || buffer.is_empty() {
                return Ok(read);
            }
            let time = self.deadline.saturating_sub(self.clock.now());
            match self.github.within(time, transport::next_piece(&mut self.body)) {
                Ok(Some(piece)) => self.piece = std::io::Cursor::new(piece),
                Ok(None) => return Ok(0),
                Err(broken) => {
                    *self.broken.borrow_mut() = Some(broken);
                    return Err(std::io::Error::other("the connection broke"));
                }
            }
        }
    }
}
