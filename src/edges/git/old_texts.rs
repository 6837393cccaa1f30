//! What files were before: one `git cat-file --batch` answers for all of them.

use super::{Change, command};
use crate::discover::SIZE_CAP;
use crate::error::{Error, Result};
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

/// A git process that hands out old contents.
pub struct OldTexts {
    root: PathBuf,
    child: Child,
    questions: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl OldTexts {
    /// Starts the process for the repository that `root` lies in.
    ///
    /// # Errors
    /// Where git does not start.
    pub fn open(root: &Path) -> Result<Self> {
        command::is_in_clone(root)?;
        let mut child = command::git(root, &["cat-file", "--batch"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| command::not_started(root, &error))?;
        let questions = child.stdin.take();
        let Some(answers) = child.stdout.take().map(BufReader::new) else {
            return Err(Error::new("git cat-file gave no output"));
        };
        Ok(Self {
            root: root.to_path_buf(),
            child,
            questions,
            answers,
        })
    }

    /// The content that a changed file had; `None` where it had none or it is over the size cap.
    ///
    /// # Errors
    /// Where git stops answering.
    pub fn of(&mut self, change: &Change) -> Result<Option<Vec<u8>>> {
        if change.blob.is_empty() {
            return Ok(None);
        }
        self.ask(&change.blob)
    }

    /// The content of a file below the root at a commit, whether it differs or not.
    ///
    /// # Errors
    /// Where git stops answering.
    pub fn at(&mut self, commit: &str, path: &str) -> Result<Option<Vec<u8>>> {
        let name = format!("{commit}:./{path}");
        if !path.contains('\n') {
            return self.ask(&name);
        }
        // A question ends at its line end, so this one has to be asked by id.
        let arguments = ["rev-parse", "--verify", "--quiet", "--end-of-options", &name];
        let found = command::run(&self.root, &arguments)?;
        let id = String::from_utf8_lossy(&found.stdout).trim().to_owned();
        if id.is_empty() { Ok(None) } else { self.ask(&id) }
    }

    fn ask(&mut self, name: &str) -> Result<Option<Vec<u8>>> {
        self.exchange(name)
            .map_err(|error| Error::new(format!("git cat-file stopped: {}", error.kind())))
    }

    fn exchange(&mut self, name: &str) -> io::Result<Option<Vec<u8>>> {
        let questions = self.questions.as_mut().ok_or(io::ErrorKind::BrokenPipe)?;
        questions.write_all(format!("{name}\n").as_bytes())?;
        questions.flush()?;
        let mut header = Vec::new();
        self.answers.read_until(b'\n', &mut header)?;
        let header = header.strip_suffix(b"\n").ok_or(io::ErrorKind::UnexpectedEof)?;
        if header.ends_with(b" missing") || header.ends_with(b" ambiguous") {
            return Ok(None);
        }
        let header = String::from_utf8_lossy(header);
        let mut words = header.split(' ').skip(1);
        let (kind, size) = (words.next(), words.next().and_then(|size| size.parse::<u64>().ok()));
        let size = size.ok_or(io::ErrorKind::InvalidData)?;
        let mut content = self.answers.by_ref().take(size);
        let text = if kind == Some("blob") && size <= SIZE_CAP {
            let mut text = Vec::with_capacity(usize::try_from(size).unwrap_or(0));
            content.read_to_end(&mut text)?;
            Some(text)
        } else {
            io::copy(&mut content, &mut io::sink())?;
            None
        };
        if content.limit() > 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.answers.read_exact(&mut [0])?;
        Ok(text)
    }
}

impl Drop for OldTexts {
    fn drop(&mut self) {
        // Without questions the process ends; waiting for it leaves no zombie.
        self.questions = None;
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
