//! INI and its relatives: sections with `key = value`, systemd units, Apache's and other daemons' `word value` lines.
//! Files with blocks in braces, as nginx has them, are read in `blocks`.

use super::lines::{Piece, before_comment, closing_quote, is_template_statement, lines, unread_line};
use super::{Encoding, EntryId, Format, Key, Parsed, blocks, names};
use crate::source::TextRange;

/// INI files, and configuration of daemons that looks similar.
pub const INI: Format = Format {
    name: "ini",
    summary: "INI files and relatives (`*.ini`, `*.cfg`, `*.cnf`, `*.conf`, `*.config` without XML, `*.service`, \
              `*.xcconfig`): sections, Ansible's inventories, systemd units, nginx's blocks, Apache's and other daemons' `word value` lines",
    comments: &["#", ";"],
    claims,
    parse,
};

fn claims(path: &str, head: &str) -> bool {
    let name = names::base_name(path);
    if name.ends_with(".ini") || name.ends_with(".service") || name.ends_with(".xcconfig") || name.contains(".ini.") {
        return true;
    }
    // Ansible's inventories.
    if matches!(name.as_ref(), "hosts" | "inventory") {
        return head
            .lines()
            .any(|line| line.starts_with('[') && line.trim_end().ends_with(']'));
    }
    let config = [".cfg", ".cnf", ".conf", ".config"]
        .iter()
        .any(|extension| name.ends_with(extension))
        || name.contains(".conf.");
    // Elastic Beanstalk writes YAML into these.
    config && !path.contains(".ebextensions/") && !is_other_format(&name, head)
}

/// Whether a file with a neutral name starts as XML, YAML or JSON does.
fn is_other_format(name: &str, head: &str) -> bool {
    let mut content = head
        .trim_start_matches('\u{feff}')
        .lines()
        .filter(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#'));
    let first = content.next().unwrap_or("");
    let xml = first.starts_with("<?xml") || (name.ends_with(".config") && first.trim_start().starts_with('<'));
    let bare = before_comment(Piece { text: first, at: 0 }, b"#").text;
    let yaml = bare == "---" || (bare.ends_with(':') && !bare.starts_with(char::is_whitespace) && !bare.contains('='));
    let json = first.starts_with('{') || (first == "[" && content.next().is_some_and(|next| next.contains('{')));
    xml || yaml || json
}

fn parse(text: &str) -> Parsed {
    if blocks::has_blocks(text) {
        return blocks::parse(text);
    }
    let mut reader = Reader::default();
    let mut all = lines(text, 0);
    while let Some(line) = all.next() {
        let mut last = line;
        while is_continued(last) {
            match all.next() {
                Some(next) => last = next,
                None => break,
            }
        }
        let whole = Piece {
            text: text.get(line.at..last.end()).unwrap_or(line.text),
            at: line.at,
        };
        reader.line(whole);
    }
    reader.finish_value();
    reader.parsed
}

/// Whether a backslash at its end continues a line. In a path (`C:\data\`) it does not.
fn is_continued(line: Piece<'_>) -> bool {
    let before = line.text.strip_suffix('\\').unwrap_or("");
    before.ends_with([' ', '\t', '=', ',']) && !line.text.trim_start().starts_with(['#', ';'])
}

/// A value that may go on with more indented lines.
struct Value {
    parent: Option<EntryId>,
    key: TextRange,
    indentation: usize,
    /// Whether a `=` or `:` stands before it; only then may it go on.
    separated: bool,
    range: TextRange,
    encoding: Encoding,
    /// Whether there are more lines than one.
    folded: bool,
}

#[derive(Default)]
struct Reader {
    parsed: Parsed,
    /// The open sections: one, but for `[a]` `[[b]]`, and with Apache's `<Directory>` blocks on top.
    sections: Vec<EntryId>,
    /// How many bare hosts the section has so far.
    hosts: u32,
    /// The value that the lines so far gave.
    value: Option<Value>,
}

impl Reader {
    fn line(&mut self, line: Piece<'_>) {
        let content = line.trim();
        let indentation = content.at - line.at;
        let is_comment = content.text.starts_with(['#', ';']) || content.text.starts_with("//");
        if content.text.is_empty() || is_comment || is_template_statement(content.text) {
            return;
        }
        if content.text.starts_with('[') && self.header(content) {
            return;
        }
        if content.text.starts_with('<') {
            self.finish_value();
            return self.tag(content);
        }
        if let Some(section) = self.sections.last().copied().filter(|_| !self.continues(indentation))
            && let Some((host, variables)) = host_line(content)
        {
            self.finish_value();
            return self.host(section, host, variables);
        }
        let split = split(content);
        if split.is_none() && self.continues(indentation) {
            return self.extend(before_comment(content, b"#;"));
        }
        self.finish_value();
        let first = content.text.split_whitespace().next().unwrap_or("");
        let named = first.contains(char::is_alphanumeric) || first.starts_with('*');
        match split.or_else(|| word(content).filter(|_| named)) {
            Some((key, rest)) => self.setting(key, rest, indentation, split.is_some()),
            None => unread_line(
                &mut self.parsed,
                content,
                "this line sets nothing; expected key = value",
            ),
        }
    }

    /// Opens a section; says no for a line that only begins like one.
    fn header(&mut self, content: Piece<'_>) -> bool {
        let bare = before_comment(content, b"#;");
        let depth = bare.text.len() - bare.text.trim_start_matches('[').len();
        let Some(end) = bare.text.rfind(']') else { return false };
        if end + 1 < bare.text.len() && self.continues(1) {
            return false;
        }
        self.finish_value();
        let name = bare.first(end).after(depth);
        let name = name.first(name.text.trim_end_matches(']').len()).trim();
        self.sections.truncate(depth - 1);
        self.hosts = 0;
        let id = self.parsed.map(self.sections.last().copied(), Key::Name(name.range()));
        self.sections.push(id);
        let rest = bare.after(end + 1);
        if !rest.text.is_empty() {
            unread_line(&mut self.parsed, rest, "this follows the name of a section");
        }
        true
    }

    /// A host of a group in Ansible's inventory, and its variables.
    fn host(&mut self, section: EntryId, host: Piece<'_>, variables: Piece<'_>) {
        self.parsed
            .scalar(Some(section), Key::Item(self.hosts), host.range(), Encoding::Plain);
        self.hosts += 1;
        let mut rest = variables.trim_start();
        while !rest.text.is_empty() {
            let word = rest.first(word_length(rest.text).max(1));
            rest = rest.after(word.text.len()).trim_start();
            if let Some((name, _)) = word.text.split_once('=') {
                let (range, encoding) = content(word.after(name.len() + 1));
                self.parsed.scalar(
                    Some(section),
                    Key::Name(word.first(name.len()).range()),
                    range,
                    encoding,
                );
            }
        }
    }

    /// Apache's `<Directory /srv>` opens a block and `</Directory>` closes it.
    fn tag(&mut self, content: Piece<'_>) {
        if content.text.starts_with("</") {
            if self.sections.pop().is_none() {
                unread_line(&mut self.parsed, content, "this closes a block that is not open");
            }
            return;
        }
        if content.text.starts_with("<!--") {
            return;
        }
        let name = content.after(1);
        let name = name.first(name.text.trim_end_matches('>').len()).trim();
        let id = self.parsed.map(self.sections.last().copied(), Key::Name(name.range()));
        self.sections.push(id);
    }

    fn setting(&mut self, key: Piece<'_>, rest: Piece<'_>, indentation: usize, separated: bool) {
        let parent = self.sections.last().copied();
        let value = rest.trim();
        if key.text.eq_ignore_ascii_case("environment") && value.text.contains('=') {
            return self.variables(parent, key, value);
        }
        let (range, encoding) = match value.text.is_empty() {
            true => (rest.first(0).range(), Encoding::Plain),
            false => content(value),
        };
        self.value = Some(Value {
            parent,
            key: key.range(),
            indentation,
            separated,
            range,
            encoding,
            folded: false,
        });
    }

    /// The variables of systemd's and supervisord's `Environment="A=b" C=d`.
    fn variables(&mut self, parent: Option<EntryId>, key: Piece<'_>, value: Piece<'_>) {
        let map = self.parsed.map(parent, Key::Name(key.range()));
        let mut rest = value;
        loop {
            rest = rest.after(rest.text.len() - rest.text.trim_start_matches([' ', '\t', ',', '\\', '\r', '\n']).len());
            if rest.text.is_empty() {
                return;
            }
            let word = rest.first(word_length(rest.text));
            rest = rest.after(word.text.len());
            let bare = match word.text.starts_with(['"', '\'']) {
                true => word.first(word.text.len().max(2) - 1).after(1),
                false => word,
            };
            match bare.text.split_once('=') {
                Some((name, _)) => {
                    let (range, encoding) = content(bare.after(name.len() + 1));
                    self.parsed
                        .scalar(Some(map), Key::Name(bare.first(name.len()).range()), range, encoding);
                }
                None => unread_line(&mut self.parsed, bare, "this is no variable; expected NAME=value"),
            }
        }
    }

    /// Whether a line without a separator belongs to the value before it.
    fn continues(&self, indentation: usize) -> bool {
        self.value
            .as_ref()
            .is_some_and(|value| value.separated && indentation > value.indentation)
    }

    fn extend(&mut self, content: Piece<'_>) {
        if let Some(value) = &mut self.value {
            value.folded = !value.range.is_empty() || value.folded;
            value.range = match value.range.is_empty() {
                true => content.range(),
                false => value.range.cover(content.range()),
            };
        }
    }

    /// Adds the value that the lines so far gave.
    fn finish_value(&mut self) {
        if let Some(value) = self.value.take() {
            let encoding = match value.folded {
                true => Encoding::YamlPlain,
                false => value.encoding,
            };
            self.parsed
                .scalar(value.parent, Key::Name(value.key), value.range, encoding);
        }
    }
}

/// A line that is a host's name, alone or with variables behind it: `db1.example.com ansible_user=deploy`.
fn host_line(content: Piece<'_>) -> Option<(Piece<'_>, Piece<'_>)> {
    let length = content.text.find(char::is_whitespace).unwrap_or(content.text.len());
    let host = content.first(length);
    let mut labels = host.text.split('.');
    let is_label =
        |label: &str| !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let last = host.text.rsplit('.').next().unwrap_or("");
    let is_host = labels.clone().count() >= 2
        && labels.all(is_label)
        && last.len() >= 2
        && last.bytes().all(|byte| byte.is_ascii_lowercase());
    let rest = content.after(length);
    let is_variable = |word: &str| {
        word.split_once('=').is_some_and(|(name, _)| {
            !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        })
    };
    let variables = rest.text.split('#').next().unwrap_or("").trim();
    let first = variables.split_whitespace().next();
    (is_host && first.is_none_or(is_variable))
        .then(|| (host, rest.first(rest.text.find('#').unwrap_or(rest.text.len()))))
}

/// The length of a word, which quotes hold together, up to a blank or comma.
pub(super) fn word_length(text: &str) -> usize {
    let mut quote = None;
    let mut escaped = false;
    for (at, character) in text.char_indices() {
        match quote {
            _ if escaped => escaped = false,
            Some('"') if character == '\\' => escaped = true,
            Some(open) if open == character => quote = None,
            Some(_) => {}
            None if matches!(character, '"' | '\'') => quote = Some(character),
            None if matches!(character, ' ' | '\t' | ',' | '\n' | '\r') => return at,
            None => {}
        }
    }
    text.len()
}

/// A key, and what follows its `=` or `:`. A colon counts where no `=` stands before it, or where what does is no key.
fn split(line: Piece<'_>) -> Option<(Piece<'_>, Piece<'_>)> {
    let equals = line.text.find('=');
    if let Some(at) = equals {
        let key = line.first(at).trim_end();
        let plain = !key.text.is_empty()
            && !key
                .text
                .contains(['/', '?', '"', '<', '>', '!', '~', '&', ',', '(', ';']);
        let colon = key.text.find(": ").or_else(|| key.text.find(":\t"));
        let compares = line.after(at + 1).text.starts_with('=');
        let value = line.after(at + 1);
        if plain && !compares && colon.is_none() && !is_list_of_options(key.text, value.text, key.text.len() < at) {
            return Some((key, value));
        }
    }
    let at = line.text.find(':')?;
    let key = line.first(at).trim_end();
    let value = line.after(at + 1);
    let plain = !key.text.is_empty()
        && key
            .text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"_-. ".contains(&byte));
    let next = value.text.bytes().next();
    (plain && matches!(next, None | Some(b' ' | b'\t')) && !key.text.contains(' ')).then_some((key, value))
}

/// Whether a line is a word with options, `word name a=1 b=2`, rather than one long key with its value.
fn is_list_of_options(key: &str, value: &str, spaced: bool) -> bool {
    !spaced && key.contains(' ') && value.split_whitespace().skip(1).any(|word| word.contains('='))
}

/// Directives whose second word is a name too.
const TWO_WORDS: &[&str] = &[
    "set",
    "setenv",
    "proxy_set_header",
    "add_header",
    "fastcgi_param",
    "uwsgi_param",
    "scgi_param",
    "passenv",
    "requestheader",
];

/// The first word of a line, or the first two where the second is a name too, and the rest.
pub(super) fn word(line: Piece<'_>) -> Option<(Piece<'_>, Piece<'_>)> {
    let length = |text: &str| text.find(char::is_whitespace).unwrap_or(text.len());
    let key = line.first(length(line.text));
    let rest = line.after(key.text.len());
    if TWO_WORDS.iter().any(|name| key.text.eq_ignore_ascii_case(name)) {
        let second = rest.trim();
        let end = second.at - line.at + length(second.text);
        if end < line.text.len() {
            return Some((line.first(end), line.after(end)));
        }
    }
    (!key.text.is_empty()).then_some((key, rest))
}

/// What a value holds: in quotes what they hold, else everything up to a comment.
fn content(value: Piece<'_>) -> (TextRange, Encoding) {
    if value.text.starts_with(['"', '\''])
        && let Some(end) = closing_quote(value.text, b"#;")
    {
        let inner = value.first(end).after(1);
        let encoding = if inner.text.contains("\\\"") {
            Encoding::Backslash
        } else if inner.text.contains("\"\"") || inner.text.contains("''") {
            Encoding::DoubledQuote
        } else {
            Encoding::Plain
        };
        return (inner.range(), encoding);
    }
    let value = before_comment(value, b"#;");
    let encoding = match value.text.contains('\n') {
        true => Encoding::Backslash,
        false => Encoding::Plain,
    };
    (value.range(), encoding)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::outline;

    fn check_all(cases: &[(&str, &[&str])]) {
        for (text, expected) in cases {
            let parsed = parse(text);
            assert_eq!(outline(text, &parsed), *expected, "{text:?}");
            assert!(parsed.problems.is_empty(), "{text:?}: {:?}", parsed.problems);
        }
    }

    #[test]
    fn settings() {
        check_all(&[
            (
                "a=b\r\n[s t]\nc = d ; e\n; f\n# g\n[u \"v\"]\n  w: x y\n",
                &["a = b", "s t.c = d", "u \"v\".w = x y"],
            ),
            (
                "[a]\n[[b]]\nc=d\n[[e]]\nf=g\n[h]\ni=j",
                &["a.b.c = d", "a.e.f = g", "h.i = j"],
            ),
            (
                "a = \"b # c\" # d\ne = 'f'\ng = \"h\"; i\nj = it's",
                &["a = b # c", "e = f", "g = h", "j = it's"],
            ),
            (
                "a = \"b\\\"c\"\nd = \"e\"\"f\"\ng=\"C:\\new\"",
                &["a = b\"c", "d = e\"f", "g = C:\\new"],
            ),
            ("a =\nb = \nskip-name", &["a = ", "b = ", "skip-name = "]),
            (
                "url: https://db.example.com/?a=b\nLog:Level=c",
                &["url = https://db.example.com/?a=b", "Log:Level = c"],
            ),
            (
                "dsn = Server=db.example.com;Database=shop;",
                &["dsn = Server=db.example.com;Database=shop;"],
            ),
            ("\u{feff}[č]\nž=š", &["č.ž = š"]),
            (
                "[db]\ndb1.example.com ansible_user=deploy port='5' # c\ndb2.example.com\n[db:vars]\na=b",
                &[
                    "db[0] = db1.example.com",
                    "db.ansible_user = deploy",
                    "db.port = 5",
                    "db[1] = db2.example.com",
                    "db:vars.a = b",
                ],
            ),
            ("[a]\nx.y.z = b\nc.d e\n", &["a.x.y.z = b", "a.c.d = e"]),
            ("// c\nA = b\n#include \"d\"", &["A = b"]),
            ("path = C:\\data\\\nb = c", &["path = C:\\data\\", "b = c"]),
        ]);
    }

    #[test]
    fn values_over_several_lines() {
        check_all(&[
            (
                "hosts =\n    a.example.com\n    # no\n    b.example.com\nc = d",
                &["hosts = a.example.com # no b.example.com", "c = d"],
            ),
            (
                "deps = a\n  pytest>=6\n  b\n[s]\nc=d",
                &["deps = a pytest>=6 b", "s.c = d"],
            ),
            (
                "[Service]\nExecStart=/bin/app \\\n  --db db.example.com\nUser=app",
                &["Service.ExecStart = /bin/app --db db.example.com", "Service.User = app"],
            ),
            ("s3 =\n  style = path\n", &["s3 = ", "style = path"]),
        ]);
    }

    #[test]
    fn relatives() {
        check_all(&[
            (
                "[Service]\nEnvironment=\"A=b c\" D=e\nenvironment=F=\"g,h\",I='j'\nEnvironment=",
                &[
                    "Service.Environment.A = b c",
                    "Service.Environment.D = e",
                    "Service.environment.F = g,h",
                    "Service.environment.I = j",
                    "Service.Environment = ",
                ],
            ),
            (
                "<VirtualHost *:80>\n  ServerName app.example.com\n  SetEnv DB_HOST db.example.com\n</VirtualHost>\nListen 80",
                &[
                    "VirtualHost *:80.ServerName = app.example.com",
                    "VirtualHost *:80.SetEnv DB_HOST = db.example.com",
                    "Listen = 80",
                ],
            ),
            (
                "Daemon app processes=1 \\\n  user=app",
                &["Daemon = app processes=1 user=app"],
            ),
            (
                "port 6379\nreplicaof db.example.com 6379",
                &["port = 6379", "replicaof = db.example.com 6379"],
            ),
            (
                "backend app\n  server a 192.0.2.1:80 check\n  option x",
                &["backend = app", "server = a 192.0.2.1:80 check", "option = x"],
            ),
        ]);
    }

    #[test]
    fn problems_have_places() {
        let text = "a=b\n!!\n&&&\nc=d\n</X>\n[e] f\ng=h";
        let parsed = parse(text);
        assert_eq!(outline(text, &parsed), ["a = b", "c = d", "e.g = h"]);
        let places: Vec<_> = parsed.problems.iter().map(|problem| problem.at.slice(text)).collect();
        assert_eq!(places, ["!!\n&&&", "</X>", " f"]);
    }

    #[test]
    fn claims_by_name_and_head() {
        for path in [
            "a.ini",
            "b/my.cnf",
            "c.conf",
            "d.config",
            "x.cfg",
            "app.service",
            "nginx.conf.erb",
            "app.ini.prod",
        ] {
            assert!(claims(path, "[s]\na=b\n"), "{path}");
        }
        assert!(claims("httpd.conf", "<VirtualHost *:80>\n"));
        let no = [
            ("web.config", "\u{feff}<?xml version=\"1.0\"?>"),
            ("web.config", "<configuration>"),
            ("a.conf", "# x\nmappings: # y\n- a"),
            ("a.conf", "---\na: b"),
            ("a.config", "{ \"a\": 1 }"),
            ("a/.ebextensions/b.config", "a=b"),
            (".npmrc", "a=b"),
        ];
        for (path, head) in no {
            assert!(!claims(path, head), "{path} {head}");
        }
    }
}
