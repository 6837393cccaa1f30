//! Looks for inputs whose cost grows faster than they do: repeats every pair of signs that mean something, and measures
//! each target on 8 and 32 kB of it. Prints what grows too fast. Usage: `cargo run --release --example growth [TARGET]...`

use envfence_fuzz::checks::{TARGETS, Target};
use std::time::{Duration, Instant};

const SMALL: usize = 8_000;
const TIMES: usize = 4;

/// Faster is never looked at.
const NOTABLE: Duration = Duration::from_millis(8);

/// How much longer the large input may take: linear is [`TIMES`].
const LIMIT: f64 = 8.0;

const SIGNS: &[&str] = &[
    "a",
    "1",
    " ",
    "\n",
    "\r",
    "\t",
    "\"",
    "'",
    "`",
    "{",
    "}",
    "[",
    "]",
    "(",
    ")",
    "<",
    ">",
    ":",
    ";",
    ",",
    "=",
    "#",
    "\\",
    "/",
    "|",
    "&",
    "*",
    "!",
    "%",
    "@",
    "$",
    "-",
    "?",
    "~",
    "+",
    ".",
    "_",
    "^",
    "\0",
    "é",
    "\u{c}",
    "\u{2028}",
    "\u{feff}",
    "${",
    "{{",
    "}}",
    "$(",
    "((",
    "<<",
    "<<<",
    "<<A",
    "---",
    "://",
    "%25",
    "\\u0041",
    "&#65;",
    "&a;",
    "\"\"\"",
    "'''",
    "/*",
    "*/",
    "//",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "<a>",
    "</a>",
    "<a ",
    "<%",
    "%>",
    "{%",
    "%}",
    "{#",
    "EOF",
    "a: ",
    "- ",
    "a=",
    "a = ",
    "&a ",
    "*a ",
    "? ",
    "|\n",
    ">-\n",
    "\n ",
    "\n  ",
    "\\\n",
    ": |\n",
    "<<: ",
    "[a]\n",
    "[[a]]\n",
    "export ",
    "ENV ",
    "RUN ",
    "FROM a AS ",
    "if ",
    "prod",
    "dev",
    "Devx",
    "-staging",
    "non",
    "host=",
    "password=",
    "Bearer ",
    "--a=",
    "--password ",
    "Server=",
    "jdbc:",
    "a@",
    "arn:aws:",
    "projects/",
    ".example.com",
    "http://",
    "eyJ",
    "AKIA",
    "-----BEGIN ",
    "sops",
    "envfence: allow(",
    "\n# envfence: allow(x): y",
    "until ",
    "//x\n",
    "{a:b,",
    "\"a\":",
    "\n---\n",
    "\n...\n",
    "!t ",
    "%YAML ",
    "{{ define \"a\" }}",
    "{{ end }}",
    "{{ .a }}",
    "${a:-",
    "lambda ",
    "f\"",
    "r#\"",
    "=> ",
    "?:",
    "||",
    "localhost",
    "changeme",
    "0x",
    "1.1.1.1",
    "[::1]",
    "**",
    "{a,b}",
];

fn main() {
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    for target in TARGETS {
        if wanted.is_empty() || wanted.iter().any(|name| name == target.name) {
            let start = Instant::now();
            let found = search(target);
            println!("{}: {found} grow too fast ({:?})", target.name, start.elapsed());
        }
    }
}

/// What stands before the repeated text, so that it is taken for a value, a key or a file.
fn heads(target: &str) -> &'static [&'static str] {
    match target {
        "references" | "credentials" => &["db.url\n", "x\n"],
        "embedded" => &["x.yaml|data.a.yml\n", "x.yml|run\n"],
        "patterns" => &["", "**/a*{b,c}\n"],
        "vocabulary" => &["\n\n"],
        "discover" => &["a|a/x.yaml\n", ""],
        "pipeline" => &[
            "=== a/staging.yaml\nhost: db-dev\n=== a/production.yaml\n",
            "=== production.tf\n",
            "=== prod/a.json\n",
            "=== prod/.env\n",
        ],
        _ => &[""],
    }
}

fn search(target: &Target) -> usize {
    let mut found = 0;
    for head in heads(target.name) {
        for one in SIGNS {
            for other in SIGNS {
                found += usize::from(grows(
                    target,
                    head,
                    &|length| together(head, one, other, length),
                    one,
                    other,
                ));
                if one != other {
                    found += usize::from(grows(
                        target,
                        head,
                        &|length| apart(head, one, other, length),
                        one,
                        other,
                    ));
                }
            }
        }
    }
    found
}

/// `abababab`
fn together(head: &str, one: &str, other: &str, length: usize) -> String {
    let unit = format!("{one}{other}");
    format!("{head}{}", unit.repeat(length / unit.len()))
}

/// `aaaabbbb`
fn apart(head: &str, one: &str, other: &str, length: usize) -> String {
    let half = |sign: &str| sign.repeat(length / 2 / sign.len());
    format!("{head}{}{}", half(one), half(other))
}

fn grows(target: &Target, head: &str, text: &dyn Fn(usize) -> String, one: &str, other: &str) -> bool {
    let large = time(target, &text(SMALL * TIMES));
    if large < NOTABLE {
        return false;
    }
    // The fastest of several, and once more with longer ones: other programs run too.
    let fastest = |length| (0..3).map(|_| time(target, &text(length))).min().unwrap_or_default();
    let ratio = |small: Duration, large: Duration| large.as_secs_f64() / small.as_secs_f64().max(1e-6);
    let (small, large) = (fastest(SMALL), fastest(SMALL * TIMES));
    if ratio(small, large) < LIMIT {
        return false;
    }
    let largest = time(target, &text(SMALL * TIMES * TIMES));
    let grows = ratio(large, largest) > LIMIT;
    if grows {
        let begin: String = text(60).chars().skip(head.chars().count()).take(24).collect();
        println!(
            "{} {head:?} {one:?} {other:?} {begin:?}: {small:?}, {large:?}, {largest:?}",
            target.name
        );
    }
    grows
}

/// CPU time of this thread: what else runs does not count.
fn now() -> Duration {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the clock writes nothing but the time.
    unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &mut time) };
    Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).unwrap_or(0))
}

fn time(target: &Target, text: &str) -> Duration {
    let start = now();
    target.run(text.as_bytes());
    now().saturating_sub(start)
}
