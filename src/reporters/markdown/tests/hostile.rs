//! Text of a repository stays text, whatever it holds.

use super::*;

/// What a page is made of: the tags that a parser of Markdown sees in it, each with what it must not be chosen by a file.
fn skeleton(page: &str) -> Vec<String> {
    let extensions = Extensions::ENABLE_TABLES
        | Extensions::ENABLE_STRIKETHROUGH
        | Extensions::ENABLE_FOOTNOTES
        | Extensions::ENABLE_TASKLISTS
        | Extensions::ENABLE_MATH
        | Extensions::ENABLE_GFM
        | Extensions::ENABLE_SUPERSCRIPT;
    let mut skeleton = Vec::new();
    let mut in_block = 0;
    for event in Parser::new_ext(page, extensions) {
        match event {
            Event::Start(tag) => {
                in_block += usize::from(matches!(tag, Tag::CodeBlock(_)));
                skeleton.push(match tag {
                    Tag::Link { dest_url, .. } => {
                        assert!(
                            dest_url.starts_with("https://github.example/shop/orders/"),
                            "{dest_url}"
                        );
                        "link".to_owned()
                    }
                    tag => format!("{tag:?}"),
                });
            }
            Event::End(tag) => {
                in_block -= usize::from(matches!(tag, pulldown_cmark::TagEnd::CodeBlock));
                skeleton.push(format!("end {tag:?}"));
            }
            Event::Html(html) | Event::InlineHtml(html) => skeleton.extend(tags(&html)),
            Event::Text(text) if in_block == 0 => assert_speechless(&text, page),
            Event::Text(_) | Event::Code(_) | Event::SoftBreak => {}
            other => panic!("{other:?} in {page}"),
        }
    }
    skeleton
}

/// The tags of a piece of HTML.
fn tags(html: &str) -> Vec<String> {
    const KNOWN: &[&str] = &[
        "details",
        "details open",
        "/details",
        "summary",
        "/summary",
        "code",
        "/code",
        "sub",
        "/sub",
        "br",
    ];
    let mut tags = Vec::new();
    let mut depth = 0;
    for piece in html.split('<').skip(1) {
        let (tag, text) = piece.split_once('>').unwrap();
        assert!(KNOWN.contains(&tag), "{tag} in {html}");
        depth += match tag {
            "code" => 1,
            "/code" => -1,
            _ => 0,
        };
        // GitHub makes nothing of text in code.
        assert!(depth > 0 || !text.contains(['@', '#']), "{html}");
        tags.push(tag.to_owned());
    }
    tags
}

/// Text outside of code in which GitHub would see people, issues, commits, addresses, emoji or formulas.
fn assert_speechless(text: &str, page: &str) {
    static SPEAKS: LazyLock<regex::Regex> = LazyLock::new(|| {
        let calls = r"@\w|#\d|\bgh-\d|://|www\.|:[a-z0-9_+-]+:|\$|<!--|##\[|\b[0-9a-f]*[0-9][0-9a-f]{6,}\b";
        regex::Regex::new(&format!(r"(?i){calls}|[\x00-\x1f\x7f\u{{202a}}-\u{{202e}}\u{{200b}}]")).unwrap()
    });
    assert!(!SPEAKS.is_match(text), "{text:?} in {page}");
}

const HOSTILE: &[&str] = &[
    "",
    " ",
    "|",
    "\\|",
    "\\",
    "`",
    "``` ",
    "~~~",
    "<",
    ">",
    "&",
    "\"",
    "'",
    "*",
    "_",
    "**",
    "__",
    "~~",
    "[",
    "]",
    "](",
    "(",
    ")",
    "!",
    "![x](https://evil.example/x.png)",
    "[x](https://evil.example)",
    "[x]: https://evil.example",
    "[^1]",
    "[^1]: x",
    "- [ ] x",
    "<script>alert(1)</script>",
    "<img src=x onerror=y>",
    "</details>",
    "</summary>",
    "</code>",
    "<!-- envfence:lint:x -->",
    "-->",
    "<details>",
    "@everyone",
    "@org/team",
    "#1",
    "owner/repo#1",
    "GH-12",
    "0123456789abcdef0123456789abcdef01234567",
    "https://evil.example",
    "www.evil.example",
    "someone@evil.example",
    "mailto:a@b.example",
    "ftp://evil.example",
    ":+1:",
    "$x$",
    "$`x`$",
    "$$",
    "\\(x\\)",
    "\n",
    "\r\n",
    "\n\n",
    "\t",
    "\u{0}",
    "\u{1b}[31m",
    "\u{202e}",
    "\u{200b}",
    "\u{feff}",
    "\u{2028}",
    "::error::x",
    "##[group]",
    "# x",
    "## x",
    "> x",
    "- x",
    "1. x",
    "+ x",
    "---",
    "===",
    "***",
    "| a | b |",
    "\n| a | b |\n| - | - |\n",
    "{{",
    "}}",
    "${X}",
    "%%{init: {}}%%",
    "\"] --> x",
    "end",
    "&lt;",
    "&#64;x",
    "&commat;",
    "a/b@c",
    "\u{e0041}",
    "東京",
    "e\u{301}",
    "\u{1f600}",
    "\\`",
    "\\\\`",
    "http",
    "://",
    "^x^",
    "x^2^",
    "~x~",
    "::",
    "++x++",
];

/// Texts that are put together from the pieces above, the same ones each time.
struct Chance(u64);

impl Chance {
    fn below(&mut self, count: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % count
    }

    fn text(&mut self) -> String {
        let count = 1 + self.below(5);
        let mut text = String::new();
        for _ in 0..count {
            text.push_str(HOSTILE[self.below(HOSTILE.len())]);
            text.push_str(["", "", " ", "x"][self.below(4)]);
        }
        text
    }
}

fn hostile(chance: &mut Chance) -> Report {
    let mut report = sample::report();
    report.problems[0].message = chance.text();
    report.problems[0].path = chance.text();
    report.coverage.environments[0].name = chance.text();
    for arrow in &mut report.map {
        (arrow.environment, arrow.target) = (chance.text(), chance.text());
        arrow.names = Some(chance.text());
    }
    let suppressed = &mut report.suppressed[0];
    suppressed.reason = chance.text();
    suppressed.acknowledged_at = chance.text();
    suppressed.until = Some(chance.text());
    suppressed.finding.path = chance.text();
    for finding in &mut report.findings {
        for text in [
            &mut finding.path,
            &mut finding.environment,
            &mut finding.key,
            &mut finding.message,
            &mut finding.help,
            &mut finding.excerpt.text,
        ] {
            *text = format!("x{}", chance.text());
        }
        finding.related[0].path = chance.text();
        finding.related[0].message = chance.text();
    }
    report
}

/// Whatever stands in a file, a page has the same tags as with harmless text, links lead into the repository alone, and
/// nobody is called.
#[test]
fn hostile_text_is_text() {
    let harmless = skeleton(&body(&sample::report(), &linked()));
    // A path that leads out of the repository is no link.
    let plain = |skeleton: Vec<String>| -> Vec<String> {
        skeleton
            .into_iter()
            .filter(|tag| tag != "link" && tag != "end Link")
            .collect()
    };
    let (linked_count, harmless) = (harmless.iter().filter(|tag| *tag == "link").count(), plain(harmless));
    let mut chance = Chance(7);
    for round in 0..300 {
        let report = hostile(&mut chance);
        let mut options = linked();
        options.previews = vec![chance.text()];
        options.title = chance.text();
        let page = body(&report, &options);
        let found = skeleton(&page);
        assert!(found.iter().filter(|tag| *tag == "link").count() <= linked_count);
        let found = plain(found);
        let first = found.iter().zip(&harmless).position(|(one, other)| one != other);
        assert!(found == harmless, "round {round}, tag {first:?}\n{page}");
        assert!(!page.contains("<!--"), "{page}");
        for line in page.lines() {
            assert!(!line.trim_start().starts_with("::") && !line.contains("##["), "{line}");
        }
    }
}
