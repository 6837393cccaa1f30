//! Formats that no file is written in: a value by itself, options, lists of assignments on one line.

use crate::formats::encoding::whole;
use crate::formats::shell::{pairs, parse_options};
use crate::formats::{Encoding, Format, Key, Parsed};
use crate::source::TextRange;

fn no_file(_path: &str, _head: &str) -> bool {
    false
}

/// A text that is one value, such as a URL in a Secret.
pub const PLAIN_VALUE: Format = Format {
    name: "value",
    summary: "a single value, such as a base64 value of a Kubernetes Secret",
    comments: &[],
    claims: no_file,
    parse: parse_value,
};

/// Options of a program, as in `JAVA_OPTS` and the `args` of containers.
pub const OPTIONS: Format = Format {
    name: "options",
    summary: "options of a program in a value: -Dspring.datasource.url=..., --db-host=...",
    comments: &[],
    claims: no_file,
    parse: parse_options,
};

/// Several assignments on one line.
pub const ASSIGNMENTS: Format = Format {
    name: "assignments",
    summary: "a list of assignments in a value: DB_HOST=a,DB_PORT=1",
    comments: &[],
    claims: no_file,
    parse: parse_assignments,
};

/// One assignment, as in the `environment` list of a compose file.
pub const ASSIGNMENT: Format = Format {
    name: "assignment",
    summary: "an assignment in a value: DB_HOST=a",
    comments: &[],
    claims: no_file,
    parse: parse_assignment,
};

fn parse_value(text: &str) -> Parsed {
    let mut parsed = Parsed::default();
    let mut range = whole(text, Encoding::Plain).range;
    range.end = TextRange::new(0, text.trim_end().len()).end;
    parsed.scalar(None, Key::Document(0), range, Encoding::Plain);
    parsed
}

fn parse_assignments(text: &str) -> Parsed {
    parse_separated(text, if text.contains(';') { b";" } else { b"," })
}

fn parse_assignment(text: &str) -> Parsed {
    parse_separated(text, b"")
}

fn parse_separated(text: &str, separators: &[u8]) -> Parsed {
    let mut parsed = Parsed::default();
    let found = pairs(text, TextRange::new(0, text.len()), separators);
    for (key, value) in found.unwrap_or_default() {
        if !value.is_empty() {
            parsed.scalar(None, Key::Name(key), value, Encoding::Plain);
        }
    }
    parsed
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::outline;

    #[test]
    fn trivial_formats() {
        let cases: &[(&Format, &str, &[&str])] = &[
            (&PLAIN_VALUE, "redis://db\n", &[" = redis://db"]),
            (&OPTIONS, "-Da.b=c --d=e f", &["a.b = c", "--d = e", "[0] = f"]),
            (&ASSIGNMENTS, "A_B=c,d,E=f", &["A_B = c,d", "E = f"]),
            (&ASSIGNMENTS, "A_B=c,d;E=;F=g=h", &["A_B = c,d", "F = g=h"]),
            (&ASSIGNMENT, "A=b=c,D=e", &["A = b=c,D=e"]),
        ];
        for (format, text, expected) in cases {
            assert_eq!(outline(text, &(format.parse)(text)), *expected, "{text}");
        }
    }
}
