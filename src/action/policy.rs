//! Which policy holds: that of the target branch, so that a pull request cannot loosen its own gate.

use super::Step;
use crate::edges::github::Failure;
use crate::edges::{git, output, runner};
use crate::error::{Error, Result};
use crate::github::event::Event;
use crate::github::preview::preview;
use crate::policy::{self, Policy};
use crate::rules;
use std::path::Path;

/// The policy that holds, and what the judged tree would make of it.
#[derive(Default)]
pub(super) struct InForce {
    /// Its path and text; `None` where there is none.
    pub(super) policy: Option<(String, String)>,
    /// What the judged tree would change there.
    pub(super) previews: Vec<String>,
    /// What is wrong with the policy that the judged tree proposes.
    pub(super) faults: Vec<Error>,
    /// What people should know of it.
    pub(super) notes: Vec<String>,
}

/// Finds the policy of a judged directory.
///
/// # Errors
/// Where it cannot be known: then nothing can be judged.
pub(super) fn in_force(step: &Step, root: &Path) -> Result<InForce> {
    let own = in_tree(step, root)?;
    let branch = match &step.event {
        Event::PullRequest(pull) => &pull.base_branch,
        Event::MergeGroup { base_branch, .. } => base_branch,
        Event::Push { .. } | Event::Other => {
            return Ok(InForce {
                policy: own,
                ..InForce::default()
            });
        }
    };
    let mut found = InForce {
        policy: of_branch(step, root, branch)?,
        ..InForce::default()
    };
    if step.inputs.policy.is_some() && found.policy.is_none() && own.is_some() {
        found.notes.push(format!(
            "{branch} has no such policy yet: the built-in rules hold until the merge"
        ));
    }
    if own.as_ref().map(|(_, text)| text) != found.policy.as_ref().map(|(_, text)| text) {
        compare(&mut found, own.as_ref());
    }
    Ok(found)
}

/// Says what the tree's policy would change, or what is wrong with it.
fn compare(found: &mut InForce, own: Option<&(String, String)>) {
    let ids = rules::ids();
    let read = |policy: Option<&(String, String)>| match policy {
        Some((path, text)) => policy::read(path, text, &ids),
        None => Ok(Policy::default()),
    };
    match (read(found.policy.as_ref()), read(own)) {
        (_, Err(errors)) => found.faults = errors,
        (Ok(before), Ok(after)) => {
            found.previews = preview(&before, &after);
            if own.is_none() {
                found
                    .previews
                    .insert(0, "takes the policy away after the merge".to_owned());
            }
        }
        // A wrong policy on the target branch stops the run when it is read to judge by.
        (Err(_), Ok(_)) => found.previews.push("mends the policy after the merge".to_owned()),
    }
}

/// Whether it is known, without the judged tree, that the policy does not want a number of settings to be judged.
pub(super) fn has_no_minimum(step: &Step) -> bool {
    let reference = match &step.event {
        Event::PullRequest(pull) => &pull.base_branch,
        Event::MergeGroup { base_branch, .. } => base_branch,
        Event::Push { .. } | Event::Other => &step.run.sha,
    };
    match of_tip(step, reference) {
        Ok(None) => true,
        Ok(Some((path, text))) => {
            policy::read(&path, &text, &rules::ids()).is_ok_and(|policy| policy.minimum_settings.is_none())
        }
        Err(_) => false,
    }
}

fn names(step: &Step) -> Vec<String> {
    match &step.inputs.policy {
        Some(name) => vec![name.clone()],
        None => policy::FILE_NAMES.iter().map(|name| (*name).to_owned()).collect(),
    }
}

fn in_tree(step: &Step, root: &Path) -> Result<Option<(String, String)>> {
    for name in names(step) {
        // A link out of the tree is no policy.
        if runner::text(root, &name).is_some() {
            let text = output::read_policy(&root.join(&name))?;
            return Ok(Some((name, text)));
        }
    }
    Ok(None)
}

fn of_branch(step: &Step, root: &Path, branch: &str) -> Result<Option<(String, String)>> {
    let failure = match of_tip(step, branch) {
        Ok(found) => return Ok(found),
        Err(failure) => failure,
    };
    let commit = local_tip(step, root, branch).ok_or_else(|| {
        Error::new(format!("the policy of the target branch {branch:?} cannot be read: {failure}")).hint(
            "give the job `permissions: contents: read`, or set `fetch-depth: 2` on actions/checkout, so that git has it",
        )
    })?;
    for name in names(step) {
        if let Some(text) = git::text_at(root, &commit, &name)? {
            return Ok(Some((name, text)));
        }
    }
    Ok(None)
}

/// The policy at the newest commit of the target branch: what the event says of it is often old.
fn of_tip(step: &Step, branch: &str) -> std::result::Result<Option<(String, String)>, Failure> {
    for name in names(step) {
        let path = step.inputs.in_repository(&name);
        if let Some(text) = step.github.contents_raw(&path, branch)? {
            return Ok(Some((name, text)));
        }
    }
    Ok(None)
}

/// The commit of the target branch that the checkout knows.
fn local_tip(step: &Step, root: &Path, branch: &str) -> Option<String> {
    let is_of_run = git::commit(root, "HEAD")? == step.run.sha;
    let merged_onto = match &step.event {
        Event::PullRequest(pull) if is_of_run => git::commit(root, "HEAD^2")
            .filter(|head| *head == pull.head)
            .and_then(|_| git::commit(root, "HEAD^1")),
        Event::MergeGroup { base, .. } if is_of_run => git::commit(root, base),
        _ => None,
    };
    merged_onto.or_else(|| git::commit(root, &format!("refs/remotes/origin/{branch}")))
}
