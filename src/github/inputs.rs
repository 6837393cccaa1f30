//! The inputs of the action, as action.yml hands them on: `fail-on` becomes `ENVFENCE_INPUT_FAIL_ON`.

use super::run::Variables;
use crate::error::{Error, Result};
use crate::finding::Level;
use std::path::{Component, Path, PathBuf};

/// What somebody who uses the action asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inputs {
    /// Files and directories to judge, below the working directory; none means all of it.
    pub paths: Vec<PathBuf>,
    /// The policy's path in the repository; `None` where the usual names are looked for.
    pub policy: Option<String>,
    /// Whether the whole tree is judged, and not only what a change brings.
    pub judges_all: bool,
    /// The level from which on a finding fails the run; `None` never.
    pub fail_on: Option<Level>,
    /// The lowest level that is shown.
    pub min_level: Level,
    /// Whether findings become annotations of the workflow run.
    pub annotates: bool,
    /// Whether findings become comments on the lines of the pull request.
    pub reviews: bool,
    /// When the pull request gets its comment.
    pub comment: CommentMode,
    /// Tells several uses on one pull request apart.
    pub comment_id: String,
    /// Whether the job summary is written.
    pub summarises: bool,
    /// Whether a check run with all annotations is made. It is never the gate: that is the job itself.
    pub makes_check_run: bool,
    /// Reports to write: the reporter's name and the file, relative to the workspace.
    pub files: Vec<(&'static str, PathBuf)>,
    /// The pull request to comment on, where the event names none.
    pub pull_request: Option<u64>,
    /// The directory of the repository that is judged; "" means all of it.
    pub directory: PathBuf,
}

/// When the pull request gets its comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CommentMode {
    /// When there is something to say; a comment that is there already is kept up to date.
    Auto,
    /// On every run.
    Always,
    /// When the run fails; a comment that is there already is kept up to date.
    Failures,
    /// Never.
    Off,
}

/// The inputs that name a file to write, with the reporter that writes it.
pub const FILES: &[(&str, &str)] = &[
    ("sarif-file", "sarif"),
    ("json-file", "json"),
    ("junit-file", "junit"),
    ("markdown-file", "markdown"),
    ("gitlab-file", "gitlab"),
];

impl Inputs {
    /// Reads the inputs; `job` is the id of the job, which tells uses of the action apart where nothing else does.
    ///
    /// # Errors
    /// Where an input has a value that it cannot have.
    pub fn new(variable: &Variables<'_>, job: &str) -> Result<Self> {
        let input = |name: &str| {
            let value = variable(&format!("ENVFENCE_INPUT_{}", name.to_uppercase().replace('-', "_")));
            value
                .map(|value| value.trim().to_owned())
                .filter(|value| !value.is_empty())
        };
        let choice = |name: &str, choices: &[&str]| match input(name) {
            None => Ok(0),
            Some(value) => choices
                .iter()
                .position(|choice| *choice == value)
                .ok_or_else(|| refused(name, &value).hint(format!("it takes {}", choices.join(", ")))),
        };
        let switch = |name: &str, usual: bool| match choice(
            name,
            if usual { &["true", "false"] } else { &["false", "true"] },
        )? {
            0 => Ok(usual),
            _ => Ok::<bool, Error>(!usual),
        };
        choice("mode", &["lint"])?;
        let below = |name: &str, text: &str| {
            below(text)
                .ok_or_else(|| refused(name, text).hint("it takes a path inside of the repository, without `..`"))
        };
        let paths = input("paths").unwrap_or_default();
        let paths = paths.lines().map(str::trim).filter(|line| !line.is_empty());
        let mut files = Vec::new();
        for (name, reporter) in FILES {
            if let Some(text) = input(name) {
                if text.contains(char::is_control) {
                    return Err(refused(name, &text).hint("it takes one path"));
                }
                files.push((*reporter, PathBuf::from(text)));
            }
        }
        let fail_on = match choice("fail-on", &["error", "warning", "note", "never"])? {
            0 => Some(Level::Error),
            1 => Some(Level::Warning),
            2 => Some(Level::Note),
            _ => None,
        };
        let min_level = match input("min-level") {
            None => Level::Note,
            Some(_) => match choice("min-level", &["note", "warning", "error"])? {
                0 => Level::Note,
                1 => Level::Warning,
                _ => Level::Error,
            },
        };
        if fail_on.is_some_and(|fail_on| fail_on < min_level) {
            return Err(
                Error::new("the input fail-on would fail on findings that min-level leaves out")
                    .hint("lower min-level, or raise fail-on"),
            );
        }
        Ok(Self {
            paths: paths.map(|path| below("paths", path)).collect::<Result<_>>()?,
            policy: input("policy")
                .map(|path| below("policy", &path))
                .transpose()?
                .map(|path| slashes(&path)),
            judges_all: choice("scope", &["changed", "all"])? == 1,
            fail_on,
            min_level,
            annotates: switch("annotations", true)?,
            reviews: switch("review-comments", true)?,
            comment: match choice("comment", &["auto", "always", "failures", "off"])? {
                0 => CommentMode::Auto,
                1 => CommentMode::Always,
                2 => CommentMode::Failures,
                _ => CommentMode::Off,
            },
            comment_id: comment_id(&input("comment-id").unwrap_or_else(|| job.to_owned())),
            summarises: switch("job-summary", true)?,
            makes_check_run: switch("check-run", false)?,
            files,
            pull_request: match input("pr-number") {
                None => None,
                Some(text) => Some(
                    text.parse()
                        .ok()
                        .filter(|number| *number > 0)
                        .ok_or_else(|| refused("pr-number", &text).hint("it takes the number of a pull request"))?,
                ),
            },
            directory: match input("working-directory") {
                None => PathBuf::new(),
                Some(text) => below("working-directory", &text)?,
            },
        })
    }

    /// The judged directory, as far as the workspace is the repository; "" means all of it.
    pub fn directory_in_repository(&self) -> String {
        slashes(&self.directory)
    }
}

fn refused(name: &str, value: &str) -> Error {
    let shown: String = value.chars().filter(|char| !char.is_control()).take(60).collect();
    Error::new(format!("the input {name} cannot be `{shown}`"))
}

/// A path without `.` and `..` that stays below the place it is relative to.
fn below(text: &str) -> Option<PathBuf> {
    let mut path = PathBuf::new();
    for component in Path::new(text).components() {
        match component {
            Component::Normal(name) => path.push(name),
            Component::CurDir => {}
            _ => return None,
        }
    }
    Some(path)
}

fn slashes(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}

/// What fits into a hidden marker: letters, digits, `.`, `_` and single `-`.
fn comment_id(text: &str) -> String {
    let mut id = String::new();
    for char in text.chars().take(100) {
        match char {
            '.' | '_' => id.push(char),
            char if char.is_alphanumeric() => id.push(char),
            _ if !id.ends_with('-') => id.push('-'),
            _ => {}
        }
    }
    match id.trim_matches('-') {
        "" => "envfence".to_owned(),
        id => id.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inputs(set: &[(&str, &str)]) -> Result<Inputs> {
        let find = |name: &str| {
            let found = set
                .iter()
                .find(|(known, _)| name == format!("ENVFENCE_INPUT_{}", known.to_uppercase().replace('-', "_")));
            found.map(|(_, value)| (*value).to_owned())
        };
        Inputs::new(&find, "fence")
    }

    #[test]
    fn empty_is_the_default() {
        let usual = inputs(&[]).unwrap();
        let empty: Vec<(&str, &str)> = [
            "mode",
            "paths",
            "policy",
            "scope",
            "fail-on",
            "min-level",
            "annotations",
            "comment",
            "check-run",
            "sarif-file",
            "pr-number",
            "working-directory",
            "comment-id",
        ]
        .into_iter()
        .map(|name| (name, " \n"))
        .collect();
        assert_eq!(inputs(&empty).unwrap(), usual);
        assert!(usual.annotates && usual.reviews && usual.summarises && !usual.makes_check_run && !usual.judges_all);
        assert_eq!((usual.fail_on, usual.min_level), (Some(Level::Error), Level::Note));
        assert_eq!((usual.comment, usual.comment_id.as_str()), (CommentMode::Auto, "fence"));
    }

    #[test]
    fn what_is_asked_for() {
        let asked = inputs(&[
            ("paths", "deploy/\n\n ./config/app prod.yml \n"),
            ("policy", "./ops/envfence.yml"),
            ("scope", "all"),
            ("fail-on", "never"),
            ("min-level", "warning"),
            ("review-comments", "false"),
            ("check-run", "true"),
            ("comment", "failures"),
            ("comment-id", "shop -- web --> x"),
            ("sarif-file", "out/envfence.sarif"),
            ("gitlab-file", "/srv/quality.json"),
            ("pr-number", "12"),
            ("working-directory", "services/web"),
        ])
        .unwrap();
        assert_eq!(
            asked.paths,
            [PathBuf::from("deploy"), PathBuf::from("config/app prod.yml")]
        );
        assert_eq!(asked.policy.as_deref(), Some("ops/envfence.yml"));
        assert!(asked.judges_all && !asked.reviews && asked.makes_check_run);
        assert_eq!(
            (asked.fail_on, asked.min_level, asked.comment),
            (None, Level::Warning, CommentMode::Failures)
        );
        assert_eq!(asked.comment_id, "shop-web-x");
        assert_eq!(asked.files.len(), 2);
        assert_eq!(asked.pull_request, Some(12));
        assert_eq!(asked.directory_in_repository(), "services/web");
        assert_eq!(
            inputs(&[("working-directory", ".")]).unwrap().directory_in_repository(),
            ""
        );
    }

    #[test]
    fn wrong_values_are_refused_by_name() {
        for (name, value) in [
            ("mode", "verify!"),
            ("scope", "Changed"),
            ("annotations", "yes"),
            ("job-summary", "1"),
            ("comment", "sometimes"),
            ("fail-on", "high"),
            ("pr-number", "0"),
            ("pr-number", "#3"),
            ("paths", "ok\n../secrets"),
            ("working-directory", "/etc"),
            ("policy", "../envfence.yml"),
            ("json-file", "a\nb"),
        ] {
            let error = inputs(&[(name, value)]).unwrap_err().to_string();
            assert!(error.contains(name), "{name}: {error}");
        }
        let error = inputs(&[("fail-on", "note"), ("min-level", "error")]).unwrap_err();
        assert!(error.message.contains("min-level"));
    }
}
