//! What a text looks like: JSON, XML, lines of settings, options, lists of assignments.

use super::trivial::{ASSIGNMENT, ASSIGNMENTS, OPTIONS};
use crate::formats::Format;
use crate::formats::shell::{is_key_byte, pairs};
use crate::source::TextRange;

/// How many lines decide what a text is.
const LINES: usize = 40;

/// Whether a trimmed text is a JSON object or a list of objects or strings.
pub(super) fn is_json(body: &str) -> bool {
    let starts = match body.as_bytes() {
        [b'{', .., b'}'] => &['"'][..],
        [b'[', .., b']'] => &['{', '"', '['][..],
        _ => return false,
    };
    let inside = body.get(1..).unwrap_or("").trim_start();
    let is_template = body.starts_with("{{") || body.starts_with("[{{");
    !is_template && inside.starts_with(starts)
}

/// Whether a trimmed text is a configuration in XML, not a bit of markup.
pub(super) fn is_xml(body: &str) -> bool {
    let starts = ["<?xml", "<configuration", "<connectionStrings", "<appSettings"];
    starts.iter().any(|start| body.starts_with(start))
}

/// Whether a key holds commands: `run`, `before_script`, `command`, `userData`.
pub(super) fn is_command_key(key: &str) -> bool {
    let is = |name: &str| same_name(key, name);
    let names = [
        "run",
        "args",
        "userdata",
        "inline",
        "entrypoint",
        "cmd",
        "cmds",
        "shell",
        "bash",
        "exec",
        "arguments",
    ];
    let ends = ["script", "command", "commands"];
    // What `sh -c` runs.
    key == "-c"
        || names.iter().any(|name| is(name))
        || ends.iter().any(|end| {
            let from = key.len().saturating_sub(end.len());
            key.get(from..).is_some_and(|tail| tail.eq_ignore_ascii_case(end))
        })
}

/// Whether a key is a name in any of the usual spellings: `user_data`, `userData`, `user-data`.
fn same_name(key: &str, name: &str) -> bool {
    let letters = key.bytes().filter(|byte| !matches!(byte, b'_' | b'-'));
    letters.map(|byte| byte.to_ascii_lowercase()).eq(name.bytes())
}

/// Whether commands are written in JavaScript or PowerShell, not for a shell.
pub(super) fn is_code(head: &str) -> bool {
    head.lines().take(LINES).any(|line| {
        let line = line.trim_start();
        let starts = ["const ", "await ", "module.exports", "import {"];
        let assigns = line.starts_with('$')
            && line
                .split_once(" = ")
                .is_some_and(|(name, _)| !name.contains([' ', '(', '{', '"']));
        assigns || starts.iter().any(|start| line.starts_with(start))
    })
}

/// Whether a line is options of a program: `-Dspring.datasource.url=... --db-host=...`.
pub(super) fn is_options(key: &str, body: &str) -> bool {
    if !body.contains('=') {
        return false;
    }
    let name = body.trim_start_matches('-');
    let dashes = body.len() - name.len();
    if (1..=2).contains(&dashes) {
        return name.starts_with(|c: char| c.is_ascii_alphabetic());
    }
    let names = ["opts", "options", "args", "flags", "arguments"];
    let ends = names.iter().any(|end| {
        let from = key.len().saturating_sub(end.len());
        key.get(from..).is_some_and(|tail| tail.eq_ignore_ascii_case(end))
    });
    ends && body.contains(" -")
}

/// The format of a line of assignments: `DB_HOST=a,DB_PORT=1`; one alone where the key says so.
pub(super) fn of_assignments(key: &str, body: &str) -> Option<&'static Format> {
    let (name, value) = body.split_once('=')?;
    if same_name(key, "parameteroverrides") || same_name(key, "extravars") {
        return Some(&OPTIONS);
    }
    if !is_variable(name) && !is_dotted(name) {
        return None;
    }
    // A list of variables: Compose's `environment`, a ConfigMap generator's `literals`.
    let listing = [
        "environment",
        "env",
        "environmentvariables",
        "envvars",
        "literals",
        "envs",
        "variables",
        "parameters",
    ];
    let speaks_alone = is_variable(name) && name.contains('_') && !value.is_empty() && !value.contains(['=', ',', ';']);
    if listing.iter().any(|name| same_name(key, name)) || speaks_alone {
        return Some(&ASSIGNMENT);
    }
    let separators = if body.contains(';') { b";" } else { b"," };
    let found = pairs(body, TextRange::new(0, body.len()), separators)?;
    let mut names = found.iter().map(|pair| pair.0.slice(body));
    // A distinguished name (CN=a,DC=b) and a connection string (Server=a;Database=b) are no settings of a program.
    let speaks = names.clone().any(|name| name.contains(['_', '.']));
    let all = names.all(|name| is_variable(name) || is_dotted(name));
    (found.len() > 1 && speaks && all).then_some(&ASSIGNMENTS)
}

fn is_variable(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_uppercase() || c == '_')
        && name
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
}

fn is_dotted(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic()) && name.contains('.') && name.bytes().all(is_key_byte)
}

/// What a line of settings is.
enum Line {
    /// `key: value`
    Colon,
    /// `KEY=value`
    Variable,
    /// `spring.key = value`
    Property,
    /// `[section]`
    Section,
    /// `- item`
    Dash,
    Other,
}

/// The name of the format that lines of text are written in, if they are settings.
pub(super) fn of_lines(head: &str) -> Option<&'static str> {
    let mut margin = None;
    let (mut colons, mut variables, mut properties, mut dashes, mut others, mut deeper) = (0, 0, 0, 0, 0, 0);
    let mut sections = 0;
    for line in head.lines().take(LINES) {
        let body = line.trim();
        if body.starts_with("-----BEGIN") {
            return None;
        }
        let is_comment = body.starts_with(['#', ';']) || body.starts_with("//");
        if body.is_empty() || is_comment || body == "---" || body.starts_with("{{") || body.starts_with("{%") {
            continue;
        }
        let indentation = line.len() - line.trim_start().len();
        if indentation > *margin.get_or_insert(indentation) {
            deeper += 1;
            continue;
        }
        match line_shape(body) {
            Line::Colon => colons += 1,
            Line::Variable => variables += 1,
            Line::Property => properties += 1,
            Line::Section => sections += 1,
            Line::Dash => dashes += 1,
            Line::Other => others += 1,
        }
    }
    let assigned = variables + properties;
    let known = colons + assigned + dashes + sections;
    if others * 8 > known {
        return None;
    }
    match () {
        () if sections > 0 && assigned > 0 => Some("ini"),
        () if colons > 0 && assigned == 0 && colons + dashes + deeper > 1 => Some("yaml"),
        () if assigned > 0 && colons == 0 && dashes == 0 && deeper == 0 => {
            Some(if properties > 0 { "properties" } else { "dotenv" })
        }
        () => None,
    }
}

fn line_shape(line: &str) -> Line {
    if line.starts_with('[') && line.ends_with(']') {
        return Line::Section;
    }
    let line = line.strip_prefix("export ").unwrap_or(line);
    let item = line.trim_start_matches("- ");
    let dashed = item.len() < line.len() || line == "-";
    let quote = item.chars().next().filter(|c| matches!(c, '"' | '\''));
    let body = quote.map_or(item, |quote| item.trim_start_matches(quote));
    let length = body.bytes().take_while(|&byte| is_key_byte(byte)).count();
    let (name, mut after) = body.split_at_checked(length).unwrap_or(("", ""));
    after = quote.map_or(after, |quote| after.trim_start_matches(quote));
    let value = after.trim_start();
    if length == 0 {
        return if dashed { Line::Dash } else { Line::Other };
    }
    if after == ":" || after.starts_with(": ") {
        return Line::Colon;
    }
    if dashed {
        return Line::Dash;
    }
    match value.strip_prefix('=') {
        Some(value)
            if !value.starts_with(['=', '~']) && name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') =>
        {
            let is_property = name.contains(['.', '-']) || value.len() + 1 < after.len();
            if is_property { Line::Property } else { Line::Variable }
        }
        _ => Line::Other,
    }
}
