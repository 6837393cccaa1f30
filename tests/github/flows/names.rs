//! Names that need care: of files, of branches. They arrive everywhere and do nothing anywhere.

use super::*;
use pulldown_cmark::{Event as Piece, Options, Parser, Tag};

/// A file name for every kind of trouble.
const NAMES: &[&str] = &[
    "two words",
    "it's \"quoted\"",
    "a:b,c;d",
    "line\nbreak",
    "größe 日本 🚀",
    "%0A::error::x",
    "::error::x",
    "##[error]x",
    "[x](javascript:alert)",
    "<img src=x>",
    "@alice #1",
    "a|b`c`",
    "$(touch pwned)",
    "--output",
];

/// What a workflow command says: its properties, decoded as the runner does.
fn properties(command: &str) -> Vec<(String, String)> {
    let (head, _) = command.strip_prefix("::").unwrap().split_once("::").unwrap();
    let (_, properties) = head.split_once(' ').unwrap();
    let decoded = |text: &str| {
        let text = text.replace("%3A", ":").replace("%2C", ",");
        text.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")
    };
    let pairs = properties.split(',').map(|pair| pair.split_once('=').unwrap());
    pairs.map(|(name, value)| (name.to_owned(), decoded(value))).collect()
}

/// The paths that links of a page lead to, after which nothing may be a link to anywhere else, an image or a mention.
fn linked_paths(page: &str, fake: &Fake) -> Vec<String> {
    let blob = format!("{}/{}/blob/", fake.server_url(), fake.full_name());
    let mut paths = Vec::new();
    let mut in_code = false;
    for piece in Parser::new_ext(page, Options::ENABLE_TABLES) {
        match piece {
            Piece::Start(Tag::Link { dest_url, .. }) => {
                if let Some(rest) = dest_url.strip_prefix(&blob) {
                    let (_, path) = rest.split_once('/').unwrap();
                    paths.push(percent_decoded(path.split('#').next().unwrap()));
                } else {
                    let run = format!("{}/{}/actions/runs/", fake.server_url(), fake.full_name());
                    assert!(dest_url.starts_with(&run), "{dest_url}");
                }
            }
            Piece::Start(Tag::Image { .. }) => panic!("an image in {page}"),
            Piece::Start(Tag::CodeBlock(_)) => in_code = true,
            Piece::End(pulldown_cmark::TagEnd::CodeBlock) => in_code = false,
            Piece::Text(text) if !in_code => assert!(!text.contains('@') && !text.contains("#1"), "{text}"),
            Piece::Html(html) | Piece::InlineHtml(html) => {
                assert!(!html.contains("<img") && !html.contains("<a"), "{html}");
            }
            _ => {}
        }
    }
    paths
}

fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let digits = [rest.next().unwrap(), rest.next().unwrap()];
        bytes.push(u8::from_str_radix(std::str::from_utf8(&digits).unwrap(), 16).unwrap());
    }
    String::from_utf8(bytes).unwrap()
}

#[test]
fn file_names_arrive_everywhere_and_do_nothing() {
    let paths: Vec<String> = NAMES
        .iter()
        .map(|name| format!("deploy/{name}/production.env"))
        .collect();
    let files: Vec<(&str, &str)> = paths.iter().map(|path| (path.as_str(), WRONG)).collect();
    for depth in [Some(1), Some(2)] {
        let (repository, fake, number) = pull_of(&files);
        let (run, job) = step(&fake, &repository, &fake.opened(number), depth);
        assert_eq!(run.code, 1, "{}", run.all());
        assert_eq!(job.outputs()["errors"], paths.len().to_string(), "{}", run.all());
        for line in run.stdout.lines() {
            let is_command = line.trim_start().starts_with("::") || line.contains("##[");
            assert!(
                !is_command || line.starts_with("::error file=") || line.starts_with("::notice "),
                "{line}"
            );
        }
        let commands = run.stdout.lines().filter(|line| line.starts_with("::error file="));
        let annotated: Vec<String> = commands.map(|line| properties(line).swap_remove(0).1).collect();
        assert_eq!(annotated.len(), 10, "{annotated:#?}");
        let plain: Vec<&String> = paths
            .iter()
            .filter(|path| !path.contains('\n') && !path.contains("##["))
            .collect();
        let whole = annotated.iter().filter(|path| plain.contains(path)).count();
        assert!(whole >= 8, "{annotated:#?}");
        for page in [job.summary(), the_comment(&fake, number).body] {
            let linked = linked_paths(&page, &fake);
            for path in &paths {
                assert!(linked.contains(path), "{path:?} in {linked:#?}");
            }
        }
        let mut lines: Vec<String> = fake.review_comments(number).into_iter().map(|line| line.path).collect();
        let mut expected = paths.clone();
        lines.sort();
        expected.sort();
        assert_eq!(lines, expected);
        for line in fake.review_comments(number) {
            linked_paths(&line.body, &fake);
        }
    }
}

#[test]
fn odd_names_without_a_checkout() {
    let paths: Vec<String> = NAMES
        .iter()
        .map(|name| format!("deploy/{name}/production.env"))
        .collect();
    let files: Vec<(&str, &str)> = paths.iter().map(|path| (path.as_str(), WRONG)).collect();
    let (_repository, fake, number) = pull_of(&files);
    let (run, job) = step_in(&fake, &fake.opened(number), &Tree::new(), |_| {});
    assert_eq!(run.code, 1, "{}", run.all());
    assert_eq!(job.outputs()["errors"], paths.len().to_string(), "{}", run.all());
}

#[test]
fn branch_names_do_nothing() {
    let base = "release/<b>@alice]-`x`%0A-$(id)";
    let repository = shop();
    repository.branch(base);
    repository
        .branch("<i>@bob-`y`")
        .write("deploy/production.env", WRONG)
        .commit("Move");
    let fake = Fake::start(&repository);
    let number = fake.open_pull("<i>@bob-`y`", base);
    let event = fake.opened(number);
    for denied in [false, true] {
        if denied {
            // Without the policy of the branch nothing can be judged, which names the branch.
            fake.trouble(
                "repos/get-content",
                crate::fake::When::Always,
                crate::fake::Trouble::status(403),
            );
        }
        let checkout = repository.checkout_for(&event, Some(1));
        let (run, job) = step_in(&fake, &event, &checkout, |job| {
            job.input("comment", "always");
        });
        assert_eq!(run.code, if denied { 2 } else { 1 }, "{}", run.all());
        assert_eq!(
            job.summary().contains("the policy of the target branch `"),
            denied,
            "{}",
            job.summary()
        );
        linked_paths(&job.summary(), &fake);
        linked_paths(&the_comment(&fake, number).body, &fake);
    }
}
