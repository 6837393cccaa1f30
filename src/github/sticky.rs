//! The one comment that a pull request gets, kept up to date in place.

use super::inputs::CommentMode;

/// The hidden first line of the comment: whose it is, and which run wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marker {
    /// Tells several uses on one pull request apart.
    pub id: String,
    /// The run, which grows.
    pub run: u64,
    /// The attempt of the run.
    pub attempt: u64,
    /// The commit that was judged.
    pub sha: String,
}

/// A comment that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// Its number.
    pub id: u64,
    /// Who wrote it.
    pub author: String,
    /// Its text.
    pub body: String,
}

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Write a new one.
    Create,
    /// Put the text in place of this one's.
    Update(u64),
    /// Nothing: a newer run has spoken.
    Newer,
    /// Nothing: there is nothing to say.
    Nothing,
}

const START: &str = "<!-- envfence:lint:";

impl Marker {
    /// The line to put first.
    pub fn line(&self) -> String {
        let Self { id, run, attempt, sha } = self;
        format!("{START}{id} run={run} attempt={attempt} sha={sha} -->")
    }

    /// Reads the first line of a comment.
    pub fn parse(body: &str) -> Option<Self> {
        let line = body.lines().next()?.trim_end();
        let mut words = line.strip_prefix(START)?.strip_suffix(" -->")?.split(' ');
        let id = words.next()?.to_owned();
        let mut word = |name: &str| words.next()?.strip_prefix(name)?.strip_prefix('=').map(str::to_owned);
        Some(Self {
            id,
            run: word("run")?.parse().ok()?,
            attempt: word("attempt")?.parse().ok()?,
            sha: word("sha")?,
        })
    }
}

/// What this run has to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Say {
    /// Whether there is anything but good news.
    pub something: bool,
    /// Whether the run fails.
    pub fails: bool,
}

/// Decides between writing and keeping still. Only comments of `author` count: anybody can copy a marker.
pub fn step(comments: &[Comment], author: &str, marker: &Marker, mode: CommentMode, say: Say) -> Step {
    let own = comments.iter().filter(|comment| same_login(&comment.author, author));
    let mut marked = own.filter_map(|comment| {
        let found = Marker::parse(&comment.body).filter(|found| found.id == marker.id)?;
        Some((comment.id, found))
    });
    if mode == CommentMode::Off {
        return Step::Nothing;
    }
    match marked.next() {
        Some((_, there)) if (there.run, there.attempt) > (marker.run, marker.attempt) => Step::Newer,
        Some((id, _)) => Step::Update(id),
        None => {
            let wanted = match mode {
                CommentMode::Always => true,
                CommentMode::Auto => say.something,
                CommentMode::Failures => say.fails,
                CommentMode::Off => false,
            };
            if wanted { Step::Create } else { Step::Nothing }
        }
    }
}

/// Whether a comment's author is who the token speaks for. REST calls an app `name[bot]`; GraphQL, which tells whom the
/// token speaks for, may leave the end out.
pub fn same_login(author: &str, viewer: &str) -> bool {
    let author = author.to_lowercase();
    let viewer = viewer.to_lowercase();
    author == viewer || author.strip_suffix("[bot]") == Some(viewer.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marker(run: u64, attempt: u64) -> Marker {
        Marker {
            id: "fence".into(),
            run,
            attempt,
            sha: "abc".into(),
        }
    }

    fn comment(id: u64, author: &str, body: String) -> Comment {
        Comment {
            id,
            author: author.into(),
            body: format!("{body}\r\nwords"),
        }
    }

    #[test]
    fn a_marker_survives() {
        assert_eq!(
            Marker::parse(&format!("{}\nrest", marker(3, 2).line())),
            Some(marker(3, 2))
        );
        for body in [
            "",
            "words",
            "<!-- envfence:lint:fence run=x attempt=1 sha=a -->",
            "> <!-- envfence:lint:fence run=1 attempt=1 sha=a -->",
        ] {
            assert_eq!(Marker::parse(body), None, "{body}");
        }
    }

    #[test]
    fn which_comment() {
        let bot = "github-actions[bot]";
        let old = comment(5, bot, marker(10, 1).line());
        let say = Say {
            something: true,
            fails: true,
        };
        let good = Say {
            something: false,
            fails: false,
        };
        let step = |comments: &[Comment], run, attempt, mode, say| {
            super::step(comments, bot, &marker(run, attempt), mode, say)
        };
        assert_eq!(step(&[], 11, 1, CommentMode::Auto, say), Step::Create);
        assert_eq!(step(&[], 11, 1, CommentMode::Auto, good), Step::Nothing);
        assert_eq!(step(&[], 11, 1, CommentMode::Always, good), Step::Create);
        assert_eq!(
            step(
                &[],
                11,
                1,
                CommentMode::Failures,
                Say {
                    something: true,
                    fails: false
                }
            ),
            Step::Nothing
        );
        assert_eq!(
            step(std::slice::from_ref(&old), 11, 1, CommentMode::Auto, good),
            Step::Update(5),
            "good news too"
        );
        assert_eq!(
            step(std::slice::from_ref(&old), 10, 1, CommentMode::Auto, say),
            Step::Update(5),
            "the same run"
        );
        assert_eq!(
            step(std::slice::from_ref(&old), 9, 4, CommentMode::Auto, say),
            Step::Newer
        );
        assert_eq!(
            step(&[comment(5, bot, marker(10, 2).line())], 10, 1, CommentMode::Auto, say),
            Step::Newer
        );
        assert_eq!(step(&[old], 11, 1, CommentMode::Off, say), Step::Nothing);
        let other_use = Marker {
            id: "web".into(),
            ..marker(10, 1)
        };
        let others = [
            comment(1, "mallory", marker(99, 1).line()),
            comment(2, bot, other_use.line()),
            comment(3, "github-actions", marker(99, 1).line()),
        ];
        assert_eq!(
            step(&others, 11, 1, CommentMode::Auto, say),
            Step::Create,
            "somebody else's"
        );
    }
}
