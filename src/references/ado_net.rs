//! `Key=value;` connection strings: ADO.NET, ODBC, OLE DB, Entity Framework, Azure, and Redis' options.

use super::builder::{Builder, PlainName, same_name};
use super::connection_keys::{Key, key, pairs, read_list, server};
use super::templates::is_all_masked;
use super::{Class, Engine, Reference, Role, hosts};

/// Keys that alone make a connection string.
const UNMISTAKABLE: &[&str] = &[
    "datasource",
    "initialcatalog",
    "accountendpoint",
    "attachdbfilename",
    "providerconnectionstring",
    "instrumentationkey",
    "secreturi",
];

/// Reads a value that is one `Key=value;` list with a server, database, endpoint or account in it.
pub fn read(value: &str) -> Option<Vec<Reference>> {
    let list = value
        .strip_prefix("@Microsoft.KeyVault(")
        .map_or(value, |inner| inner.trim_end_matches(')'));
    let seen = survey(list)?;
    let mut builder = Builder::new(value, "ado.net", Class::Service, None);
    read_list(&mut builder, list);
    if builder.class() == Class::Service {
        let class = match seen {
            Anchor::Database => Class::Datastore,
            Anchor::Account => Class::Storage,
            Anchor::Vault | Anchor::Login => Class::Identity,
            Anchor::Endpoint => Class::Service,
        };
        builder.suggest(class, None);
    }
    if builder.class() == Class::Datastore && builder.engine().is_none() {
        builder.suggest(Class::Datastore, Some(engine_by_habit(list)));
    }
    Some(vec![builder.done()])
}

/// Reads `host:6380[,host:6380],password=...,ssl=True` of StackExchange.Redis.
pub fn read_redis(value: &str) -> Option<Vec<Reference>> {
    let (first, rest) = value.split_once(',')?;
    let (host, _) = hosts::split_port(first);
    if first.contains('=') || !rest.contains('=') || !(hosts::is_name(host) || hosts::is_address(host)) {
        return None;
    }
    let mut builder = Builder::new(value, "redis-options", Class::Datastore, Some(Engine::Redis));
    let mut known = 0;
    for item in value.split(',').map(str::trim).filter(|item| !item.is_empty()) {
        match item.split_once('=') {
            None if known == 0 => {
                let (host, port) = hosts::split_port(item);
                if !hosts::is_name(host) && !hosts::is_address(host) {
                    return None;
                }
                builder.endpoint(host, port);
            }
            None => return None,
            Some((name, option)) => known += usize::from(redis_option(&mut builder, name.trim(), option.trim())?),
        }
    }
    (known > 0 && builder.has(Role::Host)).then(|| vec![builder.done()])
}

/// Reads one option; whether Redis has it. `None` where it is no option at all.
fn redis_option(builder: &mut Builder<'_>, name: &str, value: &str) -> Option<bool> {
    const OPTIONS: &[&str] = &[
        "ssl",
        "abortconnect",
        "abortonconnectfail",
        "allowadmin",
        "connecttimeout",
        "connectretry",
        "synctimeout",
        "asynctimeout",
        "sslhost",
        "sslprotocols",
        "configchannel",
        "responsetimeout",
        "tiebreaker",
    ];
    let known = match name {
        _ if same_name(name, "password") => {
            builder.part(Role::Credential, value);
            true
        }
        _ if same_name(name, "user") => {
            builder.part(Role::User, value);
            true
        }
        _ if same_name(name, "defaultdatabase") => {
            builder.part(Role::Database, value);
            true
        }
        _ if same_name(name, "servicename") => {
            builder.part(Role::Name, value);
            true
        }
        _ => PlainName::of(name).is_in(OPTIONS),
    };
    is_key(name).then_some(known)
}

/// The key that tells what a list is about.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Anchor {
    /// Nothing but a user and a password: no endpoint, but a credential to keep back.
    Login,
    Endpoint,
    Vault,
    Account,
    Database,
}

/// Whether a value is a connection string, and of what.
fn survey(list: &str) -> Option<Anchor> {
    let mut count = 0;
    let mut anchor = None;
    let mut unmistakable = false;
    for pair in pairs(list) {
        let pair = pair.ok()?;
        if !is_key(pair.key) {
            return None;
        }
        count += 1;
        unmistakable |= PlainName::of(pair.key).is_in(UNMISTAKABLE);
        let found = match key(pair.key) {
            Some(Key::Server | Key::Partner) if !is_server(pair.value) => None,
            Some(Key::Server | Key::Partner | Key::Database | Key::SourceName | Key::Nested | Key::File) => {
                Some(Anchor::Database)
            }
            Some(Key::Credential) => Some(Anchor::Login),
            Some(Key::Account) => Some(Anchor::Account),
            Some(Key::Endpoint | Key::OpaqueId) => Some(Anchor::Endpoint),
            Some(Key::Secret) => Some(Anchor::Vault),
            _ => None,
        };
        anchor = anchor.max(found);
    }
    anchor.filter(|_| count >= 2 || unmistakable)
}

/// Whether a text can be a key: words of letters and digits.
fn is_key(name: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b' ' | b'_' | b'-' | b'.');
    (1..=50).contains(&name.len()) && name.bytes().all(allowed) || is_all_masked(name)
}

/// Whether a value can say where a server is.
fn is_server(value: &str) -> bool {
    !value.contains(['\n', '?', '&']) && (value.starts_with('(') || !value.trim().contains(' ') || value.contains(", "))
}

/// The engine that the choice of words suggests: Npgsql says `Host`, MySQL's connector says `Uid`.
fn engine_by_habit(list: &str) -> Engine {
    let has = |name: &str| pairs(list).flatten().any(|pair| same_name(pair.key, name));
    if has("initialcatalog") || has("attachdbfilename") {
        Engine::SqlServer
    } else if has("host") && has("username") {
        Engine::Postgresql
    } else {
        Engine::Other
    }
}

/// Reads the value of a key that is known to say where a server is, as `host\\instance,port`.
pub fn read_server(value: &str) -> Option<Reference> {
    let mut builder = Builder::new(value, "ado.net", Class::Service, None);
    server(&mut builder, value);
    builder.has(Role::Host).then(|| builder.done())
}

#[cfg(test)]
mod tests {
    use super::read_server;
    use crate::references::{check_outlines, render};

    #[test]
    fn databases() {
        check_outlines(&[
            (
                "Server=db.example.com;Database=Orders;User Id=app;Password=x",
                "ado.net other datastore host=db.example.com database=Orders user=app credential=x",
            ),
            (
                "server=tcp:shop.database.windows.net,1433;Initial Catalog=Orders;UID=a;PWD=b;Encrypt=True",
                "ado.net sqlserver datastore host=shop.database.windows.net port=1433 database=Orders user=a credential=b",
            ),
            (
                "Data Source=SQL01\\UAT;Integrated Security=SSPI",
                "ado.net sqlserver datastore host=SQL01 instance=UAT",
            ),
            (
                "Data Source=(local);Initial Catalog=x",
                "ado.net sqlserver datastore host=(local) database=x",
            ),
            (
                "Server=.;Database=x;Trusted_Connection=True",
                "ado.net sqlserver datastore host=. database=x",
            ),
            (
                "Server=(localdb)\\mssqllocaldb;Database=x;MultipleActiveResultSets=true",
                "ado.net sqlserver datastore host=(localdb) instance=mssqllocaldb database=x",
            ),
            (
                "Server=a;Failover Partner=b;Database=x",
                "ado.net other datastore host=a host=b database=x",
            ),
            (
                "Host=pg.example.com;Port=5432;Database=x;Username=y",
                "ado.net postgresql datastore host=pg.example.com port=5432 database=x user=y",
            ),
            (
                "Host=a:5432,b:5433;Username=u;Database=x",
                "ado.net postgresql datastore host=a port=5432 host=b port=5433 user=u database=x",
            ),
            (
                "Server=a;Port=3306;Uid=b;Pwd=c;Database=d",
                "ado.net mysql datastore host=a port=3306 user=b credential=c database=d",
            ),
            (
                "Driver={ODBC Driver 18 for SQL Server};Server=a;Database=b",
                "ado.net sqlserver datastore host=a database=b",
            ),
            (
                "DSN=Orders_UAT;UID=a",
                "ado.net other datastore database=Orders_UAT user=a",
            ),
            (
                "DRIVER={Oracle in X};DBQ=a.example.com:1521/orders;UID=b",
                "ado.net oracle datastore host=a.example.com port=1521 database=orders user=b",
            ),
            (
                r"Driver={Microsoft Access Driver (*.mdb)};Dbq=C:\data\orders.mdb",
                "ado.net other datastore database=orders.mdb",
            ),
            (
                "CONNECTION_STRING=Host=a.example.com;Port=5432;Database=b",
                "ado.net postgresql datastore host=a.example.com port=5432 database=b",
            ),
            ("Data Source=orders.db", "ado.net sqlite datastore database=orders.db"),
            (
                "Data Source=(DESCRIPTION=(ADDRESS=(HOST=a.example.com)(PORT=1521))(CONNECT_DATA=(SID=X)));User Id=b",
                "ado.net oracle datastore host=a.example.com port=1521 database=X user=b",
            ),
            (
                "Data Source=a.example.com:1521/x;User Id=b;",
                "ado.net oracle datastore host=a.example.com port=1521 database=x user=b",
            ),
            (
                "Server=a;AttachDbFilename=|DataDirectory|\\Orders.mdf",
                "ado.net sqlserver datastore host=a database=Orders.mdf",
            ),
            (
                "Server=#{Db.Host};Database=Orders;Password=#{P;Q}",
                "ado.net other datastore host=#{Db.Host} database=Orders credential=#{P;Q}",
            ),
            (
                "Server=a;Database=b;Password='x;''y'';z';Timeout=3",
                "ado.net other datastore host=a database=b credential=x;''y'';z",
            ),
        ]);
    }

    #[test]
    fn entity_framework() {
        check_outlines(&[
            (
                "metadata=res://*/M.csdl|res://*/M.ssdl;provider=System.Data.SqlClient;provider connection string=\"data source=a.example.com;initial catalog=b;password=c\"",
                "ado.net sqlserver datastore host=a.example.com database=b credential=c",
            ),
            (
                "metadata=res://*;provider connection string=&quot;Server=a.example.com;Database=b&quot;",
                "ado.net other datastore host=a.example.com database=b",
            ),
        ]);
    }

    #[test]
    fn azure() {
        check_outlines(&[
            (
                "AccountEndpoint=https://shop.documents.azure.com:443/;AccountKey=abc==;",
                "ado.net other datastore host=shop.documents.azure.com port=443 credential=abc==",
            ),
            (
                "Endpoint=sb://shop-dev.servicebus.windows.net/;SharedAccessKeyName=Root;SharedAccessKey=abc=;EntityPath=orders",
                "ado.net other datastore host=shop-dev.servicebus.windows.net name=Root credential=abc= name=orders",
            ),
            (
                "DefaultEndpointsProtocol=https;AccountName=shopuat;AccountKey=abc==;EndpointSuffix=core.windows.net",
                "ado.net - storage name=shopuat credential=abc==",
            ),
            (
                "BlobEndpoint=https://shop.blob.core.windows.net/;SharedAccessSignature=sv=1&sig=2",
                "ado.net - storage host=shop.blob.core.windows.net credential=sv=1&sig=2",
            ),
            (
                "InstrumentationKey=0b1f6471-1bf0-4dda-aec3-111122223333;IngestionEndpoint=https://eu.example.com/",
                "ado.net - service opaqueid=0b1f6471-1bf0-4dda-aec3-111122223333 host=eu.example.com",
            ),
            (
                "@Microsoft.KeyVault(VaultName=shop-dev;SecretName=Db)",
                "ado.net - identity name=shop-dev secretpath=Db",
            ),
            (
                "@Microsoft.KeyVault(SecretUri=https://shop-dev.vault.azure.net/secrets/Db/)",
                "ado.net - identity host=shop-dev.vault.azure.net secretpath=Db",
            ),
        ]);
    }

    #[test]
    fn redis() {
        check_outlines(&[
            (
                "shop.redis.cache.windows.net:6380,password=abc=,ssl=True,abortConnect=False",
                "redis-options redis datastore host=shop.redis.cache.windows.net port=6380 credential=abc=",
            ),
            (
                "a:6379,b:6379,defaultDatabase=2",
                "redis-options redis datastore host=a port=6379 host=b port=6379 database=2",
            ),
            ("a,x=y", ""),
            ("System.Messaging, Version=4.0.0.0, Culture=neutral", ""),
            ("bytes,1,rep,name=x", ""),
        ]);
    }

    #[test]
    fn no_connection_strings() {
        check_outlines(&[
            ("Server=some words here;x=1", ""),
            ("Path=/;HttpOnly=true", ""),
            ("Timeout=3;Pooling=true", ""),
            ("User Id=a;Password=b", "ado.net - identity user=a credential=b"),
            ("Server=a", ""),
        ]);
    }

    #[test]
    fn servers() {
        for (value, expected) in [
            (
                "tcp:a.example.com,1433",
                "ado.net sqlserver datastore host=a.example.com port=1433",
            ),
            (r"SQL01\UAT", "ado.net - service host=SQL01 instance=UAT"),
        ] {
            assert_eq!(render(&read_server(value).unwrap(), value), expected);
        }
    }
}
