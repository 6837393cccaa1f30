//! INI and its relatives: sections with `key = value`, systemd units, Apache's and other daemons' `word value` lines.
//! Files with blocks in braces, as nginx has them, are read in `blocks`.

mod line;

use super::lines::{Piece, before_comment, is_template_statement, lines, unread_line};
use super::{Encoding, EntryId, Format, Key, Parsed, blocks, names};
use crate::source::TextRange;
use line::{content, host_line, split};
pub(super) use line::{word, word_length};

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

#[cfg(test)]
mod tests;
