//! Host names and addresses with or without a port, alone or in a list.

use super::builder::{Builder, cut};
use super::templates::{MASK, is_all_masked, is_masked};
use super::{Class, Reference, Role, domains, names};
use std::net::{IpAddr, Ipv6Addr};

/// How sure a value must look like a host.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Manner {
    /// Nothing but the value says so.
    Strict,
    /// The key says so.
    Loose,
}

/// Reads a value that is nothing but hosts: names with a known last label, addresses, `name:port`.
pub fn read(value: &str) -> Option<Vec<Reference>> {
    read_list(value, Manner::Strict)
}

/// As [`read`], of a value whose key says that it is a host: a single label and any last label will do.
pub fn read_loosely(value: &str) -> Option<Vec<Reference>> {
    let masked = super::templates::mask(value);
    let prose = masked.trim().contains(char::is_whitespace) && !masked.contains(['.', ':', ',', ';']);
    if prose { None } else { read_list(&masked, Manner::Loose) }
}

fn read_list(value: &str, manner: Manner) -> Option<Vec<Reference>> {
    let mut references = Vec::new();
    let mut items = value
        .split(|character: char| matches!(character, ',' | ';') || character.is_whitespace())
        .filter(|item| !item.is_empty())
        .peekable();
    items.peek()?;
    for item in items {
        references.extend(read_item(value, item, manner)?);
    }
    Some(references)
}

/// Reads one item; `None` where it is no host, an empty list where it is an address that points nowhere.
fn read_item(text: &str, item: &str, manner: Manner) -> Option<Option<Reference>> {
    let (address, path) = cut(item, &['/']);
    let (host, port) = split_port(address);
    let path = path.strip_prefix('/').unwrap_or("");
    let is_port =
        port.is_empty() || is_masked(port) || port.len() <= 5 && port.bytes().all(|byte| byte.is_ascii_digit());
    if !is_port {
        return None;
    }
    let known_port = domains::of_port(port, None).is_some();
    let mut builder = Builder::new(text, "host", Class::Service, None);
    if is_address(host) {
        if matches!(host, "0.0.0.0" | "::" | "[::]" | "255.255.255.255") {
            return Some(None);
        }
        builder.endpoint(host, port);
        let is_prefix = !path.is_empty() && path.len() <= 3 && path.bytes().all(|byte| byte.is_ascii_digit());
        if is_prefix && port.is_empty() {
            builder.set_class(Class::Account);
        } else if !path.is_empty() {
            database(&mut builder, path, known_port)?;
        }
        return Some(Some(builder.done()));
    }
    if !is_name(host) || !is_plausible(host, port, known_port, manner) {
        return None;
    }
    builder.endpoint(host, port);
    if !path.is_empty() {
        database(&mut builder, path, known_port)?;
    }
    Some(Some(builder.done()))
}

/// `host:5432/orders` names a database; any other path makes the value something else.
fn database(builder: &mut Builder<'_>, path: &str, known_port: bool) -> Option<()> {
    let simple = |character: char| character.is_ascii_alphanumeric() || matches!(character, '_' | '-' | '.' | MASK);
    if !known_port || !path.chars().all(simple) {
        return None;
    }
    builder.part(Role::Database, path);
    Some(())
}

/// Whether a well-formed name is meant as a host.
fn is_plausible(host: &str, port: &str, known_port: bool, manner: Manner) -> bool {
    let literal = host.chars().any(|character| character.is_ascii_alphabetic());
    if !literal {
        return known_port && is_masked(host) && !is_masked(port);
    }
    if host.eq_ignore_ascii_case("localhost") {
        return true;
    }
    if manner == Manner::Loose {
        return !names::ends_like_file(host);
    }
    if !host.contains('.') {
        // Images have tags of two digits, services have ports.
        let numbered = port
            .parse::<u16>()
            .is_ok_and(|port| port >= 1024 || matches!(port, 80 | 443));
        return known_port || numbered && host.chars().any(|character| character.is_ascii_lowercase());
    }
    names::is_host_name(host, !port.is_empty())
}

/// Splits `host:port`, `[v6]:port` and a bare address of either kind. The port is empty where there is none.
pub(super) fn split_port(item: &str) -> (&str, &str) {
    if let Some((host, rest)) = item.strip_prefix('[').and_then(|inner| inner.split_once(']'))
        && host.contains(':')
    {
        return (host, rest.strip_prefix(':').unwrap_or(""));
    }
    match item.rsplit_once(':') {
        Some((host, _)) if host.contains(':') && item.parse::<Ipv6Addr>().is_ok() => (item, ""),
        Some((host, port)) => (host, port),
        None => (item, ""),
    }
}

/// Whether a text is an IPv4 or IPv6 address.
pub(super) fn is_address(host: &str) -> bool {
    let digits = host.bytes().any(|byte| byte.is_ascii_digit());
    digits && host.parse::<IpAddr>().is_ok() || host == "::"
}

/// Whether a text is well-formed as a host name, also one of a single label, with a wildcard or templates in it.
pub(super) fn is_name(host: &str) -> bool {
    let host = host.strip_suffix('.').unwrap_or(host);
    let host = host.strip_prefix("*.").unwrap_or(host);
    if host.is_empty() || (host.len() > 253 && !is_masked(host)) {
        return false;
    }
    host.split('.').all(|label| {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | 1);
        !label.is_empty()
            && (label.len() <= 63 || is_masked(label))
            && label.bytes().all(allowed)
            && !label.starts_with('-')
            && !label.ends_with('-')
    }) && !is_all_masked_labels(host)
}

/// Whether a name of several labels has no literal one.
fn is_all_masked_labels(host: &str) -> bool {
    host.contains('.') && host.split('.').all(is_all_masked)
}

#[cfg(test)]
mod tests {
    use super::read_loosely;
    use crate::references::{check_outlines, render};

    #[test]
    fn one_host() {
        check_outlines(&[
            ("db.staging.example.com", "host - service host=db.staging.example.com"),
            ("api.example.com.", "host - service host=api.example.com."),
            ("*.dev.example.com", "host - service host=*.dev.example.com"),
            (
                "db.example.com:5432",
                "host postgresql datastore host=db.example.com port=5432",
            ),
            (
                "db.example.com:5432/orders",
                "host postgresql datastore host=db.example.com port=5432 database=orders",
            ),
            ("DB01.EXAMPLE.COM", "host - service host=DB01.EXAMPLE.COM"),
            ("localhost", "host - service host=localhost"),
            ("localhost:8080", "host - service host=localhost port=8080"),
            ("cache:6379", "host redis datastore host=cache port=6379"),
            ("api:8080", "host - service host=api port=8080"),
            (
                "orders.shop.svc.cluster.local:80",
                "host - service host=orders.shop.svc.cluster.local port=80",
            ),
            ("orders.shop.svc", "host - service host=orders.shop.svc"),
            (
                "api.${var.env}.example.com",
                "host - service host=api.${var.env}.example.com",
            ),
            (
                "api.staging.{{ domain }}",
                "host - service host=api.staging.{{ domain }}",
            ),
            ("$DB_HOST:5432", "host postgresql datastore host=$DB_HOST port=5432"),
            (
                "db-01.prod.shop.example:5432",
                "host postgresql datastore host=db-01.prod.shop.example port=5432",
            ),
            ("db.example.pl", "host - service host=db.example.pl"),
            ("io.example.com", "host - service host=io.example.com"),
        ]);
    }

    #[test]
    fn managed_services() {
        check_outlines(&[
            (
                "x.abc.eu-west-1.rds.amazonaws.com",
                "host other datastore host=x.abc.eu-west-1.rds.amazonaws.com",
            ),
            (
                "x.abc.eu-west-1.rds.amazonaws.com:3306",
                "host mysql datastore host=x.abc.eu-west-1.rds.amazonaws.com port=3306",
            ),
            (
                "x.abc.0001.euw1.cache.amazonaws.com:6379",
                "host redis datastore host=x.abc.0001.euw1.cache.amazonaws.com port=6379",
            ),
            (
                "shop.blob.core.windows.net",
                "host - storage host=shop.blob.core.windows.net",
            ),
            ("shop.vault.azure.net", "host - identity host=shop.vault.azure.net"),
            (
                "shop.s3.eu-west-1.amazonaws.com",
                "host s3 storage host=shop.s3.eu-west-1.amazonaws.com",
            ),
            (
                "c0.abcde.mongodb.net",
                "host mongodb datastore host=c0.abcde.mongodb.net",
            ),
        ]);
    }

    #[test]
    fn addresses_and_lists() {
        check_outlines(&[
            ("10.1.2.3", "host - service host=10.1.2.3"),
            ("10.1.2.3:5432", "host postgresql datastore host=10.1.2.3 port=5432"),
            ("10.1.0.0/16", "host - account host=10.1.0.0"),
            ("[2001:db8::1]:443", "host - service host=2001:db8::1 port=443"),
            ("2001:db8::/32", "host - account host=2001:db8::"),
            ("::1", "host - service host=::1"),
            (
                "b1.example.com:9092,b2.example.com:9092",
                "host kafka datastore host=b1.example.com port=9092 | host kafka datastore host=b2.example.com port=9092",
            ),
            (
                "a.example.com; 10.0.0.1",
                "host - service host=a.example.com | host - service host=10.0.0.1",
            ),
            (
                "a.example.com b.example.com",
                "host - service host=a.example.com | host - service host=b.example.com",
            ),
            ("localhost,127.0.0.1,.example.com", ""),
            ("see a.example.com", ""),
            ("10.0.0.256", ""),
            ("db.example.com:http", ""),
            ("db.example.com:123456", ""),
            ("api.example.com/v1", ""),
            ("[data.example.dev]", ""),
            ("aws_vpc.main.id", ""),
            ("helm_release.app", ""),
            ("module.shop.dev", ""),
            ("app.redis.host", ""),
            ("DB_HOST=db.uat.example.com", "host - service host=db.uat.example.com"),
            ("--host=db:5432", "host postgresql datastore host=db port=5432"),
        ]);
    }

    #[test]
    fn with_a_key_that_says_so() {
        for (value, expected) in [
            ("cache", "host - service host=cache"),
            ("redis.staging", "host - service host=redis.staging"),
            (
                "db-uat.corp1:1433",
                "host sqlserver datastore host=db-uat.corp1 port=1433",
            ),
            ("two words", ""),
            ("a, b", "host - service host=a"),
            ("config.json", ""),
            ("${HOST}", ""),
        ] {
            let found = read_loosely(value).unwrap_or_default();
            let found = found
                .first()
                .map_or(String::new(), |reference| render(reference, value));
            assert_eq!(found, expected, "{value}");
        }
    }
}
