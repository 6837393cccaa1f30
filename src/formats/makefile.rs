//! Makefiles: variables, those of one target, and what the recipes of targets run.

use super::lines::{Piece, before_comment, lines};
use super::{Encoding, EntryId, Format, Key, Parsed, Scalar, Value, names, shell};
use crate::source::TextRange;

/// Makefiles.
pub const MAKEFILE: Format = Format {
    name: "makefile",
    summary: "Makefiles (`Makefile`, `*.mk`): variables, also of single targets and of `ifeq` branches, and recipes as shell",
    comments: &["#"],
    claims,
    parse,
};

fn claims(path: &str, _head: &str) -> bool {
    let name = names::base_name(path);
    matches!(name.as_ref(), "makefile" | "gnumakefile") || name.starts_with("makefile.") || name.ends_with(".mk")
}

/// How deep branches may lie in one another and still be told apart.
const DEPTH: usize = 8;

/// Words before an assignment that do not belong to the variable's name.
const PREFIXES: &[&str] = &["export", "override", "private", "unexport"];

fn parse(text: &str) -> Parsed {
    let mut reader = Reader {
        parsed: Parsed::default(),
        target: None,
        branches: Vec::new(),
        deeper: 0,
        in_define: false,
    };
    let mut all = lines(text, 0);
    while let Some(first) = all.next() {
        let mut last = first;
        while last.text.ends_with('\\') {
            match all.next() {
                Some(next) => last = next,
                None => break,
            }
        }
        let whole = text.get(first.at..last.end()).unwrap_or(first.text);
        reader.line(Piece {
            text: whole,
            at: first.at,
        });
    }
    reader.parsed
}

struct Reader {
    parsed: Parsed,
    /// The map of the target whose recipe follows.
    target: Option<EntryId>,
    /// The open branches, each with the map of what it is compared with.
    branches: Vec<Option<EntryId>>,
    /// How many branches are open beyond [`DEPTH`].
    deeper: usize,
    in_define: bool,
}

impl Reader {
    fn line(&mut self, line: Piece<'_>) {
        let content = line.trim();
        let word = content.text.split_whitespace().next().unwrap_or("");
        if self.in_define {
            self.in_define = word != "endef";
            return;
        }
        // Without a target, a tab is only indentation.
        if let Some(target) = self.target.filter(|_| line.text.starts_with('\t')) {
            return self.recipe(target, content);
        }
        match word {
            "" => {}
            _ if word.starts_with('#') => {}
            "define" => self.in_define = true,
            "ifeq" | "ifneq" | "ifdef" | "ifndef" => self.branch(content, word),
            "else" => {
                let rest = content.after("else".len()).trim();
                let next = rest.text.split_whitespace().next().unwrap_or("");
                self.end_branch();
                self.branch(rest, next);
            }
            "endif" => self.end_branch(),
            _ => self.rule_or_variable(content),
        }
    }

    fn holder(&self) -> Option<EntryId> {
        self.branches.iter().rev().find_map(|branch| *branch)
    }

    /// `ifeq ($(ENV),production)` opens a branch for production.
    fn branch(&mut self, line: Piece<'_>, word: &str) {
        if self.branches.len() >= DEPTH {
            self.deeper += 1;
            return;
        }
        let compared = match word {
            "ifeq" => literal(line.after(word.len()).trim()),
            _ => None,
        };
        let holder = self.holder();
        let branch = compared.map(|literal| self.parsed.map(holder, Key::Name(literal)));
        self.branches.push(branch);
    }

    fn end_branch(&mut self) {
        match self.deeper.checked_sub(1) {
            Some(deeper) => self.deeper = deeper,
            None => {
                self.branches.pop();
            }
        }
    }

    fn rule_or_variable(&mut self, line: Piece<'_>) {
        if let Some((name, value)) = assignment(line) {
            self.target = None;
            let holder = self.holder();
            return self.variable(holder, name, value);
        }
        let Some((targets, rest)) = rule(line) else { return };
        let holder = self.holder();
        let target = self.parsed.map(holder, Key::Name(targets.range()));
        self.target = Some(target);
        if let Some((name, value)) = assignment(rest) {
            self.variable(Some(target), name, value);
        } else if let Some(at) = rest.text.find(';') {
            self.recipe(target, rest.after(at + 1).trim());
        }
    }

    fn variable(&mut self, holder: Option<EntryId>, name: Piece<'_>, value: Piece<'_>) {
        let value = before_comment(value.trim(), b"#");
        if !value.text.is_empty() {
            self.parsed
                .scalar(holder, Key::Name(name.range()), value.range(), Encoding::Plain);
        }
    }

    /// A line of a recipe, as the shell reads it.
    fn recipe(&mut self, target: EntryId, line: Piece<'_>) {
        let command = line.text.trim_start_matches(['@', '-', '+', ' ', '\t']);
        let start = line.end() - command.len();
        let read = shell::parse(command);
        let moved = |range: TextRange| TextRange::new(start + range.start as usize, start + range.end as usize);
        let mut ids: Vec<EntryId> = Vec::with_capacity(read.entries.len());
        for entry in read.entries {
            let parent = entry.parent.and_then(|parent| ids.get(parent.0 as usize).copied());
            let key = match entry.key {
                Key::Name(range) => Key::Name(moved(range)),
                key => key,
            };
            let value = match entry.value {
                Value::Scalar(scalar) => Value::Scalar(Scalar {
                    range: moved(scalar.range),
                    ..scalar
                }),
                value => value,
            };
            ids.push(self.parsed.add(parent.or(Some(target)), key, value));
        }
    }
}

/// `NAME = value` with any of make's signs, after `export` and the like.
fn assignment(line: Piece<'_>) -> Option<(Piece<'_>, Piece<'_>)> {
    let mut line = line.trim();
    while let Some(rest) = PREFIXES.iter().find_map(|prefix| line.strip_prefix(prefix))
        && rest.text.starts_with([' ', '\t'])
    {
        line = rest.trim_start();
    }
    let length = line
        .text
        .bytes()
        .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-'))
        .count();
    let name = line.first(length);
    let rest = line.after(length).trim_start();
    let value = [":::=", "::=", ":=", "?=", "+=", "="]
        .iter()
        .find_map(|sign| rest.strip_prefix(sign))?;
    (!name.text.is_empty()).then_some((name, value))
}

/// The targets of a rule, and what follows their colons.
fn rule(line: Piece<'_>) -> Option<(Piece<'_>, Piece<'_>)> {
    let at = line.text.find(':')?;
    let targets = line.first(at).trim();
    let rest = line.after(at + 1);
    let rest = rest.strip_prefix(":").unwrap_or(rest);
    let is_special =
        targets.text.starts_with('.') && targets.text.bytes().skip(1).all(|byte| byte.is_ascii_uppercase());
    (!targets.text.is_empty() && !is_special && !targets.text.contains(['=', '#'])).then(|| (targets, rest.trim()))
}

/// The side of a comparison that is written out: `($(ENV),prod)`, `"$(ENV)" "prod"`.
fn literal(comparison: Piece<'_>) -> Option<TextRange> {
    let inside = match comparison.strip_prefix("(") {
        Some(inside) => inside.first(inside.text.rfind(')')?),
        None => comparison,
    };
    let mut parts = Vec::new();
    let mut start = 0;
    for (at, _) in inside.text.match_indices([',', ' ', '"', '\'']) {
        parts.push(inside.first(at).after(start).trim());
        start = at + 1;
    }
    parts.push(inside.after(start).trim());
    let mut plain = parts
        .into_iter()
        .filter(|part| !part.text.is_empty() && !part.text.contains(['$', '(', ')']));
    let literal = plain.next()?;
    plain.next().is_none().then(|| literal.range())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::{check, outline};

    #[test]
    fn variables() {
        let cases: &[(&str, &[&str])] = &[
            (
                "DB_HOST ?= db.example.com # c\nexport A := b c\nA+=d\noverride B = \nC::=$(shell date)\n",
                &["DB_HOST = db.example.com", "A = b c", "A = d", "C = $(shell date)"],
            ),
            (
                "prod: export DB_URL=postgres://db/shop\nprod staging: A ?= b\nprod: deploy\n",
                &["prod.DB_URL = postgres://db/shop", "prod staging.A = b"],
            ),
            (
                "ifeq ($(ENV),prod)\nA = b\nelse ifeq ($(ENV), staging)\nA = c\nelse\nA = d\nendif\nB = e\n",
                &["prod.A = b", "staging.A = c", "A = d", "B = e"],
            ),
            (
                "ifneq \"$(A)\" \"prod\"\nB = c\nendif\nifeq 'prod' '$(A)'\nB = d\nendif",
                &["B = c", "prod.B = d"],
            ),
            (
                "A = b \\\n  c\ndefine X\nD = e\nendef\nF = g",
                &["A = b \\\n  c", "F = g"],
            ),
            ("ifeq ($(ENV),prod)\n\tA = b\nendif\n", &["prod.A = b"]),
            (".PHONY: a=b\n# A = b\ninclude x.mk\n-include $(Y)\n", &[]),
        ];
        for (text, expected) in cases {
            assert_eq!(outline(text, &parse(text)), *expected, "{text}");
        }
    }

    #[test]
    fn recipes() {
        let cases: &[(&str, &[&str])] = &[
            (
                "deploy-prod: build ; cd infra/prod\n\t@helm upgrade -f prod.yaml \\\n\t  --set a=b\n\t-DB=c ./run\nA = b\n\tC = d\n",
                &[
                    "deploy-prod.cd = infra/prod",
                    "deploy-prod.helm[0] = upgrade",
                    "deploy-prod.helm.-f = prod.yaml",
                    "deploy-prod.helm.a = b",
                    "deploy-prod.DB = c",
                    "A = b",
                    "C = d",
                ],
            ),
            ("a:: b\n\tX=$(Y) z\n", &["a.X = $(Y)"]),
        ];
        for (text, expected) in cases {
            assert_eq!(outline(text, &parse(text)), *expected, "{text}");
        }
    }

    #[test]
    fn claimed() {
        for (path, expected) in [
            ("Makefile", true),
            ("deploy/Makefile.prod", true),
            ("make/prod.mk", true),
            ("makefiles/x.txt", false),
            ("Makefile.am.md", true),
        ] {
            assert_eq!(claims(path, ""), expected, "{path}");
        }
    }

    #[test]
    fn any_text_is_read() {
        for unit in [
            "ifeq (a,b)\n",
            "a:\n\tb=(\n",
            "\t",
            "define",
            ":",
            "=",
            "else",
            "endif\n",
            "é=ü\\\n",
            "\0:\0=\0\n",
        ] {
            for text in [unit.to_owned(), unit.repeat(20_000)] {
                check(&text, &parse(&text)).unwrap();
            }
        }
    }
}
