//! What is said on the pull request: one comment, comments on lines, and a check run where it is wanted. All of it may fail
//! without changing the verdict.

use super::check_run::check_run;
use super::judging::Judged;
use super::places::Places;
use super::tree::Tree;
use super::{Step, saying};
use crate::edges::github::{Comment, Failure, NewReview, NewReviewComment, Reason};
use crate::github::inputs::CommentMode;
use crate::github::review::{self, Draft, Found, LineComment, Review};
use crate::github::sticky::{self, Marker, Say};
use crate::report::{ReportedFinding, Verdict};
use crate::reporters::markdown;
use std::collections::HashSet;
use std::ops::ControlFlow;

/// What came of it.
#[derive(Default)]
pub(super) struct Told {
    pub(super) comment_url: Option<String>,
    pub(super) notes: Vec<String>,
}

/// What became of the comment.
enum Spoken {
    /// It is there, at this address.
    At(String),
    /// There was nothing to say.
    Nothing,
    /// A newer run was quicker.
    Newer,
    /// It is not known whether a comment that is there is this token's own.
    Unsure,
}

/// A comment may have 65,536 characters.
const COMMENT_LIMIT: usize = 65_000;
/// Whom the job's own token speaks for, where GitHub does not say.
const USUAL_VIEWER: &str = "github-actions[bot]";

/// The pull request that is spoken on.
struct Talk<'a> {
    step: &'a Step,
    judged: &'a Judged,
    number: u64,
    /// Its newest commit.
    head: String,
    viewer: String,
    /// Whether GitHub said it.
    is_viewer_known: bool,
}

/// Says it all, as far as it is wanted and possible: first what people look at first.
pub(super) fn tell(step: &Step, judged: &Judged) -> Told {
    let mut told = Told::default();
    let is_last = on_pull_request(step, judged, &mut told);
    if is_last
        && step.inputs.makes_check_run
        && let Err(failure) = check_run(step, judged)
    {
        told.notes.push(said(&failure));
    }
    told
}

/// Speaks on the pull request; gives whether this run still has the last word there.
fn on_pull_request(step: &Step, judged: &Judged, told: &mut Told) -> bool {
    let inputs = &step.inputs;
    let number = inputs
        .pull_request
        .or(step.event.pull_request().map(|pull| pull.number));
    let wants = inputs.comment != CommentMode::Off || inputs.reviews;
    let Some(number) = number.filter(|_| wants) else {
        return true;
    };
    let talk = match Talk::new(step, judged, number) {
        Ok(Some(talk)) => talk,
        Ok(None) => {
            told.notes
                .push("the pull request has newer commits: their run speaks on it".to_owned());
            return false;
        }
        Err(failure) => {
            told.notes.push(said(&failure));
            return true;
        }
    };
    match talk.comment() {
        Ok(Spoken::At(url)) => told.comment_url = Some(url),
        Ok(Spoken::Nothing) => {}
        Ok(Spoken::Unsure) => {
            let note = "the comment was not written: GitHub does not say whom the token speaks for, and there is one by somebody";
            told.notes.push(note.to_owned());
        }
        Ok(Spoken::Newer) => {
            told.notes.push("a newer run has spoken on the pull request".to_owned());
            return false;
        }
        Err(failure) => {
            let is_final = matches!(failure.reason, Reason::ReadOnly | Reason::Locked | Reason::OutOfTime);
            told.notes.push(said(&failure));
            if is_final {
                return true;
            }
        }
    }
    if inputs.reviews
        && let Err(failure) = talk.review()
    {
        told.notes.push(said(&failure));
    }
    true
}

/// A failure in one line.
fn said(failure: &Failure) -> String {
    let hint = failure.hint().map(|hint| format!(" ({hint})")).unwrap_or_default();
    format!("{failure}{hint}; the verdict is the same")
}

impl<'a> Talk<'a> {
    /// Looks whom to speak as, and whether this run still has the last word.
    fn new(step: &'a Step, judged: &'a Judged, number: u64) -> Result<Option<Self>, Failure> {
        let pull = step.github.pull(number)?;
        let is_old = step
            .event
            .pull_request()
            .is_some_and(|event| event.head != pull.head.sha);
        if is_old {
            return Ok(None);
        }
        let known = step.github.viewer_login();
        let is_viewer_known = known.is_ok();
        let viewer = known.unwrap_or_else(|_| USUAL_VIEWER.to_owned());
        Ok(Some(Self {
            step,
            judged,
            number,
            head: pull.head.sha,
            viewer,
            is_viewer_known,
        }))
    }

    fn fails(&self) -> bool {
        self.judged.report.exit_code != 0
    }

    /// Writes the one comment, or rewrites it.
    fn comment(&self) -> Result<Spoken, Failure> {
        let run = &self.step.run;
        let marker = Marker {
            id: self.step.inputs.comment_id.clone(),
            run: run.id,
            attempt: run.attempt,
            sha: self.head.clone(),
        };
        if self.step.inputs.comment == CommentMode::Off {
            return Ok(Spoken::Nothing);
        }
        let report = &self.judged.report;
        let say = Say {
            something: self.fails() || !report.findings.is_empty() || !self.judged.previews.is_empty(),
            fails: self.fails(),
        };
        let line = marker.line();
        let body = saying::body(self.step, self.judged, COMMENT_LIMIT.saturating_sub(line.len()));
        let body = format!("{line}\n{body}");
        // A comment that may have been written is looked for before it is written again.
        for is_last in [false, true] {
            let marked = self.marked()?;
            let is_by_another = |comment: &sticky::Comment| {
                !sticky::same_login(&comment.author, &self.viewer)
                    && Marker::parse(&comment.body).is_some_and(|there| there.id == marker.id)
            };
            let written = match sticky::step(&marked, &self.viewer, &marker, self.step.inputs.comment, say) {
                // It may well be our own, under the name that GitHub did not tell.
                sticky::Step::Create if !self.is_viewer_known && marked.iter().any(is_by_another) => {
                    return Ok(Spoken::Unsure);
                }
                sticky::Step::Create => self.step.github.create_comment(self.number, &body),
                sticky::Step::Update(id) => self.step.github.update_comment(id, &body),
                sticky::Step::Newer => return Ok(Spoken::Newer),
                sticky::Step::Nothing => return Ok(Spoken::Nothing),
            };
            match written {
                Ok(comment) => return Ok(Spoken::At(comment.html_url)),
                Err(failure) if failure.reason == Reason::Unclear && !is_last => {}
                Err(failure) => return Err(failure),
            }
        }
        Ok(Spoken::Nothing)
    }

    /// The comments that carry a marker of ours, whoever wrote them.
    fn marked(&self) -> Result<Vec<sticky::Comment>, Failure> {
        let mut comments = Vec::new();
        self.step.github.issue_comments(self.number, |comment: Comment| {
            let body = comment.body.unwrap_or_default();
            if Marker::parse(&body).is_some() {
                comments.push(sticky::Comment {
                    id: comment.id,
                    author: comment.user.map(|user| user.login).unwrap_or_default(),
                    body,
                });
            }
            ControlFlow::Continue(())
        })?;
        Ok(comments)
    }

    /// Writes the comments on lines that are new, and marks those whose finding is gone.
    fn review(&self) -> Result<(), Failure> {
        let report = &self.judged.report;
        let comments = self.line_comments()?;
        if report.findings.is_empty() && comments.is_empty() {
            return Ok(());
        }
        let drafts = match &self.judged.tree {
            Some(tree) if !report.findings.is_empty() => self.drafts(tree)?,
            _ => Vec::new(),
        };
        let fingerprints: HashSet<&str> = report
            .findings
            .iter()
            .map(|finding| finding.fingerprint.as_str())
            .collect();
        let found = Found {
            drafts: &drafts,
            fingerprints: &fingerprints,
            is_whole: report.verdict != Verdict::Error,
            sha: &self.head,
        };
        let id = &self.step.inputs.comment_id;
        let review = review::plan(&comments, &self.viewer, id, found);
        if !review.new.is_empty() {
            self.step.github.create_review(self.number, &self.new_review(&review))?;
        }
        for fixed in &review.fixed {
            self.step.github.update_review_comment(fixed.id, &fixed.body)?;
        }
        self.resolve(&review);
        Ok(())
    }

    fn line_comments(&self) -> Result<Vec<LineComment>, Failure> {
        let mut comments = Vec::new();
        self.step.github.review_comments(self.number, |comment| {
            comments.push(LineComment {
                id: comment.id,
                author: comment.user.map(|user| user.login).unwrap_or_default(),
                line: comment.line.and_then(|line| u32::try_from(line).ok()),
                answers: comment.in_reply_to_id,
                body: comment.body.unwrap_or_default(),
            });
            ControlFlow::Continue(())
        })?;
        Ok(comments)
    }

    /// A comment for every finding that stands on a line of the diff, worst first.
    fn drafts(&self, tree: &Tree) -> Result<Vec<Draft>, Failure> {
        let files = match self.step.event.pull_request() {
            Some(pull) if pull.number == self.number => &self.step.listed().files,
            _ => &self.step.github.pull_files(self.number)?.files,
        };
        let mut places = Places::new(files, tree);
        let mut findings: Vec<&ReportedFinding> = self.judged.report.findings.iter().collect();
        findings.sort_by_key(|finding| std::cmp::Reverse((finding.level, finding.confidence)));
        let link = saying::link(self.step, self.judged);
        let drafts = findings.into_iter().filter_map(|finding| {
            Some(Draft {
                fingerprint: finding.fingerprint.clone(),
                path: finding.path.clone(),
                line: places.of(finding)?,
                body: markdown::line_comment(finding, Some(&link)),
            })
        });
        Ok(drafts.collect())
    }

    fn new_review(&self, review: &Review) -> NewReview {
        let id = &self.step.inputs.comment_id;
        let comments = review.new.iter().map(|draft| NewReviewComment {
            path: draft.path.clone(),
            body: review::body(draft, id),
            line: u64::from(draft.line),
            side: "RIGHT",
            start_line: None,
            start_side: None,
        });
        let more = match review.over {
            0 => String::new(),
            over => format!(" {over} more are not repeated at their lines."),
        };
        NewReview {
            commit_id: self.head.clone(),
            event: "COMMENT",
            body: format!("envfence has something to say about lines of this change.{more}"),
            comments: comments.collect(),
        }
    }

    /// Resolves the threads of comments whose finding is gone. The job's own token often may not, and the comments say it too.
    fn resolve(&self, review: &Review) {
        let fixed: HashSet<u64> = review.fixed.iter().map(|fixed| fixed.id).collect();
        if fixed.is_empty() {
            return;
        }
        let mut threads = Vec::new();
        let listed = self.step.github.review_threads(self.number, |thread| {
            let first = thread.comments.first().and_then(|comment| comment.id);
            if !thread.is_resolved && first.is_some_and(|id| fixed.contains(&id)) {
                threads.push(thread.id);
            }
            ControlFlow::Continue(())
        });
        if listed.is_err() {
            return;
        }
        for thread in threads {
            if self.step.github.resolve_thread(&thread).is_err() {
                return;
            }
        }
    }
}
