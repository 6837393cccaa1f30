//! What a setting points at, broken into parts: one file per way of writing an address.
//!
//! Everything here is pure and works on one decoded value; ranges are bytes of that value.

pub mod credentials;
pub mod expressions;
pub mod keys;
pub mod split_keys;

use crate::source::TextRange;

/// A value with the names that lead to it.
#[derive(Debug, Clone, Copy)]
pub struct Keyed<'a> {
    /// The names of the key path, outermost first, without list positions and documents.
    pub path: &'a [&'a str],
    /// The decoded value.
    pub value: &'a str,
}

/// What a setting points at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// The way of writing: `url`, `jdbc`, `ado.net`, `libpq`, `host`, `arn`, `key`, ...
    pub shape: &'static str,
    /// The software behind it, where the value or the key says so.
    pub engine: Option<Engine>,
    /// What kind of thing it is.
    pub class: Class,
    /// Its parts, in the order of the value.
    pub parts: Vec<Part>,
}

/// A part of a reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// What it says.
    pub role: Role,
    /// Where in the decoded value.
    pub range: TextRange,
}

/// The kinds of thing that settings point at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Class {
    /// A database, cache, search index or broker: a thing that keeps customers' data.
    Datastore,
    /// A bucket, queue, topic, table, file share, volume: data behind a cloud API.
    Storage,
    /// A web service, API or page.
    Service,
    /// A secret, key, vault, certificate, identity, role, OAuth scope.
    Identity,
    /// An account, subscription, project, tenant, cluster, namespace, network.
    Account,
    /// What a workflow selects: a directory, variable file, environment, stack, workspace.
    Selector,
    /// Another named resource.
    Resource,
}

/// What a part of a reference says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// A host name or address, without its port.
    Host,
    /// A port.
    Port,
    /// A database, schema, catalog, keyspace or index name.
    Database,
    /// A user, principal or client name.
    User,
    /// A password, token or other credential. Never shown, never judged.
    Credential,
    /// A bucket, queue, topic, table, volume, cluster, project or other resource name, or a segment of a resource id.
    Name,
    /// An account, subscription, tenant or project id that does not speak (digits, GUID).
    OpaqueId,
    /// A path inside a vault or parameter store.
    SecretPath,
    /// A file or directory path that a workflow selects.
    Path,
    /// A server's named instance.
    Instance,
    /// The name of a variable or secret that is filled in later: `S3_DEV_BUCKET` of `${S3_DEV_BUCKET}`.
    Variable,
    /// The value that stands in where a variable has none.
    Fallback,
}

/// Software that settings point at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs, reason = "the names are the products' own")]
pub enum Engine {
    Postgresql,
    Mysql,
    SqlServer,
    Oracle,
    Db2,
    Sqlite,
    H2,
    Cassandra,
    Mongodb,
    Redis,
    Memcached,
    Elasticsearch,
    Clickhouse,
    Snowflake,
    Redshift,
    Bigquery,
    Kafka,
    Rabbitmq,
    Nats,
    Zookeeper,
    Etcd,
    Ldap,
    Smtp,
    Http,
    S3,
    Other,
}
