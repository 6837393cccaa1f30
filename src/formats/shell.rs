//! Shell scripts and the commands of workflows: variables, options and words as settings; lines written to files.

mod commands;
mod lines;
mod words;

use super::{EntryId, Format, Key, Parsed, names};
use crate::source::TextRange;
use commands::name_length;
pub(crate) use lines::{is_key_byte, pairs};
use lines::{line_setting, trimmed};
use words::{End, Redirect, Token, Word, Words};

/// Shell scripts; embedded, the commands of workflows, containers and user data.
pub const SHELL: Format = Format {
    name: "shell",
    summary: "shell scripts and command lines: variables, options, words, lines written to env files",
    comments: &["#"],
    claims,
    parse,
};

/// A simple command keeps this many words; no command that people write has more.
const WORD_CAP: usize = 100_000;

fn claims(path: &str, head: &str) -> bool {
    let name = names::file_name(path);
    match name.rsplit_once('.') {
        Some((stem, extension)) if !stem.is_empty() => {
            matches!(extension, "sh" | "bash" | "zsh" | "ksh")
        }
        _ => is_shell_script(head),
    }
}

/// Whether a text's first line names a shell as its interpreter.
pub(crate) fn is_shell_script(head: &str) -> bool {
    let Some(interpreter) = head.trim_start_matches('\u{feff}').strip_prefix("#!") else {
        return false;
    };
    let line = interpreter.lines().next().unwrap_or("");
    line.split(['/', ' ', '\t'])
        .any(|word| matches!(word.trim(), "sh" | "bash" | "zsh" | "ksh" | "dash" | "ash" | "busybox"))
}

/// Reads a script.
pub fn parse(text: &str) -> Parsed {
    let mut script = Script::new(text);
    loop {
        match script.words.next() {
            Token::Word(word) => script.word(word),
            Token::Redirect(kind) => script.redirect = Some(kind),
            Token::End(end) => {
                script.end(end);
                if end == End::Text {
                    return script.parsed;
                }
            }
        }
    }
}

/// Reads the options of a command whose name stands elsewhere: `-Dspring.datasource.url=... --db-host=...`.
pub(crate) fn parse_options(text: &str) -> Parsed {
    let mut script = Script::new(text);
    loop {
        match script.words.next() {
            Token::Word(word) => script.word(word),
            Token::End(End::Text) => break,
            Token::End(_) | Token::Redirect(_) => {}
        }
    }
    let words = std::mem::take(&mut script.command);
    script.arguments(None, &words);
    script.parsed
}

/// A heredoc that was announced and has not begun.
struct Heredoc {
    delimiter: TextRange,
}

/// Where a `case` statement stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Case {
    Command,
    Pattern,
}

/// A script while it is read.
struct Script<'t> {
    text: &'t str,
    words: Words<'t>,
    parsed: Parsed,
    /// The words of the simple command so far.
    command: Vec<Word>,
    /// A redirection that waits for its target.
    redirect: Option<Redirect>,
    /// Whether the command writes to a file that keeps what is written.
    writes: bool,
    /// The words of the command before a pipe, where that was an `echo` or `printf`.
    piped: Vec<Word>,
    heredocs: Vec<Heredoc>,
    cases: Vec<Case>,
    /// Whether `[[` waits for its `]]`.
    condition: bool,
    /// The list that words belong to, up to `)`: `NAMES=(a b c)`.
    array: Option<(EntryId, u32)>,
}

impl<'t> Script<'t> {
    fn new(text: &'t str) -> Self {
        Self {
            text,
            words: Words::new(text),
            parsed: Parsed::default(),
            command: Vec::new(),
            redirect: None,
            writes: false,
            piped: Vec::new(),
            heredocs: Vec::new(),
            cases: Vec::new(),
            condition: false,
            array: None,
        }
    }

    fn word(&mut self, word: Word) {
        match self.redirect.take() {
            Some(Redirect::Output) => {
                let target = word.content(self.text).0.slice(self.text);
                self.writes |= !target.starts_with("/dev/") && !target.contains("GITHUB_STEP_SUMMARY");
            }
            Some(Redirect::Input) => {}
            Some(Redirect::Heredoc) => {
                let delimiter = word.content(self.text).0;
                self.heredocs.push(Heredoc { delimiter });
            }
            None => {
                if let Some((list, count)) = &mut self.array {
                    let (range, encoding) = word.content(self.text);
                    self.parsed.scalar(Some(*list), Key::Item(*count), range, encoding);
                    *count += 1;
                } else if self.condition {
                    self.condition = word.raw(self.text) != "]]";
                } else if self.command.len() < WORD_CAP {
                    self.condition = word.raw(self.text) == "[[";
                    self.command.push(word);
                }
            }
        }
    }

    fn end(&mut self, end: End) {
        self.redirect = None;
        if self.condition && !matches!(end, End::Line | End::Text) {
            return;
        }
        self.condition = false;
        if self.array.is_some() {
            if matches!(end, End::Close | End::Text) {
                self.array = None;
            }
            return;
        }
        let words = std::mem::take(&mut self.command);
        if self.cases.last() == Some(&Case::Pattern) {
            self.pattern(&words, end);
        } else if end == End::Open {
            self.opened(&words);
        } else {
            self.simple(&words, end);
            if end == End::Case
                && let Some(case) = self.cases.last_mut()
            {
                *case = Case::Pattern;
            }
        }
        self.command = words;
        self.command.clear();
        self.writes = false;
        if end == End::Line && !self.heredocs.is_empty() {
            self.read_heredocs();
        }
    }

    /// The patterns of a `case`, which are no values.
    fn pattern(&mut self, words: &[Word], end: End) {
        let ends = words.first().is_some_and(|word| word.raw(self.text) == "esac");
        match self.cases.last_mut() {
            Some(_) if ends => {
                self.cases.pop();
            }
            Some(case) if end == End::Close => *case = Case::Command,
            _ => {}
        }
    }

    /// What stands before `(`: an array's name, a function's name, or nothing.
    fn opened(&mut self, words: &[Word]) {
        let Some(word) = words.last() else { return };
        let raw = word.raw(self.text);
        if let Some(name) = raw.strip_suffix('=')
            && name_length(name) == name.len()
            && !name.is_empty()
        {
            let name = name.trim_end_matches('+');
            let list = self
                .parsed
                .list(None, Key::Name(TextRange::new(word.start, word.start + name.len())));
            self.array = Some((list, 0));
        }
    }

    /// The bodies of the heredocs that the line before announced.
    fn read_heredocs(&mut self) {
        for heredoc in std::mem::take(&mut self.heredocs) {
            let delimiter = heredoc.delimiter.slice(self.text);
            let body = TextRange::new(self.words.at, self.text.len());
            let mut at = self.words.at;
            for line in lines::lines(self.text, body, false) {
                at = (line.end as usize + 1).min(self.text.len());
                if trimmed(self.text, line).slice(self.text) == delimiter {
                    break;
                }
                if let Some(pair) = line_setting(self.text, line) {
                    self.add(None, pair);
                }
            }
            self.words.at = at;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::outline;

    fn check(cases: &[(&str, &[&str])]) {
        for (text, expected) in cases {
            assert_eq!(outline(text, &parse(text)), *expected, "{text}");
        }
    }

    #[test]
    fn variables() {
        check(&[
            ("A=1\nexport B='x y' C=\"z\\\"\"", &["A = 1", "B = x y", "C = z\""]),
            ("readonly A=b; declare -x C=d; local e", &["A = b", "C = d"]),
            (
                "DB_HOST=db.example.com ./run.sh staging",
                &["DB_HOST = db.example.com", "run.sh[0] = staging"],
            ),
            ("A=${X:-\"a b\"} # A=c\n", &["A = ${X:-\"a b\"}"]),
            ("A=$(x --y=z)\nB=`c d`", &["A = $(x --y=z)", "B = `c d`"]),
            (
                "HOSTS=(a.example.com 'b c'\n d)\nX=y",
                &["HOSTS[0] = a.example.com", "HOSTS[1] = b c", "HOSTS[2] = d", "X = y"],
            ),
            (
                "for e in staging prod; do deploy $e; done",
                &["e[0] = staging", "e[1] = prod", "deploy[0] = $e"],
            ),
            ("A=\nB+=c\r\nD=e\r\n", &["B = c", "D = e"]),
        ]);
    }

    #[test]
    fn commands() {
        check(&[
            (
                "helmfile --environment staging diff >> x",
                &["helmfile.--environment = staging", "helmfile[0] = diff"],
            ),
            (
                "sudo -u app /usr/bin/psql -h db.example.com \\\n  --dbname=shop 2>&1 | cat",
                &["psql.-h = db.example.com", "psql.--dbname = shop"],
            ),
            (
                "docker run -e DB_HOST=db-uat -e \"URL=http://x y\" --build-arg A='b' -d img",
                &[
                    "docker[0] = run",
                    "docker.DB_HOST = db-uat",
                    "docker.URL = http://x y",
                    "docker.A = b",
                    "docker.-d = img",
                ],
            ),
            (
                "helm upgrade --set a.b=c,d=\"e\" --set-string=f=g --values v.yaml",
                &[
                    "helm[0] = upgrade",
                    "helm.a.b = c",
                    "helm.d = e",
                    "helm.f = g",
                    "helm.--values = v.yaml",
                ],
            ),
            (
                "java -Dspring.datasource.url=jdbc:h2:mem -Xmx1g -jar app.jar",
                &["java.spring.datasource.url = jdbc:h2:mem", "java.-jar = app.jar"],
            ),
            (
                "terraform plan -var-file=staging.tfvars -var 'x=y'",
                &[
                    "terraform[0] = plan",
                    "terraform.-var-file = staging.tfvars",
                    "terraform.x = y",
                ],
            ),
            (
                "cd 'infra/prod' && pushd ${{ inputs.dir || 'a b' }}",
                &["cd = infra/prod", "pushd = ${{ inputs.dir || 'a b' }}"],
            ),
            (
                "make deploy ENV=staging \"HOST=a b\"",
                &["make[0] = deploy", "make.ENV = staging", "make.HOST = a b"],
            ),
            (
                "a --verbose --x y --no-z w; b; kubectl exec -- c d",
                &[
                    "a.--x = y",
                    "a[0] = w",
                    "kubectl[0] = exec",
                    "kubectl[1] = c",
                    "kubectl[2] = d",
                ],
            ),
            ("while IFS= read -r x; do a=; done", &[]),
        ]);
    }

    #[test]
    fn conditions_and_messages_are_no_values() {
        check(&[
            (
                "if [ \"$X\" = \"prod\" ] && [[ $Y == a || $Z == b ]]; then\n  A=b\nfi",
                &["A = b"],
            ),
            (
                "case \"$E\" in\n prod|live) H=db-prod ;;\n (stage) H=db-stage;;\n*) x y;;\nesac\nZ=1",
                &["H = db-prod", "H = db-stage", "x[0] = y", "Z = 1"],
            ),
            ("case $E in prod) H=a;; esac; B=c", &["H = a", "B = c"]),
            ("echo 'deploying to staging'\necho x=1 >&2\ngrep staging f", &[]),
            (
                "deploy() {\n  local A=b\n}\nfunction f { c d; }",
                &["A = b", "c[0] = d"],
            ),
        ]);
    }

    #[test]
    fn lines_written_to_files() {
        check(&[
            ("echo \"DB_HOST=db.example.com\" >> .env", &["DB_HOST = db.example.com"]),
            (
                "echo \"A=$B\" >> \"$GITHUB_ENV\"; echo C=d > x; echo '# hi' >> y",
                &["A = $B", "C = d"],
            ),
            ("echo \"A=b\" >> $GITHUB_STEP_SUMMARY; echo A=b > /dev/null", &[]),
            ("echo -e \"A=1\\nB=2\" | tee -a .env", &["A = 1", "B = 2"]),
            ("printf 'A=%s\\nB=c\\n' \"$X\" > .env", &["A = $X", "B = c"]),
            ("echo \"A=1\nB: 'two'\" > f", &["A = 1", "B = two"]),
            ("echo 'A=b' | wc -c", &[]),
            (
                "cat <<EOF > .env\nA=b c\n# no\nurl: \"http://x\"\nEOF\nD=e",
                &["A = b c", "url = http://x", "D = e"],
            ),
            ("cat > f <<-'END'\n\thost: db\n\tEND\nX=y", &["host = db", "X = y"]),
            ("cat <<EOF\nnever: ends\n", &["never = ends"]),
        ]);
    }

    #[test]
    fn options_alone() {
        let text = "$JAVA_OPTS -Xmx1g -Dspring.datasource.url=\"jdbc:x y\"\n--db-host=db-uat.example.com";
        let expected = [
            "[0] = $JAVA_OPTS",
            "spring.datasource.url = jdbc:x y",
            "--db-host = db-uat.example.com",
        ];
        assert_eq!(outline(text, &parse_options(text)), expected);
    }

    #[test]
    fn claims_scripts() {
        let cases = [
            ("bin/deploy.sh", "", true),
            ("bin/deploy", "#!/usr/bin/env bash\n", true),
            ("bin/deploy", "#!/usr/bin/env python\n", false),
            ("test/deploy.bats", "#!/usr/bin/env bats\n", false),
            ("publish", "", false),
        ];
        for (path, head, expected) in cases {
            assert_eq!(claims(path, head), expected, "{path} {head}");
        }
    }

    #[test]
    fn any_text_is_read() {
        for text in [
            "\u{feff}A=b",
            "A=\"é",
            "$((1 + 2))",
            "\0=\u{1}",
            "<<",
            "cat <<",
            "case in",
            "((",
            "a=(",
            "'",
            "\\",
            "--=",
            "-e",
            "-D=",
        ] {
            super::super::check(text, &parse(text)).unwrap();
            super::super::check(text, &parse_options(text)).unwrap();
            let text = text.repeat(20_000);
            super::super::check(&text, &parse(&text)).unwrap();
        }
    }
}
