//! Which policy holds: that of the target branch, so that a pull request cannot loosen its own gate.

use super::Step;
use super::tree::Tree;
use crate::edges::{git, output, runner};
use crate::error::{Error, Result};
use crate::github::event::Event;
use crate::github::preview::preview;
use crate::policy::{self, Policy};
use crate::rules;

/// A policy's path, and its text.
type Named = (String, String);

/// The policy that holds, and what the judged tree would make of it.
#[derive(Default)]
pub(super) struct InForce {
    /// Its path below the judged directory and its text; `None` where there is none.
    pub(super) policy: Option<Named>,
    /// What the judged tree would change there.
    pub(super) previews: Vec<String>,
    /// What is wrong with the policy that the judged tree proposes.
    pub(super) faults: Vec<Error>,
    /// What people should know of it.
    pub(super) notes: Vec<String>,
}

/// Finds the policy of a judged tree.
///
/// # Errors
/// Where it cannot be known, or one that somebody names is not there: then nothing can be judged.
pub(super) fn in_force(step: &Step, tree: &Tree) -> Result<InForce> {
    let below_root = |(path, text): Named| (tree.below_root(&path), text);
    let own = in_tree(step, tree)?.map(below_root);
    let policy = match target(step) {
        None => own.clone(),
        Some(branch) => of_branch(step, tree, branch)?.map(below_root),
    };
    let mut found = InForce {
        policy,
        ..InForce::default()
    };
    if let Some(name) = step.inputs.policy.as_ref().filter(|_| found.policy.is_none()) {
        let Some(branch) = target(step).filter(|_| own.is_some()) else {
            return Err(Error::new("the input policy names no file of the repository")
                .at(tree.below_root(name))
                .hint("its path is relative to the top of the repository"));
        };
        found.notes.push(format!(
            "{branch} has no such policy yet: the built-in rules hold until the merge"
        ));
    }
    if own.as_ref().map(|(_, text)| text) != found.policy.as_ref().map(|(_, text)| text) {
        compare(&mut found, own.as_ref());
    }
    Ok(found)
}

/// Whether the policy that holds, as far as GitHub tells, is content with a run that judges nothing.
pub(super) fn is_content_with_nothing(step: &Step) -> bool {
    let commit = target(step).unwrap_or(&step.run.sha);
    let directory = step.inputs.directory_in_repository();
    let paths = paths(step, |name| super::tree::in_repository(&directory, name));
    match step.github.first_of(&paths, commit) {
        Ok(Some((path, text))) => {
            policy::read(&path, &text, &rules::ids()).is_ok_and(|policy| policy.minimum_settings.is_none())
        }
        Ok(None) => step.inputs.policy.is_none(),
        Err(_) => false,
    }
}

/// The branch whose policy holds; `None` where it is the tree's own.
pub(super) fn target(step: &Step) -> Option<&str> {
    match &step.event {
        Event::PullRequest(pull) => Some(&pull.base_branch),
        Event::MergeGroup { base_branch, .. } => Some(base_branch),
        Event::Push { .. } | Event::Other => None,
    }
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

/// Where in the repository the policy may be: where somebody says, or in the judged directory.
fn paths(step: &Step, in_repository: impl Fn(&str) -> String) -> Vec<String> {
    match &step.inputs.policy {
        Some(path) => vec![path.clone()],
        None => policy::FILE_NAMES.iter().map(|name| in_repository(name)).collect(),
    }
}

fn in_tree(step: &Step, tree: &Tree) -> Result<Option<Named>> {
    for path in paths(step, |name| tree.in_repository(name)) {
        // A link out of the tree is no policy.
        if runner::text(tree.top(), &path).is_some() {
            let text = output::read_policy(&tree.top().join(&path))?;
            return Ok(Some((path, text)));
        }
    }
    Ok(None)
}

/// The policy at the newest commit of the target branch: what the event says of it is often old.
fn of_branch(step: &Step, tree: &Tree, branch: &str) -> Result<Option<Named>> {
    let paths = paths(step, |name| tree.in_repository(name));
    let failure = match step.github.first_of(&paths, branch) {
        Ok(found) => return Ok(found),
        Err(failure) => failure,
    };
    let commit = local_tip(step, tree, branch).ok_or_else(|| {
        Error::new(format!("the policy of the target branch {branch:?} cannot be read: {failure}")).hint(
            "give the job `permissions: contents: read`, or set `fetch-depth: 2` on actions/checkout, so that git has it",
        )
    })?;
    for path in paths {
        if let Some(text) = git::text_at(tree.top(), &commit, &path)? {
            return Ok(Some((path, text)));
        }
    }
    Ok(None)
}

/// The commit of the target branch that the clone knows.
fn local_tip(step: &Step, tree: &Tree, branch: &str) -> Option<String> {
    let merged_onto = match &step.event {
        Event::MergeGroup { base, .. } if tree.is_clone_of(&step.run.sha) => tree.revision(base),
        _ => tree.merged_onto(step),
    };
    merged_onto.or_else(|| tree.revision(&format!("refs/remotes/origin/{branch}")))
}
