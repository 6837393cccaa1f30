//! Google Cloud's resource names, Cloud SQL instances and service accounts.

use super::builder::{Builder, cut};
use super::templates::is_masked;
use super::{Class, Engine, Reference, Role};

/// Collections, with what their members are.
const COLLECTIONS: &[(&str, Class, Option<Engine>)] = &[
    ("databases", Class::Datastore, Some(Engine::Other)),
    ("instances", Class::Datastore, Some(Engine::Other)),
    ("clusters", Class::Account, None),
    ("datasets", Class::Datastore, Some(Engine::Bigquery)),
    ("topics", Class::Storage, None),
    ("subscriptions", Class::Storage, None),
    ("queues", Class::Storage, None),
    ("buckets", Class::Storage, None),
    ("disks", Class::Storage, None),
    ("secrets", Class::Identity, None),
    ("serviceAccounts", Class::Identity, None),
    ("keyRings", Class::Identity, None),
    ("workloadIdentityPools", Class::Identity, None),
    ("networks", Class::Account, None),
    ("subnetworks", Class::Account, None),
];

/// Reads `projects/p/topics/t`, `project:region:instance`, `name@project.iam.gserviceaccount.com`.
pub(super) fn read(value: &str) -> Option<Vec<Reference>> {
    if let Some(found) = service_account(value) {
        return Some(vec![found]);
    }
    let path = value.strip_prefix("//").map_or(value, |rest| {
        rest.split_once("googleapis.com/").map_or(value, |(_, path)| path)
    });
    if path.starts_with("projects/") && !path.contains(char::is_whitespace) {
        let mut builder = Builder::new(value, "gcp-id", Class::Account, None);
        resource(&mut builder, path);
        return Some(vec![builder.done()]);
    }
    let read_instance = |item| {
        let item: &str = item;
        is_cloud_sql(item).then(|| {
            let mut builder = Builder::new(value, "gcp-id", Class::Datastore, Some(Engine::Other));
            cloud_sql(&mut builder, item);
            builder.done()
        })
    };
    value.split(',').map(str::trim).map(read_instance).collect()
}

/// Reads `projects/p/collection/name/...`.
pub(super) fn resource(builder: &mut Builder<'_>, path: &str) {
    builder.set_class(Class::Account);
    let mut segments = path.split('/');
    while let (Some(collection), Some(name)) = (segments.next(), segments.next()) {
        if let Some(row) = COLLECTIONS.iter().find(|row| row.0 == collection) {
            builder.set_class(Class::Service);
            builder.suggest(row.1, row.2);
        } else if matches!(collection, "locations" | "zones" | "regions" | "versions" | "global") {
            continue;
        } else if collection != "projects" && builder.class() == Class::Account {
            builder.set_class(Class::Resource);
        }
        let digits = name.bytes().all(|byte| byte.is_ascii_digit());
        let (name, _) = cut(name, &[':', '?']);
        if name == "-" {
            continue;
        }
        builder.part(if digits { Role::OpaqueId } else { Role::Name }, name);
    }
}

/// Adds the project and instance of `project:region:instance`, in plain or percent-encoded form.
pub(super) fn cloud_sql(builder: &mut Builder<'_>, value: &str) {
    let (value, _) = cut(value, &['=', '?', '/']);
    let separator = if value.contains(':') { ":" } else { "%3A" };
    let mut fields = value.split(separator);
    let (project, _region, instance) = (fields.next().unwrap_or(""), fields.next(), fields.next().unwrap_or(""));
    builder.part(Role::Name, project);
    builder.part(Role::Name, instance);
}

/// Whether a text is `project:region:instance`, with or without `=tcp:5432`.
fn is_cloud_sql(text: &str) -> bool {
    let (text, _) = cut(text, &['=', '?']);
    let mut fields = text.rsplitn(3, ':');
    let (Some(instance), Some(region), Some(project)) = (fields.next(), fields.next(), fields.next()) else {
        return false;
    };
    let word = |text: &str| {
        let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | 1);
        !text.is_empty() && text.bytes().all(allowed)
    };
    let literal = |text: &str| text.bytes().any(|byte| byte.is_ascii_lowercase());
    let is_region = literal(region) && region.contains('-') && region.ends_with(|last: char| last.is_ascii_digit());
    let is_named = is_region || is_masked(region) && literal(instance) && literal(project);
    // `example.com:project` is a project, too.
    let is_project = match project.split_once(':') {
        Some((domain, project)) => domain.contains('.') && domain.split('.').all(word) && word(project),
        None => word(project),
    };
    is_named && is_project && word(region) && word(instance)
}

fn service_account(value: &str) -> Option<Reference> {
    let account = value.strip_prefix("serviceAccount:").unwrap_or(value);
    let (name, domain) = account.split_once('@')?;
    let (project, _) = domain
        .split_once(".iam.gserviceaccount.com")
        .filter(|(_, rest)| rest.is_empty())?;
    if name.contains(char::is_whitespace) {
        return None;
    }
    let mut builder = Builder::new(value, "gcp-id", Class::Identity, None);
    builder.part(Role::User, name);
    builder.part(Role::Name, project);
    Some(builder.done())
}

#[cfg(test)]
mod tests {
    use crate::references::check_outlines;

    #[test]
    fn google_cloud_names() {
        check_outlines(&[
            (
                "projects/shop-staging/topics/orders",
                "gcp-id - storage name=shop-staging name=orders",
            ),
            (
                "projects/123/secrets/db-password/versions/4",
                "gcp-id - identity opaqueid=123 name=db-password",
            ),
            (
                "//cloudsql.googleapis.com/projects/shop/instances/main",
                "gcp-id other datastore name=shop name=main",
            ),
            (
                "projects/${P}/locations/eu/keyRings/ring/cryptoKeys/key",
                "gcp-id - identity name=${P} name=ring name=key",
            ),
            ("projects/shop-dev", "gcp-id - account name=shop-dev"),
            (
                "shop-staging:europe-west1:orders",
                "gcp-id other datastore name=shop-staging name=orders",
            ),
            (
                "shop:europe-west1:a=tcp:5432,shop:europe-west1:b",
                "gcp-id other datastore name=shop name=a | gcp-id other datastore name=shop name=b",
            ),
            ("${P}:${R}:orders", ""),
            ("16:00-17:00", ""),
            ("aws:glue:${R}:${A}:catalog", ""),
            (
                "api@shop-dev.iam.gserviceaccount.com",
                "gcp-id - identity user=api name=shop-dev",
            ),
            (
                "serviceAccount:api@shop-dev.iam.gserviceaccount.com",
                "gcp-id - identity user=api name=shop-dev",
            ),
        ]);
    }
}
