//! What the paths of web addresses name on hosts that are known to put a resource there.

use super::builder::Builder;
use super::templates::is_masked;
use super::{Class, Role, cloud_ids, domains, gcp};

/// Reads the path, without its first `/`, of an address on a host.
pub(super) fn read(builder: &mut Builder<'_>, host: &str, path: &str) {
    if path.is_empty() {
        return;
    }
    let (first, rest) = path.split_once('/').unwrap_or((path, ""));
    if let Some(secret) = webhook_secret(host, path) {
        builder.part(Role::Credential, secret);
    } else if cloud_ids::is_account(first) && !rest.is_empty() && !rest.contains('/') {
        // Queues: `https://sqs.eu-west-1.amazonaws.com/123456789012/orders`, also of a local stand-in.
        builder.suggest(Class::Storage, None);
        builder.part(Role::OpaqueId, first);
        builder.part(Role::Name, rest);
    } else if let Some(name) = domains::aws_name(host) {
        aws(builder, name, first);
    } else if is_bucket_host(host) {
        builder.part(Role::Name, first);
    } else if builder.class() == Class::Identity {
        identity(builder, host, first, rest);
    } else if domains::is_below(host, "googleapis.com") {
        if let Some(at) = path.find("projects/") {
            gcp::resource(builder, path.get(at..).unwrap_or(""));
        }
    } else if let Some(realm) = realm(path) {
        builder.part(Role::Name, realm);
    } else if first == "v1" && host.split('.').any(|label| label.starts_with("vault")) {
        builder.set_class(Class::Identity);
        builder.part(Role::SecretPath, rest);
    }
}

/// The part of a chat webhook's path that lets everybody post.
fn webhook_secret<'a>(host: &str, path: &'a str) -> Option<&'a str> {
    if domains::is_below(host, "hooks.slack.com") {
        return path.split_once('/').map(|(_, secret)| secret);
    }
    if domains::is_below(host, "discord.com") || domains::is_below(host, "discordapp.com") {
        return path.strip_prefix("api/webhooks/");
    }
    let teams = domains::is_below(host, "webhook.office.com") || domains::is_below(host, "outlook.office.com");
    (teams && path.starts_with("webhook")).then(|| path.split_once('/').map(|(_, secret)| secret))?
}

fn aws(builder: &mut Builder<'_>, name: &str, first: &str) {
    let service = name.split('.').next().unwrap_or("");
    let path_style = service == "s3" || service.starts_with("s3-") || (service == "dualstack");
    let stage = name.split('.').any(|label| label == "execute-api");
    if path_style || stage || service.starts_with("cognito-idp") {
        // A bucket; a stage of an API gateway; a pool of users.
        builder.part(Role::Name, first);
    }
}

fn is_bucket_host(host: &str) -> bool {
    host.eq_ignore_ascii_case("storage.googleapis.com")
        || host.eq_ignore_ascii_case("storage.cloud.google.com")
        || domains::is_below(host, "core.windows.net") && host.split('.').count() >= 5
}

fn identity(builder: &mut Builder<'_>, host: &str, first: &str, rest: &str) {
    if domains::is_below(host, "vault.azure.net") || domains::is_below(host, "vault.usgovcloudapi.net") {
        builder.part(Role::SecretPath, rest.split('/').next().unwrap_or(""));
    } else if cloud_ids::opaque(first).is_some() || is_masked(first) {
        builder.part(Role::OpaqueId, first);
    } else if TENANTED.iter().any(|domain| domains::is_below(host, domain))
        && !matches!(first, "common" | "organizations" | "consumers")
    {
        builder.part(Role::Name, first);
    }
}

/// Domains of identity services whose paths begin with a tenant.
const TENANTED: &[&str] = &["login.microsoftonline.com", "b2clogin.com", "sts.windows.net"];

/// The realm of a Keycloak address: `auth/realms/shop/protocol/...`.
fn realm(path: &str) -> Option<&str> {
    let rest = path.strip_prefix("auth/").unwrap_or(path);
    rest.strip_prefix("realms/")?.split('/').next()
}
