//! Connection strings of PostgreSQL's keywords, PHP's data objects and Go's MySQL driver.

use super::builder::{Builder, cut};
use super::connection_keys;
use super::templates::is_masked;
use super::url::Authority;
use super::{Class, Engine, Reference, Role, hosts, oracle, properties, url};

/// Keywords that libpq knows, besides those below.
#[rustfmt::skip]
const KEYWORDS: &[&str] = &[
    "port", "user", "password", "passfile", "sslmode", "sslcert", "sslkey", "sslrootcert", "sslpassword", "sslcrl",
    "connect_timeout", "options", "application_name", "fallback_application_name", "keepalives", "keepalives_idle",
    "target_session_attrs", "client_encoding", "gssencmode", "krbsrvname", "requirepeer", "channel_binding",
    "tcp_user_timeout", "replication", "search_path", "schema", "pool_max_conns", "TimeZone", "binary_parameters",
    "load_balance_hosts", "require_auth",
];

/// Keywords that say where a database is.
const ANCHORS: &[&str] = &["host", "hostaddr", "dbname", "service"];

/// Reads `host=db.example.com port=5432 dbname=orders user=app password='it''s'`.
pub fn read_keywords(value: &str) -> Option<Vec<Reference>> {
    if !value.contains('=') || value.contains(';') {
        return None;
    }
    let mut builder = Builder::new(value, "libpq", Class::Datastore, Some(Engine::Postgresql));
    let mut rest = value.trim_start();
    let (mut count, mut anchored) = (0, false);
    while !rest.is_empty() {
        let (name, text, after) = keyword(rest)?;
        anchored |= ANCHORS.contains(&name) || name == "password";
        if !ANCHORS.contains(&name) && !KEYWORDS.contains(&name) {
            return None;
        }
        count += 1;
        match name {
            "service" => builder.part(Role::Database, text),
            "schema" | "dbname" => builder.part(Role::Database, text),
            _ => properties::read_pair(&mut builder, name, text),
        }
        rest = after.trim_start();
    }
    (anchored && count >= 2).then(|| vec![builder.done()])
}

/// The keyword at the start of a text, its value without quotes, and what follows.
fn keyword(text: &str) -> Option<(&str, &str, &str)> {
    let (name, value) = text.split_once('=')?;
    let name = name.trim_end();
    let is_name = (1..=40).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'_');
    if !is_name {
        return None;
    }
    let value = value.trim_start_matches([' ', '\t']);
    let Some(body) = value.strip_prefix('\'') else {
        let (value, after) = cut(value, &[' ', '\t', '\n', '\r']);
        return Some((name, value, after));
    };
    let mut escaped = false;
    for (at, character) in body.char_indices() {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '\'' => return Some((name, body.get(..at)?, body.get(at + 1..)?)),
            _ => {}
        }
    }
    None
}

/// Reads `mysql:host=db.example.com;dbname=orders`, `sqlsrv:Server=host,1433;Database=orders`.
pub fn read_pdo(value: &str) -> Option<Vec<Reference>> {
    let (driver, list) = value.split_once(':')?;
    let engine = match driver {
        "mysql" => Engine::Mysql,
        "pgsql" => Engine::Postgresql,
        "sqlsrv" | "dblib" | "mssql" => Engine::SqlServer,
        "oci" => Engine::Oracle,
        "ibm" => Engine::Db2,
        "odbc" | "firebird" | "informix" | "cubrid" => Engine::Other,
        _ => return None,
    };
    let list = list.trim_start_matches("uri:");
    if list.starts_with("//") || !list.contains('=') {
        return None;
    }
    let mut builder = Builder::new(value, "pdo", Class::Datastore, Some(engine));
    if engine == Engine::Postgresql && !list.contains(';') {
        let mut rest = list.trim_start();
        while let Some((name, text, after)) = keyword(rest) {
            properties::read_pair(&mut builder, name, text);
            rest = after.trim_start();
        }
    } else if let (Engine::Oracle, Some((_, target))) = (engine, list.split_once("dbname=")) {
        oracle::connect_string(&mut builder, cut(target, &[';']).0);
    } else {
        for pair in connection_keys::pairs(list).flatten() {
            if pair.key == "unix_socket" {
                properties::host_or_socket(&mut builder, pair.value);
            }
        }
        connection_keys::read_list(&mut builder, list);
    }
    (builder.has(Role::Host) || builder.has(Role::Database) || builder.has(Role::Name)).then(|| vec![builder.done()])
}

/// Reads addresses with a user and no scheme: `user:pass@tcp(host:3306)/db?x=y` of Go's MySQL driver, and
/// `user:pass@host:3306/db`.
pub fn read_go(value: &str) -> Option<Vec<Reference>> {
    if value.contains("://") || value.contains(char::is_whitespace) {
        return None;
    }
    let rest = match value.strip_prefix("tcp(") {
        Some(_) => value,
        None => value.get(last_at_sign(value)? + 1..)?,
    };
    let (protocol, inside) = cut(rest, &['(', '/', ':']);
    let engine = match protocol {
        "tcp" | "tcp4" | "tcp6" | "unix" | "cloudsql" if inside.starts_with('(') => Some(Engine::Mysql),
        // `user:pass@/db` is a local server.
        "" if inside.starts_with('/') => Some(Engine::Mysql),
        _ => None,
    };
    let login = value.get(..value.len() - rest.len())?.trim_end_matches('@');
    let (user, password) = login.split_once(':').unwrap_or((login, ""));
    let mut builder = Builder::new(value, "go-mysql", Class::Service, None);
    builder.part(Role::User, user);
    builder.part(Role::Credential, password);
    let after = if engine.is_some() {
        builder.suggest(Class::Datastore, engine);
        parenthesised(&mut builder, protocol, inside)
    } else {
        let authority = Authority::of(rest, false);
        let (host, port) = hosts::split_port(authority.hosts);
        let is_port = port.len() <= 5 && port.bytes().all(|byte| byte.is_ascii_digit() || byte == 1);
        let addressed = is_port && (!port.is_empty() || authority.after.starts_with('/'));
        if password.is_empty() || !addressed || !(hosts::is_name(host) || hosts::is_address(host)) || user.contains('/')
        {
            return None;
        }
        builder.endpoint(host, port);
        authority.after
    };
    let (path, query) = cut(after, &['?']);
    builder.part(Role::Database, path.trim_matches('/'));
    properties::read(&mut builder, query.trim_start_matches('?'), &[]);
    Some(vec![builder.done()])
}

/// The `@` that ends a user and password: the last before a bracket or path that names no user.
fn last_at_sign(value: &str) -> Option<usize> {
    let end = value
        .find("@tcp")
        .or_else(|| value.find("@unix("))
        .or_else(|| value.find("@cloudsql("));
    end.or_else(|| cut(value, &['?']).0.rfind('@'))
}

/// `(host:3306)/db`; what follows the bracket.
fn parenthesised<'a>(builder: &mut Builder<'_>, protocol: &str, inside: &'a str) -> &'a str {
    let Some(inside) = inside.strip_prefix('(') else {
        return inside;
    };
    let (address, after) = cut(inside, &[')']);
    match protocol {
        "unix" => properties::host_or_socket(builder, address),
        "cloudsql" => super::gcp::cloud_sql(builder, address),
        _ if is_masked(address) || !address.is_empty() => url::hosts(builder, address),
        _ => {}
    }
    after.strip_prefix(')').unwrap_or("")
}

#[cfg(test)]
mod tests {
    use crate::references::check_outlines;

    #[test]
    fn keyword_strings() {
        check_outlines(&[
            (
                "host=db.example.com port=5432 dbname=orders user=app password=x",
                "libpq postgresql datastore host=db.example.com port=5432 database=orders user=app credential=x",
            ),
            (
                "host = a.example.com dbname = 'or ders'",
                "libpq postgresql datastore host=a.example.com database=or ders",
            ),
            (
                r"dbname=x password='it\'s b' host=10.0.0.1",
                r"libpq postgresql datastore database=x credential=it\'s b host=10.0.0.1",
            ),
            (
                "host=/cloudsql/shop:europe-west1:main user=a dbname=b",
                "libpq postgresql datastore name=shop name=main user=a database=b",
            ),
            (
                "host=/var/run/postgresql dbname=x",
                "libpq postgresql datastore database=x",
            ),
            (
                "host=a,b port=1,2 dbname=x",
                "libpq postgresql datastore host=a host=b port=1,2 database=x",
            ),
            (
                "hostaddr=10.1.2.3 dbname=x",
                "libpq postgresql datastore host=10.1.2.3 database=x",
            ),
            (
                "host=${DB_HOST} dbname=orders_uat",
                "libpq postgresql datastore host=${DB_HOST} database=orders_uat",
            ),
            (
                "service=orders user=x",
                "libpq postgresql datastore database=orders user=x",
            ),
            ("user=a password=b", "libpq postgresql datastore user=a credential=b"),
            ("host=a tag=b", ""),
            ("dbname=x password='open", ""),
        ]);
    }

    #[test]
    fn php_names() {
        check_outlines(&[
            (
                "mysql:host=db.example.com;port=3306;dbname=orders",
                "pdo mysql datastore host=db.example.com port=3306 database=orders",
            ),
            (
                "pgsql:host=db.example.com port=5432 dbname=x",
                "pdo postgresql datastore host=db.example.com port=5432 database=x",
            ),
            (
                "pgsql:host=db.example.com;dbname=x",
                "pdo postgresql datastore host=db.example.com database=x",
            ),
            (
                "sqlsrv:Server=db.example.com,1433;Database=x",
                "pdo sqlserver datastore host=db.example.com port=1433 database=x",
            ),
            (
                "oci:dbname=//db.example.com:1521/x;charset=UTF8",
                "pdo oracle datastore host=db.example.com port=1521 database=x",
            ),
            (
                "mysql:unix_socket=/cloudsql/p:eu-west1:i;dbname=x",
                "pdo mysql datastore name=p name=i database=x",
            ),
            ("mysql:8", ""),
        ]);
    }

    #[test]
    fn addresses_with_a_user_and_no_scheme() {
        check_outlines(&[
            (
                "app:p@ss/w@tcp(db.example.com:3306)/orders?parseTime=true",
                "go-mysql mysql datastore user=app credential=p@ss/w host=db.example.com port=3306 database=orders",
            ),
            (
                "app@tcp(${HOST}:3306)/x",
                "go-mysql mysql datastore user=app host=${HOST} port=3306 database=x",
            ),
            (
                "tcp(db:3306)/x",
                "go-mysql mysql datastore host=db port=3306 database=x",
            ),
            (
                "app:x@unix(/cloudsql/p:eu-west1:i)/x",
                "go-mysql mysql datastore user=app credential=x name=p name=i database=x",
            ),
            (
                "app:x@/orders",
                "go-mysql mysql datastore user=app credential=x database=orders",
            ),
            (
                "app:x@db.example.com:5432/orders",
                "go-mysql postgresql datastore user=app credential=x host=db.example.com port=5432 database=orders",
            ),
            ("jane@example.com:22", ""),
        ]);
    }
}
