//! What the properties of connection URLs say: the query of a database URL, the `;` list of a JDBC URL.

use super::builder::{Builder, PlainName, cut};
use super::{Role, gcp};

/// What a property says.
#[derive(Clone, Copy)]
enum Property {
    Part(Role),
    /// A host, or the path of a socket.
    Host,
    /// A Cloud SQL instance, `project:region:instance`.
    CloudSql,
    /// Options of a PostgreSQL session, among them `search_path`.
    SessionOptions,
}

/// Names without case, `_`, `-`, `.` and spaces.
#[rustfmt::skip]
const PROPERTIES: &[(&[&str], Property)] = &[
    (
        &[
            "database", "databasename", "dbname", "db", "currentschema", "searchpath", "schema", "catalog",
            "keyspace", "servicename", "sid", "initialcatalog", "defaultdatabase", "currentdatabase", "vhost",
            "virtualhost", "defaultdataset", "datasetid",
        ],
        Property::Part(Role::Database),
    ),
    (
        &["user", "username", "uid", "userid", "login"],
        Property::Part(Role::User),
    ),
    (
        &[
            "warehouse", "replicaset", "mastername", "sentinelmaster", "projectid", "workgroup", "container",
            "clustername", "clusterid",
        ],
        Property::Part(Role::Name),
    ),
    (&["port"], Property::Part(Role::Port)),
    (&["instancename"], Property::Part(Role::Instance)),
    (
        &[
            "host", "server", "servername", "unixsocket", "unixsock", "socket", "failoverpartner", "hostaddr",
        ],
        Property::Host,
    ),
    (&["cloudsqlinstance", "socketfactoryarg"], Property::CloudSql),
    (&["options"], Property::SessionOptions),
];

/// Names of credentials, also in the query of a web address.
#[rustfmt::skip]
const CREDENTIALS: &[&str] = &[
    "password", "pwd", "pass", "passwd", "passphrase", "token", "accesstoken", "authtoken", "apitoken", "apikey",
    "key", "secret", "secretkey", "clientsecret", "sig", "signature", "sharedaccesskey", "sharedaccesssignature",
    "accountkey", "accesskey", "secretaccesskey", "sslpassword", "sslkeypassword", "truststorepassword",
    "keystorepassword", "clientkeypassword", "trustcertificatekeystorepassword", "clientcertificatekeystorepassword",
    "privatekey", "privatekeybase64", "xamzsignature", "xamzsecuritytoken", "xgoogsignature", "awsaccesskeyid",
    "authorization", "jwt", "refreshtoken", "idtoken", "code", "auth", "integrationkey", "routingkey",
    "webhooktoken", "privatetoken", "jobtoken", "subscriptionkey", "functionskey", "invitetoken",
];

/// Whether a property of this name holds a credential.
pub(super) fn is_credential(name: &str) -> bool {
    PlainName::of(name).is_in(CREDENTIALS)
}

/// Reads `name=value` pairs between `&`, `;` or one of `more`.
pub(super) fn read(builder: &mut Builder<'_>, list: &str, more: &[char]) {
    for pair in list.split(|character| matches!(character, '&' | ';') || more.contains(&character)) {
        if let Some((name, value)) = pair.split_once('=') {
            read_pair(builder, name.trim(), value.trim());
        }
    }
}

/// Reads only what must not be shown.
pub(super) fn read_credentials(builder: &mut Builder<'_>, list: &str) {
    for pair in list.split(['&', ';']) {
        if let Some((name, value)) = pair.split_once('=')
            && is_credential(name)
        {
            builder.part(Role::Credential, value);
        }
    }
}

/// Reads one property.
pub(super) fn read_pair(builder: &mut Builder<'_>, name: &str, value: &str) {
    let name = PlainName::of(name);
    if name.is_in(CREDENTIALS) {
        builder.part(Role::Credential, value);
        return;
    }
    let row = PROPERTIES.iter().find(|row| name.is_in(row.0));
    match row.map(|row| row.1) {
        Some(Property::Part(role)) => builder.part(role, value),
        Some(Property::Host) => host_or_socket(builder, value),
        Some(Property::CloudSql) => gcp::cloud_sql(builder, value),
        Some(Property::SessionOptions) => session_options(builder, value),
        None => {}
    }
}

/// A host, or the directory of a socket, which names a Cloud SQL instance below `/cloudsql/`.
pub(super) fn host_or_socket(builder: &mut Builder<'_>, value: &str) {
    match value.split_once("/cloudsql/") {
        Some(("", instance)) => gcp::cloud_sql(builder, cut(instance, &['/']).0),
        _ if value.starts_with(['/', '\\']) || value.starts_with("%2F") || value.starts_with("%2f") => {}
        _ => super::url::hosts(builder, value),
    }
}

/// `-c search_path=x`, in any escaping.
fn session_options(builder: &mut Builder<'_>, value: &str) {
    let Some((_, rest)) = value.split_once("search_path") else {
        return;
    };
    let rest = rest
        .strip_prefix('=')
        .or_else(|| rest.strip_prefix("%3D"))
        .or_else(|| rest.strip_prefix("%3d"))
        .unwrap_or("");
    let (schema, _) = cut(rest, &[' ', '+', '\'']);
    builder.part(Role::Database, schema.split("%20").next().unwrap_or(""));
}
