//! Azure's resource ids, and the scopes of its applications.

use super::builder::{Builder, cut, strip_prefix_any_case};
use super::templates::is_masked;
use super::{Class, Engine, Reference, Role, cloud_ids};

/// Providers, with what their resources are.
const PROVIDERS: &[(&str, Class, Option<Engine>)] = &[
    ("microsoft.sql", Class::Datastore, Some(Engine::SqlServer)),
    ("microsoft.dbforpostgresql", Class::Datastore, Some(Engine::Postgresql)),
    ("microsoft.dbformysql", Class::Datastore, Some(Engine::Mysql)),
    ("microsoft.dbformariadb", Class::Datastore, Some(Engine::Mysql)),
    ("microsoft.documentdb", Class::Datastore, Some(Engine::Other)),
    ("microsoft.cache", Class::Datastore, Some(Engine::Redis)),
    ("microsoft.servicebus", Class::Datastore, Some(Engine::Other)),
    ("microsoft.eventhub", Class::Datastore, Some(Engine::Other)),
    ("microsoft.storage", Class::Storage, None),
    ("microsoft.keyvault", Class::Identity, None),
    ("microsoft.managedidentity", Class::Identity, None),
    ("microsoft.authorization", Class::Identity, None),
    ("microsoft.network", Class::Account, None),
    ("microsoft.containerservice", Class::Account, None),
    ("microsoft.operationalinsights", Class::Account, None),
];

/// Reads `/subscriptions/GUID/resourceGroups/x/providers/A/b/name` or `api://application/.default`.
pub(super) fn read(value: &str) -> Option<Vec<Reference>> {
    if let Some(application) = value.strip_prefix("api://") {
        return Some(vec![scope(value, cut(application, &['/', ' ', ',']).0)]);
    }
    strip_prefix_any_case(value, "/subscriptions/").filter(|rest| !rest.contains(char::is_whitespace))?;
    let mut builder = Builder::new(value, "azure-id", Class::Account, None);
    let mut segments = value.split('/').skip(1);
    while let (Some(key), Some(name)) = (segments.next(), segments.next()) {
        if key.eq_ignore_ascii_case("providers") {
            let row = PROVIDERS.iter().find(|row| row.0.eq_ignore_ascii_case(name));
            let (class, engine) = row.map_or((Class::Resource, None), |row| (row.1, row.2));
            builder.set_class(Class::Service);
            builder.suggest(class, engine);
        } else if matches!(key, "disks" | "snapshots") {
            builder.set_class(Class::Storage);
            builder.part(Role::Name, name);
        } else if key.eq_ignore_ascii_case("subscriptions") && is_masked(name) || cloud_ids::opaque(name).is_some() {
            builder.part(Role::OpaqueId, name);
        } else {
            builder.part(Role::Name, name);
        }
    }
    Some(vec![builder.done()])
}

fn scope(value: &str, application: &str) -> Reference {
    let mut builder = Builder::new(value, "azure-id", Class::Identity, None);
    let role = if cloud_ids::opaque(application).is_some() {
        Role::OpaqueId
    } else {
        Role::Name
    };
    builder.part(role, application);
    builder.done()
}

#[cfg(test)]
mod tests {
    use crate::references::check_outlines;

    #[test]
    fn azure_ids() {
        check_outlines(&[
            (
                "/subscriptions/0b1f6471-1bf0-4dda-aec3-111122223333/resourceGroups/shop-uat/providers/Microsoft.Sql/servers/orders/databases/main",
                "azure-id sqlserver datastore opaqueid=0b1f6471-1bf0-4dda-aec3-111122223333 name=shop-uat name=orders name=main",
            ),
            (
                "/subscriptions/${SUB}/resourceGroups/shop",
                "azure-id - account opaqueid=${SUB} name=shop",
            ),
            (
                "/subscriptions/${SUB}/resourcegroups/shop/providers/Microsoft.KeyVault/vaults/shop-dev",
                "azure-id - identity opaqueid=${SUB} name=shop name=shop-dev",
            ),
            (
                "/subscriptions/${SUB}/resourceGroups/x/providers/A/b/name",
                "azure-id - resource opaqueid=${SUB} name=x name=name",
            ),
            ("api://shop-staging/.default", "azure-id - identity name=shop-staging"),
            (
                "api://0b1f6471-1bf0-4dda-aec3-111122223333/.default",
                "azure-id - identity opaqueid=0b1f6471-1bf0-4dda-aec3-111122223333",
            ),
        ]);
    }
}
