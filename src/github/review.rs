//! Comments on the lines of a pull request: which are new, which are still there, which are fixed.

use super::sticky::same_login;
use std::collections::{BTreeMap, HashSet};

/// A comment on a line, as GitHub has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineComment {
    /// Its number.
    pub id: u64,
    /// Who wrote it.
    pub author: String,
    /// The line of the newest commit that it is at; `None` where that line has changed since.
    pub line: Option<u32>,
    /// The comment that it answers.
    pub answers: Option<u64>,
    /// Its text.
    pub body: String,
}

/// A comment to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// The finding's.
    pub fingerprint: String,
    /// The file in the repository.
    pub path: String,
    /// The 1-based line of the pull request's newest commit.
    pub line: u32,
    /// Its text, without the marker.
    pub body: String,
}

/// What is to be done.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Review {
    /// Comments to write, all in one review.
    pub new: Vec<Draft>,
    /// How many more there would be.
    pub over: usize,
    /// Comments to rewrite: their finding is gone.
    pub fixed: Vec<Fixed>,
}

/// A comment whose finding is gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fixed {
    /// Its number.
    pub id: u64,
    /// Its new text.
    pub body: String,
}

/// More comments than this on a pull request are noise: the sticky comment has them all.
pub const LIMIT: usize = 30;

/// What the run found, for the decision.
#[derive(Debug, Clone, Copy)]
pub struct Found<'a> {
    /// Comments that could be written, worst first.
    pub drafts: &'a [Draft],
    /// The fingerprints of all findings, also of those that no line can be found for.
    pub fingerprints: &'a HashSet<&'a str>,
    /// Whether all was read, so that what was not found is gone.
    pub is_whole: bool,
    /// The commit that was judged.
    pub sha: &'a str,
}

/// Decides what to write. `id` tells several uses on one pull request apart; only comments of `author` are touched.
pub fn plan(comments: &[LineComment], author: &str, id: &str, found: Found<'_>) -> Review {
    let mut answered: HashSet<u64> = HashSet::new();
    for comment in comments.iter().filter(|comment| !same_login(&comment.author, author)) {
        answered.extend(comment.answers);
    }
    let own = comments
        .iter()
        .filter(|comment| comment.answers.is_none() && same_login(&comment.author, author));
    let mut standing: HashSet<&str> = HashSet::new();
    let mut review = Review::default();
    for comment in own {
        let Some(fingerprint) = fingerprint(&comment.body, id) else {
            continue;
        };
        let drafted = found.drafts.iter().any(|draft| draft.fingerprint == fingerprint);
        let is_there = found.fingerprints.contains(fingerprint);
        // A thread that people talk in is theirs, and so is one whose finding lost its line.
        if is_there && (comment.line.is_some() || answered.contains(&comment.id) || !drafted) {
            standing.insert(fingerprint);
        } else if (is_there || found.is_whole) && !answered.contains(&comment.id) {
            let what = if is_there { "Moved" } else { "Fixed" };
            review.fixed.push(Fixed {
                id: comment.id,
                body: over(&comment.body, id, fingerprint, what, found.sha),
            });
        }
    }
    let mut new: BTreeMap<(usize, &str), &Draft> = BTreeMap::new();
    let mut seen: HashSet<&str> = HashSet::new();
    for (rank, draft) in found.drafts.iter().enumerate() {
        let fingerprint = draft.fingerprint.as_str();
        if !standing.contains(fingerprint) && seen.insert(fingerprint) {
            new.insert((rank, fingerprint), draft);
        }
    }
    // What stands counts, or each run would add as many again.
    let room = LIMIT.saturating_sub(standing.len());
    review.over = new.len().saturating_sub(room);
    review.new = new.into_values().take(room).cloned().collect();
    review
}

/// The text of a comment as it is sent.
pub fn body(draft: &Draft, id: &str) -> String {
    format!("{}\n{}", marker("finding", id, &draft.fingerprint), draft.body)
}

fn marker(what: &str, id: &str, fingerprint: &str) -> String {
    format!("<!-- envfence:{what}:{id}:{fingerprint} -->")
}

/// The fingerprint in the first line of a comment of ours.
fn fingerprint<'a>(body: &'a str, id: &str) -> Option<&'a str> {
    let line = body.lines().next()?.trim_end();
    let rest = line.strip_prefix("<!-- envfence:finding:")?.strip_suffix(" -->")?;
    let fingerprint = rest.strip_prefix(id)?.strip_prefix(':')?;
    let is_hex = !fingerprint.is_empty() && fingerprint.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_hex.then_some(fingerprint)
}

/// What a comment becomes when its finding is gone.
fn over(body: &str, id: &str, fingerprint: &str, what: &str, sha: &str) -> String {
    let said = body.split_once('\n').map_or("", |(_, said)| said.trim());
    let short = sha.get(..7).unwrap_or(sha);
    let marker = marker("fixed", id, fingerprint);
    format!("{marker}\n✅ {what} in {short}.\n\n<details><summary>What it was</summary>\n\n{said}\n\n</details>\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOT: &str = "github-actions[bot]";

    fn draft(fingerprint: &str, line: u32) -> Draft {
        Draft {
            fingerprint: fingerprint.into(),
            path: "prod.yml".into(),
            line,
            body: format!("finding {fingerprint}"),
        }
    }

    fn comment(id: u64, author: &str, fingerprint: &str) -> LineComment {
        LineComment {
            id,
            author: author.into(),
            line: Some(3),
            answers: None,
            body: body(&draft(fingerprint, 3), "fence").replace('\n', "\r\n"),
        }
    }

    fn plan(comments: &[LineComment], drafts: &[Draft], is_whole: bool) -> Review {
        let fingerprints = drafts.iter().map(|draft| draft.fingerprint.as_str()).collect();
        let found = Found {
            drafts,
            fingerprints: &fingerprints,
            is_whole,
            sha: "0123456789",
        };
        super::plan(comments, BOT, "fence", found)
    }

    #[test]
    fn new_ones_once() {
        let review = plan(
            &[comment(1, BOT, "aa")],
            &[draft("aa", 3), draft("bb", 4), draft("bb", 9)],
            true,
        );
        assert_eq!(
            review,
            Review {
                new: vec![draft("bb", 4)],
                over: 0,
                fixed: vec![]
            }
        );
        let many: Vec<Draft> = (0..40).map(|number| draft(&format!("{number:02x}"), number)).collect();
        let review = plan(&[], &many, true);
        assert_eq!((review.new.len(), review.over), (LIMIT, 10));
        assert_eq!(review.new, many[..LIMIT]);
        let there: Vec<LineComment> = (0..29)
            .map(|number| comment(number, BOT, &format!("{number:02x}")))
            .collect();
        let review = plan(&there, &many, true);
        assert_eq!(review.new, many[29..30], "what stands takes room");
        assert_eq!(review.over, 10);
    }

    #[test]
    fn fixed_ones_are_marked() {
        let review = plan(&[comment(1, BOT, "aa")], &[], true);
        assert_eq!(review.fixed.len(), 1);
        let text = &review.fixed[0].body;
        assert!(
            text.contains("Fixed in 0123456.") && text.contains("finding aa"),
            "{text}"
        );
        let there = LineComment {
            body: text.clone(),
            ..comment(1, BOT, "aa")
        };
        assert_eq!(
            plan(&[there], &[draft("aa", 3)], true).new,
            [draft("aa", 3)],
            "it is back"
        );
        assert_eq!(
            plan(&[comment(1, BOT, "aa")], &[], false),
            Review::default(),
            "not all was read"
        );
    }

    #[test]
    fn what_others_wrote_is_left_alone() {
        let answer = LineComment {
            answers: Some(1),
            body: "on purpose".into(),
            ..comment(2, "ana", "aa")
        };
        assert_eq!(plan(&[comment(1, BOT, "aa"), answer], &[], true), Review::default());
        let copied = comment(1, "mallory", "aa");
        assert_eq!(
            plan(std::slice::from_ref(&copied), &[draft("aa", 3)], true).new.len(),
            1
        );
        assert_eq!(plan(&[copied], &[], true), Review::default());
        let mut other_use = comment(1, BOT, "aa");
        other_use.body = body(&draft("aa", 3), "web");
        assert_eq!(plan(&[other_use], &[], true), Review::default());
    }

    #[test]
    fn a_comment_whose_line_is_gone_moves() {
        let lost = LineComment {
            line: None,
            ..comment(1, BOT, "aa")
        };
        let review = plan(std::slice::from_ref(&lost), &[draft("aa", 8)], true);
        assert_eq!((review.new.len(), review.fixed.len()), (1, 1));
        assert!(review.fixed[0].body.contains("Moved in"));
        let fingerprints = HashSet::from(["aa"]);
        let found = Found {
            drafts: &[],
            fingerprints: &fingerprints,
            is_whole: true,
            sha: "0",
        };
        assert_eq!(
            super::plan(&[lost], BOT, "fence", found),
            Review::default(),
            "still found, nowhere to go"
        );
    }
}
