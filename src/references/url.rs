//! URLs of databases, brokers, caches, buckets, secrets and services.

use super::builder::{Builder, cut, strip_prefix_any_case};
use super::schemes::{self, Layout, Scheme};
use super::templates::{MASK, is_all_masked, is_masked};
use super::{Class, Engine, Reference, Role, cloud_ids, hosts, jdbc, properties, web_paths};

/// The name of this shape.
const SHAPE: &str = "url";

/// Reads a value that is a URL or a list of URLs.
pub fn read(value: &str) -> Option<Vec<Reference>> {
    let mut references = Vec::new();
    for piece in pieces(value) {
        references.push(read_one(value, piece)?);
    }
    (!references.is_empty()).then_some(references)
}

/// Reads every URL in a longer text: a command, a list with other things in it, a script.
pub fn find_urls(value: &str) -> Vec<Reference> {
    let masked = super::templates::mask(value);
    in_text(&masked)
}

/// As [`find_urls`], of a text whose templates are masked.
pub(super) fn in_text(value: &str) -> Vec<Reference> {
    let mut references = Vec::new();
    let mut done = 0;
    for at in memchr::memmem::find_iter(value.as_bytes(), "://") {
        if at < done {
            continue;
        }
        let scheme = value.get(done..at).map_or("", trailing_scheme);
        let start = at - scheme.len();
        if scheme.is_empty() {
            continue;
        }
        let url = value.get(start..).map_or("", until_end);
        done = start + url.len();
        if let Some(found) = jdbc::read_in(value, url) {
            references.push(found);
        } else if let Some(found) = read_one(value, url) {
            references.push(found);
        }
    }
    let mut done = 0;
    for at in memchr::memmem::find_iter(value.as_bytes(), "arn:aws") {
        if at < done {
            continue;
        }
        let arn = value.get(at..).map_or("", until_end);
        done = at + arn.len();
        references.extend(cloud_ids::read_arn(value, arn));
    }
    references
}

/// The scheme that a text ends with, with what stands before its colons: `jdbc:aws-wrapper:mysql`.
fn trailing_scheme(text: &str) -> &str {
    // No scheme is longer; the bound keeps a text of one long word linear.
    let mut from = text.len().saturating_sub(60);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    let text = text.get(from..).unwrap_or("");
    let scheme = text
        .rfind(|character: char| !is_scheme_character(character) && character != ':')
        .and_then(|at| {
            text.get(at..)?
                .chars()
                .next()
                .map(|character| at + character.len_utf8())
        })
        .and_then(|at| text.get(at..))
        .unwrap_or(text);
    let word = scheme.trim_start_matches(|character: char| !character.is_ascii_alphabetic() && character != MASK);
    match word.rsplit_once(':') {
        Some((_, last)) if jdbc::strip_prefix(word).is_none() => last,
        _ => word,
    }
}

fn is_scheme_character(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '+' | '-' | '.' | '_' | MASK)
}

/// A URL at the start of a longer text, up to where it ends.
fn until_end(text: &str) -> &str {
    let is_jdbc = jdbc::strip_prefix(text).is_some();
    let mut open = 0_u32;
    let mut end = text.len();
    for (at, character) in text.char_indices() {
        let ends = match character {
            '(' | '[' | '{' => {
                open += 1;
                false
            }
            ')' | ']' | '}' => {
                let unbalanced = open == 0;
                open = open.saturating_sub(1);
                unbalanced
            }
            ';' => !is_jdbc,
            '"' | '\'' | '`' | '<' | '>' | '|' | '\\' => true,
            ',' => text
                .get(at + 1..)
                .is_some_and(|rest| starts_url(rest) || rest.starts_with(char::is_whitespace)),
            _ => character.is_whitespace() || character.is_control() && character != MASK,
        };
        if ends {
            end = at;
            break;
        }
    }
    text.get(..end)
        .unwrap_or("")
        .trim_end_matches(['.', ',', ':', ';', '!', '?'])
}

/// The URLs of a list: between white space, and between commas or semicolons that another URL follows.
fn pieces(value: &str) -> impl Iterator<Item = &str> {
    value.split_whitespace().flat_map(|word| {
        let mut rest = Some(word);
        std::iter::from_fn(move || {
            let text = rest?;
            let next = text
                .match_indices([',', ';', '|'])
                .find(|(at, _)| text.get(at + 1..).is_some_and(starts_url));
            let (piece, tail) = match next {
                Some((at, _)) => (text.get(..at).unwrap_or(""), text.get(at + 1..)),
                None => (text, None),
            };
            rest = tail;
            Some(piece.trim_end_matches([',', ';']))
        })
        .filter(|piece| !piece.is_empty())
    })
}

/// Whether a text starts with a scheme and `://`.
fn starts_url(text: &str) -> bool {
    // No scheme is longer; the bound keeps lists linear.
    let scheme = text
        .bytes()
        .take(60)
        .take_while(|byte| is_scheme_character(*byte as char))
        .count();
    scheme > 0 && text.get(scheme..).is_some_and(|rest| rest.starts_with("://"))
}

/// Reads one URL that stands in a text.
pub(super) fn read_one(text: &str, url: &str) -> Option<Reference> {
    let url = strip_prefix_any_case(url, "git::").unwrap_or(url);
    let url = url.strip_prefix("optional:").unwrap_or(url);
    if let Some(reference) = url.strip_prefix("{{resolve:") {
        // CloudFormation's dynamic references.
        let (store, path) = reference.trim_end_matches('}').split_once(':')?;
        return Some(secret(text, path, store));
    }
    if let Some(path) = url.strip_prefix("<path:") {
        // The Vault plugin of Argo CD.
        return Some(secret(text, path.trim_end_matches('>'), "vault"));
    }
    let (name, rest) = url.split_once(':')?;
    let well_formed = name.starts_with(|first: char| first.is_ascii_alphabetic() || first == MASK);
    if !well_formed || !name.chars().all(is_scheme_character) {
        return None;
    }
    let Some(rest) = rest.strip_prefix("//") else {
        return read_opaque(text, name, rest);
    };
    let scheme = schemes::of(name);
    if rest.is_empty() {
        return None;
    }
    if jdbc::strip_prefix(rest).is_some() {
        // Athena's connectors put their engine before the address.
        return jdbc::read_in(text, rest);
    }
    if schemes::is_unknown(scheme) && (rest.starts_with("https://") || rest.starts_with("http://")) {
        // `k8s://https://api.example.com` of Spark; the inner scheme is known, so this goes one level deep.
        return read_one(text, rest);
    }
    Some(match scheme.layout {
        Layout::Nothing => nothing(text, scheme, rest),
        Layout::Secret => secret(text, rest, name),
        Layout::File => file(text, scheme, rest),
        _ => hierarchical(text, scheme, rest),
    })
}

/// `scheme:rest` without `//`: a secret, a database file, or something that is no URL.
fn read_opaque(text: &str, name: &str, rest: &str) -> Option<Reference> {
    let scheme = schemes::known(name)?;
    match scheme.layout {
        // A scheme of one word is also how prose and images start; a path tells them apart.
        // Condition keys of access policies: `ssm:resourceTag/x`.
        Layout::Secret if rest.starts_with("resource") || rest.starts_with("Resource") => None,
        Layout::Secret if rest.contains('/') => Some(secret(text, rest, name)),
        Layout::File if rest.contains(['.', '/', ':']) && !rest.contains(char::is_whitespace) => {
            Some(file(text, scheme, rest))
        }
        Layout::Nothing if rest.starts_with('/') => Some(Builder::new(text, SHAPE, scheme.class, None).done()),
        _ => None,
    }
}

/// Something that belongs to no environment; a password in it is still one.
fn nothing(text: &str, scheme: &Scheme, rest: &str) -> Reference {
    let mut builder = Builder::new(text, SHAPE, scheme.class, scheme.engine);
    if let Some((_, password)) = Authority::of(rest, false).userinfo.split_once(':') {
        builder.part(Role::Credential, password);
    }
    builder.done()
}

/// The path of a secret or key, without version, field and options.
fn secret(text: &str, rest: &str, scheme: &str) -> Reference {
    let path = rest.trim_start_matches('/');
    if let Some(found) = cloud_ids::read_arn(text, path) {
        return found;
    }
    let mut builder = Builder::new(text, SHAPE, Class::Identity, None);
    let (path, query) = cut(path, &['#', '?', '|']);
    let path = match path.split_once(':') {
        // Parameter store and secrets manager put version and field behind a colon.
        Some((path, _)) if !scheme.eq_ignore_ascii_case("spiffe") => path,
        _ => path,
    };
    let ciphertext = path.is_empty() || (scheme.eq_ignore_ascii_case("vault") && rest.starts_with("v1:"));
    if !ciphertext {
        builder.part(Role::SecretPath, path.trim_end_matches('/'));
    }
    properties::read_credentials(&mut builder, query.trim_start_matches(['#', '?']));
    builder.done()
}

/// A database in a file: its name is the database.
fn file(text: &str, scheme: &Scheme, rest: &str) -> Reference {
    let mut builder = Builder::new(text, SHAPE, scheme.class, scheme.engine);
    let (path, query) = cut(rest, &['?', '#', ';']);
    let name = path.rsplit(['/', '\\']).next().unwrap_or("");
    if name != ":memory:" {
        builder.part(Role::Database, name);
    }
    properties::read_credentials(&mut builder, query);
    builder.done()
}

fn hierarchical(text: &str, scheme: &Scheme, rest: &str) -> Reference {
    let mut builder = Builder::new(text, SHAPE, scheme.class, scheme.engine);
    let stores_data = !matches!(scheme.layout, Layout::Web | Layout::Container) && scheme.class != Class::Resource;
    let authority = Authority::of(rest, stores_data);
    let (host, port) = hosts::split_port(authority.hosts);
    if schemes::is_unknown(scheme)
        && authority.userinfo.is_empty()
        && port.is_empty()
        && !host.contains(['.', MASK])
        && host != "localhost"
    {
        // Links into applications: `app://callback`.
        return builder.done();
    }
    userinfo(&mut builder, scheme, authority.userinfo);
    if scheme.layout == Layout::Bucket {
        builder.part(Role::Name, authority.hosts);
    } else {
        hosts(&mut builder, authority.hosts);
    }
    let (path, query) = cut(authority.after, &['?', '#']);
    let (path, inner) = cut(path, &[';']);
    let path = path.strip_prefix('/').unwrap_or(path).trim_end_matches('/');
    let (query, _) = cut(query.trim_start_matches('?'), &['#']);
    match scheme.layout {
        Layout::Database => builder.part(Role::Database, path),
        Layout::SqlServer => {
            let named = query
                .split('&')
                .any(|pair| pair.starts_with("database=") || pair.starts_with("databaseName="));
            builder.part(if named { Role::Instance } else { Role::Database }, path);
        }
        Layout::Named => builder.part(Role::Name, path),
        Layout::Bucket | Layout::Container => builder.part(Role::Path, path),
        Layout::Web => web_paths::read(&mut builder, cut(authority.hosts, &[':']).0, path),
        Layout::Host | Layout::File | Layout::Secret | Layout::Nothing => {}
    }
    if scheme.class == Class::Datastore {
        properties::read(&mut builder, query, &[]);
        properties::read(&mut builder, inner, &[]);
    } else {
        properties::read_credentials(&mut builder, query);
    }
    builder.done()
}

fn userinfo(builder: &mut Builder<'_>, scheme: &Scheme, userinfo: &str) {
    let (user, password) = match userinfo.split_once(':') {
        Some((user, password)) => (user, password),
        None => (userinfo, ""),
    };
    let lone = password.is_empty() && !userinfo.contains(':');
    let is_token = lone
        && (scheme.engine == Some(Engine::Redis)
            || scheme.layout == Layout::Web && user.len() >= 20 && !is_masked(user));
    match scheme.layout {
        Layout::Container => builder.part(Role::Name, user),
        // Access keys stand here, not people.
        Layout::Bucket => builder.part(Role::Credential, user),
        _ if is_token => builder.part(Role::Credential, user),
        _ => builder.part(Role::User, user),
    }
    builder.part(Role::Credential, password);
}

/// Adds every host of a comma-separated list.
pub(super) fn hosts(builder: &mut Builder<'_>, list: &str) {
    for item in list.split(',') {
        let item = item.trim();
        let (host, port) = hosts::split_port(item);
        match host.split_once('\\') {
            Some((host, instance)) => {
                builder.endpoint(host, port);
                builder.part(Role::Instance, instance);
            }
            // A socket's path, percent-encoded.
            None if host.starts_with("%2F") || host.starts_with("%2f") => {}
            None => builder.endpoint(host, port),
        }
    }
}

/// What stands between `//` and the path.
pub(super) struct Authority<'a> {
    pub(super) userinfo: &'a str,
    pub(super) hosts: &'a str,
    /// Path, query and fragment, with their delimiters.
    pub(super) after: &'a str,
}

impl<'a> Authority<'a> {
    /// Splits what follows `//`. People leave `@`, `/`, `?` and `#` in passwords as they are, so the last `@` that a host
    /// follows ends the password, as far as that can be told.
    pub(super) fn of(rest: &'a str, stores_data: bool) -> Self {
        let (plain, _) = cut(rest, &['/', '?', '#']);
        let before_query = cut(rest, &['?']).0;
        let at = (if stores_data { last_at(before_query) } else { None })
            .or_else(|| plain.rfind('@'))
            .or_else(|| has_password(plain).then(|| last_at(rest)).flatten());
        let (userinfo, tail) = match at {
            Some(at) => (rest.get(..at).unwrap_or(""), rest.get(at + 1..).unwrap_or("")),
            None => ("", rest),
        };
        if let Some((protocol, inner)) = tail.split_once('(')
            && protocol.len() <= 10
            && protocol.bytes().all(|byte| byte.is_ascii_alphanumeric())
        {
            // Go's MySQL driver: `tcp(host:3306)/db`, `unix(/path)/db`.
            let (inner, after) = cut(inner, &[')']);
            let is_address = protocol.is_empty() || protocol.starts_with("tcp");
            return Self {
                userinfo,
                hosts: if is_address { inner } else { "" },
                after: after.strip_prefix(')').unwrap_or(""),
            };
        }
        let (hosts, after) = match tail.strip_prefix('[') {
            // The colons of an IPv6 address, and nothing else, stand in brackets.
            Some(_) => {
                let close = tail.find(']').unwrap_or(0);
                let (_, after) = cut(tail.get(close..).unwrap_or(""), &['/', '?', '#', ';']);
                (tail.get(..tail.len() - after.len()).unwrap_or(""), after)
            }
            None => cut(tail, &['/', '?', '#', ';', '&']),
        };
        Self { userinfo, hosts, after }
    }
}

/// The last `@` that something like a host follows.
fn last_at(text: &str) -> Option<usize> {
    let at = text.rfind('@')?;
    let (host, _) = cut(text.get(at + 1..)?, &['/', '?', '#', ':', ',', ';', '(']);
    let plausible = |character: char| {
        character.is_alphanumeric() || matches!(character, '.' | '-' | '_' | '[' | '%' | '{' | '}' | '<' | '>' | MASK)
    };
    host.chars().all(plausible).then_some(at)
}

/// Whether what looks like `host:port` rather is `user:pass` of a password that goes on.
fn has_password(authority: &str) -> bool {
    match authority.split_once(':') {
        Some((user, port)) => {
            !authority.starts_with('[')
                && !user.contains(',')
                && !port.is_empty()
                && !is_all_masked(port)
                && !port.bytes().all(|byte| byte.is_ascii_digit())
                && !port.contains(',')
        }
        None => false,
    }
}

#[cfg(test)]
mod tests;
