//! A check run besides the job: it has room for all annotations, and is never the gate.

use super::judging::Judged;
use super::places::Places;
use super::{Step, saying};
use crate::edges::github::{Annotation, CheckOutput, Failure, NewCheckRun};
use crate::finding::Level;
use crate::report::ReportedFinding;
use crate::reporters::markdown;

/// A check run takes 50 annotations at a time.
const BATCH: usize = 50;

/// A check run with every finding as an annotation. It shows more than the job's own annotations can and is never the gate.
pub(super) fn check_run(step: &Step, judged: &Judged) -> Result<(), Failure> {
    let report = &judged.report;
    let sha = step.event.pull_request().map_or(&step.run.sha, |pull| &pull.head);
    let merged = judged.tree.as_ref().filter(|tree| tree.commit != *sha);
    let mut places = merged.map(|tree| Places::new(&step.listed().files, tree));
    let annotations = report.findings.iter().map(|finding| {
        let line = places.as_mut().and_then(|places| places.of(finding));
        annotation(finding, line.unwrap_or(finding.line))
    });
    let annotations: Vec<Annotation> = annotations.collect();
    let mut batches = annotations.chunks(BATCH);
    let output = |batch: &[Annotation]| CheckOutput {
        title: markdown::headline(report),
        summary: saying::body(step, judged, 60_000),
        text: None,
        annotations: batch.to_vec(),
    };
    let name = format!("{} annotations", step.inputs.comment_id);
    let made = step.github.create_check_run(&NewCheckRun {
        name: Some(name),
        head_sha: Some(sha.clone()),
        external_id: Some(format!("{}-{}", step.run.id, step.run.attempt)),
        details_url: Some(step.run.url()).filter(|url| !url.is_empty()),
        status: Some("completed"),
        conclusion: Some(if report.exit_code == 0 { "success" } else { "failure" }),
        output: Some(output(batches.next().unwrap_or_default())),
    })?;
    for batch in batches {
        let more = NewCheckRun {
            output: Some(output(batch)),
            ..NewCheckRun::default()
        };
        step.github.update_check_run(made.id, &more)?;
    }
    Ok(())
}

/// The annotation of a finding that begins at a line.
fn annotation(finding: &ReportedFinding, line: u32) -> Annotation {
    let is_one_line = finding.line == finding.end_line;
    let column = |column: u32| is_one_line.then_some(u64::from(column));
    Annotation {
        path: finding.path.clone(),
        start_line: u64::from(line),
        end_line: u64::from(line.saturating_add(finding.end_line.saturating_sub(finding.line))),
        start_column: column(finding.column),
        end_column: column(finding.end_column),
        annotation_level: match finding.level {
            Level::Error => "failure",
            Level::Warning => "warning",
            Level::Note => "notice",
        },
        title: Some(finding.rule.to_owned()),
        message: format!("{}\n{}", finding.message, finding.help),
        raw_details: None,
    }
}
