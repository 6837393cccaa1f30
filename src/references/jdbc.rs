//! JDBC and R2DBC addresses, each driver's own dialect of URL.

use super::builder::{Builder, cut, strip_prefix_any_case};
use super::url::Authority;
use super::{Class, Engine, Reference, Role, connection_keys, gcp, oracle, properties, schemes, url};

/// Drivers that wrap another driver and stand before its name.
const WRAPPERS: &[&str] = &[
    "p6spy:",
    "tc:",
    "aws-wrapper:",
    "otel:",
    "opentracing:",
    "tracing:",
    "log4jdbc:",
    "datadog:",
    "pool:",
    "proxy:",
    "wrapper:",
    "dd:",
    "perf:",
    "jdbc:",
];

/// Reads a value that is one JDBC or R2DBC address, which may hold spaces (Oracle's descriptors do).
pub fn read(value: &str) -> Option<Vec<Reference>> {
    Some(vec![read_in(value, value)?])
}

/// The address behind its `jdbc:`.
pub(super) fn strip_prefix(address: &str) -> Option<&str> {
    ["jdbc:", "r2dbc:", "r2dbcs:", "jdbc-secretsmanager:"]
        .into_iter()
        .find_map(|prefix| strip_prefix_any_case(address, prefix))
}

/// Reads an address that stands in a text.
pub(super) fn read_in(text: &str, address: &str) -> Option<Reference> {
    let mut rest = strip_prefix(address)?;
    while let Some(inner) = WRAPPERS.iter().find_map(|wrapper| strip_prefix_any_case(rest, wrapper)) {
        rest = inner;
    }
    // Sub-protocols are letters; a template may stand for one.
    let (driver, rest) = rest.split_once(':')?;
    let (class, engine) = match schemes::known(driver) {
        Some(scheme) if scheme.class == Class::Datastore => (scheme.class, scheme.engine),
        _ => (Class::Datastore, engine_of(driver)),
    };
    let mut builder = Builder::new(text, "jdbc", class, engine);
    match engine {
        Some(Engine::Oracle) => oracle_address(&mut builder, rest),
        Some(Engine::SqlServer) => sql_server(&mut builder, rest),
        Some(Engine::H2) => embedded(&mut builder, rest),
        Some(Engine::Sqlite) => embedded(&mut builder, rest),
        Some(Engine::Bigquery) => properties::read(&mut builder, cut(rest, &[';']).1, &[]),
        _ if matches!(driver, "hsqldb" | "derby") => embedded(&mut builder, rest),
        _ if driver.ends_with("spanner") => spanner(&mut builder, rest),
        _ => network(&mut builder, rest),
    }
    Some(builder.done())
}

fn engine_of(driver: &str) -> Option<Engine> {
    Some(match driver.to_ascii_lowercase().as_str() {
        "h2" => Engine::H2,
        "jtds" | "microsoft" | "sqlserver" => Engine::SqlServer,
        "edb" | "impossibl" => Engine::Postgresql,
        _ => Engine::Other,
    })
}

/// `//host:port/database?x=y`, with the variants of MySQL, Db2, Sybase, Trino and most others.
fn network(builder: &mut Builder<'_>, rest: &str) {
    let Some((_, rest)) = rest.split_once("//") else {
        // `db2:alias`, `sybase:Tds:host:port/db`, `dremio:direct=host:port`, `exa:host:port`
        let rest = strip_prefix_any_case(rest, "tds:").unwrap_or(rest);
        let (address, list) = cut(rest, &[';', '?']);
        let address = address.split_once('=').map_or(address, |(_, address)| address);
        let (address, database) = cut(address, &['/']);
        if address.contains([':', '.', ',']) {
            url::hosts(builder, address);
        } else {
            builder.part(Role::Database, address);
        }
        builder.part(Role::Database, database.trim_start_matches('/'));
        properties::read(builder, list.trim_start_matches(['?', ';']), &[]);
        return;
    };
    let (rest, list) = if rest.contains('(') {
        address_list(builder, rest)
    } else {
        plain(builder, rest)
    };
    let (path, more) = cut(rest, &['?', ';']);
    // Db2 puts its properties behind a colon.
    let (path, colon_list) = cut(path.trim_start_matches('/'), &[':']);
    match path.split_once('=') {
        // Teradata: `/DATABASE=x,USER=y`
        Some(_) => properties::read(builder, path, &[',']),
        None => builder.part(Role::Database, path.trim_end_matches('/')),
    }
    for list in [list, more, colon_list] {
        properties::read(builder, list.trim_start_matches(['?', ';', ':']), &[]);
    }
}

/// `user:password@host:port,host:port`; what follows, and no list.
fn plain<'a>(builder: &mut Builder<'_>, rest: &'a str) -> (&'a str, &'a str) {
    // Athena and others have properties where the address should be.
    if cut(rest, &['/', ';', '?']).0.contains('=') {
        return ("", rest);
    }
    let authority = Authority::of(rest, true);
    let (user, password) = authority.userinfo.split_once(':').unwrap_or((authority.userinfo, ""));
    builder.part(Role::User, user);
    builder.part(Role::Credential, password);
    url::hosts(builder, authority.hosts);
    (authority.after, "")
}

/// `address=(host=a)(port=1),(host=b,port=2)/database`: MySQL and MariaDB; what follows, and no list.
fn address_list<'a>(builder: &mut Builder<'_>, rest: &'a str) -> (&'a str, &'a str) {
    let end = rest.rfind(')').map_or(rest.len(), |at| at + 1);
    oracle::descriptor(builder, rest.get(..end).unwrap_or(""));
    (rest.get(end..).unwrap_or(""), "")
}

/// `//host\instance:1433;databaseName=x;...`, `//host:1433/database;...` of jTDS.
fn sql_server(builder: &mut Builder<'_>, rest: &str) {
    let (_, rest) = rest.split_once("//").unwrap_or(("", rest));
    let (address, list) = cut(rest, &[';']);
    let (address, query) = cut(address, &['?']);
    let authority = Authority::of(address, true);
    let (user, password) = authority.userinfo.split_once(':').unwrap_or((authority.userinfo, ""));
    builder.part(Role::User, user);
    builder.part(Role::Credential, password);
    for item in authority.hosts.split(',') {
        let (address, instance) = item.split_once('\\').unwrap_or((item, ""));
        let (instance, port) = instance.split_once(':').unwrap_or((instance, ""));
        let (host, own_port) = super::hosts::split_port(address);
        builder.endpoint(host, if port.is_empty() { own_port } else { port });
        builder.part(Role::Instance, instance);
    }
    builder.part(Role::Database, authority.after.trim_matches('/'));
    properties::read(builder, query.trim_start_matches('?'), &[]);
    connection_keys::read_list(builder, list.trim_start_matches(';'));
}

/// `thin:user/password@address`, `oci:@address`.
fn oracle_address(builder: &mut Builder<'_>, rest: &str) {
    let rest = rest.split_once(':').map_or(rest, |(kind, after)| match kind {
        "thin" | "oci" | "oci8" | "kprb" => after,
        _ => rest,
    });
    let (login, address) = match rest.split_once("@(") {
        Some((login, _)) => (login, rest.get(login.len() + 1..).unwrap_or("")),
        None => rest.rsplit_once('@').unwrap_or(("", rest)),
    };
    let (user, password) = login
        .trim_start_matches('/')
        .split_once(['/', ':'])
        .unwrap_or((login, ""));
    builder.part(Role::User, user);
    builder.part(Role::Credential, password.trim_matches('"'));
    oracle::connect_string(builder, address);
}

/// `mem:name`, `file:path`, `tcp://host:port/path`, `path` with properties behind `;`: H2, HSQLDB, Derby, SQLite.
fn embedded(builder: &mut Builder<'_>, rest: &str) {
    let (address, list) = cut(rest, &[';', '?']);
    match address.split_once("//") {
        Some((protocol, rest)) if !protocol.eq_ignore_ascii_case("file:") => {
            let authority = Authority::of(rest, true);
            url::hosts(builder, authority.hosts);
            builder.part(Role::Database, authority.after.rsplit('/').next().unwrap_or(""));
        }
        _ => {
            let name = address.rsplit(['/', '\\', ':']).next().unwrap_or("");
            if name != "memory" {
                builder.part(Role::Database, name);
            }
        }
    }
    properties::read(builder, list.trim_start_matches([';', '?']), &[]);
}

fn spanner(builder: &mut Builder<'_>, rest: &str) {
    if let Some(at) = rest.find("projects/") {
        gcp::resource(builder, cut(rest.get(at..).unwrap_or(""), &['?', ';']).0);
    }
}

#[cfg(test)]
mod tests {
    use crate::references::check_outlines;

    #[test]
    fn network_drivers() {
        check_outlines(&[
            (
                "jdbc:postgresql://db.example.com:5432/orders?user=a&password=b&currentSchema=c",
                "jdbc postgresql datastore host=db.example.com port=5432 database=orders user=a credential=b database=c",
            ),
            (
                "jdbc:postgresql://a:1,b:2/x",
                "jdbc postgresql datastore host=a port=1 host=b port=2 database=x",
            ),
            ("jdbc:postgresql:orders", "jdbc postgresql datastore database=orders"),
            ("jdbc:postgresql:///orders", "jdbc postgresql datastore database=orders"),
            (
                "jdbc:postgresql:///x?cloudSqlInstance=p:eu-west1:i&user=u",
                "jdbc postgresql datastore database=x name=p name=i user=u",
            ),
            (
                "jdbc:mysql://root:x@db/orders",
                "jdbc mysql datastore user=root credential=x host=db database=orders",
            ),
            (
                "jdbc:mysql:loadbalance://a,b/x",
                "jdbc mysql datastore host=a host=b database=x",
            ),
            ("jdbc:mariadb:aurora//a/x", "jdbc mysql datastore host=a database=x"),
            (
                "jdbc:mysql://address=(host=a.example.com)(port=3306),address=(host=b)/x?useSSL=true",
                "jdbc mysql datastore host=a.example.com port=3306 host=b database=x",
            ),
            (
                "jdbc:${DB_KIND}://db.uat.example.com/x",
                "jdbc other datastore host=db.uat.example.com database=x",
            ),
            (
                "jdbc:mysql://${DB_HOST:localhost}:3306/${DB:orders}",
                "jdbc mysql datastore host=${DB_HOST:localhost} port=3306 database=${DB:orders}",
            ),
            (
                "jdbc:db2://db.example.com:50000/ORDERS:user=a;password=b;",
                "jdbc db2 datastore host=db.example.com port=50000 database=ORDERS user=a credential=b",
            ),
            (
                "jdbc:redshift:iam://c.example.com:5439/x",
                "jdbc redshift datastore host=c.example.com port=5439 database=x",
            ),
            (
                "jdbc:snowflake://shop.snowflakecomputing.com/?db=X&warehouse=W&schema=S",
                "jdbc snowflake datastore host=shop.snowflakecomputing.com database=X name=W database=S",
            ),
            (
                "jdbc:clickhouse://a.example.com:8123/x",
                "jdbc clickhouse datastore host=a.example.com port=8123 database=x",
            ),
            (
                "jdbc:cassandra://a:9042/ks",
                "jdbc cassandra datastore host=a port=9042 database=ks",
            ),
            (
                "jdbc:mongodb://a,b/x",
                "jdbc mongodb datastore host=a host=b database=x",
            ),
            (
                "jdbc:teradata://a.example.com/DATABASE=x,USER=y",
                "jdbc other datastore host=a.example.com database=x user=y",
            ),
            (
                "jdbc:sybase:Tds:a.example.com:5000/x",
                "jdbc other datastore host=a.example.com port=5000 database=x",
            ),
            (
                "jdbc:trino://a.example.com:443/hive/sales_dev",
                "jdbc other datastore host=a.example.com port=443 database=hive/sales_dev",
            ),
            (
                "jdbc:p6spy:postgresql://a/x",
                "jdbc postgresql datastore host=a database=x",
            ),
            (
                "jdbc:tc:postgresql:14:///orders",
                "jdbc postgresql datastore database=orders",
            ),
            (
                "jdbc:aws-wrapper:mysql://a.example.com/x",
                "jdbc mysql datastore host=a.example.com database=x",
            ),
            (
                "r2dbc:postgresql://a:b@c.example.com/x",
                "jdbc postgresql datastore user=a credential=b host=c.example.com database=x",
            ),
            ("r2dbc:pool:mysql://c/x", "jdbc mysql datastore host=c database=x"),
            (
                "java -Durl=jdbc:mysql://a.example.com/x -jar y",
                "jdbc mysql datastore host=a.example.com database=x",
            ),
        ]);
    }

    #[test]
    fn sql_server() {
        check_outlines(&[
            (
                "jdbc:sqlserver://db.example.com\\SQL1:1433;databaseName=orders;user=a;password={b;c}",
                "jdbc sqlserver datastore host=db.example.com instance=SQL1 port=1433 database=orders user=a credential=b;c",
            ),
            (
                "jdbc:sqlserver://;serverName=a.example.com;databaseName=b",
                "jdbc sqlserver datastore host=a.example.com database=b",
            ),
            (
                "jdbc:jtds:sqlserver://a.example.com:1433/b;instance=c",
                "jdbc sqlserver datastore host=a.example.com port=1433 database=b",
            ),
        ]);
    }

    #[test]
    fn oracle() {
        check_outlines(&[
            (
                "jdbc:oracle:thin:@db.example.com:1521:ORCL",
                "jdbc oracle datastore host=db.example.com port=1521 database=ORCL",
            ),
            (
                "jdbc:oracle:thin:@//db.example.com:1521/orders",
                "jdbc oracle datastore host=db.example.com port=1521 database=orders",
            ),
            (
                "jdbc:oracle:thin:scott/tiger@db.example.com:1521/orders",
                "jdbc oracle datastore user=scott credential=tiger host=db.example.com port=1521 database=orders",
            ),
            (
                "jdbc:oracle:thin:@(DESCRIPTION=(ADDRESS=(PROTOCOL=TCP)(HOST=a.example.com)(PORT=1521))(CONNECT_DATA=(SERVICE_NAME=orders)))",
                "jdbc oracle datastore host=a.example.com port=1521 database=orders",
            ),
            (
                "jdbc:oracle:thin:@tcps://a.example.com:1522/x_high?wallet=y",
                "jdbc oracle datastore host=a.example.com port=1522 database=x_high",
            ),
            (
                "jdbc:oracle:thin:@orders_high",
                "jdbc oracle datastore database=orders_high",
            ),
        ]);
    }

    #[test]
    fn embedded() {
        check_outlines(&[
            (
                "jdbc:h2:mem:testdb;DB_CLOSE_DELAY=-1",
                "jdbc h2 datastore database=testdb",
            ),
            ("jdbc:h2:file:./data/orders", "jdbc h2 datastore database=orders"),
            (
                "jdbc:h2:tcp://a.example.com:9092/~/orders",
                "jdbc h2 datastore host=a.example.com port=9092 database=orders",
            ),
            (
                "jdbc:hsqldb:hsql://a.example.com/orders",
                "jdbc other datastore host=a.example.com database=orders",
            ),
            (
                "jdbc:derby:memory:orders;create=true",
                "jdbc other datastore database=orders",
            ),
            (
                "jdbc:sqlite:/data/orders.db",
                "jdbc sqlite datastore database=orders.db",
            ),
            ("jdbc:sqlite::memory:", "jdbc sqlite datastore"),
        ]);
    }
}
