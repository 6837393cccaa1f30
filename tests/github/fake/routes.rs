//! Which function answers which operation.

use super::exchange::{Reply, Request};
use super::state::State;
use super::{checks, comments, compare, contents, deployments, issues, pulls, reviews};

/// Answers a request that fits the description.
pub(crate) type Handler = fn(&mut State, &Request) -> Reply;

/// Every operation of the description.
pub(crate) const ROUTES: &[(&str, Handler)] = &[
    ("checks/create", checks::create),
    ("checks/get", checks::get),
    ("checks/list-annotations", checks::annotations),
    ("checks/update", checks::update),
    ("git/get-tree", contents::tree),
    ("issues/create", issues::create),
    ("issues/create-comment", comments::create),
    ("issues/delete-comment", comments::delete),
    ("issues/get", issues::get),
    ("issues/get-comment", comments::get),
    ("issues/list-comments", comments::list),
    ("issues/list-for-repo", issues::list),
    ("issues/update", issues::update),
    ("issues/update-comment", comments::update),
    ("pulls/create-review", reviews::create),
    ("pulls/get", pulls::get),
    ("pulls/get-review-comment", reviews::get_comment),
    ("pulls/list", pulls::list),
    ("pulls/list-files", pulls::files),
    ("pulls/list-review-comments", reviews::list_comments),
    ("pulls/list-reviews", reviews::list),
    ("pulls/update-review-comment", reviews::update_comment),
    ("repos/compare-commits-with-basehead", compare::compare),
    ("repos/create-commit-status", deployments::create_status),
    ("repos/create-deployment", deployments::create),
    ("repos/create-deployment-status", deployments::create_deployment_status),
    ("repos/download-tarball-archive", compare::tarball),
    ("repos/get", pulls::repository),
    ("repos/get-content", contents::get),
    ("repos/get-deployment", deployments::get),
    ("repos/list-commit-statuses-for-ref", deployments::list_statuses),
    ("repos/list-deployment-statuses", deployments::list_deployment_statuses),
    ("repos/list-deployments", deployments::list),
    ("repos/list-pull-requests-associated-with-commit", pulls::of_commit),
];

/// The function that answers an operation.
pub(crate) fn handler(operation: &str) -> Option<Handler> {
    let found = ROUTES.iter().find(|(name, _)| *name == operation);
    found.map(|(_, handler)| *handler)
}

/// Whether a trouble can be set for such an operation.
pub(crate) fn is_operation(name: &str) -> bool {
    matches!(name, "*" | "download") || name.starts_with("graphql") || handler(name).is_some()
}
