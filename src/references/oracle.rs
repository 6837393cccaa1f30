//! Oracle's ways to name a service: connect descriptors, easy connect, service ids and aliases.

use super::Role;
use super::builder::{Builder, cut, same_name};
use super::{hosts, properties};

/// Reads what stands behind the `@` of a connect string.
pub(super) fn connect_string(builder: &mut Builder<'_>, text: &str) {
    let text = text.trim();
    if text.starts_with('(') {
        descriptor(builder, text);
        return;
    }
    let text = match text.split_once("//") {
        Some((protocol, rest)) if protocol.is_empty() || protocol.ends_with(':') => rest,
        _ => text,
    };
    let (text, query) = cut(text, &['?']);
    properties::read_credentials(builder, query.trim_start_matches('?'));
    match text.split_once('/') {
        Some((address, service)) => {
            super::url::hosts(builder, address);
            // `service:dedicated/instance`
            let (service, rest) = cut(service, &[':', '/']);
            builder.part(Role::Database, service);
            if let Some((_, instance)) = rest.split_once('/') {
                builder.part(Role::Instance, instance);
            }
        }
        None => match text.rsplit_once(':') {
            // `host:port:sid`
            Some((address, sid)) if address.contains(':') && !text.starts_with('[') => {
                let (host, port) = hosts::split_port(address);
                builder.endpoint(host, port);
                builder.part(Role::Database, sid);
            }
            Some(_) => super::url::hosts(builder, text),
            // An alias of tnsnames.ora.
            None => builder.part(Role::Database, text),
        },
    }
}

/// Reads `(KEY=value)` pairs at any depth: Oracle's descriptors and the address lists of MySQL's JDBC driver.
pub(super) fn descriptor(builder: &mut Builder<'_>, text: &str) {
    for pair in text.split(['(', ')', ',']) {
        let Some((key, value)) = pair.split_once('=') else {
            continue;
        };
        let (key, value) = (key.trim(), value.trim());
        if same_name(key, "host") {
            builder.endpoint(value, "");
        } else if same_name(key, "port") {
            builder.endpoint("", value);
        } else if same_name(key, "servicename") || same_name(key, "sid") {
            builder.part(Role::Database, value);
        } else if same_name(key, "instancename") {
            builder.part(Role::Instance, value);
        } else if same_name(key, "user") {
            builder.part(Role::User, value);
        } else if same_name(key, "password") {
            builder.part(Role::Credential, value);
        }
    }
}
