//! Check runs, which only the job's token and other apps may write.

use super::GitHub;
use super::calls::{Effect, Verb, impossible};
use super::failure::Failure;
use serde::{Deserialize, Serialize};

/// The most annotations of one request.
const MOST_ANNOTATIONS: usize = 50;
const NEEDS: &str = "checks: write";

/// A check run to be made or changed; what is left out stays as it is.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct NewCheckRun {
    /// Its name. Needed to make one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The commit that it is about: a pull request's head, not its merge commit. Needed to make one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub head_sha: Option<String>,
    /// What tells it from others of its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// Where more is told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub details_url: Option<String>,
    /// `queued`, `in_progress` or `completed`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<&'static str>,
    /// `success`, `failure`, `action_required`, ...; neutral and skipped count as success for branch protection.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conclusion: Option<&'static str>,
    /// What it shows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output: Option<CheckOutput>,
}

/// What a check run shows.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct CheckOutput {
    /// The title.
    pub title: String,
    /// Markdown below it.
    pub summary: String,
    /// Markdown below that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Notes at lines, 50 at most; more are added by updates, which append.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub annotations: Vec<Annotation>,
}

/// A note at lines.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Annotation {
    /// The file.
    pub path: String,
    /// The first line.
    pub start_line: u64,
    /// The last line.
    pub end_line: u64,
    /// The first column, where both lines are the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_column: Option<u64>,
    /// The last column.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_column: Option<u64>,
    /// `notice`, `warning` or `failure`.
    pub annotation_level: &'static str,
    /// The title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The text.
    pub message: String,
    /// More of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub raw_details: Option<String>,
}

/// A check run.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct CheckRun {
    /// Its number.
    pub id: u64,
    /// Where it is shown.
    #[serde(default)]
    pub html_url: Option<String>,
}

impl NewCheckRun {
    fn annotations(&self) -> usize {
        self.output.as_ref().map_or(0, |output| output.annotations.len())
    }
}

impl GitHub {
    /// Makes a check run.
    ///
    /// # Errors
    /// See [`Reason`](super::Reason): `Invalid` with more than 50 annotations. After `Unclear` it may be there.
    pub fn create_check_run(&self, run: &NewCheckRun) -> Result<CheckRun, Failure> {
        self.write_check_run(
            "the check run was not made",
            (Verb::Post, Effect::Once),
            &["check-runs"],
            run,
        )
    }

    /// Changes a check run. Annotations are added to those that it has.
    ///
    /// # Errors
    /// See [`Reason`](super::Reason). After `Unclear`, which only happens with annotations, it may be changed.
    pub fn update_check_run(&self, id: u64, run: &NewCheckRun) -> Result<CheckRun, Failure> {
        let effect = if run.annotations() == 0 {
            Effect::Overwrite
        } else {
            Effect::Once
        };
        let segments = ["check-runs", &id.to_string()];
        self.write_check_run("the check run was not updated", (Verb::Patch, effect), &segments, run)
    }

    fn write_check_run(
        &self,
        task: &'static str,
        how: (Verb, Effect),
        segments: &[&str],
        run: &NewCheckRun,
    ) -> Result<CheckRun, Failure> {
        if run.annotations() > MOST_ANNOTATIONS {
            return Err(impossible(task, NEEDS, "a request holds at most 50 annotations"));
        }
        self.write((task, NEEDS), how, segments, run)
    }
}
