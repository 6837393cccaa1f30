//! What a setting points at, broken into parts: one file per way of writing an address.
//!
//! Everything here is pure and works on one decoded value; ranges are bytes of that value.

pub mod ado_net;
pub mod cloud_ids;
pub mod credentials;
pub mod domains;
pub mod expressions;
pub mod hosts;
pub mod jdbc;
pub mod keys;
pub mod libpq;
pub mod split_keys;
pub mod url;

mod azure;
mod builder;
mod characters;
mod connection_keys;
mod gcp;
mod names;
mod oracle;
mod properties;
mod schemes;
mod templates;
pub(crate) mod vault;
mod web_paths;

use crate::source::TextRange;
use builder::range_in;
use characters::Characters;

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

/// A way of writing what a setting points at.
#[derive(Clone, Copy)]
pub struct Shape {
    /// The name in [`Reference::shape`].
    pub name: &'static str,
    /// What it covers, for docs/reference.md.
    pub summary: &'static str,
    /// A value with none of these characters is not written this way.
    pub marks: &'static str,
    /// Reads a whole value in which each byte of a template is a placeholder; `None` where the value is not
    /// written this way, an empty list where it is but points at nothing.
    pub read: fn(value: &str) -> Option<Vec<Reference>>,
}

impl std::fmt::Debug for Shape {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

/// Every shape, in the order in which they are asked; the first that recognises the whole value wins.
pub const SHAPES: &[Shape] = &[
    Shape {
        name: "arn",
        summary: "Amazon resource names: `arn:aws:rds:eu-west-1:123456789012:db:orders`",
        marks: ":",
        read: cloud_ids::read_arns,
    },
    Shape {
        name: "aws-id",
        summary: "ids of volumes, networks and instances: `vol-0a1b2c3d4e5f60718`",
        marks: "-",
        read: cloud_ids::read_aws_ids,
    },
    Shape {
        name: "azure-id",
        summary: "Azure resource ids and application scopes: `/subscriptions/.../resourceGroups/x`, `api://app/.default`",
        marks: "/",
        read: azure::read,
    },
    Shape {
        name: "gcp-id",
        summary: "Google Cloud resource names, Cloud SQL instances, service accounts: `projects/p/topics/t`",
        marks: "@/:",
        read: gcp::read,
    },
    Shape {
        name: "urn",
        summary: "uniform resource names, of Pulumi and others: `urn:pulumi:stack::project::type::name`",
        marks: ":",
        read: cloud_ids::read_urn,
    },
    Shape {
        name: "jdbc",
        summary: "JDBC and R2DBC: `jdbc:postgresql://host:5432/db`, `jdbc:sqlserver://host;databaseName=db`",
        marks: ":",
        read: jdbc::read,
    },
    Shape {
        name: "libpq",
        summary: "keyword strings of PostgreSQL: `host=db.example.com dbname=orders`",
        marks: "=",
        read: libpq::read_keywords,
    },
    Shape {
        name: "pdo",
        summary: "PHP data source names: `mysql:host=db.example.com;dbname=orders`",
        marks: ":",
        read: libpq::read_pdo,
    },
    Shape {
        name: "go-mysql",
        summary: "addresses with a user but no scheme, as Go's MySQL driver takes: `user:pass@tcp(host:3306)/db`",
        marks: "@(",
        read: libpq::read_go,
    },
    Shape {
        name: "ado.net",
        summary: "`Key=value;` strings of ADO.NET, ODBC, OLE DB, Azure and Entity Framework: `Server=host;Database=db`",
        marks: "=",
        read: ado_net::read,
    },
    Shape {
        name: "redis-options",
        summary: "the string of StackExchange.Redis: `host:6380,password=...,ssl=True`",
        marks: ",",
        read: ado_net::read_redis,
    },
    Shape {
        name: "url",
        summary: "URLs of databases, brokers, caches, buckets, secrets and services, alone or in a list",
        marks: ":",
        read: url::read,
    },
    Shape {
        name: "host",
        summary: "host names and addresses with or without a port, alone or in a list: `db.example.com:5432`",
        // `localhost` alone has no dot.
        marks: ".:hH",
        read: hosts::read,
    },
];

/// What a value points at, by its own shape. Empty where it has none that we know.
pub fn read(keyed: Keyed<'_>) -> Vec<Reference> {
    let masked = templates::mask(keyed.value);
    let trimmed = unquoted(&masked);
    let read = vault::in_templates(keyed.value);
    if !read.is_empty() {
        // What stands around the template is another thing.
        let mut found = read;
        found.extend(shifted(url::in_text(trimmed), &masked, trimmed));
        return found;
    }
    if !trimmed.contains(['.', ':', '=', '/', '-']) {
        return if trimmed.eq_ignore_ascii_case("localhost") {
            shifted(hosts::read(trimmed).unwrap_or_default(), &masked, trimmed)
        } else {
            Vec::new()
        };
    }
    let seen = Characters::of(trimmed);
    let whole = |text| {
        let mut shapes = SHAPES.iter().filter(|shape| seen.any(shape.marks));
        shapes.find_map(|shape| (shape.read)(text))
    };
    let (found, text) = match whole(trimmed) {
        Some(found) => (found, trimmed),
        None => match assigned(trimmed).and_then(|text| Some((whole(text)?, text))) {
            Some(found) => found,
            None if seen.any(":") => (url::in_text(trimmed), trimmed),
            None => (Vec::new(), trimmed),
        },
    };
    let mut found = shifted(found, &masked, text);
    // A scheme and a path, but no host: nothing to compare.
    found
        .retain(|reference| !reference.parts.is_empty() || !matches!(reference.class, Class::Service | Class::Storage));
    found
}

/// Whether a value may name a datastore's host without any help of its key; `false` is certain.
pub fn may_hold_datastore(value: &str) -> bool {
    domains::may_hold_datastore(value)
}

/// The value with `***` for each of its credentials.
pub fn without_credentials(value: &str, references: &[Reference]) -> String {
    let mut hidden: Vec<TextRange> = references
        .iter()
        .flat_map(|reference| &reference.parts)
        .filter(|part| part.role == Role::Credential)
        .map(|part| part.range)
        .collect();
    hidden.sort_unstable_by_key(|range| (range.start, range.end));
    let mut shown = String::with_capacity(value.len());
    let mut at = 0;
    for range in hidden {
        // A credential inside of another one is gone already.
        if range.start >= at {
            shown.push_str(
                TextRange {
                    start: at,
                    end: range.start,
                }
                .slice(value),
            );
            shown.push_str("***");
        }
        at = at.max(range.end);
    }
    shown.push_str(value.get(at as usize..).unwrap_or(""));
    shown
}

/// The text without space and one pair of quotes around it.
fn unquoted(text: &str) -> &str {
    let text = text.trim();
    ['"', '\'', '`']
        .into_iter()
        .find_map(|quote| text.strip_prefix(quote)?.strip_suffix(quote))
        .map_or(text, str::trim)
}

/// What stands behind `NAME=` or `--name=`, as in a list of variables or arguments.
fn assigned(text: &str) -> Option<&str> {
    let (name, value) = text.split_once('=')?;
    let word = name.trim_start_matches('-');
    let is_name = word.starts_with(|first: char| first.is_ascii_alphabetic())
        && word
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'));
    is_name.then(|| unquoted(value))
}

/// References that were read in `part`, as ranges of `text`.
fn shifted(mut references: Vec<Reference>, text: &str, part: &str) -> Vec<Reference> {
    let by = range_in(text, part).map_or(0, |range| range.start);
    for part in references.iter_mut().flat_map(|reference| &mut reference.parts) {
        part.range.start += by;
        part.range.end += by;
    }
    references
}

#[cfg(test)]
mod tests;
#[cfg(test)]
pub(crate) use tests::{check_outlines, render};
