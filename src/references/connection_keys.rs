//! `Key=value;` lists: their quoting, and the synonyms that ADO.NET, ODBC, OLE DB and Azure have for the same thing.

use super::builder::{Builder, PlainName, cut, same_name, strip_prefix_any_case};
use super::{Class, Engine, Role, cloud_ids, hosts, oracle, properties, url};

/// What a key says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Key {
    /// Where a server is, in any of the ways that a driver takes.
    Server,
    /// As `Server`, of a second one.
    Partner,
    Database,
    User,
    Credential,
    Port,
    /// A file that holds the database.
    File,
    /// A URL.
    Endpoint,
    /// The account of a cloud's storage.
    Account,
    /// A queue, container or vault.
    Name,
    Secret,
    /// A name that the machine's own list of sources resolves.
    SourceName,
    OpaqueId,
    /// A driver or provider, which says what the software is.
    Driver,
    /// Another such list, in quotes.
    Nested,
    /// Nothing that counts, but a key that only connection strings have.
    Option(Engine),
}

/// Keys in lower case without spaces, `_`, `-` and `.`.
#[rustfmt::skip]
const KEYS: &[(Key, &[&str])] = &[
    (
        Key::Server,
        &[
            "server", "datasource", "host", "address", "addr", "networkaddress", "servername", "hostname", "sys",
            "system", "contactpoints", "dbq", "hosts",
        ],
    ),
    (
        Key::Partner,
        &["failoverpartner", "failoverserver", "failoverpartnername", "failover"],
    ),
    (
        Key::Database,
        &[
            "initialcatalog", "database", "db", "dbname", "databasename", "catalog", "searchpath", "currentschema",
            "schema", "defaultkeyspace", "keyspace", "defaultdatabase", "dbalias", "servicename", "sid",
        ],
    ),
    (
        Key::User,
        &["userid", "uid", "user", "username", "login", "proxyuserid"],
    ),
    (
        Key::Credential,
        &[
            "password", "pwd", "pass", "proxypassword", "accountkey", "sharedaccesskey", "sharedaccesssignature",
            "sharedsecretvalue", "secret", "clientsecret", "accesskey", "secretkey", "token", "accesstoken",
            "authtoken", "apikey", "appkey", "applicationkey", "appclientsecret", "sslpassword",
            "certificatepassword", "truststorepassword", "keystorepassword", "passphrase", "clientkeypassword",
            "trustcertificatekeystorepassword", "secretvalue",
        ],
    ),
    (Key::Port, &["port", "portnumber", "serverport", "tcpport"]),
    (
        Key::File,
        &["attachdbfilename", "extendedproperties", "filename", "initialfilename"],
    ),
    (
        Key::Endpoint,
        &[
            "endpoint", "accountendpoint", "blobendpoint", "queueendpoint", "tableendpoint", "fileendpoint",
            "dfsendpoint", "secondaryendpoint", "ingestionendpoint", "liveendpoint", "runtimeaddress", "stsendpoint",
            "managementendpoint", "kafkaendpoint", "serviceurl", "url", "uri", "secreturi", "connectionuri",
        ],
    ),
    (Key::Account, &["accountname"]),
    (
        Key::Name,
        &[
            "entitypath", "containername", "container", "queuename", "topicname", "hubname", "sharedaccesskeyname",
            "vaultname", "warehouse", "replicaset", "devicename", "deviceid", "account",
        ],
    ),
    (Key::Secret, &["secretname"]),
    (Key::SourceName, &["dsn", "filedsn"]),
    (
        Key::OpaqueId,
        &[
            "instrumentationkey", "applicationid", "appid", "tenantid", "clientid", "authorityid", "subscriptionid",
        ],
    ),
    (
        Key::Driver,
        &["driver", "provider", "providername", "dbprovider", "xpoprovider"],
    ),
    (Key::Nested, &["providerconnectionstring", "connectionstring"]),
    (
        Key::Option(Engine::SqlServer),
        &[
            "trustedconnection", "integratedsecurity", "multipleactiveresultsets", "trustservercertificate",
            "multisubnetfailover", "applicationintent", "columnencryptionsetting", "packetsize", "typesystemversion",
            "workstationid", "wsid", "userinstance", "connectretrycount",
        ],
    ),
    (
        Key::Option(Engine::Mysql),
        &[
            "allowuservariables", "convertzerodatetime", "allowzerodatetime", "treattinyasboolean", "oldguids",
            "guidformat", "allowpublickeyretrieval", "defaultcommandtimeout", "usecompression", "sqlservermode",
        ],
    ),
    (
        Key::Option(Engine::Postgresql),
        &[
            "includeerrordetail", "noresetonclose", "maxautoprepare", "targetsessionattributes", "rootcertificate",
            "readbuffersize", "servercompatibilitymode", "logparameters",
        ],
    ),
    (
        Key::Option(Engine::Other),
        &[
            "encrypt", "persistsecurityinfo", "connectiontimeout", "connecttimeout", "timeout", "commandtimeout",
            "pooling", "minpoolsize", "maxpoolsize", "applicationname", "app", "charset", "sslmode", "ssl",
            "transporttype", "defaultendpointsprotocol", "endpointsuffix", "authentication", "metadata", "protocol",
            "version", "cache", "mode",
        ],
    ),
];

/// What a key says, where it is one that we know.
pub(super) fn key(name: &str) -> Option<Key> {
    let name = PlainName::of(name);
    KEYS.iter().find(|row| name.is_in(row.1)).map(|row| row.0)
}

/// One pair of a list.
pub(super) struct Pair<'a> {
    pub(super) key: &'a str,
    /// Without its quotes.
    pub(super) value: &'a str,
}

/// The pairs of a list, in order; `Err` stands for a piece without `=`.
pub(super) fn pairs(list: &str) -> impl Iterator<Item = Result<Pair<'_>, ()>> {
    let mut rest = list;
    let mut braces_close = true;
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches([';', ' ', '\t', '\r', '\n']);
        if rest.is_empty() {
            return None;
        }
        let (key, tail) = cut(rest, &['=', ';']);
        let Some(tail) = tail.strip_prefix('=') else {
            rest = tail;
            return Some(Err(()));
        };
        let (value, after) = value(tail, &mut braces_close);
        rest = after;
        Some(Ok(Pair { key: key.trim(), value }))
    })
}

/// The value at the start of a text, without its quotes, and the text from its `;` on. Once a brace has no end, no later
/// one is looked for, which keeps hostile lists linear.
fn value<'a>(text: &'a str, braces_close: &mut bool) -> (&'a str, &'a str) {
    let text = text.trim_start();
    let (opener, closer) = match text.chars().next() {
        Some('"') => ("\"", "\""),
        Some('\'') => ("'", "'"),
        Some('{') if *braces_close => ("{", "}"),
        Some('&') if text.starts_with("&quot;") => ("&quot;", "&quot;"),
        _ => {
            let (value, after) = cut(text, &[';']);
            return (value.trim_end(), after);
        }
    };
    let body = text.get(opener.len()..).unwrap_or("");
    match closing(body, closer) {
        Some(end) => (
            body.get(..end).unwrap_or(""),
            cut(body.get(end + closer.len()..).unwrap_or(""), &[';']).1,
        ),
        None => {
            *braces_close &= closer != "}";
            let (value, after) = cut(body, &[';']);
            (value.trim_end(), after)
        }
    }
}

/// Where a quoted text ends; a doubled quote stands for itself.
fn closing(body: &str, closer: &str) -> Option<usize> {
    let mut at = 0;
    loop {
        let end = at + body.get(at..)?.find(closer)?;
        let after = end + closer.len();
        if closer == "&quot;" || !body.get(after..).is_some_and(|tail| tail.starts_with(closer)) {
            return Some(end);
        }
        at = after + closer.len();
    }
}

/// Reads a list.
pub(super) fn read_list(builder: &mut Builder<'_>, list: &str) {
    for pair in pairs(list).flatten() {
        // The string in an entity framework's connection string; it holds no further one.
        if key(pair.key) == Some(Key::Nested) {
            pairs(pair.value).flatten().for_each(|inner| read_pair(builder, &inner));
        } else {
            read_pair(builder, &pair);
        }
    }
}

fn read_pair(builder: &mut Builder<'_>, pair: &Pair<'_>) {
    let Some(key) = key(pair.key) else {
        if properties::is_credential(pair.key) {
            builder.part(Role::Credential, pair.value);
        }
        return;
    };
    let role = match key {
        Key::Server | Key::Partner => return server(builder, pair.value),
        Key::Endpoint => return endpoint(builder, pair.value),
        Key::Driver => return hint(builder, engine_of_driver(pair.value)),
        Key::Option(engine) => return hint(builder, Some(engine)),
        Key::File => return file(builder, pair),
        Key::OpaqueId if cloud_ids::opaque(pair.value).is_none() => return,
        Key::Port => return builder.endpoint("", pair.value),
        Key::Database | Key::SourceName => Role::Database,
        Key::User => Role::User,
        Key::Credential => Role::Credential,
        Key::Account | Key::Name => Role::Name,
        Key::Secret => Role::SecretPath,
        Key::OpaqueId => Role::OpaqueId,
        Key::Nested => return,
    };
    if key == Key::Database && pair.value.starts_with('(') {
        return oracle::descriptor(builder, pair.value);
    }
    builder.part(role, pair.value);
}

fn hint(builder: &mut Builder<'_>, engine: Option<Engine>) {
    if engine != Some(Engine::Other) {
        builder.suggest(Class::Datastore, engine);
    }
}

fn engine_of_driver(name: &str) -> Option<Engine> {
    const DRIVERS: &[(&str, Engine)] = &[
        ("sql server", Engine::SqlServer),
        ("sqlclient", Engine::SqlServer),
        ("sqlserver", Engine::SqlServer),
        ("mssql", Engine::SqlServer),
        ("sqlncli", Engine::SqlServer),
        ("sqloledb", Engine::SqlServer),
        ("msoledbsql", Engine::SqlServer),
        ("freetds", Engine::SqlServer),
        ("ora", Engine::Oracle),
        ("mysql", Engine::Mysql),
        ("mariadb", Engine::Mysql),
        ("postgres", Engine::Postgresql),
        ("npgsql", Engine::Postgresql),
        ("psql", Engine::Postgresql),
        ("sqlite", Engine::Sqlite),
        ("db2", Engine::Db2),
        ("snowflake", Engine::Snowflake),
        ("redshift", Engine::Redshift),
        ("clickhouse", Engine::Clickhouse),
        ("mongo", Engine::Mongodb),
        ("bigquery", Engine::Bigquery),
    ];
    let name = name.get(..name.len().min(80)).unwrap_or("").to_ascii_lowercase();
    DRIVERS.iter().find(|row| name.contains(row.0)).map(|row| row.1)
}

/// A file, of which the name is the database.
fn file(builder: &mut Builder<'_>, pair: &Pair<'_>) {
    if same_name(pair.key, "extendedproperties") {
        return;
    }
    builder.part(Role::Database, pair.value.rsplit(['/', '\\', '|']).next().unwrap_or(""));
}

fn endpoint(builder: &mut Builder<'_>, value: &str) {
    let (_, rest) = value.split_once("://").unwrap_or(("", value));
    let (authority, path) = cut(rest, &['/', '?']);
    let authority = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    url::hosts(builder, authority);
    // The secret that a web application's setting is taken from.
    if let Some(path) = path.strip_prefix("/secrets/") {
        builder.part(Role::SecretPath, cut(path, &['/', '?']).0);
    }
}

/// Where a server is: `tcp:host\instance,1433`, `host:port`, a list, a descriptor, a database file.
pub(super) fn server(builder: &mut Builder<'_>, value: &str) {
    let value = ["tcp:", "np:", "lpc:", "admin:"]
        .into_iter()
        .find_map(|protocol| strip_prefix_any_case(value, protocol).filter(|rest| !rest.starts_with("//")))
        .unwrap_or(value);
    if value.starts_with('(') && value.contains('=') {
        return oracle::descriptor(builder, value);
    }
    if is_database_file(value) {
        hint(
            builder,
            if is_office_file(value) {
                None
            } else {
                Some(Engine::Sqlite)
            },
        );
        return builder.part(Role::Database, value.rsplit(['/', '\\', '|']).next().unwrap_or(""));
    }
    if value.contains(r":\") {
        return builder.part(Role::Database, value.rsplit('\\').next().unwrap_or(""));
    }
    if value == ":memory:" {
        return hint(builder, Some(Engine::Sqlite));
    }
    if value.contains("://") {
        return endpoint(builder, value);
    }
    if let Some(pipe) = value.strip_prefix(r"\\") {
        return builder.part(Role::Host, cut(pipe, &['\\']).0);
    }
    if value.starts_with("//") || (value.contains('/') && !value.starts_with('/')) {
        return oracle::connect_string(builder, value);
    }
    if value.starts_with('/') {
        return properties::host_or_socket(builder, value);
    }
    let mut items = value.split(',').map(str::trim).peekable();
    while let Some(item) = items.next() {
        let is_port = |text: &&str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit() || byte == 1);
        let port = items.next_if(is_port).unwrap_or("");
        let (address, instance) = item.split_once('\\').unwrap_or((item, ""));
        let (host, own_port) = hosts::split_port(address);
        builder.endpoint(host, if port.is_empty() { own_port } else { port });
        let (instance, instance_port) = instance.split_once(':').unwrap_or((instance, ""));
        builder.part(Role::Instance, instance);
        builder.endpoint("", instance_port);
    }
}

/// Whether a source of data is a file.
fn is_database_file(value: &str) -> bool {
    const ENDINGS: &[&str] = &[".db", ".db3", ".sqlite", ".sqlite3", ".s3db", ".duckdb"];
    is_office_file(value) || ends_with_any(value, ENDINGS)
}

/// Whether a file is one of SQL Server or Access.
fn is_office_file(value: &str) -> bool {
    ends_with_any(value, &[".sdf", ".mdf", ".mdb", ".accdb"])
}

fn ends_with_any(value: &str, endings: &[&str]) -> bool {
    endings.iter().any(|ending| {
        let tail = value.len().checked_sub(ending.len()).and_then(|at| value.get(at..));
        tail.is_some_and(|tail| tail.eq_ignore_ascii_case(ending))
    })
}
