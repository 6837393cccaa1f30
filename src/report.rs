//! What a run found out: findings, suppressed findings, problems, coverage; a verdict and an exit code.

pub use crate::excerpt::Excerpt;
use crate::finding::{Confidence, Level};
use crate::map::Arrow;
use serde::Serialize;

/// The result of a run, ready to be shown: paths, lines and columns instead of spans, nothing left to look up.
///
/// Its JSON form is the contract `envfence/report/v1`.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// `envfence/report/v1`.
    pub schema: &'static str,
    /// The version of envfence.
    pub version: &'static str,
    /// By path, line, column, rule.
    pub findings: Vec<ReportedFinding>,
    /// Findings that an acknowledgement covers, in the same order.
    pub suppressed: Vec<Suppressed>,
    /// `path:line` of the acknowledgements that a proposed change brings: they are in force when it is accepted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub pending_acknowledgements: Vec<String>,
    /// What could not be read, by path and line.
    pub problems: Vec<ReportedProblem>,
    /// What was looked at.
    pub coverage: Coverage,
    /// What findings are reported of: the whole tree, a part of it, or a change.
    pub scope: Scope,
    /// The policy that holds; `None` where there is none.
    pub policy: Option<PolicyUsed>,
    /// Which environment points where: the datastores of all environments, and what findings are about.
    pub map: Vec<Arrow>,
    /// The outcome.
    pub verdict: Verdict,
    /// What the process exits with.
    pub exit_code: u8,
}

/// What findings are reported of.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Scope {
    /// Whether only what a change adds, alters or lets through is reported. The whole scope is read all the same.
    pub changes_only: bool,
    /// What the change is compared with, as it was asked for: a revision or a branch.
    pub changed_since: Option<String>,
    /// The files and directories that were read; empty means the whole tree.
    pub paths: Vec<String>,
}

/// Which policy was judged by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PolicyUsed {
    /// The file.
    pub path: String,
    /// The branch that it was taken from, where that is not the tree that was judged.
    pub revision: Option<String>,
}

/// A finding as it is shown.
#[derive(Debug, Clone, Serialize)]
pub struct ReportedFinding {
    /// The rule's id.
    pub rule: &'static str,
    /// How bad.
    pub level: Level,
    /// How sure.
    pub confidence: Confidence,
    /// The file.
    pub path: String,
    /// 1-based.
    pub line: u32,
    /// 1-based, in characters.
    pub column: u32,
    /// 1-based.
    pub end_line: u32,
    /// 1-based, in characters; one past the last.
    pub end_column: u32,
    /// The environment that the setting speaks for.
    pub environment: String,
    /// The key path.
    pub key: String,
    /// What is wrong and what was expected.
    pub message: String,
    /// How to fix or acknowledge it.
    pub help: String,
    /// The line around the place with credentials masked, and the columns (in characters of it, 0-based, half-open) to underline.
    #[serde(skip)]
    pub excerpt: Excerpt,
    /// Places that explain it.
    pub related: Vec<ReportedRelated>,
    /// Stays the same while the fault stays the same.
    pub fingerprint: String,
    /// What an acknowledgement in the policy is bound to.
    pub value_hash: String,
}

/// A related place as it is shown.
#[derive(Debug, Clone, Serialize)]
pub struct ReportedRelated {
    /// The file.
    pub path: String,
    /// 1-based.
    pub line: u32,
    /// What is to be seen there.
    pub message: String,
}

/// A finding that an acknowledgement covers.
#[derive(Debug, Clone, Serialize)]
pub struct Suppressed {
    /// What was found.
    #[serde(flatten)]
    pub finding: ReportedFinding,
    /// Why it is acknowledged.
    pub reason: String,
    /// The last day on which the acknowledgement counts, `YYYY-MM-DD`, where it has one.
    pub until: Option<String>,
    /// Where the acknowledgement stands: `path:line`.
    pub acknowledged_at: String,
}

/// Something that was not read, or not wholly.
#[derive(Debug, Clone, Serialize)]
pub struct ReportedProblem {
    /// `error` where it makes the run fail with exit code 2.
    pub level: Level,
    /// The file; "" where it is about all of them.
    pub path: String,
    /// 1-based; 0 where the whole file is meant.
    pub line: u32,
    /// 1-based; 0 where the whole line or file is meant.
    pub column: u32,
    /// What is wrong. Never holds text of the file.
    pub message: String,
    /// Whether something of the file may have been left unread because of it.
    pub unread: bool,
    /// Whether the file speaks for production, or may do so where it was not read.
    pub production: bool,
}

/// What was looked at.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Coverage {
    /// Files read.
    pub files: usize,
    /// Of these, the files that name no environment in their path or text: nothing in them can be judged.
    pub files_without_environment: usize,
    /// Values in the others.
    pub settings: usize,
    /// Settings that point somewhere, among those of a known environment.
    pub references: usize,
    /// The environments found, with the number of settings of each, by name.
    pub environments: Vec<EnvironmentCoverage>,
    /// The fewest settings of known environments that make a run count.
    pub minimum: usize,
    /// Files of which a part could not be read.
    pub partly_read: usize,
    /// Of these, the files that speak for production, or may do so where they were not read.
    pub partly_read_production: usize,
    /// Files that could not be read at all.
    pub unreadable: usize,
    /// Files left out, by reason.
    pub skipped: Vec<SkippedFiles>,
    /// Rules that judged.
    pub rules: usize,
}

/// The settings of one environment.
#[derive(Debug, Clone, Serialize)]
pub struct EnvironmentCoverage {
    /// The environment.
    pub name: String,
    /// `production` or `nonproduction`.
    pub tier: &'static str,
    /// Settings that speak for it.
    pub settings: usize,
}

/// Files that were left out for one reason.
#[derive(Debug, Clone, Serialize)]
pub struct SkippedFiles {
    /// Why: `tests and fixtures`, `encrypted`, `over the size cap`, ...
    pub reason: String,
    /// Which, sorted.
    pub paths: Vec<String>,
}

/// The outcome of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Nothing at or above the fail level.
    Good,
    /// A finding at or above the fail level.
    Violated,
    /// Something could not be read.
    Error,
    /// Nothing was there to be judged.
    Nothing,
    /// A question that matters has no answer.
    Unknown,
}

/// How much a problem weighs, the gravest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Gravity {
    /// It makes the run fail.
    Failing,
    /// Something of production may have been left unread.
    Production,
    /// Any other.
    Other,
}

impl ReportedProblem {
    /// How much it weighs.
    pub fn gravity(&self) -> Gravity {
        match self.level {
            Level::Error => Gravity::Failing,
            _ if self.unread && self.production => Gravity::Production,
            _ => Gravity::Other,
        }
    }
}

impl Report {
    /// Whether the whole tree was read, settings were judged, and none of them speaks for production.
    pub fn lacks_production(&self) -> bool {
        let is_production = |environment: &EnvironmentCoverage| environment.tier == "production";
        self.scope.paths.is_empty()
            && self.coverage.judged() > 0
            && !self.coverage.environments.iter().any(is_production)
    }

    /// The same report for those who cannot live with a file that was not wholly understood: every problem is an error.
    #[must_use]
    pub fn strictly(mut self) -> Self {
        for problem in &mut self.problems {
            problem.level = Level::Error;
            self.verdict = Verdict::Error;
            self.exit_code = self.verdict.exit_code();
        }
        self
    }
}

impl Coverage {
    /// How many settings of known environments there were to be judged.
    pub fn judged(&self) -> usize {
        self.environments.iter().map(|environment| environment.settings).sum()
    }

    /// Whether that is less than what makes a run count.
    pub fn is_too_little(&self) -> bool {
        self.judged() < self.minimum.max(1)
    }
}

impl Verdict {
    /// The exit code: it depends on the verdict alone, never on the output format.
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Good => 0,
            Self::Violated => 1,
            Self::Error => 2,
            Self::Nothing => 3,
            Self::Unknown => 4,
        }
    }
}
